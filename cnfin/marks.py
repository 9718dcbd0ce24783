"""The marks of headings and list items: 第一部分, 一、, （二）, 3., (4), ⑤, 六是.

One expression for all who look for them: what a mark is does not depend on who asks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import msgspec

from cnfin.numerals import chinese

Style = Literal["part", "numeral", "bracketed numeral", "digit", "bracketed digit", "circled", "ordinal"]

#: The numerals that number headings and items; 百 stands in the numbers of parts alone.
NUMERALS = "一二三四五六七八九十"
#: Digits in circles, in brackets and with a point: one character each.
CIRCLED = "①-⒛⓪-⓿❶-➓㈠-㈩"
_OPENING, _CLOSING = r"（(【\[〔", r"）)】\]〕"
_DIGITS = "0-9０-９"

#: Any number with a mark of a list behind it, as names and labels in running text are written: （3）, 3., 十二、, 3)
LOOSE = rf"[（(]?[\d{NUMERALS}]{{1,3}}[)）、.．]"

#: Each style: its expression and an example.
STYLES: tuple[tuple[Style, str, str], ...] = (
    ("part", rf"第(?P<part>[{NUMERALS}百{_DIGITS}]+)(?:部分|章|节|条)", "第三部分"),
    ("numeral", rf"(?P<numeral>[{NUMERALS}]+)\s*[、.．]", "十二、"),
    ("bracketed numeral", rf"[{_OPENING}]\s*(?P<bracketed_numeral>[{NUMERALS}]+)\s*[{_CLOSING}]", "（四）"),
    ("bracketed digit", rf"[{_OPENING}]\s*(?P<bracketed_digit>[{_DIGITS}]{{1,2}})\s*[{_CLOSING}]", "(5)"),
    ("digit", rf"(?P<digit>[{_DIGITS}]{{1,2}})\s*(?:、|[.．](?![{_DIGITS}]))", "6."),
    ("circled", f"(?P<circled>[{CIRCLED}])", "⑦"),
    ("ordinal", f"(?P<ordinal>[{NUMERALS}]{{1,2}})是", "八是"),
)
#: Any mark, with a group a style.
EXPRESSION = "|".join(expression for _, expression, _ in STYLES)
_MARK = re.compile(EXPRESSION)
_STYLE_OF = {style.replace(" ", "_"): style for style, _, _ in STYLES}


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A mark in a text.

    Attributes:
        style: what it looks like; marks of one style go on the same list.
        number: which item it opens.
        end: where it ends in the text.
    """

    style: Style
    number: int
    end: int


def mark_of(text: str, start: int = 0, end: int | None = None) -> Mark | None:
    """The mark that ``text[start:end]`` begins with, or None; blanks before it are not read past."""
    match = _MARK.match(text, start) if end is None else _MARK.match(text, start, end)
    if match is None:
        return None
    group = str(match.lastgroup)
    return Mark(_STYLE_OF[group], _number(match[group]), match.end())


def without_mark(text: str) -> str:
    """``text`` without a mark at its beginning and the blanks around it."""
    text = text.lstrip()
    mark = mark_of(text)
    return text[mark.end :].lstrip() if mark else text


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    if len(written) == 1:
        return int(unicodedata.numeric(written))
    try:
        return int(chinese(written))
    except ValueError:
        return 0  # 一二三、: a mark, but no number
