"""Records as a table: CSV, Parquet and Excel. A list inside a record is JSON text, in Parquet a list."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from cnfin.errors import MissingExtra
from cnfin.record_types import KINDS, RecordKind

if TYPE_CHECKING:
    from cnfin.batch.sinks import Layout, Sink

Shape = Literal["text", "whole", "exact", "list"]
#: Parquet keeps values as decimals of 38 digits, 10 of them after the point.
_DIGITS, _DECIMALS = 38, 10
_PLACES = Decimal(1).scaleb(-_DECIMALS)
_ROW_GROUP = 1 << 16
#: Rows of a sheet, the header's among them.
_SHEET = 1 << 20
#: What no sheet can hold: control characters, and more than so many characters in a cell.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST = 32_767
#: What makes a spreadsheet take text for a formula, and what is a number all the same.
_FORMULA = frozenset("=+-@\t\r")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?[%％]?")
_encoder = msgspec.json.Encoder(decimal_format="number")


class Column(NamedTuple):
    """A column of a table: the record's key, what its cells hold, and the columns inside of a list."""

    name: str
    shape: Shape
    inner: tuple[Column, ...] = ()


#: What a table of sentences leaves to JSON Lines: no row can hold it readably.
_NESTED = {"sentence": ("role_scores", "spans", "facts")}


