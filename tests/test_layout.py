"""Sections and sentences: the heading tree of many styles, tables of contents, debris, sentence ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cnfin
from cnfin.layout import Layout, parse
from cnfin.lexicon import default

OUTLINES = re.split(r"^=== (.*)\n", (Path(__file__).parent / "data" / "layout.txt").read_text("utf-8"), flags=re.M)[1:]
CASES = list(zip(OUTLINES[::2], OUTLINES[1::2], strict=True))


def read_outline(marked: str) -> tuple[str, list[tuple[int, str]]]:
    """A text and its headings with their depths, from lines marked ``##``; ``‖`` ends a heading inside a line.

    A line marked ``~`` stands in a table of contents.
    """
    lines, headings = [], []
    for line in marked.splitlines():
        match = re.match(r"(#+|~) ", line)
        body = line[match.end() :] if match else line
        if match and match[1] != "~":
            headings.append((len(match[1]), re.sub(r"^\[bookmark:[^\]]*\]", "", body.split("‖")[0])))
        lines.append(body.replace("‖", ""))
    return "\n".join(lines), headings


def depth(layout: Layout, number: int) -> int:
    parent = layout.sections[number].parent
    return 1 if parent is None else 1 + depth(layout, parent)


@pytest.mark.parametrize(("note", "marked"), CASES, ids=[note for note, _ in CASES])
def test_heading_tree(note: str, marked: str) -> None:
    text, expected = read_outline(marked)
    layout = parse(text, default())
    assert [(depth(layout, number), section.title) for number, section in enumerate(layout.sections)] == expected


@pytest.mark.parametrize(("note", "marked"), CASES, ids=[note for note, _ in CASES])
def test_contents_lines_are_marked(note: str, marked: str) -> None:
    text, _ = read_outline(marked)
    layout = parse(text, default())
    contents = {text[piece.start : piece.end] for piece in layout.pieces if piece.contents}
    assert contents == {line[2:].strip() for line in marked.splitlines() if line.startswith("~ ")}


SENTENCES = [
    ("stops", "收入6万元。支出5万元！结余？无；完", ["收入6万元。", "支出5万元！", "结余？", "无；", "完"]),
    ("half-width stops", "收入6万元;支出5万元!结余?无", ["收入6万元;", "支出5万元!", "结余?", "无"]),
    ("a half-width point is no stop", "收入6.5万元.支出5万元", ["收入6.5万元.支出5万元"]),
    ("commas and colons are no stops", "其中:收入6万元,支出5万元：无", ["其中:收入6万元,支出5万元：无"]),
    ("closing quote", "他说“可以。”随后支付。", ["他说“可以。”", "随后支付。"]),
    ("closing bracket", "（见附表。）余款结转。", ["（见附表。）", "余款结转。"]),
    ("two stops together", "已支付。；未支付。", ["已支付。；", "未支付。"]),
    ("line ends", "收入6万元\n支出5万元", ["收入6万元", "支出5万元"]),
    ("carriage returns", "收入6万元\r\n支出5万元\r结余1万元", ["收入6万元", "支出5万元", "结余1万元"]),
    ("blank lines and indents", "\n\n　　收入6万元。  \n\n \t\n支出5万元。", ["收入6万元。", "支出5万元。"]),
    ("list marks stay", "一是减少接待；二是合并会议。", ["一是减少接待；", "二是合并会议。"]),
    ("tab row", "项目\t6.00\t5.00", ["项目\t6.00\t5.00"]),
    ("nothing", "", []),
    ("only blanks", " \n\t\n　", []),
    ("no stop before a bracket", "合计（其中：人员）6万元", ["合计（其中：人员）6万元"]),
    ("ellipsis", "等等……支出5万元。", ["等等……支出5万元。"]),
    ("nested closings", "（见“附表。”）余款结转。", ["（见“附表。”）", "余款结转。"]),
]


@pytest.mark.parametrize(("note", "text", "expected"), SENTENCES, ids=[note for note, _, _ in SENTENCES])
def test_sentences(note: str, text: str, expected: list[str]) -> None:
    layout = parse(text, default())
    assert [text[piece.start : piece.end] for piece in layout.pieces] == expected


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"), ("单位:元", "元"), ("金额单位：万元", "万元"), ("（单位：千元）", "千元"),
        ("（万元）", "万元"), ("单位：人民币元", "元"), ("单 位： 万元", "万元"), ("项目资金（万元）", "万元"),
        ("编制单位：某局　　　　单位：亿元", "亿元"), ("单位：某县民政局", None),
        ("单位：辆", None), ("本单位共支出6万元", None),
    ],
)  # fmt: skip
def test_unit_lines(line: str, unit: str | None) -> None:
    layout = parse(f"{line}\n合计\n6.00\n", default())
    assert layout.unit_at(len(line) + 5) == unit


def test_enough_cases() -> None:
    assert len(CASES) + len(SENTENCES) >= 60


def test_a_page_whose_line_breaks_were_lost_is_no_row() -> None:
    """Tabs that stood at the beginnings of lines are left in it."""
    items = "".join(f"\t（{number}）办公费支出{number}.00万元，比上年增加0.50万元，主要原因是采购打印耗材和更换文件柜，"
                    "办公区域扩大后用品随之增多，其余各项与上年基本持平。" for number in range(1, 41))  # fmt: skip
    found = cnfin.tag(f"某县水文站2021年度部门决算\t说明{items}")
    assert len(found.facts) >= 80
    assert len(found.sentences) >= 40
    row = "指标\t" + "完成情况说明。" * 19
    assert len(cnfin.tag(f"项目\t说明\n{row}\n").sentences) == 2, "a row of a table is one sentence"
