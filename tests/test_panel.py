"""The panel: one row a cell a unit over all documents; what documents contradict in each other."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command import cnfin

from cnfin import datapackage
from cnfin.errors import UsageError
from cnfin.panel import Named, PanelError, PanelRecord, Store, across, ledger_files, panel, read_units
from cnfin.panel.wide import wide

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
COUNTY = {"province": "云南省", "city": "红河哈尼族彝族自治州", "county": "石屏县", "region": "532525"}
OTHER = {"province": "云南省", "city": "玉溪市", "county": "华宁县", "region": "530424"}


def cell(doc: str, year: int, value: str, **other: Any) -> dict[str, Any]:
    """A cell of 石屏县水务局's final accounts, changed as asked."""
    own = {
        "doc": doc, "unit": "石屏县水务局", "entity": "部门", **COUNTY, "fiscal_year": int(doc[:4]),
        "kind": "预算" if "预算" in doc else "决算", "year": year, "flow": "支出", "line": "水利工程建设",
        "code": "2130305", "level": "项", "scheme": "功能分类", "funds": "一般公共预算", "division": None,
        "owner": None,
        "measure": "决算数", "value": float(value), "value_unit": "万元", "status": "single", "stated": 1, "support": 1,
        "sources": [{"start": 7, "end": 12, "page": None, "table": None, "text": value, "value": float(value)}],
    }  # fmt: skip
    return own | other


@pytest.fixture
def joined(tmp_path: Path) -> Any:
    """A function from cells to the store of them."""
    opened: list[Store] = []

    def store(*cells: dict[str, Any], units: Iterable[Named] = ()) -> Store:
        path = tmp_path / f"cells{len(opened)}.jsonl"
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in cells), encoding="utf-8")
        opened.append(Store([str(path)], list(units)))
        return opened[-1]

    yield store
    for one in opened:
        one.__exit__()


def rows(store: Store) -> list[tuple[Any, ...]]:
    return [(one.unit, one.year, one.measure, str(one.value), one.status, one.stated) for one in panel(store)]


def test_the_years_own_final_accounts_come_first(joined: Any) -> None:
    store = joined(
        cell("2022年决算.txt", 2021, "30.16"),
        cell("2021年决算.txt", 2021, "30.16"),
        cell("2021年决算.txt", 2020, "8.4"),
    )
    assert rows(store) == [
        ("石屏县水务局", 2020, "决算数", "8.4", "single", 1),
        ("石屏县水务局", 2021, "决算数", "30.16", "agreed", 2),
    ]
    (last,) = [one for one in panel(store) if one.year == 2021]
    assert [one.doc for one in last.docs] == ["2021年决算.txt", "2022年决算.txt"]


@pytest.mark.parametrize(
    ("own", "later", "status"),
    [
        ("30.16", "30.2", "agreed"),
        ("30.16", "30.3", "restated"),
        ("30.16", "31.16", "restated"),
        ("30.00", "30", "agreed"),
    ],
)
def test_rounding_is_no_restatement(joined: Any, own: str, later: str, status: str) -> None:
    (row,) = rows(joined(cell("2021年决算.txt", 2021, own), cell("2022年决算.txt", 2021, later)))
    assert row[3:5] == (str(Decimal(own).normalize().quantize(1) if own == "30.00" else Decimal(own)), status)


def test_round_sums_have_the_decimals_of_their_document(joined: Any) -> None:
    """120 among figures of two decimals is 120.00: 121 in another document is no rounding of it."""
    others = [cell("2021年决算.txt", 2021, f"{n}.25", line=f"甲{n}", code=None, level=None) for n in range(3)]
    store = joined(cell("2021年决算.txt", 2021, "120"), *others, cell("2022年决算.txt", 2021, "120.3"))
    assert [row[4] for row in rows(store) if row[3] == "120"] == ["restated"]


def test_the_budget_in_final_accounts_is_the_years_budget(joined: Any) -> None:
    store = joined(
        cell("2022年预算.txt", 2022, "20.50", measure="预算数"),
        cell("2022年决算.txt", 2022, "20.50", measure="年初预算数"),
        cell("2022年决算.txt", 2022, "19.75", measure="决算数"),
    )
    assert [row[1:] for row in rows(store)] == [
        (2022, "决算数", "19.75", "single", 1),
        (2022, "预算数", "20.5", "agreed", 2),
    ]


def test_units_are_known_by_place_name_and_entity(joined: Any) -> None:
    store = joined(
        cell("2021年决算.txt", 2021, "1.25"),
        cell("2022年决算.txt", 2022, "2.25", unit="水务局", entity=None),  # without its place; entity not said
        cell("2022年决算b.txt", 2022, "3.25", unit="石屏县水务局", entity="单位"),
        cell("2022年决算c.txt", 2022, "4.25", unit="华宁县水务局", **OTHER),
    )
    # The name is of a department and of a unit too: what does not say which stays by itself.
    assert {(one.region, one.entity, one.year) for one in panel(store)} == {
        ("532525", "部门", 2021), ("532525", None, 2022), ("532525", "单位", 2022), ("530424", "部门", 2022),
    }  # fmt: skip


