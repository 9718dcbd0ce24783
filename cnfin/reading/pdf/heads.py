"""Heads printed over columns that no lines part: which columns each of them stands over."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from cnfin.reading.builder import Box, Grid, clean_cell, join
from cnfin.reading.pdf.page import Rule

_WRAPPED = 1.35  # heights of print between the lines of one cell
_LEVEL = 0.5  # heights of print between heads of one row
# Heights of print by which heads that stand beside one another may differ, and by which those of one row do.
_BESIDE, _ROW = 0.3, 0.07
_FAR = 90.0  # points that a head without a column counts for, and a column without a head
#: Points that a column without a head above it counts for, and a head without columns.
_PASSED, _MISSED = 120.0, 1000.0


class Span(NamedTuple):
    """A stretch of the page's width, in points from the left."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def overlap(self, other: Span) -> float:
        """How much of ``other`` lies inside; 0 or less for nothing."""
        return min(self.high, other.high) - max(self.low, other.low)

    def joined(self, other: Span) -> Span:
        """Both and what is between."""
        return Span(min(self.low, other.low), max(self.high, other.high))


class Stub(NamedTuple):
    """A printed head: its text, its sides, the middles of its first and last line from the top, height of its print."""

    text: str
    low: float
    high: float
    first: float
    last: float
    size: float

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2

    @property
    def span(self) -> Span:
        return Span(self.low, self.high)


class _Unit(NamedTuple):
    """Columns that stand together under heads: the first, the one after the last, and where their heads begin."""

    first: int
    end: int
    top: float


def spanned(
    stubs: Sequence[Stub], columns: Sequence[Span], bottom: float, rules: Sequence[Rule]
) -> tuple[Grid, list[Span]]:
    """The rows of heads over ``columns``, and the columns with those that nothing but a head shows.

    A head of one column stands in the middle between what is above it and the ``bottom`` of the heads, a merged
    one in the middle over its columns.
    """
    cells = _unwrapped(stubs, rules)
    if not cells:
        return [], list(columns)
    top = min(cell.middle for cell in cells)
    waist = (top - cells[0].size + bottom) / 2
    lowest = max(cell.middle for cell in cells)
    leaves = [cell for cell in cells if not _over_others(cell, cells) and cell.middle > min(waist, lowest) - 2]
    places, wider = _placed(sorted(leaves, key=lambda cell: cell.low), columns)
    units = [_Unit(place, place + 1, bottom) for place in range(len(wider))]
    paths: list[list[str]] = [[] for _ in wider]
    full = list(wider)
    for leaf, place in places:
        full[place] = full[place].joined(leaf.span)
        units[place] = _Unit(place, place + 1, 2 * leaf.middle - bottom)
        paths[place].append(leaf.text)
    left = sorted((cell for cell in cells if not any(cell is leaf for leaf in leaves)), key=lambda c: -c.middle)
    while left:
        level = [cell for cell in left if left[0].middle - cell.middle < _LEVEL * left[0].size]
        left = left[len(level) :]
        units = _covered(sorted(level, key=lambda cell: cell.low), units, full, paths)
    return _grid(paths), wider


def _unwrapped(stubs: Sequence[Stub], rules: Sequence[Rule]) -> list[Stub]:
    """The heads, those that wrap made one."""
    chains: list[list[Stub]] = []
    for stub in sorted(stubs, key=lambda stub: stub.first):
        above = [chain for chain in chains if _goes_on(_one(chain), stub, stubs, rules)]
        if len(above) == 1:
            above[0].append(stub)
        else:
            chains.append([stub])
    alone = [chain[0] for chain in chains if len(chain) == 1]
    found: list[Stub] = []
    for chain in chains:
        whole = _one(chain)
        # Beside heads of one line a head of several has its middle where they stand, or its first line does; a last
        # line that stands in a row with them is a head of its own.
        wraps = any(abs(one.middle - whole.middle) < _BESIDE * one.size for one in alone)
        last = min((abs(one.middle - whole.last) / one.size for one in alone), default=1.0)
        found += [whole] if len(chain) > 1 and last > _ROW and (wraps or last > _BESIDE) else chain
    return [one._replace(text=clean_cell(one.text)) for one in found]


