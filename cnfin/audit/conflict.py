"""``conflict``: one fact stated twice with different values.

Compared are sums of one subject, year, measure and 口径. Two 口径 are one where the document
prints the same total for both (all that was spent came from 财政拨款).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from cnfin.audit.figures import Figure, Figures
from cnfin.audit.intervals import Interval
from cnfin.audit.relations import Relation, relate
from cnfin.audit.structure import ACTUAL
from cnfin.document import Severity

#: Lines that 三公 and 经济分类 both know: their figures differ lawfully.
_SCHEMES = frozenset(("收入", "支出", "收支", "结转结余", "三公经费", "其他", "功能分类", "项目"))
#: Lines that one document states for one 口径 only, said or not.
_ONE_SCOPE = frozenset(("三公经费", "其他"))


def relations(figures: Figures, support: Callable[[Figure], float]) -> Iterator[Relation]:
    """A failed relation for each figure that another statement of the same fact contradicts.

    Args:
        support: how well the other checks bear a figure out; the statement with less is the suspect.
    """
    joined = _joined(figures)
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in figures.all:
        known = figure.fact.scheme in _SCHEMES and figure.measure in _measures(figures)
        if known and figure.unit == "万元" and figures.named(figure) and not _doubtful(figures, figure):
            body = figure.body or figures.aside(figure)
            key = (figure.subject, figure.fact.scheme, figure.measure, figure.year, figure.owner, body)
            groups[key].append(figure)
    for group in groups.values():
        if len(group) > 1:
            if group[0].fact.scheme not in _ONE_SCOPE:
                yield from _unplaced(group)
            for scope in _by_scope(group, joined):
                # A statement counts where its wording is plain or other figures bear it out.
                sure = [figure for figure in scope if support(figure) or figures.plainly(figure)]
                yield from _disagreeing(sure, support)


def _doubtful(figures: Figures, figure: Figure) -> bool:
    """Whether a row does not say whose money it is, or a budget is compared with the budget: then it is none."""
    if figures.source(figure) or figures.loosely(figure):
        return True
    return figure.measure == "预算数" and any(
        each.subject == figure.subject and (each.fact.base or "").endswith("预算") for each in figures.line(figure.line)
    )


def _measures(figures: Figures) -> tuple[str, ...]:
    """Sums that a document states of a line once; in final accounts 预算数 may be the first or the last budget."""
    return (*ACTUAL, "年初预算数", *(("预算数",) if figures.document.identity.kind == "预算" else ()))


def _joined(figures: Figures) -> dict[str, str]:
    """口径 → the 口径 it is the same as: their totals are printed with one value."""
    totals: dict[str, Figure] = {}
    for name, (scope,) in figures.structure.parts("carrier").items():
        for figure in figures.of(*ACTUAL, "预算数"):
            if figure.subject == name and scope not in totals and figure.year == figures.document.identity.year:
                totals[scope] = figure
    joined: dict[str, str] = {}
    for scope, figure in totals.items():
        same = (other for other in joined if totals[other].value == figure.value and figure.value > 0)
        joined[scope] = joined.get(next(same, scope), scope)
    return joined


def _unplaced(group: Sequence[Figure]) -> Iterator[Relation]:
    """Statements of no 口径 against those of any: soft, for they may be of another one.

    A slip of the unit or of two digits shows that one of them is meant.
    """
    placed = [figure for figure in group if figure.scope]
    for figure in group if placed else ():
        if not figure.scope and all(_apart(figure, other) for other in placed):
            for other in {other.value: other for other in reversed(placed)}.values():
                yield relate("conflict", (figure, other), _same, "他处同一数", soft="short", suspects=(figure,))


def _apart(figure: Figure, other: Figure) -> bool:
    return figure.line != other.line and not figure.interval.overlaps(other.interval)


def _by_scope(group: Sequence[Figure], joined: dict[str, str]) -> Iterator[list[Figure]]:
    scopes: dict[str, list[Figure]] = defaultdict(list)
    for figure in group:
        scopes[joined.get(figure.scope, figure.scope)].append(figure)
    if group[0].fact.scheme in _ONE_SCOPE and "" in scopes and len(scopes) == 2:
        yield list(group)
        return
    yield from scopes.values()


def _disagreeing(group: Sequence[Figure], support: Callable[[Figure], float]) -> Iterator[Relation]:
    clusters = _clusters(group)
    if len(clusters) < 2:
        return
    # Borne out by other figures, then stated more often, then stated first; copies bear nothing out.
    best = max(clusters, key=lambda cluster: (max(map(support, cluster)), len(cluster)))
    for cluster in clusters:
        if cluster is not best:
            for figure in cluster:
                # Two sums of one line in one paragraph are two things that the wording tells apart.
                if all(figure.line != other.line for other in best):
                    yield _conflict(figure, best[0])


def _clusters(group: Sequence[Figure]) -> list[list[Figure]]:
    """The statements that can all stand for one value, and that value's interval."""
    found: list[tuple[Interval, list[Figure]]] = []
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


def _conflict(figure: Figure, other: Figure) -> Relation:
    doubt: Severity = "warning" if figure.scope != other.scope else "error"
    return relate("conflict", (figure, other), _same, "他处同一数", severity=doubt, suspects=(figure,))


def _same(values: Sequence[Interval]) -> Interval:
    return values[0]
