"""What belongs together in a disclosure, read from the table ``structure.tsv``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cnfin.lexicon import folder, read_table

ACTUAL = ("决算数",)
BUDGETS = ("预算数", "年初预算数", "调整预算数")
#: Sums that a year has: what was spent or received, and what was planned.
SUMS = ACTUAL + BUDGETS
_QUOTES = re.compile(r"[\s“”\"'‘’]")


class Row(NamedTuple):
    """A row of the table: a total and its parts (or a kind of words)."""

    whole: str
    parts: tuple[str, ...]
    optional: tuple[str, ...]


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[Row, ...]]:
    kinds: dict[str, list[Row]] = {}
    for row in read_table(folder() / "structure.tsv"):
        parts, optional = (tuple(part for part in row[column].split("|") if part) for column in ("parts", "optional"))
        kinds.setdefault(row["kind"], []).append(Row(row["whole"], parts, optional))
    return {kind: tuple(rows) for kind, rows in kinds.items()}


def rows(kind: str) -> tuple[Row, ...]:
    """The rows of a kind: ``sum``, ``most``, ``balance``, ``project``, ``vehicles``, ``scope`` …"""
    return _table()[kind]


@lru_cache(maxsize=32)
def parts(kind: str) -> dict[str, tuple[str, ...]]:
    """The parts by their total, for the kinds that name each total once."""
    return {row.whole: row.parts for row in rows(kind)}


@lru_cache(maxsize=32)
def words(kind: str) -> re.Pattern[str]:
    """A pattern for any word of a kind, the longest first."""
    found = sorted((word for row in rows(kind) for word in row.parts), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found)))


def subject(name: str | None, code: str | None = None) -> str:
    """What figures are found by: the code, or the name without quotes and blanks."""
    return code or _QUOTES.sub("", name or "")
