"""What stands between two values, read once: the marks, the clause at its end, and what that clause says."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from cnfin.document import Value
from cnfin.facts.cues import FRAMING, OF_SUMS, PUNCTUATION, Kind
from cnfin.facts.words import Mark

_PUNCTUATION = frozenset(PUNCTUATION) - {"break", "colon"}


class Clause(msgspec.Struct, frozen=True, gc=False):
    """What stands between the value before and the value at hand.

    Attributes:
        value: the value at hand.
        gap: all marks between the two values.
        marks: those of the clause, after the last comma.
        begin: where the gap begins; start: where the clause does; sentence: where the sentence does.
        last: the last mark of each kind in the clause.
        cue: the mark that says what a sum is: the last one behind any reason, or else 比, 与 …
    """

    value: Value
    gap: list[Mark]
    marks: list[Mark]
    begin: int
    start: int
    sentence: int
    last: dict[Kind, Mark]
    cue: Mark | None

    @property
    def end(self) -> int:
        """Where the clause ends and the value begins."""
        return self.value.start

    @property
    def account(self) -> Mark | None:
        """The last 科目 of the clause."""
        return self.last.get("account")

    @property
    def other(self) -> Mark | None:
        """The cue that says the value is none of the measures; one in a title before a colon says nothing."""
        other = self.last.get("other")
        if other is None:
            return None
        level, colon = self.last.get("level"), self.last.get("colon")
        titled = level and colon and other.start < level.start and colon.start < level.start
        return None if titled else other

    def has(self, kind: Kind) -> bool:
        """Whether a mark of ``kind`` stands in the clause."""
        return kind in self.last

    def before(self, position: int) -> list[Mark]:
        """The marks of the clause that begin before ``position``."""
        return [mark for mark in self.marks if mark.start < position]

    def behind(self, position: int) -> list[Mark]:
        """The marks of the clause that begin at ``position`` or behind it."""
        return [mark for mark in self.marks if mark.start >= position]

    def residue(self, end: int, frames: frozenset[Kind]) -> tuple[int, int]:
        """The stretch of the clause before ``end`` that may name a subject.

        Leading 年度, 其中 and reasons fall off its beginning; a mark of the kinds ``frames`` ends it.
        """
        begin, stop = self.start, end
        for mark in self.marks:
            if _falls_off(mark, self.start, end):
                begin = mark.end if mark.end <= end else begin
            elif mark.kind in frames and begin <= mark.start < stop:
                stop = mark.start
        return begin, stop


def _falls_off(mark: Mark, start: int, end: int) -> bool:
    """Whether what stands before the end of ``mark`` names no subject of the value that follows."""
    if mark.kind == "period":
        return mark.start <= start + 2
    if mark.kind == "colon":
        # X项目自评综述：项目预算A: a title before the colon, where words come behind it.
        return end - mark.end > 1
    return mark.kind in FRAMING or mark.kind == "parts"


def read(value: Value, gap: list[Mark], turn: int, begin: int, sentence: int) -> Clause:
    """The clause before ``value``; ``turn`` counts the marks of ``gap`` up to its last comma."""
    marks = gap[turn:] if turn else gap
    last: dict[Kind, Mark] = {}
    cue: Mark | None = None
    than: Mark | None = None
    for mark in marks:
        kind = mark.kind
        last[kind] = mark
        if kind in OF_SUMS:
            cue = mark
        elif kind == "than":
            than = mark
        elif kind == "reason":
            cue = than = None
    start = gap[turn - 1].end if turn else begin
    return Clause(value, gap, marks, begin, start, sentence, last, cue or than)


def has(marks: Iterable[Mark], kind: Kind) -> bool:
    """Whether a mark of ``kind`` is among ``marks``."""
    for mark in marks:  # noqa: SIM110 (a loop: this is asked of every value)
        if mark.kind == kind:
            return True
    return False


def says_nothing(marks: Iterable[Mark]) -> bool:
    """Whether nothing but punctuation is among ``marks``."""
    for mark in marks:  # noqa: SIM110 (a loop: this is asked of every rate)
        if mark.kind not in _PUNCTUATION:
            return False
    return True
