"""Shares, completion rates and changes: what a document states of two cells, or of one and its change."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from cnfin.audit.intervals import Interval, growth, percentage
from cnfin.document import Document, Fact
from cnfin.ledger.book import ANY, Entry, Key, figure, key_for
from cnfin.ledger.checks import Check, Option, Test
from cnfin.ledger.lines import BOTH, line_of, named, same

_HUNDRED = Decimal(100)
_RATIOS = frozenset(("占比", "预算完成率", "增减额", "增减率"))
_ACTUAL = ("决算数",)
_BUDGETS = ("年初预算数", "预算数", "调整预算数")
#: The budget that a base names, and the plain one that may stand for it.
_NAMED_BUDGETS = {"年初预算": ("年初预算数", "预算数"), "调整预算": ("调整预算数", "预算数")}
_WIDEST = ("全部", "财政拨款", "一般公共预算", None)
#: A change and its rate stand so near, in code points.
_NEAR = 60


class Rule(NamedTuple):
    """A kind of ratio with an example of its arithmetic."""

    name: str
    example: str
    find: Callable[[_Ratios, Fact, Interval], Iterator[Option]]


def checks(document: Document, book: Mapping[Key, Entry]) -> Iterator[Check]:
    """A check for each share, rate and change whose cells the document states."""
    ratios = _Ratios(document, book)
    for fact in ratios.facts:
        rule = RULES[fact.measure]
        if fact.measure != "增减额" and fact.unit != "%":
            continue
        options = tuple(rule.find(ratios, fact, ratios.intervals[fact.start]))
        if options:
            yield Check(rule=rule.name, options=options)


class _Ratios:
    """A document's ratios and the cells that they may be about."""

    def __init__(self, document: Document, book: Mapping[Key, Entry]) -> None:
        self.book = book
        self.kind = document.identity.kind
        self.facts = [fact for fact in document.facts if fact.measure in _RATIOS and fact.subject is not None]
        texts = {fact.start: document.text[fact.start : fact.end] for fact in self.facts}
        self.texts = texts
        self.intervals = {fact.start: figure(fact, texts[fact.start]) for fact in self.facts}
        self.moneys: dict[Key, list[str | None]] = defaultdict(list)
        for key in book:
            self.moneys[key._replace(funds=None)].append(key.funds)
        self.changes: dict[Key, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            if fact.measure == "增减额":
                self.changes[key_for(fact)].append(fact)

    def cells(self, fact: Fact, measures: Iterable[str], year: int | None) -> list[Entry]:
        """The cells of a ratio's line under some measures: of its own money, else of any that the document states."""
        key = key_for(fact)._replace(year=year)
        return [entry for measure in measures for entry in self._of(key._replace(measure=measure))]

    def _of(self, key: Key) -> Iterator[Entry]:
        if key in self.book:
            yield self.book[key]
        elif key.funds is None:
            for funds in self.moneys.get(key, ()):
                yield self.book[key._replace(funds=funds)]

    def totals(self, fact: Fact, measures: Sequence[str]) -> Iterator[Entry]:
        """The cells of the total that a share is taken of: of its own money, in 全部, else of any."""
        whole, own = named(fact.base), line_of(fact)
        flow = own.flow if whole.flow in (None, BOTH) else whole.flow
        moneys = dict.fromkeys((whole.funds, *_WIDEST, own.funds, ANY))
        for measure, funds in product(measures, moneys):
            key = Key(measure, fact.year, flow, same(whole.line or ""), whole.division, None, funds)
            if (entry := self.book.get(key)) is not None:
                yield entry

    def change_of(self, fact: Fact) -> Fact | None:
        """The change that a rate restates: of the same line, just before it."""
        known = self.changes.get(key_for(fact, "增减额"), [])
        place = bisect_left(known, fact.start, key=lambda each: each.start)
        near = (each for each in known[max(place - 1, 0) : place + 1] if abs(each.start - fact.start) < _NEAR)
        return next((each for each in near if each.base == fact.base), None)

    def budgets(self, fact: Fact) -> tuple[str, ...]:
        """The measures that a base may mean; in a budget document the sum itself is a budget."""
        return _NAMED_BUDGETS.get(fact.base or "", _BUDGETS)

    def pairs(self, fact: Fact) -> Iterator[tuple[Entry, Entry]]:
        """The values now and before that a change may speak of."""
        if "预算" in (fact.base or ""):
            now, before = self.cells(fact, _ACTUAL, fact.year), self.cells(fact, self.budgets(fact), fact.year)
        else:
            last = fact.year - 1 if fact.year is not None else None
            now = self.cells(fact, (*_ACTUAL, *_BUDGETS), fact.year)
            before = self.cells(fact, (*_ACTUAL, *_BUDGETS), last)
        for one, other in product(now, before):
            alike = one.key.funds == other.key.funds
            if alike and ("预算" in (fact.base or "") or one.key.measure == other.key.measure):
                yield one, other


def _share(ratios: _Ratios, fact: Fact, share: Interval) -> Iterator[Option]:
    for measure in (*_ACTUAL, *_BUDGETS):
        for part, whole in product(ratios.cells(fact, (measure,), fact.year), ratios.totals(fact, (measure,))):
            if part is not whole:
                yield _option(ratios, fact, (part, whole), _divides(share), "÷")


def _completion(ratios: _Ratios, fact: Fact, rate: Interval) -> Iterator[Option]:
    spent, planned = ratios.cells(fact, _ACTUAL, fact.year), ratios.cells(fact, ratios.budgets(fact), fact.year)
    for pair in product(spent, planned):
        if pair[0].key.funds == pair[1].key.funds:
            yield _option(ratios, fact, pair, _divides(rate), "÷")


def _change(ratios: _Ratios, fact: Fact, change: Interval) -> Iterator[Option]:
    def test(values: Sequence[Interval]) -> bool:
        now, before = values
        return (now.high > 0 or before.high > 0) and change.overlaps(now.minus(before))

    for pair in ratios.pairs(fact):
        yield _option(ratios, fact, pair, test, "-")


def _rate(ratios: _Ratios, fact: Fact, rate: Interval) -> Iterator[Option]:
    def test(values: Sequence[Interval]) -> bool:
        now, before = values
        ratio = percentage(now, before)
        return before.low > 0 and rate.overlaps(Interval(ratio.low - _HUNDRED, ratio.high - _HUNDRED))

    for pair in ratios.pairs(fact):
        yield _option(ratios, fact, pair, test, "÷")
    change = ratios.change_of(fact)
    if change is not None:
        yield from _of_change(ratios, fact, rate, change)


def _of_change(ratios: _Ratios, fact: Fact, rate: Interval, change: Fact) -> Iterator[Option]:
    """A rate with its change and today's value, last year's not stated; with the budget, where that is the base."""
    moved = ratios.intervals[change.start]

    def from_now(values: Sequence[Interval]) -> bool:
        low = values[0].low
        return low > 0 and low > moved.high and rate.overlaps(growth(moved, values[0]))

    measures = _ACTUAL if "预算" in (fact.base or "") else (*_ACTUAL, *_BUDGETS)
    for now in ratios.cells(fact, measures, fact.year):
        yield _option(ratios, fact, (now,), from_now, "", f"{ratios.texts[change.start]}, ")


def _divides(ratio: Interval) -> Test:
    """A part that is nothing is 0% of whatever total, and bears nothing out."""

    def test(values: Sequence[Interval]) -> bool:
        part, whole = values
        return whole.low > 0 and not part.low <= 0 <= part.high and ratio.overlaps(percentage(part, whole))

    return test


def _option(ratios: _Ratios, fact: Fact, entries: tuple[Entry, ...], test: Test, sign: str, lead: str = "") -> Option:
    return Option(entries=entries, test=test, stated=f"{lead}{fact.measure}{ratios.texts[fact.start]}", sign=sign)


#: The ratios that the ledger knows, by measure.
RULES = {
    "占比": Rule("share", "财政拨款收入 90 ÷ 本年收入合计 120 = 75%", _share),
    "预算完成率": Rule("completion", "决算数 95 ÷ 年初预算数 100 = 95%", _completion),
    "增减额": Rule("change", "2023年 12 - 2022年 10 = 增加2万元", _change),
    "增减率": Rule("rate of change", "2023年 12 ÷ 2022年 10 = 增长20%", _rate),
}
