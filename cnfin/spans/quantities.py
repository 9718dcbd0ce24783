"""One pass over all numbers of a text: what number, what stands after it, what qualifies it.

金额, 百分比 and 数量 are told apart by what follows the number; each has a file of its own that
turns a :class:`Number` into its span. Numbers in Chinese numerals are in :mod:`cnfin.spans.spoken`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from cnfin.document import Bound
from cnfin.lexicon import Lexicon
from cnfin.spans.edges import lasts
from cnfin.spans.normal import HAN, Normal
from cnfin.spans.number_words import (
    is_negated,
    measure_expression,
    noun_expression,
    number_words,
    rate_expression,
)

# What may stand between the numbers of a range and of a list whose last number has the unit.
_RANGE = re.compile(r"\s?(?:（含[^（）\n]{0,6}）)?\s?[-~至到]{1,2}\s?")
_RANGE_NEXT = frozenset("-~至到（ ")
_LISTED = re.compile(r"[、,，] ?|[和及与]")
_LIST_NEXT = frozenset("、,，和及与")
# What a list of numbers follows: 分别为12.0、13.5、14.2万元.
_LEADS_LIST = re.compile(r"(?:分别|各|依次)[^，。；\n]{0,16}\Z|[为是达共]\Z")
# Sums may also follow another word: 补助5、6、7万元, but not one that numbers things (第1、2万元).
_LEADS_SUMS = re.compile(rf"[{HAN}](?<![第表图件章节条款项届号期])\Z")
# A hyphen is a sign after words of change, brackets, marks and blanks; elsewhere it joins or separates.
# 较上年-20万元, 增（减）-0.3万元
_SIGN_AFTER_WORDS = ("上年", "上年度", "去年", "前年", "同期", "年初预算", *(f"{word}）" for word in "增减加少升降"))
_SIGN_AFTER = frozenset("长加少降减升增率幅额差为是比到达余化值数例抵损亏盈净（:，,、|= \t\r\n")
_YUAN = frozenset("¥￥")
_COMMAS = frozenset(",，")
#: 2亿3千4百万 has three parts; more than these are no number.
_MOST_SCALES = 6
_OF_PAGES = re.compile(r"[页档][^。，；\n]{0,3}\Z")
_LINE_MARK = re.compile(r"(?:\A|\n)[ \t]*\Z")
# 1234,56 and 5·3: what stands before the tail of a malformed number.
_MALFORMED = re.compile(r"(?:(?<![\d.])\d+[,，]|\d·|\d[.,]\d+ )\Z")

# A look-behind after the first digit instead of before it lets the search skip from digit to digit.
NUMBER = (
    r"[0-9](?<![A-Za-z0-9.].)(?:"
    r"\d{0,2}(?:[,，] ?\d{3})+(?!\d)(?:\. ?\d+)?"
    r"|\d{0,2}(?: \d{3})+(?![\d,，])(?:\.\d+)?(?= ?[万亿千百元人个台辆次平公])"
    r"|\d{0,29}(?:\. ?\d{1,20})?)"
)
_BIG = "[万亿萬億]"
SCALE = rf"(?:[十百千]?{_BIG}{{1,2}}|[千百])"
SOME = "[余多来几]"
#: A second measure beside the first: 12期（次）, 3件（套）.
OTHER_MEASURE = r"(?:（[次套件台个家处户人只座场组间所名种项期批]）)?"


class Number(msgspec.Struct, frozen=True, gc=False):
    """A number found in the normal form.

    Attributes:
        start, end: span of number and unit together.
        digits: the number as written.
        kind: ``money``, ``percent``, ``count``, ``scale`` (only 万 or 亿 after it) or ``bare``.
        scale: 万, 亿 … between number and unit.
        unit: measure word, ``%`` sign, or empty.
        approx, bound: what qualifies the number.
        given: whether its own unit stands behind it.
        more: further digits with their scales: the (6, 千) of 25万6千元.
    """

    start: int
    end: int
    digits: str
    kind: str
    scale: str
    unit: str
    approx: bool
    bound: Bound | None
    given: bool = True
    more: tuple[tuple[str, str], ...] = ()


class Numbers:
    """Finds the numbers in digits.

    Args:
        lexicon: the tables.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = number_words(lexicon)
        self._find = _pattern(lexicon)
        #: What may stand before a sum without a unit.
        self._before_sum = lasts(self._words.cue) | frozenset("） \n由时比至")
        self._whole_units = frozenset(unit.unit for unit in lexicon.units if unit.chinese and not unit.parts) | {"个"}

    def find(self, normal: Normal, taken: list[tuple[int, int]]) -> list[Number]:
        """Every number outside the spans ``taken`` (sorted; years, dates, document numbers, addresses)."""
        return _lists(normal.text, _chains(normal.text, list(self._numbers(normal, taken))))

    def _numbers(self, normal: Normal, taken: list[tuple[int, int]]) -> Iterator[Number]:
        text = normal.text
        spans = iter((*taken, (len(text), len(text) + 1)))  # the last stands behind every number
        first, last = next(spans)
        for match in self._find.finditer(text):
            start, end = match.span()
            while last <= start:
                first, last = next(spans)
            if first < end:
                continue
            if match.lastgroup == "digits" and self._stands_alone(text, start, end):
                continue  # a list mark, a row number, a code: no sum without a unit
            number = self._number(normal, match, start, end, match["digits"])
            if number is not None:
                yield number

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        """Whether a number without a unit is plainly no value, nor the beginning of a range or a list."""
        before, after = text[start - 1 : start], text[end : end + 1]
        if before in self._before_sum or before in _YUAN or after in _RANGE_NEXT:
            return False
        return not (after in _LIST_NEXT and text[end + 1 : end + 3].lstrip(" ")[:1].isdecimal())

    def _number(self, normal: Normal, match: re.Match[str], start: int, end: int, digits: str) -> Number | None:
        text = normal.text
        kind, scale, unit, some = _tail(match)
        if not digits.replace(".", "", 1).isdecimal() or (kind == "count" and "." in digits):
            digits, start = self._own(text, digits, start, kind, scale + unit)
        before = text[start - 1 : start]
        if before in _MATTERS:
            if start == match.start() and _is_tail(text, start, digits, kind):
                return None
            if is_negated(text, start) or (before == "-" and _is_sign(normal, start - 1)):
                digits, start = "-" + digits, start - 1
            elif before in _YUAN and kind in ("bare", "scale"):
                kind, unit, start = "money", "元", start - 1
        if match["closed"]:  # （-32.5）万元
            start -= 1
            if text[start : start + 1] != "（":
                return None  # a bracket that opens nowhere
        if kind == "count":
            if start and self._is_no_count(text, start, digits, scale + unit):
                return None
        elif kind == "money" and self._words.is_foreign(text, start, end):
            return None
        approx, bound = (False, None) if kind == "bare" else self._words.qualifiers(text, start, end, some)
        return Number(start, end, digits, kind, scale, unit, approx, bound)

    def _own(self, text: str, digits: str, start: int, kind: str, unit: str) -> tuple[str, int]:
        """The digits of the value, and where they start: without a list's mark, without the value before a comma."""
        cut = 0
        if _separates(digits, kind):
            cut = max(digits.rfind(","), digits.rfind("，")) + 1
        elif (
            " " in digits
            and not _COMMAS.intersection(digits)
            and (kind in ("bare", "percent") or _opens_cell(text, start))
        ):
            cut = digits.rfind(" ") + 1 if "." not in digits[: digits.rfind(" ")] else 0
        elif kind == "count" and "." in digits and unit in self._whole_units and _opens_line(text, start):
            cut = digits.index(".") + 1  # 2.38个: the second item of a list, and 38
            cut = cut if digits[cut : cut + 1] != "0" else 0
        own = digits[cut:].lstrip()
        return own, start + len(digits) - len(own)

    def _is_no_count(self, text: str, start: int, digits: str, unit: str) -> bool:
        """Whether what looks like a count is an order (第3名), a time (8时30分), a code or the visits of a page."""
        before = text[start - 1]
        if before == "第" or (unit == "分" and before in "时点:"):
            return True
        if digits[0] == "0" and digits.isdecimal() and len(digits) > 1:
            return True
        if unit == "个" and "." in digits:
            return True  # 18.2个点
        if before in "-/" and len(digits) > 3 and text[max(0, start - 4) : start - 1].isdecimal():
            return True
        if unit == "页" and _OF_PAGES.search(text, max(0, start - 8), start):
            return True  # 第3页 共37页
        return unit == "次" and self._words.visits.search(text, max(0, start - 12), start) is not None


