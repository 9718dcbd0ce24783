"""What kind of file some bytes are, by the bytes."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

Format = Literal[
    "text", "csv", "html", "mhtml", "pdf", "ofd", "picture", "docx", "doc", "xlsx", "xls", "ods", "xml",
    "zip", "rar", "7z", "tar", "packed", "warc", "unsupported",
]  # fmt: skip
Found = tuple[Format, str]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 8192
#: How files of a format begin.
_BEGINNINGS: tuple[tuple[bytes, Format], ...] = (
    (b"{\\rtf", "doc"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"WARC/", "warc"),
    (b"BZh", "packed"),
    (b"\xfd7zXZ\x00", "packed"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
)
#: What an XML file says of itself in its first lines.
_VOCABULARIES: tuple[tuple[bytes, Format], ...] = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "xml"),
    (b"schemas.microsoft.com/office/word/2003/wordml", "doc"),
    (b"opendocument:xmlns:office:1.0", "doc"),
)
_ELEMENTS = frozenset(
    b"a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote"
    b" body br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog"
    b" dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6"
    b" head header hgroup hr html i iframe img input ins kbd label legend li link main map mark marquee"
    b" menu meta nav nobr noscript object ol optgroup option p picture pre q s samp script section select"
    b" small span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead"
    b" time title tr tt u ul var video".split()
)
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])")
_DOCTYPE = re.compile(rb"<!doctype\s+html\b", re.IGNORECASE)
_LONGEST_END = 66_000
_MOST_ENTRIES = 100_000
# A page that begins with words has at least so many tags in its first lines.
_FEW_TAGS = 6
_MAIL = re.compile(rb"[A-Za-z][\w-]*:[^\r\n]*\r?\n")
_STREAMS: tuple[tuple[str, Found], ...] = (
    ("EncryptedPackage", ("unsupported", "encrypted")),
    ("WordDocument", ("doc", "")),
    ("Workbook", ("xls", "")),
    ("Book", ("xls", "")),
)


def format_of(data: bytes, name: str) -> Found:
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
    for magic, look in _CONTAINERS:
        if data.startswith(magic):
            return look(data)
    for magic, form in _BEGINNINGS:
        if data.startswith(magic):
            return form, ""
    if data[257:262] == b"ustar":
        return "tar", ""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\0", b"")[2:]
    for mark, form in _VOCABULARIES:
        if mark in head and head.lstrip().startswith(b"<"):
            return form, ""
    if _is_mail(head):
        return "mhtml", ""
    if _is_html(head):
        return "html", ""
    return ("csv" if name.lower().endswith((".csv", ".tsv")) else "text"), ""


def _is_html(head: bytes) -> bool:
    """Whether a page begins here: with an element after comments and declarations, or with words among many."""
    place = 0
    while True:
        place += len(head) - place - len(head[place:].lstrip())
        if head.startswith(b"<!--", place):
            end = head.find(b"-->", place)
        elif head.startswith(b"<?", place):
            end = head.find(b">", place)
        else:
            break
        if end < 0:
            return False
        place = head.index(b">", end) + 1
    first = _TAG.match(head, place)
    if _DOCTYPE.match(head, place) or (first and first[2].lower() in _ELEMENTS):
        return True
    tags = [match for match in _TAG.finditer(head) if match[2].lower() in _ELEMENTS]
    return len(tags) >= _FEW_TAGS and sum(bool(match[1]) for match in tags) * 3 >= len(tags)


def _is_mail(head: bytes) -> bool:
    """Whether the head of a mail, or of a page saved as one, begins here."""
    lines = 0
    found = _MAIL.match(head)
    while found and lines < 100:
        if found[0][:13].lower() == b"mime-version:":
            return b"content-type:" in head.lower()
        place = found.end()
        while head[place : place + 1] in (b" ", b"\t"):  # the line goes on
            place = head.find(b"\n", place) + 1 or len(head)
        found, lines = _MAIL.match(head, place), lines + 1
    return False


def _gzip_format(data: bytes) -> Found:
    with suppress(OSError, EOFError, zlib.error), gzip.open(io.BytesIO(data)) as file:
        if file.read(5) == b"WARC/":
            return "warc", ""
    return "packed", ""


def zip_entries(data: bytes) -> int:
    """How many files a zip archive says it holds, at its end."""
    end = data.rfind(b"PK\x05\x06", -_LONGEST_END)
    count = int.from_bytes(data[end + 10 : end + 12], "little") if end >= 0 else 0
    large = data.rfind(b"PK\x06\x06", -_LONGEST_END) if count == 0xFFFF else -1
    return int.from_bytes(data[large + 32 : large + 40], "little") if large >= 0 else count


def _zip_format(data: bytes) -> Found:
    if zip_entries(data) > _MOST_ENTRIES:
        return "zip", ""
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
        return "ofd", ""
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


def _ole_format(data: bytes) -> Found:
    """The kind of an OLE file, by the names in its directory."""
    for stream, found in _STREAMS:
        # A directory entry: the name in UTF-16, padded with zeros to 64 bytes, then its length.
        entry = stream.encode("utf-16-le")
        if entry.ljust(64, b"\0") + (len(entry) + 2).to_bytes(2, "little") in data:
            return found
    return "unsupported", "an OLE file that is neither a document nor a workbook"


#: Containers of several formats: what begins so is looked into.
_CONTAINERS: tuple[tuple[bytes, Callable[[bytes], Found]], ...] = (
    (b"PK\x03\x04", _zip_format),
    (b"PK\x05\x06", _zip_format),
    (_OLE, _ole_format),
    (b"\x1f\x8b", _gzip_format),
)
