"""What a name says of a line's place in the accounts."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

import pytest
from test_facts import facts_of

from cnfin.document import Division, Fact, Flow, Funds
from cnfin.facts.dimensions import Dimensions, Lines, economic_part, lines_of, of_line
from cnfin.lexicon import Lexicon, default, folder

NAMES = [
    ("收入总计", None, "收支", Dimensions("总计", "收入", "全部")),
    ("收支总计", None, "收支", Dimensions("总计", "收支", "全部")),
    ("财政拨款支出总计", None, "收支", Dimensions("总计", "支出", "财政拨款")),
    ("部门整体支出", None, "支出", Dimensions("合计", "支出", "全部")),
    ("一般公共预算财政拨款基本支出", None, "支出", Dimensions("合计", "支出", "一般公共预算", "基本支出")),
    ("国有资本经营预算财政拨款收入", None, "收入", Dimensions("合计", "收入", "国有资本经营")),
    ("国有资本经营预算支出", "223", "功能分类", Dimensions("国有资本经营预算支出", "支出")),
    ("上缴上级支出", None, "支出", Dimensions("合计", "支出", None, "上缴上级支出")),
    ("运转类项目支出", None, "支出", Dimensions("合计", "支出", None, "公用经费")),
    ("教育收费", None, "收入", Dimensions("教育收费", "收入", "事业收入")),
    ("年初财政拨款结转和结余", None, "结转结余", Dimensions("年初结转和结余", "结转结余", "财政拨款")),
    ("使用非财政拨款结余", None, "结转结余", Dimensions("使用非财政拨款结余", "结转结余", "非财政拨款")),
    ("上年结转收入", None, "收入", Dimensions("上年结转收入", "结转结余")),
    ("机关运行经费", None, "其他", Dimensions("机关运行经费", "支出")),
    ("固定资产", None, "其他", Dimensions("固定资产")),
    ("公务接待费", None, "三公经费", Dimensions("公务接待费", "支出")),
    ("小学教育", "2050202", "功能分类", Dimensions("小学教育", "支出")),
    ("护林点加固", None, "项目", Dimensions("护林点加固", "支出")),
    ("帮扶干部", None, None, Dimensions("帮扶干部")),
    (None, None, None, Dimensions()),
]


@pytest.mark.parametrize(("name", "code", "scheme", "wanted"), NAMES)
def test_a_name_says_its_place(name: str | None, code: str | None, scheme: str | None, wanted: Dimensions) -> None:
    assert of_line(name, code, scheme) == wanted


def test_names_are_made_by_the_table_that_reads_them() -> None:
    lines = lines_of(default())
    assert lines.name("合计", "支出", "政府性基金") == "政府性基金预算财政拨款支出"
    assert lines.name("合计", "支出", "财政拨款", "项目支出") == "财政拨款项目支出"
    assert lines.name("合计", "收入", "全部") == "本年收入合计"
    assert lines.name("总计", "收入", "财政拨款") == "财政拨款收入总计"
    assert lines.name("合计", "支出", "附属单位上缴") is None


def test_the_table_holds_only_values_of_the_contract() -> None:
    with (folder() / "terms.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    for column, allowed in (("flow", Flow), ("funds", Funds), ("division", Division)):
        assert {row[column] for row in rows} - {""} <= set(get_args(allowed))


def test_a_folder_adds_lines_and_its_aliases_leave_ours_alone(tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text(
        "name\tscheme\tparent\tuse\taliases\tline\tflow\tfunds\tdivision\n"
        "教育费附加支出\t支出\t\tmention\t\t合计\t\t政府性基金\t\n"
        "财政拨款支出\t支出\t\tmention\t财政开支\t\t\t\t\n",
        encoding="utf-8",
    )
    lines = Lines(Lexicon([tmp_path]))
    assert lines.of("教育费附加支出", None, "支出") == Dimensions("合计", "支出", "政府性基金")
    assert lines.of("财政拨款支出", None, "支出") == Dimensions("合计", "支出", "财政拨款")


@pytest.mark.parametrize(
    ("code", "part"),
    [("301", "人员经费"), ("30309", "人员经费"), ("302", "公用经费"), ("31002", "公用经费"), ("50101", "人员经费")],
)
def test_an_economic_line_is_part_of_the_basic_spending(code: str, part: str) -> None:
    assert economic_part(code) == part


CASES = Path(__file__).parent / "data" / "dimensions.tsv"


def cases() -> list[tuple[str, str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["document"], row["text"].replace("⏎", "\n"), row["facts"]) for row in rows]


def written(fact: Fact) -> str:
    value = "0" if fact.value == 0 else format(fact.value.normalize(), "f")
    place = ",".join(part or "-" for part in (fact.flow, fact.funds, fact.division))
    return f"{fact.subject}/{fact.measure}/{value}: {place}" + (f" @{fact.owner}" if fact.owner else "")


@pytest.mark.parametrize(("document", "text", "wanted"), cases())
def test_running_text_says_whose_money(document: str, text: str, wanted: str) -> None:
    kind = {"决": "决算", "预": "预算"}[document[0]]
    assert " | ".join(map(written, facts_of(text, kind, int(document[1:])))) == wanted
