"""Where records go: standard output, or a file that is complete or not there."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from cnfin.errors import CnfinError

#: Bookkeeping of an output folder lives here, apart from the outputs.
OWN = ".cnfin"


class OutputError(CnfinError):
    """An output that cannot be written: nothing more can be done in this run."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(name, error)
        self.name = name
        self.reason = error.strerror or str(error)

    def __str__(self) -> str:
        return f"{self.name}: cannot be written: {self.reason}"

    def __reduce__(self) -> tuple[type[OutputError], tuple[object, ...]]:
        return OutputError, self.args


def _always() -> bool:
    return True


class ReaderGone(CnfinError):
    """Nobody reads standard output any more, as after ``| head``: the run ends without a word."""


@contextlib.contextmanager
def output(path: str | None, keep: Callable[[], bool] = _always) -> Iterator[IO[bytes]]:
    """A binary stream to ``path``, or to standard output where it is None or ``-``.

    A file is written beside its place and renamed when all is well, so that it is complete or as it
    was before. A link stays: the file it leads to is written. A device or a named pipe is written directly.

    Args:
        path: the file.
        keep: asked at the end; where it says no, a file stays as it was before.

    Raises:
        OutputError: the file cannot be written.
        ReaderGone: the reader of standard output has closed it.
    """
    if path is None or path == "-":
        if sys.stdout is None:
            raise OutputError("standard output", OSError(errno.EBADF, "it is closed"))
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise ReaderGone from None
        except OSError as error:
            raise OutputError("standard output", error) from error
    elif os.path.exists(path) and not os.path.isfile(path):
        with direct(path) as stream:
            yield stream
    else:
        place = os.path.realpath(path)
        if os.path.islink(place):
            raise OutputError(path, OSError(errno.ELOOP, os.strerror(errno.ELOOP)))
        with atomic(Path(place), path, keep=keep) as stream:
            yield stream


@contextlib.contextmanager
def direct(path: str) -> Iterator[IO[bytes]]:
    """A binary stream to ``path`` whose lines are there as soon as they are written.

    Raises:
        OutputError: the file cannot be written.
    """
    with _failing_as(path), open(path, "wb") as stream:
        yield stream


@contextlib.contextmanager
def atomic(
    path: Path, name: str | None = None, folder: Path | None = None, keep: Callable[[], bool] = _always
) -> Iterator[IO[bytes]]:
    """A binary stream to a temporary file that takes the place and the permissions of ``path`` at the end.

    Args:
        path: the file to write; left as it was when the body raises.
        name: what error messages call it.
        folder: where the temporary file is made, on the same disk, and the folders above ``path`` are
            made too; beside ``path`` where it is None.
        keep: asked at the end; where it says no, ``path`` is left as it was.

    Raises:
        OutputError: the folder or the disk does not take it.
    """
    temporary = (folder or path.parent) / f".cnfin-{secrets.token_hex(6)}.tmp"
    with _failing_as(name or str(path)):
        if folder is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as stream:
                _permit_as(path, temporary)
                yield stream
            if keep():
                temporary.replace(path)
            else:
                temporary.unlink()
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def _permit_as(path: Path, temporary: Path) -> None:
    """Let nobody read the new file who may not read the old one."""
    with contextlib.suppress(FileNotFoundError):
        temporary.chmod(stat.S_IMODE(path.stat().st_mode))


@contextlib.contextmanager
def _failing_as(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(name, error) from error
