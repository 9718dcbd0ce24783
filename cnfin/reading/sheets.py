"""Workbooks (.xlsx, .xls, .ods) and .csv: a sheet a table, with figures as the sheet shows them.

What a published sheet says is what it shows: 0.9491 in a cell formatted as 0.00% is 94.91%. So the
number formats are read too, which is why openpyxl and xlrd are used and not a faster reader of bare
values. Hidden sheets, rows and columns are left out.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable
from typing import Any

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.builder import Box, Builder, Grid, clean_cell
from cnfin.reading.figures import displayed
from cnfin.reading.limits import Limits
from cnfin.reading.packages import open_zip, parse_xml, read_member, require
from cnfin.reading.text import decode, read_text

_WIDEST = 1000
_EMPTY = Box("")
_STYLING = re.compile(
    rb'(?<=\s)s="\d+"|<autoFilter\b[^>]*/>|<(autoFilter|conditionalFormatting|dataValidations|extLst)\b.*?</\1>',
    re.DOTALL,
)
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_SUBSTANCE = re.compile(r"[\u3400-\u9fff]")

_AS_TEXT = re.compile(r'\s*="+([^"]*)"+\s*')

Merge = tuple[int, int, int, int]


def read_xlsx(name: str, data: bytes, limits: Limits) -> Source:
    """Read an Excel workbook of 2007 or later.

    Raises:
        ReadError: the file is damaged, encrypted, empty or larger than the limits.
    """
    try:
        import openpyxl  # noqa: F401  (before anything is read, to say what is missing)
    except ImportError:
        raise require(name, "Excel workbooks") from None
    with open_zip(name, data, limits) as archive:
        for member in archive.namelist():
            # openpyxl reads every part it needs; a document type in any of them is an attack.
            if member.endswith((".xml", ".rels")) and b"<!DOCTYPE" in read_member(name, archive, member, limits)[:1024]:
                raise ReadError(name, "format", "declares a document type, which files of this format never do")
    try:
        book = _load(data)
    except Exception:
        # Some programs write styles that openpyxl refuses; the sheet is legible without them.
        try:
            book = _load(_unstyled(name, data, limits))
        except Exception as error:
            raise ReadError(name, "format", f"is a damaged workbook: {_reason(error)}") from None
    builder = Builder(name, limits)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            rows = _xlsx_rows(name, sheet, limits)
            merges = [(r.min_row - 1, r.max_row, r.min_col - 1, r.max_col) for r in sheet.merged_cells.ranges]
            hidden_rows = {number - 1 for number, row in sheet.row_dimensions.items() if row.hidden}
            hidden_columns = {
                place - 1
                for column in sheet.column_dimensions.values()
                if column.hidden
                for place in range(column.min or 0, min(column.max or 0, _WIDEST) + 1)
            }
            _add_sheet(builder, sheet.title, rows, merges, hidden_rows, hidden_columns)
    return builder.source()


def _load(data: bytes) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(data), data_only=True)


def _unstyled(name: str, data: bytes, limits: Limits) -> bytes:
    """The workbook without its styles, filters and rules of formatting."""
    sink = io.BytesIO()
    with open_zip(name, data, limits) as archive, zipfile.ZipFile(sink, "w") as plain:
        for member in archive.namelist():
            content = read_member(name, archive, member, limits)
            if member.startswith("xl/worksheets/") and member.endswith(".xml"):
                content = _STYLING.sub(b"", content)
            if member != "xl/styles.xml":
                plain.writestr(member, content)
    return sink.getvalue()


def _xlsx_rows(name: str, sheet: Any, limits: Limits) -> list[list[str]]:
    # Only cells that exist: a sheet may be formatted down to its millionth row.
    filled = {place: cell for place, cell in sheet._cells.items() if cell.value is not None}
    height = max((row for row, _ in filled), default=0)
    width = max((column for _, column in filled), default=0)
    _check_size(name, height, width, limits)
    rows = [[""] * width for _ in range(height)]
    for (row, column), cell in filled.items():
        rows[row - 1][column - 1] = displayed(cell.value, cell.number_format)
    return rows


def read_xls(name: str, data: bytes, limits: Limits) -> Source:
    """Read an Excel workbook of 97 to 2003.

    Raises:
        ReadError: the file is damaged, encrypted, empty or larger than the limits.
    """
    try:
        import xlrd
    except ImportError:
        raise require(name, "Excel workbooks") from None
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except Exception as error:
        if "encrypt" in str(error).lower():
            raise ReadError(name, "encrypted", "is encrypted; save it without a password") from None
        raise ReadError(name, "format", f"is a damaged workbook: {_reason(error)}") from None
    builder = Builder(name, limits)
    for sheet in book.sheets():
        if sheet.visibility == 0:
            _check_size(name, sheet.nrows, sheet.ncols, limits)
            rows = [[_xls_text(book, cell) for cell in sheet.row(number)] for number in range(sheet.nrows)]
            hidden_rows = {number for number, row in sheet.rowinfo_map.items() if row.hidden}
            hidden_columns = {number for number, column in sheet.colinfo_map.items() if column.hidden}
            _add_sheet(builder, sheet.name, rows, sheet.merged_cells, hidden_rows, hidden_columns)
    return builder.source()


def read_ods(name: str, data: bytes, limits: Limits) -> Source:
    """Read an OpenDocument spreadsheet, whose file holds the text that each cell shows.

    Raises:
        ReadError: the file is damaged, encrypted, empty or larger than the limits.
    """
    with open_zip(name, data, limits) as archive:
        if b"manifest:encryption-data" in _manifest(name, archive, limits):
            raise ReadError(name, "encrypted", "is encrypted; save it without a password")
        root = parse_xml(name, read_member(name, archive, "content.xml", limits))
    builder = Builder(name, limits)
    hidden = _hidden_styles(root)
    for table in root.iter("{*}table"):
        if _attribute(table, "style-name") in hidden:
            continue
        rows, merges = _ods_rows(name, table, limits)
        _add_sheet(builder, _attribute(table, "name"), rows, merges, set(), set())
    return builder.source()


def read_csv(name: str, data: bytes, encoding: str | None, limits: Limits) -> Source:
    """Read comma (tab, semicolon, bar) separated values: one table. A file of prose is read as such.

    Raises:
        ReadError: as for plain text.
    """
    text = decode(data, encoding, name=name)
    builder = Builder(name, limits)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))
    except csv.Error as error:
        raise ReadError(name, "format", f"is not comma separated values: {error}") from None
    widths = Counter(len(row) for row in rows if row)
    if len(rows) < 2 or widths.most_common(1)[0][0] < 2:
        return read_text(name, data, encoding, limits)
    _check_size(name, len(rows), max(map(len, rows), default=0), limits)
    _add_sheet(builder, "", [[_csv_text(cell) for cell in row] for row in rows], [], set(), set())
    return builder.source()


def _csv_text(cell: str) -> str:
    """A cell's text; ``="0012"`` is how programs write a text that a sheet must not take for a number."""
    written = _AS_TEXT.fullmatch(cell)
    return clean_cell(written[1] if written else cell)