def _one(chain: Sequence[Stub]) -> Stub:
    """The lines of a head as one."""
    low, high = min(one.low for one in chain), max(one.high for one in chain)
    return Stub(join(one.text for one in chain), low, high, chain[0].first, chain[-1].last, chain[-1].size)


def _goes_on(above: Stub, below: Stub, stubs: Sequence[Stub], rules: Sequence[Rule]) -> bool:
    """Whether ``below`` is the next line of the head ``above``."""
    if not 0.6 * below.size < below.first - above.last < _WRAPPED * below.size:
        return False
    if above.span.overlap(below.span) <= 0.5 * min(above.span.width, below.span.width):
        return False
    if below.span.width > above.span.width + 0.6 * below.size:
        return False  # lines that wrap are filled
    if any(above.last < rule.at < below.first and rule.low < above.span.middle < rule.high for rule in rules):
        return False
    under = [one for one in stubs if abs(one.first - below.first) < 2 and one.span.overlap(above.span) > 0]
    return len(under) == 1


def _over_others(cell: Stub, cells: Sequence[Stub]) -> bool:
    return any(one.middle > cell.middle + _LEVEL * cell.size and one.span.overlap(cell.span) > 0 for one in cells)


def _placed(leaves: Sequence[Stub], columns: Sequence[Span]) -> tuple[list[tuple[Stub, int]], list[Span]]:
    """Each head of one column with its column, both from the left; a head too many has a column of its own."""
    places = _matched([leaf.span for leaf in leaves], columns)
    fresh = [leaf.span for leaf, place in zip(leaves, places, strict=True) if place is None]
    wider = sorted([*columns, *fresh])
    spans = [leaf.span if place is None else columns[place] for leaf, place in zip(leaves, places, strict=True)]
    return [(leaf, wider.index(span)) for leaf, span in zip(leaves, spans, strict=True)], wider


def with_numbers(columns: Sequence[Span], numbers: Sequence[Span]) -> list[Span]:
    """The columns, and those that are empty but for their number (栏次 1 2 3), where there are more of these."""
    if len(numbers) <= len(columns):
        return list(columns)
    places = _matched(numbers, columns, must=True)
    return sorted([*columns, *(number for number, place in zip(numbers, places, strict=True) if place is None)])


def in_order(spans: Sequence[Span], columns: Sequence[Span]) -> list[int]:
    """The column of each of ``spans``, no more than there are columns, both from the left."""
    return [place if place is not None else 0 for place in _matched(spans, columns, must=True)]


def _matched(spans: Sequence[Span], columns: Sequence[Span], must: bool = False) -> list[int | None]:
    """The columns of ``spans`` in order, the nearest of all ways; None for one with no column near, unless it must."""
    count, width = len(spans), len(columns)
    reach = 1e6 if must else _FAR
    passed = 0.0 if must else _FAR
    best = [[passed * to for to in range(width + 1)] for _ in range(count + 1)]
    for at in range(1, count + 1):
        for to in range(width + 1):
            best[at][to] = best[at - 1][to] + reach
            if to:
                apart = abs(spans[at - 1].middle - columns[to - 1].middle)
                best[at][to] = min(best[at][to], best[at - 1][to - 1] + apart, best[at][to - 1] + passed)
    found: list[int | None] = []
    at, to = count, width
    while at:
        if to and best[at][to] == best[at][to - 1] + passed:
            to -= 1
            continue
        alone = best[at][to] == best[at - 1][to] + reach
        at, to = at - 1, to if alone else to - 1
        found.append(None if alone else to)
    return found[::-1]


