"""Ruled lines → tables: which lines make a grid, which of its slots are one cell, what each says."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from cnfin.reading.builder import Box, Grid, clean_cell, join
from cnfin.reading.pdf.lines import Line, lines_of
from cnfin.reading.pdf.page import Glyph, Page, Rule

_SNAP = 2.5  # points between lines that are one line drawn twice
_TOUCH = 3.5  # points a line may end short of another that it meets
_COVER = 0.5  # of a slot's side that a line must cover to part it from the next
_PADDING = 8.0  # points between a cell's text and its side
_MOST_PAIRS = 4_000_000


class Ruled(NamedTuple):
    """A table on one page.

    Attributes:
        grid: its rows of boxes.
        columns: where its column lines are, in points from the left.
        top, bottom: its extent in points from the top.
        full: of the last row, which cells are filled to their right side, as a text that wraps is.
        ruled: whether lines part the columns; else ``columns`` are where they may lie.
        spans: where no lines part them, from where to where each column is printed.
    """

    grid: Grid
    columns: tuple[float, ...]
    top: float
    bottom: float
    full: tuple[bool, ...]
    ruled: bool = True
    spans: tuple[tuple[float, float], ...] = ()


def ruled_tables(page: Page) -> tuple[list[Ruled], list[Glyph]]:
    """The tables of a page, top to bottom, and the glyphs outside all of them."""
    across, down = _merged(page.across), _merged(page.down)
    if len(across) * len(down) > _MOST_PAIRS:
        return [], page.glyphs
    tables: list[Ruled] = []
    rest = page.glyphs
    for horizontal, vertical in _networks(across, down):
        frame = _Frame(horizontal, vertical)
        if frame.slots > 1:
            table, rest = frame.read(rest)
            if table is not None:
                tables.append(table)
    return sorted(tables, key=lambda table: table.top), rest


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Rules with those that lie on or continue one another made one."""
    merged: list[Rule] = []
    lines: list[list[Rule]] = []
    for rule in sorted(rules):
        if lines and rule.at - lines[-1][0].at <= _SNAP:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    for line in lines:
        at = sum(rule.at for rule in line) / len(line)
        low, high = None, 0.0
        for rule in sorted(line, key=lambda rule: rule.low):
            if low is None:
                low, high = rule.low, rule.high
            elif rule.low <= high + _TOUCH:
                high = max(high, rule.high)
            else:
                merged.append(Rule(at, low, high))
                low, high = rule.low, rule.high
        if low is not None:
            merged.append(Rule(at, low, high))
    return merged


