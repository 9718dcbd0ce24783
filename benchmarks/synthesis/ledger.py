"""The figures of one invented unit: whole numbers of the document's smallest unit, so that every sum is exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from . import accounts
from .dice import Dice
from .stock import Sector


class Line(NamedTuple):
    """One line over the years: this year's figure, last year's, the budget first approved, the full-year budget."""

    now: int
    last: int
    plan: int
    full: int

    def __add__(self, other: object) -> Line:  # sums line by line, not tuple concatenation
        if not isinstance(other, Line):
            return NotImplemented
        return Line(*(a + b for a, b in zip(self, other, strict=True)))


ZERO = Line(0, 0, 0, 0)


def total(lines: list[Line]) -> Line:
    """The sum of ``lines``."""
    return sum(lines, ZERO)


@dataclass
class Item:
    """A functional line (项) and whether it is basic spending."""

    code: str
    line: Line
    basic: bool


@dataclass
class Project:
    """A project under evaluation: its full-year budget and spending, from the treasury and from other money."""

    name: str
    plan: int
    budget: int
    own: int
    spent: int


@dataclass
class Ledger:
    """All figures of a unit, keyed by canonical line names.

    Attributes:
        unit: how many of the smallest unit make 1 万元.
        items: general budget spending by 项; funds: the same of the fund budget.
        lines: canonical name → figures.
        people, public: economic code → spending; they add up to 人员经费 and 公用经费.
    """

    unit: int
    staff: int
    cars: dict[str, int]
    items: list[Item]
    funds: list[Item]
    lines: dict[str, Line] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    public: dict[str, int] = field(default_factory=dict)
    projects: list[Project] = field(default_factory=list)
    visits: int = 0
    guests: int = 0


def split(dice: Dice, amount: int, parts: int, heavy: Sequence[int] = ()) -> list[int]:
    """``amount`` in ``parts`` parts of different size, none negative; ``heavy`` makes some parts larger."""
    weights = [dice.between(4, 100) * (heavy[n] if heavy else 1) for n in range(parts)]
    shares = [amount * weight // sum(weights) for weight in weights]
    shares[0] += amount - sum(shares)
    return shares


def vary(dice: Dice, now: int, unit: int, fresh: int) -> Line:
    """A line around ``now``; in ``fresh`` of a hundred cases without a budget or without a last year."""
    last = 0 if dice.chance(fresh) else now if dice.chance(6) else now * dice.between(6200, 14800) // 10_000
    plan = 0 if dice.chance(fresh) else now if dice.chance(25) else now * dice.between(7000, 13100) // 10_000
    full = now if dice.chance(55) else max(now, plan) + now * dice.between(0, 1200) // 10_000
    if plan and dice.chance(30):
        plan = max(unit, plan // unit * unit)
    return Line(now, last, plan, full)


def _items(dice: Dice, sector: Sector, year: int, unit: int, staff: int) -> list[Item]:
    valid = accounts.functional(year)
    fixed = [
        ("2080505", 110), ("2080506", 48), ("2101101" if sector.office else "2101102", 52),
        ("2101103", 21), ("2210201", 96), ("2080501" if sector.office else "2080502", 9), ("2080801", 4),
    ]  # fmt: skip
    fixed = [(code, each) for code, each in fixed if code in valid and (each > 40 or dice.chance(45))]
    own = [code for kuan in sector.lines if kuan in valid for code in accounts.children(kuan, year)]
    running = [c for c in own if c.endswith(("01", "50"))][:2] if sector.office else own[:1]
    business = [c for c in own if c not in running and "其他" not in valid[c]]
    chosen = dice.some(business, dice.between(2, 5))
    if sector.wide:
        kinds = dice.some(["20701", "21103", "21201", "21301", "21303", "21307", "22406", "20820", "20828"], 5)
        chosen += [dice.pick(accounts.children(k, year)) for k in kinds if k in valid and accounts.children(k, year)]
    items = []
    for code in running:
        items.append(Item(code, vary(dice, staff * unit * dice.between(800, 1500) // 100, unit, 0), True))
    for code, each in fixed:
        now = staff * unit * each * dice.between(70, 140) // 10_000 + dice.below(unit)
        items.append(Item(code, vary(dice, max(now, unit // 50), unit, 2), True))
    for code in dict.fromkeys(chosen):
        now = dice.scale(unit // 2, unit * 900)
        now = max(unit, now // unit * unit) if dice.chance(30) else now
        items.append(Item(code, vary(dice, now, unit, 9), False))
    return sorted(items, key=lambda item: item.code)


def _funds(dice: Dice, year: int, unit: int) -> list[Item]:
    valid = accounts.functional(year)
    codes = [c for c in ("2120803", "2120804", "2120899", "2296002", "2296003", "2296013", "2296099") if c in valid]
    if not dice.chance(35):
        return []
    chosen = sorted(dice.some(codes, dice.between(1, 2)))
    return [Item(code, vary(dice, dice.scale(unit * 3, unit * 600), unit, 10), False) for code in chosen]


def build(dice: Dice, sector: Sector, year: int, digits: int, before: Ledger | None = None,
          last: int | None = None) -> Ledger:  # fmt: skip
    """Invent the figures of a unit of ``sector`` with ``digits`` decimals of 万元.

    Args:
        before: the unit's figures of the year before: the lines go on, and last year's figures are these.
        last: only lines whose codes are valid until that year, too.
    """
    unit = 10**digits
    staff = dice.scale(12, 320)
    items = _items(dice, sector, year, unit, staff) if before is None else _grown(dice, before.items, unit)
    funds = _funds(dice, year, unit) if before is None else _grown(dice, before.funds, unit)
    valid = accounts.functional(last or year)
    items, funds = ([one for one in some if one.code in valid] for some in (items, funds))
    return complete(dice, sector, year, Ledger(unit, staff, {}, items, funds), before)


def complete(dice: Dice, sector: Sector, year: int, ledger: Ledger, before: Ledger | None = None,
             three: dict[str, Line] | None = None) -> Ledger:  # fmt: skip
    """Work all other lines out of the functional ones.

    Args:
        ledger: with ``items`` and ``funds``, no lines yet.
        before: as in :func:`build`.
        three: 三公经费 and its items, where these are given.
    """
    _spending(dice, ledger)
    _income(dice, ledger, before)
    _three(dice, ledger)
    ledger.lines |= three or {}
    _economic(dice, ledger, year)
    _others(dice, ledger, sector)
    if before is not None:
        was = before.lines
        ledger.lines = {
            name: line._replace(last=was[name].now if name in was else 0) for name, line in ledger.lines.items()
        }
    return ledger


def _grown(dice: Dice, items: list[Item], unit: int) -> list[Item]:
    """The same lines a year later."""
    grown = []
    for item in items:
        now = max(unit // 50, item.line.now * dice.between(7000, 13_500) // 10_000 + dice.below(unit))
        grown.append(Item(item.code, vary(dice, now, unit, 0)._replace(last=item.line.now), item.basic))
    return grown


def _spending(dice: Dice, ledger: Ledger) -> None:
    lines, unit = ledger.lines, ledger.unit
    basic = total([item.line for item in ledger.items if item.basic])
    project = total([item.line for item in ledger.items if not item.basic])
    fund = total([item.line for item in ledger.funds])
    public = basic.now * dice.between(800, 1900) // 10_000
    lines["一般公共预算财政拨款基本支出"], lines["一般公共预算财政拨款项目支出"] = basic, project
    lines["公用经费"] = Line(public, basic.last * 13 // 100, public, public)
    lines["人员经费"] = Line(basic.now - public, basic.last - basic.last * 13 // 100, 0, 0)
    lines["一般公共预算财政拨款支出"] = basic + project
    lines["政府性基金预算财政拨款支出"] = fund
    lines["国有资本经营预算财政拨款支出"] = ZERO
    lines["财政拨款支出"] = basic + project + fund
    more = dice.chance(45)
    extra = [vary(dice, dice.scale(unit * 2, unit * 300), unit, 0) if more else ZERO for _ in range(2)]
    lines["基本支出"], lines["项目支出"] = basic + extra[0], project + fund + extra[1]
    lines["本年支出合计"] = lines["基本支出"] + lines["项目支出"]


def _income(dice: Dice, ledger: Ledger, year_before: Ledger | None = None) -> None:
    lines, unit = ledger.lines, ledger.unit
    spent, treasury = lines["本年支出合计"], lines["财政拨款支出"]
    general, fund = lines["一般公共预算财政拨款支出"], lines["政府性基金预算财政拨款支出"]
    carried = dice.chance(60)
    start, before, end = (dice.scale(unit, 1 + general.now // 12) if carried else 0 for _ in range(3))
    if year_before is not None:
        start = min(year_before.lines["年末结转和结余"].now, general.now)
    end = min(end, start + general.now // 3)

    def received(line: Line) -> Line:
        return Line(line.now + end - start, max(0, line.last + start - before), line.plan, line.full)

    lines["一般公共预算财政拨款收入"] = received(general)
    lines["政府性基金预算财政拨款收入"] = fund
    lines["国有资本经营预算财政拨款收入"] = ZERO
    lines["财政拨款收入"] = lines["一般公共预算财政拨款收入"] + fund
    rest = Line(*(a - b for a, b in zip(spent, treasury, strict=True)))
    business = Line(*(value * 3 // 4 for value in rest)) if dice.chance(50) else ZERO
    lines["事业收入"] = business
    lines["其他收入"] = Line(*(a - b for a, b in zip(rest, business, strict=True)))
    lines["本年收入合计"] = lines["财政拨款收入"] + rest
    before = max(0, lines["本年支出合计"].last + start - lines["本年收入合计"].last)
    lines["年初结转和结余"] = Line(start, before, 0, 0)
    lines["年末结转和结余"] = Line(end, start, 0, 0)
    lines["收支总计"] = Line(spent.now + end, spent.last + start, 0, 0)
    lines["财政拨款收支总计"] = Line(treasury.now + end, treasury.last + start, 0, 0)


def _three(dice: Dice, ledger: Ledger) -> None:
    lines, unit = ledger.lines, ledger.unit
    room = lines["公用经费"].now // 4
    number = min(dice.between(0, 9), room // (unit * 2))
    kinds = dice.some(
        ["应急保障用车", "执法执勤用车", "特种专业技术用车", "机要通信用车", "其他用车"], dice.between(1, 3)
    )
    ledger.cars = dict(zip(kinds, split(dice, number, len(kinds)), strict=True))

    def item(now: int) -> Line:
        line = vary(dice, now, max(1, unit // 100), 4)
        return line._replace(plan=max(line.plan, now), full=max(line.full, now)) if now else ZERO

    running = item(min(room, number * unit * dice.between(140, 380) // 100 + dice.below(unit)) if number else 0)
    buying = item(min(room, unit * dice.between(1200, 2400) // 100)) if number > 2 and dice.chance(15) else ZERO
    trips = item(min(room, dice.scale(unit, unit * 6))) if dice.chance(7) else ZERO
    guest = item(min(room, dice.scale(unit // 8, unit * 9) + dice.below(unit // 10))) if dice.chance(85) else ZERO
    cars = running + buying
    lines |= {
        "公务用车运行维护费": running, "公务用车购置费": buying, "公务用车购置及运行维护费": cars,
        "因公出国（境）费": trips, "公务接待费": guest, "三公经费": cars + trips + guest,
    }  # fmt: skip
    ledger.visits = max(1, guest.now * 9 // unit) + dice.below(6) if guest.now else 0
    ledger.guests = ledger.visits * dice.between(5, 12) + dice.below(ledger.visits + 1)


def _economic(dice: Dice, ledger: Ledger, year: int) -> None:
    lines = ledger.lines
    paid = ["30101", "30102", "30103", "30107", "30108", "30109", "30110", "30111", "30112", "30113", "30199"]
    if year < 2018:  # the classification of 2018 split these off
        paid = ["30101", "30102", "30103", "30104", "30107", "30108", "30109", "30199"]
    given = ["30301", "30302", "30304", "30305", "30307", "30309", "30399"]
    codes = sorted(dice.some(paid, dice.between(6, 11)) + dice.some(given, dice.between(2, 5)))
    heavy = {"30101": 9, "30102": 6, "30107": 6, "30103": 3, "30108": 3, "30113": 3, "30110": 2}
    ledger.people = dict(
        zip(codes, split(dice, lines["人员经费"].now, len(codes), [heavy.get(c, 1) for c in codes]), strict=True)
    )
    fixed = {
        "30212": lines["因公出国（境）费"].now, "30217": lines["公务接待费"].now,
        "30231": lines["公务用车运行维护费"].now,
    }  # fmt: skip
    bought = ["30201", "30202", "30205", "30206", "30207", "30209", "30211", "30213", "30215", "30216", "30226",
              "30227", "30228", "30229", "30239", "30299", "31002", "31003"]  # fmt: skip
    chosen = dice.some(bought, dice.between(7, 15))
    rest = lines["公用经费"].now - sum(fixed.values())
    shares = dict(zip(chosen, split(dice, rest, len(chosen)), strict=True))
    ledger.public = dict(sorted((shares | {code: value for code, value in fixed.items() if value}).items()))


def _others(dice: Dice, ledger: Ledger, sector: Sector) -> None:
    lines, unit = ledger.lines, ledger.unit
    public = lines["公用经费"]
    lines["机关运行经费"] = public._replace(last=public.now * dice.between(7800, 13100) // 10_000)
    cost = dice.scale(unit * 4, unit * 900)
    goods, works, service = (value if dice.chance(75) else 0 for value in split(dice, cost, 3))
    small = (goods + works + service) * dice.pick((3017, 4586, 6124, 8035, 10_000)) // 10_000
    values = {
        "政府采购货物支出": goods, "政府采购工程支出": works, "政府采购服务支出": service,
        "政府采购支出": goods + works + service, "授予中小企业合同金额": small, "授予小微企业合同金额": small * 7 // 10,
    }  # fmt: skip
    lines |= {name: Line(value, 0, 0, 0) for name, value in values.items()}
    for name in dice.some(sector.projects, dice.between(2, 5)):
        budget = dice.scale(unit * 3, unit * 700)
        own = budget * dice.between(5, 40) // 100 if dice.chance(30) else 0
        spent = budget if dice.chance(35) else budget * dice.between(5500, 9990) // 10_000
        ledger.projects.append(Project(name, budget * dice.between(70, 130) // 100, budget, own, spent))
