"""``zero-base``: a completion or change rate other than 0 whose base is 0.

完成率 0% of a budget of 0 is harmless, and 100% of it (nothing planned, nothing spent) is house
style in some places: only a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cnfin.audit import change, completion
from cnfin.audit.figures import Figure, Figures
from cnfin.audit.relations import Relation, failed, plain
from cnfin.document import Severity

#: What a rate over nothing is reported as: there is no such number.
_ZERO = Decimal(0)


def relations(figures: Figures) -> Iterator[Relation]:
    """A failed relation for each rate over nothing."""
    for rate in figures.of("预算完成率"):
        if rate.value != 0 and rate.unit == "%":
            yield from _completion(figures, rate)
    for rate in figures.of("增减率"):
        if rate.value != 0 and rate.unit == "%":
            yield from _growth(figures, rate)


def _completion(figures: Figures, rate: Figure) -> Iterator[Relation]:
    found = completion.budgets(figures, rate)
    if found and all(budget.value == 0 for budget in found):
        spent = completion.actuals(figures, rate)
        nothing = not spent or spent[0].value == 0
        severity: Severity = "warning" if nothing else "error"
        note = f"{plain(spent[0].value) if spent else 0}÷0无从计算，文中为{rate.text}"
        yield failed("zero-base", (rate, found[0], *spent[:1]), note, severity, _ZERO)


def _growth(figures: Figures, rate: Figure) -> Iterator[Relation]:
    befores = change.values_before(figures, rate)
    if befores:
        if all(before.value == 0 for before in befores):
            yield failed("zero-base", (rate, befores[0]), f"基数为0，无从计算，文中为{rate.text}", "error", _ZERO)
        return
    amount = change.change_of(figures, rate)
    for now in change.values_now(figures, rate)[:1]:
        if amount is not None and amount.value == now.value and amount.decimals == now.decimals and now.value > 0:
            note = f"基数为{plain(now.value)}-{plain(amount.value)}=0，增减率无从计算，文中为{rate.text}"
            yield failed("zero-base", (rate, amount, now), note, "error", _ZERO)
