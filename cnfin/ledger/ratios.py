"""Shares, completion rates and changes: what a document states of two cells, or of one and its change.

Every kind of ratio is a row of :data:`RULES` with a name and an example.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from cnfin.audit.intervals import Interval, digits, growth, percentage
from cnfin.document import Document, Fact
from cnfin.ledger.book import ANY, Entry, Key, figure, keys_of
from cnfin.ledger.checks import Check, Option, Test
from cnfin.ledger.lines import BOTH, named, same

_HUNDRED, _HALF = Decimal(100), Decimal("0.5")
_ACTUAL = ("决算数",)
_BUDGETS = ("年初预算数", "预算数", "调整预算数")
_YEARLY = (*_ACTUAL, *_BUDGETS)
#: The budget that a base names, and the plain one that may stand for it.
_NAMED_BUDGETS = {"年初预算": ("年初预算数", "预算数"), "调整预算": ("调整预算数", "预算数")}
_WIDEST = ("全部", "财政拨款", "一般公共预算", None)
#: A change and its rate stand so near, in code points.
_NEAR = 60


class Ratio(NamedTuple):
    """A share, a rate or a change as the document states it; the key is of the line it is said of."""

    fact: Fact
    key: Key
    text: str
    interval: Interval

    @property
    def of_budget(self) -> bool:
        """Whether a change is against the budget."""
        return "预算" in (self.fact.base or "")

    @property
    def budgets(self) -> tuple[str, ...]:
        """The measures that a base may mean."""
        return _NAMED_BUDGETS.get(self.fact.base or "", _BUDGETS)


class Rule(NamedTuple):
    """A kind of ratio with an example of its arithmetic."""

    name: str
    example: str
    find: Callable[[Known, Ratio], Iterator[Option]]


class Known:
    """A document's ratios, and the cells that they may be about by line."""

    def __init__(self, document: Document, book: Mapping[Key, Entry]) -> None:
        self.ratios = list(_read(document))
        self._lines: dict[tuple[str | None, str, str | None, str | None], list[Entry]] = defaultdict(list)
        for key, entry in book.items():
            self._lines[key.flow, key.line, key.part, key.owner].append(entry)
        self._changes: dict[Key, list[Ratio]] = defaultdict(list)
        for ratio in self.ratios:
            if ratio.fact.measure == "增减额":
                self._changes[ratio.key].append(ratio)

    def cells(self, ratio: Ratio, measures: Sequence[str], year: int | None) -> list[Entry]:
        """The cells of a ratio's line under some measures: of its own money, then, where it says none, of any."""
        key = ratio.key
        found = [
            entry for entry in self._lines.get((key.flow, key.line, key.part, key.owner), ())
            if entry.key.measure in measures and entry.key.year == year and key.funds in (None, entry.key.funds)
        ]  # fmt: skip
        return sorted(found, key=lambda entry: entry.key.funds != key.funds) if len(found) > 1 else found

    def totals(self, ratio: Ratio, measure: str) -> Iterator[Entry]:
        """The cells of the total that a share is taken of: of the money it names, in 全部, else of any."""
        whole = named(ratio.fact.base)
        flow = ratio.key.flow if whole.flow in (None, BOTH) else whole.flow
        entries = self._lines.get((flow, same(whole.line or ""), whole.division, None), ())
        same_year = (each for each in entries if each.key.measure == measure and each.key.year == ratio.key.year)
        known = {entry.key.funds: entry for entry in same_year}
        wanted = dict.fromkeys((whole.funds, *_WIDEST, ratio.key.funds, ANY))
        return (known[funds] for funds in wanted if funds in known)

    def change_of(self, rate: Ratio) -> Ratio | None:
        """The change that a rate restates: of the same line and base, just before or behind it."""
        known = self._changes.get(rate.key._replace(measure="增减额"), [])
        place = bisect_left(known, rate.fact.start, key=lambda each: each.fact.start)
        near = (each for each in known[max(place - 1, 0) : place + 1] if _apart(each, rate) < _NEAR)
        return next((each for each in near if each.fact.base == rate.fact.base), None)

    def pairs(self, ratio: Ratio) -> Iterator[tuple[Entry, Entry]]:
        """The values now and before that a change may speak of."""
        year = ratio.key.year
        if ratio.of_budget:
            now, before = self.cells(ratio, _ACTUAL, year), self.cells(ratio, ratio.budgets, year)
        else:
            now = self.cells(ratio, _YEARLY, year)
            before = self.cells(ratio, _YEARLY, year - 1) if year is not None else []
        for one, other in product(now, before):
            alike = ratio.of_budget or one.key.measure == other.key.measure
            if alike and one.key.funds == other.key.funds:
                yield one, other


