"""``conflict``: one fact stated twice with different values.

Compared are sums of one cell: line, year, money, division, owner and measure. Two moneys are one where the
document prints the same total for both (all that was spent came from 财政拨款). What is stated in several places
with one wrong value is one finding, at the first of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from cnfin.audit.cells import GRAND, ONE_MONEY
from cnfin.audit.figures import Figure, Figures
from cnfin.audit.intervals import Interval, total
from cnfin.audit.relations import Relation, relate
from cnfin.audit.slips import swapped
from cnfin.audit.structure import ACTUAL, SUMS
from cnfin.document import Severity

#: Lines that one document states once a cell; those of 经济分类 differ lawfully from the 三公 of the same name.
_SCHEMES = frozenset(("收入", "支出", "收支", "结转结余", "三公经费", "其他", "功能分类", "项目"))
#: Two sums of one line in one paragraph that differ by more than this share are two things by the wording.
_NEAR = Decimal("0.1")
#: What is stated with more values than this is a list of things that go by one name.
_MOST = 12
#: Side of the accounts and money → the money that stands for it.
Joined = dict[tuple[str | None, str | None], str | None]
Support = Callable[[Figure], float]


def relations(figures: Figures, support: Support) -> Iterator[Relation]:
    """A failed relation for each value that another statement of the same fact contradicts.

    Args:
        support: how well the other checks bear a figure out; the statement with less is the suspect.
    """
    joined = _joined(figures)
    # Where a side's totals of several moneys differ, statements of none may be of any.
    moneys = [(flow, money) for (flow, _), money in joined.items()]
    split = {flow for flow, _ in moneys if len({money for side, money in moneys if side == flow}) > 1}
    for group in _groups(figures):
        if group[0].fact.scheme not in ONE_MONEY:
            yield from _unplaced(group)
        for one in _by_money(group, joined):
            # A statement counts where its wording is plain or other figures bear it out.
            sure = [figure for figure in one if support(figure) or figures.plainly(figure)]
            unclear = one[0].funds is None and one[0].cell.flow in split and one[0].fact.scheme not in ONE_MONEY
            found = _disagreeing(figures, sure, support)
            yield from (relation.softened("short") if unclear else relation for relation in found)
    yield from _in_one_paragraph(figures, support)


def _groups(figures: Figures) -> Iterator[list[Figure]]:
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    measures = _measures(figures)
    for figure in figures.all:
        known = figure.fact.scheme in _SCHEMES and figure.measure in measures and figure.unit == "万元"
        if known and figures.named(figure) and not _doubtful(figures, figure):
            body = figure.body or figures.aside(figure)
            groups[_key(figures, figure), figure.measure, figure.year, body].append(figure)
    told = (_told_apart(group) for group in groups.values() if len(group) > 1)
    return (group for group in told if len(group) > 1)


def _told_apart(group: Sequence[Figure]) -> list[Figure]:
    """The group without the cells of a table that gives it several values: rows or columns not told apart."""
    tables: dict[tuple[object, str | None], list[Figure]] = defaultdict(list)
    for figure in group:
        if figure.table is not None:
            tables[figure.table, figure.funds].append(figure)
    unclear = {place for place, cells in tables.items() if len(_clusters(cells)) != 1}
    return [figure for figure in group if (figure.table, figure.funds) not in unclear]


def _key(figures: Figures, figure: Figure) -> tuple[object, ...]:
    """The cell without its money; a name that a text seldom writes is of no cell but its own."""
    cell, unnamed = figure.cell, figure.fact.subject in figures.structure.parts("unnamed")
    line = figure.subject if unnamed else cell.line
    return line, None if cell.total else figure.fact.scheme, cell.flow, cell.division, cell.owner


def _doubtful(figures: Figures, figure: Figure) -> bool:
    """Whether a cell does not say whose money it is, carry-over may be in or out of a total, or a budget is compared
    with the budget: then it is none."""
    if figures.source(figure) or figures.loosely(figure):
        return True
    return figure.measure == "预算数" and any(
        each.subject == figure.subject and (each.fact.base or "").endswith("预算")
        for each in figures.find(figure.subject, ("增减额", "增减率"), figure.year, figure)
        if each.line == figure.line
    )


def _measures(figures: Figures) -> tuple[str, ...]:
    """Sums that a document states of a line once; in final accounts 预算数 may be the first or the last budget."""
    return (*ACTUAL, "年初预算数", *(("预算数",) if figures.document.identity.kind == "预算" else ()))


def _joined(figures: Figures) -> Joined:
    """Side and money → the money it is the same as: their totals of the document's year are printed with one value."""
    totals: dict[tuple[str | None, str | None], Figure] = {}
    for figure in figures.of(*ACTUAL, "预算数"):
        own = figure.cell.total and figure.year == figures.document.identity.year
        if own and figure.funds and not figure.owner and not figure.body:
            totals.setdefault((figure.cell.flow, figure.funds), figure)
    joined: Joined = {}
    for (flow, money), figure in totals.items():
        same = (
            other for side, other in joined
            if side == flow and totals[side, other].value == figure.value and figure.value > 0
        )  # fmt: skip
        joined[flow, money] = joined.get((flow, next(same, money)), money)
    return joined


