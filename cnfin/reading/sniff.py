"""What kind of file some bytes are, by the bytes."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

Format = Literal["text", "csv", "html", "pdf", "docx", "doc", "xlsx", "xls", "ods", "zip", "unsupported"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|center|font)\b",
    re.IGNORECASE | re.DOTALL,
)
_UNSUPPORTED = (
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"\x1f\x8b", "a gzip file; unpack it first"),
    (b"BZh", "a bzip2 file; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz file; unpack it first"),
    (b"\xff\xd8\xff", "a picture, not text"),
    (b"\x89PNG\r\n", "a picture, not text"),
    (b"GIF8", "a picture, not text"),
    (b"II*\x00", "a picture, not text"),
    (b"MM\x00*", "a picture, not text"),
    (b"MIME-Version:", "a web archive (MHTML); save the page as HTML"),
)
_STREAMS: tuple[tuple[str, tuple[Format, str]], ...] = (
    ("EncryptedPackage", ("unsupported", "encrypted")),
    ("WordDocument", ("doc", "")),
    ("Workbook", ("xls", "")),
    ("Book", ("xls", "")),
)


def format_of(data: bytes, name: str) -> tuple[Format, str]:
    """The format of ``data``.

    Args:
        data: the whole file.
        name: its name, which decides only between plain text and comma separated values: any of
            these is the other too.

    Returns:
        The format, and for an unsupported one what it is.
    """
    if b"%PDF-" in data[:1024] and (data.lstrip()[:5] == b"%PDF-" or b"endobj" in data):
        return "pdf", ""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(data)
    if data.startswith(_OLE):
        return _ole_format(data)
    if data.startswith(b"{\\rtf"):
        return "doc", ""
    for magic, what in _UNSUPPORTED:
        if data.startswith(magic):
            return "unsupported", what
    head = data[:8192].removeprefix(b"\xef\xbb\xbf")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\0", b"")[2:]
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "unsupported", "an Excel 2003 XML sheet; save it as .xlsx"
    if _HTML.match(head):
        return "html", ""
    if name.lower().endswith((".csv", ".tsv")):
        return "csv", ""
    return "text", ""


def _zip_format(data: bytes) -> tuple[Format, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            kind = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except Exception:  # whatever is wrong with it, opening it as an archive will say
        return "zip", ""
    if b"opendocument.spreadsheet" in kind:
        return "ods", ""
    if b"opendocument.text" in kind:
        return "doc", ""
    if kind.startswith(b"application/"):
        return "unsupported", f"of the format {kind[:100].decode('ascii', 'replace').strip()}"
    if "OFD.xml" in names:
        return "unsupported", "an OFD file; save it as PDF"
    if "[Content_Types].xml" in names:
        for name in names:
            if name.startswith("word/"):
                return "docx", ""
            if name == "xl/workbook.bin":
                return "unsupported", "a binary workbook (.xlsb); save it as .xlsx"
            if name.startswith("xl/"):
                return "xlsx", ""
        return "unsupported", "an Office file that is neither a document nor a workbook"
    return "zip", ""


def _ole_format(data: bytes) -> tuple[Format, str]:
    """The kind of an OLE file, by the names in its directory."""
    for stream, found in _STREAMS:
        # A directory entry: the name in UTF-16, padded with zeros to 64 bytes, then its length.
        entry = stream.encode("utf-16-le")
        if entry.ljust(64, b"\0") + (len(entry) + 2).to_bytes(2, "little") in data:
            return found
    return "unsupported", "an OLE file that is neither a document nor a workbook"
