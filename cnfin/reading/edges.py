"""Tabs at the edges of lines: an indent or what an editor left behind, or the empty cells of a table's row.

A line of a table has its tabs between its cells; one whose other cells are empty has them at its edge. So a tab at an
edge is a cell's where the lines beside it are rows of as many tabs, or where it opens one cell a line. Everywhere else
nobody sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from cnfin.reading.wraps import is_mark

_BLANKS = " \t\u3000\r"
_EDGE = re.compile(r"(?:\A|\n)[ \u3000]*\t|\t[ \u3000\r]*(?:\n|\Z)")
#: A line that ends with a full stop is running text, and one that has a full stop and so many code points.
_PROSE = 24
#: Where so many lines or more all begin or end with a tab, the text is set that way.
_FEWEST = 5


class _Line:
    """A line with its place: its tabs before, inside and behind its words."""

    __slots__ = ("before", "behind", "body", "end", "inner", "start", "tabs")

    def __init__(self, text: str, start: int, end: int) -> None:
        line = text[start:end]
        self.start, self.end = start, end
        self.body = line.strip(_BLANKS)
        self.tabs = line.count("\t")
        self.inner = self.body.count("\t")
        self.before = line[: len(line) - len(line.lstrip(_BLANKS))].count("\t") if self.body else 0
        self.behind = self.tabs - self.inner - self.before if self.body else 0

    @property
    def prose(self) -> bool:
        return self.body.endswith("。") or ("。" in self.body and len(self.body) >= _PROSE)


def edge_tabs(text: str) -> Iterator[tuple[int, int]]:
    """The tabs of ``text`` that part no cells, as stretches of it in order.

    Args:
        text: a document whose lines end with a line feed, perhaps behind a carriage return.
    """
    if "\t" not in text or not _EDGE.search(text):
        return
    lines = list(_lines(text))
    filled = [line for line in lines if line.body]
    if len(filled) >= _FEWEST and any(line.prose for line in filled):
        if all(line.before for line in filled):
            yield from ((place, place + 1) for line in filled for place in [text.index("\t", line.start)])
            return
        if all(line.behind for line in filled):
            yield from ((place, place + 1) for line in filled for place in [text.rindex("\t", 0, line.end)])
            return
    for line in sorted((*_no_rows(lines), *_no_cells(lines)), key=lambda line: line.start):
        yield from _edges(text, line)


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield _Line(text, start, end)
        start = end + 1


def _no_rows(lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines with tabs behind their words that are no rows whose last cells are empty."""
    for tabs, group in groupby(lines, key=lambda line: line.tabs):
        run = list(group)
        rows = tabs > 0 and any(line.inner for line in run)
        for number, line in enumerate(run):
            if line.behind and not line.inner and not line.before:
                outermost = number in (0, len(run) - 1)
                if not rows or line.prose or (outermost and is_mark(line.body)):
                    yield line


def _no_cells(lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines of running text with tabs before their words, before and behind those that are one cell."""
    run: list[list[_Line]] = [[]]  # of lines with such tabs, by blocks that empty lines part
    for line in lines:
        if not line.body and not line.tabs:
            run.append([])
        elif line.inner or (line.body and not line.before):
            yield from _outer_prose(run)
            run = [[]]
        else:
            run[-1].append(line)
    yield from _outer_prose(run)


def _outer_prose(run: Sequence[list[_Line]]) -> Iterator[_Line]:
    """The first blocks that are running text, and the last."""
    first = 0
    while first < len(run) and all(line.prose for line in run[first]):
        yield from run[first]
        first += 1
    last = len(run)
    while last > first and all(line.prose for line in run[last - 1]):
        last -= 1
        yield from run[last]


def _edges(text: str, line: _Line) -> Iterator[tuple[int, int]]:
    """The tabs before and behind the words of a line."""
    first = text.index(line.body, line.start)
    for place in (*range(line.start, first), *range(first + len(line.body), line.end)):
        if text[place] == "\t":
            yield place, place + 1
