"""数量: counts in digits with their measure words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnfin.document import Count
from cnfin.numerals import arabic, power, scaled, shift
from cnfin.spans.normal import Normal
from cnfin.spans.quantities import Number


def counts(normal: Normal, found: Sequence[Number]) -> Iterator[Count]:
    """The counts among the numbers ``found``."""
    for number in found:
        if number.kind != "count":
            continue
        try:
            value = scaled(
                [(arabic(digits), scale) for digits, scale in ((number.digits, number.scale), *number.more)]
            ) if number.more else shift(arabic(number.digits), power(number.scale))  # fmt: skip
        except ValueError:
            continue
        start, end, written = normal.cut(number.start, number.end)
        yield Count(
            start=start, end=end, text=written, number=value, unit=number.unit, approx=number.approx, bound=number.bound
        )
