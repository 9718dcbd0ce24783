"""The generator of invented disclosures: the same bytes for the same seed, exact gold, arithmetic that holds."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from contenders import caches  # noqa: E402
from synthesis import CHECKS, document, planted  # noqa: E402
from synthesis.accounts import functional  # noqa: E402
from synthesis.dice import Dice, percent  # noqa: E402
from synthesis.writer import sentences  # noqa: E402
from synthesize import collection  # noqa: E402

from cnfin.tagger import Tagger  # noqa: E402

SEED = 3
CLEAN = [document(SEED, number) for number in range(60)]
LABELS = {"科目": "name", "金额": "wan", "百分比": "percent", "数量": "number", "年度": "year", "文号": "text"}


def lines(gold: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [line for line in gold if line["t"] == kind]


def printed(text: str) -> tuple[Decimal, Decimal]:
    """A printed figure and half a unit of its last digit, both in 万元 or per cent."""
    number = re.match(r"[\d,.]+", text)
    assert number
    value = Decimal(number[0].replace(",", ""))
    half = Decimal(5).scaleb(int(value.as_tuple().exponent) - 1)
    scale = Decimal("0.0001") if text.endswith("元") and not text.endswith("万元") else Decimal(1)
    return value * scale, half * scale


def test_same_seed_same_bytes() -> None:
    for number in range(5):
        assert document(SEED, number) == CLEAN[number]
    assert document(SEED + 1, 0)[1] != CLEAN[0][1]


def test_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib, json, sys; sys.path.insert(0, 'benchmarks')\n"
        "from synthesis import document\n"
        "print(hashlib.sha256(json.dumps([document(3, n) for n in range(3)]).encode()).hexdigest())"
    )
    here = hashlib.sha256(json.dumps([list(made) for made in CLEAN[:3]]).encode()).hexdigest()
    for hashing in ("1", "2"):
        run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": hashing},
                             capture_output=True, text=True, check=True)  # fmt: skip
        assert run.stdout.strip() == here


def test_known_bytes() -> None:
    """The same on every platform and Python version; another digest means another generator, or other tables."""
    text = "".join(document(SEED, number)[1] for number in range(10))
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "b72d9be30b05fd87e71727eddf01f8d04fe9fde5dce3fb7dfaea251fd9e400b7"
    )


def test_gold_is_of_the_text() -> None:
    for _, text, gold in CLEAN:
        assert not re.search("[\ue000-\uf8ff\U000f0000-\U0010ffff]", text)
        bounds = [(line["start"], line["end"]) for line in lines(gold, "sent")]
        assert bounds == sentences(text)
        assert "".join(text[a:b] for a, b in bounds) == re.sub(r"(?m)^\s+|\s+$", "", text).replace("\n", "")
        last = 0
        for span in lines(gold, "span"):
            assert text[span["start"] : span["end"]] == span["text"]
            assert span["start"] >= last
            assert span[LABELS[span["label"]]] is not None
            last = span["end"]


def test_facts_and_findings_sit_on_values() -> None:
    for name, _, gold in [*CLEAN, planted(SEED, 1, 3, Counter())]:
        values = {
            (line["start"], line["end"]) for line in lines(gold, "span") if line["label"] in ("金额", "百分比", "数量")
        }
        facts = {(line["start"], line["end"]) for line in lines(gold, "fact")}
        assert facts == values, name
        for finding in lines(gold, "finding"):
            if finding["check"] in ("placeholder", "year", "name", "unit-missing", "line"):
                continue  # on words
            assert any(finding["start"] <= start and end <= finding["end"] for start, end in values)


def test_gold_is_json_with_exact_numbers() -> None:
    for _, _, gold in CLEAN[:20]:
        again = [json.loads(json.dumps(line, ensure_ascii=False)) for line in gold]
        assert again == gold
        for line in lines(again, "span"):
            if line["label"] == "金额":
                assert Decimal(str(line["wan"])) == printed(line["text"])[0] or not line.get("unit_given", True)


def test_codes_are_valid_in_the_year() -> None:
    for _, _, gold in CLEAN:
        year = gold[0]["year"]
        for span in lines(gold, "span"):
            if span["label"] == "科目" and span["scheme"] == "功能分类":
                assert functional(year)[span["code"]] == span["name"]


def test_one_fact_one_value() -> None:
    """Clean documents never state a line's amount twice with different values."""
    money = ("决算数", "预算数", "年初预算数", "增减额")
    for name, _, gold in CLEAN:
        seen: dict[tuple[object, ...], set[object]] = defaultdict(set)
        for fact in lines(gold, "fact"):
            if fact["measure"] in money:
                seen[fact["subject"], fact["code"], fact["measure"], fact["year"], fact["base"]].add(fact["value"])
        assert all(len(values) == 1 for values in seen.values()), name


def rates(gold: list[dict[str, Any]], measure: str) -> list[tuple[dict[str, Any], dict[Any, Decimal]]]:
    """Facts of a rate with the amounts of their document, by subject, code, measure and year."""
    amounts = {}
    for fact in lines(gold, "fact"):
        if fact["unit"] == "万元":
            amounts[fact["subject"], fact["code"], fact["measure"], fact["year"]] = Decimal(str(fact["value"]))
    return [(fact, amounts) for fact in lines(gold, "fact") if fact["measure"] == measure]


