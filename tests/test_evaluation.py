"""Scores against gold: counted right, and the same as those of the reference scorer where it is at hand."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cnfin.evaluation import EvaluationError, evaluate, examples, table

Line = dict[str, Any]
ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SCORER = SHARED / "score" / "score.py"
GOLDS = sorted((SHARED / "gold").glob("*.jsonl"))


def jsonl(path: Path, lines: list[Line]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def gold_lines() -> list[Line]:
    return [
        {"t": "doc", "unit": "某局", "province": "某省", "city": None, "county": None, "year": 2031, "kind": "决算"},
        {"t": "sent", "start": 0, "end": 20, "roles": ["原因说明"]},
        {"t": "sent", "start": 20, "end": 30, "roles": []},
        {"t": "span", "label": "科目", "start": 0, "end": 3, "text": "办公费", "name": "办公费", "code": "30201"},
        {"t": "span", "label": "金额", "start": 3, "end": 8, "text": "12.5万", "wan": 12.5},
        {"t": "span", "label": "金额", "start": 9, "end": 12, "text": "3万元", "wan": 3},
        {"t": "fact", "start": 3, "end": 8, "subject": "“灯会”项目", "code": None, "scheme": "项目",
         "measure": "决算数", "year": 2031, "value": 12.5, "unit": "万元", "base": None},
        {"t": "finding", "check": "sum", "start": 3, "end": 8},
        {"t": "finding", "check": "share", "start": 25, "end": 28},
    ]  # fmt: skip


def records() -> list[Line]:
    fact = {"start": 3, "end": 8, "subject": "灯会", "code": None, "scheme": "项目", "measure": "决算数", "year": 2031,
            "value": 12.5, "unit": "万元", "base": None}  # fmt: skip
    spans = [
        {"label": "科目", "start": 0, "end": 3, "text": "办公费", "name": "办公费", "code": "30299"},
        {"label": "金额", "start": 3, "end": 8, "text": "12.5万", "wan": 125},
        {"label": "年度", "start": 13, "end": 18, "text": "2031年", "year": 2031},
    ]
    common = {"doc": "in/one.txt", "unit": "某局", "province": "别省", "city": None, "county": None, "year": 2031,
              "kind": "决算", "text": "…"}  # fmt: skip
    return [
        common | {"start": 0, "end": 10, "roles": ["原因说明"], "spans": spans, "facts": [fact, fact]},
        common | {"start": 10, "end": 30, "roles": [], "spans": [], "facts": []},
    ]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return jsonl(tmp_path / "one.jsonl", gold_lines()), jsonl(tmp_path / "tagged.jsonl", records())


def test_counts(files: tuple[Path, Path], tmp_path: Path) -> None:
    findings = jsonl(
        tmp_path / "findings.jsonl",
        [
            {"doc": "one.txt", "start": 12, "end": 13, "evidence": [{"start": 5, "end": 6}]},
            {"doc": "one.txt", "start": 28, "end": 29, "evidence": []},
        ],
    )
    tallies = evaluate(*files, findings)
    counted = {name: (tally.hits, tally.misses, tally.alarms) for name, tally in tallies.items()}
    assert counted == {
        "doc": (3, 1, 1),
        "span 科目": (1, 0, 0),
        "code 科目": (0, 1, 1),
        "span 金额": (1, 1, 0),
        "value 金额": (0, 1, 1),
        "span 年度": (0, 0, 1),
        "role 原因说明": (10, 10, 0),
        "role 问题": (0, 0, 0),
        "role 改进措施": (0, 0, 0),
        "facts": (1, 0, 1),
        "fact 决算数": (1, 0, 1),
        "findings": (1, 1, 1),
    }
    assert tallies["span 金额"].scores() == {"gold": 2, "found": 1, "p": 1.0, "r": 0.5, "f1": 2 / 3}
    assert tallies["role 问题"].f1 is None
    assert any(line.startswith("span 金额 missed: ") for line in examples(tallies, 1))
    assert "span 年度" in table(tallies)


def test_a_folder_of_gold_is_matched_by_document(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = tmp_path / "gold"
    folder.mkdir()
    jsonl(folder / "one.jsonl", gold_lines())
    jsonl(folder / "two.gold.jsonl", gold_lines())
    others = [record | {"doc": "two.pdf"} for record in records()]
    both = jsonl(tmp_path / "both.jsonl", records() + others)
    assert evaluate(folder, both)["span 科目"].hits == 2
    with pytest.raises(EvaluationError, match="two"):
        evaluate(folder, files[1])


def test_a_bad_line_is_named(files: tuple[Path, Path]) -> None:
    with files[1].open("a") as stream:
        stream.write("no\n")
    with pytest.raises(EvaluationError, match=r"tagged\.jsonl:3: not a JSON object"):
        evaluate(*files)


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"t": "spam"},
        {"t": "span", "start": 0, "end": 3},
        {"t": "span", "label": "金钱", "start": 0, "end": 3},
        {"t": "span", "label": "金额", "start": 0, "end": 3, "wan": "3"},
        {"t": "sent", "start": 5, "end": 3, "roles": []},
        {"t": "sent", "start": 0, "end": 3, "roles": ["原因"]},
        {"t": "sent", "start": 0, "end": 3, "roles": None},
        {"t": "fact", "start": 0, "end": 3, "measure": "决算", "value": 1},
        {"t": "doc", "year": "2020"},
    ],
)
def test_a_line_that_is_no_gold_is_named(files: tuple[Path, Path], line: Line) -> None:
    jsonl(files[0], [*gold_lines(), line])
    with pytest.raises(EvaluationError, match=rf"one\.jsonl:{len(gold_lines()) + 1}: not a gold annotation"):
        evaluate(*files)


def test_records_of_another_kind_are_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    other = jsonl(tmp_path / "facts.jsonl", [{"doc": "one.txt", "start": 0, "end": 3, "subject": "办公费"}])
    with pytest.raises(EvaluationError, match=r"facts\.jsonl:1: not a record of cnfin tag"):
        evaluate(files[0], other)
    with pytest.raises(EvaluationError, match=r"facts\.jsonl:1: not a record of cnfin audit"):
        evaluate(*files, other)


def test_two_documents_of_one_name_are_not_mixed(files: tuple[Path, Path]) -> None:
    jsonl(files[1], records() + [record | {"doc": "other/one.pdf"} for record in records()])
    with pytest.raises(EvaluationError, match=r"in/one\.txt and other/one\.pdf"):
        evaluate(*files)


def test_findings_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    finding = {"t": "finding", "check": "sum", "start": 0, "end": 3}
    (tmp_path / "gold").mkdir()
    jsonl(tmp_path / "gold" / "one.gold.jsonl", [finding])
    jsonl(tmp_path / "gold" / "one.findings.jsonl", [finding, finding | {"start": 5, "end": 9}])
    jsonl(tmp_path / "tagged.jsonl", records())
    jsonl(tmp_path / "audited.jsonl", [finding | {"doc": records()[0]["doc"], "evidence": []}])
    tally = evaluate(tmp_path / "gold", tmp_path / "tagged.jsonl", tmp_path / "audited.jsonl")["findings"]
    assert (tally.hits, tally.misses, tally.alarms) == (1, 1, 0)


def test_nothing_to_score_is_an_error(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(EvaluationError, match="holds no gold"):
        evaluate(tmp_path / "nothing", files[1])
    files[1].write_text("")
    with pytest.raises(EvaluationError, match="has no records of one"):
        evaluate(*files)


def test_an_absurd_offset_costs_no_memory(files: tuple[Path, Path]) -> None:
    jsonl(files[0], [{"t": "sent", "start": 0, "end": 10**15, "roles": ["问题"]}])
    assert evaluate(*files)["role 问题"].misses == 10**15


def perturbed(gold: list[Line], seed: int) -> tuple[list[Line], list[Line]]:
    """Records and findings made of gold, with mistakes of every kind."""
    dice = random.Random(seed)
    identity = next(line for line in gold if line["t"] == "doc")
    tagged = []
    for sentence in (line for line in gold if line["t"] == "sent"):
        inside = [
            dict(line)
            for line in gold
            if line["t"] in ("span", "fact") and sentence["start"] <= line["start"] < sentence["end"]
        ]
        for line in inside:
            _distort(line, dice)
        record = {key: identity[key] for key in ("unit", "province", "city", "county", "year", "kind")} | {
            "doc": "x.txt", "start": sentence["start"], "end": sentence["end"] - dice.randrange(2), "text": "",
            "roles": sentence["roles"] or dice.choices([[], ["问题"]], [9, 1])[0],
            "spans": [line for line in inside if line["t"] == "span"],
            "facts": [line for line in inside if line["t"] == "fact"],
        }  # fmt: skip
        tagged.append(record)
    findings = [
        {"doc": "x.txt", "start": line["start"] + shift, "end": line["end"] + shift, "evidence": []}
        for line in gold
        if line["t"] == "finding" and (shift := dice.choice([0, 2, 400])) >= 0
    ]
    return tagged, findings


def _distort(line: Line, dice: random.Random) -> None:
    changes: list[Line] = [{}] * 6 + [
        {"start": line["start"] + 1}, {"year": 1999}, {"code": "999"}, {"code": None}, {"measure": "占比"},
        {"subject": f"其中：“{line.get('subject') or ''}”支出", "code": None},
        {"wan": 1, "percent": 1, "number": 1, "value": 1},
    ]  # fmt: skip
    line |= {key: value for key, value in dice.choice(changes).items() if key in line}


@pytest.mark.skipif(not SCORER.exists(), reason="the reference scorer is not here")
@pytest.mark.parametrize("path", GOLDS, ids=lambda path: path.stem)
def test_scores_are_those_of_the_reference_scorer(path: Path, tmp_path: Path) -> None:
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for seed in range(3):
        tagged, findings = perturbed(gold, seed)
        mine, found = jsonl(tmp_path / "tagged.jsonl", tagged), jsonl(tmp_path / "findings.jsonl", findings)
        command = [sys.executable, str(SCORER), str(path), str(mine), "--audit", str(found), "--json"]
        wanted = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        scores = {name: tally.scores() for name, tally in sorted(evaluate(path, mine, found).items())}
        assert scores == {name: pytest.approx(row) for name, row in wanted.items()}
        assert 0 < scores["facts"]["f1"] < 1  # type: ignore[operator]
