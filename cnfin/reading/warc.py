"""Web archives as crawlers write them (WARC, ISO 28500): each page or document in one is a document by itself."""

from __future__ import annotations

import io
import zlib
from typing import Any

from cnfin.reading.file import File, Member

# What a crawler keeps beside the documents of a site.
_NOT_TEXT = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript",
             "application/x-javascript", "application/json", "application/font", "text/xml+rss")  # fmt: skip
_KEPT = frozenset(("response", "resource", "conversion"))


def records(file: File) -> list[Member]:
    """The pages and documents of a web archive, in their order, called by their address.

    Answers other than 200 and what is no text (pictures, styles, scripts) are left out. Of several
    captures of an address the later ones are called ``address (2)`` and so on.

    Raises:
        ReadError: kind ``format`` where it is damaged before the first record, ``empty``, ``limit``, ``extra``.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        raise file.needs("web archives (WARC)", "archives") from None
    members: list[Member] = []
    left = file.limits.expanded_bytes
    seen: dict[str, int] = {}
    count = 0
    try:
        for record in ArchiveIterator(io.BytesIO(file.data)):
            count += 1
            if count > 100 * file.limits.members or len(members) > file.limits.members:
                raise file.error("limit", f"holds more records than the limit of {file.limits.members}")
            if not _is_document(record):
                continue
            data = record.content_stream().read(left + 1)
            left -= len(data)
            if left < 0:
                raise file.error("limit", f"unpacks to more than the limit of {file.limits.expanded_bytes} bytes")
            address = record.rec_headers.get_header("WARC-Target-URI") or f"{file.name}/{count}"
            seen[address] = seen.get(address, 0) + 1
            if data:
                members.append(Member(address + (f" ({seen[address]})" if seen[address] > 1 else ""), data))
    except (ArchiveLoadFailed, ValueError, OSError, EOFError, zlib.error) as error:
        reason = " ".join(str(error).split())[:200]
        if not members:
            raise file.error("format", f"is a damaged web archive: {reason}") from None
        members.append(Member(file.name, kind="format", message=f"is damaged after {count} records: {reason}"))
    if not members:
        raise file.error("empty", "is a web archive without pages")
    return members


def _is_document(record: Any) -> bool:
    if record.rec_type not in _KEPT:
        return False
    headers = record.http_headers
    if headers is not None and headers.get_statuscode() != "200":
        return False
    kind = (headers or record.rec_headers).get_header("Content-Type") or ""
    return not kind.strip().lower().startswith(_NOT_TEXT)
