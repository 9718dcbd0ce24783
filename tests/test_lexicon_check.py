"""What ``cnfin lexicon check`` finds in a folder of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnfin import lexicon
from cnfin.lexicon_check import LexiconError, check, remarks

COLUMNS = {path.stem: path.read_text(encoding="utf-8").split("\n", 1)[0] for path in lexicon.folder().glob("*.tsv")}


def problems(folder: Path, table: str, *rows: dict[str, str]) -> list[str]:
    columns = COLUMNS[table].split("\t")
    lines = ["\t".join(row.get(column, "") for column in columns) for row in rows]
    (folder / f"{table}.tsv").write_text("\n".join([COLUMNS[table], *lines]) + "\n", encoding="utf-8")
    return [f"{problem.line}: {problem.message}" for problem in check(folder)[1]]


def functional(code: str, name: str, level: str, **more: str) -> dict[str, str]:
    return {"code": code, "name": name, "level": level, **more}


def test_shipped_tables_are_sound() -> None:
    rows, found = check(lexicon.folder())
    assert rows > 5000
    assert found == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (functional("2989", "灯会事务", "款"), "bad code"),
        (functional("29801", "灯会事务", "款"), "unknown parent 298"),
        (functional("20198", "灯会事务", "项"), "is a 款"),
        (functional("20198", "灯会事务", "款", valid_from="2020", valid_to="2019"), "bad years"),
        (functional("20198", "灯会事务", "款", valid_from="20"), "bad years"),
        (functional("201", "灯会支出", "类"), "two names in one year"),
        (functional("20198", "灯会事务", "款", aliases="灯会|灯会"), "given twice in one row"),
        (functional("", "灯会事务", "层"), "bad level"),
        (functional("20198", "", "款"), "no name"),
    ],
)
def test_functional_lines(tmp_path: Path, row: dict[str, str], message: str) -> None:
    (found,) = problems(tmp_path, "functional", row)
    assert found.startswith("2: ")
    assert message in found


def test_own_rows_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    rows = functional("20198", "灯会事务", "款"), functional("2019801", "灯会管理", "项", aliases="灯会日常管理")
    assert problems(tmp_path, "functional", *rows) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"code": "50198", "name": "灯油费", "scheme": "部门"}, "bad code"),
        ({"code": "39801", "name": "灯油费", "scheme": "部门"}, "unknown parent 398"),
        ({"code": "30201", "name": "灯油费", "scheme": "部门"}, "two names"),
        ({"code": "30298", "name": "灯油费", "scheme": "省级"}, "bad scheme"),
        ({"code": "30298", "name": "灯油费", "scheme": "部门", "valid_from": "2020", "valid_to": "2019"}, "bad years"),
        ({"code": "30298", "name": "灯油费", "scheme": "部门", "aliases": "办公费"}, "already stands for 办公费"),
    ],
)
def test_economic_lines(tmp_path: Path, row: dict[str, str], message: str) -> None:
    (found,) = problems(tmp_path, "economic", row)
    assert message in found


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"name": "灯会收入", "scheme": "收费", "use": "mention"}, "bad scheme"),
        ({"name": "灯会收入", "scheme": "收入", "use": "maybe"}, "bad use"),
        ({"name": "灯会收入", "scheme": "收入", "use": "mention", "parent": "灯会总收入"}, "unknown parent"),
        ({"name": "灯会收入", "scheme": "收入", "use": "mention", "funds": "灯会基金"}, "bad funds"),
        ({"name": "灯会收入", "scheme": "收入", "use": "mention", "aliases": "~财政拨款"}, "already stands for"),
    ],
)
def test_terms(tmp_path: Path, row: dict[str, str], message: str) -> None:
    (found,) = problems(tmp_path, "terms", row)
    assert message in found


def test_regions(tmp_path: Path) -> None:
    found = problems(tmp_path, "regions", {"code": "99", "name": "灯城县", "level": "乡", "parent": "110000"})
    assert len(found) == 2
    found = problems(tmp_path, "regions", {"code": "990101", "name": "灯城县", "level": "县", "parent": "990100"})
    assert found == ["2: unknown parent '990100'"]


def test_regions_in_a_circle(tmp_path: Path) -> None:
    own = {"code": "990101", "name": "灯城县", "level": "县", "parent": "990101"}
    assert problems(tmp_path, "regions", own) == ["2: 990101 lies in itself: its parents run in a circle"]
    two = {**own, "parent": "990100"}, {"code": "990100", "name": "灯城市", "level": "市", "parent": "990101"}
    assert [problem.split(" ", 2)[1] for problem in problems(tmp_path, "regions", *two)] == ["990101", "990100"]
    above = {"code": "990100", "name": "灯城市", "level": "市", "parent": "440000"}
    assert problems(tmp_path, "regions", two[0], above) == []
    beside = {"code": "990102", "name": "灯湖县", "level": "县", "parent": "990101"}  # in no circle, but below one
    assert len(problems(tmp_path, "regions", own, beside)) == 1


def test_columns_for_readers_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "nouns.tsv").write_text("noun\n灯会\n", encoding="utf-8")
    assert check(tmp_path) == (1, [])


def test_form(tmp_path: Path) -> None:
    (tmp_path / "nouns.tsv").write_bytes("noun\tnote\r\n灯会\t\t多\n 灯笼\t\n\t\n".encode())
    (tmp_path / "lanterns.tsv").write_bytes(b"\xff\xfe")
    (tmp_path / "terms.tsv").write_bytes("name\tscheme\n灯会收入\t收入\n".encode())
    messages = [problem.message for problem in check(tmp_path)[1]]
    for part in (
        "LF",
        "3 cells under 2 columns",
        "blank",
        "an empty row",
        "UTF-8",
        "no such table",
        "columns missing: parent",
    ):
        assert any(part in message for message in messages), part


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no lexicon table"):
        check(tmp_path)


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("measures", {"cue": "灯数", "kind": "levl", "measure": "决算数", "side": "before"}, "did you mean level?"),
        ("measures", {"cue": "灯数", "kind": "", "side": "before"}, "unknown kind ''"),
        (
            "measures",
            {"cue": "灯数", "kind": "level", "measure": "实支数", "side": "before"},
            "unknown measure '实支数'",
        ),
        ("measures", {"cue": "灯增", "kind": "change", "sign": "*", "side": "before"}, "unknown sign"),
        ("measures", {"cue": "灯前", "kind": "prior", "base": "前年", "side": "before"}, "unknown base"),
        ("measures", {"cue": "灯前", "kind": "prior", "side": "befor"}, "did you mean before?"),
        ("fact_words", {"word": "灯会", "kind": "leed"}, "did you mean lead?"),
        ("structure", {"kind": "summ", "whole": "甲", "parts": "乙"}, "did you mean sum?"),
        ("role_cues", {"cue": "灯不亮", "role": "改进措失"}, "did you mean 改进措施?"),
        ("number_words", {"word": "灯许", "kind": "abuot"}, "did you mean about?"),
        ("units", {"unit": "盏灯", "numerals": "roman"}, "unknown numerals"),
        ("boundaries", {"word": "灯", "side": "right"}, "unknown side"),
        ("section_subjects", {"words": "灯(会", "subject": "灯会支出", "scheme": "支出"}, "no regular expression"),
        ("section_subjects", {"words": "灯会", "subject": "灯会支出", "scheme": "支付"}, "unknown scheme"),
        ("headings", {"title": "灯会", "level": "one"}, "no whole number"),
        ("rates", {"unit": "灯分", "power": ""}, "no whole number"),
    ],
)
def test_values_that_the_code_does_not_know(tmp_path: Path, table: str, row: dict[str, str], message: str) -> None:
    (found,) = problems(tmp_path, table, row)
    assert found.startswith("2: ")
    assert message in found


def test_every_column_of_kinds_is_declared() -> None:
    declared = {line.split("\t")[0] for line in (lexicon.folder() / "kinds.tsv").read_text("utf-8").split("\n")[1:-1]}
    with_kinds = {table for table, columns in COLUMNS.items() if {"kind", "role"} & set(columns.split("\t"))}
    assert with_kinds <= declared


def test_a_word_of_two_meanings_in_one_table(tmp_path: Path) -> None:
    rows = [{"cue": "灯增", "kind": "change", "sign": sign, "side": "before"} for sign in ("+", "-", "-")]
    assert problems(tmp_path, "measures", *rows) == [
        f"{line}: 灯增 is given another meaning in line 2" for line in (3, 4)
    ]


def test_a_row_that_takes_the_place_of_a_shipped_one_says_so(tmp_path: Path) -> None:
    rows = [{"cue": "增加", "kind": "change", "sign": sign, "side": "before"} for sign in ("-",)]
    assert problems(tmp_path, "measures", *rows) == []
    (remark,) = remarks(tmp_path)
    assert (remark.line, remark.message) == (2, "takes the place of the shipped row: 增加 change + before")


def test_a_table_that_no_tagging_reads_says_so(tmp_path: Path) -> None:
    assert problems(tmp_path, "role_cues", {"cue": "灯不亮", "role": "问题"}) == []
    assert [remark.message for remark in remarks(tmp_path)] == [
        "read when a role model is trained, not when a text is tagged"
    ]
    assert remarks(lexicon.folder()) == []


def test_many_rows_of_one_code_take_no_longer_each(tmp_path: Path) -> None:
    rows = [functional("20198", "灯会事务", "款", aliases=f"灯会{number}") for number in range(20_000)]
    assert problems(tmp_path, "functional", *rows) == []
