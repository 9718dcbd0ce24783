"""Every command that stands in a document or in a help page is one that can be run as it is printed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from command import cnfin

ROOT = Path(__file__).parents[1]
TEXT = """青临县水务局2021年度部门决算
2021年支出合计80.00万元，其中：基本支出60.00万元，占75%；项目支出20.00万元，占25%。
2021年“三公”经费支出1.20万元，比上年减少0.30万元，主要原因是厉行节约，压减接待批次。
问题：一是预算执行偏慢。
"""
GOLD = '{"t": "doc", "unit": "青临县水务局", "year": 2021, "kind": "决算"}\n'
#: Files that pages speak of as the reader's own.
TEXTS = ("2020.pdf", "2021.txt", "disclosures/a.txt", "disclosures/b.txt", "province/a.txt", "公开材料/a.txt",
         "my-documents/a.txt", "青临县水务局2021年度部门决算/a.txt")  # fmt: skip
FILES = {**dict.fromkeys(TEXTS, TEXT), "my-gold/a.gold.jsonl": GOLD}
#: Run by test_tutorial.py and test_tutorial_panel.py; a cluster cannot be had here.
ELSEWHERE = ("docs/cli.md", "docs/cluster.md", "docs/tutorial-new-province.md", "docs/zh/tutorial.md",
             "docs/tutorial-panel.md", "docs/panel.md", "docs/database.md")  # fmt: skip
CHINESE = "README.zh-CN.md"
PAGES = [
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/zh/*.md"), *ROOT.glob("*/README.md"))
    if page.relative_to(ROOT).as_posix() not in ELSEWHERE
]
_BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^|&& )(?:\$ )?(?:\.venv/bin/)?(cnfin .*)")


def commands(page: Path) -> list[str]:
    lines = (line for block in _BLOCK.findall(page.read_text(encoding="utf-8")) for line in block.splitlines())
    found = [match[1].partition(" && ")[0] for line in lines if (match := _COMMAND.search(line))]
    # What both READMEs say is run once.
    return [line for line in found if line not in commands(ROOT / "README.md")] if page.name == CHINESE else found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a reader has before the first command: a checkout's corpus, and documents of one's own."""
    place = tmp_path
    (place / "corpus").symlink_to(ROOT / "corpus")
    for name, text in FILES.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_commands_of_pages_run(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for line in commands(page):
        words = shlex.split(line.partition(" | ")[0])[1:]
        target = words[words.index(">") + 1] if ">" in words else None
        done = cnfin(*words[: words.index(">")] if target else words)
        assert done.returncode == 0, (line, done.stderr.decode())
        if target:
            Path(target).write_bytes(done.stdout)
        for number, word in enumerate(words):
            if word in ("-o", "--out-dir"):
                assert Path(words[number + 1]).exists(), line


def examples() -> Iterator[tuple[str, list[str]]]:
    """The examples of every command's help, each pipe's parts apart."""
    from cnfin.cli.commands import cli

    def below(command: click.Command, path: tuple[str, ...]) -> Iterator[click.Command]:
        yield command
        if isinstance(command, click.Group):
            context = click.Context(command, info_name=path[-1])
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from below(inner, (*path, name))

    for command in below(cli, ("cnfin",)):
        for line in (command.help or "").splitlines():
            for part in re.split(r" \| | > ", line.partition("Example: ")[2] or line.strip()):
                if part.startswith("cnfin ") and "Example" in (command.help or ""):
                    yield part, shlex.split(part)[1:]


@pytest.mark.parametrize(("line", "words"), list(dict(examples()).items()))
def test_examples_of_help_pages_name_what_there_is(line: str, words: list[str]) -> None:
    """With ``--help`` behind it a command is read to its end and not done."""
    done = cnfin(*words, "--help")
    assert (done.returncode, done.stderr) == (0, b""), line


def test_a_misspelt_example_would_be_seen() -> None:
    assert cnfin("tag", "a.txt", "--tokenz", "--help").returncode == 2
