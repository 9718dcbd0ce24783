"""The nine public tables of final accounts for a made-up unit, with the facts that they state.

Figures are drawn from a seed and add up. Every cell's fact has its place in the accounts: what a column says
besides the row's total (基本支出, 一般公共预算财政拨款 …) is its ``division`` or ``funds``; the row 合计 has the
column's own name as its subject.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)
#: Functional lines of a county bureau: code and name, 类 and 款 above their 项.
LINES = (
    ("201", "一般公共服务支出"),
    ("20103", "政府办公厅（室）及相关机构事务"),
    ("2010301", "行政运行"),
    ("2010302", "一般行政管理事务"),
    ("208", "社会保障和就业支出"),
    ("20805", "行政事业单位养老支出"),
    ("2080505", "机关事业单位基本养老保险缴费支出"),
    ("2080506", "机关事业单位职业年金缴费支出"),
    ("210", "卫生健康支出"),
    ("21011", "行政事业单位医疗"),
    ("2101101", "行政单位医疗"),
    ("221", "住房保障支出"),
    ("22102", "住房改革支出"),
    ("2210201", "住房公积金"),
)
PROJECTS = frozenset(("2010302",))
PERSONNEL = (
    ("301", "工资福利支出"),
    ("30101", "基本工资"),
    ("30102", "津贴补贴"),
    ("30108", "机关事业单位基本养老保险缴费"),
    ("30113", "住房公积金"),
)
PUBLIC = (
    ("302", "商品和服务支出"),
    ("30201", "办公费"),
    ("30205", "水费"),
    ("30211", "差旅费"),
    ("30231", "公务用车运行维护费"),
)


@dataclass(frozen=True)
class Head:
    """A header cell with the columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass
class SampleTable:
    """A table to be written in any format.

    Attributes:
        title: its title; with the number and the unit line it stands above the grid.
        number: such as 公开01表.
        unit: unit of its sums.
        header: header rows.
        rows: body rows, a text a column.
        facts: what it states, without spans.
    """

    title: str
    number: str
    header: list[list[Head]]
    rows: list[list[str]] = field(default_factory=list)
    facts: list[dict[str, object]] = field(default_factory=list)
    unit: str = "万元"
    year: int = 2022
    measure: str = "决算数"

    @property
    def width(self) -> int:
        return sum(head.columns for head in self.header[0])

    def state(self, value: Decimal, subject: str, **more: object) -> str:
        """A cell's text, kept as a fact; 0 is an empty cell and no fact."""
        if not value:
            return ""
        fact: dict[str, object] = {"subject": subject, "code": None, "scheme": None, "measure": self.measure}
        fact |= {"year": self.year, "value": value, "unit": "万元", "base": None, "flow": "支出", "funds": None,
                 "division": None, "owner": None, "table": self.title}  # fmt: skip
        self.facts.append(fact | more)
        return f"{value:.2f}"


def placed(header: list[list[Head]], width: int) -> Iterator[tuple[int, int, Head]]:
    """Header cells with the row and column they begin at."""
    taken: set[tuple[int, int]] = set()
    for row, heads in enumerate(header):
        column = 0
        for head in heads:
            while (row, column) in taken:
                column += 1
            yield row, column, head
            taken.update((row + down, column + across) for down in range(head.rows) for across in range(head.columns))
            column += head.columns


def nine_tables(seed: int = 1, year: int = 2022) -> list[SampleTable]:
    """The nine tables with figures drawn from ``seed``."""
    draw = random.Random(seed)

    def amount(high: int) -> Decimal:
        return Decimal(draw.randint(100, high * 100)) / 100

    leaves = {code: amount(900) for code, _ in LINES if len(code) == 7}
    sums = {code: sum((value for leaf, value in leaves.items() if leaf.startswith(code)), ZERO) for code, _ in LINES}
    projects = {code: sum((v for leaf, v in leaves.items() if leaf in PROJECTS and leaf.startswith(code)), ZERO)
                for code, _ in LINES}  # fmt: skip
    staff = {code: amount(300) for code, _ in PERSONNEL if len(code) == 5}
    goods = {code: amount(60) for code, _ in PUBLIC if len(code) == 5}
    tables = [
        _totals(sums, amount(50)),
        by_line("收入决算表", "公开02表", LINES, income_columns(sums), "收入"),
        by_line("支出决算表", "公开03表", LINES, split("本年支出合计", sums, projects, "全部")),
        _appropriation(sums),
        by_line("一般公共预算财政拨款支出决算表", "公开05表", LINES,
                split("本年支出合计", sums, projects, "一般公共预算")),
        _economic(staff, goods),
        _three_public(draw),
        _fund("政府性基金预算财政拨款收入支出决算表", "公开08表", "政府性基金", "212", "城乡社区支出", "2120899",
              "其他国有土地使用权出让收入安排的支出", amount(400)),
        _fund("国有资本经营预算财政拨款支出决算表", "公开09表", "国有资本经营", "223", "国有资本经营预算支出",
              "2239999", "其他国有资本经营预算支出", amount(90)),
    ]  # fmt: skip
    for table in tables:
        table.year = year
        for fact in table.facts:
            fact["year"] = year
    return tables


