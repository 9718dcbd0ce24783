"""Where a disclosure contradicts itself.

Every check states relations between the document's figures (a share is its item over its total);
what fails beyond rounding is traced to the figure that is most likely wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from decimal import localcontext
from typing import get_args

from cnfin.audit import change, completion, conflict, direction, resolve, share, sum, zero_base
from cnfin.audit.figures import Figures
from cnfin.audit.relations import Relation
from cnfin.document import Check, Document, Finding
from cnfin.joining import join

#: The checks by name, in the order of the contract.
CHECKS: tuple[Check, ...] = get_args(Check)

#: Significant digits of every step; far more than any figure or ratio of figures has.
_PRECISION = 100
_RELATIONS: tuple[Callable[[Figures], Iterator[Relation]], ...] = (
    share.relations, completion.relations, change.relations, direction.relations, sum.relations, zero_base.relations,
)  # fmt: skip


def audit(document: Document, checks: Collection[str] | None = None) -> list[Finding]:
    """The places where ``document`` contradicts itself or its own arithmetic beyond rounding.

    All checks always run, since one explains what another finds; ``checks`` chooses what is reported.

    Args:
        document: a tagged document, with facts.
        checks: names from :data:`CHECKS`; all of them when None.

    Returns:
        The findings in document order.

    Raises:
        ValueError: a name is no check.
    """
    unknown = sorted(set(checks or ()) - set(CHECKS))
    if unknown:
        raise ValueError(f"unknown check: {', '.join(unknown)} (known: {', '.join(CHECKS)})")
    joined = join(document.text)
    found = _found(joined.whole(document) if joined else document)
    found = [finding for finding in found if checks is None or finding.check in checks]
    return [joined.finding(finding) for finding in found] if joined else found


def _found(document: Document) -> list[Finding]:
    with localcontext() as context:
        context.prec = _PRECISION
        figures = Figures(document)
        relations = [relation for check in _RELATIONS for relation in check(figures)]
        support = resolve.supports(relations)
        relations += conflict.relations(figures, lambda figure: support[figure])
        return resolve.findings(relations)


__all__ = ["CHECKS", "audit"]
