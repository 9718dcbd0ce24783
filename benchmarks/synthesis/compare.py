"""Changes against last year and against the budget, in the many ways disclosures put them."""

from __future__ import annotations

from decimal import Decimal

from .dice import percent
from .ledger import Line
from .misprints import LEFT
from .report import Report
from .writer import Subject


def versus(r: Report) -> str:
    """What introduces a comparison with last year, the year marked where the wording has one."""
    return r.habits.compare.replace("{last}", r.when(r.year - 1, "年"))


def change(r: Report, name: str | Subject, line: Line, kind: str = "", each: str = "", reason: int = 70) -> str:
    """A clause on how ``line`` changed, with a reason in ``reason`` of a hundred cases; no closing stop.

    Args:
        kind: the phrase stock of the reason (``guest``, ``car``) where it is not the sector's own.
        each: 各 where two totals changed alike.
    """
    dice, verbs = r.dice, r.habits.verbs
    subject = r.subject(name) if isinstance(name, str) else name
    gap = line.now - line.last
    if not line.last:
        return _fresh(r, subject, line)
    if not gap:
        return dice.pick(("与上年持平", "与上年相比无变化", "较上年无增减变化"))
    rise = gap > 0
    rate = percent(abs(gap), line.last, r.habits.rate_digits)
    sign = 1 if rise else -1
    shape = dice.below(9) // 2
    why = f"，{r.because(rise, kind)}" if dice.chance(reason) else _left(r, subject)
    word, pace = (verbs[0], verbs[2]) if rise else (verbs[1], verbs[3])
    if shape == 0:
        return _from_last(r, subject, line, rate, each) + why
    if shape == 1 and not each:
        return f"{versus(r)}{pace}{_bare(r, subject, rate) or r.rate(rate * sign, subject, '增减率', '上年')}{why}"
    moved = r.money(abs(gap), subject, "增减额", base="上年", sign=sign)
    paced = _pace(r, subject, line, rate, sign)
    if shape == 4 and not each and line.now:
        start, end = r.money(line.last, subject, year=r.year - 1), r.money(line.now, subject)
        return f"由{r.when(r.year - 1, '年')}的{start}{word}到{end}，{pace}{paced}{why}"
    if shape == 2 and not each:
        return f"{versus(r)}{word}{moved}（{pace}{paced}）{why}"
    return f"{versus(r)}{each}{word}{moved}，{pace}{paced}{why}"


def _left(r: Report, subject: Subject) -> str:
    """A reason that nobody wrote, where an error is planted."""
    if not r.plan.plant("placeholder", subject.name):
        return ""
    text = r.plan.dice.pick(LEFT)
    return "，主要原因是" + r.page.finding(text, "placeholder", f"原因未填，印作{text}")


def _bare(r: Report, subject: Subject, rate: Decimal) -> str:
    """A rate without its unit, where an error is planted."""
    text = r.rate_text(rate).removesuffix("%").strip()
    if "." not in text or not r.plan.plant("unit-missing", subject.name):
        return ""
    return r.page.finding(text, "unit-missing", f"{text}后缺%")


def _pace(r: Report, subject: Subject, line: Line, rate: Decimal, sign: int) -> str:
    gap = abs(line.now - line.last)
    if rate < 900 and r.plan.plant("change", subject.name):
        slack = r.slack(gap, line.now, line.last) * (1 + line.last / Decimal(max(line.now, 1)) if rate else 1)
        stated = r.plan.wrong_rate(rate, 2 * slack, r.habits.rate_digits)
        note = f"{r.figure(gap)[0]}÷{r.figure(line.last)[0]}={rate}%，印作{stated}%"
        return r.page.finding(r.rate(stated * sign, subject, "增减率", "上年"), "change", note)
    return r.rate(rate * sign, subject, "增减率", "上年")


def _from_last(r: Report, subject: Subject, line: Line, rate: Decimal, each: str) -> str:
    """比2017年的12.5万元增加…: last year's amount is printed, so the word itself can be wrong."""
    verbs = r.habits.verbs
    gap = line.now - line.last
    rise = gap > 0
    last = r.money(line.last, subject, year=r.year - 1)
    lead = r.dice.pick(
        (f"比{r.when(r.year - 1, '年')}的{last}", f"较上年{last}", f"与{r.when(r.year - 1, '年')}{last}相比")
    )
    wrong = abs(gap) * 50 > line.last and r.plan.plant("direction", subject.name)
    stated = rise != wrong
    word, pace = (verbs[0], verbs[2]) if stated else (verbs[1], verbs[3])
    sign = 1 if stated else -1
    moved = r.money(abs(gap), subject, "增减额", base="上年", sign=sign)
    text = f"{word}{moved}，{pace}{_pace(r, subject, line, rate, sign)}"
    if wrong:
        note = f"{r.figure(line.now)[0]}－{r.figure(line.last)[0]}应为{verbs[0] if rise else verbs[1]}，印作{word}"
        text = r.page.finding(text, "direction", note)
    return f"{lead}{each}{text}"


def _fresh(r: Report, subject: Subject, line: Line) -> str:
    if not line.now:
        return r.dice.pick(("与上年持平", "与上年一致", "较上年无增减"))
    plain = r.dice.pick(("上年无此项支出", "上年未发生", "为本年新增事项", "上年没有该项内容"))
    if r.plan.plant("zero-base", subject.name):
        rate = r.rate(Decimal(100), subject, "增减率", "上年")
        rate = r.page.finding(rate, "zero-base", "上年为0，增长率无从计算")
        zero = r.money(0, subject, year=r.year - 1)
        moved = r.money(line.now, subject, "增减额", base="上年")
        return f"比上年的{zero}{r.habits.verbs[0]}{moved}，{r.habits.verbs[2]}{rate}"
    return plain


