"""Mishaps on the command line: wrong tables, wrong folders, links in a circle, options that do nothing."""

from __future__ import annotations

import importlib.util
import os
import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnfin.api import tag_many
from cnfin.batch.inputs import Input, find
from cnfin.cli.commands import cli, main
from cnfin.errors import ReadError
from cnfin.reading import read
from cnfin.tagger import Tagger

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONAL = "code\tname\tlevel\tvalid_from\tvalid_to\taliases\tevidence\n"


def cnfin(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, [str(each) for each in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.write_text("2021年灯会支出1万元。", encoding="utf-8")
    return path


def test_every_problem_of_an_own_lexicon_is_told_as_the_check_tells_it(tmp_path: Path, document: Path) -> None:
    rows = "99x\t灯会事务\t类\t\t\t\t\n201\t灯会支出\t类\t\t\t\t\n20198\t灯会管理\t款\t2030\t2005\t\t\n20198\t灯会\n"
    (tmp_path / "functional.tsv").write_text(FUNCTIONAL + rows, encoding="utf-8")
    checked = cnfin("lexicon", "check", tmp_path)
    for command in ("tag", "facts", "audit"):
        assert cnfin(command, "--lexicon", tmp_path, document) == (2, "", checked[2])
    for told in ("2: bad code '99x'", "3: code 201 has two names", "4: bad years", "5: 2 cells under 7 columns"):
        assert f"functional.tsv:{told}" in checked[2]
    assert cnfin("tag", "--lexicon", document.parent, document) == (
        2,
        "",
        f"{document.parent}: holds no lexicon table (*.tsv)\n",
    )


def test_an_output_folder_belongs_to_one_command(tmp_path: Path, document: Path) -> None:
    out = tmp_path / "out"
    assert cnfin("tag", document.parent, "--out-dir", out)[0] == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert main(["facts", str(document.parent), "--out-dir", str(out)]) == 2
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "command",
    [("tag",), ("facts", "--format", "csv"), ("facts", "--format", "parquet"), ("audit", "--summary"), ("text",)],
)
def test_where_every_input_failed_the_output_is_as_it_was(command: tuple[str, ...], document: Path) -> None:
    there, new, missing = document.with_name("there"), document.with_name("new"), document.with_name("no.txt")
    there.write_text("before")
    for output in (there, new):
        assert cnfin(*command, missing, "-o", output)[0] == 1
    assert there.read_text() == "before"
    assert sorted(path.name for path in document.parent.iterdir()) == ["a.txt", "there"]
    assert cnfin(*command, missing, document, "-o", there)[0] == 1
    assert there.read_bytes() != b"before"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_an_output_keeps_its_permissions(mode: int, tmp_path: Path, document: Path) -> None:
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text('{"text": "灯会延期。", "roles": ["问题"]}\n', encoding="utf-8")
    export = ("roles", "export", labelled, "--format", "doccano")
    for number, command in enumerate([("tag", document), ("text", document), export]):
        path, link = tmp_path / f"out{number}", tmp_path / f"link{number}"
        path.write_text("before")
        path.chmod(mode)
        link.symlink_to(path)
        for place in (path, link):
            assert cnfin(*command, "-o", place)[0] == 0
            assert stat.S_IMODE(path.stat().st_mode) == mode
        assert link.is_symlink()
        assert path.read_text(encoding="utf-8") != "before"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--shard-size", "8"), "--shard-size needs --shards"),
        (("--shard-size", "64", "--out-dir", "out"), "--shard-size needs --shards"),
        (("--no-roles", "--model", __file__), "nothing for --model to do"),
    ],
)
def test_options_that_would_do_nothing_are_refused(options: tuple[str, ...], told: str, document: Path) -> None:
    status, out, err = cnfin("tag", *options, document)
    assert (status, out) == (2, "")
    assert told in err


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    top, other = tmp_path / "top", tmp_path / "other"
    for name in ("top/own/1.txt", "top/.store/2.txt", "other/3.txt", "other/deep/4.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    links = {
        top / "a": top / "own",  # read at its own place
        top / "b": top / ".store",  # hidden there
        top / "c": other / "deep",
        top / "d": other,
        top / "e": other,  # read already
        top / "own" / "up": top,
        other / "back": top,
        top / "f": top / "f",
    }
    for link, place in links.items():
        link.symlink_to(place)
    found = list(find([str(top)]))
    assert [item.name for item in found if isinstance(item, Input)] == ["b/2.txt", "c/4.txt", "d/3.txt", "own/1.txt"]
    assert [(item.name, item.kind) for item in found if isinstance(item, ReadError)] == [("f", "passed")]
    (top / "up").symlink_to(tmp_path)
    assert sum(isinstance(item, Input) for item in find([str(top)])) == 4
    assert [item.name for item in find([str(top / "d")])][:2] == ["3.txt", "back/b/2.txt"]


