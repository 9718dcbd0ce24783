"""OpenDocument spreadsheets (.ods), whose files hold the text that each cell shows."""

from __future__ import annotations

from typing import Any

from cnfin.document import Source
from cnfin.reading.builder import Builder, clean_cell
from cnfin.reading.file import File
from cnfin.reading.packages import open_zip, parse_xml, read_member
from cnfin.reading.sheet import WIDEST, Merge, add_sheet, check_size


def read_ods(file: File) -> Source:
    """Read an OpenDocument spreadsheet.

    Raises:
        ReadError: the file is damaged, encrypted, empty or larger than the limits.
    """
    with open_zip(file) as archive:
        if b"manifest:encryption-data" in _manifest(file, archive):
            raise file.error("encrypted", "is encrypted; save it without a password")
        root = parse_xml(file, read_member(file, archive, "content.xml"))
    builder = Builder(file)
    hidden = _hidden_styles(root)
    for table in root.iter("{*}table"):
        if _attribute(table, "style-name") in hidden:
            continue
        rows, merges = _ods_rows(file, table)
        add_sheet(builder, _attribute(table, "name"), rows, merges)
    return builder.source()


def _ods_rows(file: File, table: Any) -> tuple[list[list[str]], list[Merge]]:
    rows: list[list[str]] = []
    merges: list[Merge] = []
    for row in table.iter("{*}table-row"):
        line: list[str] = []
        for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            text = clean_cell("".join("".join(p.itertext()) for p in cell.iter("{*}p")))
            across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
            if across > 1 or down > 1:
                merges.append((len(rows), len(rows) + down, len(line), len(line) + across))
            line.extend([text] * min(_count(cell, "number-columns-repeated"), WIDEST + 1 if text else 64))
            check_size(file, len(rows) + 1, len(line))
        repeated = _count(row, "number-rows-repeated")
        rows.extend([line] * (repeated if any(line) else 1))
        check_size(file, len(rows), max(map(len, rows[-1:])))
    return rows, merges


def _hidden_styles(root: Any) -> set[str]:
    """Names of the table styles that hide a sheet."""
    return {
        _attribute(style, "name")
        for style in root.iter("{*}style")
        if any(_attribute(inner, "display") == "false" for inner in style.iterchildren("{*}table-properties"))
    }


def _manifest(file: File, archive: Any) -> bytes:
    path = "META-INF/manifest.xml"
    return read_member(file, archive, path) if path in archive.namelist() else b""


def _attribute(element: Any, local: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == local), "")


def _count(element: Any, local: str) -> int:
    text = _attribute(element, local)
    return max(1, min(int(text), 1 << 24)) if text.isascii() and text.isdigit() else 1
