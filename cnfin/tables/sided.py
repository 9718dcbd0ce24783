"""Tables of two sides (收入 | 支出) whose cells came one after the other: numbers of rows or names tell the sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from cnfin.document import Cell
from cnfin.marks import LOOSE
from cnfin.numerals import arabic
from cnfin.tables.grid import NOTHING, NUMBER, Row
from cnfin.tables.stacked import Solved
from cnfin.tables.words import BLANK, TOTALS, TableWords

Side = Literal["left", "right"]
_SIDES = frozenset(("收入", "支出", "本年收入", "本年支出", "财政拨款收入", "财政拨款支出"))
_HEADS = 24
_MARK = re.compile(rf"^(?:其中[:：]?|{LOOSE}|[\-—－\s])+")
_MONEY = re.compile("一般公共预算|公共财政预算|政府性基金|国有资本经营")
_HAN = re.compile("[\u4e00-\u9fff]{2}")
_LEFT = re.compile("收入|拨款$|补助$|上缴$|资金$|年初|上年|使用|用事业基金|弥补")
_RIGHT = re.compile("支出|年末|下年|结余分配|提取")


class _Chunk(NamedTuple):
    """One side of a row: its name, where there is one, its figures (empty ones where they are shown), its cells."""

    side: Side
    name: Cell | None
    number: Cell | None
    figures: tuple[Cell, ...]
    end: int


class _Form(NamedTuple):
    """The heads of a table of two sides, and where its rows begin."""

    sides: tuple[Cell | None, Cell | None]
    names: tuple[Cell, Cell]
    numbers: tuple[Cell | None, Cell | None]
    left: tuple[Cell, ...]
    right: tuple[Cell, ...]
    begin: int


def solve_sided(cells: Sequence[Cell], words: TableWords) -> Solved | None:
    """The table of two sides that ``cells`` begin with, or None."""
    form = _form(cells, words)
    if form is None:
        return None
    numbered = all(form.numbers)
    chunks = list(_numbered(cells, form) if numbered else _named(cells, form, words))
    sides = [chunk.side for chunk in chunks]
    if sides.count("left") < 2 or sides.count("right") < 2:
        return None
    return _built(cells, form, chunks)


def _form(cells: Sequence[Cell], words: TableWords) -> _Form | None:
    texts = [BLANK.sub("", cell.text) for cell in cells[: _HEADS + 1]]
    names = [place for place, text in enumerate(texts) if words.kind(text) == "name"]
    if len(names) < 2:
        return None
    first, second = names[0], names[1]
    begin = next((at for at in range(second + 1, len(texts)) if _begins(cells, at, words)), 0)
    above = {texts[at][-2:]: cells[at] for at in range(first) if texts[at] in _SIDES}
    left = [cells[at] for at in range(first + 1, second) if texts[at]]
    right = [cells[at] for at in range(second + 1, begin) if texts[at]]
    numbers = [next((one for one in side if words.kind(one.text) == "number"), None) for side in (left, right)]
    left, right = ([one for one in side if words.kind(one.text) != "number"] for side in (left, right))
    if len(names) != 2 or not left or not right or set(above) != {"收入", "支出"}:
        return None
    return _Form((above["收入"], above["支出"]), (cells[first], cells[second]), (numbers[0], numbers[1]),
                 tuple(left), tuple(right), begin)  # fmt: skip


def _begins(cells: Sequence[Cell], place: int, words: TableWords) -> bool:
    """Whether the first row begins at ``place``: a name, and the next that is filled is a figure."""
    after = next((cell.text for cell in cells[place + 1 :] if cell.text), "")
    text = BLANK.sub("", cells[place].text)
    return bool(_HAN.search(text)) and NUMBER.fullmatch(after) is not None and words.kind(text) != "number"


def _is_figure(cell: Cell) -> bool:
    return NUMBER.fullmatch(cell.text) is not None or cell.text in NOTHING


def _numbered(cells: Sequence[Cell], form: _Form) -> Iterator[_Chunk]:
    """The sides of rows whose numbers count up, on the right from a higher one on than on the left."""
    place = form.begin
    last: dict[Side, int] = {}
    while place < len(cells):
        begin = place
        while place < len(cells) and not cells[place].text:
            place += 1
        name = cells[place] if place < len(cells) and not _is_figure(cells[place]) else None
        place += name is not None
        number = int(cells[place].text) if place < len(cells) and cells[place].text.isdecimal() else None
        side = _numbers(number, last)
        if side is None or number is None or (place - begin > 2 and name is None):
            return
        last[side] = number
        at, place = place, place + 1
        width = len(form.left if side == "left" else form.right)
        while place < len(cells) and place - at <= width and _is_figure(cells[place]):
            # The number of the other side, where that has no name.
            other = last.get("right" if side == "left" else "left")
            if other is not None and cells[place].text == str(other + 1):
                break
            place += 1
        yield _Chunk(side, name, cells[at], tuple(cells[at + 1 : place]), place)


def _numbers(number: int | None, last: dict[Side, int]) -> Side | None:
    """The side of a row's ``number``, where ``last`` are the numbers before it."""
    if number is None or not last:
        return None if number is None else "left"
    left, right = last["left"], last.get("right")
    if right is None:
        return "right" if number > left + 1 else ("left" if number == left + 1 else None)
    if number > right:
        return "right"
    return "left" if left < number < right else None


