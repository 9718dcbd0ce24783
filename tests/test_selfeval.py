"""Facts of invented self-evaluations: the half looked at while mending, and the half kept apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cnfin.evaluation import evaluate

FOLDER = Path(__file__).resolve().parents[1] / "corpus/selfeval"


@pytest.mark.parametrize(("half", "floor"), [("dev", 0.96), ("kept", 0.66)])
def test_facts_of_self_evaluations(half: str, floor: float, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    texts = sorted(FOLDER.glob(f"{half}-*.txt"))
    assert len(texts) == 6
    for text in texts:
        (gold / f"{text.stem}.jsonl").write_bytes(text.with_suffix(".gold.jsonl").read_bytes())
    tagged = tmp_path / "tagged.jsonl"
    command = [sys.executable, "-m", "cnfin", "tag", *map(str, texts)]
    tagged.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    f1 = evaluate(gold, tagged)["facts"].f1
    assert f1 is not None and f1 >= floor
