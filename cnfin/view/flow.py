"""A document as a reader meets it: headings, paragraphs, tables and page breaks, in order.

Every visible character of the text stands in exactly one block; what belongs to no sentence
and no table cell is kept as a loose piece.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from cnfin.document import Cell, Document, Sentence, Table
from cnfin.reading.wraps import soft_breaks

_LINE_END = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: What draws the lines of a table in plain text.
_RULES = frozenset("|│┃┆┊¦+-—─━=_ \t\r\n\u3000\u00a0")


class Piece(NamedTuple):
    """A stretch of a block: a sentence, or loose text where ``sentence`` is None."""

    start: int
    end: int
    sentence: Sentence | None = None


class Place(NamedTuple):
    """A cell as drawn: its span in the text, and how many columns and rows it takes."""

    start: int
    end: int
    columns: int = 1
    rows: int = 1


class Block(msgspec.Struct, frozen=True, gc=False):
    """Something that stands on lines of its own.

    Attributes:
        kind: ``heading``, ``paragraph``, ``table`` or ``page``.
        start, end: what it covers; a page break covers nothing.
        pieces: the sentences of a heading or a paragraph; the sentences of a table's rows.
        level: depth of a heading, from 1.
        section: index of a heading's section, or None.
        page: number of the page that begins.
        title, unit: a table's.
        cells: a table's rows as drawn.
    """

    kind: str
    start: int
    end: int
    pieces: tuple[Piece, ...] = ()
    level: int = 0
    section: int | None = None
    page: int | None = None
    title: str = ""
    unit: str | None = None
    cells: tuple[tuple[Place, ...], ...] = ()

    @property
    def roles(self) -> dict[int, list[Piece]]:
        """The sentences of a table that have a role, by the start of the cell that they begin in."""
        spans = sorted({(cell.end, cell.start) for row in self.cells for cell in row if cell.start < cell.end})
        found: dict[int, list[Piece]] = {}
        for piece in self.pieces:
            if piece.sentence is not None and piece.sentence.roles and spans:
                place = min(bisect_left(spans, (piece.start + 1, -1)), len(spans) - 1)
                found.setdefault(spans[place][1], []).append(piece)
        return found


class _Area(msgspec.Struct, gc=False):
    """A table with the stretch of text it takes and the spans of its cells."""

    table: Table
    start: int
    end: int
    spans: list[tuple[int, int]]

    def holds(self, start: int, end: int) -> bool:
        """Whether the stretch touches a cell."""
        place = bisect_right(self.spans, (end, -1))
        return any(first < end and start < last for first, last in self.spans[max(0, place - 2) : place + 1])


def blocks(document: Document) -> list[Block]:
    """The document's blocks in reading order."""
    return list(_Flow(document).blocks())


