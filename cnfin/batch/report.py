"""What a person sees of a run: error lines, the errors file, a progress bar, a summary line."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO

from cnfin.batch.leftout import LeftOut, What
from cnfin.console import one_line, tell, write
from cnfin.messages import told
from cnfin.records import ErrorRecord, encode_lines

_REFRESH = 0.2
_WIDTH = 24
_ONE: dict[What, str] = {
    "passed": "file", "failed": "file", "page": "page", "table": "table", "sum": "sum", "identity": "document",
}  # fmt: skip
_WHY: dict[What, str] = {
    "passed": "passed over", "failed": "failed", "page": "without text", "table": "without facts",
    "sum": "without facts", "identity": "without identity",
}  # fmt: skip


class Report:
    """Tells standard error and the errors file how a run goes.

    Args:
        errors: stream that takes one error record a line.
        left: stream that takes a record for each thing that was left out.
        left_name: what that file is called.
        quiet: leave out the progress bar, warnings and the summary line; errors are always told.
        bar: show a progress bar where standard error is a terminal.
    """

    def __init__(
        self,
        errors: IO[bytes] | None = None,
        *,
        quiet: bool = False,
        bar: bool = False,
        left: IO[bytes] | None = None,
        left_name: str = "",
    ) -> None:
        self.documents = self.records = self.failed = self.skipped = self.size = 0
        self._passed: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._errors, self._quiet = errors, quiet
        self._left, self._left_name = left, left_name
        self.shows_bar = bar and not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._total_size = self._total = 0
        self._begun = time.monotonic()
        self._shown = 0.0
        self._stopped = ""

    def expect(self, documents: int, size: int) -> None:
        """How much there is to do, once that is known: documents and their bytes."""
        self._total, self._total_size = documents, size

    def done(self, records: int, size: int, *, documents: int = 1, skipped: bool = False) -> None:
        """Documents are finished, or found finished by an earlier run."""
        self.documents += documents
        self.records += records
        self.size += size
        self.skipped += documents * skipped
        self._show()

    def error(self, name: str, kind: str, message: str, size: int = 0) -> None:
        """A document failed: one line for a person, one record for a program. What is no document is only counted."""
        if kind == "passed":
            self._passed[PurePosixPath(name).suffix.lower() or "without ending"] += 1
        else:
            self.failed += 1
            self.size += size
            self._clear()
            tell(one_line(f"{name}: {told(message)}"))
        if self._errors is not None:
            self._errors.write(encode_lines([ErrorRecord(name, kind, message)]))
            self._errors.flush()
        self.left_out([LeftOut(name, "passed" if kind == "passed" else "failed", None, None, None, message)])
        self._show()

    def left_out(self, things: Sequence[LeftOut]) -> None:
        """What was left out: a record each, where these are asked for."""
        if self._left is not None:
            self._left.write(encode_lines(things))
            self._left_out.update(thing.what for thing in things)

    def stopped(self, output: str | None) -> None:
        """The run ends before its time: the summary line says so, and what became of the output."""
        self._stopped = "stopped" + (f"; {output} not written" if output and output != "-" else "")

    def note(self, name: str, message: str) -> None:
        """Something to know of a document that did not fail; left out where quiet."""
        if not self._quiet:
            self._clear()
            tell(one_line(f"{name}: {message}"))
            self._show()

    def worth_keeping(self) -> bool:
        """Whether there is a result: not where every document failed."""
        return bool(self.documents) or not self.failed

    def close(self, *, summary: bool = False) -> None:
        """Take the bar away and, where asked for or where there was a bar, say in one line what was done."""
        self._clear()
        barred, self.shows_bar, self._shown = bool(self._shown), False, 0.0
        if self._left is not None and not self._quiet:
            tell(self._told_left_out())
        elif self._passed and not self._quiet:
            kinds = ", ".join(f"{count:,} {suffix}" for suffix, count in self._passed.most_common(8))
            tell(f"{_count(self._passed.total(), 'file')} passed over ({kinds}); --errors FILE names them")
        self._passed.clear()
        self._left = None
        if self._stopped or ((summary or barred) and not self._quiet):
            tell(self.summary())

    def summary(self) -> str:
        """The run in one line."""
        seconds = time.monotonic() - self._begun
        parts = [_count(self.documents, "document"), _count(self.records, "record")]
        if self.skipped:
            parts.append(f"{self.skipped:,} done before")
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if self._stopped:
            parts.insert(0, self._stopped)
        return f"{', '.join(parts)}; {self.size / 1e6:,.1f} MB in {_clock(seconds)}"

    def _told_left_out(self) -> str:
        """What was left out, in one line."""
        found = [(what, self._left_out[what]) for what in _ONE if self._left_out[what]]
        parts = [f"{_count(count, _ONE[what])} {_WHY[what]}" for what, count in found]
        return f"left out: {', '.join(parts)}; {self._left_name} names them" if parts else "left out: nothing"

    def _show(self) -> None:
        now = time.monotonic()
        if not self.shows_bar or self._total == 1 or now - self._shown < _REFRESH:
            return
        self._shown = now
        seconds = max(now - self._begun, 1e-3)
        rate = self.size / seconds
        text = f"{_count(self.documents + self.failed, 'document')}  {rate / 1e6:.2f} MB/s"
        if self._total_size:
            share = min(self.size / self._total_size, 1.0)
            bar = "#" * round(share * _WIDTH)
            left = _clock((self._total_size - self.size) / rate) if rate else "?"
            text = f"[{bar:{_WIDTH}}] {share:4.0%}  {text}  {left} left"
        write(f"\r\x1b[K{text}")

    def _clear(self) -> None:
        if self.shows_bar and self._shown:
            write("\r\x1b[K")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
