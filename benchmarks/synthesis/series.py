"""Series of disclosures: units over years, budgets and final accounts, departments with their units.

Every figure of a year is the same wherever it is stated, in the year's own final accounts, in the next year's
look back and in the budget, except where an error is planted: a year restated, another budget than the
published one, a department below the sum of its units. :func:`truth` says what a panel must hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from . import accounts, skeletons
from . import habits as chosen_habits
from .dice import Dice
from .ledger import ZERO, Item, Ledger, Line, build, complete, total
from .misprints import Plan
from .report import Habits, Report
from .stock import Sector, sectors
from .writer import Gold

THREE = (
    "三公经费", "因公出国（境）费", "公务用车购置及运行维护费", "公务用车购置费", "公务用车运行维护费",
    "公务接待费",
)  # fmt: skip
#: The last year of a series: all lines have their codes until then.
_LAST = 2025
_SUMS = ("决算数", "预算数", "年初预算数")
#: Bodies that belong to a department, whose titles say so.
_MEMBERS = ("中学", "小学", "学校", "学院", "医院", "卫生院", "福利院", "中心", "站", "馆", "园", "大队")
#: Names of the units of a department behind the department's own.
_UNITS = ("本级", "服务中心", "综合执法大队")


class Made(NamedTuple):
    """A document of a series.

    Attributes:
        name, text, gold: as the generator writes single documents.
        unit, entity: whose it is.
        place: code of its county or city.
        year, kind: of the document.
    """

    name: str
    text: str
    gold: list[Gold]
    unit: str
    entity: str
    place: str
    year: int
    kind: str


class Planted(NamedTuple):
    """An error between documents: in which document it is found, of which line and year."""

    check: str
    doc: str
    code: str
    year: int


@dataclass
class _Unit:
    """A unit of the province: what stays the same over its years, and its figures."""

    name: str
    entity: str
    place: accounts.Place
    sector: Sector
    habits: Habits
    skeleton: skeletons.Skeleton
    finals: dict[int, Ledger] = field(default_factory=dict)
    budgets: dict[int, Ledger] = field(default_factory=dict)


def series(seed: int, units: int, years: Sequence[int], errors: int = 0) -> tuple[list[Made], list[Planted]]:
    """A province: about ``units`` units, each with a budget and final accounts for each of ``years``.

    One in five is a department of which some units disclose too.

    Args:
        years: one after another, from 2019 on, so that all lines have the same codes in all of them.
        errors: how many errors between documents to plant.

    Returns:
        The documents, and the errors that stand in them.
    """
    dice = Dice(f"series {seed}")
    found: list[_Unit] = []
    number = 0
    while len(found) < units:
        found += _department(dice, seed, number, years) if dice.chance(20) else [_single(dice, seed, number, years)]
        number += 1
    wrong = [_plant(dice, found, years, place) for place in range(errors)]
    made = [one for unit in found for one in _written(unit, seed, years)]
    return made, [one for one in wrong if one is not None and _stands(one, made)]


def truth(made: Sequence[Made]) -> dict[tuple[str, str, int, str, str], set[float]]:
    """What the documents say: unit, entity, year, line and measure → the values stated.

    Lines are 功能分类 by their codes and 三公经费 by their names; 年初预算数 is the year's 预算数.
    """
    cells: dict[tuple[str, str, int, str, str], set[float]] = defaultdict(set)
    for one in made:
        for line in one.gold:
            if line["t"] == "fact" and line["measure"] in _SUMS and line["scheme"] in ("功能分类", "三公经费"):
                measure = "决算数" if line["measure"] == "决算数" else "预算数"
                key = (one.unit, one.entity, line["year"], line["code"] or line["subject"], measure)
                cells[key].add(float(line["value"]))
    return cells


def _single(dice: Dice, seed: int, number: int, years: Sequence[int]) -> _Unit:
    counties = [place for place in accounts.places()[0] if "岛礁" not in place.county]
    sector = dice.pick([one for one in sectors() if not one.wide])
    place = counties[(seed * 997 + number * 13) % len(counties)]
    name = place.county + dice.pick(sector.units)
    unit = _unit(dice, name, "单位" if name.endswith(_MEMBERS) else "部门", place, sector)
    before: Ledger | None = None
    for year in years:
        before = unit.finals[year] = build(dice, sector, year, unit.habits.digits, before, _LAST)
    _plan(dice, unit, years)
    return unit


def _department(dice: Dice, seed: int, number: int, years: Sequence[int]) -> list[_Unit]:
    """A department and units of it; its functional lines and its 三公 are theirs together."""
    whole = _single(dice, seed, number, years[:1])
    if whole.entity == "单位":
        return [_single(dice, seed, number, years)]
    names = dice.some(_UNITS, 2)
    parts = [_unit(dice, whole.name + name, "单位", whole.place, whole.sector, whole.habits) for name in names]
    before: list[Ledger | None] = [None] * len(parts)
    for year in years:
        for place, part in enumerate(parts):
            digits = whole.habits.digits
            before[place] = part.finals[year] = build(dice, whole.sector, year, digits, before[place], _LAST)
    for part in parts:
        _plan(dice, part, years)
    for year in years:
        whole.finals[year] = _together([part.finals[year] for part in parts])
        whole.budgets[year] = _together([part.budgets[year] for part in parts])
    return [whole, *parts]


def _together(ledgers: Sequence[Ledger]) -> Ledger:
    """The figures of several units as those of one: every line is the sum of theirs."""
    names = dict.fromkeys(name for one in ledgers for name in one.lines)
    return Ledger(
        unit=ledgers[0].unit,
        staff=sum(one.staff for one in ledgers),
        cars=_added([one.cars for one in ledgers]),
        items=_sum([item for one in ledgers for item in one.items]),
        funds=_sum([item for one in ledgers for item in one.funds]),
        lines={name: total([one.lines.get(name, ZERO) for one in ledgers]) for name in names},
        people=_added([one.people for one in ledgers]),
        public=_added([one.public for one in ledgers]),
        projects=[project for one in ledgers for project in one.projects],
        visits=sum(one.visits for one in ledgers),
        guests=sum(one.guests for one in ledgers),
    )


def _added(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    return {name: sum(one.get(name, 0) for one in counts) for name in sorted({name for one in counts for name in one})}


def _sum(items: Sequence[Item]) -> list[Item]:
    """One item a code; a line is basic spending where it is with any of the units."""
    found: dict[str, Item] = {}
    for item in items:
        known = found.get(item.code)
        line, basic = (known.line + item.line, known.basic or item.basic) if known else (item.line, item.basic)
        found[item.code] = Item(item.code, line, basic)
    return [found[code] for code in sorted(found)]


def _unit(dice: Dice, name: str, entity: str, place: accounts.Place, sector: Sector,
          habits: Habits | None = None) -> _Unit:  # fmt: skip
    skeleton = skeletons.Skeleton("决算", dice.pick(skeletons.FINAL))
    return _Unit(name, entity, place, sector, habits or chosen_habits(dice), skeleton)


def _plan(dice: Dice, unit: _Unit, years: Sequence[int]) -> None:
    """The budgets: what the final accounts of the same year state as the budget first approved."""
    before: Ledger | None = None
    for year in years:
        final = unit.finals[year]
        three = {name: Line(final.lines[name].plan, 0, 0, 0) for name in THREE}
        plan = Ledger(final.unit, final.staff, {}, _planned(final.items, before and before.items),
                      _planned(final.funds, before and before.funds))  # fmt: skip
        before = unit.budgets[year] = complete(dice, unit.sector, year, plan, before, three)


def _planned(items: Sequence[Item], before: Sequence[Item] | None) -> list[Item]:
    was = {item.code: item.line.now for item in before or ()}
    return [Item(one.code, Line(one.line.plan, was.get(one.code, 0), one.line.plan, one.line.plan), one.basic)
            for one in items]  # fmt: skip


def _plant(dice: Dice, units: Sequence[_Unit], years: Sequence[int], number: int) -> Planted | None:
    """Alter one figure, by a tenth to a third, so that documents disagree."""
    check = ("restated", "budget", "roll-up")[number % 3]
    unit = dice.pick(units)
    if check == "roll-up":
        unit = next((one for one in units[units.index(unit) :] if _parts(one, units)), unit)
        if not _parts(unit, units):
            return None
    year = dice.pick(years[1:])
    ledger = unit.finals[year]
    item = dice.pick(ledger.items)
    line = item.line
    if check == "restated" and line.last:
        item.line = line._replace(last=line.last * dice.between(110, 135) // 100 + ledger.unit)
        return Planted(check, _name(unit, year, "决算"), item.code, year - 1)
    if check == "budget" and line.plan:
        item.line = line._replace(plan=line.plan * dice.between(110, 135) // 100 + ledger.unit)
        return Planted(check, _name(unit, year, "决算"), item.code, year)
    if check == "roll-up" and line.now > ledger.unit:
        item.line = line._replace(now=line.now * dice.between(60, 90) // 100)
        return Planted(check, _name(unit, year, "决算"), item.code, year)
    return None


def _parts(unit: _Unit, units: Sequence[_Unit]) -> bool:
    return any(one.entity == "单位" and one.name.startswith(unit.name) for one in units if one is not unit)


def _stands(planted: Planted, made: Sequence[Made]) -> bool:
    """Whether the altered figure and the one that it contradicts are both written somewhere."""
    measures = ("预算数", "年初预算数") if planted.check == "budget" else ("决算数",)
    docs = {
        one.name
        for one in made
        for line in one.gold
        if line["t"] == "fact" and line["code"] == planted.code and line["year"] == planted.year
        and line["measure"] in measures
    }  # fmt: skip
    return planted.doc in docs and len(docs) > 1


def _name(unit: _Unit, year: int, kind: str) -> str:
    return f"{unit.name}{year}年{kind}"


def _written(unit: _Unit, seed: int, years: Sequence[int]) -> Iterator[Made]:
    for year in years:
        for kind, figures in (("预算", unit.budgets[year]), ("决算", unit.finals[year])):
            skeleton = unit.skeleton if kind == "决算" else skeletons.Skeleton("预算", skeletons.budget)
            dice = Dice(f"{seed} {unit.name} {year} {kind}")
            report = Report(dice, unit.sector, unit.name, unit.place, year, kind, unit.habits, figures, Plan())
            report.entity = unit.entity
            skeleton.write(report)
            text, gold = report.page.finish()
            yield Made(_name(unit, year, kind), text, gold, unit.name, unit.entity, unit.place.code, year, kind)
