#!/usr/bin/env python3
"""One contender of ``speed.py``, timed in a process of its own: CONTENDER FOLDER [BYTES].

Prints one JSON object: seconds of this process's own CPU time, seconds on the clock, bytes and files done, and the
peak memory. What is done once (importing, loading dictionaries, building automata) is not timed.
"""

from __future__ import annotations

import csv
import gc
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import _lru_cache_wrapper
from importlib import import_module
from pathlib import Path
from typing import Any

MODEL = "CNFIN_BENCHMARK_MODEL"  # a role model to use instead of the shipped one
ROOT = Path(__file__).resolve().parents[1]
Work = Callable[[str], Any]
MANY = 1000  # a cache of fewer entries holds tables, not what was read
WARM = "2020年度收入总计12.5万元，完成年初预算的98.2%，主要原因是新增人员工资。\n"


def _jieba(name: str = "jieba") -> Work:
    jieba: Any = import_module("jieba")
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    work: Work = import_module(name).lcut
    return work


def _lines(work: Work) -> Work:
    """Line by line, for peers that are meant for short texts."""
    return lambda text: [work(line) for line in text.split("\n") if line]


def _spacy() -> Work:
    spacy: Any = import_module("spacy")
    language = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    language.max_length = 10_000_000
    patterns: list[dict[str, str]] = []
    for table in ("functional", "economic", "terms"):
        with open(ROOT / "lexicons" / f"{table}.tsv", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                names = {row["name"], *filter(None, row["aliases"].split("|"))}
                patterns += [{"label": "科目", "pattern": name.lstrip("~")} for name in sorted(names)]
    language.add_pipe("entity_ruler").add_patterns(patterns)
    work: Work = language
    return work


def _recognizers() -> Work:
    recognize: Any = import_module("recognizers_number_with_unit").recognize_currency
    chinese: Any = import_module("recognizers_text").Culture.Chinese
    return lambda line: recognize(line, chinese)


def _tagger(**options: Any) -> Work:
    from cnfin.tagger import Tagger

    model = os.environ.get(MODEL) if options.get("roles", True) else None
    tagger = Tagger(model=model, **options)
    tagger.segmenter.cut(WARM)  # loads the dictionary, which the first doubtful word would else do
    work: Work = tagger.tag
    return work


def caches() -> list[Any]:
    """What cnfin remembers from one document to the next: sums, chains, codes, phrases and words that come again."""
    found = (item for item in gc.get_objects() if isinstance(item, _lru_cache_wrapper))
    # A cache of a method of C, such as a pattern's fullmatch, says no module; only cnfin has such.
    own = (item for item in found if (item.__module__ or "cnfin").startswith("cnfin"))
    return [item for item in own if item.cache_parameters()["maxsize"]]


def _forgetful(**options: Any) -> Work:
    tag = _tagger(**options)
    tag(WARM)
    remembered = [cache for cache in caches() if cache.cache_parameters()["maxsize"] >= MANY]

    def work(text: str) -> Any:
        for cache in remembered:
            cache.cache_clear()
        return tag(text)

    return work


def _encoder() -> Callable[[Any], int]:
    """Writes a document's records as ``cnfin tag`` does, and counts the bytes."""
    records: Any = import_module("cnfin.records")
    return lambda document: len(records.encode_lines(records.sentence_structs(document)))


def _records() -> Work:
    tag, write = _tagger(fast=True), _encoder()
    return lambda text: write(tag(text))


class Prepared:
    """Writing the records of documents tagged beforehand."""

    def __init__(self) -> None:
        self._tag, self._write = _tagger(fast=True), _encoder()
        self._tagged: dict[str, Any] = {}

    def prepare(self, texts: list[str]) -> None:
        """Tag before the clock starts."""
        self._tagged = {text: self._tag(text) for text in texts}

    def __call__(self, text: str) -> Any:
        document = self._tagged.get(text)
        return self._write(document) if document else None


def _floor() -> Work:
    """Decoding and one pass of the names' automaton: nothing that tags can be faster."""
    from cnfin.lexicon import default

    lexicon = default()
    automaton = lexicon.automaton

    def scan(text: str) -> Any:
        return automaton.find_matches_as_indexes(text.encode().decode())

    return scan


CONTENDERS: dict[str, Callable[[], Work]] = {
    "jieba.lcut": _jieba,
    "cnfin": lambda: _tagger(fast=True),
    "cnfin plain": lambda: _tagger(fast=False),
    "cnfin spans": lambda: _tagger(fast=True, roles=False, facts=False),
    "cnfin no facts": lambda: _tagger(fast=True, facts=False),
    "cnfin no roles": lambda: _tagger(fast=True, roles=False),
    "cnfin tokens": lambda: _tagger(fast=True, tokens=True),
    "cnfin forgetful": lambda: _forgetful(fast=True),
    "cnfin tokens, forgetful": lambda: _forgetful(fast=True, tokens=True),
    "cnfin records": _records,
    "floor": _floor,
    "floor, records": Prepared,
    "jieba.posseg": lambda: _jieba("jieba.posseg"),
    "jionlp extract_money": lambda: _lines(import_module("jionlp").ner.extract_money),
    "jionlp split_sentence": lambda: import_module("jionlp").split_sentence,
    "spaCy EntityRuler": _spacy,
    "Recognizers currency": lambda: _lines(_recognizers()),
}
PEERS = ("jieba.posseg", "jionlp extract_money", "jionlp split_sentence", "spaCy EntityRuler", "Recognizers currency")


def peak() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)


def texts(folder: str, size: int) -> list[str]:
    """The texts of ``folder``, in order, up to ``size`` bytes of UTF-8 (0: all)."""
    found, total = [], 0
    for path in sorted(Path(folder).glob("*.txt")):
        data = path.read_bytes()
        total += len(data)
        found.append(data.decode())
        if size and total >= size:
            break
    return found


def timed(name: str, folder: str, size: int) -> dict[str, Any]:
    """Time one contender over the texts of a folder."""
    work = CONTENDERS[name]()
    work(WARM)
    documents = texts(folder, size)
    if isinstance(work, Prepared):
        work.prepare(documents)
    before = peak()
    clock, cpu = time.perf_counter(), time.process_time()
    for text in documents:
        work(text)
    return {"name": name, "cpu": time.process_time() - cpu, "clock": time.perf_counter() - clock,
            "bytes": sum(len(text.encode()) for text in documents), "files": len(documents),
            "before": before, "peak": peak()}  # fmt: skip


def growth(size: int, marks: int = 10) -> list[dict[str, float]]:
    """Tag ever new documents up to ``size`` bytes; the rate and the peak memory after each tenth."""
    from synthesis import documents

    work = _records()
    work(WARM)
    rows: list[dict[str, float]] = []
    done = 0
    part_bytes, part_time = 0, 0.0
    for files, (_, text, _) in enumerate(documents(7), 1):
        start = time.process_time()
        work(text)
        part_time += time.process_time() - start
        part_bytes += len(text.encode())
        if part_bytes >= size / marks:
            done += part_bytes
            rows.append({"bytes": done, "files": files, "rate": part_time / part_bytes * 1e6, "peak": peak()})
            part_bytes, part_time = 0, 0.0
            if done >= size:
                return rows
    return rows


def main() -> None:
    """The command line."""
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
    name, folder, *rest = sys.argv[1:]
    size = int(rest[0]) if rest else 0
    answer: Any = growth(size) if name == "growth" else timed(name, folder, size)
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
