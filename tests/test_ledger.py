"""Statements → cells: keys, joins, values, status, and the arithmetic that bears a value out."""

from __future__ import annotations

import json
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from statements import YEAR, document, said

from cnfin.cells import LedgerCell
from cnfin.document import Document, Fact, Identity, Sentence
from cnfin.ledger import ledger
from cnfin.tagger import Tagger

SPENT: dict[str, Any] = {"scheme": "支出", "flow": "支出"}
LINE: dict[str, Any] = {"scheme": "功能分类", "flow": "支出", "funds": "一般公共预算"}
SHARED = Path(__file__).resolve().parents[2] / "shared"


def cells(*facts: dict[str, Any], **more: Any) -> list[LedgerCell]:
    return list(ledger(document(*facts), **more))


def only(*facts: dict[str, Any]) -> LedgerCell:
    (cell,) = cells(*facts)
    return cell


def by_line(found: list[LedgerCell]) -> dict[str, LedgerCell]:
    return {cell.code or cell.line: cell for cell in found}


NAMES = [
    (said("财政拨款收入", "7", scheme="收入", funds="财政拨款"), ("收入", "合计", "合计", "财政拨款", None)),
    (said("本年支出合计", "7", **SPENT, funds="全部"), ("支出", "合计", "合计", "全部", None)),
    (said("一般公共预算财政拨款基本支出", "7", **SPENT), ("支出", "合计", "合计", "一般公共预算", "基本支出")),
    (said("部门整体支出", "7", **SPENT, funds="全部"), ("支出", "合计", "合计", "全部", None)),
    (said("支出总计", "7", scheme="收支", funds="全部"), ("支出", "总计", "总计", "全部", None)),
    (said("年末财政拨款结转和结余", "7", scheme="结转结余"), ("结转结余", "年末结转和结余", None, "财政拨款", None)),
    (said("普通教育", "7", code="20502", **LINE), ("支出", "普通教育", "款", "一般公共预算", None)),
    (
        said("办公费", "7", code="30201", scheme="经济分类", division="公用经费"),
        ("支出", "办公费", "款", None, "公用经费"),
    ),
    (said("水库清淤", "7", scheme="项目", division="项目支出"), ("支出", "合计", "合计", None, "项目支出")),
    (said("国内公务接待", "7"), ("支出", "国内公务接待", None, None, None)),
    (said("公务接待费", "7", scheme="三公经费", funds="财政拨款"), ("支出", "公务接待费", None, "财政拨款", None)),
]


@pytest.mark.parametrize(("fact", "wanted"), NAMES)
def test_a_name_is_a_line_and_dimensions(fact: dict[str, Any], wanted: tuple[str | None, ...]) -> None:
    cell = only(fact)
    assert (cell.flow, cell.line, cell.level, cell.funds, cell.division) == wanted
    assert (cell.value, cell.status, cell.stated, cell.support) == (7, "single", 1, 0)


def test_both_sides_are_two_cells() -> None:
    found = cells(said("收支总计", "88.5", scheme="收支", flow="收支", funds="全部"))
    assert [(cell.flow, cell.line, cell.value) for cell in found] == [
        ("收入", "总计", Decimal("88.5")),
        ("支出", "总计", Decimal("88.5")),
    ]
    assert {cell.support for cell in found} == {0}, "one statement bears nothing out"


def test_a_statement_of_no_money_joins_the_widest_that_repeats_its_value() -> None:
    whole, public = (
        said("基本支出", "5.2", **SPENT, funds="全部"),
        said("基本支出", "5.2", **SPENT, funds="一般公共预算"),
    )
    found = cells(public, said("基本支出", "5.2", **SPENT), whole)
    assert {cell.funds: cell.stated for cell in found} == {"全部": 2, "一般公共预算": 1}
    found = cells(public, said("基本支出", "6.2", **SPENT))
    assert {cell.funds: cell.stated for cell in found} == {None: 1, "一般公共预算": 1}


