"""The SQLite file: opened or made, asked what is there, given bundles a transaction at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from importlib import resources

from cnfin.batch.inputs import Input
from cnfin.db import rows
from cnfin.db.bundle import Bundle
from cnfin.document import Document
from cnfin.errors import CnfinError

#: Raised where a table changes its meaning: an older file is refused.
VERSION = 1
#: "cnfi", so that tools can tell whose file it is.
APPLICATION = 0x636E6669
_BUSY = 30.0
Failures = Sequence[tuple[str, str, str]]


class DatabaseError(CnfinError):
    """A file that is no database of ours, or that cannot be written."""


class Database:
    """An SQLite file of documents. Use it in a ``with`` statement.

    Args:
        path: the file; made where it is not there.
        digest: of the settings that decide what is found in a document; where it changed, all is done again.

    Raises:
        DatabaseError: the file is something else, of another version, or cannot be written.
    """

    def __init__(self, path: str, digest: str) -> None:
        self._path, self._digest, self._changed = path, digest, False
        try:
            self._data = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
            self._prepare()
        except sqlite3.Error as error:
            raise DatabaseError(f"{path}: cannot be used as a database: {error}") from error
        self._done = dict(self._data.execute("SELECT name, key FROM inputs"))

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *exception: object) -> None:
        self._data.close()

    def key(self, item: Input) -> str:
        """What has to agree for an input to be left as it is."""
        return f"{self._digest}:{item.size}:{item.stamp}"

    def has(self, item: Input) -> bool:
        """Whether an input is in the database as it is now."""
        return self._done.get(item.name) == self.key(item)

    def put(self, item: Input, bundles: Iterable[Bundle], failures: Failures, *, lasting: bool = True) -> None:
        """Put an input's documents in the place of those it had: all of them, or none.

        Args:
            item: the input.
            bundles: its documents.
            failures: document, kind and message of those that failed.
            lasting: whether another try would give the same.

        Raises:
            DatabaseError: the file cannot be written.
        """
        try:
            self._data.execute("BEGIN IMMEDIATE")
            try:
                key = self.key(item) if lasting else ""
                self._replace(item.name, key, bundles, failures)
            except BaseException:
                self._data.execute("ROLLBACK")
                raise
            self._data.execute("COMMIT")
        except sqlite3.Error as error:
            raise DatabaseError(f"{self._path}: cannot be written: {error}") from error
        self._done[item.name] = key
        self._changed = True

    def failures(self, name: str) -> list[tuple[str, str, str]]:
        """The documents of an input that could not be read, from an earlier run."""
        asked = "SELECT doc, error, message FROM failures JOIN inputs ON inputs.id = input WHERE inputs.name = ?"
        return self._data.execute(asked, (name,)).fetchall()

    def documents(self, name: str) -> int:
        """How many documents an input gave."""
        asked = "SELECT count(*) FROM documents JOIN inputs ON inputs.id = input WHERE inputs.name = ?"
        (number,) = self._data.execute(asked, (name,)).fetchone()
        return int(number)

    def finish(self) -> None:
        """All inputs are there: let the planner know what the tables hold, and fold the log into the file."""
        if self._changed:
            self._data.execute("ANALYZE")
        self._data.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _prepare(self) -> None:
        """Make the tables of a new file; refuse one that is not ours.

        Raises:
            DatabaseError: the file is another program's, or of another version.
        """
        data = self._data
        (application,) = data.execute("PRAGMA application_id").fetchone()
        (version,) = data.execute("PRAGMA user_version").fetchone()
        (tables,) = data.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION:
            raise DatabaseError(f"{self._path}: is a database of another program")
        if tables and version != VERSION:
            raise DatabaseError(f"{self._path}: is of version {version}, not {VERSION}: make it anew")
        # Readers read on while one process writes.
        data.execute("PRAGMA journal_mode = WAL")
        data.execute("PRAGMA synchronous = NORMAL")
        data.execute("PRAGMA foreign_keys = ON")
        if not tables:
            schema = resources.files("cnfin.db").joinpath("schema.sql").read_text(encoding="utf-8")
            data.executescript(
                f"BEGIN;{schema};PRAGMA application_id = {APPLICATION};PRAGMA user_version = {VERSION};COMMIT;"
            )

    def _replace(self, name: str, key: str, bundles: Iterable[Bundle], failures: Failures) -> None:
        data = self._data
        found = data.execute("SELECT id FROM inputs WHERE name = ?", (name,)).fetchone()
        if found:
            # The triggers of full text see what a cascade deletes only where the sentences go first.
            data.execute(
                "DELETE FROM sentences WHERE document IN (SELECT id FROM documents WHERE input = ?)", found
            )
            data.execute("DELETE FROM documents WHERE input = ?", found)
            data.execute("DELETE FROM failures WHERE input = ?", found)
            data.execute("UPDATE inputs SET key = ? WHERE id = ?", (key, *found))
            (number,) = found
        else:
            number = data.execute("INSERT INTO inputs (name, key) VALUES (?, ?)", (name, key)).lastrowid
        data.executemany("INSERT INTO failures VALUES (?, ?, ?, ?)", [(number, *one) for one in failures])
        for one in bundles:
            self._document(number, one)

    def _document(self, number: int | None, one: Bundle) -> None:
        document = one.document
        marks = ", ".join("?" * 11)
        columns = "input, doc, unit, entity, province, city, county, region, fiscal_year, kind, text"
        values = (number, *rows.document_row(document, one.region))
        place = self._data.execute(f"INSERT INTO documents ({columns}) VALUES ({marks})", values).lastrowid
        assert place is not None
        sections = self._sections(place, document)
        ids = self._sentences(place, document, sections)
        for index, sentence in enumerate(document.sentences):
            self._insert("roles", ((ids[index], *row) for row in rows.role_rows(sentence)))
            self._insert("spans", ((None, ids[index], *rows.span_row(span)) for span in sentence.spans))
            self._insert("facts", ((None, ids[index], *rows.fact_row(fact)) for fact in sentence.facts))
        self._cells(place, one)
        self._findings(place, one, ids)

    def _sections(self, place: int, document: Document) -> list[int]:
        first = self._next("sections")
        self._insert(
            "sections",
            (
                (first + index, place, None if one.parent is None else first + one.parent, one.level,
                 rows.text(one.title), one.start, one.end)
                for index, one in enumerate(document.sections)
            ),
        )  # fmt: skip
        return [first + index for index in range(len(document.sections))]

    def _sentences(self, place: int, document: Document, sections: list[int]) -> list[int]:
        first = self._next("sentences")
        told = []
        for index, one in enumerate(document.sentences):
            section = None if one.section is None else sections[one.section]
            told.append((first + index, place, *rows.sentence_row(document, one, section)))
        self._insert("sentences", told)
        return [row[0] for row in told]

    def _cells(self, place: int, one: Bundle) -> None:
        first = self._next("cells")
        self._insert("cells", ((first + n, place, *rows.cell_row(cell)) for n, cell in enumerate(one.cells)))
        for number, cell in enumerate(one.cells, first):
            self._insert("sources", ((number, *row) for row in rows.source_rows(cell)))

    def _findings(self, place: int, one: Bundle, ids: list[int]) -> None:
        starts = [sentence.start for sentence in one.document.sentences]
        first = self._next("findings")
        for number, finding in enumerate(one.findings, first):
            sentence = rows.sentence_at(starts, ids, finding.start)
            self._insert("findings", [(number, place, sentence, *rows.finding_row(one.document, finding))])
            self._insert("evidence", ((number, *row) for row in rows.evidence_rows(one.document, finding)))

    def _next(self, table: str) -> int:
        (last,) = self._data.execute(f"SELECT max(id) FROM {table}").fetchone()
        return (last or 0) + 1

    def _insert(self, table: str, values: Iterable[rows.Row]) -> None:
        told = list(values)
        if told:
            marks = ", ".join("?" * len(told[0]))
            self._data.executemany(f"INSERT INTO {table} VALUES ({marks})", told)
