"""A line and its divisions, a line and its moneys, in one row of a table or one paragraph.

小学教育 = its 基本支出 + its 项目支出; 财政拨款 = 一般公共预算 + 政府性基金 + 国有资本经营. What goes together are the
rows ``divisions`` and ``moneys`` of ``structure.tsv``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cnfin.audit.cells import TOTAL
from cnfin.audit.figures import Figure, Figures
from cnfin.audit.relations import Relation, relate
from cnfin.audit.structure import SUMS, Row
from cnfin.audit.sums.common import adds, best, note_of

Place = tuple[object, ...]
#: How many figures behind a project's sum its sources may stand.
_SOURCES = 6


def relations(figures: Figures) -> Iterator[Relation]:
    """The relations of each line with its divisions and with its moneys."""
    places: dict[Place, list[Figure]] = defaultdict(list)
    for figure in figures.of(*SUMS):
        row = figure.sentence if figure.table is not None else figure.line
        cell = figure.cell
        places[figure.table, row, cell.line, cell.flow, cell.owner, figure.measure, figure.year].append(figure)
    yield from _sources(figures)
    for axis in ("division", "funds"):
        rows = figures.structure.rows("divisions" if axis == "division" else "moneys")
        tables: dict[object, list[Relation]] = defaultdict(list)
        for group in places.values():
            for relation in _split(group, axis, rows):
                tables[relation.figures[0].table].append(relation)
        for table, tried in tables.items():
            yield from tried if table is None else _weighed(tried)


def _sources(figures: Figures) -> Iterator[Relation]:
    """A project's sum and where it comes from, in the lines of its form: 其中：财政拨款, 其他资金."""
    for row in figures.structure.rows("project"):
        for whole in figures.of(*SUMS):
            if whole.fact.scheme == "项目" and whole.funds is None:
                found = list(_following(figures, whole, (*row.parts, *row.optional)))
                if len(found) > 1:
                    yield relate("sum", (whole, *found), adds, note_of(found))


def _following(figures: Figures, whole: Figure, names: Sequence[str]) -> Iterator[Figure]:
    """The sources behind a project's sum, up to its next statement."""
    seen: set[object] = set()
    for each in figures.all[whole.order + 1 : whole.order + 1 + _SOURCES]:
        again = each.subject == whole.subject and each.measure == whole.measure and each.funds is None
        other = each.fact.scheme == "项目" and each.subject != whole.subject
        if again or other or each.section != whole.section or each.line == whole.line:
            return
        named = each.subject in names or (each.owner == whole.owner and each.funds is not None)
        if named and each.measure == whole.measure and each.year == whole.year and each.cell.funds not in seen:
            seen.add(each.cell.funds)
            yield each


def _split(group: Sequence[Figure], axis: str, rows: Sequence[Row]) -> Iterator[Relation]:
    """The wholes of a row or paragraph along one axis, the other axis being the same."""
    other = "funds" if axis == "division" else "division"
    planes: dict[object, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in group:
        planes[getattr(figure.cell, other)][getattr(figure.cell, axis) or ""].append(figure)
    for plane in planes.values():
        once = {value: found[0] for value, found in plane.items() if len(found) == 1}
        for name, whole in once.items():
            if whole.table is None and whole.cell.line == TOTAL:
                continue  # 基本支出 and 项目支出 of the whole unit go by their names
            relation = best([each for row in rows if row.whole == name if (each := _sum(whole, row, once)) is not None])
            if relation is not None and any(figure.value for figure in relation.figures):
                yield relation


def _sum(whole: Figure, row: Row, once: Mapping[str, Figure]) -> Relation | None:
    found = [once[name] for name in (*row.parts, *row.optional) if name in once]
    needed = sum(name in once for name in row.parts)
    if len(found) < 2 or not needed:
        return None
    return relate("sum", (whole, *found), adds, note_of(found))


def _weighed(tried: Sequence[Relation]) -> Iterator[Relation]:
    """In a table the other rows show whether its columns are all the parts there are."""
    held = sum(relation.holds for relation in tried)
    for relation in tried:
        short = not relation.holds and relation.expected.high < relation.figures[0].interval.low
        yield relation.softened("short") if short and not held else relation
