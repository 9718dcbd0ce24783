"""Words to a person on standard error, which end no run whatever becomes of them."""

from __future__ import annotations

import contextlib
import re
import sys


def tell(line: str) -> None:
    """A line on standard error; nothing where that is closed, full or gone."""
    write(line + "\n")


def write(text: str) -> None:
    """Text on standard error, at once; nothing where that is closed, full or gone."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):  # ValueError: closed meanwhile
            sys.stderr.write(text)
            sys.stderr.flush()


def one_line(text: str) -> str:
    """Text without line ends and without what a terminal would obey, as a file's name may have it."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
