"""Numerals as disclosures write them → exact :class:`~decimal.Decimal`.

Arabic and full-width digits with half- or full-width thousands commas, stray spaces, Chinese
numerals (二〇二〇, 三百五十, 两万) and 大写 (壹拾贰万叁仟元伍角整). No float is ever made on the way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache

# Digits are never dropped, however long the number: Decimal's default context keeps 28.
_EXACT = Context(prec=min(MAX_PREC, 10_000), Emax=MAX_EMAX, Emin=MIN_EMIN)
_ONE = Decimal(1)

_HALF_WIDTH = str.maketrans("０１２３４５６７８９．－﹣−", "0123456789.---")
_DROPPED = str.maketrans("", "", ",， \u00a0\u3000\t")

# 两 and 〇 are digits in running text that cn2an reads only in some modes.
_PLAIN_DIGITS = str.maketrans("〇零一二三四五六七八九两壹贰貳叁參肆伍陆陸柒捌玖", "00123456789212233456678" + "9")
_CAPITAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億两〇", "一二二三三四五六六七八九十百千万亿二零")
_TRADITIONAL_UNITS = set("十百千万亿廿卅")
_TENS = {"廿": "二十", "卅": "三十"}
# 三四百, 五六十: two digits side by side name no one number, unless all are digits with a zero among them (二〇二〇).
# Nor does any other character stand in a numeral, whatever the library takes.
_NO_NUMERAL = re.compile("[一二三四五六七八九]{2}|[^零一二三四五六七八九十百千万亿]")

_POWERS = {"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}


@lru_cache(maxsize=256)
def power(scale: str) -> int:
    """The power of ten that scale words name together: 万 → 4, 百万 → 6, 万亿 → 12, an empty string → 0.

    Raises:
        KeyError: a character is no scale word.
    """
    return sum(_POWERS[character] for character in scale)


def plain(value: Decimal) -> Decimal:
    """``value`` without trailing zeros and without an exponent: ``Decimal('2.70E+4')`` → ``27000``."""
    value = _EXACT.normalize(value)
    if "E+" in str(value):
        # A run of more digits than the context holds is no sum, and no reason to give the document up.
        return _EXACT.quantize(value, _ONE) if value.adjusted() < _EXACT.prec else Decimal(f"{value:f}")
    return value if value else abs(value)


def shift(value: Decimal, power: int) -> Decimal:
    """``value`` times ten to the ``power``, exact and :func:`plain`."""
    return plain(_EXACT.scaleb(value, power))


def arabic(text: str) -> Decimal:
    """The value of digits with an optional sign, decimal point, commas and spaces inside.

    Raises:
        ValueError: ``text`` is not such a number.
    """
    if not text.isascii():
        text = text.translate(_HALF_WIDTH).translate(_DROPPED)
    try:
        return Decimal(text.replace(",", "").replace(" ", "").replace("\t", ""))
    except ArithmeticError:
        raise ValueError(f"not a number: {text!r}") from None


def digit_string(text: str) -> str:
    """Chinese digits read one by one: 二〇二〇 → ``2020``."""
    return text.translate(_PLAIN_DIGITS)


def chinese(text: str) -> Decimal:
    """The value of a Chinese numeral, everyday or 大写, with an optional 点 and fraction.

    Whole numbers are read by cn2an; the fraction is read digit by digit, since a float in
    between would not be exact.

    Raises:
        ValueError: ``text`` is not such a numeral, or means several numbers (三四百).
    """
    whole, point, fraction = text.translate(_CAPITAL).partition("点")
    digits = fraction.rstrip("十百千万亿")
    fraction, scale = digits, power(fraction[len(digits) :])  # 三点五万
    if point and not fraction:
        raise ValueError(f"not a numeral: {text!r}")
    if fraction and not all("0" <= char <= "9" for char in digit_string(fraction)):
        raise ValueError(f"not a numeral: {text!r}")
    value = _whole(whole)
    return Decimal(f"{value}.{digit_string(fraction)}").scaleb(scale) if fraction else Decimal(value)


def _whole(text: str) -> int:
    if not text:
        raise ValueError("an empty numeral")
    if not _TRADITIONAL_UNITS.intersection(text):
        digits = digit_string(text)
        if not digits.isascii() or not digits.isdecimal() or (len(digits) > 1 and "0" not in digits):
            raise ValueError(f"not a numeral: {text!r}")
        return int(digits)
    for short, long in _TENS.items():
        text = text.replace(short, long)
    if _NO_NUMERAL.search(text):
        raise ValueError(f"not a numeral: {text!r}")
    from cn2an import cn2an  # only some documents hold Chinese numerals, and the import is slow

    if text[0] in "十百千":
        text = "一" + text
    return int(cn2an(text, "smart"))


def scaled(parts: Sequence[tuple[Decimal, str]]) -> Decimal:
    """The value of digits and scales in turn: ``[(2, "亿"), (3, "千"), (4, "百万")]`` → ``234000000``.

    A 万 or 亿 counts for all that stands before it since the last such word, as in a Chinese numeral.

    Raises:
        ValueError: the scales do not fall (3千2万 and 5百6千 are no numbers).
    """
    total, section, last, lowest = Decimal(0), Decimal(0), 99, 99
    for digits, scale in parts:
        small = scale.rstrip("万萬亿億")
        large = scale[len(small) :]
        if power(small) >= last or digits < 0:
            raise ValueError(f"no number: {parts!r}")
        section, last = _EXACT.add(section, digits.scaleb(power(small), _EXACT)), power(small)
        if large:
            if power(large) >= lowest:
                raise ValueError(f"no number: {parts!r}")
            total = _EXACT.add(total, section.scaleb(power(large), _EXACT))
            section, last, lowest = Decimal(0), 4, power(large)
    if section >= 10**lowest:
        raise ValueError(f"no number: {parts!r}")
    return plain(_EXACT.add(total, section))


def rmb(text: str) -> Decimal:
    """A 大写 or Chinese sum with 元, 角 and 分 → 元, exact: 叁拾元伍角 → ``30.5``.

    Raises:
        ValueError: ``text`` is not such a sum.
    """
    total, rest = Decimal(0), text.rstrip("整正")
    for unit, power in (("元", 0), ("圆", 0), ("角", -1), ("分", -2)):
        part, mark, after = rest.partition(unit)
        if mark:
            total = _EXACT.add(total, shift(chinese(part.lstrip("零") or "零"), power))
            rest = after
    if rest:
        raise ValueError(f"not a sum: {text!r}")
    return plain(total)
