"""Whose value it is: an ordered list of ways to find the line, the project or the unit that a value is said of.

A rule names the ways that it allows, in their order; the first that finds something decides. ``STOP`` ends the
search with nothing: what stands there names something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Literal

import msgspec
from msgspec.structs import replace

from cnfin.document import Flow, Percentage, SubjectScheme
from cnfin.facts import projects
from cnfin.facts.clause import NO_CUE, Clause, has
from cnfin.facts.cues import BUDGETING, COMPARING, FRAMING, Kind, Shown
from cnfin.facts.found import WHOLE_UNIT, Subject, of_account
from cnfin.facts.frames import Frames
from cnfin.facts.names import Names
from cnfin.facts.rules import Needing, bits, on
from cnfin.facts.words import Mark, Words

STOP: Literal["stop"] = "stop"
Answer = Subject | None | Literal["stop"]

#: Words behind the parts of a total that say something else of the total.
_OF_TOTALS: frozenset[Kind] = frozenset(("level", "spend", "fund", "added", "rate"))
#: Rates of completion that are of money and not of work.
_OF_MONEY = re.compile("执行|支|付|资金|进度|预算")
_PROJECTS = Subject("项目支出", None, "支出")
_STEPS_ASIDE: frozenset[Kind] = FRAMING | {"parts", "than", "share"}
#: What ends the words that may name the subject of a sum, and of a rate.
FRAMES_OF_SUMS: frozenset[Kind] = COMPARING | BUDGETING | {"period", "each", "start"}
FRAMES_OF_RATES: frozenset[Kind] = COMPARING | {"level", "done", "open", "change"}
_FLOWS: tuple[Flow, Flow] = ("收入", "支出")
_SIDES: tuple[SubjectScheme, ...] = _FLOWS
_OWN_YEAR = frozenset(("本年支出", "本年度支出", "当年支出"))
#: 全年支出A, where nothing was named before.
_YEARLY = ("全年", "当年", "本年")
_LINES = frozenset(("三公经费", "功能分类", "经济分类", "项目", "其他"))
_OPENING = re.compile(r"(?:[\s（(]*[\d一二三四五六七八九十]{1,3}[)）、.．])?(?:20\d\d年度?)?")
_CLAUSE = re.compile(r"([^，,。；：:、（(]{3,30})[，,：:]")
_LABEL = re.compile(r"(?:收入|支出)(?:预算|决算)?[：:]")
_BOTH_SIDES = re.compile(r"\s*(?:收、?支|收入[、和及与]?支出)(?:总计|总额|总体|合计)?\s*")
#: Whose an object is, before its name: 我县, 本局.
_OURS = re.compile(r"(?:给|到)?(?:我|本|全)[省市州盟县区旗乡镇街局厅委办站所院校馆]")
#: Verbs that end the name of a budget: 年初预算安排村道养护A.
_VERBS = ("安排", "下达", "批复")
#: From which level money came, where a list says no more of it.
SOURCE_OF = re.compile(
    r"(?:中央|自治区级?|自治州级?|省级?|市级?|州级?|盟级?|县级?|区级?|乡镇级?|镇级|村级|上级|[省市县区]?本级|地方)"
    r"(?:财政)?(?:(?:配套|专项|补助)?资金|配套|补助|专项|财政(?=$|\d))"
)
_FROM = re.compile(
    rf"[：:，,；;、\s]*({SOURCE_OF.pattern}|[省市州县区]?本级(?=统筹|配套))"
    r"(?:实际|已|共|应)*(?:到位)?(?=[\u4e00-\u9fff]{0,4}$)"
)
_LEVEL = "(?:中央|自治区|[省市州盟县区镇乡村上本]级|[省市县区])(?:财政)?"
_GIVEN = re.compile(
    rf"[：:，,；;、\s]*({_LEVEL}预算(?=\s*$)|{_LEVEL}(?=(?:预算)?(?:安排|配套|统筹|投入|承担|解决|补助)))"
)
_SUMMED = re.compile("(?:以上|[两二三四五六七八九]项)?(?:合计|累计|共计|总计|总共|共)")
_LIST, _EARLIER = bits(on("list")), bits(on("clauses before"))
#: The longest name that a line opens with.
_LONGEST_NAME = 16
#: A 拨款 so near behind a line only says whose money it is.
_SOURCE = 3


class Quest(msgspec.Struct, frozen=True, gc=False):
    """What is asked: whose is the value of ``clause``.

    Attributes:
        clause: what stands before the value.
        cue: where the word that says what the value is begins.
        begin, end: the words before that, which may name the subject.
        until: the end of the words in which a 科目 names the subject.
        comparison: whether the value is a change, which may go on from far above.
    """

    clause: Clause
    cue: int
    begin: int
    end: int
    until: int
    comparison: bool


class Owners:
    """The ways to find whose a value is."""

    def __init__(self, text: str, words: Words, frames: Frames, names: Names) -> None:
        self.text = text
        self.words = words
        self.frames = frames
        self.names = names

    def of_sum(self, clause: Clause, cue: int, ways: Ways, comparison: bool = False) -> Subject | None:
        """Whose sum it is, where the word that says what the sum is begins at ``cue``."""
        begin, end = clause.residue(cue, FRAMES_OF_SUMS)
        return self._find(Quest(clause, cue, begin, end, clause.end, comparison), ways)

    def of_rate(self, clause: Clause, cue: int, comparison: bool, ways: Ways | None = None) -> Subject | None:
        """Whose rate it is, by the ways for rates or ``ways``."""
        begin, end = clause.residue(cue, FRAMES_OF_RATES)
        return self._find(Quest(clause, cue, begin, end, cue, comparison), ways or OF_RATES)

    def _find(self, quest: Quest, ways: Ways) -> Subject | None:
        clause, frames = quest.clause, self.frames
        shown = clause.shown
        if frames.said.queue or frames.line.run:
            shown |= _LIST
        if len(clause.gap) > len(clause.marks):
            shown |= _EARLIER
        for way, resumes in ways.asked.get(shown & ways.telling) or ways.of(shown):
            found = way(self, quest)
            if found is None:
                continue
            if found == STOP:
                return None
            if resumes:
                frames.resumes()
            return found
        return None

    # The ways, from the nearest to the farthest

    def dealt(self, quest: Quest) -> Answer:
        """The next subject of a list with 分别; the first of the list where 均 or 各 says it of all."""
        if self.frames.said.queue:
            return self.frames.next_in_queue()
        run = self.frames.line.run
        return run[0] if run and "each" in quest.clause.last else None

    def named(self, quest: Quest) -> Answer:
        """The 科目 of the clause."""
        marks = quest.clause.marks
        if quest.until != quest.clause.end:
            marks = quest.clause.before(quest.until)
        return self.in_clause(marks, quest.until)

    def other_side(self, quest: Quest) -> Answer:
        """The side that the words for last year or a budget name: 支出A，比上年收入增加R is of the income."""
        last, said = self.frames.line.last, quest.clause.last
        marks = [said[kind] for kind in ("prior", "level") if kind in said]
        sides = [(side, mark) for mark in marks if (side := self._one_side(mark.start, mark.end))]
        if last is None or not sides:
            return None
        side, mark = sides[0]
        if side == self.words.lines.of(last.name, last.code, last.scheme).flow:
            return None
        name = self.words.lines.turned(last.name, side) or f"本年{side}合计"
        return Subject(name, None, self.words.lines.schemes[name], (mark.start, mark.end))

    def behind(self, quest: Quest) -> Answer:
        """The line named between the cue and the sum, where its mention was not marked (部门决算总收入A)."""
        start = max((mark.end for mark in quest.clause.marks if mark.kind in BUDGETING), default=quest.clause.end)
        return self._known(start, quest.clause.end)

    def received(self, quest: Quest) -> Answer:
        """The cost of the receptions just counted."""
        return self.received_cost(quest.clause)

    def received_cost(self, clause: Clause) -> Subject | None:
        """The cost of the receptions just counted: 国内公务接待4批次，31人次，共计支出A."""
        counted, last = self.frames.said.counted, self.frames.line.last
        if counted is None or self.frames.said.previous or not counted.name.endswith("公务接待"):
            return None
        if "account" in clause.last:
            return None
        if last is not None and last.name.endswith("接待费") and not _other_guests(last.name, counted.name):
            return None
        known = [one for one in self.words.readings.get(counted.name + "费", ()) if one.scheme == "三公经费"]
        return Subject(known[0].name, None, "三公经费") if known else None

    def object(self, quest: Quest) -> Answer:
        """What stands between a verb and its sum: 安排烘干房奖补A, 下达我县护林资金A.

        In a reason it is something else, and behind 的 the verb only says whose money it is.
        """
        clause = quest.clause
        planned = clause.cue.kind == "level" and self.text.endswith(_VERBS, clause.cue.start, clause.cue.end)
        if not planned and clause.cue.kind not in ("spend", "added", "fund"):
            return None
        own = _OURS.match(self.text, clause.cue.end, clause.end)
        start = max((mark.end for mark in clause.behind(clause.cue.end) if mark.kind == "period"), default=0)
        start = max(start, own.end() if own else clause.cue.end)
        if source := SOURCE_OF.fullmatch(self.text, start, clause.end):
            return Subject(source[0], None, None, (start, clause.end))
        if self.names.adjacent(start, clause.end) or self.text[start] == "的":
            return None
        return STOP if "reason" in clause.last else self.names.free(start, clause.end, parts=True)

    def has_object(self, clause: Clause) -> bool:
        """Whether a name stands between the verb and its sum."""
        found = self.object(Quest(clause, clause.cue.start, clause.start, clause.start, clause.end, False))
        return found is not None and found != STOP

    def words_before(self, quest: Quest) -> Answer:
        """What the words before the cue name, though it is no marked 科目."""
        if self.frames.project and (source := _FROM.match(self.text, quest.begin, quest.clause.cue.end)):
            # 县级配套到位A
            return Subject(source[1], None, None, (quest.begin, quest.end))
        if self.frames.line.inherited and (level := _GIVEN.match(self.text, quest.begin, quest.clause.end)):
            # 其中：县级预算安排A
            return Subject(level[1], None, None, (quest.begin, level.end(1)))
        if self.names.adjacent(quest.begin, quest.end):
            return None
        # 其中：消费券核销A: any noun is a part of a project's money.
        line = self.frames.line
        listed = line.inherited is not None or (line.last is not None and line.last.scheme is None)
        parts = bool(self.frames.project and listed and quest.clause.cue.kind == "spend")
        return self.names.free(quest.begin, quest.end, parts)

    def only_words_before(self, quest: Quest) -> Answer:
        """The same, where words that name nothing known mean something else."""
        if self.names.adjacent(quest.begin, quest.end):
            return None
        cue = quest.clause.cue
        any_noun = cue.kind == "rate" and _OF_MONEY.search(self.text, cue.start, cue.end) is not None
        return self.names.free(quest.begin, quest.end, parts=any_noun) or STOP

    def framed(self, quest: Quest) -> Answer:
        """What the text goes on with, where the clause says a reason or a use."""
        before = quest.clause.before(quest.cue)
        if has(before, "use") or has(before, "reason"):
            return self.carried(False) or STOP
        return None

    def earlier(self, quest: Quest) -> Answer:
        """The last 科目 of the clauses before."""
        return self.before_clause(quest.clause.gap, quest.clause.start)

    def first_of_all(self, quest: Quest) -> Answer:
        """The first line of the sentence, where 各 says the value of all."""
        recent = self.frames.said.recent
        return recent[0] if quest.comparison and len(recent) > 1 and "each" in quest.clause.last else None

    def led_by_project(self, quest: Quest) -> Answer:
        """The project of the section, before the line has named anything."""
        return self.frames.project if not self.frames.line.last else None

    def sides(self, quest: Quest) -> Answer:
        """收入 or 支出, before the cue or at the beginning of the sentence."""
        above = self.frames.above
        side = self.side(quest.begin, quest.end) or (None if above else self._side_before(quest.clause))
        # Under the name of a line of the same side 支出 is that line's.
        return None if side and above and self._on_side(side.name, above) else side

    def summed_up(self, quest: Quest) -> Answer:
        """The project, where its moneys are added up: 省级资金到位A，县级资金到位B，合计到位C."""
        frames, clause = self.frames, quest.clause
        last = frames.line.last
        if frames.project is None or len(frames.said.recent) == 1 or last is None or last.scheme is not None:
            return None
        return frames.project if _SUMMED.match(self.text, clause.start, clause.end) else None

    def adjusted(self, quest: Quest) -> Answer:
        """The project or the whole unit again: 追加普查经费A，核减人员经费B，调整后预算C."""
        if quest.clause.cue.item.measure != "调整预算数":
            return None
        frames, added = self.frames, self.frames.said.previous
        head, last = frames.line.head, frames.line.last
        several = head and last and head.name != last.name
        return (frames.project or WHOLE_UNIT) if several and added and added[0].measure == "追加预算数" else None

    def total_again(self, quest: Quest) -> Answer:
        """The total behind its parts, where another measure comes: 支出A，其中：B、C，完成预算的R."""
        line, clause = self.frames.line, quest.clause
        parts, total = line.inherited, line.here[-1] if line.here else line.head
        if parts is None or total is None or line.parts != line.stated or quest.comparison:
            return None
        if line.parts < 2 and (line.last is None or line.last.scheme != "结转结余"):
            return None
        cue = clause.last.get("rate", NO_CUE) if type(clause.value) is Percentage else clause.cue
        other = (cue.item.measure, cue.item.sign or 1) != (parts.measure, parts.sign)
        return total if other and cue.kind in _OF_TOTALS else None

    def carried_on(self, quest: Quest) -> Answer:
        """What the text goes on speaking of."""
        return self.carried(quest.comparison)

    def neutral_words(self, quest: Quest) -> Answer:
        """A subject that words which mostly say nothing name here."""
        return self.names.free(quest.begin, quest.end) if quest.end > quest.begin else None

    def quoted(self, quest: Quest) -> Answer:
        """The project that the sentence names in quotes."""
        start, end = self.frames.said.start, quest.clause.end
        name = projects.quoted(self.text[start:end])
        return Subject(name, None, "项目", (start, end)) if name else None

    def labelled(self, quest: Quest) -> Answer:
        """The side that a label names: 支出预算：A."""
        label = _LABEL.search(self.text, quest.clause.start, quest.clause.end)
        return (self.side(label.start(), label.end()) or STOP) if label else None

    def opening(self, quest: Quest) -> Answer:
        """The line that the sentence opens with, where its mention was not marked (印刷费年初无预算，支出决算A)."""
        end = quest.clause.start
        start = _OPENING.match(self.text, self.frames.said.start).end()  # type: ignore[union-attr]
        clause = _CLAUSE.match(self.text, start, end)
        if clause and clause[1].endswith(self.words.project):
            return self.names.free(start, clause.end(1)) or STOP
        sizes = range(min(_LONGEST_NAME, end - start), 2, -1)
        return next((found for size in sizes if (found := self._known(start, start + size))), None)

    def side_of_cue(self, quest: Quest) -> Answer:
        """收入预算A: the side is part of the word for the budget, where the heading speaks of another."""
        cue, frames = quest.clause.cue, self.frames
        said = self.text[cue.start : cue.end]
        side = self._one_side(cue.start, cue.end)
        if side is None or frames.project or not ("算" in said or (said.startswith(_YEARLY) and not frames.line.last)):
            return None
        if last := frames.line.last:
            # 收入预算A，其中：财政拨款B；支出预算C
            turned = self._other_side(side) if self.names.adjacent(quest.begin, quest.end) else None
            if turned:
                return replace(turned, place=(cue.start, cue.end))
            # 年初预算收入A，其中…。年初预算支出B
            other = side == "支出" and last.scheme == "收入" and frames.said.previous is None
            return WHOLE_UNIT if other else None
        name = f"本年{side}合计"
        known = frames.above or frames.section.fallback
        stands = known is not None and (known.scheme == "收支" or self._on_side(name, known))
        return None if stands else Subject(name, None, side, (cue.start, cue.end))

    def project_or_section(self, quest: Quest) -> Answer:
        """The project spoken of, or the line that the heading names."""
        if self.frames.line.foreign and "level" not in quest.clause.last:
            return STOP
        fallback = self.frames.section.fallback
        return self.frames.project or (fallback if fallback and fallback.scheme != "收支" else None)

    def project_spoken_of(self, quest: Quest) -> Answer:
        """The project spoken of, unless the text went on to something else."""
        return None if self.frames.line.foreign else self.frames.project

    def whole_unit(self, quest: Quest) -> Answer:
        """The whole unit, or the projects that the report is on."""
        if self.frames.evaluation == "项目":
            return _PROJECTS
        said = "level" in quest.clause.last or "added" in quest.clause.last
        return WHOLE_UNIT if said and not self.frames.said.brackets else None

    # The 科目 of a clause

    def in_clause(self, marks: Sequence[Mark], end: int) -> Subject | None:
        """The 科目 among ``marks`` that the value at ``end`` is said of."""
        chosen: list[Mark] = []
        framed = False
        for mark in marks:
            kind = mark.kind
            if kind == "account":
                said = _turn(marks, mark.end, end) if framed else end
                if self._is_named(mark, chosen[-1] if chosen else None, said, framed):
                    chosen.append(mark)
            elif kind in FRAMING:
                framed = True
            elif kind == "share" and chosen:
                break
            elif kind == "parts" and not self.names.adjacent(mark.end, end):
                # 项目支出包括巡河经费A: the value is a part's, which words behind 包括 name.
                chosen = []
        named = chosen[0 if has(marks, "each") else -1] if chosen else None
        return self._of_budget(self._same_money(named) or of_account(named.item)) if named else None

    def _is_named(self, mark: Mark, chosen: Mark | None, end: int, framed: bool) -> bool:
        """Whether a 科目 may be what the value at ``end`` is said of."""
        name = mark.item.text
        spoken_of = self.frames.project
        # The 医疗救助 in 医疗救助资金 names the project, not the line.
        at = spoken_of.name.find(name) if spoken_of else -1
        whole = at >= 0 and spoken_of is not None and self.text.startswith(spoken_of.name, mark.start - at)
        of_name = whole or (at >= 0 and mark.item.scheme == "功能分类")
        project = (name in self.words.bare and self.frames.on_project) or of_name
        known = project or (name in self.words.generic and (chosen or self._is_known(mark)))
        if known and not ("拨款" in name and not self.text[mark.end : end].strip()):
            # 三公经费财政拨款支出A: a generic name means the line before it, unless it stands right before the value.
            return False
        if framed and not (self.names.adjacent(mark.end, end) and "收入" not in self.text[mark.end : end]):
            return False
        if name in _OWN_YEAR and self._is_of_line():
            return False
        # 机关运行经费一般公共预算拨款A: the money's source, not another line.
        return not (chosen and name.endswith("拨款") and mark.start - chosen.end <= _SOURCE)

    def _one_side(self, start: int, end: int) -> Flow | None:
        """收入 or 支出, where ``text[start:end]`` says one of them and not both."""
        said = [side for side in _FLOWS if side in self.text[start:end]]
        return said[0] if len(said) == 1 else None

    def _is_of_line(self) -> bool:
        """Whether the sentence has already stated a sum of one line: 公务接待费预算A，本年支出B."""
        last = self.frames.line.last
        return self.frames.said.previous is not None and last is not None and last.scheme in _LINES

    def _is_known(self, mark: Mark) -> bool:
        """Whether a generic name (支出, 项目 …) means a line already spoken of."""
        last, above, name = self.frames.line.last, self.frames.above, mark.item.text
        if name == "项目":
            return self.frames.project is not None
        if last:
            return not (last.name.endswith("收入") and name.startswith("支出")) and self._on_side(name, last)
        above = above or self.frames.project
        return above is not None and self._on_side(name, above)

    def _on_side(self, name: str, known: Subject) -> bool:
        """Whether a generic name of one side (收入预算, 支出决算) may mean a line that was named before."""
        said = [side for side in _SIDES if side in name]
        flow = self.words.lines.of(known.name, known.code, known.scheme).flow
        return len(said) != 1 or flow is None or flow == said[0]

    def _of_budget(self, subject: Subject) -> Subject:
        """本年收入 and 本年支出 in a section on one kind of budget are that budget's."""
        above = self.frames.section.fallback
        lines = self.words.lines
        own = lines.of(subject.name, subject.code, subject.scheme)
        if above is None or own.line != "合计" or own.funds != "全部" or subject.name == WHOLE_UNIT.name:
            return subject
        funds = lines.of(above.name, above.code, above.scheme).funds
        name = lines.name("合计", own.flow, funds) if funds in ("政府性基金", "国有资本经营") else None
        return Subject(name, None, lines.schemes[name], subject.place) if name else subject

    def _same_money(self, named: Mark) -> Subject | None:
        """The spending of the money just spoken of: 财政拨款本年收入A，增长B；本年支出C."""
        last, said = self.frames.line.last, named.item.text
        if last is None or last.place is None or said not in ("本年支出", "支出总计"):
            return None
        income = "本年收入" if said == "本年支出" else "收入总计"
        if "拨款" not in last.name or not self.text.endswith(income, *last.place):
            return None
        return self._turned(last)

    def _turned(self, subject: Subject) -> Subject | None:
        """The same line on the side of spending."""
        name = self.words.lines.turned(subject.name, "支出")
        return Subject(name, None, self.words.lines.schemes[name], subject.place) if name else None

    def before_clause(self, marks: Iterable[Mark], start: int) -> Subject | None:
        """The last 科目 before ``start``, among the earlier clauses of the gap, that is no use or reason."""
        found: Mark | None = None
        framed = False
        for mark in marks:
            if mark.start >= start:
                break
            kind = mark.kind
            if kind in ("break", "close"):
                framed = False
            elif kind in _STEPS_ASIDE:
                framed = True
            elif kind == "account" and not framed and self._goes_on(mark, found):
                found = mark
        return of_account(found.item) if found else None

    def _goes_on(self, mark: Mark, found: Mark | None) -> bool:
        """Whether a 科目 of an earlier clause names a line; a generic name means one already known, if there is one."""
        return mark.item.text not in self.words.generic or not (found or self._is_known(mark))

    # What is carried

    def carried(self, comparison: bool = False) -> Subject | None:
        """The subject that the text goes on speaking of."""
        frames, line = self.frames, self.frames.line
        if line.foreign and not frames.on_project:
            return None
        found = line.last or line.head or frames.above
        said = comparison and found in frames.said.recent
        if frames.project and found and found.scheme == "结转结余" and not said:
            # 上年结转A，下达B: what is allotted is the project's again.
            found = frames.project
        return found or ((line.above or frames.section.fallback) if comparison else None)

    def side(self, start: int, end: int) -> Subject | None:
        """本年收入合计 or 本年支出合计 where the words before a cue are only 收入 or 支出 (收入较上年 …)."""
        said, line = self.text[start:end], self.frames.line
        before = line.last or line.above
        if before and before.scheme == "收支" and _BOTH_SIDES.fullmatch(said):
            name = self.words.lines.turned(before.name, "收支")
            return Subject(name, None, "收支", (start, end)) if name else None
        side, last = self._one_side(start, end), line.last or line.head
        if side is None:
            return None
        if last is None or last.name == WHOLE_UNIT.name:
            return Subject(f"本年{side}合计", None, side, (start, end))
        if whole := self._listed_above(said.strip(), last):
            return whole
        other = self._other_side(side)
        return replace(other, place=(start, end)) if other else None

    def _other_side(self, side: Flow) -> Subject | None:
        """The total of ``side`` where the text speaks of the other: of the same money, or of a list's total."""
        lines, line = self.words.lines, self.frames.line
        last = line.last or line.head
        if last is None or self._on_side(side, last):
            return None
        listed = line.here[-1] if line.here and line.inherited else last
        same = lines.of(listed.name).flow == lines.of(last.name, last.code, last.scheme).flow
        name = lines.turned((listed if same else last).name, side) or f"本年{side}合计"
        return Subject(name, None, lines.schemes[name])

    def side_of(self, both: Subject, start: int, end: int) -> Subject:
        """The side of 收支总计 that the words before a sum say: 收支情况：收入A、支出B; else ``both``."""
        side = self._one_side(start, end) if both.scheme == "收支" else None
        name = self.words.lines.turned(both.name, side) if side else None
        return Subject(name, None, self.words.lines.schemes[name], (start, end)) if name else both

    def _listed_above(self, said: str, last: Subject) -> Subject | None:
        """The total of the line's list, where a bare 收入 or 支出 follows its parts."""
        lines, here = self.words.lines, self.frames.line.here
        if said not in _SIDES or lines.of(last.name, last.code, last.scheme).flow not in (said, "结转结余"):
            return None
        totals = [total for total in here if lines.of(total.name, total.code, total.scheme).flow == said]
        return totals[-1] if totals and totals[-1].name != last.name else None

    def _side_before(self, clause: Clause) -> Subject | None:
        """收入 or 支出 that opens the sentence, before a comparison with a comma behind it: 收支与上年相比，增加A."""
        if self.frames.said.previous is not None:
            return None
        than = next((mark.start for mark in clause.gap if mark.kind == "than" and mark.start < clause.start), None)
        return None if than is None else self.side(self.frames.said.start, than)

    def spending_side(self) -> Subject | None:
        """The 支出 that stands beside the 收入 spoken of: 政府性基金预算财政拨款收入A，支出B."""
        last = self.frames.line.last
        income = last is not None and self.words.lines.of(last.name).flow == "收入"
        return self._other_side("支出") if income else None

    def _known(self, start: int, end: int) -> Subject | None:
        """The line that ``text[start:end]`` is the name of."""
        known = self.words.line(self.text[start:end]) if end - start > 2 else None
        return Subject(known.name, known.code or None, known.scheme, (start, end)) if known else None


