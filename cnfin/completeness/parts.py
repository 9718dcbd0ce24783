"""What is required, read from ``parts.tsv``, and what was found."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal, NamedTuple, cast, get_args

import msgspec

from cnfin.document import Identity
from cnfin.errors import CnfinError
from cnfin.lexicon import Lexicon

Status = Literal["present", "noted", "elsewhere", "empty", "missing"]
Group = Literal["text", "table"]
STATUSES: tuple[Status, ...] = get_args(Status)
_NEVER = re.compile(r"(?!)")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A required part and how it is there.

    Attributes:
        part: its name in ``parts.tsv``.
        group: ``text`` for a part that is told, ``table`` for a table.
        status: how it is there.
        weight: what it counts for.
        start, end: its heading or title, None where it is missing.
    """

    part: str
    group: Group
    status: Status
    weight: Decimal
    start: int | None
    end: int | None


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """What a disclosure holds of what it must hold.

    Attributes:
        score: weight of what is there over the weight of all, 0 to 1; None where nothing is required.
        parts: the required parts, in the order of the table.
    """

    score: Decimal | None
    parts: tuple[Part, ...]


class Place(NamedTuple):
    """Where a part was found, and how it is there."""

    status: Status
    start: int
    end: int


class Requirement(NamedTuple):
    """A row of the table: a part that documents of a kind must have.

    Attributes:
        first, last: the years that require it.
        headings, without: words of its heading, and words that make it another part's.
        titles: the titles of a table.
        said: words of running text that tell it where it has no heading.
        unless: words in a unit's name that need not have it.
    """

    kind: str
    name: str
    group: Group
    weight: Decimal
    first: int
    last: int
    headings: re.Pattern[str]
    titles: tuple[str, ...]
    without: re.Pattern[str]
    said: re.Pattern[str]
    unless: re.Pattern[str]

    def spared(self, unit: str | None) -> bool:
        """Whether a unit of this name need not have the part."""
        return unit is not None and self.unless.search(unit) is not None


class Requirements:
    """The rows of ``parts.tsv``.

    Raises:
        CnfinError: a row's weight is no number, or a status has no credit.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._rows: list[Requirement] = []
        self._words: dict[str, re.Pattern[str]] = {}
        self.credit: dict[Status, Decimal] = {}
        for row in lexicon.rows("parts"):
            if row["kind"] == "credit":
                self.credit[cast(Status, row["part"])] = _number(row)
            elif row["kind"] == "words":
                self._words[row["part"]] = _any(row["headings"])
            else:
                self._rows.append(_requirement(row))
        if set(self.credit) != set(STATUSES):
            raise CnfinError(f"parts.tsv: each of {', '.join(STATUSES)} needs a row of the kind credit")

    def words(self, kind: str) -> re.Pattern[str]:
        """The words of a row of the kind ``words``."""
        return self._words.get(kind, _NEVER)

    def of(self, identity: Identity) -> list[Requirement]:
        """What a document of this kind and year must have."""
        year = identity.year
        return [
            row for row in self._rows
            if row.kind == identity.kind and (year is None or row.first <= year <= row.last)
        ]  # fmt: skip


def _requirement(row: dict[str, str]) -> Requirement:
    return Requirement(
        kind=row["kind"], name=row["part"], group=cast(Group, row["group"]), weight=_number(row),
        first=int(row["from"] or 0), last=int(row["to"] or 9999), headings=_any(row["headings"]),
        titles=tuple(_words(row["headings"])) if row["group"] == "table" else (),
        without=_any(row["except"]), said=_any(row["said"]), unless=_any(row["unless"]),
    )  # fmt: skip


def _words(cell: str) -> list[str]:
    return [word for word in cell.split("|") if word]


def _any(cell: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words(cell)))) if cell else _NEVER


def _number(row: dict[str, str]) -> Decimal:
    try:
        return Decimal(row["weight"])
    except InvalidOperation:
        raise CnfinError(f"parts.tsv: {row['part']}: {row['weight']!r} is no weight") from None


@lru_cache(maxsize=8)
def requirements(lexicon: Lexicon) -> Requirements:
    """The requirements that a lexicon's tables state."""
    return Requirements(lexicon)
