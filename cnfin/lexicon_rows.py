"""What must hold of the rows that name lines and places: codes, levels, parents, years, one name a line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import get_args

from cnfin.document import Division, Flow, Funds, Scheme
from cnfin.lexicon_tables import Row, Table

#: What is wrong in which line.
Found = Iterator[tuple[int, str]]

_LEVELS = {3: "类", 5: "款", 7: "项"}
_FIRST_DIGIT = {"部门": "3", "政府": "5"}
_REGION_LEVELS = ("省", "市", "县")
_SCHEMES = tuple(scheme for scheme in get_args(Scheme) if not scheme.endswith("分类"))
_USES = ("mention", "value", "subject")
_DIMENSIONS = {"flow": get_args(Flow), "funds": get_args(Funds), "division": get_args(Division)}


def _functional(table: Table, known: Sequence[Row]) -> Found:
    codes = {row["code"] for row in known} | {row["code"] for _, row in table.rows}
    # Code, name, years: a name given again for its code is no trouble, however often.
    years: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for row in known:
        years[row["code"]][row["name"]].append(_years(row) or (0, 9999))
    for line, row in table.rows:
        code, level = row["code"], row["level"]
        if code and not (code.isdecimal() and code.isascii() and code[0] == "2" and len(code) in _LEVELS):
            yield line, f"bad code {code!r}: a functional code starts with 2 and has 3, 5 or 7 digits"
        elif code and level != _LEVELS[len(code)]:
            yield line, f"code {code} is a {_LEVELS[len(code)]}, not a {level or 'line without level'}"
        elif len(code) > 3 and code[:-2] not in codes:
            yield line, f"unknown parent {code[:-2]} of {code}"
        elif level not in _LEVELS.values():
            yield line, f"bad level {level!r}: choose from {', '.join(_LEVELS.values())}"
        span = _years(row)
        if code and span is not None:
            others = (spans for name, spans in years[code].items() if name != row["name"])
            if any(span[0] <= last and first <= span[1] for spans in others for first, last in spans):
                yield line, f"code {code} has two names in one year"
            years[code][row["name"]].append(span)
    yield from _bad_years(table)
    yield from _aliases_of_a_row(table)


def _bad_years(table: Table) -> Found:
    for line, row in table.rows:
        span = _years(row)
        if span is None or span[0] > span[1]:
            yield line, f"bad years {row['valid_from']!r} to {row['valid_to']!r}"


def _years(row: Row) -> tuple[int, int] | None:
    first, last = row["valid_from"] or "0", row["valid_to"] or "9999"
    if not (first + last).isdecimal() or any(year and len(year) != 4 for year in (row["valid_from"], row["valid_to"])):
        return None
    return int(first), int(last)


def _overlap(row: Row, spans: Mapping[str, tuple[int, int]]) -> bool:
    """Whether another name of the row's code counts in one of its years."""
    first, last = _years(row) or (0, 9999)
    return any(first <= end and start <= last for name, (start, end) in spans.items() if name != row["name"])


def _economic(table: Table, known: Sequence[Row]) -> Found:
    codes = _names_by_code(table, known)
    spans: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in (*known, *(row for _, row in table.rows)):
        spans[row["code"]][row["name"]] = _years(row) or (0, 9999)
    for line, row in table.rows:
        code, scheme = row["code"], row["scheme"]
        if scheme not in _FIRST_DIGIT:
            yield line, f"bad scheme {scheme!r}: choose from {', '.join(_FIRST_DIGIT)}"
        elif not code:
            continue
        elif not (code.isdecimal() and code.isascii() and code[0] == _FIRST_DIGIT[scheme] and len(code) in (3, 5)):
            yield line, f"bad code {code!r}: a {scheme} code starts with {_FIRST_DIGIT[scheme]} and has 3 or 5 digits"
        elif len(code) == 5 and code[:3] not in codes:
            yield line, f"unknown parent {code[:3]} of {code}"
        elif len(codes[code]) > 1 and _overlap(row, spans[code]):
            yield line, f"code {code} has two names: {'，'.join(codes[code])}"
    yield from _bad_years(table)
    yield from _aliases_of_a_row(table)
    for scheme in _FIRST_DIGIT:
        rows = [(line, row) for line, row in table.rows if row["scheme"] == scheme]
        yield from _names_of_two_rows(rows, [row for row in known if row["scheme"] == scheme])


