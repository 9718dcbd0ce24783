"""Tables by code whose cells came one after the other: codes part the rows, sums tell where lost cells stood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product
from typing import NamedTuple

from cnfin.document import Cell
from cnfin.numerals import arabic
from cnfin.tables.grid import NOTHING, NUMBER, Row
from cnfin.tables.heads import Path, best_of
from cnfin.tables.stacked import Solved
from cnfin.tables.words import BLANK, TOTALS, TableWords

_HAN = re.compile("[\u4e00-\u9fff]{2}")
_CODE = re.compile(r"2\d\d(?:\d\d){0,2}|[35]\d\d(?:\d\d)?")
_PART = re.compile(r"\d\d")
_LEVELS = re.compile("[类款项]*")
_HEADS = 40
#: Heads that stand below another.
_UNDER = frozenset(("小计", "合计"))
#: How many ways to place the figures of a group of rows are tried.
_MOST = 4096
_ZERO = Decimal(0)


class _Chunk(NamedTuple):
    """A row as it came: its code (None in a row 合计), its name, its figures, and the cells it took."""

    code: str | None
    name: Cell
    figures: tuple[Cell, ...]
    cells: tuple[Cell, ...]


Placed = dict[int, Decimal]


def solve_coded(cells: Sequence[Cell], words: TableWords, numbered: int = 0) -> Solved | None:
    """The table by code that ``cells`` begin with, or None.

    Args:
        cells: one after the other; empty ones where the source shows them.
        words: the words of heads.
        numbered: how many columns of values a row of numbers (栏次 1 2 3) counts, 0 where there is none.
    """
    begin = next((place for place in range(len(cells)) if _code(cells, place)), None)
    if begin is None or begin > _HEADS:
        return None
    totals = (at for at in range(begin) if BLANK.sub("", cells[at].text) in TOTALS)
    total = next((at for at in totals if _value_after(cells, at)), begin)
    chunks = list(_chunks(cells, total))
    coded = [chunk for chunk in chunks if chunk.code]
    if len(coded) < 2:
        return None
    heads = _heads([cell for cell in cells[:total] if cell.text], _widths(chunks, numbered), words)
    if heads is None:
        return None
    trimmed = [chunk._replace(figures=_trimmed(chunk.figures, len(heads) - 2)) for chunk in chunks]
    if any(len(chunk.figures) > len(heads) - 2 for chunk in trimmed):
        return None
    return _built(cells, total, trimmed, heads, words)


def with_lost_cells(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows by code, where those that are too short lost an empty cell somewhere: sums tell where, else nothing does.

    A table that shows empty cells only lost those at the ends of its rows.
    """
    first = next((place for place, row in enumerate(rows) if len(row) > 2 and _is_coded(row)), None)
    while first and _is_total(rows[first - 1]):
        first -= 1  # the row of the total stands above
    if first is None or not 0 < first < len(rows) - 1:
        return rows
    body = rows[first:]
    width = max(map(len, rows))
    short = any(len(row) < width for row in body)
    shown = any(not cell.text for row in body for cell in row[2:])
    if not short or shown or not all(_is_coded(row) or _is_total(row) for row in body):
        return rows
    heads = [BLANK.sub("", cell.text) for cell in rows[first - 1][2:]]
    totals = bool(heads) and (heads[0] in TOTALS or heads[0].endswith("合计"))
    blank = Cell(start=body[0][0].start, end=body[0][0].start, text="")
    # 合计 may fill the column of names as well.
    body = [row if _is_coded(row) or not NUMBER.fullmatch(row[1].text) else (blank, *row) for row in body]
    chunks = [_Chunk(row[0].text if _is_coded(row) else None, row[1], tuple(row[2:]), row) for row in body]
    found = list(rows[:first])
    for chunk, where in zip(chunks, _placed(chunks, width - 2, totals), strict=True):
        row = [*chunk.cells[:2], *[blank] * (width - 2)]
        for place, cell in zip(where or ((0,) if totals else ()), chunk.figures, strict=False):
            row[2 + place] = cell
        found.append(tuple(row))
    return found


