"""PDF pages as programs make them: rules drawn in many ways, pages turned, rows broken, marks across."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from print_pdf import FONT
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from cnfin.document import Source
from cnfin.reading import Limits, read_bytes
from cnfin.reading.pdf.fonts import box_font
from cnfin.reading.pdf.lines import lines_of
from cnfin.reading.pdf.page import Glyph

ROWS = (
    ("科目名称", "本年支出合计", "基本支出"),
    ("行政运行", "1.20", "3.40"),
    ("住房公积金", "5.60", ""),
    ("总计", "6.80", "3.40"),
)
XS = (90, 300, 500, 700)
YS = (470, 450, 430, 410, 390)
LANDSCAPE = (842, 595)


def _read(draw: Callable[[Canvas], None], size: tuple[float, float] = LANDSCAPE) -> Source:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=size)
    draw(canvas)
    canvas.save()
    return read_bytes(sink.getvalue(), limits=Limits(isolated=False))


def _write(canvas: Any, rows: tuple[tuple[str, ...], ...] = ROWS) -> None:
    canvas.setFont(FONT, 12)
    canvas.drawString(100, 500, "支出决算表")
    canvas.drawString(600, 480, "单位：万元")
    for line, row in enumerate(rows):
        for x, text in zip(XS, row, strict=False):
            canvas.drawString(x + 5, YS[line] - 15, text)
    canvas.drawString(100, 300, "本部门支出情况如下所示。")


def _lines(canvas: Any) -> None:
    for y in YS:
        canvas.line(XS[0], y, XS[-1], y)
    for x in XS:
        canvas.line(x, YS[-1], x, YS[0])


def _open_sides(canvas: Any) -> None:
    for y in YS:
        canvas.line(XS[0], y, XS[-1], y)
    for x in XS[1:-1]:
        canvas.line(x, YS[-1], x, YS[0])


def _no_row_lines(canvas: Any) -> None:
    for y in (YS[0], YS[1], YS[-1]):
        canvas.line(XS[0], y, XS[-1], y)
    for x in XS:
        canvas.line(x, YS[-1], x, YS[0])


def _rectangles(canvas: Any) -> None:
    for bottom, top in zip(YS[1:], YS, strict=False):
        for left, right in pairwise(XS):
            canvas.rect(left, bottom, right - left, top - bottom)


def _thin_fills(canvas: Any) -> None:
    for y in YS:
        canvas.rect(XS[0], y, XS[-1] - XS[0], 0.6, stroke=0, fill=1)
    for x in XS:
        canvas.rect(x, YS[-1], 0.6, YS[0] - YS[-1], stroke=0, fill=1)


def _broken(canvas: Any) -> None:
    for y in YS:
        for left, right in pairwise(XS):
            canvas.line(left + 1, y, right - 1, y)
    for x in XS:
        for bottom, top in zip(YS[1:], YS, strict=False):
            canvas.line(x, bottom + 1, x, top - 1)


def _dashed(canvas: Any) -> None:
    canvas.setDash(2, 2)
    _lines(canvas)


def _page_frame(canvas: Any) -> None:
    canvas.rect(40, 40, 760, 520)
    _lines(canvas)


EXPECTED = [list(row) for row in ROWS]


@pytest.mark.parametrize(
    "rules", [_lines, _open_sides, _no_row_lines, _rectangles, _thin_fills, _broken, _dashed, _page_frame]
)
def test_rules_drawn_in_many_ways(rules: Callable[[Any], None]) -> None:
    def draw(canvas: Any) -> None:
        rules(canvas)
        _write(canvas)

    source = _read(draw)
    assert [[cell.text for cell in row] for row in source.tables[0].rows] == EXPECTED
    assert (len(source.tables), source.tables[0].title, source.tables[0].unit) == (1, "支出决算表", "万元")
    assert source.text.endswith("本部门支出情况如下所示。\n")


@pytest.mark.parametrize(("turn", "marked"), [(0, True), (90, True), (180, True), (270, True), (90, False)])
def test_turned_pages_and_a_watermark(turn: int, marked: bool) -> None:
    width, height = LANDSCAPE

    def draw(canvas: Any) -> None:
        if marked:
            canvas.setPageRotation(turn)
        canvas.translate(*{0: (0, 0), 90: (height, 0), 180: (width, height), 270: (0, width)}[turn])
        canvas.rotate({270: -90}.get(turn, turn))
        _lines(canvas)
        _write(canvas)
        canvas.translate(300, 200)
        canvas.rotate(40)
        canvas.setFont(FONT, 50)
        canvas.drawString(0, 0, "仅供内部参考")

    # reportlab itself turns the size of a page that it marks as turned.
    source = _read(draw, (height, width) if turn in (90, 270) and not marked else LANDSCAPE)
    assert [[cell.text for cell in row] for row in source.tables[0].rows] == EXPECTED
    assert "参考" not in source.text


def test_two_rows_in_one_ruled_row() -> None:
    def draw(canvas: Any) -> None:
        for y in (YS[0], YS[1], YS[3]):
            canvas.line(XS[0], y, XS[-1], y)
        for x in XS:
            canvas.line(x, YS[3], x, YS[0])
        _write(canvas, (*ROWS[:2], ("住房公积金", "5.60", "7.80")))

    (table,) = _read(draw).tables
    assert [[cell.text for cell in row] for row in table.rows[1:]] == [
        ["行政运行", "1.20", "3.40"],
        ["住房公积金", "5.60", "7.80"],
    ]


def test_row_broken_over_two_pages() -> None:
    def draw(canvas: Any) -> None:
        canvas.setFont(FONT, 12)
        canvas.drawString(100, 500, "支出决算表")
        for bottom, rows in ((30, (("科目名称", "合计"), ("机关事业单位基本养", "83.71"))),
                             (500, (("老保险缴费支出", ""), ("住房公积金", "5.60")))):  # fmt: skip
            canvas.setFont(FONT, 12)
            top = bottom + 20 * len(rows)
            for line in range(len(rows) + 1):
                canvas.line(90, bottom + 20 * line, 400, bottom + 20 * line)
            for x in (90, 205, 400):
                canvas.line(x, bottom, x, top)
            for line, row in enumerate(rows):
                for x, text in zip((92, 210), row, strict=True):
                    canvas.drawString(x, top - 15 - 20 * line, text)
            canvas.showPage()

    (table,) = _read(draw).tables
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["科目名称", "合计"],
        ["机关事业单位基本养老保险缴费支出", "83.71"],
        ["住房公积金", "5.60"],
    ]


def test_paragraph_and_number_broken_over_two_pages() -> None:
    width = 36

    def draw(canvas: Any) -> None:
        text = "二〇二二年度一般公共预算财政拨款支出用于保障机构正常运转和完成各项工作任务，" * 9 + "支出合计1234"
        for line, begin in enumerate(range(0, len(text), width)):
            canvas.setFont(FONT, 12)
            canvas.drawString(90, 500 - 24 * line, text[begin : begin + width])
        canvas.drawString(400, 25, "12")
        canvas.showPage()
        canvas.setFont(FONT, 12)
        canvas.drawString(90, 500, ".56万元，比上年增长。")
        canvas.drawString(400, 25, "13")

    source = _read(draw)
    assert source.text.count("\n") in (1, 2) and "12\n" not in source.text
    assert source.text[source.pages[1] :].startswith(".56万元")


def _printed_line(*runs: tuple[float, str]) -> str:
    """The text of one line of print: runs of characters ten points wide and high, each at its place."""
    glyphs = [
        Glyph(char, x + 10 * number, x + 10 * number + 10, 0, 10) for x, run in runs for number, char in enumerate(run)
    ]
    (line,) = lines_of(glyphs)
    return line.text


def test_figures_that_fill_their_cells_stay_apart() -> None:
    assert _printed_line((0, "津贴"), (60, "48.28"), (112, "30205"), (200, "水费")) == "津贴\t48.28\t30205\t水费"
    assert _printed_line((0, "一"), (60, "49.12"), (112, "二、教育")) == "一\t49.12\t二、教育"
    # Print that is spread to fill its line has such gaps as well.
    assert _printed_line((0, "增长"), (20, "48.28"), (72, "个百分点")) == "增长48.28个百分点"
    assert _printed_line((0, "20"), (22, "22"), (44, "年度")) == "2022年度"


def test_text_in_fonts_that_the_file_does_not_bring() -> None:
    """Single characters in a font of the machine's, drawn apart and turned, are text on every machine."""

    def draw(canvas: Any) -> None:
        canvas.translate(LANDSCAPE[1], 0)
        canvas.rotate(90)
        canvas.setFont(FONT, 12)
        for number, char in enumerate("云岭县档案馆２０２２年度决算"):
            canvas.drawString(100 + 12 * number, 300, char)

    assert _read(draw, LANDSCAPE[::-1]).text == "云岭县档案馆２０２２年度决算\n"


