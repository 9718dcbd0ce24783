"""Cues that change what is carried: brackets, 其中, a colon before the parts of a sum, 分别."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnfin.document import Account, Amount, AnySpan, Count, Percentage, Value
from cnfin.facts.state import Bracket, Found, Inherited, State, Subject, make, of_account
from cnfin.facts.subjects import Subjects, has_kind
from cnfin.facts.words import Mark, Words

#: The kinds of cue that :meth:`Turns.act` knows; the others only stand in the gap.
ACTING = frozenset(("open", "close", "parts", "colon", "apart", "each"))
VALUES = frozenset((Amount, Percentage, Count))
_SEPARATORS = re.compile(r"[\s、，,和及与以及；;]*")
_TURNS = re.compile(r"[\s、，,和及与以及；;]*(?:增长|增加|上升|提高|下降|减少|降低)?")
_CHANGES = ("增减额", "追加预算数")
_ADDED = frozenset(("added", "reason"))
_COLONS = ("：", ":")
#: A list mark at most stands before 其中 that opens a line.
_OPENING = 4
_NAMES = re.compile(r"[、和与及]|以及")


class Turns:
    """What a cue changes in the state, and the values that a list with 分别 deals out."""

    def __init__(self, text: str, words: Words, state: State, subjects: Subjects) -> None:
        self.text = text
        self.words = words
        self.state = state
        self.subjects = subjects

    def act(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan], place: int) -> None:
        """Note ``mark``, which stands in front of the span at ``place`` and behind ``gap``."""
        state = self.state
        kind = mark.kind
        if kind == "open":
            totals, here = list(state.totals), list(state.here)
            held = Bracket(mark.start, state.year, state.last, state.inherited, totals, here, 0, state.counted)
            state.brackets.append(held)
            if state.previous is not None and state.level is state.previous and mark.start - begin <= 1:
                self._announce(state.level)
        elif kind == "close" and state.brackets:
            bracket = state.brackets.pop()
            state.year = bracket.year
            if bracket.values:
                state.last, state.counted, state.foreign = bracket.last, bracket.counted, False
            state.inherited = bracket.inherited
            state.totals[:] = bracket.totals
            state.here[:] = bracket.here
        elif kind == "parts":
            self._parts(mark, gap)
        elif kind == "colon" and state.counted and mark.start == begin and state.level and not state.inherited:
            # 共三个项目：… lists the parts of the sum before.
            self._announce(state.level)
        elif kind == "apart" and self.text.startswith(_COLONS, mark.end):
            # 分别为：A的…；B的… is a list of parts like any other.
            self._parts(mark, gap)
        elif kind == "apart":
            self._apart(mark, gap, begin, spans, place)
        elif kind == "each":
            self._each(mark, gap, begin, spans, place)

    def _parts(self, cue: Mark, gap: list[Mark]) -> None:
        """其中, 包括 …: what stands before is the total of what follows."""
        state = self.state
        again = state.part and state.previous is None and self.text.startswith("按", cue.start)
        if again and state.totals and state.level:
            # 支出总计A。按性质分：…。按功能分：…: the same total is divided again.
            state.inherited = Inherited(state.level[0].measure, 1, None, state.level[0].year)
            return
        added = None
        for mark in gap:
            if mark.kind in _ADDED:
                added = mark
        if added is not None and (added.kind == "reason" or gap[-1].start - added.end > 8):
            added = None
        if added is not None and not has_kind(gap, "account"):
            state.inherited = Inherited("追加预算数", added.item.sign, None, state.year)
        elif state.previous and state.previous[0].measure in _CHANGES and not has_kind(gap, "account"):
            fact = state.previous[0]
            sign = -1 if fact.value < 0 else 1
            state.inherited = Inherited(fact.measure, sign, fact.base, fact.year, abs(fact.value))
        else:
            level = state.level
            if level is None and cue.start - state.start < _OPENING:
                level = state.level_above
            if level is not None:
                self._announce(level)
            named = next((mark.item for mark in reversed(gap) if mark.kind in ("account", "break")), None)
            if isinstance(named, Account) and named.scheme in ("收入", "支出", "收支"):
                # 本年收入的构成为：… names the total anew.
                self._total(of_account(named))

    def amid(self, total: Subject) -> None:
        """X中Y: parts of ``total`` follow, which take its measure where it has one."""
        state = self.state
        known = state.level[0] if state.level and state.level[0].subject == total.name else None
        state.inherited = Inherited(known.measure if known else state.default, 1, None, state.year)
        self._total(total)

    def _announce(self, level: Found) -> None:
        fact = level[0]
        state = self.state
        state.inherited = Inherited(fact.measure, 1, None, fact.year)
        self._total(Subject(fact.subject or "", fact.code, fact.scheme, (fact.start, fact.end)))

    def _total(self, subject: Subject) -> None:
        totals = self.state.totals
        names = [total.name for total in totals]
        if subject.name in names:
            del totals[names.index(subject.name) :]
        elif subject.scheme == "收支" or len(totals) > 4:
            totals.clear()
        totals.append(subject)
        self.state.here.append(subject)

    def _apart(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan], place: int) -> None:
        """分别: the names before it, to be given out to the values after it."""
        count = self._listed(mark.end, spans[place:], _TURNS)
        if count > 1:
            self._deal(mark, gap, begin, count)

    def _each(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan], place: int) -> None:
        """各减少A、B says of two lines what 分别 says; 各减少A says it of all."""
        values = [span for span in spans[place:] if type(span) in VALUES][:2]
        if len(values) == 2 and type(values[0]) is type(values[1]):
            count = self._listed(mark.end, spans[place:], _SEPARATORS)
            if count > 1:
                self._deal(mark, gap, begin, count)
                return
        self.state.queue = []

    def _listed(self, position: int, spans: Sequence[AnySpan], between: re.Pattern[str]) -> int:
        """How many values stand in a row, with nothing but ``between`` from one to the next."""
        count = 0
        for span in spans:
            if type(span) not in VALUES:
                continue
            if count and not between.fullmatch(self.text, position, span.start):
                break
            count += 1
            position = span.end
        return count

    def _deal(self, mark: Mark, gap: list[Mark], begin: int, count: int) -> None:
        """Queue up the names of ``count`` values."""
        state = self.state
        names = [of_account(item.item) for item in gap if item.kind == "account"]
        if len(names) == 1 and count == 2 and "收支" in names[0].name:
            # 收、支总计分别为A、B
            names = [_side(names[0], side) for side in ("收入", "支出")]
        if len(names) < count:
            start = max([begin, *(item.end for item in gap if item.kind in ("break", "colon", "parts", "period"))])
            pieces = [piece for piece in _NAMES.split(self.text[start : mark.start]) if piece.strip()]
            if len(pieces) >= count:
                names = [self._named(piece, start) for piece in pieces]
            elif not names:
                names = state.run[:count] if len(state.run) >= count else state.recent[-count:]
        state.queue = list(names[:count]) if len(names) >= count else []
        state.run = list(state.queue)
        state.dealt = None

    def _named(self, piece: str, start: int) -> Subject:
        piece = piece.strip()
        if piece in self.words.vehicles:
            return Subject("公务用车")
        free = self.subjects.free(start, start, False) if not piece else None
        short = self.words.short.get(piece)
        if short and (short[0] != "政" or "采购" in self.text[max(0, start - 300) : start + 10]):
            return Subject(short, None, "其他" if short[0] == "政" else None)
        return free or Subject(piece)

    def deals(self, gap: list[Mark], begin: int, end: int, first: bool) -> bool:
        """Whether the value at ``end`` belongs to the next subject of the queue; a queue that ended is dropped."""
        state = self.state
        if state.dealt and not first:
            if _SEPARATORS.fullmatch(self.text, begin, end):
                return True
            if _TURNS.fullmatch(self.text, begin, end):
                return False
        if not (has_kind(gap, "apart") or has_kind(gap, "each")):
            state.queue = []
        return False

    def dealt(self, span: Value) -> Found | None:
        """The fact of a value that the next subject of the queue has."""
        state = self.state
        subject = state.queue.pop(0)
        if isinstance(span, Count):
            return make(span, subject, "数量", state.year, span.number, span.unit, None, "dealt out")
        assert state.dealt is not None
        measure, sign, base = state.dealt
        number = span.wan if isinstance(span, Amount) else span.percent
        if number is None:
            return None
        state.last = subject
        if isinstance(span, Amount):
            state.recent.append(subject)
        unit = "万元" if isinstance(span, Amount) else "%"
        number = -number if sign < 0 and number else number
        found = make(span, subject, measure, state.year, number, unit, base, "dealt out")  # type: ignore[arg-type]
        state.previous = found
        return found


def _side(both: Subject, side: str) -> Subject:
    """收入总计 or 支出总计, of 收支总计."""
    return Subject(both.name.replace("收支", side), None, both.scheme, both.place)
