"""Nothing that was read is written over, devices and links stay what they are, damaged models are one line."""

from __future__ import annotations

import io
import json
import lzma
import os
import stat
import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnfin.cli.commands import main
from cnfin.roles.model import ModelError, load_model

SHIPPED = Path(__file__).parents[1] / "cnfin" / "roles" / "roles.model"
LINE = json.dumps({"text": "原因是苗圃搬迁。", "roles": ["原因说明"], "source": "a"}, ensure_ascii=False) + "\n"
TASKS = json.dumps([{"data": {"text": "原因是苗圃搬迁。"}, "annotations": [{"result": []}]}], ensure_ascii=False)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / name for name in ("a.jsonl", "a.json", "a.txt", "a.model", "regions.tsv", "cells.jsonl")}
    found["a.jsonl"].write_text(LINE, encoding="utf-8")
    found["a.json"].write_text(TASKS, encoding="utf-8")
    found["a.txt"].write_text("某县苗圃2021年度部门决算\n本年支出5.00万元。\n", encoding="utf-8")
    found["a.model"].write_bytes(SHIPPED.read_bytes())
    found["regions.tsv"].write_text("code\tname\tlevel\tparent\n990000\t云岭省\t省\t\n", encoding="utf-8")
    found["cells.jsonl"].write_text("", encoding="utf-8")
    return found


