"""Whether a folder of lexicon tables is sound: columns, kinds, codes, parents, years, rows given twice.

Rows are checked together with the shipped tables, since a user's folder adds rows to them. The values
that a column of kinds may hold stand in the shipped ``kinds.tsv``, so that every table is checked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import get_args

import msgspec

from cnfin import lexicon
from cnfin.document import Division, Flow, Funds, Measure, Scheme
from cnfin.errors import CnfinError

Row = Mapping[str, str]

_LEVELS = {3: "类", 5: "款", 7: "项"}
_FIRST_DIGIT = {"部门": "3", "政府": "5"}
_REGION_LEVELS = ("省", "市", "县")
_SCHEMES = tuple(scheme for scheme in get_args(Scheme) if not scheme.endswith("分类"))
_USES = ("mention", "value", "subject")
_DIMENSIONS = {"flow": get_args(Flow), "funds": get_args(Funds), "division": get_args(Division)}
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


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a table: file, line from 1 (0 for the whole file) and what."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class LexiconError(CnfinError):
    """A folder that holds no lexicon tables."""


class _Table(msgspec.Struct):
    path: Path
    columns: list[str]
    rows: list[tuple[int, Row]]


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
        table = _read(path, problems)
        rows += len(table.rows) if table else 0
        if path.stem not in shipped:
            problems.append(Problem(str(path), 0, f"no such table: choose from {', '.join(sorted(shipped))}"))
            continue
        if table is None:
            continue
        standard = table if _same(path, shipped[path.stem]) else _read(shipped[path.stem], [])
        assert standard is not None
        if missing := [column for column in standard.columns if column not in (*table.columns, *_REMARKS, *_OPTIONAL)]:
            problems.append(Problem(str(path), 1, f"columns missing: {', '.join(missing)}"))
            continue
        known = [row for _, row in standard.rows] if standard is not table else []
        checks = (_CHECKS.get(path.stem, _nothing_more)(table, known), _unnamed(table), _values(table), _twice(table))
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
        table, standard = _read(path, []), _read(shipped, [])
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
        table = _read(path, problems)
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


def _read(path: Path, problems: list[Problem]) -> _Table | None:
    """The table's rows with their line numbers; what breaks the form of a table becomes a problem.

    None where there is no text to look at.
    """
    name = str(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        problems.append(Problem(name, 0, f"cannot be read: {error.strerror}"))
        return None
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        problems.append(Problem(name, number, f"is not UTF-8 (byte 0x{error.object[error.start]:02x})"))
        return None
    if text.startswith("\ufeff"):
        problems.append(Problem(name, 1, "starts with a byte order mark"))
    if "\r" in text:
        problems.append(Problem(name, 0, "has line ends other than LF"))
    header, *lines = text.removeprefix("\ufeff").removesuffix("\n").replace("\r", "").split("\n")
    columns = header.split("\t")
    rows: list[tuple[int, Row]] = []
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            problems.append(Problem(name, number, f"{len(cells)} cells under {len(columns)} columns"))
        elif any(cell != cell.strip() for cell in cells):
            problems.append(Problem(name, number, "a cell starts or ends with a blank"))
        rows.append((number, dict(zip(columns, cells + [""] * len(columns), strict=False))))
    return _Table(path, columns, rows)


Found = Iterator[tuple[int, str]]


def _nothing_more(table: _Table, known: Sequence[Row]) -> Found:
    yield from ()


def _unnamed(table: _Table) -> Found:
    """Rows that say nothing: a line without a name, a word list's row without a word."""
    for line, row in table.rows:
        if table.path.stem in _NAMED and not row["name"]:
            yield line, "no name"
        elif not any(row[column] for column in table.columns if column not in _REMARKS):
            yield line, "an empty row"


def _key(table: _Table, row: Row) -> tuple[str, ...]:
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


def _values(table: _Table) -> Found:
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


def _twice(table: _Table) -> Found:
    """Rows of one table that say different things of one word: only the later one counts."""
    if table.path.stem not in _KEYS:
        return
    seen: dict[tuple[str, ...], tuple[int, Row]] = {}
    for line, row in table.rows:
        first, other = seen.setdefault(_key(table, row), (line, row))
        if _said(other) != _said(row):
            yield line, f"{_key(table, row)[0]} is given another meaning in line {first}"


def _functional(table: _Table, known: Sequence[Row]) -> Found:
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


def _bad_years(table: _Table) -> Found:
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


def _economic(table: _Table, known: Sequence[Row]) -> Found:
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


def _terms(table: _Table, known: Sequence[Row]) -> Found:
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


def _regions(table: _Table, known: Sequence[Row]) -> Found:
    codes = _names_by_code(table, known)
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


def _names_by_code(table: _Table, known: Sequence[Row]) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for row in [*known, *(row for _, row in table.rows)]:
        if row["name"] not in names[row["code"]]:
            names[row["code"]].append(row["name"])
    return names


def _surfaces(row: Row) -> list[str]:
    return [row["name"], *(alias.lstrip("~") for alias in row["aliases"].split("|") if alias)]


def _aliases_of_a_row(table: _Table) -> Found:
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


_CHECKS: dict[str, Callable[[_Table, Sequence[Row]], Found]] = {
    "functional": _functional,
    "economic": _economic,
    "terms": _terms,
    "regions": _regions,
}