def test_font_of_boxes() -> None:
    """The font has all characters, as wide as they are in print."""
    fonts = pytest.importorskip("PIL.ImageFont")
    font = fonts.truetype(io.BytesIO(box_font()), 1000)
    assert [font.getlength(char) for char in "1A决，𠮷"] == [500, 500, 1000, 1000, 1000]


def _written(lines: tuple[tuple[float, str], ...], size: float = 12, left: float = 60) -> Callable[[Any], None]:
    """Draws lines of print, each with its indent."""

    def draw(canvas: Any) -> None:
        for number, (indent, text) in enumerate(lines):
            canvas.setFont(FONT, size)
            canvas.drawString(left + indent, 540 - 20 * number, text)

    return draw


FULL = "全市各级预算单位按照轻重缓急统筹安排各项支出并且接受社会各界的监督检查和审计"


def test_text_outside_the_page_is_not_there() -> None:
    def draw(canvas: Any) -> None:
        canvas.setFont(FONT, 12)
        canvas.drawString(100, 300, "本年支出合计50.00万元。")
        for x, y in ((100, 620), (100, -20), (900, 300), (100, 40)):
            canvas.drawString(x, y, "旧稿支出合计70.00万元。")
        canvas.setCropBox((0, 60, *LANDSCAPE))

    assert _read(draw).text == "本年支出合计50.00万元。\n"


