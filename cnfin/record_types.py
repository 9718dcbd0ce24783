"""The kinds of records: typed structs whose fields stand in the order of the printed keys.

A key is never left out but those that are printed on request. What a field's ``Meta`` says is what
``cnfin schema`` tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from cnfin.cells import Level, Statement, Status
from cnfin.document import (
    AnySpan,
    Check,
    Division,
    Entity,
    Fact,
    Flow,
    Funds,
    Kind,
    Measure,
    Name,
    Role,
    Severity,
    SubjectScheme,
)
from cnfin.panel_records import PanelRecord

RecordKind = Literal["sentence", "fact", "finding", "cell", "panel", "completeness"]

_Doc = Annotated[str, Meta(description="path as given or inside the given folder; - for standard input")]
_Unit = Annotated[str | None, Meta(description="the disclosing department or unit")]
_Entity = Annotated[Entity | None, Meta(description="部门: a department by itself; 单位: a unit that belongs to one")]
_Province = Annotated[str | None, Meta(description="province of the unit, by its official name")]
_City = Annotated[str | None, Meta(description="city or prefecture of the unit")]
_County = Annotated[str | None, Meta(description="county or district of the unit")]
_Year = Annotated[int | None, Meta(description="the document's fiscal year")]
_Kind = Annotated[Kind | None, Meta(description="预算: a budget; 决算: final accounts, or a report on what was spent")]
_Scheme = Annotated[str | None, Meta(description="what kind of line: 功能分类, 经济分类, 收入, 支出, 三公经费, 项目 …")]
_Measure = Annotated[Measure, Meta(description="what the value is of the line: 决算数, 预算数, 占比, 增减额 …")]
_Code = Annotated[str | None, Meta(description="official code, where it is certain")]
_Flow = Annotated[Flow | None, Meta(description="side of the accounts")]
_Funds = Annotated[Funds | None, Meta(description="whose money (资金口径)")]
_Division = Annotated[Division | None, Meta(description="which part of a line's spending")]
_Owner = Annotated[str | None, Meta(description="the project or subordinate unit whose it is")]
_Sent = Annotated[int, Meta(ge=0, description="number of the sentence in its document")]
_Start = Annotated[int, Meta(ge=0, description="first code point in the document's text")]
_End = Annotated[int, Meta(ge=0, description="one past the last code point")]
_Stated = Annotated[Decimal | None, Meta(description="the figure as stated; null where words are compared")]
_Expected = Annotated[Decimal | None, Meta(description="the figure by the arithmetic; null where words are compared")]


class _Placed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys that every record of a document begins with."""

    doc: _Doc
    unit: _Unit
    entity: _Entity
    province: _Province
    city: _City
    county: _County


