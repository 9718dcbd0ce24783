"""Tables flattened to text: one cell a line, a row a line with tabs or pipes, and the form of a project's review."""

from __future__ import annotations

from decimal import Decimal

from .ledger import Project
from .report import Report
from .writer import Subject, plain_number


def bare(r: Report, value: int, subject: Subject, measure: str) -> str:
    """An amount without a unit, as cells have it."""
    text, wan = r.figure(value)
    text = text.removesuffix(r.habits.unit).strip()
    fields = {"label": "金额", "wan": plain_number(wan), "unit_given": False}
    return r.page.mark(text, fields, r.fact(subject, measure, r.year, wan, "万元", None))


def three(r: Report) -> None:
    """The 三公 table: a header row and a row of figures."""
    names = ("三公经费", "因公出国（境）费", "公务用车购置费", "公务用车运行维护费", "公务接待费")
    bar = r.dice.pick(("\t", " | "))
    r.say(f"{r.when()}“三公”经费支出表")
    r.say(f"单位：{r.habits.unit}")
    for name in names:
        text = r.acc(name, "“三公”经费" if name == "三公经费" else "")
        measure = "年初预算数" if r.kind == "决算" else "预算数"
        cells = [bare(r, r.lines[name].plan, r.subject(name), measure)] if r.kind == "决算" else []
        cells.append(bare(r, r.lines[name].now, r.subject(name), r.measure))
        if name == names[0]:
            r.say(bar.join(["项目", "年初预算数", "决算数"] if r.kind == "决算" else ["项目", "预算数"]))
        r.say(bar.join([text, *cells]))


def totals(r: Report) -> None:
    """A 收支总表, one row a line."""
    bar = r.dice.pick(("\t", " | "))
    r.say(f"{r.when()}收入支出{r.kind}总表")
    r.say(f"金额单位：{r.habits.unit}")
    r.say(bar.join(("项目", "金额", "项目", "金额")))
    rows = (
        ("财政拨款收入", "基本支出"),
        ("事业收入", "项目支出"),
        ("其他收入", "本年支出合计"),
        ("本年收入合计", "年末结转和结余"),
    )
    for left, right in rows:
        cells = []
        for name in (left, right):
            cells += [r.acc(name), bare(r, r.lines[name].now, r.subject(name), r.measure)]
        r.say(bar.join(cells))


def review(r: Report, project: Project) -> None:
    """项目支出绩效自评表, one cell a line."""
    subject = Subject(project.name, None, "项目")
    fiscal = project.budget - project.own
    total = r.money(project.budget, subject, "调整预算数")
    if project.own and r.plan.plant("sum", project.name):
        wrong = r.plan.wrong_amount(project.budget, r.ledger.unit)
        note = (
            f"{r.figure(fiscal)[0]}＋{r.figure(project.own)[0]}={r.figure(project.budget)[0]}，印作{r.figure(wrong)[0]}"
        )
        total = r.page.finding(r.money(wrong, subject, "调整预算数"), "sum", note)
    r.say("项目支出绩效自评表")
    r.say(f"（{r.when(suffix='年度')}）")
    for label, cell in (
        ("项目名称", project.name), ("实施单位", r.unit), ("全年预算数", total),
        (f"其中：{r.acc('财政拨款收入', '财政拨款')}", r.money(fiscal, r.subject("财政拨款收入"), "调整预算数")),
        (r.acc("其他资金"), r.money(project.own, r.subject("其他资金"), "调整预算数")),
        ("全年执行数", r.money(project.spent, subject, "决算数")),
    ):  # fmt: skip
        r.say(label)
        r.say(cell)
    r.say("年度总体目标")
    r.say(f"{r.deed()}，{r.pick('goal')}。")
    for kind in ("产出指标", "效益指标", "满意度指标"):
        value = Decimal(r.dice.between(80, 98))
        fields = {"label": "百分比", "percent": int(value), "unit": "%", "bound": ">="}
        r.say(kind)
        r.say(f"{r.pick('object')}完成率")
        r.say("≥" + r.page.mark(f"{value}%", fields, r.fact(Subject(None), "其他", r.year, value, "%", None)))
