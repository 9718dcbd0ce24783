"""Rules as rows: a name, the cues and sights that they are for, the decision, and an example, the rule's test.

In an example the value that the rule decides stands in brackets ⟨…⟩. Rules are tried from the top, those alone whose
cue and one of whose needs is there; one that has no opinion answers :data:`PASS`. The name of the rule that decided
is what ``cnfin facts --explain`` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from enum import Enum
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from cnfin.facts.cues import BITS, KINDS, Kind, Shown
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
        needs: the marks and sights of which it needs one; None: it needs none.
        kind: the document that the example stands in, final accounts or a budget.
    """

    name: str
    decide: Callable[[Any, Any, str], Decision]
    example: str
    cues: Set[Kind] | None = None
    needs: Set[Shown] | None = None
    kind: Literal["决算", "预算"] = "决算"


Name = TypeVar("Name", bound=str)


def on(*names: Name) -> frozenset[Name]:
    """The cues that a rule is for, or the marks and sights of which it needs one."""
    return frozenset(names)


def bits(shown: Iterable[Shown]) -> int:
    """The bits of marks and sights."""
    return sum({BITS[name] for name in shown})


Row = TypeVar("Row")


class Needing(Generic[Row]):
    """Rows in order, each with what it needs one of; None where it needs nothing."""

    def __init__(self, rows: Iterable[tuple[Row, Set[Shown] | None]]) -> None:
        self._rows = tuple((row, None if needs is None else bits(needs)) for row, needs in rows)
        #: What makes a difference to some row.
        self.telling = 0
        for _, needs in self._rows:
            self.telling |= needs or 0
        #: The rows to ask by the bits of these that are seen.
        self.asked: dict[int, tuple[Row, ...]] = {}

    def of(self, shown: int) -> tuple[Row, ...]:
        """The rows to ask where the bits ``shown`` are seen."""
        told = shown & self.telling
        if told not in self.asked:
            self.asked[told] = tuple(row for row, needs in self._rows if needs is None or needs & told)
        return self.asked[told]


class Rules:
    """A decision list."""

    def __init__(self, rows: Iterable[Rule]) -> None:
        self._rows = tuple(rows)
        #: Those that are for a clause with a cue of a kind, or none.
        self._of = {
            kind: Needing(((row.name, row.decide), row.needs) for row in self._rows if _is_for(row, kind))
            for kind in KINDS
        }

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rows)

    def decide(self, reader: object, case: object, cue: Kind, shown: int) -> tuple[str, Found | None]:
        """The name of the first rule with an opinion on ``case``, a value and what stands before it, and what it says.

        ``cue`` is the kind of the cue that says what the value is, ``none`` where none does; ``shown`` the bits of the
        marks of its clause and of the sights.
        """
        rows = self._of[cue]
        for name, decide in rows.asked.get(shown & rows.telling) or rows.of(shown):
            found = decide(reader, case, name)
            if found is not PASS:
                return name, found
        return "", None


def _is_for(row: Rule, kind: Kind) -> bool:
    return row.cues is None or kind in row.cues
