"""What belongs together in a disclosure, read from the table ``structure.tsv``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from cnfin.lexicon import Lexicon

ACTUAL = ("决算数",)
BUDGETS = ("预算数", "年初预算数", "调整预算数")
#: Sums that a year has: what was spent or received, and what was planned.
SUMS = ACTUAL + BUDGETS
_QUOTES = re.compile(r"[\s“”\"'‘’]")
_NEVER = re.compile(r"(?!)")


class Row(NamedTuple):
    """A row of the table: a total and its parts (or a kind of words)."""

    whole: str
    parts: tuple[str, ...]
    optional: tuple[str, ...]


class Structure:
    """The rows of ``structure.tsv`` by kind, with the forms that the checks ask for.

    Args:
        table: the rows, with the columns ``kind``, ``whole``, ``parts`` and ``optional``.
    """

    def __init__(self, table: Iterable[Mapping[str, str]]) -> None:
        self._rows: dict[str, list[Row]] = {}
        for row in table:
            names = Row(row["whole"], _names(row["parts"]), _names(row["optional"]))
            self._rows.setdefault(row["kind"], []).append(names)
        self._parts = {kind: {row.whole: row.parts for row in rows} for kind, rows in self._rows.items()}
        self._words: dict[str, re.Pattern[str]] = {}

    def rows(self, kind: str) -> list[Row]:
        """The rows of a kind, such as ``sum``, ``most`` or ``balance``; none of a kind that no row has."""
        return self._rows.get(kind, [])

    def parts(self, kind: str) -> dict[str, tuple[str, ...]]:
        """The parts by their total, for the kinds that name each total once."""
        return self._parts.get(kind, {})

    def words(self, kind: str) -> re.Pattern[str]:
        """A pattern for any word of a kind, the longest first."""
        if kind not in self._words:
            found = sorted({word for row in self.rows(kind) for word in row.parts}, key=lambda word: (-len(word), word))
            self._words[kind] = re.compile("|".join(map(re.escape, found))) if found else _NEVER
        return self._words[kind]


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split("|") if name)


@lru_cache(maxsize=8)
def structure_of(lexicon: Lexicon) -> Structure:
    """The structure that a lexicon's tables give, the shipped rows and those of the user."""
    return Structure(lexicon.rows("structure"))


def subject(name: str | None, code: str | None = None) -> str:
    """What figures are found by: the code, or the name without quotes and blanks."""
    return code or _QUOTES.sub("", name or "")
