"""Slips of the hand: two neighbouring digits that changed places."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal


def swaps(value: Decimal) -> Iterator[Decimal]:
    """The values that ``value`` becomes where two neighbouring digits change places."""
    sign, digits, exponent = value.as_tuple()
    for place in range(len(digits) - 1):
        if digits[place] != digits[place + 1]:
            changed = (*digits[:place], digits[place + 1], digits[place], *digits[place + 2 :])
            yield Decimal((sign, changed, int(exponent)))


def swapped(value: Decimal, other: Decimal) -> bool:
    """Whether one value is the other with two neighbouring digits exchanged."""
    return any(each == other for each in swaps(value))
