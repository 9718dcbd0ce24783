"""Whose money a fact of running text is: flow, funds, division and owner, given in reading order.

The measure and the subject of a value are found by the grammar; here each fact gets its place in the accounts.
Its money is looked for in its own name, in its sentence, in the total that its paragraph or list announced, and
in the nearest heading that names one; what none of these says stays None.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from cnfin.document import Account, Division, Explanation, Fact, Flow, Funds, Section, Sentence
from cnfin.facts.bodies import Bodies
from cnfin.facts.dimensions import Dimensions, economic_part
from cnfin.facts.found import OF_BODY, Found, Subject
from cnfin.facts.words import Words

_DERIVED = frozenset(("占比", "预算完成率", "增减额", "增减率"))
_WHOLE = frozenset(("合计", "总计"))
_OF_CLASSES = frozenset(("功能分类", "经济分类"))
#: Schemes of lines that are stated for one money of their own and are no part of a side's total.
_APART = frozenset(("三公经费", "其他"))
#: Schemes of lines that a list may divide by money and still speak of (小学教育支出A，其中：财政拨款B).
_LINES = frozenset(("功能分类", "经济分类", "三公经费", "项目"))
_BREAK = re.compile("[，,；;。：:]")
_start = attrgetter("start")


class Note(msgspec.Struct, frozen=True, gc=False):
    """What the reader knows when it has made a fact.

    Attributes:
        whole: the announced total that the value is a part of.
        announced: the total that the paragraph announced last, whether or not the value is still in its list.
        project: the project that the section, the line or the form speaks of.
    """

    whole: Subject | None
    announced: Subject | None
    project: Subject | None


class _Case(msgspec.Struct, frozen=True, gc=False):
    """A fact with all that may say whose money it is.

    Attributes:
        fact: the fact as the grammar made it.
        own: what its own name says.
        whole: the total that it is a part of.
        total: that, or else the total that its paragraph stated last.
        opening: the money that its sentence opens with.
        project: the project whose it is.
    """

    fact: Fact
    own: Dimensions
    whole: Fact | None
    total: Fact | None
    opening: Funds | None
    project: str | None

    @property
    def apart(self) -> bool:
        """Whether its line is no part of a side's total."""
        return self.fact.scheme in _APART


_CARRIED_OVER = frozenset(("年初结转和结余", "年末结转和结余"))


class _Heading(msgspec.Struct, frozen=True, gc=False):
    """What a heading and those above it say.

    Attributes:
        money: the money that the nearest of them names.
        about: what the line says that the nearest of them speaks of.
        unit: the subordinate unit that the nearest of them is the name of.
    """

    money: Funds | None
    about: Dimensions
    unit: str | None


_NO_HEADING = _Heading(None, Dimensions(), None)


class _Paragraph:
    """What a paragraph has said so far.

    Attributes:
        placed: the last fact of each line, by its name and code as the grammar gave them.
        totals: the facts of whole sides, or of a side's money or division, that are no parts of another.
        projects: the projects named, in order; ``led`` whether the first fact was a project's.
        opening: the money that the sentence at hand opens with.
        bodies: whether a line of a subordinate unit was stated, so that other units may follow.
    """

    def __init__(self) -> None:
        self.placed: dict[tuple[str | None, str | None], Fact] = {}
        self.totals: list[Fact] = []
        self.projects: list[str] = []
        self.led = False
        self.opening: Funds | None = None
        self.bodies = False

    def total(self, own: Dimensions) -> Fact | None:
        """The total that a line stands under which is in no list: the last, where no total beside it is of other money.

        财政拨款收入A，支出总额B: B is of the same money. 财政拨款收入A，其他收入B，总支出C: C is not.
        """
        last = self.totals[-1] if self.totals else None
        if last is None or (last.flow == own.flow and own.funds != "全部"):
            return last
        return last if len({one.funds for one in self.totals}) == 1 else None


