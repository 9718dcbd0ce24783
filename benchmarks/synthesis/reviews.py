"""绩效自评: the report on a unit's whole spending and the report on one project."""

from __future__ import annotations

from . import narrative, tables
from .compare import completed
from .ledger import Project
from .matters import trouble
from .report import Report
from .writer import Subject


def whole(r: Report) -> None:
    """整体支出绩效自评报告."""
    dice = r.dice
    r.say(f"{r.unit}{r.when()}整体支出绩效自评报告")
    r.title(2, dice.pick(("单位概况", "部门基本情况")))
    r.title(3, "主要职责")
    narrative.duties(r)
    r.title(3, "机构人员")
    narrative.organisation(r)
    narrative.rooms(r)
    r.title(2, dice.pick(("资金收支情况", "一般情况", "资金使用情况")))
    _money(r)
    r.title(2, "重点工作开展情况")
    narrative.work(r, dice.between(12, 30))
    r.title(2, "制度建设和管理情况")
    narrative.management(r, dice.between(2, 6))
    r.title(2, "项目组织实施情况")
    for project in r.ledger.projects[1:]:
        subject = Subject(project.name, None, "项目")
        done = completed(r, subject, project.spent, project.budget, "预算")
        first = _adjusted(r, project, subject)
        r.say(f"{project.name}项目{first}全年预算数{r.money(project.budget, subject, '调整预算数')}，"
              f"实际支出{r.money(project.spent, subject, '决算数')}，预算执行率{done}。{_effect(r)}")  # fmt: skip
    narrative.faults(r, 2)
    if dice.chance(60):
        r.say("附件")
        tables.review(r, r.ledger.projects[0])
    _score(r)


def _money(r: Report) -> None:
    spent = r.lines["本年支出合计"].now
    base = "本年支出合计"
    shares = [
        f"{r.stated(name)}，占{r.share(name, r.lines[name].now, spent, base)}" for name in ("基本支出", "项目支出")
    ]
    totals = f"{r.stated('本年收入合计', '本年收入')}，{r.stated(base, '本年支出')}"
    r.say(f"{r.when()}{totals}。其中：{'；'.join(shares)}。")
    plan = r.money(r.lines["三公经费"].plan, "三公经费", "年初预算数")
    r.say(f"{r.acc('三公经费')}年初预算{plan}，实际支出{r.money(r.lines['三公经费'].now, '三公经费')}。")


def _adjusted(r: Report, project: Project, subject: Subject) -> str:
    """How the first budget became the full-year one; nothing in most cases."""
    if r.dice.chance(60) or project.plan == project.budget:
        return ""
    moved = project.budget - project.plan
    word = r.dice.pick(("年中追加", "追加预算")) if moved > 0 else r.dice.pick(("核减", "调减"))
    amount = r.money(abs(moved), subject, "追加预算数", sign=1 if moved > 0 else -1)
    return f"年初预算{r.money(project.plan, subject, '年初预算数')}，{word}{amount}，"


def _effect(r: Report) -> str:
    return f"{r.pick('work_when')}{r.deed()}，{r.pick('work_end')}。"


def _score(r: Report) -> None:
    r.say(f"综合评价得分{r.count(r.dice.between(82, 99), '分', '')}，评价等级为{r.dice.pick(('优', '良'))}。")


def project(r: Report) -> None:
    """项目支出绩效自评报告 on one project, sometimes with its form."""
    dice, one = r.dice, r.ledger.projects[0]
    subject = Subject(one.name, None, "项目")
    if dice.chance(60):
        r.say(f"{r.unit}{r.when()}{one.name}项目支出绩效自评报告")
    else:
        r.say(f"{r.when()}{one.name}项目支出绩效自评报告")
        r.say(dice.pick(("填报单位：", "项目单位：", "单位名称：")) + r.unit)
    r.title(2, "项目概况")
    place = r.unit[:2]
    number = r.number(f"{place}政办发〔{r.year - dice.between(0, 2)}〕{dice.between(3, 120)}号")
    r.say(
        f"该项目由{r.unit}组织实施，依据{number}立项，{r.pick('goal')}，内容涉及{r.pick('object')}和{r.pick('object')}。"
    )
    r.title(2, "资金安排和使用")
    done = completed(r, subject, one.spent, one.budget, "预算")
    r.say(f"{one.name}项目全年预算数{r.money(one.budget, subject, '调整预算数')}，"
          f"全年执行数{r.money(one.spent, subject, '决算数')}，预算执行率{done}。")  # fmt: skip
    if one.spent < one.budget and dice.chance(60):
        r.say(r.page.role(f"未完全支出的原因是{r.pick('down')}，{r.pick('more_down')}", "原因说明") + "。")
    r.title(2, "目标完成情况")
    narrative.work(r, dice.between(8, 30))
    r.title(2, "项目管理情况")
    narrative.management(r, dice.between(1, 4))
    r.title(2, "自评结论")
    _score(r)
    r.say(f"{r.page.role('总体看，该项目' + trouble(r), '问题')}。")
    narrative.faults(r, 2)