def test_a_document_that_does_not_say_its_entity_joins_the_only_one(joined: Any) -> None:
    short = cell("2022年决算.txt", 2021, "1.25", unit="水务局", entity=None)
    store = joined(cell("2021年决算.txt", 2021, "1.25"), short)
    assert rows(store) == [("石屏县水务局", 2021, "决算数", "1.25", "agreed", 2)]


def test_a_table_of_units_joins_renamed_ones(joined: Any, tmp_path: Path) -> None:
    table = tmp_path / "units.tsv"
    table.write_text("unit\tregion\tname\n石屏县水利局\t532525\t水务局\n", encoding="utf-8")
    cells = (cell("2021年决算.txt", 2021, "1.25", unit="石屏县水利局"), cell("2022年决算.txt", 2021, "1.25"))
    assert len(rows(joined(*cells))) == 2
    assert [row[3:] for row in rows(joined(*cells, units=read_units(str(table))))] == [("1.25", "agreed", 2)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\tother\na\tb\n", r"units.tsv:1: needs the columns"),
        ("unit\tname\na\n", r"units.tsv:2: needs a unit"),
        ("unit\tname\tregion\na\tb\t53\n", r"units.tsv:2: '53' is no region code"),
        ("unit\tname\na\tb\tc\n", r"units.tsv:2: .* no more cells"),
    ],
)
def test_a_wrong_table_of_units_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "units.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        read_units(str(path))


def test_lines_of_one_money_join_whatever_their_money(joined: Any) -> None:
    guest = {"line": "公务接待费", "code": None, "level": None, "scheme": "三公经费"}
    store = joined(
        cell("2021年决算.txt", 2021, "0.8", **guest), cell("2022年决算.txt", 2021, "0.8", **guest | {"funds": None})
    )
    assert [row[3:] for row in rows(store)] == [("0.8", "agreed", 2)]
    two = joined(cell("2021年决算.txt", 2021, "0.8"), cell("2022年决算.txt", 2021, "0.8", funds=None))
    assert len(rows(two)) == 2


def test_wide_is_a_row_a_unit_and_year(joined: Any) -> None:
    store = joined(
        cell("2021年决算.txt", 2021, "1.25"),
        cell("2022年决算.txt", 2022, "2.25"),
        cell("2022年决算.txt", 2022, "9.5", owner="堤坝加固项目"),
        cell("2022年决算.txt", 2022, "7.5", flow="收入", line="合计", code=None, level="合计", funds="全部"),
    )
    columns, found = wide(store)
    assert columns[7:] == ("水利工程建设·一般公共预算·决算数", "收入·合计·全部·决算数")
    assert [row[6:] for row in found] == [(2021, Decimal("1.25"), None), (2022, Decimal("2.25"), Decimal("7.5"))]


# Across documents


def found(store: Store) -> list[tuple[Any, ...]]:
    return [(one.check, one.doc, str(one.stated), str(one.expected)) for one in across(store)]


def test_a_year_restated_is_found_with_both_places(joined: Any) -> None:
    store = joined(cell("2021年决算.txt", 2021, "30.16"), cell("2022年决算.txt", 2021, "33.16"))
    (one,) = across(store)
    assert (one.check, one.doc, one.stated, one.expected) == (
        "restated", "2022年决算.txt", Decimal("33.16"), Decimal("30.16"),
    )  # fmt: skip
    assert [(place.doc, place.text) for place in one.evidence] == [("2021年决算.txt", "30.16")]
    assert one.note == "2021年30.16万元（2021年决算.txt），本文件为33.16万元"


def test_what_a_document_says_too_is_no_restatement(joined: Any) -> None:
    both = cell("2022年决算.txt", 2021, "33.16")
    both["sources"].append(both["sources"][0] | {"value": 30.16, "text": "30.16"})
    assert found(joined(cell("2021年决算.txt", 2021, "30.16"), both)) == []


def test_another_budget_than_the_published_one_is_found(joined: Any) -> None:
    budget = cell("2022年预算.txt", 2022, "20.50", measure="预算数")
    other = cell("2022年决算.txt", 2022, "21.50", measure="年初预算数")
    assert found(joined(budget, other)) == [("budget", "2022年决算.txt", "21.5", "20.5")]
    # The budget after adjustment, or one that is not said which, may differ.
    assert found(joined(budget, other | {"measure": "调整预算数"})) == []
    assert found(joined(budget, other | {"measure": "预算数"})) == []


@pytest.mark.parametrize(
    "other", [{"funds": "财政拨款"}, {"division": "基本支出"}, {"owner": "某项目"}, {"flow": "收入"}]
)
def test_figures_of_different_money_are_not_compared(joined: Any, other: dict[str, str]) -> None:
    assert found(joined(cell("2021年决算.txt", 2021, "30.16"), cell("2022年决算.txt", 2021, "33.16", **other))) == []