def budgeted(r: Report, name: str | Subject, line: Line, kind: str = "") -> str:
    """A final amount with its budget and completion rate; closes with a stop. Chooses one of the usual ways."""
    dice, spent = r.dice, r.habits.spent
    subject = r.subject(name) if isinstance(name, str) else name
    if subject.scheme == "支出":  # its own name ends in 支出
        spent = spent.removeprefix("支出")
    if not line.plan:
        return _unplanned(r, subject, line)
    shape = dice.pick(r.habits.bases)
    if shape == 0:
        return f"{spent}{r.money(line.now, subject)}，{_full(r, subject, line)}"
    if shape == 1:
        return (f"全年预算数{r.money(line.full, subject, '调整预算数')}，执行数{r.money(line.now, subject)}，"
                f"完成预算的{completed(r, subject, line.now, line.full, '预算')}。")  # fmt: skip
    if shape == 2:
        rate = r.rate(percent(line.now, line.plan, r.habits.rate_digits), subject, "预算完成率", "年初预算")
        return f"{spent}{r.money(line.now, subject)}，完成年初预算{r.habits.of}{rate}{_beyond(r, line, kind)}。"
    plan = r.money(line.plan, subject, "年初预算数")
    done = completed(r, subject, line.now, line.plan, "年初预算")
    start = dice.pick(("年初预算为", "年初预算", "年初预算数为", "年初安排预算")) + plan
    done = f"{r.habits.done}{r.habits.of}{done}"
    return f"{start}，{spent}{r.money(line.now, subject)}，{_than(r, subject, line, kind, done)}"


def _full(r: Report, subject: Subject, line: Line) -> str:
    rate = r.rate(percent(line.now, line.full, r.habits.rate_digits), subject, "预算完成率", "预算")
    if line.now == line.full:
        return f"完成预算{r.habits.of}{rate}{r.dice.pick(('', '，决算数等于预算数', '，与预算数一致'))}。"
    return f"完成预算{r.habits.of}{rate}{_beyond(r, Line(line.now, 0, line.full, 0), '', False)}。"


def completed(r: Report, subject: Subject, now: int, plan: int, base: str) -> str:
    """The completion rate of ``now`` against ``plan``; may be misprinted."""
    true = percent(now, plan, r.habits.rate_digits)
    if now and now != plan and true < 900 and r.plan.plant("completion", subject.name):
        stated = r.plan.wrong_rate(true, r.slack(now, plan), r.habits.rate_digits)
        note = f"{r.figure(now)[0]}÷{r.figure(plan)[0]}={true}%，印作{stated}%"
        return r.page.finding(r.rate(stated, subject, "预算完成率", base), "completion", note)
    return r.rate(true, subject, "预算完成率", base)


def _beyond(r: Report, line: Line, kind: str, initial: bool = True) -> str:
    """，决算数大于预算数的主要原因是…, where no budget amount stands beside it."""
    if line.now == line.plan or r.dice.chance(35):
        return ""
    rise = line.now > line.plan
    return f"，{_side(rise, initial)}的{r.page.role('主要原因是' + _why(r, rise, kind), '原因说明')}"


def _side(rise: bool, initial: bool) -> str:
    return "决算数" + ("大于" if rise else "小于") + ("年初" if initial else "") + "预算数"


def _why(r: Report, rise: bool, kind: str) -> str:
    way = "up" if rise else "down"
    first = r.pick(f"{kind}_{way}" if kind else way)
    return first if r.dice.chance(50) else f"{first}，{r.pick('more_' + way)}"


def _than(r: Report, subject: Subject, line: Line, kind: str, done: str) -> str:
    """The completion rate and what follows it: a direction in words, with or without a reason."""
    if line.now == line.plan:
        return done + r.dice.pick(("。", "，决算数与预算数持平。", "，按预算执行。"))
    rise = line.now > line.plan
    shape = r.dice.below(3)
    if shape == 0:
        return f"{done}。"
    wrong = abs(line.now - line.plan) * 25 > line.plan and r.plan.plant("direction", subject.name)
    side = f"{done}{'。' if shape == 1 else '，'}{_side(rise != wrong, True)}"
    if wrong:
        note = f"决算{r.figure(line.now)[0]}，年初预算{r.figure(line.plan)[0]}，印作{_side(not rise, True)}"
        side = r.page.finding(side, "direction", note)
    text = r.page.role(f"的主要原因{r.dice.pick(('是', '：', '为'))}{_why(r, rise, kind)}", "原因说明")
    return f"{side}{text}。"


def _unplanned(r: Report, subject: Subject, line: Line) -> str:
    """A final amount whose budget at the beginning of the year was nothing."""
    spent = r.money(line.now, subject)
    if not line.now:
        return f"{r.habits.spent}{spent}，与年初预算持平。"
    reason = r.page.role("主要原因是" + _why(r, True, ""), "原因说明") if r.dice.chance(40) else ""
    none = r.dice.pick(("年初无预算", "年初未安排预算", "年初未做预算", "未纳入年初预算"))
    if r.plan.plant("zero-base", subject.name):
        rate = r.page.finding(
            r.rate(Decimal(100), subject, "预算完成率", "年初预算"), "zero-base", "年初预算为0，完成率无从计算"
        )
        zero = r.money(0, subject, "年初预算数")
        return f"年初预算为{zero}，{r.habits.spent}{spent}，完成年初预算{r.habits.of}{rate}。"
    if reason:
        return f"年初预算为{r.money(0, subject, '年初预算数')}，{r.habits.spent}{spent}，{reason}。"
    return f"{r.habits.spent}{spent}，{none}。"
