"""Facts: each phrasing of the field with its facts, tables, explanations, and the gold documents."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest
from final_accounts import SampleTable, nine_tables

from cnfin.document import (
    Account,
    Amount,
    Cell,
    Document,
    Fact,
    Identity,
    Percentage,
    Sentence,
    Source,
    Table,
)
from cnfin.facts import explain, extract
from cnfin.tagger import Tagger

DOCS = Path(__file__).resolve().parents[1] / "docs" / "facts.md"
CASES = [Path(__file__).parent / "data" / name for name in ("facts.tsv", "facts_more.tsv")]


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False, facts=False)


def facts_of(text: str, kind: str, year: int) -> list[Fact]:
    document = tagged(f"安平县民政局{year}年度部门{kind}\n{text}")
    identity = Identity(kind=kind, year=year)  # type: ignore[arg-type]
    found = extract(document.text, identity, document.sections, document.sentences, document.tables)
    return [fact for sentence in found for fact in sentence]


def tagged(text: str) -> Document:
    return tagger().tag(text)


def written(fact: Fact, year: int, with_base: bool) -> str:
    other = "" if fact.year == year else f"@{fact.year}"
    base = f"/{fact.base}" if with_base else ""
    value = format(fact.value.normalize(), "f")
    return f"{fact.subject}/{fact.measure}/{'0' if fact.value == 0 else value}{base}{other}"


def cases() -> list[tuple[str, str, str]]:
    marks = str.maketrans({"⏎": "\n", "⇥": "\t"})
    found = []
    for path in CASES:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            found += [(row["document"], row["text"].translate(marks), row["facts"] or "") for row in rows]
    return found


def documented() -> list[tuple[str, str, str]]:
    """The examples of docs/facts.md."""
    found = []
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and re.fullmatch(r"[决预]\d{4}", cells[0]):
            found.append((cells[0], cells[1].replace("⏎", "\n"), cells[2]))
    return found


def test_examples_are_many() -> None:
    assert len(documented()) > 30


@pytest.mark.parametrize(("document", "text", "facts"), cases() + documented())
def test_phrasing(document: str, text: str, facts: str) -> None:
    kind = {"决": "决算", "预": "预算"}[document[0]]
    year = int(document[1:])
    expected = [fact for fact in facts.split(" | ") if fact]
    found = facts_of(text, kind, year)
    based = ("占比", "预算完成率", "增减额", "增减率")
    assert [written(fact, year, fact.measure in based) for fact in found] == expected


def test_enough_phrasings() -> None:
    """The file covers the phrasings of the field; a case lost in an edit is noticed."""
    assert len(cases()) >= 330
    assert {document[0] for document, _, _ in cases()} == {"决", "预"}


def test_explanations_name_rule_and_spans() -> None:
    document = tagged("安平县民政局2021年度部门决算\n公务接待费2万元，比上年减少0.5万元。")
    found = explain(document.text, document.identity, document.sections, document.sentences, document.tables)
    pairs = [pair for sentence in found for pair in sentence]
    assert [why.rule for _, why in pairs] == ["plain", "change"]
    for fact, why in pairs:
        assert (fact.start, fact.end) in why.spans
        assert document.text[why.spans[0][0] : why.spans[0][1]] == "公务接待费"


def test_one_list_a_sentence_in_order() -> None:
    document = tagged("安平县民政局2021年度部门决算\n办公费1万元，水费2万元。\n无金额。\n电费3万元。")
    found = extract(document.text, document.identity, document.sections, document.sentences, document.tables)
    assert [len(facts) for facts in found] == [0, 2, 0, 1]
    starts = [fact.start for facts in found for fact in facts]
    assert starts == sorted(starts)


def test_missing_and_extra_accounts_do_not_break() -> None:
    """Spans of a tagger that errs: any subset of them gives facts or none, never an error."""
    text = "安平县民政局2021年度部门决算\n" + "\n".join(text for _, text, _ in cases())
    document = tagged(text)
    chance = random.Random(7)
    for _ in range(5):
        sentences = [
            Sentence(
                index=sentence.index, start=sentence.start, end=sentence.end, section=sentence.section,
                spans=tuple(span for span in sentence.spans if chance.random() < 0.7),
            )
            for sentence in document.sentences
        ]  # fmt: skip
        found = extract(document.text, document.identity, document.sections, sentences, document.tables)
        places = {span.start for sentence in sentences for span in sentence.spans}
        assert all(fact.start in places for facts in found for fact in facts)


def cell_spans(start: int, text: str) -> list[Account | Amount | Percentage]:
    """The span of a cell of the table below."""
    place = {"start": start, "end": start + len(text), "text": text}
    if text == "小学教育":
        return [Account(**place, name=text, code="2050202", scheme="功能分类")]  # type: ignore[arg-type]
    if "." not in text:
        return []
    if text.endswith("%"):
        value = Decimal(text[:-1])
        return [Percentage(**place, percent=value, unit="%", approx=False, bound=None)]  # type: ignore[arg-type]
    amount = {"wan": Decimal(text), "low": None, "high": None, "approx": False, "bound": None, "unit_given": False}
    return [Amount(**place, **amount)]  # type: ignore[arg-type]


def test_marked_table() -> None:
    """A table that its format marks: headers over the columns, names on the left, codes beside them."""
    rows = [["科目编码", "科目名称", "年初预算数", "支出决算", "上年决算数", "比上年增减%"],
            ["2050202", "小学教育", "10.00", "9.50", "8.00", "18.75%"]]  # fmt: skip
    text = "一般公共预算财政拨款支出决算表\n" + "\n".join("\t".join(row) for row in rows)
    cells: list[tuple[Cell, ...]] = []
    sentences = [Sentence(index=0, start=0, end=15, section=None)]
    position = 16
    for number, row in enumerate(rows, 1):
        spans: list[Account | Amount | Percentage] = []
        line: list[Cell] = []
        begin = position
        for name in row:
            end = position + len(name)
            line.append(Cell(start=position, end=end, text=name))
            spans.extend(cell_spans(position, name))
            position = end + 1
        cells.append(tuple(line))
        sentences.append(
            Sentence(index=number, start=begin, end=position - 1, section=None, table=0, spans=tuple(spans))
        )
    table = Table(rows=tuple(cells), unit="万元", title="一般公共预算财政拨款支出决算表")
    identity = Identity(year=2021, kind="决算")
    found = extract(text, identity, (), sentences, (table,))
    assert [written(fact, 2021, False) for fact in found[2]] == [
        "小学教育/年初预算数/10", "小学教育/决算数/9.5", "小学教育/决算数/8@2020", "小学教育/增减率/18.75",
    ]  # fmt: skip
    assert {fact.code for fact in found[2]} == {"2050202"}


def expanded(table: SampleTable) -> list[list[str]]:
    """A sample table as rows of cells, merged header cells repeated."""
    head: list[list[str | None]] = [[None] * table.width for _ in table.header]
    for number, line in enumerate(table.header):
        column = 0
        for cell in line:
            column = next(place for place in range(column, table.width) if head[number][place] is None)
            for down in range(cell.rows):
                head[number + down][column : column + cell.columns] = [cell.text] * cell.columns
            column += cell.columns
    return [[text or "" for text in row] for row in head] + table.rows


def test_nine_tables_of_final_accounts() -> None:
    """Column names and row names of the published tables: subject, measure, year, value and base."""
    wanted: list[tuple[object, ...]] = []
    found: list[tuple[object, ...]] = []
    keys = ("subject", "measure", "year", "value", "base")
    for sample in nine_tables(seed=5, year=2022):
        text = f"安平县民政局2022年度部门决算\n{sample.title}\n单位：{sample.unit}\n"
        rows: list[tuple[Cell, ...]] = []
        for row in expanded(sample):
            cells = []
            for name in row:
                cells.append(Cell(start=len(text), end=len(text) + len(name), text=name))
                text += name + "\t"
            text = text[:-1] + "\n"
            rows.append(tuple(cells))
        table = Table(rows=tuple(rows), unit=sample.unit, title=sample.title)
        document = tagger().tag(Source(name="-", text=text, tables=(table,)))
        facts = extract(text, document.identity, document.sections, document.sentences, document.tables)
        found += [tuple(getattr(fact, key) for key in keys) for one in facts for fact in one]
        wanted += [tuple(fact[key] for key in keys) for fact in sample.facts]
    hits = sum((Counter(wanted) & Counter(found)).values())
    assert hits / len(wanted) >= 0.98
    assert hits / len(found) >= 0.98


GOLD = Path(__file__).resolve().parents[2] / "shared"


@pytest.mark.skipif(not (GOLD / "gold").is_dir(), reason="the gold documents are not here")
@pytest.mark.parametrize("name", ["panjin-2020", "mianzhu-2020", "chengde-2020-budget"])
def test_gold_documents(name: str) -> None:
    """Measure, value and year of the gold facts, end to end."""
    text = (GOLD / "seeds" / f"{name}.txt").read_bytes().decode("utf-8")
    document = tagged(text)
    found = extract(text, document.identity, document.sections, document.sentences, document.tables)
    mine = {(f.start, f.measure, f.year, float(f.value)) for facts in found for f in facts}
    with (GOLD / "gold" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        gold = [line for line in map(json.loads, lines) if line["t"] == "fact" and line["measure"] != "其他"]
    wanted = {(line["start"], line["measure"], line["year"], float(line["value"])) for line in gold}
    assert len(mine & wanted) / len(wanted) >= 0.97
    assert len(mine & wanted) / len(mine) >= 0.97


HALF_WIDTH = str.maketrans({"，": ",", "：": ":", "（": "(", "）": ")", "；": ";", "％": "%", "“": '"', "”": '"'})


def test_half_width_marks_say_the_same() -> None:
    """Many pages normalise their marks: the facts stay what they are."""

    def plain(fact: str) -> str:
        return re.sub('["“”]', "", fact.translate(HALF_WIDTH))

    for document, text, facts in cases():
        kind, year = {"决": "决算", "预": "预算"}[document[0]], int(document[1:])
        based = ("占比", "预算完成率", "增减额", "增减率")
        found = facts_of(text.translate(HALF_WIDTH), kind, year)
        expected = [plain(fact) for fact in facts.split(" | ") if fact]
        assert [plain(written(fact, year, fact.measure in based)) for fact in found] == expected, text
