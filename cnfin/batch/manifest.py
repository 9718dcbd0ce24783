"""The bookkeeping of an output folder: its manifest, and the journal of a run that has not ended.

``MANIFEST`` is JSON Lines: a line for each set of settings, then one for each output in the order of the
inputs. It holds no date and no machine, so that the same run gives the same manifest.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import IO, Protocol

import msgspec

from cnfin.batch.outputs import OWN, OutputError
from cnfin.errors import CnfinError, UsageError

MANIFEST = "MANIFEST"
PART = re.compile(r"part-\d{6,}\.jsonl\.(gz|zst)")


class BusyError(CnfinError):
    """Another run writes to the same output folder."""


class OtherCommandError(UsageError):
    """An output folder that holds the results of another command, which ours would take the place of."""


class Failed(msgspec.Struct, frozen=True):
    """A document that has no records, as in the errors file."""

    doc: str
    error: str
    message: str


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A manifest line for one output.

    Attributes:
        out: path inside the folder.
        key: digest of the inputs (names, sizes, modification times) and the settings.
        size: bytes of the output; None where every document failed and there is none.
        documents: number of documents, those of an archive each counted.
        settings: digest of the settings, under which a line of its own spells them out.
        failed: the documents that failed.
    """

    out: str
    key: str
    size: int | None
    documents: int
    settings: str
    failed: tuple[Failed, ...] = ()

    @property
    def digest(self) -> bytes:
        """What has to agree for the output to be left as it is."""
        return blake2b(f"{self.out}\0{self.key}\0{self.size}".encode(), digest_size=12).digest()


def mark(out: str) -> bytes:
    """A short stand-in for an output's path, since there may be millions."""
    return blake2b(out.encode(), digest_size=8).digest()


class Store(Protocol):
    """Where the bookkeeping is kept."""

    def open(self, digest: str, settings: dict[str, object]) -> None:
        """Begin a run.

        Raises:
            OtherCommandError: the folder holds the results of another command.
        """

    def entries(self) -> Iterator[Entry]:
        """What earlier runs wrote down, the newest last."""

    def remember(self, entry: Entry) -> None:
        """Note a finished output, to be found should the run be killed."""

    def add(self, entry: Entry) -> None:
        """The next line of the manifest."""

    def remove_other_parts(self, marks: Collection[bytes]) -> None:
        """Remove shards that are not among the outputs ``marks``."""

    def finish(self, marks: Collection[bytes]) -> None:
        """Write the manifest; entries of outputs that this run did not meet are kept."""

    def close(self) -> None:
        """End the run, finished or not."""


def parse(lines: Iterable[bytes], settings: dict[str, bytes]) -> Iterator[Entry]:
    """The entries among a manifest's or journal's lines; its settings lines are put into ``settings``.

    A line that a killed run left unfinished is passed over.
    """
    for line in lines:
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            if line.startswith(b'{"out"'):
                yield _entry_decoder.decode(line)
            elif line.endswith(b"\n"):
                settings[_settings_decoder.decode(line).settings] = line


def keep_command(
    folder: str, entries: Iterator[Entry], known: Mapping[str, bytes], settings: Mapping[str, object]
) -> None:
    """Refuse a folder whose outputs another command made, or the same command in the other form.

    One output a document and shards side by side would count every document twice.

    Args:
        folder: what error messages call it.
        entries: what earlier runs wrote down.
        known: settings lines by their digests, filled as entries are read.
        settings: those of this run.

    Raises:
        OtherCommandError: the command is another one.
    """
    first = next(entries, None)  # a folder has one command, and settings stand before what was done with them
    line = known.get(first.settings) if first else None
    if line is None:
        return
    there = _settings_decoder.decode(line)
    ours = settings.get("command")
    if there.command and ours and there.command != ours:
        raise OtherCommandError(
            f"{folder}: holds the results of cnfin {there.command}; give cnfin {ours} an output folder of its own"
        )
    if there.command and (there.shard_size is None) != (settings.get("shard_size") is None):
        form = "one output a document" if there.shard_size is None else "shards"
        raise OtherCommandError(f"{folder}: holds {form}; give the other form an output folder of its own")


def merge(
    old: Iterable[Entry],
    there: Callable[[str], bool],
    settings: dict[str, bytes],
    current: str,
    new: Iterable[bytes],
    marks: Collection[bytes],
) -> Iterator[bytes]:
    """The lines of the manifest after a run.

    Args:
        old: entries of earlier runs; those whose outputs are not among ``marks`` are kept, behind the new ones.
        there: whether an output is (still) in the folder.
        settings: settings lines by their digests.
        current: digest of this run's settings.
        new: this run's entries as lines.
        marks: the outputs of this run.
    """
    kept = {entry.out: entry for entry in old if mark(entry.out) not in marks and there(entry.out)}
    used = {entry.settings for entry in kept.values()} - {current}
    yield settings[current]
    yield from (settings[digest] for digest in sorted(used) if digest in settings)
    yield from new
    yield from (line_of(kept[out]) for out in sorted(kept))


