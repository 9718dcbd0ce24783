"""Writes the PDF of a document: filled lines, running heads, page numbers, ruled tables."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from typing import Any

from final_accounts import SampleTable, placed
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table

FONT = "STSong-Light"
MARGIN = 60
NEVER_FIRST = "。，；：、）"


def as_pdf(
    blocks: list[str | SampleTable], *, rows_a_page: int = 0, rules: str = "all", align: str = "LEFT"
) -> bytes:
    """A PDF of paragraphs and tables; landscape where there are tables.

    Args:
        blocks: the document.
        rows_a_page: where not 0, pages are so low that tables go over them.
        rules: ``all`` lines of a table, only those ``across``, the ``three`` of scholarly print, or ``none``.
        align: where figures stand in their cells: LEFT, CENTER or RIGHT.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    width, height = landscape(A4) if any(isinstance(block, SampleTable) for block in blocks) else A4
    if rows_a_page:
        height = 230 + 24 * rows_a_page
    story: list[Any] = []
    for block in blocks:
        room = width - 2 * MARGIN
        story += _printed(block, room) if isinstance(block, str) else _table(block, room, rules, align)

    def frame(canvas: Any, page: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawString(90, height - 30, "云岭县部门决算公开文本")
        canvas.drawCentredString(width / 2, 28, f"- {page.page} -")

    sink = io.BytesIO()
    margins = {f"{side}Margin": MARGIN for side in ("left", "right")}
    document = SimpleDocTemplate(
        sink, pagesize=(width, height), topMargin=MARGIN + 4, bottomMargin=MARGIN + 4, **margins
    )
    document.build(story, onFirstPage=frame, onLaterPages=frame)
    return sink.getvalue()


#: The lines of a table with so many rows of heads.
_RULES: dict[str, Callable[[int], list[tuple[object, ...]]]] = {
    "all": lambda heads: [("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
    "across": lambda heads: [("LINEBELOW", (0, heads - 1), (-1, -1), 0.5, colors.black)],
    "three": lambda heads: [("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
                            ("LINEBELOW", (0, heads - 1), (-1, heads - 1), 0.5, colors.black),
                            ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black)],
    "none": lambda heads: [],
}  # fmt: skip


class _Line(Flowable):  # type: ignore[misc]
    """One line of print."""

    def __init__(self, text: str, left: float, width: float) -> None:
        super().__init__()
        self.text, self.left, self.width, self.height = text, left, width, 26

    def draw(self) -> None:
        self.canv.setFont(FONT, 14)
        self.canv.drawString(self.left, 8, self.text)


def _printed(text: str, width: float) -> list[_Line]:
    """A paragraph, its lines filled to the margin and never begun with a full stop or comma."""
    lines, room = [""], width - 28
    for character in text:
        advance = pdfmetrics.stringWidth(character, FONT, 14)
        if advance > room and character not in NEVER_FIRST:
            lines.append("")
            room = width
        lines[-1] += character
        room -= advance
    return [_Line(line, 0.0 if place else 28.0, width) for place, line in enumerate(lines)]


def _table(table: SampleTable, width: float, rules: str = "all", align: str = "LEFT") -> list[Any]:
    """A page break, the title and the unit line, and the table with its header on every page."""
    heads = len(table.header)
    cell = ParagraphStyle("cell", fontName=FONT, fontSize=9, leading=11, wordWrap="CJK")

    def wrapped(text: str) -> Any:
        return Paragraph(html.escape(text), cell) if len(text) > 3 else text

    grid: list[list[Any]] = [["" for _ in range(table.width)] for _ in table.header]
    style: list[tuple[object, ...]] = [("FONT", (0, 0), (-1, -1), FONT, 9, 11), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    style += _RULES[rules](heads)
    if rules != "all":
        style += [("ALIGN", (0, 0), (-1, heads - 1), "CENTER")]
        style += [("ALIGN", (place, heads + number), (place, heads + number), align)
                  for number, row in enumerate(table.rows)
                  for place, text in enumerate(row) if "." in text]  # fmt: skip
    middle = ParagraphStyle("head", parent=cell, alignment=1)
    for row, column, head in placed(table.header, table.width):
        grid[row][column] = wrapped(head.text) if rules == "all" else Paragraph(html.escape(head.text), middle)
        style.append(("SPAN", (column, row), (column + head.columns - 1, row + head.rows - 1)))
    grid += [[wrapped(text) for text in texts] for texts in table.rows]
    return [
        PageBreak(),
        _Line(table.title, (width - pdfmetrics.stringWidth(table.title, FONT, 14)) / 2, width),
        _Line(f"部门：云岭县档案馆　　　　　　　　单位：{table.unit}", 0, width),
        Table(grid, colWidths=[width / table.width] * table.width, style=style, repeatRows=len(table.header)),
    ]
