"""A generated province through the panel: how much of it is right, and which contradictions are found.

    python benchmarks/panel_series.py                        # 200 units, five years, a budget and final accounts each
    python benchmarks/panel_series.py --units 20 --errors 60 --list

Panel: rows of functional lines and of 三公经费 against what the documents' gold states. Across: planted errors found
(recall), and findings that are planted errors (precision); a clean province must have none.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from synthesis.series import Made, Planted, series, truth

from cnfin.batch import Job, Run, run
from cnfin.panel import Store, across, panel

YEARS = (2019, 2020, 2021, 2022, 2023)


def main() -> None:
    """Print the figures of a clean province and of one with planted errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--errors", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="name what is wrong")
    options = parser.parse_args()
    for errors in (0, options.errors):
        made, planted = series(options.seed, options.units, YEARS, errors)
        with tempfile.TemporaryDirectory() as folder, Store([_ledger(made, folder)]) as store:
            if not errors:
                _score_panel(made, store, options.list)
            _score_across(planted, store, options.list)


def _ledger(made: Sequence[Made], folder: str) -> str:
    texts = Path(folder, "texts")
    texts.mkdir()
    for one in made:
        (texts / f"{one.name}.txt").write_text(one.text, encoding="utf-8")
    cells = str(Path(folder, "cells.jsonl"))
    run(Job(command="ledger"), [str(texts)], Run(output=cells, quiet=True))
    return cells


def _body(unit: str) -> str:
    """A unit's name as records have it: what says that it is the body itself is in ``entity``."""
    return unit.removesuffix("本级")


def _score_panel(made: Sequence[Made], store: Store, listed: bool) -> None:
    wanted = {(_body(key[0]), *key[1:]): values for key, values in truth(made).items()}
    found: dict[tuple[str, str, int, str, str], set[float]] = defaultdict(set)
    for row in panel(store):
        if row.scheme in ("功能分类", "三公经费") and row.owner is None and row.measure in ("决算数", "预算数"):
            key = (row.unit, row.entity or "", row.year, row.code or row.line, row.measure)
            found[key].add(float(row.value))
    right = sum(1 for key, values in found.items() if len(values) == 1 and values <= wanted.get(key, set()))
    rows = sum(map(len, found.values()))
    precision, recall = right / rows, right / len(wanted)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"panel: {len(made)} documents, {rows} rows of {len(wanted)}: P {precision:.4f} R {recall:.4f} F1 {f1:.4f}")
    if listed:
        for key in [key for key in wanted if not found.get(key, set()) & wanted[key]][:20]:
            print("  missed", key, wanted[key], found.get(key))
        for key in [key for key in found if not found[key] <= wanted.get(key, set())][:20]:
            print("  false", key, found[key], wanted.get(key))


def _score_across(planted: Sequence[Planted], store: Store, listed: bool) -> None:
    found = {(one.check, one.doc.removesuffix(".txt"), one.code or one.subject, one.year) for one in across(store)}
    wanted = {(one.check, one.doc, one.code, one.year) for one in planted}
    hits = {one for one in found if one in wanted or _follows(one, wanted)}
    recall = len(found & wanted) / len(wanted) if wanted else 1.0
    precision = len(hits) / len(found) if found else 1.0
    print(f"across: {len(wanted)} planted, {len(found)} found: P {precision:.4f} R {recall:.4f}")
    if listed:
        for one in sorted(wanted - found)[:20]:
            print("  missed", one)
        for one in sorted(found - hits)[:20]:
            print("  false", one)


def _follows(finding: tuple[str, str, str, int], wanted: set[tuple[str, str, str, int]]) -> bool:
    """Whether a finding is of the same document, year and check, at a line above the altered one."""
    check, doc, code, year = finding
    return any(
        (check, doc, year) == (one[0], one[1], one[3]) and one[2].startswith(code) and one[2] != code for one in wanted
    )


if __name__ == "__main__":
    main()
