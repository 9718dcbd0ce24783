"""Results that come in any order → results in order, in bounded memory."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from typing import IO

import msgspec

from cnfin.batch.outputs import OutputError
from cnfin.batch.tasks import Done

#: Bytes of records that wait in memory; what goes beyond waits in a temporary file.
IN_MEMORY = 64 << 20


class Reorder:
    """Holds finished tasks until those before them are finished.

    Args:
        in_memory: bytes of records kept in memory.
    """

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self.next = 0
        self._limit = in_memory
        self._held = 0
        self._waiting: dict[int, Done] = {}
        self._on_disk: dict[int, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, done: Done) -> None:
        """A task is finished.

        Raises:
            OutputError: the temporary file cannot be written.
        """
        size = len(done.lines)
        if size and done.number != self.next and self._held + size > self._limit:
            self._on_disk[done.number] = self._put(done.lines)
            done = msgspec.structs.replace(done, lines=b"")
        self._held += len(done.lines)
        self._waiting[done.number] = done

    def ready(self) -> Iterator[Done]:
        """The finished tasks whose turn it is."""
        while (done := self._waiting.pop(self.next, None)) is not None:
            self._held -= len(done.lines)
            if place := self._on_disk.pop(self.next, None):
                done = msgspec.structs.replace(done, lines=self._read(*place))
            self.next += 1
            yield done

    def _put(self, lines: bytes) -> tuple[int, int]:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="cnfin-")  # noqa: SIM115
            place = self._file.seek(0, 2), len(lines)
            self._file.write(lines)
            self._file.flush()
        except OSError as error:
            raise OutputError("temporary file", error) from error
        return place

    def _read(self, start: int, size: int) -> bytes:
        assert self._file is not None
        self._file.seek(start)
        lines = self._file.read(size)
        if not self._on_disk:
            self._file.truncate(0)
        return lines

    def close(self) -> None:
        """Give the temporary file back."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # a full disk has been told already
                self._file.close()