def delimiter_of(text: str) -> str:
    """The delimiter that most lines at the beginning of ``text`` have the same number of times."""
    lines = [line for line in text[:20_000].splitlines()[:50] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        most = max(counts, default=0)
        return sum(bool(count) for count in counts), most

    return max(",\t;|", key=agreement)


def _xls_text(book: Any, cell: Any) -> str:
    import xlrd

    if cell.ctype not in (xlrd.XL_CELL_DATE, xlrd.XL_CELL_NUMBER):
        return displayed(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT else ""
    style = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
    form = book.format_map.get(style.format_key) if style is not None else None
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        with contextlib.suppress(ValueError, OverflowError, xlrd.XLDateError):
            value = xlrd.xldate_as_datetime(value, book.datemode)
    return displayed(value, form.format_str if form is not None else "General")


def _ods_rows(name: str, table: Any, limits: Limits) -> tuple[list[list[str]], list[Merge]]:
    rows: list[list[str]] = []
    merges: list[Merge] = []
    for row in table.iter("{*}table-row"):
        line: list[str] = []
        for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            text = clean_cell("".join("".join(p.itertext()) for p in cell.iter("{*}p")))
            across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
            if across > 1 or down > 1:
                merges.append((len(rows), len(rows) + down, len(line), len(line) + across))
            line.extend([text] * min(_count(cell, "number-columns-repeated"), _WIDEST + 1 if text else 64))
            _check_size(name, len(rows) + 1, len(line), limits)
        repeated = _count(row, "number-rows-repeated")
        rows.extend([line] * (repeated if any(line) else 1))
        _check_size(name, len(rows), max(map(len, rows[-1:])), limits)
    return rows, merges


def _hidden_styles(root: Any) -> set[str]:
    """Names of the table styles that hide a sheet."""
    return {
        _attribute(style, "name")
        for style in root.iter("{*}style")
        if any(_attribute(inner, "display") == "false" for inner in style.iterchildren("{*}table-properties"))
    }


def _manifest(name: str, archive: Any, limits: Limits) -> bytes:
    path = "META-INF/manifest.xml"
    return read_member(name, archive, path, limits) if path in archive.namelist() else b""


def _attribute(element: Any, local: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == local), "")


def _count(element: Any, local: str) -> int:
    text = _attribute(element, local)
    return max(1, min(int(text), 1 << 24)) if text.isascii() and text.isdigit() else 1


def _check_size(name: str, rows: int, columns: int, limits: Limits) -> None:
    if rows * max(columns, 1) > limits.cells:
        raise ReadError(
            name, "limit", f"has a sheet of {rows} by {columns} cells, more than the limit of {limits.cells}"
        )


def _add_sheet(
    builder: Builder,
    title: str,
    rows: list[list[str]],
    merges: Iterable[Merge],
    hidden_rows: set[int],
    hidden_columns: set[int],
) -> None:
    """Add a sheet as a table, after its trailing blank rows and columns are cut off."""
    height = max((number + 1 for number, row in enumerate(rows) if any(row)), default=0)
    width = max((place + 1 for row in rows for place, text in enumerate(row) if text), default=0)
    grid: Grid = [
        [Box(row[place]) if place < len(row) and row[place] else _EMPTY for place in range(width)]
        for row in rows[:height]
    ]
    for top, bottom, left, right in merges:
        if top < height and left < width:
            box = grid[top][left]
            for number in range(top, min(bottom, height)):
                for place in range(left, min(right, width)):
                    grid[number][place] = box
    shown = [place for place in range(width) if place not in hidden_columns]
    grid = [[row[place] for place in shown] for number, row in enumerate(grid) if number not in hidden_rows]
    named = bool(_SUBSTANCE.search(title)) and not _DEFAULT_NAME.fullmatch(title)
    builder.table(grid, title=title if named else "")


def _reason(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
