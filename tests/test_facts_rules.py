"""The grammar's alphabet and its decision lists: every example is read, and decided by the rule it stands beside."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import get_args

import pytest
from test_facts import tagged

from cnfin.document import Identity
from cnfin.facts import counts, rates, sums
from cnfin.facts.cues import BASES, KINDS, SIDES, SIGNS, Kind
from cnfin.facts.nouns import take
from cnfin.facts.reader import Reader
from cnfin.facts.rules import Rule
from cnfin.facts.words import NounStep, default_words
from cnfin.lexicon import folder

RULES = [(room.__name__.rpartition(".")[2], rule) for room in (sums, rates, counts) for rule in room.RULES]


@pytest.mark.parametrize(("room", "rule"), RULES, ids=[f"{room}: {rule.name}" for room, rule in RULES])
def test_a_rule_decides_its_example(room: str, rule: Rule) -> None:
    before, value, after = re.split("[⟨⟩]", rule.example)
    title = f"安平县民政局2021年度部门{rule.kind}\n"
    document = tagged(title + before + value + after)
    decided: dict[int, str] = {}
    reader = Reader(document.text, Identity(kind=rule.kind, year=2021), document.sections, default_words(), decided)
    for sentence in document.sentences:
        reader.read(sentence)
    assert decided.get(len(title) + len(before)) == rule.name


def test_every_kind_of_cue_is_declared() -> None:
    assert set(KINDS) == set(get_args(Kind))
    with (folder() / "measures.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    with (folder() / "kinds.tsv").open(encoding="utf-8", newline="") as lines:
        kinds = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    declared = {row["value"] for row in kinds if (row["table"], row["column"]) == ("measures", "kind")}
    assert {row["kind"] for row in rows} <= declared <= set(KINDS)
    assert {row["sign"] for row in rows} <= set(SIGNS)
    assert {row["base"] for row in rows} <= set(BASES)
    assert {row["side"] for row in rows} <= set(SIDES)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("account", "period", "after", "none")])
def test_a_kind_is_found_in_its_example(kind: Kind) -> None:
    before, cue, after = re.split("[⟨⟩]", KINDS[kind].example)
    text = before + cue + after
    found = {(text[mark.start : mark.end], mark.kind) for mark in default_words().find(text, 0, len(text))}
    assert (cue, kind) in found


def test_words_that_only_hide_a_cue_are_none() -> None:
    assert default_words().find("合同", 0, 2) == []
    assert [mark.kind for mark in default_words().find("同", 0, 1)] == ["than"]


def test_words_behind_a_sum_are_found_in_their_example() -> None:
    assert default_words().after_pattern.match("均为年初预算")


def noun_rows() -> list[dict[str, str]]:
    with (folder() / "count_nouns.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", noun_rows(), ids=[row["example"] for row in noun_rows()])
def test_a_step_to_the_counted_noun(row: dict[str, str]) -> None:
    step = NounStep(re.compile(row["pattern"]), row["replacement"], row["ends"] == "yes")
    assert take((step,), row["example"])[0] == row["becomes"] != row["example"]


def test_the_page_on_facts_names_every_rule() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "facts.md").read_text(encoding="utf-8")
    assert [rule.name for _, rule in RULES if f"`{rule.name}`" not in page] == []
