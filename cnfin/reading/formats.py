"""One function for every published format: bytes of a known format → a source."""

from __future__ import annotations

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.limits import Limits


def parse(name: str, form: str, data: bytes, encoding: str | None, limits: Limits) -> Source:
    """Read ``data`` as the format ``form``, one of :data:`cnfin.reading.sniff.Format`.

    Raises:
        ReadError: as the reader of the format does; whatever else a parser raises over a damaged
            file becomes one of kind ``format``.
    """
    try:
        return _parse(name, form, data, encoding, limits)
    except (ReadError, MemoryError):
        raise
    except RecursionError:
        raise ReadError(name, "limit", "has parts nested too deeply") from None
    except Exception as error:
        reason = " ".join(f"{type(error).__name__} {error}".split())[:200]
        raise ReadError(name, "format", f"is damaged: {reason}") from None


def _parse(name: str, form: str, data: bytes, encoding: str | None, limits: Limits) -> Source:
    # Each reader, and its library, is imported when the first file of its format comes.
    if form == "pdf":
        from cnfin.reading.pdf import read_pdf

        return read_pdf(name, data, limits)
    if form == "docx":
        from cnfin.reading.docx import read_docx

        return read_docx(name, data, limits)
    if form == "html":
        from cnfin.reading.html import read_html

        return read_html(name, data, encoding, limits)
    from cnfin.reading import sheets

    if form == "csv":
        return sheets.read_csv(name, data, encoding, limits)
    return {"xlsx": sheets.read_xlsx, "xls": sheets.read_xls, "ods": sheets.read_ods}[form](name, data, limits)
