"""Numbers and the words around them: numerals, what holds for any number, tables and expressions."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnfin.document import Amount, AnySpan, Count, Fact, Percentage
from cnfin.lexicon import default, folder, read_table
from cnfin.numerals import chinese, power, rmb, scaled
from cnfin.spans import matches, rules
from cnfin.spans.edges import firsts, lasts
from cnfin.tagger import Tagger


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(roles=False, facts=False)


def values(tagger: Tagger, text: str) -> list[tuple[str, Decimal | None]]:
    """Text and value of every sum, rate and count."""
    return [
        (span.text, value(span)) for span in tagger.tag(text).spans if isinstance(span, (Amount, Percentage, Count))
    ]


def value(span: AnySpan) -> Decimal | None:
    if isinstance(span, Amount):
        return span.wan
    return span.percent if isinstance(span, Percentage) else span.number  # type: ignore[union-attr]


def said(tagger: Tagger, text: str) -> list[tuple[Decimal | None, bool, str | None]]:
    """Value, approximation and bound of every value."""
    spans = [span for span in tagger.tag(text).spans if isinstance(span, (Amount, Percentage, Count))]
    return [(value(span), span.approx, span.bound) for span in spans]


# Numerals


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", "10"),
        ("廿五", "25"),
        ("卅", "30"),
        ("两千零六", "2006"),
        ("一万二", "12000"),
        ("三百五", "350"),
        ("二〇二〇", "2020"),
        ("十五点八", "15.8"),
        ("三点五万", "35000"),
        ("一点二亿", "120000000"),
        ("拾贰点伍", "12.5"),
        ("叁萬伍仟", "35000"),
    ],
)
def test_chinese_numerals(text: str, number: str) -> None:
    assert chinese(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "三四", "三四百", "五六十", "十点", "点五", "三十百", "一二三", "万", "三百元"])
def test_what_is_no_numeral(text: str) -> None:
    with pytest.raises(ValueError, match=r"numeral|numbers|格式"):
        chinese(text)


_DIGITS = "零一二三四五六七八九"


@given(st.integers(min_value=1, max_value=99), st.text(_DIGITS, min_size=1, max_size=4))
def test_any_fraction_is_read_digit_by_digit(whole: int, fraction: str) -> None:
    tens, ones = divmod(whole, 10)
    spoken = (_DIGITS[tens] + "十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
    digits = "".join(str(_DIGITS.index(digit)) for digit in fraction)
    assert chinese(f"{spoken}点{fraction}") == Decimal(f"{whole}.{digits}")


@given(st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=4), st.sampled_from(["", "万", "亿"]))
def test_digits_with_falling_scales_add_up(digits: list[int], last: str) -> None:
    scales = ["千", "百", "十", ""][-len(digits) :]
    parts = [(Decimal(digit), scale) for digit, scale in zip(digits, scales, strict=True)]
    parts[-1] = (parts[-1][0], parts[-1][1] + last)
    whole = sum(digit * 10 ** power(scale) for digit, scale in zip(digits, scales, strict=True))
    assert scaled(parts) == whole * 10 ** power(last)
    if len(parts) > 1 and not last:
        with pytest.raises(ValueError, match="no number"):
            scaled(parts[::-1])


@given(
    st.integers(min_value=1, max_value=9), st.integers(min_value=0, max_value=9), st.integers(min_value=0, max_value=9)
)
def test_coins_belong_to_the_sum(yuan: int, jiao: int, fen: int) -> None:
    written = f"{_DIGITS[yuan]}元" + (f"零{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[fen]}分" if fen else "")
    assert rmb(written) == Decimal(f"{yuan}.{jiao}{fen}")


# Sums, rates and counts in digits


@given(
    st.integers(min_value=1000, max_value=10**9),
    st.integers(min_value=0, max_value=99),
    st.sampled_from(" \u2009\u202f\u00a0"),
)
def test_thousands_parted_by_blanks(number: int, cents: int, blank: str) -> None:
    digits = f"{number:,}".replace(",", blank) + f".{cents:02}"
    assert values(_tagger(), f"基本支出{digits}元，已支付。") == [
        (f"{digits}元", (Decimal(number) + Decimal(cents) / 100) / 10_000)
    ]


@given(st.integers(min_value=0, max_value=99_999), st.integers(min_value=0, max_value=99), st.sampled_from([",", ""]))
def test_every_sign_may_stand_by_itself(number: int, cents: int, comma: str) -> None:
    digits = " ".join(f"{number:{comma}}.{cents:02}")
    assert [found for _, found in values(_tagger(), f"项目支出{digits}万元。")] == [
        Decimal(number) + Decimal(cents) / 100
    ]


@given(st.integers(min_value=2, max_value=999), st.integers(min_value=1, max_value=9))
def test_a_sum_in_two_scales_is_one_sum(wan: int, thousand: int) -> None:
    assert values(_tagger(), f"设备费{wan}万{thousand}千元。") == [
        (f"{wan}万{thousand}千元", wan + Decimal(thousand) / 10)
    ]


@given(st.integers(min_value=1000, max_value=99_999), st.integers(min_value=10, max_value=99), st.sampled_from(",，"))
def test_the_tail_of_a_malformed_number_is_no_number(head: int, tail: int, comma: str) -> None:
    assert values(_tagger(), f"基本支出{head}{comma}{tail}万元。") == []


@given(st.lists(st.decimals(min_value=1, max_value=999, places=2), min_size=2, max_size=4), st.sampled_from("、，,"))
def test_the_unit_of_a_list_is_that_of_its_last(numbers: list[Decimal], mark: str) -> None:
    text = f"三年分别为{mark.join(map(str, numbers))}万元。"
    assert [found for _, found in values(_tagger(), text)] == numbers


_ONE = Tagger(roles=False, facts=False)


def _tagger() -> Tagger:
    return _ONE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("支付2千3百万元，另有2亿3千4百万元。", [("2千3百万元", 2300), ("2亿3千4百万元", 23400)]),
        ("累计10万万元、2.5萬億元、6百萬元。", [("10万万元", 100_000), ("2.5萬億元", 250_000_000), ("6百萬元", 600)]),
        ("结余负8.5万元，减负30万元。", [("负8.5万元", "-8.5"), ("30万元", 30)]),
        ("较上年-2.5万元，比去年同期-3%，2019年-2020年。", [("-2.5万元", "-2.5"), ("-3%", -3)]),
        ("比上年增（减）-0.3万元。", [("-0.3万元", "-0.3")]),
        ("净额（-4.5）万元。", [("（-4.5）万元", "-4.5")]),
        ("实付¥2,500.00，退￥30万。", [("¥2,500.00", "0.25"), ("￥30万", 30)]),
        ("贷款港币200万元，折8000元日币，合人民币35万元。", [("35万元", 35)]),
        ("拨付廿三万元，捐赠百余万元，看护费千余元。", [("廿三万元", 23), ("百余万元", 100), ("千余元", "0.1")]),
        ("三四万元、五六十人、数十万元、百元、一元。", []),
        ("发病率为十万分之八，差错率10万分之9，增长百分之三四。", [("十万分之八", "0.008"), ("10万分之9", "0.009")]),
        ("提高三个百分点，回落二点五个百分点。", [("三个百分点", 3), ("二点五个百分点", "2.5")]),
        ("近八成五农户，报账率八点五成，7成资金，一成不变。", [("八成五", 85), ("八点五成", 85), ("7成", 70)]),
        ("修路十二点五公里。", [("十二点五公里", "12.5")]),
        ("惠及三点五万人、一万二千户。", [("三点五万人", 35000), ("一万二千户", 12000)]),
        ("执行《十项规定》和《四条禁令》。", []),
        ("2.3本区有人员50人。\n2.38个村级书屋。", [("50人", 50), ("38个村级书屋", 38)]),
        ("印手册2.2万本。", [("2.2万本", 22000)]),
        ("执行数28.4万，结余数1.4万，阅读量60万。", [("28.4万", "28.4"), ("1.4万", "1.4")]),
        ("债券总额（亿）10.00，到位资金（万）50。", [("10.00", 100_000), ("50", 50)]),
        ("100万元（含100万元）以上的项目。", [("100万元", 100)]),
        ("第5、6万元，附件1、20万元。", [("6万元", 6), ("20万元", 20)]),
        ("增加１，２３４．５０万元，占３．２％。", [("１，２３４．５０万元", "1234.5"), ("３．２％", "3.2")]),
    ],
)  # fmt: skip
def test_written_forms(tagger: Tagger, text: str, found: list[tuple[str, object]]) -> None:
    assert values(tagger, text) == [(words, Decimal(str(number))) for words, number in found]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("标准三万至五万元。", (3, 5)),
        ("奖励十至二十万元。", (10, 20)),
        ("扶持八千到一万元。", ("0.8", 1)),
        ("补助五万元至八万元。", (5, 8)),
        ("采购1万元（含）—5万元的设备。", (1, 5)),
    ],
)
def test_ranges(tagger: Tagger, text: str, ends: tuple[object, object]) -> None:
    (found,) = (span for span in tagger.tag(text).spans if isinstance(span, Amount))
    assert (found.wan, found.low, found.high) == (None, *(Decimal(str(end)) for end in ends))


# Words around numbers


BEFORE = [row for row in read_table(folder() / "number_words.tsv") if row["kind"] in ("about", ">=", "<=", ">", "<")]


@pytest.mark.parametrize("row", BEFORE, ids=[row["word"] for row in BEFORE])
@pytest.mark.parametrize("between", ["", "为", "达", " "])
def test_every_word_before_a_number_qualifies_it(tagger: Tagger, row: dict[str, str], between: str) -> None:
    bound = None if row["kind"] == "about" else row["kind"]
    assert said(tagger, f"公用经费{row['word']}{between}90.5万元。") == [(Decimal("90.5"), bound is None, bound)]
    for stop in row["not_beside"]:
        assert said(tagger, f"其中{stop}{row['word']}90.5万元。") == [(Decimal("90.5"), False, None)]


def test_a_sum_that_is_about_is_no_exact_part() -> None:
    document = Tagger(roles=False).tag("2021年基本支出大概100万元，其中人员经费10万元，公用经费大致90万元。")
    assert [span.approx for span in document.spans if isinstance(span, Amount)] == [True, False, True]
    assert all(isinstance(fact, Fact) for fact in document.facts)


def test_a_sum_without_a_unit_follows_any_cue(tagger: Tagger) -> None:
    for word in (row["word"] for row in read_table(folder() / "number_words.tsv") if "sum" in row["kind"].split()):
        assert values(tagger, f"单位：万元\n办公{word}12.50。")[0][1] == Decimal("12.5"), word


# Sets of characters that follow from their expressions


@pytest.mark.parametrize(
    "pattern", [matches._VALUE_AFTER, rules._TITLE, rules._HEADS, rules._TITLE_TAIL, rules._NAMES_TABLE]
)
def test_no_match_begins_with_another_character(pattern: re.Pattern[str]) -> None:
    known = firsts(pattern)
    others = {chr(code) for code in (*range(0x20, 0x7F), *range(0x4E00, 0x9FFF))} - known
    # A pattern that begins with any other character cannot match, whatever follows.
    tails = ("", "支出为5万元", "数为5万元", "表", "说明\n", "情况说明\n", "标准", "增加")
    assert not any(pattern.match(character + tail) for character in others for tail in tails if character + tail)


@pytest.mark.parametrize(
    ("pattern", "first", "last"),
    [
        ("ab|cd", "ac", "bd"),
        ("(?:ab)?c", "ac", "c"),
        ("a?b*", "ab", "ab"),
        (r"[x-z]\d(?=q)", "xyz", "0123456789"),
        ("(?<!q)ab{2,3}", "a", "b"),
    ],
)
def test_edges_of_expressions(pattern: str, first: str, last: str) -> None:
    assert firsts(re.compile(pattern)) - {""} == set(first)
    assert lasts(re.compile(pattern)) - {""} == set(last)


def test_an_expression_that_any_character_can_open_has_no_edge() -> None:
    with pytest.raises(ValueError, match="any character"):
        firsts(re.compile(".a"))


@pytest.mark.parametrize("name", ["住房公积金数较上年增加2万元。", "小学教育额占本年支出合计的5%。"])
def test_a_name_with_数_or_额_before_its_value_is_a_mention(tagger: Tagger, name: str) -> None:
    assert next(span.text for span in tagger.tag(name).spans) == name[: name.index("数" if "数" in name else "额")]


def test_a_title_that_ends_in_汇总公开说明_is_no_mention(tagger: Tagger) -> None:
    assert list(tagger.tag("“三公”经费汇总公开说明\n").spans) == []


def test_phrases_that_only_contain_a_name_have_no_reading(tmp_path: Path) -> None:
    lexicon = default()
    assert lexicon.longer and not lexicon.longer & lexicon.readings.keys()
    size = len(lexicon.readings)
    with pytest.raises(KeyError):
        lexicon.readings["灯会经费"]
    assert len(lexicon.readings) == size
    facts = Tagger(roles=False).tag("岚县2021年部门决算\n年初预算离退休人员经费5万元。").facts
    assert {fact.scheme for fact in facts} <= {
        None,
        "功能分类",
        "经济分类",
        "收入",
        "支出",
        "收支",
        "三公经费",
        "其他",
        "项目",
    }
