"""其他重要事项: running costs, procurement, assets, performance; and short restatements of earlier figures."""

from __future__ import annotations

from decimal import Decimal

from .compare import change, completed
from .report import Report
from .writer import Subject


def running(r: Report) -> None:
    """机关运行经费."""
    name = "机关运行经费"
    if not r.sector.office:
        r.say(f"{r.name}为事业单位，按规定未使用{r.acc(name)}。")
        return
    line = r.lines[name]
    use = f"主要用于{r.purpose()}，{r.pick('goal')}。" if r.dice.chance(60) else ""
    r.say(f"{r.when()}，{r.name}{r.acc(name)}支出{r.money(line.now, name)}，{change(r, name, line)}。{use}")


KINDS = ("政府采购货物支出", "政府采购工程支出", "政府采购服务支出")


def procurement(r: Report) -> None:
    """政府采购: the total of goods, works and services, and what small firms got."""
    lines, dice, name = r.lines, r.dice, "政府采购支出"
    value = lines[name].now
    words = dice.pick(("政府采购支出总额", "政府采购支出", "政府采购总额"))
    small = value and r.year >= 2017 and dice.chance(65)
    stated = r.money(value, name)
    if value and not small and r.plan.plant("sum", name):
        wrong = r.plan.wrong_amount(value, r.ledger.unit)
        note = (
            "＋".join(r.figure(lines[kind].now)[0] for kind in KINDS)
            + f"={r.figure(value)[0]}，印作{r.figure(wrong)[0]}"
        )
        stated = r.page.finding(r.money(wrong, name), "sum", note)
    short = dice.chance(20)
    parts = "、".join(r.acc(kind, kind[4:6] if short else "") + r.money(lines[kind].now, kind) for kind in KINDS)
    r.say(f"{r.when()}{r.acc(name, words)}{stated}，其中：{parts}。")
    if small:
        _small(r, words, value)


def _small(r: Report, words: str, value: int) -> None:
    name, tiny = "授予中小企业合同金额", "授予小微企业合同金额"
    part, least = r.lines[name].now, r.lines[tiny].now
    rate = r.share(name, part, value, "政府采购支出")
    first = f"{r.stated(name)}，占{r.acc('政府采购支出', words)}的{rate}"
    base, whole = ("政府采购支出", value) if r.year < 2022 else (name, part)
    text = words if base == "政府采购支出" else ""
    rate = r.share(tiny, least, whole, base)
    r.say(f"{first}，其中：{r.acc(tiny)}{r.money(least, tiny)}，占{r.acc(base, text)}的{rate}。")


def assets(r: Report) -> None:
    """国有资产占用: the cars by kind and dear equipment."""
    kinds, dice = r.ledger.cars, r.dice
    held = sum(kinds.values())
    year = r.year if r.kind == "决算" else r.year - 1
    unit = "台（套）"
    stated = r.count(held, "辆", "公务用车", year=year)
    parts = "、".join(f"{kind}{r.count(number, '辆', kind, year=year)}" for kind, number in kinds.items())
    r.say(f"截至{r.day(year, 12, 31)}，{r.name}共有车辆{stated}，其中：{parts}。")
    low, high = (50, 100) if year < 2023 else (100, 0)
    for limit, what in ((low, "通用设备" if high else "设备（不含车辆）"), (high, "专用设备")):
        if limit:
            fields = {"label": "金额", "wan": limit, "bound": ">="}
            threshold = r.page.mark(
                f"{limit}万元", fields, r.fact(Subject(None), "其他", year, Decimal(limit), "万元", None)
            )
            number = dice.below(9)
            r.say(f"单价{threshold}以上{what}{r.count(number, unit, f'单价{limit}万元以上{what}', year=year)}。")


def performance(r: Report) -> None:
    """预算绩效: how many projects were reviewed, then each with its budget, spending, fault and remedy."""
    projects, dice = r.ledger.projects, r.dice
    amount = r.money(sum(p.budget for p in projects))
    r.say(f"根据预算绩效管理要求，{r.name}对{r.when()}{r.count(len(projects), '个', '项目', '项目')}开展绩效自评，"
          f"涉及资金{amount}，自评平均得分{r.count(dice.between(86, 98), '分', '')}。")  # fmt: skip
    for project in projects[: dice.between(1, 4)]:
        subject = Subject(project.name, None, "项目")
        done = r.page.role(trouble(r), "问题")
        mend = r.page.role(remedy(r), "改进措施")
        budget = r.money(project.budget, subject, "调整预算数")
        spent = r.money(project.spent, subject, "决算数")
        rate = completed(r, subject, project.spent, project.budget, "预算")
        text = f"{project.name}项目绩效自评综述：全年预算数{budget}，执行数{spent}，完成预算的{rate}。"
        r.say(r.head(r.item, text))
        r.say(f"通过项目实施，{r.deed()}，{r.pick('work_end')}。发现的主要问题：{done}。下一步改进措施：{mend}。")


def trouble(r: Report) -> str:
    """A shortcoming, as a clause."""
    shape = r.dice.below(3)
    if shape == 0:
        return f"{r.pick('short_area')}{r.pick('short')}，{r.pick('short_proof')}"
    if shape == 1:
        return f"{r.pick('object')}工作{r.pick('short')}，{r.pick('short_proof')}"
    return f"{r.pick('object')}方面{r.pick('short_area')}{r.pick('short')}"


def remedy(r: Report) -> str:
    """What is to be done, as a clause."""
    shape = r.dice.below(3)
    if shape == 0:
        return f"{r.pick('mend_verb')}{r.pick('short_area')}，{r.pick('mend_how')}，{r.pick('mend_goal')}"
    if shape == 1:
        return f"{r.pick('mend_how')}，{r.pick('mend_verb')}{r.pick('object')}机制"
    return f"围绕{r.pick('object')}，{r.pick('mend_how')}，{r.pick('mend_goal')}"


def restated(r: Report) -> None:
    """A closing paragraph that says some of the figures again, as summaries and annexes do."""
    name = r.dice.pick(("本年支出合计", "项目支出", "三公经费", "本年收入合计"))
    value = r.lines[name].now
    stated = r.money(value, name)
    fit = value > r.ledger.unit // 2
    differs, misses = fit and r.plan.plant("conflict", name), fit and r.plan.plant("unit", name)
    if differs:
        wrong = r.plan.wrong_amount(value, r.ledger.unit // 10)
        note = f"前文为{r.figure(value)[0]}，此处印作{r.figure(wrong)[0]}"
        stated = r.page.finding(r.money(wrong, name), "conflict", note)
    elif misses:
        other = "元" if r.habits.unit == "万元" else "万元"
        note = f"前文为{r.figure(value)[0]}，此处单位误作{other}"
        stated = r.page.finding(r.money(value, name, unit=other), "unit", note)
    lead = r.dice.pick(("总体看，", "综上，", "从执行结果看，", "归纳起来，"))
    end = r.dice.pick(("资金安排较好地支撑了", "有力保障了", "重点投向"))
    r.say(f"{lead}{r.when()}{r.name}{r.acc(name)}{stated}，{end}{r.pick('object')}和{r.pick('object')}。")
