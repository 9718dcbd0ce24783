"""``completion``: a stated 预算完成率 is what was spent over the budget.

Two forms: the budget is printed beside the rate, or the rates of a list say how large the
items' budgets were, and the rate of their total must agree with the sum of those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from cnfin.audit.figures import Figure, Figures, beside, compatible
from cnfin.audit.intervals import Interval, growth, percentage, total
from cnfin.audit.relations import Limit, Relation, attempt, less, plain, relate
from cnfin.audit.structure import ACTUAL, BUDGETS

_BUDGETS_OF = {"年初预算": ("年初预算数", "预算数"), "调整预算": ("调整预算数", "预算数")}
_HUNDRED = Decimal(100)


def relations(figures: Figures) -> Iterator[Relation]:
    """One relation for each rate with its budget in print, and one for each total over a list of rates."""
    for rate in figures.of("预算完成率"):
        if rate.unit == "%":
            relation = _printed(figures, rate) or _difference(figures, rate)
            if relation is not None:
                yield relation
    yield from _implied(figures)


def actuals(figures: Figures, rate: Figure) -> list[Figure]:
    """What was spent of the line a rate speaks of, nearest first."""
    return [each for each in figures.find(rate.subject, ACTUAL, rate.year, rate) if beside(each, rate)]


def budgets(figures: Figures, rate: Figure) -> list[Figure]:
    """The budgets the rate may be measured against, nearest first."""
    wanted = _BUDGETS_OF.get(rate.fact.base or "", BUDGETS)
    found = [each for each in figures.find(rate.subject, wanted, rate.year, rate) if beside(each, rate)]
    if rate.fact.base not in _BUDGETS_OF:
        # 执行率 alone may be of any budget in print, the adjusted one too.
        return found
    # 预算数 is any budget: it counts where the one that the base names is not printed.
    return [each for each in found if each.measure == wanted[0]] or found


def _printed(figures: Figures, rate: Figure) -> Relation | None:
    planned = budgets(figures, rate)
    held, tried = attempt(
        relate("completion", (rate, spent, budget), _rate, f"{plain(spent.value)}÷{plain(budget.value)}")
        for spent in actuals(figures, rate)
        for budget in planned
        if budget.value > 0
    )
    # 支付95%，结余5万元: a sum that fits what is left of the rate is what was not spent.
    left = Interval(_HUNDRED - rate.interval.high, _HUNDRED - rate.interval.low)
    if held is None and any(left.overlaps(relation.expected) for relation in tried):
        return None
    if held is None and rate.fact.base not in _BUDGETS_OF and _adjusted(figures, rate):
        return None
    return held or (tried[0] if tried else None)


def _adjusted(figures: Figures, rate: Figure) -> bool:
    """Whether the budget was added to or cut, so that the rate may be of a budget that is not printed."""
    return any(beside(each, rate) for each in figures.find(rate.subject, ("追加预算数",), rate.year, rate))


def _difference(figures: Figures, rate: Figure) -> Relation | None:
    """完成预算的R，大于预算A: the budget is what was spent less A."""
    if budgets(figures, rate):
        return None
    changes = figures.find(rate.subject, ("增减额",), rate.year, rate)
    changes = [each for each in changes if each.line == rate.line and (each.fact.base or "").endswith("预算")]
    if not changes or (rate.value - _HUNDRED) * changes[0].value < 0:
        return None
    held, tried = attempt(
        relate("completion", (rate, spent, changes[0]), _from_difference,
               f"{plain(spent.value)}÷({less(spent.value, changes[0].value)})")
        for spent in actuals(figures, rate)
        if spent.value > changes[0].value
    )  # fmt: skip
    return held or (tried[0] if tried else None)


def _implied(figures: Figures) -> Iterator[Relation]:
    rates = [rate for rate in figures.of("预算完成率") if rate.unit == "%" and rate.value > 0]
    for whole in rates:
        if not whole.cell.total:
            continue
        spent = next((each for each in figures.find(whole.subject, ACTUAL, whole.year, whole)), None)
        items = list(_items(figures, rates, whole))
        if spent is None or len(items) < 2:
            continue
        spending = total(item.interval for _, item in items)
        if spending.low > spent.interval.high:
            continue  # more than the total: lines of another one
        flat = tuple(figure for pair in items for figure in pair)
        budgets = "+".join(f"{plain(each.value)}÷{plain(done.value)}%" for done, each in items)
        note = f"{plain(spent.value)}÷({budgets})"
        # Items without a rate had budgets too: the total's can only have been larger.
        limit: Limit | None = None if spending.overlaps(spent.interval) else "most"
        yield relate("completion", (whole, spent, *flat), _over_implied, note, suspects=(whole,), limit=limit)


def _items(figures: Figures, rates: Sequence[Figure], whole: Figure) -> Iterator[tuple[Figure, Figure]]:
    """The rates of the deepest lines of the functional classification, each with what was spent."""
    seen: dict[str, tuple[Figure, Figure]] = {}
    for rate in rates:
        if rate.fact.scheme == "功能分类" and rate.fact.code and rate.fact.base == whole.fact.base:
            spent = actuals(figures, rate)
            within = figures.structure.parts("within").get(whole.funds or "", ())
            inside = compatible(rate, whole) or rate.funds in within
            if spent and inside and rate.year == whole.year and rate.body == whole.body:
                seen.setdefault(rate.subject, (rate, spent[0]))
    for code, pair in seen.items():
        if not any(other != code and other.startswith(code) for other in seen):
            yield pair


def _rate(values: Sequence[Interval]) -> Interval:
    return percentage(values[0], values[1])


def _from_difference(values: Sequence[Interval]) -> Interval:
    spent, change = values
    rate = growth(change, spent)
    return Interval(rate.low + _HUNDRED, rate.high + _HUNDRED)


def _over_implied(values: Sequence[Interval]) -> Interval:
    """What was spent in all over the budgets that the items' rates imply."""
    pairs = zip(values[1::2], values[2::2], strict=True)
    return percentage(values[0], total(_budget(rate, spent) for rate, spent in pairs))


def _budget(rate: Interval, spent: Interval) -> Interval:
    high = spent.high * _HUNDRED / rate.low if rate.low > 0 else Decimal("Infinity")
    return Interval(spent.low * _HUNDRED / rate.high, high)
