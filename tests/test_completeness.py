"""Which required parts are there: parts left out of generated documents, tables emptied, samples read by hand."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from cnfin.cli.commands import cli
from cnfin.completeness import completeness
from cnfin.completeness.parts import requirements
from cnfin.document import Document
from cnfin.lexicon import Lexicon, default
from cnfin.tagger import Tagger

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "corpus" / "samples"
sys.path.insert(0, str(ROOT / "benchmarks"))


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    return Tagger(roles=False)


def statuses(text: str) -> dict[str, str]:
    return of(tagger().tag(text))


def of(document: Document) -> dict[str, str]:
    return {part.part: part.status for part in completeness(document).parts}


def those(found: dict[str, str], status: str) -> set[str]:
    return {name for name, stated in found.items() if stated == status}


_TABLES = {row.name for row in requirements(default())._rows if row.group == "table"}


def text_of(name: str) -> str:
    return next(SAMPLES.glob(f"{name}*.txt")).read_text("utf-8")


# What a reader finds: the parts that are not told (tables apart), and how the tables are there.
@pytest.mark.parametrize(
    ("sample", "missing", "tables"),
    [
        ("sichuan-2022", set(), "elsewhere"),
        ("zhejiang-2019", set(), "elsewhere"),
        ("chongqing-2023", {"名词解释"}, "missing"),
        ("shandong-2024", set(), "elsewhere"),
        ("henan-2018", set(), "missing"),
    ],
)
def test_samples_as_read_by_hand(sample: str, missing: set[str], tables: str) -> None:
    found = statuses(text_of(sample))
    assert those(found, "missing") - _TABLES == missing
    assert {status for name, status in found.items() if name in _TABLES} == {tables}


def test_a_note_on_three_public_expenses_is_little_of_final_accounts() -> None:
    found = completeness(tagger().tag(text_of("anhui-2016")))
    assert {part.part for part in found.parts if part.status == "present"} == {"三公经费情况", "名词解释"}
    assert found.score is not None and found.score < Decimal("0.15")


def test_parts_left_out_of_generated_documents_are_missing_and_nothing_else() -> None:
    """Each told part with a heading of its own, one at a time: it alone is missing then."""
    from synthesis import document as invented

    tried = 0
    for number in range(12):
        _, text, _ = invented(23, number)
        whole = tagger().tag(text)
        before = of(whole)
        for part in completeness(whole).parts:
            if part.group == "table" or part.start is None or part.status == "missing":
                continue
            cut = _without(whole, part.start)
            if cut is None:
                continue
            start, end = cut
            after = statuses(text[:start] + text[end:])
            changed = {name for name in before if after.get(name) != before[name]}
            inside = {each.part for each in completeness(whole).parts if start <= (each.start or -1) < end}
            assert changed == inside, (number, part.part, changed)
            assert {after.get(name, "missing") for name in inside} == {"missing"}
            tried += 1
    assert tried > 60


def _without(document: Document, start: int) -> tuple[int, int] | None:
    """The section that begins at an offset, where it has no sections of its own."""
    sections = document.sections
    place = next((number for number, section in enumerate(sections) if section.start == start), None)
    if place is None:
        return None
    section = sections[place]
    end = next((other.start for other in sections[place + 1 :] if other.level <= section.level), len(document.text))
    return None if any(section.start < other.start < end for other in sections) else (section.start, end)


_FUND = """云岭县民政局2023年度部门决算
第二部分 2023年度部门决算表
政府性基金预算财政拨款收入支出决算表
单位：万元
科目编码\t科目名称\t本年收入\t本年支出
%s
%s
第三部分 情况说明
"""


@pytest.mark.parametrize(
    ("row", "note", "status"),
    [
        ("2120801\t征地和拆迁补偿支出\t12.00\t12.00", "", "present"),
        ("合计\t\t\t", "", "empty"),
        ("合计\t\t\t", "注：本部门没有政府性基金收支，故本表为空。", "noted"),
    ],
)
def test_tables(row: str, note: str, status: str) -> None:
    found = statuses(_FUND % (row, note))
    assert found["政府性基金预算财政拨款收入支出决算表"] == status
    assert found["收入决算表"] == "missing"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("2023年度“三公”经费支出12.00万元，比上年减少1.00万元。", "present"),
        ("本部门2023年度没有“三公”经费支出。", "noted"),
        ("详见附件2。", "elsewhere"),
        ("", "empty"),
    ],
)
def test_what_stands_under_a_heading(body: str, status: str) -> None:
    title = "云岭县民政局2023年度部门决算\n七、“三公”经费支出决算情况说明\n"
    text = f"{title}{body}\n八、机关运行经费支出情况\n机关运行经费支出3.00万元。\n"
    assert statuses(text)["三公经费情况"] == status


def test_years_and_units_that_need_not_have_a_part() -> None:
    def parts(title: str) -> set[str]:
        return set(statuses(f"{title}\n一、收入支出决算总体情况说明\n收入总计12.00万元。\n"))

    new, old = parts("云岭县民政局2020年度部门决算"), parts("云岭县民政局2019年度部门决算")
    assert new - old == {"国有资本经营情况", "国有资本经营预算财政拨款支出决算表"}
    assert new - parts("云岭县第一中学2020年度部门决算") == {"机关运行经费情况"}


def test_what_is_neither_a_budget_nor_final_accounts_has_no_score() -> None:
    document = tagger().tag("云岭县2023年工作要点\n一、抓好春耕。\n")
    identity = msgspec.structs.replace(document.identity, kind=None)
    found = completeness(msgspec.structs.replace(document, identity=identity))
    assert (found.score, found.parts) == (None, ())


def test_weights_and_credits_of_the_users_own_table(tmp_path: Path) -> None:
    head = (ROOT / "lexicons" / "parts.tsv").read_text("utf-8").split("\n")[0]
    (tmp_path / "parts.tsv").write_text(
        f"{head}\n决算\t党建情况\ttext\t100\t\t\t党建\t\t\t\t\ncredit\telsewhere\t\t1\t\t\t\t\t\t\t\n", encoding="utf-8"
    )
    document = tagger().tag(text_of("sichuan-2022"))
    shipped, own = completeness(document), completeness(document, Lexicon([tmp_path]))
    assert {part.part for part in own.parts} - {part.part for part in shipped.parts} == {"党建情况"}
    assert (shipped.score, own.score) == (Decimal("0.839"), Decimal("0.219"))  # 23.5 of 28, and 28 of 128


def test_command(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["completeness", "-q", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    rows = list(csv.DictReader(io.StringIO(run(str(SAMPLES), "--wide"))))
    assert len(rows) == len(list(SAMPLES.glob("*.txt")))
    row = next(row for row in rows if row["doc"].startswith("sichuan"))
    assert (row["fiscal_year"], row["三公经费情况"], row["绩效目标情况"]) == ("2022", "present", "")
    record = msgspec.json.decode(run(str(SAMPLES / row["doc"])))
    assert record["required"] == record["present"] + record["elsewhere"] == len(record["parts"])
    assert CliRunner().invoke(cli, ["completeness", "--wide", "--format", "xlsx", str(SAMPLES)]).exit_code == 2
    run(str(SAMPLES), "--wide", "--bom", "-o", str(tmp_path / "wide.csv.gz"))
    written = gzip.decompress((tmp_path / "wide.csv.gz").read_bytes()).decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(written))) == rows


def test_the_example_of_the_page() -> None:
    page = (ROOT / "docs" / "completeness.md").read_text("utf-8")
    text = "\n".join(line.removeprefix("> ") for line in page.splitlines() if line.startswith("> ")) + "\n"
    found = completeness(tagger().tag(text))
    told = {part.part: part.status for part in found.parts if part.status != "missing"}
    assert told == {
        "三公经费情况": "noted", "机关运行经费情况": "present",
        "政府采购情况": "elsewhere", "国有资产占用情况": "empty",
    }  # fmt: skip
    assert found.score == Decimal("0.125")
