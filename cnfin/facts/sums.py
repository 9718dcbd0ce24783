"""Sums of money → facts: a decision list. The cue before a sum says what it is, the ways of owner.py whose."""

from __future__ import annotations

import re
from typing import cast

from cnfin.document import Measure, SubjectScheme
from cnfin.facts import compared
from cnfin.facts.bodies import OF_PLACES
from cnfin.facts.clause import Clause, has
from cnfin.facts.cues import COMPARING, KINDS, STATING, Kind
from cnfin.facts.found import OF_BODY, WHOLE_UNIT, Found, Subject, make, of_account, signed
from cnfin.facts.frames import Frames, Inherited, Pending
from cnfin.facts.names import Names
from cnfin.facts.owner import OF_CHANGES, OF_LEVELS, OF_RESULTS, SOURCE_OF, Owners
from cnfin.facts.rules import PASS, Decision, Rule, Rules, bits, on
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
_SOURCE = re.compile(r"[：:，,\s]*([\u4e00-\u9fff]{2,8}资金)()\s*")
_LEVEL = re.compile(rf"[（(：:，,；;、\s]*({SOURCE_OF.pattern}|中央|[省市州县区镇村上本]级)(支出|使用)?为?\s*")
_ADDED_UP = re.compile(r"(?:以上|[两二三四五六七八九十\d]{1,2}项)?(?:合计|共计|总计)(?:支出|为)?")
_BUDGETS = ("年初预算数", "预算数", "调整预算数")
_NAMING = frozenset(("为", "是", "均为", "全部为", "系", "全为", "属于"))
_RATE_UNIT = re.compile(r"\s*(?:[/／]|每[人年月天次]|左右的标准|的?标准|以上的|以下的|（含）|\(含\))")
_BOUNDED, _MONTHS, _ONE, _LINE, _LIST = (
    bits(on(sight)) for sight in ("bounded", "months", "one character", "line behind", "list")
)
#: What units of rates, and words that name a sum from behind, begin with.
_BEHIND = dict.fromkeys("/／每左的标以（( \u3000\t", bits(on("unit behind")))
_BEHIND |= dict.fromkeys("，,均为系属", bits(on("word behind")))
_PARTIAL = re.compile(r"\d\s?[-—－~至]\s?\d{1,2}\s?月")
_OPENS: frozenset[Kind] = frozenset(("open", "parts", "colon"))
_DIVIDES: frozenset[Kind] = frozenset(("parts", "period", "use", "each", "colon"))
#: Behind these a sum is no other year's: it is what changed, or what was added.
_OTHER_YEAR = frozenset(KINDS) - {"change", "added"}
_FUNDS = re.compile(r"(?:资金|经费)(?:总额|总量|规模)?(?:共计|合计|共|为|是|约|有){1,2}$")
_MONEY = re.compile(r"(?:资金|经费)\s*$")
#: What names in a project's report end with, where they have a sum.
_OF_PROJECTS = ("支出", "资金", "补助", "配套", "专项", "投资", "奖补", "债券", "贷款", "自筹")
_PLACE = re.compile("(?<=.[省市州盟县区旗乡镇村])(?:支出|使用)$")
#: Names of money that a project has.
_SOURCES = ("资金", "投资", "债券", "自筹")
#: What a project brought is no money of its own.
_GAINS = ("收入", "产值", "收益", "效益", "利润", "销售额")
_PROJECTS = Subject("项目支出", None, "支出")
_BOUGHT = Subject("公务用车购置费", None, "三公经费")
#: Schemes of free names that tell by themselves whose a sum is.
_BY_NAME = frozenset(("项目", "其他"))
_ONE_SIDE = ("收入", "支出")
_SIGNS = {"-": -1, "－": -1, "−": -1, "+": 1, "＋": 1}
_RATE_NEXT = re.compile(r"[，,；;（(\s]*[\u4e00-\u9fff]{0,6}?(\d+(?:\.\d+)?)\s?[%％]")
#: A sum so near behind 追加 was added, whatever stands between.
_NEAR = 12


