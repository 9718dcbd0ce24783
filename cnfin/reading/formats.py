"""The formats: for each its reader, and one door to all of them.

A format is a row here and a row of :mod:`cnfin.reading.sniff`, which tells it by its content.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.file import File, Member


class Reader(NamedTuple):
    """Where the reader of a format is, and how it is run.

    Attributes:
        module: below ``cnfin.reading``; imported, with its library, when the first file of the format comes.
        function: takes a :class:`~cnfin.reading.file.File` and gives a source, of an archive its members.
        archive: whether it gives members.
        apart: whether it is run in a process that can be stopped; what needs no library and takes
            time with the size of the file is not.
    """

    module: str
    function: str
    archive: bool = False
    apart: bool = True


READERS: dict[str, Reader] = {
    "text": Reader("text", "read_text", apart=False),
    "csv": Reader("sheets", "read_csv"),
    "html": Reader("html", "read_html"),
    "mhtml": Reader("mail", "read_mail"),
    "pdf": Reader("pdf", "read_pdf"),
    "ofd": Reader("ofd", "read_ofd"),
    "picture": Reader("ocr", "read_picture"),
    "docx": Reader("docx", "read_docx"),
    "doc": Reader("doc", "read_doc", apart=False),  # LibreOffice is a process of its own
    "xlsx": Reader("sheets", "read_xlsx"),
    "xls": Reader("sheets", "read_xls"),
    "ods": Reader("ods", "read_ods"),
    "xml": Reader("sheets_xml", "read_sheets_xml"),
    "zip": Reader("archives", "unzip", archive=True),
    "rar": Reader("archives", "unpack", archive=True),
    "7z": Reader("archives", "unpack", archive=True),
    "tar": Reader("archives", "unpack", archive=True),
    "packed": Reader("archives", "unpack_single", archive=True),
    "warc": Reader("warc", "records", archive=True),
}


def reader(form: str) -> Callable[[File], Any]:
    """The function that reads a format."""
    row = READERS[form]
    found: Callable[[File], Any] = getattr(import_module(f"cnfin.reading.{row.module}"), row.function)
    return found


def parse(file: File) -> Source | list[Member]:
    """Read a file by the reader of its format: a document, or the members of an archive.

    Raises:
        ReadError: as the reader of the format does; whatever else a parser raises over a damaged
            file becomes one of kind ``format``.
    """
    try:
        found: Source | list[Member] = reader(file.form)(file)
    except (ReadError, MemoryError):
        raise
    except RecursionError:
        raise file.error("limit", "has parts nested too deeply") from None
    except Exception as error:
        reason = " ".join(f"{type(error).__name__} {error}".split())[:200]
        raise file.error("format", f"is damaged: {reason}") from None
    return found
