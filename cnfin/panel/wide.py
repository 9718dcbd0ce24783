"""The panel as researchers load it: a row a unit and year, a column a line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from cnfin.panel.store import Store
from cnfin.panel.values import plain

#: Columns that say whose row it is, before those of the lines.
WHOSE = ("unit", "entity", "province", "city", "county", "region", "year")
_ROWS = 1000


class Wide(NamedTuple):
    """A header, and the rows under it: :data:`WHOSE`, then a value or None for each line."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[str | int | Decimal | None, ...]]


def wide(store: Store) -> Wide:
    """A row a unit and year with a column a line, its money, its division and its measure.

    Cells of projects and of subordinate units are left out: they are parts of the unit's own.
    """
    store.fill_wide()
    labels = store.wide_columns()
    return Wide((*WHOSE, *labels), _rows(store, labels))


def _rows(store: Store, labels: list[str]) -> Iterator[tuple[str | int | Decimal | None, ...]]:
    found = store.wide_rows()
    while batch := found.fetchmany(_ROWS):
        for *whose, cells in batch:
            yield (*whose, *(plain(cells[label]) if label in cells else None for label in labels))
