#!/usr/bin/env python3
"""Time cnfin against its peers on the same text, in one run, and print Markdown tables.

    python benchmarks/speed.py                       cnfin and jieba.lcut on 5 MB, three paired runs
    python benchmarks/speed.py --peers               also the peers that are installed, on a slice
    python benchmarks/speed.py --peers-python VENV/bin/python --peers
    python benchmarks/speed.py --growth 10 100       time per MB and memory as the number of files grows
    python benchmarks/speed.py --jobs                two processes against one
    python benchmarks/speed.py --start               cold starts of the command line
    python benchmarks/speed.py --profile             where the time goes

The text is invented disclosures (``synthesize.py``) or any folder of .txt files (``--folder``). Every contender runs
in its own process; ratios are of CPU time, medians of paired runs, so that other work on the machine matters little.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import date
from functools import wraps
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import contenders  # noqa: E402
from synthesize import collection  # noqa: E402

MEGABYTE = 1_000_000
OWN = ("cnfin", "cnfin plain", "cnfin spans", "cnfin no facts", "cnfin no roles", "cnfin forgetful", "cnfin tokens",
       "cnfin tokens, forgetful", "cnfin records", "floor", "floor, records")  # fmt: skip
LABELS = {
    "cnfin": "cnfin[fast], complete", "cnfin plain": "cnfin without rjieba, complete",
    "cnfin spans": "cnfin[fast], spans only", "cnfin no facts": "cnfin[fast], no facts",
    "cnfin no roles": "cnfin[fast], no roles", "cnfin tokens": "cnfin[fast], complete, with tokens",
    "cnfin forgetful": "the same, nothing remembered from document to document",
    "cnfin tokens, forgetful": "with tokens, nothing remembered from document to document",
    "cnfin records": "cnfin[fast], complete, records written", "floor": "floor: decoding and one automaton pass",
    "floor, records": "floor: writing the records",
}  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print("\n| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def run(python: str, name: str, folder: str, size: int = 0) -> Any:
    """Run a contender in its own process; None where it cannot run, with the reason on standard error."""
    command = [python, str(HERE / "contenders.py"), name, folder, str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no message"]
        print(f"{name}: left out ({reason[-1]})", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def speed(folder: str, runs: int, names: Sequence[str]) -> None:
    """cnfin in its variants against jieba.lcut: paired runs, one after the other."""
    ratios: dict[str, list[float]] = {name: [] for name in names}
    seen: dict[str, list[dict[str, Any]]] = {name: [] for name in ("jieba.lcut", *names)}
    for _ in range(runs):
        base = run(sys.executable, "jieba.lcut", folder)
        seen["jieba.lcut"].append(base)
        for name in names:
            if (result := run(sys.executable, name, folder)) is not None:
                seen[name].append(result)
                ratios[name].append(result["cpu"] / base["cpu"])
    rows = []
    for name, results in seen.items():
        if results:
            took = median(r["cpu"] for r in results)
            size = results[0]["bytes"] / MEGABYTE
            ratio = f"{median(ratios[name]):.2f}" if name in ratios else "1"
            rows.append((LABELS.get(name, name), f"{took:.2f}", f"{size / took:.2f}", ratio,
                         f"{max(r['peak'] for r in results):.0f}"))  # fmt: skip
    one = seen["jieba.lcut"][0]
    print(f"{one['files']} documents, {one['bytes'] / MEGABYTE:.2f} MB of UTF-8, {runs} paired runs")
    table(("contender", "CPU s", "MB/s", "ratio to jieba.lcut", "peak MB"), rows)


def peers(folder: str, python: str, size: int, runs: int) -> None:
    """cnfin and the peers on a slice of the text, each paired with jieba.lcut on the same slice."""
    rows = []
    ours = None
    for name in ("cnfin", *contenders.PEERS):
        found = []
        for _ in range(runs):
            base = run(sys.executable, "jieba.lcut", folder, size)
            result = run(sys.executable if name == "cnfin" else python, name, folder, size)
            if result is None:
                break
            found.append((result["cpu"], result["cpu"] / base["cpu"], result["bytes"]))
        if found:
            took, ratio = median(row[0] for row in found), median(row[1] for row in found)
            ours = ratio if name == "cnfin" else ours
            rows.append((LABELS.get(name, name), f"{took:.2f}", f"{found[0][2] / MEGABYTE / took:.3f}", f"{ratio:.2f}",
                         f"{ratio / ours:.1f}" if ours else "-"))  # fmt: skip
    print(f"a slice of {size / MEGABYTE:.2f} MB, {runs} paired runs")
    table(("contender", "CPU s", "MB/s", "ratio to jieba.lcut", "ratio to cnfin[fast]"), rows)


def growth(sizes: Sequence[int]) -> None:
    """Time per MB and peak memory while ever new documents are tagged in one process."""
    for size in sizes:
        rows = run(sys.executable, "growth", "-", size * MEGABYTE)
        if rows:
            print(f"{size} MB in one process, new documents all the way")
            table(("MB so far", "files", "CPU s per MB", "peak MB"), (
                (f"{row['bytes'] / MEGABYTE:.1f}", row["files"], f"{row['rate']:.3f}", f"{row['peak']:.0f}")
                for row in rows
            ))  # fmt: skip


def clocked(command: Sequence[str], runs: int) -> float:
    """Median seconds on the clock of a command."""
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        took.append(time.perf_counter() - start)
    return median(took)


def _model() -> list[str]:
    return ["--model", os.environ[contenders.MODEL]] if contenders.MODEL in os.environ else []


def jobs(folder: str, runs: int) -> None:
    """The command line with one process and with two."""
    command = [sys.executable, str(HERE.parent / "cli.py"), "tag", folder, "--quiet", *_model(), "--jobs"]
    ratios, ones, twos = [], [], []
    for _ in range(runs):
        ones.append(clocked([*command, "1"], 1))
        twos.append(clocked([*command, "2"], 1))
        ratios.append(ones[-1] / twos[-1])
    print("clock time of `cnfin tag FOLDER`; needs two free cores")
    table(("processes", "s", "times one"), (
        (1, f"{median(ones):.2f}", "1"), (2, f"{median(twos):.2f}", f"{median(ratios):.2f}"),
    ))  # fmt: skip


def start(folder: str, runs: int) -> None:
    """Cold starts: the help, and one file of about 30 KB."""
    data = "".join(contenders.texts(folder, 40_000)).encode()[:30_000].decode(errors="ignore")
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "one.txt")
        file.write_text(data, encoding="utf-8")
        door = [sys.executable, str(HERE.parent / "cli.py")]
        rows = [
            ("cnfin --help", f"{clocked([*door, '--help'], runs):.3f}"),
            ("cnfin tag, 30 KB", f"{clocked([*door, 'tag', str(file), '--quiet', *_model()], runs):.3f}"),
            ("python -c pass", f"{clocked([sys.executable, '-c', 'pass'], runs):.3f}"),
        ]
    table(("command", "clock s"), rows)


STAGES = {
    "soft line breaks": "cnfin.tagger:join", "layout": "cnfin.layout:parse", "tables": "cnfin.tables:find",
    "identity": "cnfin.identity:Identifier.identify", "spans": "cnfin.spans:Finder.find",
    "facts": "cnfin.facts:extract", "roles": "cnfin.roles:RoleModel.predict", "writing": "cnfin.records:encode_lines",
}  # fmt: skip


class Stopwatch:
    """Seconds that each stage took, by a wrapper around its door; a few calls a document, so nothing is slowed."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(STAGES, 0.0)
        for stage, door in STAGES.items():
            module, path = door.split(":")
            *outer, name = path.split(".")
            owner: Any = import_module(module)
            for step in outer:
                owner = getattr(owner, step)
            setattr(owner, name, self._timed(stage, getattr(owner, name)))

    def _timed(self, stage: str, call: Any) -> Any:
        @wraps(call)
        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return call(*arguments, **named)
            finally:
                self.spent[stage] += time.process_time() - start

        return timed


