"""Unit, province, city, county, year and kind, from titles and openings of many styles."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from cnfin import tag
from cnfin.document import Identity
from cnfin.identity import Identifier, region_code
from cnfin.identity.places import places
from cnfin.lexicon import default

CASES = [json.loads(line) for line in (Path(__file__).parent / "data" / "identity.jsonl").open(encoding="utf-8")]
FORMS = [json.loads(line) for line in (Path(__file__).parent / "data" / "identity_forms.jsonl").open(encoding="utf-8")]
FIELDS = ("unit", "province", "city", "county", "year", "kind")


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    return Identifier(default())


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_identity_of_opening(identifier: Identifier, case: dict[str, Any]) -> None:
    identity = identifier.identify(case["text"])
    assert {field: getattr(identity, field) for field in FIELDS} == {field: case[field] for field in FIELDS}


@pytest.mark.parametrize("case", FORMS, ids=[case["text"][:24] for case in FORMS])
def test_identity_of_other_forms(identifier: Identifier, case: dict[str, Any]) -> None:
    """Units late, in cells, banners and sentences, places no table knows, entity; only the fields that a row names."""
    wanted = {field: value for field, value in case.items() if field != "text"}
    identity = identifier.identify(case["text"])
    assert {field: getattr(identity, field) for field in wanted} == wanted


def test_year_of_the_name(identifier: Identifier) -> None:
    """The file's name gives the year where the text has none."""
    text = "青林县档案馆部门决算\n收入总计12万元。\n"
    assert identifier.identify(text, "data/qinglin-2021.pdf").year == 2021
    assert identifier.identify(text).year is None


def test_every_division_keeps_its_parents(identifier: Identifier) -> None:
    """A division named with all that lies above it is never taken for another."""
    names = {region.code: region for region in default().regions}
    for region in default().regions:
        chain, above = region.name, names.get(region.parent)
        while above is not None:
            chain, above = (above.name if above.name not in chain else "") + chain, names.get(above.parent)
        identity = identifier.identify(f"{chain}司法局2021年度部门决算\n")
        assert region.name in (identity.province, identity.city, identity.county), chain


def test_identifier_can_be_pickled(identifier: Identifier) -> None:
    text = CASES[0]["text"]
    assert pickle.loads(pickle.dumps(identifier)).identify(text) == identifier.identify(text)


def test_enough_cases() -> None:
    assert len(CASES) >= 60


def test_region_code() -> None:
    """The county's code, else the city's, else the province's."""
    codes = {
        ("湖南省", "岳阳市", "平江县"): "430626",
        ("湖南省", "岳阳市", None): "430600",
        ("湖南省", None, None): "430000",
        ("北京市", None, "密云区"): "110118",
        ("云南省", None, "柳坪县"): "530000",  # a county that the table does not know
        (None, None, "和平区"): None,  # there are two
        (None, None, None): None,
    }
    for (province, city, county), code in codes.items():
        assert region_code(Identity(province=province, city=city, county=county), default()) == code


def test_every_division_has_its_code() -> None:
    for region in default().regions:
        chain = {each.level: each.name for each in places(default()).chain(region)}
        identity = Identity(province=chain.get("省"), city=chain.get("市"), county=chain.get("县"))
        assert region_code(identity, default()) == region.code


@pytest.mark.parametrize("year", ["二0二三年", "二O二三年度", "二〇二三年"])
def test_a_zero_in_a_chinese_year(year: str) -> None:
    (period,) = tag(f"青林县审计局{year}部门预算\n").sentences[0].spans
    assert (period.text, period.year) == (year, 2023)  # type: ignore[union-attr]
