"""The Spark example of ``docs/spark.md``, where Spark and Java are at hand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
def test_the_example_makes_a_table_of_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "spark.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    names = {"FOLDER": str(ROOT / "corpus" / "samples"), "TABLE": str(tmp_path / "table"), "__name__": "example"}
    exec(compile(found[1], "spark.md", "exec"), names)
    names["spark"].stop()  # type: ignore[attr-defined]
    table = parquet.read_table(tmp_path / "table")
    assert table.num_rows > 100
    assert {"占比", "决算数"} <= set(table["measure"].to_pylist())
