"""Cells of many documents in DuckDB, which may be larger than memory, and the steps from them to the panel."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Any

from cnfin.errors import CnfinError, MissingExtra
from cnfin.filters import Filter
from cnfin.panel.units import Mapping

#: Columns of a cell as the ledger writes it, with DuckDB's types; what a file lacks is null.
COLUMNS = {
    "doc": "VARCHAR", "unit": "VARCHAR", "entity": "VARCHAR", "province": "VARCHAR", "city": "VARCHAR",
    "county": "VARCHAR", "region": "VARCHAR", "fiscal_year": "INTEGER", "kind": "VARCHAR", "year": "INTEGER",
    "flow": "VARCHAR", "line": "VARCHAR", "code": "VARCHAR", "level": "VARCHAR", "scheme": "VARCHAR",
    "funds": "VARCHAR", "division": "VARCHAR", "owner": "VARCHAR", "measure": "VARCHAR",
    "value": "DECIMAL(38, 10)", "value_unit": "VARCHAR", "status": "VARCHAR", "stated": "INTEGER", "support": "INTEGER",
    "sources": "JSON",
}  # fmt: skip
#: What makes a row of the panel one row: the unit, and the cell without the document.
KEY = (
    "place", "name", "entity", "year", "flow", "coalesce(code, line)", "code", "key_funds", "division", "owner",
    "measure", "value_unit",
)  # fmt: skip
ORDER = (
    "place", "any_value(name)", "entity", "year", "flow", "code", "any_value(line ORDER BY place_in_line)",
    "key_funds", "division", "owner", "measure", "value_unit",
)  # fmt: skip
#: SQL for the decimals of a value, and for one value being the other as rounded at the coarser's last digit.
DECIMALS = "length(split_part(rtrim(rtrim(c.value::VARCHAR, '0'), '.'), '.', 2))"
ALIKE = (
    "(value = best OR decimals <> best_decimals"
    " AND abs(value - best) <= 0.5 * power(10, -least(decimals, best_decimals)))"
)
#: Rows of cells that are joined at a time: units are dealt into so many buckets that each holds about as many.
BUCKET = 2_000_000
MEMORY = "3GB"
_COLUMN = re.compile(r"\b([a-z_]+)\b(?!\()")
_STEP = re.compile(r"^-- step: (\w+)\n", re.MULTILINE)


class PanelError(CnfinError):
    """Cells that cannot be read or joined."""


class Store:
    """Cells of many documents, to be joined over documents.

    Args:
        ledgers: files of cells as JSON Lines (``.jsonl``, ``.gz`` or ``.zst`` behind) or Parquet.
        mapping: names of units that are one.
        keep: which cells of the panel are wanted; all by default.
        memory: most that DuckDB may hold; the rest goes to ``temporary``.
        temporary: folder for what does not fit; one of its own by default.

    Raises:
        MissingExtra: DuckDB is not installed.
        PanelError: a file holds no cells.
    """

    def __init__(
        self,
        ledgers: Sequence[str],
        mapping: Mapping = (),
        *,
        keep: Filter | None = None,
        memory: str = MEMORY,
        temporary: str | None = None,
    ) -> None:
        try:
            import duckdb
        except ImportError:
            raise MissingExtra("cnfin panel", "panel") from None
        self._error: type[Exception] = duckdb.Error
        self._folder = tempfile.TemporaryDirectory(prefix="cnfin-panel-", dir=temporary)
        self._steps = _steps()
        settings: dict[str, Any] = {
            "memory_limit": memory, "temp_directory": self._folder.name, "preserve_insertion_order": False,
        }  # fmt: skip
        self._data = duckdb.connect(config=settings)
        self._wanted = _wanted(keep)
        self._read(list(ledgers))
        self._map(mapping)
        self._mark_lines()
        self._run("units", bare=_bare("c"))
        self._run("documents", decimals=DECIMALS)
        self._run("statements", decimals=DECIMALS)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self._data.close()
        self._folder.cleanup()

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        """What a statement over ``cells``, ``units`` and ``statements`` gives, as DuckDB's relation."""
        try:
            return self._data.execute(statement, list(parameters))
        except self._error as error:
            raise PanelError(f"the cells cannot be joined: {_first_line(error)}") from error

    def buckets(self) -> Iterator[str]:
        """Conditions that deal the units out, so that each part of the join fits into memory."""
        (rows,) = self.query("SELECT count(*) FROM cells").fetchone()
        parts = max(1, -(-rows // BUCKET))
        for number in range(parts):
            yield f"hash(place, name) % {parts} = {number}" if parts > 1 else "true"

    def rank(self, bucket: str) -> None:
        """Fill the table ``ranked`` for the units of a bucket."""
        self._run("ranked", bucket=f"{bucket} AND {self._wanted}", key=", ".join(KEY))

    def panel(self) -> Any:
        """The rows of the panel for the bucket that was ranked last."""
        key = ", ".join(KEY)
        order = ", ".join(f"{one} NULLS FIRST" for one in ORDER)
        return self.query(self._filled("panel", key=key, alike=ALIKE, order=order))

    def later(self) -> list[dict[str, Any]]:
        """In the ranked bucket, what a document says otherwise than the year's own."""
        # A document that states the other value too, elsewhere, is not accused: its audit says so already.
        repeats = "coalesce(list_contains(json_extract(o.sources, '$[*].value')::DOUBLE[], b.value::DOUBLE), false)"
        sides = [(re.sub(_COLUMN, r"o.\1", one), re.sub(_COLUMN, r"b.\1", one)) for one in KEY]
        same = " AND ".join(f"{left} IS NOT DISTINCT FROM {right}" for left, right in sides)
        return self._rows(self._filled("later", same_key=same, repeats=repeats))

    def find_members(self) -> None:
        """Fill the table ``members``: which unit belongs to which department."""
        self._run("members")

    def rank_related(self) -> None:
        """Fill the table ``ranked`` for the departments that have units here, and for these units."""
        related = "SELECT place, name FROM members UNION SELECT place, department FROM members"
        self.rank(f"(place, name) IN ({related})")

    def roll_up(self) -> list[dict[str, Any]]:
        """Where a department's figure is less than its units' together."""
        return self._rows(self._filled("roll_up"))

    def fill_wide(self) -> None:
        """Fill the table ``wide_cells`` with the cells of all units."""
        self._run("wide_table")
        for bucket in self.buckets():
            self.rank(bucket)
            self._run("wide_fill")

    def wide_columns(self) -> list[str]:
        """The lines that some unit has, sides and codes in their order."""
        return [label for (label,) in self.query(self._filled("wide_columns")).fetchall()]

    def wide_rows(self) -> Any:
        """A row a unit and year: whose it is, and a map from line to value."""
        return self.query(self._filled("wide_rows"))

    def alike(self) -> list[dict[str, Any]]:
        """Pairs of units of one name that were kept apart, and of a body and its 本级."""
        return self._rows(self._filled("alike"))

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        found = self.query(statement)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _run(self, step: str, **words: str) -> None:
        self.query(self._filled(step, **words))

    def _filled(self, step: str, **words: str) -> str:
        return self._steps[step].format(**words)

    def _read(self, ledgers: list[str]) -> None:
        """A view of the cells in all files."""
        views = []
        for number, (form, names) in enumerate(sorted(_by_form(ledgers).items())):
            given = ", ".join(_quoted(name) for name in names)
            try:
                views.append(self._view(f"cells{number}", form, given))
            except self._error as error:
                raise PanelError(f"{names[0]}: no cells as cnfin ledger writes them: {_first_line(error)}") from error
        self._data.execute(f"CREATE TEMP VIEW cells AS {' UNION ALL BY NAME '.join(views)}")

    def _view(self, name: str, form: str, given: str) -> str:
        if form == "parquet":
            there = {row[0] for row in self._data.execute(f"DESCRIBE SELECT * FROM read_parquet([{given}])").fetchall()}
            if not {"doc", "line", "measure", "value"} <= there:
                raise PanelError(f"{given}: no cells as cnfin ledger writes them: a column doc, line, measure or value")
            source = f"read_parquet([{given}], union_by_name = true)"
        else:
            there = set(COLUMNS)
            columns = ", ".join(f"{column}: {_quoted(kind)}" for column, kind in COLUMNS.items())
            source = f"read_json([{given}], format = 'newline_delimited', columns = {{{columns}}})"
        chosen = ", ".join(
            f"{_cast(column, kind)} AS {column}" if column in there else f"NULL::{kind} AS {column}"
            for column, kind in COLUMNS.items()
        )
        self._data.execute(f"CREATE TEMP VIEW {name} AS SELECT {chosen} FROM {source}")
        self._data.execute(f"SELECT * FROM {name} LIMIT 1")
        return f"SELECT * FROM {name}"

    def _mark_lines(self) -> None:
        """A table of the lines that a document states for one money only, said or not."""
        from cnfin.ledger.lines import one_money

        self._data.execute("CREATE TEMP TABLE of_one_money (scheme VARCHAR, line VARCHAR)")
        lines = self.query("SELECT DISTINCT scheme, line FROM cells").fetchall()
        found = [(scheme, line) for scheme, line in lines if one_money(line, scheme)]
        if found:
            self._data.executemany("INSERT INTO of_one_money VALUES (?, ?)", found)

    def _map(self, mapping: Mapping) -> None:
        self._data.execute("CREATE TEMP TABLE mapped (unit VARCHAR, region VARCHAR, name VARCHAR, department VARCHAR)")
        if mapping:
            self._data.executemany("INSERT INTO mapped VALUES (?, ?, ?, ?)", [list(row) for row in mapping])


def _wanted(keep: Filter | None) -> str:
    """SQL for the rows of ``statements`` that a filter keeps."""
    if keep is None:
        return "true"
    columns = {
        "measures": "measure", "lines": "line", "flows": "flow", "funds": "funds", "divisions": "division",
        "levels": "level", "years": "year",
    }  # fmt: skip
    tests = [
        f"{column} IN ({', '.join(_quoted(str(one)) for one in getattr(keep, field))})"
        for field, column in columns.items()
        if getattr(keep, field)
    ]
    if keep.codes:
        tests.append("(" + " OR ".join(f"starts_with(code, {_quoted(code)})" for code in keep.codes) + ")")
    return " AND ".join(tests) or "true"


def _by_form(ledgers: Sequence[str]) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for name in ledgers:
        forms.setdefault("parquet" if name.endswith(".parquet") else "json", []).append(name)
    return forms


def _cast(column: str, kind: str) -> str:
    # Sources are a list of structs in Parquet and JSON in JSON Lines: JSON is what both can be.
    return f"to_json({column})" if column == "sources" else f"{column}::{kind}"


def _bare(cells: str) -> str:
    """SQL for a unit's name without white space and without the place before it."""
    name = f"replace(replace(regexp_replace({cells}.unit, '\\s', '', 'g'), '(', '（'), ')', '）')"
    for place in ("province", "city", "county"):
        name = f"regexp_replace({name}, concat('^', regexp_escape(coalesce({cells}.{place}, ''))), '')"
    return name


def _steps() -> dict[str, str]:
    """The named statements of the package's SQL files."""
    steps: dict[str, str] = {}
    for name in ("panel.sql", "across.sql", "wide.sql", "alike.sql"):
        parts = _STEP.split(resources.files("cnfin.panel").joinpath(name).read_text(encoding="utf-8"))
        steps |= zip(parts[1::2], (part.strip().rstrip(";") for part in parts[2::2]), strict=True)
    return steps


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
