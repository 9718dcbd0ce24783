"""Sums of money → facts: the cue before the sum decides the measure, the 科目 before it the subject."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import cast

from cnfin.document import Amount, Fact, Measure
from cnfin.facts.comparisons import Comparisons
from cnfin.facts.owners import Owners
from cnfin.facts.state import LEVELS, Found, Inherited, State, Subject, make, of_account
from cnfin.facts.subjects import Gap, Subjects
from cnfin.facts.words import Cue, Mark, Words

#: What may stand between a verb of change and the sum.
FILLER = re.compile(
    r"(?:[了约近为达共额数率至）)：:\s/、的＋+－\-各均]|金额|大约|资金|经费|支出|收入|大概|分别|[（(](?:减少|下降|增加|\+)[）)])*"
)
_SPENT = re.compile(r"[，,](?:完成|为|占)(?:当年|本年)?(?:年初|调整|全年)?(?:部门)?预算")
_SPENDING = re.compile(r"[”\"]?(?:经费)?支出(?:总额|合计|总计|共计)?为?\s*")
# 其中：会议费支出A，年初预算为B: A is the outturn, whatever the total before was.
_BUDGET_NEXT = re.compile(r"[，,、]\s*(?:年初)?预算(?:数|金额|安排)?为?\s*\d")
_COMPARED_NEXT = re.compile(r"[，,]\s*(?:[较比]|与[^，,。；]{2,8}相比)")
_RESTATES = re.compile(r"[（(即]")
_SOURCE = re.compile(r"[：:，,\s]*([\u4e00-\u9fff]{2,8}资金)\s*")
_ADDED_UP = re.compile(r"(?:以上|[两二三四五六七八九十\d]{1,2}项)?(?:合计|共计|总计)(?:支出|为)?")
_BUDGETS = ("年初预算数", "预算数", "调整预算数")
#: What the words that name a sum from behind begin with.
_NAMED_AFTER = frozenset("，,均为系属")
_NAMING = frozenset(("为", "是", "均为", "全部为", "系", "全为", "属于"))
_RATE_UNIT = re.compile(r"\s*(?:[/／]|每[人年月天次]|左右的标准|的?标准|以上的|以下的|（含）|\(含\))")
_RATE_OPENS = frozenset("/／每左的标以（( \u3000\t")
_PARTIAL = re.compile(r"\d\s?[-—－~至]\s?\d{1,2}\s?月")
_OPENS = frozenset(("open", "parts", "colon"))
_COMPARING = frozenset(("than", "prior", "same"))
_LEVELS = frozenset(("level", "spend", "done", "fund"))
_MEASURED = frozenset(
    ("level", "spend", "change", "added", "reach", "fund", "prior", "start", "other", "done", "share", "rate")
)


def zero_free(number: Decimal, sign: int) -> Decimal:
    """``number`` with ``sign``; a zero has none, and 减少-3.2 is a fall as 减少3.2 is."""
    return -abs(number) if sign < 0 and number else number


class Amounts:
    """Facts of sums of money."""

    def __init__(self, text: str, words: Words, state: State, subjects: Subjects) -> None:
        self.text = text
        self.words = words
        self.state = state
        self.subjects = subjects
        self.owners = Owners(text, words, state, subjects)
        self.comparisons = Comparisons(text, state)

    def fact(self, value: Amount, gap: Gap) -> Found | None:
        """The fact of ``value``, or None where it is 其他.

        Args:
            value: the sum.
            gap: what stands between the value before and this one.
        """
        if value.bound is not None and self.state.last is None:
            # 三公经费控制在A以内，实际支出B: the bound makes no fact, but names whose B is.
            self.state.last = self.subjects.in_clause(gap.clause, value.start)
        if value.wan is None or value.bound is not None:
            return None
        if self.text[value.end : value.end + 1] in _RATE_OPENS and _RATE_UNIT.match(self.text, value.end):
            # A standard per head, day …
            return None
        said = self.text[gap.start : value.start]
        if "月" in said and _PARTIAL.search(said):
            return None
        if (said[:1] in self.words.rest_opens or said[:1].isspace()) and self.words.rest.match(said):
            return None
        cue, account, other = self._last(gap.clause) if gap.clause else (None, None, None)
        if other is not None and (
            account is None or account.start < other.start or other.item.base == "each" or account.item.scheme == "其他"
        ):
            self._foreign(other)
            return None
        if cue is not None and (found := self._cued(value, gap, cue, account)) is not None:
            return found[0] if found else None
        return self._plain(value, gap, account)

    def _foreign(self, cue: Mark) -> None:
        """Note a sum of something else; a price or an average does not end what the text speaks of."""
        self.state.foreign = self.state.foreign or cue.item.base != "each"
        self.state.previous = None

    def _last(self, clause: list[Mark]) -> tuple[Mark | None, Mark | None, Mark | None]:
        """The clause's last cue (比 or 与 where there is no other), its last 科目, and a cue of other values."""
        cue = than = account = other = None
        colon = False
        for mark in clause:
            kind = mark.kind
            if kind == "account":
                account = mark
            elif kind in _MEASURED:
                cue = mark
                if kind == "other":
                    other = mark
                elif kind == "level" and colon:
                    other = None
            elif kind == "colon":
                # 抽检外包费项目自评综述：全年预算数A: what stands before the colon is a title.
                colon = True
            elif kind == "reason":
                cue = than = None
            elif kind == "than":
                than = mark
        return cue or than, account, other

    def _cued(self, value: Amount, gap: Gap, cue: Mark, account: Mark | None) -> tuple[Found, ...] | tuple[()] | None:
        """One fact, none (the value is 其他), or None where the cue says nothing of this value."""
        kind = cue.kind
        near = cue.end == value.start or FILLER.fullmatch(self.text, cue.end, value.start) is not None
        if kind == "change":
            if near or (account and self._named_between(cue, account, gap, value.start)):
                return self._change(value, gap, cue.item, near)
            return None
        if kind == "level" and (compared := self.comparisons.side(gap.clause, cue)) is not None:
            return self._change(value, gap, compared, True)
        if kind == "added":
            if near or (account and account.start >= cue.end) or value.start - cue.end <= 12:
                subject = self.owners.of(value, gap, cue.start, explicit=True)
                return self._done(value, subject, "追加预算数", cue.item.sign, None, "added")
            return None
        if (earlier := self.comparisons.last_year(value, gap.clause, cue)) is not None:
            return self._prior(value, gap, earlier)
        if kind == "reach" and near:
            measure = cue.item.measure or (self.state.level[0].measure if self.state.level else self.state.default)
            return self._done(value, self.owners.of(value, gap, cue.start), measure, 1, None, "reached")
        if kind in _LEVELS:
            return self._level(value, gap, cue)
        if kind == "share" and account and account.start >= cue.end:
            subject = self.subjects.in_clause([mark for mark in gap.clause if mark.start >= cue.end], value.start)
            whole = self._whole(gap, cue)
            self.state.pending = ("share", subject.name if subject else None, whole)
            found = self._done(value, subject, self.state.default, 1, None, "share's total", announce=False)
            self.state.last = whole
            return found
        return None

    def _named_between(self, cue: Mark, account: Mark, gap: Gap, end: int) -> bool:
        """Whether the 科目 stands between the word of change and its sum: 增加会议费A, but not 下降%（其中：会议费A."""
        if account.start < cue.end or not self.subjects.adjacent(account.end, end):
            return False
        return not any(mark.kind in _OPENS and cue.end <= mark.start < account.start for mark in gap.clause)

    def _whole(self, gap: Gap, cue: Mark) -> Subject | None:
        before = [mark for mark in gap.clause if mark.start < cue.start]
        return self.subjects.in_clause(before, cue.start) or self.subjects.carried()

    def _change(self, value: Amount, gap: Gap, cue: Cue, near: bool) -> tuple[Found, ...] | tuple[()] | None:
        base = self.comparisons.base(gap.marks, cue)
        if base is None:
            return None
        if cue.sign == 0:
            return ()
        at = next((mark.start for mark in gap.clause if mark.item is cue), value.start)
        if _only_explains(gap, at) and not self._changed(value, gap):
            self.state.foreign = True
            return ()
        subject = self._changed(value, gap) or self.owners.of(value, gap, at if near else value.start, comparison=True)
        if subject is None or value.wan is None:
            return ()
        number = zero_free(value.wan, cue.sign or 1)
        before = self.state.previous
        if before and before[0].measure == "追加预算数" and base == "上年" and self.subjects.adjacent(gap.start, at):
            # 追加A，核减B，净增C: the net of what was added and cut.
            return self._done(value, subject, "追加预算数", cue.sign or 1, None, "net of added and cut")
        return self._finish(make(value, subject, "增减额", self.state.year, number, "万元", base, "change"), subject)

    def _changed(self, value: Amount, gap: Gap) -> Subject | None:
        """The 科目 behind the sum in 新增A专项收入, where none stands before it."""
        following = self.state.following
        behind = following is not None and following.start == value.end and not gap.has("account")
        return of_account(following) if following and behind else None

    def _prior(self, value: Amount, gap: Gap, earlier: tuple[int | None, str]) -> tuple[Found, ...] | tuple[()]:
        year, measure = earlier
        first = min((mark.start for mark in gap.clause if mark.kind in ("start", "than", "prior")), default=gap.start)
        subject = self.owners.of(value, gap, first, comparison=True)
        if subject is None or value.wan is None:
            return ()
        self.state.compare = "上年"
        self.state.compared = True
        kind = cast(Measure, measure or self.state.default)
        return self._finish(make(value, subject, kind, year, value.wan, "万元", None, "last year"), subject, False)

    def _level(self, value: Amount, gap: Gap, cue: Mark) -> tuple[Found, ...] | tuple[()] | None:
        level: Mark | None = None
        done = than = budget = False
        first = value.start
        for mark in gap.clause:
            kind = mark.kind
            if kind == "than":
                than = True
            elif kind in _LEVELS:
                # 支出 … 安排 … are plain verbs of the budget: 本年安排 in final accounts is still the budget.
                first = min(first, mark.start)
                budget = budget or kind == "level"
                if kind == "done":
                    done = True
                else:
                    level = mark
        if level and level.kind == "spend" and self._financed(level, gap, value.start):
            level = None
        measure = level.item.measure if level else "决算数"
        base = level.item.base if level else ""
        subject = self.owners.of(value, gap, first, explicit=True)
        if subject and subject.name == "部门整体支出" and not budget:
            return ()
        if subject is None:
            return ()
        if level and level.kind == "fund" and subject.scheme != "项目":
            return ()
        if done and level is None and not self.subjects.adjacent(cue.end, value.start):
            return ()
        # 与预算A相比, 为预算A的R: the budget is only what something is measured against.
        against = bool(base) and (than or done or self.text.startswith("的", value.end))
        if against and than:
            self.state.compare, self.state.compared = "预算", True
        if base:
            self.state.budget = (base, subject)
            self.state.pending = ("done" if done else "be", base, subject)
        return self._done(value, subject, measure, 1, None, "level", announce=not against)

    def _financed(self, verb: Mark, gap: Gap, end: int) -> bool:
        """Whether 安排 only says whose money was spent: 财政拨款安排三公经费支出A in final accounts."""
        if self.state.default != "决算数":
            return False
        named = [mark for mark in gap.clause if mark.kind == "account" and mark.start >= verb.end]
        return bool(named) and _SPENDING.fullmatch(self.text, named[-1].end, end) is not None

    def _plain(self, value: Amount, gap: Gap, account: Mark | None) -> Found | None:
        state, subjects = self.state, self.subjects
        if restated := self._restated(value, gap):
            return restated
        following = self.text[value.end : value.end + 1]
        after = self.words.after_pattern.match(self.text, value.end) if following in _NAMED_AFTER else None
        if after:
            cue = self.words.after[after[1]]
            subject = subjects.in_clause(gap.clause, value.start) or state.project or subjects.carried()
            if subject is None:
                return None
            found = self._done(value, subject, cue.measure, cue.sign or 1, None, "named after")
            return found[0] if found else None
        subject = state.queue.pop(0) if state.queue else subjects.in_clause(gap.clause, value.start)
        rule = "plain"
        if subject is None and (named := self._named_after(value)):
            subject, rule = named, "named after"
        if subject is None:
            subject, rule = self._unnamed(value, gap)
        else:
            state.foreign = False
        if subject is None:
            return None
        if account is None and not state.inherited and gap.has("reason"):
            return None
        measure: Measure = state.default
        sign, base = 1, None
        parts = state.inherited
        if parts and state.level and self._exceeds(value, parts):
            fact = state.level[0]
            parts = state.inherited = Inherited(fact.measure, 1, None, fact.year)
        if parts and not (parts.measure in _BUDGETS and _BUDGET_NEXT.match(self.text, value.end)):
            measure, sign, base = parts.measure, parts.sign, parts.base
        if account is None and gap.has("each"):
            equal = [mark for mark in gap.marks if mark.kind == "level" and mark.start < gap.start]
            measure = equal[-1].item.measure if equal else measure
        found = self._done(value, subject, measure, sign, base, rule)
        return found[0] if found else None

    def _restated(self, value: Amount, gap: Gap) -> Found | None:
        """The change whose rate was just stated: 下降5%（3万元）."""
        before = self.state.previous[0] if self.state.previous else None
        if before is None or before.measure != "增减率" or not _RESTATES.fullmatch(self.text, gap.start, value.start):
            return None
        found = self._done(value, self.state.last, "增减额", -1 if before.value < 0 else 1, before.base, "change")
        return found[0] if found else None

    def _exceeds(self, value: Amount, parts: Inherited) -> bool:
        """Whether a part of a change is none: larger than the change, or compared with last year itself.

        比上年减少A，其中：B says what the sum before it is made of.
        """
        if parts.limit is None or value.wan is None:
            return False
        return value.wan > parts.limit or _COMPARED_NEXT.match(self.text, value.end) is not None

    def _named_after(self, value: Amount) -> Subject | None:
        """The 科目 in 其中A为基本支出."""
        following = self.state.following
        if following is None or self.text[value.end : following.start] not in _NAMING:
            return None
        return of_account(following)

    def _unnamed(self, value: Amount, gap: Gap) -> tuple[Subject | None, str]:
        """The subject of a sum whose clause names no 科目."""
        state, subjects = self.state, self.subjects
        begin = gap.start
        for mark in gap.clause:
            if mark.kind in ("parts", "period", "use", "each", "colon"):
                begin = mark.end
        if len(state.recent) > 1 and _ADDED_UP.fullmatch(self.text, begin, value.start):
            return None, ""
        if gap.has("parts") and (source := _SOURCE.fullmatch(self.text, begin, value.start)):
            # 其中县级财政资金A: where the money is from, a part of the total.
            return Subject(source[1], None, None, (begin, value.start)), "part"
        if subjects.adjacent(begin, value.start):
            found = subjects.before_clause(gap.marks, gap.start)
            if found:
                return found, "clause before"
            if "支出" in self.text[begin : value.start] and (other := subjects.spending_side()):
                return other, "other side"
            if state.counted and (state.foreign or state.assets):
                return None, ""
            if state.counted:
                spent = "支出" in self.text[begin : value.start]
                if spent and (cost := self.owners.received(gap)):
                    return cost, "counted"
                named = state.last is not None and state.last.scheme is not None and bool(state.recent)
                return (state.last if named else state.counted), "counted"
            if self.text[gap.start : value.start].strip(" 、，,：:") or not gap.marks:
                return (None if state.foreign else state.last or state.above), "carried"
            if state.previous and state.previous[0].measure in _BUDGETS and _SPENT.match(self.text, value.end):
                return state.last, "outturn of the budget before"
        inside = bool(state.inherited and state.totals) or (gap.has("parts") and gap.has("account"))
        if inside and state.inherited is state.lists and "原因" in self.text[state.start : begin]:
            # A sum that a reason gives is no part of the list above.
            inside = False
        free = subjects.free(begin, value.start, inside)
        known = state.fallback or state.last
        if free and (inside or free.scheme == "项目" or (known and free.name.endswith(self.words.cost))):
            return free, "part"
        state.foreign = True
        return None, ""

    def _done(
        self, value: Amount, subject: Subject | None, measure: str, sign: int, base: str | None, rule: str,
        announce: bool = True,
    ) -> tuple[Found, ...] | tuple[()]:  # fmt: skip
        if subject is None or value.wan is None:
            return ()
        number = zero_free(value.wan, sign)
        found = make(value, subject, cast(Measure, measure), self.state.year, number, "万元", base, rule)
        return self._finish(found, subject, announce)

    def _finish(self, found: Found, subject: Subject, level: bool = True) -> tuple[Found, ...]:
        state = self.state
        state.previous = found
        state.last = subject
        state.head = state.head or subject
        if found[0].measure in LEVELS and level:
            if not self._plans(found[0]):
                state.level = found
            state.part = state.inherited is not None
            if state.inherited and not (state.recent and state.recent[-1].name == subject.name):
                state.parts += 1
            state.recent.append(subject)
        return (found,)


    def _plans(self, fact: Fact) -> bool:
        """Whether it is the budget of the outturn just stated: 支出决算A，年初预算B，其中：… divides the outturn."""
        before = self.state.level
        if before is None or fact.measure not in _BUDGETS or self.state.default != "决算数":
            return False
        return before[0].measure == "决算数" and before[0].subject == fact.subject and before[0].year == fact.year


def _only_explains(gap: Gap, cue: int) -> bool:
    """Whether a change is that of something behind its sum: 主要原因是新增A…资金, not 主要原因是接待费减少A."""
    reason, said = False, gap.start
    for mark in gap.clause:
        if mark.start >= cue:
            break
        if mark.kind == "account" or mark.kind in _COMPARING:
            return False
        if mark.kind == "reason" or mark.kind == "period":
            reason, said = reason or mark.kind == "reason", mark.end
    return reason and cue - said < 2