def _unplaced(group: Sequence[Figure]) -> Iterator[Relation]:
    """Statements of no money against those of any: soft, for they may be of another one.

    A slip of the unit or of two digits shows that one of them is meant.
    """
    placed = [figure for figure in group if figure.funds]
    for figure in group if placed else ():
        if not figure.funds and all(_apart(figure, other) for other in placed):
            for other in {other.value: other for other in reversed(placed)}.values():
                yield relate("conflict", (figure, other), _same, "他处同一数", soft="short", suspects=(figure,))


def _apart(figure: Figure, other: Figure) -> bool:
    return figure.line != other.line and not figure.interval.overlaps(other.interval)


def _by_money(group: Sequence[Figure], joined: Joined) -> Iterator[list[Figure]]:
    moneys: dict[str | None, list[Figure]] = defaultdict(list)
    for figure in group:
        # A total with what was carried over is none of the year's alone.
        side = None if figure.cell.line == GRAND else figure.cell.flow
        moneys[joined.get((side, figure.funds), figure.funds)].append(figure)
    if group[0].fact.scheme in ONE_MONEY and None in moneys and len(moneys) == 2:
        yield list(group)
        return
    yield from moneys.values()


def _disagreeing(figures: Figures, group: Sequence[Figure], support: Support) -> Iterator[Relation]:
    clusters = _clusters(group)
    best = _best(clusters, support)
    for cluster in clusters:
        if cluster is not best:
            # Two sums of one line in one paragraph are two things that the wording tells apart.
            found = [
                figure for figure in cluster
                if all(figure.line != other.line for other in best) and not _divided(figures, figure, best[0])
            ]  # fmt: skip
            if found:
                yield _conflict(found, best[0])


def _divided(figures: Figures, figure: Figure, whole: Figure) -> bool:
    """Whether the paragraph gives the line in several sums that come to the whole: 教育支出A；另有…教育支出B."""
    same = figures.find(figure.subject, (figure.measure,), figure.year, figure, same_owner=False)
    beside = [each.interval for each in same if each.line == figure.line]
    return bool(beside) and total([figure.interval, *beside]).overlaps(whole.interval)


def _best(clusters: Sequence[list[Figure]], support: Support) -> list[Figure]:
    """Borne out by other figures, then stated more often, then stated first; copies bear nothing out."""
    return max(clusters, key=lambda cluster: (max(map(support, cluster)), len(cluster)), default=[])


def _clusters(group: Sequence[Figure]) -> list[list[Figure]]:
    """The statements that can all stand for one value, and that value's interval."""
    found: list[tuple[Interval, list[Figure]]] = []
    if len({figure.value for figure in group}) > _MOST:
        return []
    for figure in group:
        for place, (common, cluster) in enumerate(found):
            if common.overlaps(figure.interval):
                cluster.append(figure)
                low, high = max(common.low, figure.interval.low), min(common.high, figure.interval.high)
                found[place] = Interval(low, high), cluster
                break
        else:
            found.append((figure.interval, [figure]))
    return [cluster for _, cluster in found]


def _conflict(found: Sequence[Figure], other: Figure) -> Relation:
    """The finding at the first place, surest first, with the other places as evidence."""
    first = next((figure for figure in found if figure.funds == other.funds), found[0])
    copies = [figure for figure in found if figure is not first]
    doubt: Severity = "warning" if first.funds != other.funds else "error"
    return relate("conflict", (first, other, *copies), _same, "他处同一数", severity=doubt, suspects=(first,))


def _in_one_paragraph(figures: Figures, support: Support) -> Iterator[Relation]:
    """One line with two sums that differ by a slip or a little, of which the paragraph bears out one."""
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in figures.of(*SUMS):
        if figure.unit == "万元" and figure.fact.scheme in _SCHEMES and figure.table is None:
            key = _key(figures, figure), figure.line, figure.funds, figure.measure, figure.year
            groups[key, figures.aside(figure)].append(figure)
    for group in groups.values():
        clusters = _clusters(group) if len(group) > 1 else []
        best = _best(clusters, support)
        if len(clusters) == 2 and any(map(support, best)):
            (other,) = (cluster for cluster in clusters if cluster is not best)
            if not any(map(support, other)) and _slip(figures, other[0], best[0]):
                yield relate("conflict", (other[0], best[0]), _same, "同段同一数", suspects=(other[0],))


def _slip(figures: Figures, figure: Figure, other: Figure) -> bool:
    """Whether two digits changed places, or the paragraph speaks of one line only and the sums lie close together."""
    if swapped(figure.value, other.value):
        return True
    alone = all(each.subject == figure.subject for each in figures.line(figure.line) if each.unit == "万元")
    return alone and abs(figure.value - other.value) <= _NEAR * abs(other.value)


def _same(values: Sequence[Interval]) -> Interval:
    return values[0]
