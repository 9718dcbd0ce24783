"""What holds for any text: offsets, sentences, spans, and exact values in every notation."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnfin.document import Amount, Count, Document, Percentage
from cnfin.tagger import Tagger

_SETTINGS = settings(suppress_health_check=[HealthCheck.too_slow])
_PIECES = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "①",
        "第一部分",
        "目录",
        "单位：万元",
        "单位：元",
        "\n",
        "\r\n",
        "\t",
        "|",
        "。",
        "；",
        "，",
        " ",
        "　",
        "２０２１年",
        "2020年度",
        "2020",
        "2021.03",
        "2022-08-30",
        "二〇二〇年",
        "〔2020〕5号",
        "（2019）",
        "府办发",
        "12.5",
        "１２，３４５",
        "1,234.50",
        "-3.2",
        "万元",
        "亿元",
        "元",
        "%",
        "％",
        "个百分点",
        "百分之",
        "百",
        "成",
        "三",
        "十",
        "两",
        "余",
        "约",
        "近",
        "不超过",
        "≥",
        "以上",
        "—",
        "~",
        "至",
        "辆",
        "人次",
        "个",
        "项目",
        "壹拾贰万叁仟元整",
        "教育支出（类）",
        "普通教育（款）",
        "基本支出",
        "“三公”经费",
        "预算为",
        "占",
        "增加",
        "平江县",
        "民政局",
        "http://www.a.cn/2021/09/15",
        "\u200b",
        "\ufeff",
        "\x85",
        "\u2028",
        "\x00",
        "𠀀",
        "é",
        "（",
        "）",
        "”",
    ]
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=60).map("".join))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(roles=False)


def blank(text: str) -> bool:
    return all(char.isspace() or char in "\u200b\ufeff" for char in text)


def check(document: Document) -> None:
    text = document.text
    covered = -1
    place = 0
    for sentence in document.sentences:
        assert covered <= sentence.start < sentence.end <= len(text)
        assert blank(text[place : sentence.start])
        covered = place = sentence.end
        last = sentence.start
        for span in sentence.spans:
            assert last <= span.start < span.end <= sentence.end
            assert text[span.start : span.end] == span.text
            last = span.end
    assert blank(text[place:])
    for number, section in enumerate(document.sections):
        assert 0 <= section.start < section.end <= len(text)
        assert section.parent is None or section.parent < number
    for table in document.tables:
        assert all(text[cell.start : cell.end] == cell.text for row in table.rows for cell in row)


@_SETTINGS
@given(text=_TEXTS)
def test_any_text(tagger: Tagger, text: str) -> None:
    document = tagger.tag(text)
    check(document)
    assert list(document.records()) is not None


def _printed(text: str) -> str:
    """``text`` in lines of 24 characters, as print wraps them."""
    return "\n".join(line[place : place + 24] for line in text.split("\n") for place in range(0, len(line) or 1, 24))


@_SETTINGS
@given(text=st.lists(_PIECES, min_size=80, max_size=160).map("".join).map(_printed))
def test_any_wrapped_text(tagger: Tagger, text: str) -> None:
    document = tagger.tag(text)
    check(document)
    assert all(0 <= fact.start < fact.end <= len(text) for fact in document.facts)


_SUMS = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False).map(lambda value: value.normalize() + 0)
_UNITS = {"亿元": 4, "万元": 0, "千元": -1, "百元": -2, "元": -4, "万": 0}
_WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@_SETTINGS
@given(value=_SUMS, unit=st.sampled_from(sorted(_UNITS)), commas=st.booleans(), wide=st.booleans(), blank=st.booleans())
def test_any_sum_comes_back_exact(
    tagger: Tagger, value: Decimal, unit: str, commas: bool, wide: bool, blank: bool
) -> None:
    digits = f"{value:,f}" if commas else f"{value:f}"
    written = digits.translate(_WIDE) if wide else digits
    document = tagger.tag(f"项目支出{written}{' ' if blank else ''}{unit}，已支付。")
    amounts = [span for span in document.spans if isinstance(span, Amount)]
    assert [(amount.wan, amount.unit_given) for amount in amounts] == [
        (value.scaleb(_UNITS[unit]).normalize() + 0, True)
    ]


@_SETTINGS
@given(value=st.decimals(min_value=0, max_value=99999, places=4, allow_nan=False), sign=st.sampled_from("%％‰"))
def test_any_percentage_comes_back_exact(tagger: Tagger, value: Decimal, sign: str) -> None:
    document = tagger.tag(f"比上年增长{value:f}{sign}，略有上升。")
    found = [span.percent for span in document.spans if isinstance(span, Percentage)]
    assert found == [value / 10 if sign == "‰" else value]


_DIGITS = "零一二三四五六七八九"
_CAPITALS = dict(zip(_DIGITS + "十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟", strict=True))


def spoken(number: int) -> str:
    """A whole number below a hundred million in Chinese numerals, by the school rule."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        between = "零" if 0 < low < 1_000 else ""
        return spoken(high) + "万" + (between + spoken(low) if low else "")
    written, gap = "", False
    for power, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + mark
            gap = False
        else:
            gap = True
    return written or "零"


@_SETTINGS
@given(value=st.integers(min_value=11, max_value=99_999_999), capital=st.booleans())
def test_any_chinese_sum_comes_back_exact(tagger: Tagger, value: int, capital: bool) -> None:
    written = spoken(value)
    if capital:
        written = "".join(_CAPITALS.get(char, char) for char in written)
    document = tagger.tag(f"合同价款（大写：{written}元整）。")
    assert [span.wan for span in document.spans if isinstance(span, Amount)] == [Decimal(value).scaleb(-4)]


@_SETTINGS
@given(
    value=st.integers(min_value=0, max_value=10**8),
    unit=st.sampled_from(["辆", "人次", "平方米", "台（套）", "批次", "户"]),
    wan=st.booleans(),
)
def test_any_count_comes_back_exact(tagger: Tagger, value: int, unit: str, wan: bool) -> None:
    document = tagger.tag(f"本年度合计{value}{'万' if wan else ''}{unit}。")
    found = [(span.number, span.unit) for span in document.spans if isinstance(span, Count)]
    assert found == [(Decimal(value) * (10_000 if wan else 1), unit)]


@_SETTINGS
@given(
    first=st.integers(min_value=1, max_value=500),
    more=st.integers(min_value=1, max_value=500),
    mark=st.sampled_from(["-", "—", "~", "～", "至"]),
)
def test_any_range_has_both_ends(tagger: Tagger, first: int, more: int, mark: str) -> None:
    document = tagger.tag(f"每个项目补助{first}{mark}{first + more}万元。")
    assert [(span.low, span.high, span.wan) for span in document.spans if isinstance(span, Amount)] == [
        (first, first + more, None)
    ]


def test_lone_surrogates_are_text_too() -> None:
    check(Tagger(roles=False, facts=False).tag("2020年度收入总计12.5万元\ud800，基本支出\udfff6万元。"))


def test_tagger_can_be_pickled(tagger: Tagger) -> None:
    text = "2020年度收入总计12.5万元。"
    assert pickle.loads(pickle.dumps(tagger)).tag(text) == tagger.tag(text)
