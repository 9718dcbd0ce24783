"""``cnfin`` run inside the test's own process: lexicon and dictionary are loaded once, not for every call."""

from __future__ import annotations

import io
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnfin.cli.commands import main


def cnfin(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """What the command prints and its exit status, as from a process of its own."""
    with _streams(stdin) as (out, err), _signals():
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
    return subprocess.CompletedProcess(["cnfin", *map(str, arguments)], status, out.getvalue(), err.getvalue())


def printed(line: str, folder: Path) -> bytes:
    """What a command prints that stands in a document, run in ``folder``; it must end well."""
    name, *arguments = shlex.split(line)
    assert name == "cnfin", line
    here = os.getcwd()
    os.chdir(folder)
    try:
        done = cnfin(*arguments)
    finally:
        os.chdir(here)
    assert done.returncode == 0, (line, done.stderr.decode())
    return done.stdout


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Standard streams of bytes, as a pipe has them."""
    kept = sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    sys.stdout = io.TextIOWrapper(out, "utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, "utf-8", write_through=True)
    try:
        yield out, err
    finally:
        for stream, plain in ((sys.stdout, out), (sys.stderr, err)):
            stream.flush()
            if not plain.closed:
                stream.detach()
        sys.stdin, sys.stdout, sys.stderr = kept


@contextmanager
def _signals() -> Iterator[None]:
    """The handlers of signals that the command line sets are put back."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)]
    kept = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
