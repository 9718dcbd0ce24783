"""One pass over all numbers of a text: what number, what stands after it, what qualifies it.

金额, 百分比 and 数量 are told apart by what follows the number; each has a file of its own that
turns a :class:`Number` into its span.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from cnfin.document import Bound
from cnfin.lexicon import Lexicon
from cnfin.spans.normal import Normal

_APPROX_BEFORE = re.compile(
    r"(?:大约|大致|将近|接近|大概|(?<![节制合预签违履条盟邀契隐]|公)约|(?<![附最接亲靠远])近)[为有达合需计]?\s?$"
)
_BOUND_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"(?:≥|>=|不得?低于|不得?少于|不小于|至少|大于等于|大于或等于)\s?$"), ">="),
    (
        re.compile(
            r"(?:≤|<=|[不未](?:得|能)?超过?|不得?高于|不得?多于|不得?大于|不突破|最多|至多|小于等于|小于或等于|控制在)\s?$"
        ),
        "<=",
    ),
    (re.compile(r"(?:>|超过|突破|逾|高于|多于|大于|超)\s?$"), ">"),
    (re.compile(r"(?:<|低于|少于|小于|不足|不到|未满|未达)\s?$"), "<"),
)
_BEFORE_ENDS = frozenset("约近为有达合需计≥>=于少≤过破多在逾超<足到满 ")
_VISITS = re.compile(r"(?:浏览|点击|访问|阅读|下载)(?:次数|量|数)? ?[:|]?\s{0,4}\Z")
# What may stand before a sum without a unit, and after the first number of a range.
_BEFORE_SUM = frozenset("为是共达:）数额算入出费款转余计总年了少加减调长降金时较比 \n由")
_RANGE_NEXT = frozenset("-~至到 ")
_AFTER = re.compile(r"\s?(?:（(?P<brackets>不?含)[^（）\n]{0,6}）)?(?P<word>左右|上下|以上|以下|以内|之内)")
_AFTER_BOUND: dict[str, Bound] = {"以上": ">=", "以下": "<=", "以内": "<=", "之内": "<="}
_STRICT: dict[Bound, Bound] = {">=": ">", "<=": "<"}
# A hyphen is a sign after words of change, brackets, marks and blanks; elsewhere it joins or separates.
_SIGN_AFTER = frozenset("长加少降减升增率幅额差为是比到达余化值数（:，,、|= \t\r\n")

# A look-behind after the first digit instead of before it lets the search skip from digit to digit.
NUMBER = (
    r"[0-9](?<![A-Za-z0-9.].)\d{0,2}(?:[,，] ?\d{3})+(?!\d)(?:\. ?\d+)?"
    r"|[0-9](?<![A-Za-z0-9.].)\d{0,29}(?:\. ?\d{1,20})?"
)
SCALE = r"万亿|千亿|百亿|十亿|亿|億|千万|百万|十万|万|萬|千|百"
SOME = r"[余多来几]"
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
    """

    start: int
    end: int
    digits: str
    kind: str
    scale: str
    unit: str
    approx: bool
    bound: Bound | None


def pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """The expression that finds a number with the unit after it."""
    measures = "|".join(
        re.escape(unit.unit) + (f"(?![{re.escape(unit.not_before)}])" if unit.not_before else "")
        for unit in lexicon.units
    )
    nouns = "|".join(sorted(map(re.escape, lexicon.table("nouns", "noun")), key=len, reverse=True))
    first = "".join({unit.unit[0] for unit in lexicon.units}) + "万亿千百余多来几"
    return re.compile(
        rf"(?P<digits>{NUMBER})(?!(?!km|kg|m)[A-Za-z])"
        rf"(?: {{0,2}}(?:(?P<mscale>{SCALE})?(?P<msome>{SOME})?(?P<mscale2>[万亿萬億])?(?P<money>元)"
        r"|(?P<percent>%|‰|个?百分点|成(?=[，。、；以左的多])(?!员))"
        rf"|(?=[{first}])(?P<cpre>[余多](?=[万亿]))?(?P<cscale>万|亿|千(?![米克瓦])|百)?(?P<csome>{SOME})?(?P<count>(?:{measures}){OTHER_MEASURE})(?:(?<=个)(?P<noun>{nouns})(?!（))?"
        rf"|(?P<spre>[余多])?(?P<scale>万亿|[亿億万萬])(?P<ssome>{SOME})?(?:(?=[至到]\d)|(?![\u4e00-\u9fff]|\s?元))))?"
    )


def qualifiers(text: str, start: int, end: int, some: bool) -> tuple[bool, Bound | None]:
    """Whether a number at ``start``–``end`` is approximate, and its bound."""
    approx, bound = some, None
    if start and text[start - 1] in _BEFORE_ENDS:
        before = text[max(0, start - 6) : start]
        if _APPROX_BEFORE.search(before):
            approx = True
        else:
            bound = next((sign for form, sign in _BOUND_BEFORE if form.search(before)), None)
    after = _AFTER.match(text, end)
    if after:
        word = after["word"]
        if word in ("左右", "上下"):
            approx = True
        elif bound is None or word in ("以内", "之内"):
            bound = _AFTER_BOUND[word]
            if after["brackets"] == "不含":
                bound = _STRICT[bound]
    elif bound == "<=" and text[max(0, start - 3) : start] == "控制在":
        bound = None
    return approx, bound


def numbers(normal: Normal, find: re.Pattern[str], taken: list[tuple[int, int]]) -> Iterator[Number]:
    """Every number outside the spans ``taken`` (sorted; years, dates, document numbers, addresses)."""
    text = normal.text
    place = 0
    for match in find.finditer(text):
        start, end = match.span()
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        if place < len(taken) and taken[place][0] < end:
            continue
        digits = match["digits"]
        alone = match.lastgroup == "digits"
        if alone and text[start - 1] not in _BEFORE_SUM and text[end : end + 1] not in _RANGE_NEXT:
            continue  # a list mark, a row number, a code: no sum without a unit
        kind, scale, unit, some = _tail(match)
        if _separates(digits, kind):
            cut = max(digits.rfind(","), digits.rfind("，")) + 1
            digits, start = digits[cut:].lstrip(), start + cut + (digits[cut] == " ")
        if start and text[start - 1] == "-" and _is_sign(normal, start - 1):
            digits, start = "-" + digits, start - 1
        if kind == "count" and start and _is_no_count(text, start, digits, scale + unit):
            continue
        approx, bound = (False, None) if kind == "bare" else qualifiers(text, start, end, some)
        yield Number(start, end, digits, kind, scale, unit, approx, bound)


def _is_no_count(text: str, start: int, digits: str, unit: str) -> bool:
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
    return unit == "次" and _VISITS.search(text, max(0, start - 12), start) is not None


def _separates(digits: str, kind: str) -> bool:
    """Whether the commas in ``digits`` part two numbers and join no thousands: 0，100%."""
    if "，" in digits and (kind == "percent" or (kind == "bare" and "." not in digits)):
        return True
    return digits[0] == "0" and ("," in digits or "，" in digits)


def _is_sign(normal: Normal, place: int) -> bool:
    """Whether the hyphen at ``place`` belongs to the number after it; a Chinese dash never does."""
    return (not place or normal.text[place - 1] in _SIGN_AFTER) and normal.source[normal.offset(place)] != "—"


def _tail(match: re.Match[str]) -> tuple[str, str, str, bool]:
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
