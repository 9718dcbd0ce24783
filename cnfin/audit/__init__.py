"""Where a disclosure contradicts itself.

Every check states relations between the document's figures (a share is its item over its total);
what fails beyond rounding is traced to the figure that is most likely wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import localcontext
from functools import lru_cache

import msgspec

from cnfin.audit import conflict, resolve
from cnfin.audit.figures import Figures
from cnfin.audit.form import page_of
from cnfin.audit.register import ORDER, REGISTER
from cnfin.audit.structure import structure_of
from cnfin.document import Check, Document, Finding
from cnfin.facts.dimensions import lines_of
from cnfin.joining import join
from cnfin.lexicon import Lexicon, default

#: The checks by name, in the order of the contract.
CHECKS: tuple[Check, ...] = tuple(row.check for row in REGISTER)

#: Significant digits of every step; far more than any figure or ratio of figures has.
_PRECISION = 100


def audit(
    document: Document, checks: Collection[str] | None = None, lexicon: Lexicon | None = None
) -> list[Finding]:
    """The places where ``document`` contradicts itself or its own arithmetic beyond rounding.

    All checks always run, since one explains what another finds; ``checks`` chooses what is reported.

    Args:
        document: a tagged document, with facts.
        checks: names from :data:`CHECKS`; all of them when None.
        lexicon: the tables to use; the shipped ones when None.

    Returns:
        The findings in document order.

    Raises:
        ValueError: a name is no check.
    """
    unknown = sorted(set(checks or ()) - set(CHECKS))
    if unknown:
        raise ValueError(f"unknown check: {', '.join(unknown)} (known: {', '.join(CHECKS)})")
    joined = join(document.text)
    found = _found(joined.whole(document) if joined else document, lexicon or default())
    found = [finding for finding in found if checks is None or finding.check in checks]
    return [joined.finding(finding) for finding in found] if joined else found


def _found(document: Document, lexicon: Lexicon) -> list[Finding]:
    with localcontext() as context:
        context.prec = _PRECISION
        figures = Figures(document, structure_of(lexicon), lines_of(lexicon))
        relations = [relation for row in REGISTER for state in row.relations for relation in state(figures)]
        support = resolve.supports(relations)
        relations += conflict.relations(figures, lambda figure: support[figure])
        found = resolve.findings(relations, ORDER)
    page = page_of(document, lexicon)
    found += [finding for row in REGISTER if row.look for finding in row.look(page)]
    sure = confidences(lexicon)
    found = [
        msgspec.structs.replace(finding, confidence=sure.get((finding.check, finding.severity), finding.confidence))
        for finding in found
    ]
    return sorted(found, key=lambda finding: (finding.start, finding.end))


@lru_cache(maxsize=8)
def confidences(lexicon: Lexicon) -> dict[tuple[str, str], float]:
    """How often findings of each check and severity were right, as measured; see ``lexicons/confidence.tsv``."""
    return {(row["check"], row["severity"]): float(row["confidence"]) for row in lexicon.rows("confidence")}


__all__ = ["CHECKS", "audit"]