def _is_total(row: Row) -> bool:
    """Whether a row is of the whole, and not of heads."""
    named = any(BLANK.sub("", cell.text) in TOTALS for cell in row[:2])
    return named and any(NUMBER.fullmatch(cell.text) for cell in row)


def _is_coded(row: Row) -> bool:
    code = _CODE.fullmatch(row[0].text) is not None and len(row) > 2 and _HAN.search(row[1].text) is not None
    return code and all(NUMBER.fullmatch(cell.text) or cell.text in NOTHING for cell in row[2:])


def _value_after(cells: Sequence[Cell], place: int) -> bool:
    """Whether a figure follows, empty cells set aside."""
    after = next((cell.text for cell in cells[place + 1 :] if cell.text), "")
    return NUMBER.fullmatch(after) is not None and not _code(cells, place + 1)


def _widths(chunks: Sequence[_Chunk], numbered: int) -> list[int]:
    """How many columns of values there may be, the likeliest first."""
    shown = any(not cell.text for chunk in chunks for cell in chunk.figures)
    lengths = Counter(len(chunk.figures) for chunk in chunks if chunk.code)
    most = max(len(chunk.figures) for chunk in chunks)
    usual = lengths.most_common(1)[0][0]
    if numbered:
        return [numbered]
    return [usual] if shown and usual else list(range(most, most + 8))


