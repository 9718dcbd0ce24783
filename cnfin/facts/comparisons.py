"""What a change is measured against, and the other year's sum in a comparison."""

from __future__ import annotations

import re
from typing import cast

from cnfin.document import Amount
from cnfin.facts.state import State
from cnfin.facts.words import Cue, Mark

#: What follows the first of two values, of which the second is the new one.
BECOMES = re.compile(
    r"[，,]?(?:增加|减少|提高|下降|降低|上升|压减|调整|追加|核减|缩减|增|减|降|升|调增|调减)(?:至|到|为)"
)
_TURNED = frozenset(("change", "reach", "same", "colon"))


class Comparisons:
    """Reads the words of a comparison: 比上年, 与预算相比, 由A增至B."""

    def __init__(self, text: str, state: State) -> None:
        self.text = text
        self.state = state

    def side(self, clause: list[Mark], cue: Mark) -> Cue | None:
        """The comparison that ``cue`` (a budget word) is the other side of: 决算数小于预算数A."""
        previous: Mark | None = None
        for mark in clause:
            if mark is cue:
                break
            previous = mark if mark.kind != "account" else None
        if previous and previous.kind == "change" and previous.item.base == "than" and cue.start - previous.end <= 2:
            return cast(Cue, previous.item)
        return None

    def base(self, gap: list[Mark], cue: Cue) -> str | None:
        """What a change is measured against; None where 结余, 超 … compare nothing."""
        than = budget = prior = same = own = dated = closes = False
        for mark in gap:
            kind = mark.kind
            dated = dated or (kind == "period" and not than)
            closes = (closes or kind == "prior" or kind == "level") and kind != "break"
            if kind == "than":
                if not (mark.item.base and closes and (budget or prior)):
                    # 与预算相比: the second word only closes the comparison.
                    than, budget, prior = True, False, False
            elif kind == "prior":
                prior = True
            elif kind == "same":
                same = True
            elif (kind == "level" or kind == "spend") and mark.item.base:
                # 比2021年年初预算 in 2021 is its own budget.
                budget, prior, own = True, prior and not own, False
            elif kind == "period" and than and not budget:
                prior, own = True, mark.item.year == self.state.year
        state = self.state
        if cue.base == "over":
            state.compare = "上年" if prior else "预算"
            return state.compare
        if cue.base == "left" and not than:
            return None
        if cue.base in ("than", "left"):
            state.compared = state.compared or than or budget or prior or same
            if not state.compared:
                return None
            against = "上年" if prior or same else "预算" if budget else state.compare
        elif prior or same:
            against = "上年"
        elif than and budget:
            against = "预算"
        else:
            against = state.compare
        state.compare = against
        if against == "上年" and not dated and state.line_year and state.year == state.line_year - 1:
            # 2016年A，2015年B，减少C: what changed is the year the sentence is about.
            state.year = state.line_year
        return against

    def last_year(self, value: Amount, clause: list[Mark], cue: Mark) -> tuple[int | None, str] | None:
        """Year and measure of the sum where it is another year's: 比上年A减少, 由A增至B, 与Y年A相比."""
        year = self.state.year
        than = False
        found: tuple[int | None, str] | None = None
        for mark in clause:
            kind = mark.kind
            if kind == "than" or kind == "start":
                than = True
            elif kind == "prior":
                found = (year - 1 if year else None, mark.item.measure)
            elif kind == "period" and than and mark.item.year != year:
                found = (mark.item.year, "")
            elif kind in _TURNED:
                found, than = None, False
            elif kind == "level" and found:
                measure = "预算数" if mark.item.base else "决算数"
                found = (found[0], measure)
        if found:
            return found
        if cue.kind == "start" and BECOMES.match(self.text, value.end):
            return (year - 1 if year else None, "")
        return None
