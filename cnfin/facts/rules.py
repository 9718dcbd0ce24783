"""Rules as rows: a name, the decision, and an example that is read as the rule's test.

In an example the value that the rule decides stands in brackets ⟨…⟩. Rules are tried from the top; one that has
no opinion answers :data:`PASS`. The name of the rule that decided is what ``cnfin facts --explain`` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from cnfin.facts.found import Found

PASS: Literal["pass"] = "pass"
#: A fact, None where the value is none of the measures (其他), or PASS.
Decision = Found | None | Literal["pass"]


class Rule(NamedTuple):
    """One row of a decision list.

    Attributes:
        name: what the rule is called.
        decide: asked with its room's reader, the value's clause and the rule's name.
        example: a line in which it decides the value in brackets.
        kind: the document that the example stands in, final accounts or a budget.
    """

    name: str
    decide: Callable[[Any, Any, str], Decision]
    example: str
    kind: Literal["决算", "预算"] = "决算"


def decided(reader: object, rules: Sequence[Rule], case: object) -> tuple[str, Found | None]:
    """The name of the first rule with an opinion on ``case``, a value and what stands before it, and what it says."""
    for rule in rules:
        found = rule.decide(reader, case, rule.name)
        if found != PASS:
            return rule.name, found
    return "", None
