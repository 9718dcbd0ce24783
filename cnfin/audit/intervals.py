"""Stated figures as intervals: a printed number stands for everything that rounds to it.

``2456.53万元`` is any sum from 2456.525 to 2456.535万元, ``94.9%`` any share from 94.85 to
94.95 per cent. All arithmetic is :class:`~decimal.Decimal`; two figures disagree only where
their intervals exclude each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

_NUMBER = re.compile(r"\d[\d,，\s]*(?:[.．]\s*(\d+))?")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
_BLANKS = str.maketrans("", "", ",， \t\u00a0\u3000")
_HALF = Decimal("0.5")
_INFINITY = Decimal("Infinity")
_ZERO = Decimal(0)
#: A printed zero has no digits to scale by: what one unit of each printed word is in 万元.
_UNIT_WAN = (("亿", Decimal(10_000)), ("万", Decimal(1)), ("千元", Decimal("0.1")), ("元", Decimal("0.0001")))


class Interval(NamedTuple):
    """The values from ``low`` to ``high``, both included."""

    low: Decimal
    high: Decimal

    def overlaps(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high

    @property
    def middle(self) -> Decimal:
        """The value halfway between the ends, or the finite end of an open interval."""
        if self.high == _INFINITY:
            return self.low
        return self.high if self.low == -_INFINITY else (self.low + self.high) / 2

    @property
    def radius(self) -> Decimal:
        """Half the interval's width."""
        return (self.high - self.low) / 2

    def scaled(self, factor: Decimal) -> Interval:
        """Every value times ``factor`` (any sign)."""
        ends = (self.low * factor, self.high * factor)
        return Interval(min(ends), max(ends))

    def minus(self, other: Interval) -> Interval:
        """What the difference of a value here and one there can be."""
        return Interval(self.low - other.high, self.high - other.low)


def total(parts: Iterable[Interval]) -> Interval:
    """What the sum of one value from each interval can be."""
    low = high = _ZERO
    for part in parts:
        low, high = low + part.low, high + part.high
    return Interval(low, high)


def percentage(part: Interval, whole: Interval) -> Interval:
    """``part`` as per cent of ``whole``; what a whole of zero allows is unbounded.

    ``whole`` is taken as a sum that cannot be negative; ``part`` may be.
    """
    low, high = max(whole.low, _ZERO), max(whole.high, _ZERO)
    return Interval(_over(part.low, high if part.low > 0 else low), _over(part.high, low if part.high > 0 else high))


def growth(change: Interval, now: Interval) -> Interval:
    """The rate, in per cent, of ``change`` on the value it changed from, ``now`` less ``change``."""
    # The rate rises with the change and, for a rise, falls with today's value (the reverse for a fall).
    low = _over(change.low, (now.high if change.low > 0 else now.low) - change.low)
    high = _over(change.high, (now.low if change.high > 0 else now.high) - change.high)
    return Interval(low, high)


def _over(part: Decimal, whole: Decimal) -> Decimal:
    if whole > 0:
        return 100 * part / whole
    if part == 0:
        return _ZERO
    return _INFINITY if part > 0 else -_INFINITY


def digits(text: str) -> tuple[Decimal, int] | None:
    """The first number printed in ``text`` and how many decimals it has; None for Chinese numerals."""
    found = _NUMBER.search(text.translate(_FULL_WIDTH))
    if found is None:
        return None
    return Decimal("".join(found[0].translate(_BLANKS).split())), len(found[1] or "")


def stated(value: Decimal, text: str, *, money: bool) -> Interval | None:
    """The interval of a figure whose value is ``value`` and that is printed as ``text``.

    A bare ``0`` of money is nothing at all, not 「less than half」: lines without movement are
    printed so by the dozen, and each would otherwise allow half a 万元.

    Args:
        value: the figure's value in 万元, per cent or as a plain count, negative for a fall.
        text: the figure as printed, with its unit.
        money: whether it is a sum of money.

    Returns:
        The interval, or None where ``text`` prints no Arabic number.
    """
    printed = digits(text)
    if printed is None:
        return None
    number, decimals = printed
    if number:
        scale = abs(value / number)
    elif money:
        scale = next((wan for unit, wan in _UNIT_WAN if unit in text), Decimal(1)) if decimals else _ZERO
    else:
        scale = Decimal(1)
    half = _HALF.scaleb(-decimals) * scale
    return Interval(value - half, value + half)
