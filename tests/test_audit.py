# ruff: noqa: E501 - a document reads best with its paragraphs in one line
"""The audit: every check with a contradiction it must find and near misses it must leave alone."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from audit_documents import build
from final_accounts import SampleTable
from hypothesis import given
from hypothesis import strategies as st
from make_formats import WRITERS, nine_blocks

from cnfin.audit import CHECKS, audit
from cnfin.audit.intervals import Interval, growth, percentage, stated, total
from cnfin.audit.register import ORDER, REGISTER
from cnfin.document import Check, Document, Finding
from cnfin.lexicon import Lexicon
from cnfin.reading import Limits, read_bytes
from cnfin.tagger import Tagger

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "corpus" / "samples"
SHARED = ROOT.parent / "shared"


def found(marked: str, **identity: object) -> list[tuple[str, str]]:
    """The findings as (check, the figure's text)."""
    document = build(marked, **identity)  # type: ignore[arg-type]
    return [(finding.check, document.text[finding.start : finding.end]) for finding in audit(document)]


# -- intervals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text", "low", "high"),
    [
        ("12.5", "12.5万元", "12.45", "12.55"),
        ("12.5", "12.50万元", "12.495", "12.505"),
        ("1234.5", "1，234.5万元", "1234.45", "1234.55"),
        ("0.12345", "1234.5元", "0.123445", "0.123455"),
        ("18000", "1.80亿元", "17950", "18050"),
        ("-3.2", "3.2万元", "-3.25", "-3.15"),
        ("12.5", "１２．５万元", "12.45", "12.55"),
        ("0", "0万元", "0", "0"),
        ("0", "0.00万元", "-0.005", "0.005"),
        ("94900", "9.49万人次", "94850", "94950"),
        ("0.3", "3‰", "0.25", "0.35"),
    ],
)
def test_a_figure_stands_for_what_rounds_to_it(value: str, text: str, low: str, high: str) -> None:
    interval = stated(Decimal(value), text, money=text.endswith("元"))
    assert interval == Interval(Decimal(low), Decimal(high))


def test_chinese_numerals_have_no_interval() -> None:
    assert stated(Decimal(3), "三批次", money=False) is None


_sums = st.decimals(min_value="0.01", max_value="99999", places=4)


@given(_sums, _sums)
def test_what_is_printed_from_one_exact_pair_never_contradicts(now: Decimal, before: Decimal) -> None:
    """Figures rounded from true values always overlap what the rules make of each other."""

    def printed(value: Decimal, places: int = 2) -> Interval:
        rounded = round(value, places)
        return stated(rounded, f"{abs(rounded):f}", money=False)  # type: ignore[return-value]

    share, rate = 100 * now / (now + before), 100 * (now - before) / before
    assert printed(share, 1).overlaps(percentage(printed(now), printed(now + before)))
    assert printed(now + before).overlaps(total((printed(now), printed(before))))
    assert printed(rate).overlaps(growth(printed(now - before), printed(now)))


# -- share -------------------------------------------------------------------------------------

_SHARES = """# 二、收入决算情况
本年收入合计{1000.00万元 本年收入合计 决算数}，其中：财政拨款收入{812.35万元 财政拨款收入 决算数}，占{%s 财政拨款收入 占比 base=本年收入合计}；\
其他收入{187.65万元 其他收入 决算数}，占{18.77%% 其他收入 占比 base=本年收入合计}。"""


def test_share_that_is_not_item_over_total() -> None:
    assert found(_SHARES % "82.15%") == [("share", "82.15%")]


@pytest.mark.parametrize("share", ["81.24%", "81.23%", "81.22%", "81.2%", "81%"])
def test_share_rounded_at_its_last_digit(share: str) -> None:
    expected = [("share", share)] if share == "81.22%" else []
    assert found(_SHARES % share) == expected


def test_share_of_a_wrong_base_is_found_and_of_a_base_not_named_is_not() -> None:
    text = """# 七、“三公”经费
三公经费预算{20.00万元 三公经费 预算数}，支出{16.00万元 三公经费 决算数}。公务接待费{4.00万元 公务接待费 决算数}，占<三公经费>\
的{%s 公务接待费 占比 base=三公经费}。"""
    assert found(text % "20.00%") == [("share", "20.00%")]
    assert found(text % "25.00%") == []
    unnamed = """# 二、收入
收入总计{900.00万元 收入总计 决算数}，本年收入{800.00万元 本年收入合计 决算数}，其中事业收入{90.00万元 事业收入 决算数}，\
占{10.00%% 事业收入 占比 base=%s}。"""
    assert found(unnamed % "本年收入合计") == []


def test_a_share_cut_off_and_not_rounded_is_a_doubt() -> None:
    text = (_SHARES % "81.23%").replace("812.35", "812.37").replace("187.65", "187.63").replace("18.77%", "18.76%")
    document = build(text)
    assert [(each.severity, each.check) for each in audit(document)] == [("warning", "share")]


# -- completion --------------------------------------------------------------------------------


def test_completion_that_is_not_actual_over_budget() -> None:
    text = "公路养护年初预算{115.00万元 公路养护 年初预算数}，支出决算{128.80万元 公路养护 决算数}，完成{%s 公路养护 预算完成率 base=年初预算}。"
    assert found(text % "121.00%") == [("completion", "121.00%")]
    assert found(text % "112.00%") == []
    assert found(text % "112%") == []


