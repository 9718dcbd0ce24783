"""Files that LibreOffice turns into .docx first: .doc of Word 97 to 2003 and WPS, .rtf, .odt."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from cnfin.errors import ReadError
from cnfin.reading.limits import Limits

_ADVICE = "needs LibreOffice (soffice) on the machine: install it, or save the file as .docx"
_COMMANDS = ("soffice", "libreoffice")


def to_docx(name: str, data: bytes, limits: Limits) -> bytes:
    """Convert ``data`` with LibreOffice, in a profile of its own and without macros.

    Raises:
        ReadError: kind ``extra`` where LibreOffice is not installed, ``limit`` where it takes longer
            than ``limits.seconds``, ``format`` where it makes nothing of the file.
    """
    command = next((path for known in _COMMANDS if (path := shutil.which(known))), None)
    if command is None:
        raise ReadError(name, "extra", _ADVICE)
    with tempfile.TemporaryDirectory(prefix="cnfin-") as folder:
        source = Path(folder, "source.rtf" if data.startswith(b"{\\rtf") else "source.doc")
        source.write_bytes(data)
        _run(
            name,
            [
                command, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless", "--norestore",
                "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source),
            ],
            limits,
        )  # fmt: skip
        result = Path(folder, "source.docx")
        if not result.exists():
            raise ReadError(name, "format", "is damaged, or no document that LibreOffice can read")
        if result.stat().st_size > limits.file_bytes:
            raise ReadError(name, "limit", f"becomes larger than the limit of {limits.file_bytes} bytes")
        return result.read_bytes()


def _run(name: str, command: list[str], limits: Limits) -> None:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        raise ReadError(name, "limit", f"takes LibreOffice longer than {limits.seconds:g} seconds") from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop what is left of LibreOffice: the command only starts the program that does the work."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
