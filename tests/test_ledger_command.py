"""`cnfin ledger`, its filters and forms, and the ledger in the library."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from final_accounts import nine_tables
from make_formats import WRITERS, blocks_of, nine_blocks
from statements import document

import cnfin
from cnfin.cli.commands import cli
from cnfin.document import Document
from cnfin.reading import Limits, read_bytes
from cnfin.records import cell_structs, encode_lines, schema
from cnfin.tagger import Tagger

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"
SAMPLE = SAMPLES / "guangxi-2017-zhongxue-juesuan.txt"
KEYS = [
    "doc",
    "unit",
    "entity",
    "province",
    "city",
    "county",
    "region",
    "fiscal_year",
    "kind",
    "year",
    "flow",
    "line",
    "code",
    "level",
    "scheme",
    "funds",
    "division",
    "owner",
    "measure",
    "value",
    "value_unit",
    "status",
    "stated",
    "support",
    "sources",
]


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli, list(map(str, arguments)))


def records(*arguments: str | Path) -> list[dict[str, Any]]:
    result = run("ledger", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line, parse_float=Decimal) for line in result.stdout.splitlines()]


@lru_cache(maxsize=1)
def all_cells() -> list[dict[str, Any]]:
    return records(SAMPLE)


def test_records_have_the_contracts_keys_and_schema() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    found = all_cells()
    assert len(found) > 50
    check = jsonschema.Draft202012Validator(schema("cell"))
    for record in found:
        assert list(record) == KEYS
        check.validate(json.loads(json.dumps(record, default=float)))
        assert record["stated"] == len(record["sources"]) > 0
        for source in record["sources"]:
            assert list(source) == ["start", "end", "page", "table", "text", "value"]
            assert text[source["start"] : source["end"]] == source["text"]
        assert record["value"] in [source["value"] for source in record["sources"]]
    assert {record["region"] for record in found} == {"451081"}
    assert [record["sources"][0]["start"] for record in found] == sorted(
        record["sources"][0]["start"] for record in found
    )


def test_no_two_cells_of_a_document_have_one_key() -> None:
    key = ["year", "flow", "line", "code", "funds", "division", "owner", "measure", "value_unit", "scheme"]
    keys = [tuple(record[name] for name in key) for record in all_cells()]
    assert len(set(keys)) == len(keys)


FILTERS = [
    (("--measure", "决算数"), lambda record: record["measure"] == "决算数"),
    (("--measure", "决算数", "--measure", "数量"), lambda record: record["measure"] in ("决算数", "数量")),
    (("--code", "205", "--code", "208"), lambda record: (record["code"] or "")[:3] in ("205", "208")),
    (("--line", "三公经费"), lambda record: record["line"] == "三公经费"),
    (("--flow", "收入"), lambda record: record["flow"] == "收入"),
    (("--funds", "一般公共预算"), lambda record: record["funds"] == "一般公共预算"),
    (("--division", "基本支出"), lambda record: record["division"] == "基本支出"),
    (("--level", "项", "--level", "合计"), lambda record: record["level"] in ("项", "合计")),
    (("--year", "2016"), lambda record: record["year"] == 2016),
    (("--level", "项", "--measure", "决算数"), lambda record: (record["level"], record["measure"]) == ("项", "决算数")),
]


@pytest.mark.parametrize(("options", "wanted"), FILTERS, ids=lambda value: value[1] if isinstance(value, tuple) else "")
def test_filters_keep_what_they_say(options: tuple[str, ...], wanted: Any) -> None:
    found = records(SAMPLE, *options)
    assert found and found == [record for record in all_cells() if wanted(record)]


def test_facts_take_the_filters_too() -> None:
    result = run(
        "facts", SAMPLE, "--line", "三公经费", "--measure", "决算数", "--year", "2017", "--funds", "一般公共预算"
    )
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert found and {(fact["subject"], fact["measure"], fact["year"], fact["funds"]) for fact in found} == {
        ("三公经费", "决算数", 2017, "一般公共预算")
    }


def test_bad_values_of_filters_are_refused() -> None:
    for options in (
        ("--level", "目"),
        ("--funds", "私房钱"),
        ("--measure", "占比"),
        ("--code", "二"),
        ("--year", "17"),
    ):
        assert run("ledger", SAMPLE, *options).exit_code == 2
    assert run("ledger", SAMPLE, "--format", "xlsx").exit_code == 2
    assert run("ledger", SAMPLE, "--format", "csv", "--explain").exit_code == 2


def test_derived_cells_only_on_request() -> None:
    assert not any(record["status"] == "derived" for record in all_cells())
    more = records(SAMPLE, "--derive")
    derived = [record for record in more if record["status"] == "derived"]
    assert more[: len(all_cells())] == all_cells() and derived
    assert {(record["stated"], record["support"]) for record in derived} == {(0, 0)}


def test_explained_cells_say_what_holds() -> None:
    found = records(SAMPLE, "--explain")
    assert all(len(record["why"]) >= record["support"] for record in found)
    assert any("completion: " in why for record in found for why in record["why"])


def test_tables_of_every_form_say_the_same(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    openpyxl = pytest.importorskip("openpyxl")
    for form in ("csv", "parquet", "xlsx"):
        assert run("ledger", SAMPLE, "--format", form, "-o", tmp_path / f"cells.{form}").exit_code == 0
    wanted = [(record["line"], record["code"], record["value"]) for record in all_cells()]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "cells.csv").read_text(encoding="utf-8"))))
    assert list(rows[0]) == KEYS
    assert [(row["line"], row["code"] or None, Decimal(row["value"])) for row in rows] == wanted
    assert [json.loads(row["sources"], parse_float=Decimal) for row in rows] == [one["sources"] for one in all_cells()]
    table = duckdb.sql(f"SELECT line, code, value, sources FROM '{tmp_path / 'cells.parquet'}'").fetchall()
    assert [row[:3] for row in table] == wanted
    assert [[source["value"] for source in row[3]] for row in table] == [
        [source["value"] for source in record["sources"]] for record in all_cells()
    ]
    head, *lines = openpyxl.load_workbook(tmp_path / "cells.xlsx").active.iter_rows(values_only=True)
    assert list(head) == KEYS
    places = [KEYS.index(key) for key in ("line", "code", "value")]
    found = [tuple(line[place] for place in places) for line in lines]
    assert [(line, code, float(value)) for line, code, value in found] == [
        (line, code, float(value)) for line, code, value in wanted
    ]


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    name = "=HYPERLINK.txt"
    (tmp_path / name).write_text("某县林业局2021年度部门决算\n2021年“三公”经费支出5万元。", encoding="utf-8")
    out = tmp_path / "out.xlsx"
    assert run("ledger", tmp_path / name, "--format", "xlsx", "-o", out).exit_code == 0
    sheet = openpyxl.load_workbook(out).active
    assert sheet["A2"].value.endswith(name) and sheet["A2"].data_type == "s"


def test_sources_that_a_sheet_cannot_hold_are_cut_between_two(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    text = "某县林业局2021年度部门决算\n" + "2021年“三公”经费支出5万元。\n" * 900
    (tmp_path / "in.txt").write_text(text, encoding="utf-8")
    assert run("ledger", tmp_path / "in.txt", "--format", "xlsx", "-o", tmp_path / "out.xlsx").exit_code == 0
    _, row = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True)
    assert row[KEYS.index("stated")] == 900
    kept = json.loads(row[KEYS.index("sources")])
    assert 300 < len(kept) < 900 and kept[0]["text"] == "5万元"


def test_a_folder_of_outputs_is_resumed(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.txt", "b.txt"):
        (source / name).write_bytes(SAMPLE.read_bytes())
    first = run("ledger", source, "--out-dir", tmp_path / "out", "--format", "csv")
    again = run("ledger", source, "--out-dir", tmp_path / "out", "--format", "csv")
    assert first.exit_code == again.exit_code == 0
    assert "2 done before" in again.stderr
    assert {path.name for path in (tmp_path / "out").glob("*.csv")} == {"a.txt.csv", "b.txt.csv"}
    shards = run("ledger", source, "--out-dir", tmp_path / "shards", "--shards", "gz")
    assert shards.exit_code == 0 and (tmp_path / "shards" / "part-000000.jsonl.gz").is_file()
    assert run("facts", source, "--out-dir", tmp_path / "shards", "--shards", "gz").exit_code != 0


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False)


def test_the_librarys_ledger_is_what_the_command_prints() -> None:
    document = cnfin.tag(cnfin.load(SAMPLE))
    mine = [
        json.loads(line, parse_float=Decimal)
        for line in encode_lines(cell_structs(document, document.ledger)).splitlines()
    ]
    place = ("doc", "region")
    assert [{k: v for k, v in record.items() if k not in place} for record in mine] == [
        {k: v for k, v in record.items() if k not in place} for record in all_cells()
    ]


def test_frames() -> None:
    pytest.importorskip("pandas")
    document = tagger().tag(cnfin.load(SAMPLE))
    cells = cnfin.frame([document, document], "ledger")
    assert list(cells.columns) == KEYS and len(cells) == 2 * len(all_cells())
    assert (str(cells.year.dtype), str(cells.stated.dtype), str(cells.value.dtype)) == ("Int64", "Int64", "float64")
    assert set(cells.code.dropna().map(type)) == {str}
    assert cells.sources[0][0]["text"]
    facts, findings = cnfin.frame(document, "facts"), cnfin.frame(document, "findings")
    assert len(facts) == len(list(document.facts)) and "check" in findings.columns
    assert len(cnfin.frame([], "ledger")) == 0
    with pytest.raises(ValueError, match="no table 'cells'"):
        cnfin.frame(document, "cells")  # type: ignore[arg-type]


def said(document: Document) -> dict[tuple[object, ...], Decimal]:
    """The values of a document's sums by what they are of."""
    return {
        (cell.year, cell.flow, cell.code or cell.line, cell.funds, cell.division, cell.owner, cell.measure): cell.value
        for cell in document.ledger if cell.measure != "数量"
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["pdf", "docx", "html", "xlsx"])
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_ledger_is_the_same_in_every_format(path: Path, kind: str) -> None:
    text = path.read_text(encoding="utf-8")
    plain = said(tagger().tag(text))
    published = said(tagger().tag(read_bytes(WRITERS[kind](blocks_of(text)), limits=Limits(isolated=False))))
    right = sum(published.get(key) == value for key, value in plain.items())
    assert 2 * right / (len(plain) + len(published)) >= 0.98


@pytest.mark.parametrize("kind", WRITERS)
def test_nine_tables_are_one_account_book_in_every_format(kind: str) -> None:
    """The cells of the printed tables are those of the facts that the tables were made from, and sums bear them out."""
    facts = [fact | {"printed": f"{fact['value']:,.2f}"} for table in nine_tables(7) for fact in table.facts]
    if "flow" not in facts[0]:
        pytest.skip("the sample tables say nothing of whose money their figures are")
    wanted = said(document(rows=({"scheme": None} | fact for fact in facts), unit="万元"))
    found = tagger().tag(read_bytes(WRITERS[kind](nine_blocks(7)), limits=Limits(isolated=False)))
    assert said(found) == wanted
    cells = found.ledger
    assert not any(cell.status == "disputed" for cell in cells)
    assert sum(cell.support > 0 for cell in cells) > 0.95 * len(cells)