def test_completion_and_the_amount_over_budget() -> None:
    text = "三公经费支出{8.00万元 三公经费 决算数}，完成预算的{%s 三公经费 预算完成率 base=预算}，比预算减少{2.00万元 三公经费 增减额 base=预算 -}。"
    assert found(text % "80.0%") == []
    assert found(text % "88.0%") == [("completion", "88.0%")]


_LIST = """# 三、一般公共预算财政拨款支出
一般公共预算财政拨款支出{300.00万元 一般公共预算财政拨款支出 决算数}，完成年初预算的{%s 一般公共预算财政拨款支出 预算完成率 base=年初预算}。
1.普法支出{100.00万元 普法宣传 决算数 code=2040605}，完成年初预算的{80.00%% 普法宣传 预算完成率 base=年初预算 code=2040605}。
2.调解支出{200.00万元 基层司法业务 决算数 code=2040604}，完成年初预算的{50.00%% 基层司法业务 预算完成率 base=年初预算 code=2040604}。"""


def test_a_total_cannot_be_done_further_than_its_list_says() -> None:
    assert found(_LIST % "57.14%") == []
    assert found(_LIST % "98.20%") == [("completion", "98.20%")]


def test_a_list_that_is_more_than_the_total_is_no_list_of_it() -> None:
    heading, total, *items = (_LIST % "98.20%").replace("{300.00万元", "{5.00万元").split("\n")
    assert found("\n".join([heading, *items, "# 七、接待", total])) == []


# -- change ------------------------------------------------------------------------------------


def test_rate_of_change_on_this_years_base() -> None:
    text = "机关运行经费{65.00万元 机关运行经费 决算数}，比上年增加{15.00万元 机关运行经费 增减额 base=上年}，增长{%s 机关运行经费 增减率 base=上年}。"
    assert found(text % "23.08%") == [("change", "23.08%")]
    assert found(text % "30.00%") == []


def test_amount_of_change_with_both_years_in_print() -> None:
    text = """支出{500.00万元 本年支出合计 决算数}，与上年{450.00万元 本年支出合计 决算数 year=2020}相比增加\
{%s 本年支出合计 增减额 base=上年}，增长{11.11%% 本年支出合计 增减率 base=上年}。"""
    assert found(text % "50.00万元") == []
    assert found(text % "55.00万元") == [("change", "55.00万元")]


def test_a_fall_is_measured_on_the_larger_year() -> None:
    text = "三公经费{9.00万元 三公经费 决算数}，比上年减少{1.00万元 三公经费 增减额 base=上年 -}，下降{%s 三公经费 增减率 base=上年 -}。"
    assert found(text % "10.00%") == []
    assert found(text % "11.11%") == [("change", "11.11%")]


def test_same_scope_comparisons_do_not_follow_from_printed_totals() -> None:
    text = "三公经费{9.00万元 三公经费 决算数}，%s比上年减少{1.00万元 三公经费 增减额 base=上年 -}，下降{17.00%% 三公经费 增减率 base=上年 -}。"
    assert found(text % "") == [("change", "17.00%")]
    assert found(text % "同口径") == []


# -- direction ---------------------------------------------------------------------------------


def test_a_rise_that_the_two_years_deny() -> None:
    text = """收支总计{360.00万元 收支总计 决算数}，与2020年{380.50万元 收支总计 决算数 year=2020}相比，各%s{20.50万元 收支总计 增减额 base=上年%s}。"""
    assert found(text % ("增加", "")) == [("direction", "20.50万元")]
    assert found(text % ("减少", " -")) == []


def test_amount_and_rate_that_go_opposite_ways() -> None:
    text = "公务接待费{3.00万元 公务接待费 决算数}，增加{1.00万元 公务接待费 增减额 base=上年}，%s{50.00%% 公务接待费 增减率 base=上年%s}。"
    assert found(text % ("下降", " -")) == [("direction", "50.00%")]
    assert found(text % ("增长", "")) == []


@pytest.mark.parametrize(
    ("rate", "words", "wrong"),
    [
        ("85.00%", "决算数大于预算数", True),
        ("85.00%", "决算数小于预算数", False),
        ("103.1%", "决算数低于年初预算数", True),
        ("100%", "决算数等于预算数", False),
        ("92.0%", "决算数与预算数", False),
        ("92.0%", "支出等于预算", True),
        ("92.0%", "决算数大于调整预算数", False),
    ],
)
def test_above_and_below_the_budget(rate: str, words: str, wrong: bool) -> None:
    text = f"公务接待费支出{{8.50万元 公务接待费 决算数}}，完成{{{rate} 公务接待费 预算完成率 base=年初预算}}，{words}，因活动安排变化。"
    assert found(text) == ([("direction", rate)] if wrong else [])


def test_unchanged_with_two_different_years() -> None:
    text = "公务接待费支出{%s 公务接待费 决算数}，与上年{5.00万元 公务接待费 决算数 year=2020}%s。"
    document = "公务接待费支出{%s 公务接待费 决算数}，与上年%s。上年公务接待费为{5.00万元 公务接待费 决算数 year=2020}。"
    assert found(document % ("5.60万元", "持平")) == [("direction", "5.60万元")]
    assert found(document % ("5.00万元", "持平")) == []
    assert found(document % ("5.10万元", "基本持平")) == []
    assert found(text % ("5.00万元", "持平")) == []


# -- sum ---------------------------------------------------------------------------------------


