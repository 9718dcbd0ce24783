"""What a check says of a few figures: one of them must be what the others make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import msgspec

from cnfin.audit.figures import Figure
from cnfin.audit.intervals import Interval
from cnfin.document import Check, Severity

_INFINITY = Decimal("Infinity")
_NOTHING = Interval(Decimal(0), Decimal(0))
Limit = Literal["least", "most"]
Soft = Literal["", "short", "guess"]
Rule = Callable[[Sequence[Interval]], Interval]


class Relation(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A statement about figures that holds or fails.

    Attributes:
        check: the check that makes it.
        figures: the derived figure first, then those it follows from.
        rule: from the intervals of ``figures[1:]`` to what ``figures[0]`` may be.
        holds: whether the derived figure's interval and that of the rule have a value in common.
        expected: what the rule gives for all that the printed figures can stand for.
        value: what it gives for the figures as printed; None where it compares no numbers.
        note: the arithmetic, for a person with a calculator.
        severity: of a finding that rests on it.
        suspects: the figures that may be the wrong one.
        soft: a failure alone proves nothing: the parts may not be all (``short``), or no parts at
            all (``guess``). It counts together with another failure, where a unit explains it or,
            if ``short``, two digits that changed places.
        exact: the rule gives the derived figure's value, not a limit or a word.
    """

    check: Check
    figures: tuple[Figure, ...]
    rule: Rule
    holds: bool
    expected: Interval
    value: Decimal | None
    note: str
    severity: Severity = "error"
    suspects: tuple[Figure, ...] = ()
    soft: Soft = ""
    exact: bool = True

    def softened(self, soft: Soft) -> Relation:
        """The same, as a failure that alone proves nothing."""
        return msgspec.structs.replace(self, soft=soft)

    def holds_with(self, figure: Figure, interval: Interval) -> bool:
        """Whether it would hold if ``figure`` were ``interval``."""
        values = [interval if each is figure else each.interval for each in self.figures]
        return values[0].overlaps(self.rule(values[1:]))


def relate(
    check: Check,
    figures: Sequence[Figure],
    rule: Rule,
    note: str,
    *,
    severity: Severity = "error",
    soft: Soft = "",
    suspects: Sequence[Figure] = (),
    limit: Limit | None = None,
) -> Relation:
    """The relation of ``figures`` under ``rule``, tested.

    Args:
        note: the arithmetic without its result, such as ``0.22÷10.87``.
        limit: ``least`` where the rule gives only the least that the derived figure can be,
            ``most`` where it gives only the most.
        suspects: as in :class:`Relation`; all figures when left out.
    """
    derived, test = figures[0], _limited(rule, limit)
    expected = test([figure.interval for figure in figures[1:]])
    value = test([Interval(figure.value, figure.value) for figure in figures[1:]]).middle
    holds = derived.interval.overlaps(expected)
    return Relation(
        check=check,
        figures=tuple(figures),
        rule=test,
        holds=holds,
        expected=expected,
        value=value,
        note="" if holds else f"{note}{shown(value, derived, limit)}，文中为{derived.text}",
        severity="warning" if expected.overlaps(_cut(derived)) else severity,
        suspects=tuple(suspects) or tuple(figures),
        soft=soft,
        exact=limit is None,
    )


def _limited(rule: Rule, limit: Limit | None) -> Rule:
    if limit == "least":
        return lambda values: Interval(rule(values).low, _INFINITY)
    if limit == "most":
        return lambda values: Interval(-_INFINITY, rule(values).high)
    return rule


def _cut(figure: Figure) -> Interval:
    """What the figure stands for if its further digits were cut off and not rounded."""
    ends = (figure.value, figure.value + 2 * figure.interval.radius * (-1 if figure.value < 0 else 1))
    return Interval(min(ends), max(ends))


def shown(value: Decimal, derived: Figure, limit: Limit | None = None) -> str:
    """What a calculator gives for the figures as printed, a per cent one place finer than it is stated."""
    if not value.is_finite():
        return "=∞"
    places = max(derived.decimals, 0 if derived.unit == "%" else 2) + (derived.unit == "%")
    mark = {"least": "≥", "most": "≤", None: "="}[limit]
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{mark}{rounded}{derived.unit}"


def attempt(readings: Iterable[Relation]) -> tuple[Relation | None, list[Relation]]:
    """The first reading that holds, and those tried before it: the others are not even worked out."""
    tried: list[Relation] = []
    for relation in readings:
        if relation.holds:
            return relation, tried
        tried.append(relation)
    return None, tried


def failed(
    check: Check, figures: tuple[Figure, ...], note: str, severity: Severity = "error", value: Decimal | None = None
) -> Relation:
    """The failed relation of a check that compares words or signs: the first figure is the suspect."""
    return Relation(
        check=check, figures=figures, rule=_anything, holds=False, expected=_NOTHING, value=value,
        note=note, severity=severity, suspects=figures[:1], exact=False,
    )  # fmt: skip


def _anything(values: Sequence[Interval]) -> Interval:
    return _NOTHING


def less(value: Decimal, other: Decimal) -> str:
    """A difference as the arithmetic prints it: 30-6, and 30+6 where a fall of 6 is taken off."""
    return f"{plain(value)}-{plain(other)}" if other >= 0 else f"{plain(value)}+{plain(-other)}"


def plain(value: Decimal) -> str:
    """A value as the arithmetic prints it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