@pytest.mark.parametrize("first", [True, False])
def test_a_level_watermark_is_left_out_and_a_title_is_not(first: bool) -> None:
    def draw(canvas: Any) -> None:
        marks = [lambda: (canvas.setFont(FONT, 44), canvas.drawString(130, 415, "内部资料严禁外传"))]
        parts = [
            lambda: (_lines(canvas), _write(canvas), canvas.setFont(FONT, 30), canvas.drawString(200, 530, "县财政局"))
        ]
        for part in marks + parts if first else parts + marks:
            part()

    source = _read(draw)
    assert [[cell.text for cell in row] for row in source.tables[0].rows] == EXPECTED
    assert source.text.startswith("县财政局\n") and "资料" not in source.text


def test_a_sheet_with_margins_of_its_own() -> None:
    wide, narrow = FULL[:36], FULL[:24]

    def draw(canvas: Any) -> None:
        _written(
            tuple(
                (24.0 * (number % 3 == 0), (wide + FULL)[: 38 - number % 3] + "。" * (number % 3 == 2))
                for number in range(12)
            )
        )(canvas)
        canvas.showPage()
        lines = (
            (24, narrow[:20] + "2023年"),
            (0, "执行数为50.00万元比" + narrow[:12]),
            (0, "增加。"),
            (24, "另一段" + narrow[:16] + "。"),
        )
        _written(lines, left=180)(canvas)

    lines = _read(draw).text.splitlines()
    assert lines[-2:] == [
        narrow[:20] + "2023年执行数为50.00万元比" + narrow[:12] + "增加。",
        "另一段" + narrow[:16] + "。",
    ]


def test_a_heading_below_a_full_line_is_not_joined_to_it() -> None:
    lines = tuple(line for _ in range(5) for line in ((24, FULL[:36]), (0, FULL[:38]), (0, "。")))
    read = _read(_written((*lines, (24, FULL[:30] + "费用45万元"), (12, "五、国有资产情况"), (24, "共有车辆3辆。"))))
    assert read.text.splitlines()[-3:] == [FULL[:30] + "费用45万元", "五、国有资产情况", "共有车辆3辆。"]


def test_a_total_of_merged_cells_that_stands_alone_on_the_next_page() -> None:
    def draw(canvas: Any) -> None:
        for xs, rows in (
            ((90, 200, 300, 400), (("编码", "科目", "合计"), ("205", "教育支出", "5.60"), ("208", "社保", "1.20"))),
            ((90, 300, 400), (("总计", "6.80"),)),
        ):
            canvas.setFont(FONT, 12)
            top = 30 + 20 * len(rows) if len(rows) > 1 else 540
            for line in range(len(rows) + 1):
                canvas.line(xs[0], top - 20 * line, xs[-1], top - 20 * line)
            for x in xs:
                canvas.line(x, top - 20 * len(rows), x, top)
            for line, row in enumerate(rows):
                for x, text in zip(xs, row, strict=False):
                    canvas.drawString(x + 4, top - 15 - 20 * line, text)
            canvas.showPage()

    (table,) = _read(draw).tables
    assert [cell.text for cell in table.rows[-1]] == ["总计", "总计", "6.80"]
    assert table.rows[-1][0] == table.rows[-1][1]
