"""Many documents: processes, time limits, progress, errors, output folders that resume."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import get_args

import msgspec

from cnfin.batch.folder import OutputFolder
from cnfin.batch.inputs import Input, find
from cnfin.batch.job import Job, settings_of, sources
from cnfin.batch.outputs import direct, output
from cnfin.batch.pool import SMALL_ITEMS, cores, run_here, run_tasks
from cnfin.batch.report import Report
from cnfin.batch.sinks import Compression, Format, Layout, Target, compressed, sink
from cnfin.batch.tasks import Do, Done, Result, Task, doer, failed
from cnfin.document import Check
from cnfin.errors import ReadError
from cnfin.reading.file import How
from cnfin.records import FindingRecord, encode_lines

__all__ = ["Job", "Layout", "Run", "Summary", "print_texts", "run"]

#: Seconds that one document may take, where the user says nothing.
TIME_LIMIT = 300.0
#: Megabytes of input a shard, where the user says nothing.
SHARD_SIZE = 64
#: Plain texts of so many bytes together are done sooner here than another process starts.
_HERE = 1 << 20
#: Small documents travel together up to so many bytes.
_TOGETHER = 1 << 16
#: A run of up to so many documents has its sizes added up first, for the progress bar.
_COUNTED = 200_000


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How and where a job is run; none of this changes a record.

    Attributes:
        output: file for the records; standard output where it is None.
        form, layout: form of the records, and how a table looks.
        compression: of the output file.
        errors: file for the error records.
        report: file for what was left out, a record a thing.
        quiet: no progress bar and no summary line.
        jobs: number of processes; as many as there are cores where it is None.
        time_limit: seconds that a document may take, 0 for no limit; :data:`TIME_LIMIT` where it is None.
        out_dir: folder for one output a document, or for shards.
        shards: compression of shards in the output folder; None for one output a document.
        shard_size: megabytes of input a shard; :data:`SHARD_SIZE` where it is None.
        scheduler: address of a Dask scheduler that runs the job instead of processes here.
    """

    output: str | None = None
    form: Format = "jsonl"
    layout: Layout = Layout()
    compression: Compression = ""
    errors: str | None = None
    report: str | None = None
    quiet: bool = False
    jobs: int | None = None
    time_limit: float | None = None
    out_dir: str | None = None
    shards: Compression | None = None
    shard_size: int | None = None
    scheduler: str | None = None


class Summary(msgspec.Struct, frozen=True):
    """How a run went: documents that failed, whether a finding was an error, whether there is any result."""

    failed: int
    error_findings: bool = False
    worth_keeping: bool = True


def run(
    job: Job,
    files: Sequence[str],
    settings: Run,
    also: Callable[[bytes], None] | None = None,
    failures: Callable[[Result], None] | None = None,
) -> Summary:
    """Do the job for files and folders.

    Args:
        job: what to do with each document.
        files: files, folders, URLs that fsspec knows, and ``-`` for standard input.
        settings: how and where.
        also: takes the records as JSON Lines instead of the output.
        failures: with ``also``: is told of each document that failed.

    Raises:
        CnfinError: the output cannot be written, or the lexicon or the model cannot be used.
    """
    with reporting(settings, bar=True) as report:
        found = counted(files, report, as_one=job.as_one)
        if settings.out_dir is not None:
            return _into_folder(job, found, settings, report)
        finished = _execute(job, None, _together(found), settings)
        if also is not None:
            return _follow(_telling(finished, failures), report, also)
        with (
            output(settings.output, report.worth_keeping) as stream,
            compressed(stream, settings.compression) as packed,
            sink(packed, settings.form, job.kind, settings.layout) as records,
        ):

            def write(lines: bytes) -> None:
                records.write(lines)
                stream.flush()

            return _follow(finished, report, write)


def summarize_findings(job: Job, files: Sequence[str], settings: Run) -> Summary:
    """Do an audit job and print, instead of findings, their number by check, document and province.

    Raises:
        CnfinError: as :func:`run`.
    """
    counts: dict[tuple[str, str | None], int] = {("check", check): 0 for check in job.checks or get_args(Check)}
    decoder = msgspec.json.Decoder(FindingRecord)

    def count(lines: bytes) -> None:
        for finding in decoder.decode_lines(lines):
            for place in (("check", finding.check), ("doc", finding.doc), ("province", finding.province)):
                counts[place] = counts.get(place, 0) + 1

    summary = run(job, files, settings, count)
    order = ("check", "doc", "province")
    rows = [{"by": by, "name": name, "findings": counts[by, name]} for by, name in counts]
    with (
        output(settings.output, lambda: summary.worth_keeping) as stream,
        compressed(stream, settings.compression) as packed,
    ):
        packed.write(encode_lines(sorted(rows, key=lambda row: order.index(str(row["by"])))))
    return summary


def print_texts(files: Sequence[str], settings: Run, how: How, *, as_one: bool = False) -> Summary:
    """Print the text that offsets count in of every file, a form feed between two.

    Raises:
        OutputError: the output cannot be written.
    """
    with reporting(settings) as report, output(settings.output, report.worth_keeping) as stream:
        between = b""
        for item in find(files, as_one=as_one):
            for source in [item] if isinstance(item, ReadError) else sources(item, how):
                if isinstance(source, ReadError):
                    report.error(source.name, source.kind, source.message)
                else:
                    stream.write(between + source.text.encode())
                    between = b"\f"
                    report.done(0, 0)
        return Summary(report.failed)


