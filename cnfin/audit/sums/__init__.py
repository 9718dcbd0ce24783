"""``sum``: a stated total is the sum of its stated parts.

What belongs together comes from the names of lines (``named``), the codes of the classifications (``coded``), the
divisions and moneys of a line in one row or paragraph (``divided``), the columns of small tables (``columns``), and
the changes of parts (``changes``). Only some are sure to name all parts; a list that falls short of its total fails
softly, unless its shares or the table itself say that it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnfin.audit.figures import Figures
from cnfin.audit.relations import Relation
from cnfin.audit.sums import changes, coded, columns, divided, named
from cnfin.audit.sums.common import once


def relations(figures: Figures) -> Iterator[Relation]:
    """The relations of every total with its parts."""
    yield from named.relations(figures)
    yield from divided.relations(figures)
    yield from once(coded.relations(figures))
    yield from columns.relations(figures)
    yield from changes.relations(figures)
