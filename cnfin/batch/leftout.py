"""What a run left out: files, pages, tables, sums and documents that gave less than they hold (``--report``)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Literal, get_args

import msgspec

from cnfin.document import Amount, Document, Source

What = Literal["passed", "failed", "page", "table", "sum", "identity"]
WHAT: tuple[What, ...] = get_args(What)
_IDENTITY = ("unit", "year", "kind")


class LeftOut(msgspec.Struct, frozen=True):
    """A thing that was left out.

    Attributes:
        doc: the document's name, as in its records.
        what: ``passed``: a file that is no document; ``failed``: a file that cannot be read; ``page``: a page without
            text; ``table``: a table without facts; ``sum``: a 金额 that made no fact; ``identity``: a document
            without unit, year or kind.
        start, end: code point offsets into the document's text; None where it is no stretch of it.
        page: page from 1, where the source has pages.
        text: the sum as written, the table's title, the reason, or which parts of the identity are missing.
    """

    doc: str
    what: What
    start: int | None
    end: int | None
    page: int | None
    text: str


def left_out(source: Source, document: Document) -> tuple[LeftOut, ...]:
    """What of a document gave no fact, in the order of :data:`WHAT`; sums and tables in reading order.

    Args:
        source: what was read.
        document: the same, tagged, with its facts.
    """
    return (*_pages(source), *_tables(source, document), *_sums(source, document), *_identity(document))


def _pages(source: Source) -> Iterator[LeftOut]:
    for page in source.unread:
        yield LeftOut(source.name, "page", None, None, page, "no text")


def _tables(source: Source, document: Document) -> Iterator[LeftOut]:
    stated = sorted(fact.start for fact in document.facts)
    for table in document.tables:
        cells = [cell for row in table.rows for cell in row]
        if cells and all(bisect_left(stated, cell.start) == bisect_left(stated, cell.end) for cell in cells):
            start, end = min(cell.start for cell in cells), max(cell.end for cell in cells)
            yield LeftOut(document.name, "table", start, end, _page(source, start), table.title)


def _sums(source: Source, document: Document) -> Iterator[LeftOut]:
    for sentence in document.sentences:
        stated = {fact.start for fact in sentence.facts}
        for span in sentence.spans:
            if isinstance(span, Amount) and span.start not in stated:
                page = _page(source, span.start)
                yield LeftOut(document.name, "sum", span.start, span.end, page, span.text)


def _identity(document: Document) -> Iterator[LeftOut]:
    missing = [part for part in _IDENTITY if getattr(document.identity, part) is None]
    if missing:
        yield LeftOut(document.name, "identity", None, None, None, f"no {', no '.join(missing)}")


def _page(source: Source, offset: int) -> int | None:
    return bisect_right(source.pages, offset) or 1 if source.pages else None
