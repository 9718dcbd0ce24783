"""Batches: order, isolation of bad documents, output folders that resume, inputs."""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import batch_work
import pytest
import zstandard

from cnfin.batch import Run, inputs, job, pool, run
from cnfin.batch.folder import FolderError, OutputFolder, output_name
from cnfin.batch.inputs import Input, find
from cnfin.batch.manifest import BusyError, OtherCommandError
from cnfin.batch.outputs import OutputError, atomic, output
from cnfin.batch.reorder import Reorder
from cnfin.batch.report import Report
from cnfin.batch.sinks import Target
from cnfin.batch.tasks import Done, Result, Task
from cnfin.errors import CnfinError, ReadError


def write(folder: Path, **texts: str) -> list[Input]:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return [item for item in find([str(folder)]) if isinstance(item, Input)]


def tasks(items: list[Input]) -> Iterator[Task]:
    return (Task(number, (item,)) for number, item in enumerate(items))


def finish(items: list[Input], jobs: int = 2, limit: float | None = 20) -> list[Done]:
    return list(pool.run_tasks(batch_work.start, tasks(items), jobs, limit))


def failures(done: list[Done]) -> dict[str, str]:
    return {result.name: result.failure.kind for one in done for result in one.results if result.failure}


# Worker processes


def test_results_come_in_input_order(tmp_path: Path) -> None:
    texts = {f"n{number:02}": "sleep 0.3" if number == 0 else f"text {number}" for number in range(12)}
    done = finish(write(tmp_path, **texts))
    assert [one.number for one in done] == list(range(12))
    assert done[3].lines == b"n03.txt TEXT 3\n"


def test_a_document_that_kills_its_process_is_an_error_of_its_own(tmp_path: Path) -> None:
    done = finish(write(tmp_path, a="one", b="die", c="three", d="four"))
    assert failures(done) == {"b.txt": "crash"}
    assert b"".join(one.lines for one in done) == b"a.txt ONE\nc.txt THREE\nd.txt FOUR\n"


def test_a_document_whose_process_dies_once_is_tried_again(tmp_path: Path) -> None:
    items = write(tmp_path / "in", a="one", b=f"die-once {tmp_path}/marker", c="three")
    done = finish(items, jobs=1)
    assert failures(done) == {}
    assert done[1].lines.startswith(b"b.txt DIE-ONCE")


def test_a_document_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    done = finish(write(tmp_path, a="one", b="sleep 60", c="three"), limit=0.5)
    assert failures(done) == {"b.txt": "timeout"}


def test_a_document_that_takes_too_long_in_this_process(tmp_path: Path) -> None:
    items = write(tmp_path, a="one", b="sleep 60", c="three")
    together = iter([Task(0, tuple(items)), Task(1, (items[0],))])
    done = list(pool.run_here(batch_work.start, together, limit=0.2))
    assert failures(done) == {"b.txt": "timeout"}
    assert [one.lines for one in done] == [b"a.txt ONE\nc.txt THREE\n", b"a.txt ONE\n"]
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_an_error_in_the_tagger_names_its_place(tmp_path: Path) -> None:
    (failed,) = [result.failure for one in finish(write(tmp_path, a="fail x")) for result in one.results]
    assert failed is not None
    assert failed.kind == "internal"
    assert "KeyError" in failed.message
    assert "batch_work.py:" in failed.message


def test_the_rest_of_a_task_survives_a_bad_document(tmp_path: Path) -> None:
    items = write(tmp_path, a="one", b="die", c="three")
    (done,) = pool.run_tasks(batch_work.start, iter([Task(0, tuple(items))]), 1, 20)
    assert [result.failure and result.failure.kind for result in done.results] == [None, "crash", None]
    assert done.lines == b"a.txt ONE\nc.txt THREE\n"


def test_a_worker_that_cannot_be_built_says_why(tmp_path: Path) -> None:
    items = write(tmp_path, a="one")
    with pytest.raises(CnfinError, match="no such model"):
        list(pool.run_tasks(batch_work.start_refused, tasks(items), 1, 20))


