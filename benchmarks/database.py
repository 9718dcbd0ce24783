"""The database: documents a second, size, the usual queries, and kills at random moments.

    python benchmarks/database.py                       # 1,000 generated documents, 20 kills
    python benchmarks/database.py --documents 100 --kills 5

A killed run (kill -9) is run again and its file compared, table by table, with one that nothing disturbed.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from synthesis import document

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Fill, ask and kill; print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "in", options.documents)
        begun = time.perf_counter()
        _fill(folder / "whole.sqlite", folder / "in")
        seconds = time.perf_counter() - begun
        size = (folder / "whole.sqlite").stat().st_size / 1e6
        rate = options.documents / seconds
        print(f"{options.documents} documents in {seconds:.0f} s ({rate:.1f} a second), {size:.0f} MB")
        begun = time.perf_counter()
        _fill(folder / "whole.sqlite", folder / "in")
        print(f"again, nothing new: {time.perf_counter() - begun:.1f} s")
        _ask(folder / "whole.sqlite")
        _kill(folder, options.kills)


def _write(folder: Path, documents: int) -> None:
    folder.mkdir()
    for number in range(documents):
        name, text, _ = document(31, number)
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def _fill(path: Path, folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "cnfin", "db", str(path), str(folder), "-q"], cwd=ROOT, check=True)


def _ask(path: Path) -> None:
    """The queries of docs/database.md, the slowest of three tries each."""
    text = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
    (queries,) = re.findall(r"^```sql\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    with sqlite3.connect(path) as data:
        for query in filter(str.strip, queries.split(";")):
            times = []
            for _ in range(3):
                begun = time.perf_counter()
                rows = len(data.execute(query).fetchall())
                times.append(time.perf_counter() - begun)
            print(f"  {max(times) * 1000:7.1f} ms  {rows:6} rows  {' '.join(query.split())[:70]}")


def _kill(folder: Path, kills: int) -> None:
    small = folder / "small"
    _write(small, 60)
    begun = time.perf_counter()
    _fill(folder / "undisturbed.sqlite", small)
    longest = time.perf_counter() - begun
    wanted, same = _dump(folder / "undisturbed.sqlite"), 0
    for number in range(kills):
        path = folder / f"killed{number}.sqlite"
        run = subprocess.Popen([sys.executable, "-m", "cnfin", "db", str(path), str(small), "-q"], cwd=ROOT)
        time.sleep(random.Random(number).uniform(0.2, longest))
        run.send_signal(signal.SIGKILL)
        run.wait()
        _fill(path, small)
        same += _dump(path) == wanted
    print(f"killed at {kills} random moments and run again: {same} equal to the undisturbed file")


def _dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as data:
        return [line for line in data.iterdump() if "sentences_text" not in line]


if __name__ == "__main__":
    main()
