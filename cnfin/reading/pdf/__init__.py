"""PDF files with a text layer, through pdfium (pypdfium2).

pdfium gives glyphs and drawn lines with their places; everything that makes them a text again is
here: lines, ruled tables (also over several pages), running heads, paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.builder import Builder
from cnfin.reading.file import File, Ocr
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
        if len(document) > file.limits.pages:
            raise file.error("limit", f"has {len(document)} pages, more than the limit of {file.limits.pages}")
        pages, notes = _pages(file, document)
    finally:
        document.close()
    return replace(read_pages(file, pages), notes=notes)


def read_pages(file: File, pages: Iterable[tuple[int, Page]]) -> Source:
    """A document of the marks on its pages, which stand by their numbers from 1.

    Raises:
        ReadError: kind ``empty`` or ``limit``.
    """
    marks = list(pages)
    sheets = [_sheet(number, page) for number, page in marks]
    builder = Builder(file)
    if sheets:
        Flow(builder, without_running_heads(sheets)).write()
    return replace(builder.source(), recognized=any(page.recognized for _, page in marks))


def _refusal(file: File, error: Exception) -> ReadError:
    message = str(error)
    if "assword" in message or "ecurity" in message:
        return file.error("encrypted", "is encrypted; save it without a password")
    return file.error("format", f"is a damaged PDF: {message}")


def _pages(file: File, document: pypdfium2.PdfDocument) -> tuple[list[tuple[int, Page]], tuple[str, ...]]:
    """The marks on every page, and what was left out.

    Raises:
        ReadError: kind ``scanned``, ``limit``, or ``format`` where no page can be loaded.
    """
    import pypdfium2

    pages: list[tuple[int, Page]] = []
    unread: list[int] = []
    damaged: list[int] = []
    glyphs = 0
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            damaged.append(number)
            continue
        try:
            marks = load(page, file.limits.text_chars - glyphs + 1)
            if _is_picture(marks, file.how.ocr):
                seen = _recognized(file, page)
                if seen is None and len(marks.glyphs) < _FEWEST_PER_PAGE:
                    unread.append(number)
                marks = seen or marks
        finally:
            page.close()
        glyphs += len(marks.glyphs)
        if glyphs > file.limits.text_chars:
            raise file.error("limit", f"has more text than the limit of {file.limits.text_chars} characters")
        pages.append((number, marks))
    if damaged and not pages:
        raise file.error("format", "is a damaged PDF: no page can be loaded")
    if not glyphs or (unread and glyphs < _FEWEST_PER_PAGE * len(pages)):
        raise file.error("scanned", f"is a scan without a text layer; {_advice(file)}")
    notes = [f"no text on {_numbers(unread)}: pictures; {_advice(file)}"] if unread else []
    notes += [f"{_numbers(damaged)} cannot be loaded"] if damaged else []
    return pages, tuple(notes)


def _is_picture(page: Page, ocr: Ocr) -> bool:
    """Whether the characters of a page are to be recognized."""
    return page.pictures and (ocr == "always" or len(page.glyphs) < _FEWEST_PER_PAGE)


def _recognized(file: File, page: pypdfium2.PdfPage) -> Page | None:
    """The marks in the picture that a page is; None where characters are not recognized."""
    from cnfin.reading import ocr
    from cnfin.reading.isolation import deadline

    if file.how.ocr == "never" or not ocr.is_installed():
        return None
    deadline(file.limits.ocr_seconds)
    width, height = page.get_size()
    scale = min(ocr.DPI / 72, (ocr.MOST_PIXELS / max(width * height, 1)) ** 0.5)
    return ocr.recognized(page.render(scale=scale, grayscale=False).to_numpy(), width, height)


def _advice(file: File) -> str:
    if file.how.ocr == "never":
        return "character recognition is switched off (--ocr never)"
    return "pip install 'cnfin[ocr]' recognizes the characters"


def _numbers(pages: list[int]) -> str:
    """Pages as people list them: page 3; pages 1, 5–7."""
    parts: list[str] = []
    for number in pages:
        if parts and number == int(parts[-1].rpartition("–")[2]) + 1:
            parts[-1] = f"{parts[-1].partition('–')[0]}–{number}"
        else:
            parts.append(str(number))
    return f"page{'s' * (len(pages) > 1)} {', '.join(parts)}"


def _sheet(number: int, page: Page) -> Sheet:
    tables, rest = ruled_tables(page)
    items: list[Item] = [*(line for line in lines_of(rest) if line.text), *tables]
    items.sort(key=lambda item: item.middle if isinstance(item, Line) else item.top)
    return Sheet(number, page.width, page.height, items)
