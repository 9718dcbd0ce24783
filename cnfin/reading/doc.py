"""Files that LibreOffice turns into .docx first: .doc of Word 97 to 2003 and WPS, .rtf, .odt, Word 2003 XML."""

from __future__ import annotations

from msgspec.structs import replace

from cnfin.document import Source
from cnfin.reading.file import File
from cnfin.reading.formats import parse
from cnfin.reading.office import convert


def read_doc(file: File) -> Source:
    """Read a file through LibreOffice.

    Raises:
        ReadError: kind ``extra`` where LibreOffice is not installed, ``limit`` where it takes longer
            than ``limits.seconds``, ``format`` where it makes nothing of the file.
    """
    docx = replace(file, form="docx", data=to_docx(file))
    if file.limits.isolated:
        from cnfin.reading.isolation import parse_apart

        found = parse_apart(docx)
    else:
        found = parse(docx)
    assert isinstance(found, Source)
    return found


def to_docx(file: File) -> bytes:
    """``file`` as .docx. Raises as :func:`read_doc`."""
    suffix = ".rtf" if file.data.startswith(b"{\\rtf") else ".doc"
    return convert(file, suffix, "docx:MS Word 2007 XML", ".docx")
