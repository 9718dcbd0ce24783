"""A data package: a table as CSV or Parquet, and ``datapackage.json`` that says what its columns are.

The descriptor follows the Frictionless data package; the columns are named by the column types of the
Fiscal Data Package's budget taxonomy, so that tools for open budget data read a ledger or a panel.
Fields that the taxonomy needs and a ledger has in another form (direction, phase, a column a
classification) are added behind the others.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import msgspec

from cnfin._version import RECORDS_VERSION
from cnfin.errors import CnfinError, MissingExtra

Form = Literal["csv", "parquet"]
Row = dict[str, Any]

#: Type of each column that is not text.
_TYPES = {
    "fiscal_year": "integer", "year": "year", "value": "number", "stated": "integer", "support": "integer",
    "sources": "array", "docs": "array", "why": "array",
}  # fmt: skip
#: Column → column type of the fiscal taxonomy.
_FISCAL = {
    "year": "date:fiscal-year",
    "value": "value",
    "value_unit": "value-kind:code",
    "unit": "administrative-classification:generic:level1:code",
    "owner": "activity:generic:project:code",
    "region": "geo:region:code",
    "funds": "fin-source:generic:code",
    "direction": "direction",
    "phase": "phase:id",
    "measure": "phase:label",
    "functional_code": "functional-classification:generic:level1:code",
    "functional_label": "functional-classification:generic:level1:label",
    "economic_code": "economic-classification:generic:level1:code",
    "economic_label": "economic-classification:generic:level1:label",
}
_ADDED = ("direction", "phase", "functional_code", "functional_label", "economic_code", "economic_label")
_DIRECTIONS = {"收入": "revenue", "支出": "expenditure"}
_PHASES = {
    "预算数": "approved", "年初预算数": "approved", "调整预算数": "adjusted", "追加预算数": "adjusted",
    "决算数": "executed",
}  # fmt: skip
_CLASSES = {"功能分类": "functional", "经济分类": "economic"}
_MADE = "datapackage.json"


class PackageError(CnfinError):
    """A folder that cannot take a data package."""


def write(
    folder: str, name: str, kind: type[msgspec.Struct], records: Iterable[msgspec.Struct], form: Form = "csv"
) -> int:
    """Write a data package; it is complete or not there at all.

    Args:
        folder: a new folder, or one that holds a data package, which is replaced.
        name: of the table: ``ledger`` or ``panel``.
        kind: struct of the records, whose fields are the columns.
        records: what to write.
        form: of the table.

    Returns:
        The number of records.

    Raises:
        PackageError: the folder holds something else, or cannot be written.
        MissingExtra: pyarrow is not installed and ``form`` is parquet.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or (any(target.iterdir()) and not (target / _MADE).is_file())):
        raise PackageError(f"{folder}: holds something that is no data package; choose another folder")
    columns = [field for field in kind.__struct_fields__ if field != "why"]
    table = f"{name}.{form}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".cnfin-", dir=target.parent) as place:
            made = Path(place, "package")
            made.mkdir()
            number = _WRITERS[form](made / table, [*columns, *_ADDED], map(_row, records))
            text = json.dumps(descriptor(name, table, kind, columns), ensure_ascii=False, indent=2)
            (made / _MADE).write_text(text + "\n", encoding="utf-8")
            if target.exists():
                shutil.rmtree(target)
            made.replace(target)
    except OSError as error:
        raise PackageError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return number


def descriptor(name: str, table: str, kind: type[msgspec.Struct], columns: Sequence[str]) -> dict[str, Any]:
    """The package's description: the resource, and name, type, meaning and fiscal type of each column."""
    told = _meanings(kind)
    fields = [_field(column, told.get(column)) for column in (*columns, *_ADDED)]
    suffix = table.rpartition(".")[2]
    resource: dict[str, Any] = {
        "name": name, "path": table, "profile": "tabular-data-resource", "format": suffix,
        "schema": {"fields": fields, "missingValues": [""]},
    }  # fmt: skip
    if suffix == "csv":
        resource |= {"mediatype": "text/csv", "encoding": "utf-8"}
    return {
        "name": f"cnfin-{name}",
        "title": "Accounts of Chinese government units, read from their budget disclosures by cnfin",
        "profile": "tabular-data-package" if suffix == "csv" else "data-package",
        "version": str(RECORDS_VERSION),
        "countryCode": "CN",
        "resources": [resource],
    }


def _field(column: str, meaning: str | None) -> dict[str, str]:
    field = {"name": column, "type": _TYPES.get(column, "string")}
    if meaning:
        field["description"] = meaning
    if column in _FISCAL:
        field["columnType"] = _FISCAL[column]
    return field


def _meanings(kind: type[msgspec.Struct]) -> Mapping[str, str]:
    (_,), definitions = msgspec.json.schema_components([kind])
    properties = definitions[kind.__name__]["properties"]
    return {name: one["description"] for name, one in properties.items() if "description" in one}


def _row(record: msgspec.Struct) -> Row:
    row: Row = msgspec.to_builtins(record, builtin_types=(Decimal,))
    row |= dict.fromkeys(_ADDED)
    row["direction"] = _DIRECTIONS.get(row["flow"] or "")
    row["phase"] = _PHASES.get(row["measure"])
    if scheme := _CLASSES.get(row["scheme"] or ""):
        row[f"{scheme}_code"], row[f"{scheme}_label"] = row["code"], row["line"]
    return row


def _write_csv(path: Path, columns: Sequence[str], rows: Iterator[Row]) -> int:
    number = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for number, row in enumerate(rows, 1):  # noqa: B007 (the last is the count)
            writer.writerow([_cell(row[column]) for column in columns])
    return number


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple, dict)):
        return msgspec.json.Encoder(decimal_format="number").encode(value).decode()
    return f"{value:f}" if isinstance(value, Decimal) else value


def _write_parquet(path: Path, columns: Sequence[str], rows: Iterator[Row]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("a data package of Parquet", "parquet") from None
    kinds = {"integer": pyarrow.int32(), "year": pyarrow.int32(), "number": pyarrow.decimal128(38, 10)}
    schema = pyarrow.schema(
        [(column, kinds.get(_TYPES.get(column, "string"), pyarrow.string())) for column in columns]
    )
    number = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while held := [row for _, row in zip(range(1 << 16), rows, strict=False)]:
            number += len(held)
            told = {column: [_column(row[column]) for row in held] for column in columns}
            writer.write_table(pyarrow.table(told, schema=schema))
    return number


def _column(value: Any) -> Any:
    return _cell(value) if isinstance(value, (list, tuple, dict)) else value


_WRITERS = {"csv": _write_csv, "parquet": _write_parquet}
