"""Documents → records: the JSON Lines that the commands print.

Decimals are printed as JSON numbers with exactly the digits they have. Encoding is in the hot
path: a document's records are encoded by one call, spans and facts straight from their structs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cnfin.cells import LedgerCell
from cnfin.document import Document, Explanation, Fact, Finding, Name, Sentence, Table, section_paths
from cnfin.record_schema import described, schema
from cnfin.record_types import (
    KINDS,
    CellRecord,
    CompletenessRecord,
    ErrorRecord,
    Evidence,
    FactRecord,
    FindingRecord,
    PartRecord,
    RecordKind,
    SentenceRecord,
)

if TYPE_CHECKING:
    from cnfin.completeness import Completeness

__all__ = [
    "KINDS", "CellRecord", "CompletenessRecord", "ErrorRecord", "FactRecord", "FindingRecord", "RecordKind",
    "SentenceRecord", "cell_structs", "completeness_struct", "described", "encode_lines", "fact_records",
    "fact_structs", "finding_records", "finding_structs", "schema", "sentence_records", "sentence_structs",
]  # fmt: skip

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
    text, year, kind, placed = document.text, document.identity.year, document.identity.kind, _placed(document)
    section_path, row_text = _section_paths(document), _row_texts(document)
    return [
        SentenceRecord(
            **placed, year=year, kind=kind,
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
    text, of, section_path, row_text = document.text, _of(document), _section_paths(document), _row_texts(document)
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
                    **of,
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
    text, placed = document.text, _of(document)
    section_path, row_text = _section_paths(document), _row_texts(document)
    starts = [sentence.start for sentence in document.sentences]

    def record(finding: Finding) -> FindingRecord:
        sentence = document.sentences[max(bisect_right(starts, finding.start) - 1, 0)]
        of = next((fact for fact in sentence.facts if (fact.start, fact.end) == (finding.start, finding.end)), None)
        shared: dict[str, Any] = {key: getattr(of, key) if of else None for key in _OF_FACT}
        return FindingRecord(
            **placed,
            check=finding.check, severity=finding.severity,
            start=finding.start, end=finding.end, text=text[finding.start : finding.end],
            stated=finding.stated, expected=finding.expected, tolerance=finding.tolerance,
            note=finding.note, evidence=_evidence(text, finding.evidence),
            **shared,
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
    of = _of(document)
    return [
        CellRecord(
            **of, region=region,
            year=cell.year, flow=cell.flow, line=cell.line, code=cell.code, level=cell.level, scheme=cell.scheme,
            funds=cell.funds, division=cell.division, owner=cell.owner, measure=cell.measure,
            value=cell.value, value_unit=cell.unit, status=cell.status, stated=cell.stated, support=cell.support,
            sources=cell.sources, why=cell.why if explain else UNSET,
        )
        for cell in cells
    ]  # fmt: skip


def completeness_struct(document: Document, found: Completeness) -> CompletenessRecord:
    """The record of what a document holds of what it must hold."""
    text, counts = document.text, Counter(part.status for part in found.parts)
    return CompletenessRecord(
        **_of(document),
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


def _builtin(record: Struct) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(record, builtin_types=(Decimal,))
    return plain


def _placed(document: Document) -> dict[str, Any]:
    """What every record of a document begins with."""
    identity = document.identity
    return {
        "doc": document.name, "unit": identity.unit, "entity": identity.entity,
        "province": identity.province, "city": identity.city, "county": identity.county,
    }  # fmt: skip


def _of(document: Document) -> dict[str, Any]:
    """The same, with the document's year and kind."""
    return {**_placed(document), "fiscal_year": document.identity.year, "kind": document.identity.kind}


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
