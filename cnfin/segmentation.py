"""Word segmentation: jieba with the names of the lexicon as words, or rjieba where it is installed."""

from __future__ import annotations

import hashlib
import logging
import marshal
import os
import re
import sys
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cnfin.lexicon import Lexicon

#: Weight of the lexicon's names: above any everyday word, so that a name is never cut.
NAME_FREQUENCY = 200_000
#: Sentences remembered with their words, some 20 MB of them.
REMEMBERED = 1 << 15


_CODE = re.compile(r"[A-Za-z0-9][-.+#&_][A-Za-z0-9]")
_PART = re.compile(r"[A-Za-z0-9]+(?:\.\d+)?%?|[^A-Za-z0-9]+")


def _split_codes(words: list[str]) -> list[str]:
    return [part for word in words for part in (_PART.findall(word) if _CODE.search(word) else (word,))]


class Segmenter:
    """Cuts text into words; the dictionary is loaded at the first call.

    Args:
        lexicon: its names are added to the dictionary.
        fast: use rjieba (True), jieba (False) or rjieba where it is installed (None).
        remember: how many texts are remembered with their words; disclosures repeat whole pages of each other.

    Raises:
        ModuleNotFoundError: ``fast`` is True and rjieba is not installed.
    """

    def __init__(self, lexicon: Lexicon, fast: bool | None = None, remember: int = REMEMBERED) -> None:
        self._lexicon = lexicon
        self._fast = fast
        self._remember = remember
        self._remembered = lru_cache(maxsize=remember)(self._words)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Segmenter, (self._lexicon, self._fast, self._remember))

    def cut(self, text: str) -> list[str]:
        """The words of ``text``, in order; joined they are ``text`` again."""
        return list(self._remembered(text))

    def _words(self, text: str) -> tuple[str, ...]:
        words: list[str] = list(self._engine.cut(text))
        # The two engines differ only in codes such as 1-8 and 2020.12.31, which jieba takes apart.
        return tuple(_split_codes(words) if _CODE.search(text) else words)

    @cached_property
    def _engine(self) -> Any:
        if self._fast is not False:
            try:
                import rjieba
            except ModuleNotFoundError:
                if self._fast:
                    raise
            else:
                engine = rjieba.Jieba()
                for word in self._lexicon.domain_words:
                    engine.add_word(word, NAME_FREQUENCY, "n")
                return engine
        return _tokenizer(self._lexicon.domain_words)


def _tokenizer(words: list[str]) -> Any:
    """jieba's tokenizer with ``words`` in its dictionary, from the cache where it was built before."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    path = _cache_file(jieba.__version__, words)
    try:
        # One read and loads: jieba's own cache is read piece by piece, which takes three times as long.
        tokenizer.FREQ, tokenizer.total = marshal.loads(path.read_bytes())
        tokenizer.initialized = True
    except (OSError, EOFError, ValueError, TypeError):
        tokenizer.initialize()
        for word in words:
            tokenizer.add_word(word, NAME_FREQUENCY, "n")
        _keep(path, marshal.dumps((tokenizer.FREQ, tokenizer.total)))
    return tokenizer


def _cache_file(version: str, words: list[str]) -> Path:
    """Where the dictionary is kept: the user's cache folder, one file for each dictionary."""
    digest = hashlib.sha256("\n".join([version, str(marshal.version), sys.version, *words]).encode())
    folder = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "cnfin"
    return folder / f"words-{digest.hexdigest()[:16]}"


def _keep(path: Path, content: bytes) -> None:
    """Write the cache so that several processes may do so at once; where it cannot be written there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)
    except OSError:
        return
