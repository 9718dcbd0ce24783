"""The command line as a user meets it: exit status, what is printed where, speed, current help pages."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest
from command import cnfin

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
SAMPLE = sorted(SAMPLES.glob("*.txt"))[0]
#: Without roles, so that these tests say something of the command line alone.
TAG = ("tag", "--no-roles")


def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cnfin.cli.commands", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, stdin=pipe, env=environment, **options)


def apart(*arguments: str | Path, stdin: bytes = b"", **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    process = start(*arguments, **options)
    out, err = process.communicate(stdin, timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def records(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("run", [cnfin, apart])
def test_tag_prints_records_and_nothing_else(run: Any) -> None:
    result = run(*TAG, SAMPLE)
    assert (result.returncode, result.stderr) == (0, b"")
    assert {record["doc"] for record in records(result)} == {str(SAMPLE)}
    text = SAMPLE.read_bytes().decode()
    spans = [span for record in records(result) for span in record["spans"]]
    assert len(spans) > 50
    assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)


def test_text_is_the_text_that_offsets_count_in() -> None:
    assert apart("text", SAMPLE).stdout == SAMPLE.read_bytes()
    assert cnfin("text", "-", stdin=SAMPLE.read_bytes().decode().encode("gb18030")).stdout == SAMPLE.read_bytes()


def test_standard_input_and_folders(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.txt").write_text("二〇二〇年支出3万元。", encoding="gb18030")
    (tmp_path / "in" / "a.txt").write_text("收入5元。", encoding="utf-16")
    result = cnfin(*TAG, "-", tmp_path / "in", stdin="支出1万元。".encode())
    assert [record["doc"] for record in records(result)] == ["-", "a.txt", "b.txt"]
    result = cnfin(*TAG, "--encoding", "utf-16", tmp_path / "in" / "a.txt")
    assert records(result)[0]["text"] == "收入5元。"


def test_tokens_on_request() -> None:
    (record,) = records(cnfin(*TAG, "--tokens", "-", stdin="支出1万元。".encode()))
    assert "".join(record["tokens"]) == record["text"]


def test_a_file_that_fails_is_one_line_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(os.urandom(64) + b"\0\1\2" * 50)
    (tmp_path / "c.txt").write_text("支出1万元。", encoding="utf-8")
    errors = tmp_path / ".errors.jsonl"
    result = cnfin(*TAG, tmp_path / "none.txt", tmp_path, "--errors", errors)
    assert result.returncode == 1
    assert [record["doc"] for record in records(result)] == ["c.txt"]
    lines = result.stderr.decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == [str(tmp_path / "none.txt"), "a.txt", "b.txt"]
    told = [json.loads(line) for line in errors.read_text(encoding="utf-8").splitlines()]
    assert [(record["doc"], record["error"]) for record in told[:2]] == [
        (str(tmp_path / "none.txt"), "missing"),
        ("a.txt", "empty"),
    ]
    assert [list(record) for record in told] == [["doc", "error", "message"]] * 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    assert b"a.txt: cannot be read" in cnfin(*TAG, path).stderr


def test_output_file_is_complete(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = cnfin(*TAG, SAMPLE, "-o", out)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert out.read_bytes() == cnfin(*TAG, SAMPLE).stdout
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.jsonl"]


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    result = cnfin(*TAG, SAMPLE, "-o", tmp_path / "nowhere" / "out.jsonl")
    assert result.returncode == 1
    assert result.stderr.decode().count("\n") == 1
    assert b"nowhere" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [(*TAG, str(SAMPLE)), ("schema", "fact"), ("--help",)])
def test_a_full_disk_is_one_line(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "cnfin.cli.commands", *arguments]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False)
    assert result.returncode == 1
    assert result.stderr.decode().count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("tag",),
        ("tag", "--jobs", "0", "x"),
        ("tag", "--encoding", "gb2313", "x"),
        ("tag", "--out-dir", str(SAMPLES), str(SAMPLES)),
        ("tag", "--lexicon", "/nowhere", "x"),
        ("tag", "--out-dir", "d", "-"),
        ("tag", "--shards", "gz", "x"),
        ("facts", "--measure", "价格", "x"),
        ("facts", "--format", "parquet", "x"),
        ("audit", "--check", "spelling", "x"),
        ("schema", "row"),
        ("nothing",),
        ("lexicon", "check", "/nowhere"),
        ("tag", "-", "-"),
        ("tag", ""),
        ("tag", "--encoding", "", "x"),
        ("tag", "--encoding", "base64", "x"),
        ("tag", "-o", "", "x"),
        ("tag", "--out-dir", "", "x"),
        ("tag", "--errors", "-", "x"),
        ("tag", "--time-limit", "nan", "x"),
        ("facts", "--code", "2x", "x"),
    ],
)
def test_bad_options_exit_with_2(arguments: tuple[str, ...]) -> None:
    result = cnfin(*arguments)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"Error: " in result.stderr
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("lexicon", "check", str(SAMPLES)),
        ("evaluate", str(SAMPLE), str(SAMPLE)),
        ("tag", "nosuch://place"),
        ("tag", "--out-dir", "nosuch://place", str(SAMPLE)),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_1(arguments: tuple[str, ...]) -> None:
    result = cnfin(*arguments)
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.decode().count("\n") == 1


def test_an_address_that_is_none_is_one_line_and_exit_2() -> None:
    result = cnfin("tag", "--scheduler", "nowhere", str(SAMPLE))
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)


@pytest.mark.parametrize("option", ["-o", "--errors"])
def test_no_input_is_written_over(option: str, tmp_path: Path) -> None:
    path, link = tmp_path / "a.txt", tmp_path / "link"
    path.write_text("支出1万元。", encoding="utf-8")
    link.symlink_to(path)
    for inputs, place in ((path, path), (path, link), (tmp_path, path), (tmp_path, tmp_path / "new.csv")):
        for command in ("text", "tag"):
            assert cnfin(command, inputs, option, place).returncode == 2
    assert path.read_text(encoding="utf-8") == "支出1万元。"
    assert not (tmp_path / "new.csv").exists()
    assert cnfin("text", tmp_path, option, tmp_path / "new.jsonl").returncode == 0
    assert cnfin("text", path, "-o", tmp_path / "one", "--errors", tmp_path / "one").returncode == 2


def test_closed_standard_streams_are_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m cnfin.cli.commands text"
    for line in (f"{command} {SAMPLE} >&-", f"{command} - <&-", f"{command} - 0>{tmp_path}/write-only"):
        result = subprocess.run(["sh", "-c", line], capture_output=True, env=environment, check=False)
        assert (result.returncode, result.stdout) == (1, b"")
        assert result.stderr.decode().count("\n") == 1, line
        assert b"internal" not in result.stderr


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_standard_error_that_takes_nothing_ends_no_run(tmp_path: Path, where: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m cnfin.cli.commands"
    line = f"{command} tag --no-roles {tmp_path}/absent.txt {SAMPLE} -o {tmp_path}/out.jsonl {where}"
    assert subprocess.run(["sh", "-c", line], env=environment, check=False).returncode == 1
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") > 20
    line = f"{command} text {tmp_path}/absent.txt {SAMPLE} {where}"
    result = subprocess.run(["sh", "-c", line], stdout=subprocess.PIPE, env=environment, check=False)
    assert b"absent" not in result.stdout


def test_a_name_cannot_command_the_terminal() -> None:
    result = cnfin("text", "red\x1b[31m\nfile")
    assert result.stderr == b"red [31m file: no such file or folder\n"


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.txt").write_bytes(SAMPLE.read_bytes())
    process = start(*TAG, tmp_path, "--jobs", "2")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr.read() == b""


@pytest.mark.parametrize("arguments", [("--help",), ("schema", "fact"), ("text", str(SAMPLE))])
def test_output_that_nobody_reads_ends_quietly(arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cnfin.cli.commands", *arguments]
    result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")


def _begun(process: subprocess.Popen[bytes], errors: Path) -> None:
    """Wait until a run has made its errors file and is at work."""
    while not errors.exists() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(0.5)


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    errors = tmp_path / "errors.jsonl"
    process = start(*TAG, "-", SAMPLES, "--errors", errors)  # waits for standard input
    _begun(process, errors)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()


def test_ctrl_c_ends_worker_processes_too(tmp_path: Path) -> None:
    (tmp_path / "0.txt").write_bytes(SAMPLE.read_bytes() * 20)
    for number in range(1, 400):
        (tmp_path / f"{number}.txt").hardlink_to(tmp_path / "0.txt")
    out, errors = tmp_path / "out.jsonl", tmp_path / "errors.jsonl"
    process = start(*TAG, tmp_path, "--jobs", "2", "-o", out, "--errors", errors, start_new_session=True)
    _begun(process, errors)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(10) == 130
    assert not out.exists()
    assert not list(tmp_path.glob(".cnfin-*"))
    with pytest.raises(ProcessLookupError):
        _wait_for_group_to_end(process.pid)


def _wait_for_group_to_end(group: int) -> None:
    for _ in range(100):
        os.killpg(group, 0)
        time.sleep(0.05)


def test_jobs_and_none_give_the_same_bytes(tmp_path: Path) -> None:
    alone = apart(*TAG, SAMPLES)
    together = apart(*TAG, SAMPLES, "--jobs", "2")
    assert alone.stdout == together.stdout
    out = tmp_path / "out"
    result = cnfin(*TAG, SAMPLES, "--out-dir", out)
    assert result.returncode == 0
    assert b" documents" in result.stderr
    assert cnfin(*TAG, SAMPLES, "--out-dir", out, "--quiet").stderr == b""
    written = sorted(out.rglob("*.jsonl"), key=lambda path: path.relative_to(out).parts)
    assert b"".join(path.read_bytes() for path in written) == alone.stdout


def test_facts_forms_agree(tmp_path: Path) -> None:
    import csv

    import pyarrow.parquet

    lines = records(cnfin("facts", SAMPLE))
    assert lines
    table = cnfin("facts", SAMPLE, "--format", "csv").stdout.decode()
    rows = list(csv.DictReader(table.splitlines()))
    assert [row["subject"] for row in rows] == [record["subject"] or "" for record in lines]
    assert list(rows[0]) == list(lines[0])
    path = tmp_path / "facts.parquet"
    assert cnfin("facts", SAMPLE, "--format", "parquet", "-o", path).returncode == 0
    stored = pyarrow.parquet.read_table(path).to_pylist()
    assert [float(row["value"]) for row in stored] == [record["value"] for record in lines]
    assert [row["base"] for row in stored] == [record["base"] for record in lines]


def test_facts_of_tag_and_facts_are_the_same() -> None:
    tagged = [fact for record in records(cnfin(*TAG, SAMPLE)) for fact in record["facts"]]
    flat = records(cnfin("facts", SAMPLE))
    assert [(fact["start"], fact["value"], fact["unit"]) for fact in tagged] == [
        (fact["start"], fact["value"], fact["value_unit"]) for fact in flat
    ]


def test_facts_filters() -> None:
    some = records(cnfin("facts", SAMPLES, "--measure", "占比", "--measure", "决算数", "--code", "208"))
    assert some
    assert all(fact["code"].startswith("208") and fact["measure"] in ("占比", "决算数") for fact in some)


def test_explain_names_the_rule() -> None:
    facts = records(cnfin("facts", SAMPLE, "--explain"))
    text = SAMPLE.read_bytes().decode()
    assert all(fact["rule"] for fact in facts)
    assert all(text[span["start"] : span["end"]] == span["text"] for fact in facts for span in fact["used"])


PLANTED = sorted((SAMPLES.parent / "planted").glob("*.txt"))


@pytest.mark.skipif(not PLANTED, reason="no sample with planted errors")
def test_audit_finds_planted_errors_and_counts_them() -> None:
    findings = records(cnfin("audit", *PLANTED))
    assert findings
    counted = records(cnfin("audit", *PLANTED, "--summary"))
    for by in ("doc", "province", "check"):
        assert sum(row["findings"] for row in counted if row["by"] == by) == len(findings)
    only = records(cnfin("audit", *PLANTED, "--check", findings[0]["check"]))
    assert {finding["check"] for finding in only} == {findings[0]["check"]}
    assert cnfin("audit", *PLANTED, "--fail-on", "error").returncode == 1


@pytest.mark.parametrize("kind", ["sentence", "fact", "finding"])
def test_schema_is_printed(kind: str) -> None:
    assert "doc" in json.loads(cnfin("schema", kind).stdout)["properties"]


def test_shipped_lexicon_is_sound() -> None:
    result = cnfin("lexicon", "check")
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.endswith(b" rows, 0 problems\n")


def test_own_lexicon_adds_words(tmp_path: Path) -> None:
    header = (ROOT / "lexicons" / "terms.tsv").read_text(encoding="utf-8").splitlines()[0]
    cells = {"name": "灯笼节补贴支出", "scheme": "其他", "use": "mention"}
    row = "\t".join(cells.get(column, "") for column in header.split("\t"))
    (tmp_path / "terms.tsv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert cnfin("lexicon", "check", tmp_path).returncode == 0
    (record,) = records(cnfin(*TAG, "--lexicon", tmp_path, "-", stdin="灯笼节补贴支出1万元。".encode()))
    assert record["spans"][0]["name"] == "灯笼节补贴支出"


@pytest.mark.parametrize(
    ("table", "content", "told"),
    [
        ("words.tsv", "word\n", "words.tsv: no such table"),
        ("units.tsv", "name\n", "units.tsv:1: columns missing: unit"),
        ("terms.tsv", "\udcff\n", "terms.tsv:1: is not UTF-8"),
        ("regions.tsv", "code\tname\tlevel\tparent\n990000\t灯省\t乡\t\n", "regions.tsv:2: bad level '乡'"),
        ("nouns.tsv", "noun\tnote\n灯会\n", "nouns.tsv:2: 1 cells under 2 columns"),
    ],
)
def test_an_own_lexicon_that_cannot_be_used_is_told_once(table: str, content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / table).write_text(content, encoding="utf-8", errors="surrogateescape")
    result = cnfin(*TAG, "--lexicon", tmp_path, SAMPLES)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode().count("\n") == 1
    assert told in result.stderr.decode()


def test_help_is_fast_and_loads_nothing_heavy() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert apart("--help").returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Time of its own, so that a busy machine does not count.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.2
    probe = (
        "import sys; from cnfin.cli.commands import main; main(['--help']); "
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, cwd=ROOT, check=True)
    for heavy in (b"'jieba'", b"'sklearn'", b"'numpy'", b"'cn2an'", b"'cnfin.tagger'", b"'cnfin.batch'"):
        assert heavy not in result.stderr


def _page() -> Any:
    spec = importlib.util.spec_from_file_location("make_cli", ROOT / "docs" / "make_cli.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_help_pages_are_current() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == _page().page()


def test_every_command_has_an_example() -> None:
    from cnfin.cli.commands import cli

    for path, command in _page().commands(cli, ("cnfin",)):
        assert "Example" in command.get_help(click.Context(command, info_name=path[-1])), path
