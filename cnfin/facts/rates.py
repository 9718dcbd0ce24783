"""Percentages → facts: shares of a total, completion of a budget, rates of change."""

from __future__ import annotations

import re
from typing import cast

from cnfin.document import Measure, Percentage
from cnfin.facts.amounts import FILLER, Amounts, zero_free
from cnfin.facts.state import Found, State, Subject, make
from cnfin.facts.subjects import Gap, Subjects, has_kind
from cnfin.facts.words import Mark, Words

_CUES = frozenset(("share", "spend", "done", "be", "rate", "change", "other", "level", "reach"))
_ENDS = frozenset(("than", "prior", "same", "level", "done", "open", "change"))
# 占预算项目总额的R: a share of the projects, while 占预算总额的R is how much of it was spent.
_TOTAL_OF = re.compile(r"[\u4e00-\u9fff]{2,6}总额")
_TOTAL = re.compile(
    r"(?:支出|收入|总额|合计|总计|经费|预算|费|费用|资金|金额|总数|总量|比重)(?:数|总额|合计|总数)?(?:的|为|约|：|:)*$"
)
_COMPLETED = frozenset(("done", "share", "rate", "be"))
_COMPARED = frozenset(("than", "prior", "same"))
_LINKS = frozenset(("done", "share", "be"))
_BUDGETS = frozenset(("level", "spend"))
_PUNCTUATION = frozenset(("open", "close", "list"))
_LINKING = frozenset(("be", "level", "spend"))
_COMPLETING = frozenset(("level", "spend", "done", "be", "rate"))
_LINK = re.compile(r"[\s的（()）、，,数为约]*")


