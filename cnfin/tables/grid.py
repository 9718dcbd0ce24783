"""A table as it is meant: heads over columns, rows under them, what each column holds, what names a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile

import msgspec

from cnfin.document import Cell, Table
from cnfin.tables.heads import Path, paths
from cnfin.tables.words import BLANK, TOTALS, Kind, TableWords

NUMBER = re.compile(r"[-－—]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?")
_VALUE = re.compile(rf"[≥≤<>＜＞约]?{NUMBER.pattern}\s*(?:[亿万千百]?元|[%％])?")
_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
_COUNTED = re.compile(r"\d{1,2}(?:[=＝(（].*)?|[甲乙丙]|[-—*]+")
_NUMBERING = frozenset(("栏次", "次", "行次", "栏", "*", "**"))
_HAN = re.compile("[\u4e00-\u9fff]")
_CODE = re.compile(r"2\d\d(?:\d\d){0,2}|[35]\d\d(?:\d\d)?|\d{1,2}")
#: The longest head, in code points; longer cells are prose.
LONGEST_HEAD = 24
#: Labels of the cell or line that names a project.
PROJECT_LABELS = ("项目名称", "专项名称", "项目（专项）名称", "专项（项目）名称")
#: Cells that say that there is nothing.
NOTHING = frozenset(("", "—", "-", "－", "——", "--", "/", "无"))

Row = tuple[Cell, ...]


class Column(msgspec.Struct, frozen=True, gc=False):
    """A column: the heads over it from the top, what it holds, and which names stand for it.

    Attributes:
        heads: texts of the heads, blanks left out.
        kind: what its narrowest head announces, or what its cells show: ``name`` or ``value``; None for nothing.
        block: number of the block; columns side by side (收入 | 支出) are blocks with names of their own.
    """

    heads: Path
    kind: str | None
    block: int


class Part(msgspec.Struct, frozen=True, gc=False):
    """Rows under heads of their own.

    Attributes:
        columns: the columns; empty where nothing heads the rows.
        rows: the rows, each with a cell a column where there are columns.
        project: the cell that names the project of this part and the next, or None.
        heads: the rows of heads.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    project: Cell | None = None
    heads: tuple[Row, ...] = ()

    def label(self, row: Row, place: int) -> Cell | None:
        """The cell that names the value at ``place``: the nearest name in its block, else the nearest words."""
        if self.columns and place < len(self.columns):
            block = self.columns[place].block
            near = range(min(place, len(row)) - 1, max(0, place - _FAR) - 1, -1)
            # Columns of a block stand side by side.
            ours = list(takewhile(lambda at: self.columns[at].block == block, near))
            for kinds in (("name",), ("code", "number", "owner", "year")):
                for at in ours:
                    years = self.columns[at].kind == "year" and _YEAR.fullmatch(row[at].text)
                    if self.columns[at].kind in kinds and (_HAN.search(row[at].text) or years):
                        return row[at]
            return None
        return next((cell for cell in reversed(row[max(0, place - _FAR) : place]) if _HAN.search(cell.text)), None)

    def owner(self, row: Row) -> Cell | None:
        """The cell of a column that names units."""
        return next((cell for cell, column in zip(row, self.columns, strict=False)
                     if column.kind == "owner" and _HAN.search(cell.text)), None)  # fmt: skip

    def code(self, row: Row, label: Cell) -> str | None:
        """The official code that stands before ``label``, whole or a level a cell (205 | 02 | 01), or None."""
        digits = ""
        place = next((at for at, cell in enumerate(row) if cell is label), len(row))
        for cell in reversed(row[:place]):
            text = cell.text.strip()
            if text and not _CODE.fullmatch(text):
                break
            digits = text + digits
            if len(digits) > 7:
                # The whole code again in each cell: 205 | 20502 | 2050201.
                digits = text
                break
        return digits if len(digits) in (3, 5, 7) else None


def is_value(text: str) -> bool:
    """Whether a cell is nothing but a number, a sum or a rate."""
    return _VALUE.fullmatch(text) is not None


def numbers_columns(row: Sequence[Cell]) -> bool:
    """Whether a row only numbers the columns (栏次 1 2 3)."""
    texts = [text for text in (BLANK.sub("", cell.text) for cell in row) if text]
    digits = [int(re.match(r"\d+", text)[0]) for text in texts if text[0].isdecimal()]  # type: ignore[index]
    if not digits or not all(text in _NUMBERING or _COUNTED.fullmatch(text) or text == "项目" for text in texts):
        return False
    named = any(text in _NUMBERING for text in texts)
    counted = [number for at, number in enumerate(digits) if not at or digits[at - 1] != number]
    return (named or len(counted) > 2) and counted == list(range(counted[0], counted[0] + len(counted)))