def test_lines_of_one_money_do_not_need_to_say_it() -> None:
    three = {"scheme": "三公经费", "flow": "支出"}
    cell = only(said("三公经费", "4", **three), said("三公经费", "4", **three, funds="财政拨款"))
    assert (cell.funds, cell.stated, cell.status) == ("财政拨款", 2, "agreed")
    cell = only(
        said("机关运行经费", "9", scheme="其他"), said("机关运行经费", "9", scheme="其他", funds="一般公共预算")
    )
    assert (cell.funds, cell.stated) == ("一般公共预算", 2)


def test_a_project_owns_its_sums() -> None:
    found = cells(
        said("水库清淤", "36", scheme="项目", owner="水库清淤项目", division="项目支出", funds="全部"),
        said("“水库清淤”项目", "36", scheme="项目", owner="水库清淤", division="项目支出", funds="全部"),
        said("受益农户", "120", "数量", "户", owner="水库清淤"),
    )
    assert [(cell.line, cell.owner, cell.stated) for cell in found] == [
        ("合计", "水库清淤项目", 2),
        ("受益农户", "水库清淤", 1),
    ]


def test_counts_of_two_units_are_two_cells() -> None:
    found = cells(said("国内公务接待", "2", "数量", "批次"), said("国内公务接待", "26", "数量", "人次"))
    assert [(cell.value, cell.unit) for cell in found] == [(2, "批次"), (26, "人次")]


def test_ratios_and_other_values_are_no_cells() -> None:
    assert not cells(
        said("基本支出", "50", "占比", "%", base="本年支出合计"),
        said("基本支出", "3", "增减额", base="上年"),
        said("满意度", "95", "其他", "%"),
    )


@pytest.mark.parametrize(
    ("printed", "value", "status"),
    [
        (("150.4", "150.37"), "150.37", "agreed"),
        (("150.37", "150.372"), "150.372", "agreed"),
        (("1,503.70", "1503.7"), "1503.7", "agreed"),
        (("150.37", "150.38", "150.38"), "150.38", "disputed"),
        (("150.37",), "150.37", "single"),
        (("0", "0.00"), "0", "agreed"),
    ],
)
def test_rounding_is_no_dispute(printed: tuple[str, ...], value: str, status: str) -> None:
    cell = only(*(said("基本支出", each, **SPENT, funds="全部") for each in printed))
    assert (cell.value, cell.status, cell.stated) == (Decimal(value), status, len(printed))


def test_an_approximate_figure_disputes_nothing() -> None:
    facts = (said("基本支出", "150", **SPENT, funds="全部"), said("基本支出", "153.4", **SPENT, funds="全部"))
    assert [(cell.value, cell.status) for cell in ledger(document(*facts, soft=["150"]))] == [
        (Decimal("153.4"), "agreed")
    ]


def test_of_values_that_exclude_each_other_the_one_that_sums_bear_out_stands() -> None:
    found = cells(
        said("普通教育", "40", code="20502", **LINE),
        said("普通教育", "14", code="20502", **LINE),
        said("普通教育", "40", code="20502", **LINE),
        said("小学教育", "8.5", code="2050202", **LINE),
        said("初中教育", "5.5", code="2050203", **LINE),
        explain=True,
    )
    cell = by_line(found)["20502"]
    assert (cell.value, cell.status, cell.stated, cell.support) == (14, "disputed", 3, 1)
    assert cell.why == ("codes: 14 = 8.5+5.5", "reading: 14, not 40")
    assert [source.value for source in cell.sources] == [40, 14, 40]


def test_a_figure_without_a_unit_is_read_in_the_one_that_makes_the_sum_right() -> None:
    three = {"scheme": "三公经费", "flow": "支出"}
    whole = said("三公经费", "3.71", **three, printed="3.71万元")
    part = said("公务接待费", "0.31", **three, printed="0.31万元")
    found = cells(whole, part, said("公务用车购置及运行维护费", "34000.00", **three), explain=True)
    assert [(cell.value, cell.support) for cell in found] == [
        (Decimal("3.71"), 1),
        (Decimal("0.31"), 1),
        (Decimal("3.4"), 1),
    ]
    assert found[-1].why[-1] == "unit: 34000.00 is 3.4万元"
    written = said("公务用车购置及运行维护费", "34000.00", **three, printed="34000.00万元")
    assert cells(whole, part, written)[-1].value == 34000, "what is written stands"