def test_a_department_below_its_units_is_found(joined: Any) -> None:
    department = cell("2022年决算.txt", 2022, "30.25", unit="石屏县水务局")
    units = [
        cell(f"2022年决算{n}.txt", 2022, value, unit=name, entity="单位")
        for n, (name, value) in enumerate([("石屏县水务局本级", "20.25"), ("石屏县水务局河道管理站", "12.5")])
    ]
    assert found(joined(department, *units)) == [("roll-up", "2022年决算.txt", "30.25", "32.75")]
    assert found(joined(department | {"value": 32.75}, *units)) == []
    # A unit of another name belongs to it only where the user's table says so.
    school = cell("2022年决算9.txt", 2022, "31.25", unit="石屏县节水示范中心", entity="单位")
    assert found(joined(department, school)) == []
    named = Named("石屏县节水示范中心", None, "节水示范中心", "水务局")
    assert found(joined(department, school, units=[named])) == [("roll-up", "2022年决算.txt", "30.25", "31.25")]


def test_units_that_look_alike_are_told(joined: Any) -> None:
    store = joined(
        cell("2021年决算.txt", 2021, "1.25"),
        cell("2021年决算b.txt", 2021, "1.25", unit="石屏县水务局本级"),
        cell("2021年决算c.txt", 2021, "1.25", unit="城关镇人民政府"),
        cell("2021年决算d.txt", 2021, "1.25", unit="城关镇人民政府", **OTHER),
        cell("2021年决算e.txt", 2021, "1.25", unit="华宁县水务局", **OTHER),
    )
    assert {(row["differ"], row["unit"], row["other"]) for row in store.alike()} == {
        ("level", "石屏县水务局", "石屏县水务局本级"),
        ("place", "城关镇人民政府", "城关镇人民政府"),
    }


# Files


def test_a_folder_of_gold_is_no_folder_of_ledgers(tmp_path: Path) -> None:
    assert ledger_files([str(SAMPLES)]) == ([], [str(SAMPLES)])
    one = tmp_path / "lot" / "cells.jsonl"
    one.parent.mkdir()
    one.write_text(json.dumps(cell("2021年决算.txt", 2021, "1")) + "\n", encoding="utf-8")
    assert ledger_files([str(one.parent), "a.txt"]) == ([str(one)], ["a.txt"])


def test_what_is_no_ledger_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    path.write_text('{"doc": "a", "value": "x"}\n', encoding="utf-8")
    with pytest.raises(PanelError, match=r"cells\.jsonl: no cells as cnfin ledger writes them"):
        Store([str(path)])


def test_the_command_gives_the_same_from_documents_and_ledgers(tmp_path: Path) -> None:
    direct = cnfin("panel", SAMPLES, "-q")
    assert (direct.returncode, direct.stderr) == (0, b"")
    cnfin("ledger", SAMPLES, "--format", "parquet", "-o", tmp_path / "cells.parquet")
    cnfin("ledger", SAMPLES, "--out-dir", tmp_path / "lot", "--shards", "zst", "-q")
    assert cnfin("panel", tmp_path / "cells.parquet", "-q").stdout == direct.stdout
    assert cnfin("panel", tmp_path / "lot", "-q").stdout == direct.stdout
    assert cnfin("audit", "--across", tmp_path / "lot").stdout == b""
    record = json.loads(direct.stdout.splitlines()[0])
    assert list(record) == list(PanelRecord.__struct_fields__)


def test_wide_as_csv_can_be_filtered(tmp_path: Path) -> None:
    out = tmp_path / "wide.csv"
    wanted = ("--line", "公务接待费", "--measure", "决算数")
    done = cnfin("panel", SAMPLES, "--wide", "--format", "csv", *wanted, "-o", out, "-q")
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8", newline="") as lines:
        header, *body = csv.reader(lines)
    assert header[7] == "公务接待费·决算数"
    assert all(name.startswith("公务接待费·") for name in header[7:])
    assert any(float(row[7] or 0) > 0 for row in body)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--wide",), b"--wide needs --format"),
        (("--format", "parquet"), b"needs -o FILE"),
        (("--units", "absent.tsv"), b"does not exist"),
    ],
)
def test_options_that_cannot_be_are_refused(options: tuple[str, ...], told: bytes) -> None:
    done = cnfin("panel", SAMPLES, *options)
    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_data_package_is_valid(joined: Any, tmp_path: Path, form: datapackage.Form) -> None:
    frictionless = pytest.importorskip("frictionless")
    store = joined(cell("2021年决算.txt", 2021, "30.16"), cell("2021年预算.txt", 2021, "30", measure="预算数"))
    folder = tmp_path / "package"
    for _ in range(2):  # a second time it takes the first one's place
        assert datapackage.write(str(folder), "panel", PanelRecord, panel(store), form) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["datapackage.json", f"panel.{form}"]
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    fields = {one["name"]: one for one in described["resources"][0]["schema"]["fields"]}
    assert fields["year"]["columnType"] == "date:fiscal-year"
    assert fields["functional_code"]["columnType"].startswith("functional-classification")
    if form == "csv":
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])


def test_a_folder_of_something_else_takes_no_package(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(datapackage.PackageError, match="no data package"):
        datapackage.write(str(tmp_path), "panel", PanelRecord, [])
    assert (tmp_path / "mine.txt").read_text() == "x"
