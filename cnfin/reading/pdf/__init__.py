"""PDF files with a text layer, through pdfium (pypdfium2).

pdfium gives glyphs and drawn lines with their places; everything that makes them a text again is
here: lines, ruled tables (also over several pages), running heads, paragraphs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.builder import Builder
from cnfin.reading.file import File
from cnfin.reading.pdf.flow import Flow, Item, Sheet, without_running_heads
from cnfin.reading.pdf.fonts import install
from cnfin.reading.pdf.grids import ruled_tables
from cnfin.reading.pdf.lines import Line, lines_of
from cnfin.reading.pdf.page import Page, load

if TYPE_CHECKING:
    import pypdfium2

# A page of pictures often carries a few characters of text, a stamp or a number.
_FEWEST_PER_PAGE = 12


def read_pdf(file: File) -> Source:
    """Read a PDF.

    Returns:
        Text with a line a paragraph, where each page starts in it, and the ruled tables.

    Raises:
        ReadError: kind ``scanned`` where there is no text layer, ``encrypted`` where a password is
            needed, ``format`` where the file is damaged, ``limit`` or ``extra``.
    """
    try:
        import pypdfium2
    except ImportError:
        raise file.needs("PDF files") from None
    install()
    try:
        document = pypdfium2.PdfDocument(file.data)
    except pypdfium2.PdfiumError as error:
        raise _refusal(file, error) from None
    try:
        count = len(document)
        if count > file.limits.pages:
            raise file.error("limit", f"has {count} pages, more than the limit of {file.limits.pages}")
        sheets = _sheets(file, document)
    finally:
        document.close()
    builder = Builder(file)
    if sheets:
        Flow(builder, without_running_heads(sheets)).write()
    return builder.source()


def _refusal(file: File, error: Exception) -> ReadError:
    message = str(error)
    if "assword" in message or "ecurity" in message:
        return file.error("encrypted", "is encrypted; save it without a password")
    return file.error("format", f"is a damaged PDF: {message}")


def _sheets(file: File, document: pypdfium2.PdfDocument) -> list[Sheet]:
    """The lines and tables of every page.

    Raises:
        ReadError: kind ``scanned``, ``limit``, or ``format`` where no page can be loaded.
    """
    import pypdfium2

    sheets: list[Sheet] = []
    glyphs = pictured = damaged = 0
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            damaged += 1
            continue
        try:
            marks = load(page, file.limits.text_chars - glyphs + 1)
        finally:
            page.close()
        glyphs += len(marks.glyphs)
        if glyphs > file.limits.text_chars:
            raise file.error("limit", f"has more text than the limit of {file.limits.text_chars} characters")
        pictured += marks.pictures
        sheets.append(_sheet(number, marks))
    if damaged and not sheets:
        raise file.error("format", "is a damaged PDF: no page can be loaded")
    if not glyphs or (pictured and glyphs < _FEWEST_PER_PAGE * len(sheets)):
        raise file.error("scanned", "is a scan without a text layer; run character recognition on it first")
    return sheets


def _sheet(number: int, page: Page) -> Sheet:
    tables, rest = ruled_tables(page)
    items: list[Item] = [*(line for line in lines_of(rest) if line.text), *tables]
    items.sort(key=lambda item: item.middle if isinstance(item, Line) else item.top)
    return Sheet(number, page.width, page.height, items)
