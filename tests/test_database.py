"""The database: what is in it, that a rerun does what is new, that a kill loses nothing."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import cnfin

from cnfin.batch import Job, Run
from cnfin.batch.database import fill
from cnfin.db import DatabaseError

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
QUIET = Run(quiet=True, jobs=1)


def dump(path: Path) -> list[str]:
    """Everything that the file says, as SQL."""
    with sqlite3.connect(path) as data:
        return [line for line in data.iterdump() if "sentences_text" not in line]


def put(path: Path, *files: Path, **settings: object) -> int:
    return fill(str(path), Job(**settings), [str(one) for one in files], QUIET).failed  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("db") / "province.sqlite"
    assert put(path, SAMPLES) == 0
    return path


def records(command: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in cnfin(command, SAMPLES, "-q").stdout.splitlines()]


def test_the_tables_hold_what_the_commands_print(province: Path) -> None:
    with sqlite3.connect(province) as data:
        tagged, cells = records("tag"), records("ledger")
        assert data.execute("SELECT count(*) FROM sentences").fetchone() == (len(tagged),)
        (facts,) = data.execute("SELECT count(*) FROM facts").fetchone()
        assert facts == sum(len(one["facts"]) for one in tagged)  # type: ignore[misc,arg-type]
        roles = data.execute("SELECT role, count(*) FROM roles GROUP BY role").fetchall()
        assert dict(roles)["原因说明"] == sum("原因说明" in one["roles"] for one in tagged)  # type: ignore[operator]
        asked = "SELECT doc, line, code, funds, measure, c.year, value FROM cells c JOIN documents d ON d.id = document"
        keys = ("doc", "line", "code", "funds", "measure", "year", "value")
        printed = {tuple(one[key] for key in keys) for one in cells}
        assert set(data.execute(asked)) == printed
        assert data.execute("PRAGMA foreign_key_check").fetchall() == []
        assert data.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_words_are_found_in_the_full_text(province: Path) -> None:
    with sqlite3.connect(province) as data:
        asked = "SELECT count(*) FROM sentences_text WHERE sentences_text MATCH ?"
        (found,) = data.execute(asked, ("主要原因",)).fetchone()
        (there,) = data.execute("SELECT count(*) FROM sentences WHERE text LIKE '%主要原因%'").fetchone()
        assert found == there > 0


@pytest.mark.parametrize(
    "view", ["sangong", "by_kuan", "totals", "problems", "reasons", "findings_by_check"]
)
def test_every_view_can_be_asked(province: Path, view: str) -> None:
    with sqlite3.connect(province) as data:
        rows = data.execute(f"SELECT * FROM {view}").fetchall()
    assert rows or view in ("findings_by_check", "by_kuan")


def test_a_rerun_does_what_is_new_or_changed(tmp_path: Path) -> None:
    folder, path = tmp_path / "in", tmp_path / "a.sqlite"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"会泽县{name[0]}局2022年度部门决算\n2022年办公费支出5万元。\n", encoding="utf-8")
    put(path, folder)
    first = dump(path)
    put(path, folder)
    assert dump(path) == first
    (folder / "b.txt").write_text("会泽县b局2022年度部门决算\n办公费支出7万元，邮电费1万元。\n", encoding="utf-8")
    (folder / "c.txt").write_text("会泽县审计局2022年度部门决算\n2022年办公费支出9万元。\n", encoding="utf-8")
    put(path, folder)
    with sqlite3.connect(path) as data:
        asked = "SELECT doc, value FROM cells JOIN documents ON documents.id = document ORDER BY doc, value"
        assert data.execute(asked).fetchall() == [("a.txt", 5), ("b.txt", 1), ("b.txt", 7), ("c.txt", 9)]
        found = data.execute("SELECT count(*) FROM sentences_text WHERE sentences_text MATCH '办公费支出'").fetchone()
        assert found == (3,)
        data.execute("INSERT INTO sentences_text (sentences_text) VALUES ('integrity-check')")


def test_what_failed_is_told_again_and_tried_when_it_changed(tmp_path: Path) -> None:
    folder, path = tmp_path / "in", tmp_path / "a.sqlite"
    folder.mkdir()
    (folder / "a.txt").write_bytes(bytes(range(9)) * 99)
    (folder / "b.txt").write_text("会泽县财政局2022年度部门决算\n", encoding="utf-8")
    assert [put(path, folder), put(path, folder)] == [1, 1]
    (folder / "a.txt").write_text("会泽县审计局2022年度部门决算\n", encoding="utf-8")
    assert put(path, folder) == 0
    with sqlite3.connect(path) as data:
        assert data.execute("SELECT count(*) FROM documents").fetchone() == (2,)
        assert data.execute("SELECT count(*) FROM failures").fetchone() == (0,)


def test_a_file_of_another_program_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.sqlite"
    with sqlite3.connect(path) as data:
        data.execute("CREATE TABLE mine (a)")
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="of another program"):
        put(path, SAMPLES)
    assert path.read_bytes() == before
    text = tmp_path / "text.sqlite"
    text.write_text("no database at all, but some text of a hundred characters or so, so that it is not empty" * 9)
    with pytest.raises(DatabaseError, match=r"text\.sqlite: cannot be used"):
        put(text, SAMPLES)


def test_others_read_while_one_writes(province: Path) -> None:
    reader = sqlite3.connect(province)
    writer = sqlite3.connect(province, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM findings")
    assert reader.execute("SELECT count(*) FROM documents").fetchone() == (9,)
    writer.execute("ROLLBACK")
    writer.close()
    reader.close()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3))
def test_a_killed_run_is_gone_on_with(tmp_path: Path, number: int, province: Path) -> None:
    """Killed at a random moment, then run again: as if nothing had happened."""
    path = tmp_path / "killed.sqlite"
    command = [sys.executable, "-m", "cnfin", "db", str(path), str(SAMPLES), "-q", "--jobs", "2"]
    run = subprocess.Popen(command, cwd=ROOT)
    time.sleep(random.Random(number).uniform(0.3, 3))
    run.send_signal(signal.SIGKILL)
    run.wait()
    subprocess.run(command, cwd=ROOT, check=True)
    whole = tmp_path / "whole.sqlite"
    shutil.copy(province, whole)
    keys = "INSERT INTO \"inputs\""  # the settings' digest is the same, the stamps of the files too
    assert [line for line in dump(path) if keys not in line] == [line for line in dump(whole) if keys not in line]


def test_datasette_and_duckdb_read_it(province: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    try:
        duckdb.execute("LOAD sqlite")
    except duckdb.Error as error:
        pytest.skip(f"DuckDB's sqlite extension is not on this machine: {error}")
    duckdb.execute(f"ATTACH '{province}' AS p (TYPE sqlite)")
    assert duckdb.execute("SELECT count(*) FROM p.documents").fetchone() == (9,)
