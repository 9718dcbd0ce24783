"""The tutorial of the panel, the pages of the panel and the database: every command and query as printed."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from command import printed

ROOT = Path(__file__).parents[1]


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    return tmp_path


def test_the_tutorial_of_the_panel(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas")
    for body in blocks("tutorial-panel.md", "sh"):
        printed(body.strip(), folder)
    monkeypatch.chdir(folder)
    (code,) = blocks("tutorial-panel.md", "python")
    exec(compile(code, "tutorial-panel.md", "exec"), {})
    assert "局" in capsys.readouterr().out


def test_every_command_of_the_panels_page(folder: Path) -> None:
    for body in blocks("panel.md", "sh"):
        printed(body.strip(), folder)
    assert (folder / "province" / "datapackage.json").is_file()


def test_every_query_of_the_databases_page(folder: Path) -> None:
    (command,) = blocks("database.md", "sh")
    printed(command.strip(), folder)
    (queries,) = blocks("database.md", "sql")
    with sqlite3.connect(folder / "province.sqlite") as data:
        found = [data.execute(query).fetchall() for query in queries.split(";") if query.strip()]
    assert len(found) == 10
    assert found[0] and found[2] and found[3]


def test_datasette_opens_it(folder: Path) -> None:
    pytest.importorskip("datasette")
    printed("cnfin db province.sqlite corpus/samples", folder)
    command = [sys.executable, "-m", "datasette", "province.sqlite", "--get", "/province/sangong.json?_shape=array"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "公务接待费".encode() in done.stdout or b"\\u516c\\u52a1" in done.stdout
