"""The form of a text that the span finders read, and the way back to the text's own offsets.

Full-width digits, signs and half-width brackets become one form, character for character, so that
offsets stay. Only where a page was scraped from a PDF are blanks inside words left out as well; the
offsets of what remains are then kept in a table.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

import msgspec

_SAME_WIDTH = tuple(
    zip(
        "０１２３４５６７８９．﹣－−—–％﹪()[]【】﹝﹞［］〖〗\u00a0\u3000：＜＞≦≧⩽⩾～﹤﹥",
        "0123456789.-----%%（）〔〕〔〕〔〕〔〕〔〕  :<>≤≥≤≥~<>",
        strict=True,
    )
)
_SURROGATE = re.compile("[\ud800-\udfff]")
HAN = r"\u4e00-\u9fff"
# One blank between a Chinese character and what belongs to it; two or more may separate columns.
# (The look-behind stands after the blank, so that the search can skip from blank to blank.)
_INNER_BLANK = re.compile(
    rf"[\u200b\u200c\ufeff\u00ad]+| (?<=[{HAN}（）、，。“”] )(?=[{HAN}\d（）、，。“”])| (?<=\d )(?=[{HAN}%）])"
)


# Blanks before a digit, a comma or a point, where print set a number wide.
_WIDE_NUMBER = re.compile(r" (?<=\d )(?=[\d,，.])")
# 2 , 345 . 60: a comma or point with a blank before it; its blanks are no part of the number.
_LOOSE_POINT = re.compile(r" (?<=\d )[,，.] ?(?=\d)")
# 1 , 2 3 4 . 5 0 and 2 0 2 2年: every sign by itself.
_LOOSE_DIGITS = re.compile(r"(?<![\d.,，])(?<![\d.,，] )\d(?: [\d,，.])* \d(?![\d.,，])(?! [\d.,，])")
_LOOSE_YEAR = re.compile(r"(?:1 9|2 0) \d \d(?= ?年)")


class Normal(msgspec.Struct, frozen=True, gc=False):
    """A text in normal form.

    Attributes:
        source: the text as it is.
        text: the form to search in.
        offsets: for each of its code points, and one past the last, the offset in the original;
            None where the two are the same.
    """

    source: str
    text: str
    offsets: Sequence[int] | None

    def cut(self, start: int, end: int) -> tuple[int, int, str]:
        """A span of :attr:`text` as offsets in :attr:`source` and what stands there."""
        if self.offsets is not None:
            start, end = self.offsets[start], self.offsets[end - 1] + 1
        return start, end, self.source[start:end]

    def offset(self, place: int) -> int:
        """An offset in :attr:`text` as one in :attr:`source`."""
        return place if self.offsets is None else self.offsets[place]


def normalise(text: str) -> Normal:
    """The normal form of ``text``."""
    form = _encodable(text)
    for wide, narrow in _SAME_WIDTH:  # far faster than one translate: most of them are not there
        if wide in form:
            form = form.replace(wide, narrow)
    cuts = [match.span() for match in _INNER_BLANK.finditer(form)]
    if _WIDE_NUMBER.search(form):
        cuts = sorted({*cuts, *_in_numbers(form)})
    if not cuts:
        return Normal(text, form, None)
    parts: list[str] = []
    offsets = array("l")
    place = 0
    for start, end in cuts:
        parts.append(form[place:start])
        offsets.extend(range(place, start))
        place = end
    parts.append(form[place:])
    offsets.extend(range(place, len(form) + 1))
    return Normal(text, "".join(parts), offsets)


def _in_numbers(form: str) -> Iterator[tuple[int, int]]:
    """The blanks inside numbers that print set wide."""
    wide = [match.span() for match in _LOOSE_POINT.finditer(form)]
    for match in _LOOSE_DIGITS.finditer(form):
        if not match[0].replace(" ", "").isdecimal() or _LOOSE_YEAR.match(form, match.start()):
            wide.append(match.span())
    for start, end in wide:
        yield from ((place, place + 1) for place in range(start, end) if form[place] == " ")


def _encodable(text: str) -> str:
    """``text`` with a mark for every lone surrogate, which no pattern matcher outside Python takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
