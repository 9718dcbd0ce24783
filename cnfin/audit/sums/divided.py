"""A line and its divisions, a line and its moneys, in one row of a table or one paragraph.

小学教育 = its 基本支出 + its 项目支出; 财政拨款 = 一般公共预算 + 政府性基金 + 国有资本经营. What goes together are the
rows ``divisions`` and ``moneys`` of ``structure.tsv``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cnfin.audit.cells import ALL, TOTAL
from cnfin.audit.figures import Figure, Figures
from cnfin.audit.intervals import Interval, total
from cnfin.audit.relations import Relation, plain, relate
from cnfin.audit.structure import SUMS, Row
from cnfin.audit.sums.common import adds, best, note_of

Place = tuple[object, ...]
#: What a row of a table of funds gives, in this order, and the names of its ends in the row 合计.
_CARRY_OVER = ["结转结余", "收入", "支出", "结转结余"]
_CARRIED = ("年初结转和结余", "年末结转和结余")
#: The money of a sum that is not one of the sources.
_UNDIVIDED = (None, ALL)
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
    yield from _balances(places)
    for axis in ("division", "funds"):
        rows = figures.structure.rows("divisions" if axis == "division" else "moneys")
        tables: dict[object, list[Relation]] = defaultdict(list)
        for group in places.values():
            for relation in _split(group, axis, rows):
                tables[relation.figures[0].table].append(relation)
        for table, tried in tables.items():
            yield from tried if table is None else _weighed(tried)


def _balances(places: Mapping[Place, Sequence[Figure]]) -> Iterator[Relation]:
    """A row of a table of funds: 年末结转 = 年初结转 + 本年收入 - 本年支出."""
    rows: dict[Place, list[Figure]] = defaultdict(list)
    for (table, row, line, _, owner, measure, year), group in places.items():
        if table is not None:
            name = TOTAL if line in _CARRIED else line
            rows[table, row, name, owner, measure, year] += [each for each in group if each.cell.division is None]
    for found in rows.values():
        found.sort(key=lambda figure: figure.order)
        if [each.cell.flow for each in found] == _CARRY_OVER and len({each.funds for each in found}) == 1:
            before, income, spent, left = found
            note = f"{plain(before.value)}+{plain(income.value)}-{plain(spent.value)}"
            yield relate("sum", (left, before, income, spent), _left, note)


def _left(values: Sequence[Interval]) -> Interval:
    before, income, spent = values
    return total((before, income)).minus(spent)


def _sources(figures: Figures) -> Iterator[Relation]:
    """A project's sum and where it comes from, in the lines of its form: 其中：财政拨款, 其他资金."""
    for row in figures.structure.rows("project"):
        for whole in figures.of(*SUMS):
            if whole.fact.scheme == "项目" and whole.funds in _UNDIVIDED:
                found = list(_following(figures, whole, (*row.parts, *row.optional)))
                if len(found) > 1:
                    yield relate("sum", (whole, *found), adds, note_of(found))


def _following(figures: Figures, whole: Figure, names: Sequence[str]) -> Iterator[Figure]:
    """The sources behind a project's sum, up to its next statement."""
    seen: set[object] = set()
    for each in figures.all[whole.order + 1 : whole.order + 1 + _SOURCES]:
        again = each.subject == whole.subject and each.measure == whole.measure and each.funds in _UNDIVIDED
        other = each.fact.scheme == "项目" and each.subject != whole.subject
        if again or other or each.section != whole.section or each.line == whole.line:
            return
        named = each.subject in names or (each.owner == whole.owner and each.funds not in _UNDIVIDED)
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
