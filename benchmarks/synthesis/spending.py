"""The main sections of final accounts: totals, income, spending, and spending by function and by kind."""

from __future__ import annotations

from . import accounts
from .compare import budgeted, change
from .ledger import Item, Line, total
from .report import Report


def totals(r: Report) -> None:
    """收支总体情况."""
    line, dice = r.lines["收支总计"], r.dice
    name = dice.pick(("收、支总计", "收入、支出总计", "收支总计"))
    moved = change(r, "收支总计", line, each="各" if "、" in name else "")
    shape = dice.below(3)
    if shape == 0:
        r.say(f"{r.when()}{r.acc('收支总计', name)}{r.money(line.now, '收支总计')}。{moved}。")
    elif shape == 1:
        r.say(f"{r.name}{r.when()}{r.acc('收支总计', name)}{r.money(line.now, '收支总计')}，{moved}。")
    else:
        r.say(f"{r.when()}{r.stated('收入总计', value=line.now)}，{r.stated('支出总计', value=line.now)}。")
        _parts(r)


def _parts(r: Report) -> None:
    old = r.dice.pick(("年初结转和结余", "上年结转和结余"))
    r.say(f"{r.acc('收入总计')}包括：{r.stated('本年收入合计', '本年收入')}，{r.stated('年初结转和结余', old)}。")
    r.say(f"{r.acc('支出总计')}包括：{r.stated('本年支出合计', '本年支出')}，{r.stated('年末结转和结余')}。")


INCOME = ("财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")


def income(r: Report) -> None:
    """收入情况: the total and its parts with shares, in one sentence, in clauses or as a list."""
    line, dice = r.lines["本年收入合计"], r.dice
    names = [name for name in INCOME if name in r.lines or dice.chance(40)]
    words = dice.pick(("本年收入合计", "本年收入", "收入合计"))
    lead = f"{r.when()}{r.acc('本年收入合计', words)}{r.money(line.now, '本年收入合计')}"
    if dice.chance(60):
        lead += f"，{change(r, '本年收入合计', line)}"
    if dice.chance(25):
        r.say(f"{lead}。")
        for number, name in enumerate(names, 1):
            r.say(f"{number}.{_portion(r, name, line.now, '本年收入合计')}。")
        return
    stop = dice.pick(("，其中：", "。其中：", "，包括："))
    r.say(f"{lead}{stop}{dice.pick(('；', '，')).join(_portion(r, n, line.now, '本年收入合计') for n in names)}。")


def _aligned(r: Report, names: list[str], whole: int, base: str) -> str:
    """甲、乙分别为A和B，分别占R和R."""
    values = [r.lines[name].now for name in names]
    amounts = "和".join(r.money(value, name) for name, value in zip(names, values, strict=True))
    rates = "和".join(r.share(name, value, whole, base) for name, value in zip(names, values, strict=True))
    return f"其中，{'、'.join(r.acc(name) for name in names)}分别为{amounts}，分别占{r.acc(base)}的{rates}"


def _portion(r: Report, name: str, whole: int, base: str, text: str = "") -> str:
    value = r.lines[name].now if name in r.lines else 0
    return f"{r.acc(name, text)}{r.money(value, name)}，{_of(r, base)}{r.share(name, value, whole, base)}"


def _of(r: Report, base: str) -> str:
    if r.numbering == 1:
        return f"占{r.acc(base)}的"
    return "占" if r.numbering < 3 else "占比"


def expenditure(r: Report) -> None:
    """支出情况: 基本支出 and 项目支出 of all money."""
    line, dice = r.lines["本年支出合计"], r.dice
    words = dice.pick(("本年支出合计", "本年支出", "支出合计"))
    lead = f"{r.when()}{r.acc('本年支出合计', words)}{r.money(line.now, '本年支出合计')}"
    if dice.chance(60):
        lead += f"，{change(r, '本年支出合计', line)}"
    rare = dice.some(("上缴上级支出", "经营支出", "对附属单位补助支出"), dice.below(4))
    names = ["基本支出", "项目支出", *rare]
    if dice.chance(15):
        r.say(f"{lead}。{_aligned(r, names[:2], line.now, '本年支出合计')}。")
        return
    r.say(f"{lead}{dice.pick(('，其中：', '。其中：'))}"
          f"{dice.pick(('；', '，')).join(_portion(r, n, line.now, '本年支出合计') for n in names)}。")  # fmt: skip
    if dice.chance(40):
        r.say(f"{r.acc('年末结转和结余')}{r.money(r.lines['年末结转和结余'].now, '年末结转和结余')}，"
              f"{change(r, '年末结转和结余', r.lines['年末结转和结余'])}。")  # fmt: skip


def treasury(r: Report) -> None:
    """财政拨款收支总体情况."""
    line = r.lines["财政拨款收支总计"]
    name = r.dice.pick(("财政拨款收、支总计", "财政拨款收入、支出总计"))
    lead = f"{r.when()}{r.acc('财政拨款收支总计', name)}{r.money(line.now, '财政拨款收支总计')}"
    r.say(f"{lead}，{change(r, '财政拨款收支总计', line, each='各')}。")