def test_parts_of_a_known_total() -> None:
    text = """<政府采购支出>总额{%s 政府采购支出 决算数}，其中：<货物=政府采购货物支出>{36.50万元 政府采购货物支出 决算数}、<工程=政府采购工程支出>{0万元 政府采购工程支出 决算数}、\
<服务=政府采购服务支出>{128.70万元 政府采购服务支出 决算数}。"""
    assert found(text % "165.20万元") == []
    assert found(text % "156.20万元") == [("sum", "156.20万元")]


def test_sums_allow_for_the_rounding_of_every_part() -> None:
    text = "基本支出{%s 基本支出 决算数}，包括人员经费{80.12万元 人员经费 决算数}和公用经费{19.87万元 公用经费 决算数}。"
    assert found(text % "99.99万元") == []
    assert found(text % "100.00万元") == []
    assert found(text % "100.01万元") == [("sum", "100.01万元")]


def test_one_finding_where_a_total_spoils_all_shares() -> None:
    text = """# 三、支出决算情况
本年支出合计{950.00万元 本年支出合计 决算数}，其中：基本支出{600.00万元 基本支出 决算数}，占{66.67% 基本支出 占比 base=本年支出合计}；\
项目支出{300.00万元 项目支出 决算数}，占{33.33% 项目支出 占比 base=本年支出合计}。"""
    assert found(text) == [("sum", "950.00万元")]


def test_one_finding_where_a_part_spoils_its_share_and_the_total() -> None:
    text = """# 三、支出决算情况
本年支出合计{900.00万元 本年支出合计 决算数}，其中：基本支出{606.00万元 基本支出 决算数}，占{66.67% 基本支出 占比 base=本年支出合计}；\
项目支出{300.00万元 项目支出 决算数}，占{33.33% 项目支出 占比 base=本年支出合计}。"""
    document = build(text)
    [finding] = audit(document)
    assert document.text[finding.start : finding.end] == "606.00万元"
    assert {document.text[a:b] for a, b in finding.evidence} >= {"900.00万元", "66.67%"}
    assert (finding.stated, finding.expected, finding.tolerance) == (Decimal(606), Decimal(600), Decimal("0.015"))


def test_what_a_value_behind_a_wrong_rate_should_be() -> None:
    text = """机关运行经费{56.00万元 机关运行经费 决算数}，上年机关运行经费{50.00万元 机关运行经费 决算数 year=2020}，增加\
{15.00万元 机关运行经费 增减额 base=上年}，增长{30.00% 机关运行经费 增减率 base=上年}。"""
    document = build(text)
    [finding] = audit(document)
    assert document.text[finding.start : finding.end] == "56.00万元"
    assert finding.expected == Decimal(65)


_CODES = """# 五、一般公共预算财政拨款支出决算情况
## （二）结构
一般公共预算财政拨款支出{%s 一般公共预算财政拨款支出 决算数}，用于：卫生健康支出{80.00万元 卫生健康支出 决算数 code=210}；\
住房保障支出{20.00万元 住房保障支出 决算数 code=221}。
## （三）具体
1.行政单位医疗支出{30.00万元 行政单位医疗 决算数 code=2101101}。
2.公务员医疗补助支出{%s 公务员医疗补助 决算数 code=2101103}。"""


def test_lines_of_the_classification_by_prefix() -> None:
    assert found(_CODES % ("100.00万元", "50.00万元")) == []
    assert found(_CODES % ("90.00万元", "50.00万元")) == [("sum", "90.00万元")]
    assert found(_CODES % ("100.00万元", "55.00万元")) == [("sum", "80.00万元")]


def test_a_list_may_leave_lines_out() -> None:
    assert found(_CODES % ("100.00万元", "40.00万元")) == []
    assert found(_CODES % ("130.00万元", "50.00万元")) == []


def test_a_list_that_falls_short_by_two_digits_out_of_place() -> None:
    document = build(_CODES % ("100.00万元", "50.00万元") + "\n3.信息化支出{24.00万元 信息化建设 决算数 code=2101504}。")
    assert [finding.severity for finding in audit(document)] == ["error"]
    text = _CODES.replace("80.00万元", "95.20万元") % ("115.20万元", "56.20万元")
    document = build(text)  # 30 and 65.20 make 95.20
    [finding] = audit(document)
    assert (finding.check, document.text[finding.start : finding.end]) == ("sum", "56.20万元")
    assert finding.severity == "warning"


def test_a_numbered_list_is_whole() -> None:
    text = """# 五、一般公共预算财政拨款支出
一般公共预算财政拨款支出{%s 一般公共预算财政拨款支出 决算数}，具体如下：
1.小学教育{40.00万元 小学教育 决算数 code=2050202}。
2.初中教育{30.00万元 初中教育 决算数 code=2050203}。
3.住房公积金{10.00万元 住房公积金 决算数 code=2210201}。"""
    assert found(text % "80.00万元") == []
    assert found(text % "91.00万元") == [("sum", "91.00万元")]


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
@pytest.mark.parametrize("marks", [("", ""), ("1.", "2."), ("（1）", "（2）"), ("①", "②")])
def test_a_list_broken_over_lines_is_its_totals(between: str, marks: tuple[str, str]) -> None:
    """The share bears out the list's figure, whose 口径 is its total's: the later statement is the wrong one."""
    one, other = marks
    end = between or "；"
    text = f"""# 二、支出决算情况
本年支出合计{{300.00万元 本年支出合计 决算数}}，其中：{between}{one}基本支出{{200.00万元 基本支出 决算数}}，\
占{{66.67% 基本支出 占比 base=本年支出合计}}{end}{other}项目支出{{100.00万元 项目支出 决算数}}，\
占{{33.33% 项目支出 占比 base=本年支出合计}}。
# 三、绩效情况
本年支出合计{{300.00万元 本年支出合计 决算数}}，其中项目支出{{128.00万元 项目支出 决算数}}。"""
    assert found(text) == [("conflict", "128.00万元")]


