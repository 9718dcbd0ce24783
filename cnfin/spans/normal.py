"""The form of a text that the span finders read, and the way back to the text's own offsets.

Full-width digits, signs and half-width brackets become one form, character for character, so that
offsets stay. Only where a page was scraped from a PDF are blanks inside words left out as well; the
offsets of what remains are then kept in a table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

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
_INNER_BLANK = re.compile(rf" (?:(?<=[{HAN}（）、，。“”] )(?=[{HAN}\d（）、，。“”])|(?<=\d )(?=[{HAN}%）]))")
_INVISIBLE = "\u200b\u200c\ufeff\u00ad"
_NO_WIDTH = re.compile(f"[{_INVISIBLE}]+")
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
        cuts: where in :attr:`text` something is left out, ascending.
        left_out: how many code points are left out before and at each of the cuts.
    """

    source: str
    text: str
    cuts: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()

    def cut(self, start: int, end: int) -> tuple[int, int, str]:
        """A span of :attr:`text` as offsets in :attr:`source` and what stands there."""
        cuts = self.cuts
        if cuts:
            before = bisect_right(cuts, start)
            gone = self.left_out[before - 1] if before else 0
            inside = before < len(cuts) and cuts[before] < end
            start, end = start + gone, self.offset(end - 1) + 1 if inside else end + gone
        return start, end, self.source[start:end]

    def offset(self, place: int) -> int:
        """An offset in :attr:`text` as one in :attr:`source`."""
        if not self.cuts:
            return place
        before = bisect_right(self.cuts, place)
        return place + self.left_out[before - 1] if before else place


def normalise(text: str) -> Normal:
    """The normal form of ``text``."""
    form = _encodable(text)
    for wide, narrow in _SAME_WIDTH:  # far faster than one translate: most of them are not there
        if wide in form:
            form = form.replace(wide, narrow)
    form = form.replace("其它", "其他")  # how some write the names of other lines
    found = [match.span() for match in _INNER_BLANK.finditer(form)]
    if any(char in form for char in _INVISIBLE):
        found = sorted([*found, *(match.span() for match in _NO_WIDTH.finditer(form))])
    if _WIDE_NUMBER.search(form):
        found = sorted({*found, *_in_numbers(form)})
    if not found:
        return Normal(text, form)
    parts: list[str] = []
    cuts: list[int] = []
    left_out: list[int] = []
    place = gone = 0
    for start, end in found:
        parts.append(form[place:start])
        cuts.append(start - gone)
        gone += end - start
        left_out.append(gone)
        place = end
    parts.append(form[place:])
    return Normal(text, "".join(parts), tuple(cuts), tuple(left_out))


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
