"""From a file to a :class:`~cnfin.document.Source`: its text, pages and tables.

What a file is, its content says, not its name. Nothing is ever fetched from anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from msgspec.structs import replace

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.file import File, How, Member, Ocr
from cnfin.reading.formats import READERS, parse
from cnfin.reading.limits import DEFAULT, Limits
from cnfin.reading.sniff import format_of
from cnfin.reading.text import decode

__all__ = ["How", "Limits", "decode", "read", "read_all", "read_all_bytes", "read_bytes"]


def read(
    path: str | os.PathLike[str],
    *,
    encoding: str | None = None,
    ocr: Ocr = "auto",
    limits: Limits | None = None,
) -> Source:
    """Read one file.

    Args:
        path: the file.
        encoding: the encoding of text and web pages, where it should not be found out.
        ocr: whether pictures of text are recognized; see :class:`How`.
        limits: bounds on size and time; see :class:`Limits`.

    Returns:
        The text that all offsets count in, with the pages and tables its format marks.

    Raises:
        ReadError: the file is missing, unreadable, empty, binary, damaged, encrypted, scanned,
            too large, or of a format that cannot be read here.
    """
    name = os.fspath(path)
    bounds = limits or DEFAULT
    return read_bytes(_contents(name, bounds), name, encoding=encoding, ocr=ocr, limits=bounds)


def read_bytes(
    data: bytes,
    name: str = "-",
    *,
    encoding: str | None = None,
    ocr: Ocr = "auto",
    limits: Limits | None = None,
) -> Source:
    """Read a file whose content is already at hand. See :func:`read`."""
    found = list(_documents(File(name, data, "", How(encoding, ocr), limits or DEFAULT)))
    if len(found) > 1:
        raise ReadError(name, "format", f"is an archive of {len(found)} documents: cnfin.reading.read_all reads it")
    if isinstance(found[0], ReadError):
        raise found[0]
    return found[0]


def read_all(
    path: str | os.PathLike[str], *, encoding: str | None = None, ocr: Ocr = "auto", limits: Limits | None = None
) -> Iterator[Source | ReadError]:
    """Read one file, which may be an archive of documents.

    Yields:
        The document, or each document of an archive in the order of their names, called
        ``archive/member`` (those of a web archive by their address); in place of one that cannot be
        read, its error.
    """
    name = os.fspath(path)
    try:
        data = _contents(name, limits or DEFAULT)
    except ReadError as error:
        yield error
        return
    yield from read_all_bytes(data, name, encoding=encoding, ocr=ocr, limits=limits)


def read_all_bytes(
    data: bytes, name: str = "-", *, encoding: str | None = None, ocr: Ocr = "auto", limits: Limits | None = None
) -> Iterator[Source | ReadError]:
    """Read a file whose content is already at hand. See :func:`read_all`."""
    try:
        yield from _documents(File(name, data, "", How(encoding, ocr), limits or DEFAULT))
    except ReadError as error:
        yield error


def contents(stream: IO[bytes], name: str, limits: Limits = DEFAULT) -> bytes:
    """All of a stream.

    Raises:
        ReadError: kind ``limit`` where it is longer than a file may be, ``unreadable``.
    """
    try:
        data = stream.read(limits.file_bytes + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None
    if len(data) > limits.file_bytes:
        raise ReadError(name, "limit", f"is larger than the limit of {limits.file_bytes} bytes")
    return data


def _documents(file: File) -> Iterator[Source | ReadError]:
    """The document, or those of an archive."""
    found = _parsed(file)
    if isinstance(found, Source):
        yield found
        return
    for member in found:
        if member.kind is not None:
            yield ReadError(member.name, member.kind, member.message)
            continue
        try:
            inner = _parsed(replace(file, name=member.name, data=member.data))
            if not isinstance(inner, Source):
                raise ReadError(member.name, "format", "is an archive inside an archive; unpack it first")
            yield inner
        except ReadError as error:
            yield error


def _parsed(file: File) -> Source | list[Member]:
    form, what = format_of(file.data, file.name)
    if what == "encrypted":
        raise file.error("encrypted", "is encrypted; save it without a password")
    if form not in READERS:
        raise file.error("format", f"is {what}")
    file = replace(file, form=form)
    if READERS[form].apart and file.limits.isolated:
        from cnfin.reading.isolation import parse_apart

        return parse_apart(file)
    return parse(file)


def _contents(name: str, limits: Limits) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return contents(file, name, limits)
    except FileNotFoundError:
        raise ReadError(name, "missing", "no such file") from None
    except IsADirectoryError:
        raise ReadError(name, "unreadable", "is a folder") from None
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: Exception) -> ReadError:
    return ReadError(name, "unreadable", f"cannot be read: {getattr(error, 'strerror', None) or error}")
