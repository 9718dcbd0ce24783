"""The forms that records are written in: JSON Lines, CSV, Parquet, compressed or not."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import os
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import IO, Any, Literal, Protocol

import msgspec

from cnfin.batch.outputs import OWN, atomic
from cnfin.errors import MissingExtra
from cnfin.records import KINDS, FactRecord, RecordKind

Format = Literal["jsonl", "csv", "parquet"]
Compression = Literal["", "gz", "zst"]

_ON_REQUEST = ("rule", "used")
_FACT_COLUMNS = tuple(field for field in FactRecord.__struct_fields__ if field not in _ON_REQUEST)
#: Parquet keeps values as decimals of 38 digits, 10 of them after the point.
_PLACES = Decimal("1e-10")
_ROW_GROUP = 1 << 16


class Sink(Protocol):
    """Takes records as JSON Lines and writes them in its own form."""

    def write(self, lines: bytes) -> None:
        """Write some records."""

    def close(self) -> None:
        """Write what is still held back."""


class _Lines:
    def __init__(self, stream: IO[bytes], kind: RecordKind) -> None:
        self._stream = stream

    def write(self, lines: bytes) -> None:
        self._stream.write(lines)

    def close(self) -> None:
        """Nothing is held back."""


class _Csv:
    """Records as CSV with a header line; an absent value is an empty cell, a list its JSON."""

    def __init__(self, stream: IO[bytes], kind: RecordKind) -> None:
        self._stream = stream
        self._decoder = msgspec.json.Decoder(KINDS[kind])
        self._columns = tuple(column for column in KINDS[kind].__struct_fields__ if column not in _ON_REQUEST)
        self._write_rows([self._columns])

    def write(self, lines: bytes) -> None:
        records = self._decoder.decode_lines(lines)
        self._write_rows([_plain(getattr(record, column)) for column in self._columns] for record in records)

    def _write_rows(self, rows: Iterable[Iterable[object]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._stream.write(text.getvalue().encode())

    def close(self) -> None:
        """Nothing is held back."""


class _Parquet:
    """Facts as Parquet in row groups of bounded size."""

    def __init__(self, stream: IO[bytes], kind: RecordKind) -> None:
        assert kind == "fact"
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise MissingExtra("--format parquet", "parquet") from None
        self._arrow = pyarrow
        kinds: dict[str, Any] = {
            "fiscal_year": pyarrow.int32(), "sent": pyarrow.int32(), "start": pyarrow.int32(), "end": pyarrow.int32(),
            "year": pyarrow.int32(), "value": pyarrow.decimal128(38, 10),
        }  # fmt: skip
        self._schema = pyarrow.schema([(column, kinds.get(column, pyarrow.string())) for column in _FACT_COLUMNS])
        self._writer = parquet.ParquetWriter(stream, self._schema, compression="zstd")
        self._decoder = msgspec.json.Decoder(FactRecord)
        self._records: list[FactRecord] = []

    def write(self, lines: bytes) -> None:
        self._records += self._decoder.decode_lines(lines)
        if len(self._records) >= _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        columns = {column: [getattr(record, column) for record in self._records] for column in _FACT_COLUMNS}
        columns["value"] = [_ten_places(value) for value in columns["value"]]
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))
        self._records.clear()

    def close(self) -> None:
        if self._records:
            self._flush()
        self._writer.close()


def _plain(value: object) -> object:
    return msgspec.json.encode(value).decode() if isinstance(value, (list, dict)) else value


def _ten_places(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, ROUND_HALF_EVEN) if value.as_tuple().exponent < -10 else value  # type: ignore[operator]


_SINKS: dict[Format, Callable[[IO[bytes], RecordKind], Sink]] = {"jsonl": _Lines, "csv": _Csv, "parquet": _Parquet}


@contextlib.contextmanager
def sink(stream: IO[bytes], form: Format, kind: RecordKind = "fact") -> Iterator[Sink]:
    """A sink of the given form over a binary stream, for records of one kind.

    Raises:
        MissingExtra: the library for the form is not installed.
    """
    opened = _SINKS[form](stream, kind)
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
        compression: of the files.
        kind: of the records.
    """

    folder: str
    form: Format = "jsonl"
    compression: Compression = ""
    kind: RecordKind = "fact"

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
        with compressed(stream, self.compression) as packed, sink(packed, self.form, self.kind) as records:
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
