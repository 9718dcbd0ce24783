"""What all readers of workbooks share: a sheet becomes a table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cnfin.reading.builder import Box, Builder, Grid
from cnfin.reading.file import File

WIDEST = 1000
_EMPTY = Box("")
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_SUBSTANCE = re.compile(r"[\u3400-\u9fff]")

#: First row, row after the last, first column, column after the last; from 0.
Merge = tuple[int, int, int, int]


def check_size(file: File, rows: int, columns: int) -> None:
    """Refuse a sheet of more cells than the limits allow.

    Raises:
        ReadError: kind ``limit``.
    """
    if rows * max(columns, 1) > file.limits.cells:
        most = file.limits.cells
        raise file.error("limit", f"has a sheet of {rows} by {columns} cells, more than the limit of {most}")


def add_sheet(
    builder: Builder,
    title: str,
    rows: list[list[str]],
    merges: Iterable[Merge] = (),
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[int] = (),
) -> None:
    """Add a sheet as a table, after its trailing blank rows and columns are cut off.

    Args:
        builder: where the table goes.
        title: the sheet's name, a title where it says something.
        rows: the texts of the cells.
        merges: ranges of cells that are one.
        hidden_rows, hidden_columns: numbers of those that are left out.
    """
    height = max((number + 1 for number, row in enumerate(rows) if any(row)), default=0)
    width = max((place + 1 for row in rows for place, text in enumerate(row) if text), default=0)
    grid: Grid = [
        [Box(row[place]) if place < len(row) and row[place] else _EMPTY for place in range(width)]
        for row in rows[:height]
    ]
    for top, bottom, left, right in merges:
        if top < height and left < width:
            box = grid[top][left]
            for number in range(top, min(bottom, height)):
                for place in range(left, min(right, width)):
                    grid[number][place] = box
    unseen_rows, unseen_columns = set(hidden_rows), set(hidden_columns)
    shown = [place for place in range(width) if place not in unseen_columns]
    grid = [[row[place] for place in shown] for number, row in enumerate(grid) if number not in unseen_rows]
    named = bool(_SUBSTANCE.search(title)) and not _DEFAULT_NAME.fullmatch(title)
    builder.table(grid, title=title if named else "")
