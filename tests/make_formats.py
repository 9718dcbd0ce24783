"""Writes documents in every format that cnfin reads, from one source.

A document is a list of blocks: a string is a paragraph, a :class:`final_accounts.SampleTable` a table.
``python tests/make_formats.py FOLDER`` writes the samples and the nine tables in all formats.
"""

from __future__ import annotations

import html
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from budget_tables import budget_tables
from final_accounts import SampleTable, nine_tables, placed
from make_ofd import as_ofd
from print_pdf import as_pdf

Blocks = list["str | SampleTable"]


def blocks_of(text: str) -> Blocks:
    """The paragraphs of a plain text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def nine_blocks(seed: int = 1, year: int = 2022) -> Blocks:
    """The nine tables after a title, as a unit publishes them."""
    return [f"云岭县档案馆{year}年度部门决算公开表", *nine_tables(seed, year)]


def budget_blocks(seed: int = 1, year: int = 2023) -> Blocks:
    """The tables of a budget after a title."""
    return [f"云岭县档案馆{year}年部门预算公开表", *budget_tables(seed, year)]


def as_html(blocks: Blocks, encoding: str = "utf-8") -> bytes:
    """A page as government sites make them, with the site around the article."""
    body = "\n".join(_html_block(block) for block in blocks)
    title = next((block for block in blocks if isinstance(block, str)), "")
    others = "".join(f'<li><a href="/{n}">云岭县某某局部门决算公开第{n}期</a></li>' for n in range(12))
    page = f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}">
<title>{html.escape(title)}_云岭县人民政府网</title><style>p {{margin: 0}}</style>
<script>var a = "<p>首页</p>";</script></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zwgk">政务公开</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/czyjs">财政预决算</a></div>
<div class="side"><ul>{others}</ul></div>
<div class="article"><div class="tools">【字体：大 中 小】 打印</div><div id="zoom">{body}</div>
<div class="share">分享到：<a href="#">微信</a></div></div>
<div class="footer">主办单位：云岭县人民政府　ICP备00000000号</div></body></html>"""
    return page.encode(encoding, "xmlcharrefreplace")