@dataclass(frozen=True)
class SampleColumn:
    """A column of sums by functional line: its head, what the row 合计 is called, and its place in the accounts."""

    head: str
    subject: str
    values: dict[str, Decimal]
    funds: str
    division: str | None = None


def split(total: str, sums: dict[str, Decimal], projects: dict[str, Decimal], funds: str) -> list[SampleColumn]:
    """The columns 合计, 基本支出 and 项目支出."""
    basic = {code: value - projects[code] for code, value in sums.items()}
    return [SampleColumn(total, "本年支出合计", sums, funds),
            SampleColumn("基本支出", "基本支出", basic, funds, "基本支出"),
            SampleColumn("项目支出", "项目支出", projects, funds, "项目支出")]  # fmt: skip


def income_columns(sums: dict[str, Decimal]) -> list[SampleColumn]:
    """The columns of a table of income."""
    return [SampleColumn("本年收入合计", "本年收入合计", sums, "全部"),
            SampleColumn("财政拨款收入", "财政拨款收入", sums, "财政拨款"),
            SampleColumn("其他收入", "其他收入", {}, "其他收入")]  # fmt: skip


def by_line(
    title: str, number: str, lines: tuple[tuple[str, str], ...], columns: list[SampleColumn], flow: str = "支出",
    total: str | None = None,
) -> SampleTable:  # fmt: skip
    """Codes in three columns under one header, a name, and a column a kind of money."""
    header = [
        [Head("项目", 4), *(Head(column.head, 1, 3) for column in columns)],
        [Head("功能分类科目编码", 3, 1), Head("科目名称", 1, 2)],
        [Head("类"), Head("款"), Head("项")],
    ]
    table = SampleTable(title, number, header, measure="决算数" if "决算" in title else "预算数")
    table.rows.append(["栏次", "", "", "", *(str(place + 1) for place in range(len(columns)))])
    whole = ["合计", "", "", ""]
    for column in columns:
        value = sum((value for code, value in column.values.items() if len(code) == 3), ZERO)
        name = total if total and column.division is None else column.subject
        whole.append(table.state(value, name, scheme=flow, flow=flow, funds=column.funds, division=column.division))
    table.rows.append(whole)
    for code, name in lines:
        cells = [
            table.state(column.values.get(code, ZERO), name, code=code, scheme="功能分类", flow=flow,
                        funds=column.funds, division=column.division)
            for column in columns
        ]  # fmt: skip
        table.rows.append([code[:3], code[3:5], code[5:7], name, *cells])
    return table


def _totals(sums: dict[str, Decimal], carried: Decimal) -> SampleTable:
    spent = sum((value for code, value in sums.items() if len(code) == 3), ZERO)
    table = SampleTable(
        "收入支出决算总表", "公开01表",
        [[Head("收入", 3), Head("支出", 3)], [*(Head(text) for text in ("项目", "行次", "决算数") * 2)]],
    )  # fmt: skip
    income = [("一般公共预算财政拨款收入", spent, "收入", "收入", "一般公共预算"),
              ("其他收入", ZERO, "收入", "收入", None), ("本年收入合计", spent, "收入", "收入", "全部"),
              ("年初结转和结余", carried, "结转结余", "结转结余", "全部"),
              ("收入总计", spent + carried, "收支", "收入", "全部")]  # fmt: skip
    expense = [(name, sums[code], "功能分类", code, "支出") for code, name in LINES if len(code) == 3]
    expense += [("本年支出合计", spent, "支出", None, "支出"),
                ("年末结转和结余", carried, "结转结余", None, "结转结余"),
                ("支出总计", spent + carried, "收支", None, "支出")]  # fmt: skip
    table.rows.append(["栏次", "", "1", "栏次", "", "2"])
    for line in range(max(len(income), len(expense))):
        cells = ["", "", "", "", "", ""]
        if line < len(income):
            name, value, scheme, flow, funds = income[line]
            cells[:3] = [f"{'一二三四五六七八'[line]}、{name}" if scheme == "收入" and "合计" not in name else name,
                         str(line + 1), table.state(value, name, scheme=scheme, flow=flow, funds=funds)]  # fmt: skip
        if line < len(expense):
            name, value, scheme, code, flow = expense[line]
            cells[3:] = [f"{'一二三四五六七八'[line]}、{name}" if code else name, str(line + 31),
                         table.state(value, name, scheme=scheme, code=code, flow=flow, funds="全部")]  # fmt: skip
        table.rows.append(cells)
    return table


