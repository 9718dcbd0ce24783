"""The words of the field: TSV tables → look-up by name, alias, code and year, and one automaton for all names.

Every table lives in ``lexicons/``; its README says where each comes from. A folder given by the
user adds rows of the same columns. In the column ``aliases`` a name that starts with ``~`` is a
weak one: a mention only where a value, a list or a heading of its own makes it one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, cast

import msgspec

from cnfin.document import Scheme

_HERE = Path(__file__).resolve().parent
_FULL_WIDTH = str.maketrans("()", "（）")
_BLANKS = dict.fromkeys(map(ord, " \t\n\r\u00a0\u3000"))


class Functional(msgspec.Struct, frozen=True, gc=False):
    """A line of the functional classification (类, 款 or 项), one row a name."""

    code: str
    name: str
    valid_from: int
    valid_to: int

    def valid(self, year: int | None) -> bool:
        """Whether the line exists under this name in ``year`` (any year when None)."""
        return year is None or self.valid_from <= year <= self.valid_to


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One meaning of a name.

    Attributes:
        name: canonical name.
        code: official code, empty where there is none; for functional names see :meth:`Lexicon.functional_row`.
        scheme: 功能分类, 经济分类, 收入 ….
        weak: a mention only in the right surroundings.
    """

    name: str
    code: str
    scheme: Scheme
    weak: bool = False


class Region(msgspec.Struct, frozen=True, gc=False):
    """An administrative division: 省, 市 or 县 and the code of the one above."""

    code: str
    name: str
    level: Literal["省", "市", "县"]
    parent: str


class Unit(msgspec.Struct, frozen=True, gc=False):
    """A measure word, whether Chinese numerals and parts of one may stand before it, and what may not follow it."""

    unit: str
    chinese: bool
    parts: bool
    not_before: str