@pytest.mark.parametrize(("named", "findings"), [("本年收入总计", 0), ("本年收入合计", 1)])
def test_a_total_of_the_year_may_hold_what_was_carried_over(named: str, findings: int) -> None:
    text = f"""安平县档案馆2021年度部门决算
一、收入支出决算总体情况说明
2021年度{named}120.00万元，年初结转和结余20.00万元。
二、收入决算情况说明
本年收入合计100.00万元，其中：财政拨款收入100.00万元，占100.00%。
"""
    assert len(audit(Tagger(roles=False).tag(text))) == findings


def test_economic_lines_that_name_even_the_empty_ones() -> None:
    text = """公用经费{%s 公用经费 决算数}，其中：办公费{3.00万元 办公费 决算数 code=30201 scheme=经济分类}、\
水费{%s 水费 决算数 code=30205 scheme=经济分类}、差旅费{2.00万元 差旅费 决算数 code=30211 scheme=经济分类}。"""
    assert found(text % ("5.00万元", "0万元")) == []
    assert found(text % ("9.00万元", "0万元")) == [("sum", "9.00万元")]
    assert found(text % ("9.00万元", "0.50万元")) == []
    assert found(text % ("4.00万元", "0.50万元")) == [("sum", "4.00万元")]


def test_vehicles_and_their_kinds() -> None:
    text = "共有车辆{%s 公务用车 数量}，其中：执法执勤用车{4辆 执法执勤用车 数量}、其他用车{1辆 其他用车 数量}。"
    assert found(text % "5辆") == []
    assert found(text % "6辆") == [("sum", "6辆")]


def test_a_kind_listed_twice_counts_once_or_twice() -> None:
    text = """共有车辆{3辆 公务用车 数量}，其中：应急保障用车{1辆 应急保障用车 数量}、应急保障用车{1辆 应急保障用车 数量}、其他用车{%s 其他用车 数量}。"""
    assert found(text % "1辆") == []
    assert found(text % "2辆") == []
    assert found(text % "4辆") == [("sum", "3辆")]


def test_sources_of_a_projects_money() -> None:
    text = """河道清淤预算{%s 河道清淤 预算数 scheme=项目}，其中财政拨款{50.00万元 河道清淤 预算数 scheme=项目 funds=财政拨款}，\
其他资金{5.00万元 河道清淤 预算数 scheme=项目 funds=非财政拨款}"""
    assert found(text % "55.00万元") == []
    assert found(text % "50.00万元") == [("sum", "50.00万元")]


def test_carry_over_balances_income_and_spending() -> None:
    text = """# 一、收入支出决算总体情况
本年收入合计{500.00万元 本年收入合计 决算数}，年初结转和结余{40.00万元 年初结转和结余 决算数}。
本年支出合计{510.00万元 本年支出合计 决算数}，年末结转和结余{%s 年末结转和结余 决算数}。"""
    assert found(text % "30.00万元") == []
    assert found(text % "80.00万元") == [("sum", "80.00万元")]


# -- conflict ----------------------------------------------------------------------------------

_TWICE = """# 三、支出决算情况
本年支出合计{900.00万元 本年支出合计 决算数}，其中：基本支出{600.00万元 基本支出 决算数}，占{66.67%% 基本支出 占比 base=本年支出合计}；\
项目支出{300.00万元 项目支出 决算数}，占{33.33%% 项目支出 占比 base=本年支出合计}。
# %s
%s{%s %s 决算数}，其中项目支出{%s 项目支出 决算数}。"""


def test_one_fact_with_two_values() -> None:
    again = _TWICE % ("八、小结", "全年支出", "900.00万元", "本年支出合计", "330.00万元")
    assert found(again) == [("conflict", "330.00万元")]
    assert found(_TWICE % ("八、小结", "全年支出", "900.00万元", "本年支出合计", "300万元")) == []


def test_another_scope_is_another_fact_unless_the_totals_are_one() -> None:
    place, total_name = "五、一般公共预算财政拨款支出", "一般公共预算财政拨款支出"
    assert found(_TWICE % (place, "支出", "820.00万元", total_name, "220.00万元")) == []
    assert found(_TWICE % (place, "支出", "900.00万元", total_name, "220.00万元")) == [("conflict", "220.00万元")]


def test_part_of_the_year_and_another_body_do_not_conflict() -> None:
    text = """三公经费支出{5.00万元 三公经费 决算数}。
%s三公经费支出{3.20万元 三公经费 决算数}。"""
    assert found(text % "全年") == [("conflict", "3.20万元")]
    assert found(text % "2021年1-8月") == []
    assert found(text % "# 附：局本级") == []


def test_the_division_of_one_line_is_not_that_of_the_whole() -> None:
    text = """# 五、一般公共预算支出
一般公共预算支出{90.00万元 一般公共预算财政拨款支出 决算数}，其中：基本支出{60.00万元 基本支出 决算数}，项目支出{30.00万元 项目支出 决算数}。
小学教育{40.00万元 小学教育 决算数 code=2050202}，其中：基本支出{35.00万元 基本支出 决算数}，项目支出{5.00万元 项目支出 决算数}。"""
    assert found(text) == []


