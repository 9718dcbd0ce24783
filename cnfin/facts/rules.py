"""Rules as rows: a name, the cues that they are for, the decision, and an example that is read as the rule's test.

In an example the value that the rule decides stands in brackets ⟨…⟩. Rules are tried from the top; one that has
no opinion answers :data:`PASS`. The name of the rule that decided is what ``cnfin facts --explain`` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from enum import Enum
from typing import Any, Final, Literal, NamedTuple

from cnfin.facts.cues import KINDS, Kind
from cnfin.facts.found import Found


class _Pass(Enum):
    PASS = "pass"


#: A rule has no opinion on a value.
PASS: Final = _Pass.PASS
#: A fact, None where the value is none of the measures (其他), or PASS.
Decision = Found | None | Literal[_Pass.PASS]


class Rule(NamedTuple):
    """One row of a decision list.

    Attributes:
        name: what the rule is called.
        decide: asked with its room's reader, the value's clause and the rule's name.
        example: a line in which it decides the value in brackets.
        cues: the kinds of cue that it is for, ``none`` for a clause without one; None: it is for all.
        kind: the document that the example stands in, final accounts or a budget.
    """

    name: str
    decide: Callable[[Any, Any, str], Decision]
    example: str
    cues: Set[Kind] | None = None
    kind: Literal["决算", "预算"] = "决算"


def on(*kinds: Kind) -> frozenset[Kind]:
    """The cues that a rule is for."""
    return frozenset(kinds)


class Rules:
    """A decision list."""

    def __init__(self, rows: Iterable[Rule]) -> None:
        self._rows = tuple(rows)
        #: Those that are asked where a clause has a cue of a kind, or none.
        self._of = {
            kind: tuple((row.name, row.decide) for row in self._rows if row.cues is None or kind in row.cues)
            for kind in KINDS
        }

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rows)

    def decide(self, reader: object, case: object, cue: Kind = "none") -> tuple[str, Found | None]:
        """The name of the first rule with an opinion on ``case``, a value and what stands before it, and what it says.

        ``cue`` is the kind of the cue that says what the value is, ``none`` where none does.
        """
        for name, decide in self._of[cue]:
            found = decide(reader, case, name)
            if found is not PASS:
                return name, found
        return "", None