def folder() -> Path:
    """The folder of the shipped tables: inside the package when installed, beside it in a checkout."""
    installed = _HERE / "_lexicons"
    return installed if installed.is_dir() else _HERE.parent / "lexicons"


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a TSV table: a header line, tabs, no quoting, UTF-8."""
    with path.open(encoding="utf-8") as lines:
        columns = next(lines, "").rstrip("\n").split("\t")
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if any(cells):
                yield dict(zip_longest(columns, cells[: len(columns)], fillvalue=""))


def key(name: str) -> str:
    """The form names are compared in: no blanks, full-width brackets, no closing 支出."""
    name = name.translate(_BLANKS).translate(_FULL_WIDTH)
    return name[:-2] if name.endswith("支出") and len(name) > 3 else name


class Lexicon:
    """All tables, loaded once and shared by every stage.

    Args:
        folders: folders with tables; rows of later ones are added to those of earlier ones.

    Raises:
        FileNotFoundError: a needed table is in none of the folders.
    """

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self.folders = (folder(), *folders)
        self.functional: dict[str, list[Functional]] = defaultdict(list)
        self.by_code: dict[str, list[Functional]] = defaultdict(list)
        self._codes: dict[tuple[str, int | None], list[str]] = {}  # what was looked up before
        self.economic: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        self.readings: dict[str, list[Reading]] = defaultdict(list)
        for row in self.rows("functional"):
            self._add_functional(row)
        for row in self.rows("economic"):
            self._add_economic(row)
        for row in self.rows("terms"):
            self._add_term(row)
        #: Phrases that only contain a name; the longest match counts, so they hide it.
        self.longer = frozenset(row["phrase"] for row in self.rows("longer"))
        for phrase in self.longer:
            self.readings.pop(phrase, None)
        for table in (self.functional, self.by_code, self.economic, self.readings):
            table.default_factory = None  # a look-up adds no entry

    def __reduce__(self) -> tuple[Any, ...]:
        return (Lexicon, (self.folders[1:],))

    def rows(self, table: str) -> Iterator[dict[str, str]]:
        """The rows of one table from every folder that has it."""
        found = False
        for place in self.folders:
            path = place / f"{table}.tsv"
            if path.is_file():
                found = True
                yield from read_table(path)
        if not found:
            raise FileNotFoundError(f"no table {table}.tsv in {', '.join(map(str, self.folders))}")

    def _add_functional(self, row: Mapping[str, str]) -> None:
        name = row["name"]
        line = Functional(row["code"], name, int(row["valid_from"] or 0), int(row["valid_to"] or 9999))
        aliases = [alias.lstrip("~") for alias in row["aliases"].split("|") if alias]
        if line.code:
            self.by_code[line.code].append(line)
        for surface in dict.fromkeys([name, *aliases]):
            bare = key(surface)
            for form in {bare, surface, bare + "支出"}:
                if line not in self.functional[form]:
                    self.functional[form].append(line)
            # Only …支出 is a name that means nothing else in running text.
            weak = not surface.endswith("支出") or len(surface) < 5
            self._add_reading(surface, Reading(name, "", "功能分类", weak))

    def _add_economic(self, row: Mapping[str, str]) -> None:
        years = (int(row["valid_from"] or 0), int(row["valid_to"] or 9999))
        self.economic[row["name"]].append((row["code"], *years))
        if row["scheme"] == "政府" and row["name"] in self.readings:
            return
        for surface, weak in _surfaces(row):
            self._add_reading(surface, Reading(row["name"], row["code"], "经济分类", weak))

    def _add_term(self, row: Mapping[str, str]) -> None:
        if row["use"] == "subject":
            return
        for surface, weak in _surfaces(row):
            scheme = cast(Scheme, row["scheme"])  # the check of lexicons knows no other
            self._add_reading(surface, Reading(row["name"], "", scheme, weak or row["use"] == "value"))

    def _add_reading(self, surface: str, reading: Reading) -> None:
        if all(known.scheme != reading.scheme for known in self.readings[surface]):
            self.readings[surface].append(reading)

    @cached_property
    def surfaces(self) -> list[str]:
        """Every name, alias and longer phrase, in the order of the automaton's pattern numbers."""
        return [*self.readings, *sorted(self.longer)]

    @cached_property
    def automaton(self) -> Any:
        """Finds the leftmost longest names in one pass over a text."""
        import ahocorasick_rs

        return ahocorasick_rs.AhoCorasick(self.surfaces, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    @cached_property
    def domain_words(self) -> list[str]:
        """The names that the segmenter must know as words."""
        return [name for name in self.surfaces if 2 <= len(name) <= 16 and not set("“”\"'‘’（）、") & set(name)]

    def functional_row(self, code: str, year: int | None) -> Functional | None:
        """The line with ``code`` in ``year``, else the line of the nearest year, else None."""
        lines = self.by_code.get(code)
        if not lines:
            return None
        return next((line for line in lines if line.valid(year)), lines[-1])

    def functional_codes(self, name: str, year: int | None) -> list[str]:
        """Codes that ``name`` (or an alias) stands for in ``year``; those of any year where none is valid then."""
        known = self._codes.get((name, year))
        if known is None:
            lines = self.functional.get(name) or self.functional.get(key(name))
            if not lines:
                return []
            known = self._codes[name, year] = self._valid_codes(lines, year)
        return known

    def _valid_codes(self, lines: Sequence[Functional], year: int | None) -> list[str]:
        exact = [line.code for line in lines if line.code and self._alive(line.code, year)]
        return list(dict.fromkeys(exact or [line.code for line in lines if line.code]))

    def _alive(self, code: str, year: int | None) -> bool:
        return any(line.valid(year) for line in self.by_code[code])

    def table(self, name: str, column: str) -> tuple[str, ...]:
        """One column of a small table, cached."""
        return _column(self, name, column)

    @cached_property
    def units(self) -> list[Unit]:
        """The measure words, longest first."""
        units = [
            Unit(row["unit"], "chinese" in row["numerals"], "parts" in row["numerals"], row["not_before"])
            for row in self.rows("units")
        ]
        return sorted(units, key=lambda unit: -len(unit.unit))

    @cached_property
    def regions(self) -> list[Region]:
        """The administrative divisions."""
        return [msgspec.convert(row, Region) for row in self.rows("regions")]


@lru_cache(maxsize=64)
def _column(lexicon: Lexicon, name: str, column: str) -> tuple[str, ...]:
    return tuple(row[column] for row in lexicon.rows(name))


def _surfaces(row: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    yield row["name"], False
    for alias in row["aliases"].split("|"):
        if alias:
            yield alias.lstrip("~"), alias.startswith("~")


@lru_cache(maxsize=1)
def default() -> Lexicon:
    """The shipped lexicon, loaded at first use."""
    return Lexicon()
