"""Workbooks (.xlsx, .xls) and .csv: a sheet a table, with figures as the sheet shows them.

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
from collections.abc import Callable
from typing import Any

from cnfin.document import Source
from cnfin.reading.builder import Builder, clean_cell
from cnfin.reading.figures import displayed
from cnfin.reading.file import File
from cnfin.reading.packages import open_zip, read_member
from cnfin.reading.sheet import WIDEST, add_sheet, check_size
from cnfin.reading.text import decode, read_text

_STYLING = re.compile(
    rb'(?<=\s)s="\d+"|<autoFilter\b[^>]*/>|<(autoFilter|conditionalFormatting|dataValidations|extLst)\b.*?</\1>',
    re.DOTALL,
)
_MERGE = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"(\s*/>)')
_CELL = re.compile(rb'<c\s[^>]{0,40}?\br="([A-Z]{1,3})(\d{1,7})"')
_LARGE_MERGE = 10_000
_AS_TEXT = re.compile(r'\s*="+([^"]*)"+\s*')


def read_xlsx(file: File) -> Source:
    """Read an Excel workbook of 2007 or later.

    Raises:
        ReadError: the file is damaged, encrypted, empty or larger than the limits.
    """
    try:
        import openpyxl  # noqa: F401  (before anything is read, to say what is missing)
    except ImportError:
        raise file.needs("Excel workbooks") from None
    with open_zip(file) as archive:
        for member in archive.namelist():
            # openpyxl reads every part it needs; a document type in any of them is an attack.
            if _has_doctype(read_member(file, archive, member)):
                raise file.error("format", "declares a document type, which files of this format never do")
    try:
        book = _load(_with_small_merges(file))
    except Exception:
        # Some programs write styles that openpyxl refuses; the sheet is legible without them.
        try:
            book = _load(_rewritten(file, _unstyled))
        except Exception as error:
            raise file.error("format", f"is a damaged workbook: {_reason(error)}") from None
    builder = Builder(file)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            rows = _xlsx_rows(file, sheet)
            merges = [(r.min_row - 1, r.max_row, r.min_col - 1, r.max_col) for r in sheet.merged_cells.ranges]
            hidden_rows = {number - 1 for number, row in sheet.row_dimensions.items() if row.hidden}
            hidden_columns = {
                place - 1
                for column in sheet.column_dimensions.values()
                if column.hidden
                for place in range(column.min or 0, min(column.max or 0, WIDEST) + 1)
            }
            add_sheet(builder, sheet.title, rows, merges, hidden_rows, hidden_columns)
    return builder.source()


def _load(data: bytes) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(data), data_only=True)


def _has_doctype(part: bytes) -> bool:
    wide = part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:4]
    return b"<!DOCTYPE" in (part.replace(b"\0", b"") if wide else part)


def _rewritten(file: File, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The workbook with its parts changed; those that ``change`` gives None for are left out."""
    sink = io.BytesIO()
    with open_zip(file) as archive, zipfile.ZipFile(sink, "w") as changed:
        for member in archive.namelist():
            content = change(member, read_member(file, archive, member))
            if content is not None:
                changed.writestr(member, content)
    return sink.getvalue()


def _is_sheet(member: str) -> bool:
    return member.startswith("xl/worksheets/") and member.endswith(".xml")


def _unstyled(member: str, content: bytes) -> bytes | None:
    """A part without styles, filters and rules of formatting."""
    if member == "xl/styles.xml":
        return None
    return _STYLING.sub(b"", content) if _is_sheet(member) else content


def _with_small_merges(file: File) -> bytes:
    """The workbook, its merged ranges cut to the rows that are used: openpyxl makes a cell of each place in them."""
    with open_zip(file) as archive:
        sheets = [read_member(file, archive, member) for member in archive.namelist() if _is_sheet(member)]
    large = any(_area(match) > _LARGE_MERGE for sheet in sheets for match in _MERGE.finditer(sheet))
    return _rewritten(file, _cut_merges) if large else file.data


def _area(merge: re.Match[bytes]) -> int:
    return (abs(int(merge[4]) - int(merge[2])) + 1) * (abs(_column(merge[3]) - _column(merge[1])) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cut_merges(member: str, content: bytes) -> bytes:
    if not _is_sheet(member):
        return content
    places = [(int(match[2]), _column(match[1])) for match in _CELL.finditer(content)]
    last = max((row for row, _ in places), default=content.count(b"<row"))
    right = max((column for _, column in places), default=WIDEST)

    def cut(merge: re.Match[bytes]) -> bytes:
        if _area(merge) <= _LARGE_MERGE:
            return merge[0]
        if int(merge[2]) > last or _column(merge[1]) > right:
            return b""
        column = merge[3] if _column(merge[3]) <= right else _letters(right)
        return b'<mergeCell ref="%b%b:%b%d"' % (merge[1], merge[2], column, min(int(merge[4]), last)) + merge[5]

    return _MERGE.sub(cut, content)


def _letters(column: int) -> bytes:
    letters = b""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = bytes([65 + rest]) + letters
    return letters


def _xlsx_rows(file: File, sheet: Any) -> list[list[str]]:
    # Only cells that exist: a sheet may be formatted down to its millionth row.
    filled = {place: cell for place, cell in sheet._cells.items() if cell.value is not None}
    height = max((row for row, _ in filled), default=0)
    width = max((column for _, column in filled), default=0)
    check_size(file, height, width)
    rows = [[""] * width for _ in range(height)]
    for (row, column), cell in filled.items():
        rows[row - 1][column - 1] = displayed(cell.value, cell.number_format)
    return rows


def read_xls(file: File) -> Source:
    """Read an Excel workbook of 97 to 2003.

    Raises:
        ReadError: the file is damaged, encrypted, empty or larger than the limits.
    """
    try:
        import xlrd
    except ImportError:
        raise file.needs("Excel workbooks") from None
    try:
        book = xlrd.open_workbook(file_contents=file.data, formatting_info=True, logfile=io.StringIO())
    except Exception as error:
        if "encrypt" in str(error).lower():
            raise file.error("encrypted", "is encrypted; save it without a password") from None
        raise file.error("format", f"is a damaged workbook: {_reason(error)}") from None
    builder = Builder(file)
    for sheet in book.sheets():
        if sheet.visibility == 0:
            check_size(file, sheet.nrows, sheet.ncols)
            rows = [[_xls_text(book, cell) for cell in sheet.row(number)] for number in range(sheet.nrows)]
            hidden_rows = {number for number, row in sheet.rowinfo_map.items() if row.hidden}
            hidden_columns = {number for number, column in sheet.colinfo_map.items() if column.hidden}
            add_sheet(builder, sheet.name, rows, sheet.merged_cells, hidden_rows, hidden_columns)
    return builder.source()


def read_csv(file: File) -> Source:
    """Read comma (tab, semicolon, bar) separated values: one table. A file of prose is read as such.

    Raises:
        ReadError: as for plain text.
    """
    text = decode(file.data, file.how.encoding, name=file.name)
    builder = Builder(file)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))
    except csv.Error as error:
        raise file.error("format", f"is not comma separated values: {error}") from None
    widths = Counter(len(row) for row in rows if row)
    if len(rows) < 2 or widths.most_common(1)[0][0] < 2:
        return read_text(file)
    check_size(file, len(rows), max(map(len, rows), default=0))
    add_sheet(builder, "", [[_csv_text(cell) for cell in row] for row in rows])
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


def _reason(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