def profile(folder: str, size: int) -> None:
    """Where the time of tagging and writing goes: by stage, then by function under cProfile, which slows small ones."""
    watch = Stopwatch()
    documents = contenders.texts(folder, size)
    work = contenders.CONTENDERS["cnfin records"]()
    work(contenders.WARM)
    watch.spent = dict.fromkeys(STAGES, 0.0)
    begin = time.process_time()
    for text in documents:
        work(text)
    whole = time.process_time() - begin
    spent = {**watch.spent, "the rest": whole - sum(watch.spent.values())}
    megabytes = sum(len(text.encode()) for text in documents) / MEGABYTE
    table(("stage", "CPU s per MB", "share"), (
        (stage, f"{took / megabytes:.3f}", f"{took / whole:.0%}") for stage, took in spent.items()
    ))  # fmt: skip
    profiler = cProfile.Profile()
    for text in documents:
        profiler.runcall(work, text)
    found: dict[tuple[str, int, str], Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    total = sum(row[2] for row in found.values())
    dear = sorted(found.items(), key=lambda entry: -entry[1][2])[:25]
    table(("function", "calls", "own time"), (
        (f"{Path(path).parent.name}/{Path(path).name}:{line} {name}", row[1], f"{row[2] / total:.1%}")
        for (path, line, name), row in dear
    ))  # fmt: skip


def machine() -> str:
    """Processor, system, Python and date."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {date.today()}"


def options() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", help="texts to use instead of invented ones")
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--model", help="a role model to use instead of the shipped one")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=OWN, default=OWN, help="variants of cnfin to time")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--peers-python", default=sys.executable, help="interpreter that has the peers installed")
    parser.add_argument("--slice", type=float, default=0.2, help="MB that the peers are timed on")
    parser.add_argument("--growth", nargs="+", type=int, metavar="MB")
    parser.add_argument("--jobs", action="store_true")
    parser.add_argument("--start", action="store_true")
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Do what was asked for; without a choice, the table of speed."""
    chosen = options()
    print(machine() + "\n", flush=True)
    if chosen.model:
        os.environ[contenders.MODEL] = chosen.model
    with tempfile.TemporaryDirectory() as place:
        folder = chosen.folder or place
        if not chosen.folder:
            for name, text, _ in collection(1, int(chosen.megabytes * MEGABYTE)):
                Path(place, f"{name}.txt").write_bytes(text.encode())
        if not (chosen.growth or chosen.jobs or chosen.start or chosen.profile or chosen.peers):
            speed(folder, chosen.runs, chosen.only)
        if chosen.peers:
            peers(folder, chosen.peers_python, int(chosen.slice * MEGABYTE), chosen.runs)
        if chosen.growth:
            growth(chosen.growth)
        if chosen.jobs:
            jobs(folder, chosen.runs)
        if chosen.start:
            start(folder, chosen.runs)
        if chosen.profile:
            profile(folder, int(min(chosen.megabytes, 2) * MEGABYTE))


if __name__ == "__main__":
    main()
