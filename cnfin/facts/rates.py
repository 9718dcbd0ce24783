"""Percentages → facts, a decision list: shares of a total, completion of a budget, rates of change."""

from __future__ import annotations

import re
from operator import attrgetter

from cnfin.document import Measure
from cnfin.facts import compared, sums
from cnfin.facts.clause import NO_CUE, Clause, has, says_nothing
from cnfin.facts.cues import BUDGETING, COMPARING, LINKING, OF_RATES, Kind
from cnfin.facts.found import WHOLE_UNIT, Found, Subject, make, signed
from cnfin.facts.frames import Dealing, Frames
from cnfin.facts.names import Names
from cnfin.facts.owner import OF_CHANGE_RATES, Owners
from cnfin.facts.rules import PASS, Decision, Rule, Rules, bits, on
from cnfin.facts.sums import FILLER
from cnfin.facts.totals import Totals
from cnfin.facts.words import Mark, Words

# 占比分别为R、R
_DEALT = re.compile(r"^(?:分别|依次|各)(?:为|是|达)?")
# 占预算项目总额的R: a share of the projects, while 占预算总额的R is how much of it was spent.
_TOTAL_OF = re.compile(r"[\u4e00-\u9fff]{2,6}总额")
_TOTAL = re.compile(
    r"(?:支出|收入|总额|合计|总计|经费|预算|费|费用|资金|金额|总数|总量|比重)(?:数|总额|合计|总数)?(?:的|为|约|：|:)*$"
)
_LINK = re.compile(r"[\s的（()）、，,数为约]*")
_AROUND_TOTAL = " 的为约近比例：:达了数"
_BUDGET_WORDS = ("", "预算", "年初预算", "总预算")
#: A rate behind these may be that of the sum before it.
_VAGUE: frozenset[Kind] = on("none", "be", "level", "spend")
_COMPLETING: frozenset[Kind] = frozenset(("level", "spend", "done", "be", "rate"))
#: Words that the rate and its budget hang together by.
_JOINED: frozenset[Kind] = LINKING - {"be"}
#: Words that only link the words before them to the rate: 降幅为5%, 执行率达到98%.
_LINKED: dict[Kind, tuple[Kind, ...]] = {"be": ("change", "rate"), "reach": ("rate",)}
_BOUNDED, _PENDING = bits(on("bounded")), bits(on("pending"))
_start = attrgetter("start")
_OUTSIDE = 8
#: 完成率 alone, and with 支出 or 工作 before it, may be that of the work.
_SHORT_RATE = 4


