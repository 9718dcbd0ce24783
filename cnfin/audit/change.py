"""``change``: a stated 增减额 or 增减率 follows from the two years' values (or from actual and budget).

Relations whose signs alone contradict are left to ``direction``, rates over nothing to ``zero_base``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from cnfin.audit.figures import Figure, Figures, close
from cnfin.audit.intervals import Interval, growth, percentage
from cnfin.audit.relations import Relation, Rule, attempt, less, plain, relate
from cnfin.audit.structure import ACTUAL, BUDGETS, SUMS

_HUNDRED = Decimal(100)


def relations(figures: Figures) -> Iterator[Relation]:
    """The relations between each change, its rate, today's value and the one before."""
    for rate in figures.of("增减率"):
        if rate.unit == "%" and not figures.hedged(rate):
            yield from _rate(figures, rate)
    for change in figures.of("增减额"):
        if not figures.hedged(change):
            yield from _amount(figures, change)


def change_of(figures: Figures, rate: Figure) -> Figure | None:
    """The amount that a rate restates: same line, subject, year and base, nearest."""
    return next(iter(changes_of(figures, rate)), None)


def changes_of(figures: Figures, rate: Figure) -> list[Figure]:
    """The amounts that a rate may restate, nearest first."""
    found = figures.find(rate.subject, ("增减额",), rate.year, rate)
    return [each for each in found if each.line == rate.line and each.fact.base == rate.fact.base]


def values_now(figures: Figures, change: Figure) -> list[Figure]:
    """What the line is in the year that changed, nearest first."""
    measures = ACTUAL if "预算" in (change.fact.base or "") else SUMS
    found = figures.find(change.subject, measures, change.year, change)
    found = [each for each in found if close(each, change)] or [each for each in found if each.funds == change.funds]
    # A change is of what was spent where that is printed, of the budget in a budget.
    return [each for each in found if each.measure in ACTUAL] or found


def values_before(figures: Figures, change: Figure) -> list[Figure]:
    """What it changed from: last year's value, or the budget; only where printed nearby."""
    base = change.fact.base or ""
    if "预算" in base:
        found = figures.find(change.subject, BUDGETS, change.year, change)
        if figures.document.identity.kind == "预算":
            # 接待费5万元，与预算相比减少1万元: in a budget the sum itself is one, and not what it is compared with.
            found = [each for each in found if each.sentence != change.sentence]
    else:
        found = figures.find(change.subject, SUMS, change.year - 1, change) if change.year else []
    return [
        each for each in found
        if each.sentence == change.sentence or (close(each, change) and figures.named(each))
    ]  # fmt: skip


def opposed(change: Figure, now: Figure, before: Figure) -> bool:
    """Whether the amount is right and only its sign contradicts the two values."""
    difference = now.interval.minus(before.interval)
    return not change.interval.overlaps(difference) and change.interval.scaled(Decimal(-1)).overlaps(difference)


def pairs(figures: Figures, change: Figure) -> list[tuple[Figure, Figure]]:
    """The values now and before that a change may speak of, of one measure first."""
    found = [(now, before) for now in values_now(figures, change) for before in values_before(figures, change)]
    return sorted(found, key=lambda pair: pair[0].measure != pair[1].measure)


def _amount(figures: Figures, change: Figure) -> Iterator[Relation]:
    held, tried = attempt(
        relate("change", (change, now, before), _difference, f"{plain(now.value)}-{plain(before.value)}")
        for now, before in pairs(figures, change)
    )
    if held is not None:
        yield held
        return
    turned = any(opposed(change, *pair) for pair in pairs(figures, change))
    if tried and _of_line(figures, change, tried) and not turned:
        befores = values_before(figures, change)
        if not any(_fits(figures, change, before, _difference) for before in befores):
            yield tried[0]


def _rate(figures: Figures, rate: Figure) -> Iterator[Relation]:
    change = change_of(figures, rate)
    both = pairs(figures, rate)
    if both and not any(before.value == 0 for _, before in both):
        held, tried = attempt(
            relate("change", (rate, now, before), _growth, _growth_note(now, before)) for now, before in both
        )
        opposite = any((now.value - before.value) * rate.value < 0 for now, before in both)
        if held is not None:
            yield held
        elif not (opposite or any(_fits(figures, rate, before, _growth) for _, before in both)):
            yield from tried[:1] if _of_line(figures, rate, tried) else ()
    if change is None or change.value * rate.value < 0:
        return
    yield from _of_change(figures, rate, change)


def _of_change(figures: Figures, rate: Figure, change: Figure) -> Iterator[Relation]:
    nows = values_now(figures, rate)
    held, tried = attempt(
        relate("change", (rate, each, now), _from_change, _change_note(each, now))
        for each in changes_of(figures, rate)
        for now in nows
        if now.value != each.value and now.value > 0
    )
    if held is None and not tried:
        held, tried = attempt(
            relate("change", (rate, change, before), _over_before, f"{plain(change.value)}÷{plain(before.value)}")
            for before in values_before(figures, rate)
            if before.value > 0
        )
    if held is not None:
        yield held
    elif tried and _of_line(figures, rate, tried) and not _other_subject(figures, rate, change):
        yield tried[0]


def _of_line(figures: Figures, change: Figure, tried: Sequence[Relation]) -> bool:
    """Whether it is plain what a change is said of: its paragraph gives the value, or its sentence the name."""
    now = [each for each in tried[0].figures if each.measure in SUMS and each.year == change.year]
    return any(each.line == change.line for each in now) or change.fact.subject in figures.names(change)


def _fits(figures: Figures, stated: Figure, before: Figure, rule: Rule) -> bool:
    """Whether another sum that the paragraph prints before makes the stated change or rate right.

    Then it is unclear what the change is said of, and no contradiction.
    """
    return any(
        stated.interval.overlaps(rule((now, before.interval)))
        for now in figures.printed(stated.line, stated.fact.start)
    )


def _other_subject(figures: Figures, rate: Figure, change: Figure) -> bool:
    return any(
        rate.interval.overlaps(growth(change.interval, now))
        for now in figures.printed(rate.line, change.fact.start)
        if now.low > change.interval.high
    )


def _difference(values: Sequence[Interval]) -> Interval:
    return values[0].minus(values[1])


def _growth(values: Sequence[Interval]) -> Interval:
    ratio = percentage(values[0], values[1])
    return Interval(ratio.low - _HUNDRED, ratio.high - _HUNDRED)


def _change_note(change: Figure, now: Figure) -> str:
    return f"{plain(change.value)}÷({less(now.value, change.value)})"


def _growth_note(now: Figure, before: Figure) -> str:
    return f"({plain(now.value)}-{plain(before.value)})÷{plain(before.value)}"


def _from_change(values: Sequence[Interval]) -> Interval:
    return growth(values[0], values[1])


def _over_before(values: Sequence[Interval]) -> Interval:
    return percentage(values[0], values[1])