def test_vehicles_bought_and_held_do_not_conflict() -> None:
    assert found("购置公务用车{1辆 公务用车 数量}，年末保有{7辆 公务用车 数量}。") == []


def test_accounts_of_two_classifications_do_not_conflict() -> None:
    text = """公务用车运行维护费{10.65万元 公务用车运行维护费 决算数}。
机关运行经费包括公务用车运行维护费{5.00万元 公务用车运行维护费 决算数 code=30231 scheme=经济分类}。"""
    assert found(text) == []


# -- unit --------------------------------------------------------------------------------------


def test_yuan_for_wan() -> None:
    text = "<支出预算=本年支出合计>{%s 本年支出合计 预算数}，其中基本支出{900.10万元 基本支出 预算数}；项目支出{400.10万元 项目支出 预算数}。"
    assert found(text % "1300.20元", kind="预算") == [("unit", "1300.20元")]
    assert found(text % "1300.20万元", kind="预算") == []
    assert found(text % "13002000元", kind="预算") == []


def test_a_part_in_the_wrong_unit() -> None:
    text = "基本支出{500.00万元 基本支出 决算数}，人员经费{400.00万元 人员经费 决算数}，公用经费{%s 公用经费 决算数}。"
    document = build(text % "100.00元")
    [finding] = audit(document)
    assert (finding.check, finding.expected) == ("unit", Decimal(100))
    assert found(text % "1000000元") == []


# -- zero-base ---------------------------------------------------------------------------------


def test_rates_over_nothing() -> None:
    text = "社区矫正年初预算{0万元 社区矫正 年初预算数}，支出决算{8.64万元 社区矫正 决算数}，完成年初预算的{%s 社区矫正 预算完成率 base=年初预算}。"
    assert found(text % "864%") == [("zero-base", "864%")]
    assert found(text % "0%") == []


def test_growth_from_nothing() -> None:
    text = "公务接待费{%s 公务接待费 决算数}，比上年增加{0.67万元 公务接待费 增减额 base=上年}，增长{100%% 公务接待费 增减率 base=上年}。"
    assert found(text % "0.67万元") == [("zero-base", "100%")]
    assert found(text % "1.34万元") == []


# -- the whole ---------------------------------------------------------------------------------


def test_approximate_figures_prove_nothing() -> None:
    text = "基本支出{500.00万元 基本支出 决算数}，人员经费{400.00万元 人员经费 决算数}，公用经费{90.00万元 公用经费 决算数 ~}。"
    assert found(text) == []
    assert found(text.replace(" ~", "")) == [("sum", "500.00万元")]


def test_findings_hold_what_proves_them() -> None:
    document = build(_SHARES % "82.15%")
    [finding] = audit(document)
    assert (finding.stated, finding.expected) == (Decimal("82.15"), Decimal("81.235"))
    assert finding.tolerance is not None and finding.tolerance < abs(finding.stated - finding.expected)
    assert "812.35÷1000" in finding.note
    assert {document.text[a:b] for a, b in finding.evidence} == {"812.35万元", "1000.00万元"}


def test_document_order_and_choice_of_checks() -> None:
    document = build((_SHARES % "82.15%") + "\n" + (_CODES % ("90.00万元", "50.00万元")))
    findings = audit(document)
    assert [finding.start for finding in findings] == sorted(finding.start for finding in findings)
    assert {finding.check for finding in findings} == {"share", "sum"}
    assert [finding.check for finding in audit(document, checks=["sum"])] == ["sum"]
    with pytest.raises(ValueError, match="unknown check: sums"):
        audit(document, checks=["sums"])
    assert set(CHECKS) >= {"share", "zero-base"}


_subjects = st.sampled_from(["三公经费", "公务接待费", "基本支出", "本年支出合计", "年末结转和结余", "机关运行经费"])
_measures = st.sampled_from(["决算数", "年初预算数", "占比", "预算完成率", "增减额", "增减率"])
_numbers = st.one_of(st.sampled_from(["0", "0.00", "9" * 40]), st.decimals(0, 10**9, places=2).map(str))


@given(st.lists(st.tuples(_subjects, _measures, _numbers, st.sampled_from(["万元", "元", "亿元", "%"])), max_size=12))
def test_whatever_the_figures_findings_are_in_order_and_inside(values: list[tuple[str, str, str, str]]) -> None:
    marks = (
        f"{subject}{{{number}{unit} {subject} {measure} base={'预算' if measure == '预算完成率' else '上年'}}}，"
        for subject, measure, number, unit in values
    )
    document = build("".join(marks) + "以上。")
    findings = audit(document)
    assert findings == sorted(findings, key=lambda finding: (finding.start, finding.end))
    for finding in findings:
        assert finding.note and (finding.start, finding.end) not in finding.evidence
        assert all(0 <= start < end <= len(document.text) for start, end in finding.evidence)


def test_an_empty_document_has_no_findings() -> None:
    assert audit(build("无")) == []


def test_every_check_has_its_row() -> None:
    assert [row.check for row in REGISTER] == list(get_args(Check))
    assert {row.check for row in REGISTER if row.family == "figures"} == set(ORDER)