class Sums:
    """Decides on sums of money."""

    def __init__(self, text: str, words: Words, frames: Frames, names: Names, owners: Owners) -> None:
        self.text = text
        self.words = words
        self.frames = frames
        self.names = names
        self.owners = owners
        self._opens = dict.fromkeys(words.rest_opens, bits(on("rest opens")))
        self._reason = (0, 0, False)

    def decide(self, clause: Clause) -> tuple[str, Found | None]:
        """The rule that decides on the sum behind ``clause``, and its fact (None: 其他)."""
        text, value, start, end = self.text, clause.value, clause.start, clause.end
        shown = clause.shown | self._opens.get(text[start], 0) | _BEHIND.get(text[value.end : value.end + 1], 0)
        if value.wan is None or value.bound is not None:
            shown |= _BOUNDED
        if end - start == 1:
            shown |= _ONE
        elif text.find("月", start, end) >= 0:
            shown |= _MONTHS
        if clause.following is not None:
            shown |= _LINE
        if self.frames.said.queue:
            shown |= _LIST
        return RULES.decide(self, clause, clause.cue.kind, shown)

    # No measures

    def bound(self, clause: Clause, rule: str) -> Decision:
        """A limit is no figure; it may name whose figure the next one is."""
        if clause.value.bound is not None and self.frames.line.last is None:
            # 三公经费控制在A以内，实际支出B
            self.frames.speaks_of(self.owners.in_clause(clause.marks, clause.end))
        return None

    def per_head(self, clause: Clause, rule: str) -> Decision:
        """A standard per head, day …"""
        return None if _RATE_UNIT.match(self.text, clause.value.end) else PASS

    def part_of_a_year(self, clause: Clause, rule: str) -> Decision:
        """What was spent in some months."""
        return None if _PARTIAL.search(self.text, clause.start, clause.end) else PASS

    def rest(self, clause: Clause, rule: str) -> Decision:
        """What is left of a sum, or what it comes to with another."""
        left = clause.cue.kind == "level" and clause.cue.item.base == "left"
        return PASS if left or not self.words.rest.match(self.text, clause.start, clause.end) else None

    def something_else(self, clause: Clause, rule: str) -> Decision:
        """Assets, prices, fines …, unless a line is named behind the word."""
        other, account = clause.other, clause.account
        if other is None:
            return PASS
        averaged = other.item.base == "each"
        if account and account.start > other.start and not averaged and account.item.scheme != "其他":
            return PASS
        if averaged:
            self.frames.priced()
        else:
            self.frames.digresses(forgets=True)
        return None

    # Sums that a cue names

    def change(self, clause: Clause, rule: str) -> Decision:
        """增加A, 比预算少A; 其中：增加 … is no change of the sum behind another name."""
        cue = clause.cue
        near = self._near(cue, clause)
        return self._change(clause, cue.item, near, rule) if near or self._named_between(cue, clause) else PASS

    def other_side(self, clause: Clause, rule: str) -> Decision:
        """决算数小于预算数A: the comparison stands before the budget."""
        said = compared.side(clause, clause.cue)
        return self._change(clause, said, True, rule) if said else PASS

    def added(self, clause: Clause, rule: str) -> Decision:
        """What was added to the budget during the year, or cut from it."""
        cue, account = clause.cue, clause.account
        behind = (account is not None and account.start >= cue.end) or self.owners.has_object(clause)
        if not (self._near(cue, clause) or behind or clause.end - cue.end <= _NEAR):
            return PASS
        return self._stated(clause, self.owners.of_sum(clause, cue.start, OF_LEVELS), "追加预算数", rule, cue.item.sign)

    def last_year(self, clause: Clause, rule: str) -> Decision:
        """The sum of the year that is compared with."""
        other = compared.other_year(clause, clause.cue, self.text, self.frames.said.year)
        if other is None:
            return PASS
        opens = (mark.start for mark in clause.marks if mark.kind in ("start", "than", "prior"))
        subject = self.owners.of_sum(clause, min(opens, default=clause.start), OF_CHANGES, comparison=True)
        if subject is None:
            return None
        self.frames.compared("上年")
        before = self.frames.said.previous
        planned = self.frames.project and before and before[0].measure in _BUDGETS
        # 预算规模A，较2021年的B增长R
        measure = other.measure or (before[0].measure if before and planned else self.frames.default)
        return self._stated(clause, subject, measure, rule, year=other.year, divisible=False)

    def reached(self, clause: Clause, rule: str) -> Decision:
        """The new value that a change led to."""
        cue = clause.cue
        if not self._near(cue, clause):
            return PASS
        level = self.frames.line.level
        measure = cue.item.measure or (level[0].measure if level else self.frames.default)
        subject = self.owners.of_sum(clause, cue.start, OF_RESULTS)
        if self.frames.evaluation and subject and subject.scheme is None and subject.name.endswith(_GAINS):
            # 村集体收入达到A
            self.frames.digresses()
            return None
        return self._stated(clause, subject, measure, rule)

    def signed(self, clause: Clause, rule: str) -> Decision:
        """较上年-A: the sign is all that says it is a change."""
        sign = printed_sign(self.text, clause)
        if not sign or clause.end - clause.compared_until() > 1:
            return PASS
        return self._change(clause, Cue("change", "", sign, ""), True, rule)

    def level(self, clause: Clause, rule: str) -> Decision:
        """A budget or an outturn that a word names."""
        cue = clause.cue
        stating = [mark for mark in clause.marks if mark.kind in STATING]
        level = next((mark for mark in reversed(stating) if mark.kind != "done"), None)
        if level and self._financed(level, clause):
            level = None
        subject = self.owners.of_sum(clause, stating[0].start, OF_LEVELS)
        if subject is None or self._spent_elsewhere(level, subject, clause):
            return None
        if level is None:
            apart = "done" in clause.last and not self.names.adjacent(cue.end, clause.end)
            return None if apart else self._stated(clause, subject, "决算数", rule)
        section = self.frames.section
        if section.gains and level.kind == "spend" and subject.scheme is None and self.frames.evaluation:
            # 发放务工工资A under what a project brought
            return None
        base = level.item.base
        against = bool(base) and base != "left" and self._budget(clause, base, subject)
        measure, parts = level.item.measure, self.frames.line.inherited
        if level.kind == "spend" and measure == "预算数" and parts and parts.measure in _BUDGETS:
            # 年初预算A，其中省级安排B
            measure = parts.measure
        return self._stated(clause, subject, measure, rule, divisible=not against)

    def _budget(self, clause: Clause, base: str, subject: Subject) -> bool:
        """Note a budget; whether it is only what something is measured against (与预算A相比, 为预算A的R)."""
        done, than = "done" in clause.last, "than" in clause.last
        if than:
            self.frames.compared("预算")
        self.frames.budgets(base, subject)
        self.frames.expects(Pending("done" if done else "be", base, subject))
        return than or done or self.text.startswith("的", clause.value.end)

    def shared_total(self, clause: Clause, rule: str) -> Decision:
        """占总额A的R: the total comes before the share."""
        cue = clause.cue
        if clause.account is None or clause.account.start < cue.end:
            return PASS
        subject = self.owners.in_clause(clause.behind(cue.end), clause.end)
        whole = self.owners.in_clause(clause.before(cue.start), cue.start) or self.owners.carried()
        self.frames.expects(Pending("share", subject.name if subject else None, whole))
        found = self._stated(clause, subject, self.frames.default, rule, divisible=False)
        self.frames.speaks_of(whole)
        return found

    # Sums without a cue

    def restated(self, clause: Clause, rule: str) -> Decision:
        """The change whose rate was just stated: 下降5%（3万元）."""
        before = self.frames.said.previous
        fact = before[0] if before else None
        if fact is None or fact.measure != "增减率" or not _RESTATES.fullmatch(self.text, clause.start, clause.end):
            return PASS
        found = self._stated(
            clause, self.frames.line.last, "增减额", rule, -1 if fact.value < 0 else 1, base=fact.base
        )  # fmt: skip
        return found or PASS

    def said_behind(self, clause: Clause, rule: str) -> Decision:
        """A均为年初预算: words behind the sum say what it is."""
        behind = self.words.after_pattern.match(self.text, clause.value.end)
        if behind is None:
            return PASS
        cue = self.words.after[behind[1]]
        subject = self.owners.in_clause(clause.marks, clause.end) or self.frames.project or self.owners.carried()
        return self._stated(clause, subject, cue.measure, rule, cue.sign or 1)

    def paid_behind(self, clause: Clause, rule: str) -> Decision:
        """A已全部支付: words behind a project's sum say that it was paid, or came in."""
        if not self.frames.on_project or not self.words.paid.match(self.text, clause.value.end):
            return PASS
        named = self.owners.in_clause(clause.marks, clause.end) or self.names.free(_begin(clause), clause.end)
        subject = named or self.frames.project or self.owners.carried()
        return self._stated(clause, subject, "决算数", rule) if subject else PASS

    def dealt(self, clause: Clause, rule: str) -> Decision:
        """The next of a list with 分别."""
        return self._plain(clause, self.frames.next_in_queue(), rule) if self.frames.said.queue else PASS

    def plain(self, clause: Clause, rule: str) -> Decision:
        """The 科目 of the clause and its sum."""
        subject = self.owners.in_clause(clause.marks, clause.end)
        return self._plain(clause, subject, rule) if subject else PASS

    def line_behind(self, clause: Clause, rule: str) -> Decision:
        """其中A为基本支出: the line stands behind its sum."""
        following = clause.following
        if following is None or self.text[clause.value.end : following.start] not in _NAMING:
            return PASS
        return self._plain(clause, of_account(following), rule)

    def added_up(self, clause: Clause, rule: str) -> Decision:
        """两项合计A: a sum of sums just stated."""
        frames = self.frames
        if len(frames.said.recent) < 2 or not _ADDED_UP.fullmatch(self.text, _begin(clause), clause.end):
            return PASS
        if frames.project is None or any(one.scheme not in (None, "项目") for one in frames.said.recent):
            return None
        # 省级资金A，县级资金B，合计C: what the project has.
        level = frames.line.level
        return self._stated(clause, frames.project, level[0].measure if level else frames.default, rule)

    def source(self, clause: Clause, rule: str) -> Decision:
        """其中县级财政资金A: where the money is from, a part of the total."""
        begin = _begin(clause)
        named = _SOURCE.fullmatch(self.text, begin, clause.end) if "parts" in clause.last else None
        if named is None and (self.frames.project or self._inside(clause)):
            named = _LEVEL.fullmatch(self.text, begin, clause.end)
        if named is None:
            return PASS
        subject = Subject(named[1], None, None, (begin, clause.end))
        if named[2]:
            return self._stated(clause, subject, "决算数", rule)
        inherits = self.frames.line.inherited or self.frames.default != "决算数"
        # Beside a project the levels of government give its budget, until a word says that money was spent.
        return self._unnamed(clause, subject, rule) if inherits else self._stated(clause, subject, "预算数", rule)

    def unmarked(self, clause: Clause, rule: str) -> Decision:
        """其中财政拨款约A: a part whose name was not marked as a line."""
        begin = _begin(clause)
        name = self.names.phrase(begin, clause.end) if self._inside(clause) else ""
        known = self.words.line(name) if len(name) > 2 else None
        if known is None:
            return PASS
        return self._plain(clause, Subject(known.name, known.code or None, known.scheme, (begin, clause.end)), rule)

    def clause_before(self, clause: Clause, rule: str) -> Decision:
        """The line of an earlier clause, where nothing but neutral words stands between."""
        found = self.owners.before_clause(clause.gap, clause.start) if self._bare(clause) else None
        return self._unnamed(clause, found, rule) if found else PASS

    def spending_side(self, clause: Clause, rule: str) -> Decision:
        """财政拨款收入A，支出B"""
        spent = self._bare(clause) and "支出" in self.text[_begin(clause) : clause.end]
        found = self.owners.spending_side() if spent else None
        return self._unnamed(clause, found, rule) if found else PASS

    def counted(self, clause: Clause, rule: str) -> Decision:
        """公务接待3批次，支出A: what was just counted has a cost."""
        frames = self.frames
        counted = frames.said.counted
        if counted is None or not self._bare(clause):
            return PASS
        if frames.line.foreign or frames.section.assets or self.text.find("原因", frames.said.start, clause.end) >= 0:
            return None
        planned = frames.said.planned
        if planned and planned.item.base and counted.name.endswith("项目"):
            # 年初批复5个项目A: what was approved for them.
            return self._stated(clause, _PROJECTS, planned.item.measure, rule)
        if counted.place and counted.name == "公务用车" and self.text.find("购", counted.place[0], clause.end) >= 0:
            # 购置公务用车2辆，支出A
            return self._unnamed(clause, _BOUGHT, rule)
        if "支出" in self.text[_begin(clause) : clause.end] and (cost := self.owners.received_cost(clause)):
            return self._unnamed(clause, cost, rule)
        last = frames.line.last
        named = last is not None and last.scheme is not None and bool(frames.said.recent)
        return self._unnamed(clause, last if named else counted, rule)

    def carried(self, clause: Clause, rule: str) -> Decision:
        """What the text goes on speaking of."""
        if not self._bare(clause) or not (self.text[clause.start : clause.end].strip(" 、，,：:") or not clause.gap):
            return PASS
        frames = self.frames
        whole = clause.account is not None or _ADDED_UP.fullmatch(self.text, clause.start, clause.end)
        last = frames.line.last or frames.above or (frames.project if whole else None)
        subject = None if frames.line.foreign else last
        source = subject and subject.scheme is None and subject.name.endswith(_OF_PROJECTS)
        if subject and frames.project and source and frames.said.recent.count(subject) == 1 < len(frames.said.recent):
            # 中央补助A、县级配套B，支出C
            subject = frames.project if "支出" in self.text[clause.start : clause.end] else subject
        subject = subject and self.owners.side_of(subject, _begin(clause), clause.end)
        return self._unnamed(clause, subject, rule) if subject else None

    def after_its_budget(self, clause: Clause, rule: str) -> Decision:
        """年初预算A，B，完成年初预算的R"""
        previous = self.frames.said.previous
        if not self._bare(clause) or previous is None or previous[0].measure not in _BUDGETS:
            return PASS
        if not _SPENT.match(self.text, clause.value.end):
            return PASS
        return self._unnamed(clause, self.frames.line.last, rule)

    def of_heading(self, clause: Clause, rule: str) -> Decision:
        """用于保障机关运转的日常支出A under 基本支出情况: what the heading speaks of."""
        fallback, line = self.frames.section.fallback, self.frames.line
        if line.last or fallback is None or fallback.scheme != "支出":
            return PASS
        spent = self.text.endswith("支出", clause.start, clause.end)
        return self._unnamed(clause, fallback, rule) if spent else PASS

    def of_body(self, clause: Clause, rule: str) -> Decision:
        """县图书馆支出A: a side of a unit of the body."""
        begin = _begin(clause)
        side = next((side for side in _ONE_SIDE if self.text.endswith(side, begin, clause.end)), None)
        body = self.words.as_body(self.names.phrase(begin, clause.end - 2)) if side else None
        if body is None or body["name"][0] not in OF_PLACES:
            return PASS
        subject = Subject(f"本年{side}合计", None, cast(SubjectScheme, side), (clause.end - 2, clause.end))
        return self._plain(clause, subject, rule)

    def part(self, clause: Clause, rule: str) -> Decision:
        """An item of a list under any name, or a project."""
        begin = _begin(clause)
        inside = self._inside(clause)
        used = "use" in clause.last and self.frames.project is not None
        free = self.names.free(begin, clause.end, inside or used)
        known = self.frames.section.fallback or self.frames.line.last or self.frames.project
        if free and free.name == _PROJECTS.name and self._funded(clause):
            # 项目资金共A，已支付B: what the projects have.
            return self._stated(clause, free, "预算数", rule)
        spent = used or (self.frames.project and self.text.endswith(_OF_PROJECTS, begin, clause.end))
        if free and self.frames.evaluation and (place := _PLACE.search(free.name)):
            # 红岩县支出A
            where = Subject(free.name[: place.start()], None, None, free.place)
            return self._stated(clause, where, "决算数", rule)
        if free and (inside or spent or free.scheme in _BY_NAME or (known and free.name.endswith(self.words.cost))):
            return self._unnamed(clause, free, rule)
        self.frames.digresses()
        return None

    # What the rules share

    def _near(self, cue: Mark, clause: Clause) -> bool:
        return cue.end == clause.end or FILLER.fullmatch(self.text, cue.end, clause.end) is not None

    def _named_between(self, cue: Mark, clause: Clause) -> bool:
        """Whether the 科目 stands between the word of change and its sum: 增加会议费A, but not 下降%（其中：会议费A."""
        account = clause.account
        if account is None or account.start < cue.end or not self.names.adjacent(account.end, clause.end):
            return False
        return not any(mark.kind in _OPENS and cue.end <= mark.start < account.start for mark in clause.marks)

    def _change(self, clause: Clause, cue: Cue, near: bool, rule: str) -> Decision:
        frames = self.frames
        against = compared.against(clause.gap, cue, frames)
        compared.note(against, cue, frames)
        if against.base is None:
            return PASS
        sign = cue.sign or printed_sign(self.text, clause)
        if sign == 0:
            return None
        at = next((mark.start for mark in clause.marks if mark.item is cue), clause.end)
        changed = self._changed(clause)
        if changed is None and _only_explains(clause, at):
            frames.digresses()
            return None
        where = at if near else clause.end
        subject = changed or self._total_of_nothing(clause, sign)
        subject = subject or self.owners.of_sum(clause, where, OF_CHANGES, comparison=True)
        before = frames.said.previous
        added = before is not None and before[0].measure == "追加预算数" and against.base == "上年"
        if added and self.names.adjacent(clause.start, at):
            # 追加A，核减B，净增C: the net of what was added and cut.
            return self._stated(clause, subject, "追加预算数", "net of added and cut", sign)
        return self._stated(clause, subject, "增减额", rule, sign, base=against.base)

    def _total_of_nothing(self, clause: Clause, sign: int) -> Subject | None:
        """其中年初结转和结余0万元，较上年增加A: what is 0 has not grown, nor fallen by less than all; the total has."""
        line, previous = self.frames.line, self.frames.said.previous
        if clause.account or not line.here or previous is None or previous[0].value or previous[0].measure == "增减额":
            return None
        rate = _RATE_NEXT.match(self.text, clause.value.end)
        gone = sign < 0 and (rate is None or float(rate[1]) == 100)
        return None if gone or line.here[-1] == line.last else line.here[-1]

    def _changed(self, clause: Clause) -> Subject | None:
        """The 科目 behind the sum in 新增A专项收入, where none stands before it."""
        following = clause.following
        behind = following is not None and following.start == clause.value.end and "account" not in clause.last
        return of_account(following) if following and behind else None

    def _spent_elsewhere(self, level: Mark | None, subject: Subject, clause: Clause) -> bool:
        """Whether a verb of spending is all that gives the whole unit a sum, or money came to a line."""
        if subject.name == WHOLE_UNIT.name and "level" not in clause.last:
            return True
        funded = subject.scheme == "项目" or (subject.scheme is None and subject.name.endswith(self.words.funded))
        return level is not None and level.kind == "fund" and not funded

    def _financed(self, verb: Mark, clause: Clause) -> bool:
        """Whether 安排 only says whose money was spent: 财政拨款安排三公经费支出A in final accounts."""
        account = clause.account
        if verb.kind != "spend" or self.frames.default != "决算数" or account is None or account.start < verb.end:
            return False
        return _SPENDING.fullmatch(self.text, account.end, clause.end) is not None

    def _bare(self, clause: Clause) -> bool:
        """Whether nothing but neutral words stands before the sum."""
        return self.names.adjacent(_begin(clause), clause.end)

    def _inside(self, clause: Clause) -> bool:
        """Whether the sum stands in a list of parts; a sum that a reason gives is no part of the list above."""
        frames = self.frames
        inherited = frames.line.inherited
        listed = bool(inherited and frames.totals) or ("parts" in clause.last and "account" in clause.last)
        return listed and not (inherited is frames.listing.parts and self._reasoned(_begin(clause)))

    def _reasoned(self, end: int) -> bool:
        """Whether the sentence speaks of a reason before ``end``; what was looked through already is not again."""
        start = self.frames.said.start
        of, until, found = self._reason
        if of != start or until > end:
            until, found = start, False
        found = found or self.text.find("原因", max(start, until - 1), end) >= 0
        self._reason = (start, end, found)
        return found

    def _plain(self, clause: Clause, subject: Subject, rule: str) -> Decision:
        """A sum whose line is named, which ends any digression."""
        self.frames.resumes()
        return self._unnamed(clause, subject, rule)

    def _unnamed(self, clause: Clause, subject: Subject | None, rule: str) -> Decision:
        """A sum with the measure that its list, its total or the document gives it."""
        frames = self.frames
        if subject is None:
            return None
        if clause.account is None and not frames.line.inherited and "reason" in clause.last:
            return None
        measure = self._measure_of(clause, subject)
        sign, base = 1, None
        parts = self._inherited(clause)
        if parts and not (parts.measure in _BUDGETS and _BUDGET_NEXT.match(self.text, clause.value.end)):
            measure, sign, base = parts.measure, parts.sign, parts.base
        if clause.account is None and "each" in clause.last:
            equal = [mark.item.measure for mark in clause.gap if mark.kind == "level" and mark.start < clause.start]
            measure = equal[-1] if equal else measure
        return self._stated(clause, subject, measure, rule, sign, base=base)

    def _measure_of(self, clause: Clause, subject: Subject) -> Measure:
        """What a plain sum is: beside a project also what its heading, or the sum before it in a list, says."""
        frames = self.frames
        if subject.scheme == "项目" and self._funded(clause):
            return "预算数"
        if not (frames.project or frames.evaluation == "项目"):
            return frames.default
        before = frames.said.previous
        if before and before[0].measure in _BUDGETS and clause.start == clause.begin and has(clause.gap, "list"):
            # 下达助学金A、免学费补助B
            return before[0].measure
        spent = "支出" in self.text[clause.start : clause.end]
        if subject.scheme is None and subject.name.endswith(_SOURCES) and not spent:
            return "预算数"
        return "预算数" if frames.section.plans and not spent else frames.default

    def _inherited(self, clause: Clause) -> Inherited | None:
        """What the sum takes from the total that it is a part of."""
        parts, level = self.frames.line.inherited, self.frames.line.level
        if parts and level and self._exceeds(clause, parts):
            parts = Inherited(level[0].measure, 1, None, level[0].year)
            self.frames.inherits(parts)
        return parts

    def _funded(self, clause: Clause) -> bool:
        """护林项目资金为A: what a project has, before the text says what it spent."""
        if _FUNDS.search(self.text, clause.start, clause.end):
            return True
        return self.frames.project is not None and _MONEY.search(self.text, clause.start, clause.end) is not None

    def _exceeds(self, clause: Clause, parts: Inherited) -> bool:
        """Whether a part of a change is none: larger than the change, or compared with last year itself.

        比上年减少A，其中：B says what the sum before it is made of.
        """
        wan = clause.value.wan
        if parts.limit is None or wan is None:
            return False
        return wan > parts.limit or _COMPARED_NEXT.match(self.text, clause.value.end) is not None

    def _stated(
        self, clause: Clause, subject: Subject | None, measure: str, rule: str, sign: int = 1, *,
        base: str | None = None, year: int | None = None, divisible: bool = True,
    ) -> Found | None:  # fmt: skip
        """The fact, which the frames are told of."""
        value = clause.value
        if subject is None or value.wan is None:
            return None
        of = self.frames.said.year if year is None else year
        found = make(
            value, subject, cast(Measure, measure), of, signed(value.wan, sign), "万元", base, rule
        )  # fmt: skip
        self.frames.states(found, subject, divisible)
        return found


