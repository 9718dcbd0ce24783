"""A folder of files that is read as one document."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from final_accounts import nine_tables
from make_formats import as_docx, as_text, as_xls, as_xlsx, as_zip, nine_blocks
from print_pdf import as_pdf

from cnfin import Tagger
from cnfin.batch import Run
from cnfin.batch.inputs import Input, find
from cnfin.batch.job import Job, sources
from cnfin.cli.commands import main
from cnfin.document import Cell, Source, Table
from cnfin.errors import ReadError
from cnfin.identity import Identifier
from cnfin.lexicon import default
from cnfin.reading.file import How
from cnfin.reading.limits import Limits
from cnfin.reading.together import as_one

_TITLES = ("收入", "支出")


def workbooks(folder: Path) -> Path:
    """The title and the nine tables, a workbook each, 10.xlsx the last."""
    folder.mkdir(parents=True)
    for number, block in enumerate(nine_blocks(), start=1):
        (folder / f"{number}.xlsx").write_bytes(as_xlsx([block]))
    return folder


def records(capsys: pytest.CaptureFixture[str], *arguments: str | Path, status: int = 0) -> list[dict[str, object]]:
    assert main([str(argument) for argument in arguments]) == status
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def read(folder: Path | str) -> list[Source]:
    found = [item for item in find([str(folder)], as_one=True) if isinstance(item, Input)]
    return [source for item in found for source in sources(item, How()) if isinstance(source, Source)]


def test_ten_workbooks_have_the_ledger_of_the_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = workbooks(tmp_path / "表")
    whole = tmp_path / "whole.xlsx"
    whole.write_bytes(as_xlsx(nine_blocks()))
    apart = records(capsys, "ledger", "--as-one", folder, "-q")
    one = records(capsys, "ledger", whole, "-q")
    assert len(one) > 100 and {cell["doc"] for cell in apart} == {str(folder)}
    assert [cell | {"doc": ""} for cell in apart] == [cell | {"doc": ""} for cell in one]


def test_an_archive_is_one_document_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "表.zip"
    packed.write_bytes(as_zip({f"{n}.xlsx": as_xlsx([table]) for n, table in enumerate(nine_tables(), start=1)}))
    cells = records(capsys, "ledger", "--as-one", packed, "-q")
    assert len(cells) > 100 and {cell["doc"] for cell in cells} == {str(packed)}


def test_files_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    (source,) = read(workbooks(tmp_path / "表"))
    assert [os.path.basename(file) for file in source.files] == [f"{number}.xlsx" for number in range(1, 11)]


def test_every_folder_is_a_document_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "c.txt", "b/2.txt", "b/1.txt", "b/d/1.txt", "bb/1.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = {source.name: source.text for source in read(".")}
    own = tmp_path.name
    assert found == {own: "a.txt\nc.txt\n", "b": "b/1.txt\nb/2.txt\n", "b/d": "b/d/1.txt\n", "bb": "bb/1.txt\n"}
    assert [source.name for source in read("a.txt")] == ["a.txt"]


def test_a_changed_file_changes_the_stamp_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一", encoding="utf-8")
    before = list(find([str(tmp_path)], as_one=True))
    (tmp_path / "a.txt").write_text("二", encoding="utf-8")
    os.utime(tmp_path / "a.txt", ns=(1, 1))
    assert before != list(find([str(tmp_path)], as_one=True))


def test_cells_and_pages_are_moved(tmp_path: Path) -> None:
    for name, table in zip(_TITLES, nine_tables(), strict=False):
        (tmp_path / f"{name}.pdf").write_bytes(as_pdf([f"青临县水务局{name}", table]))
    (tmp_path / "说明.txt").write_text("部门决算说明。", encoding="utf-8")
    (tmp_path / "附.docx").write_bytes(as_docx([nine_tables()[2]]))
    (source,) = read(tmp_path)
    assert len(source.tables) == 3 and len(source.files) == 4
    for table in source.tables:
        assert all(source.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row if cell.text)
    starts = [source.text.index(words) for words in ("青临县水务局支出", "青临县水务局收入", "部门决算说明。")]
    assert set(starts) <= set(source.pages) and list(source.pages) == sorted(source.pages)
    document = Tagger(roles=False).tag(source)
    for sentence in document.sentences:
        if sentence.table is not None:
            cells = [cell for row in document.tables[sentence.table].rows for cell in row]
            assert any(sentence.start <= cell.start < sentence.end for cell in cells)
    pages = {document.text[each.start : each.end].strip(): each.page for each in document.sentences}
    assert pages["部门决算说明。"] == source.pages.index(starts[2]) + 1


def test_tables_in_lines_stand_beside_those_of_workbooks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, *_ = nine_tables()
    (tmp_path / "1.xlsx").write_bytes(as_xlsx(["青临县水务局2022年度部门决算", first]))
    (tmp_path / "2.txt").write_text(as_text([second], "tabs"), encoding="utf-8")
    cells = records(capsys, "ledger", "--as-one", tmp_path, "-q")
    tables = {source["table"] for cell in cells for source in cell["sources"]}  # type: ignore[attr-defined]
    assert tables == {first.title, second.title}
    (source,) = read(tmp_path)
    assert len(source.tables) == 1 and len(Tagger(roles=False).tag(source).tables) == 2


@pytest.mark.parametrize(
    ("folder", "file"),
    [
        ("青临县水务局2021年度部门决算", "附表"),
        ("青临县水务局/2021", "附表"),
        ("x2019", "青临县水务局2021年决算公开表"),
    ],
)
def test_unit_and_year_come_from_the_names_where_the_sheets_do_not_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str, file: str
) -> None:
    place = tmp_path / folder
    place.mkdir(parents=True)
    for number, table in enumerate(nine_tables()[:3], start=1):
        (place / f"{file}{number}.xls").write_bytes(as_xls([table]))
    cells = records(capsys, "ledger", "--as-one", place, "-q")
    assert {(cell["unit"], cell["fiscal_year"], cell["kind"]) for cell in cells} == {("青临县水务局", 2021, "决算")}


def test_what_the_sheets_say_goes_before_names() -> None:
    text = "云岭县档案馆2022年度部门决算\n"
    found = Identifier(default()).identify(text, "青临县水务局2020年预算", ("2019年青临县水务局.xlsx",))
    assert (found.unit, found.year, found.kind) == ("云岭县档案馆", 2022, "决算")


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = workbooks(tmp_path / "表")
    (folder / "11.xlsx").write_bytes(b"PK\3\4 cut off")
    assert len(records(capsys, "ledger", "--as-one", folder, "--errors", tmp_path / "e", "-q", status=1)) > 100
    (failed,) = [json.loads(line) for line in (tmp_path / "e").read_text("utf-8").splitlines()]
    assert failed["doc"].endswith("11.xlsx")
    for number in range(1, 11):
        (folder / f"{number}.xlsx").unlink()
    assert records(capsys, "ledger", "--as-one", folder, "-q", status=1) == []


def test_a_rerun_knows_a_folder_that_is_done(tmp_path: Path) -> None:
    from cnfin import batch

    folder, out = workbooks(tmp_path / "表"), tmp_path / "out"
    run = Run(out_dir=str(out), quiet=True, jobs=1)
    job = Job(command="ledger", as_one=True)
    batch.run(job, [str(folder)], run)
    (made,) = [path for path in out.rglob("*.jsonl") if path.stat().st_size > 10_000]
    before = made.stat().st_mtime_ns
    batch.run(job, [str(folder)], run)
    assert made.stat().st_mtime_ns == before
    (folder / "10.xlsx").unlink()
    batch.run(job, [str(folder)], run)
    assert made.stat().st_mtime_ns != before


def test_text_prints_what_offsets_count_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = workbooks(tmp_path / "表")
    assert main(["text", "--as-one", str(folder)]) == 0
    text = capsys.readouterr().out
    for fact in records(capsys, "facts", "--as-one", folder, "-q"):
        assert text[fact["start"] : fact["end"]] == fact["text"]  # type: ignore[misc]


def test_a_folder_can_be_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, page = workbooks(tmp_path / "表"), tmp_path / "page.html"
    assert main(["view", "--as-one", str(folder), "-o", str(page), "-q"]) == 0
    assert main(["summary", "--as-one", str(folder), "-q"]) == 0
    assert "云岭县档案馆" in page.read_text("utf-8") and "云岭县档案馆" in capsys.readouterr().out


def test_across_refuses_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--across", "--as-one", str(tmp_path)]) == 2


def test_a_folder_with_more_text_than_the_limit_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("部门决算", encoding="utf-8")
    monkeypatch.setattr("cnfin.reading.together.as_one.__defaults__", (Limits(text_chars=3),))
    (item,) = find([str(tmp_path)], as_one=True)
    assert isinstance(item, Input)
    (error,) = sources(item, How())
    assert isinstance(error, ReadError) and error.kind == "limit" and error.name == item.name


def test_limits_and_notes_of_what_is_joined() -> None:
    cell = Cell(start=0, end=1, text="一")
    table = Table(rows=((cell,),), unit=None, title="")
    first = Source(name="a", text="一", tables=(table,), notes=("no text on page 2",))
    second = Source(name="b", text="一\n", tables=(table,), pages=(0,), recognized=True)
    whole = as_one([first, second], "ab")
    assert whole.text == "一\n一\n" and whole.pages == (0, 2) and whole.recognized
    assert [each.rows[0][0].start for each in whole.tables] == [0, 2]
    assert whole.notes == ("a: no text on page 2",)
    with pytest.raises(ReadError, match="more text"):
        as_one([first, second], "ab", Limits(text_chars=3))
    with pytest.raises(ReadError, match="no document"):
        as_one([], "ab")
