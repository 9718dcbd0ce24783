"""The sections of a budget: the figures are 预算数 and are compared with last year's budget."""

from __future__ import annotations

from .compare import change
from .ledger import Item
from .matters import KINDS
from .report import Report
from .three import ITEMS


def income(r: Report) -> None:
    """收入预算."""
    line, dice = r.lines["本年收入合计"], r.dice
    text = dice.pick(("收入预算", "预算收入", "本年收入合计"))
    parts = "，".join(
        f"{r.acc(n)}{r.money(r.lines[n].now, n)}，占{r.share(n, r.lines[n].now, line.now, '本年收入合计')}"
        for n in ("财政拨款收入", "事业收入", "其他收入")
    )
    verb = dice.pick(("", "为", "安排"))
    lead = f"{r.when()}{r.acc('本年收入合计', text)}{verb}{r.money(line.now, '本年收入合计')}"
    r.say(f"{lead}，其中：{parts}。")
    r.say(f"{r.acc('本年收入合计', '本年收入')}{change(r, '本年收入合计', line)}。")


def spending(r: Report) -> None:
    """支出预算."""
    line, dice = r.lines["本年支出合计"], r.dice
    text = dice.pick(("支出预算", "预算支出", "本年支出合计"))
    basic, project = r.lines["基本支出"].now, r.lines["项目支出"].now
    r.say(f"{r.when()}{r.acc('本年支出合计', text)}{r.money(line.now, '本年支出合计')}，其中：{r.acc('基本支出')}"
          f"{r.money(basic, '基本支出')}，占{r.share('基本支出', basic, line.now, '本年支出合计')}；{r.acc('项目支出')}"
          f"{r.money(project, '项目支出')}，占{r.share('项目支出', project, line.now, '本年支出合计')}。")  # fmt: skip
    if dice.chance(70):
        r.say(f"{r.acc('本年支出合计', '本年支出')}{change(r, '本年支出合计', line)}。")


def general(r: Report, level: int) -> None:
    """一般公共预算: its size and each 项."""
    name = "一般公共预算财政拨款支出"
    line = r.lines[name]
    r.title(level, r.dice.pick(("规模变化情况", "总体安排情况")))
    r.say(f"{r.when()}{r.acc(name)}{r.money(line.now, name)}，{change(r, name, line)}。")
    r.title(level, r.dice.pick(("具体使用情况", "具体安排情况")))
    for item in r.ledger.items:
        r.say(_item(r, item))


def _item(r: Report, item: Item) -> str:
    dice = r.dice
    verb = dice.pick(("安排", "预算数为", f"{r.when()}预算数为", "预算安排"))
    text = r.head(r.item, f"{r.chain(item.code)}{dice.pick(('', '：'))}{verb}{r.money(item.line.now, item.code)}")
    shape = dice.below(3)
    if shape == 0:
        return f"{text}，{change(r, item.code, item.line)}。"
    if shape == 1:
        return f"{text}，主要用于{r.purpose()}。"
    return f"{text}，主要用于{r.purpose()}，{r.pick('goal')}。{change(r, item.code, item.line)}。"


def three(r: Report) -> None:
    """三公经费 of the budget."""
    name = "三公经费"
    line = r.lines[name]
    parts = "；".join(f"{r.acc(n)}{r.money(r.lines[n].now, n)}" for n in ITEMS)
    r.say(f"{r.when()}{r.acc(name)}预算安排{r.money(line.now, name)}，其中：{parts}。")
    r.say(f"{r.acc(name)}{change(r, name, line, 'guest')}。")
    for part in ITEMS[1:]:
        r.say(
            r.head(r.item, f"{r.acc(part)}预算{r.money(r.lines[part].now, part)}，{change(r, part, r.lines[part])}。")
        )


def procurement(r: Report) -> None:
    """政府采购预算."""
    name = "政府采购支出"
    value = r.lines[name].now
    if not value:
        r.say(f"{r.when()}，{r.name}未安排{r.acc(name, '政府采购预算')}。")
        return
    stated = r.money(value, name)
    if r.plan.plant("sum", name):
        wrong = r.plan.wrong_amount(value, r.ledger.unit)
        note = "＋".join(r.figure(r.lines[kind].now)[0] for kind in KINDS) + f"={r.figure(value)[0]}"
        stated = r.page.finding(r.money(wrong, name), "sum", f"{note}，印作{r.figure(wrong)[0]}")
    parts = "、".join(f"{r.acc(kind, kind[:6] + '预算')}{r.money(r.lines[kind].now, kind)}" for kind in KINDS)
    r.say(f"{r.when()}{r.acc(name, '政府采购预算')}{stated}，其中：{parts}。")


def goals(r: Report) -> None:
    """绩效目标: what the year's projects are for."""
    number = len(r.ledger.projects)
    r.say(f"{r.when()}{r.name}纳入绩效目标管理的项目{r.count(number, '个', '纳入绩效目标管理的项目')}。")
    for project in r.ledger.projects:
        r.say(f"{project.name}项目：{r.pick('goal')}，{r.deed()}。")
