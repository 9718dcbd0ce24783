"""Zip archives of documents, one level deep."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from cnfin.errors import ReadError
from cnfin.reading.limits import Limits
from cnfin.reading.packages import open_zip, read_member

_SKIPPED = frozenset(("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"))


def members(name: str, data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | ReadError]]:
    """The files in an archive, in the order of their names.

    Yields:
        ``archive/member`` and the member's bytes, or why it cannot be read.

    Raises:
        ReadError: the archive itself is damaged, empty or larger than the limits.
    """
    with open_zip(name, data, limits) as archive:
        files = sorted((_name(item), item.filename) for item in archive.infolist() if _is_document(item))
        if not files:
            raise ReadError(name, "empty", "is an archive without files")
        left = limits.expanded_bytes
        for shown, stored in files:
            inner = f"{name}/{shown}"
            try:
                content = read_member(inner, archive, stored, limits)
            except ReadError as error:
                yield inner, error
                continue
            left -= len(content)
            if left < 0:
                raise ReadError(name, "limit", f"unpacks to more than the limit of {limits.expanded_bytes} bytes")
            yield inner, content


def _is_document(item: zipfile.ZipInfo) -> bool:
    return not item.is_dir() and _SKIPPED.isdisjoint(PurePosixPath(item.filename).parts)


def _name(item: zipfile.ZipInfo) -> str:
    """The member's name; programs of Chinese Windows write it in GBK without saying so."""
    if item.flag_bits & 0x800:
        return item.filename
    try:
        raw = item.filename.encode("cp437")
    except UnicodeEncodeError:
        return item.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return item.filename
