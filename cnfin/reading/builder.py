"""Lines and tables of a document → its text, with the offsets of pages, tables and cells.

Every reader of a published format hands what it finds, in reading order, to a :class:`Builder`.
A line becomes a line of the text; a table becomes a line a row, its cells joined by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from cnfin.document import Cell, Source, Table
from cnfin.reading.characters import visible
from cnfin.reading.file import File
from cnfin.tables.titles import is_around, title_of
from cnfin.units import unit_in, unit_line

_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")
_SPREAD = re.compile(r"[\u3400-\u9fff](?: [\u3400-\u9fff、])+")
_NAMED = re.compile(r"表|决算|预算|情况|明细|收支|支出|经费|目标|自评")
_NOTE = re.compile(r"\s*(?:备?注|说明)\s*\d*[：:]")


class Box:
    """What one cell of a table says. A merged cell is one box in every place that it covers."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Grid = list[list[Box]]


def clean(text: str) -> str:
    """``text`` on one line as it looks: white space becomes single spaces."""
    return _SPACES.sub(" ", visible(text)).strip()


def clean_cell(text: str) -> str:
    """A cell's text on one line, without the spaces that only spread it (合　　计)."""
    text = clean(text)
    return text.replace(" ", "") if _SPREAD.fullmatch(text) else text


def join(pieces: Iterable[str]) -> str:
    """The lines of a paragraph or a cell as one line: no space where Chinese meets Chinese or a digit."""
    text = ""
    for piece in map(clean, pieces):
        if text and piece and text[-1].isascii() and piece[0].isascii() and not _glued(text[-1], piece[0]):
            text += " "
        text += piece
    return text


def _glued(before: str, after: str) -> bool:
    """Whether a line break between two ASCII characters hides no space: numbers, signs, brackets."""
    return not (before.isalpha() and after.isalpha()) and not (before in ",;:" and after.isalpha())


def _header_unit(grid: Grid) -> str | None:
    """The unit that header cells give in brackets (决算数（万元）), where they give but one."""
    units = {unit for row in grid[:3] for box in row if (unit := unit_in(box.text))}
    return units.pop() if len(units) == 1 else None


