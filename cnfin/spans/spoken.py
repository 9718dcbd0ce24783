"""Sums, rates and counts in Chinese numerals: 三百万元, 壹拾贰万元整, 三成, 百分之九十五, 十余次, 两个项目."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cnfin.document import Amount, Count, Percentage
from cnfin.lexicon import Lexicon
from cnfin.numerals import arabic, chinese, plain, power, rmb, shift
from cnfin.spans.normal import Normal
from cnfin.spans.number_words import is_negated, measure_expression, noun_expression, number_words

_DIGITS = "〇零一二两三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖"
_UNITS = "十百千拾佰仟廿卅"
_BIG = "万亿萬億"
_ALL = _DIGITS + _UNITS + _BIG
# 百元 and 万元 alone are units; a numeral has a digit, or begins with 十, or has 余 behind 百 or 千.
_NUMERAL = (
    rf"[{_DIGITS}{_UNITS}](?<![{_ALL}点第.].)(?<![数几上每整][{_UNITS}])[{_ALL}]{{0,60}}(?:点[{_DIGITS}]{{1,60}}[{_UNITS}{_BIG}]{{0,9}})?"
)
_PARTS = re.compile(r"分之(?<=[百千万亿]..)(?P<numeral>[〇零一二三四五六七八九十百点两]+|\d+(?:\.\d+)?)")
_WHOLE_BEFORE = re.compile(r"(?:\d+|十|百|千)?[百千万亿]\Z")
_COINS = rf"(?:零?[{_DIGITS}]角)?(?:[零〇]?[{_DIGITS}]分)?[整正]?"
# 三万至五万元: the lower end of a range, before the joint.
_LOW = re.compile(rf"({_NUMERAL})(?:元)?[至到~-]{{1,2}}\Z")
_SMALL_WORDS = frozenset(("一元", "二元", "三元"))
_TENTHS_BEFORE = frozenset("近约超逾占达过足为是有 ")
_TENTHS_AFTER = frozenset("，。、；左以多的）")
_SINGLE = "两三四五六七八九十"
_LONGEST_LOW = 12


class Spoken:
    """Finds the values in Chinese numerals.

    Args:
        lexicon: the tables.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = number_words(lexicon)
        single = measure_expression(lexicon, chinese=True)
        measures, nouns = measure_expression(lexicon), noun_expression(lexicon)
        units = "".join(sorted({unit.unit[0] for unit in lexicon.units}))
        stops = next((row["not_before"] for row in lexicon.rows("rates") if row["unit"] == "成"), "")
        # A single digit stands only before the measures that the table marks ``chinese``; before others
        # (五条, 三项规定) it is mostly part of a name.
        self._find = re.compile(
            rf"(?P<numeral>{_NUMERAL})(?P<some>[余多])?(?=[{units}个元圆万萬亿億成])"
            rf"(?:(?P<big>[{_BIG}]{{0,4}})(?P<money>[元圆])(?P<coins>{_COINS})"
            rf"|(?P<percent>个?百分点|成(?P<fifth>[一二三四五六七八九半](?![{_ALL}]))?(?![{stops}]))"
            rf"|(?P<more>[万亿][余多]?)?(?:(?P<noun>个)(?:{nouns})(?![之来（])|(?P<one>{single})|(?P<unit>{measures})))"
        )

    def find(self, normal: Normal) -> Iterator[Amount | Percentage | Count]:
        """Every value of ``normal`` that is written in Chinese numerals."""
        text = normal.text
        for match in self._find.finditer(text):
            kind = str(match.lastgroup)
            make = self._amount if match["money"] else self._rate if match["percent"] else self._count
            try:
                found = make(normal, match, kind)
            except ValueError:
                continue  # digits that form no numeral, such as 三四万元
            if found is not None:
                yield found
        yield from self._fractions(normal)

    def _start(self, text: str, match: re.Match[str], value: Decimal) -> tuple[int, Decimal]:
        """Where the span begins, and the value, with 负 before it as a sign."""
        start = match.start()
        if is_negated(text, start):
            return start - 1, -value
        return start, value

    def _amount(self, normal: Normal, match: re.Match[str], _: str) -> Amount | None:
        text, numeral, big = normal.text, match["numeral"], match["big"]
        if match[0] in _SMALL_WORDS or (numeral[0] in "百千佰仟" and not (match["some"] or "点" in numeral)):
            return None  # 一元, 二元: words, not sums; 百元, 千万元: units
        value = rmb(f"{numeral}元{match['coins']}") if match["coins"] else chinese(numeral).scaleb(power(big))
        if self._words.is_foreign(text, match.start(), match.start("coins")):
            return None
        start, value = self._start(text, match, value)
        low = self._low(text, start, value)
        start = low[0] if low else start
        approx, bound = self._words.qualifiers(text, start, match.end(), match["some"] is not None)
        first, end, written = normal.cut(start, match.end())
        return Amount(
            start=first, end=end, text=written, wan=None if low else shift(value, -4), low=low and shift(low[1], -4),
            high=shift(value, -4) if low else None, approx=approx, bound=bound, unit_given=True,
        )  # fmt: skip

    def _low(self, text: str, start: int, high: Decimal) -> tuple[int, Decimal] | None:
        """Where a range that ends at ``start`` begins, and its lower end: 三万至五万元, 十至二十万元."""
        if text[start - 1 : start] not in ("至", "到", "~", "-"):
            return None
        match = _LOW.search(text, max(0, start - _LONGEST_LOW), start)
        if match is None:
            return None
        low = chinese(match[1])
        for scale in (10**8, 10**4):
            if low < scale <= high and low * scale < high:
                low *= scale
        return (match.start(), low) if low < high else None

    def _rate(self, normal: Normal, match: re.Match[str], _: str) -> Percentage | None:
        text, end = normal.text, match.end()
        points = match["percent"].endswith("百分点")
        value = chinese(match["numeral"])
        if not points:
            if (
                text[match.start() - 1 : match.start()] not in _TENTHS_BEFORE
                and text[end : end + 1] not in _TENTHS_AFTER
            ):
                return None
            fifth = match["fifth"]
            value = shift(value, 1) + (5 if fifth == "半" else chinese(fifth) if fifth else 0)
        start, value = self._start(text, match, value)
        return self._percentage(normal, start, end, value, "百分点" if points else "%", match["some"] is not None)

    def _count(self, normal: Normal, match: re.Match[str], kind: str) -> Count | None:
        text, numeral = normal.text, match["numeral"]
        bare = len(numeral) == 1 and not match["more"]
        if bare and (numeral not in "百千十" if match["some"] else numeral not in _SINGLE or kind == "unit"):
            return None
        if numeral[0] in "百千" and not match["some"] and len(numeral) < 3:
            return None
        if text[match.start() - 1 : match.start()] in ("之", "“", "《", "每"):
            return None  # 三分之一, “三公”, 《十项规定》
        value = chinese(numeral) * 10 ** power((match["more"] or "").rstrip("余多"))
        some = bool(match["some"]) or (match["more"] or "").endswith(("余", "多"))
        start, value = self._start(text, match, value)
        approx, bound = self._words.qualifiers(text, start, match.end(), some)
        first, end, written = normal.cut(start, match.end())
        return Count(
            start=first, end=end, text=written, number=plain(value), unit=match[kind], approx=approx, bound=bound
        )

    def _fractions(self, normal: Normal) -> Iterator[Percentage]:
        """Percentages by 分之: 百分之九十五, 千分之三, 十万分之八, 10万分之9."""
        text = normal.text
        for match in _PARTS.finditer(text):
            base, digits = _WHOLE_BEFORE.search(text, max(0, match.start() - 6), match.start()), match["numeral"]
            assert base is not None
            if text[base.start() - 1 : base.start()] in tuple(_DIGITS):
                continue  # 五百分之三
            written = base[0].lstrip("0123456789")
            number = arabic(base[0][: len(base[0]) - len(written)] or "1")
            if str(number).strip("0") != "1":
                continue
            size = power(written) + len(str(number)) - 1
            try:
                value = shift(arabic(digits) if digits[0].isdecimal() else chinese(digits), 2 - size)
            except ValueError:
                continue  # 百分之三四
            negated = is_negated(text, base.start())  # 负百分之七
            start, value = (base.start() - 1, -value) if negated else (base.start(), value)
            yield self._percentage(normal, start, match.end(), value, "%", False)

    def _percentage(self, normal: Normal, start: int, end: int, value: Decimal, unit: str, some: bool) -> Percentage:
        approx, bound = self._words.qualifiers(normal.text, start, end, some)
        first, last, written = normal.cut(start, end)
        return Percentage(start=first, end=last, text=written, percent=value, unit=unit, approx=approx, bound=bound)  # type: ignore[arg-type]