def status(arguments: list[str]) -> int:
    """The exit status of a command line."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def test_pipes_in_the_place_of_own_files_are_refused(tmp_path: Path, document: Path) -> None:
    """Opening a pipe that nobody writes to waits for ever."""
    out, tables = tmp_path / "out", tmp_path / "tables"
    for folder in (out, tables):
        folder.mkdir()
    os.mkfifo(tables / "regions.tsv")
    assert cnfin("lexicon", "check", tables)[2] == f"{tables / 'regions.tsv'}: is no regular file\n"
    for name in ("MANIFEST", ".cnfin/journal", ".cnfin/lock"):
        place = out / name
        place.parent.mkdir(exist_ok=True)
        os.mkfifo(place)
        assert main(["tag", "--no-roles", str(document), "--out-dir", str(out)]) == 2
        assert stat.S_ISFIFO(place.stat().st_mode)
        place.unlink()
    os.mkfifo(document.with_name("b.txt"))
    left = [item for item in find([str(document.parent)]) if isinstance(item, ReadError)]
    assert [(item.name, item.message) for item in left] == [("b.txt", "is no regular file")]


def test_folders_in_folders_end(tmp_path: Path) -> None:
    place = tmp_path
    for _ in range(230):
        place = place / "d"
        place.mkdir()
    (place / "a.txt").write_text("2021年灯会支出1万元。", encoding="utf-8")
    (tmp_path / "b.txt").write_text("2021年灯会支出2万元。", encoding="utf-8")
    found = list(find([str(tmp_path)]))
    assert [item.name for item in found if isinstance(item, Input)] == ["b.txt"]
    assert ["folders deep" in item.message for item in found if isinstance(item, ReadError)] == [True]


def test_what_was_taken_before_the_sources_failed_is_not_lost() -> None:
    def sources() -> Iterator[str]:
        yield from ("2021年灯会支出1万元。", "2021年灯会支出2万元。", "2021年灯会支出3万元。")
        raise ValueError("no more")

    tagger = Tagger(roles=False)
    for jobs in (1, 2):
        taken: list[str] = []
        with pytest.raises(ValueError, match="no more"):
            for made in tag_many(sources(), jobs=jobs, tagger=tagger):
                taken.append(made.text)
        assert len(taken) == 3


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("bogus://127.0.0.1:1", "unknown address scheme"),
        ("tls://127.0.0.1:1", "needs certificates"),
        ("nowhere", "no address of a Dask scheduler"),
    ],
)
def test_addresses_of_no_scheduler_are_one_line(
    address: str, told: str, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed")
    assert status(["tag", "--no-roles", str(document), "--scheduler", address]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


def test_a_scheduler_without_workers_is_told_and_given_up(
    document: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    distributed = pytest.importorskip("distributed")
    from cnfin.batch import cluster

    monkeypatch.setattr(cluster, "_GIVE_UP", 2.0)
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as nobody:
        assert status(["tag", "--no-roles", str(document), "--scheduler", nobody.scheduler_address]) == 1
    error = capsys.readouterr().err
    assert "waiting for workers" in error and "has no workers" in error


def test_a_store_without_its_library_names_it(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fsspec")
    if importlib.util.find_spec("s3fs"):
        pytest.skip("s3fs is installed")
    assert status(["tag", "--no-roles", "s3://bucket/a.txt"]) == 2
    assert "s3fs" in capsys.readouterr().err


def test_one_rule_for_the_exit_status(tmp_path: Path, document: Path) -> None:
    """1 where a document could not be done and the others are, 2 where nothing could be begun (docs/cli.md)."""
    missing, bad = tmp_path / "no.txt", tmp_path / "bad.model"
    bad.write_text("x")
    for command in (("tag",), ("facts",), ("audit",), ("ledger",), ("text",), ("roles", "sample"), ("completeness",)):
        assert status([*command, str(missing)]) == 1, command
    for line in (
        f"tag --model {bad} {document}", f"roles sample --model {bad} {document}", f"roles evaluate {missing}",
        f"roles export {missing} --format doccano", f"roles import {missing} --format doccano",
        f"roles train {missing}", f"evaluate {missing} {missing}", f"tag --lexicon {missing} {document}",
        f"lexicon check {missing}",
        f"tag {document} --no-such-option", "no-such-command",
    ):  # fmt: skip
        assert status(line.split()) == 2, line


def test_a_fork_beside_a_reading_thread_reads_on(tmp_path: Path) -> None:
    """The lock of the reading process is held while the fork is made; the child has one of its own."""
    page = tmp_path / "a.html"
    page.write_text("<p>2021年灯会支出1万元。</p>" * 2000, encoding="utf-8")
    stop = threading.Event()

    def reading() -> None:
        while not stop.is_set():
            read(page)

    thread = threading.Thread(target=reading)
    thread.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                signal.alarm(60)  # ends a child that waits for ever
                os._exit(0 if "灯会" in read(page).text else 3)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        thread.join()
