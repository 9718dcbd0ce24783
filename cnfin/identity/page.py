"""A text as the identity is read from it: one form of brackets and digits, and its first lines."""

from __future__ import annotations

import re
from itertools import islice

import msgspec

#: Lines with something on them from the start of a text among which titles stand.
HEAD_LINES = 14
#: Code points from the start that these lines, labels without a colon and publishers are looked for in.
HEAD_LENGTH = 6000
#: The longest title, in code points; longer lines are paragraphs.
LONGEST_TITLE = 60
#: Fewest pieces of one or two characters before the last where blanks only spread a line: 2 0 2 2年 部 门 决 算.
_FEWEST_SPREAD = 4

# Full-width digits and letters, the number sign apart; half-width brackets.
_ONE_FORM = tuple(zip("()\u00a0\u3000０１２３４５６７８９", "（）  0123456789", strict=True))
_SPREAD = re.compile(rf"(?:[^\s|]{{1,2}} +){{{_FEWEST_SPREAD},}}[^\s|]{{1,2}}(?= |$)")
_INNER_BLANK = re.compile(r"(?<=[\u4e00-\u9fff])[ ](?=[\u4e00-\u9fff\d])")
_CELLS = re.compile(r"[|\t]")

# 2022, 二〇二二; scanned and typed pages write the zero as ○, 0 or the letter O.
YEAR_FORMS = (r"20[0-4]\d", "二[〇○零0OoＯ][〇○零0OoＯ一二三四][〇○零0OoＯ一二三四五六七八九]")
YEAR = f"(?:{'|'.join(YEAR_FORMS)})"
_DIGITS = str.maketrans("〇○零OoＯ一二三四五六七八九", "000000123456789")


class Page(msgspec.Struct, frozen=True, gc=False):
    """A text in one form.

    Attributes:
        text: all of it, with full-width round brackets and half-width digits.
        lines: its first lines, without the blanks that only spread a title.
        cells: the same lines, cut at the edges of a table's cells.
    """

    text: str
    lines: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def start(self) -> str:
        """The part that labels and publishers are looked for in."""
        return self.text[:HEAD_LENGTH]


def read_page(text: str) -> Page:
    """The page that ``text`` is."""
    for other, one in _ONE_FORM:  # far faster than one translate: most of them are not there
        if other in text:
            text = text.replace(other, one)
    found = filter(None, map(str.strip, text[:HEAD_LENGTH].splitlines()))
    lines = tuple(_joined(line) if " " in line else line for line in islice(found, HEAD_LINES))
    cells = (cell.strip() for line in lines for cell in _CELLS.split(line))
    return Page(text, lines, tuple(filter(None, cells)))


def _joined(line: str) -> str:
    """A line without the blanks that only spread it."""
    return _INNER_BLANK.sub("", _SPREAD.sub(_closed, line))


def _closed(spread: re.Match[str]) -> str:
    return spread[0].replace(" ", "")


def year_number(year: str) -> int:
    """The number of a year in digits or in Chinese numerals."""
    return int(year.translate(_DIGITS))
