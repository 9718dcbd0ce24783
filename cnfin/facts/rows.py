"""The parts of a document's tables with the spans of every cell, and what the lines above a table say."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from cnfin.document import Account, Amount, AnySpan, Cell, Count, Percentage, Period, Section, Sentence, Table
from cnfin.facts import projects
from cnfin.tables import Part, TableWords, parts
from cnfin.tables.grid import PROJECT_LABELS

_AROUND = re.compile(r"[\s=＝≥≤<>＜＞≧≦约为%％（）()\-—+＋]*")
Value = Amount | Percentage | Count
_start = attrgetter("start")
#: So few spans are looked through one by one.
_FEW = 16
#: The title stands in one of the first so many sentences.
_TITLES = 4


class Spans:
    """The spans of cells."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._starts = [sentence.start for sentence in sentences]

    def sentence(self, cell: Cell) -> int:
        """Index of the sentence that holds a cell."""
        return max(0, bisect_right(self._starts, cell.start) - 1)

    def value(self, cell: Cell) -> Value | None:
        """The value that is all the cell says, or None."""
        values = [span for span in self._within(cell) if isinstance(span, (Amount, Percentage, Count))]
        if len(values) != 1:
            return None
        value = values[0]
        around = cell.text if cell.text != value.text else ""
        alone = not around or _AROUND.fullmatch(around.replace(value.text, "", 1))
        return value if alone else None

    def account(self, cell: Cell) -> Account | None:
        """The cell's 科目, the last where it names several."""
        accounts = [span for span in self._within(cell) if type(span) is Account]
        return accounts[-1] if accounts else None

    def _within(self, cell: Cell) -> Sequence[AnySpan]:
        start, end = cell.start, cell.end
        if end <= start or not self._sentences:
            return ()
        spans = self._sentences[self.sentence(cell)].spans
        if len(spans) < _FEW:
            return [span for span in spans if start <= span.start and span.end <= end]
        first, last = bisect_left(spans, start, key=_start), bisect_left(spans, end, key=_start)
        return [span for span in spans[first:last] if span.end <= end]


class Read(NamedTuple):
    """A table to be read: its parts, its title, and what stands above it.

    Attributes:
        title: the line above, cleaned.
        parts: heads with their rows.
        year: the year that a line above or at the top gives (截止时间：2019年12月31日).
        project: the project that the lines above name.
    """

    title: str
    parts: tuple[Part, ...]
    year: int | None
    project: str | None


def reads(
    text: str, sections: Sequence[Section], sentences: Sequence[Sentence], tables: Sequence[Table], words: TableWords,
    unit: str | None,
) -> Iterator[Read]:
    """The tables of a document, to be read."""
    starts = [sentence.start for sentence in sentences]
    for table in tables:
        filled = [cell for row in table.rows for cell in row if cell.text]
        if filled:
            first = max(0, bisect_right(starts, filled[0].start) - 1)
            year = _as_of(text, sentences, table, first, starts)
            project = _project_above(text, sentences, first) or _project_headed(text, sections, sentences, first, unit)
            yield Read(table.title, parts(table, words), year, project)


def _as_of(text: str, sentences: Sequence[Sentence], table: Table, first: int, starts: Sequence[int]) -> int | None:
    """The year that a line just above or at the top of a table gives (截止时间：2019年12月31日), or None."""
    top = [cell.start for row in table.rows[:6] for cell in row]
    last = max((bisect_right(starts, start) - 1 for start in top), default=first)
    for sentence in sentences[max(0, first - 3) : last + 1]:
        if sentence.end - sentence.start < 40 and re.search(r"截[止至]|时点", text[sentence.start : sentence.end]):
            for span in sentence.spans:
                if isinstance(span, Period):
                    return span.year
    return None


def _project_headed(
    text: str, sections: Sequence[Section], sentences: Sequence[Sentence], first: int, unit: str | None
) -> str | None:
    """The project that the nearest heading above a table names, or else the document's title; None where none does."""
    number = sentences[first].section
    while number is not None:
        title = sections[number].title
        if name := projects.in_heading(title, unit) or projects.as_heading(title.strip()):
            return name
        number = sections[number].parent
    titles = (text[sentence.start : sentence.end] for sentence in sentences[:_TITLES])
    return next((name for title in titles if (name := projects.in_heading(title, unit))), None)


def _project_above(text: str, sentences: Sequence[Sentence], first: int) -> str | None:
    """The project that the short lines above a table name (a form's head, cut off from its table), or None."""
    name = ""
    for sentence in reversed(sentences[max(0, first - 12) : first]):
        line = text[sentence.start : sentence.end].strip()
        if len(line) > 40 or line.endswith("。"):
            return None
        if line.rstrip(":：") in PROJECT_LABELS:
            return name.removesuffix("项目") if len(name) > 4 else name or None
        name = line
    return None
