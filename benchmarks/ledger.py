#!/usr/bin/env python3
"""How well a document's own arithmetic bears its ledger out, and what becomes of a value that is altered.

    python benchmarks/ledger.py --megabytes 0.5 --seed 5 --altered 300

Documents are those of the generator. Of each document some printed sums are altered, one at a time: a digit,
or the unit (万元 to 元). An altered value must not stand as ``agreed`` with support. Printed are the share of
sums with support, what became of altered values, and the time that the ledger adds to that of facts.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from synthesize import collection

from cnfin.cells import LedgerCell
from cnfin.document import Document
from cnfin.ledger import ledger
from cnfin.records import cell_structs, encode_lines, fact_structs
from cnfin.tagger import Tagger

_UNIT = "万元"


def sums(document: Document) -> list[LedgerCell]:
    """The document's cells but for counts."""
    return [cell for cell in ledger(document) if cell.measure != "数量"]


def altered(document: Document, dice: random.Random, most: int) -> Iterator[tuple[str, int, Decimal]]:
    """Texts with one printed sum altered, the place where it stands, and the value that was there."""
    stated = [(source, cell.value) for cell in sums(document) for source in cell.sources if cell.value == source.value]
    for source, value in dice.sample(stated, min(most, len(stated))):
        text = document.text
        if source.text.endswith(_UNIT) and dice.random() < 0.2:
            yield text[: source.end - len(_UNIT)] + "元" + text[source.end :], source.start, value
            continue
        places = [place for place in range(source.start, source.end) if text[place] in "0123456789"]
        place = dice.choice(places)
        digit = dice.choice([each for each in "123456789" if each != text[place]])
        yield text[:place] + digit + text[place + 1 :], source.start, value


def fate(document: Document, start: int, value: Decimal) -> str:
    """What became of an altered value: the cell that its place states."""
    found = [cell for cell in sums(document) if any(source.start == start for source in cell.sources)]
    if not found:
        return "no cell"
    for cell in found:
        kept = next(source.value for source in cell.sources if source.start == start) == cell.value != value
        if kept:
            return f"{cell.status}, {'with' if cell.support else 'no'} support"
    return "true value taken"


def _timed(tagger: Tagger, texts: list[str]) -> tuple[float, float]:
    """Seconds that facts and their records take, and those that the ledger and its records add."""
    begin = time.process_time()
    documents = [tagger.tag(text) for text in texts]
    for document in documents:
        encode_lines(fact_structs(document))
    between = time.process_time()
    for document in documents:
        encode_lines(cell_structs(document, ledger(document)))
    return between - begin, time.process_time() - between


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--altered", type=int, default=300, help="values to alter")
    options = parser.parse_args()
    tagger, dice = Tagger(roles=False), random.Random(options.seed)
    texts = [text for _, text, _ in collection(options.seed, int(options.megabytes * 1_000_000))]
    documents = [tagger.tag(text) for text in texts]
    cells = [cell for document in documents for cell in sums(document)]
    borne = sum(cell.support > 0 for cell in cells)
    print(f"{len(documents)} documents, {len(cells)} sums, with support {borne / len(cells):.1%}")
    each = -(-options.altered // len(documents))
    fates = Counter(
        fate(tagger.tag(text), start, value)
        for document in documents
        for text, start, value in altered(document, dice, each)
    )
    print(f"{fates.total()} values altered:", ", ".join(f"{name} {count}" for name, count in fates.most_common()))
    facts, more = min((_timed(tagger, texts) for _ in range(3)), key=sum)
    print(f"facts {facts:.2f} s, the ledger {more:.2f} s more: {more / facts:.0%}")


if __name__ == "__main__":
    main()
