"""The nine public tables of a department's budget, and its list of projects, with the facts that they state.

The twin of ``final_accounts``: the forms are those of budgets, with units down the side of the table of income,
carry-over of each money, and last year's 三公经费 beside this year's.
"""

from __future__ import annotations

import random
from decimal import Decimal

from final_accounts import LINES, PERSONNEL, PROJECTS, PUBLIC, ZERO, Head, SampleTable

UNIT = "云岭县档案馆"
PART = "云岭县地方志编纂中心"
ITEMS = (
    "三公经费",
    "因公出国（境）费",
    "公务用车购置及运行维护费",
    "公务用车购置费",
    "公务用车运行维护费",
    "公务接待费",
)
Sums = dict[str, Decimal]


def budget_tables(seed: int = 1, year: int = 2023) -> list[SampleTable]:
    """The tables with figures drawn from ``seed``."""
    draw = random.Random(seed)

    def amount(high: int) -> Decimal:
        return Decimal(draw.randint(100, high * 100)) / 100

    leaves = {code: amount(900) for code, _ in LINES if len(code) == 7}
    sums = {code: sum((value for leaf, value in leaves.items() if leaf.startswith(code)), ZERO) for code, _ in LINES}
    projects = {
        code: sum((v for leaf, v in leaves.items() if leaf in PROJECTS and leaf.startswith(code)), ZERO)
        for code, _ in LINES
    }
    spent = sum((value for code, value in sums.items() if len(code) == 3), ZERO)
    carried, fund, capital, public = amount(40), amount(90), amount(60), amount(20)
    basic = [value for code, value in leaves.items() if code not in PROJECTS]
    goods = sum((min(public, value) for value in basic), ZERO)
    lines = _shares(draw, sum(basic, ZERO) - goods, PERSONNEL) | _shares(draw, goods, PUBLIC)
    return [
        _totals(sums, spent, carried, year),
        _income(spent, carried, amount(30), year),
        _by_code("部门支出总表", sums, projects, year),
        _appropriation(sums, spent, carried, year),
        _by_code("一般公共预算支出表", sums, projects, year, public),
        _economic(lines, year),
        _three_public(draw, year),
        _of_fund("政府性基金预算支出表", "政府性基金", "212", "城乡社区支出", fund, year),
        _of_fund("国有资本经营预算支出表", "国有资本经营", "223", "国有资本经营预算支出", capital, year),
        _projects(amount, year),
    ]


def _shares(draw: random.Random, total: Decimal, lines: tuple[tuple[str, str], ...]) -> Sums:
    """``total`` dealt out to the economic lines."""
    codes = [code for code, _ in lines if len(code) == 5]
    weights = [draw.randint(1, 9) for _ in codes]
    parts = [(total * weight / sum(weights)).quantize(Decimal("0.01")) for weight in weights]
    parts[-1] += total - sum(parts, ZERO)
    return dict(zip(codes, parts, strict=True))


def _table(title: str, header: list[list[Head]], year: int) -> SampleTable:
    return SampleTable(title, "部门公开表1", header, year=year, measure="预算数")


def _two_sides(title: str, year: int, columns: tuple[str, ...]) -> SampleTable:
    header = [
        [Head("收入", 2), Head("支出", 1 + len(columns))],
        [Head("项目"), Head("预算数"), Head("项目"), *map(Head, columns)],
    ]
    return _table(title, header, year)


def _totals(sums: Sums, spent: Decimal, carried: Decimal, year: int) -> SampleTable:
    table = _two_sides("部门收支总表", year, ("预算数",))
    left = [
        ("一、一般公共预算拨款收入", "一般公共预算财政拨款收入", spent, "收入", "收入", "一般公共预算"),
        ("二、事业收入", "事业收入", ZERO, "收入", "收入", "事业收入"),
        ("本年收入合计", "本年收入合计", spent, "收入", "收入", "全部"),
        ("上年结转结余", "年初结转和结余", carried, "结转结余", "结转结余", "全部"),
        ("收入总计", "收入总计", spent + carried, "收支", "收入", "全部"),
    ]
    right = [
        (f"{'一二三四五六七八'[number]}、{name}", name, sums[code], "功能分类", code, "支出")
        for number, (code, name) in enumerate(line for line in LINES if len(line[0]) == 3)
    ]
    right += [
        ("本年支出合计", "本年支出合计", spent, "支出", None, "支出"),
        ("年终结转结余", "年末结转和结余", carried, "结转结余", None, "结转结余"),
        ("支出总计", "支出总计", spent + carried, "收支", None, "支出"),
    ]
    for line in range(len(right)):
        cells = ["", ""]
        if line < len(left):
            label, name, value, scheme, flow, funds = left[line]
            cells = [label, table.state(value, name, scheme=scheme, flow=flow, funds=funds)]
        label, name, value, scheme, code, flow = right[line]
        table.rows.append([*cells, label, table.state(value, name, scheme=scheme, code=code, flow=flow, funds="全部")])
    return table


