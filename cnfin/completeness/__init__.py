"""Which parts a disclosure must have, and which of them are there.

What a budget or final accounts must hold, by year, stands in ``lexicons/parts.tsv`` with its weights. A part is
*present*, *noted* (the document says that there is nothing to tell), *elsewhere* (it refers to an annex), *empty* (a
heading or a title with nothing under it) or *missing*. The score is the weight of what is there over that of all.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from cnfin.completeness.parts import Completeness, Part, Status, requirements
from cnfin.completeness.tables import found_tables
from cnfin.completeness.texts import found_texts
from cnfin.document import Document
from cnfin.joining import join
from cnfin.lexicon import Lexicon, default

__all__ = ["Completeness", "Part", "Status", "completeness"]

_PLACES = Decimal("0.001")


def completeness(document: Document, lexicon: Lexicon | None = None) -> Completeness:
    """The parts that ``document`` must have, each with how it is there.

    Args:
        document: a tagged document.
        lexicon: the tables to use; the shipped ones when None.

    Returns:
        The parts in the order of the table. Of a document that is neither a budget nor final accounts nothing is
        required, and it has no score.
    """
    joined = join(document.text)
    whole = joined.whole(document) if joined else document
    rules = requirements(lexicon or default())
    wanted = rules.of(document.identity)
    texts, tables = found_texts(whole, wanted, rules), found_tables(whole, wanted, rules)
    parts = []
    for row in wanted:
        place = (texts if row.group == "text" else tables).get(row.name)
        if place is None and row.spared(document.identity.unit):
            continue
        status: Status = place.status if place else "missing"
        start, end = (place.start, place.end) if place else (None, None)
        if joined and place:
            start, end = joined.place(place.start, place.end)
        parts.append(Part(part=row.name, group=row.group, status=status, weight=row.weight, start=start, end=end))
    return Completeness(score=_score(parts, rules.credit), parts=tuple(parts))


def _score(parts: list[Part], credit: dict[Status, Decimal]) -> Decimal | None:
    whole = sum((part.weight for part in parts), Decimal(0))
    if not whole:
        return None
    there = sum((part.weight * credit[part.status] for part in parts), Decimal(0))
    return (there / whole).quantize(_PLACES, ROUND_HALF_UP)
