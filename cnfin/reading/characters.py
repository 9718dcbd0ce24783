"""Characters that look like others, and characters that look like nothing.

Text taken from PDFs has radicals (⽀⻋) where a reader sees characters, compatibility forms and rare
blanks; text from web pages and editors has marks of no width between its characters. The
analysis works on what a reader sees.
"""

from __future__ import annotations

import re
import unicodedata

# CJK Radicals Supplement, of which Unicode decomposes but two. Source: EquivalentUnifiedIdeograph.txt of Unicode.
_RADICALS = (
    "⺁厂⺄乙⺅亻⺆冂⺉刂⺊卜⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺦丬⺨犭⺩王⺪疋⺫目⺬示⺭礻"
    "⺮竹⺯糹⺰纟⺱罓⺲罒⺶羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長"
    "⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻲亀⻳龟"
)
_COMPATIBLE = (range(0x2F00, 0x2FE0), range(0xF900, 0xFB00), range(0xFE30, 0xFE50))
_FULL_WIDTH = range(0xFF10, 0xFF1A)
_BLANKS = (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F)

#: One character for one: radicals and compatibility forms → what they show, rare blanks → a space.
SHOWN: dict[int, str] = {
    **{ord(radical): char for radical, char in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)},
    **{
        code: char
        for codes in _COMPATIBLE
        for code in codes
        if (char := unicodedata.normalize("NFKC", chr(code))) != chr(code) and len(char) == 1
    },
    **dict.fromkeys(_BLANKS, " "),
}
#: Marks of direction, joining and variation, soft hyphens, byte order marks.
INVISIBLE = frozenset(
    map(chr, (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
              *range(0xFE00, 0xFE10), 0xFEFF, *range(0xE0100, 0xE01F0)))
)  # fmt: skip
_PLAIN = {**SHOWN, **{code: str(digit) for digit, code in enumerate(_FULL_WIDTH)}}
_SHOWN_ALONE: dict[int, str | None] = {**SHOWN, **dict.fromkeys(map(ord, INVISIBLE))}
# A class within the first 65,536 characters is a table to look into; one further character makes it a list to walk.
_PLANE = chr(0x10000)
_NO_WIDTH = re.compile(
    f"(?:[{''.join(sorted(char for char in INVISIBLE if char < _PLANE))}]|[\U000e0100-\U000e01ef])+"
)
_ODD = re.compile(f"[{''.join(sorted(char for char in INVISIBLE.union(map(chr, _PLAIN)) if char < _PLANE))}]")
_ODD_BEYOND = re.compile("[\U000e0100-\U000e01ef]")


def is_plain(text: str) -> bool:
    """Whether every character of ``text`` is what it looks like, and no digit has full width."""
    return text.isascii() or (_ODD.search(text) is None and _ODD_BEYOND.search(text) is None)


def plain(text: str) -> str:
    """``text`` with each character as it looks and half-width digits, one for one."""
    for char in set(_ODD.findall(text)):  # far faster than one translate: few of them are there
        text = text.replace(char, _PLAIN.get(ord(char), char))
    return text


def visible(text: str) -> str:
    """``text`` as it looks, without what looks like nothing."""
    return text if is_plain(text) else text.translate(_SHOWN_ALONE)


def invisible_runs(text: str) -> list[tuple[int, int]]:
    """Where in ``text`` there are characters that look like nothing: starts and ends."""
    return [match.span() for match in _NO_WIDTH.finditer(text)]