def _networks(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that meet one another, each with at least two both ways."""
    parents = list(range(len(across) + len(down)))

    def root(item: int) -> int:
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    for i, horizontal in enumerate(across):
        for j, vertical in enumerate(down):
            if (
                horizontal.low - _TOUCH <= vertical.at <= horizontal.high + _TOUCH
                and vertical.low - _TOUCH <= horizontal.at <= vertical.high + _TOUCH
            ):
                parents[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, horizontal in enumerate(across):
        groups[root(i)][0].append(horizontal)
    for j, vertical in enumerate(down):
        groups[root(len(across) + j)][1].append(vertical)
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


class _Frame:
    """The slots between the lines of one network, and which of them are one cell."""

    def __init__(self, across: list[Rule], down: list[Rule]) -> None:
        left = min(rule.low for rule in across)
        right = max(rule.high for rule in across)
        top = min(rule.low for rule in down)
        bottom = max(rule.high for rule in down)
        # Sides that are left open still end where the lines across them end.
        self.xs = _places([rule.at for rule in down], left, right)
        self.ys = _places([rule.at for rule in across], top, bottom)
        self._across = across
        self._down = down

    @property
    def slots(self) -> int:
        return (len(self.xs) - 1) * (len(self.ys) - 1)

    def read(self, glyphs: list[Glyph]) -> tuple[Ruled | None, list[Glyph]]:
        """The table, and the glyphs that are not in it; None for a frame of one cell or none."""
        width, height = len(self.xs) - 1, len(self.ys) - 1
        cell_of = self._cells(width, height)
        if len(set(cell_of)) < 2:
            return None, glyphs
        inside: dict[int, list[Glyph]] = defaultdict(list)
        rest: list[Glyph] = []
        for glyph in glyphs:
            column = bisect_right(self.xs, (glyph.x0 + glyph.x1) / 2) - 1
            row = bisect_right(self.ys, (glyph.y0 + glyph.y1) / 2) - 1
            if 0 <= column < width and 0 <= row < height:
                inside[cell_of[row * width + column]].append(glyph)
            else:
                rest.append(glyph)
        if not inside:
            return None, glyphs
        boxes = {cell: Box(_said(inside.get(cell, []))) for cell in set(cell_of)}
        grid = [[boxes[cell_of[row * width + column]] for column in range(width)] for row in range(height)]
        full = tuple(
            _is_full(inside.get(cell, []), side) for cell, side in zip(cell_of[-width:], self.xs[1:], strict=True)
        )
        grid = _split_rows(grid, inside, cell_of, width)
        return Ruled(grid, tuple(self.xs), self.ys[0], self.ys[-1], full), rest

    def _cells(self, width: int, height: int) -> list[int]:
        """For each slot the number of its cell: slots with no line between them are one."""
        cell_of = list(range(width * height))

        def root(slot: int) -> int:
            while cell_of[slot] != slot:
                cell_of[slot] = cell_of[cell_of[slot]]
                slot = cell_of[slot]
            return slot

        down = _by_place(self._down, self.xs)
        across = _by_place(self._across, self.ys)
        for row in range(height):
            for column in range(width):
                slot = row * width + column
                if column + 1 < width and not _parts(down[column + 1], self.ys[row], self.ys[row + 1]):
                    cell_of[root(slot + 1)] = root(slot)
                if row + 1 < height and not _parts(across[row + 1], self.xs[column], self.xs[column + 1]):
                    cell_of[root(slot + width)] = root(slot)
        return [root(slot) for slot in range(width * height)]


def _places(marks: list[float], low: float, high: float) -> list[float]:
    places: list[float] = []
    for mark in sorted(marks):
        if not places or mark - places[-1] > _SNAP:
            places.append(mark)
    if low < places[0] - 2 * _TOUCH:
        places.insert(0, low)
    if high > places[-1] + 2 * _TOUCH:
        places.append(high)
    return places


def _by_place(rules: list[Rule], places: list[float]) -> dict[int, list[Rule]]:
    found: dict[int, list[Rule]] = defaultdict(list)
    for rule in rules:
        place = bisect_right(places, rule.at + _SNAP) - 1
        found[max(place, 0)].append(rule)
    return found


def _parts(rules: list[Rule], low: float, high: float) -> bool:
    covered = sum(max(0.0, min(rule.high, high) - max(rule.low, low)) for rule in rules)
    return covered >= _COVER * (high - low)


def _is_full(glyphs: list[Glyph], side: float) -> bool:
    """Whether the last line of a cell leaves no room for another character before its right ``side``."""
    if not glyphs:
        return False
    line = lines_of(glyphs)[-1]
    return side - line.x1 < line.size + _PADDING


def _said(glyphs: list[Glyph]) -> str:
    return clean_cell(join(line.text.replace("\t", " ") for line in lines_of(glyphs)))


def _split_rows(grid: Grid, inside: dict[int, list[Glyph]], cell_of: list[int], width: int) -> Grid:
    """Rows that no line parts, where the figures in them stand in lines of their own, parted."""
    places = Counter(cell_of)
    rows: Grid = []
    for number, row in enumerate(grid):
        cells = cell_of[number * width : (number + 1) * width]
        own = Counter(cells)
        lines = [lines_of(inside.get(cell, [])) if places[cell] == own[cell] else [] for cell in cells]
        edges = _row_edges([[line for line in column if _is_figure(line.text)] for column in lines])
        if not edges or any(places[cell] != count for cell, count in own.items()):
            rows.append(row)
            continue
        parted = [[Box("") for _ in range(width)] for _ in range(len(edges) + 1)]
        for column, cell in enumerate(cells):
            if column and cell == cells[column - 1]:
                continue
            for part, text in enumerate(_parted(lines[column], edges)):
                parted[part][column] = Box(text)
        rows.extend(parted)
    return rows


def _row_edges(figures: list[list[Line]]) -> list[float]:
    """Where to part a row whose cells hold these lines of figures: nowhere unless columns agree."""
    guide = max(figures, key=len, default=[])
    # Two whole numbers may be one that wraps; two with decimals cannot.
    if len(guide) < 2 or (len(guide) == 2 and not all("." in line.text for line in guide)):
        return []
    if sum(len(column) >= max(len(guide) - 1, 2) for column in figures) < 2:
        return []
    return [(above.middle + below.middle) / 2 for above, below in pairwise(guide)]


def _parted(lines: list[Line], edges: list[float]) -> list[str]:
    """The texts of a cell's lines between the ``edges`` from the top."""
    texts: list[list[str]] = [[] for _ in range(len(edges) + 1)]
    for line in lines:
        texts[bisect_right(edges, line.middle)].append(line.text.replace("\t", " "))
    return [clean_cell(join(part)) for part in texts]


def _is_figure(text: str) -> bool:
    return bool(text) and all(character in "0123456789.,，-—%％" for character in text)