@given(_sums, _sums)
def test_a_note_says_what_a_calculator_says(part: Decimal, whole: Decimal) -> None:
    """To the last digit it prints, however widely the figures are rounded."""
    item, base = round(part, 0) + 1, round(whole, 0) + 2
    wrong = (100 * item / base + 50).quantize(Decimal("0.1"))
    document = build(f"""# 二、收入决算情况
本年收入合计{{{base}万元 本年收入合计 决算数}}，其中：财政拨款收入{{{item}万元 财政拨款收入 决算数}}，占{{{wrong}% 财政拨款收入 占比 base=本年收入合计}}。""")
    for finding in audit(document, checks=["share"]):
        said = re.match(r"([\d.]+)÷([\d.]+)=([\d.]+)%，", finding.note)
        assert said and Decimal(said[3]) == (100 * item / base).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert finding.expected == round(100 * item / base, 6)


def test_rows_of_the_users_own_structure_count(tmp_path: Path) -> None:
    head = (ROOT / "lexicons" / "structure.tsv").read_text("utf-8").split("\n")[0]
    row = "sum\t培训经费\t差旅费|会议费\t\t"
    (tmp_path / "structure.tsv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    text = "培训经费{9.00万元 培训经费 决算数}，其中差旅费{3.00万元 差旅费 决算数}、会议费{2.00万元 会议费 决算数}。"
    assert audit(build(text)) == []
    assert [finding.check for finding in audit(build(text), lexicon=Lexicon([tmp_path]))] == ["sum"]


# -- end to end --------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False)


def read(path: Path) -> Document:
    return tagger().tag(path.read_text(encoding="utf-8"), path.name)


def planted(path: Path) -> list[tuple[int, int]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    return [(record["start"], record["end"]) for record in records if record["t"] == "finding"]


def touches(finding: Finding, spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The spans that the finding's figure or its evidence overlaps."""
    mine = [(finding.start, finding.end), *finding.evidence]
    return {(a, b) for a, b in spans if any(start < b and a < end for start, end in mine)}


_TITLE = "云岭县民政局2021年度部门决算公开\n一、收入支出决算总体情况\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本年支出合计640.00万元，其中：基本支出400.00万元，占62.50%；项目支出240.00万元，占37.50%。", []),
        (
            "本年支出合计640.00万元，其中：基本支出400.00万元，占65.20%；项目支出240.00万元，占37.50%。",
            [("share", "65.20%")],
        ),
        (
            "机关运行经费支出36.00万元，比上年增加6.00万元，增长16.67%，主要是会议增多。",
            [("change", "16.67%")],
        ),
        ("机关运行经费支出36.00万元，比上年增加6.00万元，增长20.00%，主要是会议增多。", []),
        (
            "公务接待费支出2.10万元，完成预算的70.00%，决算数大于预算数的主要原因是来访减少。",
            [("direction", "70.00%")],
        ),
        (
            "政府采购支出总额50.00万元，其中：政府采购货物支出12.00万元、政府采购工程支出0万元、政府采购服务支出83.00万元。",
            [("sum", "50.00万元")],
        ),
        ("基本支出300.00万元，其中：人员经费260.00万元，公用经费40.00元。", [("unit", "40.00元")]),
        (
            "三公经费支出20.00万元，其中：因公出国（境）费0万元、公务用车购置费0万元、公务用车运行维护费8.00万元、公务接待费2.00万元、会议费4.00万元、培训费6.00万元。",
            [],
        ),
        (
            "三公经费支出21.00万元，其中：因公出国（境）费0万元、公务用车购置费0万元、公务用车运行维护费8.00万元、公务接待费2.00万元、会议费4.00万元、培训费6.00万元。",
            [("sum", "21.00万元")],
        ),
        (
            "公务用车购置及运行维护费30.00万元，其中：公务用车购置费5.00万元、公务用车运行维护费15.00万元、租车费10.00万元。",
            [],
        ),
        (
            "公务用车购置及运行维护费31.00万元，其中：公务用车购置费5.00万元、公务用车运行维护费15.00万元、租车费10.00万元。",
            [("sum", "31.00万元")],
        ),
        ("三公经费支出决算30.00万元。\n其中区直单位三公经费支出决算18.00万元。", []),
        ("三公经费支出决算30.00万元。\n三公经费支出决算18.00万元。", [("conflict", "18.00万元")]),
        ("人员经费50.00万元。\n其他人员经费7.00万元。", []),
        (
            "2021年度收、支总计分别为410.20万元、398.70万元。与上年相比，收、支总计各增加12.10万元、9.60万元，各增长3.04%、2.47%。",
            [],
        ),
        (
            "收入总计900.00万元，其中财政拨款收入700.00万元；加上级补助收入120.00万元，其他收入80.00万元，收入合计920.00万元。",
            [],
        ),
        (
            "一、全区\n全区总收入900.00万元，其中地方收入700.00万元；加上级补助收入120.00万元，其他收入70.00万元，上年结余收入10.00万元，收入合计1000.00万元。支出合计950.00万元。\n收支相抵，年终结余50.00万元。",
            [],
        ),
        (
            "本年收入合计460.00万元，包括：\n1.财政拨款收入400.00万元；\n2.事业收入40.00万元；\n3.其他收入10.00万元。",
            [("sum", "460.00万元")],
        ),
        (
            "“三公”经费支出决算9.60万元，其中：因公出国（境）费0万元，公务用车购置及运行维护费6.10万元，公务接待费2.50万元。",
            [("sum", "9.60万元")],
        ),
        (
            "本年支出合计640.00万元，其中：基本支出400.00万元，占62.50%；\n项目支出240.00万元，占37.50%；\n另有其他资金安排的基本支出8.00万元。",
            [],
        ),
        (
            "本年支出合计650.00万元，其中：基本支出400.00万元；\n项目支出240.00万元。",
            [("sum", "650.00万元")],
        ),
        ("公务接待费支出2.40万元，与预算相比，减少0.60万元，下降25.00%。", [("change", "25.00%")]),
        (
            "公务接待费支出1.20万元，比上年增加1.20万元，增长100%，原因是上年没有接待。",
            [("zero-base", "100%")],
        ),
    ],
)
def test_from_text_to_finding(text: str, expected: list[tuple[str, str]]) -> None:
    document = tagger().tag(_TITLE + text)
    assert [(each.check, document.text[each.start : each.end]) for each in audit(document)] == expected


