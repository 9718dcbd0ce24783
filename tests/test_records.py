"""Records: keys and their order, exact numbers, table rows, JSON Schema."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnfin
from cnfin import records
from cnfin.audit import audit
from cnfin.document import (
    Account,
    Amount,
    Cell,
    Document,
    DocumentNumber,
    Explanation,
    Fact,
    Finding,
    Identity,
    Section,
    Sentence,
    Table,
)

SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
TEXT = "办公费支出12.30万元。"

IDENTITY_KEYS = ["doc", "unit", "entity", "province", "city", "county"]
SENTENCE_KEYS = [
    *IDENTITY_KEYS, "year", "kind", "section", "sent", "page", "start", "end", "text",
    "roles", "role_scores", "spans", "facts",
]  # fmt: skip
FACT_KEYS = [
    *IDENTITY_KEYS, "fiscal_year", "kind", "section", "sent", "start", "end", "text",
    "subject", "code", "scheme", "measure", "year", "value", "value_unit", "base",
    "flow", "funds", "division", "owner", "table",
]  # fmt: skip
FINDING_KEYS = [
    *IDENTITY_KEYS, "fiscal_year", "kind", "check", "severity", "start", "end", "text",
    "stated", "expected", "tolerance", "note", "evidence",
    "subject", "code", "measure", "year", "flow", "funds", "division", "owner",
    "section", "sent", "page", "sentence", "confidence",
]  # fmt: skip


def document(**changes: object) -> Document:
    account = Account(start=0, end=3, text="办公费", name="办公费", code="30201", scheme="经济分类")
    amount = Amount(
        start=5, end=12, text="12.30万元", wan=Decimal("12.3"), low=None, high=None, approx=False, bound=None,
        unit_given=True,
    )  # fmt: skip
    fact = Fact(
        start=5, end=12, subject="办公费", code="30201", scheme="经济分类", measure="决算数", year=2031,
        value=Decimal("12.3"), unit="万元", base=None,
    )  # fmt: skip
    sentence = Sentence(
        index=0, start=0, end=13, section=1, spans=(account, amount), facts=(fact,),
        role_scores={"原因说明": 0.01, "问题": 0.0, "改进措施": 0.0},
    )  # fmt: skip
    sections = (
        Section(start=0, end=0, title="第一部分", level=1, parent=None),
        Section(start=0, end=0, title="一、支出", level=2, parent=0),
    )
    fields: dict[str, object] = {
        "name": "a.txt", "text": TEXT, "identity": Identity(unit="某市某局", year=2031, kind="决算"),
        "sections": sections, "sentences": (sentence,),
    }  # fmt: skip
    return Document(**(fields | changes))  # type: ignore[arg-type]


def lines(data: bytes) -> list[dict[str, object]]:
    assert data.endswith(b"\n")
    return [json.loads(line, parse_float=Decimal) for line in data.splitlines()]


def test_sentence_record_has_every_key_in_order() -> None:
    (record,) = lines(records.encode_lines(records.sentence_structs(document())))
    assert list(record) == SENTENCE_KEYS
    assert record["section"] == ["第一部分", "一、支出"]
    assert record["province"] is None
    assert record["page"] is None
    spans = record["spans"]
    assert isinstance(spans, list)
    assert list(spans[0]) == ["label", "start", "end", "text", "name", "code", "scheme"]
    assert list(spans[1]) == [
        "label", "start", "end", "text", "wan", "low", "high", "approx", "bound", "unit_given",
    ]  # fmt: skip
    facts = record["facts"]
    assert isinstance(facts, list)
    assert list(facts[0]) == [
        "start", "end", "subject", "code", "scheme", "measure", "year", "value", "unit", "base",
        "flow", "funds", "division", "owner", "table",
    ]  # fmt: skip


def test_sums_print_their_exact_digits() -> None:
    data = records.encode_lines(records.sentence_structs(document()))
    assert b'"wan":12.3,' in data
    assert "办公费".encode() in data


def test_empty_document_prints_nothing() -> None:
    assert records.encode_lines(records.sentence_structs(document(sentences=()))) == b""


def test_a_document_number_has_no_further_field() -> None:
    span = DocumentNumber(start=0, end=3, text="办公费")
    empty = Sentence(index=0, start=0, end=13, section=None, spans=(span,))
    (record,) = lines(records.encode_lines(records.sentence_structs(document(sentences=(empty,)))))
    assert record["spans"] == [{"label": "文号", "start": 0, "end": 3, "text": "办公费"}]
    assert record["section"] == []


def test_tokens_come_only_on_request() -> None:
    plain = document()
    with_tokens = document(sentences=(Sentence(index=0, start=0, end=13, section=None, tokens=("办公费", "支出")),))
    assert "tokens" not in next(records.sentence_records(plain))
    (record,) = lines(records.encode_lines(records.sentence_structs(with_tokens)))
    assert list(record) == [*SENTENCE_KEYS, "tokens"]
    assert record["tokens"] == ["办公费", "支出"]


def test_dicts_are_what_the_command_prints() -> None:
    one = document()
    (printed,) = lines(records.encode_lines(records.sentence_structs(one)))
    (plain,) = list(one.records())
    assert list(plain) == list(printed)
    assert isinstance(plain["spans"][1]["wan"], Decimal)  # type: ignore[index]
    assert json.loads(json.dumps(plain, default=str)) == json.loads(json.dumps(printed, default=str)) | {
        "role_scores": {"原因说明": 0.01, "问题": 0.0, "改进措施": 0.0}
    }


def test_fact_record() -> None:
    (record,) = lines(records.encode_lines(records.fact_structs(document())))
    assert list(record) == FACT_KEYS
    assert record["text"] == "12.30万元"
    assert record["section"] == "第一部分 / 一、支出"
    assert (record["unit"], record["value_unit"]) == ("某市某局", "万元")
    assert records.fact_structs(document(), lambda fact: fact.measure == "占比") == []


def test_an_explained_fact_names_its_rule_and_spans() -> None:
    why = [[(document().facts[0], Explanation(rule="plain", spans=((0, 3), (5, 12))))]]
    (record,) = lines(records.encode_lines(records.fact_structs(document(), explained=why)))
    assert list(record) == [*FACT_KEYS, "rule", "used"]
    assert record["used"] == [{"start": 0, "end": 3, "text": "办公费"}, {"start": 5, "end": 12, "text": "12.30万元"}]


def test_finding_record() -> None:
    finding = Finding(
        check="direction", start=5, end=12, stated=None, expected=None, tolerance=None, note="12.30 > 10",
        evidence=((0, 3),),
    )  # fmt: skip
    (record,) = lines(records.encode_lines(records.finding_structs(document(), [finding])))
    assert list(record) == FINDING_KEYS
    assert record["evidence"] == [{"start": 0, "end": 3, "text": "办公费"}]
    assert record["stated"] is None
    assert (record["subject"], record["code"], record["measure"], record["year"]) == ("办公费", "30201", "决算数", 2031)
    assert record["sentence"] == "办公费支出12.30万元。"
    assert (record["section"], record["sent"]) == ("第一部分 / 一、支出", 0)


def test_a_table_row_is_its_cells_joined_by_tab() -> None:
    text = "项目\t预算数\t\n维修\t\t3.5"
    first = (Cell(start=0, end=2, text="项目"), Cell(start=3, end=6, text="预算数"), Cell(start=7, end=7, text=""))
    second = (Cell(start=8, end=10, text="维修"), Cell(start=11, end=11, text=""), Cell(start=12, end=15, text="3.5"))
    one = document(
        text=text,
        tables=(Table(rows=(first, second), unit="万元", title=""),),
        sentences=(
            Sentence(index=0, start=0, end=6, section=None, table=0),
            Sentence(index=1, start=8, end=15, section=None, table=0),
        ),
    )
    assert [record["text"] for record in records.sentence_records(one)] == ["项目\t预算数\t", "维修\t\t3.5"]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_any_value_comes_back_exact(value: Decimal) -> None:
    fact = msgspec.structs.replace(document().facts[0], value=value)
    sentence = Sentence(index=0, start=0, end=13, section=None, facts=(fact,))
    (record,) = lines(records.encode_lines(records.fact_structs(document(sentences=(sentence,)))))
    assert Decimal(record["value"]) == value  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["sentence", "fact", "finding"])
def test_schema_is_valid_and_refuses_what_is_no_record(kind: records.RecordKind) -> None:
    schema = records.schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert not validator.is_valid({})
    keys = {"sentence": SENTENCE_KEYS, "fact": FACT_KEYS, "finding": FINDING_KEYS}[kind]
    assert schema["required"] == keys


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="sentence, fact, finding"):
        records.schema("row")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample() -> Document:
    path = sorted(SAMPLES.glob("*.txt"))[0]
    return cnfin.Tagger(tokens=True).tag(path.read_text(encoding="utf-8"), path.name)


def test_records_of_a_sample_agree_with_the_schemas(sample: Document) -> None:
    findings = audit(sample)
    for kind, structs in (
        ("sentence", records.sentence_structs(sample)),
        ("fact", records.fact_structs(sample)),
        ("finding", records.finding_structs(sample, findings)),
    ):
        validator = jsonschema.Draft202012Validator(records.schema(kind))  # type: ignore[arg-type]
        for record in records.encode_lines(structs).splitlines():
            validator.validate(json.loads(record))
    assert next(records.sentence_records(sample))["tokens"]


def test_encoding_is_a_small_part_of_tagging(sample: Document) -> None:
    """Records cost a few microseconds each; a hundred would be a mistake somewhere."""
    begun = time.perf_counter()
    for _ in range(20):
        records.encode_lines(records.sentence_structs(sample))
    assert (time.perf_counter() - begun) / 20 / len(sample.sentences) < 100e-6


def test_every_key_is_described() -> None:
    from cnfin.records import KINDS, described

    bare = [(kind, key) for kind in KINDS for key, types, meaning in described(kind) if not (types and meaning)]
    assert bare == []
