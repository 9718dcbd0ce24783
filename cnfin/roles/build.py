"""Builds the shipped model from the corpus: ``python -m cnfin.roles.build corpus/roles``.

The same corpus, lexicon and library versions give the same arrays, so the same predictions.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cnfin.roles.data import read_examples
from cnfin.roles.evaluation import table
from cnfin.roles.training import train_model

SHIPPED = Path(__file__).with_name("roles.model")


def main(folder: str) -> None:
    """Train on the labelled sentences in ``folder`` and write the shipped model."""
    report = train_model(SHIPPED, read_examples([folder]), carry=True, progress=print)
    print(table(report))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m cnfin.roles.build FOLDER")
    main(sys.argv[1])
