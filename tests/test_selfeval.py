"""Facts of invented self-evaluations, by groups, and of wordings of a project's money."""

from __future__ import annotations

import csv
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from cnfin.document import Fact
from cnfin.evaluation import evaluate
from cnfin.tagger import Tagger

FOLDER = Path(__file__).resolve().parents[1] / "corpus/selfeval"
WORDINGS = Path(__file__).parent / "data" / "projects.tsv"
#: How many texts a group has, and the F1 of its facts that was measured last.
GROUPS = {
    "dev": (6, 0.99), "kept": (6, 0.66), "a": (5, 0.96), "b": (5, 0.97), "c": (4, 0.90), "d": (5, 0.96),
    "e": (6, 0.94), "f": (4, 0.95), "g": (5, 0.92), "h": (4, 0.99), "i": (4, 0.90),
}  # fmt: skip
REPORTS = {
    "项目": "云台县水利局2022年渠道清淤项目支出绩效自评报告",
    "资金": "云台县水利局2022年水利发展资金绩效自评报告",
    "多个项目": "云台县水利局2022年度项目支出绩效自评报告",
    "整体": "云台县水利局2022年度部门整体支出绩效自评报告",
}


@pytest.mark.parametrize("group", GROUPS)
def test_facts_of_self_evaluations(group: str, tmp_path: Path) -> None:
    number, floor = GROUPS[group]
    gold = tmp_path / "gold"
    gold.mkdir()
    texts = sorted(FOLDER.glob(f"{group}-*.txt"))
    assert len(texts) == number
    for text in texts:
        (gold / f"{text.stem}.jsonl").write_bytes(text.with_suffix(".gold.jsonl").read_bytes())
    tagged = tmp_path / "tagged.jsonl"
    command = [sys.executable, "-m", "cnfin", "tag", *map(str, texts)]
    tagged.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    f1 = evaluate(gold, tagged)["facts"].f1
    assert f1 is not None and f1 >= floor


def test_every_text_belongs_to_a_group() -> None:
    assert len(list(FOLDER.glob("*.txt"))) == sum(number for number, _ in GROUPS.values())


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False)


def wordings() -> list[tuple[str, str, str]]:
    marks = str.maketrans({"⏎": "\n", "⇥": "\t"})
    with WORDINGS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["report"], row["text"].translate(marks), row["facts"] or "") for row in rows]


def written(fact: Fact) -> str:
    value = "0" if fact.value == 0 else format(fact.value.normalize(), "f")
    flow = "" if fact.flow in ("支出", None) else f"/{fact.flow}"
    year = "" if fact.year == 2022 else f"@{fact.year}"
    return f"{fact.subject}/{fact.measure}/{value}{flow}{year}"


@pytest.mark.parametrize(("report", "text", "facts"), wordings())
def test_wordings_of_project_money(report: str, text: str, facts: str) -> None:
    document = tagger().tag(f"{REPORTS[report]}\n{text}")
    found = [fact for sentence in document.sentences for fact in sentence.facts if fact.measure != "其他"]
    assert [written(fact) for fact in found] == [fact for fact in facts.split(" | ") if fact]


def test_wordings_are_many() -> None:
    assert len(wordings()) >= 125
