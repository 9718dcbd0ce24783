"""The account book behind a disclosure: one value a cell, with the places that state it and what bears it out.

Facts are statements; the same sum stands in several tables and in the prose. A cell is what is left: its key is
year, flow, line, funds, division, owner and measure. Statements are gathered under their keys (:mod:`book`), the
document's own sums and ratios (:mod:`sums`, :mod:`ratios`) tell which value stands (:mod:`choice`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from cnfin.cells import LedgerCell, Statement
from cnfin.document import Document
from cnfin.ledger import columns, ratios, sums
from cnfin.ledger.book import COUNT, Entry, claims_of, entries, plain
from cnfin.ledger.checks import Check, Option
from cnfin.ledger.choice import choose, held, status_of
from cnfin.ledger.derive import derived
from cnfin.ledger.lines import level_of, scheme_of
from cnfin.ledger.misread import mend
from cnfin.ledger.units import in_units

__all__ = ["LedgerCell", "Statement", "ledger"]

Held = Sequence[tuple[Check, Option]]


def ledger(document: Document, *, derive: bool = False, explain: bool = False) -> tuple[LedgerCell, ...]:
    """The cells of a tagged document, in reading order of their first statements.

    Args:
        document: a tagged document, with facts.
        derive: add cells that follow from stated ones: last year's value from this year's and the change,
            a total from all its parts; their status is ``derived``, and they come last.
        explain: fill ``why`` of each cell.
    """
    book = entries(in_units(list(claims_of(document))))
    columns.move(book)
    found = [*sums.checks(book), *ratios.checks(document, book)]
    choose(book.values(), found)
    if document.recognized:
        mend(found)
    bears = held(found)
    cells = (_cell(entry, bears.get(entry, ()), explain) for entry in book.values())
    ordered = sorted(cells, key=lambda cell: cell.sources[0].start)
    return tuple(chain(ordered, derived(document, book, bears, explain=explain) if derive else ()))


def _cell(entry: Entry, bears: Held, explain: bool) -> LedgerCell:
    fact, key = entry.claims[0].fact, entry.key
    return LedgerCell(
        year=key.year, flow=key.flow, line=entry.name, code=entry.code,  # type: ignore[arg-type]
        level=level_of(entry.name, entry.code), scheme=scheme_of(fact), funds=entry.funds,
        division=None if key.measure == COUNT else key.part,  # type: ignore[arg-type]
        owner=entry.owner, measure=fact.measure, value=entry.value, unit=fact.unit,
        status=status_of(entry), stated=len(entry.claims), support=len(bears),
        sources=tuple(claim.statement for claim in entry.claims),
        why=_why(entry, bears) if explain else (),
    )  # fmt: skip


def _why(entry: Entry, bears: Held) -> tuple[str, ...]:
    """What holds with the value, and the readings that were not taken."""
    holds = [f"{check.rule}: {option}" for check, option in bears]
    others = [reading for place, reading in enumerate(entry.readings) if place != entry.chosen]
    taken = [f"reading: {plain(entry.value)}, not {plain(reading.value)}" for reading in others]
    return (*holds, *taken, *(claim.read for claim in entry.claims if claim.read))
