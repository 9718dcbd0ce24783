"""The panel, and what documents contradict in each other, written as the command was asked."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import IO, Any, get_args

import msgspec

from cnfin import datapackage
from cnfin.batch.outputs import output
from cnfin.batch.sinks import Compression, Format, compressed, sink
from cnfin.console import tell
from cnfin.errors import MissingExtra, UsageError
from cnfin.panel import PanelError, Store, across, encode, panel
from cnfin.panel.wide import wide as widened
from cnfin.panel_records import PanelRecord

_ROWS = 10_000
#: Columns of a sheet, and rows.
_SHEET = (1 << 14, 1 << 20)
_DIFFER = {"place": "同名不同地", "entity": "部门与单位", "level": "本级"}


def refuse(form: str | None, place: str | None) -> None:
    """Refuse a form that has no place to go to.

    Raises:
        UsageError: says which option goes with which.
    """
    if form in ("parquet", "xlsx", "datapackage") and not place:
        raise UsageError(f"--format {form} needs -o {'DIR' if form == 'datapackage' else 'FILE'}.")


def refuse_wide(form: str, wide: bool) -> None:
    """Refuse a wide table in a form that is none.

    Raises:
        UsageError: says which forms there are.
    """
    if wide and form not in ("csv", "xlsx", "parquet"):
        raise UsageError("--wide needs --format csv, parquet or xlsx, or -o FILE with that ending.")


def write(store: Store, form: str, place: str | None, compression: Compression = "", *, wide: bool) -> None:
    """Write the panel.

    Raises:
        PanelError: more columns or rows than the form holds.
        OutputError: the output cannot be written.
    """
    if form == "datapackage":
        assert place is not None
        datapackage.write(place, "panel", PanelRecord, panel(store))
    elif wide:
        _write_wide(store, form, place, compression)
    else:
        assert form in get_args(Format)
        with _opened(place, compression) as stream, sink(stream, form, "panel") as records:  # type: ignore[arg-type]
            for lines in _in_lines(panel(store)):
                records.write(lines)


def write_across(store: Store, place: str | None, compression: Compression = "") -> None:
    """Write the findings across documents as JSON Lines."""
    with _opened(place, compression) as stream:
        for lines in _in_lines(across(store)):
            stream.write(lines)


def tell_alike(store: Store, place: str | None, *, quiet: bool) -> None:
    """Tell which units look alike and were kept apart: all in a table at ``place``, else their number."""
    found = store.alike()
    if place:
        columns = ("differ", "unit", "region", "entity", "other", "other_region", "other_entity")
        with output(place) as stream:
            lines = ["\t".join(columns), *("\t".join(_text(row[one]) for one in columns) for row in found)]
            stream.write(("\n".join(lines) + "\n").encode())
    elif found and not quiet:
        kinds = "、".join(dict.fromkeys(_DIFFER[row["differ"]] for row in found))
        tell(f"{len(found)} pairs of units look alike and were kept apart ({kinds}): --report FILE lists them")


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _in_lines(records: Iterable[msgspec.Struct]) -> Iterator[bytes]:
    left = iter(records)
    while held := list(islice(left, _ROWS)):
        yield encode(held)


@contextlib.contextmanager
def _opened(place: str | None, compression: Compression) -> Iterator[IO[bytes]]:
    with output(place) as stream, compressed(stream, compression) as packed:
        yield packed


def _write_wide(store: Store, form: str, place: str | None, compression: Compression) -> None:
    columns, rows = widened(store)
    with _opened(place, compression) as stream:
        if form == "csv":
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([f"{one:f}" if isinstance(one, Decimal) else one for one in row] for row in rows)
            text.detach()
        elif form == "parquet":
            _wide_parquet(columns, rows, stream)
        else:
            _wide_sheet(columns, rows, stream)


def _wide_parquet(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]], stream: Any) -> None:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("--format parquet", "parquet") from None
    kinds = {"year": pyarrow.int32()} | dict.fromkeys(columns[:6], pyarrow.string())
    schema = pyarrow.schema([(column, kinds.get(column, pyarrow.decimal128(38, 10))) for column in columns])
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        left = iter(rows)
        while held := list(islice(left, _ROWS)):
            told = [list(values) for values in zip(*held, strict=True)]
            writer.write_table(pyarrow.table(told, schema=schema))


def _wide_sheet(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]], stream: Any) -> None:
    try:
        import openpyxl
    except ImportError:
        raise MissingExtra("--format xlsx", "docs") from None
    if len(columns) > _SHEET[0]:
        raise PanelError(f"{len(columns):,} columns are more than a sheet holds: filter, or use --format csv")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("panel")
    sheet.append(columns)
    for number, row in enumerate(rows, 2):
        if number > _SHEET[1]:
            raise PanelError("more rows than a sheet holds: filter, or use --format csv")
        sheet.append(row)
    book.save(stream)