RULES = Rules(
    (
        Rule("bound", Sums.bound, "“三公”经费控制在⟨5万元⟩以内。", needs=on("bounded")),
        Rule("rate per head", Sums.per_head, "会议费按⟨300元⟩/人核定。", needs=on("unit behind")),
        Rule("part of a year", Sums.part_of_a_year, "护林项目1—8月支出⟨30万元⟩。", needs=on("months")),
        Rule("rest", Sums.rest, "印刷费支出3万元，剩余⟨2万元⟩。", needs=on("rest opens")),
        Rule("something else", Sums.something_else, "固定资产⟨900万元⟩。", needs=on("other")),
        Rule("change", Sums.change, "印刷费3万元，比上年减少⟨0.5万元⟩。", on("change")),
        Rule("other side", Sums.other_side, "印刷费3万元，决算数小于预算数⟨1万元⟩。", on("level"), on("change")),
        Rule("added", Sums.added, "印刷费年中追加⟨2万元⟩。", on("added")),
        Rule("signed", Sums.signed, "印刷费3万元，较上年 ⟨-1万元⟩。", on("prior", "same", "than")),
        Rule(
            "last year", Sums.last_year, "印刷费3万元，与上年⟨7.6万元⟩相比减少4.6万元。", _OTHER_YEAR,
            on("prior", "period", "start"),
        ),
        Rule("reached", Sums.reached, "印刷费由4万元降至⟨3万元⟩。", on("reach")),
        Rule("level", Sums.level, "印刷费年初预算⟨4万元⟩。", STATING),
        Rule("share's total", Sums.shared_total, "印刷费占公用经费⟨30万元⟩的10%。", on("share")),
        Rule("restated", Sums.restated, "印刷费3万元，比上年下降5%（⟨0.2万元⟩）。", needs=on("one character")),
        Rule("said behind", Sums.said_behind, "护林项目⟨30万元⟩均为年初预算。", needs=on("word behind")),
        Rule("paid, said behind", Sums.paid_behind, "护林防火项目预算30万元，其中⟨20万元⟩已全部支付。"),
        Rule("dealt", Sums.dealt, "印刷费、差旅费分别为⟨3万元⟩、2万元。", needs=on("list")),
        Rule("plain", Sums.plain, "印刷费⟨3万元⟩。", needs=on("account")),
        Rule("line behind", Sums.line_behind, "财政拨款支出9万元，其中⟨5万元⟩为基本支出。", needs=on("line behind")),
        Rule("added up", Sums.added_up, "印刷费3万元，差旅费2万元，两项合计⟨5万元⟩。"),
        Rule("source", Sums.source, "护林项目预算30万元，其中县级财政资金⟨20万元⟩。"),
        Rule("unmarked part", Sums.unmarked, "本年收入合计9万元，其中财政拨款约⟨8万元⟩。", needs=on("parts")),
        Rule("clause before", Sums.clause_before, "印刷费年初没有预算，共⟨3万元⟩。"),
        Rule("spending side", Sums.spending_side, "政府性基金预算财政拨款收入9万元，支出⟨8万元⟩。"),
        Rule("counted", Sums.counted, "国内公务接待3批次，支出⟨0.2万元⟩。"),
        Rule("carried", Sums.carried, "印刷费年初预算2万元。共计⟨3万元⟩。"),
        Rule("after its budget", Sums.after_its_budget, "水渠修缮年初预算90万元，⟨80万元⟩，完成年初预算的88.89%。"),
        Rule(
            "of the heading", Sums.of_heading, "（一）基本支出情况\n用于保障机关日常运转的支出⟨90万元⟩。",
            needs=on("use"),
        ),
        Rule(OF_BODY, Sums.of_body, "县图书馆支出⟨90万元⟩、县文化馆支出80万元。"),
        Rule("part", Sums.part, "项目支出9万元，其中：苗木款⟨7万元⟩。"),
    )
)


def printed_sign(text: str, clause: Clause) -> int:
    """The sign that is printed before a figure, inside its span or right before it; 0 where there is none."""
    return _SIGNS.get(text[clause.end], 0) or _SIGNS.get(text[clause.end - 1], 0)


def _begin(clause: Clause) -> int:
    """Where the words begin that may name the sum, behind 其中, 用于 and the like."""
    return next((mark.end for mark in reversed(clause.marks) if mark.kind in _DIVIDES), clause.start)


def _only_explains(clause: Clause, cue: int) -> bool:
    """Whether a change is that of something behind its sum: 主要原因是新增A…资金, not 主要原因是接待费减少A."""
    reason, said = False, clause.start
    for mark in clause.before(cue):
        if mark.kind == "account" or mark.kind in COMPARING:
            return False
        if mark.kind in ("reason", "period"):
            reason, said = reason or mark.kind == "reason", mark.end
    return reason and cue - said < 2
