"""The unit of work that travels to a process, and what comes back."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from cnfin.batch.inputs import Input
from cnfin.batch.job import Job, Product, sources, worker
from cnfin.batch.leftout import LeftOut
from cnfin.batch.outputs import OutputError
from cnfin.batch.sinks import Target
from cnfin.document import Severity, Source
from cnfin.errors import ReadError
from cnfin.reading.file import How


class Failure(msgspec.Struct, frozen=True):
    """Why a document has no records: the kind and message of an error record."""

    kind: str
    message: str


class Task(msgspec.Struct, frozen=True):
    """Documents to do one after the other, whose records stay together.

    Attributes:
        number: the task's place among all tasks.
        items: the documents.
        out: path inside the output folder; None where the records go back to the caller.
        key: digest of everything that decides the output's content.
    """

    number: int
    items: tuple[Input, ...]
    out: str | None = None
    key: str = ""

    @property
    def size(self) -> int:
        """Bytes of the documents together."""
        return sum(item.size for item in self.items)


class Result(msgspec.Struct, frozen=True):
    """What became of one document."""

    name: str
    size: int = 0
    records: int = 0
    severities: tuple[Severity, ...] = ()
    note: str = ""
    failure: Failure | None = None
    left: tuple[LeftOut, ...] = ()


class Done(msgspec.Struct, frozen=True):
    """A finished task.

    Attributes:
        number: the task's.
        results: one a document.
        lines: the records, where they were not written to a file.
        out, key: the task's.
        size: bytes of the written file; None where no file was written.
        skipped: whether an earlier run had done it.
    """

    number: int
    results: tuple[Result, ...]
    lines: bytes = b""
    out: str | None = None
    key: str = ""
    size: int | None = None
    skipped: bool = False


def failed(number: int, error: ReadError) -> Done:
    """The task of a document that could not even be listed."""
    return Done(number, (Result(error.name, failure=Failure(error.kind, error.message)),))


Begin = Callable[[int], None]
Failures = Mapping[int, Failure]
Do = Callable[[Task, Failures, Begin], Done]


def doer(job: Job, target: Target | None = None) -> Do:
    """The function that does tasks of this job: built once in each process."""
    return partial(do, worker(job), job.how, target)


def do(
    work: Callable[[Source], Product],
    how: How,
    target: Target | None,
    task: Task,
    failures: Failures,
    begin: Begin,
) -> Done:
    """Do one task.

    Args:
        work: makes a document's records.
        how: files are read.
        target: where files are written; None where the records are given back.
        failures: inputs, by their position in the task, that are known to fail and are not tried.
        begin: is told the position of each input before work on it begins.

    Raises:
        OutputError: the output cannot be written.
    """
    results: list[Result] = []

    def records() -> Iterator[bytes]:
        for position, item in enumerate(task.items):
            if position in failures:
                results.append(Result(item.name, item.size, failure=failures[position]))
                continue
            begin(position)
            for result, lines in _results(work, item, how):
                results.append(result)
                yield lines

    if target is None or task.out is None:
        together = b"".join(records())
        return Done(task.number, tuple(results), together)
    size = target.write(task.out, records(), keep=lambda: any(result.failure is None for result in results))
    return Done(task.number, tuple(results), out=task.out, key=task.key, size=size)


def _results(work: Callable[[Source], Product], item: Input, how: How) -> Iterator[tuple[Result, bytes]]:
    """What became of the documents of an input, with their records. One document's trouble is never the run's."""
    size = item.size
    try:
        for source in sources(item, how):
            if isinstance(source, ReadError):
                yield Result(source.name, size, failure=Failure(source.kind, source.message)), b""
            else:
                product = work(source)
                result = Result(
                    source.name, size, product.records, product.severities, product.note, left=product.left
                )
                yield result, product.lines
            size = 0  # an archive's bytes count once
    except MemoryError:
        yield Result(item.name, size, failure=Failure("memory", "needs more memory than there is")), b""
    except (OutputError, GeneratorExit):
        raise
    except Exception as error:
        yield Result(item.name, size, failure=Failure("internal", _where(error))), b""


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"internal error, please report it: {type(error).__name__}: {error} ({place})"
