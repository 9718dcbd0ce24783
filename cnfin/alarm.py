"""A limit on the time that a piece of work may take in this process."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Late(BaseException):
    """The time is up. No :class:`Exception`: what is done with whatever goes wrong must not swallow it."""


@contextlib.contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Stop what is done inside after so many seconds; None or 0 for no limit.

    It works in the main thread of a process with alarms (not on Windows), and where no other
    alarm is set; elsewhere there is no limit.

    Raises:
        Late: the time is up.
    """
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not seconds or not usable or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
