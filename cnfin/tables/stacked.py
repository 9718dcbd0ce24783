"""Tables whose cells reached the text one after the other: their rows put together again.

What stands before the first figure are heads, what follows repeats one pattern of names and figures. Every way to
cut heads from body is tried with every width; that one counts whose heads fit the columns and whose pattern reaches
farthest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnfin.document import Cell
from cnfin.tables.grid import NOTHING, PROJECT_LABELS, Row, is_value
from cnfin.tables.heads import Path, best_of
from cnfin.tables.words import BLANK, TOTALS, TableWords

_WIDEST = 26
#: An empty cell stands for a figure, and a figure for an empty cell.
_FILLED = frozenset((("B", "N"), ("N", "B")))
_NEXT = re.compile(r"\d{3,7}")
_SIDES = frozenset(("收入", "支出", "本年收入", "本年支出"))
_BROKEN = re.compile("年初|全年|调整|本年|上年|当年|年度|预算|支出")
#: What stands over the labels of a project's form.
_CORNER = re.compile(r"(?:项目|投入|预算|年度)?资金(?:情况)?[（(]亿?万?元[)）]|预算执行情况(?:[（(].*[)）])?")
_HEADS = 40
#: The most columns of words before those of figures, and the kinds of heads that stand over such.
_NAMES, _SIDE = 4, frozenset(("name", "owner", "text", "code", "number", "year"))
#: Kinds of heads that say whether a sign of per cent belongs under them.
_PLAIN = frozenset(("measure", "score", "count", "rate"))
#: Codes and numbers of rows, which may stand before a name.
_WHOLE = re.compile(r"\d{0,7}")


class Solved(NamedTuple):
    """A table put together.

    Attributes:
        rows: heads and rows, a cell a column.
        doubtful: rows that lost cells, so that nobody knows under which heads their values stood.
        used: how many cells the table has taken.
    """

    rows: list[Row]
    doubtful: list[Row]
    used: int


class _Try(NamedTuple):
    rank: tuple[int, ...]
    start: int
    width: int
    heads: tuple[Path, ...]
    first: int


def solve(cells: Sequence[Cell], words: TableWords) -> Solved | None:
    """The table that ``cells`` begin with, or None; empty cells are kept where the source shows them."""
    cells = list(_joined(cells, words))
    kinds = [_kind(cell.text) for cell in cells]
    first = next((place for place, cell in enumerate(cells) if cell.text and kinds[place] == "N"), 0)
    tries = []
    names = _NAMES if "B" in kinds else 1  # without the empty cells nobody knows where a row of many words begins
    for start in range(first, max(0, first - names) - 1, -1):
        if 0 < start <= _HEADS:
            above = [BLANK.sub("", cell.text) for cell in cells[:start]]
            for width in range(1, min(_WIDEST, len(cells) - start) + 1):
                if _plausible(cells, kinds, start, width):
                    pattern = kinds[start : start + width]
                    heads = list(_heads(above, pattern, words))
                    rows = sum(len(row) == width for row in _rows(kinds, start, pattern)) if heads else 0
                    tries += [_ranked(one, cells, start, width, rows, words) for one in heads]
    best = max(tries, key=lambda one: one.rank, default=None)
    if best is not None and best.rank[:2] == (1, 1):
        return _built(best, cells, kinds)
    return _headless(cells, kinds) if first == 1 else None


def _joined(cells: Sequence[Cell], words: TableWords) -> Iterator[Cell]:
    """The cells, those of a head that was broken over two lines (年初 | 预算数) as one."""
    left: Cell | None = None
    for cell in cells:
        if left is not None:
            both = BLANK.sub("", left.text + cell.text) if _BROKEN.fullmatch(left.text) else ""
            if words.kind(both) == "measure":
                yield Cell(start=left.start, end=cell.end, text=both)
                left = None
                continue
            yield left
        left = cell
    if left is not None:
        yield left


def _kind(text: str) -> str:
    """T for words, N for a figure, B for a cell that is empty."""
    if not text:
        return "B"
    return "N" if is_value(text) or text in NOTHING else "T"


def _headless(cells: Sequence[Cell], kinds: Sequence[str]) -> Solved | None:
    """Names and their figures without any heads: two rows or more of one length."""
    end = next((place for place in range(1, len(kinds)) if kinds[place] == "T"), len(kinds))
    rows = list(_rows(kinds, 0, kinds[:end]))
    if sum(len(row) == end for row in rows) < 2:
        return None
    return Solved([tuple(cells[row.start : row.stop]) for row in rows], [], rows[-1].stop)


def _plausible(cells: Sequence[Cell], kinds: Sequence[str], start: int, width: int) -> bool:
    """Whether a row may look like this: a name, or a number or code and a name, and figures; or one row of figures."""
    pattern = kinds[start : start + width]
    figures = [cell.text for cell in cells[start : start + width] if is_value(cell.text)]
    # 合计 30.15 28.10 101: the code of the next row.
    if any("." in figure for figure in figures) and _NEXT.fullmatch(figures[-1]):
        return False
    if "T" not in pattern:
        end = next((place for place in range(start, len(kinds)) if kinds[place] == "T"), len(kinds))
        return end - start == width
    lead = pattern.index("T")
    if lead == 0 and kinds[start + width : start + width + 1] == ["N"]:
        return False
    coded = lead < 4 and all(_WHOLE.fullmatch(cell.text) for cell in cells[start : start + lead])
    return coded and pattern[-1] != "T"


def _rows(kinds: Sequence[str], start: int, pattern: Sequence[str]) -> Iterator[range]:
    """Where the rows stand that are as the first, and those that have lost cells."""
    place = start
    while place < len(kinds):
        if pattern[0] == "T" and kinds[place] == "B":
            place += 1  # what parts two rows
            continue
        if pattern[0] == "T" and kinds[place : place + 2] == ["T", "T"] and _like(kinds, place + 1, pattern):
            place += 1  # a line of its own, such as 其中：
            continue
        if _like(kinds, place, pattern):
            length = len(pattern)
        elif not (length := _short(kinds, place, pattern)):
            return
        yield range(place, place + length)
        place += length


def _heads(
    above: Sequence[str], pattern: Sequence[str], words: TableWords
) -> Iterator[tuple[int, tuple[Path, ...]]]:  # fmt: skip
    """Ways to put the words ``above`` the first row over the columns, with the place where the heads begin."""
    width = len(pattern)
    names = next((place for place, kind in enumerate(pattern) if kind == "N" and "T" not in pattern[place:]), width)
    left = names if "T" in pattern else 0
    for begin in range(max(0, len(above) - _HEADS), len(above)):
        texts = [text for text in above[begin:] if text]
        if found := best_of(texts, width, left, words):
            yield begin, found


def _ranked(
    heads: tuple[int, tuple[Path, ...]], cells: Sequence[Cell], start: int, width: int, rows: int, words: TableWords
) -> _Try:
    """How well heads and rows fit: no head left over, heads of values over values, rows that repeat."""
    begin, over = heads
    start_of_values = next((at for at, cell in enumerate(cells[start : start + width]) if is_value(cell.text)), 0)
    bottoms = [path[-1] if path else "" for path in over]
    first = BLANK.sub("", cells[start].text)
    named = any(not is_value(cell.text) for cell in cells[start : start + width] if cell.text)
    corner = words.kind(bottoms[0]) in ("name", "year", "text") or _CORNER.fullmatch(bottoms[0]) is not None
    fits = (2 if corner else int(not bottoms[0])) if named else 1
    unsaid = sum(bool(cell.text) and not words.says(BLANK.sub("", cell.text)) for cell in cells[begin:start])
    said = sum(words.says(head) for head in bottoms)
    named_all = start_of_values < 2 or all(words.kind(head) in _SIDE for head in bottoms[:start_of_values])
    sound = named_all and _sound(cells[:begin], over, cells[start : start + width], named, words)
    rank = (int(sound and (rows > 1 or width > 1)), int(_labels(first, over, corner, words)), fits, said * 2 >= width)
    return _Try((*rank, rows * width, -unsaid, start - begin), start, width, over, begin)


def _sound(left: Sequence[Cell], over: Sequence[Path], row: Sequence[Cell], named: bool, words: TableWords) -> bool:
    """Whether no head is left over, every head fits what stands under it, and figures alone have no heads of names."""
    if not _labels_only(left, words):
        return False
    if not named and any(words.kind(head) in ("name", "code", "owner") for path in over for head in path):
        return False
    # 小计 is of what stands above it; only the first of the values may have it alone.
    first = next((at for at, cell in enumerate(row) if is_value(cell.text)), 0)
    if any(path == ("小计",) for path in over[first + 1 :]):
        return False
    bottoms = [path[-1] if path else "" for path in over]
    rates = [cell.text.endswith(("%", "％")) for cell in row]
    kinds = [words.kind(head) for head in bottoms]
    # Where rates have their sign, they stand under heads of rates, and nothing else does.
    if any(rates) and any((kind == "rate") != rate for kind, rate in zip(kinds, rates, strict=True) if kind in _PLAIN):
        return False
    return not any(
        _misfits(head, is_value(cell.text) or not cell.text, words) for head, cell in zip(bottoms, row, strict=True)
    )


def _labels_only(left: Sequence[Cell], words: TableWords) -> bool:
    """Whether the cells above the heads are a title, or what a form says of its project: a label, then its word."""
    said = [words.says(BLANK.sub("", cell.text)) for cell in left if cell.text]
    if True not in said:
        return True
    said = said[said.index(True) :]
    return len(said) % 2 == 0 and all(said[::2]) and not any(said[1::2])


def _labels(first: str, over: Sequence[Path], corner: bool, words: TableWords) -> bool:
    """Whether ``first`` may name a row: a measure does only under heads that name lines (预算数 | 公务接待费)."""
    if words.kind(first) != "measure" or first in TOTALS:
        return True
    measures = any(words.kind(head) == "measure" and head not in TOTALS for path in over for head in path)
    return corner and len(over) > 2 and not measures


def _misfits(head: str, figure: bool, words: TableWords) -> bool:
    """Whether a head announces names over figures, or figures over names."""
    kind = words.kind(head)
    if figure:
        return kind == "name"
    return kind == "measure" or (kind is None and head in words.readings and head not in _SIDES)


def _built(best: _Try, cells: Sequence[Cell], kinds: Sequence[str]) -> Solved:
    by_text = {BLANK.sub("", cell.text): cell for cell in cells[best.first : best.start]}
    depth = max((len(path) for path in best.heads), default=0)
    blank = Cell(start=cells[best.first].start, end=cells[best.first].start, text="")
    rows: list[Row] = [
        tuple(by_text[path[level]] if level < len(path) else blank for path in best.heads) for level in range(depth)
    ]
    left = [cell for cell in cells[: best.first] if cell.text]
    project = next((at for at, cell in enumerate(left) if BLANK.sub("", cell.text) in PROJECT_LABELS), len(left))
    # What a form says of its project, from the project's name on: a label, then its word.
    rows[:0] = zip(left[project::2], left[project + 1 :: 2], strict=False)
    doubtful: list[Row] = []
    place = best.start
    for taken in _rows(kinds, best.start, kinds[best.start : best.start + best.width]):
        row = tuple(cells[taken.start : taken.stop])
        (rows if len(row) == best.width else doubtful).append(row)
        place = taken.stop
    return Solved(rows, doubtful, place)


def _like(kinds: Sequence[str], place: int, pattern: Sequence[str]) -> bool:
    """Whether what stands at ``place`` is a row as ``pattern``."""
    row = kinds[place : place + len(pattern)]
    if row == pattern:
        return True
    return len(row) == len(pattern) and all(
        kind == wanted or (kind, wanted) in _FILLED for kind, wanted in zip(row, pattern, strict=True)
    )


def _short(kinds: Sequence[str], place: int, pattern: Sequence[str]) -> int:
    """The length of a row with one name and fewer figures than the others, which another name follows."""
    if pattern[0] != "T" or "T" in pattern[1:] or kinds[place] != "T" or "B" in kinds:
        return 0
    end = next((at for at in range(place + 1, len(kinds)) if kinds[at] == "T"), len(kinds))
    return end - place if 1 < end - place < len(pattern) else 0
