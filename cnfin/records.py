"""Documents → records: the JSON Lines that the commands print, and the JSON Schema of each kind.

A record is a typed struct whose fields stand in the order of the printed keys; a key is never left
out. Decimals are printed as JSON numbers with exactly the digits they have. Encoding is in the hot
path: a document's records are encoded by one call, spans and facts straight from their structs.
"""

from __future__ import annotations

import inspect
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from cnfin._version import RECORDS_VERSION
from cnfin.cells import LedgerCell, Level, Statement, Status
from cnfin.document import (
    AnySpan,
    Check,
    Division,
    Document,
    Entity,
    Explanation,
    Fact,
    Finding,
    Flow,
    Funds,
    Kind,
    Measure,
    Name,
    Role,
    Sentence,
    Severity,
    SubjectScheme,
    Table,
    section_paths,
)
from cnfin.panel_records import PanelRecord

if TYPE_CHECKING:
    from cnfin.completeness import Completeness

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
_Sent = Annotated[int, Meta(ge=0, description="number of the sentence in its document")]
_Start = Annotated[int, Meta(ge=0, description="first code point in the document's text")]
_End = Annotated[int, Meta(ge=0, description="one past the last code point")]
_Stated = Annotated[Decimal | None, Meta(description="the figure as stated; null where words are compared")]
_Expected = Annotated[Decimal | None, Meta(description="the figure by the arithmetic; null where words are compared")]


class SentenceRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence, or a table row, with everything found in it (``cnfin tag``)."""

    doc: _Doc
    unit: _Unit
    entity: _Entity
    province: _Province
    city: _City
    county: _County
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


class FactRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value and what it says of a budget line, flat (``cnfin facts``).

    ``unit`` is the disclosing unit as in every other record, so that records of all kinds join on
    the same keys; the unit of ``value`` is ``value_unit``, since an object has a key only once.
    """

    doc: _Doc
    unit: _Unit
    entity: _Entity
    province: _Province
    city: _City
    county: _County
    fiscal_year: _Year
    kind: _Kind
    section: Annotated[str, Meta(description='the headings above, joined by " / "')]
    sent: _Sent
    start: _Start
    end: _End
    text: Annotated[str, Meta(description="the value as written")]
    subject: Annotated[str | None, Meta(description="canonical name of what the value is said of")]
    code: Annotated[str | None, Meta(description="official code, where it is certain")]
    scheme: SubjectScheme | None
    measure: _Measure
    year: Annotated[int | None, Meta(description="the fiscal year the value belongs to")]
    value: Annotated[Decimal, Meta(description="万元, per cent or a plain number; falls are negative")]
    value_unit: Annotated[str, Meta(description="万元, %, 百分点, or a count's measure word")]
    base: Annotated[str | None, Meta(description="what a share, a rate or a change is measured against")]
    flow: Annotated[Flow | None, Meta(description="side of the accounts")]
    funds: Annotated[Funds | None, Meta(description="whose money (资金口径)")]
    division: Annotated[Division | None, Meta(description="which part of a line's spending")]
    owner: Annotated[str | None, Meta(description="the project or subordinate unit whose it is")]
    table: Annotated[str | None, Meta(description="title of the table it stands in; null in running text")]
    rule: Annotated[str | UnsetType, Meta(description="why the value became this fact, on request")] = UNSET
    used: Annotated[Sequence[Evidence] | UnsetType, Meta(description="the spans the rule used, on request")] = UNSET
    sentence: Annotated[str | UnsetType, Meta(description="the sentence it stands in, on request")] = UNSET


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of the document's text that proves something."""

    start: _Start
    end: _End
    text: str


class FindingRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where a document contradicts itself, or its form was filled in wrongly (``cnfin audit``).

    The keys from ``subject`` to ``owner`` are those of the fact that the figure states, null where it states none.
    """

    doc: _Doc
    unit: _Unit
    entity: _Entity
    province: _Province
    city: _City
    county: _County
    fiscal_year: _Year
    kind: _Kind
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
    code: Annotated[str | None, Meta(description="official code, where it is certain")]
    measure: Annotated[Measure | None, Meta(description="what the figure is of the line")]
    year: Annotated[int | None, Meta(description="the fiscal year the figure belongs to")]
    flow: Annotated[Flow | None, Meta(description="side of the accounts")]
    funds: Annotated[Funds | None, Meta(description="whose money (资金口径)")]
    division: Annotated[Division | None, Meta(description="which part of a line's spending")]
    owner: Annotated[str | None, Meta(description="the project or subordinate unit whose it is")]
    section: Annotated[str, Meta(description='the headings above, joined by " / "')]
    sent: _Sent
    page: Annotated[int | None, Meta(description="page from 1, where the source has pages")]
    sentence: Annotated[str, Meta(description="the text of the sentence; a table row's cells joined by tab")]
    confidence: Annotated[
        float, Meta(ge=0, le=1, description="share of findings of this kind that were right where measured")
    ]


class CellRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value of a document's account book, with the places that state it (``cnfin ledger``)."""

    doc: _Doc
    unit: _Unit
    entity: _Entity
    province: _Province
    city: _City
    county: _County
    region: Annotated[str | None, Meta(description="six-digit code of the county, else city, else province")]
    fiscal_year: _Year
    kind: _Kind
    year: Annotated[int | None, Meta(description="the fiscal year the value belongs to")]
    flow: Annotated[Flow | None, Meta(description="side of the accounts; null for counts")]
    line: Annotated[str, Meta(description="canonical name; 合计 a side's total of the year, 总计 with carry-over")]
    code: Annotated[str | None, Meta(description="official code, where it is certain")]
    level: Annotated[Level | None, Meta(description="summing the cells of one level counts nothing twice")]
    scheme: _Scheme
    funds: Annotated[Funds | None, Meta(description="whose money (资金口径)")]
    division: Annotated[Division | None, Meta(description="which part of the line's spending")]
    owner: Annotated[str | None, Meta(description="the project or subordinate unit whose it is")]
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


class CompletenessRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the parts that a disclosure must have are there (``cnfin completeness``)."""

    doc: _Doc
    unit: _Unit
    entity: _Entity
    province: str | None
    city: str | None
    county: str | None
    fiscal_year: _Year
    kind: Kind | None
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

#: The keys that a finding has of the fact it is about.
_OF_FACT = ("subject", "code", "measure", "year", "flow", "funds", "division", "owner")
_encoder = msgspec.json.Encoder(decimal_format="number")


def encode_lines(records: Sequence[Struct] | Sequence[dict[str, Any]]) -> bytes:
    """The records as JSON Lines: UTF-8, one object a line, a newline after each."""
    return _encoder.encode_lines(records) if records else b""


def sentence_structs(
    document: Document,
    keep: Callable[[Sentence], bool] | None = None,
    names: Sequence[Sequence[Name]] | None = None,
) -> list[SentenceRecord]:
    """One record a sentence, in reading order.

    Args:
        keep: which sentences; all where it is None.
        names: for each sentence the names of budget lines in it, which are added.
    """
    identity, text, name = document.identity, document.text, document.name
    unit, province, city = identity.unit, identity.province, identity.city
    county, year, kind = identity.county, identity.year, identity.kind
    section_path, row_text = _section_paths(document), _row_texts(document)
    return [
        SentenceRecord(
            doc=name, unit=unit, entity=identity.entity, province=province, city=city, county=county,
            year=year, kind=kind,
            section=section_path(sentence.section), sent=sentence.index, page=sentence.page,
            start=sentence.start, end=sentence.end,
            text=text[sentence.start : sentence.end] if sentence.table is None else row_text(sentence),
            roles=sentence.roles, role_scores=sentence.role_scores, spans=sentence.spans, facts=sentence.facts,
            tokens=UNSET if sentence.tokens is None else sentence.tokens,
            names=UNSET if names is None else names[sentence.index],
        )
        for sentence in document.sentences
        if keep is None or keep(sentence)
    ]  # fmt: skip


def fact_structs(
    document: Document,
    keep: Callable[[Fact], bool] | None = None,
    explained: Sequence[Sequence[tuple[Fact, Explanation]]] | None = None,
    *,
    quoted: bool = False,
) -> list[FactRecord]:
    """One record a fact, in reading order.

    Args:
        keep: which facts; all where it is None.
        explained: for each sentence its facts with their explanations, which add ``rule`` and ``used``.
        quoted: add the sentence a fact stands in.
    """
    identity, text, section_path = document.identity, document.text, _section_paths(document)
    row_text = _row_texts(document)
    records = []
    for number, sentence in enumerate(document.sentences):
        said: str | UnsetType = UNSET
        if quoted:
            said = text[sentence.start : sentence.end] if sentence.table is None else row_text(sentence)
        pairs = explained[number] if explained is not None else ((fact, None) for fact in sentence.facts)
        for fact, why in pairs:
            if keep is not None and not keep(fact):
                continue
            records.append(
                FactRecord(
                    doc=document.name, unit=identity.unit, entity=identity.entity,
                    province=identity.province, city=identity.city,
                    county=identity.county, fiscal_year=identity.year, kind=identity.kind,
                    section=" / ".join(section_path(sentence.section)), sent=sentence.index,
                    start=fact.start, end=fact.end, text=text[fact.start : fact.end],
                    subject=fact.subject, code=fact.code, scheme=fact.scheme, measure=fact.measure,
                    year=fact.year, value=fact.value, value_unit=fact.unit, base=fact.base,
                    flow=fact.flow, funds=fact.funds, division=fact.division, owner=fact.owner, table=fact.table,
                    rule=why.rule if why else UNSET, used=_evidence(text, why.spans) if why else UNSET,
                    sentence=said,
                )
            )  # fmt: skip
    return records


def finding_structs(document: Document, findings: Iterable[Finding]) -> list[FindingRecord]:
    """One record a finding, in the order given."""
    identity, text = document.identity, document.text
    section_path, row_text = _section_paths(document), _row_texts(document)
    starts = [sentence.start for sentence in document.sentences]

    def record(finding: Finding) -> FindingRecord:
        sentence = document.sentences[max(bisect_right(starts, finding.start) - 1, 0)]
        of = next((fact for fact in sentence.facts if (fact.start, fact.end) == (finding.start, finding.end)), None)
        return FindingRecord(
            doc=document.name, unit=identity.unit, entity=identity.entity,
            province=identity.province, city=identity.city,
            county=identity.county, fiscal_year=identity.year, kind=identity.kind,
            check=finding.check, severity=finding.severity,
            start=finding.start, end=finding.end, text=text[finding.start : finding.end],
            stated=finding.stated, expected=finding.expected, tolerance=finding.tolerance,
            note=finding.note, evidence=_evidence(text, finding.evidence),
            **{key: getattr(of, key) if of else None for key in _OF_FACT},
            section=" / ".join(section_path(sentence.section)), sent=sentence.index, page=sentence.page,
            sentence=text[sentence.start : sentence.end] if sentence.table is None else row_text(sentence),
            confidence=finding.confidence,
        )  # fmt: skip

    return [record(finding) for finding in findings]


def cell_structs(
    document: Document, cells: Iterable[LedgerCell], *, region: str | None = None, explain: bool = False
) -> list[CellRecord]:
    """One record a cell, in the order given.

    Args:
        region: code of the document's place.
        explain: whether the records say why.
    """
    identity = document.identity
    return [
        CellRecord(
            doc=document.name, unit=identity.unit, entity=identity.entity,
            province=identity.province, city=identity.city, county=identity.county, region=region,
            fiscal_year=identity.year, kind=identity.kind,
            year=cell.year, flow=cell.flow, line=cell.line, code=cell.code, level=cell.level, scheme=cell.scheme,
            funds=cell.funds, division=cell.division, owner=cell.owner, measure=cell.measure,
            value=cell.value, value_unit=cell.unit, status=cell.status, stated=cell.stated, support=cell.support,
            sources=cell.sources, why=cell.why if explain else UNSET,
        )
        for cell in cells
    ]  # fmt: skip


def completeness_struct(document: Document, found: Completeness) -> CompletenessRecord:
    """The record of what a document holds of what it must hold."""
    identity, text = document.identity, document.text
    counts = Counter(part.status for part in found.parts)
    return CompletenessRecord(
        doc=document.name, unit=identity.unit, entity=identity.entity, province=identity.province,
        city=identity.city, county=identity.county, fiscal_year=identity.year, kind=identity.kind,
        score=found.score, required=len(found.parts), present=counts["present"], noted=counts["noted"],
        elsewhere=counts["elsewhere"], empty=counts["empty"], missing=counts["missing"],
        parts=[
            PartRecord(
                part=part.part, group=part.group, status=part.status, weight=part.weight, start=part.start,
                end=part.end, text=None if part.start is None else text[part.start : part.end],
            )
            for part in found.parts
        ],
    )  # fmt: skip


def sentence_records(document: Document) -> Iterator[dict[str, object]]:
    """What ``cnfin tag`` prints, as plain dicts and lists; sums stay exact Decimals."""
    return map(_builtin, sentence_structs(document))


def fact_records(document: Document, keep: Callable[[Fact], bool] | None = None) -> Iterator[dict[str, object]]:
    """What ``cnfin facts`` prints, as plain dicts; values stay exact Decimals."""
    return map(_builtin, fact_structs(document, keep))


def finding_records(document: Document, findings: Iterable[Finding]) -> Iterator[dict[str, object]]:
    """What ``cnfin audit`` prints, as plain dicts; figures stay exact Decimals."""
    return map(_builtin, finding_structs(document, findings))


def schema(kind: RecordKind) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind of record, derived from its struct.

    Raises:
        ValueError: ``kind`` is none of :data:`KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"no record kind {kind!r}: choose from {', '.join(KINDS)}")
    (reference,), definitions = msgspec.json.schema_components([KINDS[kind]], ref_template="#/$defs/{name}")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    body: dict[str, Any] = head | definitions.pop(reference["$ref"].rpartition("/")[2])
    body["title"] = f"cnfin {kind} record"
    body["version"] = RECORDS_VERSION
    if definitions:
        body["$defs"] = definitions
    _tighten(body)
    return body


def described(kind: RecordKind) -> list[tuple[str, str, str]]:
    """The keys of a kind of record, each with its type and its meaning.

    Raises:
        ValueError: ``kind`` is none of :data:`KINDS`.
    """
    # Kinds that say nothing of a key mean by it what the ledger does.
    common = {} if kind == "cell" else {key: meaning for key, _, meaning in described("cell")}
    return [
        (key, _type(told), told.get("description") or common.get(key, ""))
        for key, told in schema(kind)["properties"].items()
    ]


def _type(told: dict[str, Any]) -> str:
    """The type of a key in one word, as JSON has it."""
    kinds = [told, *told.get("anyOf", ())]
    words = [each.get("type") or ("string" if "enum" in each else "object" if "$ref" in each else "") for each in kinds]
    flat = [part for word in words if word for part in (word if isinstance(word, list) else [word])]
    return " or ".join(dict.fromkeys(flat))


def _builtin(record: Struct) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(record, builtin_types=(Decimal,))
    return plain


def _evidence(text: str, spans: Iterable[tuple[int, int]]) -> list[Evidence]:
    return [Evidence(start, end, text[start:end]) for start, end in spans]


def _section_paths(document: Document) -> Callable[[int | None], list[str]]:
    """``document.path``, each section's worked out once."""
    paths: dict[int | None, list[str]] = {None: []}
    paths.update(enumerate(map(list, section_paths(document.sections))))
    return paths.__getitem__


