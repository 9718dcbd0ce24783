"""PDF files, through pdfium (pypdfium2).

pdfium gives glyphs and drawn lines with their places; everything that makes them a text again is
here: lines, ruled tables (also over several pages), running heads, paragraphs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.file import File

if TYPE_CHECKING:
    import pypdfium2


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
    from cnfin.reading.pages import Pages
    from cnfin.reading.pdf.fonts import install
    from cnfin.reading.pdf.page import load

    install()
    try:
        document = pypdfium2.PdfDocument(file.data)
    except pypdfium2.PdfiumError as error:
        raise _refusal(file, error) from None
    try:
        if len(document) > file.limits.pages:
            raise file.error("limit", f"has {len(document)} pages, more than the limit of {file.limits.pages}")
        pages = Pages(file)
        for number in range(1, len(document) + 1):
            try:
                page = document[number - 1]
            except pypdfium2.PdfiumError:
                pages.damaged(number)
                continue
            try:
                pages.add(number, load(page, pages.room), lambda page=page: _drawn(page))  # type: ignore[misc]
            finally:
                page.close()
    finally:
        document.close()
    return pages.source()


def _refusal(file: File, error: Exception) -> ReadError:
    message = str(error)
    if "assword" in message or "ecurity" in message:
        return file.error("encrypted", "is encrypted; save it without a password")
    return file.error("format", f"is a damaged PDF: {message}")


def _drawn(page: pypdfium2.PdfPage) -> Any:
    """A page as a picture that characters can be recognized in."""
    from cnfin.reading.ocr import DPI, MOST_PIXELS

    width, height = page.get_size()
    scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    return page.render(scale=scale).to_numpy()