def _covered(
    level: Sequence[Stub], units: list[_Unit], columns: Sequence[Span], paths: list[list[str]]
) -> list[_Unit]:
    """The units after the heads of one ``level`` have been put over those that they cover."""
    open_ = [unit for unit in units if unit.top > level[0].middle]
    for head, group in zip(level, _parted(level, open_, columns), strict=True):
        if group:
            for place in range(group[0].first, group[-1].end):
                paths[place].append(head.text)
            whole = _Unit(group[0].first, group[-1].end, 2 * head.middle - max(unit.top for unit in group))
            units = sorted([*(unit for unit in units if unit not in group), whole])
    return units


def _parted(heads: Sequence[Stub], units: list[_Unit], columns: Sequence[Span]) -> list[list[_Unit]]:
    """For each of ``heads`` the run of ``units`` in whose middle it stands."""
    sides = _sides(columns)
    runs: list[list[list[_Unit]]] = []
    for head in heads:
        near = []
        for start in range(len(units)):
            for end in range(start + 1, len(units) + 1):
                run = units[start:end]
                if any(one.end != after.first for one, after in pairwise(run)):
                    break
                whole = Span(sides[run[0].first].low, sides[run[-1].end - 1].high)
                if whole.low - 1 <= head.span.middle <= whole.high + 1:
                    near.append((abs(whole.middle - head.span.middle), run))
        runs.append([run for _, run in sorted(near, key=lambda one: (round(one[0] / 8), -len(one[1])))[:24]])
    return _disjoint(heads, runs, sides)


def _disjoint(
    heads: Sequence[Stub], runs: Sequence[Sequence[list[_Unit]]], sides: Sequence[Span]
) -> list[list[_Unit]]:
    """One run a head, none crossing another, which leave the fewest columns out and stand nearest to the middle."""
    open_ = sorted(place for run in {id(unit): unit for ways in runs for way in ways for unit in way}.values()
                   for place in range(run.first, run.end))  # fmt: skip
    states: dict[int, tuple[float, list[list[_Unit]]]] = {0: (0.0, [])}
    for head, ways in zip(heads, runs, strict=True):
        after: dict[int, tuple[float, list[list[_Unit]]]] = {}
        for end, (cost, chosen) in states.items():
            options: list[tuple[int, float, list[_Unit]]] = [(end, cost + _MISSED, [])]
            for run in ways:
                if run[0].first >= end:
                    whole = Span(sides[run[0].first].low, sides[run[-1].end - 1].high)
                    passed = _PASSED * sum(end <= place < run[0].first for place in open_)
                    options.append((run[-1].end, cost + passed + abs(whole.middle - head.span.middle), run))
            for stop, total, run in options:
                if stop not in after or total < after[stop][0]:
                    after[stop] = (total, [*chosen, run])
        states = after
    left = {end: _PASSED * sum(place >= end for place in open_) for end in states}
    return min(states.items(), key=lambda state: state[1][0] + left[state[0]])[1][1]


def _sides(columns: Sequence[Span]) -> list[Span]:
    """The columns as wide as they may be: up to the middle between them."""
    gaps = [(one.high + after.low) / 2 for one, after in pairwise(columns)]
    edges = [columns[0].low, *gaps, columns[-1].high]
    return [Span(low, high) for low, high in pairwise(edges)]


def _grid(paths: Sequence[Sequence[str]]) -> Grid:
    """Rows of boxes from the heads of each column, innermost first; a head over several columns is one box."""
    depth = max(map(len, paths), default=0)
    columns = [list(reversed(path)) for path in paths]
    rows: Grid = []
    for level in range(depth):
        row: list[Box] = []
        for place, path in enumerate(columns):
            text = path[level] if level < len(path) else ""
            before = columns[place - 1] if place else []
            merged = text and level + 1 < len(path) and before[: level + 1] == path[: level + 1] and len(before) > level
            row.append(row[-1] if merged else Box(text))
        rows.append(row)
    return rows