@contextlib.contextmanager
def reporting(settings: Run, *, bar: bool = False) -> Iterator[Report]:
    """The report of a run, with its errors file."""
    with (
        direct(settings.errors) if settings.errors else contextlib.nullcontext() as stream,
        direct(settings.report) if settings.report else contextlib.nullcontext() as left,
    ):
        report = Report(stream, quiet=settings.quiet, bar=bar, left=left, left_name=settings.report or "")
        try:
            yield report
        except (KeyboardInterrupt, SystemExit):
            report.stopped(settings.output)
            raise
        finally:
            report.close()


def _into_folder(job: Job, found: Iterable[Input | ReadError], settings: Run, report: Report) -> Summary:
    assert settings.out_dir is not None
    target = Target(
        folder=settings.out_dir, form=settings.form, kind=job.kind, compression=settings.shards or "",
        layout=settings.layout,
    )  # fmt: skip
    shard_size = (settings.shard_size or SHARD_SIZE) * 1_000_000 if settings.shards else None
    with OutputFolder(target, settings_of(job), shard_size) as folder:
        finished = _execute(job, target, folder.plan(found), settings, folder.arrived)
        summary = _follow(_recorded(finished, folder), report, lambda lines: None)
        folder.finish()
    report.close(summary=True)
    return summary


def _telling(finished: Iterable[Done], failures: Callable[[Result], None] | None) -> Iterator[Done]:
    for done in finished:
        for result in done.results if failures else ():
            if failures and result.failure is not None and result.failure.kind != "passed":
                failures(result)
        yield done


def _recorded(finished: Iterable[Done], folder: OutputFolder) -> Iterator[Done]:
    for done in finished:
        folder.record(done)
        yield done


def _follow(finished: Iterable[Done], report: Report, write: Callable[[bytes], None]) -> Summary:
    """Write what is finished and tell how it goes."""
    error_findings = False
    for done in finished:
        if done.lines:
            write(done.lines)
        error_findings |= any("error" in result.severities for result in done.results)
        tell_done(done, report)
    return Summary(report.failed, error_findings, report.worth_keeping())


def tell_done(done: Done, report: Report) -> None:
    """Tell what became of each document of a finished task."""
    for result in done.results:
        if result.failure is None:
            report.done(result.records, result.size, skipped=done.skipped)
            report.left_out(result.left)
            if result.note:
                report.note(result.name, result.note)
        else:
            report.error(result.name, result.failure.kind, result.failure.message, result.size)


def _execute(
    job: Job,
    target: Target | None,
    tasks: Iterator[Task | Done],
    settings: Run,
    arrived: Callable[[Done], None] | None = None,
) -> Iterator[Done]:
    """Do the tasks where they are best done: on a cluster, in worker processes, or here."""
    if settings.scheduler is not None:
        from cnfin.batch.cluster import run_on_cluster

        return run_on_cluster(job, target, tasks, settings.scheduler, arrived)
    return here(functools.partial(doer, job, target), tasks, settings, arrived)


def here(
    start: Callable[[], Do],
    tasks: Iterator[Task | Done],
    settings: Run,
    arrived: Callable[[Done], None] | None = None,
) -> Iterator[Done]:
    """Do tasks on this machine: in worker processes, or in this one where that is sooner done."""
    limit = TIME_LIMIT if settings.time_limit is None else settings.time_limit
    first = list(itertools.islice(tasks, SMALL_ITEMS))
    tasks = itertools.chain(first, tasks)
    if _from_input(first) or (settings.jobs is None and settings.time_limit is None and _little(first)):
        return run_here(start, tasks, arrived, limit or None)
    return run_tasks(start, tasks, settings.jobs or cores(), limit or None, arrived)


def _from_input(first: Sequence[Task | Done]) -> bool:
    """Whether standard input is among them, which no other process can read."""
    return any(item.path == "-" for task in first if isinstance(task, Task) for item in task.items)


def _little(first: Sequence[Task | Done]) -> bool:
    """Whether these are all tasks there are, and so little that other processes bring nothing."""
    items = [item for task in first if isinstance(task, Task) for item in task.items]
    plain = all(item.path.lower().endswith(".txt") for item in items)
    small = plain and sum(item.size for item in items) <= _HERE
    return len(first) < SMALL_ITEMS and (len(items) <= 1 or small)


def _together(found: Iterable[Input | ReadError]) -> Iterator[Task | Done]:
    """Tasks whose records come back: one a document, small documents several at a time."""
    numbers = itertools.count()
    held: list[Input] = []
    for item in found:
        large = isinstance(item, ReadError) or sum(one.size for one in held) + item.size > _TOGETHER
        if held and (large or len(held) == SMALL_ITEMS):
            yield Task(next(numbers), tuple(held))
            held = []
        if isinstance(item, ReadError):
            yield failed(next(numbers), item)
        else:
            held.append(item)
    if held:
        yield Task(next(numbers), tuple(held))


def counted(files: Sequence[str], report: Report, *, as_one: bool = False) -> Iterator[Input | ReadError]:
    """The inputs; where a bar is shown, the report is told how much there is first."""
    found = find(files, as_one=as_one)
    if not report.shows_bar:
        return found
    ahead = list(itertools.islice(found, _COUNTED))
    if len(ahead) < _COUNTED:
        report.expect(len(ahead), sum(item.size for item in ahead if isinstance(item, Input)))
    return itertools.chain(ahead, found)
