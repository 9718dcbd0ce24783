#!/usr/bin/env python3
"""Break batch runs in every way that happens, and compare what a rerun gives with an undisturbed run.

    python tests/fault_batch.py            # 24 kills that hit and every other fault, about two minutes
    python tests/fault_batch.py --short    # 4 kills, half a minute

Exits with 1 and says where the outputs differ.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "corpus" / "samples").glob("*.txt"))
SHARDS = ("--shards", "gz", "--shard-size", "1")
FORMS: tuple[tuple[str, ...], ...] = ((), SHARDS)


class Trial:
    """A corpus, and for each form of output the undisturbed run's folder."""

    def __init__(self, home: Path, copies: int) -> None:
        self.home = home
        self.corpus = home / "corpus"
        self.corpus.mkdir()
        for number in range(copies):
            for sample in SAMPLES:
                (self.corpus / f"{number:03}-{sample.name}").write_bytes(sample.read_bytes())
        self.seconds = float("inf")
        self.undisturbed: dict[tuple[str, ...], dict[str, bytes]] = {}
        for form in FORMS:
            begun = time.monotonic()
            out = home / "undisturbed"
            self.expect(0, self.start(out, form))
            self.seconds = min(self.seconds, time.monotonic() - begun)
            self.undisturbed[form] = tree(out)
            shutil.rmtree(out)
        if len(self.undisturbed[()]) != copies * len(SAMPLES) + 1:
            raise SystemExit("the undisturbed run is not whole")

    def start(
        self, out: Path, form: tuple[str, ...], before: Callable[[], None] | None = None
    ) -> subprocess.Popen[bytes]:
        """A run of ours into ``out``."""
        command = [sys.executable, "-m", "cnfin.cli.commands", "tag", "--no-roles", "--quiet", "--jobs", "2", *form]
        return subprocess.Popen(
            [*command, "--out-dir", str(out), str(self.corpus)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            preexec_fn=before,
        )

    def expect(self, status: int, process: subprocess.Popen[bytes]) -> str:
        """Wait for the end of a run; its standard error."""
        _, err = process.communicate(timeout=120)
        if process.returncode != status:
            raise SystemExit(f"exit status {process.returncode}, not {status}: {err.decode()}")
        return err.decode()

    def compare(self, what: str, out: Path, form: tuple[str, ...]) -> None:
        """Run again and compare; then take the outputs away."""
        self.expect(0, self.start(out, form))
        have, want = tree(out), self.undisturbed[form]
        wrong = sorted(name for name in have.keys() | want.keys() if have.get(name) != want.get(name))
        if wrong:
            raise SystemExit(f"{what}: differs from the undisturbed run: {', '.join(wrong[:5])}")
        shutil.rmtree(out)
        print(f"ok  {what}", flush=True)


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder, but for the lock."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.name != "lock"}


def children(process: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(entry.name))
    return found


def is_worker(process: int) -> bool:
    """Whether a child is a worker, not the helper that Python itself starts."""
    with contextlib.suppress(OSError):
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def kill_main(trial: Trial, dice: random.Random, form: tuple[str, ...], name: str) -> int:
    """kill -9 of the main process; its workers must end by themselves. Returns the number of kills that hit."""
    out = trial.home / "out"
    process = trial.start(out, form)
    moment = dice.uniform(0.05, trial.seconds)
    time.sleep(moment)
    workers = [child for child in children(process.pid) if is_worker(child)]
    process.kill()
    hit = process.wait() == -signal.SIGKILL
    for _ in range(200):
        if not any(is_worker(worker) for worker in workers):
            break
        time.sleep(0.05)
    else:
        raise SystemExit("workers outlive the main process")
    written = len(tree(out))
    trial.compare(f"{name}: main process killed after {moment:.2f} s with {written} files there", out, form)
    return hit


def kill_workers(trial: Trial, dice: random.Random, form: tuple[str, ...], name: str) -> int:
    """kill -9 of workers while the run goes on. Returns the number of kills that hit."""
    out = trial.home / "out"
    process = trial.start(out, form)
    killed = 0
    for _ in range(2):
        time.sleep(dice.uniform(0.2, trial.seconds / 2))
        workers = [child for child in children(process.pid) if is_worker(child)]
        if workers and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(workers), signal.SIGKILL)
                killed += 1
    process.communicate(timeout=120)
    if process.returncode not in (0, 1):
        raise SystemExit(f"exit status {process.returncode} after a worker was killed")
    trial.compare(f"{name}: {killed} workers killed, exit status {process.returncode}", out, form)
    return killed


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], None] | None]:
    """A disk of 1 MB at ``folder`` where we may mount one; else a limit on every file that a process writes."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        try:
            yield None
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    else:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


def full_disk(trial: Trial, form: tuple[str, ...]) -> None:
    """The disk is full: one line, exit status 1, nothing half-written."""
    disk = trial.home / "disk"
    with small_disk(disk) as limit:
        err = trial.expect(1, trial.start(disk / "out", form, limit))
        if err.count("\n") != 1 or "cannot be written" not in err:
            raise SystemExit(f"a full disk is told as: {err}")
        wrong = [
            name for name, data in outputs(tree(disk / "out")).items() if data != trial.undisturbed[form].get(name)
        ]
        if wrong:
            raise SystemExit(f"half-written on a full disk: {wrong}")
        shutil.copytree(disk / "out", trial.home / "out")
    shutil.rmtree(disk)
    kind = "a limit on file size" if limit else "a disk of 1 MB"
    trial.compare(f"{kind} is full", trial.home / "out", form)


def lost_cluster_workers(trial: Trial, dice: random.Random) -> None:
    """kill -9 of a Dask cluster's workers in the middle of a run."""
    from distributed import Client, LocalCluster

    sys.path.insert(0, str(ROOT))  # scheduler and workers need cnfin too
    os.environ["PYTHONPATH"] = str(ROOT)
    out = trial.home / "out"
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        process = trial.start(out, ("--scheduler", cluster.scheduler_address))
        for _ in range(2):
            time.sleep(dice.uniform(1.0, 1.0 + trial.seconds))
            workers = list(client.run(os.getpid).values())
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(workers), signal.SIGKILL)
        trial.expect(0, process)
        trial.compare("2 cluster workers killed", out, ())


