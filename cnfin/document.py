"""The vocabulary every room speaks: plain, typed, frozen values.

All offsets are 0-based Unicode code points into :attr:`Document.text`, end exclusive, so that
``document.text[span.start:span.end] == span.text`` always holds. Sums are exact
:class:`decimal.Decimal` values in 万元, percentages are in per cent.

The meanings are those of the annotation contract. What is marked in a text stands in
:mod:`cnfin.labels` and is known here, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import msgspec

from cnfin.labels import Account as Account
from cnfin.labels import Amount as Amount
from cnfin.labels import AnySpan as AnySpan
from cnfin.labels import Bound as Bound
from cnfin.labels import Count as Count
from cnfin.labels import DocumentNumber as DocumentNumber
from cnfin.labels import Name as Name
from cnfin.labels import Percentage as Percentage
from cnfin.labels import Period as Period
from cnfin.labels import Scheme as Scheme
from cnfin.labels import Span as Span
from cnfin.labels import Value as Value

if TYPE_CHECKING:
    from cnfin.cells import LedgerCell

Kind = Literal["预算", "决算"]
#: What a fact is of: a line of one of the schemes, or a project.
SubjectScheme = Literal["功能分类", "经济分类", "收入", "支出", "收支", "结转结余", "三公经费", "其他", "项目"]
Role = Literal["原因说明", "问题", "改进措施"]
ROLES: tuple[Role, ...] = ("原因说明", "问题", "改进措施")
Measure = Literal[
    "决算数", "预算数", "年初预算数", "调整预算数", "追加预算数",
    "占比", "预算完成率", "增减额", "增减率", "数量",
]  # fmt: skip
Flow = Literal["收入", "支出", "收支", "结转结余"]
Funds = Literal[
    "全部", "财政拨款", "一般公共预算", "政府性基金", "国有资本经营", "财政专户", "事业收入", "经营收入",
    "上级补助", "附属单位上缴", "其他收入", "单位资金", "非财政拨款",
]  # fmt: skip
Division = Literal[
    "基本支出", "人员经费", "公用经费", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出",
]  # fmt: skip
Entity = Literal["部门", "单位"]
Check = Literal[
    "share", "completion", "change", "direction", "sum", "conflict", "unit", "zero-base",
    "placeholder", "year", "name", "unit-missing", "line", "empty",
]  # fmt: skip
Severity = Literal["error", "warning"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One value and what it says of a budget line.

    Attributes:
        start, end: the value's span.
        subject: canonical name of what the value is said of; None where the text names nothing.
        code, scheme: as in :class:`Account`; a project has the scheme 项目.
        measure: one of the contract's measures.
        year: the fiscal year the value belongs to.
        value: 万元 for sums, per cent for shares and rates, a plain number for counts; falls and
            cuts are negative.
        unit: 万元, %, or the count's measure word.
        base: what a share, a completion rate or a change is measured against.
        flow: the side of the accounts (收入, 支出, both, or carry-over); None for counts.
        funds: whose money (资金口径), None where the text does not say.
        division: which part of a line's spending (基本支出, 项目支出 …).
        owner: the subordinate unit or the project whose it is, where not the disclosing unit's as a whole.
        table: the title of the table it stands in, None in running text.
    """

    start: int
    end: int
    subject: str | None
    code: str | None
    scheme: SubjectScheme | None
    measure: Measure
    year: int | None
    value: Decimal
    unit: str
    base: str | None
    flow: Flow | None = None
    funds: Funds | None = None
    division: Division | None = None
    owner: str | None = None
    table: str | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a value became the fact it is: the rule's name and the spans it used."""

    rule: str
    spans: tuple[tuple[int, int], ...]