def line_of(entry: Entry) -> bytes:
    """The entry as a manifest line."""
    return msgspec.json.encode(entry) + b"\n"


def settings_line(digest: str, settings: dict[str, object]) -> bytes:
    """A settings line of the manifest."""
    return msgspec.json.encode({"settings": digest} | settings) + b"\n"


class _Settings(msgspec.Struct):
    """What is asked of a settings line."""

    settings: str
    command: str | None = None
    shard_size: int | None = None


_entry_decoder = msgspec.json.Decoder(Entry)
_settings_decoder = msgspec.json.Decoder(_Settings)


class LocalStore:
    """Bookkeeping in a folder of this machine or of a shared disk; one run at a time.

    Args:
        folder: the output folder; made where it is not there.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._own = self._folder / OWN
        self._settings: dict[str, bytes] = {}
        self._current = ""
        self._lock: IO[str] | None = None
        self._journal: IO[bytes] | None = None
        self._new: IO[bytes] | None = None

    def open(self, digest: str, settings: dict[str, object]) -> None:
        """Begin a run: lock the folder, clear away what a killed run left.

        Raises:
            BusyError: another run holds the folder.
            OtherCommandError: the folder holds the results of another command.
            OutputError: the folder cannot be written.
        """
        self._current = digest
        self._settings[digest] = settings_line(digest, settings)
        with self._writing():
            self._own.mkdir(parents=True, exist_ok=True)
            self._keep_pipes()
            self._lock = (self._own / "lock").open("a")
            self._take_lock(self._lock)
            self._keep_manifest()
            keep_command(str(self._folder), self.entries(), self._settings, settings)
            shutil.rmtree(self._own / "unfinished", ignore_errors=True)
            (self._own / "unfinished").mkdir()
            self._journal = (self._own / "journal").open("ab")
            # A killed run may have left half a line: ours begin on a line of their own.
            self._journal.write(b"\n" + self._settings[digest])
            self._journal.flush()
            self._new = (self._own / "unfinished" / MANIFEST).open("w+b")

    def _keep_pipes(self) -> None:
        """Refuse a folder where what stands for our own files is none: opening a pipe would wait for ever."""
        for path in (self._folder / MANIFEST, self._own / "journal", self._own / "lock"):
            if path.exists() and not path.is_file():
                raise OtherCommandError(f"{path}: is no regular file; choose another output folder")

    def _keep_manifest(self) -> None:
        """Refuse a folder with a manifest that is somebody else's: ours would take its place."""
        path = self._folder / MANIFEST
        with contextlib.suppress(FileNotFoundError), path.open("rb") as lines:
            settings: dict[str, bytes] = {}
            if next(iter(parse(lines, settings)), None) is None and not settings and path.stat().st_size:
                raise OtherCommandError(f"{path}: is no manifest of cnfin; choose another output folder")

    def _take_lock(self, lock: IO[str]) -> None:
        try:
            import fcntl
        except ImportError:  # no such locks on this system
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{self._folder}: another run is writing to this folder") from None
        except OSError:  # a shared disk without locks
            return

    def entries(self) -> Iterator[Entry]:
        """What earlier runs wrote down, the newest last."""
        for path in (self._folder / MANIFEST, self._own / "journal"):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as lines:
                yield from parse(lines, self._settings)

    def remember(self, entry: Entry) -> None:
        """Note a finished output in the journal."""
        assert self._journal is not None
        with self._writing():
            self._journal.write(line_of(entry))
            self._journal.flush()

    def add(self, entry: Entry) -> None:
        """The next line of the manifest."""
        assert self._new is not None
        with self._writing():
            self._new.write(line_of(entry))

    def remove_other_parts(self, marks: Collection[bytes]) -> None:
        """Remove shards of earlier runs."""
        for path in self._folder.iterdir():
            if PART.fullmatch(path.name) and mark(path.name) not in marks:
                path.unlink()

    def finish(self, marks: Collection[bytes]) -> None:
        """Write the manifest and remove the journal."""
        assert self._new is not None
        temporary = self._own / "unfinished" / "MERGED"
        with self._writing():
            self._new.seek(0)
            with temporary.open("wb") as stream:
                lines = merge(self.entries(), self._there, self._settings, self._current, self._new, marks)
                stream.writelines(lines)
            os.replace(temporary, self._folder / MANIFEST)
            (self._own / "journal").unlink()
            self._new.close()
            shutil.rmtree(self._own / "unfinished", ignore_errors=True)

    def _there(self, out: str) -> bool:
        try:
            return (self._folder / out).exists()
        except (OSError, ValueError):  # a name that no file can have
            return False

    def close(self) -> None:
        """Let the folder go."""
        for stream in (self._new, self._journal, self._lock):
            if stream is not None:
                with contextlib.suppress(OSError):  # a full disk has been told already
                    stream.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(str(self._folder), error) from error
