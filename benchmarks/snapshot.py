"""All spans and facts of known texts as JSON Lines, to compare byte for byte while the code is rebuilt.

    python benchmarks/snapshot.py > before.jsonl          # samples, test rows, 200 generated disclosures
    python benchmarks/snapshot.py FOLDER … > before.jsonl # and the .txt files of more folders
    python benchmarks/snapshot.py > after.jsonl; cmp before.jsonl after.jsonl

One line a sentence with something in it: the document's name, the sentence's offset, its spans and its facts.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from synthesis import document

from cnfin.tagger import Tagger

ROOT = Path(__file__).parents[1]
ROWS = ("facts.tsv", "facts_more.tsv", "dimensions.tsv")
_NEW_LINES = str.maketrans({"⏎": "\n", "⇥": "\t"})


def texts(folders: list[Path], generated: int) -> Iterator[tuple[str, str]]:
    """Names and texts of all documents."""
    for folder in [ROOT / "corpus" / "samples", *folders]:
        for path in sorted(folder.glob("*.txt")):
            yield path.name, path.read_bytes().decode("utf-8")
    for name in ROWS:
        with (ROOT / "tests" / "data" / name).open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                kind = {"决": "决算", "预": "预算"}[row["document"][0]]
                title = f"安平县民政局{row['document'][1:]}年度部门{kind}\n"
                yield f"{name}:{number}", title + row["text"].translate(_NEW_LINES)
    for number in range(generated):
        yield f"generated {number}", document(1, number)[1]


def main() -> None:
    """Print the snapshot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--generated", type=int, default=200)
    options = parser.parse_args()
    tagger = Tagger(roles=False)
    encoder = msgspec.json.Encoder()
    for name, text in texts(options.folders, options.generated):
        for sentence in tagger.tag(text).sentences:
            if sentence.spans:
                line = {"doc": name, "start": sentence.start, "spans": sentence.spans, "facts": sentence.facts}
                sys.stdout.buffer.write(encoder.encode(line) + b"\n")


if __name__ == "__main__":
    main()
