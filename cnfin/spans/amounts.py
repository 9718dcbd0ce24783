"""金额: sums of money in digits → 万元, exact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from cnfin.document import Amount
from cnfin.numerals import arabic, power, scaled, shift
from cnfin.spans.normal import Normal
from cnfin.spans.number_words import NumberWords
from cnfin.spans.quantities import Number, range_joint

# 由5万元到8万元 tells of a change, 5万元到8万元 of a range.
_FROM = re.compile(r"[由从自][^，。；]{0,12}$")
# (a whole number more rarely than one with a fraction),
_WHOLE_CUE = re.compile(r"(?:预算|决算|金额|总额|执行)(?:数|额|总额)?:?\Z|(?:资金|拨款|规模|投资):\Z|[为是数]\Z")
# … and nothing but the clause's end or another statement follows.
_CLAUSE_END = re.compile(r"\s?(?:[，,。;；、）|]|$|[\n\t]|增加|减少|增长|下降|降低|上升|相比|对比|完成|占)")
# A label may give the unit of the number behind it: 项目金额（万元）：50.
_LABEL_UNIT = re.compile(r"（(?:单位:)?(?P<unit>[亿万千百]?元|[亿万])） ?[:为]? ?\Z")
#: A whole number of so many digits is no year and no row's number: 收入总计8523000.
_LONG = 5
# 12345,67万元: the head of a malformed number.
_GOES_ON = re.compile(r"[,，]\d")
#: Kinds of numbers that may end a range of money.
_ENDS = ("money", "scale")
_NO_MONEY = frozenset(("percent", "count"))
_INCLUDING = ("（含", "（不含")
_LONGEST_INCLUDING = max(map(len, _INCLUDING))
#: How far before a number its cue is looked for; how far a sum beside it may lend its unit; a range's widest joint.
_LONGEST_CUE, _NEAR, _LONGEST_JOINT = 14, 40, 9


@lru_cache(maxsize=8192)
def to_wan(digits: str, scale: str) -> Decimal:
    """``digits`` 元 times ``scale`` (万, 亿 …) in 万元.

    Raises:
        ValueError: ``digits`` is no number.
        KeyError: ``scale`` is no scale word.
    """
    return shift(arabic(digits), power(scale) - 4)


def amounts(
    normal: Normal, found: Sequence[Number], words: NumberWords, unit_at: Callable[[int], str]
) -> Iterator[Amount]:
    """The sums among the numbers ``found``; ``unit_at`` gives the unit in force at an offset of the original text."""
    text = normal.text
    last = len(found) - 1
    skip = -1
    for place, number in enumerate(found):
        if place == skip or number.kind in _NO_MONEY or (place and _repeats(text, found[place - 1], number)):
            continue
        following = found[place + 1] if place < last else None
        if following is not None and following.kind in _ENDS and _joined(text, number, following, words):
            skip = place + 1
            yield _range(normal, number, following, words)
        elif number.kind == "bare":
            if unit := _bare_unit(text, number, words):
                unit = unit if unit != "?" else _unit_beside(text, found, place) or unit_at(normal.offset(number.start))
                yield _amount(normal, number, to_wan(number.digits, unit.removesuffix("元")), False)
        elif (wan := _wan(text, number, words)) is not None:
            yield _amount(normal, number, wan, number.given)


def _wan(text: str, number: Number, words: NumberWords) -> Decimal | None:
    """A sum in 万元; None where its scales make no number, or it has only 万 and no word that makes money of it."""
    if number.kind == "scale" and not _after_money_word(text, number, words):
        return None
    if not number.more:
        return to_wan(number.digits, number.scale)
    try:
        return shift(scaled([(arabic(number.digits), number.scale), *((arabic(d), s) for d, s in number.more)]), -4)
    except ValueError:
        return None


def _repeats(text: str, before: Number, number: Number) -> bool:
    """Whether a bracket only repeats the sum before it: 100万元（含100万元）以上."""
    if before.digits != number.digits or before.end + _LONGEST_INCLUDING < number.start:
        return False
    return text.endswith(_INCLUDING, before.end, number.start) and text.startswith("）", number.end)


def _after_money_word(text: str, number: Number, words: NumberWords) -> bool:
    """Whether a number with only 万 or 亿 behind it is a sum: 资金60万, but not 阅读量60万."""
    return words.money.search(text, max(0, number.start - 16), number.start) is not None


def _joined(text: str, first: Number, second: Number, words: NumberWords) -> bool:
    """Whether two numbers are the ends of one range: 5—10万元, 5至10万元, 5万-10万元, 1万元（含）—5万元, 补贴5-10万."""
    if not second.given or second.start - first.end > _LONGEST_JOINT:
        return False
    if second.kind == "scale" and (first.kind == "money" or not _after_money_word(text, first, words)):
        return False
    gap = text[first.end : second.start]
    if not gap or not range_joint(gap):
        return False
    if first.kind == "money" and gap.strip() in ("至", "到"):
        return not _FROM.search(text, max(0, first.start - 16), first.start)
    return True


def _range(normal: Normal, first: Number, second: Number, words: NumberWords) -> Amount:
    low = to_wan(first.digits, first.scale if first.kind != "bare" else second.scale)
    high = to_wan(second.digits, second.scale)
    start, end, written = normal.cut(first.start, second.end)
    approx, bound = words.qualifiers(normal.text, first.start, second.end, second.approx)
    return Amount(
        start=start, end=end, text=written, wan=None, low=low, high=high, approx=approx, bound=bound, unit_given=True
    )


def _amount(normal: Normal, number: Number, wan: Decimal, given: bool) -> Amount:
    start, end, written = normal.cut(number.start, number.end)
    return Amount(
        start=start, end=end, text=written, wan=wan, low=None, high=None,
        approx=number.approx, bound=number.bound, unit_given=given,
    )  # fmt: skip


def _unit_beside(text: str, found: Sequence[Number], place: int) -> str | None:
    """The unit of the sum before or after number ``place`` in the same sentence."""
    for other in (place + 1, place - 1):
        if 0 <= other < len(found) and found[other].kind == "money":
            first, second = sorted((found[place], found[other]), key=lambda number: number.start)
            gap = text[first.end : second.start]
            if len(gap) < _NEAR and "。" not in gap and "\n" not in gap:
                return found[other].scale + "元"
    return None


def _bare_unit(text: str, number: Number, words: NumberWords) -> str | None:
    """The unit in the label before a sum, ``?`` where there is none; None where the number is plainly no sum."""
    if not _CLAUSE_END.match(text, number.end):
        return None
    before = text[max(0, number.start - _LONGEST_CUE) : number.start].rstrip(" ")
    if before[-1:] in "）:为" and (labelled := _LABEL_UNIT.search(before)):
        return labelled["unit"]
    long = len(number.digits) >= _LONG and not _GOES_ON.match(text, number.end)
    if words.cue.search(before) and ("." in number.digits or long or _WHOLE_CUE.search(before)):
        return "?"
    return None