def test_workers_that_never_begin_end_the_run(tmp_path: Path) -> None:
    items = write(tmp_path, a="one")
    with pytest.raises(pool.PoolError):
        list(pool.run_tasks(batch_work.start_dead, tasks(items), 1, 20))


def test_what_is_done_already_passes_through_in_order(tmp_path: Path) -> None:
    (item,) = write(tmp_path, a="one")
    before = [Done(number, (Result(f"old {number}"),), skipped=True) for number in range(100) if number != 50]
    mixed: list[Task | Done] = [*before[:50], Task(50, (item,)), *before[50:]]
    assert [one.number for one in pool.run_tasks(batch_work.start, iter(mixed), 2, 20)] == list(range(100))


def test_large_results_reach_the_caller_while_others_wait(tmp_path: Path) -> None:
    """Results larger than a pipe holds must not make main process and workers wait for each other."""
    items = write(tmp_path, **{f"n{number}": "large 3000000" for number in range(8)})
    assert sum(len(one.lines) for one in finish(items)) == 8 * 3_000_001


def test_reorder_keeps_what_waits_on_disk() -> None:
    reorder = Reorder(in_memory=10)
    for number in (3, 1, 2):
        reorder.add(Done(number, (), bytes([number]) * 8))
    assert list(reorder.ready()) == []
    reorder.add(Done(0, (), b"first"))
    assert [one.lines for one in reorder.ready()] == [b"first", b"\1" * 8, b"\2" * 8, b"\3" * 8]
    reorder.close()


# Inputs


def test_a_full_disk_for_what_waits_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(OutputError, match="temporary file: cannot be written: No space left"):
        Reorder(in_memory=10).add(Done(1, (), lines=b"x" * 100))


def test_ctrl_c_does_not_reach_the_first_process(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr("multiprocessing.resource_tracker.ensure_running", lambda: begun.append("tracker"))
    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", lambda process: begun.append("process"))
    pool._Worker(functools.partial(str))  # type: ignore[arg-type]
    assert begun[:2] == ["tracker", "process"]


def test_one_document_is_counted_in_the_singular() -> None:
    report = Report()
    report.done(1, 10)
    assert report.summary().startswith("1 document, 1 record; ")
    report.done(1000, 10)
    assert report.summary().startswith("2 documents, 1,001 records; ")


def test_a_folder_is_walked_in_sorted_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/10.txt", "a.txt", ".hidden.txt", ".git/x.txt", "c.jpg", "B.PDF"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = [item.name for item in find([str(tmp_path)]) if isinstance(item, Input)]
    assert found == ["B.PDF", "a.txt", "b/10.txt", "b/2.txt"]


def test_an_input_that_is_not_there_is_an_error_in_its_place(tmp_path: Path) -> None:
    write(tmp_path / "in", a="one")
    first, second = find([str(tmp_path / "none"), str(tmp_path / "in")])
    assert isinstance(first, ReadError)
    assert first.kind == "missing"
    assert isinstance(second, Input)


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    (error,) = find([str(tmp_path)])
    assert isinstance(error, ReadError)
    assert error.kind == "missing"


def test_names_that_are_no_utf8_are_printable() -> None:
    assert inputs.printable(os.fsdecode(b"\xff.txt")) == "\\xff.txt"
    assert inputs.printable(os.fsdecode("目录/".encode() + "决算.txt".encode("gbk"))) == "目录/决算.txt"


def test_what_a_folder_holds_is_told_by_content(tmp_path: Path) -> None:
    chinese = "2022年度部门决算支出5万元。"
    files = {
        "a": chinese.encode(), "b.md": chinese.encode("gbk"), "c.text": chinese.encode("utf-16"),
        "d.dat": b"%PDF-1.4 x",
        "e.bin": b"PK\x03\x04", "f.jpg": b"\xff\xd8\xff\xe0", "g.js": b"var a = 1",
        "h.json": b'{"a": "%s"}' % chinese.encode(),
        "i": b"", "j.exe": b"MZ\0\0" * 9, "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = list(find([str(tmp_path)]))
    assert [one.name for one in found if isinstance(one, Input)] == ["a", "b.md", "c.text", "d.dat", "e.bin"]
    passed = {one.name: one.message for one in found if not isinstance(one, Input)}
    assert sorted(passed) == ["Thumbs.db", "f.jpg", "g.js", "h.json", "i", "j.exe"]
    assert "picture" in passed["f.jpg"] and "without Chinese" in passed["g.js"]


def test_passed_over_files_are_counted_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    sink = io.BytesIO()
    report = Report(sink)
    report.error("a/x.JPG", "passed", "is a picture")
    report.error("a/y.jpg", "passed", "is a picture")
    report.error("a/z", "passed", "is empty")
    report.close()
    assert report.failed == 0 and sink.getvalue().count(b'"error":"passed"') == 3
    assert capsys.readouterr().err == "3 files passed over (2 .jpg, 1 without ending); --errors FILE names them\n"


@pytest.mark.parametrize(
    ("name", "path"),
    [("a/b.txt", "a/b.txt"), ("/etc/x.txt", "etc/x.txt"), ("../../x.txt", "x.txt"), ("..", "document")],
)
def test_outputs_stay_inside_their_folder(name: str, path: str) -> None:
    assert output_name(name) == path


def test_long_names_are_cut_and_stay_different() -> None:
    one, two = output_name("长" * 120 + "1.txt"), output_name("长" * 120 + "2.txt")
    assert one != two
    assert len(one.encode()) <= 200


# Outputs


def test_an_output_is_complete_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("before")

    def interrupted() -> None:
        with output(str(path)) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.jsonl"]


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"nowhere/out\.jsonl: cannot be written"),
        atomic(tmp_path / "nowhere/out.jsonl"),
    ):
        pass