def _income(spent: Decimal, carried: Decimal, part: Decimal, year: int) -> SampleTable:
    header = [
        [
            Head("部门（单位）代码", 1, 2),
            Head("部门（单位）名称", 1, 2),
            Head("合计", 1, 2),
            Head("本年收入", 4),
            Head("上年结转结余", 2),
        ],
        [
            Head("小计"),
            Head("一般公共预算"),
            Head("政府性基金预算"),
            Head("事业收入"),
            Head("小计"),
            Head("一般公共预算"),
        ],
    ]
    table = _table("部门收入总表", header, year)

    def cells(value: Decimal, rest: Decimal, owner: str | None) -> list[str]:
        return [
            table.state(value + rest, "收入总计", scheme="收支", flow="收入", funds="全部", owner=owner),
            table.state(value, "本年收入合计", scheme="收入", flow="收入", funds="全部", owner=owner),
            table.state(
                value, "一般公共预算财政拨款收入", scheme="收入", flow="收入", funds="一般公共预算", owner=owner
            ),
            "",
            "",
            table.state(rest, "年初结转和结余", scheme="结转结余", flow="结转结余", funds="全部", owner=owner),
            table.state(rest, "年初结转和结余", scheme="结转结余", flow="结转结余", funds="一般公共预算", owner=owner),
        ]

    table.rows.append(["", "合计", *cells(spent, carried, None)])
    table.rows.append(["101", UNIT, *cells(spent, carried, None)])
    table.rows.append(["101002", PART, *cells(part, ZERO, PART)])
    return table


def _by_code(title: str, sums: Sums, projects: Sums, year: int, public: Decimal | None = None) -> SampleTable:
    """合计, 基本支出, 项目支出 by functional code; with ``public`` 基本支出 is divided once more."""
    basic = {code: value - projects[code] for code, value in sums.items()}
    funds = "全部" if public is None else "一般公共预算"
    top = "本年支出合计" if public is None else "一般公共预算财政拨款支出"
    columns: list[tuple[Sums, str, str | None]] = [(sums, top, None), (basic, "基本支出", "基本支出")]
    if public is None:
        header = [[Head("科目编码"), Head("科目名称"), Head("合计"), Head("基本支出"), Head("项目支出")]]
    else:
        header = [
            [
                Head("科目编码", 1, 2),
                Head("科目名称", 1, 2),
                Head("合计", 1, 2),
                Head("基本支出", 3),
                Head("项目支出", 1, 2),
            ],
            [Head("小计"), Head("人员经费"), Head("公用经费")],
        ]
        goods = {code: min(public, value) if value else ZERO for code, value in basic.items() if len(code) == 7}
        goods |= {code: sum((v for leaf, v in goods.items() if leaf.startswith(code)), ZERO) for code, _ in LINES}
        columns += [
            ({code: value - goods[code] for code, value in basic.items()}, "人员经费", "人员经费"),
            (goods, "公用经费", "公用经费"),
        ]
    columns.append((projects, "项目支出", "项目支出"))
    table = _table(title, header, year)
    whole = [sum((value for code, value in values.items() if len(code) == 3), ZERO) for values, _, _ in columns]
    table.rows.append(
        [
            "",
            "合计",
            *(
                table.state(value, name, scheme="支出", funds=funds, division=division)
                for value, (_, name, division) in zip(whole, columns, strict=True)
            ),
        ]
    )
    for code, name in LINES:
        table.rows.append(
            [
                code,
                name,
                *(
                    table.state(values[code], name, code=code, scheme="功能分类", funds=funds, division=division)
                    for values, _, division in columns
                ),
            ]
        )
    return table


def _appropriation(sums: Sums, spent: Decimal, carried: Decimal, year: int) -> SampleTable:
    table = _two_sides("财政拨款收支总表", year, ("合计", "一般公共预算", "政府性基金预算"))
    general = "一般公共预算"
    left = [
        ("一、本年收入", "本年收入合计", spent, "收入", "收入", "财政拨款"),
        ("（一）一般公共预算拨款", "一般公共预算财政拨款收入", spent, "收入", "收入", general),
        ("（二）政府性基金预算拨款", "", ZERO, "", "", ""),
        ("二、上年结转", "年初结转和结余", carried, "结转结余", "结转结余", "财政拨款"),
        ("（一）一般公共预算拨款", "年初结转和结余", carried, "结转结余", "结转结余", general),
        ("收入总计", "收入总计", spent + carried, "收支", "收入", "财政拨款"),
    ]
    right = [("一、本年支出", "本年支出合计", spent, "支出", None, "支出")]
    right += [
        (f"（{'一二三四五六七八'[number]}）{name}", name, sums[code], "功能分类", code, "支出")
        for number, (code, name) in enumerate(line for line in LINES if len(line[0]) == 3)
    ]
    right += [
        ("二、结转下年", "年末结转和结余", carried, "结转结余", None, "结转结余"),
        ("支出总计", "支出总计", spent + carried, "收支", None, "支出"),
    ]
    for line in range(len(right)):
        cells = ["", ""]
        if line < len(left):
            label, name, value, scheme, flow, funds = left[line]
            cells = [label, table.state(value, name, scheme=scheme, flow=flow, funds=funds)]
        label, name, value, scheme, code, flow = right[line]
        parts = [
            table.state(value, name, scheme=scheme, code=code, flow=flow, funds=funds)
            for funds in ("财政拨款", general)
        ]
        table.rows.append([*cells, label, *parts, ""])
    return table


