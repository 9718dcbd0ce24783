"""A lexicon table as its lines stand in the file, for the checks: columns, rows with their numbers, faults of form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from cnfin.errors import CnfinError

Row = Mapping[str, str]


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a table: file, line from 1 (0 for the whole file) and what."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class LexiconError(CnfinError):
    """A folder that holds no lexicon tables."""


class Table(msgspec.Struct):
    path: Path
    columns: list[str]
    rows: list[tuple[int, Row]]


def read(path: Path, problems: list[Problem]) -> Table | None:
    """The table's rows with their line numbers; what breaks the form of a table becomes a problem.

    None where there is no text to look at.
    """
    name = str(path)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        problems.append(Problem(name, 0, "is no regular file"))
        return None
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        problems.append(Problem(name, 0, f"cannot be read: {error.strerror}"))
        return None
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        problems.append(Problem(name, number, f"is not UTF-8 (byte 0x{error.object[error.start]:02x})"))
        return None
    if text.startswith("\ufeff"):
        problems.append(Problem(name, 1, "starts with a byte order mark"))
    if "\r" in text:
        problems.append(Problem(name, 0, "has line ends other than LF"))
    header, *lines = text.removeprefix("\ufeff").removesuffix("\n").replace("\r", "").split("\n")
    columns = header.split("\t")
    rows: list[tuple[int, Row]] = []
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            problems.append(Problem(name, number, f"{len(cells)} cells under {len(columns)} columns"))
        elif any(cell != cell.strip() for cell in cells):
            problems.append(Problem(name, number, "a cell starts or ends with a blank"))
        rows.append((number, dict(zip(columns, cells + [""] * len(columns), strict=False))))
    return Table(path, columns, rows)
