"""Workbooks as Excel 2003 writes them in XML (SpreadsheetML)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cnfin.document import Source
from cnfin.reading.builder import Builder, clean_cell
from cnfin.reading.figures import displayed
from cnfin.reading.file import File
from cnfin.reading.packages import parse_xml
from cnfin.reading.sheet import WIDEST, Merge, add_sheet, check_size

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
# The formats that SpreadsheetML calls by name.
_NAMED = {
    "general number": "General", "fixed": "0.00", "standard": "#,##0.00", "percent": "0.00%",
    **dict.fromkeys(("general date", "long date", "medium date", "short date"), "yyyy年m月d日"),
}  # fmt: skip


def read_sheets_xml(file: File) -> Source:
    """Read an Excel 2003 XML workbook.

    Raises:
        ReadError: the file is damaged, empty or larger than the limits.
    """
    root = parse_xml(file, file.data)
    styles = {style.get(f"{_S}ID", ""): _format(style) for style in root.iter(f"{_S}Style")}
    builder = Builder(file)
    for sheet in root.iter(f"{_S}Worksheet"):
        visible = sheet.findtext("{urn:schemas-microsoft-com:office:excel}WorksheetOptions/{*}Visible", "")
        table = sheet.find(f"{_S}Table")
        if table is not None and visible not in ("SheetHidden", "SheetVeryHidden"):
            _add(file, builder, sheet.get(f"{_S}Name", ""), table, styles)
    return builder.source()


def _format(style: Any) -> str:
    code = next((element.get(f"{_S}Format", "") for element in style.iter(f"{_S}NumberFormat")), "")
    return _NAMED.get(code.lower(), code) or "General"


def _add(file: File, builder: Builder, name: str, table: Any, styles: dict[str, str]) -> None:
    rows: list[list[str]] = []
    merges: list[Merge] = []
    hidden_rows: set[int] = set()
    for row in table.iter(f"{_S}Row"):
        number = _number(row, "Index", len(rows) + 1) - 1
        check_size(file, max(number, len(rows)) + 1, 1)
        rows.extend([] for _ in range(number - len(rows) + 1))
        if row.get(f"{_S}Hidden") == "1":
            hidden_rows.add(number)
        merges += _fill(file, rows[number], row, number, styles)
        check_size(file, len(rows), len(rows[number]))
    hidden_columns: set[int] = set()
    place = 0
    for column in table.iter(f"{_S}Column"):
        place = _number(column, "Index", place + 1)
        span = min(_number(column, "Span", 0), WIDEST)
        if column.get(f"{_S}Hidden") == "1":
            hidden_columns.update(range(place - 1, place + span))
        place += span
    add_sheet(builder, name, rows, merges, hidden_rows, hidden_columns)


def _fill(file: File, line: list[str], row: Any, number: int, styles: dict[str, str]) -> list[Merge]:
    """Add the cells of a row to ``line``; the ranges that they cover."""
    merges: list[Merge] = []
    for cell in row.iter(f"{_S}Cell"):
        place = _number(cell, "Index", len(line) + 1) - 1
        check_size(file, 1, place + 1)
        line.extend([""] * (place - len(line)))
        across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
        if across or down:
            merges.append((number, number + down + 1, place, place + across + 1))
        line[place:] = [_text(cell, styles), *[""] * min(across, WIDEST)]
    return merges


def _text(cell: Any, styles: dict[str, str]) -> str:
    data = cell.find(f"{_S}Data")
    if data is None:
        return ""
    text = "".join(data.itertext())
    form, kind = styles.get(cell.get(f"{_S}StyleID", ""), "General"), data.get(f"{_S}Type")
    try:
        if kind == "Number":
            return displayed(float(text), form)
        if kind == "DateTime":
            return displayed(datetime.fromisoformat(text.removesuffix("Z").split(".")[0]), form)
    except ValueError:
        pass  # the text as it stands
    return clean_cell(text)


def _number(element: Any, name: str, default: int) -> int:
    text = element.get(_S + name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default
