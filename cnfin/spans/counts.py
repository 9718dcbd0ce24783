"""数量: counts with their measure words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cnfin.document import Count
from cnfin.lexicon import Lexicon, Unit
from cnfin.numerals import arabic, chinese, plain, shift
from cnfin.spans.normal import Normal
from cnfin.spans.quantities import Number, qualifiers

_SHIFT = {"": 0, "百": 2, "千": 3, "万": 4, "亿": 8}


def counts(normal: Normal, found: list[Number]) -> Iterator[Count]:
    """The counts among the numbers ``found``."""
    for number in found:
        if number.kind != "count":
            continue
        start, end, written = normal.cut(number.start, number.end)
        yield Count(
            start=start, end=end, text=written, number=shift(arabic(number.digits), _SHIFT[number.scale]),
            unit=number.unit, approx=number.approx, bound=number.bound,
        )  # fmt: skip


def written_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """Counts in Chinese numerals: 三批次, 十余次, 两个项目, 三十六人. 第三, 一是 and 一次性 are none.

    A single digit stands only before the measures that the table marks ``chinese``; before others
    (五条, 三项) it is mostly part of a name.
    """
    measures = _measures(lexicon.units)
    single = _measures([unit for unit in lexicon.units if unit.chinese])
    first = "".join(sorted({unit.unit[0] for unit in lexicon.units}))
    nouns = "|".join(sorted(map(re.escape, lexicon.table("nouns", "noun")), key=len, reverse=True))
    digit = "一二两三四五六七八九"
    return re.compile(
        rf"[{digit}十百千](?<![第{digit}十百千万亿之“每].)(?<![数几上成][十百千])(?:"
        rf"(?:(?:(?<=[{digit}])[十百千]|(?<=十)[{digit}])[{digit}十百零]*万?[余多]?|(?<=[十百千])[余多])"
        rf"(?=[{first}])(?:(?P<general>个)(?:{nouns})(?![之来（])|(?P<unit>{measures}))"
        rf"|(?<=[两三四五六七八九十])(?=[{first}])(?:(?P<one_unit>{single})|(?P<one_general>个)(?:{nouns})(?![之来（])))"
    )


def _measures(units: Iterable[Unit]) -> str:
    return "|".join(
        re.escape(unit.unit) + (f"(?![{re.escape(unit.not_before)}])" if unit.not_before else "") for unit in units
    )


def written_counts(normal: Normal, find: re.Pattern[str]) -> Iterator[Count]:
    """Counts in Chinese numerals, found with :func:`written_pattern`."""
    text = normal.text
    for match in find.finditer(text):
        kind = str(match.lastgroup)
        numeral = text[match.start() : match.start(kind)]
        bare = numeral.rstrip("余多")
        try:
            number = plain(chinese(bare))
        except ValueError:
            continue
        start, end, written = normal.cut(*match.span())
        approx, bound = qualifiers(text, *match.span(), numeral != bare)
        yield Count(start=start, end=end, text=written, number=number, unit=match[kind], approx=approx, bound=bound)
