"""Writes archives and web archives as other programs make them."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any


def as_rar(files: dict[bytes, bytes]) -> bytes:
    """A RAR archive of version 4 whose files are stored, names as the bytes they are.

    Source: the technical note that RAR 4 came with (technote.txt).
    """

    def block(kind: int, flags: int, body: bytes, more: bytes = b"") -> bytes:
        size = 7 + len(body)
        head = bytes([kind]) + flags.to_bytes(2, "little") + size.to_bytes(2, "little") + body
        return (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little") + head + more

    def file(name: bytes, data: bytes) -> bytes:
        size = len(data).to_bytes(4, "little")
        body = size + size + b"\x02" + zlib.crc32(data).to_bytes(4, "little") + bytes(4) + b"\x14\x30"
        body += len(name).to_bytes(2, "little") + bytes(4) + name
        return block(0x74, 0x8000, body, data)

    marker = b"Rar!\x1a\x07\x00"
    return marker + block(0x73, 0, bytes(6)) + b"".join(file(*one) for one in files.items()) + block(0x7B, 0x4000, b"")


def as_archive(files: dict[str, bytes], form: str, packer: str | None = None) -> bytes:
    """An archive that libarchive writes: ``7zip``, ``ustar``."""
    import libarchive

    sink = io.BytesIO()

    def write(data: Any) -> int:
        return sink.write(data)

    with libarchive.custom_writer(write, form, packer) as archive:
        for name, data in files.items():
            archive.add_file_from_memory(name, len(data), data)
    return sink.getvalue()


def as_mhtml(page: bytes, charset: str = "utf-8") -> bytes:
    """A page as browsers save it, with a picture and a frame beside it."""
    frame = base64.encodebytes(b"<html><body>frame</body></html>").decode()
    return (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://example.org/a.html\r\nSubject: =?utf-8?Q?a?=\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b--"\r\n\r\n'
        "----b--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + frame + "\r\n"
        f"----b--\r\nContent-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(page).decode()
        + "\r\n----b--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
        "----b----\r\n"
    ).encode()


def as_warc(pages: list[tuple[str, str, bytes, int]], *, packed: bool = True) -> bytes:
    """A web archive of answers: address, content type, body and status."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "test"}))
    for address, kind, body, status in pages:
        headers = StatusAndHeaders(f"{status} OK", [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=headers)
        )
    return sink.getvalue()