COMMANDS = {
    "train": "roles train {a.jsonl} -o {a.jsonl}",
    "train, folder": "roles train {folder} -o {folder}/new.jsonl",
    "export": "roles export {a.jsonl} --format doccano -o {a.jsonl}",
    "import": "roles import {a.json} --format label-studio -o {a.json}",
    "sample": "roles sample {a.txt} -o {a.txt}",
    "sample, model": "roles sample {a.txt} --model {a.model} -o {a.model}",
    "tag, model": "tag {a.txt} --model {a.model} -o {a.model}",
    "tag, table": "tag {a.txt} --lexicon {folder} --errors {regions.tsv}",
    "tag, new table": "tag {a.txt} --lexicon {folder} --errors {folder}/terms.tsv",
    "panel": "panel {cells.jsonl} -o {cells.jsonl}",
    "panel, report": "panel {cells.jsonl} --report {cells.jsonl}",
    "across": "audit --across {cells.jsonl} -o {cells.jsonl}",
    "db": "db {a.txt} {a.txt}",
    "db, model": "db {a.model} {a.txt} --model {a.model}",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("through", ["name", "link", "hard link"])
def test_what_is_read_is_not_written_over(
    command: str, through: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = files["a.txt"].parent
    for name, path in files.items():
        command = command.replace(f"{{{name}}}", str(path))
    arguments = command.replace("{folder}", str(folder)).split()
    aim = Path(arguments[1] if arguments[0] == "db" else arguments[-1])
    if through != "name":
        if not aim.exists() or (through == "hard link" and aim.suffix == ".tsv"):
            pytest.skip("there is nothing to link to")
        link = folder / "other"
        (link.symlink_to if through == "link" else link.hardlink_to)(aim)
        arguments[1 if arguments[0] == "db" else -1] = str(link)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert main(arguments) == 2
    assert "one of the inputs" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_devices_and_links_stay(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder = files["a.txt"].parent
    link, aim, loop, pipe = (folder / name for name in ("link", "aim.jsonl", "loop", "pipe"))
    link.symlink_to(aim)
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    wrote: list[bytes] = []
    reader = threading.Thread(target=lambda: wrote.append(pipe.read_bytes()), daemon=True)
    reader.start()
    export = ["roles", "export", str(files["a.jsonl"]), "--format", "doccano", "-o"]
    assert main([*export, str(link)]) == 0 and link.is_symlink() and "苗圃" in aim.read_text(encoding="utf-8")
    assert main([*export, str(pipe)]) == 0 and stat.S_ISFIFO(pipe.stat().st_mode)
    reader.join(30)
    assert wrote == [aim.read_bytes()]
    assert main([*export, os.devnull]) == 0 and stat.S_ISCHR(os.stat(os.devnull).st_mode)
    capsys.readouterr()
    assert main([*export, str(loop)]) == 1 and loop.is_symlink()
    assert capsys.readouterr().err.count("\n") == 1


def test_a_model_is_written_to_devices_and_through_links(tmp_path: Path) -> None:
    from cnfin.roles.model import load_classifier, save_model

    link = tmp_path / "link.model"
    link.symlink_to(tmp_path / "aim.model")
    model = load_model()
    save_model(link, load_classifier(), model.card)
    assert link.is_symlink() and np.array_equal(load_model(link).arrays["net"], model.arrays["net"])
    save_model(os.devnull, load_classifier(), model.card)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def changed(target: Path, compression: int = zipfile.ZIP_DEFLATED, **entries: bytes) -> Path:
    """A copy of the shipped model with other content in some entries, named as in the file with __ for / and dots."""
    with zipfile.ZipFile(SHIPPED) as old, zipfile.ZipFile(target, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, entries.get(name.replace(".", "__").replace("/", "__"), old.read(name)))
    return target


def saved(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def numbers(name: str, value: float, place: int = 0) -> bytes:
    array = load_model().arrays[name].copy()
    array.flat[place] = value
    return saved(array)


HUGE = b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999, 3), }"
HUGE += b" " * (128 - len(HUGE) - 1) + b"\n"
CARD = load_model().card


@pytest.mark.parametrize(
    ("entry", "content"),
    [
        *[(f"arrays__{name}__npy", numbers(name, value)) for name in ("second", "net", "thresholds", "labels")
          for value in (float("nan"), float("inf"), -float("inf"), 1e30)],
        ("arrays__text_grams__npy", numbers("text_grams", -32768)),
        ("arrays__text_buckets__npy", numbers("text_buckets", 200_000, 7)),
        ("arrays__title_buckets__npy", saved(load_model().arrays["title_buckets"][::-1])),
        ("arrays__bias__npy", HUGE),
        ("arrays__bias__npy", b""),
        ("card__json", b"[" * 100_000),
        ("card__json", b"\xff"),
        ("card__json", b"[1]"),
        ("card__json", json.dumps(CARD | {"versions": ["1.7"]}).encode()),
        ("card__json", json.dumps(CARD | {"data": {"years": 5}}).encode()),
        ("card__json", json.dumps(CARD | {"scores": {"roles": {"问题": "good"}}}).encode()),
    ],
)  # fmt: skip
def test_a_damaged_model_is_one_line(entry: str, content: bytes, tmp_path: Path) -> None:
    path = changed(tmp_path / "a.model", **{entry: content})
    with pytest.raises(ModelError, match=r"a\.model: ") as found:
        load_model(path)
    assert "\n" not in str(found.value) and len(str(found.value)) < 400


def test_other_damage_to_models(tmp_path: Path, files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    damaged = changed(tmp_path / "lzma.model", zipfile.ZIP_LZMA)
    data = bytearray(damaged.read_bytes())
    data[60:400] = bytes(340)
    damaged.write_bytes(data)
    encrypted, unknown, pipe = (tmp_path / name for name in ("encrypted.model", "unknown.model", "pipe.model"))
    data = bytearray(SHIPPED.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    encrypted.write_bytes(data)
    data[6] ^= 1
    data[central + 8] ^= 1
    data[8], data[central + 10] = 77, 77
    unknown.write_bytes(data)
    os.mkfifo(pipe)
    with pytest.raises(lzma.LZMAError):  # else this would try nothing
        zipfile.ZipFile(damaged).read("card.json")
    for model in (damaged, encrypted, unknown, pipe, Path("/dev/zero")):
        with pytest.raises(SystemExit, match="2"):
            main(["roles", "info", "--model", str(model)])
        err = capsys.readouterr().err
        assert err.startswith(f"{model}: ") and err.count("\n") == 1
