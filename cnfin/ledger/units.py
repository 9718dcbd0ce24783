"""In which unit the figures of a table are that does not say it: the one in which it repeats what is said elsewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cnfin.ledger.book import Claim, Key, keys_of

#: 元 read as 万元, and the reverse.
FACTORS = (Decimal("0.0001"), Decimal(10_000))
_ONE = Decimal(1)
#: So many figures of a table must be repeated elsewhere in another unit.
_FEWEST = 2


def in_units(claims: Sequence[Claim]) -> list[Claim]:
    """The statements, those of tables without a unit read in the unit that the rest of the document bears out.

    Another unit is taken only where several figures ask for it and none speaks against it.
    """
    tables = {claim.table for claim in claims if claim.bare and claim.table is not None}
    factors = _factors(claims, tables) if tables else {}
    if not factors:
        return list(claims)
    return [claim.times(factors[claim.table]) if claim.bare and claim.table in factors else claim for claim in claims]


def _factors(claims: Iterable[Claim], tables: Iterable[int | None]) -> dict[int | None, Decimal]:
    stated: dict[Key, list[Claim]] = defaultdict(list)
    for claim in claims:
        for key, _ in keys_of(claim.fact):
            stated[key._replace(funds=None)].append(claim)
    votes: dict[int | None, Counter[Decimal]] = {table: Counter() for table in tables}
    for alike in stated.values():
        for claim in alike:
            if claim.bare and claim.table in votes and claim.fact.value:
                others = [each for each in alike if not each.bare]
                votes[claim.table].update(factor for factor in (_ONE, *FACTORS) if _repeats(claim, factor, others))
    found = {}
    for table, counts in votes.items():
        best = max(FACTORS, key=lambda factor: counts[factor])
        if counts[best] >= _FEWEST and counts[best] == counts.total():
            found[table] = best
    return found


def _repeats(claim: Claim, factor: Decimal, others: Iterable[Claim]) -> bool:
    interval = claim.interval.scaled(factor)
    return any(interval.overlaps(other.interval) for other in others)