def _row_texts(document: Document) -> Callable[[Sentence], str]:
    """A function from a table row's sentence to the row's cells joined by tab."""
    cache: dict[int, dict[int, str]] = {}

    def row_text(sentence: Sentence) -> str:
        table = sentence.table
        assert table is not None
        if table not in cache:
            cache[table] = _texts_by_start(document.tables[table])
        return cache[table].get(sentence.start, document.text[sentence.start : sentence.end])

    return row_text


def _texts_by_start(table: Table) -> dict[int, str]:
    """The text of each row under every offset that one of its own cells starts at."""
    texts: dict[int, str] = {}
    for row in table.rows:
        joined = "\t".join(cell.text for cell in row)
        for cell in row:
            # A cell merged over rows is repeated in each: the first row owns its offset.
            texts.setdefault(cell.start, joined)
    return texts


def _tighten(node: Any) -> None:
    """Decimals are numbers in our records, and no struct has further keys."""
    if isinstance(node, list):
        for item in node:
            _tighten(item)
    elif isinstance(node, dict):
        if node.get("format") == "decimal":
            del node["format"]
            node["type"] = "number"
        if isinstance(node.get("properties"), dict):
            node["additionalProperties"] = False
        if isinstance(node.get("description"), str):
            node["description"] = inspect.cleandoc(node["description"])
        for value in node.values():
            _tighten(value)
