"""Figures that character recognition misread: one digit taken for another, one lost or added, the point lost.

A cell of a table is a term of several sums, by column and by row. Where two of them fail, and one and the same value
of one figure, a slip away from what was read, makes both right, that value is what is printed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cnfin.audit.intervals import Interval, digits
from cnfin.ledger.book import Claim, Entry, plain
from cnfin.ledger.checks import Check

#: So many sums must ask for one value.
_FEWEST = 2
#: One figure mended may show the next one.
_ROUNDS = 12
#: With how many decimals figures are printed whose point was lost, the usual first.
_DECIMALS = (2, 4, 1)
#: What a figure that was read anew is printed to, and rounded by half of.
_CENT = Decimal("0.005")

Wanted = dict[Entry, Counter[Decimal]]


def mend(checks: Sequence[Check]) -> None:
    """Read the figures anew that sums show to be misread."""
    failing = [check for check in checks if check.options[0].gap() is not None]
    for _ in range(_ROUNDS):
        failing = [check for check in failing if check.held() is None]
        wanted = _wanted(failing)
        best = {entry: max(votes, key=lambda value: votes[value]) for entry, votes in wanted.items()}
        sure = [entry for entry, value in best.items() if wanted[entry][value] >= _FEWEST]
        if not sure:
            return
        entry = max(sure, key=lambda each: wanted[each][best[each]])
        _read(entry, best[entry])


def _wanted(failing: Iterable[Check]) -> Wanted:
    """For each figure the values, a slip away, that would make failing sums right, and how many sums."""
    wanted: Wanted = defaultdict(Counter)
    for check in failing:
        values = {
            (entry, value)
            for option in check.options if (gap := option.gap())
            for place, entry in enumerate(option.entries)
            if _slip(entry, value := entry.value - gap if place < option.left else entry.value + gap)
        }  # fmt: skip
        for entry, value in values:
            wanted[entry][value] += 1
    return wanted


def _slip(entry: Entry, value: Decimal) -> bool:
    """Whether a figure printed as ``value`` may have been read as it was."""
    return value > 0 and any(_read_as(claim, value) for claim in entry.claims if claim.fact.value == entry.value)


def _read_as(claim: Claim, value: Decimal) -> bool:
    printed = digits(claim.statement.text)
    if printed is None or not printed[0]:
        return False
    number, decimals = printed
    meant = value * number / claim.fact.value
    seen = f"{number:f}".replace(".", "")
    if not decimals and any(_digits(meant, each) == seen for each in _DECIMALS):
        return True
    return _one_apart(seen, _digits(meant, decimals))


def _digits(number: Decimal, decimals: int) -> str:
    """The digits of a number printed with so many decimals; none where it has more."""
    scaled = number.scaleb(decimals)
    return f"{scaled:.0f}" if scaled == scaled.to_integral_value() else ""


def _one_apart(one: str, other: str) -> bool:
    """Whether one digit was taken for another, lost or added."""
    if abs(len(one) - len(other)) > 1 or one == other or not other:
        return False
    same = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), -1)
    same = min(len(one), len(other)) if same < 0 else same
    return one[same + (len(one) >= len(other)) :] == other[same + (len(other) >= len(one)) :]


def _read(entry: Entry, value: Decimal) -> None:
    """Take the figure for ``value``."""
    interval = Interval(value - _CENT, value + _CENT)
    entry.claims = [
        claim.as_value(value, interval, f"misread: {claim.statement.text} for {plain(value)}")
        if claim.fact.value == entry.value else claim
        for claim in entry.claims
    ]  # fmt: skip
    entry.settle()
    entry.chosen = next(place for place, reading in enumerate(entry.readings) if reading.value == value)