def test_shares_are_value_over_base() -> None:
    checked = 0
    for _, text, gold in CLEAN:
        kind = "决算数" if gold[0]["kind"] == "决算" else "预算数"
        for fact, amounts in rates(gold, "占比"):
            value = amounts.get((fact["subject"], fact["code"], kind, fact["year"]))
            base = amounts.get((fact["base"], None, kind, fact["year"]))
            if value is not None and base:
                stated, half = printed(text[fact["start"] : fact["end"]])
                assert abs(value / base * 100 - stated) <= half
                checked += 1
    assert checked > 200


def test_changes_and_completions_follow_from_the_amounts() -> None:
    checked: Counter[str] = Counter()
    for _, text, gold in CLEAN:
        kind = "决算数" if gold[0]["kind"] == "决算" else "预算数"
        for measure in ("增减率", "预算完成率"):
            for fact, amounts in rates(gold, measure):
                key = (fact["subject"], fact["code"])
                now = amounts.get((*key, kind, fact["year"]))
                if measure == "增减率":
                    moved = amounts.get((*key, "增减额", fact["year"]))
                    base = now - moved if now is not None and moved is not None else None
                    value = moved
                else:
                    plan = "年初预算数" if fact["base"] == "年初预算" else "调整预算数"
                    value, base = now, amounts.get((*key, plan, fact["year"]))
                if value is not None and base:
                    stated, half = printed(text[fact["start"] : fact["end"]])
                    assert abs(abs(value / base * 100) - stated) <= half
                    checked[measure] += 1
    assert min(checked["增减率"], checked["预算完成率"]) > 100


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("本年支出合计", ("基本支出", "项目支出")),
        ("一般公共预算财政拨款基本支出", ("人员经费", "公用经费")),
        ("三公经费", ("因公出国（境）费", "公务用车购置及运行维护费", "公务接待费")),
        ("公务用车购置及运行维护费", ("公务用车购置费", "公务用车运行维护费")),
        ("政府采购支出", ("政府采购货物支出", "政府采购工程支出", "政府采购服务支出")),
    ],
)
def test_parts_add_up(whole: str, parts: tuple[str, ...]) -> None:
    checked = 0
    for _, _, gold in CLEAN:
        kind = "决算数" if gold[0]["kind"] == "决算" else "预算数"
        amounts = {
            fact["subject"]: Decimal(str(fact["value"]))
            for fact in lines(gold, "fact")
            if fact["measure"] == kind and fact["year"] == gold[0]["year"] and not (fact["code"] or "").startswith("3")
        }
        if whole in amounts and all(part in amounts for part in parts):
            assert amounts[whole] == sum(amounts[part] for part in parts)
            checked += 1
    assert checked > 5


def test_clean_documents_have_no_findings() -> None:
    assert not [line for _, _, gold in CLEAN for line in gold if line["t"] == "finding"]


def test_errors_are_planted_where_asked() -> None:
    made = list(collection(SEED, 600_000, errors=52))
    found = Counter(line["check"] for _, _, gold in made for line in gold if line["t"] == "finding")
    assert sum(found.values()) == 52
    assert set(found) == set(CHECKS)
    assert max(found.values()) - min(found.values()) <= 3


def test_nothing_but_the_error_changes() -> None:
    for number in range(40):
        _, clean, _ = document(SEED, number)
        # These checks add words.
        _, text, gold = planted(SEED, number, 1, Counter({"zero-base": 99, "placeholder": 99}))
        for finding in lines(gold, "finding"):
            assert clean.startswith(text[: finding["start"]])
            assert clean.endswith(text[finding["end"] :])
            assert clean != text


def test_a_zero_base_adds_only_its_own_clause() -> None:
    seen = 0
    for number in range(40):
        _, clean, _ = document(SEED, number)
        _, text, gold = planted(SEED, number, 1, Counter(dict.fromkeys(set(CHECKS) - {"zero-base"}, 99)))
        for finding in lines(gold, "finding"):
            if finding["check"] == "zero-base":
                end = text.index("。", finding["end"])
                start = text.rindex("\n", 0, finding["start"])
                assert clean.startswith(text[: start + 1])
                assert clean.endswith(text[end:])
                seen += 1
    assert seen > 5


def test_more_errors_than_places_is_told() -> None:
    with pytest.raises(ValueError, match="no place"):
        list(collection(SEED, 1000, errors=500))


def test_repetition_is_below_that_of_real_disclosures() -> None:
    """Sentence characters said before, in samples of five documents; real ones of three documents have 11 %."""
    shares = []
    for start in range(0, 60, 5):
        seen = Counter(text[a:b] for _, text, _ in CLEAN[start : start + 5] for a, b in sentences(text))
        total = sum(len(sentence) * number for sentence, number in seen.items())
        shares.append(sum(len(sentence) * (number - 1) for sentence, number in seen.items()) / total)
    assert sum(shares) / len(shares) < 0.11


def test_dice_and_rates() -> None:
    dice = Dice("1")
    throws = [dice.between(2, 4) for _ in range(300)]
    assert set(throws) == {2, 3, 4}
    assert sorted(dice.some("abc", 5)) == ["a", "b", "c"]
    assert percent(1, 8, 2) == Decimal("12.50")
    assert percent(1, 16, 1) == Decimal("6.3")  # 6.25 rounds up


def test_what_is_remembered_changes_no_record() -> None:
    texts = [text for _, text, _ in collection(11, 60_000)]
    tagger = Tagger(roles=False, tokens=True)
    remembering = [list(tagger.tag(text).records()) for text in texts + texts[::-1]]
    assert any(cache.cache_info().hits for cache in caches())
    forgetting = []
    for text in texts + texts[::-1]:
        for cache in caches():
            cache.cache_clear()
        forgetting.append(list(tagger.tag(text).records()))
    assert remembering == forgetting