def _trimmed(figures: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    """The cells of a row without the empty ones of its name (合计 over two columns) and behind its last column."""
    while len(figures) > width and not figures[0].text:
        figures = figures[1:]
    while len(figures) > width and not figures[-1].text:
        figures = figures[:-1]
    return figures


def _figure(cells: Sequence[Cell], place: int) -> bool:
    return place < len(cells) and bool(NUMBER.fullmatch(cells[place].text) or cells[place].text in NOTHING)


def _code(cells: Sequence[Cell], place: int) -> tuple[str, int] | None:
    """The code that begins at ``place``, whole or a level a cell, and where its name stands."""
    if not _CODE.fullmatch(cells[place].text):
        return None
    code, at = cells[place].text, place + 1
    while at < len(cells) and len(code) < 7 and _PART.fullmatch(cells[at].text) and len(cells[place].text) == 3:
        code, at = code + cells[at].text, at + 1
    empty = 0
    while at < len(cells) and not cells[at].text and len(code) < 7 and empty < 2:
        at, empty = at + 1, empty + 1  # a code of one level in columns for three
    return (code, at) if at < len(cells) and _HAN.search(cells[at].text) else None


def _chunks(cells: Sequence[Cell], place: int) -> Iterator[_Chunk]:
    while place < len(cells):
        begin, found = place, _code(cells, place)
        code, place = found if found else (None, place)
        name = cells[place]
        end = place + 1
        while _figure(cells, end) and not _code(cells, end):
            end += 1
        summed = BLANK.sub("", name.text).endswith(tuple(TOTALS))
        if code is None and not (summed and any(cell.text for cell in cells[place + 1 : end])):
            return
        yield _Chunk(code, name, tuple(cells[place + 1 : end]), tuple(cells[begin:end]))
        place = end


def _heads(cells: Sequence[Cell], widths: Sequence[int], words: TableWords) -> tuple[Path, ...] | None:
    """The heads over code, name and figures; of columns that stand twice or more side by side only once."""
    texts = [text for cell in cells if not _LEVELS.fullmatch(text := BLANK.sub("", cell.text))]
    names = [place for place, text in enumerate(texts) if words.kind(text) == "name"]
    tail = texts[names[-1] + 1 :] if names else []
    if tail and len(names) > 1 and tail == texts[names[-2] + 1 :][: len(tail)]:
        return ((), (), *((text,) for text in tail)) if len(tail) in widths else None
    values = [text for text in texts if words.kind(text) not in ("name", "code")]
    plain = not any(text in _UNDER for text in values[1:]) and all(map(words.says, values))
    for width in widths:
        if len(values) == width or (plain and width == widths[0] < len(values) in widths):
            return ((), (), *((text,) for text in values))
        if found := best_of(values, width, 0, words):
            return ((), (), *found)
    return None


def _built(
    cells: Sequence[Cell], start: int, chunks: Sequence[_Chunk], heads: Sequence[Path], words: TableWords
) -> Solved:
    by_text = {BLANK.sub("", cell.text): cell for cell in cells[:start]}
    blank = Cell(start=cells[0].start, end=cells[0].start, text="")
    depth = max(map(len, heads))
    rows: list[Row] = [
        tuple(by_text[path[level]] if level < len(path) else blank for path in heads) for level in range(depth)
    ]
    width = len(heads) - 2
    first = heads[2][-1] if heads[2] else ""
    totals = first in TOTALS or first.endswith("合计")
    places = _placed(chunks, width, totals)
    doubtful: list[Row] = []
    for chunk, where in zip(chunks, places, strict=True):
        code = Cell(start=chunk.cells[0].start, end=chunk.cells[-1].end, text=chunk.code) if chunk.code else blank
        row = [code, chunk.name, *[blank] * width]
        for cell, place in zip(chunk.figures, where or ((0,) if totals else ()), strict=False):
            row[2 + place] = cell
        rows.append(tuple(row))
        if where is None and (rest := chunk.figures[1 if totals else 0 :]):
            doubtful.append((chunk.name, *rest))
    return Solved(rows, doubtful, start + sum(len(chunk.cells) for chunk in chunks))


def _placed(chunks: Sequence[_Chunk], width: int, totals: bool) -> list[tuple[int, ...] | None]:
    """The column of every figure of each row; None where nothing tells."""
    found: list[tuple[int, ...] | None] = [
        tuple(range(width)) if len(chunk.figures) == width else None for chunk in chunks
    ]
    # From the top of the tree: what is above is placed before what is below.
    for at in sorted(range(len(chunks)), key=lambda at: len(chunks[at].code or "")):
        chunk = chunks[at]
        below = [n for n, one in enumerate(chunks) if one.code and _right_below(one.code, chunk.code)]
        if found[at] is not None and below and not all(found[n] for n in below):
            whole = _values(chunk, found[at] or ())
            tried = _ways(chunks, below, found, width, totals)
            fitting = [ways for ways in tried if _adds_up(whole, chunks, below, ways)]
            for n, ways in zip(below, zip(*fitting, strict=True), strict=False):
                found[n] = ways[0] if len(set(ways)) == 1 else None
    return found


def _right_below(code: str, above: str | None) -> bool:
    return len(code) == 3 if above is None else code.startswith(above) and len(code) == len(above) + 2


def _ways(
    chunks: Sequence[_Chunk], below: Sequence[int], found: Sequence[tuple[int, ...] | None], width: int, totals: bool
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All ways to place the figures of the rows ``below``, in order, the first under the head of the total."""
    each = []
    count = 1
    for n in below:
        ways = [known] if (known := found[n]) else list(combinations(range(width), len(chunks[n].figures)))
        ways = [way for way in ways if not totals or not way or way[0] == 0]
        each.append(ways)
        count *= len(ways)
    return product(*each) if count <= _MOST else iter(())


def _values(chunk: _Chunk, places: Sequence[int]) -> Placed:
    pairs = zip(places, chunk.figures, strict=False)
    return {place: arabic(cell.text) for place, cell in pairs if NUMBER.fullmatch(cell.text)}


def _adds_up(whole: Placed, chunks: Sequence[_Chunk], below: Sequence[int], ways: Sequence[tuple[int, ...]]) -> bool:
    sums: Placed = {}
    for n, way in zip(below, ways, strict=True):
        for place, value in _values(chunks[n], way).items():
            sums[place] = sums.get(place, _ZERO) + value
    return all(sums.get(place, _ZERO) == whole.get(place, _ZERO) for place in {*sums, *whole})
