"""The record of the panel: a cell of a unit over all documents that state it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from cnfin.document import Division, Entity, Flow, Funds, Kind, Measure

PanelStatus = Literal["agreed", "single", "disputed", "restated"]


class Stated(Struct, frozen=True, forbid_unknown_fields=True):
    """What one document says of a cell."""

    doc: str
    fiscal_year: int | None
    kind: Kind | None
    value: Decimal


class PanelRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell of a unit, over all documents that state it (``cnfin panel``)."""

    unit: Annotated[str, Meta(description="the unit as its own final accounts name it")]
    entity: Entity | None
    province: str | None
    city: str | None
    county: str | None
    region: Annotated[str | None, Meta(description="six-digit code of the county, else city, else province")]
    year: Annotated[int, Meta(description="the fiscal year the value belongs to")]
    flow: Flow | None
    line: Annotated[str, Meta(description="canonical name of the line")]
    code: str | None
    level: str | None
    scheme: str | None
    funds: Funds | None
    division: Division | None
    owner: str | None
    measure: Annotated[Measure, Meta(description="预算数 of a year is 年初预算数 in its final accounts")]
    value: Annotated[Decimal, Meta(description="万元 or a count, as the nearest document states it")]
    value_unit: str
    status: Annotated[PanelStatus, Meta(description="restated: a later document gives another value")]
    stated: Annotated[int, Meta(description="documents that state it")]
    support: Annotated[int, Meta(description="relations that hold with it, over all documents")]
    docs: Annotated[Sequence[Stated], Meta(description="every document with its value, the nearest to the year first")]


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """A figure in one of the documents compared."""

    doc: str
    start: int
    end: int
    text: str
    page: int | None = None


class AcrossRecord(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where documents disagree (``cnfin audit --across``): a finding whose evidence names documents too."""

    doc: str
    unit: str | None
    entity: Entity | None
    province: str | None
    city: str | None
    county: str | None
    fiscal_year: int | None
    kind: Kind | None
    check: Literal["restated", "budget", "roll-up"]
    severity: Literal["error", "warning"]
    start: int | None
    end: int | None
    text: str | None
    stated: Decimal
    expected: Decimal
    tolerance: Decimal
    note: str
    evidence: Sequence[Place]
    subject: str
    code: str | None
    measure: Measure
    year: int
    flow: Flow | None
    funds: Funds | None
    division: Division | None
    owner: str | None
