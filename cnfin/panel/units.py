"""A user's table of units: which names are one unit, and which units belong to a department."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cnfin.errors import UsageError

_COLUMNS = frozenset(("unit", "region", "name", "department"))


class Named(NamedTuple):
    """One row: a unit as documents call it, where it is (None for everywhere), what it is to be called, whose it is."""

    unit: str
    region: str | None
    name: str
    department: str | None


Mapping = Sequence[Named]


def read_units(path: str) -> list[Named]:
    """Read ``--units FILE.tsv``: columns unit and name, and where wanted region and department.

    Args:
        path: a table with a header line, tabs between the columns, UTF-8.

    Raises:
        UsageError: the file cannot be read, or a line of it is not such a row.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            columns = set(reader.fieldnames or ())
            if not {"unit", "name"} <= columns or columns - _COLUMNS:
                raise UsageError(f"{path}:1: needs the columns unit and name, and may have region and department")
            return [_row(f"{path}:{number}", row) for number, row in enumerate(reader, 2)]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _row(place: str, row: dict[str, str]) -> Named:
    if None in row or not row["unit"] or not row["name"]:
        raise UsageError(f"{place}: needs a unit and the name it is to have, and no more cells than columns")
    region = row.get("region") or None
    if region and not (region.isascii() and region.isdigit() and len(region) == 6):
        raise UsageError(f"{place}: {region!r} is no region code of six digits")
    return Named(row["unit"], region, row["name"], row.get("department") or None)