def _read(document: Document) -> Iterator[Ratio]:
    facts = [
        (fact, document.text[fact.start : fact.end]) for fact in document.facts
        if fact.measure in RULES and fact.subject is not None and fact.unit in ("%", "万元")
    ]  # fmt: skip
    usual = _usual_decimals(text for fact, text in facts if fact.unit == "%")
    for fact, text in facts:
        interval = figure(fact, text)
        if usual and fact.unit == "%" and interval.radius == _HALF:
            # 100% among rates with decimals is one whose zeros are left out.
            half = _HALF.scaleb(-usual)
            interval = Interval(fact.value - half, fact.value + half)
        for key, _ in keys_of(fact):
            yield Ratio(fact, key, text, interval)


def _usual_decimals(rates: Iterable[str]) -> int:
    """With how many decimals most of a document's rates are printed."""
    printed = Counter(found[1] for text in rates if (found := digits(text)) is not None)
    return max(printed, key=lambda decimals: (printed[decimals], decimals), default=0)


def _apart(one: Ratio, other: Ratio) -> int:
    return abs(one.fact.start - other.fact.start)


def checks(document: Document, book: Mapping[Key, Entry]) -> Iterator[Check]:
    """A check for each share, rate and change whose cells the document states."""
    known = Known(document, book)
    for ratio in known.ratios:
        rule = RULES[ratio.fact.measure]
        options = tuple(rule.find(known, ratio))
        if options:
            yield Check(rule=rule.name, options=options)


def _option(ratio: Ratio, entries: tuple[Entry, ...], test: Test, sign: str, lead: str = "") -> Option:
    return Option(entries=entries, test=test, stated=f"{lead}{ratio.fact.measure}{ratio.text}", sign=sign)


def _share(known: Known, share: Ratio) -> Iterator[Option]:
    for measure in _YEARLY:
        parts = known.cells(share, (measure,), share.key.year)
        for part, whole in product(parts, known.totals(share, measure) if parts else ()):
            if part is not whole:
                yield _option(share, (part, whole), _divides(share.interval), "÷")


def _completion(known: Known, rate: Ratio) -> Iterator[Option]:
    year = rate.key.year
    for spent, planned in product(known.cells(rate, _ACTUAL, year), known.cells(rate, rate.budgets, year)):
        if spent.key.funds == planned.key.funds:
            yield _option(rate, (spent, planned), _divides(rate.interval), "÷")


def _divides(ratio: Interval) -> Test:
    """0% says nothing of what it is a share of."""

    def test(values: Sequence[Interval]) -> bool:
        part, whole = values
        return whole.low > 0 and not ratio.low <= 0 <= ratio.high and ratio.overlaps(percentage(part, whole))

    return test


def _change(known: Known, change: Ratio) -> Iterator[Option]:
    def test(values: Sequence[Interval]) -> bool:
        now, before = values
        return (now.high > 0 or before.high > 0) and change.interval.overlaps(now.minus(before))

    for pair in known.pairs(change):
        yield _option(change, pair, test, "-")


def _rate(known: Known, rate: Ratio) -> Iterator[Option]:
    def test(values: Sequence[Interval]) -> bool:
        now, before = values
        ratio = percentage(now, before)
        return before.low > 0 and rate.interval.overlaps(Interval(ratio.low - _HUNDRED, ratio.high - _HUNDRED))

    for pair in known.pairs(rate):
        yield _option(rate, pair, test, "÷")
    change = known.change_of(rate)
    if change is not None:
        yield from _of_change(known, rate, change)


def _of_change(known: Known, rate: Ratio, change: Ratio) -> Iterator[Option]:
    """A rate with its change and today's value, where the value before is not stated."""
    moved = change.interval

    def test(values: Sequence[Interval]) -> bool:
        low = values[0].low
        return low > 0 and low > moved.high and rate.interval.overlaps(growth(moved, values[0]))

    for now in known.cells(rate, _ACTUAL if rate.of_budget else _YEARLY, rate.key.year):
        yield _option(rate, (now,), test, "", f"{change.text}, ")


#: The ratios that the ledger knows, by measure.
RULES = {
    "占比": Rule("share", "财政拨款收入 90 ÷ 本年收入合计 120 = 75%", _share),
    "预算完成率": Rule("completion", "决算数 95 ÷ 年初预算数 100 = 95%", _completion),
    "增减额": Rule("change", "2023年 12 - 2022年 10 = 增加2万元", _change),
    "增减率": Rule("rate of change", "2023年 12 ÷ 2022年 10 = 增长20%", _rate),
}
