"""Print set in columns without column lines → tables: the places of all rows together say where the columns are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from cnfin.reading.builder import Box, clean_cell, join
from cnfin.reading.pdf.grids import Ruled
from cnfin.reading.pdf.heads import Span, Stub, in_order, spanned, with_numbers
from cnfin.reading.pdf.lines import Line, line_of, pieces_of
from cnfin.reading.pdf.page import Glyph, Rule
from cnfin.tables.titles import is_around
from cnfin.units import unit_line

_FIGURE = re.compile(r"[-－(（]?[\d,，. ]*\d[)）]?[%％]?|[-－—]{1,3}")
_LEADER = re.compile(r"[.…·．]{4,}")
_TITLE = re.compile(r"(?:表|情况|明细)(?:[（(].{0,20}[)）])?$")
_NOTE = re.compile(r"\s*(?:备?注|说明)\s*\d*[：:]")
_NUMBERING = frozenset(("栏次", "行次", "栏", "次"))
_LONGEST = 30  # characters of a cell that stands alone in its line
_MOST_HEADS = 8  # lines
# In heights of print: the farthest that lines of one table stand apart, and those of one cell.
_FAR, _WRAPPED = 4.0, 1.35
_SIZES = 0.2  # share by which the print of one table may differ
_SIDE = 3.0  # points by which a lone cell may stand out of the table
_OUT = 20.0  # heights of print by which a head may stand right of all rows: over columns that are empty


class _Row(NamedTuple):
    """A line of print, cut into what may be cells."""

    line: Line
    pieces: list[Line]
    figures: int

    @property
    def counts(self) -> bool:
        """Whether the line only numbers the columns (栏次 1 2 3)."""
        numbers = [int(piece.text) for piece in self.pieces if piece.text.isdecimal()]
        others = len(self.pieces) - len(numbers)
        said = all(piece.text.isdecimal() or piece.text in _NUMBERING for piece in self.pieces)
        return said and len(numbers) > 0 and (others > 0 or len(numbers) > 2) and numbers == list(
            range(numbers[0], numbers[0] + len(numbers)))  # fmt: skip

    @property
    def is_body(self) -> bool:
        """Whether figures stand here beside other cells."""
        return self.figures > 0 and len(self.pieces) > 1


def aligned_tables(rows: Sequence[list[Glyph]], across: Sequence[Rule]) -> tuple[list[Ruled], list[Line]]:
    """The tables among the lines of a page that no column lines part, and the other lines.

    Args:
        rows: the glyphs of each line, top to bottom.
        across: the page's horizontal rules.
    """
    lines = [line_of(row) for row in rows]
    if sum("\t" in line.text for line in lines) < 2:
        return [], lines
    cut = [_cut(line, row) for line, row in zip(lines, rows, strict=True)]
    tables: list[Ruled] = []
    rest: list[Line] = []
    done = 0
    for start, end in _regions(cut):
        table = _table(cut[start:end], across)
        if table is not None:
            rest += lines[done:start]
            tables.append(table)
            done = end
    return tables, rest + lines[done:]


def _cut(line: Line, row: list[Glyph]) -> _Row:
    pieces = [] if _LEADER.search(line.text) else pieces_of(row)
    return _Row(line, pieces, sum(_FIGURE.fullmatch(piece.text) is not None for piece in pieces))


def _regions(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Where runs of lines stand that may be tables: first line, line after the last."""
    place = 0
    while place < len(rows):
        if not rows[place].is_body:
            place += 1
            continue
        first = last = place
        body = [rows[place]]
        for at in range(place + 1, len(rows)):
            if not _near(rows[at - 1], rows[at]) or not _may_stand(rows[at], body):
                break
            if len(rows[at].pieces) > 1:
                last = at
                body += [rows[at]] if rows[at].is_body else []
            elif rows[at].line.middle - rows[at - 1].line.middle < _WRAPPED * rows[at].line.size:
                last = max(last, at if at == last + 1 else last)
        while first and place - first < _MOST_HEADS and _heads(rows, first, body):
            first -= 1
        if len(body) > 1 or (body[0].figures > 1 and first < place):
            yield first, last + 1
        place = last + 1


def _near(above: _Row, below: _Row) -> bool:
    return below.line.middle - above.line.middle <= _FAR * max(above.line.size, below.line.size)


def _may_stand(row: _Row, body: Sequence[_Row], out: float = 0.0) -> bool:
    """Whether a line may be one of the table whose rows are ``body``: cells, or a lone cell inside its sides."""
    if not row.pieces or abs(row.line.size - body[0].line.size) > _SIZES * body[0].line.size:
        return False
    text = row.line.text
    if _is_caption(text):
        return False
    if len(row.pieces) > 1:
        return True
    left, right = min(one.line.x0 for one in body), max(one.line.x1 for one in body)
    inside = left - _SIDE <= row.line.x0 and row.line.x1 <= right + _SIDE + out * row.line.size
    return inside and len(text) <= _LONGEST and text[-1] not in "。；：" and not _TITLE.search(text)


def _is_caption(text: str) -> bool:
    around = is_around(text) and not _FIGURE.fullmatch(text)
    return around or unit_line(text) is not None or _NOTE.match(text) is not None


def _heads(rows: Sequence[_Row], first: int, body: Sequence[_Row]) -> bool:
    """Whether the line above ``first`` may be one of the heads."""
    row = rows[first - 1]
    return _near(row, rows[first]) and not row.is_body and _may_stand(row, body, _OUT)