def test_a_table_without_a_unit_is_read_in_the_one_of_the_text() -> None:
    lines = [("205", "教育支出", "8.5"), ("208", "社会保障和就业支出", "2.25"), ("221", "住房保障支出", "1")]
    prose = [said(name, value, code=code, **LINE, printed=f"{value}万元") for code, name, value in lines[:2]]
    rows = [
        said(name, f"{Decimal(value) * 10_000:.0f}", code=code, **LINE, table="支出表") for code, name, value in lines
    ]
    made = document(*prose, rows=rows)
    found = by_line(list(ledger(made)))
    assert {code: (cell.value, cell.status, cell.stated) for code, cell in found.items()} == {
        "205": (Decimal("8.5"), "agreed", 2),
        "208": (Decimal("2.25"), "agreed", 2),
        "221": (1, "single", 1),
    }
    said_so = by_line(list(ledger(document(*prose, rows=rows, unit="万元"))))
    assert (said_so["205"].status, said_so["221"].value) == ("disputed", 10000), "what is written stands"


PARTS = ("基本支出", "项目支出")


def split(code: str, whole: str, basic: str = "", projects: str = "") -> list[dict[str, Any]]:
    """A row of a table of spending, what is empty left out."""
    row = zip((None, *PARTS), (whole, basic, projects), strict=True)
    name, scheme = ("本年支出合计", "支出") if not code else (f"科目{code}", "功能分类")
    said_of: dict[str, Any] = {
        "code": code or None,
        "scheme": scheme,
        "flow": "支出",
        "funds": "全部",
        "table": "支出决算表",
    }
    return [said(name, value, division=part, **said_of) for part, value in row if value]


def parts_of(*rows: list[dict[str, Any]], table: bool = True) -> dict[tuple[str, str | None], tuple[Decimal, int]]:
    facts = [fact if table else fact | {"table": None} for row in rows for fact in row]
    return {
        (cell.code or "", cell.division): (cell.value, cell.support)
        for cell in ledger(document(rows=facts, unit="万元")) if cell.division
    }  # fmt: skip


ROWS = (
    split("", "90.50", "60.25", "30.25"), split("205", "80.50", "50.25", "30.25"), split("2050202", "50.25", "50.25"),
    split("208", "10.00", "10.00"),
)  # fmt: skip


def test_a_value_is_of_the_column_whose_sums_are_right() -> None:
    found = parts_of(*ROWS, split("2050203", "30.25", "30.25"))
    assert ("2050203", "基本支出") not in found
    assert found["2050203", "项目支出"] == (Decimal("30.25"), 2) and found["205", "项目支出"] == (Decimal("30.25"), 3)
    cells = ledger(
        document(rows=[fact for row in (*ROWS, split("2050203", "30.25", "30.25")) for fact in row]), explain=True
    )
    assert [why for cell in cells for why in cell.why if "column" in why] == ["column: 30.25 is of 项目支出"]


def test_a_value_stays_where_more_than_one_reading_is_right_or_a_sentence_says_so() -> None:
    two = (split("2050203", "15.00", "15.00"), split("2050204", "15.25", "15.25"), split("2050299", "30.25", "30.25"))
    assert not any(part == "项目支出" for code, part in parts_of(*ROWS, *two) if len(code) == 7)
    kept = parts_of(*ROWS, split("2050203", "30.25", "30.25"), table=False)
    assert ("2050203", "基本支出") in kept
    right = parts_of(*ROWS, split("2050203", "30.25", "", "30.25"))
    assert right["2050203", "项目支出"] == (Decimal("30.25"), 2)


