"""Where documents disagree: a year restated, another budget than the published one, a department below its units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from cnfin.panel.store import Store
from cnfin.panel.values import plain
from cnfin.panel_records import AcrossRecord, Place


class _Source(msgspec.Struct):
    """The place of a statement, as a cell lists it."""

    start: int
    end: int
    text: str
    value: Decimal
    page: int | None = None


_sources = msgspec.json.Decoder(list[_Source])
#: What is said of each kind: the two documents' figures, then what was expected.
_NOTES = {
    "restated": "{year}年{expected}{unit}（{other}），本文件为{stated}{unit}",
    "budget": "公开的预算为{expected}{unit}（{other}），本文件所称年初预算为{stated}{unit}",
    "roll-up": "所属单位合计{expected}{unit}（{other}），部门为{stated}{unit}",
}


def across(store: Store) -> Iterator[AcrossRecord]:
    """The places where documents of one unit, or of a department and its units, disagree.

    Precision first: only cells of one line, year, money, division, owner and measure are compared, and a
    document that states the other value too is not accused.
    """
    store.find_members()
    departments: list[AcrossRecord] = []
    for bucket in store.buckets():
        store.rank(bucket)
        yield from map(_record, store.later())
    # A department and its units may lie in different buckets: they are joined over all units at once.
    store.rank_related()
    departments += map(_record, store.roll_up())
    yield from departments


def _record(row: dict[str, Any]) -> AcrossRecord:
    own = _places(row["doc"], row["sources"], row["stated"])
    others = [place for one in row["others"] for place in _places(one["doc"], one["sources"], one["value"])[:1]]
    stated, expected, check = plain(row["stated"]), plain(row["expected"]), row["check"]
    names = "、".join(dict.fromkeys(one["doc"] for one in row["others"]))
    note = _NOTES[check].format(
        year=row["year"], expected=expected, stated=stated, unit=row["value_unit"], other=names
    )
    first = own[0] if own else None
    return AcrossRecord(
        doc=row["doc"], unit=row["unit"], entity=row["entity"], province=row["province"], city=row["city"],
        county=row["county"], fiscal_year=row["fiscal_year"], kind=row["kind"], check=check, severity="error",
        start=first.start if first else None, end=first.end if first else None, text=first.text if first else None,
        stated=stated, expected=expected, tolerance=plain(Decimal(str(row["tolerance"]))), note=note,
        evidence=[*own[1:], *others], subject=row["line"], code=row["code"], measure=row["measure"],
        year=row["year"], flow=row["flow"], funds=row["funds"], division=row["division"], owner=row["owner"],
    )  # fmt: skip


def _places(doc: str, sources: str | None, value: Decimal) -> Sequence[Place]:
    """Where a document states a value; the places that state it just so first."""
    found = _sources.decode(sources) if sources else []
    found.sort(key=lambda one: one.value != value)
    return [Place(doc, one.start, one.end, one.text, one.page) for one in found]
