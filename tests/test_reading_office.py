"""Word files and workbooks as people make them: what is shown counts, however it is written."""

from __future__ import annotations

import pytest
from make_formats import as_zip

from cnfin.errors import ReadError
from cnfin.reading import Limits, read_bytes
from cnfin.reading.sniff import format_of

HERE = Limits(isolated=False)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMES = (
    f'{W} xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
STYLES = (
    '<w:style w:type="character" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Draft"><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Base"><w:rPr><w:vanish w:val="1"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>'
)


def _docx(body: str) -> bytes:
    main = 'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"'
    return as_zip({
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" {main}/></Types>'.encode(),
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>".encode(),
        "word/styles.xml": f"<w:styles {W}>{STYLES}</w:styles>".encode(),
    })  # fmt: skip


def _run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def _paragraph(*runs: str, style: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def _offered(block: str) -> str:
    both = f"<mc:Choice>{block}</mc:Choice><mc:Fallback>{block}</mc:Fallback>"
    return f"<mc:AlternateContent>{both}</mc:AlternateContent>"


RAISED = '<w:vertAlign w:val="superscript"/>'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (_paragraph(_run("支出"), _run("5", '<w:vanish w:val="off"/>'), _run("填写", "<w:vanish/>")), "支出5"),
        (_paragraph(_run("支出"), _run("草稿", '<w:rStyle w:val="Ghost"/>'), _run("5万元")), "支出5万元"),
        (_paragraph(_run("草稿")) + _paragraph(_run("说明"), style="Draft"), "草稿"),
        (_paragraph(_run("草"), _run("正文", '<w:vanish w:val="false"/>'), style="Draft"), "正文"),
        (_paragraph(_run("循环"), style="Loop"), "循环"),
        (_paragraph(_run("支出4", "<w:strike/>"), _run("支出5万元")), "支出5万元"),
        (_paragraph(_run("支出"), _run("4", "<w:dstrike/>"), _run("5", '<w:strike w:val="0"/>')), "支出5"),
        (_paragraph(_run("支出5"), _run("[3]", RAISED), _run("万元"), _run("①", RAISED), _run("。")), "支出5万元。"),
        (_paragraph(_run("面积80m"), _run("2", RAISED), _run("，共3"), _run("rd", RAISED)), "面积80m2，共3rd"),
        (_paragraph(_run("增长"), "<m:oMath><m:r><m:t>5.2%</m:t></m:r></m:oMath>", _run("。")), "增长5.2%。"),
        (_offered(_paragraph(_run("支出5万元"))), "支出5万元"),
        (f"<w:p>{_offered(_run('支出5万元'))}</w:p>", "支出5万元"),
    ],
)  # fmt: skip
def test_what_word_shows(body: str, text: str) -> None:
    assert read_bytes(_docx(body), limits=HERE).text == text + "\n"


# Excel 2003 XML


