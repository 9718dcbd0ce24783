"""The time that hostile text takes grows with its length, not with its square: ratios in one run, no times.

Every stage is timed at n and at 4 n characters. ``python tests/test_growth.py [n]`` prints the ratios.
"""

from __future__ import annotations

import contextlib
import gc
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hostile import PAGES, TEXTS, Maker

from cnfin import layout as layouts
from cnfin.audit import audit
from cnfin.completeness import completeness
from cnfin.document import Document, Source
from cnfin.errors import ReadError
from cnfin.facts.neutral import WordsOnly
from cnfin.joining import join
from cnfin.ledger import ledger
from cnfin.reading.file import File
from cnfin.reading.formats import parse
from cnfin.reading.sniff import format_of
from cnfin.reading.text import decode
from cnfin.records import fact_records, sentence_records
from cnfin.tagger import Tagger, _completed

#: CPU seconds: sizes are doubled until all stages together take so long; less than NOTHING in a stage tells nothing.
ENOUGH, NOTHING = 0.05, 0.008
LARGEST = 40_000
MOST = 5.0
Times = dict[str, float]


class Clock:
    """CPU seconds of each stage."""

    def __init__(self) -> None:
        self.times: Times = {}

    def __call__(self, stage: str, work: Callable[..., Any], *given: Any) -> Any:
        start = time.process_time()
        try:
            return work(*given)
        finally:
            self.times[stage] = time.process_time() - start


def read(data: bytes) -> None:
    with contextlib.suppress(ReadError):
        decode(data)


def of_text(tagger: Tagger, text: str) -> Times:
    """What each stage takes for a text: reading it in each encoding, tagging, and what is made of the document."""
    clock = Clock()
    for encoding in ("utf-8", "gb18030", "utf-16", "utf-16-le"):
        clock(f"read {encoding}", read, text.encode(encoding, "replace"))
    clock("read damaged", read, text.encode("utf-8", "replace")[:-1] + b"\xe4")
    clock("what it is", format_of, text.encode("utf-8", "replace"), "a.txt")
    text = text.encode("utf-8", "replace").decode()
    joined = clock("join", join, text)
    source = joined.read(Source(name="-", text=text)) if joined else Source(name="-", text=text)
    text, lexicon = source.text, tagger.lexicon
    layout = clock("layout", layouts.parse, text, lexicon)
    tables = clock("tables", tagger._tables, source, layout)
    identity = clock("identity", tagger._identity, source)
    spans = clock("spans", tagger._finder.find, text, layout, tables, identity.year)
    sentences = clock("sentences", tagger._sentences, source, layout, spans, ())
    facts = clock("facts", tagger._facts_of, text, identity, layout, sentences, tables)
    roles = clock("roles", tagger._roles_of, text, layout, sentences)
    document = Document(
        name="-", text=text, identity=identity, sections=layout.sections,
        sentences=_completed(sentences, facts, roles), tables=tuple(tables),
    )  # fmt: skip
    clock("audit", audit, document)
    clock("ledger", lambda: ledger(document, derive=True, explain=True))
    clock("completeness", completeness, document)
    clock("records", lambda: (list(fact_records(document)), list(sentence_records(document))))
    return clock.times


def of_page(_: Tagger, text: str) -> Times:
    """What reading a web page takes."""
    clock = Clock()
    data = text.encode("utf-8", "replace")
    clock("what it is", format_of, data, "a.html")
    with contextlib.suppress(ReadError):
        clock("parse", parse, File("a.html", data, "html"))
    return clock.times


Stages = Callable[[Tagger, str], Times]


def steady(times: Times, again: Times) -> Times:
    return {stage: min(taken, again.get(stage, taken)) for stage, taken in times.items()}


def ratios(tagger: Tagger, stages: Stages, make: Maker, size: int) -> dict[str, float]:
    once, four = stages(tagger, make(size)), stages(tagger, make(4 * size))
    for again in (True, True, True, False):
        found = {stage: four[stage] / max(taken, NOTHING) for stage, taken in once.items() if stage in four}
        if again and max(found.values()) >= MOST:
            once, four = steady(once, stages(tagger, make(size))), steady(four, stages(tagger, make(4 * size)))
    return found


def growth(tagger: Tagger, stages: Stages, make: Maker, size: int = 2_000, sizes: int = 3) -> dict[str, float]:
    """By stage, how many times longer four times the text takes.

    While some stage looks too slow it is measured again, and then at twice the size: what is looked through near every
    figure grows until there is so much of it, the square of the text grows for ever.
    """
    gc.collect()
    gc.disable()
    try:
        while sum(stages(tagger, make(size)).values()) < ENOUGH and size < LARGEST:
            size *= 2
        for larger in range(sizes):
            found = ratios(tagger, stages, make, size << larger)
            if max(found.values()) < MOST:
                break
    finally:
        gc.enable()
    return found


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    made = Tagger()
    of_text(made, TEXTS["all kinds in lines"](3_000))  # what is built once
    return made


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS)
def test_time_grows_with_the_text(make: Maker, tagger: Tagger) -> None:
    slow = {stage: round(ratio, 1) for stage, ratio in growth(tagger, of_text, make).items() if ratio >= MOST}
    assert slow == {}


@pytest.mark.parametrize("make", PAGES.values(), ids=PAGES)
def test_time_grows_with_the_page(make: Maker, tagger: Tagger) -> None:
    slow = {stage: round(ratio, 1) for stage, ratio in growth(tagger, of_page, make).items() if ratio >= MOST}
    assert slow == {}


def test_squares_are_told() -> None:
    """The measure itself: work with the square of the text is found, work with its length is not."""

    def of_square(_: Tagger, text: str) -> Times:
        clock = Clock()
        clock("square", lambda: sum(1 for place in range(0, len(text), 40) for _ in text[:place:20]))
        clock("line", lambda: sum(map(ord, text * 40)))
        return clock.times

    found = growth(None, of_square, TEXTS["spending"], sizes=1)  # type: ignore[arg-type]
    assert found["square"] > MOST > found["line"]


def test_a_number_without_end_is_no_crash(tagger: Tagger) -> None:
    text = "支出1" + ",000" * 4000 + "元"
    assert tagger.tag(text).text == text


def test_words_only_is_the_pattern_that_tries_every_way() -> None:
    words = ("本年度", "本年", "本", "年", "年度数", "度", "数据", "据", "金额")
    plain = re.compile(f"(?:{'|'.join(words)}|[（）])*")
    only = WordsOnly(words, "（）")
    draw, kinds = random.Random(5), Counter[bool]()
    for _ in range(3000):
        text = "".join(draw.choice((*words, "（", "额", "县")) for _ in range(draw.randrange(6)))
        said = plain.fullmatch(text) is not None
        assert only.fullmatch(f"县{text}县", 1, 1 + len(text)) is said
        kinds[said] += 1
    assert min(kinds.values()) > 500
    assert not only.fullmatch("本年度" * 5000 + "额", 0, 15_001)  # two to the 5,000th ways


def main(size: int) -> Iterator[str]:
    made = Tagger()
    of_text(made, TEXTS["all kinds in lines"](3_000))
    for name, make, stages in [
        *((name, make, of_text) for name, make in TEXTS.items()),
        *((f"page: {name}", make, of_page) for name, make in PAGES.items()),
    ]:
        found = growth(made, stages, make, size)
        slowest = max(found, key=found.__getitem__)
        yield f"{name:36} {found[slowest]:5.1f} {slowest}{'  SLOW' if found[slowest] >= MOST else ''}"


if __name__ == "__main__":
    for line in main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000):
        print(line, flush=True)
