"""Character recognition on scanned-like prints: figures and cells right, and pages a second.

    python tests/make_scans.py FOLDER --dpi 200
    python benchmarks/ocr.py FOLDER [NAME…]

Each scan is compared with the print that it was made of, read as text.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from pathlib import Path

from cnfin.document import Source
from cnfin.ledger import ledger
from cnfin.reading import Limits, read
from cnfin.tagger import Tagger

_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
_SUM = re.compile(r"-?[\d,]+\.\d+")


def figures(source: Source) -> Counter[str]:
    """The figures of a text, and how often each stands there."""
    return Counter(_FIGURE.findall(source.text))


def sums(source: Source) -> Counter[tuple[int, int, int, str]]:
    """The sums in the cells of tables, by table, row and column."""
    return Counter(
        (number, down, across, cell.text)
        for number, table in enumerate(source.tables)
        for down, row in enumerate(table.rows)
        for across, cell in enumerate(row)
        if _SUM.fullmatch(cell.text)
    )


def f1(wanted: Counter[object], got: Counter[object]) -> float:
    """The F1 of what was got."""
    common = (wanted & got).total()
    return 2 * common / max(wanted.total() + got.total(), 1)


def main() -> None:
    """Print a line a document and one for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="documents to read; all of them when none is named")
    options = parser.parse_args()
    tagger = Tagger(roles=False)
    limits = Limits(ocr_seconds=36_000)
    totals: dict[str, tuple[Counter[object], Counter[object]]] = {}
    pages, seconds = 0, 0.0
    for path in sorted(options.folder.glob("*.print.pdf")):
        name = path.name.removesuffix(".print.pdf")
        if options.names and name not in options.names:
            continue
        printed = read(path)
        begin = time.perf_counter()
        scan = read(options.folder / f"{name}.pdf", limits=limits)
        seconds += time.perf_counter() - begin
        pages += len(printed.pages)
        cells = [
            Counter((c.flow, c.line, c.level, c.funds, c.year, c.measure, c.value) for c in ledger(tagger.tag(source)))
            for source in (printed, scan)
        ]
        counts = {"figures": (figures(printed), figures(scan)), "sums": (sums(printed), sums(scan)), "ledger": cells}
        said = []
        for what, (wanted, got) in counts.items():
            before = totals.setdefault(what, (Counter(), Counter()))
            before[0].update({(name, key): count for key, count in wanted.items()})
            before[1].update({(name, key): count for key, count in got.items()})
            said.append(f"{what} {f1(wanted, got):.4f} of {wanted.total()}")
        print(name, "  ".join(said), flush=True)
    for what, (wanted, got) in totals.items():
        right = (wanted & got).total() / max(wanted.total(), 1)
        print(f"{what}: {right:.4f} of {wanted.total()} right, F1 {f1(wanted, got):.4f}")
    print(f"{pages} pages, {seconds / max(pages, 1):.2f} s a page")


if __name__ == "__main__":
    main()
