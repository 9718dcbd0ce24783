"""Words for people in English and Chinese: gettext catalogues, chosen by option or by locale."""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Where the catalogues are; ``zh/LC_MESSAGES/cnfin.mo`` is made from the ``.po`` beside it.
CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "cnfin"
#: In the order in which GNU gettext asks them.
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def language(wanted: str | None = None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language to speak: the one wanted, else that of the locale, else English."""
    if wanted is None:
        wanted = next((environment[name] for name in _VARIABLES if environment.get(name)), None)
    if wanted is None and os.name == "nt":  # no such variables there
        wanted = locale.getlocale()[0]
    return "zh" if (wanted or "").lower().startswith(("zh", "chinese")) else "en"


@lru_cache(maxsize=len(LANGUAGES))
def translations(lang: Language) -> gettext.NullTranslations:
    """The catalogue of a language; English is what stands in the code."""
    return gettext.translation(DOMAIN, CATALOGUES, [lang], fallback=True)


def marked(message: str) -> str:
    """A message that is translated where it is used; the name tells the extractor."""
    return message