def test_a_table_of_lines_that_lost_its_empty_cells() -> None:
    lines = [
        "某县教育局2022年度部门决算",
        "支出决算表",
        "单位：万元",
        "科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出",
    ]
    rows = ["合计\t90.50\t60.25\t30.25", "205\t教育支出\t80.50\t50.25\t30.25", "20502\t普通教育\t80.50\t50.25\t30.25",
            "2050202\t小学教育\t50.25\t50.25", "2050203\t初中教育\t30.25\t30.25", "221\t住房保障支出\t10.00\t10.00",
            "22102\t住房改革支出\t10.00\t10.00", "2210201\t住房公积金\t10.00\t10.00"]  # fmt: skip
    found = Tagger(roles=False).tag("\n".join([*lines, *rows]) + "\n").ledger
    cells = {(cell.code, cell.division): cell.value for cell in found}
    assert len(cells) == 19 and all(cell.support for cell in found)
    assert (cells["2050202", "基本支出"], cells["2050203", "项目支出"]) == (Decimal("50.25"), Decimal("30.25"))
    assert ("2050203", "基本支出") not in cells


def test_vehicles_bought_are_no_other_count_of_those_held() -> None:
    said = "某县图书馆2022年度部门决算\n购置公务用车2辆，年末公务用车保有量7辆。\n"
    (cell,) = [cell for cell in Tagger(roles=False).tag(said).ledger if cell.measure == "数量"]
    assert (cell.value, cell.status) == (Decimal(7), "single")
    (again,) = [
        cell for cell in Tagger(roles=False).tag(said + "公务用车保有量8辆。\n").ledger if cell.measure == "数量"
    ]
    assert again.status == "disputed"


FUNDS = ("一般公共预算", "政府性基金", "国有资本经营")
SUMS = {
    "codes": [
        said("教育支出", "30.00", code="205", **LINE),
        said("普通教育", "20.00", code="20502", **LINE),
        said("培训支出", "10.00", code="2050803", **LINE),
    ],
    "total of codes": [
        said("一般公共预算财政拨款支出", "30.00", **SPENT, funds="一般公共预算"),
        said("教育支出", "20.00", code="205", **LINE),
        said("住房公积金", "10.00", code="2210201", **LINE),
    ],
    "moneys": [
        said("财政拨款收入", "30.00", scheme="收入", funds="财政拨款"),
        *(
            said("财政拨款收入", value, scheme="收入", funds=funds)
            for funds, value in zip(FUNDS, ("19.00", "10.50", "0.50"), strict=True)
        ),
    ],
    "divisions": [
        said("小学教育", "30.00", code="2050202", **LINE),
        said("小学教育", "18.00", code="2050202", **LINE, division="基本支出"),
        said("小学教育", "12.00", code="2050202", **LINE, division="项目支出"),
    ],
    "carry-over": [
        said("收入总计", "30.00", scheme="收支", funds="全部"),
        said("本年收入合计", "25.00", scheme="收入", funds="全部"),
        said("年初结转和结余", "3.00", scheme="结转结余", funds="全部"),
        said("使用非财政拨款结余", "2.00", scheme="结转结余", funds="非财政拨款"),
    ],
    "names": [
        said("三公经费", "30.00", scheme="三公经费"),
        said("公务接待费", "4.00", scheme="三公经费"),
        said("公务用车购置及运行维护费", "26.00", scheme="三公经费"),
    ],
    "budgets": [
        said("项目支出", "30.00", "调整预算数", **SPENT),
        said("项目支出", "33.00", "年初预算数", **SPENT),
        said("项目支出", "-3.00", "追加预算数", **SPENT),
    ],
    "owners": [
        said("项目支出", "30.00", **SPENT),
        said("水库清淤", "13.00", scheme="项目", division="项目支出"),
        said("河堤加固", "17.00", scheme="项目", division="项目支出"),
    ],
}


@pytest.mark.parametrize("rule", SUMS)
def test_sums_that_hold_support_all_their_cells(rule: str) -> None:
    found = cells(*SUMS[rule], explain=True)
    assert [cell.support for cell in found] == [1] * len(found)
    assert {why.partition(":")[0] for cell in found for why in cell.why} == {rule}


@pytest.mark.parametrize("rule", SUMS)
def test_sums_that_fail_support_nothing(rule: str) -> None:
    whole, *parts = SUMS[rule]
    found = cells(whole | {"value": Decimal("30.10"), "printed": "30.10"}, *parts)
    assert not any(cell.support for cell in found)


