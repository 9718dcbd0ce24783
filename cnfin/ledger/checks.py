"""What bears a value out: sums and ratios of the document that hold with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from cnfin.audit.intervals import Interval
from cnfin.ledger.book import Entry, plain

_ZERO = Decimal(0)
#: Half a 分 in 万元: nothing is paid that is finer.
_CENT = Decimal("0.0000005")
Test = Callable[[Sequence[Interval]], bool]


class Option(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One way in which figures may belong together.

    Attributes:
        entries: the cells that take part.
        left: how many of them, from the first, stand on the left of an equation whose both sides are sums;
            0 where ``test`` decides.
        test: from what the cells can stand for to whether the relation holds.
        stated: the share, rate or change as written, where the relation is about one.
        sign: between the cells of a ratio or change, for a person to read.
    """

    entries: tuple[Entry, ...]
    left: int = 1
    test: Test | None = None
    stated: str = ""
    sign: str = "+"

    def holds(self, entry: Entry | None = None, other: Interval | None = None, *, exact: bool = False) -> bool:
        """Whether it holds with the chosen readings, or with ``other`` for ``entry``.

        Args:
            exact: take all other figures for exactly what is printed.
        """
        values = [Interval(each.value, each.value) if exact else each.interval for each in self.entries]
        if entry is not None and other is not None:
            values[self.entries.index(entry)] = other
        if self.test is not None:
            return self.test(values)
        return _moves(self.entries, values[: self.left], values[self.left :]) and _adds_up(values, self.left)

    def gap(self) -> Decimal | None:
        """How much more the left side of an equation is than the right; None of a ratio and of a single figure."""
        if self.test is not None or sum(each.value != 0 for each in self.entries) < 2:
            return None
        sides = self.entries[: self.left], self.entries[self.left :]
        left, right = (sum((each.value for each in side), _ZERO) for side in sides)
        return left - right

    def __str__(self) -> str:
        if self.test is not None:
            return f"{self.sign.join(plain(each.value) for each in self.entries)} = {self.stated}"
        sides = self.entries[: self.left], self.entries[self.left :]
        return " = ".join("+".join(plain(each.value) for each in side if each.value) or "0" for side in sides)


class Check(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A relation with the ways it can be read; it holds where one of them does.

    Attributes:
        rule: the name of the rule that makes it.
        options: the readings, the likeliest first.
    """

    rule: str
    options: tuple[Option, ...]

    def held(self) -> Option | None:
        """The first reading that holds."""
        return next((option for option in self.options if option.holds()), None)

    def holds_with(self, entry: Entry, interval: Interval, *, exact: bool = False) -> bool:
        """Whether a reading that ``entry`` takes part in holds, were its value ``interval``."""
        return any(entry in option.entries and option.holds(entry, interval, exact=exact) for option in self.options)


def _moves(entries: Sequence[Entry], left: Sequence[Interval], right: Sequence[Interval]) -> bool:
    """Whether an equation says anything: not 0 = 0, and not one statement against itself."""
    if not (any(map(_some, left)) and any(map(_some, right))):
        return False
    shown = [entry for entry, interval in zip(entries, (*left, *right), strict=True) if _some(interval)]
    return len(shown) > 2 or shown[0].places != shown[1].places


def _adds_up(values: Sequence[Interval], left: int) -> bool:
    """Whether both sides of an equation are equal but for rounding.

    Errors of rounding seldom lie all on one side: together they are taken to be as large as their squares add up to,
    half as much again, which a sum of rounded figures all but never exceeds. A figure to the cent has no error, and
    a figure that is all of another one is equal to it.
    """
    gap, squares, terms = _ZERO, _ZERO, 0
    for place, (low, high) in enumerate(values):
        twice, radius = low + high, (high - low) / 2
        gap += twice if place < left else -twice
        terms += twice != 0
        if radius > _CENT:
            squares += radius * radius
    if terms < 3:
        return gap == 0 or gap * gap < 4 * squares
    return gap * gap <= 9 * squares


def _some(interval: Interval) -> bool:
    return interval.low > 0 or interval.high < 0
