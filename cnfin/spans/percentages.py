"""百分比: %, ‰, 百分点 and 成 behind digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from cnfin.document import Percentage
from cnfin.numerals import arabic, shift
from cnfin.spans.normal import Normal
from cnfin.spans.quantities import Number


@lru_cache(maxsize=8192)
def _percent(digits: str, power: int) -> Decimal:
    return shift(arabic(digits), power)


def percentages(normal: Normal, found: Sequence[Number], powers: dict[str, int]) -> Iterator[Percentage]:
    """The percentages among the numbers ``found``; ``powers`` says which power of ten makes each unit per cent."""
    for number in found:
        if number.kind != "percent":
            continue
        start, end, written = normal.cut(number.start, number.end)
        yield Percentage(
            start=start, end=end, text=written, percent=_percent(number.digits, powers[number.unit]),
            unit="百分点" if number.unit.endswith("百分点") else "%", approx=number.approx, bound=number.bound,
        )  # fmt: skip
