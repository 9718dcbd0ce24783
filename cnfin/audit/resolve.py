"""From relations that fail to findings: one for each figure that is wrong.

A wrong figure spoils every relation it enters. The figure that most failures share and that fewest
relations bear out is the cause; the others of those relations are its evidence. Where nothing
tells them apart it is the derived figure (a share, a rate, a total) that is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

import msgspec

from cnfin.audit import unit
from cnfin.audit.figures import Figure
from cnfin.audit.intervals import Interval
from cnfin.audit.relations import Relation, plain
from cnfin.audit.slips import swaps
from cnfin.document import Check, Finding, Severity

_HALF = 0.5
_ZERO, _ONE, _NEAR, _CLOSE = Decimal(0), Decimal(1), Decimal("1.01"), Decimal("1e-9")
_STEPS = 30

Numbers = tuple[Decimal | None, Decimal | None, Decimal | None]


def supports(relations: Iterable[Relation]) -> Counter[Figure]:
    """How many relations that hold bear each figure out; limits and nothing over nothing bear nothing out."""
    found: Counter[Figure] = Counter()
    for relation in relations:
        if relation.holds and relation.exact and any(figure.value for figure in relation.figures[1:]):
            found.update(relation.suspects)
    return found


def findings(relations: Sequence[Relation], order: Sequence[Check]) -> list[Finding]:
    """The findings that explain all failures, in document order.

    Args:
        relations: those that hold and those that fail.
        order: which check speaks of a figure that several contradict: the first of these.
    """
    support = supports(relations)
    held = {figure for relation in relations if relation.holds and not relation.soft for figure in relation.figures}
    found: list[Finding] = []
    for failures in _connected([relation for relation in relations if not relation.holds]):
        found += _explained(failures, held, support, order)
    return sorted(found, key=lambda finding: (finding.start, finding.end))


def _connected(failures: Sequence[Relation]) -> list[list[Relation]]:
    """The failures in groups that have no figure in common; each group has causes of its own."""
    above: dict[Figure, Figure] = {}

    def root(figure: Figure) -> Figure:
        while (parent := above.setdefault(figure, figure)) is not figure:
            above[figure] = above[parent]
            figure = parent
        return figure

    for relation in failures:
        for figure in relation.figures[1:]:
            above[root(figure)] = root(relation.figures[0])
    groups: dict[Figure, list[Relation]] = {}
    for relation in failures:
        groups.setdefault(root(relation.figures[0]), []).append(relation)
    return list(groups.values())


def _explained(
    failures: list[Relation], held: Collection[Figure], support: Counter[Figure], order: Sequence[Check]
) -> list[Finding]:
    found: list[Finding] = []
    for figure, factor, fixed in unit.mended(failures, held):
        found.append(_unit_finding(figure, factor, fixed[0]))
        failures = [relation for relation in failures if figure not in relation.figures]
    slips = _slips(failures, support, order)
    while any(not relation.soft for relation in failures):
        culprit = _culprit(failures, support)
        mine = [relation for relation in failures if culprit in relation.suspects]
        found.append(_finding(culprit, mine, order))
        failures = [relation for relation in failures if relation not in mine and not _follows(relation, culprit)]
    return found + [finding for finding in slips if not _known(finding, found)]


def _slips(failures: Sequence[Relation], support: Counter[Figure], order: Sequence[Check]) -> list[Finding]:
    """Soft failures that two neighbouring digits of one figure explain: exchanged, they make it fit."""
    found = []
    for relation in failures:
        if relation.soft == "short":
            suspects = (figure for figure in relation.suspects if not support[figure])
            slip = next((figure for figure in suspects if _swapped(relation, figure)), None)
            if slip is not None:
                found.append(_finding(slip, [msgspec.structs.replace(relation, soft="", severity="warning")], order))
    return found


def _swapped(relation: Relation, figure: Figure) -> bool:
    """Whether the relation would hold with two neighbouring digits of the figure exchanged."""
    radius = figure.interval.radius
    return any(
        relation.holds_with(figure, Interval(value - radius, value + radius)) for value in swaps(figure.value)
    )  # fmt: skip


def _known(finding: Finding, others: Sequence[Finding]) -> bool:
    """Whether another finding rests on the same figures."""
    spans = {(finding.start, finding.end), *finding.evidence}
    return any(len(spans & {(other.start, other.end), *other.evidence}) > 1 for other in others)


def _culprit(failures: Sequence[Relation], support: Counter[Figure]) -> Figure:
    hard = [relation for relation in failures if not relation.soft]
    hits: Counter[Figure] = Counter(suspect for relation in failures for suspect in relation.suspects)
    derived: Counter[Figure] = Counter(relation.figures[0] for relation in failures)

    def blame(figure: Figure) -> float:
        return hits[figure] - _HALF * min(support[figure], 2 * hits[figure])

    suspects = {suspect: blame(suspect) for relation in hard for suspect in relation.suspects}
    most = max(suspects.values())
    likely = [suspect for suspect, score in suspects.items() if score == most]
    if len(likely) == 1:
        return likely[0]
    # Where the figures cannot be told apart it is the derived one.
    among = [suspect for suspect in likely if derived[suspect]]
    if among:
        return max(among, key=lambda suspect: derived[suspect])
    relation = next(relation for relation in hard if likely[0] in relation.suspects)
    return relation.figures[0] if relation.figures[0] in relation.suspects else likely[0]


def _follows(relation: Relation, culprit: Figure) -> bool:
    """A failure that the culprit enters without being a suspect of it follows from the culprit."""
    return culprit in relation.figures and relation.check != "zero-base" and relation.figures[0] is not culprit


def _finding(culprit: Figure, failures: Sequence[Relation], order: Sequence[Check]) -> Finding:
    hard = [relation for relation in failures if not relation.soft]
    own = [relation for relation in hard if relation.figures[0] is culprit] or hard
    main = min(own, key=lambda relation: order.index(relation.check))
    severity: Severity = "error" if any(relation.severity == "error" for relation in hard) else "warning"
    evidence = sorted({each.span for relation in failures for each in relation.figures if each is not culprit})
    start, end = culprit.span
    itself = main.figures[0] is culprit
    stated, expected, tolerance = _numbers(main) if itself else _solved(main, culprit)
    return Finding(
        check=main.check, start=start, end=end, stated=stated, expected=expected, tolerance=tolerance,
        note=main.note if itself else f"{main.note}；疑为{culprit.text}有误",
        evidence=tuple(evidence), severity=severity,
    )  # fmt: skip


def _numbers(relation: Relation) -> Numbers:
    """Stated, expected and what rounding explains; a limit has no width."""
    derived, expected = relation.figures[0], relation.expected
    if relation.value is None:
        return None, None, None
    width = expected.radius if expected.low.is_finite() and expected.high.is_finite() else _ZERO
    return derived.value, _rounded(relation.value), _rounded(derived.interval.radius + width)


def _solved(relation: Relation, culprit: Figure) -> Numbers:
    """What the culprit would have to be for the relation to hold, by the secant method."""
    others = [Interval(figure.value, figure.value) for figure in relation.figures]
    place = relation.figures.index(culprit)

    def gap(value: Decimal) -> Decimal:
        others[place] = Interval(value, value)
        return relation.rule(others[1:]).middle - others[0].low

    here, there = culprit.value, culprit.value * _NEAR + _ONE
    rate = _ZERO
    for _ in range(_STEPS):
        low, high = gap(here), gap(there)
        if not (low.is_finite() and high.is_finite()) or low == high:
            break
        rate = (there - here) / (high - low)
        here, there = there, there - high * rate
    if not there.is_finite() or abs(gap(there)) > _CLOSE:
        return culprit.value, None, None
    width = relation.figures[0].interval.radius + relation.expected.radius
    return culprit.value, _rounded(there), _rounded(width * abs(rate))


def _rounded(value: Decimal) -> Decimal | None:
    return Decimal(plain(value.quantize(Decimal("0.000001")))) if value.is_finite() else None


def _unit_finding(figure: Figure, factor: Decimal, relation: Relation) -> Finding:
    meant = figure.value * factor
    times = "10000倍" if factor > 1 else "万分之一"
    start, end = figure.span
    return Finding(
        check="unit", start=start, end=end, stated=figure.value, expected=Decimal(plain(meant)),
        tolerance=_rounded(figure.interval.radius * factor),
        note=f"{figure.text}的单位应有误：取其{times}（{plain(meant)}万元）则与其他数相符；{relation.note}",
        evidence=tuple(sorted({each.span for each in relation.figures if each is not figure})),
    )  # fmt: skip