class _Of(_Placed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, with the document's year and kind."""

    fiscal_year: _Year
    kind: _Kind


class SentenceRecord(_Placed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence, or a table row, with everything found in it (``cnfin tag``)."""

    year: _Year
    kind: _Kind
    section: Annotated[Sequence[str], Meta(description="the headings above, outermost first")]
    sent: _Sent
    page: Annotated[int | None, Meta(description="page from 1, where the source has pages")]
    start: _Start
    end: _End
    text: Annotated[str, Meta(description="the sentence; a table row's cells joined by tab")]
    roles: Annotated[Sequence[Role], Meta(description="原因说明, 问题, 改进措施: those it has")]
    role_scores: Annotated[dict[str, float], Meta(description="probability of each role")]
    spans: Annotated[Sequence[AnySpan], Meta(description="what was found: 科目, 金额, 百分比, 数量, 年度, 文号")]
    facts: Annotated[Sequence[Fact], Meta(description="what its values say, as cnfin facts prints it")]
    tokens: Annotated[Sequence[str] | UnsetType, Meta(description="the sentence's words, on request")] = UNSET
    names: Annotated[
        Sequence[Name] | UnsetType, Meta(description="names of budget lines, taken or left, and why, on request")
    ] = UNSET


class FactRecord(_Of, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value and what it says of a budget line, flat (``cnfin facts``).

    ``unit`` is the disclosing unit as in every other record, so that records of all kinds join on
    the same keys; the unit of ``value`` is ``value_unit``, since an object has a key only once.
    """

    section: Annotated[str, Meta(description='the headings above, joined by " / "')]
    sent: _Sent
    start: _Start
    end: _End
    text: Annotated[str, Meta(description="the value as written")]
    subject: Annotated[str | None, Meta(description="canonical name of what the value is said of")]
    code: _Code
    scheme: SubjectScheme | None
    measure: _Measure
    year: Annotated[int | None, Meta(description="the fiscal year the value belongs to")]
    value: Annotated[Decimal, Meta(description="万元, per cent or a plain number; falls are negative")]
    value_unit: Annotated[str, Meta(description="万元, %, 百分点, or a count's measure word")]
    base: Annotated[str | None, Meta(description="what a share, a rate or a change is measured against")]
    flow: _Flow
    funds: _Funds
    division: _Division
    owner: _Owner
    table: Annotated[str | None, Meta(description="title of the table it stands in; null in running text")]
    rule: Annotated[str | UnsetType, Meta(description="why the value became this fact, on request")] = UNSET
    used: Annotated[Sequence[Evidence] | UnsetType, Meta(description="the spans the rule used, on request")] = UNSET
    sentence: Annotated[str | UnsetType, Meta(description="the sentence it stands in, on request")] = UNSET


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of the document's text that proves something."""

    start: _Start
    end: _End
    text: str


class FindingRecord(_Of, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where a document contradicts itself, or its form was filled in wrongly (``cnfin audit``).

    The keys from ``subject`` to ``owner`` are those of the fact that the figure states, null where it states none.
    """

    check: Annotated[Check, Meta(description="which comparison failed, or what the form lacks")]
    severity: Annotated[
        Severity, Meta(description="error: the figures exclude each other; warning: the wording leaves a doubt")
    ]
    start: _Start
    end: _End
    text: Annotated[str, Meta(description="the figure, or the words, as written")]
    stated: _Stated
    expected: _Expected
    tolerance: Annotated[Decimal | None, Meta(description="what rounding of the figures can explain")]
    note: Annotated[str, Meta(description="the arithmetic, to check with a calculator, or what to look at")]
    evidence: Annotated[Sequence[Evidence], Meta(description="the values the finding was computed from")]
    subject: Annotated[str | None, Meta(description="canonical name of what the figure is said of")]
    code: _Code
    measure: Annotated[Measure | None, Meta(description="what the figure is of the line")]
    year: Annotated[int | None, Meta(description="the fiscal year the figure belongs to")]
    flow: _Flow
    funds: _Funds
    division: _Division
    owner: _Owner
    section: Annotated[str, Meta(description='the headings above, joined by " / "')]
    sent: _Sent
    page: Annotated[int | None, Meta(description="page from 1, where the source has pages")]
    sentence: Annotated[str, Meta(description="the text of the sentence; a table row's cells joined by tab")]
    confidence: Annotated[
        float, Meta(ge=0, le=1, description="share of findings of this kind that were right where measured")
    ]


class CellRecord(_Placed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value of a document's account book, with the places that state it (``cnfin ledger``)."""

    region: Annotated[str | None, Meta(description="six-digit code of the county, else city, else province")]
    fiscal_year: _Year
    kind: _Kind
    year: Annotated[int | None, Meta(description="the fiscal year the value belongs to")]
    flow: Annotated[Flow | None, Meta(description="side of the accounts; null for counts")]
    line: Annotated[str, Meta(description="canonical name; 合计 a side's total of the year, 总计 with carry-over")]
    code: _Code
    level: Annotated[Level | None, Meta(description="summing the cells of one level counts nothing twice")]
    scheme: _Scheme
    funds: _Funds
    division: Annotated[Division | None, Meta(description="which part of the line's spending")]
    owner: _Owner
    measure: _Measure
    value: Annotated[Decimal, Meta(description="万元 or a plain number, exact")]
    value_unit: Annotated[str, Meta(description="万元, or a count's measure word")]
    status: Annotated[Status, Meta(description="whether the statements agree; derived: no place states it")]
    stated: Annotated[int, Meta(ge=0, description="how many statements")]
    support: Annotated[int, Meta(ge=0, description="sums, shares, rates and changes that hold with the value")]
    sources: Annotated[Sequence[Statement], Meta(description="the statements, in reading order")]
    why: Annotated[Sequence[str] | UnsetType, Meta(description="what holds, and what was not taken, on request")] = (
        UNSET
    )


class PartRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A required part of a disclosure and how it is there."""

    part: Annotated[str, Meta(description="name of the part, as in lexicons/parts.tsv")]
    group: Annotated[Literal["text", "table"], Meta(description="told in words, or a table")]
    status: Annotated[
        Literal["present", "noted", "elsewhere", "empty", "missing"],
        Meta(description="noted: said to be nothing; elsewhere: in an annex; empty: a heading with nothing under it"),
    ]
    weight: Annotated[Decimal, Meta(description="what the part counts for")]
    start: Annotated[int | None, Meta(description="its heading or title in the text; null where it is missing")]
    end: int | None
    text: Annotated[str | None, Meta(description="the heading or title")]


class CompletenessRecord(_Of, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the parts that a disclosure must have are there (``cnfin completeness``)."""

    score: Annotated[
        Decimal | None, Meta(description="weight of what is there over that of all, 0 to 1; null without a kind")
    ]
    required: Annotated[int, Meta(ge=0, description="number of required parts")]
    present: Annotated[int, Meta(ge=0, description="parts that are there")]
    noted: Annotated[int, Meta(ge=0, description="parts that are said to be nothing")]
    elsewhere: Annotated[int, Meta(ge=0, description="parts that an annex is said to hold")]
    empty: Annotated[int, Meta(ge=0, description="parts of which there is only the heading or title")]
    missing: Annotated[int, Meta(ge=0, description="parts that are not there")]
    parts: Annotated[Sequence[PartRecord], Meta(description="the required parts, in the order of lexicons/parts.tsv")]


class ErrorRecord(Struct, frozen=True):
    """A file that could not be read or tagged (``--errors FILE``)."""

    doc: _Doc
    error: Annotated[str, Meta(description="kind of the error, such as encoding or empty")]
    message: str


KINDS: dict[RecordKind, type[Struct]] = {
    "sentence": SentenceRecord,
    "fact": FactRecord,
    "finding": FindingRecord,
    "cell": CellRecord,
    "panel": PanelRecord,
    "completeness": CompletenessRecord,
}
