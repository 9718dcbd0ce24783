"""Object stores and other file systems, through fsspec: inputs, outputs, bookkeeping.

A store makes an object visible only when it is complete, so outputs need no temporary names. It has no
locks: one run at a time is the user's business.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from cnfin.batch.inputs import SUFFIXES, Input
from cnfin.batch.manifest import MANIFEST, PART, Entry, keep_command, line_of, mark, merge, parse, settings_line
from cnfin.batch.outputs import OWN, OutputError
from cnfin.batch.sinks import Target
from cnfin.errors import CnfinError, MissingExtra, ReadError, UsageError

#: The journal is put into the store in pieces of so many entries, or after so many seconds.
_PIECE = 200
_SECONDS = 20.0


class StoreError(CnfinError):
    """A URL that names no file system, or one that cannot be opened."""


def file_system(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path on it.

    Raises:
        MissingExtra: fsspec is not installed.
        UsageError: the library for this kind of store is not installed.
        StoreError: there is no such kind of store, or it refuses.
    """
    try:
        import fsspec

        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
    except ImportError as error:
        if error.name == "fsspec":
            raise MissingExtra(url, "cluster") from None
        raise UsageError(f"{url}: {_library(url, error)}") from None
    except Exception as error:  # each store has its own
        raise StoreError(f"{url}: cannot be used: {error}") from error
    return found


def _library(url: str, error: ImportError) -> str:
    """What fsspec says of the library that a kind of store needs."""
    from fsspec.registry import known_implementations

    said = known_implementations.get(url.partition("://")[0], {}).get("err") or str(error)
    return f"needs another library: {said}"


def find_remote(url: str) -> Iterator[Input | ReadError]:
    """The documents at a URL: itself, or those of the folder, in sorted order."""
    system, path = file_system(url)
    try:
        found = system.find(path, detail=True)
    except Exception as error:
        yield ReadError(url, "unreadable", f"cannot be listed: {error}")
        return
    if not found:
        yield ReadError(url, "missing", "no such file or folder")
    root = path.rstrip("/") + "/"
    for place in sorted(found, key=lambda name: name.removeprefix(root).split("/")):
        inside = place.removeprefix(root)
        if place == path:
            yield _input(system, url, place, found[place])
        elif place.lower().endswith(SUFFIXES) and not any(part.startswith(".") for part in inside.split("/")):
            yield _input(system, inside, place, found[place])


def _input(system: Any, name: str, place: str, about: dict[str, Any]) -> Input:
    stamp = next((about[key] for key in ("ETag", "etag", "mtime", "LastModified", "created") if key in about), "")
    return Input(name, system.unstrip_protocol(place), about.get("size") or 0, str(stamp))


def read_remote(item: Input) -> bytes:
    """The bytes of a document.

    Raises:
        ReadError: it cannot be fetched.
    """
    system, path = file_system(item.path)
    try:
        data: bytes = system.cat_file(path)
    except FileNotFoundError:
        raise ReadError(item.name, "missing", "no such file") from None
    except Exception as error:
        raise ReadError(item.name, "unreadable", f"cannot be read: {error}") from error
    return data


def write_remote(target: Target, out: str, parts: Iterable[bytes], keep: Callable[[], bool]) -> int | None:
    """Write one output; see :meth:`Target.write`."""
    system, folder = file_system(target.folder)
    path = f"{folder.rstrip('/')}/{out}"
    with tempfile.SpooledTemporaryFile(max_size=64 << 20) as stream:
        target.fill(stream, parts)
        size = stream.tell()
        with _writing(f"{target.folder}/{out}"):
            if not keep():
                with contextlib.suppress(FileNotFoundError):
                    system.rm_file(path)
                return None
            stream.seek(0)
            system.pipe_file(path, stream.read())
    return size


def size_remote(target: Target, out: str) -> int | None:
    """Bytes of an output, None where it is not there."""
    system, folder = file_system(target.folder)
    try:
        size: int = system.size(f"{folder.rstrip('/')}/{out}")
    except FileNotFoundError:
        return None
    return size


class RemoteStore:
    """Bookkeeping in an object store; the journal is a row of small objects.

    Args:
        url: the output folder.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._system, folder = file_system(url)
        self._folder = folder.rstrip("/")
        self._settings: dict[str, bytes] = {}
        self._current = ""
        self._pending: list[bytes] = []
        self._pieces = 0
        self._put_at = time.monotonic()
        self._run = f"{time.time_ns():020}"
        self._new = tempfile.TemporaryFile()  # noqa: SIM115

    def open(self, digest: str, settings: dict[str, object]) -> None:
        """Begin a run.

        Raises:
            OtherCommandError: the folder holds the results of another command.
        """
        keep_command(self._url, self.entries(), self._settings, settings)
        self._current = digest
        self._settings[digest] = settings_line(digest, settings)
        self._pending.append(self._settings[digest])
        with _writing(self._url):
            self._system.makedirs(self._folder, exist_ok=True)

    def entries(self) -> Iterator[Entry]:
        """What earlier runs wrote down, the newest last."""
        for path in (f"{self._folder}/{MANIFEST}", *self._journals()):
            with contextlib.suppress(FileNotFoundError):
                data = self._system.cat_file(path)
                yield from parse(io.BytesIO(data), self._settings)

    def _journals(self) -> list[str]:
        return sorted(self._system.glob(f"{self._folder}/{OWN}/journal-*"))

    def remember(self, entry: Entry) -> None:
        """Note a finished output; the journal reaches the store in pieces."""
        self._pending.append(line_of(entry))
        if len(self._pending) > _PIECE or time.monotonic() - self._put_at > _SECONDS:
            self._put()

    def _put(self) -> None:
        with _writing(self._url):
            path = f"{self._folder}/{OWN}/journal-{self._run}-{self._pieces:06}"
            self._system.pipe_file(path, b"".join(self._pending))
        self._pending, self._pieces, self._put_at = [self._settings[self._current]], self._pieces + 1, time.monotonic()

    def add(self, entry: Entry) -> None:
        """The next line of the manifest."""
        self._new.write(line_of(entry))

    def remove_other_parts(self, marks: Collection[bytes]) -> None:
        """Remove shards of earlier runs."""
        for path in self._system.glob(f"{self._folder}/part-*"):
            name = path.rpartition("/")[2]
            if PART.fullmatch(name) and mark(name) not in marks:
                self._system.rm_file(path)

    def finish(self, marks: Collection[bytes]) -> None:
        """Write the manifest and remove the journal."""
        self._new.seek(0)
        lines = merge(self.entries(), self._there, self._settings, self._current, self._new, marks)
        with _writing(self._url):
            self._system.pipe_file(f"{self._folder}/{MANIFEST}", b"".join(lines))
            for path in self._journals():
                self._system.rm_file(path)
        self._pending.clear()

    def _there(self, out: str) -> bool:
        return bool(self._system.exists(f"{self._folder}/{out}"))

    def close(self) -> None:
        """Put what is still held back of an unfinished run's journal."""
        self._new.close()
        if len(self._pending) > 1:
            with contextlib.suppress(OutputError):  # it only saves work next time
                self._put()


@contextlib.contextmanager
def _writing(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(name, error) from error