def test_economic_lines_add_up_to_their_part_of_the_basic_spending() -> None:
    staff = {"scheme": "经济分类", "funds": "一般公共预算", "division": "人员经费"}
    running = staff | {"division": "公用经费"}
    found = by_line(
        cells(
            said("基本支出", "30", **SPENT, funds="一般公共预算"),
            said("基本工资", "12.5", code="30101", **staff),
            said("津贴补贴", "7.5", code="30102", **staff),
            said("办公费", "10", code="30201", **running),
            said("机关运行经费", "1.9", scheme="其他"),
            said("差旅费", "1", code="30211", scheme="经济分类"),
            said("邮电费", "0.9", code="30207", scheme="经济分类"),
            explain=True,
        )
    )
    assert found["合计"].why == ("total of codes: 30 = 12.5+7.5+10",)
    assert found["机关运行经费"].why == ("total of codes: 1.9 = 1+0.9",)


def test_one_statement_does_not_bear_itself_out() -> None:
    facts = [said("收支总计", "88.5", scheme="收支", flow="收支", funds="全部")]
    assert [cell.support for cell in cells(*facts)] == [0, 0]
    found = cells(*facts, said("支出总计", "88.5", scheme="收支", funds="全部"))
    assert [cell.support for cell in found] == [1, 1]


def test_nothing_bears_nothing_out() -> None:
    assert not any(
        cell.support
        for cell in cells(
            said("公务接待费", "0.00", scheme="三公经费"),
            said("国内公务接待费", "0.00", scheme="三公经费"),
            said("三公经费", "0.00", scheme="三公经费"),
            said("公务接待费", "0", "占比", "%", base="三公经费"),
        )
    )


RATIOS = {
    "share": [
        said("财政拨款收入", "30.00", scheme="收入", funds="财政拨款"),
        said("本年收入合计", "48.00", scheme="收入", funds="全部"),
        said("财政拨款收入", "62.5", "占比", "%", base="本年收入合计", scheme="收入", funds="财政拨款"),
    ],
    "completion": [
        said("小学教育", "30.00", code="2050202", **LINE),
        said("小学教育", "32.00", "年初预算数", code="2050202", **LINE),
        said("小学教育", "93.75", "预算完成率", "%", base="年初预算", code="2050202", **LINE),
    ],
    "change": [
        said("三公经费", "30.00", scheme="三公经费"),
        said("三公经费", "32.00", scheme="三公经费", year=YEAR - 1),
        said("三公经费", "-2.00", "增减额", base="上年", scheme="三公经费"),
    ],
    "rate of change": [
        said("三公经费", "30.00", scheme="三公经费"),
        said("三公经费", "32.00", scheme="三公经费", year=YEAR - 1),
        said("三公经费", "-6.25", "增减率", "%", base="上年", scheme="三公经费"),
    ],
}


@pytest.mark.parametrize("rule", RATIOS)
def test_ratios_support_both_cells(rule: str) -> None:
    found = cells(*RATIOS[rule], explain=True)
    assert [cell.support for cell in found] == [1, 1]
    assert {why.partition(":")[0] for cell in found for why in cell.why} == {rule}
    first, *rest = RATIOS[rule]
    assert not any(cell.support for cell in cells(first | {"value": Decimal("30.1"), "printed": "30.1"}, *rest))


def test_a_change_and_its_rate_bear_this_years_value_out() -> None:
    facts = (
        said("机关运行经费", "30.00", scheme="其他"),
        said("机关运行经费", "5.00", "增减额", base="上年", scheme="其他"),
        said("机关运行经费", "20.00", "增减率", "%", base="上年", scheme="其他"),
    )
    assert [cell.support for cell in cells(*facts)] == [1]
    assert [cell.support for cell in cells(facts[0] | {"value": Decimal(31), "printed": "31.00"}, *facts[1:])] == [0]


