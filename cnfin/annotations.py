"""Annotations and records read from files, each line checked: gold, sentence records, findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from cnfin.document import Division, Entity, Flow, Funds, Kind, Measure, Role
from cnfin.errors import CnfinError

Line = Mapping[str, Any]
#: By the bare name of the document (no folders, no suffix), then by its full name.
Documents = Mapping[str, Mapping[str, list[Line]]]
Label = Literal["科目", "金额", "百分比", "数量", "年度", "文号"]


class EvaluationError(CnfinError):
    """Gold or records that cannot be read, or that do not belong together."""


Offset = Annotated[int, msgspec.Meta(ge=0)]


class _Place(msgspec.Struct):
    start: Offset
    end: Offset

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("end is not behind start")


class _GoldDocument(msgspec.Struct, tag_field="t", tag="doc"):
    unit: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    year: int | None = None
    kind: Kind | None = None
    entity: Entity | None = None


class _GoldSentence(_Place, tag_field="t", tag="sent"):
    roles: list[Role]


class _GoldSpan(_Place, tag_field="t", tag="span"):
    label: Label
    wan: float | None = None
    percent: float | None = None
    number: float | None = None
    year: int | None = None
    code: str | None = None


class _GoldFact(_Place, tag_field="t", tag="fact"):
    measure: Measure | Literal["其他"]
    value: float
    year: int | None = None
    subject: str | None = None
    code: str | None = None
    flow: Flow | None = None
    funds: Funds | None = None
    division: Division | None = None
    owner: str | None = None
    table: str | None = None


class _GoldFinding(_Place, tag_field="t", tag="finding"):
    """Its place is all that is scored."""


class _FoundPlace(msgspec.Struct):
    start: Offset
    end: Offset


class _FoundSpan(_FoundPlace):
    label: str


class _FoundFact(_FoundPlace):
    measure: str
    value: float
    year: int | None
    subject: str | None


class _Tagged(_FoundPlace):
    doc: str
    text: str
    roles: list[str]
    spans: list[_FoundSpan]
    facts: list[_FoundFact]


class _Found(_FoundPlace):
    doc: str
    evidence: list[_FoundPlace]


_Gold = _GoldDocument | _GoldSentence | _GoldSpan | _GoldFact | _GoldFinding


def gold_lines(path: Path) -> Iterator[Line]:
    """The annotations in a gold file.

    Raises:
        EvaluationError: the file cannot be read, or a line is no annotation.
    """
    return _lines(path, _Gold, "a gold annotation")


def records_by_document(path: Path) -> Documents:
    """What ``cnfin tag`` printed.

    Raises:
        EvaluationError: the file cannot be read, or a line is no such record.
    """
    return _by_document(path, _Tagged, "a record of cnfin tag")


def findings_by_document(path: Path) -> Documents:
    """What ``cnfin audit`` printed.

    Raises:
        EvaluationError: the file cannot be read, or a line is no such record.
    """
    return _by_document(path, _Found, "a record of cnfin audit")


def _by_document(path: Path, kind: type, what: str) -> Documents:
    found: dict[str, dict[str, list[Line]]] = defaultdict(dict)
    for record in _lines(path, kind, what):
        found[Path(record["doc"]).stem].setdefault(record["doc"], []).append(record)
    return found


def records_of(name: str, records: Documents, path: Path, *, alone: bool) -> list[Line] | None:
    """The records of document ``name``; where gold and records are of one document, those whatever its name.

    Raises:
        EvaluationError: two documents could be meant.
    """
    documents = records.get(name)
    if documents is None:
        documents = next(iter(records.values())) if alone and len(records) == 1 else {}
    if len(documents) > 1:
        raise EvaluationError(f"{path}: {' and '.join(sorted(documents)[:2])} could both be the document {name}")
    return next(iter(documents.values()), None)


def _lines(path: Path, kind: Any, what: str) -> Iterator[Line]:
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield _line(f"{path}:{number}", line, kind, what)
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read: {error.strerror}") from error


def _line(place: str, line: bytes, kind: Any, what: str) -> Line:
    try:
        found = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{place}: not a JSON object: {error}") from error
    try:
        msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise EvaluationError(f"{place}: not {what}: {error}") from error
    return found
