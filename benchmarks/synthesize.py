#!/usr/bin/env python3
"""Write invented disclosures with gold beside them: NAME.txt and NAME.jsonl, any number of megabytes, from a seed.

    python benchmarks/synthesize.py OUT_DIR --megabytes 5 --seed 1
    python benchmarks/synthesize.py OUT_DIR --megabytes 5 --seed 1 --errors 80

The same options give the same bytes everywhere. ``--errors`` plants that many contradictions, spread over the
documents and over all checks; each is a ``finding`` line of the gold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from synthesis import document, documents, planted
from synthesis.writer import Gold

__all__ = ["collection", "documents"]


def collection(seed: int, size: int, errors: int = 0) -> Iterator[tuple[str, str, list[Gold]]]:
    """Documents that together hold at least ``size`` bytes of UTF-8 text, with ``errors`` planted errors.

    Raises:
        ValueError: if the documents have too few places for so many errors.
    """
    lengths = _until(seed, size)
    tally: Counter[str] = Counter()
    left = errors
    for number in range(lengths):
        share = -(-left // (lengths - number))
        if not share:
            yield document(seed, number)
            continue
        made = planted(seed, number, share, tally)
        left -= sum(line["t"] == "finding" for line in made[2])
        yield made
    if left:
        raise ValueError(f"no place for {left} of {errors} errors")


def _until(seed: int, size: int) -> int:
    """How many documents it takes to reach ``size`` bytes."""
    total = 0
    for number in count():
        if total >= size:
            return number
        total += len(document(seed, number)[1].encode())
    raise AssertionError


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text, gold in collection(options.seed, int(options.megabytes * 1_000_000), options.errors):
        (options.folder / f"{name}.txt").write_bytes(text.encode())
        lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in gold)
        (options.folder / f"{name}.jsonl").write_bytes(lines.encode())


if __name__ == "__main__":
    main()