# Output folders


def into(
    target: Target, items: list[Input], shard_size: int | None = None, settings: dict[str, object] | None = None
) -> list[Done]:
    with OutputFolder(target, settings or {"cnfin": "1"}, shard_size) as folder:
        start = functools.partial(batch_work.start, target)
        finished = []
        for done in pool.run_here(start, folder.plan(iter(items)), folder.arrived):
            folder.record(done)
            finished.append(done)
        folder.finish()
    return finished


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_rerun_does_only_what_is_missing_or_changed(tmp_path: Path) -> None:
    items = write(tmp_path / "in", a="one", b="two", c="three")
    target = Target(folder=str(tmp_path / "out"))
    assert [one.skipped for one in into(target, items)] == [False] * 3
    first = tree(tmp_path / "out")
    assert first["b.txt.jsonl"] == b"b.txt TWO\n"
    assert [one.skipped for one in into(target, items)] == [True] * 3
    assert tree(tmp_path / "out") == first

    (tmp_path / "out" / "a.txt.jsonl").unlink()
    items = write(tmp_path / "in", c="other")
    assert [one.skipped for one in into(target, items)] == [False, True, False]
    assert tree(tmp_path / "out")["c.txt.jsonl"] == b"c.txt OTHER\n"
    assert [one.skipped for one in into(target, items, settings={"cnfin": "2"})] == [False] * 3


def test_a_cut_output_is_made_again(tmp_path: Path) -> None:
    items = write(tmp_path / "in", a="one")
    target = Target(folder=str(tmp_path / "out"))
    into(target, items)
    (tmp_path / "out" / "a.txt.jsonl").write_bytes(b"")
    assert [one.skipped for one in into(target, items)] == [False]


