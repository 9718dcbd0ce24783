"""科目: every pattern of how budget lines are written, and what only looks like one.

``tests/data/accounts.jsonl`` holds one passage a line with its complete mentions:
``{"text", "year", "spans": [["科目", text, occurrence, {field: value}] …], "note"}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cnfin import layout, tables
from cnfin.document import Account
from cnfin.joining import join
from cnfin.lexicon import Lexicon, default
from cnfin.segmentation import Segmenter
from cnfin.spans import Finder

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "accounts.jsonl").read_text(encoding="utf-8").splitlines()
]
Found = dict[tuple[int, int], dict[str, Any]]


@lru_cache(maxsize=1)
def finder() -> tuple[Lexicon, Finder]:
    lexicon = default()
    return lexicon, Finder(lexicon, Segmenter(lexicon))


def accounts(text: str, year: int | None) -> list[Account]:
    lexicon, find = finder()
    joined = join(text)
    whole = joined.text if joined else text
    pieces = layout.parse(whole, lexicon)
    sentences = find.find(whole, pieces, tables.find(whole, pieces), year)
    found = [span for spans in sentences for span in spans if isinstance(span, Account)]
    if joined is None:
        return found
    return [replace(span, start=joined.offsets[span.start], end=joined.offsets[span.end - 1] + 1) for span in found]


def expected(case: dict[str, Any]) -> Found:
    spans: Found = {}
    for _, name, occurrence, fields in case["spans"]:
        start = -1
        for _ in range(occurrence + 1):
            start = case["text"].index(name, start + 1)
        spans[start, start + len(name)] = fields
    return spans


def mistakes(case: dict[str, Any]) -> Iterator[str]:
    """What differs from the expectation: missed and wrong spans, wrong fields."""
    text, wanted = case["text"], expected(case)
    found = {(span.start, span.end): span for span in accounts(text, case["year"])}
    for place in sorted(wanted.keys() - found.keys()):
        yield f"missed {text[slice(*place)]}"
    for place in sorted(found.keys() - wanted.keys()):
        yield f"wrong {text[slice(*place)]}"
    for place in sorted(wanted.keys() & found.keys()):
        for field, value in wanted[place].items():
            if (got := getattr(found[place], field)) != value:
                yield f"{text[slice(*place)]}: {field} is {got}, not {value}"


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case['note']}" for number, case in enumerate(CASES)])
def test_mentions(case: dict[str, Any]) -> None:
    assert list(mistakes(case)) == []


def test_every_code_is_one_of_the_tables() -> None:
    lexicon, _ = finder()
    economic = {code for lines in lexicon.economic.values() for code, *_ in lines}
    for case in CASES:
        for span in accounts(case["text"], case["year"]):
            assert span.code is None or span.code in lexicon.by_code or span.code in economic


_MEDICAL = "（类）行政事业单位医疗（款）行政单位医疗（项）3万元。"
_OTHER = "社会保障和就业支出（类）其他社会保障和就业支出（款）其他社会保障和就业支出（项）3万元。"


@pytest.mark.parametrize(
    ("year", "text", "code"),
    [
        (2013, "医疗卫生支出（类）医疗保障（款）行政单位医疗（项）3万元。", "2100501"),
        (2018, "医疗卫生与计划生育支出" + _MEDICAL, "2101101"),
        (2018, "卫生健康支出" + _MEDICAL, "2101101"),
        (2024, "卫生健康支出" + _MEDICAL, "2101101"),
        (2024, "医疗卫生与计划生育支出" + _MEDICAL, "2101101"),
        (2019, _OTHER, "2089901"),
        (2020, _OTHER, "2089901"),
        (2021, _OTHER, "2089999"),
        (2025, _OTHER, "2089999"),
        (2017, "包括基本工资、其他社会保障缴费、绩效工资。", "30104"),
        (2018, "包括基本工资、其他社会保障缴费、绩效工资。", "30112"),
    ],
)
def test_codes_are_those_of_the_year(year: int, text: str, code: str) -> None:
    assert code in [span.code for span in accounts(text, year)]


_pieces = st.sampled_from(
    ["教育支出（类）", "普通教育（款）", "（项）", "行政运行", "（", "）", "“三公”经费", "收入", "支出", "货物、",
     "政府采购支出", "公务接待费", "财政拨款", "2050202", "205类02款", "-", "\\", "12.5万元", "：", "，", "、", "。",
     "\n", "\t", " ", "　", "指",
     "住房公积金", "科目", "使用非财政拨款结余", "（类", "〔", "“", "”", "目录\n", "一、", "\u200b", "🙂", "\r"]
)  # fmt: skip


@given(st.lists(st.one_of(_pieces, st.text(max_size=4)), max_size=30).map("".join), st.sampled_from([None, 2015, 2021]))
def test_any_text_is_read_and_offsets_are_right(text: str, year: int | None) -> None:
    last = 0
    for span in accounts(text, year):
        assert last <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
        last = span.end
