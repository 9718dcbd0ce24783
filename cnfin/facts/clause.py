"""What stands between two values, read once: the marks, the clause at its end, and what that clause says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from cnfin.document import Account, Value
from cnfin.facts.cues import BITS, COMPARING, FRAMING, OF_SUMS, PUNCTUATION, Kind
from cnfin.facts.words import Cue, Mark

#: What stands for the cue of a clause that has none.
NO_CUE = Mark(0, 0, "none", Cue("none", "", 0, ""))
#: What brackets that only explain may hold of a comparison.
_ASIDE: frozenset[Kind] = COMPARING | {"break", "period"}
#: What begins brackets that only explain the line or the sum before them: 收支总计（含结转）A.
_EXPLAINS = re.compile("不?含|全部?为|均为|包括|主要")
#: Marks before which no subject of the value is named, or mostly none.
_LEADING: frozenset[Kind] = FRAMING | {"period", "colon", "parts"}
_PUNCTUATION = frozenset(PUNCTUATION) - {"break", "colon"}


class Clause(msgspec.Struct, frozen=True, gc=False):
    """What stands between the value before and the value at hand.

    Attributes:
        value: the value at hand.
        gap: all marks between the two values.
        marks: those of the clause, after the last comma.
        begin: where the gap begins; start: where the clause does; sentence: where the sentence does.
        end: where the clause ends and the value begins.
        last: the last mark of each kind in the clause.
        cue: the mark that says what a sum is: the last one behind any reason, or else 比, 与 …; NO_CUE for none.
        account: the last 科目 of the clause.
        following: the 科目 that follows the value next.
        shown: the bits of the kinds of its marks.
    """

    value: Any
    gap: list[Mark]
    marks: list[Mark]
    begin: int
    start: int
    end: int
    sentence: int
    last: dict[Kind, Mark]
    cue: Mark
    account: Mark | None
    following: Account | None
    shown: int

    @property
    def other(self) -> Mark | None:
        """The cue that says the value is none of the measures; one in a title before a colon says nothing."""
        other = self.last.get("other")
        if other is None:
            return None
        level, colon = self.last.get("level"), self.last.get("colon")
        titled = level and colon and other.start < level.start and colon.start < level.start
        return None if titled else other

    def compared_until(self) -> int:
        """Where the last word of a comparison ends, or -1."""
        return max((self.last[kind].end for kind in COMPARING if kind in self.last), default=-1)

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
            kind = mark.kind
            if kind in _LEADING and _falls_off(mark, self.start, end):
                begin = mark.end if mark.end <= end else begin
            elif kind in frames and begin <= mark.start < stop:
                stop = mark.start
        return begin, stop


def _falls_off(mark: Mark, start: int, end: int) -> bool:
    """Whether what stands before the end of ``mark`` names no subject of the value that follows."""
    if mark.kind == "period":
        return mark.start <= start + 2
    if mark.kind == "colon":
        # X项目自评综述：项目预算A: a title before the colon, where words come behind it.
        return end - mark.end > 1
    return True


class Gap:
    """What was read since the value before, or since the sentence began.

    Attributes:
        begin: where that is.
        marks: the marks so far.
        turn: how many of them stand up to the last comma.
        closes: whether a bracket closed among them.
    """

    __slots__ = ("begin", "closes", "marks", "turn")

    def __init__(self, begin: int) -> None:
        self.begin = begin
        self.marks: list[Mark] = []
        self.turn = 0
        self.closes = False


def read(text: str, value: Value, gap: Gap, sentence: int, following: Account | None) -> Clause:
    """The clause before ``value``."""
    all_marks, turn, begin = gap.marks, gap.turn, gap.begin
    if gap.closes:
        all_marks, turn = _without_asides(text, all_marks)
    marks = all_marks[turn:] if turn else all_marks
    last: dict[Kind, Mark] = {}
    cue: Mark | None = None
    than: Mark | None = None
    shown = 0
    for mark in marks:
        kind = mark.kind
        last[kind] = mark
        shown |= BITS[kind]
        if kind in OF_SUMS:
            cue = mark
        elif kind == "than":
            than = mark
        elif kind == "reason":
            cue = than = None
    start = all_marks[turn - 1].end if turn else begin
    return Clause(
        value,
        all_marks,
        marks,
        begin,
        start,
        value.start,
        sentence,
        last,
        cue or than or NO_CUE,
        last.get("account"),
        following,
        shown,
    )


def _without_asides(text: str, gap: list[Mark]) -> tuple[list[Mark], int]:
    """The marks without those of comparison in brackets that only explain, and its last comma.

    比上年（按同口径，下同）减少A
    """
    kept: list[Mark] = []
    opened: list[int] = []
    for mark in gap:
        if mark.kind == "open":
            opened.append(len(kept))
        elif mark.kind == "close" and opened:
            start = opened.pop()
            aside = _ASIDE | {"account", "parts"} if _EXPLAINS.match(text, kept[start].end) else _ASIDE
            kept[start:] = [inner for inner in kept[start:] if inner.kind not in aside]
        kept.append(mark)
    breaks = [number for number, mark in enumerate(kept, 1) if mark.kind == "break"]
    return kept, breaks[-1] if breaks else 0


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