def _pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """The expression that finds a number with the unit after it."""
    measures = measure_expression(lexicon)
    first = "".join(sorted({unit.unit[0] for unit in lexicon.units})) + "万亿千百余多来几"
    return re.compile(
        rf"(?P<digits>{NUMBER})(?P<closed>）(?={SCALE}?元))?(?!(?=[A-Za-z])(?!km|kg|m))"
        rf"(?: {{0,2}}(?:(?P<mscale>{SCALE})?(?P<msome>{SOME})?(?P<mscale2>{_BIG})? ?(?P<money>元)"
        rf"|(?P<percent>{rate_expression(lexicon)})"
        rf"|(?=[{first}])(?P<cpre>[余多](?=[万亿]))?(?P<cscale>万|亿|千(?![米克瓦])|百)?(?P<csome>{SOME})?"
        rf"(?P<count>(?:{measures}){OTHER_MEASURE})(?:(?<=个)(?=(?P<noun>{noun_expression(lexicon)}))(?P=noun))?"
        rf"|(?P<spre>[余多])?(?P<scale>[千百](?=\d)|[十百千]?{_BIG}{{1,2}})(?P<ssome>{SOME})?"
        rf"(?:(?=[至到零]\d)|(?![{HAN}]|\s?元))))?"
    )


