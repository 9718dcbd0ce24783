# ruff: noqa: E501 - a document reads best with its paragraphs in one line
"""The form checks: what each must find, and near misses that it must leave alone."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
import pytest

from cnfin.audit import audit
from cnfin.audit.form import placeholder
from cnfin.audit.register import REGISTER
from cnfin.lexicon import default
from cnfin.tagger import Tagger

FORM = {row.check for row in REGISTER if row.family == "form"}
TITLE = "云岭县民政局2024年度部门决算公开\n"


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False)


def found(text: str, title: str = TITLE) -> list[tuple[str, str]]:
    document = tagger().tag(title + text)
    return [(each.check, document.text[each.start : each.end]) for each in audit(document)]


@pytest.mark.parametrize(
    ("check", "figure", "text"),
    [
        ("placeholder", "XX", "年末共有车辆XX辆，其中：机要通信用车1辆。"),
        ("placeholder", "××", "2024年度××局收入总计120.00万元。"),
        ("placeholder", "0000", "0000年度部门决算情况说明如下。"),
        ("placeholder", "***", "支出决算为***万元。"),
        ("placeholder", "____", "公务接待费支出____万元，共接待3批次。"),
        ("placeholder", "XXX", "公务接待费支出2.00万元，主要原因是XXX。"),
        ("placeholder", "20XX", "20XX年度机关运行经费支出12.00万元。"),
        ("placeholder", "xx.xx", "支出决算为xx.xx万元。"),
        ("placeholder", "请填写", "机关运行经费支出3.00万元，请填写具体原因。"),
        ("placeholder", "（注：没有该项支出的单位请说明情况）", "三、支出决算情况（注：没有该项支出的单位请说明情况）。"),
        ("placeholder", "增加（减少）", "公务接待费支出2.00万元，比上年增加（减少）0.50万元。"),
        ("placeholder", "增长/下降", "机关运行经费支出2.00万元，比上年增长/下降12.00%。"),
        ("placeholder", "下降（增长）", "机关运行经费支出2.00万元，比上年下降（增长）12.00%。"),
        ("placeholder", "占基本支出%", "公务接待费支出2.00万元，占基本支出%，与上年持平。"),
        ("placeholder", "减少 万元", "公务接待费支出2.00万元，比上年减少 万元，主要原因是来访减少。"),
        ("placeholder", "。。", "本年没有政府性基金预算支出。。"),
        ("year", "2023", "第一部分 部门概况\n第二部分 2024年度部门决算表\n第三部分 2023年度部门决算情况说明\n一、收入决算情况"),
        ("year", "2023", "国有资产占用情况\n截至2023年12月31日，本部门共有车辆3辆。"),
        ("year", "2023", "一、收支情况\n2023年度收入总计120.00万元，与2022年度相比，增加20.00万元，增长20.00%。"),
        ("name", "桐岭县水利局", "第一部分 部门概况\n第二部分 桐岭县水利局2024年度部门决算表\n第三部分 云岭县民政局2024年度部门决算情况说明"),
        ("name", "桐岭县水利局", "一、收入决算情况\n桐岭县水利局2024年度收入总计120.00万元。"),
        ("unit-missing", "0.39万", "公务接待费支出0.39万，与上年持平。"),
        ("unit-missing", "13.95", "公务接待费支出2.00万元，比上年增长13.95。"),
        ("unit-missing", "8.5", "机关运行经费支出3.00万元，下降8.5，主要原因是厉行节约。"),
        ("line", "卫生健康支出（类）行政事业单位医疗（款）小学教育（项）", "卫生健康支出（类）行政事业单位医疗（款）小学教育（项）支出决算为12.00万元。"),
    ],
)  # fmt: skip
def test_what_a_form_left(check: str, figure: str, text: str) -> None:
    assert found(text) == [(check, figure)]


@pytest.mark.parametrize(
    "text",
    [
        "与上年相比增加/减少0万元，增长/下降0%。",
        "表中增加（减少）栏按实际数列示。",
        "金额单位：万元，保留两位小数。",
        "注：请填写单位全称。",
        "完成预算的90%，比上年增长5个百分点。",
        "项目于2022.12完成验收。",
        "预算执行率（%）得分9.5分。",
        "收入支出增减表\n项目\t增长%\n公务接待费\t2.00\n",
        "截至2023年12月31日，本部门共有车辆3辆；截至2024年12月31日，共有车辆4辆。",
        "截至2023年12月31日，累计发放补贴30.00万元。",
        "第二部分 云岭县民政局2024年度部门决算表\n第三部分 2024年部门决算情况说明\n四、与2023年决算对比情况",
        "教育支出（类）普通教育（款）小学教育（项）支出决算为12.00万元。",
        "卫生健康支出（类）行政事业单位医疗（款）公务员医疗补助（项）支出决算为12.00万元。",
        "住房保障支出（类）住房保障支出（款）住房公积金（项）支出决算为12.00万元。",
        "人均收入突破3万。",
        "联系电话：0000-1234567。",
        "身份证号后四位为****，编号5101**02。",
        "云岭县民政局本级2024年度收入总计120.00万元。",
        "第二部分 民政局2024年度部门决算表",
        "一、二级单位\n云岭县殡仪馆2024年度收入总计20.00万元。\n云岭县救助站2024年度收入总计30.00万元。",
        "……等工作，详见附件。",
    ],
)  # fmt: skip
def test_near_misses_of_the_form_checks(text: str) -> None:
    assert [each for each in found(text) if each[0] in FORM] == []


@pytest.mark.parametrize("rule", placeholder.RULES, ids=lambda rule: rule.name)
def test_every_rule_fits_its_example(rule: placeholder.Rule) -> None:
    from cnfin.audit.form.page import page_of

    words = page_of(tagger().tag(TITLE), default()).words
    assert re.search(rule.shape(words), rule.example)


def test_a_units_parts_headed_by_its_department() -> None:
    text = "桐岭县教育局第一幼儿园2023年度单位决算\n第一部分 桐岭县教育局2023年度部门决算概况\n一、主要职责"
    document = tagger().tag(text)
    identity = msgspec.structs.replace(document.identity, unit="桐岭县教育局第一幼儿园")
    [finding] = audit(msgspec.structs.replace(document, identity=identity))
    assert (finding.check, document.text[finding.start : finding.end]) == ("name", "桐岭县教育局")


_LINES = "\n".join(
    f"{code}\t{name}\t{total}\t{total}\t0.00"
    for code, name, total in [
        ("205", "教育支出", "80.00"), ("2050201", "学前教育", "30.00"), ("2050202", "小学教育", "50.00"),
        ("221", "住房保障支出", "20.00"), ("2210201", "住房公积金", "20.00"), ("", "合计", "100.00"),
    ]
)  # fmt: skip
_TABLE = f"支出决算表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n{_LINES}\n"


@pytest.mark.parametrize(
    ("line", "findings"),
    [
        ("初中教育（项）2024年度支出决算为12.00万元。", ["教育支出（类）普通教育（款）初中教育（项）"]),
        ("小学教育（项）2024年度支出决算为50.00万元。", []),
        ("初中教育（项）2024年度支出决算为0万元。", []),
    ],
)
def test_a_line_that_no_table_has(line: str, findings: list[str]) -> None:
    said = found(f"{_TABLE}三、支出决算情况说明\n1.教育支出（类）普通教育（款）{line}")
    assert [figure for check, figure in said if check == "line"] == findings


_ECONOMIC = """一般公共预算财政拨款基本支出决算表
单位：万元
科目编码\t科目名称\t决算数
30101\t基本工资\t60.00
30102\t津贴补贴\t%s
30201\t办公费\t8.00
30211\t差旅费\t2.00
六、基本支出决算情况说明
人员经费和公用经费主要包括：基本工资、津贴补贴、办公费、差旅费。
"""


def test_items_listed_as_spent_whose_cell_is_blank() -> None:
    assert found(_ECONOMIC % "12.00") == []
    assert found(_ECONOMIC % "0.00") == [("line", "津贴补贴")]
    assert found(_ECONOMIC % "") == [("line", "津贴补贴")]


_FUND = """政府性基金预算财政拨款收入支出决算表
单位：万元
科目编码\t科目名称\t年初结转和结余\t本年收入\t本年支出
%s
%s
二、收入决算情况说明
"""


@pytest.mark.parametrize(
    ("row", "note", "findings"),
    [
        ("合计\t\t\t\t", "", [("empty", "政府性基金预算财政拨款收入支出决算表")]),
        ("合计\t\t\t\t", "本部门没有政府性基金收入，故本表为空。", []),
        ("合计\t\t0.00\t0.00\t0.00", "本部门没有政府性基金收入，故本表为空。", []),
        ("合计\t\t0.00\t12.00\t12.00", "", []),
        (
            "合计\t\t0.00\t12.00\t12.00",
            "本部门没有政府性基金收入，故本表为空。",
            [("empty", "本部门没有政府性基金收入，故本表为空")],
        ),
    ],
)
def test_empty_tables_and_their_notes(row: str, note: str, findings: list[tuple[str, str]]) -> None:
    assert found(_FUND % (row, note)) == findings