def general(r: Report, level: int) -> None:
    """一般公共预算财政拨款支出: overall, structure by 类, and each 项."""
    name = "一般公共预算财政拨款支出"
    line, dice = r.lines[name], r.dice
    r.title(level, f"{dice.pick(('总体情况', '支出决算总体情况'))}")
    whole = r.lines["本年支出合计"].now
    share = r.share(name, line.now, whole, "本年支出合计") if line.now < whole else ""
    part = f"，占{r.acc('本年支出合计')}的{share}" if share else ""
    r.say(f"{r.when()}{r.acc(name)}{r.money(line.now, name)}{part}。{change(r, name, line)}。")
    r.title(level, dice.pick(("支出决算结构情况", "结构情况", "支出构成")))
    _structure(r, name, line)
    r.title(level, dice.pick(("支出决算具体情况", "具体情况")))
    if line.plan and dice.chance(60):
        r.say(f"{r.when()}{r.acc(name)}{budgeted(r, name, line)}其中：")
    items(r, r.ledger.items)


def _structure(r: Report, name: str, line: Line) -> None:
    parts = []
    for code in dict.fromkeys(item.code[:3] for item in r.ledger.items):
        value = total([item.line for item in r.ledger.items if item.code[:3] == code]).now
        title = accounts.functional(r.year)[code]
        text = title if r.habits.chain != 2 else title.removesuffix("支出") + "（类）"
        tail = "支出" if r.habits.chain == 2 else ""
        if r.habits.chain in (0, 1) and r.dice.chance(50):
            text += "（类）" if r.habits.chain == 0 else "(类)"
        parts.append(f"{r.acc(code, text)}{tail}{r.money(value, code)}，占{r.share(code, value, line.now, name)}")
    lead = r.dice.pick(("主要用于以下方面：", "按功能分类，包括：", "其中："))
    r.say(f"{r.when()}{r.acc(name)}{r.money(line.now, name)}，{lead}{r.dice.pick(('；', '，')).join(parts)}。")


def items(r: Report, found: list[Item]) -> None:
    """Each 项: its chain, and its figures after a stop, a colon or on the next line."""
    shape = r.dice.below(4) if r.habits.chain != 5 else 1  # a dash chain and 支出 would run together
    for item in found:
        figures = budgeted(r, item.code, item.line)
        if shape == 0:
            r.title(r.item, f"{r.chain(item.code)}。")
            r.say(figures)
        elif shape == 1:
            r.say(r.head(r.item, f"{r.chain(item.code)}：{figures}"))
        else:
            r.say(
                r.head(r.item, f"{r.chain(item.code)}。{figures}" if shape == 2 else f"{r.chain(item.code)}{figures}")
            )
        if r.dice.chance(25):
            r.say(f"主要用于{r.purpose()}，{r.pick('goal')}。")


def basic(r: Report) -> None:
    """基本支出: people and running costs with their economic lists, with or without amounts."""
    name, dice = "一般公共预算财政拨款基本支出", r.dice
    line, people, public = r.lines[name], r.lines["人员经费"].now, r.lines["公用经费"].now
    lead = f"{r.when()}{r.acc(name)}{r.money(line.now, name)}"
    amounts = dice.chance(40)
    word = dice.pick(("公用经费", "日常公用经费"))
    paid = _economic(r, r.ledger.people, amounts)
    bought = _economic(r, r.ledger.public, amounts)
    if dice.chance(50):
        r.say(f"{lead}，其中：")
        r.say(f"{r.acc('人员经费')}{r.money(people, '人员经费')}，主要包括：{paid}。")
        r.say(f"{r.acc('公用经费', word)}{_public(r, public)}，主要包括：{bought}。")
    else:
        r.say(f"{lead}，其中：{r.acc('人员经费')}{r.money(people, '人员经费')}，主要包括{paid}；"
              f"{r.acc('公用经费', word)}{_public(r, public)}，主要包括{bought}。")  # fmt: skip


def _public(r: Report, value: int) -> str:
    if value > r.ledger.unit and r.plan.plant("unit", "公用经费"):
        other = "元" if r.habits.unit == "万元" else "万元"
        note = f"与{r.habits.unit}计的人员经费合为基本支出，单位误作{other}"
        return r.page.finding(r.money(value, "公用经费", unit=other), "unit", note)
    return r.money(value, "公用经费")


def _economic(r: Report, parts: dict[str, int], amounts: bool) -> str:
    if amounts:
        return "、".join(r.acc(code) + r.money(value, code) for code, value in parts.items())
    return "、".join(r.acc(code) for code in parts) + r.dice.pick(("", "等", "等支出"))


def funds(r: Report) -> None:
    """政府性基金预算 and 国有资本经营预算."""
    name, capital = "政府性基金预算财政拨款支出", "国有资本经营预算财政拨款支出"
    line = r.lines[name]
    if line.now:
        r.say(f"{r.when()}{r.acc(name)}{r.money(line.now, name)}，"
              f"{change(r, name, line)}。")  # fmt: skip
        items(r, r.ledger.funds)
    else:
        r.say(r.dice.pick((f"{r.when()}{r.acc(name)}{r.money(0, name)}。",
                           f"{r.name}{r.when()}没有安排{r.acc(name)}。")))  # fmt: skip
    r.say(f"{r.when()}{r.acc(capital)}{r.money(0, capital)}。")