@lru_cache(maxsize=128)
def parts(table: Table, words: TableWords) -> tuple[Part, ...]:
    """The parts of a table, in order: heads with the rows under them, and rows that name a project."""
    found: list[Part] = []
    heads: list[Row] = []
    rows: list[Row] = []
    for row in table.rows:
        if numbers_columns(row):
            continue
        project = _project(row, words)
        below = not rows and _is_head(row, heads, words) and not (found and not heads and _tells(row, words))
        if (project or (rows and _is_new_head(row, heads, words))) and (rows or heads):
            found.append(_part(heads, rows, words))
            heads, rows = [], []
            below = project is None
        if project:
            found.append(Part((), (row,), project))
        elif below:
            heads.append(row)
        elif any(cell.text for cell in row):
            rows.append(row)
    return (*found, _part(heads, rows, words)) if rows else tuple(found)


def _texts(row: Row) -> list[str]:
    return [BLANK.sub("", cell.text) for cell in row]


def _project(row: Row, words: TableWords) -> Cell | None:
    """The name of the project where the row says it (项目名称 | 渠道清淤), or None; a head with 项目名称 says none."""
    cells = list({cell.start: cell for cell in row if cell.text}.values())
    for label, name in pairwise(cells):
        if BLANK.sub("", label.text).rstrip(":：") not in PROJECT_LABELS:
            continue
        others = [BLANK.sub("", cell.text) for cell in cells if cell is not label]
        head = any(text in TOTALS or words.kind(text) == "measure" for text in others)
        label_again = words.kind(BLANK.sub("", name.text)) is not None and len(cells) > 2
        return None if head or label_again or len(cells) > 6 else name
    return None


def _tells(row: Row, words: TableWords) -> bool:
    """Whether a row of a form says something of its project (实施单位 | 县林草局), and heads nothing."""
    texts = [text for text in _texts(row) if text]
    labels, said = texts[::2], texts[1::2]
    known = all(words.kind(text) in ("owner", "text") for text in labels)
    return len(labels) == len(said) < 4 and known and not any(words.kind(text) for text in said)


def _is_head(row: Row, heads: Sequence[Row], words: TableWords) -> bool:
    """Whether a row that nothing but heads stands above is one of them."""
    texts = [text for text in _texts(row) if text]
    years = [text for text in texts if _YEAR.fullmatch(text)]
    if any(is_value(text) and text not in years for text in texts) or len(texts) == len(years):
        return False
    if not heads:
        return bool(texts)
    above = {words.kind(text) for head in heads for text in _texts(head)}
    if above & {"target", "done", "indicator"}:
        return len({words.kind(text) for text in texts} & {"target", "done", "indicator", "measure"}) > 1
    # What is a sentence, or a row of words under heads that are complete, is no head.
    return all(len(text) <= LONGEST_HEAD for text in texts) and not _looks_complete(row, heads, words)


def _looks_complete(row: Row, heads: Sequence[Row], words: TableWords) -> bool:
    """Whether the heads above need no more, and ``row`` says nothing that a head says."""
    last = heads[-1]
    if any(words.kind(text) or text in words.readings for text in _texts(row)[1:] if text):
        return False
    merged = len({cell.start for cell in last if cell.text}) < sum(bool(cell.text) for cell in last)
    return not merged and len(row) == len(last) and all(cell.text for cell in last)


def _is_new_head(row: Row, heads: Sequence[Row], words: TableWords) -> bool:
    """Whether a row among values begins a part with heads of its own."""
    texts = list(dict.fromkeys(text for text in _texts(row) if text))
    if len(texts) < 2 or any(map(is_value, texts)):
        return False
    kinds = [words.kind(text) for text in texts]
    strong = sum(kind in ("target", "done", "indicator") for kind in kinds)
    above = {words.kind(text) for head in heads for text in _texts(head)}
    if above & {"target", "done", "indicator"}:
        return strong > 1 or kinds.count("measure") > 1
    named = sum(text in words.readings or text in TOTALS for text in texts)
    return strong > 1 or "measure" in kinds or named > 2


def _part(heads: Sequence[Row], rows: Sequence[Row], words: TableWords) -> Part:
    if not heads:
        return Part((), tuple(rows))
    width = max(map(len, (*heads, *rows)))
    if rows:
        lengths = [len(row) for row in rows]
        width = max(set(lengths), key=lambda length: (lengths.count(length), length))
        # Where the lowest heads and some rows have a cell more, the other rows lost theirs that were empty.
        width = max(width, len(heads[-1])) if len(heads[-1]) in lengths else width
    full = [row for row in rows if len(row) == width] or list(rows)
    names = _names_on_the_left(full)
    over = paths([[cell.text for cell in row] for row in heads], width, names, words)
    columns = _columns(over, full, words)
    shift = next((shift for row in rows if (shift := _shift(row, columns))), 0)
    return Part(columns, tuple(_aligned(_shifted(row, shift), columns) for row in rows), None, tuple(heads))


