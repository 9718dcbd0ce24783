"""The examples in the documents are run as they stand."""

from __future__ import annotations

import csv
import json
import re
import shlex
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

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
    return result.stdout


def test_api_page(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for body in blocks("docs/api.md", "python"):
        exec(compile(body, "docs/api.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "2023 决算" in printed
    assert "姚安县农业农村局" in printed


@lru_cache(maxsize=1)
def known_sums() -> tuple[dict[int, Decimal], dict[tuple[str, str], Decimal]]:
    """What the sample corpus's annotations say: 20805 by year, and 三公经费 by province and measure."""
    lines: dict[int, Decimal] = {}
    three: dict[tuple[str, str], Decimal] = {}
    for path in sorted((ROOT / "corpus" / "samples").glob("*.gold.jsonl")):
        gold = [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()]
        head = next(line for line in gold if line["t"] == "doc")
        facts = [line for line in gold if line["t"] == "fact"]
        stated = {
            (fact["year"], fact["code"]): fact["value"]
            for fact in facts
            if fact["measure"] == "决算数" and len(fact["code"] or "") == 7 and fact["code"].startswith("20805")
        }
        for (year, _), value in stated.items():
            lines[year] = lines.get(year, Decimal(0)) + value
        totals = {
            fact["measure"]: fact["value"]
            for fact in facts
            if fact["subject"] == "三公经费"
            and fact["year"] == head["year"]
            and fact["measure"] in ("决算数", "预算数")
        }
        for measure, value in totals.items():
            place = head["province"], measure
            three[place] = three.get(place, Decimal(0)) + value
    return lines, three


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_recipes_print_the_known_sums(document: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("pandas")
    command = next(line for body in blocks(document, "sh") for line in body.splitlines() if "cnfin ledger" in line)
    cnfin(command.removeprefix("cnfin "))
    names: dict[str, Any] = {}
    for body in blocks(document, "python"):
        exec(compile(body, document, "exec"), names)
    lines, three = known_sums()
    assert {year: spent for _, year, _, spent in names["spent"].fetchall()} == lines
    table = names["own"].groupby(["province", "measure"])["value"].sum()
    assert {place: round(Decimal(value), 6) for place, value in table.items()} == three
    printed = capsys.readouterr().out
    assert all(f"{spent:.6f}" in printed for spent in lines.values())
    assert all(f"{value:g}" in printed for value in three.values())


def test_ledger_page(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pandas")
    first, *others = [line for body in blocks("docs/ledger.md", "sh") for line in body.splitlines()]
    shown = json.loads(blocks("docs/ledger.md", "json")[0])
    (record,) = map(json.loads, cnfin(first.removeprefix("cnfin ")).splitlines())
    assert {key: record[key] for key in shown} == shown
    for line in others:
        cnfin(line.removeprefix("cnfin "))
    with (checkout / "lines.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {(row["measure"], row["funds"], row["level"]) for row in rows} == {("决算数", "一般公共预算", "项")}
    assert sum(row["doc"].startswith("yunnan") for row in rows) > 10
    for body in blocks("docs/ledger.md", "python"):
        exec(compile(body, "docs/ledger.md", "exec"), {})
    *totals, lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in totals] == [["2020", "决算数", "4427.12"], ["2019", "决算数", "4102.44"]]
    assert float(lines) == 4380.32, "the 类 of 一般公共预算 come to the total that the document states"


def test_rules_in_the_docs_are_those_of_the_ledger() -> None:
    from cnfin.ledger import ratios, sums

    page = (ROOT / "docs/ledger.md").read_text(encoding="utf-8")
    rows = [
        tuple(row) for row in re.findall(r"^\| (.+?) \| (.+?) \|$", page.partition("<!-- rules -->")[2], re.MULTILINE)
    ]
    rules = [(rule.name, rule.example) for rule in (*sums.RULES, *ratios.RULES.values())]
    assert rows[2:] == rules


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


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_the_page_in_the_readme_gives_what_is_said(document: str, checkout: Path) -> None:
    page = (ROOT / document).read_text(encoding="utf-8")
    sample = "corpus/samples/sichuan-2022-yibao-juesuan.txt"
    text = (ROOT / sample).read_bytes().decode()
    (said,) = re.findall(r"^> (.+)$", page, re.MULTILINE)
    start = text.index(said)
    facts = [json.loads(line) for line in cnfin(f"facts {sample}").splitlines()]
    here = [fact for fact in facts if start <= fact["start"] < start + len(said)]
    head, rows = re.findall(r"^(\| text \|.*)\n\| ---.*\n((?:\|.*\n)+)", page, re.MULTILINE)[0]
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in (head, *rows.splitlines())]
    assert [[str(fact[key] or "") for key in shown[0]] for fact in here] == shown[1:]
    tagged = [json.loads(line) for line in cnfin(f"tag {sample}").splitlines()]
    roles = [line["roles"] for line in tagged if start <= line["start"] < start + len(said)]
    assert roles == [[], ["原因说明"]]
    (cell,) = [json.loads(line) for line in cnfin(f"ledger {sample} --line 三公经费 --measure 决算数").splitlines()]
    assert cell["value"] == 5.42
    assert re.search(rf"(?:with the|相符的) {cell['support']} ", page)


def test_numbers_of_documents_in_the_readmes(checkout: Path) -> None:
    """The count that the main command ends with, and the excerpts of a summary."""
    sentences = len(cnfin("tag corpus/samples").splitlines())
    for document, lang in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        page = (ROOT / document).read_text(encoding="utf-8")
        assert f"`{sentences} tagged.jsonl`" in page
        printed = cnfin(f"summary corpus/planted/jiangxi-2020-sifa-juesuan.txt --lang {lang}").splitlines()
        shown = [line for line in blocks(document, "text")[0].splitlines() if line != "…"]
        assert [line for line in shown if line not in printed] == []
