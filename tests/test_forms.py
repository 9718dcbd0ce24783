"""What people choose on the command line: forms by endings, filters, assumptions, names, languages."""

from __future__ import annotations

import csv
import gettext
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cnfin
from cnfin import messages
from cnfin.cli.commands import cli
from cnfin.errors import ReadError, UsageError

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
TEXT = """某县水文站2021年度部门决算
2021年支出合计80.00万元，其中：基本支出60.00万元，占75%。
2021年“三公”经费支出1.20万元，比上年减少0.30万元，主要原因是厉行节约，压减接待批次。
"""


def run(*arguments: Any, **options: Any) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], **options)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins in English, and what it speaks ends with it."""
    domain = gettext.textdomain()
    monkeypatch.setenv("LANGUAGE", "en")
    messages.speak(None)
    yield
    messages.speak(None)
    gettext.textdomain(domain)


# Forms


@pytest.mark.parametrize("command", ["tag", "facts", "ledger", "audit", "completeness", "panel"])
def test_the_ending_says_the_form(command: str, file: Path, tmp_path: Path) -> None:
    for ending in ("jsonl", "jsonl.gz", "csv", "csv.gz", "parquet", "xlsx"):
        output = tmp_path / f"out.{ending}"
        assert run(command, file, "-o", output).exit_code == 0
        start = output.read_bytes()[:4]
        assert {"gz": start[:2] == b"\x1f\x8b", "parquet": start == b"PAR1", "xlsx": start[:2] == b"PK"}.get(
            ending.rpartition(".")[2], start[:1] in ((b"{", b"") if "jsonl" in ending else (b"d", b"u"))
        ), ending
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert rows[0][0] == ("unit" if command == "panel" else "doc")
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()) == (tmp_path / "out.csv").read_bytes()
    assert gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()) == (tmp_path / "out.jsonl").read_bytes()


@pytest.mark.parametrize("arguments", [
    ("-o", "x.csv", "--format", "jsonl"), ("-o", "x.xlsx", "--format", "csv"), ("-o", "x.jsonl", "--format", "parquet"),
    ("-o", "x.xls"), ("-o", "x.tsv"), ("-o", "x.xlsx.gz"), ("-o", "x.jsonl", "--bom"), ("--bom",),
    ("--format", "xlsx"), ("-o", "X.CSV", "--explain"),
])  # fmt: skip
def test_what_contradicts_itself_is_refused_and_nothing_written(
    arguments: tuple[str, ...], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("facts", file, *arguments).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_any_other_name_is_json_lines(file: Path, tmp_path: Path) -> None:
    assert run("facts", file, "-o", tmp_path / "facts.out").exit_code == 0
    assert json.loads((tmp_path / "facts.out").read_text(encoding="utf-8").splitlines()[0])["doc"]


def test_a_mark_for_excel(file: Path, tmp_path: Path) -> None:
    for name, mark in (("with.csv", True), ("without.csv", False)):
        assert run("facts", file, "-o", tmp_path / name, *(["--bom"] if mark else [])).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(b"\xef\xbb\xbf") is mark


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t="])
def test_no_spreadsheet_runs_what_a_document_says(lead: str, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    inside = tmp_path / "in"
    inside.mkdir()
    path = inside / f"{lead.strip()}cmd.txt"
    path.write_text(f"{lead}HYPERLINK(1)为2021年度支出5万元。\n收支差额为-3.5万元，2021年下降-4%。\n", encoding="utf-8")
    for ending in ("csv", "xlsx"):
        assert run("tag", inside, "-o", tmp_path / f"out.{ending}").exit_code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    risky = [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell and not cell.lstrip("+-").rstrip("%").isdigit()]
    assert risky == []
    assert any(cell.startswith(f"'{lead.strip()}") for cell in cells)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_numbers_stay_numbers_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("某局2021年度部门决算\n2021年支出合计5万元，比上年减少3.50万元，下降41.2%。\n", encoding="utf-8")
    assert run("facts", path, "-o", tmp_path / "x.csv").exit_code == 0
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        assert "-3.5" in [row["value"] for row in csv.DictReader(stream)]


def test_facts_with_their_sentences(file: Path, tmp_path: Path) -> None:
    found = lines(run("facts", file, "--line", "三公经费", "--with", "sentence"))
    assert {record["sentence"] for record in found} == {TEXT.splitlines()[-1]}
    assert list(found[0])[-1] == "sentence"
    assert run("facts", file, "--with", "sentence", "-o", tmp_path / "x.csv").exit_code == 0
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[0].endswith(",sentence")
    assert "sentence" not in lines(run("facts", file))[0]


# Filters and assumptions


def test_filters_of_sentences(file: Path) -> None:
    assert [record["roles"] for record in lines(run("tag", file, "--role", "原因说明"))] == [["原因说明"]]
    assert ["三公" in record["text"] for record in lines(run("tag", file, "--line", "三公经费"))] == [True]
    assert len(lines(run("tag", file, "--year", "2021"))) == 2 and lines(run("tag", file, "--year", "2019")) == []
    assert run("tag", file, "--role", "原因说明", "--no-roles").exit_code == 2
    assert run("tag", file, "--year", "2021", "--no-facts").exit_code == 2


def test_filters_of_findings() -> None:
    planted = ROOT / "corpus" / "planted"
    everything, some = lines(run("audit", planted)), lines(run("audit", planted, "--line", "三公经费"))
    assert some == [finding for finding in everything if finding["subject"] == "三公经费"] != []
    assert lines(run("audit", planted, "--year", "1999")) == []
    assert run("audit", planted, "--across", "--unit", "局").exit_code == 2


def test_filters_of_documents() -> None:
    for option, name in (("--province", "四川"), ("--province", "四川省"), ("--unit", "阆中市")):
        assert {record["unit"] for record in lines(run("facts", SAMPLES, option, name))} == {"阆中市医疗保障局"}
    assert lines(run("facts", SAMPLES, "--province", "四川", "--unit", "公安局")) == []
    both = lines(run("facts", SAMPLES, "--province", "四川", "--province", "云南"))
    assert {record["province"] for record in both} == {"四川省", "云南省"}


def test_what_is_assumed_fills_what_a_document_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("本年支出合计5万元。\n", encoding="utf-8")
    assumed = ("--assume", "unit=某县水文站", "--assume", "year=2019", "--assume", "province=云南省")
    (fact,) = lines(run("facts", path, *assumed, "--assume", "kind=决算"))
    assert (fact["unit"], fact["fiscal_year"], fact["province"], fact["kind"]) == ("某县水文站", 2019, "云南省", "决算")
    assert fact["year"] == 2019, "the year of the document is the year of its figures"
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    assert {fact["fiscal_year"] for fact in lines(run("facts", tmp_path / "b.txt", *assumed))} == {2021}
    for wrong in ("year=x", "year=", "kind=x", "yeer=2020", "2020"):
        assert run("facts", path, "--assume", wrong).exit_code == 2


# Names


def test_documents_of_two_folders_stay_apart(tmp_path: Path) -> None:
    for place in ("2020/决算.txt", "2021/决算.txt", "2021/预算.txt", "x/2021/决算.txt"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(TEXT, encoding="utf-8")

    def docs(*folders: str) -> list[str]:
        found = lines(run("tag", *(tmp_path / folder for folder in folders), "--no-roles"))
        return list(dict.fromkeys(record["doc"] for record in found))

    assert docs("2020", "2021") == ["2020/决算.txt", "2021/决算.txt", "预算.txt"]
    assert docs("2021") == ["决算.txt", "预算.txt"]
    assert docs("2021", "x/2021") == [f"{tmp_path}/2021/决算.txt", "预算.txt", f"{tmp_path}/x/2021/决算.txt"]


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_run_that_is_stopped_says_so(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(400):
        (tmp_path / "in" / f"{number}.txt").write_text(TEXT * 60, encoding="utf-8")
    command = [sys.executable, "-m", "cnfin", "tag", "in", "-o", "out.jsonl", "--jobs", "1"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"}
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert any(line.startswith("stopped; out.jsonl not written, ") for line in told.decode().splitlines())
    assert not (tmp_path / "out.jsonl").exists()


# Languages


@pytest.mark.parametrize(("variables", "expected"), [
    ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LC_ALL": "zh_TW", "LANG": "en_US"}, "zh"), ({"LANG": "C"}, "en"), ({}, "en"),
    ({"LANGUAGE": "en", "LANG": "zh_CN"}, "en"), ({"LANG": ""}, "en"),
])  # fmt: skip
def test_the_locale_chooses(variables: dict[str, str], expected: str) -> None:
    assert messages.language(environment=variables) == expected
    assert messages.language("zh", variables) == "zh" and messages.language("en", variables) == "en"


def told(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **variables}
    command = [sys.executable, "-m", "cnfin", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def test_help_and_errors_in_chinese(tmp_path: Path) -> None:
    chinese = {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8", "LANGUAGE": ""}
    shown = told("facts", "--help", **chinese).stdout
    assert "用法" in shown and "每个事实一条记录" in shown and "Only" not in shown
    assert shown == told("--lang", "zh", "facts", "--help", LC_ALL="C", LANGUAGE="").stdout
    missing = told("text", "nothere.txt", **chinese)
    assert (missing.returncode, missing.stderr) == (1, "nothere.txt: 没有这个文件或文件夹\n")
    assert "错误" in told("fatcs", **chinese).stderr
    wrong = told("facts", "x", "-o", "x.xls", **chinese)
    assert wrong.returncode == 2 and "不写 .xls" in wrong.stderr
    assert "Usage" in told("facts", "--help", LC_ALL="C", LANGUAGE="").stdout


def test_records_are_the_same_in_every_language(file: Path) -> None:
    assert run("--lang", "zh", "tag", file).stdout == run("--lang", "en", "tag", file).stdout


def test_what_was_filled_into_a_message_is_kept() -> None:
    message = "-o a{}b.csv does not go with --format xlsx: leave one of them out."
    assert messages.told(message, "zh") == "-o a{}b.csv 与 --format xlsx 不一致：请去掉其中一个。"
    assert messages.told(message, "en") == message
    assert messages.told("nobody says this", "zh") == "nobody says this"
    assert messages.told("", "zh") == ""


def test_the_catalogue_is_compiled_and_speaks_of_all_pages() -> None:
    pofile = pytest.importorskip("babel.messages.pofile")
    mofile = pytest.importorskip("babel.messages.mofile")
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import make_messages  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    with make_messages.PO.open("rb") as stream:
        catalogue = pofile.read_po(stream, locale="zh")
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    assert make_messages.PO.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run python docs/make_messages.py"
    needed = list(make_messages.messages())
    known = {message.id: message.string for message in catalogue}
    missing = [message for message in needed if message.id and not make_messages.translated(known.get(message.id))]
    pages = [message.id for message in missing if any("cnfin/view" in place for place, _ in message.locations)]
    assert pages == []
    ours = [message for message in missing if "click" not in message.auto_comments]
    assert len(ours) < 0.1 * len(needed), sorted(str(message.id) for message in ours)


# The library


def test_a_path_is_read_and_a_files_name_is_no_text(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cnfin.tag(file).identity.unit == "某县水文站" and cnfin.tag(file).name == str(file)
    assert [document.name for document in cnfin.tag_many([file, file])] == [str(file)] * 2
    monkeypatch.chdir(file.parent)
    for name in ("a.txt", str(file)):
        with pytest.raises(UsageError, match=r"is a file and no text: give Path"):
            cnfin.tag(name)
    with pytest.raises(UsageError):
        list(cnfin.tag_many(["a.txt"]))
    for text in ("支出5万元。", "a\x00b.txt", "x" * 5000, "", str(file.parent), "b.txt"):
        assert cnfin.tag(text).text == text
    with pytest.raises(TypeError, match="several"):
        cnfin.tag_many("a.txt")
    with pytest.raises(ReadError):
        cnfin.tag(Path("nothere.txt"))


def test_facts_and_spans_are_tuples(file: Path) -> None:
    document = cnfin.tag(file)
    assert document.facts[0] in document.facts and len(document.spans) > 4
    assert isinstance(document.facts, tuple) and isinstance(document.spans, tuple)


def test_the_chinese_tutorial_has_the_same_commands() -> None:
    import re

    def commands(place: str) -> list[str]:
        return re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / place).read_text(encoding="utf-8"), re.DOTALL)

    assert commands("zh/tutorial.md") == commands("tutorial-new-province.md")


def test_what_is_installed() -> None:
    result = run("info")
    assert result.exit_code == 0 and f"cnfin: {cnfin.__version__}" in result.output and "role model" in result.output
    found = json.loads(run("info", "--json").output)
    assert found["lexicon"]["tables"] > 10 and set(found["extras"]) == {"fast", "docs", "parquet", "cluster"}
