"""金额: sums of money in 万元, exact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

import msgspec

from cnfin.document import Amount
from cnfin.numerals import WAN_SHIFT, arabic, chinese, plain, rmb, shift
from cnfin.spans.normal import Normal
from cnfin.spans.quantities import Number, qualifiers

_SHIFT = WAN_SHIFT | {"万亿": 8, "千亿": 7, "百亿": 6, "十亿": 5, "百万": 2, "亿万": 8, "萬亿": 8}
_DIGITS = "〇零一二两三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖"
# 百元 and 万元 alone are units; a numeral has a digit or starts with 十.
_NUMERAL = re.compile(
    rf"(?P<numeral>[{_DIGITS}十拾](?<![{_DIGITS}十百千万亿拾佰仟第].)(?<![数几上成][十拾])(?:(?<=[{_DIGITS}])[{_DIGITS}十百千拾佰仟点]*|[{_DIGITS}]?)"
    rf"(?:[万萬亿億][{_DIGITS}十百千拾佰仟]*){{0,3}})(?P<some>[余多])?(?P<unit>亿元|万元|元|圆)"
    rf"(?P<coins>(?:[{_DIGITS}]角)?(?:[零〇]?[{_DIGITS}]分)?)[整正]?"
)
_RANGE = re.compile(r"\s?(?:[-~至到]{1,2})\s?")
# 由5万元到8万元 tells of a change, 5万元到8万元 of a range.
_FROM = re.compile(r"[由从自][^，。；]{0,12}$")
# A number without a unit is a sum where the words before it say so …
_CUE = re.compile(
    r"(?:预算|决算|支出|收入|经费|费用?|执行|拨款|结转|结余|金额|总额|合计|总计|资金|规模|投资|上年|年初|全年)"
    r"(?:数|额|总额)?(?:总计|合计|共计)?(?:均?为|是|共|达|:)?\Z|(?:增加|减少|追加|核减|调减|增长|下降)(?:了|额)?(?:为)?\Z"
)
# (a whole number more rarely than one with a fraction),
_WHOLE_CUE = re.compile(r"(?:预算|决算|金额|总额|执行)(?:数|额|总额)?:?\Z|(?:资金|拨款|规模|投资):\Z|[为是数]\Z")
# … and nothing but the clause's end or another statement follows.
_CLAUSE_END = re.compile(r"\s?(?:[，,。;；、）|]|$|[\n\t]|增加|减少|增长|下降|降低|上升|相比|对比|完成|占)")
# A label may give the unit of the number behind it: 项目金额（万元）：50.
_LABEL_UNIT = re.compile(r"（(?:单位:)?(?P<unit>[亿万千百]?元)） ?[:为]? ?\Z")
_MONEY_WORD = re.compile(
    r"(?:[金款费税价币]|支出|收入|预算|投入|投资|投資|到位|下达|拨付|支付|发放|安排|配套|自筹|补助|奖励|资产|债务|融资|产值|成本|利润|损失)[^\d，。；]{0,6}$"
)
_SMALL_WORDS = frozenset(("一元", "二元", "三元"))


@lru_cache(maxsize=8192)
def to_wan(digits: str, scale: str) -> Decimal:
    """``digits`` 元 times ``scale`` (万, 亿 …) in 万元.

    Raises:
        ValueError: ``digits`` is no number.
    """
    return shift(arabic(digits), _SHIFT.get(scale, -4))


def amounts(normal: Normal, found: list[Number], unit_at: Callable[[int], str]) -> Iterator[Amount]:
    """The sums among the numbers ``found``; ``unit_at`` gives the unit in force at an offset of the original text."""
    text = normal.text
    skip = -1
    for place, number in enumerate(found):
        if place == skip:
            continue
        following = found[place + 1] if place + 1 < len(found) else None
        if following and following.kind == "money" and _joined(text, number, following):
            skip = place + 1
            yield _range(normal, text, number, following)
        elif following and _goes_on(number, following):
            skip = place + 1
            wan = to_wan(number.digits, number.scale) + to_wan(following.digits, following.scale)
            yield _amount(normal, msgspec.structs.replace(following, start=number.start), wan, True)
        elif number.kind == "money" or (number.kind == "scale" and _after_money_word(text, number)):
            yield _amount(normal, number, to_wan(number.digits, number.scale), True)
        elif number.kind == "bare" and (unit := _bare_unit(normal, number)):
            unit = unit if unit != "?" else _unit_beside(text, found, place) or unit_at(normal.offset(number.start))
            yield _amount(normal, number, to_wan(number.digits, unit.removesuffix("元")), False)


def _after_money_word(text: str, number: Number) -> bool:
    """Whether a number with only 万 or 亿 behind it is a sum: 资金60万, but not 阅读量60万."""
    return _MONEY_WORD.search(text, max(0, number.start - 16), number.start) is not None


def _goes_on(first: Number, second: Number) -> bool:
    """Whether one sum is written in two parts: 1亿2000万元."""
    return first.kind == "scale" and first.scale == "亿" and second.kind == "money" and second.start == first.end


def _joined(text: str, first: Number, second: Number) -> bool:
    """Whether two numbers are the ends of one range: 5—10万元, 5至10万元, 5万-10万元."""
    if second.start - first.end > 4:
        return False
    gap = text[first.end : second.start]
    if first.kind == "money":
        stripped = gap.strip()
        if stripped in ("至", "到"):
            return not _FROM.search(text, max(0, first.start - 16), first.start)
        return bool(gap) and stripped in ("-", "~", "--")
    return first.kind in ("bare", "scale") and bool(_RANGE.fullmatch(gap))


def _range(normal: Normal, text: str, first: Number, second: Number) -> Amount:
    low = to_wan(first.digits, first.scale if first.kind != "bare" else second.scale)
    high = to_wan(second.digits, second.scale)
    start, end, written = normal.cut(first.start, second.end)
    approx, bound = qualifiers(text, first.start, second.end, second.approx)
    return Amount(
        start=start, end=end, text=written, wan=None, low=low, high=high, approx=approx, bound=bound, unit_given=True
    )


def _amount(normal: Normal, number: Number, wan: Decimal, given: bool) -> Amount:
    start, end, written = normal.cut(number.start, number.end)
    return Amount(
        start=start, end=end, text=written, wan=wan, low=None, high=None,
        approx=number.approx, bound=number.bound, unit_given=given,
    )  # fmt: skip


def _unit_beside(text: str, found: list[Number], place: int) -> str | None:
    """The unit of the sum before or after number ``place`` in the same sentence."""
    for other in (place + 1, place - 1):
        if 0 <= other < len(found) and found[other].kind == "money":
            first, second = sorted((found[place], found[other]), key=lambda number: number.start)
            gap = text[first.end : second.start]
            if len(gap) < 40 and "。" not in gap and "\n" not in gap:
                return found[other].scale + "元"
    return None


def _bare_unit(normal: Normal, number: Number) -> str | None:
    """The unit in the label before a sum, ``?`` where there is none; None where the number is plainly no sum."""
    text = normal.text
    if not _CLAUSE_END.match(text, number.end):
        return None
    before = text[max(0, number.start - 14) : number.start].rstrip(" ")
    if before[-1:] in "）:为" and (labelled := _LABEL_UNIT.search(before)):
        return labelled["unit"]
    if _CUE.search(before) and ("." in number.digits or _WHOLE_CUE.search(before)):
        return "?"
    return None


def written_amounts(normal: Normal) -> Iterator[Amount]:
    """Sums in Chinese numerals and 大写: 三百万元, 壹拾贰万元整, 贰拾元伍角."""
    text = normal.text
    for match in _NUMERAL.finditer(text):
        if match[0] in _SMALL_WORDS:
            continue  # 一元, 二元: words, not sums
        try:
            if match["coins"] or match["unit"] in ("元", "圆"):
                wan = shift(rmb(match["numeral"] + "元" + match["coins"]), -4)
            else:
                wan = shift(chinese(match["numeral"]), _SHIFT[match["unit"][0]])
        except ValueError:
            continue  # digits that form no numeral, such as 一二三元
        start, end, written = normal.cut(*match.span())
        approx, bound = qualifiers(text, *match.span(), match["some"] is not None)
        yield Amount(
            start=start, end=end, text=written, wan=plain(wan), low=None, high=None,
            approx=approx, bound=bound, unit_given=True,
        )  # fmt: skip