@pytest.mark.parametrize(("rate", "expected"), [("30.00%", []), ("33.00%", [("share", "33.00%")])])
def test_without_headings_a_part_may_be_of_all_the_money_or_of_one(rate: str, expected: list[tuple[str, str]]) -> None:
    text = (
        "云岭县民政局2021年度部门决算公开\n支出合计300.00万元。\n基本支出210.00万元，占70.00%。\n"
        f"项目支出90.00万元，占{rate}。\n一般公共预算财政拨款支出280.00万元。\n"
        "基本支出200.00万元，其中：人员经费160.00万元，公用经费40.00万元。\n"
    )
    document = tagger().tag(text)
    assert [(each.check, document.text[each.start : each.end]) for each in audit(document)] == expected


@pytest.mark.parametrize("path", sorted((SAMPLES.parent / "planted").glob("*.txt")), ids=lambda path: path.stem)
def test_planted_errors_are_all_found_and_nothing_else(path: Path) -> None:
    wanted = planted(path.with_suffix(".findings.jsonl"))
    document = read(path)
    findings = audit(document)
    assert [finding.note for finding in findings if not touches(finding, wanted)] == []
    assert set(wanted) == set().union(*(touches(finding, wanted) for finding in findings))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_clean_samples_have_no_findings(path: Path) -> None:
    assert [finding.note for finding in audit(read(path))] == []


