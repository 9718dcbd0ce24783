"""Whose money a fact of running text is: flow, funds, division and owner, given in reading order.

The measure and the subject of a value are found by the grammar; here each fact gets its place in the accounts.
Its money is looked for in its own name, in its sentence, in the total that its paragraph or list announced, and
in the nearest heading that names one; what none of these says stays None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from cnfin.document import Account, Division, Fact, Flow, Funds, Section, Sentence
from cnfin.facts.dimensions import Dimensions, economic_part
from cnfin.facts.state import Found, Subject
from cnfin.facts.words import Words

_DERIVED = frozenset(("占比", "预算完成率", "增减额", "增减率"))
_WHOLE = frozenset(("合计", "总计"))
_OF_CLASSES = frozenset(("功能分类", "经济分类"))
#: Schemes of lines that are stated for one money of their own and are no part of a side's total.
_APART = frozenset(("三公经费", "其他"))
_LINES = frozenset(("功能分类", "经济分类", "三公经费", "项目"))
_ZERO = Decimal(0)
_BREAK = re.compile("[，,；;。：:]")


class Note(msgspec.Struct, frozen=True, gc=False):
    """What the reader knew when it made a fact.

    Attributes:
        whole: the announced total that the value is a part of.
        announced: the total that the paragraph announced last, whether or not the value is still in its list.
        project: the project that the section, the line or the form speaks of.
    """

    whole: Subject | None
    announced: Subject | None
    project: Subject | None


class _Line:
    """What one line (paragraph) has said so far."""

    def __init__(self) -> None:
        self.placed: dict[tuple[str | None, str | None], Fact] = {}
        self.total: Fact | None = None
        self.project: str | None = None


class Placing:
    """Gives the facts of a document's running text their place in the accounts."""

    def __init__(self, text: str, sections: Sequence[Section], words: Words) -> None:
        self.text = text
        self.sections = sections
        self.words = words
        self.lines = words.lines
        self.moneys = words.moneys
        self._titles: dict[int, tuple[Funds | None, Dimensions]] = {}
        self._line = _Line()
        self._facts: dict[int, Fact] = {}

    def place(self, sentences: Sequence[Sentence], found: list[list[Found]], notes: Mapping[int, Note]) -> None:
        """Fill in the dimensions of the facts in ``found``, one list a sentence; facts without a note stay."""
        end = 0
        for number, sentence in enumerate(sentences):
            if self.text.find("\n", end, sentence.start) >= 0:
                self._line = _Line()
            end = sentence.end
            before = sentence.start
            for place, (fact, explanation) in enumerate(found[number]):
                if note := notes.get(fact.start):
                    placed = self._placed(fact, note, sentence, before)
                    found[number][place] = (placed, explanation)
                    self._remember(fact, placed, note)
                before = fact.end

    def _remember(self, fact: Fact, placed: Fact, note: Note) -> None:
        line = self._line
        self._facts[fact.start] = line.placed[fact.subject, fact.code] = placed
        line.project = placed.owner or line.project
        if note.whole is None and fact.measure not in _DERIVED and self._own(fact).line in _WHOLE:
            line.total = placed

    def _own(self, fact: Fact) -> Dimensions:
        return self.lines.of(fact.subject, fact.code, fact.scheme)

    def _placed(self, fact: Fact, note: Note, sentence: Sentence, before: int) -> Fact:
        owner = fact.subject if fact.scheme == "项目" else note.project.name if note.project else self._line.project
        if fact.measure == "数量":
            return replace(fact, owner=owner)
        if fact.measure in _DERIVED and (same := self._line.placed.get((fact.subject, fact.code))):
            return replace(
                fact, subject=same.subject, code=same.code, scheme=same.scheme, flow=same.flow, funds=same.funds,
                division=same.division, owner=same.owner,
            )  # fmt: skip
        own = self._own(fact)
        whole = self._whole(note.whole)
        if whole is not None and own.line in _WHOLE and (part := self._part(fact, own, whole)):
            return replace(part, owner=whole.owner or owner)
        flow = self._flow(fact, own, whole, sentence, before)
        return replace(
            fact,
            flow=flow,
            funds=self._funds(fact, own, note, whole, sentence, before),
            division=self._division(fact, own, flow, note, whole, sentence),
            owner=owner,
        )

    def _whole(self, subject: Subject | None) -> Fact | None:
        """The fact of an announced total; one made of its name where no figure states it."""
        if subject is None or subject.place is None:
            return None
        if known := self._facts.get(subject.place[0]):
            return known
        own = self.lines.of(subject.name, subject.code, subject.scheme)
        return Fact(
            start=subject.place[0], end=subject.place[1], subject=subject.name, code=subject.code,
            scheme=subject.scheme, measure="决算数", year=None, value=_ZERO, unit="万元", base=None,
            flow=own.flow, funds=own.funds, division=own.division,
        )  # fmt: skip

    def _part(self, fact: Fact, own: Dimensions, whole: Fact) -> Fact | None:
        """The line of ``whole`` itself, of which the fact states one division or one money; None for other parts."""
        if own.division and not own.funds and whole.scheme == "功能分类":
            division: Division | None = own.division
            funds = whole.funds
        elif own.funds not in (None, "全部") and not own.division and (whole.division or whole.scheme in _LINES):
            division, funds = whole.division, own.funds
        else:
            return None
        return replace(
            fact, subject=whole.subject, code=whole.code, scheme=whole.scheme, flow=whole.flow, funds=funds,
            division=division,
        )  # fmt: skip

    def _flow(self, fact: Fact, own: Dimensions, whole: Fact | None, sentence: Sentence, before: int) -> Flow | None:
        if (
            fact.scheme == "项目"
            and fact.measure == "决算数"
            and self.words.received.search(self.text, before, fact.start)
        ):
            return "收入"
        if own.flow or fact.scheme is not None:
            return own.flow
        if whole is not None:
            return whole.flow
        return None if fact.unit == "%" else self._heading(sentence.section)[1].flow or "支出"

    def _funds(
        self, fact: Fact, own: Dimensions, note: Note, whole: Fact | None, sentence: Sentence, before: int
    ) -> Funds | None:
        if own.funds not in (None, "全部"):
            return own.funds
        if said := self._said(sentence, before, fact):
            return said
        apart = fact.scheme in _APART
        found: Funds | None = None
        if whole is not None and (not apart or whole.scheme == fact.scheme):
            found = whole.funds
        elif not apart:
            total = self._whole(note.announced) or self._line.total
            found = total.funds if total else None
        title, named = self._heading(sentence.section)
        if found is None:
            found = title or (None if apart else named.funds)
        if own.funds == "全部":
            return found or "全部"
        if found == "全部" and own.flow == "收入" and own.line not in _WHOLE:
            # A source of income that is none of the moneys known by name.
            return None
        return found

    def _said(self, sentence: Sentence, before: int, fact: Fact) -> Funds | None:
        """The money that the words before the value name: the last of its clause, else one that opens the sentence."""
        lines = [span for span in sentence.spans if type(span) is Account and span.scheme in _OF_CLASSES]
        breaks = [match.end() for match in _BREAK.finditer(self.text, before, fact.start)]
        named = self.moneys.named(self.text, breaks[-1] if breaks else before, fact.start)
        if not named and before == sentence.start:
            named = self.moneys.named(self.text, before, fact.start)
        named = [(at, funds) for at, funds in named if not any(span.start <= at < span.end for span in lines)]
        return named[-1][1] if named else None

    def _division(
        self, fact: Fact, own: Dimensions, flow: Flow | None, note: Note, whole: Fact | None, sentence: Sentence
    ) -> Division | None:
        if flow != "支出" or fact.scheme in _APART:
            return None
        if own.division or fact.scheme == "项目":
            return own.division or "项目支出"
        if fact.scheme != "经济分类" or not fact.code:
            return whole.division if whole else None
        total = whole or self._whole(note.announced) or self._line.total
        division = total.division if total else None
        if division is None and not (whole and whole.scheme in _APART):
            division = self._heading(sentence.section)[1].division
        return economic_part(fact.code) if division == "基本支出" else division

    def _heading(self, section: int | None) -> tuple[Funds | None, Dimensions]:
        """The money that the nearest heading names, and what the line that a heading speaks of says."""
        if section is None:
            return None, Dimensions()
        if section not in self._titles:
            above = self._heading(self.sections[section].parent)
            title = self.sections[section].title
            named = {funds for _, funds in self.moneys.named(title, 0, len(title))}
            subject = self.words.titled(title)
            about = self.lines.of(subject[0], None, subject[1]) if subject else above[1]
            self._titles[section] = (named.pop() if len(named) == 1 else above[0], about)
        return self._titles[section]
