"""The same job on a Dask cluster: its workers do the tasks, files travel by shared paths or object stores."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from cnfin.batch.job import Job
from cnfin.batch.reorder import Reorder
from cnfin.batch.sinks import Target
from cnfin.batch.tasks import Do, Done, Failure, Result, Task, doer
from cnfin.console import tell
from cnfin.errors import CnfinError, MissingExtra, UsageError

#: Tasks that each thread of the cluster has waiting, so that none is idle.
_AT_HAND = 4
_RETRIES = 3
#: Seconds between words about a scheduler that has no workers, and until it is given up.
_TELL_AFTER, _GIVE_UP = 10.0, 300.0


class ClusterError(CnfinError):
    """The scheduler cannot be reached, or its workers cannot do the work."""


def run_on_cluster(
    job: Job,
    target: Target | None,
    tasks: Iterable[Task | Done],
    scheduler: str,
    arrived: Callable[[Done], None] | None = None,
) -> Iterator[Done]:
    """Do tasks on a Dask cluster and give them back in order.

    A worker that is lost takes nothing with it: Dask does its tasks elsewhere. Documents of a task at
    which workers died again and again are reported as errors.

    Args:
        job, target, tasks, arrived: as for :func:`cnfin.batch.pool.run_tasks`.
        scheduler: address of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises:
        ClusterError: the scheduler does not answer, or cnfin is not installed on the cluster.
        MissingExtra: Dask is not installed.
        UsageError: the address is none.
    """
    client = _client(scheduler)
    from distributed import as_completed

    _await_workers(client, scheduler)

    job, target = _on_shared_paths(job, target)
    source, reorder = iter(tasks), Reorder()
    waiting: dict[Any, Task] = {}
    finished = as_completed(loop=client.loop)
    with client, contextlib.closing(reorder):
        while True:
            room = max(1, _AT_HAND * sum(client.nthreads().values())) - len(waiting)
            some = list(itertools.islice(source, max(room, 0)))
            for task in some:
                if isinstance(task, Done):
                    reorder.add(task)
                else:
                    future = client.submit(_do, job, target, _absolute(task), pure=False, retries=_RETRIES)
                    waiting[future.key] = task
                    finished.add(future)
            yield from reorder.ready()
            if waiting:
                future = next(finished)
                done = _result(future, waiting.pop(future.key))
                if arrived is not None:
                    arrived(done)
                reorder.add(done)
            elif not some:
                return


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra("--scheduler", "cluster") from None
    if not re.fullmatch(r"\w+://.+|[^/\s]+:\d+", scheduler):
        raise UsageError(f"{scheduler}: no address of a Dask scheduler, such as tcp://10.0.0.1:8786")
    if reason := _unusable(scheduler.partition("://")[0] if "://" in scheduler else "tcp"):
        raise UsageError(f"{scheduler}: {reason}")
    try:
        return Client(scheduler, set_as_default=False, timeout="20s")
    except Exception as error:  # each kind of address has its own
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ClusterError(f"{scheduler}: no Dask scheduler answers here: {reason}") from error


def _unusable(scheme: str) -> str:
    """Why no scheduler can be reached by addresses of a kind; a client that cannot be made takes its time to say so."""
    from distributed.comm.registry import get_backend
    from distributed.security import Security

    try:
        get_backend(scheme)
    except ValueError as error:
        return str(error)
    secured = scheme in ("tls", "wss")
    if secured and Security().get_connection_args("client")["ssl_context"] is None:
        return "needs certificates (distributed.comm.tls in the configuration of Dask)"
    return ""


def _await_workers(client: Any, scheduler: str) -> None:
    """Wait until there is somebody to do the work, and say so.

    Raises:
        ClusterError: nobody has come.
    """
    waited = 0.0
    while not client.nthreads():
        if waited >= _GIVE_UP:
            client.close()
            raise ClusterError(f"{scheduler}: has no workers, after {waited:.0f} seconds")
        if waited % _TELL_AFTER == 0:
            tell(f"{scheduler}: waiting for workers (none so far)")
        time.sleep(1)
        waited += 1


def _do(job: Job, target: Target | None, task: Task) -> Done:
    """Runs on the cluster's workers."""
    return _doer(job, target)(task, {}, lambda position: None)


@functools.lru_cache(maxsize=2)
def _doer(job: Job, target: Target | None) -> Do:
    return doer(job, target)


def _result(future: Any, task: Task) -> Done:
    """What a task gave; its documents as failed where workers died at it."""
    from distributed.scheduler import KilledWorker

    try:
        done: Done = future.result()
    except KilledWorker as error:
        failure = Failure("crash", f"workers died at it: {error}")
        results = tuple(Result(item.name, item.size, failure=failure) for item in task.items)
        return Done(task.number, results, out=task.out, key=task.key)
    except CnfinError:
        raise
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ClusterError(
            f"the cluster cannot do the work: {reason}; every machine needs the same versions of Python and cnfin"
        ) from error
    return done


def _on_shared_paths(job: Job, target: Target | None) -> tuple[Job, Target | None]:
    """Settings whose paths mean the same on every machine that shares the disk."""
    paths = {key: _whole(path) for key in ("lexicon", "model") if (path := getattr(job, key)) is not None}
    if target is not None:
        target = msgspec.structs.replace(target, folder=_whole(target.folder))
    return msgspec.structs.replace(job, **paths), target


def _absolute(task: Task) -> Task:
    items = tuple(msgspec.structs.replace(item, path=_whole(item.path)) for item in task.items)
    return msgspec.structs.replace(task, items=items)


def _whole(path: str) -> str:
    return path if "://" in path else os.path.abspath(path)
