"""The change of a total is the sum of the changes of all its parts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from cnfin.audit.figures import Figure, Figures
from cnfin.audit.relations import Relation, relate
from cnfin.audit.structure import Row
from cnfin.audit.sums.common import adds, note_of

_CHANGE = ("增减额",)
#: How many figures behind a change its parts may stand.
_LONGEST = 40


def relations(figures: Figures) -> Iterator[Relation]:
    """One relation for each change of a total whose parts' changes stand behind it in its paragraph."""
    for row in figures.structure.rows("sum"):
        for whole in figures.of(*_CHANGE):
            if whole.subject == row.whole and not figures.hedged(whole):
                yield from _of_parts(figures, whole, row)


def _of_parts(figures: Figures, whole: Figure, row: Row) -> Iterator[Relation]:
    behind = [
        each for each in islice(figures.behind(whole), _LONGEST)
        if each.measure == whole.measure and each.fact.base == whole.fact.base and each.year == whole.year
    ]  # fmt: skip
    if any(each.subject == whole.subject for each in behind):
        return
    parts = {each.subject: each for each in reversed(behind)}
    if all(name in parts for name in row.parts):
        found = [parts[name] for name in (*row.parts, *row.optional) if name in parts]
        yield relate("sum", (whole, *found), adds, note_of(found))
