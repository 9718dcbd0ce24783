"""A hard-wrapped document as the grammar reads it: without the line breaks that stand inside sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from cnfin.document import Cell, Explanation, Fact, Section, Sentence, Table

_BREAK = re.compile(r"[ \t]*[\r\n][\r\n \t\u3000]*")
_Placed = TypeVar("_Placed", Section, Sentence, Cell)


class Unwrapped:
    """A text without some stretches, and the way from its offsets to the original ones and back.

    Args:
        text: the original.
        cuts: spans to leave out, ascending, none touching another.

    Attributes:
        text: what is left.
    """

    def __init__(self, text: str, cuts: Sequence[tuple[int, int]]) -> None:
        self._cuts = [start for start, _ in cuts]
        self._gone = [0]
        parts: list[str] = []
        place = 0
        for start, end in cuts:
            parts.append(text[place:start])
            self._gone.append(self._gone[-1] + end - start)
            place = end
        parts.append(text[place:])
        self.text = "".join(parts)
        self._joints = [start - gone for start, gone in zip(self._cuts, self._gone, strict=False)]

    def inside(self, offset: int) -> int:
        """An original offset as one in :attr:`text`."""
        return offset - self._gone[bisect_right(self._cuts, offset - 1)]

    def outside(self, offset: int) -> int:
        """An offset of a character in :attr:`text` as an original one."""
        return offset + self._gone[bisect_right(self._joints, offset)]

    def sentence(self, sentence: Sentence) -> Sentence:
        """``sentence`` and its spans, moved."""
        moved = self.moved(sentence)
        spans = []
        for span in sentence.spans:
            start, end = self.inside(span.start), self.inside(span.end)
            spans.append(msgspec.structs.replace(span, start=start, end=end, text=self.text[start:end]))
        return msgspec.structs.replace(moved, spans=tuple(spans))

    def section(self, section: Section) -> Section:
        """``section``, moved, with its title in one line."""
        return msgspec.structs.replace(self.moved(section), title=_BREAK.sub("", section.title))

    def table(self, table: Table) -> Table:
        """``table``, its cells moved."""
        rows = tuple(tuple(self.moved(cell) for cell in row) for row in table.rows)
        return msgspec.structs.replace(table, rows=rows)

    def moved(self, item: _Placed) -> _Placed:
        """``item`` with its span as one in :attr:`text`."""
        return msgspec.structs.replace(item, start=self.inside(item.start), end=self.inside(item.end))

    def back(self, found: tuple[Fact, Explanation]) -> tuple[Fact, Explanation]:
        """A fact found in :attr:`text`, with the original offsets."""
        fact, why = found
        start, end = self._original(fact.start, fact.end)
        spans = tuple(self._original(*span) for span in why.spans)
        return (
            msgspec.structs.replace(fact, start=start, end=end),
            msgspec.structs.replace(why, spans=spans),
        )

    def _original(self, start: int, end: int) -> tuple[int, int]:
        return self.outside(start), self.outside(end - 1) + 1


def unwrapped(text: str, sentences: Sequence[Sentence]) -> Unwrapped | None:
    """``text`` without the line breaks inside ``sentences``; None where there are none."""
    cuts = list(_cuts(text, sentences))
    return Unwrapped(text, cuts) if cuts else None


def _cuts(text: str, sentences: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    for sentence in sentences:
        start, end = sentence.start, sentence.end
        if text.find("\n", start, end) >= 0 or text.find("\r", start, end) >= 0:
            for match in _BREAK.finditer(text, start, end):
                yield match.span()
