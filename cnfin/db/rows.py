"""A bundle as rows of the database's tables."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cnfin.cells import LedgerCell
from cnfin.document import Account, Amount, AnySpan, Count, Document, Fact, Finding, Percentage, Period, Sentence

Row = tuple[Any, ...]


def document_row(document: Document, region: str | None) -> Row:
    """The row of ``documents``, without its ids."""
    who = document.identity
    return (
        document.name, who.unit, who.entity, who.province, who.city, who.county, region, who.year, who.kind,
        text(document.text),
    )  # fmt: skip


def sentence_row(document: Document, sentence: Sentence, section: int | None) -> Row:
    """The row of ``sentences`` behind its document's id."""
    return (
        section, sentence.index, sentence.page, sentence.heading, sentence.table is not None,
        sentence.start, sentence.end, text(document.text[sentence.start : sentence.end]),
    )  # fmt: skip


def role_rows(sentence: Sentence) -> Iterator[Row]:
    """The rows of ``roles`` behind a sentence's id."""
    return ((role, sentence.role_scores.get(role)) for role in sentence.roles)


def span_row(span: AnySpan) -> Row:
    """The row of ``spans`` behind its sentence's id."""
    label = str(span.__struct_config__.tag)
    name = code = scheme = value = unit = None
    if isinstance(span, Account):
        name, code, scheme = span.name, span.code, span.scheme
    elif isinstance(span, Amount):
        value, unit = _number(span.wan), "万元"
    elif isinstance(span, Percentage):
        value, unit = _number(span.percent), span.unit
    elif isinstance(span, Count):
        value, unit = _number(span.number), span.unit
    elif isinstance(span, Period):
        value = float(span.year)
    return label, span.start, span.end, text(span.text), name, code, scheme, value, unit


def fact_row(fact: Fact) -> Row:
    """The row of ``facts`` behind its sentence's id."""
    return (
        fact.start, fact.end, fact.subject, fact.code, fact.scheme, fact.measure, fact.year, float(fact.value),
        str(fact.value), fact.unit, fact.base, fact.flow, fact.funds, fact.division, fact.owner, fact.table,
    )  # fmt: skip


def cell_row(cell: LedgerCell) -> Row:
    """The row of ``cells`` behind its document's id."""
    return (
        cell.year, cell.flow, cell.line, cell.code, cell.level, cell.scheme, cell.funds, cell.division, cell.owner,
        cell.measure, float(cell.value), str(cell.value), cell.unit, cell.status, cell.stated, cell.support,
    )  # fmt: skip


def source_rows(cell: LedgerCell) -> Iterator[Row]:
    """The rows of ``sources`` behind a cell's id."""
    return (
        (one.start, one.end, one.page, one.table, text(one.text), float(one.value)) for one in cell.sources
    )


def finding_row(document: Document, finding: Finding) -> Row:
    """The row of ``findings`` behind the ids of its document and its sentence."""
    fact = next((one for one in document.facts if one.start == finding.start and one.end == finding.end), None)
    said = (None,) * 8 if fact is None else (
        fact.subject, fact.code, fact.measure, fact.year, fact.flow, fact.funds, fact.division, fact.owner
    )  # fmt: skip
    return (
        finding.check, finding.severity, finding.start, finding.end, text(document.text[finding.start : finding.end]),
        _number(finding.stated), _number(finding.expected), _number(finding.tolerance), finding.note, *said,
    )  # fmt: skip


def evidence_rows(document: Document, finding: Finding) -> Iterator[Row]:
    """The rows of ``evidence`` behind a finding's id."""
    return ((start, end, text(document.text[start:end])) for start, end in finding.evidence)


def sentence_at(starts: list[int], ids: list[int], offset: int) -> int | None:
    """The id of the sentence that holds an offset."""
    place = bisect_right(starts, offset) - 1
    return ids[place] if place >= 0 else None


def text(given: str) -> str:
    """Text that SQLite takes: half of a surrogate pair becomes U+FFFD."""
    return given.encode("utf-8", "replace").decode() if any("\ud800" <= sign <= "\udfff" for sign in given) else given


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
