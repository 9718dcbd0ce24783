"""The words that identities are read with (identity_words.tsv), by kind, as patterns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from cnfin.lexicon import Lexicon


class Words:
    """The words of each kind."""

    def __init__(self, lexicon: Lexicon) -> None:
        kinds: dict[str, list[str]] = defaultdict(list)
        for row in lexicon.rows("identity_words"):
            kinds[row["kind"]].append(row["word"])
        self._kinds = {
            kind: tuple(sorted(set(words), key=lambda word: (-len(word), word))) for kind, words in kinds.items()
        }

    def of(self, *kinds: str) -> tuple[str, ...]:
        """The words of some kinds, longest first within each."""
        return tuple(word for kind in kinds for word in self._kinds[kind])

    def any(self, *kinds: str) -> str:
        """A pattern for any word of some kinds, the longest that fits."""
        return either(self.of(*kinds))


def either(words: tuple[str, ...]) -> str:
    """A pattern for any of ``words``, the longest that fits."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + ")"


def matches(pattern: re.Pattern[str], starts: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What ``pattern`` finds in ``text``, tried only where ``starts`` finds one character.

    A pattern that begins with what stands before it is tried at every character; a class of characters is found fast.
    """
    end = 0
    for start in starts.finditer(text):
        if start.start() >= end and (match := pattern.match(text, start.start())):
            end = match.end()
            yield match


@lru_cache(maxsize=8)
def words_of(lexicon: Lexicon) -> Words:
    """The words of a lexicon."""
    return Words(lexicon)