class Rates:
    """Decides on percentages."""

    def __init__(
        self, text: str, words: Words, frames: Frames, names: Names, owners: Owners, totals: Totals
    ) -> None:  # fmt: skip
        self.text = text
        self.words = words
        self.frames = frames
        self.names = names
        self.owners = owners
        self.totals = totals
        #: What says what the rate at hand is.
        self.cue = NO_CUE

    def decide(self, clause: Clause) -> tuple[str, Found | None]:
        """The rule that decides on the rate behind ``clause``, and its fact (None: 其他)."""
        self.cue = _cue(clause)
        value, shown = clause.value, clause.shown
        if value.unit != "%" or value.bound is not None:
            shown |= _BOUNDED
        if self.frames.said.pending is not None:
            shown |= _PENDING
        return RULES.decide(self, clause, self.cue.kind, shown)

    def bound(self, clause: Clause, rule: str) -> Decision:
        """A limit or a number of points is no rate."""
        return None

    def of_share(self, clause: Clause, rule: str) -> Decision:
        """占总额A的R: the total's sum stands between."""
        pending = self.frames.said.pending
        if pending is None or pending.kind != "share" or not _LINK.fullmatch(self.text, clause.start, clause.end):
            return PASS
        return self._stated(clause, pending.subject, "占比", rule, base=pending.base) or PASS

    def of_budget(self, clause: Clause, rule: str) -> Decision:
        """完成预算A的R: the budget's sum stands between."""
        pending = self.frames.said.pending
        if pending is None or pending.kind == "share" or not _LINK.fullmatch(self.text, clause.start, clause.end):
            return PASS
        if pending.kind != "done" and "的" not in self.text[clause.start : clause.end]:
            return PASS
        return self._stated(clause, pending.subject, "预算完成率", rule, base=pending.base) or PASS

    def restated(self, clause: Clause, rule: str) -> Decision:
        """减少A（R）: the rate of the change just stated."""
        previous = self.frames.said.previous
        if previous is None or not says_nothing(clause.gap) or previous[0].measure != "增减额":
            return PASS
        fact = previous[0]
        sign = -1 if fact.value < 0 else 1
        return self._stated(clause, self.frames.line.last, "增减率", rule, sign, fact.base) or PASS

    def in_brackets(self, clause: Clause, rule: str) -> Decision:
        """A（R）: the share of a part just stated."""
        previous, gap, last = self.frames.said.previous, clause.gap, self.frames.line.last
        if previous is None or not self.frames.totals or not says_nothing(gap):
            return PASS
        if not gap or gap[-1].kind != "open" or previous[0].measure not in ("决算数", "预算数"):
            return PASS
        return self._stated(clause, last, "占比", rule, base=self.totals.of(last)) or PASS

    def no_cue(self, clause: Clause, rule: str) -> Decision:
        """Nothing says what the rate is, or that it is a score."""
        return None

    def share_of_plan(self, clause: Clause, rule: str) -> Decision:
        """占…安排的R, where the word behind 占 names no budget: a share."""
        if self.cue.item.base:
            return PASS
        share = clause.last.get("share")
        return self._share(clause, share, rule) if share else None

    def share_of_budget(self, clause: Clause, rule: str) -> Decision:
        """占预算支出的R in a budget, and 占预算项目总额的R: a share."""
        share = clause.last["share"]
        account = clause.account
        of_line = account is not None and account.start > share.end
        other = _TOTAL_OF.match(self.text, self.cue.end) is not None
        planned = self._planned and _completed(clause) is share
        return self._share(clause, share, rule) if other or planned or of_line else PASS

    def completion(self, clause: Clause, rule: str) -> Decision:
        """完成年初预算的R, 预算执行率R"""
        cue = self.cue
        if _completed(clause) is None and not _LINK.fullmatch(self.text, cue.end, clause.end):
            return None
        return self._completion(clause, cue, rule)

    def share(self, clause: Clause, rule: str) -> Decision:
        """占总额的R"""
        return self._share(clause, self.cue, rule)

    def change(self, clause: Clause, rule: str) -> Decision:
        """比上年增长R"""
        cue, frames = self.cue, self.frames
        if not FILLER.fullmatch(self.text, cue.end, clause.end):
            return None
        against = compared.against(clause.gap, cue.item, frames)
        compared.note(against, cue.item, frames)
        if against.base is None:
            return None
        sign = cue.item.sign or sums.printed_sign(self.text, clause)
        if sign == 0:
            return self._moved(clause, rule)
        said = frames.said.previous is not None or any(mark.kind in COMPARING for mark in clause.gap)
        subject = self.owners.of_rate(clause, cue.start, said, OF_CHANGE_RATES)
        alone = frames.said.previous is None and subject == frames.project
        if alone and "支出" not in self.text[clause.begin : cue.start]:
            # PM2.5年均浓度同比下降R is nothing of the project's money.
            return None
        if not said and "account" not in clause.last and clause.end - clause.start > _OUTSIDE:
            return None
        return self._stated(clause, subject, "增减率", rule, sign, against.base)

    def signed(self, clause: Clause, rule: str) -> Decision:
        """同比-R: the sign is all that says it is a change."""
        sign = sums.printed_sign(self.text, clause)
        if not sign or clause.end - clause.compared_until() > 1:
            return PASS
        compares = clause.last.get("prior") or clause.last.get("same")
        subject = self.owners.of_rate(clause, compares.start if compares else clause.end, True)
        return self._stated(clause, subject, "增减率", rule, sign, "上年")

    # What the rules share

    @property
    def _planned(self) -> bool:
        """Whether the document is a budget, in which 占…预算的R is a share: nothing is completed yet."""
        return self.frames.default == "预算数"

    def _share(self, clause: Clause, cue: Mark, rule: str) -> Decision:
        behind = clause.behind(cue.end)
        account = next((mark for mark in behind if mark.kind == "account"), None)
        base: str | None = account.item.name if account else None
        if base is None:
            if not self._planned and any(self._is_budget(mark) for mark in behind):
                return self._completion(clause, cue, "completion")
            said = _DEALT.sub("", self.text[cue.end : clause.end].strip(_AROUND_TOTAL))
            if said and not _TOTAL.search(said):
                return None
            base = None if said in _BUDGET_WORDS else said
        subject = self.owners.of_rate(clause, cue.start, False)
        if subject is None:
            return None
        return self._stated(clause, subject, "占比", rule, base=base or self.totals.of(subject))

    def _is_budget(self, mark: Mark) -> bool:
        return mark.kind in BUDGETING and bool(mark.item.base) and not _TOTAL_OF.match(self.text, mark.end)

    def _completion(self, clause: Clause, cue: Mark, rule: str) -> Decision:
        frames = self.frames
        budgets = [mark for mark in clause.marks if mark.kind in BUDGETING and mark.item.base]
        base = budgets[-1].item.base if budgets else cue.item.base if cue.kind == "rate" else None
        if not base and cue.kind == "done" and frames.said.budget is not None and has(clause.gap, "break"):
            # 年初预算A，支出决算B，完成R: the budget stated just before.
            base, budgeted = frames.said.budget
            return self._stated(clause, budgeted, "预算完成率", rule, base=base)
        if not base:
            return None
        if (frames.said.counted or frames.project) and frames.said.previous is None and self._of_work(cue):
            # 完成抽检6128批次，完成率102.13%
            return None
        first = min([cue.start, *(mark.start for mark in clause.marks if mark.kind in _JOINED), *map(_start, budgets)])
        # A line that opens with 完成预算的R goes on with the line above.
        opens = cue.kind != "rate" and self.names.adjacent(frames.said.start, first)
        subject = self.owners.of_rate(clause, first, opens) or self._of_section(clause, cue, first)
        return self._stated(clause, subject and self._spent(clause, subject), "预算完成率", rule, base=base)

    def _of_section(self, clause: Clause, cue: Mark, first: int) -> Subject | None:
        """The section's line or the whole unit, where nothing else is spoken of; 完成率 may be that of the work."""
        short = cue.kind == "rate" and cue.end - cue.start <= _SHORT_RATE
        of_work = short and self._of_work(cue)
        if of_work or self.frames.line.foreign or not self.names.adjacent(clause.start, first):
            return None
        return self.frames.section.fallback or WHOLE_UNIT

    def _of_work(self, cue: Mark) -> bool:
        """Whether a word may be of work as well as of money."""
        return cue.kind == "rate" and self.text.endswith(("完成率", "完成率为"), cue.start, cue.end)

    def _spent(self, clause: Clause, subject: Subject) -> Subject:
        """年末结转结余0万元，执行率R: a balance has no rate of completion, what was spent before it has."""
        if subject.scheme != "结转结余" or clause.account:
            return subject
        spent = [one for one in self.frames.said.recent if one.scheme != "结转结余"]
        return spent[-1] if spent else WHOLE_UNIT

    def _moved(self, clause: Clause, rule: str) -> Decision:
        """A rate whose word has no direction (变动率5%): the change stated right before it has one."""
        before = self.frames.said.previous
        if before is None or before[0].measure != "增减额" or has(clause.gap, "account"):
            return None
        sign = -1 if before[0].value < 0 else 1
        return self._stated(clause, self.frames.line.last, "增减率", rule, sign, before[0].base)

    def _stated(
        self, clause: Clause, subject: Subject | None, measure: Measure, rule: str, sign: int = 1,
        base: str | None = None,
    ) -> Found | None:  # fmt: skip
        """The fact, which the frames are told of."""
        if subject is None:
            return None
        value = clause.value
        found = make(value, subject, measure, self.frames.said.year, signed(value.percent, sign), "%", base, rule)
        self.frames.rates(found, subject, Dealing(measure, sign, base))
        return found


