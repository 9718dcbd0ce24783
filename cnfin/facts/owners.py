"""Whose sum it is, where a cue says what it is: the line near it, a free noun, the section, or the whole unit."""

from __future__ import annotations

import re

from cnfin.document import Amount
from cnfin.facts import projects
from cnfin.facts.state import State, Subject
from cnfin.facts.subjects import Gap, Subjects
from cnfin.facts.words import Mark, Words

_OPENING = re.compile(r"(?:[\s（(]*[\d一二三四五六七八九十]{1,3}[)）、.．])?(?:20\d\d年度?)?")
_CLAUSE = re.compile(r"([^，,。；：:、（(]{3,30})[，,：:]")
_SIDE = re.compile(r"(?:收入|支出)(?:预算|决算)?[：:]")
_FRAMES = frozenset(("than", "prior", "same", "period", "level", "spend", "each", "start"))


class Owners:
    """Finds the subject of sums with a cue."""

    def __init__(self, text: str, words: Words, state: State, subjects: Subjects) -> None:
        self.text = text
        self.words = words
        self.state = state
        self.subjects = subjects

    def of(
        self, value: Amount, gap: Gap, cue_start: int, comparison: bool = False, explicit: bool = False
    ) -> Subject | None:
        """Whose sum it is, where a cue says what it is.

        Args:
            value: the sum.
            gap: what stands before it.
            cue_start: where the cue begins; words before it may name the subject.
            comparison: whether the sum is a change, which may go on from far above.
            explicit: whether the cue names a budget or an outturn, which belongs to somebody in any case.
        """
        state, subjects = self.state, self.subjects
        if (state.queue or state.run) and (dealt := subjects.dealt(gap.has("each"))):
            return dealt
        if found := subjects.in_clause(gap.clause, value.start):
            state.foreign = False
            return found
        if explicit and (named := self._behind(gap, value.start)):
            return named
        if explicit and (received := self.received(gap)):
            return received
        begin, end = gap.residue(cue_start, _FRAMES)
        if end > begin and not subjects.adjacent(begin, end):
            free = subjects.free(begin, end, parts=False)
            if free or not explicit:
                return free
        found = subjects.before_clause(gap.marks, gap.start)
        if found is None and comparison and len(state.recent) > 1 and gap.has("each"):
            found = state.recent[0]
        if found:
            state.foreign = False
            return found
        if explicit and state.project and not state.last:
            return state.project
        if not state.above and (side := subjects.side(begin, end) or self._side_before(gap)):
            return side
        carried = subjects.carried(comparison) or (subjects.free(begin, end, parts=False) if end > begin else None)
        if carried:
            return carried
        if explicit:
            return self._owner(value, gap)
        return state.project if comparison and not state.foreign else None

    def _side_before(self, gap: Gap) -> Subject | None:
        """收入 or 支出 that opens the sentence, before a comparison with a comma behind it: 收支与上年相比，增加A."""
        if self.state.previous is not None:
            return None
        compared = next((mark.start for mark in gap.marks if mark.kind == "than" and mark.start < gap.start), None)
        return None if compared is None else self.subjects.side(self.state.start, compared)

    def _behind(self, gap: Gap, end: int) -> Subject | None:
        """The line named between the cue and the sum, where its mention was not marked (部门决算总收入A)."""
        start = end
        for mark in gap.clause:
            if mark.kind == "level" or mark.kind == "spend":
                start = mark.end
        known = self.words.readings.get(self.text[start:end], ()) if end - start > 2 else ()
        return Subject(known[0].name, known[0].code or None, known[0].scheme, (start, end)) if known else None

    def received(self, gap: Gap) -> Subject | None:
        """The cost of the receptions just counted: 国内公务接待4批次，31人次，共计支出A."""
        counted = self.state.counted
        last = self.state.last
        if counted is None or self.state.previous or not counted.name.endswith("公务接待"):
            return None
        if gap.has("account"):
            return None
        if last is not None and last.name.endswith("接待费") and not _other_guests(last.name, counted.name):
            return None
        known = [one for one in self.words.readings.get(counted.name + "费", ()) if one.scheme == "三公经费"]
        return Subject(known[0].name, None, "三公经费") if known else None

    def _owner(self, value: Amount, gap: Gap) -> Subject | None:
        """The owner of a budget or an outturn that nothing near names: a project, the section's line, the unit."""
        state = self.state
        if name := projects.quoted(self.text[state.start : value.start]):
            return Subject(name, None, "项目", (state.start, value.start))
        if label := _SIDE.search(self.text, gap.start, value.start):
            return self.subjects.side(label.start(), label.end())
        if named := self._opening(gap.start):
            return named
        if state.foreign and not gap.has("level"):
            return None
        if state.project or (state.fallback and state.fallback.scheme != "收支"):
            return state.project or state.fallback
        return self._whole_unit(gap.clause)

    def _opening(self, end: int) -> Subject | None:
        """The line that the sentence opens with, where its mention was not marked (印刷费年初无预算，支出决算A)."""
        start = _OPENING.match(self.text, self.state.start).end()  # type: ignore[union-attr]
        clause = _CLAUSE.match(self.text, start, end)
        if clause and clause[1].endswith(self.words.project):
            return self.subjects.free(start, clause.end(1), parts=False)
        for size in range(min(16, end - start), 2, -1):
            known = self.words.readings.get(self.text[start : start + size])
            if known:
                one = known[0]
                return Subject(one.name, one.code or None, one.scheme, (start, start + size))
        return None

    def _whole_unit(self, clause: list[Mark]) -> Subject | None:
        """The whole unit, for a budget or an outturn that is said of nothing in particular."""
        if not self.state.brackets and any(mark.kind in ("level", "added") for mark in clause):
            return Subject("部门整体支出", None, "支出")
        return None


def _other_guests(cost: str, counted: str) -> bool:
    """Whether ``cost`` is that of foreign guests and the counted ones are not, or the other way round."""
    return cost.startswith("外") != counted.startswith("外") and cost != "公务接待费"
