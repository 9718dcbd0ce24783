"""Text as a reader sees it, and what was found there moved back into the text as it was read.

A line break inside a sentence cuts names, figures and cue words alike, and so does a character that
nobody sees. So where a text is wrapped (:mod:`cnfin.reading.wraps`) or has odd characters
(:mod:`cnfin.reading.characters`), every stage works on the text without them, and offsets are put
back at the end: a document's offsets always count in the text as it was read.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from cnfin.document import AnySpan, Cell, Document, Explanation, Fact, Finding, Name, Section, Sentence, Source, Table
from cnfin.reading.characters import invisible_runs, is_plain, plain
from cnfin.reading.edges import edge_tabs
from cnfin.reading.wraps import soft_breaks

_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
_ZEROS = "〇○零0OoＯ"
_DIGITS = f"{_ZEROS}一二三四五六七八九"
_CHINESE_YEAR = re.compile(rf"(?<![{_DIGITS}十百千万\d])(?:一九|二[{_ZEROS}])[{_DIGITS}]{{2}}(?=年)")
# The same from its end, where 年 is found faster than a numeral.
_CHINESE_YEAR_ENDS = re.compile(rf"年(?<=[一二][九{_ZEROS}][{_DIGITS}]{{2}}年)")
_FIGURES = str.maketrans(_DIGITS, "0" * len(_ZEROS) + "123456789")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_Placed = TypeVar("_Placed", Section, Fact, Cell)
_Written = TypeVar("_Written", bound=AnySpan | Name)


class Joined(msgspec.Struct, frozen=True, gc=False):
    """A text without its soft line breaks and invisible characters.

    Attributes:
        source: the text as it was read.
        text: the same without the breaks and the blanks around them, its characters as they look.
        offsets: for each code point of :attr:`text`, and one past the last, its offset in :attr:`source`.
    """

    source: str
    text: str
    offsets: Sequence[int]

    def read(self, source: Source) -> Source:
        """``source`` with this text, its pages and tables moved along."""
        return msgspec.structs.replace(
            source,
            text=self.text,
            pages=tuple(self._inward(page) for page in source.pages),
            tables=tuple(
                _moved_table(table, source.text, self.text, self._inward, self._inward) for table in source.tables
            ),
        )

    def whole(self, document: Document) -> Document:
        """A document of the text as it was read, as one of the joined text."""
        return _moved(document, self.text, self._inward, self._inward)

    def put_back(self, document: Document) -> Document:
        """A document of the joined text, as one of the text as it was read."""
        return _moved(document, self.source, self.offsets.__getitem__, self._end)

    def explained(self, found: list[list[tuple[Fact, Explanation]]]) -> list[list[tuple[Fact, Explanation]]]:
        """Facts of the joined text with their reasons, as those of the text as it was read."""
        start, end = self.offsets.__getitem__, self._end

        def moved(fact: Fact, why: Explanation) -> tuple[Fact, Explanation]:
            spans = tuple((start(first), end(last)) for first, last in why.spans)
            return _place(fact, start, end), Explanation(rule=why.rule, spans=spans)

        return [[moved(fact, why) for fact, why in facts] for facts in found]

    def named(self, found: list[list[Name]]) -> list[list[Name]]:
        """Names in the joined text, as those in the text as it was read."""
        return [
            [_moved_span(name, self.source, self.offsets.__getitem__, self._end) for name in names] for names in found
        ]

    def finding(self, finding: Finding) -> Finding:
        """A finding in the joined text, as one in the text as it was read."""
        start, end = self.offsets.__getitem__, self._end
        evidence = tuple((start(first), end(last)) for first, last in finding.evidence)
        return msgspec.structs.replace(finding, start=start(finding.start), end=end(finding.end), evidence=evidence)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of the joined text, as one of the text as it was read."""
        return self.offsets[start], self._end(end)

    def _inward(self, offset: int) -> int:
        return bisect_left(self.offsets, offset)

    def _end(self, offset: int) -> int:
        return self.offsets[offset - 1] + 1 if offset else 0


