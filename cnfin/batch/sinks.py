"""Where records are written: JSON Lines or a table, compressed or not, in a file that is complete or not there."""

from __future__ import annotations

import contextlib
import gzip
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Literal, Protocol

import msgspec

from cnfin.batch.outputs import OWN, atomic
from cnfin.errors import MissingExtra
from cnfin.records import RecordKind

Format = Literal["jsonl", "csv", "parquet", "xlsx", "text"]
Compression = Literal["", "gz", "zst"]


class Layout(msgspec.Struct, frozen=True):
    """How a table looks.

    Attributes:
        bom: whether CSV begins with a byte order mark.
        also: columns on request, behind the others.
    """

    bom: bool = False
    also: tuple[str, ...] = ()


PLAIN = Layout()


class Sink(Protocol):
    """Takes records as JSON Lines and writes them in its own form."""

    def write(self, lines: bytes) -> None:
        """Write some records."""

    def close(self) -> None:
        """Write what is still held back."""


class _Lines:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, lines: bytes) -> None:
        self._stream.write(lines)

    def close(self) -> None:
        """Nothing is held back."""


@contextlib.contextmanager
def sink(
    stream: IO[bytes], form: Format, kind: RecordKind = "fact", layout: Layout = PLAIN
) -> Iterator[Sink]:
    """A sink of the given form, for one kind of records, over a binary stream.

    Raises:
        MissingExtra: the library for the form is not installed.
    """
    if form == "jsonl":
        opened: Sink = _Lines(stream)
    elif form == "text":
        from cnfin.view.findings import Text

        opened = Text(stream)
    else:
        from cnfin.batch.flat import FORMS

        opened = FORMS[form](stream, kind, layout)
    yield opened
    opened.close()


@contextlib.contextmanager
def compressed(stream: IO[bytes], how: Compression) -> Iterator[IO[bytes]]:
    """A stream whose bytes reach ``stream`` compressed, the same bytes every time.

    Raises:
        MissingExtra: the library for zstd is not installed.
    """
    if how == "gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=6, mtime=0) as zipped:
            yield zipped  # type: ignore[misc]
    elif how == "zst":
        try:
            import zstandard
        except ImportError:
            raise MissingExtra("--shards zst", "cluster") from None
        with zstandard.ZstdCompressor(level=3).stream_writer(stream, closefd=False) as zipped:
            yield zipped
    else:
        yield stream


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that outputs are written to, here or on a file system that fsspec knows.

    Attributes:
        folder: path or URL of the folder.
        form: form of the records.
        kind: what is recorded; a table's columns follow from it.
        compression: of the files.
        layout: of tables.
    """

    folder: str
    form: Format = "jsonl"
    kind: RecordKind = "fact"
    compression: Compression = ""
    layout: Layout = Layout()

    @property
    def remote(self) -> bool:
        """Whether the folder is a URL."""
        return "://" in self.folder

    @property
    def suffix(self) -> str:
        """How the names of the outputs end."""
        return f".{self.form}.{self.compression}" if self.compression else f".{self.form}"

    def write(self, out: str, parts: Iterable[bytes], keep: Callable[[], bool]) -> int | None:
        """Write one output: complete, or not there at all.

        Args:
            out: path inside the folder.
            parts: the records as JSON Lines.
            keep: asked at the end; where it says no, the output must not be there.

        Returns:
            The size of the file in bytes, None where there is none.

        Raises:
            OutputError: the folder does not take it.
            MissingExtra: the library for the form is not installed.
        """
        if self.remote:
            from cnfin.batch.remote import write_remote

            return write_remote(self, out, parts, keep)
        path = Path(self.folder, out)
        with atomic(path, folder=Path(self.folder, OWN, "unfinished"), keep=keep) as stream:
            self.fill(stream, parts)
            stream.flush()
            size = os.fstat(stream.fileno()).st_size
        if keep():
            return size
        path.unlink(missing_ok=True)
        return None

    def fill(self, stream: IO[bytes], parts: Iterable[bytes]) -> None:
        """Write records to an open stream in the target's form and compression."""
        with compressed(stream, self.compression) as packed, sink(packed, self.form, self.kind, self.layout) as records:
            for part in parts:
                records.write(part)

    def size(self, out: str) -> int | None:
        """Bytes of an output, None where it is not there."""
        if self.remote:
            from cnfin.batch.remote import size_remote

            return size_remote(self, out)
        try:
            return os.stat(os.path.join(self.folder, out)).st_size
        except OSError:
            return None
