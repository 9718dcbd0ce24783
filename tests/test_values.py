"""金额, 百分比, 数量, 年度 and 文号 with all their fields, on passages in the manner of many provinces."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cnfin.document import Account, AnySpan
from cnfin.tagger import Tagger

CASES = [json.loads(line) for line in (Path(__file__).parent / "data" / "values.jsonl").open(encoding="utf-8")]
LABELS = ("金额", "百分比", "数量", "年度", "文号")
_NUMBERS = ("wan", "low", "high", "percent", "number")


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(roles=False, facts=False)


def _found(span: AnySpan) -> tuple[tuple[str, int, int], dict[str, Any]]:
    label = str(type(span).__struct_config__.tag)
    fields = {name: getattr(span, name) for name in span.__struct_fields__ if name not in ("start", "end", "text")}
    return (label, span.start, span.end), fields


def _expected(case: dict[str, Any]) -> dict[tuple[str, int, int], dict[str, Any]]:
    expected = {}
    for label, written, occurrence, fields in case["spans"]:
        start = -1
        for _ in range(occurrence + 1):
            start = case["text"].index(written, start + 1)
        values = {
            name: Decimal(value) if name in _NUMBERS and value is not None else value for name, value in fields.items()
        }
        expected[label, start, start + len(written)] = values
    return expected


def mismatches(tagger: Tagger, case: dict[str, Any]) -> list[str]:
    """What the tagger says of a case's text that the case does not, and the other way round."""
    document = tagger.tag(case["text"])
    found = dict(_found(span) for span in document.spans if not isinstance(span, Account))
    expected = _expected(case)
    wrong = [f"not there: {key} {case['text'][key[1] : key[2]]}" for key in found.keys() - expected.keys()]
    wrong += [f"missed: {key} {case['text'][key[1] : key[2]]}" for key in expected.keys() - found.keys()]
    for key in found.keys() & expected.keys():
        differing = {
            name: (found[key][name], value) for name, value in expected[key].items() if found[key][name] != value
        }
        if differing:
            wrong.append(f"other value: {key} {case['text'][key[1] : key[2]]} (found, expected) {differing}")
    return wrong


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case['note']}" for number, case in enumerate(CASES)])
def test_values_of_passage(tagger: Tagger, case: dict[str, Any]) -> None:
    assert mismatches(tagger, case) == []


def test_cases_cover_every_label() -> None:
    labels = [span[0] for case in CASES for span in case["spans"]]
    assert len(CASES) >= 250
    assert all(labels.count(label) >= 10 for label in LABELS)
