#!/usr/bin/env python3
"""How often findings of each kind are right: ``python benchmarks/audit_confidence.py > lexicons/confidence.tsv``.

Right ones come from invented documents with planted errors. Wrong ones come from the same number of documents without
errors, as they are and roughly handled: all in one line, every second heading lost, lines in pairs. What is printed for
each check and severity is (right + 1) / (right + wrong + 2): a kind of which nothing was seen gets a half.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable
from typing import get_args

from synthesis import document, planted

from cnfin.audit import CHECKS, audit
from cnfin.document import Finding, Severity
from cnfin.tagger import Tagger

SEED, DOCUMENTS, ERRORS = 877, 160, 2
_MARK = "第.部分|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]"
_HEADING = re.compile(rf"^(?:{_MARK})[^。]{{0,40}}$", re.MULTILINE)


def one_line(text: str) -> str:
    """All in one line, as some pages are scraped."""
    first, _, rest = text.partition("\n")
    return f"{first}\n{rest.replace(chr(10), ' ')}"


def without_headings(text: str) -> str:
    """Every second heading lost."""
    places = [match.span() for match in _HEADING.finditer(text)][1::2]
    for start, end in reversed(places):
        text = text[:start] + text[end:]
    return text


def in_pairs(text: str) -> str:
    """Each two lines run together, the title apart."""
    first, *lines = text.split("\n")
    return "\n".join([first, *("".join(lines[at : at + 2]) for at in range(0, len(lines), 2))])


ROUGH: tuple[Callable[[str], str], ...] = (str, one_line, without_headings, in_pairs)
Kind = tuple[str, str]


def measure(seed: int, documents: int) -> tuple[Counter[Kind], Counter[Kind]]:
    """The right and the wrong findings by check and severity."""
    tagger = Tagger(roles=False)
    right: Counter[Kind] = Counter()
    wrong: Counter[Kind] = Counter()
    tally: Counter[str] = Counter()
    for number in range(documents):
        name, text, gold = planted(seed, number, ERRORS, tally)
        places = [(line["start"], line["end"]) for line in gold if line["t"] == "finding"]
        for finding in audit(tagger.tag(text, name)):
            (right if _touches(finding, places) else wrong)[finding.check, finding.severity] += 1
        rough = ROUGH[number % len(ROUGH)]
        for finding in audit(tagger.tag(rough(document(seed + 1, number)[1]), name)):
            wrong[finding.check, finding.severity] += 1
    return right, wrong


def _touches(finding: Finding, places: list[tuple[int, int]]) -> bool:
    mine = [(finding.start, finding.end), *finding.evidence]
    return any(start < b and a < end for start, end in mine for a, b in places)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    options = parser.parse_args()
    right, wrong = measure(options.seed, options.documents)
    print("check\tseverity\tconfidence\tright\twrong")
    for check in CHECKS:
        for severity in get_args(Severity):
            kind = (check, severity)
            share = (right[kind] + 1) / (right[kind] + wrong[kind] + 2)
            print(f"{check}\t{severity}\t{share:.2f}\t{right[kind]}\t{wrong[kind]}")


if __name__ == "__main__":
    main()
