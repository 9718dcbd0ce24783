"""Units over years: the cells of many documents joined into one table.

The steps are SQL (``panel.sql``), run by DuckDB over cells that may be larger than memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from cnfin.panel.across import across
from cnfin.panel.inputs import ledger_files
from cnfin.panel.store import PanelError, Store
from cnfin.panel.units import Named, read_units
from cnfin.panel.values import plain
from cnfin.panel_records import AcrossRecord, PanelRecord, Stated

_ROWS = 10_000
_FIELDS = PanelRecord.__struct_fields__
_VALUE, _DOCS = _FIELDS.index("value"), _FIELDS.index("docs")


def panel(store: Store) -> Iterator[PanelRecord]:
    """The rows of the panel, unit by unit, each unit's in the order of years, sides and codes."""
    for bucket in store.buckets():
        store.rank(bucket)
        rows = store.panel()
        while batch := rows.fetchmany(_ROWS):
            yield from map(_record, batch)


def _record(row: tuple[Any, ...]) -> PanelRecord:
    values = dict(zip(_FIELDS, row, strict=True))
    values["value"] = plain(row[_VALUE])
    values["support"] = int(values["support"] or 0)
    values["docs"] = tuple(
        Stated(one["doc"], one["fiscal_year"], one["kind"], plain(one["value"])) for one in row[_DOCS]
    )
    return PanelRecord(**values)


def encode(records: Sequence[msgspec.Struct]) -> bytes:
    """The records as JSON Lines."""
    return msgspec.json.Encoder(decimal_format="number").encode_lines(records) if records else b""


__all__ = [
    "AcrossRecord", "Named", "PanelError", "PanelRecord", "Store", "across", "encode", "ledger_files", "panel",
    "read_units",
]  # fmt: skip