def _appropriation(sums: dict[str, Decimal]) -> SampleTable:
    spent = sum((value for code, value in sums.items() if len(code) == 3), ZERO)
    kinds = ("合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
    table = SampleTable(
        "财政拨款收入支出决算总表", "公开04表",
        [[Head("收入", 3), Head("支出", 6)],
         [Head("项目"), Head("行次"), Head("决算数"), Head("项目"), Head("行次"), *map(Head, kinds)]],
    )  # fmt: skip
    income = [("一般公共预算财政拨款收入", spent, "收入", "一般公共预算"), ("本年收入合计", spent, "收入", "财政拨款"),
              ("收入总计", spent, "收支", "财政拨款")]  # fmt: skip
    expense = [(name, sums[code], "功能分类", code) for code, name in LINES if len(code) == 3]
    expense += [("本年支出合计", spent, "支出", None), ("支出总计", spent, "收支", None)]
    for line in range(max(len(income), len(expense))):
        cells = ["", "", ""]
        if line < len(income):
            name, value, scheme, funds = income[line]
            cells = [name, str(line + 1), table.state(value, name, scheme=scheme, flow="收入", funds=funds)]
        name, value, scheme, code = expense[line]
        parts = [
            table.state(value, name, scheme=scheme, code=code, funds=funds) for funds in ("财政拨款", "一般公共预算")
        ]
        table.rows.append([*cells, name, str(line + 33), *parts, "", ""])
    return table


def _economic(staff: dict[str, Decimal], goods: dict[str, Decimal]) -> SampleTable:
    columns = ("科目编码", "科目名称", "决算数")
    table = SampleTable(
        "一般公共预算财政拨款基本支出决算表", "公开06表",
        [[Head("人员经费", 3), Head("公用经费", 3)], [Head(text) for text in columns * 2]],
    )  # fmt: skip

    money = "一般公共预算"

    def cells(line: int, names: tuple[tuple[str, str], ...], values: dict[str, Decimal], part: str) -> list[str]:
        code, name = names[line]
        value = values.get(code, sum(values.values(), ZERO))
        return [code, name, table.state(value, name, code=code, scheme="经济分类", funds=money, division=part)]

    for line in range(len(PERSONNEL)):
        table.rows.append([*cells(line, PERSONNEL, staff, "人员经费"), *cells(line, PUBLIC, goods, "公用经费")])
    left, right = sum(staff.values(), ZERO), sum(goods.values(), ZERO)
    last = []
    for part, value in (("人员经费", left), ("公用经费", right)):
        last += [f"{part}合计", "", table.state(value, part, scheme="支出", funds=money, division=part)]
    table.rows.append(last)
    return table


def _three_public(draw: random.Random) -> SampleTable:
    vehicles = Head("公务用车购置及运行维护费", 3)
    part = [Head("合计", 1, 2), Head("因公出国（境）费", 1, 2), vehicles, Head("公务接待费", 1, 2)]
    below = [Head("小计"), Head("公务用车购置费"), Head("公务用车运行维护费")]
    table = SampleTable(
        "一般公共预算财政拨款“三公”经费支出决算表", "公开07表",
        [[Head("预算数", 6), Head("决算数", 6)], part * 2, below * 2],
    )  # fmt: skip
    row: list[str] = []
    for measure in ("预算数", "决算数"):
        trips, bought, run, guests = (Decimal(draw.randint(100, 3000)) / 100 for _ in range(4))
        for value, name in ((trips + bought + run + guests, "三公经费"), (trips, "因公出国（境）费"),
                            (bought + run, "公务用车购置及运行维护费"), (bought, "公务用车购置费"),
                            (run, "公务用车运行维护费"), (guests, "公务接待费")):  # fmt: skip
            row.append(table.state(value, name, scheme="三公经费", measure=measure, funds="一般公共预算"))
    table.rows.append(row)
    return table


def _fund(
    title: str, number: str, funds: str, top: str, top_name: str, code: str, name: str, value: Decimal
) -> SampleTable:  # fmt: skip
    header = [
        [
            Head("项目", 2),
            Head("年初结转和结余", 1, 2),
            Head("本年收入", 1, 2),
            Head("本年支出", 3),
            Head("年末结转和结余", 1, 2),
        ],
        [Head("科目编码"), Head("科目名称"), Head("小计"), Head("基本支出"), Head("项目支出")],
    ]
    table = SampleTable(title, number, header)
    carried = (value / 4).quantize(Decimal("0.01"))
    places = (("年初结转和结余", carried, "结转结余", None), ("本年收入合计", value, "收入", None),
              ("本年支出合计", value, "支出", None), ("项目支出", value, "支出", "项目支出"),
              ("年末结转和结余", carried, "结转结余", None))  # fmt: skip

    def cells(subject: str | None = None, **more: object) -> list[str]:
        start, income, spent, project, end = (
            table.state(sum_, subject or name, flow=flow, funds=funds, division=division, **({"scheme": flow} | more))
            for name, sum_, flow, division in places
        )
        return [start, income, spent, "", project, end]

    table.rows.append(["", "合计", *cells()])
    table.rows.append([top, top_name, *cells(top_name, code=top, scheme="功能分类")])
    table.rows.append([code, name, *cells(name, code=code, scheme="功能分类")])
    return table
