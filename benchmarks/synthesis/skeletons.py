"""The orders of sections that families of disclosures follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import glossary, matters, narrative, plans, reviews, spending, tables, three
from .report import Report


class Skeleton(NamedTuple):
    """A kind of document and what writes it."""

    kind: str
    write: Callable[[Report], None]


TITLES = (
    "收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表",
    "一般公共预算财政拨款基本支出决算表", "财政拨款“三公”经费支出决算表", "政府性基金预算财政拨款收入支出决算表",
)  # fmt: skip


def _survey(r: Report) -> None:
    narrative.masthead(r)
    survey = r.dice.pick(("部门概况", "单位概况", f"{r.unit}概况"))
    r.title(1, f"{r.entity}概况" if r.entity else survey)
    r.title(2, r.dice.pick(("主要职责", "部门职责", "主要职能")))
    narrative.duties(r)
    r.title(2, r.dice.pick(("机构设置", "机构设置情况")))
    narrative.organisation(r)
    if r.dice.chance(90):
        narrative.rooms(r)


def _body(r: Report, level: int) -> None:
    """The sections from 收支总体 to 三公 that every full 决算 has."""
    tail = r.dice.pick(("情况说明", "情况", "决算情况说明"))
    r.title(level, f"收入支出决算总体{tail.removeprefix('决算')}")
    spending.totals(r)
    r.title(level, f"收入决算{tail.removeprefix('决算')}")
    spending.income(r)
    r.title(level, f"支出决算{tail.removeprefix('决算')}")
    spending.expenditure(r)
    r.title(level, "财政拨款收入支出决算总体情况说明")
    spending.treasury(r)
    r.title(level, "一般公共预算财政拨款支出决算情况说明")
    spending.general(r, level + 1)
    r.title(level, "一般公共预算财政拨款基本支出决算情况说明")
    spending.basic(r)
    r.title(level, "财政拨款“三公”经费支出决算情况说明")
    three.full(r, level + 1)
    r.title(level, "政府性基金预算和国有资本经营预算收支情况说明")
    spending.funds(r)


def _others(r: Report, level: int) -> None:
    for title, write in (
        ("机关运行经费支出情况说明", matters.running), ("政府采购支出情况说明", matters.procurement),
        ("国有资产占用情况说明", matters.assets), ("预算绩效管理工作开展情况说明", matters.performance),
    ):  # fmt: skip
        r.title(level, title)
        write(r)
    if r.dice.chance(60):
        narrative.management(r, r.dice.between(2, 7))
    matters.restated(r)


def model_a(r: Report) -> None:
    """The finance ministry's order: overview, tables, explanation, terms, annex."""
    _survey(r)
    r.dated(1, "部门决算表")
    if r.dice.chance(50):
        tables.totals(r)
    else:
        r.say("公开表格另附。")
        for number, title in enumerate(TITLES, 1):
            r.say(f"{number}.{title}")
    r.dated(1, "部门决算情况说明")
    _body(r, 2)
    r.title(2, "其他重要事项情况说明")
    _others(r, 3)
    r.title(1, "名词解释")
    glossary.write(r)
    if r.dice.chance(60):
        r.title(1, "附件")
        narrative.work(r, r.dice.between(20, 60))
        narrative.faults(r, 2)


def text_first(r: Report) -> None:
    """Explanation with the year's work first, terms, and tables last."""
    _survey(r)
    r.title(2, f"{r.when()}重点工作完成情况")
    narrative.work(r, r.dice.between(30, 100))
    r.dated(1, "部门决算情况说明")
    _body(r, 2)
    r.title(2, "其他重要事项的情况说明")
    _others(r, 3)
    r.title(1, "名词解释")
    glossary.write(r)
    r.title(1, "附表")
    tables.three(r)


def parts_free(r: Report) -> None:
    """No 第X部分: everything under 一、 二、 三、."""
    narrative.masthead(r)
    r.title(2, "基本情况")
    narrative.duties(r)
    narrative.organisation(r)
    narrative.rooms(r)
    r.title(2, f"{r.when()}主要工作")
    narrative.work(r, r.dice.between(20, 70))
    r.dated(2, "部门决算情况说明")
    r.item = 5
    _body(r, 3)
    _others(r, 3)
    r.title(2, "名词解释")
    glossary.write(r)


def short(r: Report) -> None:
    """A small office's few paragraphs: totals, items, 三公 and no more."""
    narrative.masthead(r)
    r.title(2, "收支情况")
    spending.totals(r)
    spending.income(r)
    spending.expenditure(r)
    r.title(2, "支出具体情况")
    spending.items(r, r.ledger.items)
    r.title(2, "其他事项")
    three.note(r)
    matters.running(r)
    matters.procurement(r)
    matters.restated(r)


def note(r: Report) -> None:
    """A note on 三公经费 alone."""
    narrative.masthead(r)
    three.note(r)
    if r.dice.chance(40):
        tables.three(r)


def budget(r: Report) -> None:
    """部门预算."""
    _survey(r)
    r.title(2, "年度工作安排")
    narrative.work(r, r.dice.between(15, 60))
    r.dated(1, "部门预算情况说明")
    for title, write in (
        ("收入预算情况说明", plans.income), ("支出预算情况说明", plans.spending),
    ):  # fmt: skip
        r.title(2, title)
        write(r)
    r.title(2, "一般公共预算财政拨款支出预算情况说明")
    plans.general(r, 3)
    r.title(2, "一般公共预算财政拨款基本支出预算情况说明")
    spending.basic(r)
    r.title(2, "“三公”经费预算情况说明")
    plans.three(r)
    r.title(2, "其他重要事项情况说明")
    for title, write in (("机关运行经费安排情况", matters.running), ("政府采购安排情况", plans.procurement),
                         ("国有资产占用情况", matters.assets), ("绩效目标设置情况", plans.goals)):  # fmt: skip
        r.title(3, title)
        write(r)
    r.title(1, "名词解释")
    glossary.write(r)


FINAL = (model_a, text_first, parts_free)
KINDS = (*FINAL, *FINAL, *FINAL, short, note, reviews.whole, reviews.project)
ALL = (*(Skeleton("决算", write) for write in KINDS), *[Skeleton("预算", budget)] * 3)
