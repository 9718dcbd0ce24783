"""Which of the values that a cell is given is taken, and how well it is borne out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cnfin.audit.intervals import Interval
from cnfin.cells import Status
from cnfin.ledger.book import COUNT, Entry, Reading
from cnfin.ledger.checks import Check, Option
from cnfin.ledger.units import FACTORS

#: One choice may decide another: they are gone over so often.
_ROUNDS = 2
#: Values of one cell that are weighed, the most frequent; more than that are no statements of one thing.
_MOST = 8


def choose(entries: Iterable[Entry], checks: Sequence[Check]) -> None:
    """Take for each cell the reading that stands best.

    Where statements differ only by rounding that is the one with most digits, then the one that more
    sums hold with, then the more frequent; where they exclude each other, the best supported. A figure
    without a unit is read in another one where only that makes a sum right.
    """
    doubtful: dict[Entry, list[Check]] = {
        entry: [] for entry in entries if len(entry.readings) > 1 or all(claim.bare for claim in entry.claims)
    }
    if not doubtful:
        return
    for entry in doubtful:
        entry.chosen = _best(entry, ())
    for check in checks:
        for entry in {entry for option in check.options for entry in option.entries if entry in doubtful}:
            doubtful[entry].append(check)
    for _ in range(_ROUNDS):
        for entry, about in doubtful.items():
            entry.chosen = _best(entry, about)
    for entry, about in doubtful.items():
        _read_in_another_unit(entry, about)


def _read_in_another_unit(entry: Entry, checks: Sequence[Check]) -> None:
    if not all(claim.bare for claim in entry.claims) or any(check.held() for check in checks):
        return
    for factor in FACTORS:
        interval = entry.interval.scaled(factor)
        if entry.value and any(check.holds_with(entry, interval) for check in checks):
            entry.claims = [claim.times(factor) for claim in entry.claims]
            entry.settle()
            return


def _best(entry: Entry, checks: Sequence[Check]) -> int:
    readings = sorted(range(len(entry.readings)), key=lambda place: -entry.readings[place].count)[:_MOST]
    support = {place: _support(entry, entry.readings[place], checks) for place in readings}

    def of_group(group: Sequence[int]) -> tuple[bool, tuple[int, int], int, int]:
        """Exact before approximate, borne out, stated often, stated first."""
        exact = any(not entry.readings[place].loose for place in group)
        stated = sum(entry.readings[place].count for place in group)
        return exact, max(support[place] for place in group), stated, -group[0]

    def of_reading(place: int) -> tuple[bool, Decimal, tuple[int, int], int, int]:
        reading = entry.readings[place]
        return not reading.loose, -reading.interval.radius, support[place], reading.count, -place

    best: Sequence[int] = max(_groups(entry.readings, sorted(readings)), key=of_group)
    return max(best, key=of_reading)


def _support(entry: Entry, reading: Reading, checks: Iterable[Check]) -> tuple[int, int]:
    """How many checks hold where the cell is read so, and how many of these to the last digit."""
    point = Interval(reading.value, reading.value)
    holding = [check for check in checks if check.holds_with(entry, reading.interval)]
    return len(holding), sum(check.holds_with(entry, point, exact=True) for check in holding)


def _groups(readings: Sequence[Reading], places: Iterable[int]) -> list[list[int]]:
    """The readings that only rounding tells apart, together, by their places."""
    found: list[tuple[Interval, list[int]]] = []
    for place in places:
        reading = readings[place]
        for number, (common, group) in enumerate(found):
            if _alike(common, reading.interval):
                low, high = max(common.low, reading.interval.low), min(common.high, reading.interval.high)
                group.append(place)
                found[number] = Interval(low, high), group
                break
        else:
            found.append((reading.interval, [place]))
    return [group for _, group in found]


def _alike(one: Interval, other: Interval) -> bool:
    """Whether rounding may make one of the other; 1.2 and 1.3, which only touch, exclude each other."""
    return one == other or (one.low < other.high and other.low < one.high)


def status_of(entry: Entry) -> Status:
    """Whether the statements agree: rounding and approximate figures are no dispute."""
    taken = entry.readings[entry.chosen]
    if any(not each.loose and not _alike(each.interval, taken.interval) for each in entry.readings):
        return "disputed"
    # An approximate sum says the same once more, a count of vehicles bought does not.
    sums = entry.key.measure != COUNT
    alike = sum(each.count for each in entry.readings if sums or _alike(each.interval, taken.interval))
    return "agreed" if alike > 1 else "single"


def held(checks: Iterable[Check]) -> dict[Entry, list[tuple[Check, Option]]]:
    """The checks that hold with the chosen values, by each cell that takes part."""
    found: dict[Entry, list[tuple[Check, Option]]] = defaultdict(list)
    for check in checks:
        option = check.held()
        if option is not None:
            for entry in option.entries:
                found[entry].append((check, option))
    return found