def test_derived_cells_follow_and_are_marked() -> None:
    found = cells(
        said("机关运行经费", "30", scheme="其他"),
        said("机关运行经费", "5.5", "增减额", base="上年", scheme="其他"),
        said("教育支出", "30", **SPENT, funds="一般公共预算", division="基本支出", code="205"),
        said("教育支出", "12", **SPENT, funds="一般公共预算", division="项目支出", code="205"),
        derive=True,
        explain=True,
    )
    last, whole = (cell for cell in found if cell.status == "derived")
    assert (last.line, last.year, last.value, last.stated) == ("机关运行经费", YEAR - 1, Decimal("24.5"), 0)
    assert [source.text for source in last.sources] == ["30", "5.5"]
    assert (whole.code, whole.division, whole.value, whole.why) == ("205", None, 42, ("total: 30+12",))


def test_classes_are_derived_where_their_lines_are_all_there_are() -> None:
    facts = (
        said("小学教育", "20", code="2050202", **LINE),
        said("住房公积金", "10", code="2210201", **LINE),
        said("一般公共预算财政拨款支出", "30", **SPENT, funds="一般公共预算"),
    )
    found = [cell for cell in cells(*facts, derive=True) if cell.status == "derived"]
    assert {(cell.code, cell.line, cell.level, cell.value) for cell in found} == {
        ("205", "教育支出", "类", 20),
        ("20502", "普通教育", "款", 20),
        ("221", "住房保障支出", "类", 10),
        ("22102", "住房改革支出", "款", 10),
    }
    assert all(cell.status != "derived" for cell in cells(*facts[:2], derive=True))


def test_many_statements_take_no_longer_each() -> None:
    """A paragraph of 2,500 pairs: work grows with the number of statements, not with its square."""
    calls = Counter()  # type: ignore[var-annotated]

    def profile(frame: Any, event: str, argument: object) -> None:
        calls["all"] += event == "call"

    def work(pairs: int) -> int:
        facts = [
            fact
            for number in range(pairs)
            for fact in (
                said(f"维修工程{number}", f"{number}.5", scheme="支出"),
                said(f"维修工程{number}", "50", "占比", "%", base="本年支出合计", scheme="支出"),
            )
        ]
        made = document(said("本年支出合计", "900", **SPENT, funds="全部"), *facts)
        calls.clear()
        sys.setprofile(profile)
        ledger(made)
        sys.setprofile(None)
        return calls["all"]

    few, many = work(250), work(2500)
    assert many < 12 * few


def gold_document(name: str) -> tuple[Document, list[dict[str, Any]]]:
    """A document whose facts are those of the gold."""
    lines = [
        json.loads(line, parse_float=Decimal) for line in (SHARED / "gold" / f"{name}.jsonl").open(encoding="utf-8")
    ]
    text = (SHARED / "seeds" / f"{name}.txt").read_bytes().decode()
    facts = tuple(
        Fact(**{key: Decimal(value) if key == "value" else value for key, value in line.items() if key != "t"})
        for line in sorted((line for line in lines if line["t"] == "fact"), key=lambda line: line["start"])
    )
    head = next(line for line in lines if line["t"] == "doc")
    sentence = Sentence(index=0, start=0, end=len(text), section=None, facts=facts)
    identity = Identity(year=head["year"], kind=head["kind"])
    return Document(name=name, text=text, identity=identity, sections=(), sentences=(sentence,)), lines


@pytest.mark.skipif(not SHARED.is_dir(), reason="the annotated documents are not here")
@pytest.mark.parametrize("name", ["panjin-2020", "mianzhu-2020", "chengde-2020-budget"])
def test_cells_of_annotated_facts_are_the_contracts(name: str) -> None:
    sys.path.insert(0, str(SHARED / "score"))
    try:
        import ledger as contract
    finally:
        sys.path.pop(0)
    made, lines = gold_document(name)
    fields = ("year", "flow", "line", "code", "scheme", "funds", "division", "owner", "measure", "value")
    found = ledger(made)
    records = [{field: getattr(cell, field) for field in fields} | {"value_unit": cell.unit} for cell in found]
    wanted = contract.cells([line for line in lines if line["t"] == "fact"])
    assert Counter(map(contract.key_of, records)) == Counter(wanted.keys())
    assert all(
        any(contract.same_value(record["value"], value) for value in wanted[contract.key_of(record)])
        for record in records
    )
    assert sum(cell.support > 0 for cell in found if cell.measure != "数量") > 0.8 * sum(
        cell.measure != "数量" for cell in found
    )
