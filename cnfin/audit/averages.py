"""Averages: what a vehicle, a guest or a visit cost is the line's sum over their number.

A wrong average is a ``share``; one in the wrong unit is found as that. No fact states averages,
so they are read from the sums of their sentence and the words before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

import msgspec

from cnfin.audit.figures import Figure, Figures
from cnfin.audit.intervals import Interval, digits, stated
from cnfin.audit.relations import Relation, plain, relate
from cnfin.audit.structure import SUMS, Row
from cnfin.document import Amount

#: How many figures of the paragraph, before the count and behind it, belong to it.
_BEFORE = 24
#: What may stand between the word and the sum: 车均运行维护费为, 平均每辆.
_BETWEEN = r"[^\d，。；、,;（）()]{0,14}$"


def relations(figures: Figures) -> Iterator[Relation]:
    """One relation for each average whose sum and number stand before it in its paragraph."""
    rows = figures.structure.rows("average")
    patterns = [re.compile(rf"(?:{'|'.join(map(re.escape, row.parts))})(?P<rest>{_BETWEEN})") for row in rows]
    for count in figures.of("数量"):
        for row, pattern in zip(rows, patterns, strict=True):
            if count.unit in row.whole.split("|") and count.value > 0:
                yield from _averages(figures, count, row, pattern)


def _averages(figures: Figures, count: Figure, row: Row, pattern: re.Pattern[str]) -> Iterator[Relation]:
    """The averages over a count: in its sentence, behind it, before the next count of its unit."""
    sums = _sums(figures, count, row)
    if len(sums) != 1:
        return
    known = {each.fact.start for each in islice(figures.behind(count), _BEFORE)}
    again = next((each.fact.start for each in figures.behind(count) if each.unit == count.unit), None)
    until = min(figures.sentence(count).end, again or figures.sentence(count).end)
    previous = count.fact.end
    for span in figures.spans(count, until):
        if isinstance(span, Amount) and span.start not in known:
            before = pattern.search(figures.document.text, previous, span.start)
            average = _figure(count, span, figures)
            norm = figures.structure.words("norm")
            around = figures.document.text[previous : span.end + 4]
            if before and average is not None and not norm.search(around):
                note = f"{plain(sums[0].value)}÷{plain(count.value)}"
                yield relate("share", (average, sums[0], count), _over, note)
        previous = max(previous, span.end)


def _sums(figures: Figures, count: Figure, row: Row) -> list[Figure]:
    """The sums of the averaged lines in the paragraph, before the count."""
    found = [
        each for each in islice(figures.before(count), _BEFORE)
        if each.subject in row.optional and each.measure in SUMS and each.year == count.year
    ]  # fmt: skip
    # The narrowest line is averaged: 公务用车购置及运行维护费 holds what was bought too.
    return [each for each in found if each.subject == row.optional[0]] or found


def _figure(count: Figure, span: Amount, figures: Figures) -> Figure | None:
    interval = stated(span.wan, span.text, money=True) if span.wan is not None else None
    if interval is None or span.approx or span.bound or span.wan is None:
        return None
    fact = msgspec.structs.replace(
        count.fact, start=span.start, end=span.end, value=span.wan, unit="万元", measure="决算数"
    )  # fmt: skip
    printed = digits(span.text)
    return msgspec.structs.replace(
        count, fact=fact, value=fact.value, measure=fact.measure, interval=interval, text=span.text,
        decimals=printed[1] if printed else 0,
    )  # fmt: skip


def _over(values: Sequence[Interval]) -> Interval:
    sums, count = values
    number = count.middle
    return sums.scaled(Decimal(1) / number)
