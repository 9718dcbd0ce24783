"""An output folder: what is to be done, and what an earlier run has done.

Each output is complete or absent. The manifest says which inputs and settings every output was made of;
an output is made again only where it is missing, or its input or the settings changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import PurePosixPath

import msgspec

from cnfin.batch.inputs import Input
from cnfin.batch.manifest import Entry, Failed, LocalStore, Store, mark
from cnfin.batch.sinks import Target
from cnfin.batch.tasks import Done, Failure, Result, Task, failed
from cnfin.errors import CnfinError, ReadError

#: Failures that another try would not change while the input stays as it is.
LASTING = frozenset(("encoding", "empty", "binary", "scanned", "encrypted", "limit", "format"))
_LONGEST_NAME = 200


class FolderError(CnfinError):
    """An output folder that cannot be used as asked."""


class OutputFolder:
    """The outputs of one run.

    Args:
        target: the folder and the form of its files.
        settings: everything that decides the outputs' content, to be digested and written down.
        shard_size: bytes of input that share an output; None for one output a document.
    """

    def __init__(self, target: Target, settings: dict[str, object], shard_size: int | None = None) -> None:
        self._target, self._shard_size = target, shard_size
        self._settings = settings | {"form": target.suffix.lstrip("."), "shard_size": shard_size}
        self._digest = blake2b(msgspec.json.encode(self._settings, order="sorted"), digest_size=8).hexdigest()
        self._known: set[bytes] = set()
        #: Of the outputs that are not just one document done: how many documents there were, and which failed.
        self._several: dict[str, tuple[int, tuple[Failed, ...]]] = {}
        self._marks: set[bytes] = set()
        self._store = _store(target)

    def __enter__(self) -> OutputFolder:
        self._store.open(self._digest, self._settings)
        for entry in self._store.entries():
            self._known.add(entry.digest)
            self._several.pop(entry.out, None)
            if entry.failed or entry.documents != 1:
                self._several[entry.out] = entry.documents, entry.failed
        return self

    def __exit__(self, *exception: object) -> None:
        self._store.close()

    def plan(self, found: Iterable[Input | ReadError]) -> Iterator[Task | Done]:
        """The tasks, numbered; what is there already, or cannot be listed, as done.

        Raises:
            FolderError: two inputs would have the same output.
        """
        for number, group in enumerate(self._groups(found)):
            if isinstance(group, ReadError):
                yield failed(number, group)
            else:
                yield self._task(number, group)

    def _groups(self, found: Iterable[Input | ReadError]) -> Iterator[list[Input] | ReadError]:
        shard: list[Input] = []
        size = 0
        for item in found:
            if isinstance(item, ReadError):
                yield item
                continue
            if self._shard_size is not None and shard and size + item.size > self._shard_size:
                yield shard
                shard, size = [], 0
            shard.append(item)
            size += item.size
            if self._shard_size is None:
                yield shard
                shard = []
        if shard:
            yield shard

    def _task(self, number: int, items: list[Input]) -> Task | Done:
        out = self._name(items)
        key = blake2b(self._digest.encode(), digest_size=16)
        for item in items:
            key.update(f"\0{item.name}\0{item.size}\0{item.stamp}".encode())
        task = Task(number, tuple(items), out, key.hexdigest())
        size = self._target.size(out)
        documents, missing = self._several.get(out, (1, ()))
        entry = self._entry(out, task.key, size, documents, missing)
        if size is None or entry.digest not in self._known or any(one.error not in LASTING for one in missing):
            return task
        return _done_before(task, entry)

    def _name(self, items: list[Input]) -> str:
        if self._shard_size is not None:
            name = f"part-{len(self._marks):06}{self._target.suffix}"
        else:
            name = output_name(items[0].name) + self._target.suffix
        if mark(name) in self._marks:
            raise FolderError(f"{items[0].name}: another input has this name too; give each its own output folder")
        self._marks.add(mark(name))
        return name

    def _entry(self, out: str, key: str, size: int | None, documents: int, failed: tuple[Failed, ...]) -> Entry:
        return Entry(out=out, key=key, size=size, documents=documents, settings=self._digest, failed=failed)

    def _entry_of(self, done: Done) -> Entry:
        missing = tuple(
            Failed(result.name, result.failure.kind, result.failure.message)
            for result in done.results
            if result.failure is not None
        )
        return self._entry(done.out or "", done.key, done.size, len(done.results), missing)

    def arrived(self, done: Done) -> None:
        """Remember a finished task should the run be killed; tasks may come in any order."""
        if done.out is not None and not done.skipped:
            self._store.remember(self._entry_of(done))

    def record(self, done: Done) -> None:
        """Put a finished task into the manifest; tasks come in their order."""
        if done.out is not None:
            self._store.add(self._entry_of(done))

    def finish(self) -> None:
        """All tasks are finished: write the manifest, take away what only an unfinished run needs."""
        if self._shard_size is not None:
            self._store.remove_other_parts(self._marks)
        self._store.finish(self._marks)


def _store(target: Target) -> Store:
    if target.remote:
        from cnfin.batch.remote import RemoteStore

        return RemoteStore(target.folder)
    return LocalStore(target.folder)


def output_name(name: str) -> str:
    """A document's name as a path inside the output folder: no way out of it, no component too long for a disk."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join(map(_short, parts)) or "document"


def _short(part: str) -> str:
    data = part.encode()
    if len(data) <= _LONGEST_NAME:
        return part
    return data[: _LONGEST_NAME - 20].decode("utf-8", "ignore") + "-" + blake2b(data, digest_size=8).hexdigest()


def _done_before(task: Task, entry: Entry) -> Done:
    """What an earlier run made of a task: its failed documents by their names, the others only counted."""
    failed = [Result(one.doc, failure=Failure(one.error, one.message)) for one in entry.failed]
    good = [Result(task.items[0].name)] * (entry.documents - len(failed))
    results = [*good, *failed]
    if results:
        results[0] = msgspec.structs.replace(results[0], size=task.size)
    return Done(task.number, tuple(results), out=task.out, key=task.key, size=entry.size, skipped=True)
