"""Tables as pages are copied: years down the side, heads a line each, merged heads without width, a cell a line."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest
from budget_tables import budget_tables
from final_accounts import SampleTable, nine_tables
from make_formats import as_text, budget_blocks, nine_blocks
from test_formats_facts import PLACED

from cnfin.document import Amount, Document
from cnfin.tagger import Tagger

TITLE = "云岭县供水站2022年度部门决算"


@lru_cache(maxsize=1)
def _tagger() -> Tagger:
    return Tagger(roles=False)


def _stated(tables: list[SampleTable]) -> Counter[tuple[object, ...]]:
    return Counter(tuple(fact[field] for field in PLACED) for table in tables for fact in table.facts)


def _placed(document: Document) -> Counter[tuple[object, ...]]:
    return Counter(tuple(getattr(fact, field) for field in PLACED) for fact in document.facts)


SAMPLES = {"accounts": (nine_blocks(6), nine_tables(6)), "budget": (budget_blocks(6), budget_tables(6))}


@pytest.mark.parametrize("style", ["tabs", "pipes"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_rows_of_text_state_every_cell(sample: str, style: str) -> None:
    blocks, tables = SAMPLES[sample]
    assert _placed(_tagger().tag(as_text(blocks, style))) == _stated(tables)


@pytest.mark.parametrize("style", ["cells", "line"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_cells_that_lost_their_rows_state_nothing_wrong(sample: str, style: str) -> None:
    blocks, tables = SAMPLES[sample]
    found, stated = _placed(_tagger().tag(as_text(blocks, style))), _stated(tables)
    assert not found - stated
    assert found.total() >= stated.total() * 7 // 10


@pytest.mark.parametrize("empty", ["", "\t"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_cells_a_line_state_every_cell_where_empty_ones_show(sample: str, empty: str) -> None:
    blocks, tables = SAMPLES[sample]
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines.append(block)
            continue
        lines += [block.title, block.number, f"单位：{block.unit}"]
        lines += [head.text for row in block.header for head in row]
        lines += [text or empty for row in block.rows for text in row]
    found, stated = _placed(_tagger().tag("\n".join(lines) + "\n")), _stated(tables)
    assert not found - stated
    # Only the tables by unit and by project, whose rows begin with words of several columns, keep some to themselves.
    assert found.total() >= stated.total() * 0.95 and (sample == "budget" or found == stated)


def test_a_row_that_lost_a_cell_is_put_where_the_sums_want_it() -> None:
    text = (
        f"{TITLE}\n支出决算表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
        "213\t农林水支出\t75\t50\t25\n21303\t水利\t75\t50\t25\n2130301\t行政运行\t50\t50\n2130314\t防汛\t25\t25\n"
    )
    parts = {fact.division for fact in _tagger().tag(text).facts if fact.subject == "防汛"}
    assert parts == {None, "项目支出"}


FORMS = {
    "years down the side": (
        "“三公”经费决算表\n单位：万元\n年度\t合计\t公务接待费\n2021年\t9\t9\n2022年\t8\t8\n"
        "2022年比2021年增减%\t-11.11\t-11.11",
        "三公经费/决算数/2021/9 公务接待费/决算数/2021/9 三公经费/决算数/2022/8 公务接待费/决算数/2022/8 "
        "三公经费/增减率/2022/-11.11 公务接待费/增减率/2022/-11.11",
    ),
    "measures down the side": (
        "“三公”经费决算表\n单位：万元\n项目\t合计\t公务接待费\n栏次\t1\t2\n预算数\t7.5\t7.5\n决算数\t6.2\t6.2",
        "三公经费/预算数/2022/7.5 公务接待费/预算数/2022/7.5 三公经费/决算数/2022/6.2 公务接待费/决算数/2022/6.2",
    ),
    "years as heads": (
        "单位：万元\n项目\t2021年\t2022年\n会议费\t3.1\t2.4",
        "会议费/决算数/2021/3.1 会议费/决算数/2022/2.4",
    ),
    "rates without a sign": (
        "单位：万元\n项目\t年初预算数\t决算数\t完成率（%）\n培训费\t4.0\t3.0\t75.00",
        "培训费/年初预算数/2022/4 培训费/决算数/2022/3 培训费/预算完成率/2022/75",
    ),
    "names over pairs of measures": (
        "单位：万元\n会议费 | 培训费 |\n预算数 | 决算数 | 预算数 | 决算数 |\n5.1 | 4.2 | 3.3 | 2.4 |",
        "会议费/预算数/2022/5.1 会议费/决算数/2022/4.2 培训费/预算数/2022/3.3 培训费/决算数/2022/2.4",
    ),
    "pairs of measures, a cell a line": (
        "单位：万元\n会议费\n培训费\n预算数\n决算数\n预算数\n决算数\n5.1\n4.2\n3.3\n2.4",
        "会议费/预算数/2022/5.1 会议费/决算数/2022/4.2 培训费/预算数/2022/3.3 培训费/决算数/2022/2.4",
    ),
    "merged heads that lost their width": (
        "单位：万元\n科目 | 预算数 | 决算数 | |||\n合计 | 基本支出 | 合计 | 基本支出 | |\n"
        "教育支出 | 20 | 12 | 19 | 11 |",
        "教育支出/预算数/2022/20 教育支出/预算数/2022/12 教育支出/决算数/2022/19 教育支出/决算数/2022/11",
    ),
    "two pairs of names and sums, a cell a line": (
        "收入支出决算总表\n单位：万元\n收入\n支出\n项目\n行次\n决算数\n项目\n行次\n决算数\n"
        "事业收入\n1\n30\n教育支出\n9\n28\n总计\n2\n30\n总计\n10\n30",
        "事业收入/决算数/2022/30 教育支出/决算数/2022/28 收入总计/决算数/2022/30 支出总计/决算数/2022/30",
    ),
    "a row that lost a cell": (
        "单位：万元\n项目\n年初预算数\n决算数\n会议费\n4.5\n3.5\n培训费\n2.5\n差旅费\n7.5\n6.5",
        "会议费/年初预算数/2022/4.5 会议费/决算数/2022/3.5 差旅费/年初预算数/2022/7.5 差旅费/决算数/2022/6.5",
    ),
    "one line": (
        "云岭县供水站“三公”经费表 单位：万元 项 目 预算数 决算数 公务接待费 2.5 1.5 会议费 3.5 2.6 二、说明",
        "公务接待费/预算数/2022/2.5 公务接待费/决算数/2022/1.5 会议费/预算数/2022/3.5 会议费/决算数/2022/2.6",
    ),
    "sums under names, nothing at the side": (
        "单位：万元\n公务接待费\n会议费\n1.9\n2.8",
        "公务接待费/决算数/2022/1.9 会议费/决算数/2022/2.8",
    ),
    "columns that hold no sums": (
        "单位：万元\n项目名称\t主管科室\t受益户数\t开工年份\t决算数\n泵房改造工程\t办公室\t310\t2021\t26.4",
        "泵房改造工程/决算数/2022/26.4",
    ),
    "numbers of columns": (
        "“三公”经费决算表\n单位：万元\n合计\t因公出国（境）费\t公务接待费\n1\t2\t3\n8.8\t3.3\t5.5",
        "三公经费/决算数/2022/8.8 因公出国（境）费/决算数/2022/3.3 公务接待费/决算数/2022/5.5",
    ),
    "a form in cells beside labels": (
        "项目支出绩效目标表\n项目名称\t水表更换\n项目资金（元）\t年度资金总额\t360000\n"
        "\t其中：财政拨款\t300000\n\t其他资金\t60000",
        "水表更换/决算数/2022/36 水表更换/决算数/2022/30 水表更换/决算数/2022/6",
    ),
    "a form whose title names the project": (
        "水表更换绩效自评表 | |||\n资金（万元） |\n全年预算（A） | 全年执行（B） | 执行率（B/A×100%） |\n"
        "资金总额 | 40 | 30 | 75% |",
        "水表更换/调整预算数/2022/40 水表更换/决算数/2022/30 水表更换/预算完成率/2022/75",
    ),
    "years with 度 down the side": (
        "“三公”经费决算表\n单位：万元\n年度\t公务接待费\t合计\n2021年度\t6.5\t6.5\n2022年度\t5.5\t5.5",
        "公务接待费/决算数/2021/6.5 三公经费/决算数/2021/6.5 公务接待费/决算数/2022/5.5 三公经费/决算数/2022/5.5",
    ),
    "a total with its name in a head": (
        "“三公”经费决算表\n单位：万元\n“三公”经费合计\t公务接待费小计\n7.7\t7.7",
        "三公经费/决算数/2022/7.7 公务接待费/决算数/2022/7.7",
    ),
    "sums under heads that name no measure": (
        "政府采购支出表\n单位：万元\n项目\t采购金额\n政府采购货物支出\t12.5\n政府采购服务支出\t3.5",
        "政府采购货物支出/决算数/2022/12.5 政府采购服务支出/决算数/2022/3.5",
    ),
    "counts among sums": (
        "“三公”经费及相关信息表\n单位：万元\n项目\t行次\t统计数\n（一）支出合计\t1\t8.8\n公务接待费\t2\t8.8\n"
        "公务用车保有量（辆）\t3\t4\n国内公务接待批次（个）\t4\t31\n国内公务接待人次（人）\t5\t260",
        "三公经费/决算数/2022/8.8 公务接待费/决算数/2022/8.8 公务用车/数量/2022/4 国内公务接待/数量/2022/31 "
        "国内公务接待/数量/2022/260",
    ),
    "a project's form, a cell a line": (
        "项目支出绩效自评表\n项目名称\n泵站检修\n主管部门\n云岭县水务局\n项目资金（万元）\n年初预算数\n全年预算数\n"
        "全年执行数\n分值\n执行率\n得分\n年度资金总额\n40\n44\n33\n10\n75.00%\n7.5",
        "泵站检修/年初预算数/2022/40 泵站检修/调整预算数/2022/44 泵站检修/决算数/2022/33 泵站检修/预算完成率/2022/75",
    ),
    "rows whose blanks are single": (
        "支出决算表\n部门：云岭县供水站 单位：万元\n项目 本年支出合计 基本支出 项目支出\n功能分类科目编码 科目名称\n"
        "合计 90.00 60.00 30.00\n213 农林水支出 90.00 60.00 30.00\n21303 水利 90.00 60.00 30.00\n"
        "2130301 行政运行 60.00 60.00\n2130314 防汛 30.00 30.00",
        "本年支出合计/决算数/2022/90 基本支出/决算数/2022/60 项目支出/决算数/2022/30 农林水支出/决算数/2022/90 "
        "农林水支出/决算数/2022/60 农林水支出/决算数/2022/30 水利/决算数/2022/90 水利/决算数/2022/60 "
        "水利/决算数/2022/30 "
        "行政运行/决算数/2022/60 行政运行/决算数/2022/60 防汛/决算数/2022/30 防汛/决算数/2022/30",
    ),
    "columns of blanks": (
        "支出决算表\n                         单位：万元\n项目              年初预算数    决算数\n"
        "会议费                  4.50      3.60\n培训费                  2.50      2.40\n"
        "差旅费                  7.10      6.20",
        "会议费/年初预算数/2022/4.5 会议费/决算数/2022/3.6 培训费/年初预算数/2022/2.5 培训费/决算数/2022/2.4 "
        "差旅费/年初预算数/2022/7.1 差旅费/决算数/2022/6.2",
    ),
    "two sides, a cell a line, numbers of rows that leave some out": (
        "收入支出决算总表\n单位：万元\n收入\n支出\n项目\n行次\n金额\n项目\n行次\n金额\n栏次\n\n1\n栏次\n\n2\n事业收入\n1\n55\n"
        "教育支出\n32\n\n其他收入\n2\n5\n农林水支出\n33\n58\n本年收入合计\n27\n60\n本年支出合计\n57\n58",
        "事业收入/决算数/2022/55 其他收入/决算数/2022/5 农林水支出/决算数/2022/58 本年收入合计/决算数/2022/60 "
        "本年支出合计/决算数/2022/58",
    ),
    "codes a level a cell": (
        "单位：元\n功能分类科目编码\n科目名称 \t合计 \t基本支出\n类 \t款 \t项\n205 \t教育支出 \t80000 \t50000\n"
        "205 \t02 \t02 \t小学教育 \t80000 \t50000",
        "教育支出/决算数/2022/8 教育支出/决算数/2022/5 小学教育/决算数/2022/8 小学教育/决算数/2022/5",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_table(form: str) -> None:
    text, expected = FORMS[form]
    found = _tagger().tag(f"{TITLE}\n{text}\n").facts
    facts = [f"{fact.subject}/{fact.measure}/{fact.year}/{fact.value.normalize():f}" for fact in found]
    assert facts == expected.split()


def test_a_printed_code_decides_between_lines_of_one_name() -> None:
    text = f"{TITLE}\n单位：万元\n科目编码\t科目名称\t决算数\n"
    text += "21205\t城乡社区环境卫生\t6.1\n2120501\t城乡社区环境卫生\t6.1\n"
    assert [fact.code for fact in _tagger().tag(text).facts] == ["21205", "2120501"]


@pytest.mark.parametrize(("said", "wan"), [("本年支出合计52.36万元。", "52.36"), ("", "523600")])
def test_the_documents_own_totals_tell_the_unit_of_a_table_that_says_none(said: str, wan: str) -> None:
    text = f"{TITLE}\n支出决算表\n科目名称\t合计\n教育支出\t523600\n2022年{said}\n"
    sums = [span for span in _tagger().tag(text).spans if isinstance(span, Amount)]
    assert str(sums[0].wan) == wan and not sums[0].unit_given


def test_sums_beyond_belief_without_a_unit_are_none() -> None:
    text = f"{TITLE}\n支出决算表\n科目名称\t合计\n教育支出\t52360000.00\n"
    assert not [span for span in _tagger().tag(text).spans if isinstance(span, Amount)]
