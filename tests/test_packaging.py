"""What a user installs: every package and data file, and nothing on the import path but ``cnfin``."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")


def test_every_package_is_listed() -> None:
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "cnfin").rglob("__init__.py")}
    assert set(SETUP["options"]["packages"].split()) == found | {"cnfin._lexicons"}


def test_importing_prints_nothing_and_loads_nothing_heavy() -> None:
    probe = "import sys, cnfin; print(sorted(set(sys.modules) & {'jieba', 'numpy', 'sklearn', 'msgspec', 'cn2an'}))"
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (result.stdout, result.stderr) == ("[]\n", "")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    pytest.importorskip("build")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("cnfin", "lexicons", "setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        (source / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if "dependencies" in result.stdout and result.returncode:
        pytest.skip("a new enough setuptools is not in this environment")
    assert result.returncode == 0, result.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_the_package_its_tables_and_its_model(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"cnfin"}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cnfin").rglob("*.py")}
    assert modules <= names
    assert {f"cnfin/_lexicons/{path.name}" for path in (ROOT / "lexicons").glob("*.tsv")} <= names
    assert {"cnfin/py.typed", "cnfin/roles/roles.model", "cnfin/locale/zh/LC_MESSAGES/cnfin.mo"} <= names
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cnfin" / "view" / "templates").iterdir()}
    assert templates <= names and len(templates) > 5
    assert any(name.endswith("LICENSE") for name in names)
    (entry,) = [name for name in names if name.endswith("entry_points.txt")]
    assert "cnfin = cnfin.__main__:main" in wheel.read(entry).decode()