def test_a_killed_run_is_continued(tmp_path: Path) -> None:
    items = write(tmp_path / "in", a="one", b="two", c="three")
    whole = Target(folder=str(tmp_path / "whole"))
    into(whole, items)
    target = Target(folder=str(tmp_path / "out"))
    with OutputFolder(target, {"cnfin": "1"}) as folder:
        source = pool.run_here(functools.partial(batch_work.start, target), folder.plan(iter(items)), folder.arrived)
        next(source)
        next(source)
    with (tmp_path / "out" / ".cnfin" / "journal").open("ab") as journal:
        journal.write(b'{"out":"c.txt.jsonl","key')
    assert [one.skipped for one in into(target, items)] == [True, True, False]
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_the_manifest_says_what_was_done_and_with_what(tmp_path: Path) -> None:
    items = write(tmp_path / "in", a="one", b=" ")
    into(Target(folder=str(tmp_path / "out")), items)
    settings, first, second = [json.loads(line) for line in (tmp_path / "out" / "MANIFEST").read_text().splitlines()]
    assert settings["cnfin"] == "1"
    assert (first["out"], first["size"], first["settings"]) == ("a.txt.jsonl", 10, settings["settings"])
    assert second["failed"][0]["error"] == "empty"
    assert second["size"] is None
    assert not (tmp_path / "out" / "b.txt.jsonl").exists()


def test_outputs_of_other_runs_stay_in_the_manifest(tmp_path: Path) -> None:
    target = Target(folder=str(tmp_path / "out"))
    first, second = write(tmp_path / "one", a="one"), write(tmp_path / "two", b="two")
    into(target, first)
    into(target, second)
    assert [one.skipped for one in into(target, first)] == [True]


def test_a_document_that_fails_now_leaves_no_old_output(tmp_path: Path) -> None:
    target = Target(folder=str(tmp_path / "out"))
    into(target, write(tmp_path / "in", a="one"))
    into(target, write(tmp_path / "in", a=" "))
    assert not (tmp_path / "out" / "a.txt.jsonl").exists()


def test_two_inputs_of_one_name_are_refused(tmp_path: Path) -> None:
    items = write(tmp_path / "one", a="one") + write(tmp_path / "two", a="two")
    with pytest.raises(FolderError, match=r"a\.txt"):
        into(Target(folder=str(tmp_path / "out")), items)


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    target = Target(folder=str(tmp_path / "out"))
    with OutputFolder(target, {}), pytest.raises(BusyError, match="another run"), OutputFolder(target, {}):
        pass


@pytest.mark.parametrize("place", ["{tmp_path}/out", "memory://other-command"])
def test_results_of_another_command_are_kept(tmp_path: Path, place: str) -> None:
    target, items = Target(folder=place.format(tmp_path=tmp_path)), write(tmp_path / "in", a="one")
    into(target, items, settings={"command": "tag"})
    before = tree(tmp_path / "out")
    with pytest.raises(OtherCommandError, match=r"cnfin tag; give cnfin facts"):
        into(target, items, settings={"command": "facts"})
    assert tree(tmp_path / "out") == before
    assert [one.skipped for one in into(target, items, settings={"command": "tag"})] == [True]


def test_shards_and_single_outputs_are_kept_apart(tmp_path: Path) -> None:
    items = write(tmp_path / "in", a="one")
    into(Target(folder=str(tmp_path / "out")), items, settings={"command": "tag"})
    shards = Target(folder=str(tmp_path / "out"), compression="gz")
    with pytest.raises(OtherCommandError, match="holds one output a document"):
        into(shards, items, settings={"command": "tag"}, shard_size=100)


@pytest.mark.parametrize("shard_size", [None, 1000])
def test_a_rerun_knows_what_failed_inside_an_archive(tmp_path: Path, shard_size: int | None) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "a.zip", "w") as archive:
        archive.writestr("good.txt", "one")
        archive.writestr("bad.txt", bytes(range(9)) * 99)
        archive.writestr("other.txt", "two")
    items = [item for item in find([str(tmp_path / "in")]) if isinstance(item, Input)]
    target = Target(folder=str(tmp_path / "out"), compression="gz" if shard_size else "")
    first = into(target, items, shard_size=shard_size)
    before = tree(tmp_path / "out")
    again = into(target, items, shard_size=shard_size)
    assert [one.skipped for one in again] == [True]
    assert failures(again) == failures(first) == {"a.zip/bad.txt": "binary"}
    assert len(again[0].results) == len(first[0].results) == 3
    assert tree(tmp_path / "out") == before


