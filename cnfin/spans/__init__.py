"""Spans of one document: 科目, 金额, 百分比, 数量, 年度 and 文号, one file a label."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from cnfin.document import Amount, AnySpan, Name, Table, section_paths
from cnfin.layout import Layout
from cnfin.lexicon import Lexicon
from cnfin.segmentation import Segmenter
from cnfin.spans import amounts, cells, counts, percentages, periods
from cnfin.spans.accounts import Accounts, Place
from cnfin.spans.document_numbers import DocumentNumbers
from cnfin.spans.normal import Normal, normalise
from cnfin.spans.number_words import number_words, rate_units
from cnfin.spans.quantities import Number, Numbers
from cnfin.spans.rows import settled
from cnfin.spans.spoken import Spoken
from cnfin.tables import table_words

# A page's address, or the end of a mail address, whose beginning is looked for from there.
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+(?:[\u4e00-\u9fff]{1,4}\.html?)?|(?<=[A-Za-z0-9._+-])@[A-Za-z0-9.-]+")
_BEFORE_AT = re.compile(r"[A-Za-z0-9._+-]*\Z")
#: More stands before the @ of no mail address.
_LONGEST_BEFORE_AT = 64


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
    def _numbers(self) -> Numbers:
        return Numbers(self._lexicon)

    @cached_property
    def _spoken(self) -> Spoken:
        return Spoken(self._lexicon)

    @cached_property
    def _rate_units(self) -> dict[str, int]:
        return rate_units(self._lexicon)

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

    def names(self, text: str, layout: Layout, year: int | None) -> list[list[Name]]:
        """For each sentence the names of budget lines in it, mentions or not, and why.

        Args:
            text: the text.
            layout: its headings and sentences.
            year: the fiscal year whose codes are meant.
        """
        normal = normalise(text)
        found: list[list[Name]] = [[] for _ in layout.pieces]
        for match in self._accounts.judged(normal, _places(layout)):
            start, end, written = normal.cut(match.start, match.end)
            name = Name(start=start, end=end, text=written, mention=match.accepted, rule=match.rule)
            found[match.place.number].append(name)
        return found

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
        numbers = self._numbers.find(normal, taken)
        default = _default_unit(numbers)
        words = number_words(self._lexicon)
        found += amounts.amounts(normal, numbers, words, lambda offset: layout.unit_at(offset) or default)
        found += percentages.percentages(normal, numbers, self._rate_units)
        found += counts.counts(normal, numbers)
        found += self._spoken.find(normal)
        if tables:
            sums = [span for span in found if isinstance(span, Amount)]
            found += cells.cells(tables, table_words(self._lexicon), sums, lambda at: layout.unit_at(at) or default)
        return found


def _addresses(text: str) -> list[tuple[int, int]]:
    """Web and mail addresses: what looks like a date or a count in them is none."""
    if "://" not in text and "www." not in text and "@" not in text:
        return []
    found = []
    for match in _ADDRESS.finditer(text):
        start, end = match.span()
        if text[start] == "@":
            before = _BEFORE_AT.search(text, max(0, start - _LONGEST_BEFORE_AT), start)
            start = before.start() if before else start
        found.append((start, end))
    return found


def _default_unit(numbers: Sequence[Number]) -> str:
    """万元, unless the whole document counts in 元."""
    scales = [number.scale for number in numbers if number.kind == "money"]
    return "元" if len(scales) > 2 and not any(scales) else "万元"


def _places(layout: Layout) -> Callable[[int], Place | None]:
    starts = [piece.start for piece in layout.pieces]
    paths = ["\n".join(path) for path in section_paths(layout.sections)]
    made: dict[int, Place] = {}

    last: Place | None = None

    def place_at(offset: int) -> Place | None:
        nonlocal last
        if last is not None and last.start <= offset < last.end:
            return last
        number = bisect_right(starts, offset) - 1
        if number < 0 or layout.pieces[number].end <= offset:
            return None
        last = made.get(number)
        if last is None:
            piece = layout.pieces[number]
            path = "" if piece.section is None else paths[piece.section]
            last = made[number] = Place(piece.start, piece.end, path, piece.muted, number, piece.heading)
        return last

    return place_at


def _order(span: AnySpan) -> int:
    """A key that sorts spans by their start, the longer first: one number, which compares faster than a pair."""
    return (span.start << 32) - span.end


def _by_sentence(layout: Layout, found: list[AnySpan]) -> list[list[AnySpan]]:
    """Spread spans over sentences; of two that overlap the earlier and longer stays."""
    found.sort(key=_order)
    pieces = layout.pieces
    result: list[list[AnySpan]] = [[] for _ in pieces]
    ends = [*(piece.end for piece in pieces), sys.maxsize]
    number, last = 0, -1
    for span in found:
        start, end = span.start, span.end
        if start < last:
            continue
        while ends[number] <= start:
            number += 1
        if number == len(pieces):
            break
        piece = pieces[number]
        if start < piece.start or end > piece.end or piece.contents:
            continue
        last = end
        result[number].append(span)
    return result