class Builder:
    """Grows the text of one document.

    Args:
        file: what is read, for its name in errors and the result, and its limits on characters and cells.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        self._parts: list[str] = []
        self._lines: list[str] = []  # since the last table
        self._length = 0
        self._cells = 0
        self._pages: list[int] = []
        self._tables: list[Table] = []

    def page(self, number: int, ahead: int = 0) -> None:
        """Start page ``number`` (from 1) here, or ``ahead`` code points further on."""
        while len(self._pages) < number:
            self._pages.append(self._length + ahead)

    def line(self, text: str) -> None:
        """Add a line; a blank one is left out."""
        text = clean(text)
        if text:
            self._lines.append(text)
            self._add(text + "\n")

    def raw_line(self, text: str) -> None:
        """Add a line that is clean already and may hold tabs."""
        self._lines.append(text)
        self._add(text + "\n")

    def table(self, grid: Grid, *, title: str = "", pages: Sequence[int] = ()) -> None:
        """Add a table; its caption and notes become lines before and after it.

        Args:
            grid: rows of boxes, all of one length.
            title: the table's title where nothing above it or in its first rows says one.
            pages: the page each row is on, where there are pages.
        """
        grid, pages = _without_blank(grid, pages)
        if not grid:
            return
        if len(grid[0]) == 1:  # a column of paragraphs
            for number, row in enumerate(grid):
                if pages:
                    self.page(pages[number])
                self.line(row[0].text)
            return
        head = _caption_rows(grid)
        tail = _note_rows(grid[head:])
        body = grid[head : len(grid) - tail]
        if pages:
            self.page(pages[0])
        for row in grid[:head]:
            self.line(" ".join(dict.fromkeys(box.text for box in row if box.text)))
        if body:
            if title and not self._title():
                self.line(title)
            self._body(body, pages[head:])
        for row in grid[len(grid) - tail :]:
            self.line(" ".join(dict.fromkeys(box.text for box in row if box.text)))

    def source(self) -> Source:
        """The document.

        Raises:
            ReadError: kind ``empty`` where nothing was added.
        """
        text = "".join(self._parts)
        if not text:
            raise self._file.error("empty", "has no text")
        return Source(name=self._file.name, text=text, pages=tuple(self._pages), tables=tuple(self._tables))

    def _body(self, grid: Grid, pages: Sequence[int]) -> None:
        unit = next((unit for line in reversed(self._lines[-6:]) if (unit := unit_line(line))), None)
        unit = unit or _header_unit(grid)
        title = self._title()
        placed: dict[int, Cell] = {}
        rows: list[tuple[Cell, ...]] = []
        for number, row in enumerate(grid):
            if pages:
                self.page(pages[number])
            rows.append(self._row(row, placed))
        self._tables.append(Table(rows=tuple(rows), unit=unit, title=title))
        self._lines = []

    def _row(self, row: list[Box], placed: dict[int, Cell]) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        parts: list[str] = []
        place = self._length
        for box in row:
            cell = placed.get(id(box)) if box.text else None
            text = ""
            if cell is None:
                text = box.text
                cell = placed[id(box)] = Cell(start=place, end=place + len(text), text=text)
            cells.append(cell)
            parts.append(text)
            place += len(text) + 1
        self._cells += len(row)
        if self._cells > self._file.limits.cells:
            raise self._file.error("limit", f"has more than {self._file.limits.cells} table cells")
        self._add("\t".join(parts) + "\n")
        return tuple(cells)

    def _title(self) -> str:
        """The nearest line above that can be a table's title."""
        return title_of(reversed(self._lines[-5:]))

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        if self._length > self._file.limits.text_chars:
            limit = self._file.limits.text_chars
            raise self._file.error("limit", f"has more text than the limit of {limit} characters")


def _without_blank(grid: Grid, pages: Sequence[int]) -> tuple[Grid, list[int]]:
    """``grid`` without rows that say nothing new and columns that are empty throughout."""
    seen: set[int] = set()
    kept: list[int] = []
    for number, row in enumerate(grid):
        if any(box.text and id(box) not in seen for box in row):
            kept.append(number)
        seen.update(map(id, row))
    rows = [grid[number] for number in kept]
    width = max(map(len, rows), default=0)
    # A column that only ever continues the boxes to its left adds nothing either.
    columns = [
        place
        for place in range(width)
        if any(row[place].text and (not place or row[place] is not row[place - 1]) for row in rows)
    ]
    return [[row[place] for place in columns] for row in rows], [pages[number] for number in kept] if pages else []


def _caption_rows(grid: Grid) -> int:
    """How many rows at the top are a title, a 单位： line and the like."""
    if len(grid[0]) < 2:
        return 0
    for number, row in enumerate(grid[:-1]):
        texts = list(dict.fromkeys(box.text for box in row if box.text))
        alone = len(texts) == 1 and (number == 0 or len(texts[0]) > 3)
        if not (alone and _is_heading(texts[0])) and not (len(texts) <= 4 and all(map(_is_around, texts))):
            return number
        if any(box in chain.from_iterable(grid[number + 1 : number + 2]) for box in row if box.text):
            return number
    return 0


def _is_heading(text: str) -> bool:
    return bool(_NAMED.search(text) and len(text) <= 60 and len(text) > 3) or _is_around(text)


def _is_around(text: str) -> bool:
    return unit_line(text) is not None or is_around(text)


def _note_rows(grid: Grid) -> int:
    """How many rows at the bottom are notes and not data."""
    count = 0
    for row in reversed(grid[1:]):
        texts = list(dict.fromkeys(box.text for box in row if box.text))
        if not _NOTE.match(texts[0]) or (len(texts) > 1 and len(texts[0]) < 15):
            break
        count += 1
    # A note may go on in rows of one long cell each; those above it stay data.
    return count
