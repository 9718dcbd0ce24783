"""``unit-missing``: a figure whose 元, 万元 or % is left out (0.39万, 增长13.95)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cnfin.audit.form.page import Page, Words, finding
from cnfin.document import Finding, Period, Sentence

_NUMBER = r"\d[\d,，]{0,40}(?:\.\d{1,40})?"
_STOP = r"(?=\s*(?:[，。；、,;）)]|$))"
#: 支出0.39万。: 万 or 亿 without 元 behind a word of money.
_HALF_UNIT = re.compile(rf"(?<![\d.])(?P<figure>{_NUMBER}\s*[万亿]){_STOP}", re.MULTILINE)
#: What may stand between the word of money and its figure.
_BETWEEN = r"(?:决算|预算|数|额|总额|资金|经费|费)*(?:为|约|共|了|达|是)?\s*"
#: The word of money stands within so many code points before the figure.
_REACH = 40


@lru_cache(maxsize=8)
def _money(words: Words) -> re.Pattern[str]:
    """支出, 预算数为, 比上年增加: what a sum of money stands right behind."""
    return re.compile(rf"(?:{words.any('sum')}){_BETWEEN}$")


@lru_cache(maxsize=8)
def _rate(words: Words) -> re.Pattern[str]:
    """增长13.95，: a rate's word, a number with decimals, and no unit."""
    return re.compile(rf"(?:{words.any('grows')})\s*(?P<figure>\d+\.\d+){_STOP}", re.MULTILINE)


def find(page: Page) -> Iterator[Finding]:
    """The figures without their unit, in running text."""
    for match, sentence in page.matches(_HALF_UNIT):
        before = page.text[max(sentence.start, match.start() - _REACH) : match.start()]
        if page.prose(sentence) and _money(page.words).search(before):
            yield _found(match, "金额缺“元”")
    for match, sentence in page.matches(_rate(page.words)):
        if page.prose(sentence) and not _dated(match, sentence):
            yield _found(match, "增减幅度缺“%”")


def _found(match: re.Match[str], what: str) -> Finding:
    text = match["figure"]
    return finding("unit-missing", *match.span("figure"), f"{what}：{text}")


def _dated(match: re.Match[str], sentence: Sentence) -> bool:
    """Whether the number is a date (2022.12)."""
    return any(isinstance(span, Period) and span.start <= match.start("figure") < span.end for span in sentence.spans)
