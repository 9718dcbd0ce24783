"""The columns of tables whose lines have no code, such as those of 三公经费: the total and the rows beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from cnfin.audit.figures import Figure, Figures
from cnfin.audit.relations import Relation, relate
from cnfin.audit.structure import SUMS
from cnfin.audit.sums.common import adds, note_of

_SCHEME = "三公经费"


def relations(figures: Figures) -> Iterator[Relation]:
    """One relation a column; one that falls short is sure where another column of the same rows holds."""
    tables: dict[object, dict[tuple[object, ...], dict[str, Figure]]] = defaultdict(lambda: defaultdict(dict))
    for figure in figures.of(*SUMS):
        if figure.table is not None and figure.fact.scheme == _SCHEME:
            column = figure.measure, figure.year, figure.funds, figure.owner
            tables[figure.table][column].setdefault(figure.subject, figure)
    for columns in tables.values():
        tried = [relation for lines in columns.values() for relation in _column(figures, lines)]
        held = any(relation.holds for relation in tried)
        for relation in tried:
            short = not relation.holds and relation.expected.high < relation.figures[0].interval.low
            yield relation.softened("short") if short and not held else relation


def _column(figures: Figures, lines: Mapping[str, Figure]) -> Iterator[Relation]:
    """The total of a column and its outermost lines, where the rows of ``structure.tsv`` do not know them already."""
    rows = figures.structure.rows("sum")
    below = {part for row in rows if row.whole in lines and row.whole != _SCHEME for part in row.parts}
    known = any(row.whole == _SCHEME and all(part in lines for part in row.parts) for row in rows)
    tops = [figure for name, figure in lines.items() if name != _SCHEME and name not in below]
    if _SCHEME in lines and len(tops) > 1 and not known and lines[_SCHEME].value:
        yield relate("sum", (lines[_SCHEME], *tops), adds, note_of(tops))