RULES = Rules(
    (
        Rule("points or a limit", Rates.bound, "印刷费比上年下降⟨2个百分点⟩。", needs=on("bounded")),
        Rule(
            "share, its total before", Rates.of_share, "印刷费占公用经费30万元的⟨10%⟩。", _VAGUE, on("pending")
        ),
        Rule(
            "completion, its budget before", Rates.of_budget, "印刷费支出3万元，完成年初预算4万元的⟨75%⟩。", _VAGUE,
            on("pending"),
        ),
        Rule("change restated", Rates.restated, "印刷费3万元，比上年减少1万元（⟨25%⟩）。", on("none")),
        Rule(
            "share in brackets", Rates.in_brackets, "本年收入合计9万元，其中：事业收入3万元（⟨33.33%⟩）。", on("none")
        ),
        Rule("signed", Rates.signed, "印刷费3万元，同比⟨-5%⟩。", on("none")),
        Rule("no rate of money", Rates.no_cue, "群众满意度⟨95%⟩。", on("none", "other")),
        Rule("share of a plan", Rates.share_of_plan, "印刷费3万元，占累计支付的⟨10%⟩。", BUDGETING, None, "预算"),
        Rule(
            "share of a budget", Rates.share_of_budget, "印刷费预算3万元，占支出预算的⟨10%⟩。", _COMPLETING,
            on("share"), "预算",
        ),
        Rule("completion", Rates.completion, "印刷费支出3万元，完成年初预算的⟨75%⟩。", _COMPLETING),
        Rule("share", Rates.share, "印刷费3万元，占公用经费的⟨10%⟩。", on("share")),
        Rule("change", Rates.change, "印刷费比上年增长⟨5%⟩。", on("change")),
    )
)


def _cue(clause: Clause) -> Mark:
    """The last cue of the clause; 为 behind a word of change or a rate only links it (降幅为5%)."""
    last = NO_CUE
    for mark in clause.marks:
        linked = _LINKED.get(mark.kind, ())
        if mark.kind in OF_RATES and not (last.kind in linked and mark.start - last.end <= 1):
            last = mark
    return last


def _completed(clause: Clause) -> Mark | None:
    """The last word that says something was reached, or shared."""
    return next((mark for mark in reversed(clause.marks) if mark.kind in LINKING or mark.kind == "rate"), None)
