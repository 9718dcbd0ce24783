"""Mishaps on the command line: wrong tables, wrong folders, links in a circle, options that do nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnfin.batch.inputs import Input, find
from cnfin.cli.commands import cli, main
from cnfin.errors import ReadError

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONAL = "code\tname\tlevel\tvalid_from\tvalid_to\taliases\tevidence\n"


def cnfin(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, [str(each) for each in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.write_text("2021年灯会支出1万元。", encoding="utf-8")
    return path


def test_every_problem_of_an_own_lexicon_is_told_as_the_check_tells_it(tmp_path: Path, document: Path) -> None:
    rows = "99x\t灯会事务\t类\t\t\t\t\n201\t灯会支出\t类\t\t\t\t\n20198\t灯会管理\t款\t2030\t2005\t\t\n20198\t灯会\n"
    (tmp_path / "functional.tsv").write_text(FUNCTIONAL + rows, encoding="utf-8")
    checked = cnfin("lexicon", "check", tmp_path)
    for command in ("tag", "facts", "audit"):
        assert cnfin(command, "--lexicon", tmp_path, document) == (2, "", checked[2])
    for told in ("2: bad code '99x'", "3: code 201 has two names", "4: bad years", "5: 2 cells under 7 columns"):
        assert f"functional.tsv:{told}" in checked[2]
    assert cnfin("tag", "--lexicon", document.parent, document) == (
        2,
        "",
        f"{document.parent}: holds no lexicon table (*.tsv)\n",
    )


def test_an_output_folder_belongs_to_one_command(tmp_path: Path, document: Path) -> None:
    out = tmp_path / "out"
    assert cnfin("tag", document.parent, "--out-dir", out)[0] == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert main(["facts", str(document.parent), "--out-dir", str(out)]) == 2
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "command",
    [("tag",), ("facts", "--format", "csv"), ("facts", "--format", "parquet"), ("audit", "--summary"), ("text",)],
)
def test_where_every_input_failed_the_output_is_as_it_was(command: tuple[str, ...], document: Path) -> None:
    there, new, missing = document.with_name("there"), document.with_name("new"), document.with_name("no.txt")
    there.write_text("before")
    for output in (there, new):
        assert cnfin(*command, missing, "-o", output)[0] == 1
    assert there.read_text() == "before"
    assert sorted(path.name for path in document.parent.iterdir()) == ["a.txt", "there"]
    assert cnfin(*command, missing, document, "-o", there)[0] == 1
    assert there.read_bytes() != b"before"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_an_output_keeps_its_permissions(mode: int, tmp_path: Path, document: Path) -> None:
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text('{"text": "灯会延期。", "roles": ["问题"]}\n', encoding="utf-8")
    export = ("roles", "export", labelled, "--format", "doccano")
    for number, command in enumerate([("tag", document), ("text", document), export]):
        path, link = tmp_path / f"out{number}", tmp_path / f"link{number}"
        path.write_text("before")
        path.chmod(mode)
        link.symlink_to(path)
        for place in (path, link):
            assert cnfin(*command, "-o", place)[0] == 0
            assert stat.S_IMODE(path.stat().st_mode) == mode
        assert link.is_symlink()
        assert path.read_text(encoding="utf-8") != "before"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--shard-size", "8"), "--shard-size needs --shards"),
        (("--shard-size", "64", "--out-dir", "out"), "--shard-size needs --shards"),
        (("--no-roles", "--model", __file__), "nothing for --model to do"),
    ],
)
def test_options_that_would_do_nothing_are_refused(options: tuple[str, ...], told: str, document: Path) -> None:
    status, out, err = cnfin("tag", *options, document)
    assert (status, out) == (2, "")
    assert told in err


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    top, other = tmp_path / "top", tmp_path / "other"
    for name in ("top/own/1.txt", "top/.store/2.txt", "other/3.txt", "other/deep/4.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    links = {
        top / "a": top / "own",  # read at its own place
        top / "b": top / ".store",  # hidden there
        top / "c": other / "deep",
        top / "d": other,
        top / "e": other,  # read already
        top / "own" / "up": top,
        other / "back": top,
        top / "f": top / "f",
    }
    for link, place in links.items():
        link.symlink_to(place)
    found = list(find([str(top)]))
    assert [item.name for item in found if isinstance(item, Input)] == ["b/2.txt", "c/4.txt", "d/3.txt", "own/1.txt"]
    assert [(item.name, item.kind) for item in found if isinstance(item, ReadError)] == [("f", "passed")]
    (top / "up").symlink_to(tmp_path)
    assert sum(isinstance(item, Input) for item in find([str(top)])) == 4
    assert [item.name for item in find([str(top / "d")])][:2] == ["3.txt", "back/b/2.txt"]