@lru_cache(maxsize=4 * len(KINDS))
def columns(kind: RecordKind, also: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of a kind of records; what is only there on request has one only where ``also`` names it."""
    nested = _NESTED.get(kind, ())
    return tuple(column for column in _columns(KINDS[kind], also) if column.name not in nested)


def _columns(record: type[msgspec.Struct], also: tuple[str, ...] = ()) -> tuple[Column, ...]:
    info = msgspec.inspect.type_info(record)
    assert isinstance(info, msgspec.inspect.StructType)
    optional = {field.name for field in msgspec.structs.fields(record) if field.default is msgspec.UNSET}
    optional.difference_update(also)
    return tuple(_column(field.encode_name, field.type) for field in info.fields if field.name not in optional)


def _column(name: str, kind: msgspec.inspect.Type) -> Column:
    kinds = _bare(kind)
    if any(isinstance(each, msgspec.inspect.IntType) for each in kinds):
        return Column(name, "whole")
    if any(isinstance(each, msgspec.inspect.DecimalType) for each in kinds):
        return Column(name, "exact")
    for each in kinds:
        if isinstance(each, msgspec.inspect.CollectionType):
            inner = next(iter(_bare(each.item_type)))
            if isinstance(inner, msgspec.inspect.StructType):
                return Column(name, "list", _columns(inner.cls))
            return Column(name, "list")
    return Column(name, "text")


def _bare(kind: msgspec.inspect.Type) -> list[msgspec.inspect.Type]:
    """The types that a value may have, without remarks and null."""
    if isinstance(kind, msgspec.inspect.Metadata):
        return _bare(kind.type)
    kinds = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    found = [each for one in kinds for each in (_bare(one) if one is not kind else [one])]
    return [each for each in found if not isinstance(each, msgspec.inspect.NoneType)]


class _Rows:
    """Reads JSON Lines of one kind as rows of the table's columns."""

    def __init__(self, kind: RecordKind, layout: Layout) -> None:
        self.columns = columns(kind, layout.also)
        self._decoder = msgspec.json.Decoder(KINDS[kind])

    def __call__(self, lines: bytes) -> Iterator[list[Any]]:
        for record in self._decoder.decode_lines(lines):
            yield [getattr(record, column.name) for column in self.columns]

    def flat(self, lines: bytes, longest: int | None = None) -> Iterator[list[Any]]:
        """Rows whose lists are text: words apart by `` / ``, what is more as JSON.

        Args:
            longest: characters that a cell may have; of a longer list the first items are kept.
        """
        lists = [(place, column) for place, column in enumerate(self.columns) if column.shape == "list"]
        for row in self(lines):
            for place, column in lists:
                row[place] = _fitting(row[place], longest) if column.inner else " / ".join(row[place])
            yield row


def _fitting(items: Sequence[Any], longest: int | None) -> str:
    """Items as JSON, as many of the first as there is room for."""
    text = _encoder.encode(items).decode()
    while longest is not None and len(text) > longest:
        items = items[: len(items) * longest // len(text)]
        text = _encoder.encode(items).decode()
    return text


class Csv:
    """CSV with a header line; an absent value is an empty cell."""

    def __init__(self, stream: IO[bytes], kind: RecordKind, layout: Layout) -> None:
        self._stream, self._rows = stream, _Rows(kind, layout)
        if layout.bom:
            stream.write(codecs.BOM_UTF8)
        self._write_rows([[column.name for column in self._rows.columns]])

    def write(self, lines: bytes) -> None:
        self._write_rows(map(harmless, self._rows.flat(lines)))

    def _write_rows(self, rows: Iterable[Iterable[object]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._stream.write(text.getvalue().encode())

    def close(self) -> None:
        """Nothing is held back."""


def harmless(row: list[Any]) -> list[Any]:
    """The row with an apostrophe before each text that a spreadsheet would run as a formula."""
    return [
        f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA and not _NUMBER.fullmatch(value) else value
        for value in row
    ]


class Parquet:
    """Parquet in row groups of bounded size."""

    def __init__(self, stream: IO[bytes], kind: RecordKind, layout: Layout) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise MissingExtra("--format parquet", "parquet") from None
        self._arrow, self._rows = pyarrow, _Rows(kind, layout)
        self._schema = pyarrow.schema([(column.name, self._type(column)) for column in self._rows.columns])
        self._writer = parquet.ParquetWriter(stream, self._schema, compression="zstd")
        self._held: list[list[Any]] = []

    def _type(self, column: Column) -> Any:
        if column.shape == "list":
            inner = [(each.name, self._type(each)) for each in column.inner]
            return self._arrow.list_(self._arrow.struct(inner) if inner else self._arrow.string())
        kinds = {"whole": self._arrow.int32, "text": self._arrow.string}
        return kinds[column.shape]() if column.shape in kinds else self._arrow.decimal128(_DIGITS, _DECIMALS)

    def write(self, lines: bytes) -> None:
        self._held += self._rows(lines)
        if len(self._held) >= _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        table = {
            column.name: [_stored(column, row[place]) for row in self._held]
            for place, column in enumerate(self._rows.columns)
        }
        self._writer.write_table(self._arrow.table(table, schema=self._schema))
        self._held.clear()

    def close(self) -> None:
        if self._held:
            self._flush()
        self._writer.close()


def _stored(column: Column, value: Any) -> Any:
    """A value as Parquet takes it."""
    if column.inner:
        return [{each.name: _stored(each, getattr(item, each.name)) for each in column.inner} for item in value]
    return _ten_places(value) if column.shape == "exact" and value is not None else value


def _ten_places(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, ROUND_HALF_EVEN) if value.as_tuple().exponent < -_DECIMALS else value  # type: ignore[operator]


class Excel:
    """A workbook with a header row; codes are text, and a sheet that is full goes on in the next one."""

    def __init__(self, stream: IO[bytes], kind: RecordKind, layout: Layout) -> None:
        try:
            import openpyxl
            from openpyxl.cell import WriteOnlyCell
        except ImportError:
            raise MissingExtra("--format xlsx", "docs") from None
        self._stream, self._kind, self._rows, self._cell = stream, kind, _Rows(kind, layout), WriteOnlyCell
        self._book = openpyxl.Workbook(write_only=True)
        self._begin()

    def _begin(self) -> None:
        number = len(self._book.worksheets)
        self._sheet = self._book.create_sheet(f"{self._kind}s {number + 1}" if number else f"{self._kind}s")
        self._sheet.freeze_panes = "A2"
        self._sheet.append([column.name for column in self._rows.columns])
        self._left = _SHEET - 1

    def write(self, lines: bytes) -> None:
        rows = self._rows.flat(lines, _LONGEST)
        while some := list(islice(rows, self._left or _SHEET)):
            if not self._left:
                self._begin()
            for row in some:
                self._sheet.append([self._shown(value) for value in row])
            self._left -= len(some)

    def _shown(self, value: Any) -> Any:
        """Text is never taken for a formula."""
        if not isinstance(value, str):
            return value
        cell = self._cell(self._sheet, _CONTROLS.sub("", value)[:_LONGEST])
        cell.data_type = "s"
        return cell

    def close(self) -> None:
        self._book.save(self._stream)


#: What writes each form of a table.
FORMS: dict[str, Callable[[IO[bytes], RecordKind, Layout], Sink]] = {"csv": Csv, "parquet": Parquet, "xlsx": Excel}