def outputs(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without the bookkeeping."""
    return {name: data for name, data in files.items() if not name.startswith(".cnfin") and name != "MANIFEST"}


def vanishing_file(trial: Trial) -> None:
    """A document goes away after the run has begun, and comes back."""
    out, last = trial.home / "out", sorted(trial.corpus.iterdir())[-1]
    times, data = last.stat(), last.read_bytes()
    process = trial.start(out, ())
    while not list(out.glob("*.jsonl")) and process.poll() is None:
        time.sleep(0.01)
    last.unlink()
    err = trial.expect(1, process)
    if last.name not in err or err.count("\n") != 1:
        raise SystemExit(f"a vanished file is told as: {err}")
    last.write_bytes(data)
    os.utime(last, ns=(times.st_atime_ns, times.st_mtime_ns))
    trial.compare("a file vanished", out, ())


def unwritable_folder(trial: Trial) -> None:
    """The output folder cannot be made, or not be written."""
    blocked = trial.home / "blocked"
    blocked.write_text("a file")
    places = [blocked / "out"]
    if os.geteuid() != 0:
        (trial.home / "readonly").mkdir(mode=0o555)
        places.append(trial.home / "readonly")
    for place in places:
        err = trial.expect(1, trial.start(place, ()))
        if err.count("\n") != 1 or "cannot be written" not in err:
            raise SystemExit(f"an unwritable folder is told as: {err}")
    blocked.unlink()
    print("ok  unwritable output folder")


def two_runs(trial: Trial, form: tuple[str, ...]) -> None:
    """Two runs at once on one output folder: one does the work, the other says so."""
    out = trial.home / "out"
    pair = [trial.start(out, form) for _ in range(2)]
    errors = [process.communicate(timeout=120)[1].decode() for process in pair]
    statuses = sorted(process.returncode for process in pair)
    if statuses != [0, 1] or "another run" not in "".join(errors):
        raise SystemExit(f"two runs at once: {statuses} {errors}")
    trial.compare("two runs at once", out, form)


def main() -> None:
    """Run every trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="few kills and a small corpus")
    parser.add_argument("--seed", type=int, default=None, help="make the moments of the kills repeatable")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    dice = random.Random(seed)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as home:
        trial = Trial(Path(home), copies=3 if options.short else 24)
        mains = workers = 0
        wanted = 2 if options.short else 12
        while mains < wanted or workers < wanted:
            for form in FORMS:
                name = "shards" if form else "documents"
                mains += kill_main(trial, dice, form, name)
                workers += kill_workers(trial, dice, form, name)
        print(f"{mains} kills of the main process and {workers} of workers hit")
        full_disk(trial, ())
        vanishing_file(trial)
        unwritable_folder(trial)
        two_runs(trial, ())
        if not options.short:
            full_disk(trial, SHARDS)
            two_runs(trial, SHARDS)
            if importlib.util.find_spec("distributed"):
                lost_cluster_workers(trial, dice)


if __name__ == "__main__":
    main()