def test_generated_documents() -> None:
    """Nothing is found in clean ones; of the errors planted at known places most are, and nothing else is."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from synthesis import document as invented
    from synthesis import planted as misprinted

    for number in range(25):
        name, text, _ = invented(11, number)
        assert [finding.note for finding in audit(tagger().tag(text, name))] == []
    tally: Counter[str] = Counter()
    true = false = hit = everything = 0
    for number in range(25):
        name, text, gold = misprinted(11, number, 2, tally)
        wanted = [(line["start"], line["end"]) for line in gold if line["t"] == "finding"]
        touched = [touches(finding, wanted) for finding in audit(tagger().tag(text, name))]
        true, false = true + sum(map(bool, touched)), false + sum(not each for each in touched)
        hit, everything = hit + len(set().union(*touched)), everything + len(wanted)
    assert everything >= 40
    assert true / (true + false) >= 0.98
    assert hit / everything >= 0.90


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared gold data is not beside the repository")
def test_gold_findings() -> None:
    true = false = found_gold = all_gold = 0
    for gold in sorted((SHARED / "gold").glob("*.jsonl")):
        wanted = planted(gold)
        hits = [touches(finding, wanted) for finding in audit(read(SHARED / "seeds" / f"{gold.stem}.txt"))]
        true, false = true + sum(map(bool, hits)), false + sum(not hit for hit in hits)
        found_gold, all_gold = found_gold + len(set().union(*hits)), all_gold + len(wanted)
    assert true / (true + false) >= 0.90
    assert found_gold / all_gold >= 0.85


def _examples() -> list[tuple[str, str]]:
    """The examples of docs/audit.md by the heading above them."""
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    sections = re.findall(r"^### ([\w-]+)\n((?:> .*\n)+)", page, re.MULTILINE)
    return [(check, "".join(f"{line.removeprefix('> ')}\n" for line in text.splitlines())) for check, text in sections]


@pytest.mark.parametrize(("check", "text"), _examples(), ids=[check for check, _ in _examples()])
def test_the_examples_of_the_page(check: str, text: str) -> None:
    document = tagger().tag("云岭县民政局2024年度部门决算公开\n" + text)
    assert {finding.check for finding in audit(document)} == {check}


def test_every_check_has_its_example() -> None:
    assert [check for check, _ in _examples()] == list(CHECKS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbered lines of any length, and lines behind a nested list
        (
            "公务用车购置及运行维护费支出50.00万元。其中：\n1.公务用车购置费20.00万元。\n"
            "2.公务用车运行维护费35.00万元，主要用于下乡督导、公文交换和应急值守所需的燃料费、维修费、过路过桥费和保险费等。",
            [("sum", "50.00万元")],
        ),
        (
            "三公经费支出30.00万元，比上年减少2.00万元，下降9.00%。其中：\n（一）因公出国（境）费0万元。\n"
            "（二）公务用车购置及运行维护费26.00万元。其中：\n1.公务用车购置费10.00万元。\n2.公务用车运行维护费16.00万元。\n"
            "（三）公务接待费4.00万元。",
            [("change", "9.00%")],
        ),
        # the changes of all parts, and a part that is not told
        ("基本支出140.00万元，比上年增加9.00万元，其中：人员经费增加16.00万元，公用经费减少7.00万元。", []),
        (
            "基本支出140.00万元，比上年增加9.00万元，其中：人员经费增加16.00万元，公用经费减少6.00万元。",
            [("sum", "9.00万元")],
        ),
        ("基本支出140.00万元，比上年增加9.00万元，其中：人员经费增加16.00万元。", []),
        # averages
        ("公务接待费支出2.40万元，接待3批次24人，人均0.10万元。", []),
        ("公务接待费支出2.40万元，接待3批次24人，人均0.15万元。", [("share", "0.15万元")]),
        ("公务用车运行维护费12.00万元，保有4辆，车均3元。", [("unit", "3元")]),
        ("公务接待费支出2.40万元，接待3批次24人，人均标准0.12万元。", []),
        # one line twice in a paragraph: a slip of what the paragraph bears out, and another thing
        (
            "1.教育支出（类）普通教育（款）小学教育（项）286.40万元。上年支出275.00万元，2024年支出289.03万元，比上年增长5.10%。",
            [("conflict", "286.40万元")],
        ),
        ("1.教育支出（类）普通教育（款）小学教育（项）286.40万元，比上年增加26.40万元，增长10.15%。其中一所学校支出54.00万元。", []),
        # two bodies
        ("2024年全县三公经费支出480.00万元。\n县本级三公经费支出112.00万元。", []),
        # the word of a reason
        ("公务接待费支出2.00万元，比上年减少0.50万元，下降20.00%，增加的主要原因是来访增多。", [("direction", "20.00%")]),
        ("公务接待费支出2.00万元，比上年减少0.50万元，下降20.00%，减少的主要原因是来访减少。", []),
        ("公务接待费支出2.00万元，比上年减少0.50万元，下降20.00%，三公经费增加的主要原因是用车增多。", []),
        # a rate cut and not rounded
        ("机关运行经费361.00万元，比上年增加65.00万元，增长21.96%。", []),
        ("机关运行经费361.00万元，比上年增加65.00万元，增长21.95%。", [("change", "21.95%")]),
    ],
)  # fmt: skip
def test_what_belongs_together(text: str, expected: list[tuple[str, str]]) -> None:
    document = tagger().tag("云岭县民政局2024年度部门决算公开\n" + text)
    assert [(each.check, document.text[each.start : each.end]) for each in audit(document)] == expected


def test_a_page_that_begins_amid_a_sentence_contradicts_nothing() -> None:
    later = "\n二、支出预算\n1.基本支出预算512.00万元。\n2.项目支出预算60.00万元。\n"
    assert audit(tagger().tag("86.40万元，其中：基本支出86.40万元，项目支出0万元。" + later)) == []
    assert audit(tagger().tag("本单位支出86.40万元，其中：基本支出86.40万元，项目支出0万元。" + later)) != []


_ROWS = "科目编码\t科目名称\t合计\t基本支出\t项目支出\n205\t教育支出\t%s\t60.00\t20.00\n213\t农林水支出\t900.00\t600.00\t300.00\n"
_BUDGET = "云岭县教育局2024年部门预算\n支出预算总表\n单位：万元\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (_ROWS % "80.00", []),
        (_ROWS % "86.00", [("sum", "86.00")]),
        (_ROWS % "80.00" + "\t合计\t980.00\t660.00\t320.00\n", []),
        (_ROWS % "80.00" + "\t合计\t980.00\t660.00\t330.00\n", [("sum", "330.00")]),
        (_ROWS % "80.00" + "二、支出预算说明\n2024年教育支出预算88.00万元。\n", [("conflict", "88.00万元")]),
        (_ROWS % "80.00" + "二、财政拨款支出预算说明\n2024年财政拨款教育支出预算78.00万元。\n", []),
    ],
)
def test_rows_and_columns_of_a_table(rows: str, expected: list[tuple[str, str]]) -> None:
    document = tagger().tag(_BUDGET + rows)
    assert [(each.check, document.text[each.start : each.end]) for each in audit(document)] == expected


def test_altered_cells_of_the_nine_tables_are_found() -> None:
    """One cell at a time; nothing that does not rest on it is reported."""
    found, dice = 0, Random(5)
    blocks = nine_blocks(4)
    places = [
        (block, row, column) for block in blocks if isinstance(block, SampleTable)
        for row in block.rows for column, cell in enumerate(row) if re.fullmatch(r"[1-9][\d.]*\.\d\d", cell)
    ]  # fmt: skip
    for _, row, column in dice.sample(places, 12):
        kept, row[column] = row[column], f"{Decimal(row[column]) * Decimal('1.07') + Decimal('1.11'):.2f}"
        document = tagger().tag(read_bytes(WRITERS["html"](blocks), limits=Limits(isolated=False)))
        findings = audit(document)
        spans = [[(each.start, each.end), *each.evidence] for each in findings]
        named = [{document.text[start:end] for start, end in each} for each in spans]
        assert all(row[column] in each for each in named)
        found += bool(findings)
        row[column] = kept
    assert found >= 11


def test_the_work_grows_with_the_figures_of_a_paragraph_and_not_with_their_pairs() -> None:
    names = ["办公费", "印刷费", "水费", "电费", "邮电费", "差旅费", "会议费", "培训费"]

    def calls(number: int) -> int:
        items = "".join(f"{names[at % 8]}{10 + at}.50万元，占{at % 97}.11%；" for at in range(number))
        document = tagger().tag(f"云岭县民政局2024年度部门决算公开\n本年支出合计9999999.00万元，其中：{items[:-1]}。\n")
        made = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal made
            made += event == "call"

        sys.setprofile(count)
        try:
            audit(document)
        finally:
            sys.setprofile(None)
        return made

    assert calls(800) < 2.2 * calls(400)
