"""Names and codes for the generator, read from ``lexicons/``: budget lines valid in a year, and places."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .writer import Subject

LEXICONS = Path(__file__).resolve().parents[2] / "lexicons"
LEVELS = ("类", "款", "项")


class Place(NamedTuple):
    """A county or city with the places above it; ``county`` is empty for a city."""

    code: str
    province: str
    city: str
    county: str


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a lexicon table."""
    with open(LEXICONS / f"{name}.tsv", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def functional(year: int) -> dict[str, str]:
    """Code → name of every functional line valid in ``year``."""
    return {
        row["code"]: row["name"]
        for row in rows("functional")
        if row["code"] and int(row["valid_from"] or 0) <= year <= int(row["valid_to"] or 9999)
    }


@cache
def children(code: str, year: int) -> tuple[str, ...]:
    """Codes one level below ``code`` in ``year``."""
    return tuple(c for c in functional(year) if len(c) == len(code) + 2 and c.startswith(code))


@cache
def economic() -> dict[str, str]:
    """Code → name of the economic classification of units."""
    return {row["code"]: row["name"] for row in rows("economic") if row["scheme"] == "部门"}


@cache
def terms() -> dict[str, Subject]:
    """Canonical name → subject, for the lines of a disclosure that have no code."""
    return {row["name"]: Subject(row["name"], None, row["scheme"]) for row in rows("terms")}


@cache
def places() -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """All counties and all cities of the country; names that stand for two places are left out."""
    # a city without counties is listed as a county of itself, too
    table = {row["code"]: row for row in rows("regions") if row["parent"] != row["code"]}
    names = [row["name"] for row in table.values()]
    counties, cities = [], []
    for code, row in table.items():
        if names.count(row["name"]) > 1 or row["level"] == "省":
            continue
        above = table.get(row["parent"])
        if row["level"] == "县" and above and above["level"] == "市":
            counties.append(Place(code, table[above["parent"]]["name"], above["name"], row["name"]))
        elif row["level"] == "县" and above:
            counties.append(Place(code, above["name"], "", row["name"]))
        elif above:
            cities.append(Place(code, above["name"], row["name"], ""))
    return tuple(counties), tuple(cities)


def line(code: str, year: int) -> Subject:
    """A functional line as a subject."""
    return Subject(functional(year)[code], code, "功能分类")


def middles(year: int, code: str) -> list[str]:
    """The names of 款 that have no line of the name that ``code`` has."""
    table = functional(year)
    holding = {other[:5] for other, name in table.items() if len(other) == 7 and name == table[code]}
    holding |= {other for other, name in table.items() if name in {table[each] for each in holding if each in table}}
    return sorted(name for other, name in table.items() if len(other) == 5 and other not in holding)


def chain(code: str, year: int, style: int) -> str:
    """The chain of names down to ``code`` as one of the disclosures' ways of writing it.

    Args:
        style: 0 full width brackets, 1 half width, 2 the first name without 支出, 3 codes in the brackets,
            4 a space after each bracket, 5 dashes in place of the level words.
    """
    codes = [code[:length] for length in (3, 5, 7) if length <= len(code)]
    names = [functional(year)[c] for c in codes]
    if style == 5 and len(codes) > 1:
        return "-".join(names)
    if style == 3:
        return "".join(f"{name}（{c}）" for name, c in zip(names, codes, strict=True))
    if style == 2:
        names[0] = names[0].removesuffix("支出")
    text = "".join(f"{name}（{level}）" for name, level in zip(names, LEVELS, strict=False))
    if style == 4:
        text = text.replace("）", "） ").rstrip()
    return text.replace("（", "(").replace("）", ")") if style == 1 else text