class Rates:
    """Facts of percentages."""

    def __init__(self, text: str, words: Words, state: State, subjects: Subjects, amounts: Amounts) -> None:
        self.text = text
        self.words = words
        self.state = state
        self.subjects = subjects
        self.comparisons = amounts.comparisons

    def fact(self, value: Percentage, gap: Gap) -> Found | None:
        """The fact of ``value``, or None where it is 其他; arguments as for sums."""
        if value.unit != "%" or value.bound is not None:
            return None
        cue = self._cue(gap.clause)
        if cue is None or cue.kind in _LINKING:
            found = self._unsaid(value, gap, cue)
            if found is not None or cue is None:
                return found
        if cue.kind == "other":
            return None
        if cue.kind in _COMPLETING:
            done = account = share = None
            for mark in gap.clause:
                if mark.kind in _COMPLETED:
                    done = mark
                    share = mark if mark.kind == "share" else share
                elif mark.kind == "account":
                    account = mark
            if cue.kind in ("level", "spend") and not cue.item.base:
                return self._share(value, gap, share) if share else None
            if done is None and not _LINK.fullmatch(self.text, cue.end, value.start):
                return None
            other = _TOTAL_OF.match(self.text, cue.end)
            if share and (other or (done is share and self._planned) or (account and account.start > share.end)):
                return self._share(value, gap, share)
            return self._completion(value, gap, cue)
        if cue.kind == "share":
            return self._share(value, gap, cue)
        if cue.kind == "change" and FILLER.fullmatch(self.text, cue.end, value.start):
            return self._change(value, gap, cue)
        return None

    def _cue(self, clause: list[Mark]) -> Mark | None:
        """The last cue of the clause; 为 behind a word of change only links it (降幅为5%)."""
        last: Mark | None = None
        for mark in clause:
            if mark.kind in _CUES:
                linked = last is not None and mark.kind == "be" and last.kind == "change" and mark.start - last.end <= 1
                last = last if linked else mark
        return last

    def _unsaid(self, value: Percentage, gap: Gap, cue: Mark | None) -> Found | None:
        """A rate whose cue stands before the sum in between, or that stands in brackets after a sum."""
        state = self.state
        if state.queue and state.dealt:
            measure, sign, base = state.dealt
            return self._done(value, state.queue.pop(0), measure, sign, base, "dealt out")
        if state.pending and _LINK.fullmatch(self.text, gap.start, value.start):
            kind, base, subject = state.pending
            if kind == "share":
                return self._done(value, subject, "占比", 1, base, "share")
            if kind == "done" or "的" in self.text[gap.start : value.start]:
                return self._done(value, subject, "预算完成率", 1, base, "completion")
        if cue is None and state.previous and not _has_words(gap.marks):
            fact = state.previous[0]
            if fact.measure == "增减额":
                sign = -1 if fact.value < 0 else 1
                return self._done(value, state.last, "增减率", sign, fact.base, "change")
            if gap.marks and gap.marks[-1].kind == "open" and fact.measure in ("决算数", "预算数") and state.totals:
                return self._done(value, state.last, "占比", 1, self.subjects.total_of(state.last), "share")
        return None

    def _subject(self, value: Percentage, gap: Gap, cue: Mark, comparison: bool) -> Subject | None:
        state, subjects = self.state, self.subjects
        if (state.queue or state.run) and (dealt := subjects.dealt(gap.has("each"))):
            return dealt
        start = cue.start
        before = [mark for mark in gap.clause if mark.start < start]
        found = subjects.in_clause(before, start) if before else None
        if found:
            state.foreign = False
            return found
        if before and (has_kind(before, "use") or has_kind(before, "reason")):
            return subjects.carried()
        begin, end = gap.residue(cue.start, _ENDS)
        if end > begin and not subjects.adjacent(begin, end):
            return subjects.free(begin, end, parts=False)
        found = subjects.before_clause(gap.marks, gap.start)
        if found is None and comparison and len(state.recent) > 1 and gap.has("each"):
            found = state.recent[0]
        if found:
            state.foreign = False
            return found
        return subjects.carried(comparison) or (None if state.foreign else state.project)

    def _share(self, value: Percentage, gap: Gap, cue: Mark) -> Found | None:
        base: str | None = None
        budget = False
        for mark in gap.clause:
            if mark.start >= cue.end:
                if mark.kind == "account":
                    base = mark.item.name
                    break
                named = mark.kind in _BUDGETS and not _TOTAL_OF.match(self.text, mark.end)
                budget = budget or (named and bool(mark.item.base))
        if base is None:
            if budget and not self._planned:
                return self._completion(value, gap, cue)
            said = self.text[cue.end : value.start].strip(" 的为约近比例：:达了数")
            if said and not _TOTAL.search(said):
                return None
            base = said if said not in ("", "预算", "年初预算", "总预算") else None
        subject = self._subject(value, gap, cue, False)
        if subject is None:
            return None
        if base is None:
            base = self.subjects.total_of(subject)
        return self._done(value, subject, "占比", 1, base, "share")

    @property
    def _planned(self) -> bool:
        """Whether the document is a budget, in which 占…预算的R is a share: nothing is completed yet."""
        return self.state.default == "预算数"

    def _completion(self, value: Percentage, gap: Gap, cue: Mark) -> Found | None:
        state = self.state
        base: str | None = None
        first = cue
        for mark in gap.clause:
            if mark.kind in _BUDGETS and mark.item.base:
                base = mark.item.base
            elif mark.kind not in _LINKS:
                continue
            if mark.start < first.start:
                first = mark
        if cue.kind == "rate":
            base = base or cue.item.base
        if base is None and cue.kind == "done" and state.budget is not None and has_kind(gap.marks, "break"):
            # 年初预算A，支出决算B，完成R: the budget stated just before.
            base, budgeted = state.budget
            return self._done(value, budgeted, "预算完成率", 1, base, "completion")
        if base is None:
            return None
        # A line that opens with 完成预算的R goes on with the line above.
        opens = self.subjects.adjacent(state.start, first.start) and cue.kind != "rate"
        subject = self._subject(value, gap, first, opens)
        if subject is None:
            if cue.kind == "rate" and self.text[cue.start : cue.end][-3:] == "完成率" and cue.end - cue.start <= 4:
                return None
            if not self.subjects.adjacent(gap.start, first.start) or state.foreign:
                return None
            subject = state.fallback or Subject("部门整体支出", None, "支出")
        return self._done(value, subject, "预算完成率", 1, base, "completion")

    def _change(self, value: Percentage, gap: Gap, cue: Mark) -> Found | None:
        state = self.state
        base = self.comparisons.base(gap.marks, cue.item)
        if base is None:
            return None
        if cue.item.sign == 0:
            return self._moved(value, gap)
        compared = state.previous is not None or any(mark.kind in _COMPARED for mark in gap.marks)
        subject = self._subject(value, gap, cue, compared)
        if subject is None:
            return None
        if not compared and not gap.has("account") and value.start - gap.start > 8:
            return None
        return self._done(value, subject, "增减率", cue.item.sign or 1, base, "change")

    def _moved(self, value: Percentage, gap: Gap) -> Found | None:
        """A rate whose word has no direction (变动率5%): the change stated right before it has one."""
        before = self.state.previous
        if before is None or before[0].measure != "增减额" or has_kind(gap.marks, "account"):
            return None
        sign = -1 if before[0].value < 0 else 1
        return self._done(value, self.state.last, "增减率", sign, before[0].base, "change")

    def _done(
        self, value: Percentage, subject: Subject | None, measure: str, sign: int, base: str | None, rule: str
    ) -> Found | None:
        if subject is None:
            return None
        number = zero_free(value.percent, sign)
        found = make(value, subject, cast(Measure, measure), self.state.year, number, "%", base, rule)
        self.state.previous = found
        self.state.dealt = (measure, sign, base)
        if self.state.last is None:
            self.state.last = subject
        if measure != "占比" or self.state.last.name != subject.name:
            self.state.last = subject
        self.state.head = self.state.head or subject
        return found


def _has_words(gap: list[Mark]) -> bool:
    """Whether anything but punctuation stands in the gap."""
    for mark in gap:  # noqa: SIM110 (a loop: this is asked of every rate)
        if mark.kind not in _PUNCTUATION:
            return True
    return False