def _shift(row: Row, columns: Sequence[Column]) -> int:
    """How many cells on its left a row lost to a merged one above, as its one rate beside the head of rates shows."""
    rates = [place for place, cell in enumerate(row) if cell.text.endswith(("%", "％")) and is_value(cell.text)]
    under = [place for place, column in enumerate(columns) if column.kind == "rate"]
    return under[0] - rates[0] if len(rates) == len(under) == 1 and len(row) == len(columns) else 0


def _shifted(row: Row, shift: int) -> Row:
    if not 0 < shift < 3 or len(row) <= shift or any(cell.text for cell in row[-shift:]):
        return row
    blank = Cell(start=row[0].start, end=row[0].start, text="")
    return (*[blank] * shift, *row[:-shift])


def _names_on_the_left(rows: Sequence[Row]) -> int:
    """How many columns on the left hold words or codes and no values."""
    width = min(map(len, rows), default=0)
    for place in range(width):
        cells = [row[place].text for row in rows if row[place].text]
        values = sum(is_value(text) and not is_code(row, place) for row in rows if (text := row[place].text))
        if cells and values * 2 >= len(cells):
            return place
    return width


#: Cells to the right among which a code's name stands, and to the left among which a value's.
_NEAR, _FAR = 32, 256


def is_code(row: Row, place: int) -> bool:
    """Whether a number is a code or a number of the row: whole, with words on its right before any other value."""
    if not _CODE.fullmatch(row[place].text):
        return False
    for cell in row[place + 1 : place + 1 + _NEAR]:
        if cell.text and not _CODE.fullmatch(cell.text):
            return _HAN.search(cell.text) is not None
    return False


def _columns(over: Sequence[Path], rows: Sequence[Row], words: TableWords) -> tuple[Column, ...]:
    found: list[Column] = []
    block, values = 0, False
    announced = [_announced(path, words) for path in over]
    for place, path in enumerate(over):
        kind: str | None = announced[place]
        shown = _shown(rows, place, kind != "measure")
        if kind in (None, "measure", "owner", "code", "name"):
            kind = _settled(kind, shown, "name" in announced[max(0, place - 3) : place])
        if kind in ("name", "code", "number", "owner") and values:
            block, values = block + 1, False
        values = values or kind in ("value", "rate", "count")
        found.append(Column(path, kind, block))
    return tuple(found)


def _announced(path: Path, words: TableWords) -> Kind | None:
    """What the lowest of the heads that says so announces."""
    return next((kind for head in reversed(path) if (kind := words.kind(head))), None)


def _shown(rows: Sequence[Row], place: int, codes: bool) -> str | None:
    """Whether the cells of a column are values or names; None where they are empty."""
    cells = [(row, row[place].text) for row in rows if place < len(row) and row[place].text not in NOTHING]
    if not cells:
        return None
    values = sum(is_value(text) and not (codes and is_code(row, place)) for row, text in cells)
    words = sum(_HAN.search(text) is not None and not is_value(text) for _, text in cells)
    if words > values:
        return "name"
    return "value" if values else "code"


def _settled(kind: str | None, shown: str | None, named: bool) -> str | None:
    """What a column holds, by its head and its cells; words behind a column of names name nothing."""
    if shown == "value":
        return "value"
    if kind in ("owner", "code", "name"):
        return "owner" if kind == "owner" else ("name" if shown == "name" else kind)
    if shown == "name":
        return "text" if named else "name"
    return "value" if kind == "measure" or shown is None else shown


def _aligned(row: Row, columns: Sequence[Column]) -> Row:
    """A row with a cell a column: those that lost cells are put where words stand under names, values under values."""
    lost = len(columns) - len(row)
    if lost == 0:
        return row
    if lost < 0:
        return row[: len(columns)] if not any(cell.text for cell in row[len(columns) :]) else row[-len(columns) :]
    blank = Cell(start=row[0].start, end=row[0].start, text="")
    tried = [(*[blank] * left, *row, *[blank] * (lost - left)) for left in (lost, 0)]
    return max(tried, key=lambda cells: _fit(cells, columns))


def _fit(row: Row, columns: Sequence[Column]) -> int:
    fit = 0
    for cell, column in zip(row, columns, strict=True):
        if cell.text:
            number = is_value(cell.text)
            fit += 1 if number == (column.kind in ("value", "rate", "count", "code", "number", "score")) else -1
    return fit
