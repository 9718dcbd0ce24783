"""LibreOffice as a converter: one running office for many files, with nothing of them carried out or fetched.

The office is started with the second file: from then on a conversion takes a tenth of a second and
not a second or more. It has a profile of its own, in which macros, active content and links are off.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from cnfin.reading.file import File

_COMMANDS = ("soffice", "libreoffice")
_ADVICE = "needs LibreOffice (soffice) on the machine: install it, or save the file as .docx"
# A program that has read many files has grown; it is replaced.
_MOST_FILES = 200
_START_SECONDS = 20.0
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{}</oor:items>
"""
_SETTING = (
    '<item oor:path="/org.openoffice.Office.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
)
_SWITCHES = (
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Misc", "FirstRun", "false"),
    ("Writer/Content/Update", "Link", "2"),
    ("Calc/Content/Update", "Link", "2"),
)
# Runs the office and ends it, and its folder, when the process that asked for it is gone: its input closes then.
_KEEPER = """
import os, shutil, signal, subprocess, sys
folder, *command = sys.argv[1:]
process = subprocess.Popen(command, stdin=-3, stdout=-3, stderr=-3, start_new_session=True)
sys.stdin.buffer.read()
os.killpg(process.pid, signal.SIGKILL)
process.wait()
shutil.rmtree(folder, ignore_errors=True)
"""


class Office:
    """A profile, and from the second file on a running office that uses it."""

    def __init__(self, command: str) -> None:
        self.owner = os.getpid()
        self.command = command
        self.files = 0
        self.folder = tempfile.mkdtemp(prefix="cnfin-")
        self._profile = Path(self.folder, "profile")
        Path(self._profile, "user").mkdir(parents=True)
        settings = "".join(_SETTING.format(*switch) for switch in _SWITCHES)
        Path(self._profile, "user", "registrymodifications.xcu").write_text(_SETTINGS.format(settings), "utf-8")
        self._keeper: subprocess.Popen[bytes] | None = None

    def convert(self, file: File, suffix: str, form: str, result_suffix: str) -> bytes:
        """The file in another format.

        Raises:
            ReadError: kind ``limit`` where it takes too long or becomes too large, ``format`` where
                LibreOffice makes nothing of it.
        """
        self.files += 1
        if self.files > 1 and self._keeper is None and os.name == "posix":
            self._start()
        with tempfile.TemporaryDirectory(prefix="cnfin-") as folder:
            source, result = Path(folder, f"source{suffix}"), Path(folder, f"source{result_suffix}")
            source.write_bytes(file.data)
            self._run(file, "--convert-to", form, "--outdir", folder, str(source))
            if not result.exists():
                raise file.error("format", "is damaged, or no document that LibreOffice can read")
            if result.stat().st_size > file.limits.file_bytes:
                raise file.error("limit", f"becomes larger than the limit of {file.limits.file_bytes} bytes")
            return result.read_bytes()

    def stop(self) -> None:
        """End the office, if this process started it."""
        if self.owner != os.getpid():
            return
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _options(self) -> list[str]:
        return [self.command, f"-env:UserInstallation={self._profile.as_uri()}", "--headless", "--norestore"]

    def _start(self) -> None:
        """Start the office and wait until it is ready."""
        # It would end with the first conversion if it had nothing else open.
        kept = Path(self.folder, "open.txt")
        kept.write_text("open\n", "utf-8")
        command = [*self._options(), "--nologo", str(kept)]
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-c", _KEEPER, self.folder, *command],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        lock = Path(self.folder, f".~lock.{kept.name}#")
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._keeper.poll() is None and not lock.exists():
            time.sleep(0.05)

    def _run(self, file: File, *arguments: str) -> None:
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(
            [*self._options(), *arguments], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        try:
            process.wait(file.limits.seconds)
        except subprocess.TimeoutExpired:
            _give_up(self)
            raise file.error("limit", f"takes LibreOffice longer than {file.limits.seconds:g} seconds") from None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop what is left of a command: it only starts the program that does the work."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


_lock = threading.Lock()
_office: Office | None = None


def convert(file: File, suffix: str, form: str, result_suffix: str) -> bytes:
    """The file in another format, by the office of this process.

    Args:
        file: the file.
        suffix: what its name ends with for LibreOffice.
        form: the format it becomes, as LibreOffice calls it.
        result_suffix: what names of that format end with.

    Raises:
        ReadError: kind ``extra`` where LibreOffice is not installed; else as :meth:`Office.convert`.
    """
    global _office
    command = next((path for known in _COMMANDS if (path := shutil.which(known))), None)
    if command is None:
        raise file.error("extra", _ADVICE)
    with _lock:
        if _office is not None and (_office.owner, _office.command) != (os.getpid(), command):
            _give_up(_office)
        if _office is not None and _office.files >= _MOST_FILES:
            _give_up(_office)
        office = _office = _office or Office(command)
        return office.convert(file, suffix, form, result_suffix)


def _give_up(office: Office) -> None:
    global _office
    office.stop()
    if _office is office:
        _office = None


def _forget() -> None:
    """In a child process of this one: the office is not ours, and the lock may be held for ever."""
    global _lock, _office
    _lock, _office = threading.Lock(), None


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget)


@atexit.register
def _stop() -> None:
    if _office is not None:
        _office.stop()
