"""The rows of a document's tables, with the spans of every cell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from cnfin.document import Account, Amount, AnySpan, Cell, Count, Percentage, Period, Sentence, Table

#: Labels of the cell or line that names a project.
PROJECT_LABELS = ("项目名称", "专项名称", "项目（专项）名称")
_AROUND = re.compile(r"[\s=＝≥≤<>＜＞≧≦约为%％（）()\-—+＋]*")


class Item(NamedTuple):
    """A cell with what was found in it.

    Attributes:
        start, end, text: the cell.
        sentence: index of the sentence that holds it.
        value: the value that is all the cell says, or None.
        account: the cell's 科目, or None.
    """

    start: int
    end: int
    text: str
    sentence: int
    value: Amount | Percentage | Count | None
    account: Account | None


Row = list[Item]


class Grid(NamedTuple):
    """A table's rows and the line above it."""

    rows: list[Row]
    title: str


def grids(sentences: Sequence[Sentence], tables: Sequence[Table]) -> list[Grid]:
    """The tables that hold values."""
    starts = [sentence.start for sentence in sentences] if tables else []
    found = []
    for table in tables:
        rows = [[_item(cell, sentences, starts) for cell in cells] for cells in table.rows]
        if any(item.value is not None for row in rows for item in row):
            found.append(Grid(rows, table.title))
    return found


def _item(cell: Cell, sentences: Sequence[Sentence], starts: list[int]) -> Item:
    number = max(0, bisect_right(starts, cell.start) - 1)
    value: Amount | Percentage | Count | None = None
    account: Account | None = None
    values = 0
    if cell.end > cell.start and sentences[number].spans:
        span: AnySpan
        for span in sentences[number].spans:
            if span.start < cell.start or span.end > cell.end:
                continue
            if isinstance(span, Account):
                account = span
            elif isinstance(span, (Amount, Percentage, Count)):
                values += 1
                value = span
    if value is not None:
        around = cell.text if cell.text != value.text else ""
        if values > 1 or (around and not _AROUND.fullmatch(around.replace(value.text, "", 1))):
            value = None
    return Item(cell.start, cell.end, cell.text, number, value, account)


def as_of(text: str, sentences: Sequence[Sentence], grid: Grid) -> int | None:
    """The year that a line just above or at the top of a table gives (截止时间：2019年12月31日), or None."""
    first = grid.rows[0][0].sentence if grid.rows and grid.rows[0] else 0
    last = max((item.sentence for row in grid.rows[:6] for item in row), default=first)
    for sentence in sentences[max(0, first - 3) : last + 1]:
        if sentence.end - sentence.start < 40 and re.search(r"截[止至]|时点", text[sentence.start : sentence.end]):
            for span in sentence.spans:
                if isinstance(span, Period):
                    return span.year
    return None


def project_above(text: str, sentences: Sequence[Sentence], grid: Grid) -> str | None:
    """The project that the short lines above a table name (a form's head, cut off from its table), or None."""
    first = grid.rows[0][0].sentence if grid.rows and grid.rows[0] else 0
    name = ""
    for sentence in reversed(sentences[max(0, first - 12) : first]):
        line = text[sentence.start : sentence.end].strip()
        if len(line) > 40 or line.endswith("。"):
            return None
        if line.rstrip(":：") in PROJECT_LABELS:
            return name.removesuffix("项目") if len(name) > 4 else name or None
        name = line
    return None
