"""Facts and findings stay what they are where a document says them in other words, another order or other lines."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import pytest

from cnfin.audit import audit
from cnfin.document import Document
from cnfin.tagger import Tagger

TEXT = """泉溪县畜牧服务中心2021年度部门决算
一、收入支出决算总体情况说明
2021年度收入总计1250.00万元，支出总计1250.00万元，与2020年度相比，各增加50.00万元，增长4.17%。
二、收入决算情况说明
本年收入合计1200.00万元，其中：财政拨款收入1080.00万元，占90.00%；事业收入84.00万元，占7.00%；其他收入36.00万元，占3.00%。
三、支出决算情况说明
本年支出合计1180.00万元，其中：基本支出826.00万元，占70.00%；项目支出354.00万元，占35.00%。
四、一般公共预算财政拨款支出决算具体情况
（1）农林水支出（类）农业农村（款）事业运行（项）：年初预算为500.00万元，支出决算为520.00万元，完成年初预算的104.00%。
（2）农林水支出（类）农业农村（款）病虫害控制（项）：年初预算为200.00万元，支出决算为150.00万元，完成年初预算的75.00%。
五、“三公”经费支出决算情况说明
公务用车运行维护费支出6.00万元，与2020年度相比，减少2.00万元，下降25.00%，主要原因是防疫车辆统一调度。
公务接待费支出3.00万元，与2020年度相比，增加1.00万元，增长50.00%，主要原因是恢复跨县交流。
"""

SUM = r"([\d.]+)万元"
LIST = re.compile(r"其中：([^。\n]*；[^。\n]*)。")
BUDGET = re.compile(rf"年初预算为{SUM}，支出决算为{SUM}，完成年初预算的([\d.]+%)")
CHANGE = re.compile(rf"(增加|减少){SUM}，(增长|下降)([\d.]+)%")
CHAIN = re.compile(r"(（\d）.*?（项）)：")
YEAR = "与2020年度相比，"


def listed(lead: str, between: str, *marks: str) -> tuple[re.Pattern[str], object]:
    """Lists of parts with ``lead`` before them, ``marks`` before the items and ``between`` behind them."""

    def replace(match: re.Match[str]) -> str:
        items = match[1].split("；")
        signs = marks or ("",) * len(items)
        return lead + between.join(sign + item for sign, item in zip(signs, items, strict=False)) + "。"

    return LIST, replace


REWRITES: dict[str, tuple[re.Pattern[str] | str, object]] = {
    "lines": listed("其中：\n", "；\n"),
    "lines that end": listed("其中：\n", "。\n"),
    "numbered lines": listed("其中：\n", "。\n", "1.", "2.", "3."),
    "bracketed lines": listed("具体如下：\n", "；\n", "（1）", "（2）", "（3）"),
    "circled": listed("其中：", "；", "①", "②", "③"),
    "counted": listed("包括：", "；", "一是", "二是", "三是"),
    "commas": listed("其中：", "，"),
    "apart": listed("分别为：", "；"),
    "a line of its own": (r"，其中：", "。\n其中："),
    "shares in brackets": (r"，占([\d.]+%)", r"（占\1）"),
    "share of": (r"，占([\d.]+%)", r"，占比为\1"),
    "budget behind": (BUDGET, r"支出决算为\2万元，完成年初预算（\1万元）的\3"),
    "budget in the rate": (BUDGET, r"支出决算\2万元，为年初预算\1万元的\3"),
    "completed": (BUDGET, r"年初预算\1万元，支出决算\2万元，完成\3"),
    "of this year": (BUDGET, r"年初预算安排\1万元，本年支出\2万元，占年初预算的\3"),
    "budget compared": (BUDGET, r"支出决算\2万元，与年初预算\1万元相比，完成\3"),
    "chain above": (CHAIN, r"\1\n"),
    "chain as a sentence": (CHAIN, r"\1。"),
    "short verbs": (YEAR + r"(?:(增)加|(减)少)", r"同比\1\2"),
    "more and less": (YEAR + r"增加([\d.]+万元)，增长", r"比上年多\1，多"),
    "rate in brackets": (CHANGE, r"\1\2万元（\3\4%）"),
    "rate first": (CHANGE, r"\3\4%，\1\2万元"),
    "rate, then the sum in brackets": (CHANGE, r"\3\4%（\2万元）"),
    "rate without direction": (CHANGE, r"\1\2万元，变动幅度为\4%"),
    "spending": (r"(运行维护费.*相比，减少|接待费.*相比，增加)", r"\1支出"),
    "compared with last year": (YEAR, "较上年决算数"),
    "reason in brackets": (r"，主要原因是(.*)。", r"（主要原因为\1）。"),
    "reason in a line": (r"，主要原因是", "。\n原因在于"),
    "yuan": (SUM, lambda match: f"{float(match[1]) * 10000:,.2f}元"),
    "wide": (r"%", "％"),
    "spaces": (r"(?<=\d)(?=万元|%)", " "),
}


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False)


def tagged(text: str) -> Document:
    return tagger().tag(text)


def facts(document: Document) -> Counter[tuple[object, ...]]:
    return Counter(
        (fact.subject, fact.code, fact.measure, fact.year, fact.value.normalize(), fact.unit, fact.base)
        for fact in document.facts
    )


def test_the_text_has_what_is_rewritten() -> None:
    document = tagged(TEXT)
    assert sum(facts(document).values()) == 28
    assert [(found.check, document.text[found.start : found.end]) for found in audit(document)] == [("share", "35.00%")]


@pytest.mark.parametrize("name", REWRITES)
def test_other_words_say_the_same(name: str) -> None:
    pattern, replacement = REWRITES[name]
    text = re.sub(pattern, replacement, TEXT)  # type: ignore[call-overload]
    assert text != TEXT
    before, after = tagged(TEXT), tagged(text)
    assert facts(after) == facts(before)
    assert [found.check for found in audit(after)] == ["share"]
