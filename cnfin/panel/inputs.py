"""Which arguments are ledgers made already, and which are documents."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from cnfin.errors import CnfinError, MissingExtra


def ledger_files(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The arguments that are ledgers already, those inside folders too, and those that are documents.

    A folder that holds ledgers is a folder of ledgers; any other one is a folder of documents.
    """
    ledgers: list[str] = []
    documents: list[str] = []
    for argument in arguments:
        path = Path(argument)
        inside = [str(one) for one in sorted(path.rglob("*")) if _is_ledger(one)] if path.is_dir() else []
        if inside or _is_ledger(path):
            ledgers += inside or [argument]
        else:
            documents.append(argument)
    return ledgers, documents


def _is_ledger(path: Path) -> bool:
    """Whether a file's name and its first bytes are those of cells."""
    if path.name.endswith(".parquet"):
        return True
    opened = next((how for suffix, how in _OPENERS.items() if path.name.endswith(suffix)), None)
    if opened is None or not path.is_file():
        return False
    try:
        with opened(path) as stream:
            first = msgspec.json.decode(stream.readline(_LONGEST), type=dict[str, Any])
    except (OSError, ValueError, CnfinError):
        return False
    return first.keys() >= {"doc", "line", "measure", "value", "value_unit", "status"}


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


def _gzip(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(path))


def _zstandard(path: Path) -> IO[bytes]:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("reading .zst", "cluster") from None
    return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(path.open("rb"), closefd=True))


_OPENERS: dict[str, Callable[[Path], IO[bytes]]] = {".jsonl": _plain, ".jsonl.gz": _gzip, ".jsonl.zst": _zstandard}
#: The most that is read of a first line; a cell with hundreds of places is shorter.
_LONGEST = 1 << 20