def _terms(table: Table, known: Sequence[Row]) -> Found:
    names = {row["name"] for row in known} | {row["name"] for _, row in table.rows}
    for line, row in table.rows:
        if row["scheme"] not in _SCHEMES:
            yield line, f"bad scheme {row['scheme']!r}: choose from {', '.join(_SCHEMES)}"
        if row["use"] not in _USES:
            yield line, f"bad use {row['use']!r}: choose from {', '.join(_USES)}"
        if row["parent"] and row["parent"] not in names:
            yield line, f"unknown parent {row['parent']!r}"
        for column, allowed in _DIMENSIONS.items():
            if (said := row.get(column, "")) and said not in allowed:
                yield line, f"bad {column} {said!r}: choose from {', '.join(allowed)}"
    yield from _aliases_of_a_row(table)
    yield from _names_of_two_rows(table.rows, known)


def _regions(table: Table, known: Sequence[Row]) -> Found:
    codes = _names_by_code(table, known)
    parents = {row["code"]: row["parent"] for row in [*known, *(row for _, row in table.rows)] if row["level"] != "省"}
    for line, row in table.rows:
        code, level = row["code"], row["level"]
        if not (code.isdecimal() and code.isascii() and len(code) == 6):
            yield line, f"bad code {code!r}: a division's code has 6 digits"
        elif len(codes[code]) > 1:
            yield line, f"code {code} has two names: {'，'.join(codes[code])}"
        if level not in _REGION_LEVELS:
            yield line, f"bad level {level!r}: choose from {', '.join(_REGION_LEVELS)}"
        elif level != "省" and row["parent"] not in codes:
            yield line, f"unknown parent {row['parent']!r}"
        elif _in_a_circle(code, parents):
            yield line, f"{code} lies in itself: its parents run in a circle"


def _in_a_circle(code: str, parents: Mapping[str, str]) -> bool:
    """Whether ``code`` is among what lies above it."""
    above, passed = parents.get(code), {""}
    while above is not None and above not in passed:
        if above == code:
            return True
        passed.add(above)
        above = parents.get(above)
    return False


def _names_by_code(table: Table, known: Sequence[Row]) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for row in [*known, *(row for _, row in table.rows)]:
        if row["name"] not in names[row["code"]]:
            names[row["code"]].append(row["name"])
    return names


def _surfaces(row: Row) -> list[str]:
    return [row["name"], *(alias.lstrip("~") for alias in row["aliases"].split("|") if alias)]


def _aliases_of_a_row(table: Table) -> Found:
    for line, row in table.rows:
        for name, times in Counter(_surfaces(row)).items():
            if times > 1:
                yield line, f"{name} is given twice in one row"


def _names_of_two_rows(rows: Iterable[tuple[int, Row]], known: Sequence[Row]) -> Found:
    """A name or alias that stands for two lines; a user's row may repeat a shipped line to add aliases."""
    owner = {surface: row["name"] for row in known for surface in _surfaces(row)}
    for line, row in rows:
        for surface in dict.fromkeys(_surfaces(row)):
            first = owner.setdefault(surface, row["name"])
            if first != row["name"]:
                yield line, f"{surface} already stands for {first}"


#: The checks of a table beyond those that all tables have: of its rows, and of the shipped ones they are added to.
CHECKS: dict[str, Callable[[Table, Sequence[Row]], Found]] = {
    "functional": _functional,
    "economic": _economic,
    "terms": _terms,
    "regions": _regions,
}
