"""Head rows → what stands over each column, from the top; merged cells get their width back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from cnfin.tables.words import BLANK, TOTALS, TableWords

Path = tuple[str, ...]
Texts = Sequence[str]
_SIDES = frozenset(("收入", "支出"))


def paths(rows: Sequence[Texts], width: int, names: int, words: TableWords) -> tuple[Path, ...]:
    """The heads over each of ``width`` columns, outermost first, none twice in a row.

    Args:
        rows: the texts of the head rows as printed; a merged cell is repeated, or leaves empty cells on its
            right and below, or has lost its width altogether (where the rows are of other lengths).
        width: number of columns.
        names: how many columns on the left hold no values, for rows that have lost their widths.
        words: the words of heads.
    """
    printed = rows
    rows = [[BLANK.sub("", text) for text in row] for row in rows if any(row)]
    if not rows:
        return ((),) * width
    if _has_lost_widths(rows, width, words):
        found = stacked([[text for text in row if text] for row in rows], width, names, words)
        return found or _flattened(printed, width, names, words) or ((),) * width
    return _joined(_filled([[*row, *[""] * (width - len(row))][:width] for row in rows]))


def _joined(rows: Sequence[Texts]) -> tuple[Path, ...]:
    found = []
    for column in zip(*rows, strict=True):
        path: list[str] = []
        for text in column:
            if text and (not path or path[-1] != text):
                path.append(text)
        found.append(tuple(path))
    return tuple(found)


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """Empty cells of a merged head get its text, where a head below shows that they belong under one."""
    for number, row in enumerate(rows[:-1]):
        for place in range(1, len(row)):
            below = any(under[place] for under in rows[number + 1 :])
            above = all(over[place] == over[place - 1] for over in rows[:number])
            if not row[place] and below and above and row[place - 1]:
                row[place] = row[place - 1]
    return rows


def _has_lost_widths(rows: Sequence[Texts], width: int, words: TableWords) -> bool:
    """Whether merged heads lost their empty cells: rows of other lengths, or a second row that begins too far left."""
    if len(rows) < 2:
        return False
    filled = [len([text for text in row if text]) for row in rows]
    packed = [all(row[:count]) for row, count in zip(rows, filled, strict=True)]
    if any(len(row) != width for row in rows) and all(packed):
        return True
    first, second = rows[0], rows[1]
    below_corner = packed[1] and words.kind(first[0]) in ("name", "code", "number") and bool(second[0])
    return packed[0] and below_corner and filled[0] < width and words.kind(second[0]) not in ("name", "code")


def stacked(rows: Sequence[Texts], width: int, names: int, words: TableWords) -> tuple[Path, ...] | None:
    """Heads whose widths are lost, put over ``width`` columns of which ``names`` hold names; None where in doubt."""
    left = [list(row) for row in rows]
    corner: list[str] = []
    while left and left[0] and len(corner) < names and _names(left[0][0], words):
        corner.append(left[0].pop(0))
    left = [row for row in left if row]
    rest = width - len(corner)
    fixed: list[Path] = [(text,) for text in corner]
    if not left:
        return (*fixed, *[()] * rest) if corner else None
    if len(left[-1]) != rest and len(corner) <= names:
        # The lowest row has heads for values alone.
        fixed += [()] * (names - len(corner))
        rest = width - names
    found = _spread(left, rest, words)
    return (*fixed, *found) if found else None


def _flattened(rows: Sequence[Texts], width: int, names: int, words: TableWords) -> tuple[Path, ...] | None:
    """Heads that a viewer broke over lines and joined with blanks: those of values in their order, one a column."""
    heads = [part for row in rows for text in row for part in text.split() if not _names(part, words)]
    while len(heads) > width - names:
        pairs = (at for at in range(1, len(heads)) if heads[at - 1] + heads[at] in words.readings)
        if at := next(pairs, 0):
            heads[at - 1 : at + 1] = [heads[at - 1] + heads[at]]
        else:
            heads.pop(0)  # what stands over all of them
    known = sum(head in TOTALS or head in words.readings for head in heads)
    if len(heads) < width - names or known + 1 < len(heads):
        return None
    return (*[()] * names, *((head,) for head in heads))


def _names(head: str, words: TableWords) -> bool:
    return words.kind(head) in ("name", "code", "number", "owner", "text", "year")


def _spread(rows: list[list[str]], values: int, words: TableWords) -> tuple[Path, ...] | None:
    """Rows of heads over ``values`` columns, each row's cells as wide as the ones below need."""
    if len(rows) == 1:
        return tuple((text,) for text in rows[0]) if len(rows[0]) == values else None
    upper, *lower = rows
    if len(upper) + len(lower[0]) > values + len(upper) and len(lower) == 1:
        return None
    if len(lower) == 1 and len(lower[0]) == values:
        groups = _groups(lower[0], len(upper))
        if groups is None:
            return None
        return tuple((head, text) for head, group in zip(upper, groups, strict=True) for text in group)
    below = _spread(lower, values, words)
    if below is not None:
        tops = _groups([path[0] for path in below], len(upper))
        if tops is None:
            return None
        over = [head for head, group in zip(upper, tops, strict=True) for _ in group]
        return tuple((head, *path) for head, path in zip(over, below, strict=True))
    return _under_some(upper, lower[0], values, words) if len(lower) == 1 else None


