"""A file whose content is at hand, with how it is to be read."""

from __future__ import annotations

from typing import Literal

import msgspec

from cnfin.errors import ErrorKind, ReadError
from cnfin.reading.limits import DEFAULT, Limits

Ocr = Literal["auto", "never", "always"]


class How(msgspec.Struct, frozen=True):
    """How files are to be read, where their content does not decide it.

    Attributes:
        encoding: the encoding of text and web pages; None to find it out.
        ocr: whether pictures of text are recognized: pages without a text layer, where the extra is
            installed (``auto``), no page, or every page with a picture (``always``).
    """

    encoding: str | None = None
    ocr: Ocr = "auto"


class File(msgspec.Struct, frozen=True):
    """What every reader is given.

    Attributes:
        name: what errors and the result call it.
        data: its content.
        form: its format, one of :data:`cnfin.reading.sniff.Format`.
        how: its encoding and the like, where the caller knows better.
        limits: bounds on what reading it may cost.
    """

    name: str
    data: bytes
    form: str = ""
    how: How = How()
    limits: Limits = DEFAULT

    def error(self, kind: ErrorKind, message: str) -> ReadError:
        """An error about this file."""
        return ReadError(self.name, kind, message)

    def needs(self, what: str, extra: str = "docs") -> ReadError:
        """The error for a format whose library is not installed."""
        return self.error("extra", f"reading {what} needs the extra {extra}: pip install 'cnfin[{extra}]'")


class Member(msgspec.Struct, frozen=True):
    """A file inside an archive: its name as the records call it, and its content or why there is none."""

    name: str
    data: bytes = b""
    kind: ErrorKind | None = None
    message: str = ""