def join(source: str) -> Joined | None:
    """``source`` in whole lines of one kind of line end, its characters as they look; None where it is so already."""
    text = _in_figures(_uniform(source))
    offsets: Sequence[int] = range(len(text) + 1)
    if not is_plain(text):
        text, offsets = _without(plain(text), invisible_runs(text), offsets)
    tabs = list(edge_tabs(text))
    if tabs:
        text, offsets = _without(text, tabs, offsets)
    breaks = soft_breaks(text)
    if breaks:
        text, offsets = _without(text, _with_blanks(text, breaks), offsets)
    return None if text is source else Joined(source, text, offsets)


def _without(text: str, runs: Iterable[tuple[int, int]], before: Sequence[int]) -> tuple[str, array[int]]:
    """``text`` less the ``runs`` of it, and what is left of the offsets of its characters and its end."""
    parts: list[str] = []
    kept = array("I")
    place = 0
    for start, stop in runs:
        parts.append(text[place:start])
        kept.extend(before[place:start])
        place = stop
    parts.append(text[place:])
    kept.extend(before[place:])
    return "".join(parts), kept


def _with_blanks(text: str, breaks: list[int]) -> Iterator[tuple[int, int]]:
    """The line ``breaks`` with the blanks around them."""
    place = 0
    for start in breaks:
        if start < place:
            continue  # the second half of \r\n
        first = start
        while first > place and text[first - 1] in " \t":
            first -= 1
        place = start
        while place < len(text) and text[place] in "\r\n \t\u3000":
            place += 1
        yield first, place


def _uniform(text: str) -> str:
    """``text`` with a line feed for every other line end but ``\r\n``, character for character."""
    for end in _LINE_ENDS:
        if end in text:
            text = text.replace(end, "\n")
    return _LONE_RETURN.sub("\n", text) if text.count("\r") != text.count("\r\n") else text


def _in_figures(text: str) -> str:
    """``text`` with its years in Chinese digits (二〇二二年) in figures, character for character."""
    if not _CHINESE_YEAR_ENDS.search(text):
        return text
    return _CHINESE_YEAR.sub(lambda match: match[0].translate(_FIGURES), text)


_Move = Callable[[int], int]


def _moved(document: Document, text: str, start: _Move, end: _Move) -> Document:
    return Document(
        name=document.name,
        text=text,
        identity=document.identity,
        sections=tuple(_place(section, start, end) for section in document.sections),
        sentences=tuple(_moved_sentence(sentence, text, start, end) for sentence in document.sentences),
        tables=tuple(_moved_table(table, document.text, text, start, end) for table in document.tables),
        recognized=document.recognized,
    )


def _moved_sentence(sentence: Sentence, text: str, start: _Move, end: _Move) -> Sentence:
    return msgspec.structs.replace(
        sentence,
        start=start(sentence.start),
        end=end(sentence.end),
        spans=tuple(_moved_span(span, text, start, end) for span in sentence.spans),
        facts=tuple(_place(fact, start, end) for fact in sentence.facts),
    )


def _moved_span(span: _Written, text: str, start: _Move, end: _Move) -> _Written:
    first, last = start(span.start), end(span.end)
    return msgspec.structs.replace(span, start=first, end=last, text=text[first:last])


def _moved_table(table: Table, before: str, text: str, start: _Move, end: _Move) -> Table:
    rows = tuple(tuple(_moved_cell(cell, before, text, start, end) for cell in row) for row in table.rows)
    return msgspec.structs.replace(table, rows=rows)


def _moved_cell(cell: Cell, before: str, text: str, start: _Move, end: _Move) -> Cell:
    moved = _place(cell, start, end)
    if before[cell.start : cell.end] != cell.text:
        return moved  # a cell that says more than the text: a merged one, or one tidied when it was read
    return msgspec.structs.replace(moved, text=text[moved.start : moved.end])


def _place(placed: _Placed, start: _Move, end: _Move) -> _Placed:
    first = start(placed.start)
    return msgspec.structs.replace(placed, start=first, end=max(first, end(placed.end)))
