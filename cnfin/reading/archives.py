"""Archives of documents, one level deep: zip, RAR, 7z, tar and single packed files.

Zip is the standard library's; all others are libarchive's (through libarchive-c), which reads the
RAR of both kinds without another program and is part of every Linux and of macOS.
"""

from __future__ import annotations

import bz2
import gzip
import io
import locale
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

from cnfin.errors import ReadError
from cnfin.reading.file import File, Member
from cnfin.reading.limits import MIB
from cnfin.reading.packages import open_zip, read_member

_SKIPPED = frozenset(("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"))
_PACKERS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open))
# What libarchive calls the formats; it is told which, as it takes a RAR with a zip file in it for that zip file.
_FORMATS = ((b"Rar!\x1a\x07\x01", "rar5"), (b"Rar!", "rar"), (b"7z", "7zip"), (b"", "tar"))
_SUFFIXES = (".gz", ".bz2", ".xz")


def unzip(file: File) -> list[Member]:
    """The files in a zip archive, in the order of their names.

    Raises:
        ReadError: the archive itself is damaged, empty or larger than the limits.
    """
    with open_zip(file) as archive:
        items = [(_zip_name(item), item) for item in archive.infolist() if item.filename and not item.is_dir()]
        return _named(file, ((name, _zip_member(file, archive, item)) for name, item in items))


def unpack(file: File) -> list[Member]:
    """The files in an archive that libarchive reads (RAR, 7z, tar), in the order of their names.

    Raises:
        ReadError: as :func:`unzip`; kind ``extra`` where libarchive is missing.
    """
    try:
        import libarchive
    except ImportError:
        raise file.needs("RAR, 7z and tar archives", "archives") from None
    except (OSError, AttributeError, TypeError):  # which the binding raises where the library is not there
        raise file.error("extra", "needs libarchive on the machine (libarchive13): install it") from None
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")  # by which libarchive writes names
    form = next(form for magic, form in _FORMATS if file.data.startswith(magic))
    try:
        with libarchive.memory_reader(file.data, form, "none") as archive:
            return _named(file, _entries(file, archive))
    except libarchive.ArchiveError as error:
        raise _refusal(file, error) from None


def unpack_single(file: File) -> list[Member]:
    """What is in a packed file (.gz, .bz2, .xz): one document, or a tar archive of several.

    Raises:
        ReadError: as :func:`unzip`.
    """
    opened = next(opener for magic, opener in _PACKERS if file.data.startswith(magic))
    try:
        with opened(io.BytesIO(file.data)) as stream:
            data = _bounded(file, stream)
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error) as error:
        raise file.error("format", f"is a damaged archive: {error}") from None
    if data[257:262] == b"ustar":
        return unpack(File(file.name, data, "tar", file.how, file.limits))
    stem = PurePosixPath(file.name).name
    for suffix in _SUFFIXES:
        stem = stem.removesuffix(suffix)
    return [Member(f"{file.name}/{stem}", data)]


def _named(file: File, found: Iterable[tuple[str, bytes | ReadError]]) -> list[Member]:
    """Members in the order of their names, called ``archive/member``, each by a name of its own."""
    members: list[Member] = []
    seen: Counter[str] = Counter()
    left = file.limits.expanded_bytes
    for name, content in found:
        if not _SKIPPED.isdisjoint(PurePosixPath(name).parts):
            continue
        seen[name] += 1
        called = f"{file.name}/{name}" + (f" ({seen[name]})" if seen[name] > 1 else "")
        if isinstance(content, ReadError):
            members.append(Member(called, b"", content.kind, content.message))
            continue
        members.append(Member(called, content))
        left -= len(content)
        if left < 0:
            raise file.error("limit", f"unpacks to more than the limit of {file.limits.expanded_bytes} bytes")
    if not members:
        raise file.error("empty", "is an archive without files")
    return sorted(members, key=lambda member: member.name)


def _zip_member(file: File, archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> bytes | ReadError:
    try:
        return read_member(file, archive, item)
    except ReadError as error:
        return error


def _zip_name(item: zipfile.ZipInfo) -> str:
    """The member's name; programs of Chinese Windows write it in GBK without saying so."""
    if item.flag_bits & 0x800:
        return item.filename
    try:
        return spelled(item.filename.encode("cp437"))
    except UnicodeEncodeError:
        return item.filename


def spelled(raw: bytes) -> str:
    """A file name: UTF-8, else what programs of Chinese Windows write, GBK; other bytes as ``\\xff``."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "backslashreplace")


def _entries(file: File, archive: Iterable[Any]) -> Iterator[tuple[str, bytes | ReadError]]:
    import libarchive

    count, left = 0, file.limits.expanded_bytes
    for entry in archive:
        count += 1
        if count > file.limits.members:
            raise file.error("limit", f"holds more files than the limit of {file.limits.members}")
        if not entry.isfile:
            continue
        written: str | bytes = entry.pathname or str(count)
        name = written if isinstance(written, str) else spelled(written)
        parts: list[bytes] = []
        try:
            for block in entry.get_blocks():
                parts.append(block)
                left -= len(block)
                if left < 0 or file.limits.expanded_bytes - left > max(16 * MIB, file.limits.ratio * len(file.data)):
                    raise file.error("limit", "unpacks to more than the limits allow")
        except libarchive.ArchiveError as error:
            yield name, _refusal(file, error)
            continue
        yield name, b"".join(parts)


def _refusal(file: File, error: Exception) -> ReadError:
    message = " ".join(str(error).split())
    if "ncrypt" in message or "assphrase" in message or "assword" in message:
        return file.error("encrypted", "is encrypted; save it without a password")
    return file.error("format", f"is a damaged archive: {message[:200]}")


def _bounded(file: File, stream: Any) -> bytes:
    data: bytes = stream.read(file.limits.expanded_bytes + 1)
    if len(data) > file.limits.expanded_bytes:
        raise file.error("limit", f"unpacks to more than the limit of {file.limits.expanded_bytes} bytes")
    return data
