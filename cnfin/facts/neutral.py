"""Whether a stretch of text consists of given words only: in time that grows with the stretch.

A pattern ``(?:本年|本|年|年度|度)*`` tries every way to part 本年度本年度…, twice as many with each word.
"""

from __future__ import annotations

import re
from collections.abc import Collection


class WordsOnly:
    """Tells the stretches that consist of words and single characters.

    Args:
        words: the words.
        signs: the other characters, as in a class of a pattern.
    """

    def __init__(self, words: Collection[str], signs: str) -> None:
        chars = "".join(map(re.escape, sorted({char for word in words for char in word})))
        longest_first = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
        self._chars = re.compile(f"[{chars}{signs}]*")
        # What the look-ahead has found is not looked for again: it stands for good.
        self._longest = re.compile(rf"(?:(?=({longest_first}|[{signs}]))\1)*")
        self._sign = re.compile(f"[{signs}]")
        self._words = frozenset(words)
        self._sizes = tuple(sorted({len(word) for word in words}))

    def fullmatch(self, text: str, start: int, end: int) -> bool:
        """Whether ``text[start:end]`` is nothing but words and signs."""
        if self._chars.fullmatch(text, start, end) is None:
            return False
        return self._longest.fullmatch(text, start, end) is not None or self._parted(text, start, end)

    def _parted(self, text: str, start: int, end: int) -> bool:
        """The same where the longest word is not always the right one."""
        reached = {start}
        for place in range(start, end):
            if place in reached:
                if self._sign.match(text, place):
                    reached.add(place + 1)
                reached.update(
                    place + size for size in self._sizes
                    if place + size <= end and text[place : place + size] in self._words
                )  # fmt: skip
        return end in reached
