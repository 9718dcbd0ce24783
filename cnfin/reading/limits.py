"""How much of a file is taken in before it is refused."""

from __future__ import annotations

import msgspec

MIB = 1 << 20


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on what reading one file may cost. The defaults are far above any real disclosure.

    Attributes:
        file_bytes: size of the file itself.
        text_chars: code points of the text that comes out of it.
        pages: pages of a PDF.
        seconds: time for one file of a published format, or for LibreOffice to convert one .doc.
        ocr_seconds: time for one file whose characters have to be recognized.
        memory_bytes: address space of the process that reads published formats (not on Windows).
        members: files inside a zip archive (Word and Excel files are such archives).
        expanded_bytes: size of an archive's members together once unpacked.
        ratio: unpacked to packed size of an archive larger than 16 MiB unpacked.
        depth: nesting of elements in HTML and XML.
        cells: table cells of one document.
        isolated: whether published formats are read in a process of their own, without which
            ``seconds`` and ``memory_bytes`` bind nothing but LibreOffice.
    """

    file_bytes: int = 256 * MIB
    text_chars: int = 8 * MIB
    pages: int = 2000
    seconds: float = 120.0
    ocr_seconds: float = 1800.0
    memory_bytes: int = 3072 * MIB
    members: int = 5000
    expanded_bytes: int = 256 * MIB
    ratio: int = 400
    depth: int = 500
    cells: int = 2_000_000
    isolated: bool = True


DEFAULT = Limits()
