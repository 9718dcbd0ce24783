"""Worker processes that may die: each task is done once, whatever happens to the process that does it.

A worker that takes too long over a document is killed; one that dies is replaced, and the document it
was at is tried once more. Workers end by themselves when the main process is gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait

from cnfin.alarm import Late, within
from cnfin.batch.reorder import Reorder
from cnfin.batch.tasks import Do, Done, Failure, Task
from cnfin.errors import CnfinError

#: Small tasks that a worker has at hand, so that it never waits for the next; small in bytes and documents.
_AT_HAND = 2
_SMALL = 1 << 20
SMALL_ITEMS = 8
#: Tasks among which the largest goes first, so that no large one is left for the end.
_LOOKAHEAD = 32
#: Finished tasks that may wait for a slow one before them.
_WAITING = 100_000
_STARTS = 8
_TICK = 0.5


class PoolError(CnfinError):
    """Worker processes cannot be kept running."""


def cores() -> int:
    """The cores that this process may use: its affinity, and the quota of its container."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError), open("/sys/fs/cgroup/cpu.max") as file:
        quota, period = file.read().split()
        if quota != "max":
            found = min(found, max(1, int(quota) // int(period)))
    return found


def run_tasks(
    start: Callable[[], Do],
    tasks: Iterable[Task | Done],
    jobs: int,
    limit: float | None,
    arrived: Callable[[Done], None] | None = None,
) -> Iterator[Done]:
    """Do tasks in worker processes and give them back in order.

    Args:
        start: builds the function that does a task; called in each worker, so it must pickle.
        tasks: numbered from 0 without gaps; read as workers become free. What is done already passes through.
        jobs: number of workers.
        limit: seconds that one document may take, None for no limit.
        arrived: is told of each task that was done as soon as it is, not in order.

    Raises:
        CnfinError: what ``start`` or writing an output raised in a worker.
        PoolError: workers die before they have done anything.
    """
    pool = _Pool(start, jobs, limit, arrived or (lambda done: None))
    try:
        yield from pool.run(tasks)
    finally:
        pool.close()


def run_here(
    start: Callable[[], Do],
    tasks: Iterable[Task | Done],
    arrived: Callable[[Done], None] | None = None,
    limit: float | None = None,
) -> Iterator[Done]:
    """Do tasks in this process, in order. Arguments as of :func:`run_tasks`."""
    do: Do | None = None
    for task in tasks:
        if isinstance(task, Task):
            do = do or start()
            done = _in_time(do, task, limit)
            if arrived is not None:
                arrived(done)
        else:
            done = task
        yield done


def _in_time(do: Do, task: Task, limit: float | None) -> Done:
    """Do a task; a document that takes too long is given up, and the others are done once more."""
    failures: dict[int, Failure] = {}
    while True:
        begun: list[int] = []
        try:
            # The limit is one document's: a task of several has as much for each.
            with within(limit * len(task.items) if limit else None):
                return do(task, failures, begun.append)
        except Late:
            failures[begun[-1] if begun else 0] = Failure("timeout", f"took longer than {limit:g} s")


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Ctrl-C is for the main process: one that is started in here never hears of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """A process and what it has been given."""

    def __init__(self, start: Callable[[], Do]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, start), daemon=True)
        # The tracker that comes with the first process lets Ctrl-C through again: it is started before.
        resource_tracker.ensure_running()
        with _no_interrupts():
            self.process.start()
        theirs.close()
        self.tasks: deque[Task] = deque()
        self.position: int | None = None
        self.deadline = float("inf")

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class _Pool:
    def __init__(
        self, start: Callable[[], Do], jobs: int, limit: float | None, arrived: Callable[[Done], None]
    ) -> None:
        self._start, self._limit, self._arrived = start, limit, arrived
        self._failures: dict[int, dict[int, Failure]] = {}
        self._deaths: dict[tuple[int, int], int] = {}
        self._again: deque[Task] = deque()
        self._idle_deaths = 0
        self._reorder = Reorder()
        self._workers: list[_Worker] = []
        self._jobs = jobs

    def run(self, tasks: Iterable[Task | Done]) -> Iterator[Done]:
        source = _large_first(tasks)
        while True:
            passing = self._hand_out(source)
            yield from self._reorder.ready()
            if any(worker.tasks for worker in self._workers):
                self._listen(0 if passing else _TICK)
                self._end_overdue()
            elif not passing and not self._again:
                return

    def close(self) -> None:
        for worker in self._workers:
            worker.stop()
        self._reorder.close()

    def _hand_out(self, source: Iterator[Task | Done]) -> bool:
        """Give workers something to do until all have enough; True where what is done already passes through."""
        while len(self._reorder) < _WAITING or self._again:
            if not self._again:
                following = next(source, None)
                if isinstance(following, Done):
                    self._reorder.add(following)
                    return True
                if following is None:
                    return False
                self._again.append(following)
            worker = self._free_worker(self._again[0])
            if worker is None:
                return False
            task = self._again.popleft()
            worker.tasks.append(task)
            with contextlib.suppress(OSError):  # a dead worker is found out when it is listened to
                worker.connection.send((task, self._failures.get(task.number, {})))
        return False

    def _free_worker(self, task: Task) -> _Worker | None:
        """The worker with least at hand, a new one where all have something; None where all have enough."""
        worker = min(self._workers, key=lambda one: len(one.tasks), default=None)
        if (worker is None or worker.tasks) and len(self._workers) < self._jobs:
            worker = _Worker(self._start)
            self._workers.append(worker)
        # A busy worker may itself wait to be heard: it is sent only what its pipe holds.
        small = task.size <= _SMALL and len(task.items) <= SMALL_ITEMS
        return worker if worker is not None and len(worker.tasks) < (_AT_HAND if small else 1) else None

    def _listen(self, seconds: float) -> None:
        connections = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(connections), seconds):
            worker = connections[connection]  # type: ignore[index]
            try:
                message = worker.connection.recv()
            except (EOFError, OSError):
                self._replace(worker)
            else:
                self._take(worker, message)

    def _take(self, worker: _Worker, message: int | Done | CnfinError) -> None:
        self._idle_deaths = 0
        if isinstance(message, CnfinError):
            raise message
        if isinstance(message, Done):
            worker.tasks.popleft()
            worker.position, worker.deadline = None, float("inf")
            self._failures.pop(message.number, None)
            self._arrived(message)
            self._reorder.add(message)
        else:
            worker.position = message
            worker.deadline = time.monotonic() + self._limit if self._limit else float("inf")

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers):
            # What it has said since is heard first: it may be done.
            if now > worker.deadline and not worker.connection.poll():
                self._fail(worker, Failure("timeout", f"took longer than {self._limit:g} s"))
                worker.position = None
                self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        """A worker has died: another one takes its tasks; the document it died at gets a second chance."""
        worker.stop()
        if worker.position is None:
            self._idle_deaths += 1
            if self._idle_deaths > _STARTS:
                raise PoolError("worker processes end before they have done anything")
        else:
            place = worker.tasks[0].number, worker.position
            self._deaths[place] = self._deaths.get(place, 0) + 1
            if self._deaths[place] > 1:
                self._fail(worker, Failure("crash", f"the process died twice on it ({_cause(worker)})"))
        self._again.extendleft(reversed(worker.tasks))
        self._workers[self._workers.index(worker)] = _Worker(self._start)

    def _fail(self, worker: _Worker, failure: Failure) -> None:
        assert worker.position is not None
        self._failures.setdefault(worker.tasks[0].number, {})[worker.position] = failure


def _cause(worker: _Worker) -> str:
    code = worker.process.exitcode
    if code is None or code >= 0:
        return f"exit status {code}"
    return signal.Signals(-code).name


def _large_first(tasks: Iterable[Task | Done]) -> Iterator[Task | Done]:
    source = iter(tasks)
    while chunk := list(islice(source, _LOOKAHEAD)):
        yield from sorted(chunk, key=lambda task: -task.size if isinstance(task, Task) else 0)


def _serve(connection: Connection, start: Callable[[], Do]) -> None:
    """A worker's life: do what comes, until nothing comes any more."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        do = start()
        while True:
            task, failures = connection.recv()
            connection.send(do(task, failures, connection.send))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the main process is gone
    except CnfinError as error:
        told = error
    except Exception as error:
        told = PoolError(f"{type(error).__name__}: {error}")
    with contextlib.suppress(OSError):
        connection.send(told)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
