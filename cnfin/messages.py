"""Words for people in English and Chinese: gettext catalogues, chosen by option or by locale."""

from __future__ import annotations

import ast
import gettext
import locale
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from operator import add
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Where the catalogues are; ``zh/LC_MESSAGES/cnfin.mo`` is made from the ``.po`` beside it.
CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "cnfin"
#: In the order in which GNU gettext asks them.
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_spoken: Language | None = None


def speak(lang: Language | None) -> None:
    """Set the language of this process; None: that of the locale."""
    global _spoken
    _spoken = lang


def language(wanted: str | None = None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language to speak: the one wanted, else the process's, else that of the locale, else English."""
    if wanted is None and _spoken is not None and environment is os.environ:
        return _spoken
    if wanted is None:
        wanted = next((environment[name] for name in _VARIABLES if environment.get(name)), None)
    if wanted is None and os.name == "nt":  # no such variables there
        wanted = locale.getlocale()[0]
    return "zh" if (wanted or "").lower().startswith(("zh", "chinese")) else "en"


@lru_cache(maxsize=len(LANGUAGES))
def translations(lang: Language) -> gettext.NullTranslations:
    """The catalogue of a language; English is what stands in the code."""
    return gettext.translation(DOMAIN, CATALOGUES, [lang], fallback=lang == "en")


def told(message: str, lang: Language | None = None) -> str:
    """An error's message in the language spoken, what was filled into it kept.

    Errors are raised with English messages, which records and programs keep; only what a person reads is translated.
    """
    lang = lang or language()
    if lang == "en" or not message:  # the empty message is the catalogue's own header
        return message
    catalogue = translations(lang)
    exact = catalogue.gettext(message)
    if exact != message:
        return exact
    for pattern, translation in _templates(lang):
        match = pattern.fullmatch(message)
        if match:
            first, *rest = translation.split("{}")
            return first + "".join(map(add, match.groups(), rest))
    return message


@lru_cache(maxsize=len(LANGUAGES))
def _templates(lang: Language) -> list[tuple[re.Pattern[str], str]]:
    """The messages with places to fill in, those with most words of their own first."""
    entries = getattr(translations(lang), "_catalog", {})
    found = [
        (key, text) for key, text in entries.items() if isinstance(key, str) and "{}" in key and text.count("{}")
    ]  # fmt: skip
    found.sort(key=lambda entry: -len(entry[0].replace("{}", "")))
    return [(re.compile("(.*?)".join(map(re.escape, key.split("{}"))), re.DOTALL), text) for key, text in found]


def template(node: ast.expr) -> str | None:
    """The message that an expression in the code makes, ``{}`` where something is filled in; None for no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def marked(message: str) -> str:
    """A message that is translated where it is used; the name tells the extractor."""
    return message
