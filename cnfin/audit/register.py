"""The register of checks: a new check is one row here and its module.

The names are those of :data:`cnfin.document.Check`; a test sees that each has its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from cnfin.audit import averages, change, completion, direction, reasons, share, sums, zero_base
from cnfin.audit.figures import Figures
from cnfin.audit.form import Page, empty, lines, missing, names, placeholder, years
from cnfin.audit.relations import Relation
from cnfin.document import Check, Finding

Family = Literal["figures", "form"]


class Row(NamedTuple):
    """A check.

    Attributes:
        check: its name.
        family: ``figures`` compares figures, ``form`` looks at what a form left in or out.
        rank: which check speaks of a figure that several contradict: the lowest.
        relations: what it states of a document's figures; none where it works on the failures of the others
            (``unit``) or on all of them together (``conflict``).
        look: what a form check finds on a page.
    """

    check: Check
    family: Family
    rank: int = 0
    relations: Sequence[Callable[[Figures], Iterator[Relation]]] = ()
    look: Callable[[Page], Iterator[Finding]] | None = None


REGISTER = (
    Row("share", "figures", 6, (share.relations, averages.relations)),
    Row("completion", "figures", 5, (completion.relations,)),
    Row("change", "figures", 4, (change.relations,)),
    Row("direction", "figures", 2, (direction.relations, reasons.relations)),
    Row("sum", "figures", 3, (sums.relations,)),
    Row("conflict", "figures", 7),
    Row("unit", "figures", 8),
    Row("zero-base", "figures", 1, (zero_base.relations,)),
    Row("placeholder", "form", look=placeholder.find),
    Row("year", "form", look=years.find),
    Row("name", "form", look=names.find),
    Row("unit-missing", "form", look=missing.find),
    Row("line", "form", look=lines.find),
    Row("empty", "form", look=empty.find),
)

#: The names, the one that speaks first in front.
ORDER: tuple[Check, ...] = tuple(row.check for row in sorted(REGISTER, key=lambda row: row.rank) if row.rank)
