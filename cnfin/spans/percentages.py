"""百分比: %, ‰, 百分点, 成 and 百分之…."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from cnfin.document import Percentage
from cnfin.numerals import arabic, chinese, shift
from cnfin.spans.normal import Normal
from cnfin.spans.quantities import Number, qualifiers

_NUMERAL = "[〇零一二两三四五六七八九十百点]+"
# What stands before 分之 and 成 is looked at after them, so that the search can skip to these two.
_WRITTEN = re.compile(
    rf"分之(?<=[百千万]..)(?P<numeral>{_NUMERAL}|\d+(?:\.\d+)?)"
    r"|成(?<=[一二三四五六七八九两].)(?<![一二三四五六七八九十完组构]..)"
    r"(?:(?=[，。、；左以多的]|$)|(?<=[近约超逾占达过足]..)(?![立员为功绩果效长交本品]))"
)
_PARTS = {"百": 0, "千": -1, "万": -2}
_POWER = {"%": 0, "‰": -1, "成": 1}


@lru_cache(maxsize=8192)
def _percent(digits: str, power: int) -> Decimal:
    return shift(arabic(digits), power)


def percentages(normal: Normal, found: list[Number]) -> Iterator[Percentage]:
    """The percentages among the numbers ``found``."""
    for number in found:
        if number.kind != "percent":
            continue
        points = number.unit.endswith("百分点")
        value = _percent(number.digits, 0 if points else _POWER[number.unit])
        start, end, written = normal.cut(number.start, number.end)
        yield Percentage(
            start=start, end=end, text=written, percent=value, unit="百分点" if points else "%",
            approx=number.approx, bound=number.bound,
        )  # fmt: skip


def written_percentages(normal: Normal) -> Iterator[Percentage]:
    """Percentages in words: 百分之九十五, 千分之三, 三成."""
    text = normal.text
    for match in _WRITTEN.finditer(text):
        start, digits = match.start() - 1, match["numeral"]
        try:
            if digits is None:
                value = shift(chinese(text[start]), 1)
            else:
                value = shift(arabic(digits) if digits[0].isdigit() else chinese(digits), _PARTS[text[start]])
        except ValueError:
            continue
        approx, bound = qualifiers(text, start, match.end(), False)
        first, last, written = normal.cut(start, match.end())
        yield Percentage(start=first, end=last, text=written, percent=value, unit="%", approx=approx, bound=bound)