Way = Callable[[Owners, Quest], Answer]
Ways = Needing[tuple[Way, bool]]
#: Ways that name a line again, which ends any digression.
_RESUMING: frozenset[Way] = frozenset((Owners.named, Owners.earlier, Owners.first_of_all))
#: The marks and sights of which a way needs one.
_NEEDS: dict[Way, Set[Shown]] = {
    Owners.dealt: on("list"),
    Owners.named: on("account"),
    Owners.other_side: on("prior", "level"),
    Owners.behind: BUDGETING,
    Owners.object: on("level", "spend", "added", "fund"),
    Owners.framed: FRAMING,
    Owners.earlier: on("clauses before"),
    Owners.first_of_all: on("each"),
}
#: What the text speaks of where the clause names nothing.
_CARRIED = (Owners.summed_up, Owners.adjusted, Owners.total_again, Owners.carried_on)


def _ways(*ways: Way) -> Ways:
    return Needing(((way, way in _RESUMING), _NEEDS.get(way)) for way in ways)


#: Of a budget or an outturn, which belongs to somebody in any case.
OF_LEVELS = _ways(
    Owners.dealt, Owners.named, Owners.behind, Owners.received, Owners.object, Owners.words_before, Owners.earlier,
    Owners.led_by_project, Owners.sides, Owners.side_of_cue, *_CARRIED, Owners.neutral_words, Owners.quoted,
    Owners.labelled, Owners.opening, Owners.project_or_section, Owners.whole_unit,
)  # fmt: skip
#: Of the new value that a change led to.
OF_RESULTS = _ways(
    Owners.dealt, Owners.named, Owners.only_words_before, Owners.earlier, Owners.sides, *_CARRIED,
    Owners.neutral_words,
)  # fmt: skip
#: Of a change, and of the other year's sum in a comparison.
OF_CHANGES = _ways(
    Owners.dealt, Owners.named, Owners.other_side, Owners.only_words_before, Owners.earlier, Owners.first_of_all,
    Owners.sides, *_CARRIED, Owners.neutral_words, Owners.project_spoken_of,
)  # fmt: skip
OF_RATES = _ways(
    Owners.dealt, Owners.named, Owners.other_side, Owners.framed, Owners.only_words_before, Owners.earlier,
    Owners.first_of_all, *_CARRIED, Owners.project_spoken_of,
)  # fmt: skip
#: Of a rate of change.
OF_CHANGE_RATES = _ways(
    Owners.dealt, Owners.named, Owners.other_side, Owners.framed, Owners.only_words_before, Owners.earlier,
    Owners.first_of_all, Owners.sides, *_CARRIED, Owners.project_spoken_of,
)  # fmt: skip


def _turn(clause: Iterable[Mark], start: int, end: int) -> int:
    """Where the first word of change between ``start`` and ``end`` begins, or ``end``."""
    return next((mark.start for mark in clause if mark.kind == "change" and start <= mark.start < end), end)


def _other_guests(cost: str, counted: str) -> bool:
    """Whether ``cost`` is that of foreign guests and the counted ones are not, or the other way round."""
    return cost.startswith("外") != counted.startswith("外") and cost != "公务接待费"
