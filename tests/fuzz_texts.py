"""Damaged texts: tagging each, and all that is made of it, must end in time without a crash, every offset in place.

``python tests/fuzz_texts.py`` makes 20,000 texts from a seed out of samples, planted errors, generated documents and
hostile pieces; ``--short`` makes 300. Exits with status 1 if anything was raised, an offset or a text of a span is
wrong, the same text was tagged otherwise the second time, or a text took longer than the limit.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
from hostile import TEXTS

from cnfin.audit import audit
from cnfin.completeness import completeness
from cnfin.document import Document
from cnfin.ledger import ledger
from cnfin.records import fact_records, finding_records
from cnfin.tagger import Tagger

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 10.0
LONGEST = 4_000
TOKENS = (
    "\ud800", "\udfff", "\ud83d", "\U0001f600", "\0", "\x07", "\r", "\r\n", "\u2028", "\x85", "\x0c", "\t", "|",
    "\u3000", "\u00a0", "\u2009", "\u200b", "\ufeff", "\u200d", "\ufe0f", "\u0301", "\u202e", "⽀", "ﬁ", "㎡",
    "①", "⒈", "１", "，", "。", "、", "；", "：", "（", "）", "(", ")", "《", "》", "“", "”", "—", "~", "-",
    "…", "....", "%", "％", "‰", "万元", "亿元", "元", "万", "0", "00", "1e9", "-0", "1,234.5", "9" * 40,
    "0." + "0" * 40 + "1", "百分之", "一百万", "零", "其中：", "分别为", "各", "增加", "减少", "比上年", "完成",
    "占", "年初预算", "决算数", "支出", "收入", "合计", "2022年", "0000年", "9999年", "截至", "教育支出（类）",
    "（款）", "（项）", "2050202", "三公经费", "辆", "批次", "单位：万元", "单位：", "目录", "一、", "（一）",
    "1.", "表1", "项目\t预算数\t决算数\n", "办公费\t5\t6\n", "http://", "@", "云岭县", "教育局", "北京",
    "部门决算", "名词解释", "无", "未",
)  # fmt: skip


def originals() -> list[str]:
    """Texts to be damaged."""
    folders = ("samples", "planted", "selfeval")
    paths = [path for name in folders for path in sorted((ROOT / "corpus" / name).glob("*.txt"))]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from synthesize import collection

    texts += [text for _, text, _ in collection(7, 40_000)]
    return [*texts, *(make(400) for make in TEXTS.values())]


def damaged(texts: list[str], draw: random.Random) -> str:
    """A piece of a text, or of two, with one to a few dozen wounds."""
    pieces = []
    for _ in range(draw.choice((1, 1, 1, 2))):
        text = draw.choice(texts)
        start = draw.randrange(len(text))
        pieces.append(text[start : start + draw.choice((60, 400, 1500, LONGEST))])
    sore = list("".join(pieces)[:LONGEST])
    for _ in range(draw.choice((0, 1, 2, 5, 30))):
        place = draw.randrange(len(sore) + 1)
        kind = draw.randrange(6)
        size = draw.choice((1, 1, 2, 8, 60))
        if kind == 0:
            del sore[place : place + size]
        elif kind == 1:
            sore[place:place] = draw.choice(TOKENS) * draw.choice((1, 1, 1, 9))
        elif kind == 2:
            source = draw.randrange(len(sore) + 1)
            sore[place:place] = sore[source : source + size]
        elif kind == 3 and place < len(sore):
            sore[place] = chr(draw.randrange(draw.choice((0x300, 0x9FFF, 0x110000))))
        elif kind == 4:
            sore[place : place + size] = reversed(sore[place : place + size])
        else:
            lines = "".join(sore).split("\n")
            draw.shuffle(lines)
            sore = list("\n".join(lines))
    return "".join(sore)


def wrong(text: str, tagger: Tagger) -> str:
    """What is wrong with what is made of ``text``, or nothing."""
    document = tagger.tag(text)
    findings = audit(document)
    cells = ledger(document, derive=True, explain=True)
    completeness(document)
    outside = (f"finding at {finding.start}" for finding in findings if not _inside(document, finding))
    for faulty in (*_misplaced(document), *outside):
        return faulty
    for record in (*document.records(), *fact_records(document), *finding_records(document, findings), *cells):
        msgspec.json.encode(record)
    again = tagger.tag(text)
    return "" if again == document else "tagged otherwise the second time"


def _inside(document: Document, place: object) -> bool:
    spans = [(place.start, place.end), *getattr(place, "evidence", ())]  # type: ignore[attr-defined]
    return all(0 <= start <= end <= len(document.text) for start, end in spans)


def _misplaced(document: Document) -> Iterator[str]:
    last = 0
    for sentence in document.sentences:
        if not last <= sentence.start < sentence.end <= len(document.text):
            yield f"sentence at {sentence.start}"
        last = sentence.end
        for span in sentence.spans:
            inside = sentence.start <= span.start < span.end <= sentence.end
            if not inside or document.text[span.start : span.end] != span.text:
                yield f"span at {span.start}"
        for fact in sentence.facts:
            if not _inside(document, fact) or fact.start >= fact.end:
                yield f"fact at {fact.start}"


def main() -> int:
    """Run; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="300 texts")
    parser.add_argument("--count", type=int, default=20_000, help="texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", type=int, help="the number of one text to try")
    options = parser.parse_args()
    texts, tagger = originals(), Tagger(tokens=True)
    ends: Counter[str] = Counter()
    longest, size, begin = 0.0, 0, time.process_time()
    numbers = range(300 if options.short else options.count) if options.one is None else [options.one]
    for number in numbers:
        text = damaged(texts, random.Random(f"{options.seed}/{number}"))
        start = time.process_time()
        try:
            found = wrong(text, tagger)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
            if options.one is not None:
                raise
        took = time.process_time() - start
        longest, size = max(longest, took), size + len(text)
        if took > SECONDS:
            found = found or f"took {took:.1f} s"
        if found:
            print(f"{options.seed}/{number}: {found}", flush=True)
        ends["FAILED" if found else "sound"] += 1
        if number % 1000 == 999:
            print(f"{number + 1} texts, {time.process_time() - begin:.0f} s of CPU", flush=True)
    spent = time.process_time() - begin
    told = ", ".join(f"{count} {end}" for end, count in ends.items())
    print(f"{told}; {size / 1e6:.1f} million characters in {spent:.0f} s of CPU, longest text {longest:.2f} s")
    return int(ends["FAILED"] > 0)


if __name__ == "__main__":
    sys.exit(main())