def _table(rows: Sequence[_Row], rules: Sequence[Rule]) -> Ruled | None:
    """The table that ``rows`` make, or None."""
    first = next(place for place, row in enumerate(rows) if row.is_body)
    # A name of the first row may begin above its figures.
    top, close = rows[first].line.middle, _closeness(rows[first:])
    while first and top - rows[first - 1].line.middle < min(close, 0.9 * _WRAPPED * rows[first].line.size):
        first -= 1
    body, above = rows[first:], rows[:first]
    columns = _columns([piece for row in body if len(row.pieces) > 1 and not row.counts for piece in row.pieces])
    numbers = next(([Span(piece.x0, piece.x1) for piece in row.pieces] for row in body if row.counts), [])
    if len(columns or numbers) < 2:
        return None
    bottom = (above[-1].line.middle + top) / 2 if above else 0.0
    stubs = [
        Stub(one.text, one.x0, one.x1, one.middle, one.middle, one.size) for row in above for one in row.pieces
    ]
    heads, found = spanned(stubs, columns or numbers, bottom, rules)
    if len(found) < len(numbers):
        heads, found = spanned(stubs, with_numbers(columns, numbers), bottom, rules)
    columns = found
    width = len(columns)
    edges = _edges(columns, rows)
    grid = [list(row) for row in heads]
    whole = edges[-1] - edges[0]
    bands = [rule.at for rule in rules if min(rule.high, edges[-1]) - max(rule.low, edges[0]) > 0.5 * whole]
    for group in _grouped(body, sorted(bands)):
        cells: list[list[Line]] = [[] for _ in range(width)]
        for row in sorted(group, key=lambda row: row.line.middle):
            for piece, place in zip(row.pieces, _places(row, columns), strict=True):
                cells[place].append(piece)
        grid.append([Box(_said(cell)) for cell in cells])
    size = rows[0].line.size
    start, end = rows[0].line.middle - size, rows[-1].line.middle + size
    return Ruled(grid, edges, start, end, (False,) * width, ruled=False, spans=tuple(columns))


def _places(row: _Row, columns: Sequence[Span]) -> list[int]:
    """The column of each piece; numbers of columns stand in their order wherever they are set in them."""
    if row.counts and len(row.pieces) <= len(columns):
        return in_order([Span(piece.x0, piece.x1) for piece in row.pieces], columns)
    return [_column(piece, columns) for piece in row.pieces]


def _said(pieces: Sequence[Line]) -> str:
    lines: list[list[Line]] = []
    for piece in pieces:
        if lines and abs(lines[-1][-1].middle - piece.middle) < 0.3 * piece.size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return clean_cell(join(" ".join(one.text for one in sorted(line, key=lambda one: one.x0)) for line in lines))


def _columns(pieces: Sequence[Line]) -> list[Span]:
    """Where the columns are: figures that stand one over the other, then words that stand beside or over them."""
    figures = _merged([Span(piece.x0, piece.x1) for piece in pieces if _FIGURE.fullmatch(piece.text)])
    words = [Span(piece.x0, piece.x1) for piece in pieces if not _FIGURE.fullmatch(piece.text)]
    found = list(figures)
    # A name too long for its column reaches into the next: it makes no column of both.
    alone = [word for word in words if sum(word.overlap(figure) > 0 for figure in figures) < 2]
    for word in _merged(alone):
        touched = [one for one in found if one.overlap(word) > 0.5 * min(one.width, word.width)]
        if len(touched) == 1:
            found[found.index(touched[0])] = touched[0].joined(word)
        elif not touched:
            found.append(word)
    return sorted(found)


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Spans with those that overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.low < merged[-1].high:
            merged[-1] = merged[-1].joined(span)
        else:
            merged.append(span)
    return merged


def _column(piece: Line, columns: Sequence[Span]) -> int:
    """The column that ``piece`` stands in: what it covers most of, else what is nearest."""
    own = Span(piece.x0, piece.x1)
    places = range(len(columns))
    touched = [place for place in places if columns[place].overlap(own) > 0]
    if touched and not _FIGURE.fullmatch(piece.text):
        return min(touched, key=lambda place: abs(columns[place].low - own.low))
    return min(
        touched or places,
        key=lambda place: (-max(0.0, columns[place].overlap(own)), abs(columns[place].middle - own.middle)),
    )


def _edges(columns: Sequence[Span], rows: Sequence[_Row]) -> tuple[float, ...]:
    left = min(columns[0].low, min(row.line.x0 for row in rows))
    right = max(columns[-1].high, max(row.line.x1 for row in rows))
    return (left, *((one.high + after.low) / 2 for one, after in pairwise(columns)), right)


def _closeness(rows: Sequence[_Row]) -> float:
    """How far a line of words may stand from the line of figures whose row it is in, in points."""
    anchors = [row.line for row in rows if row.figures]
    gaps = [below.middle - above.middle for above, below in pairwise(anchors)]
    return max(_WRAPPED * anchors[0].size, 0.75 * median(gaps)) if gaps else _WRAPPED * anchors[0].size


def _grouped(rows: Sequence[_Row], rules: Sequence[float]) -> Iterator[list[_Row]]:
    """The lines of each row of the table: a line of words close to one of figures is part of a cell there."""
    anchors = [row for row in rows if row.figures]
    close = _closeness(rows)
    groups: list[list[_Row]] = []
    anchored = {id(row): [row] for row in anchors}
    for row in rows:
        if row.figures:
            groups.append(anchored[id(row)])
            continue
        band = bisect_right(rules, row.line.middle)
        near = [one for one in anchors if abs(one.line.middle - row.line.middle) <= close
                and bisect_right(rules, one.line.middle) == band]  # fmt: skip
        if near:
            anchored[id(min(near, key=lambda one: abs(one.line.middle - row.line.middle)))].append(row)
        else:
            groups.append([row])
    yield from groups
