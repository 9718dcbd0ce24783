"""Marks of headings and list items, of every style that disclosures use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnfin.marks import STYLES, Mark, mark_of, without_mark


@pytest.mark.parametrize(("style", "example"), [(style, example) for style, _, example in STYLES])
def test_each_style_has_its_example(style: str, example: str) -> None:
    mark = mark_of(f"{example}基本情况")
    assert mark is not None
    assert (mark.style, mark.end) == (style, len(example))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("第十二部分 名词解释", Mark("part", 12, 5)),
        ("第2章", Mark("part", 2, 3)),
        ("十五、预算", Mark("numeral", 15, 3)),
        ("（ 三 ）预算", Mark("bracketed numeral", 3, 5)),
        ("（３）预算", Mark("bracketed digit", 3, 3)),
        ("12．预算", Mark("digit", 12, 3)),
        ("⑿预算", Mark("circled", 12, 1)),
        ("⒊预算", Mark("circled", 3, 1)),
        ("㈣预算", Mark("circled", 4, 1)),
        ("二是加强", Mark("ordinal", 2, 2)),
        ("1.5万元", None),
        ("一般公共预算", None),
        ("2021、2022年", None),
        ("（含税）5万元", None),
        ("", None),
    ],
)
def test_marks(text: str, mark: Mark | None) -> None:
    assert mark_of(text) == mark


def test_a_text_without_its_mark() -> None:
    assert without_mark("　（ 1 ） 办公费") == "办公费"
    assert without_mark("办公费1.办公") == "办公费1.办公"


@given(st.text("一二三十（）()12345.、是①⒊第部分 \n", max_size=8))
def test_a_mark_is_never_longer_than_its_text(text: str) -> None:
    mark = mark_of(text)
    assert mark is None or (0 < mark.end <= len(text) and mark.number >= 0)