def _groups(texts: Texts, count: int) -> list[list[str]] | None:
    """``texts`` cut into ``count`` groups: where the first of them comes again, else all of one length."""
    starts = [place for place, text in enumerate(texts) if text == texts[0]]
    if len(starts) != count:
        if not count or len(texts) % count:
            return None
        starts = list(range(0, len(texts), len(texts) // count))
    return [list(texts[start:end]) for start, end in zip(starts, [*starts[1:], len(texts)], strict=True)]


def _under_some(upper: Texts, lower: Texts, values: int, words: TableWords) -> tuple[Path, ...] | None:
    """A lower row that stands under a few of the upper heads only (小计, 购置费, 运行费 under 公务用车…)."""
    parents = len(upper) + len(lower) - values
    if not 0 < parents < len(upper):
        return None
    groups = _groups(lower, parents)
    if groups is None:
        return None
    found: list[Path] = []
    # 小计 stands below something; where there are as many heads as groups that begin so, each has one.
    open_ = [head for head in upper if head not in TOTALS]
    plain = len(open_) == parents and all(group[0] == "小计" for group in groups)
    for head in upper:
        under = head not in TOTALS if plain else groups and any(belongs(text, head, words) for text in groups[0])
        if groups and under:
            found += [(head, text) for text in groups.pop(0)]
        else:
            found.append((head,))
    return None if groups else tuple(found)


def likely(over: Sequence[Path], words: TableWords) -> int:
    """How well heads one under the other belong together, in points; below 0 where they plainly do not."""
    points = 0
    for path in over:
        for head, below in pairwise(path):
            related = below in TOTALS or belongs(below, head, words) or head in _SIDES
            headed = "measure" in (words.kind(head), words.kind(below))
            # Nothing stands below 合计, and no side below the other.
            fits = (related or headed) and head not in TOTALS and below not in _SIDES
            points += 1 if fits else -len(over)
    return points


def cuts(count: int, width: int) -> Iterator[tuple[int, ...]]:
    """Where ``count`` heads in one line may be cut into rows over ``width`` columns, fewest rows first.

    No row is longer than there are columns.
    """
    if count in (width, width - 1):
        yield ()
    for first in range(max(1, count - width), min(count - 1, width) + 1):
        yield (first,)
    for first in range(1, min(4, count, width + 1)):
        for second in range(max(first + 1, count - width), min(count - 1, first + width) + 1):
            yield (first, second)


def best_of(texts: Texts, width: int, names: int, words: TableWords) -> tuple[Path, ...] | None:
    """Heads that came one after the other, put over ``width`` columns in the likeliest way; None where in doubt."""
    return _best_of(tuple(texts), width, names, words)


@lru_cache(maxsize=4096)  # the forms are official: their heads come again in every document
def _best_of(texts: tuple[str, ...], width: int, names: int, words: TableWords) -> tuple[Path, ...] | None:
    best, most = None, -1
    count = len(texts)
    lead = next((at for at, text in enumerate(texts[:names]) if not _names(text, words)), min(count, names))
    for cut in cuts(count, width):
        if cut and not _may_fit((0, *cut, count), width, names, min(lead, cut[0])):
            continue
        ends = (0, *cut, count)
        found = stacked([texts[a:b] for a, b in pairwise(ends)], width, names, words)
        if found and (points := likely(found, words)) > most:
            best, most = found, points
    return best


def _may_fit(ends: Sequence[int], width: int, names: int, corner: int) -> bool:
    """Whether the lowest of rows that end at ``ends``, under a corner of names, can be spread by the row above it."""
    bottom = ends[-1] - ends[-2]
    upper = ends[-2] - max(ends[-3], corner)
    values = bottom if bottom == width - corner else width - names
    return upper <= bottom if bottom == values else bottom < values < upper + bottom


@lru_cache(maxsize=65536)
def belongs(part: str, head: str, words: TableWords) -> bool:
    """Whether ``part`` names a line right below the one that ``head`` names (购置费 below 公务用车购置及运行费)."""
    wholes = {reading.name for reading in words.readings.get(head, ())}
    above = {words.parents.get(reading.name, "") for reading in words.readings.get(part, ())} - {""}
    # 基本支出 below 本年政府性基金预算支出, 人员经费 below 一般公共预算基本支出.
    if any(name in wholes or name in head for name in above):
        return True
    if head.startswith("本年") and any(name.startswith("本年") and name[2:4] in head for name in above):
        return True
    return len(part) > 2 and part != head and part.removesuffix("费").removesuffix("维护") in head
