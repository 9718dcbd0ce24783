"""From a file to a :class:`~cnfin.document.Source`: its text, pages and tables.

What a file is, its content says, not its name. Nothing is ever fetched from anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.limits import DEFAULT, Limits
from cnfin.reading.sniff import format_of
from cnfin.reading.text import decode, read_text

__all__ = ["Limits", "decode", "read", "read_all", "read_all_bytes", "read_bytes"]


def read(path: str | os.PathLike[str], *, encoding: str | None = None, limits: Limits | None = None) -> Source:
    """Read one file.

    Args:
        path: the file.
        encoding: the encoding of text and web pages, where it should not be found out.
        limits: bounds on size and time; see :class:`Limits`.

    Returns:
        The text that all offsets count in, with the pages and tables its format marks.

    Raises:
        ReadError: the file is missing, unreadable, empty, binary, damaged, encrypted, scanned,
            too large, or of a format that cannot be read here.
    """
    name = os.fspath(path)
    bounds = limits or DEFAULT
    return read_bytes(_contents(name, bounds), name, encoding=encoding, limits=bounds)


def read_bytes(data: bytes, name: str = "-", *, encoding: str | None = None, limits: Limits | None = None) -> Source:
    """Read a file whose content is already at hand. See :func:`read`."""
    bounds = limits or DEFAULT
    form, what = format_of(data, name)
    if form == "zip":
        return _only(name, list(_members(name, data, encoding, bounds)))
    return _document(name, form, what, data, encoding, bounds)


def read_all(
    path: str | os.PathLike[str], *, encoding: str | None = None, limits: Limits | None = None
) -> Iterator[Source | ReadError]:
    """Read one file, which may be a zip archive of documents.

    Yields:
        The document, or each document of an archive in the order of their names, called
        ``archive/member``; in place of one that cannot be read, its error.
    """
    name = os.fspath(path)
    try:
        data = _contents(name, limits or DEFAULT)
    except ReadError as error:
        yield error
        return
    yield from read_all_bytes(data, name, encoding=encoding, limits=limits)


def read_all_bytes(
    data: bytes, name: str = "-", *, encoding: str | None = None, limits: Limits | None = None
) -> Iterator[Source | ReadError]:
    """Read a file whose content is already at hand. See :func:`read_all`."""
    bounds = limits or DEFAULT
    form, what = format_of(data, name)
    try:
        if form == "zip":
            yield from _members(name, data, encoding, bounds)
        else:
            yield _document(name, form, what, data, encoding, bounds)
    except ReadError as error:
        yield error


def _document(name: str, form: str, what: str, data: bytes, encoding: str | None, limits: Limits) -> Source:
    if what == "encrypted":
        raise ReadError(name, "encrypted", "is encrypted; save it without a password")
    if form == "unsupported":
        raise ReadError(name, "format", f"is {what}")
    if form == "text":
        return read_text(name, data, encoding, limits)
    if form == "doc":
        from cnfin.reading.doc import to_docx

        form, data = "docx", to_docx(name, data, limits)
    if limits.isolated:
        from cnfin.reading.isolation import read_isolated

        return read_isolated(name, form, data, encoding, limits)
    from cnfin.reading.formats import parse

    return parse(name, form, data, encoding, limits)


def _members(name: str, data: bytes, encoding: str | None, limits: Limits) -> Iterator[Source | ReadError]:
    from cnfin.reading.archive import members

    for inner, content in members(name, data, limits):
        if isinstance(content, ReadError):
            yield content
            continue
        form, what = format_of(content, inner)
        try:
            if form == "zip":
                raise ReadError(inner, "format", "is an archive inside an archive; unpack it first")
            yield _document(inner, form, what, content, encoding, limits)
        except ReadError as error:
            yield error


def _only(name: str, found: list[Source | ReadError]) -> Source:
    """The one document of an archive."""
    if len(found) > 1:
        raise ReadError(name, "format", f"is an archive of {len(found)} documents; use read_all")
    if isinstance(found[0], ReadError):
        raise found[0]
    return found[0]


def _contents(name: str, limits: Limits) -> bytes:
    try:
        with Path(name).open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except FileNotFoundError:
        raise ReadError(name, "missing", "no such file") from None
    except IsADirectoryError:
        raise ReadError(name, "unreadable", "is a folder") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(name, "unreadable", f"cannot be read: {reason}") from None
    if len(data) > limits.file_bytes:
        raise ReadError(name, "limit", f"is larger than the limit of {limits.file_bytes} bytes")
    return data
