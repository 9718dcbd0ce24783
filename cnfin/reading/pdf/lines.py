"""Glyphs → printed lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from cnfin.reading.builder import clean_cell
from cnfin.reading.pdf.page import Glyph

_CLOSE = 0.45  # of a line's height: how far apart the middles of one line's glyphs may be
# In em. Typesetters put up to a quarter of an em between Chinese and figures, which is no space.
_SPACE_ASCII, _SPACE_HAN, _SPACE_MIXED, _COLUMN = 0.22, 0.4, 0.8, 2.2
_SPACE_WRITTEN = 0.1
# A figure's digits stand close; where one of a line of cells is parted from what follows by this much, its cell ends.
_CELL, _TIGHT = 0.12, 0.05
# Gaps that may part two columns, and two figures whose own digits stand close.
_PIECE, _FIGURES = 0.9, 0.45
_ALONE = re.compile(r"(?:^|[\t ])[\d,]+\.\d\d$")


class Line(NamedTuple):
    """A printed line.

    Attributes:
        text: what it says; a tab stands for a wide gap.
        x0, x1, y0, y1: its box in points from the top left of the page.
        size: height of its glyphs in points.
    """

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """Group glyphs to lines, top to bottom."""
    return [line_of(row) for row in rows_of(glyphs)]


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """The glyphs of each line from left to right, lines top to bottom."""
    rows: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y0 + glyph.y1):
        own = (glyph.y0 + glyph.y1) / 2
        if rows and own - middle <= _CLOSE * max(min(height, glyph.y1 - glyph.y0), 1.0):
            rows[-1].append(glyph)
            count = len(rows[-1])
            middle += (own - middle) / count
            height += (glyph.y1 - glyph.y0 - height) / count
        else:
            rows.append([glyph])
            middle, height = own, glyph.y1 - glyph.y0
    return [sorted(row, key=lambda glyph: glyph.x0) for row in rows]


def pieces_of(row: list[Glyph]) -> list[Line]:
    """A line cut at every gap that may part two columns."""
    size = median(glyph.y1 - glyph.y0 for glyph in row) or 1.0
    cuts = [0]
    last = 1.0
    for place, (before, after) in enumerate(pairwise(row), 1):
        wide = (after.x0 - before.x1) / size
        figures = before.char.isdecimal() and after.char.isdecimal()
        if wide >= _PIECE or (figures and wide >= _FIGURES and last < _TIGHT):
            cuts.append(place)
        last = wide
    return [line_of(row[start:end]) for start, end in pairwise((*cuts, len(row)))]


def line_of(row: list[Glyph]) -> Line:
    """The printed line that ``row``, glyphs from left to right, makes."""
    size = median(glyph.y1 - glyph.y0 for glyph in row) or 1.0
    parts: list[str] = []
    before: Glyph | None = None
    wide = 0.0
    cells = any(after.x0 - one.x1 >= _COLUMN * size for one, after in pairwise(row))
    for glyph in row:
        if before is not None:
            # A glyph drawn twice, a little apart, is how some programs print bold.
            if glyph.char == before.char and glyph.x0 - before.x0 < 0.25 * (before.x1 - before.x0):
                continue
            last, wide = wide, (glyph.x0 - before.x1) / size
            ends = cells and wide >= _CELL and last < _TIGHT and before.char.isdecimal() and _ends_cell(parts, glyph)
            parts.append("\t" if ends else _gap(before, glyph, wide))
        parts.append(glyph.char)
        before = glyph
    text = "\t".join(clean_cell(part) for part in "".join(parts).split("\t"))
    return Line(
        text, row[0].x0, max(glyph.x1 for glyph in row), min(glyph.y0 for glyph in row),
        max(glyph.y1 for glyph in row), size,
    )  # fmt: skip


def _ends_cell(parts: list[str], after: Glyph) -> bool:
    """Whether a figure that fills its cell to the edge stands before ``after``, which opens the next cell."""
    return after.char.isdecimal() or (after.char > "\u2e7f" and _ALONE.search("".join(parts[-24:])) is not None)


def _gap(before: Glyph, after: Glyph, gap: float) -> str:
    """What stands for a gap of ``gap`` em."""
    if gap >= _COLUMN:
        return "\t"
    if after.spaced and before.char > "\u2e7f" and after.char > "\u2e7f":
        return " " if gap >= _SPACE_WRITTEN else ""
    ascii_sides = before.char.isascii() + after.char.isascii()
    return " " if gap >= (_SPACE_HAN, _SPACE_MIXED, _SPACE_ASCII)[ascii_sides] else ""
