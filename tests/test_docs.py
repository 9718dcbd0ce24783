"""The examples in the documents are run as they stand."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [body for found, body in _BLOCK.findall(text) if found == language]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a checkout to relative paths."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cnfin(arguments: str) -> str:
    from click.testing import CliRunner

    from cnfin.cli.commands import cli

    result = CliRunner().invoke(cli, shlex.split(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_api_page(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for body in blocks("docs/api.md", "python"):
        exec(compile(body, "docs/api.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "2023 决算" in printed
    assert "姚安县农业农村局" in printed


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_python_in_the_readme(document: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("pandas")
    cnfin("facts corpus/samples -o facts.jsonl")
    names: dict[str, object] = {}
    for body in blocks(document, "python"):
        exec(compile(body, document, "exec"), names)
    printed = capsys.readouterr().out
    assert "20805" in printed and "2019" in printed
    assert "四川省" in printed


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_jq_in_the_readme(document: str, checkout: Path) -> None:
    jq = pytest.importorskip("jq")
    line = next(line for body in blocks(document, "sh") for line in body.splitlines() if "| jq" in line)
    left, _, right = line.partition(" | jq -r ")
    rows = jq.compile(shlex.split(right)[0]).input_text(cnfin(left.removeprefix("cnfin "))).all()
    assert any("教育局" in row for row in rows)


def test_the_record_in_the_readme_is_what_is_printed(checkout: Path) -> None:
    """All but the scores, which follow the model."""
    shown = json.loads(blocks("README.md", "json")[0])
    printed = map(json.loads, cnfin("tag corpus/samples/sichuan-2022-yibao-juesuan.txt").splitlines())
    record = next(line for line in printed if line["sent"] == shown["sent"])
    different = {key for key in shown if key not in ("doc", "role_scores") and shown[key] != record[key]}
    assert not different
    assert list(record) == list(shown)
