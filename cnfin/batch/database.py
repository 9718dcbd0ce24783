"""Documents into a database: what is new or changed is tagged, in processes, and put in by one writer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b

import msgspec

from cnfin import batch
from cnfin.batch.folder import LASTING
from cnfin.batch.inputs import Input
from cnfin.batch.job import Job, Product, build_tagger, settings_of
from cnfin.batch.tasks import Do, Done, Failure, Result, Task, do, failed
from cnfin.db import Database, bundle
from cnfin.db.bundle import decode, encode
from cnfin.document import Source
from cnfin.errors import ReadError


def fill(path: str, job: Job, files: Sequence[str], settings: batch.Run) -> batch.Summary:
    """Put documents into the database at ``path``; those that it holds as they are now are passed over.

    Args:
        path: the SQLite file; made where it is not there.
        job: how documents are read and tagged.
        files: files, folders and URLs.
        settings: how it is run; its output and its form are not asked.

    Raises:
        DatabaseError: the file is something else, or cannot be written.
        CnfinError: the lexicon or the model cannot be used.
    """
    digest = blake2b(msgspec.json.encode(settings_of(job), order="sorted"), digest_size=8).hexdigest()
    with batch.reporting(settings, bar=True) as report, Database(path, digest) as database:
        waiting: dict[int, Input] = {}
        tasks = _tasks(database, batch.counted(files, report), waiting)
        for done in batch.here(functools.partial(bundler, job), tasks, settings):
            if item := waiting.pop(done.number, None):
                _put(database, item, done)
            batch.tell_done(done, report)
        database.finish()
        report.close(summary=True)
        return batch.Summary(report.failed)


def bundler(job: Job) -> Do:
    """The function that does a task of one input: built once in each process."""
    return functools.partial(do, _bundles(job), job.how, None)


def _bundles(job: Job) -> Callable[[Source], Product]:
    from cnfin.audit import audit

    tagger = build_tagger(job)

    def work(source: Source) -> Product:
        document = tagger.tag(source, name=source.name)
        one = bundle(document, tuple(audit(document, lexicon=tagger.lexicon)), tagger.lexicon)
        severities = tuple(finding.severity for finding in one.findings)
        return Product(encode(one), len(document.sentences), severities)

    return work


def _tasks(
    database: Database, found: Iterable[Input | ReadError], waiting: dict[int, Input]
) -> Iterator[Task | Done]:
    """A task an input, noted in ``waiting``, or what is known of it already."""
    for number, item in enumerate(found):
        if isinstance(item, ReadError):
            yield failed(number, item)
        elif item.path != "-" and database.has(item):
            yield _known(number, item, database)
        else:
            waiting[number] = item
            yield Task(number, (item,))


def _known(number: int, item: Input, database: Database) -> Done:
    """What an earlier run made of an input."""
    missing = [Result(doc, failure=Failure(error, message)) for doc, error, message in database.failures(item.name)]
    return Done(number, (*missing, *[Result(item.name)] * database.documents(item.name)), skipped=True)


def _put(database: Database, item: Input, done: Done) -> None:
    failures = [
        (result.name, result.failure.kind, result.failure.message) for result in done.results if result.failure
    ]
    # What another try may mend is tried again by the next run.
    lasting = all(kind in LASTING for _, kind, _ in failures)
    database.put(item, decode(done.lines), failures, lasting=lasting)
