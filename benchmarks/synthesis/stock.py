"""The phrase stock: what disclosing units of each field say, from ``stock.tsv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STOCK = Path(__file__).with_name("stock.tsv")


@dataclass(frozen=True)
class Sector:
    """A field of administration.

    Attributes:
        units: endings of unit names; lines: 款 codes of its own spending; wide: whether it spends under many 类.
        phrases: slot → phrases, with the general ones (sector ``*``) for slots it does not fill.
    """

    name: str
    units: tuple[str, ...]
    lines: tuple[str, ...]
    wide: bool
    phrases: dict[str, tuple[str, ...]]

    @property
    def office(self) -> bool:
        """Whether the field is one of offices (行政单位) rather than of schools and hospitals."""
        return self.name not in ("教育", "卫生")

    @property
    def projects(self) -> tuple[str, ...]:
        """Names of its projects."""
        return self.phrases["project"]


@cache
def sectors() -> tuple[Sector, ...]:
    """All sectors, in the order of the table."""
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    with open(STOCK, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            table.setdefault(row["sector"], {})[row["slot"]] = tuple(row["phrases"].split("/"))
    general = table.pop("*")
    return tuple(
        Sector(name, slots["unit"], slots["code"], "wide" in slots, general | slots) for name, slots in table.items()
    )
