"""Pages of marks → a document, with what could not be read of it; pictures of text are recognized on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from cnfin.document import Source
from cnfin.reading.builder import Builder
from cnfin.reading.file import File
from cnfin.reading.pdf.aligned import aligned_tables
from cnfin.reading.pdf.flow import Flow, Item, Sheet, without_running_heads
from cnfin.reading.pdf.grids import ruled_tables
from cnfin.reading.pdf.lines import Line, rows_of
from cnfin.reading.pdf.page import Page

# A page of pictures often carries a few characters of text, a stamp or a number.
_FEWEST_PER_PAGE = 12


class Pages:
    """Takes the pages of a file in their order.

    Args:
        file: what is read.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        self._sheets: list[Sheet] = []
        self._unread: list[int] = []
        self._damaged: list[int] = []
        self._glyphs = 0
        self._seen = False

    @property
    def room(self) -> int:
        """How many characters there may still be, and one more."""
        return self._file.limits.text_chars - self._glyphs + 1

    def damaged(self, number: int) -> None:
        """Page ``number`` (from 1) cannot be loaded."""
        self._damaged.append(number)

    def add(self, number: int, marks: Page, picture: Callable[[], Any]) -> None:
        """Page ``number`` (from 1) has these marks.

        Args:
            number: of the page.
            marks: what of it is text and lines.
            picture: draws it, should its characters have to be recognized; None where it cannot be.

        Raises:
            ReadError: kind ``limit``.
        """
        few = len(marks.glyphs) < _FEWEST_PER_PAGE
        if marks.pictures and (few or self._file.how.ocr == "always"):
            seen = self._recognized(marks, picture)
            if seen is None and few:
                self._unread.append(number)
            self._seen |= seen is not None
            marks = seen or marks
        self._glyphs += len(marks.glyphs)
        if self._glyphs > self._file.limits.text_chars:
            most = self._file.limits.text_chars
            raise self._file.error("limit", f"has more text than the limit of {most} characters")
        tables, rest = ruled_tables(marks)
        aligned, lines = aligned_tables(rows_of(rest), marks.across)
        items: list[Item] = [*(line for line in lines if line.text), *tables, *aligned]
        items.sort(key=lambda item: item.middle if isinstance(item, Line) else item.top)
        self._sheets.append(Sheet(number, marks.width, marks.height, items))

    def source(self) -> Source:
        """The document.

        Raises:
            ReadError: kind ``scanned`` where pages are pictures that are not read, ``format`` where no
                page could be loaded, ``empty`` or ``limit``.
        """
        if self._damaged and not self._sheets:
            raise self._file.error("format", "is damaged: no page can be loaded")
        if self._unread and self._glyphs < _FEWEST_PER_PAGE * len(self._sheets):
            raise self._file.error("scanned", f"is a scan without a text layer; {self._advice()}")
        builder = Builder(self._file)
        if self._sheets:
            Flow(builder, without_running_heads(self._sheets)).write()
        notes = [f"no text on {numbers(self._unread)}: pictures; {self._advice()}"] if self._unread else []
        notes += [f"{numbers(self._damaged)}: cannot be loaded"] if self._damaged else []
        unread = tuple(sorted((*self._unread, *self._damaged)))
        return replace(builder.source(), notes=tuple(notes), recognized=self._seen, unread=unread)

    def _recognized(self, marks: Page, picture: Callable[[], Any]) -> Page | None:
        """The marks in the picture that a page is; None where characters are not recognized."""
        from cnfin.reading import ocr
        from cnfin.reading.isolation import deadline

        if self._file.how.ocr == "never" or not ocr.is_installed():
            return None
        deadline(self._file.limits.ocr_seconds)
        image = picture()
        return None if image is None else ocr.recognized(image, marks.width, marks.height)

    def _advice(self) -> str:
        if self._file.how.ocr == "never":
            return "character recognition is switched off (--ocr never)"
        return "pip install 'cnfin[ocr]' recognizes the characters"


def numbers(pages: list[int]) -> str:
    """Pages as people list them: page 3; pages 1, 5–7."""
    parts: list[str] = []
    for number in pages:
        if parts and number == int(parts[-1].rpartition("–")[2]) + 1:
            parts[-1] = f"{parts[-1].partition('–')[0]}–{number}"
        else:
            parts.append(str(number))
    return f"page{'s' * (len(pages) > 1)} {', '.join(parts)}"
