"""Random choices that come out the same on every platform and Python version."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Choices drawn from ``random.Random.random`` alone, the one method whose sequence Python guarantees.

    Args:
        seed: any text; the same text gives the same choices.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def below(self, number: int) -> int:
        """A whole number from 0 to ``number - 1``."""
        return int(self._random() * number)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """True in ``percent`` of a hundred throws."""
        return self.below(100) < percent

    def pick(self, options: Sequence[T]) -> T:
        """One of ``options``."""
        return options[self.below(len(options))]

    def some(self, options: Sequence[T], number: int) -> list[T]:
        """``number`` different places of ``options`` (all of them where there are fewer), in random order."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(min(number, len(left)))]

    def scale(self, low: int, high: int) -> int:
        """A whole number between ``low`` and ``high``, small ones as frequent as large ones on a log scale."""
        steps = max(1, (high // max(low, 1)).bit_length() - 1)
        octave = low << self.below(steps)
        return min(high, self.between(octave, 2 * octave))


def rounded(value: Decimal, digits: int) -> Decimal:
    """``value`` with ``digits`` decimals, halves away from zero as disclosures round."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def percent(part: int, whole: int, digits: int) -> Decimal:
    """``part`` of ``whole`` in per cent."""
    return rounded(Decimal(part * 100) / Decimal(whole), digits)