def _html_block(block: str | SampleTable) -> str:
    if isinstance(block, str):
        return f"<p>　　{html.escape(block)}</p>"
    rows = [
        "<tr>" + "".join(
            f'<th colspan="{head.columns}" rowspan="{head.rows}">{html.escape(head.text)}</th>' for head in row
        ) + "</tr>"
        for row in block.header
    ]  # fmt: skip
    rows += ["<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in block.rows]
    caption = f"<p>{block.title}</p><p>{block.number}</p><p>单位：{block.unit}</p>"
    return f"{caption}<table border=1>{''.join(rows)}</table>"


def as_docx(blocks: Blocks) -> bytes:
    """A Word file, with python-docx."""
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "部门决算公开"
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        for line in (block.title, block.number, f"单位：{block.unit}"):
            document.add_paragraph(line)
        depth = len(block.header)
        table = document.add_table(rows=depth + len(block.rows), cols=block.width, style="Table Grid")
        for row, column, head in placed(block.header, block.width):
            cell = table.cell(row, column)
            if head.rows > 1 or head.columns > 1:
                cell = cell.merge(table.cell(row + head.rows - 1, column + head.columns - 1))
            cell.text = head.text
        for number, texts in enumerate(block.rows):
            for cell, text in zip(table.rows[depth + number].cells, texts, strict=True):
                cell.text = text
    return _saved(document.save)


def as_xlsx(blocks: Blocks) -> bytes:
    """A workbook: a sheet for the text where there is any, and one a table; figures are numbers."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    texts = [block for block in blocks if isinstance(block, str)]
    if texts:
        sheet = book.create_sheet("说明")
        for text in texts:
            sheet.append([text])
    for block in blocks:
        if isinstance(block, str):
            continue
        sheet = book.create_sheet(block.number)
        last = get_column_letter(block.width)
        sheet["A1"] = block.title
        sheet.merge_cells(f"A1:{last}1")
        sheet.cell(2, block.width, block.number)
        sheet["A3"] = "部门：云岭县档案馆"
        sheet.cell(3, block.width, f"金额单位：{block.unit}")
        for row, column, head in placed(block.header, block.width):
            sheet.cell(row + 4, column + 1, head.text)
            if head.rows > 1 or head.columns > 1:
                sheet.merge_cells(start_row=row + 4, start_column=column + 1, end_row=row + 3 + head.rows,
                                  end_column=column + head.columns)  # fmt: skip
        for number, row_texts in enumerate(block.rows):
            for column, text in enumerate(row_texts):
                cell = sheet.cell(len(block.header) + 4 + number, column + 1)
                if text and "." in text:
                    cell.value, cell.number_format = float(text), "0.00"
                elif text:
                    cell.value = text
    return _saved(book.save)


def as_xls(blocks: Blocks) -> bytes:
    """An old workbook, with xlwt."""
    import xlwt

    book = xlwt.Workbook()
    two_digits = xlwt.easyxf(num_format_str="0.00")
    told = book.add_sheet("说明")
    for line, text in enumerate(block for block in blocks if isinstance(block, str)):
        told.write(line, 0, text)
    for place, block in enumerate(block for block in blocks if isinstance(block, SampleTable)):
        sheet = book.add_sheet(f"{place + 1} {block.number}")
        sheet.write_merge(0, 0, 0, block.width - 1, block.title)
        sheet.write(1, block.width - 1, f"单位：{block.unit}")
        for row, column, head in placed(block.header, block.width):
            sheet.write_merge(row + 2, row + 1 + head.rows, column, column + head.columns - 1, head.text)
        for number, texts in enumerate(block.rows):
            for column, text in enumerate(texts):
                if text:
                    figure = "." in text
                    sheet.write(len(block.header) + 2 + number, column, float(text) if figure else text,
                                *((two_digits,) if figure else ()))  # fmt: skip
    return _saved(book.save)


def as_ods(blocks: Blocks) -> bytes:
    """An OpenDocument spreadsheet, written by hand."""
    names = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
             'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
             'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"')  # fmt: skip
    texts = "".join(
        f"<table:table-row><table:table-cell><text:p>{html.escape(block)}</text:p></table:table-cell></table:table-row>"
        for block in blocks if isinstance(block, str)
    )  # fmt: skip
    sheets = f'<table:table table:name="说明">{texts}</table:table>' + "".join(
        f'<table:table table:name="{block.number}">{_ods_table(block)}</table:table>'
        for block in blocks if isinstance(block, SampleTable)
    )  # fmt: skip
    content = f"""<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body>
<office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"""
    return as_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})


def _ods_table(block: SampleTable) -> str:
    def cell(text: str, columns: int = 1, rows: int = 1) -> str:
        spans = f'table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'
        return f"<table:table-cell {spans}><text:p>{html.escape(text)}</text:p></table:table-cell>"

    covered = "<table:covered-table-cell/>"
    blanks = f'<table:table-cell table:number-columns-repeated="{block.width - 1}"/>'
    lines = [cell(block.title, block.width) + covered * (block.width - 1), blanks + cell(f"单位：{block.unit}")]
    starts = {(row, column): head for row, column, head in placed(block.header, block.width)}
    for row in range(len(block.header)):
        heads = [starts.get((row, column)) for column in range(block.width)]
        lines.append("".join(cell(head.text, head.columns, head.rows) if head else covered for head in heads))
    lines += ["".join(map(cell, texts)) for texts in block.rows]
    return "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)


def as_csv(table: SampleTable, encoding: str = "gb18030") -> bytes:
    """One table, its header in one row, as Excel saves it in China."""
    import csv

    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow([table.title])
    writer.writerow([*[""] * (table.width - 1), f"单位：{table.unit}"])
    for row in range(len(table.header)):
        texts = [""] * table.width
        for down, column, head in placed(table.header, table.width):
            if down == row:
                texts[column] = head.text
        writer.writerow(texts)
    writer.writerows(table.rows)
    return sink.getvalue().encode(encoding)


def grid_of(table: SampleTable) -> list[list[str]]:
    """Heads and rows, a text a column; what a merged head covers is empty."""
    heads = [[""] * table.width for _ in table.header]
    for row, column, head in placed(table.header, table.width):
        heads[row][column] = head.text
    return heads + table.rows


def as_text(blocks: Blocks, style: str) -> str:
    """A text as pages are copied: rows of tabs or pipes, a cell a line, or a table in one line of words."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines.append(block)
            continue
        rows = grid_of(block)
        head = [block.title, f"单位：{block.unit}"]
        if style == "tabs":
            lines += [*head, *("\t".join(row) for row in rows)]
        elif style == "pipes":
            lines += [*head, *(" | ".join(row) + " |" for row in rows)]
        elif style == "cells":
            lines += [*head, *(text for row in rows for text in row if text)]
        else:
            lines.append(" ".join([*head, *(text for row in rows for text in row if text)]))
    return "\n".join(lines) + "\n"


def as_zip(files: dict[str, bytes]) -> bytes:
    """A zip archive of ``files``."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return sink.getvalue()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    sink = io.BytesIO()
    save(sink)
    return sink.getvalue()


WRITERS: dict[str, Callable[[Blocks], bytes]] = {
    "pdf": as_pdf, "docx": as_docx, "html": as_html, "xlsx": as_xlsx, "xls": as_xls, "ods": as_ods, "ofd": as_ofd,
}  # fmt: skip


def main(folder: Path) -> None:
    """Write the samples and the nine tables in every format to ``folder``."""
    samples = Path(__file__).resolve().parents[1] / "corpus" / "samples"
    documents = {path.stem: blocks_of(path.read_text("utf-8")) for path in sorted(samples.glob("*.txt"))}
    folder.mkdir(parents=True, exist_ok=True)
    for name, blocks in documents.items():
        for kind in ("pdf", "docx", "html", "xlsx"):
            (folder / f"{name}.{kind}").write_bytes(WRITERS[kind](blocks))
    for kind, writer in WRITERS.items():
        (folder / f"nine-tables.{kind}").write_bytes(writer(nine_blocks()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