#: What the tail of a malformed number stands behind, and every character before a number that can change it.
_TAIL_AFTER = frozenset(",，· ")
_MATTERS = _TAIL_AFTER | _YUAN | {"-", "负"}


def _is_tail(text: str, start: int, digits: str, kind: str) -> bool:
    """Whether only the tail of a malformed number was found: the 56 of 1234,56万元, the 3 of 5·3%."""
    if kind == "bare" or text[start - 1] not in _TAIL_AFTER:
        return False
    found = _MALFORMED.search(text, max(0, start - 24), start)
    if found is None:
        return False
    if found[0][-1] == " ":  # 1,234.5 6万元; but 120.50 35.2% are two cells of a row
        return digits.isdecimal() and len(digits) < 3 and kind != "percent"
    listed = kind == "percent" and found[0][-1] == "，"
    return not listed and not _LEADS_LIST.search(text, max(0, found.start() - 24), found.start())


def _opens_line(text: str, start: int) -> bool:
    return _LINE_MARK.search(text, max(0, start - 8), start) is not None


def _opens_cell(text: str, start: int) -> bool:
    """Whether a number begins its line or stands behind a blank, so that a blank inside it may part two cells."""
    return start == 0 or text[start - 1] in " \t\n|"


def _separates(digits: str, kind: str) -> bool:
    """Whether the commas in ``digits`` part two numbers and join no thousands: 0，100%."""
    if "，" in digits and (kind == "percent" or (kind == "bare" and "." not in digits)):
        return True
    return digits[0] == "0" and ("," in digits or "，" in digits)


def _is_sign(normal: Normal, place: int) -> bool:
    """Whether the hyphen at ``place`` belongs to the number after it; a Chinese dash never does."""
    text = normal.text
    follows = not place or text[place - 1] in _SIGN_AFTER or text.endswith(_SIGN_AFTER_WORDS, 0, place)
    return follows and normal.source[normal.offset(place)] != "—"


def _tail(match: re.Match[str]) -> tuple[str, str, str, bool]:
    """Kind, scale and unit of a number, and whether a word such as 余 stands in it."""
    kind = match.lastgroup
    if kind == "money":
        return "money", (match["mscale"] or "") + (match["mscale2"] or ""), "元", match["msome"] is not None
    if kind == "percent":
        return "percent", "", match["percent"], False
    if kind in ("count", "noun"):
        return "count", match["cscale"] or "", match["count"], (match["cpre"] or match["csome"]) is not None
    if kind in ("scale", "ssome"):
        return "scale", match["scale"], "", (match["spre"] or match["ssome"]) is not None
    return "bare", "", "", False


def _chains(text: str, found: list[Number]) -> list[Number]:
    """The numbers, those written in several scales joined: 1亿2000万元, 1亿零500万元, 25万6千元, 1万2千人次."""
    if "scale" not in {number.kind for number in found}:
        return found
    joined: list[Number] = found[:1]
    for number in found[1:]:
        last = joined[-1]
        if (
            last.kind == "scale"
            and text[last.end : number.start] in ("", "零")
            and number.kind != "percent"
            and len(last.more) < _MOST_SCALES
        ):
            joined[-1] = _both(last, number)
        else:
            joined.append(number)
    return [number for number in joined if not (number.more and number.kind == "bare")]


def _both(one: Number, other: Number) -> Number:
    """Two parts of a number written in several scales, as one."""
    return msgspec.structs.replace(
        other, start=one.start, digits=one.digits, scale=one.scale, more=(*one.more, (other.digits, other.scale)),
        approx=other.approx or one.approx, bound=other.bound or one.bound,
    )  # fmt: skip


def _lists(text: str, found: list[Number]) -> list[Number]:
    """The numbers, those of a list with the unit of its last: 分别为12.0、13.5、14.2万元."""
    behind = [place + 1 for place, number in enumerate(found[:-1]) if number.kind == "bare"]
    for place in reversed(behind):
        last = found[place]
        if last.kind in ("bare", "scale") or last.more:
            continue
        first = place
        while first and found[first - 1].kind == "bare" and _parted(text, found[first - 1], found[first]):
            first -= 1
        leads = _LEADS_LIST, *([_LEADS_SUMS] if last.kind == "money" else [])
        start = found[first].start
        if first < place and any(lead.search(text, max(0, start - 24), start) for lead in leads):
            for number in range(first, place):
                found[number] = msgspec.structs.replace(
                    found[number], kind=last.kind, scale=last.scale, unit=last.unit, given=False
                )
    return found


def _parted(text: str, one: Number, other: Number) -> bool:
    """Whether a mark of a list parts two numbers; a comma does only where it cannot part thousands."""
    gap = text[one.end : other.start]
    return _LISTED.fullmatch(gap) is not None and ("." in one.digits or gap[0] not in ",，")


def range_joint(gap: str) -> bool:
    """Whether what stands between two numbers makes a range of them."""
    return _RANGE.fullmatch(gap) is not None
