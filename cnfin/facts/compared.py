"""What a change is measured against, and the other year's sum in a comparison: 比上年, 与预算相比, 由A增至B."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from cnfin.facts.clause import Clause
from cnfin.facts.cues import BUDGETING, Kind
from cnfin.facts.frames import Frames
from cnfin.facts.words import Cue, Mark

#: What follows the first of two values, of which the second is the new one.
BECOMES = re.compile(
    r"[，,]?(?:增加|减少|提高|下降|降低|上升|压减|调整|追加|核减|缩减|增|减|降|升|调增|调减)(?:至|到|为)"
)
_BEGINS: frozenset[Kind] = frozenset(("than", "start"))
#: Behind these the sum of another year is over.
_TURNED: frozenset[Kind] = frozenset(("change", "reach", "same", "colon"))


class Heard(msgspec.Struct, gc=False):
    """The words of comparison in a gap; ``own``: the budget is the line's own, ``dated``: a year stands before them."""

    than: bool = False
    budget: bool = False
    prior: bool = False
    same: bool = False
    own: bool = False
    dated: bool = False

    @property
    def anything(self) -> bool:
        """Whether any word of a comparison was heard."""
        return self.than or self.budget or self.prior or self.same

    def take(self, mark: Mark, closes: bool, year: int | None) -> None:
        """Hear ``mark``; ``closes``: a budget or 上年 stands before it in the clause."""
        kind = mark.kind
        if kind == "than":
            if not (mark.item.base and closes and (self.budget or self.prior)):
                # 与预算相比: the second word only closes the comparison.
                self.than, self.budget, self.prior = True, False, False
        elif kind == "prior":
            self.prior = True
        elif kind == "same":
            self.same = True
        elif kind in BUDGETING and mark.item.base:
            # 比2021年年初预算 in 2021 is its own budget.
            self.budget, self.prior, self.own = True, self.prior and not self.own, False
        elif kind == "period":
            self._date(mark.item.year == year)

    def _date(self, own: bool) -> None:
        """Hear a year, which a comparison may be with."""
        if not self.than:
            self.dated = True
        elif not self.budget:
            self.prior, self.own = True, own


class Against(NamedTuple):
    """What a change is measured against, None where nothing is compared; ``dated``: the text names the year."""

    base: str | None
    heard: Heard


def _hear(gap: list[Mark], year: int | None) -> Heard:
    heard = Heard()
    closes = False
    for mark in gap:
        closes = (closes or mark.kind in ("prior", "level")) and mark.kind != "break"
        heard.take(mark, closes, year)
    return heard


def against(gap: list[Mark], cue: Cue, frames: Frames) -> Against:
    """What the change that ``cue`` says is measured against; its base is None where 结余, 超 … compare nothing."""
    heard = _hear(gap, frames.said.year)
    carried = frames.line.compare
    before = heard.prior or heard.same
    if cue.base == "over":
        return Against("上年" if heard.prior else "预算", heard)
    if cue.base in ("than", "left"):
        if (cue.base == "left" and not heard.than) or not (frames.line.compared or heard.anything):
            return Against(None, heard)
        return Against("上年" if before else "预算" if heard.budget else carried, heard)
    return Against("上年" if before else "预算" if heard.than and heard.budget else carried, heard)


def note(found: Against, cue: Cue, frames: Frames) -> None:
    """Tell the frames what was compared."""
    if cue.base in ("than", "left") and found.heard.anything and not (cue.base == "left" and not found.heard.than):
        frames.compared()
    if found.base is None:
        return
    year, line_year = frames.said.year, frames.line.year
    if cue.base != "over" and found.base == "上年" and not found.heard.dated and line_year and year == line_year - 1:
        # 2016年A，2015年B，减少C: what changed is the year the sentence is about.
        year = line_year
    frames.compares(found.base, year)


def side(clause: Clause, cue: Mark) -> Cue | None:
    """The comparison that ``cue`` (a budget word) is the other side of: 决算数小于预算数A."""
    previous: Mark | None = None
    for mark in clause.marks:
        if mark is cue:
            break
        previous = mark if mark.kind != "account" else None
    if previous and previous.kind == "change" and previous.item.base == "than" and cue.start - previous.end <= 2:
        said: Cue = previous.item
        return said
    return None


class OtherYear(NamedTuple):
    """The year and the measure of a sum that is not this year's; an empty measure is the plain one."""

    year: int | None
    measure: str


def other_year(clause: Clause, cue: Mark, text: str, year: int | None) -> OtherYear | None:
    """Year and measure of the sum where it is another year's: 比上年A减少, 由A增至B, 与Y年A相比."""
    if not ("prior" in clause.last or "period" in clause.last or cue.kind == "start"):
        return None
    before = year - 1 if year else None
    than = False
    found: OtherYear | None = None
    for mark in clause.marks:
        kind = mark.kind
        if kind in _BEGINS:
            than = True
        elif kind == "prior":
            found = OtherYear(before, mark.item.measure)
        elif kind == "period" and than and mark.item.year != year:
            found = OtherYear(mark.item.year, "")
        elif kind == "level" and found:
            found = OtherYear(found.year, "预算数" if mark.item.base else "决算数")
        elif kind in _TURNED and mark.end < clause.end:
            # Right before the sum, 上年：A, the colon turns to nothing else.
            found, than = None, False
    if found is None and cue.kind == "start" and BECOMES.match(text, clause.value.end):
        return OtherYear(before, "")
    return found
