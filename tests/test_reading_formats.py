"""Reading: tables and prose come back the same from every format."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from final_accounts import SampleTable, nine_tables
from make_formats import WRITERS, as_csv, as_docx, as_html, as_zip, blocks_of, nine_blocks
from print_pdf import as_pdf

from cnfin.document import Source, Table
from cnfin.reading import Limits, read_bytes
from cnfin.reading.figures import displayed
from cnfin.reading.numbering import written

SAMPLES = sorted((Path(__file__).resolve().parents[1] / "corpus" / "samples").glob("*.txt"))
HERE = Limits(isolated=False)


# The nine tables in every format


def _grid(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def _expected(table: SampleTable) -> list[list[str]]:
    return [row for row in table.rows if any(row)]


@pytest.fixture(scope="module")
def written_tables() -> dict[str, bytes]:
    return {kind: write(nine_blocks()) for kind, write in WRITERS.items()}


@pytest.mark.parametrize("kind", WRITERS)
def test_nine_tables(kind: str, written_tables: dict[str, bytes]) -> None:
    source = read_bytes(written_tables[kind], f"a.{kind}", limits=HERE)
    expected = nine_tables()
    assert [table.title for table in source.tables] == [table.title for table in expected]
    assert {table.unit for table in source.tables} == {"万元"}
    for table, sample in zip(source.tables, expected, strict=True):
        body = _grid(table)[len(sample.header) :]
        assert [_without_blanks(row) for row in body] == [_without_blanks(row) for row in _expected(sample)]
        assert table.rows[0][0].text == sample.header[0][0].text
        _check_offsets(source, table)


def _without_blanks(row: list[str]) -> list[str]:
    return [text for text in row if text]


def _check_offsets(source: Source, table: Table) -> None:
    for row in table.rows:
        for cell in row:
            assert source.text[cell.start : cell.end] == cell.text
        own = max(row, key=lambda cell: cell.start)
        begin = source.text.rfind("\n", 0, own.start) + 1
        line = source.text[begin : source.text.index("\n", own.start)]
        assert line.count("\t") == len(row) - 1


@pytest.mark.parametrize("kind", ["docx", "html", "xlsx", "pdf", "ofd"])
def test_merged_header_cells_are_repeated(kind: str, written_tables: dict[str, bytes]) -> None:
    source = read_bytes(written_tables[kind], limits=HERE)
    rows = source.tables[6].rows
    assert [cell.text for cell in rows[0]] == ["预算数"] * 6 + ["决算数"] * 6
    assert len({cell.start for cell in rows[0]}) == 2
    assert [cell.text for cell in rows[1]].count("公务用车购置及运行维护费") == 6
    assert [row[1].text for row in rows[1:3]] == ["因公出国（境）费"] * 2 and rows[1][1] == rows[2][1]


def test_code_columns_stay_cells(written_tables: dict[str, bytes]) -> None:
    for kind in ("docx", "pdf", "xlsx"):
        rows = _grid(read_bytes(written_tables[kind], limits=HERE).tables[1])
        assert ["201", "03", "01", "行政运行"] in [row[:4] for row in rows]
        assert rows[2][:3] == ["类", "款", "项"]


def test_table_over_pages_is_one() -> None:
    data = as_pdf(nine_blocks(), rows_a_page=8)
    source = read_bytes(data, limits=HERE)
    assert len(source.pages) > 12
    assert [table.title for table in source.tables] == [table.title for table in nine_tables()]
    for table, sample in zip(source.tables, nine_tables(), strict=True):
        body = [_without_blanks(row) for row in _grid(table)[len(sample.header) :]]
        assert body == [_without_blanks(row) for row in _expected(sample)]


def test_workbook_with_styles_that_no_library_takes() -> None:
    with zipfile.ZipFile(io.BytesIO(WRITERS["xlsx"](nine_blocks()))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["xl/styles.xml"] = b"<broken"
    source = read_bytes(as_zip(files), limits=HERE)
    assert [table.title for table in source.tables] == [table.title for table in nine_tables()]
    assert [len(table.rows) for table in source.tables][5:] == [8, 4, 5, 5]


def test_csv() -> None:
    table = nine_tables()[5]
    source = read_bytes(as_csv(table), "a.csv", limits=HERE)
    assert [source.tables[0].title, source.tables[0].unit] == [table.title, "万元"]
    assert ["301", "工资福利支出"] in [row[:2] for row in _grid(source.tables[0])]
    assert read_bytes("第一段。\n第二段，还有话。\n".encode(), "a.csv", limits=HERE).tables == ()


# Prose in every format


@pytest.mark.parametrize("kind", ["pdf", "docx", "html", "xlsx", "ofd"])
def test_prose_comes_back(kind: str) -> None:
    for path in SAMPLES[:4]:
        blocks = blocks_of(path.read_text("utf-8"))
        source = read_bytes(WRITERS[kind](blocks), limits=HERE)
        told = {_bare(line) for line in source.text.splitlines()}
        missing = [block for block in blocks if len(block) > 6 and _bare(block) not in told]
        assert len(missing) <= 0.06 * len(blocks), missing


def _bare(text: str) -> str:
    return "".join(text.split())


def test_pdf_pages_and_running_heads() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SAMPLES[:2])
    source = read_bytes(as_pdf(blocks_of(text)), limits=HERE)
    assert "公开文本" not in source.text
    assert source.pages[0] == 0 and list(source.pages) == sorted(source.pages) and len(source.pages) > 4
    assert not any(line.strip("- ").isdigit() and line.startswith("- ") for line in source.text.splitlines())


def test_html_leaves_the_page_out() -> None:
    for encoding in ("utf-8", "gb2312", "gbk"):
        source = read_bytes(as_html(["云岭县档案馆2022年度部门决算", "收入总计1.20万元。" * 9], encoding), limits=HERE)
        assert source.text == "云岭县档案馆2022年度部门决算\n" + "收入总计1.20万元。" * 9 + "\n"


def test_docx_numbers_and_text_boxes(tmp_path: Path) -> None:
    data = _with_numbering(as_docx(["总体情况", "收入", "支出", "其他", "文本框在此"]))
    text = read_bytes(data, limits=HERE).text
    assert text.splitlines() == ["一、总体情况", "（一）收入", "（二）支出", "二、其他", "文本框在此", "框中的字"]


def _with_numbering(data: bytes) -> bytes:
    """A Word file whose paragraphs Word numbers, and with a text box that is stored twice."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, text in enumerate(("%1、", "（%2）"))
    )
    numbering = (
        f'<w:numbering {namespace}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="9"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    body = files["word/document.xml"].decode()
    for text, depth in (("总体情况", 0), ("收入", 1), ("支出", 1), ("其他", 0)):
        number = f'<w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="9"/></w:numPr></w:pPr>'
        body = body.replace(f"<w:r><w:t>{text}", f"{number}<w:r><w:t>{text}")
    box = "<w:txbxContent><w:p><w:r><w:t>框中的字</w:t></w:r></w:p></w:txbxContent>"
    alternate = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    files["word/document.xml"] = body.replace("文本框在此</w:t></w:r>", f"文本框在此</w:t></w:r>{alternate}").encode()
    files["word/numbering.xml"] = numbering.encode()
    return as_zip(files)


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        (12, "chineseCounting", "十二"),
        (20, "chineseCountingThousand", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (21, "chineseLegalSimplified", "贰拾壹"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (14, "upperRoman", "XIV"),
        (28, "lowerLetter", "bb"),
        (4, "decimal", "4"),
        (2, "ideographTraditional", "乙"),
        (7, "decimalFullWidth", "７"),
    ],
)
def test_word_numbers(number: int, kind: str, text: str) -> None:
    assert written(number, kind) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (2456.5, "#,##0.00", "2,456.50"),
        (1234567.5, "#,##0.00_ ;[Red]\\-#,##0.00\\ ", "1,234,567.50"),
        (-2456.5, "#,##0.00_);(#,##0.00)", "-2,456.50"),
        (-3.14159, "0.00;[Red]0.00", "-3.14"),
        (87654321.4, "0!.0,", "8765.4"),
        (4321, "0!.0,", "0.4"),
        (65432.1, "#,##0.0,", "65.4"),
        (7654321.0, "0.00,,", "7.65"),
        (98765.4, '#,##0.00"元"', "98,765.40元"),
        (12.5, "0.0\\万元", "12.5万元"),
        (0.051, "0.0#%", "5.1%"),
        (0.5, "#.##", ".5"),
        (7, "[>=10]0;0.0", "7.0"),
        (3, "#.##", "3"),
        (12, "# ?/?", "12"),
        (date(2020, 3, 1), 'yyyy"年预算数"', "2020年预算数"),
        (date(2020, 3, 1), "mm-dd-yy", "2020年3月1日"),
        (datetime(2020, 3, 1, 8, 5), "yyyy-mm-dd hh:mm", "2020-03-01 08:05"),
        (date(2020, 3, 1), 'yyyy"年"m"月";@', "2020年3月"),
        (0.9491, "0.00%", "94.91%"),
        (1234.5600000000002, "General", "1234.56"),
        (2080505, "General", "2080505"),
        (2080505.0, "0", "2080505"),
        (5, "00", "05"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0.00"),
        (0, "0.00;-0.00;", ""),
        (-0.001, "0.00", "0.00"),
        (1e-7, "General", "0.0000001"),
        (12.345, "0.00_ ", "12.35"),
        ("合　　计", "General", "合计"),
        (None, "General", ""),
    ],
)
def test_figures_as_a_sheet_shows_them(value: object, number_format: str, text: str) -> None:
    assert displayed(value, number_format) == text
