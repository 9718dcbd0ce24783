"""The panel over many cells: rows a second, and the most memory it takes.

    python benchmarks/panel.py                     # ten million cells in Parquet shards
    python benchmarks/panel.py --cells 200000 --keep cells/

The cells are invented: units of five years with a budget and final accounts each; every final accounts states last
year's figures too, some of them otherwise. The shards are written first and not counted.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from cnfin.panel import Store, across, panel

YEARS, LINES = 5, 333
_CELLS = """
COPY (
    WITH lines AS (SELECT i AS n, (2010000 + i * 101)::VARCHAR AS code FROM range({lines}) t(i)),
    said AS (
        SELECT u.i AS u, y.i AS y, kind, past, lines.n, lines.code
        FROM range({first}, {last}) u(i), range({years}) y(i), lines,
            (VALUES ('决算', 0, '决算数'), ('决算', 1, '决算数'), ('预算', 0, '预算数')) k(kind, past, measure)
    )
    SELECT
        'u' || u || '-' || (2019 + y) || '-' || kind || '.pdf' AS doc, '第' || u || '局' AS unit, '部门' AS entity,
        '云南省' AS province, NULL::VARCHAR AS city, NULL::VARCHAR AS county, '530000' AS region,
        (2019 + y)::INT AS fiscal_year, kind, (2019 + y - past)::INT AS year, '支出' AS flow, '项' || n AS line, code,
        '项' AS level, '功能分类' AS scheme, '一般公共预算' AS funds, NULL::VARCHAR AS division,
        NULL::VARCHAR AS owner, CASE kind WHEN '决算' THEN '决算数' ELSE '预算数' END AS measure,
        (((hash(u, y - past, n) % 10000000) + CASE WHEN past = 1 AND hash(u, y, n, 7) % 100 = 0 THEN 500 ELSE 0 END)
            / 100)::DECIMAL(38, 10) AS value,
        '万元' AS value_unit, 'single' AS status, 1 AS stated, 1 AS support
    FROM said
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def main() -> None:
    """Write the shards, join them, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=10_000_000)
    parser.add_argument("--keep", metavar="DIR", help="write the shards there and leave them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shards = write(Path(options.keep or folder), options.cells)
        begun = time.perf_counter()
        with Store(shards) as store:
            (cells,) = store.query("SELECT count(*) FROM cells").fetchone()
            rows = sum(1 for _ in panel(store))
            joined = time.perf_counter() - begun
            begun = time.perf_counter()
            found = sum(1 for _ in across(store))
            compared = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{cells:,} cells in {len(shards)} shards -> {rows:,} rows of the panel in {joined:.1f} s "
        f"({cells / joined:,.0f} cells/s); across: {found:,} findings in {compared:.1f} s; {peak:,} MB at most"
    )


def write(folder: Path, cells: int) -> list[str]:
    """Write Parquet shards of about so many cells in all."""
    folder.mkdir(parents=True, exist_ok=True)
    units = max(1, round(cells / (YEARS * LINES * 3)))
    step = max(1, units // 10)
    names = []
    for first in range(0, units, step):
        path = folder / f"cells-{first:06}.parquet"
        last = min(first + step, units)
        duckdb.execute(_CELLS.format(lines=LINES, first=first, last=last, years=YEARS, path=path))
        names.append(str(path))
    return names


if __name__ == "__main__":
    main()