class Placing:
    """Gives the facts of a document's running text their place in the accounts."""

    def __init__(self, text: str, sections: Sequence[Section], words: Words, bodies: Bodies) -> None:
        self.text = text
        self.sections = sections
        self.words = words
        self.bodies = bodies
        self._headings: dict[int, _Heading] = {}
        self._paragraph = _Paragraph()
        self._line = self._stop = -1
        self._above = _NO_HEADING
        self._before = 0
        #: Where the sentence's last 科目 begins, once that was asked.
        self._last: int | None = None
        self._found: list[Found] = []
        #: Where the facts of the values at these offsets are kept.
        self._places: dict[int, tuple[list[Found], int]] = {}

    def begin(self, sentence: Sentence, found: list[Found], line: int, stop: int) -> None:
        """A sentence with values begins, whose facts will be kept in ``found``.

        Args:
            line: how many lines of the text came before; a paragraph is one.
            stop: how many sentences had ended, not counting those that end at a semicolon.
        """
        if line != self._line:
            self._paragraph = _Paragraph()
        elif stop != self._stop:
            self._paragraph.opening = None
        self._line, self._stop = line, stop
        self._sentence, self._found, self._before, self._last = sentence, found, sentence.start, None
        self._above = _NO_HEADING if sentence.section is None else self._heading(sentence.section)

    def place(self, found: Found, note: Note) -> None:
        """Keep the sentence's next fact, with its dimensions."""
        fact, why = found
        placed, kept = self._placed(fact, why, note), self._found
        self._places[fact.start] = (kept, len(kept))
        kept.append((placed, why))
        self._before = fact.end

    def _known(self, start: int) -> Fact | None:
        """The fact of the value at ``start``."""
        place = self._places.get(start)
        return place[0][place[1]][0] if place else None

    def _placed(self, fact: Fact, why: Explanation, note: Note) -> Fact:
        paragraph, name = self._paragraph, (fact.subject, fact.code)
        derived = fact.measure in _DERIVED
        same = paragraph.placed.get(name) if derived else None
        if same is not None:
            placed = self._of(fact, same, same.funds, same.division, same.owner)
        else:
            whole = self._whole(note.whole)
            project = self._project(fact, note, whole)
            owner = project or self._unit(fact, why, note)
            if fact.measure == "数量":
                placed = replace(fact, owner=owner) if owner else fact
            else:
                own = self.words.lines.of(fact.subject, fact.code, fact.scheme)
                placed = self._measured(fact, note, own, whole, project, owner)
                if not derived and note.whole is None and own.line in _WHOLE:
                    paragraph.totals.append(placed)
        if fact.scheme == "项目" and fact.subject not in paragraph.projects:
            paragraph.led = paragraph.led or not paragraph.placed
            paragraph.projects.append(fact.subject or "")
        paragraph.placed[name] = placed
        return placed

    def _measured(
        self, fact: Fact, note: Note, own: Dimensions, whole: Fact | None, project: str | None, owner: str | None
    ) -> Fact:  # fmt: skip
        """A sum or a rate with its dimensions."""
        total = whole or self._whole(note.announced) or self._paragraph.total(own)
        case = _Case(fact, own, whole, total, self._paragraph.opening, project)
        if whole is not None:
            if own.funds not in (None, "全部"):
                self._divides(whole, fact.start)
            if part := self._part(case, whole):
                return replace(part, owner=part.owner or owner)
        flow = self._flow(case)
        return replace(fact, flow=flow, funds=self._funds(case), division=self._division(case, flow), owner=owner)

    def _project(self, fact: Fact, note: Note, whole: Fact | None) -> str | None:
        """The project whose the value is: of the total that it is a part of, its own, or that of its surroundings."""
        if whole is not None and whole.scheme == "项目" and whole.owner:
            return whole.owner
        if fact.scheme == "项目":
            return fact.subject
        if note.project:
            return note.project.name
        projects = self._paragraph.projects
        led = self._paragraph.led and len(projects) == 1
        beside = fact.measure == "数量" or (fact.scheme is None and whole is None)
        return projects[-1] if projects and (led or beside) else None

    def _unit(self, fact: Fact, why: Explanation, note: Note) -> str | None:
        """The subordinate unit whose the value is: named before its line, or by a heading above."""
        listed = note.whole is not None or self._paragraph.bodies or why.rule == OF_BODY
        line, before = why.spans[0][0], self._before
        if line < before:
            # 水利局本级收入预算A，河道管理所收入预算B: the line is carried on, but named again.
            line = self._again(before, fact.start) or line
        if fact.scheme and (named := self.bodies.before(before, line, listed)):
            self._paragraph.bodies = True
            return named
        return self._above.unit

    def _again(self, before: int, value: int) -> int | None:
        """Where a 科目 stands behind ``before``, at most the value's own place; None where the sentence has no more."""
        spans = self._sentence.spans
        first, last = bisect_left(spans, before, key=_start), bisect_left(spans, value, key=_start)
        named = next((span.start for span in spans[first:last] if type(span) is Account), None)
        if self._last is None:
            self._last = next((span.start for span in reversed(spans) if type(span) is Account), -1)
        return named if named is not None or self._last < value else value

    def _whole(self, subject: Subject | None) -> Fact | None:
        """The fact of an announced total; one made of its name where no figure states it."""
        if subject is None or subject.place is None:
            return None
        if known := self._known(subject.place[0]):
            return known
        own = self.words.lines.of(subject.name, subject.code, subject.scheme)
        return Fact(
            start=subject.place[0], end=subject.place[1], subject=subject.name, code=subject.code,
            scheme=subject.scheme, measure="决算数", year=None, value=Decimal(0), unit="万元", base=None,
            flow=own.flow, funds=own.funds, division=own.division,
        )  # fmt: skip

    def _divides(self, whole: Fact, end: int) -> None:
        """A sum that the text itself divides by money is of all money, where nothing named a narrower one."""
        if whole.funds is not None or whole.scheme in _APART or whole.start not in self._places:
            return
        for start in reversed(self._places):
            if start < whole.start:
                break
            kept, number = self._places[start]
            fact, why = kept[number]
            if start < end and fact.funds is None and (fact.subject, fact.code) == (whole.subject, whole.code):
                kept[number] = (replace(fact, funds="全部"), why)

    def _part(self, case: _Case, whole: Fact) -> Fact | None:
        """The line of ``whole`` itself, of which the fact states one division or one money; None for other parts."""
        own = case.own
        if case.fact.scheme is None and (body := self.bodies.named(case.fact.subject or "")):
            return self._of(case.fact, whole, whole.funds, whole.division, body)
        if own.line not in _WHOLE:
            return None
        if own.division and not own.funds and whole.scheme == "功能分类":
            division: Division | None = own.division
            funds = whole.funds
        elif own.funds not in (None, "全部") and not own.division and (whole.division or whole.scheme in _LINES):
            division, funds = whole.division, own.funds
        else:
            return None
        return self._of(case.fact, whole, funds, division, whole.owner)

    def _of(
        self, fact: Fact, whole: Fact, funds: Funds | None, division: Division | None, owner: str | None
    ) -> Fact:  # fmt: skip
        return Fact(
            start=fact.start, end=fact.end, subject=whole.subject, code=whole.code, scheme=whole.scheme,
            measure=fact.measure, year=fact.year, value=fact.value, unit=fact.unit, base=fact.base, flow=whole.flow,
            funds=funds, division=division, owner=owner,
        )  # fmt: skip

    def _flow(self, case: _Case) -> Flow | None:
        fact = case.fact
        if (fact.scheme == "项目" or (fact.scheme is None and case.project)) and fact.measure == "决算数":
            if self.words.left.search(self.text, self._before, fact.start):
                return "结转结余"
            if case.whole and case.whole.owner == case.project and case.whole.flow == "收入":
                return "收入"
            behind = self.words.paid.match(self.text, fact.end)
            came = self.words.received.search(self.text, self._before, fact.start)
            return "收入" if came or (behind and behind[0].endswith("到位")) else "支出"
        if case.own.flow or fact.scheme is not None:
            return case.own.flow
        if case.whole is not None:
            return case.whole.flow
        return None if fact.unit == "%" else self._above.about.flow or "支出"

    def _funds(self, case: _Case) -> Funds | None:
        own = case.own
        if own.funds not in (None, "全部"):
            if own.line in _CARRIED_OVER and self._before == self._sentence.start:
                # 政府性基金预算财政拨款年初结转和结余A，本年收入B: B is of the same money.
                self._paragraph.opening = own.funds
            return own.funds
        if said := self._said(case):
            self._paragraph.opening = self._paragraph.opening or said
            return said
        found = self._surroundings(case)
        if own.funds == "全部":
            return found or "全部"
        source = own.flow == "收入" and own.line not in _WHOLE
        unlisted = case.fact.scheme is None and (case.fact.subject or "").endswith("资金")
        # A source that is none of the moneys known by name (县级资金) is not all of them.
        return None if found == "全部" and (source or unlisted) else found

    def _surroundings(self, case: _Case) -> Funds | None:
        """The money of the total that a value stands under, of its sentence's opening, or of the nearest heading."""
        heading, whole = self._above, case.whole
        if case.apart:
            return whole.funds if whole and whole.scheme == case.fact.scheme else case.opening or heading.money
        total = case.total.funds if case.total else None
        said = (total or case.opening) if whole else (case.opening or total)
        return said or heading.money or heading.about.funds

    def _said(self, case: _Case) -> Funds | None:
        """The money that the words before the value name: the last of its clause, else one that opens the sentence."""
        before, end, sentence = self._before, case.fact.start, self._sentence
        named = self.words.moneys.named(self.text, before, end) if end - before > 1 else []
        if not named:
            return None
        breaks = [match.end() for match in _BREAK.finditer(self.text, before, end)]
        clause = [money for money in named if not breaks or money[0] >= breaks[-1]]
        if not clause and before != sentence.start:
            return None
        lines = [span for span in sentence.spans if type(span) is Account and span.scheme in _OF_CLASSES]
        said = [
            funds for at, funds in clause or named if not any(span.start <= at < span.end for span in lines)
        ]  # fmt: skip
        return said[-1] if said else None

    def _division(self, case: _Case, flow: Flow | None) -> Division | None:
        fact, own = case.fact, case.own
        if flow != "支出" or case.apart:
            return None
        if own.division or case.project:
            return own.division or "项目支出"
        if fact.scheme != "经济分类" or not fact.code:
            return case.whole.division if case.whole else None
        division = case.total.division if case.total else None
        if division is None and not (case.whole and case.whole.scheme in _APART):
            division = self._above.about.division
        return economic_part(fact.code) if division == "基本支出" else division

    def _heading(self, section: int) -> _Heading:
        """What the headings above say; each is read once."""
        if section not in self._headings:
            parent = self.sections[section].parent
            above = _NO_HEADING if parent is None else self._heading(parent)
            title = self.sections[section].title
            moneys = {funds for _, funds in self.words.moneys.named(title, 0, len(title))}
            about = above.about
            if subject := self.words.titled(title):
                about = self.words.lines.of(subject[0], None, subject[1])
                if about.funds is None and subject[1] not in _APART:
                    # 基本支出情况 under 支出决算情况说明 is of the same money.
                    about = replace(about, funds=above.about.funds)
            money = moneys.pop() if len(moneys) == 1 else above.money
            self._headings[section] = _Heading(money, about, self.bodies.titled(title) or above.unit)
        return self._headings[section]