SHEETS = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="Standard"/></Style>
<Style ss:ID="s2"><NumberFormat ss:Format="0!.0,"/></Style>
<Style ss:ID="s3"><NumberFormat ss:Format="Percent"/></Style></Styles>
<Worksheet ss:Name="支出决算表"><Table><Column/><Column ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">单位：万元</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">项目</Data></Cell><Cell><Data ss:Type="String">藏</Data></Cell>
<Cell><Data ss:Type="String">决算数</Data></Cell><Cell ss:Index="4"><Data ss:Type="String">占比</Data></Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">基本支出</Data></Cell>
<Cell ss:Index="3" ss:StyleID="s1"><Data ss:Type="Number">2345.6</Data></Cell>
<Cell ss:StyleID="s3"><Data ss:Type="Number">0.5</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="String">藏</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">项目支出</Data></Cell>
<Cell ss:Index="3" ss:StyleID="s2"><Data ss:Type="Number">9876543</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="b"><Table><Row><Cell><Data ss:Type="String">藏</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_excel_2003_xml(encoding: str) -> None:
    text = SHEETS.replace('version="1.0"', f'version="1.0" encoding="{encoding}"', 1)
    source = read_bytes(text.encode(encoding), "决算.xls", limits=HERE)
    (table,) = source.tables
    assert (table.title, table.unit) == ("支出决算表", "万元")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["项目", "决算数", "占比"], ["基本支出", "2,345.60", "50.00%"], ["项目支出", "987.7", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('ss:Index="4"><Cell>', 'ss:Index="9999999"><Cell>', "limit"),
        ('<Cell ss:Index="4">', '<Cell ss:Index="9999999">', "limit"),
        ("<Workbook", "<!DOCTYPE a><Workbook", "format"),
        ("</Workbook>", "", "format"),
    ],
)
def test_hostile_excel_xml(old: str, new: str, kind: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(SHEETS.replace(old, new, 1).encode(), limits=Limits(isolated=False, cells=100_000))
    assert caught.value.kind == kind


# Pages by how they begin


PAGE = "<p>支出5万元。</p>"


@pytest.mark.parametrize(
    ("begin", "form"),
    [
        ("<h2>标题</h2>", "html"),
        ("\n<!-- a --><?xml version='1.0'?>\n<!-- b > c --><ul><li>", "html"),
        ("<script>if (a<b) c()</script>", "html"),
        ("<!DOCTYPE html>", "html"),
        ("首页 > 公开<br><b>a</b><div></div><i></i>", "html"),
        ("<!-- 没有结尾", "text"),
        ("<附件1>", "text"),
        ("<note>", "text"),
        ("1<2，3>2。", "text"),
        ("MIME-Version: 1.0\nContent-Type: text/html\n\n", "mhtml"),
        ("说明：MIME-Version: 1.0\nContent-Type: text/html\n\n", "text"),
        ('{"a": 1}', "text"),
    ],
)
def test_what_a_page_begins_with(begin: str, form: str) -> None:
    assert format_of((begin + PAGE).encode(), "a")[0] == form


def test_beginnings_are_read_in_time() -> None:
    for begin in ("<!-- c -->" * 100_000, "<!--" * 100_000, " " * 1_000_000, "a:\n" * 100_000, "<b" * 100_000):
        format_of((begin + PAGE).encode(), "a")


@pytest.mark.parametrize("frame", ["<div align=center>{}</div>", "<center><div>{}</div></center>", "{}"])
def test_the_title_of_a_table_stands_beside_its_frame(frame: str) -> None:
    rows = "".join(f"<tr><td>科目{number}支出</td><td>{number}00.00</td></tr>" for number in range(40))
    table = frame.format(f"<table>{rows}</table>")
    page = f"<html><body><div><h3>云岭县档案馆支出表</h3><p>单位：元</p>{table}</div></body></html>"
    source = read_bytes(page.encode(), limits=HERE)
    assert source.text.startswith("云岭县档案馆支出表\n单位：元\n") and source.tables[0].unit == "元"


@pytest.mark.parametrize(
    ("cell", "text"), [('="0201"', "0201"), ('"=""12,600.00"""', "12,600.00"), ("=A1+B1", "=A1+B1"), ('"a""b"', 'a"b')]
)
def test_texts_of_csv_cells(cell: str, text: str) -> None:
    source = read_bytes(f"项目,决算数\n基本支出,{cell}\n".encode(), "a.csv", limits=HERE)
    assert source.tables[0].rows[1][1].text == text


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<fieldset>" * 20_000, "limit"),
        ("<div></span>" * 50_000, "limit"),
        ("<p" + " a=1" * 50_000 + ">x", "limit"),
        ("<p>" * 50_000 + "支出", ""),
        ("<p>" + " " * 400_000 + "支出</p>", ""),
        ("<p>" + "\n " * 200_000 + "支出</p>", ""),
        ("<p>" + "打印 关闭 " * 50_000 + "支出</p>", ""),
        ("<p>" + "主办单位：" * 50_000 + "支出</p>", ""),
        ("<title>" + "-_" * 50_000 + "</title><p>支出</p>", ""),
    ],
    ids=range(9),
)
def test_hostile_pages_are_read_in_time(page: str, kind: str) -> None:
    try:
        source = read_bytes(f"<html><body>{page}".encode(), limits=Limits(seconds=20))
    except ReadError as error:
        assert error.kind == kind
    else:
        assert kind == "" and source.text.endswith("支出\n")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("打印 关闭", False),
        ("【字体：大 中 小】 打印本页", False),
        ("上一篇：某某公开", False),
        ("当前位置：首页", False),
        ("版权所有：某某", False),
        ("下载办公费用说明", True),
        ("关闭煤矿支出5万元", True),
    ],
)
def test_remnants_of_a_page(line: str, kept: bool) -> None:
    page = f"<html><body><p>2022年度支出总计5万元，比上年增长3%。</p><p>{line}</p></body></html>"
    assert (line in read_bytes(page.encode(), limits=HERE).text) == kept
