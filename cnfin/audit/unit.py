"""``unit``: a sum that is wrong by 10⁴, as 元 for 万元 and 万元 for 亿元 (or the reverse) make it.

Rests on the failures of the other checks: where one figure times or over 10⁴ mends them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from cnfin.audit.figures import Figure
from cnfin.audit.intervals import Interval
from cnfin.audit.relations import Relation

#: A figure that could as well be left out says nothing of its unit.
_NOTHING = Interval(Decimal(0), Decimal(0))
_FACTORS = (Decimal(10_000), Decimal("0.0001"))


Slip = tuple[Figure, Decimal, list[Relation]]


def mended(failures: Sequence[Relation], held: Collection[Figure]) -> Iterator[Slip]:
    """The figures whose unit must be wrong, the factor, and the failures that it explains.

    Args:
        failures: relations that do not hold.
        held: figures of relations that hold, which another unit would break.
    """
    open_ = list(failures)
    while open_:
        found = max(_candidates(open_, held), key=_likely, default=None)
        if found is None:
            return
        yield found
        open_ = [relation for relation in open_ if found[0] not in relation.figures]


def _candidates(failures: Sequence[Relation], held: Collection[Figure]) -> Iterator[Slip]:
    figures = dict.fromkeys(figure for relation in failures for figure in relation.figures)
    for figure in figures:
        if figure in held or not _money(figure):
            continue
        mine = [relation for relation in failures if figure in relation.figures and relation.exact]
        for factor in _FACTORS:
            interval = figure.interval.scaled(factor)
            fixed = [
                relation for relation in mine
                if relation.holds_with(figure, interval) and not relation.holds_with(figure, _NOTHING)
            ]  # fmt: skip
            # A paragraph read as one sum is only a guess: it may fit, it need not.
            if fixed and all(relation.soft or relation in fixed for relation in mine):
                yield figure, factor, fixed


def _likely(candidate: Slip) -> tuple[int, bool]:
    """More failures mended, then the common slip of 元 for 万元."""
    figure, factor, fixed = candidate
    return len(fixed), factor > 1 and not figure.text.endswith(("万元", "亿元"))


def _money(figure: Figure) -> bool:
    return figure.unit == "万元" and figure.value != 0
