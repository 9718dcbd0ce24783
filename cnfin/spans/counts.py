"""数量: counts in digits with their measure words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from cnfin.document import Count
from cnfin.numerals import arabic, power, scaled, shift
from cnfin.spans.normal import Normal
from cnfin.spans.quantities import Number


@lru_cache(maxsize=8192)
def _value(digits: str, scale: str, more: tuple[tuple[str, str], ...]) -> Decimal:
    """The number itself; ValueError where several scales make none."""
    if not more:
        return shift(arabic(digits), power(scale))
    return scaled([(arabic(each), by) for each, by in ((digits, scale), *more)])


def counts(normal: Normal, found: Sequence[Number]) -> Iterator[Count]:
    """The counts among the numbers ``found``."""
    for number in found:
        if number.kind != "count":
            continue
        try:
            value = _value(number.digits, number.scale, number.more)
        except ValueError:
            continue
        start, end, written = normal.cut(number.start, number.end)
        yield Count(
            start=start, end=end, text=written, number=value, unit=number.unit, approx=number.approx, bound=number.bound
        )