def _named(cells: Sequence[Cell], form: _Form, words: TableWords) -> Iterator[_Chunk]:
    """The sides of rows whose names say on which they are."""
    place = form.begin
    before: Side = "right"
    while place < len(cells):
        if not cells[place].text:
            place += 1
            continue
        name = cells[place]
        side = _side(name, before, words)
        if side is None or _is_figure(name):
            return
        start = place = place + 1
        width = len(form.left if side == "left" else form.right)
        while place < len(cells) and place - start < width and _is_figure(cells[place]):
            place += 1
        if place < len(cells) and cells[place].text and _is_figure(cells[place]):
            return
        yield _Chunk(side, name, None, tuple(cells[start:place]), place)
        before = side


def _side(name: Cell, before: Side, words: TableWords) -> Side | None:
    text = _MARK.sub("", BLANK.sub("", name.text)).rstrip(":：")
    if text in TOTALS:
        return "left" if before == "right" else "right"
    schemes = {reading.scheme for reading in words.readings.get(text, ())}
    if schemes & {"功能分类", "支出"} and not _LEFT.search(text):
        return "right"
    if _LEFT.search(text) and not _RIGHT.search(text):
        return "left"
    if _RIGHT.search(text) and not _LEFT.search(text):
        return "right"
    if _MONEY.match(text):
        return "left"
    return "right" if schemes else None


def _built(cells: Sequence[Cell], form: _Form, chunks: Sequence[_Chunk]) -> Solved:
    blank = Cell(start=cells[0].start, end=cells[0].start, text="")
    with_numbers = all(form.numbers)
    heads: list[Cell] = []
    tops: list[Cell] = []
    for at, values in enumerate((form.left, form.right)):
        number = form.numbers[at]
        own = [form.names[at], *([number] if with_numbers and number else []), *values]
        heads += own
        tops += [form.sides[at] or blank] * len(own)
    rows: list[Row] = [tuple(tops), tuple(heads)]
    alive = _alive(form, chunks)
    waiting: list[Cell] | None = None
    widths = {"left": len(form.left) + 1 + with_numbers, "right": len(form.right) + 1 + with_numbers}
    for chunk in chunks:
        values = form.left if chunk.side == "left" else form.right
        figures = _placed(chunk.figures, values, alive, blank)
        own = [chunk.name or blank, *([chunk.number or blank] if with_numbers else []), *figures]
        if chunk.side == "left":
            if waiting is not None:
                rows.append((*waiting, *[blank] * widths["right"]))
            waiting = own
        else:
            rows.append((*(waiting or [blank] * widths["left"]), *own))
            waiting = None
    if waiting is not None:
        rows.append((*waiting, *[blank] * widths["right"]))
    return Solved(rows, [], chunks[-1].end)


def _alive(form: _Form, chunks: Sequence[_Chunk]) -> list[int]:
    """The columns on the right, behind that of the total, whose money the left side has any of."""
    left = [(chunk.name, chunk.figures) for chunk in chunks if chunk.side == "left" and chunk.name]
    had = {money[0] for name, figures in left if any(map(_some, figures)) and (money := _MONEY.search(name.text))}
    return [at for at, head in enumerate(form.right) if (money := _MONEY.search(head.text)) and money[0] in had]


def _some(figure: Cell) -> bool:
    return NUMBER.fullmatch(figure.text) is not None and arabic(figure.text) != 0


def _placed(figures: Sequence[Cell], heads: Sequence[Cell], alive: Sequence[int], blank: Cell) -> list[Cell]:
    """The figures of a side under its heads: as they came, else the total first and behind it each money there is."""
    if len(figures) == len(heads):
        return list(figures)
    found = [blank] * len(heads)
    figures = [figure for figure in figures if figure.text]
    if figures and BLANK.sub("", heads[0].text) in TOTALS:
        found[0], *rest = figures
        sums = sum((arabic(one.text) for one in rest if NUMBER.fullmatch(one.text)), Decimal(0))
        whole = arabic(found[0].text) if NUMBER.fullmatch(found[0].text) else None
        if rest and len(rest) == len(alive) and sums == whole:
            for place, figure in zip(alive, rest, strict=True):
                found[place] = figure
    return found
