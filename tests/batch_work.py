"""Work for worker processes under test: a document's text says what happens to the process."""

from __future__ import annotations

import functools
import os
import signal
import time
from pathlib import Path

from cnfin.batch.job import Product
from cnfin.batch.sinks import Target
from cnfin.batch.tasks import Do, do
from cnfin.document import Source
from cnfin.errors import CnfinError
from cnfin.reading.file import How


def work(source: Source) -> Product:
    """One record a document, its text in capitals; some texts are orders."""
    order, _, rest = source.text.strip().partition(" ")
    if order == "sleep":
        time.sleep(float(rest))
    elif order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "die-once" and not Path(rest).exists():
        Path(rest).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "fail":
        raise KeyError(rest)
    elif order == "large":
        return Product(b"x" * int(rest) + b"\n", 1)
    return Product(f"{source.name} {source.text.strip().upper()}\n".encode(), 1)


def start(target: Target | None = None) -> Do:
    """The function that does tasks, as a worker builds it."""
    return functools.partial(do, work, How(), target)


def start_refused() -> Do:
    """A worker that cannot be built."""
    raise CnfinError("no such model")


def start_dead() -> Do:
    """A worker that ends before it has begun."""
    os._exit(3)
