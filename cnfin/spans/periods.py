"""年度: fiscal and calendar years and dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from cnfin.document import Period
from cnfin.numerals import digit_string
from cnfin.spans.normal import Normal

_YEAR = r"(?:19[4-9]\d|20[0-4]\d)"
# The zero is also written as a figure, a letter or a circle: 二0二三年, 二O二二年度.
_ZEROS = "〇零○0OoＯ"
_CHINESE_YEAR = rf"[一二][九{_ZEROS}][{_ZEROS}一二三四五六七八九]{{2}}"
_AS_ZERO = str.maketrans(dict.fromkeys(_ZEROS, "零"))
_MONTH_DAY = r"\s?(?P<month>0?[1-9]|1[0-2])\s?月(?:份|\s?(?P<day>[12]\d|3[01]|0?[1-9])\s?[日号]|底|末|初)?"


def _chinese_month_day(prefix: str = "") -> str:
    """An expression for month and day in Chinese numerals."""
    return (
        rf"(?P<{prefix}month>[一二三四五六七八九十]{{1,2}})月"
        rf"(?:(?P<{prefix}day>[一二三四五六七八九十]{{1,3}})日|底|末|初|份)?"
    )


_FIND = re.compile(
    # The look-behinds stand after the year, so that the search can skip to a digit.
    rf"(?P<year>{_YEAR})(?<![\dA-Za-z]....)(?:\s?年(?:度|{_MONTH_DAY}|{_chinese_month_day('c')}|(?!-))?"
    # 2019、2020年度: a year without 年 before another one
    rf"|(?<!\.....)(?=\s?(?:[、和与及至到~-]|--)\s?{_YEAR}(?:年|[、和与]\s?{_YEAR}年))"
    r"|(?<!\.....)(?P<mark>[./-])(?P<dmonth>1[0-2]|0?[1-9])(?P=mark)(?P<dday>[12]\d|3[01]|0?[1-9])(?![\d.%])"
    # 2021.03-2021.12: a month with a point needs another beside it or a word for time before it.
    r"|(?<!\.....)\.(?:0[1-9]|1[0-2])(?![\d.%‰]|\s?[亿万千百]?元|\s?[亿万])"
    r"(?:(?<=[-~至到自].{7})|(?<=[间期]:.{7})|(?=\s?[-~至到]+\s?20\d\d\.(?:0[1-9]|1[0-2])(?!\d)))"
    # 2021部门决算: a title or a column's head without 年
    r"|(?<![.,，-]....)(?=\s?(?:年?度|(?:部门|单位|财政)?(?:预|决)算|部门整体|“?三公))"
    r"|(?<!-....)(?P<imonth>0[1-9]|1[0-2])(?P<iday>0[1-9]|[12]\d|3[01])(?![\dA-Za-z-]|\.\d|\s?[亿万千百]?元))"
)
# The search skips to 年, which is rarer than the numerals and stands behind digits far more often.
_FIND_CHINESE = re.compile(rf"年(?<=(?P<cyear>{_CHINESE_YEAR})年)(?:度|{_chinese_month_day()})?")


def periods(normal: Normal) -> Iterator[tuple[int, int, Period]]:
    """Each year or date with its span in the normal form."""
    for match in _FIND.finditer(normal.text):
        month = day = None
        if match.lastgroup != "year":
            month = match["month"] or match["dmonth"] or match["imonth"] or _spoken(match["cmonth"])
            day = match["day"] or match["dday"] or match["iday"] or _spoken(match["cday"])
        yield _period(normal, *match.span(), int(match["year"]), month, day)
    for match in _FIND_CHINESE.finditer(normal.text):
        year = int(digit_string(match["cyear"].translate(_AS_ZERO)))
        start, end = match.start("cyear"), match.end()
        yield _period(normal, start, end, year, _spoken(match["month"]), _spoken(match["day"]))


def _period(
    normal: Normal, start: int, end: int, year: int, month: str | None, day: str | None
) -> tuple[int, int, Period]:
    first, last, written = normal.cut(start, end)
    return start, end, Period(start=first, end=last, text=written, year=year, date=_iso(year, month, day))


def _spoken(numeral: str | None) -> str | None:
    """A month or day in Chinese numerals, at most 三十一, as digits."""
    if not numeral:
        return None
    tens, ten, ones = numeral.rpartition("十")
    value = (int(digit_string(tens or "一")) * 10 if ten else 0) + int(digit_string(ones or "零"))
    return str(value)


def _iso(year: int, month: str | None, day: str | None) -> str | None:
    if not month or not day:
        return None
    try:
        return datetime.date(year, int(month), int(day)).isoformat()
    except ValueError:
        return None
