"""三公经费, in a full disclosure and as a note of its own."""

from __future__ import annotations

from .compare import budgeted, change
from .report import Report

ITEMS = ("因公出国（境）费", "公务用车购置及运行维护费", "公务接待费")
WAYS = {
    "因公出国（境）费": ("因公出国（境）费", "因公出国（境）费用", "因公出国（境）经费"),
    "公务用车购置及运行维护费": ("公务用车购置及运行维护费", "公务用车购置及运行费"),
    "公务接待费": ("公务接待费",),
}


def full(r: Report, level: int) -> None:
    """The section of a full disclosure: the total, then its three items with the counts behind them."""
    name = "三公经费"
    line, dice = r.lines[name], r.dice
    r.title(level, dice.pick(("“三公”经费总体情况", "总体情况说明", "“三公”经费财政拨款支出决算总体情况说明")))
    r.say(f"{r.when()}{r.acc(name)}{budgeted(r, name, line, 'guest')}{_trend(r, name)}。")
    r.title(level, dice.pick(("具体情况说明", "分项情况", "“三公”经费财政拨款支出决算具体情况说明")))
    if line.now:
        parts = [
            f"{r.acc(n)}{r.money(r.lines[n].now, n)}，占{r.share(n, r.lines[n].now, line.now, name)}" for n in ITEMS
        ]
        r.say(f"{r.when()}{r.acc(name)}支出中，{'；'.join(parts)}。")
    trips(r)
    cars(r)
    guests(r)


def _trend(r: Report, name: str, kind: str = "guest") -> str:
    line = r.lines[name]
    return change(r, name, line, kind, reason=50)


def trips(r: Report) -> None:
    """因公出国（境）费."""
    name = ITEMS[0]
    line, dice = r.lines[name], r.dice
    text = dice.pick(WAYS[name])
    groups = dice.between(1, 2) if line.now else 0
    people = groups * dice.between(1, 4)
    none = dice.pick(("与上年持平", "年初未安排预算", "未安排出访"))
    if line.now:
        r.say(r.head(r.item, f"{r.acc(name, text)}{budgeted(r, name, line)}"))
        r.say(f"{_trend(r, name)}。")
    else:
        r.say(
            r.head(
                r.item,
                f"{r.acc(name, text)}支出{r.money(0, name)}，{none}。",
            )
        )
    if dice.chance(50):
        r.say(f"全年安排因公出国（境）团组{r.count(groups, '个', '因公出国（境）团组')}，"
              f"累计{r.count(people, '人次', '因公出国（境）人次')}。")  # fmt: skip


def cars(r: Report) -> None:
    """公务用车购置及运行维护费, its two parts, and the cars held."""
    name, buying, running = ITEMS[1], "公务用车购置费", "公务用车运行维护费"
    line, dice = r.lines[name], r.dice
    r.say(
        r.head(
            r.item, f"{r.acc(name, dice.pick(WAYS[name]))}{budgeted(r, name, line, 'car')}{_trend(r, name, 'car')}。"
        )
    )
    bought = r.count(dice.between(1, 2) if r.lines[buying].now else 0, "辆", "公务用车")
    first = r.stated(buying, dice.pick(("公务用车购置费", "公务用车购置支出")))
    second = f"{r.acc(running)}{dice.pick(('', '支出'))}{r.money(r.lines[running].now, running)}"
    use = f"主要用于{r.pick('object')}所需的燃油、维修、过路和保险"
    r.say(f"其中：{first}，购置公务用车{bought}；{second}，{use}。")
    held = sum(r.ledger.cars.values())
    tell = dice.pick(("年末公务用车保有量", "财政拨款开支的公务用车保有量", "单位共有公务用车"))
    r.say(f"截至{r.day(r.year, 12, 31)}，{tell}{r.count(held, '辆', '公务用车')}。")


def guests(r: Report) -> None:
    """公务接待费 with visits and guests."""
    name = ITEMS[2]
    line, dice, ledger = r.lines[name], r.dice, r.ledger
    r.say(r.head(r.item, f"{r.acc(name)}{budgeted(r, name, line, 'guest')}{_trend(r, name)}。"))
    if not line.now:
        return
    shape = dice.below(3)
    visits = r.count(ledger.visits, "批次", "国内公务接待")
    people = r.count(ledger.guests, "人次", "国内公务接待")
    spent = r.money(line.now, "国内公务接待费")
    if shape == 0:
        r.say(
            f"国内公务接待{visits}，{people}（不含陪同人员），共计支出{spent}，主要用于{r.pick('object')}、{r.pick('object')}方面的来访。"
        )
    elif shape == 1:
        r.say(f"{r.acc('国内公务接待费')}{spent}，全年接待{visits}、{people}。")
    else:
        r.say(f"当年国内公务接待批次为{visits}，接待人次为{people}。")


def note(r: Report) -> None:
    """A note on 三公经费 alone, of one paragraph or a few numbered lines."""
    name, dice = "三公经费", r.dice
    line = r.lines[name]
    r.say(f"按照预决算公开的要求，现将{r.unit}{r.when()}一般公共预算安排的{r.acc(name)}支出情况说明如下。")
    r.say(f"{r.when()}{r.acc(name)}{budgeted(r, name, line, 'guest')}{_trend(r, name)}。")
    if dice.chance(60):
        trips(r)
        cars(r)
        guests(r)
        return
    if line.now:
        parts = "；".join(
            f"{r.acc(n)}{r.money(r.lines[n].now, n)}，占{r.acc(name)}的{r.share(n, r.lines[n].now, line.now, name)}"
            for n in ITEMS
        )
        r.say(f"其中：{parts}。")
    guests(r)