class Section(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A heading and the text under it.

    Attributes:
        start, end: the heading's own span.
        title: the heading as written, outer white space left out.
        level: depth, 1 for 第X部分 or the outermost style of the document.
        parent: index of the section above in :attr:`Document.sections`, or None.
    """

    start: int
    end: int
    title: str
    level: int
    parent: int | None


def section_paths(sections: Sequence[Section]) -> list[tuple[str, ...]]:
    """For each section, in the same order, the titles above and at it, outermost first."""
    paths: list[tuple[str, ...]] = []
    for section in sections:
        # A parent stands before its sections in reading order, so its path is there.
        above = () if section.parent is None else paths[section.parent]
        paths.append((*above, section.title))
    return paths


class Cell(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A table cell: its span in the document's text (empty cells have ``start == end``)."""

    start: int
    end: int
    text: str


class Table(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A table found in the document.

    Attributes:
        rows: the rows in reading order, header rows included; a merged header cell is repeated.
        unit: the money unit its ``单位：`` line gives (元, 万元 …), or None.
        title: the line above the table, or an empty string.
    """

    rows: tuple[tuple[Cell, ...], ...]
    unit: str | None
    title: str


class Sentence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A sentence with everything that was found in it.

    Attributes:
        index: counts from 0 within the document.
        start, end: the sentence in the document's text.
        section: index into :attr:`Document.sections`, or None above the first heading.
        heading: whether the sentence is a heading itself.
        table: index of the table whose row this is, or None.
        page: page the sentence starts on, from 1, or None where the source has no pages.
        roles: the roles the sentence has, in the order of :data:`ROLES`.
        role_scores: probability of each role, rounded to two digits.
        tokens: the sentence's words where they were asked for.
    """

    index: int
    start: int
    end: int
    section: int | None
    heading: bool = False
    table: int | None = None
    page: int | None = None
    spans: tuple[AnySpan, ...] = ()
    facts: tuple[Fact, ...] = ()
    roles: tuple[Role, ...] = ()
    role_scores: dict[str, float] = {}
    tokens: tuple[str, ...] | None = None


class Identity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who disclosed what: the document's unit, place, fiscal year and kind.

    ``entity`` says whether the unit is a department by itself (部门, its subordinate units included)
    or a unit that belongs to a department (单位); None where nothing tells.
    """

    unit: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    year: int | None = None
    kind: Kind | None = None
    entity: Entity | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What reading a file gives.

    Attributes:
        name: the path as given, or ``-`` for standard input.
        text: the decoded text that all offsets count in.
        pages: offset at which each page starts, empty where the source has no pages.
        tables: tables the format itself marks; tables written as plain lines are found later.
        notes: what of the file could not be read, a line each: pages without text and the like.
        recognized: whether characters were read from pictures, which may misread a digit.
        unread: numbers from 1 of the pages without text.
        files: names of the files that were read as one document; empty where it is one file.
    """

    name: str
    text: str
    pages: tuple[int, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    recognized: bool = False
    unread: tuple[int, ...] = ()
    files: tuple[str, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A tagged disclosure.

    Attributes:
        name: the path as given, or ``-``.
        text: the text that all offsets count in.
        identity: unit, place, fiscal year and kind.
        sections: the heading tree, in reading order.
        sentences: the sentences in reading order.
        tables: the tables in reading order.
        recognized: as in :class:`Source`.
    """

    name: str
    text: str
    identity: Identity
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    tables: tuple[Table, ...] = ()
    recognized: bool = False

    @property
    def spans(self) -> tuple[AnySpan, ...]:
        """All spans in reading order."""
        return tuple(span for sentence in self.sentences for span in sentence.spans)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts in reading order."""
        return tuple(fact for sentence in self.sentences for fact in sentence.facts)

    def __repr__(self) -> str:
        identity = self.identity
        told = " ".join(str(part) for part in (identity.unit, identity.year, identity.kind) if part is not None)
        counts = f"{len(self.sentences)} sentences, {len(self.facts)} facts, {len(self.tables)} tables"
        return f"<Document {self.name!r}: {told or 'not a known unit'}, {counts}>"

    def _repr_html_(self) -> str:
        """The document as notebooks show it."""
        from cnfin.view.notebook import render

        return render(self)

    def path(self, section: int | None) -> list[str]:
        """The titles above and at ``section``, outermost first."""
        titles: list[str] = []
        while section is not None:
            titles.append(self.sections[section].title)
            section = self.sections[section].parent
        return titles[::-1]

    @property
    def ledger(self) -> tuple[LedgerCell, ...]:
        """The document's account book, one value a cell; gathered anew each time it is asked for."""
        from cnfin.ledger import ledger

        return ledger(self)

    def records(self) -> Iterator[dict[str, object]]:
        """What ``cnfin tag`` prints: one record a sentence, keys in the order of the contract."""
        from cnfin.records import sentence_records

        return sentence_records(self)


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place where a document contradicts itself, or where its form was filled in wrongly.

    Attributes:
        check: which comparison failed.
        start, end: the figure that is most likely wrong, or the derived one; for a form check the words meant.
        stated, expected: the two numbers (None where words are compared), in 万元 or per cent.
        tolerance: what rounding of the figures involved can explain, in the same unit.
        note: the arithmetic in one line that a person can check with a calculator, or what to look at.
        evidence: spans of the values the finding was computed from.
        severity: ``error`` where the arithmetic cannot be right, ``warning`` where wording leaves a doubt.
        confidence: share of findings of this kind that were right where it was measured, 0 to 1.
    """

    check: Check
    start: int
    end: int
    stated: Decimal | None
    expected: Decimal | None
    tolerance: Decimal | None
    note: str
    evidence: tuple[tuple[int, int], ...]
    severity: Severity = "error"
    confidence: float = 1.0