class _Flow:
    def __init__(self, document: Document) -> None:
        self.document, self.text = document, document.text
        self.soft = soft_breaks(document.text)
        self.areas = _areas(document)
        self.sections = {section.start: number for number, section in enumerate(document.sections)}
        self.page: int | None = None
        self.open: list[Piece] = []

    def blocks(self) -> Iterator[Block]:
        at, area_number = 0, 0
        rows: list[Piece] = []
        for sentence in self.document.sentences:
            while area_number < len(self.areas) and sentence.start >= self.areas[area_number].end:
                yield from self._close()
                yield from self._table(self.areas[area_number], rows)
                at, rows = max(at, self.areas[area_number].end), []
                area_number += 1
            area = self.areas[area_number] if area_number < len(self.areas) else None
            inside = area is not None and area.start <= sentence.start
            if area is None or not inside or not area.holds(sentence.start, sentence.end):
                # A sentence that runs on into a table, as a line above it may, ends where the table begins.
                end = area.start if area is not None and not inside else len(self.text)
                yield from self._sentence(sentence, at, min(sentence.end, end), area if inside else None)
                at = max(at, min(sentence.end, end))
            else:
                yield from self._gap(at, sentence.start, area)
                yield from self._turn(sentence)
                rows.append(Piece(sentence.start, sentence.end, sentence))
                at = max(at, min(sentence.end, area.end))
        for area in self.areas[area_number:]:
            yield from self._close()
            yield from self._table(area, rows)
            at, rows = max(at, area.end), []
        yield from self._gap(at, len(self.text), None)
        yield from self._close()

    def _sentence(self, sentence: Sentence, at: int, end: int, area: _Area | None) -> Iterator[Block]:
        yield from self._gap(at, sentence.start, area)
        yield from self._turn(sentence)
        piece = Piece(sentence.start, end, sentence)
        if not sentence.heading:
            self.open.append(piece)
            return
        yield from self._close()
        number = self.sections.get(sentence.start)
        level = self.document.sections[number].level if number is not None else 3
        yield Block("heading", piece.start, piece.end, (piece,), level=level, section=number)

    def _gap(self, start: int, end: int, area: _Area | None) -> Iterator[Block]:
        """What lies between two sentences: a line end closes the paragraph, visible text is kept."""
        gap = self.text[start:end]
        if not gap:
            return
        visible = gap.strip()
        if visible and not (area is not None and (_RULES.issuperset(gap) or area.holds(start, end))):
            lead = start + gap.index(visible)
            if self._breaks(start, lead):
                yield from self._close()
            self.open.append(Piece(lead, lead + len(visible)))
            start = lead + len(visible)
        if self._breaks(start, end):
            yield from self._close()

    def _breaks(self, start: int, end: int) -> bool:
        found = (start + match.start() for match in _LINE_END.finditer(self.text[start:end]))
        return any(not self._is_soft(offset) for offset in found)

    def _is_soft(self, offset: int) -> bool:
        place = bisect_left(self.soft, offset)
        return place < len(self.soft) and self.soft[place] == offset

    def _turn(self, sentence: Sentence) -> Iterator[Block]:
        """The page break before a sentence that begins a page."""
        if sentence.page is None or sentence.page == self.page:
            return
        self.page = sentence.page
        yield from self._close()
        yield Block("page", sentence.start, sentence.start, page=sentence.page)

    def _close(self) -> Iterator[Block]:
        if self.open:
            yield Block("paragraph", self.open[0].start, self.open[-1].end, tuple(self.open))
            self.open = []

    def _table(self, area: _Area, rows: list[Piece]) -> Iterator[Block]:
        table = area.table
        yield Block(
            "table", area.start, area.end, tuple(rows),
            title=table.title, unit=table.unit, cells=drawn(table),
        )  # fmt: skip


def _areas(document: Document) -> list[_Area]:
    """The tables that take a stretch of the text of their own, in reading order."""
    found: list[_Area] = []
    for table in (_unbroken(table, document.text) for table in document.tables):
        spans = sorted({(cell.start, cell.end) for row in table.rows for cell in row if cell.end > cell.start})
        if spans:
            found.append(_Area(table, spans[0][0], max(end for _, end in spans), spans))
    apart: list[_Area] = []
    for area in sorted(found, key=lambda area: (area.start, -area.end)):
        if not apart or area.start >= apart[-1].end:
            apart.append(area)
    return apart


def _unbroken(table: Table, text: str) -> Table:
    """The table, with what stands between its rows and is in none (numbers of columns) as rows of one cell."""
    width = max((len(row) for row in table.rows), default=0)
    rows: list[tuple[Cell, ...]] = []
    end: int | None = None
    for row in table.rows:
        if filled := [cell for cell in row if cell.start < cell.end]:
            between = text[end : min(cell.start for cell in filled)] if end is not None else ""
            if end is not None and not _RULES.issuperset(between):
                visible = between.strip()
                begin = end + between.index(visible)
                rows.append((Cell(start=begin, end=begin + len(visible), text=visible),) * width)
            end = max(end or 0, *(cell.end for cell in filled))
        rows.append(row)
    return replace(table, rows=tuple(rows))


def drawn(table: Table) -> tuple[tuple[Place, ...], ...]:
    """The rows of a table with every merged cell once, wide and high as it is."""
    width = max((len(row) for row in table.rows), default=0)
    grid = [[(cell.start, cell.end) for cell in row] + [(0, 0)] * (width - len(row)) for row in table.rows]
    taken = [[False] * width for _ in grid]
    rows: list[tuple[Place, ...]] = []
    for y, row in enumerate(grid):
        places: list[Place] = []
        for x, span in enumerate(row):
            if taken[y][x]:
                continue
            across = _run(span, row[x:], taken[y][x:])
            down = 1
            while y + down < len(grid) and span[0] < span[1] and grid[y + down][x : x + across] == [span] * across:
                down += 1
            for below in range(down):
                taken[y + below][x : x + across] = [True] * across
            places.append(Place(*span, across, down))
        rows.append(tuple(places))
    return tuple(rows)


def _run(span: tuple[int, int], row: list[tuple[int, int]], taken: list[bool]) -> int:
    """How many columns from here on show the same cell."""
    if span[0] == span[1]:
        return 1
    length = 1
    while length < len(row) and row[length] == span and not taken[length]:
        length += 1
    return length
