"""Whether a folder of lexicon tables is sound: columns, kinds, codes, parents, years, rows given twice.

Rows are checked together with the shipped tables, since a user's folder adds rows to them. The values
that a column of kinds may hold stand in the shipped ``kinds.tsv``, so that every table is checked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import get_args

from cnfin import lexicon
from cnfin.document import Measure
from cnfin.lexicon_rows import CHECKS, Found
from cnfin.lexicon_tables import LexiconError, Problem, Row, Table, read

__all__ = ["LexiconError", "Problem", "check", "remarks", "require_tables"]

_NAMED = ("functional", "economic", "terms")
_REMARKS = ("note", "evidence")
#: What a row of terms.tsv may leave out: a table of one's own that only adds names says nothing of these.
_OPTIONAL = ("line", "flow", "funds", "division")
_MEASURES = frozenset((*get_args(Measure), ""))
#: What tells the rows of a table apart: of two rows alike in these the later one counts.
_KEYS = {
    "context_words": ("word", "kind"),
    "fact_words": ("word", "kind"),
    "headings": ("title",),
    "measures": ("cue", "side"),
    "number_words": ("word", "kind"),
    "rates": ("unit",),
    "units": ("unit",),
}
#: Columns that hold whole numbers, and those that hold regular expressions.
_NUMBERS = {"headings": ("level",), "rates": ("power",)}
_PATTERNS = {"section_subjects": ("words",), "tables": ("words",), "count_nouns": ("pattern",)}
#: Read by nothing that tags: rows of one's own do nothing there.
_READ_ELSEWHERE = {
    "role_cues": "read when a role model is trained, not when a text is tagged",
    "role_signs": "read when a role model is trained, not when a text is tagged",
    "kinds": "declares what the code knows; rows of one's own add no kind",
}


def check(folder: Path) -> tuple[int, list[Problem]]:
    """Check every table in ``folder``.

    Returns:
        The number of rows, and the problems in the order of files and lines.

    Raises:
        LexiconError: there is no ``*.tsv`` file in the folder.
    """
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise LexiconError(f"{folder}: holds no lexicon table (*.tsv)")
    shipped = {path.stem: path for path in lexicon.folder().glob("*.tsv")}
    problems: list[Problem] = []
    rows = 0
    for path in paths:
        table = read(path, problems)
        rows += len(table.rows) if table else 0
        if path.stem not in shipped:
            problems.append(Problem(str(path), 0, f"no such table: choose from {', '.join(sorted(shipped))}"))
            continue
        if table is None:
            continue
        standard = table if _same(path, shipped[path.stem]) else read(shipped[path.stem], [])
        assert standard is not None
        if missing := [column for column in standard.columns if column not in (*table.columns, *_REMARKS, *_OPTIONAL)]:
            problems.append(Problem(str(path), 1, f"columns missing: {', '.join(missing)}"))
            continue
        known = [row for _, row in standard.rows] if standard is not table else []
        checks = (CHECKS.get(path.stem, _nothing_more)(table, known), _unnamed(table), _values(table), _twice(table))
        problems += (Problem(str(path), line, message) for line, message in chain(*checks))
    return rows, sorted(problems)


def remarks(folder: Path) -> list[Problem]:
    """What is sound in ``folder`` and still worth knowing: rows that take the place of shipped ones, tables unread."""
    found: list[Problem] = []
    for path in sorted(folder.glob("*.tsv")):
        shipped = lexicon.folder() / path.name
        if not shipped.is_file() or _same(path, shipped):
            continue
        if reason := _READ_ELSEWHERE.get(path.stem):
            found.append(Problem(str(path), 0, reason))
        table, standard = read(path, []), read(shipped, [])
        if table is None or standard is None or path.stem not in _KEYS:
            continue
        known = {_key(standard, row): row for _, row in standard.rows}
        for line, row in table.rows:
            if (other := known.get(_key(table, row))) and _said(other) != _said(row):
                found.append(Problem(str(path), line, f"takes the place of the shipped row: {' '.join(_said(other))}"))
    return found


def require_tables(folder: Path) -> None:
    """Refuse a folder whose tables cannot be added to the shipped ones: the least that tagging asks of it.

    Raises:
        LexiconError: the folder has no table, or one that is none of ours, is not UTF-8 or lacks columns.
    """
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise LexiconError(f"{folder}: holds no lexicon table (*.tsv)")
    for path in paths:
        problems: list[Problem] = []
        standard = lexicon.folder() / path.name
        table = read(path, problems)
        if table is None:
            raise LexiconError(str(problems[0]))
        if not standard.is_file():
            raise LexiconError(f"{path}: no such table; cnfin lexicon check says which there are")
        with standard.open(encoding="utf-8") as stream:
            columns = stream.readline().rstrip("\n").split("\t")
        if missing := [column for column in columns if column not in (*table.columns, *_REMARKS, *_OPTIONAL)]:
            raise LexiconError(f"{path}:1: columns missing: {', '.join(missing)}")


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _nothing_more(table: Table, known: Sequence[Row]) -> Found:
    yield from ()


def _unnamed(table: Table) -> Found:
    """Rows that say nothing: a line without a name, a word list's row without a word."""
    for line, row in table.rows:
        if table.path.stem in _NAMED and not row["name"]:
            yield line, "no name"
        elif not any(row[column] for column in table.columns if column not in _REMARKS):
            yield line, "an empty row"


def _key(table: Table, row: Row) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in _KEYS[table.path.stem])


def _said(row: Row) -> list[str]:
    return [cell for column, cell in row.items() if column not in _REMARKS and cell]


@lru_cache(maxsize=1)
def _kinds() -> Mapping[tuple[str, str], frozenset[str]]:
    """The values that columns may hold, by table and column, from the shipped ``kinds.tsv``."""
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in lexicon.read_table(lexicon.folder() / "kinds.tsv"):
        values[row["table"], row["column"]].add(row["value"])
    return {place: frozenset(known) for place, known in values.items()}


def _values(table: Table) -> Found:
    """Cells that hold another kind, measure, number or expression than the code can read."""
    name = table.path.stem
    allowed = {column: known for (place, column), known in _kinds().items() if place == name}
    if name == "measures":
        allowed["measure"] = _MEASURES
    for line, row in table.rows:
        for column, known in allowed.items():
            value = row.get(column, "")
            if value not in known and (value or column in _NEEDED):
                yield line, f"unknown {column} {value!r}{_meant(value, known)}"
        for column in _NUMBERS.get(name, ()):
            if not row[column].removeprefix("-").isdecimal():
                yield line, f"{column} {row[column]!r} is no whole number"
        for column in _PATTERNS.get(name, ()):
            try:
                re.compile(row[column])
            except re.error as error:
                yield line, f"{column} {row[column]!r} is no regular expression: {error}"


#: Columns that a row cannot leave empty.
_NEEDED = ("kind", "role", "side", "numerals")


def _meant(value: str, known: Iterable[str]) -> str:
    """What was probably meant, and all that there is."""
    close = get_close_matches(value, known, 1)
    guess = f": did you mean {close[0]}?" if close else ""
    return f"{guess or ':'} choose from {', '.join(sorted(word for word in known if word))}"


def _twice(table: Table) -> Found:
    """Rows of one table that say different things of one word: only the later one counts."""
    if table.path.stem not in _KEYS:
        return
    seen: dict[tuple[str, ...], tuple[int, Row]] = {}
    for line, row in table.rows:
        first, other = seen.setdefault(_key(table, row), (line, row))
        if _said(other) != _said(row):
            yield line, f"{_key(table, row)[0]} is given another meaning in line {first}"