def _economic(leaves: Sums, year: int) -> SampleTable:
    header = [
        [Head("部门预算支出经济分类科目", 2), Head("本年一般公共预算基本支出", 3)],
        [Head("科目编码"), Head("科目名称"), Head("合计"), Head("人员经费"), Head("公用经费")],
    ]
    table = _table("一般公共预算基本支出表", header, year)
    money = "一般公共预算"
    totals = {"人员经费": ZERO, "公用经费": ZERO}
    for part, lines in (("人员经费", PERSONNEL), ("公用经费", PUBLIC)):
        for code, name in lines:
            value = leaves.get(code) or sum((v for leaf, v in leaves.items() if leaf.startswith(code)), ZERO)
            totals[part] += value if len(code) == 3 else ZERO
            said = [table.state(value, name, code=code, scheme="经济分类", funds=money, division=part) for _ in "12"]
            table.rows.append([code, name, said[0], *((said[1], "") if part == "人员经费" else ("", said[1]))])
    whole = table.state(
        sum(totals.values(), ZERO), "一般公共预算财政拨款基本支出", scheme="支出", funds=money, division="基本支出"
    )
    table.rows.append(
        [
            "",
            "合计",
            whole,
            *(table.state(value, part, scheme="支出", funds=money, division=part) for part, value in totals.items()),
        ]
    )
    return table


def _three_public(draw: random.Random, year: int) -> SampleTable:
    vehicles = Head("公务用车购置及运行费", 3)
    part = [Head("“三公”经费合计", 1, 2), Head("因公出国（境）费", 1, 2), vehicles, Head("公务接待费", 1, 2)]
    below = [Head("小计"), Head("公务用车购置费"), Head("公务用车运行费")]
    header = [[Head(f"{year - 1}年预算数", 6), Head(f"{year}年预算数", 6)], part * 2, below * 2]
    table = _table("一般公共预算“三公”经费支出表", header, year)
    row = []
    for when in (year - 1, year):
        trips, bought, run, guests = (Decimal(draw.randint(100, 3000)) / 100 for _ in range(4))
        for name, value in zip(
            ITEMS, (trips + bought + run + guests, trips, bought + run, bought, run, guests), strict=True
        ):
            row.append(table.state(value, name, scheme="三公经费", year=when, funds="一般公共预算"))
    table.rows.append(row)
    return table


def _of_fund(title: str, funds: str, code: str, name: str, value: Decimal, year: int) -> SampleTable:
    header = [
        [Head("科目编码", 1, 2), Head("科目名称", 1, 2), Head(f"本年{funds}预算支出", 3)],
        [Head("合计"), Head("基本支出"), Head("项目支出")],
    ]
    table = _table(title, header, year)
    total = f"{funds}预算财政拨款支出"
    table.rows.append(
        [
            code,
            name,
            table.state(value, name, code=code, scheme="功能分类", funds=funds),
            "",
            table.state(value, name, code=code, scheme="功能分类", funds=funds, division="项目支出"),
        ]
    )
    table.rows.append(
        [
            "",
            "合计",
            table.state(value, total, scheme="支出", funds=funds),
            "",
            table.state(value, "项目支出", scheme="支出", funds=funds, division="项目支出"),
        ]
    )
    return table


def _projects(amount, year: int) -> SampleTable:  # type: ignore[no-untyped-def]
    header = [
        [
            Head("类型", 1, 2),
            Head("项目名称", 1, 2),
            Head("项目单位", 1, 2),
            Head("合计", 1, 2),
            Head("本年拨款", 2),
            Head("单位资金", 1, 2),
        ],
        [Head("一般公共预算"), Head("政府性基金预算")],
    ]
    table = _table("项目支出表", header, year)
    for name in ("馆藏档案修复", "库房消防改造"):
        general, own = amount(60), amount(9)
        said = [
            table.state(value, name, scheme="项目", funds=funds, division="项目支出", owner=name)
            for value, funds in ((general + own, "全部"), (general, "一般公共预算"), (own, "单位资金"))
        ]
        table.rows.append(["特定目标类", name, UNIT, said[0], said[1], "", said[2]])
    return table
