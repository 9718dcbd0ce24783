"""Spans of one document: 科目, 金额, 百分比, 数量, 年度 and 文号, one file a label."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from cnfin.document import Amount, AnySpan, Table, section_paths
from cnfin.layout import Layout
from cnfin.lexicon import Lexicon
from cnfin.segmentation import Segmenter
from cnfin.spans import amounts, cells, counts, percentages, periods, quantities
from cnfin.spans.accounts import Accounts, Place
from cnfin.spans.document_numbers import DocumentNumbers
from cnfin.spans.normal import Normal, normalise
from cnfin.spans.rows import settled
from cnfin.tables import table_words

_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+(?:[\u4e00-\u9fff]{1,4}\.html?)?|[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


class Finder:
    """Finds all spans of a document in a few passes over its text.

    Args:
        lexicon: the tables.
        segmenter: decides word boundaries where a name could cut a word.
    """

    def __init__(self, lexicon: Lexicon, segmenter: Segmenter) -> None:
        self._lexicon = lexicon
        self._segmenter = segmenter

    def __reduce__(self) -> tuple[Any, ...]:
        return (Finder, (self._lexicon, self._segmenter))

    @cached_property
    def _number(self) -> Any:
        return quantities.pattern(self._lexicon)

    @cached_property
    def _written_count(self) -> Any:
        return counts.written_pattern(self._lexicon)

    @cached_property
    def _document_numbers(self) -> DocumentNumbers:
        return DocumentNumbers(self._lexicon)

    @cached_property
    def _accounts(self) -> Accounts:
        return Accounts(self._lexicon, self._segmenter.cut)

    def find(self, text: str, layout: Layout, tables: Sequence[Table], year: int | None) -> list[list[AnySpan]]:
        """The spans of each sentence of ``layout``, in reading order, none overlapping another."""
        normal = normalise(text)
        found = self._values(normal, layout, tables)
        accounts = self._accounts.find(normal, _places(layout), year)
        found += settled(accounts, tables, table_words(self._lexicon), self._lexicon) if tables else accounts
        return _by_sentence(layout, found)

    def _values(self, normal: Normal, layout: Layout, tables: Sequence[Table]) -> list[AnySpan]:
        found: list[AnySpan] = []
        taken = _addresses(normal.text)
        for start, end, number in self._document_numbers.find(normal):
            taken.append((start, end))
            found.append(number)
        taken.sort()
        closed = list(taken)
        for start, end, period in periods.periods(normal):
            before = bisect_right(closed, (end,)) - 1
            if before < 0 or closed[before][1] <= start:
                taken.append((start, end))
                found.append(period)
        taken.sort()
        numbers = list(quantities.numbers(normal, self._number, taken))
        default = _default_unit(numbers)
        found += amounts.amounts(normal, numbers, lambda offset: layout.unit_at(offset) or default)
        found += percentages.percentages(normal, numbers)
        found += counts.counts(normal, numbers)
        found += amounts.written_amounts(normal)
        found += percentages.written_percentages(normal)
        found += counts.written_counts(normal, self._written_count)
        if tables:
            sums = [span for span in found if isinstance(span, Amount)]
            words = table_words(self._lexicon)
            found += cells.cells(tables, words, sums, lambda offset: layout.unit_at(offset) or default)
        return found


def _addresses(text: str) -> list[tuple[int, int]]:
    """Web and mail addresses: what looks like a date or a count in them is none."""
    if "://" not in text and "www." not in text and "@" not in text:
        return []
    return [match.span() for match in _ADDRESS.finditer(text)]


def _default_unit(numbers: Sequence[quantities.Number]) -> str:
    """万元, unless the whole document counts in 元."""
    wan = sum(1 for number in numbers if number.kind == "money" and number.scale)
    yuan = sum(1 for number in numbers if number.kind == "money" and not number.scale)
    return "元" if yuan > 2 and not wan else "万元"


def _places(layout: Layout) -> Callable[[int], Place | None]:
    starts = [piece.start for piece in layout.pieces]
    paths = ["\n".join(path) for path in section_paths(layout.sections)]
    made: dict[int, Place] = {}

    def place_at(offset: int) -> Place | None:
        number = bisect_right(starts, offset) - 1
        if number < 0 or layout.pieces[number].end <= offset:
            return None
        place = made.get(number)
        if place is None:
            piece = layout.pieces[number]
            path = "" if piece.section is None else paths[piece.section]
            place = made[number] = Place(piece.start, piece.end, path, piece.muted, number, piece.heading)
        return place

    return place_at


def _by_sentence(layout: Layout, found: list[AnySpan]) -> list[list[AnySpan]]:
    """Spread spans over sentences; of two that overlap the earlier and longer stays."""
    found.sort(key=lambda span: (span.start, -span.end))
    result: list[list[AnySpan]] = [[] for _ in layout.pieces]
    pieces = layout.pieces
    number, last = 0, -1
    for span in found:
        if span.start < last:
            continue
        while number < len(pieces) and pieces[number].end <= span.start:
            number += 1
        if number == len(pieces):
            break
        piece = pieces[number]
        if span.start < piece.start or span.end > piece.end or piece.contents:
            continue
        last = span.end
        result[number].append(span)
    return result
