"""Reading in a process of its own, which can be stopped.

Parsers written in C cannot be interrupted, and a hostile file can make them work for hours or take
all memory. So published formats are read by one child process that each process keeps: it has a
limit on memory, and it is stopped when a file takes too long. The next file gets a new one.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import IO, Any

import msgspec
from msgspec.structs import replace

from cnfin.document import Source
from cnfin.errors import ErrorKind, ReadError
from cnfin.reading.file import File, Member

_LENGTH = 8


class _Answer(msgspec.Struct, frozen=True):
    """What came of it: a source, the members of an archive, or an error's kind and message."""

    source: Source | None = None
    members: list[Member] | None = None
    kind: ErrorKind = "format"
    message: str = ""


class _Child:
    """The child process of one parent process."""

    def __init__(self, memory: int) -> None:
        self.owner = os.getpid()
        self.memory = memory
        # The child imports from where this process does, and never from the folder it runs in.
        start = f"import sys; sys.path[:] = {sys.path!r}; from cnfin.reading.isolation import serve; serve({memory})"
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", start],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.late = False

    def ask(self, file: File) -> _Answer | None:
        """The child's answer, or None where it died or was stopped over it."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        self.late = False
        limits = file.limits
        # A scan may take longer; the child itself keeps to the time of what is none.
        recognizing = file.form in ("pdf", "picture", "ofd") and file.how.ocr != "never"
        timer = threading.Timer(limits.ocr_seconds if recognizing else limits.seconds, self._stop_late)
        timer.start()
        try:
            _send(process.stdin, msgspec.msgpack.encode(file))
            answer = _receive(process.stdout)
        except OSError:
            answer = None
        finally:
            timer.cancel()
        self.late = self.late or (answer is None and self._ran_out())
        return None if answer is None else msgspec.msgpack.decode(answer, type=_Answer)

    def _ran_out(self) -> bool:
        """Whether it ended over a file because its own time was up, which it knows when characters are recognized."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(5) == -getattr(signal, "SIGALRM", 0)
        return False

    def _stop_late(self) -> None:
        self.late = True
        self._process.kill()

    def stop(self) -> None:
        """End the child, if this process started it."""
        if self.owner == os.getpid():
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()


_lock = threading.Lock()
_child: _Child | None = None
_serving = False  # whether this is the child


def parse_apart(file: File) -> Source | list[Member]:
    """What :func:`cnfin.reading.formats.parse` gives, from the child process.

    Raises:
        ReadError: as the reader of the format does; kind ``limit`` also where it took longer than
            ``limits.seconds``, ``format`` where the parser crashed.
    """
    global _child
    limits = file.limits
    with _lock:
        if _child is None or _child.owner != os.getpid() or _child.memory != limits.memory_bytes:
            if _child is not None:
                _child.stop()
            _child = _Child(limits.memory_bytes)
        child = _child
        # A file name may hold bytes that are no text.
        try:
            answer = child.ask(replace(file, name=file.name.encode("utf-8", "backslashreplace").decode()))
        except BaseException:  # an interrupt, or the time of the whole document is up: its answer is not for the next
            child.stop()
            _child = None
            raise
        if answer is None:
            child.stop()
            _child = None
    if answer is None and child.late:
        raise file.error("limit", f"takes longer to read than the limit of {limits.seconds:g} seconds")
    if answer is None:
        raise file.error("format", "is damaged, or needs more memory to read than the limit: its parser gave up")
    if answer.members is not None:
        return answer.members
    if answer.source is None:
        raise file.error(answer.kind, answer.message)
    return replace(answer.source, name=file.name)


def _forget() -> None:
    """In a child process of this one: its reading process is not ours, and the lock may be held for ever."""
    global _lock, _child
    _lock, _child = threading.Lock(), None


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget)


@atexit.register
def _stop() -> None:
    if _child is not None:
        _child.stop()


def serve(memory: int) -> None:
    """What the child does: read the files that the parent sends until it is gone."""
    from cnfin.reading.formats import parse

    global _serving
    _serving = True
    _limit_memory(memory)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a parser prints must not get into the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while (request := _receive(source)) is not None:
        file = msgspec.msgpack.decode(request, type=File)
        deadline(file.limits.seconds)
        try:
            found = parse(file)
            answer = _Answer(found) if isinstance(found, Source) else _Answer(members=found)
        except ReadError as error:
            answer = _Answer(kind=error.kind, message=error.message)
        except MemoryError:
            answer = _Answer(kind="limit", message=f"needs more memory to read than the limit of {memory} bytes")
        deadline(0)
        _send(sink, msgspec.msgpack.encode(answer))


def deadline(seconds: float) -> None:
    """End the process of readers in so many seconds, also inside a parser and if the parent is gone; 0 for never."""
    if _serving and hasattr(signal, "setitimer"):  # not on Windows
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _send(stream: IO[Any], message: bytes) -> None:
    stream.write(len(message).to_bytes(_LENGTH, "little") + message)
    stream.flush()


def _receive(stream: IO[Any]) -> bytes | None:
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    size = int.from_bytes(head, "little")
    message: bytes = stream.read(size)
    return message if len(message) == size else None
