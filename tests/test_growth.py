"""The time that hostile text takes grows with its length, not with its square: ratios in one run, no times."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from cnfin.tagger import Tagger

LEAST = 0.02
MOST = 6.0
TEXTS: dict[str, Callable[[int], str]] = {
    "dots": lambda n: "目录\n一、部门概况" + "." * n + "共\n",
    "ellipses": lambda n: "目录\n一、部门概况" + "…" * n + "共\n",
    "spending": lambda n: "支出" * (n // 2),
    "digits and a cut unit": lambda n: "支出" + "1" * n + "中\n万元",
    "letters behind a mark": lambda n: "@" + "a" * n,
    "letters before a mark": lambda n: "a" * n + "@",
    "cells": lambda n: "\t".join("5" * (n // 2)),
    "labels": lambda n: "".join(f"单位名称：云岭县第{i}中学\n" for i in range(n // 15)),
    "projects": lambda n: "".join(f"{i}.道路{i}项目\n" for i in range(n // 10)),
    "blanks": lambda n: "支出" + " " * n + "5万元",
    "tabs": lambda n: "支出" + "\t" * n + "5万元",
    "brackets": lambda n: "（支出）" * (n // 4),
    "chains": lambda n: "教育支出（类）" * (n // 7),
    "shares": lambda n: "占5%" * (n // 3),
}


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    made = Tagger(roles=False)
    made.tag("云岭县财政局2022年度部门决算\n支出5万元。")
    return made


def seconds(tagger: Tagger, text: str) -> float:
    start = time.process_time()
    tagger.tag(text)
    return time.process_time() - start


def ratio(tagger: Tagger, make: Callable[[int], str]) -> float:
    size = 2_000
    while (once := seconds(tagger, make(size))) < LEAST:
        size *= 2
    return seconds(tagger, make(4 * size)) / once


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS)
def test_time_grows_with_the_text(make: Callable[[int], str], tagger: Tagger) -> None:
    assert min(ratio(tagger, make) for _ in range(2)) < MOST


def test_a_number_without_end_is_no_crash(tagger: Tagger) -> None:
    text = "支出1" + ",000" * 4000 + "元"
    assert tagger.tag(text).text == text
