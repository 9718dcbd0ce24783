"""Several sources that belong together → one: a unit's folder of workbooks with a table each."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from cnfin.document import Cell, Source, Table
from cnfin.errors import ReadError
from cnfin.reading.limits import DEFAULT, Limits


def as_one(sources: Iterable[Source], name: str, limits: Limits = DEFAULT) -> Source:
    """The document that ``sources`` are together: their texts one after the other, each from a line of its own.

    Args:
        sources: in the order in which they are to be read.
        name: what the records call the document.
        limits: bounds on the text's length.

    Returns:
        A source whose pages and cells are moved to their places in the whole text. Where some have pages, what has
        none is one page. ``files`` holds the names of the sources.

    Raises:
        ReadError: kind ``empty`` where there are no sources, ``limit`` where the text becomes too long.
    """
    found = list(sources)
    if not found:
        raise ReadError(name, "empty", "no document in it can be read")
    paged = any(source.pages for source in found)
    texts: list[str] = []
    pages: list[int] = []
    tables: list[Table] = []
    unread: list[int] = []
    start = 0
    for source in found:
        text = source.text if source.text.endswith("\n") else source.text + "\n"
        unread += [len(pages) + page for page in source.unread]
        if paged:
            pages += [start + page for page in source.pages or (0,)]
            # Pages without text at its end, which no offset tells of, count too.
            pages += [start + len(text)] * max(0, max(unread, default=0) - len(pages))
        tables += [_moved(table, start) for table in source.tables]
        texts.append(text)
        start += len(text)
    if start > limits.text_chars:
        raise ReadError(name, "limit", f"has more text than the limit of {limits.text_chars} characters")
    return Source(
        name=name,
        text="".join(texts),
        pages=tuple(pages),
        tables=tuple(tables),
        notes=tuple(f"{source.name}: {note}" for source in found for note in source.notes),
        recognized=any(source.recognized for source in found),
        unread=tuple(unread),
        files=tuple(source.name for source in found),
    )


def _moved(table: Table, by: int) -> Table:
    return replace(table, rows=tuple(tuple(_placed(cell, by) for cell in row) for row in table.rows))


def _placed(cell: Cell, by: int) -> Cell:
    return Cell(start=cell.start + by, end=cell.end + by, text=cell.text)
