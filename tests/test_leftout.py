"""What a run left out (``--report FILE``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from final_accounts import nine_tables
from make_formats import as_docx, as_xlsx, nine_blocks

from cnfin import Tagger
from cnfin.batch.leftout import WHAT, left_out
from cnfin.cli.commands import main
from cnfin.document import Source
from cnfin.reading.together import as_one

_TITLE = "青临县水务局2022年度部门决算\n"
_PROSE = _TITLE + "2022年办公费支出12.30万元。\n有关材料见附件，金额为45.60万元的那一份。\n"


def report(folder: Path, *arguments: str, command: str = "facts", status: int = 0) -> list[dict[str, object]]:
    told = folder.parent / "left.jsonl"
    assert main([command, str(folder), "--report", str(told), *arguments]) == status
    return [json.loads(line) for line in told.read_text("utf-8").splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    (made / "a.txt").write_text(_PROSE, encoding="utf-8")
    return made


@pytest.mark.parametrize("command", ["tag", "facts", "ledger", "audit"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_sums_without_facts_are_named(folder: Path, command: str, jobs: str) -> None:
    (folder / "b.txt").write_text(_PROSE, encoding="utf-8")
    left = report(folder, "--jobs", jobs, "-q", command=command)
    start = _PROSE.index("45.60万元")
    expected = {"what": "sum", "start": start, "end": start + 7, "page": None, "text": "45.60万元"}
    assert left == [{"doc": name} | expected for name in ("a.txt", "b.txt")]


def test_facts_and_left_out_sums_together_are_all_sums(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.txt").unlink()
    (folder / "b.xlsx").write_bytes(as_xlsx(nine_blocks()))
    left = {each["start"] for each in report(folder, "-q") if each["what"] == "sum"}
    capsys.readouterr()
    assert main(["tag", str(folder), "--no-roles", "-q"]) == 0
    sentences = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    facts = {fact["start"] for sentence in sentences for fact in sentence["facts"]}
    sums = {span["start"] for each in sentences for span in each["spans"] if span["label"] == "金额"}
    assert len(sums) > 100 and left == sums - facts


def test_tables_without_facts_are_named(folder: Path) -> None:
    names = "人员名单\n序号\t姓名\t岗位\n一\t甲某\t会计\n二\t乙某\t出纳\n三\t丙某\t司机\n"
    (folder / "a.txt").write_text(_TITLE + names, encoding="utf-8")
    document = Tagger(roles=False).tag(_TITLE + names)
    left = [each for each in report(folder, "-q") if each["what"] == "table"]
    assert len(left) == len(document.tables) == 1
    cells = [cell for row in document.tables[0].rows for cell in row]
    assert (left[0]["start"], left[0]["end"]) == (cells[0].start, cells[-1].end)
    (folder / "a.txt").unlink()
    (folder / "b.docx").write_bytes(as_docx([_TITLE.strip(), nine_tables()[0]]))
    assert not [each for each in report(folder, "-q") if each["what"] == "table"]


def test_files_and_identity_are_named_and_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.txt").write_text("本页介绍馆内的展厅。\n", encoding="utf-8")
    (folder / "c.js").write_text("let a = 1;", encoding="utf-8")
    (folder / "d.docx").write_bytes(b"PK\3\4 cut off")
    left = report(folder, status=1)
    assert [(each["doc"], each["what"]) for each in left] == [
        ("a.txt", "sum"), ("b.txt", "identity"), ("c.js", "passed"), ("d.docx", "failed"),
    ]  # fmt: skip
    assert left[1]["text"] == "no unit, no year, no kind" and "without Chinese" in str(left[2]["text"])
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == (
        "left out: 1 file passed over, 1 file failed, 1 sum without facts, 1 document without identity; "
        f"{folder.parent / 'left.jsonl'} names them"
    )


def test_a_run_that_left_nothing_out_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.txt").write_text(_TITLE + "2022年办公费支出12.30万元。\n", encoding="utf-8")
    assert report(folder) == []
    assert capsys.readouterr().err.endswith("left out: nothing\n")


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    import pypdfium2
    from print_pdf import as_pdf

    printed = tmp_path / "a.pdf"
    printed.write_bytes(as_pdf(nine_blocks()[:3]))
    before = len(pypdfium2.PdfDocument(printed))
    book = pypdfium2.PdfDocument(printed)
    _add_picture(book)
    book.save(tmp_path / "b.pdf")
    left = report(tmp_path / "b.pdf", "--ocr", "never", "-q")
    assert [each["page"] for each in left if each["what"] == "page"] == [before + 1]


def _add_picture(book: object) -> None:
    """A last page that is a picture."""
    import pypdfium2

    page = book.new_page(595, 842)  # type: ignore[attr-defined]
    image = pypdfium2.PdfImage.new(book)
    image.set_bitmap(pypdfium2.PdfBitmap.new_native(40, 40, 4))
    image.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
    page.insert_obj(image)
    page.gen_content()


def test_pages_of_joined_files_run_on() -> None:
    first = Source(name="a", text="一\n二\n", pages=(0, 2), unread=(3, 4))
    second = Source(name="b", text="三\n四\n", pages=(0, 0, 2), unread=(1,))
    whole = as_one([first, second], "ab")
    assert whole.pages == (0, 2, 4, 4, 4, 4, 6) and whole.unread == (3, 4, 5)
    document = Tagger(roles=False).tag(whole)
    assert [sentence.page for sentence in document.sentences] == [1, 2, 6, 7]
    assert [each.page for each in left_out(whole, document) if each.what == "page"] == [3, 4, 5]
    assert {each.what for each in left_out(whole, document)} <= set(WHAT)


@pytest.mark.parametrize(
    "arguments",
    [("tag", "--no-facts"), ("tag", "--out-dir", "out"), ("audit", "--across"), ("facts", "-o", "left.jsonl")],
)
def test_what_does_not_go_with_a_report(folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.chdir(folder.parent)
    assert main([*arguments, "documents", "--report", "left.jsonl"]) == 2
    assert not Path("left.jsonl").exists()