def test_a_manifest_of_somebody_else_is_kept(tmp_path: Path) -> None:
    items = write(tmp_path / "in", a="one")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "MANIFEST").write_text("include README.md\n")
    with pytest.raises(OtherCommandError, match="is no manifest of cnfin"):
        into(Target(folder=str(tmp_path / "out")), items)
    assert (tmp_path / "out" / "MANIFEST").read_text() == "include README.md\n"


@pytest.mark.parametrize(
    "line", ['{"settings":[1]}', '{"settings":{}}', '{"settings":' + "[" * 9000, '{"out":"' + "x" * 5000 + '"}']
)
def test_damaged_lines_of_a_manifest_are_passed_over(tmp_path: Path, line: str) -> None:
    items = write(tmp_path / "in", a="one")
    target = Target(folder=str(tmp_path / "out"))
    into(target, items)
    manifest = tmp_path / "out" / "MANIFEST"
    before = manifest.read_text()
    manifest.write_text(before + line + "\n")
    assert [one.skipped for one in into(target, items)] == [True]
    assert manifest.read_text() == before


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_shards_hold_their_documents_in_order(tmp_path: Path, compression: str) -> None:
    items = write(tmp_path / "in", **{f"n{number}": "x" * 40 for number in range(5)})
    target = Target(folder=str(tmp_path / "out"), compression=compression)  # type: ignore[arg-type]
    into(target, items, shard_size=100)
    first = tree(tmp_path / "out")
    shards = [name for name in first if name.startswith("part-")]
    assert shards == [f"part-00000{number}.jsonl.{compression}" for number in range(3)]
    unpack = (
        gzip.decompress if compression == "gz" else lambda data: zstandard.ZstdDecompressor().stream_reader(data).read()
    )
    assert [line[:6] for line in unpack(first[shards[0]]).splitlines()] == [b"n0.txt", b"n1.txt"]
    assert all(one.skipped for one in into(target, items, shard_size=100))
    into(target, items[:2], shard_size=100)
    assert [name for name in tree(tmp_path / "out") if name.startswith("part-")] == shards[:1]


# An object store, and a cluster


def test_inputs_and_outputs_may_be_urls() -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe({"/in/b/2.txt": b"two", "/in/a.txt": b"one", "/in/c.jpg": b"x"})
    found = [item for item in find(["memory://in"]) if isinstance(item, Input)]
    assert [item.name for item in found] == ["a.txt", "b/2.txt"]
    target = Target(folder="memory://out")
    assert [one.skipped for one in into(target, found)] == [False, False]
    assert memory.cat("/out/b/2.txt.jsonl") == b"b/2.txt TWO\n"
    assert [one.skipped for one in into(target, found)] == [True, True]
    assert memory.glob("/out/.cnfin/*") == []


def test_a_killed_run_into_a_store_is_continued() -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe({"/in2/a.txt": b"one", "/in2/b.txt": b"two"})
    found = [item for item in find(["memory://in2"]) if isinstance(item, Input)]
    target = Target(folder="memory://out2")
    with OutputFolder(target, {"cnfin": "1"}) as folder:
        next(pool.run_here(functools.partial(batch_work.start, target), folder.plan(iter(found)), folder.arrived))
    assert [one.skipped for one in into(target, found)] == [True, False]


@pytest.mark.slow
def test_a_local_cluster_gives_the_same_bytes(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    samples = Path(__file__).parents[1] / "corpus" / "samples"
    job_ = job.Job(roles=False)
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    assert not run(job_, [str(samples)], Run(output=str(here))).failed
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        assert not run(job_, [str(samples)], Run(output=str(there), scheduler=address)).failed
        folder = Run(out_dir=str(tmp_path / "out"), scheduler=address, quiet=True)
        assert not run(job_, [str(samples)], folder).failed
    assert there.read_bytes() == here.read_bytes()
    outputs = tree(tmp_path / "out")
    assert b"".join(outputs[name] for name in sorted(outputs) if name.endswith(".jsonl")) == here.read_bytes()
