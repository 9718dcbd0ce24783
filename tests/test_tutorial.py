"""The tutorial's commands run as they are printed, in an order that makes sense."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnfin.cli.commands import cli
from cnfin.roles import load_model, training
from cnfin.roles.data import read_examples

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tutorial-new-province.md"


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line]


def annotate(tasks: Path, annotated: Path) -> None:
    """What a person does in Label Studio who agrees with every prediction."""
    done = [{**task, "annotations": task.pop("predictions")} for task in json.loads(tasks.read_text("utf-8"))]
    annotated.write_text(json.dumps(done), encoding="utf-8")


def test_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "corpus" / "samples", tmp_path / "corpus" / "samples")
    monkeypatch.chdir(tmp_path)
    known = training.builtin_examples()
    names = list(dict.fromkeys(example.source for example in known))[::20]
    # A few of the built-in documents: the whole corpus takes a minute or two to train on.
    monkeypatch.setattr(training, "builtin_examples", lambda: [each for each in known if each.source in names])
    done = []
    for name, *arguments in commands():
        assert name == "cnfin"
        if arguments[:2] == ["roles", "import"]:
            annotate(Path("tasks.json"), Path(arguments[2]))
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
        done.append((arguments[:2], result.output))
    assert [" ".join(words) for words, _ in done][:5] == [
        "roles sample", "roles export", "roles import", "roles evaluate", "roles train",
    ]  # fmt: skip
    assert len(read_examples(["labelled.jsonl"], both_classes=False)) == 60
    assert "macro F1" in done[3][1] and "macro F1" in done[4][1]
    assert load_model("province.model").card["data"]["sentences"] > 60
    assert Path("tagged.jsonl").stat().st_size > 0
