"""What can go wrong, in a form that a command line and a library caller can both use."""

from __future__ import annotations

from typing import Literal

ErrorKind = Literal[
    "encoding", "empty", "binary", "unreadable", "missing", "scanned", "encrypted", "limit", "format", "extra",
    "passed",
]  # fmt: skip


class CnfinError(Exception):
    """Base of every error that cnfin raises on purpose."""


class UsageError(CnfinError):
    """What was asked for does not go with what is there: nothing was done."""


class ReadError(CnfinError):
    """A document that cannot be read.

    Attributes:
        name: the file as the caller named it, ``-`` for standard input.
        kind: why, in one word: ``encoding`` (cannot be decoded), ``empty``, ``binary`` (no text),
            ``unreadable`` (no permission, a folder, a device error), ``missing`` (not there, or gone
            since the folder was listed), ``scanned`` (pictures of text), ``encrypted``, ``limit``
            (larger than the limits allow), ``format`` (damaged, or a format that is not read),
            ``extra`` (the library for the format is not installed), ``passed`` (no failure: a file in a
            folder that by its content is no document).
        message: the reason in one line, without the name.
    """

    def __init__(self, name: str, kind: ErrorKind, message: str) -> None:
        super().__init__(name, kind, message)
        self.name = name
        self.kind: ErrorKind = kind
        self.message = message

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


class MissingExtra(UsageError):
    """An optional library that an option needs is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(what, extra)
        self.what, self.extra = what, extra

    def __str__(self) -> str:
        return f"{self.what} needs another library: pip install 'cnfin[{self.extra}]'"
