"""The numbers that Word writes before paragraphs (一、 （一） 1. ①), from its list definitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_DIGITS = "零一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_SLOT = re.compile(r"%([1-9])")
_MOST = 10_000


class _Level:
    """How one level of a list is counted and written."""

    __slots__ = ("format", "legal", "restart", "start", "style", "suffix", "text")

    def __init__(self, element: _Element) -> None:
        self.format = _value(element, "numFmt") or "decimal"
        self.text = _value(element, "lvlText")
        self.start = _integer(_value(element, "start"), 1)
        self.suffix = _value(element, "suff") or "tab"
        self.style = _value(element, "pStyle")
        self.legal = element.find(W + "isLgl") is not None
        restart = _value(element, "lvlRestart")
        self.restart = _integer(restart, -1) if restart else -1


class Numbering:
    """Counts the numbered paragraphs of one document, which it must be shown in order.

    Args:
        numbering: root of numbering.xml, None where the package has none.
        styles: root of styles.xml, None where the package has none.
    """

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        self._styles: dict[str, tuple[str, int | None, str]] = {}
        self._default = ""
        if styles is not None:
            self._read_styles(styles)
        if numbering is not None:
            self._read_lists(numbering)

    def label(self, paragraph: _Element) -> str:
        """What Word shows before ``paragraph``, with the space after it; empty where nothing."""
        number, depth = self._list_of(paragraph)
        abstract = self._abstract.get(number, "")
        level = self._levels.get(abstract, {}).get(depth)
        if level is None:
            return ""
        counts = self._advance(number, abstract, depth, level)
        if level.format in ("none", "bullet") or not level.text:
            return ""
        levels = self._levels[abstract]

        def write(match: re.Match[str]) -> str:
            slot = int(match[1]) - 1
            kind = levels[slot].format if slot in levels and not level.legal else "decimal"
            count = counts[slot]
            return written(1 if count is None else count, kind)

        text = _SLOT.sub(write, level.text)
        return text + (" " if level.suffix != "nothing" and text and text[-1].isascii() and text[-1] not in ")" else "")

    def _advance(self, number: str, abstract: str, depth: int, level: _Level) -> list[int | None]:
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        override = self._starts.get((number, depth))
        if override is not None and (number, depth) not in self._begun:
            self._begun.add((number, depth))
            counts[depth] = override
        else:
            current = counts[depth]
            counts[depth] = level.start if current is None else current + 1
        levels = self._levels[abstract]
        for deeper in range(depth + 1, _LEVELS):
            rule = levels[deeper].restart if deeper in levels else -1
            if rule == -1 or (rule and depth < rule):
                counts[deeper] = None
        for outer in range(depth):
            if counts[outer] is None:
                counts[outer] = levels[outer].start if outer in levels else 1
        return counts

    def _list_of(self, paragraph: _Element) -> tuple[str, int]:
        """The list and level of a paragraph: its own, or those of its style."""
        properties = paragraph.find(W + "pPr")
        own = properties.find(W + "numPr") if properties is not None else None
        number = _value(own, "numId") if own is not None else ""
        depth: int | None = None
        if own is not None and own.find(W + "ilvl") is not None:
            depth = _integer(_value(own, "ilvl"), 0)
        style = (_value(properties, "pStyle") if properties is not None else "") or self._default
        styled_number, styled_depth = self._list_of_style(style)
        number = number or styled_number
        if number == styled_number and depth is None:
            linked = [
                place
                for place, level in self._levels.get(self._abstract.get(number, ""), {}).items()
                if level.style and level.style == style
            ]
            depth = linked[0] if linked else styled_depth
        return number, min(max(depth or 0, 0), _LEVELS - 1)

    def _list_of_style(self, style: str) -> tuple[str, int | None]:
        depth: int | None = None
        for _ in range(20):  # longer chains of styles are a loop
            number, level, parent = self._styles.get(style, ("", None, ""))
            depth = level if depth is None else depth
            if number or not parent:
                return number, depth
            style = parent
        return "", None

    def _read_styles(self, styles: _Element) -> None:
        for style in styles.iter(W + "style"):
            if style.get(W + "type") != "paragraph":
                continue
            identity = style.get(W + "styleId", "")
            if style.get(W + "default") in ("1", "true"):
                self._default = identity
            own = style.find(f"{W}pPr/{W}numPr")
            level = _value(own, "ilvl") if own is not None else ""
            self._styles[identity] = (
                _value(own, "numId") if own is not None else "",
                _integer(level, 0) if level else None,
                _value(style, "basedOn"),
            )

    def _read_lists(self, root: _Element) -> None:
        by_style: dict[str, str] = {}
        linked: dict[str, str] = {}
        for abstract in root.iter(W + "abstractNum"):
            identity = abstract.get(W + "abstractNumId", "")
            self._levels[identity] = {
                _integer(level.get(W + "ilvl"), 0): _Level(level) for level in abstract.iter(W + "lvl")
            }
            by_style[_value(abstract, "styleLink")] = identity
            linked[identity] = _value(abstract, "numStyleLink")
        for number in root.iter(W + "num"):
            identity = number.get(W + "numId", "")
            abstract_identity = _value(number, "abstractNumId")
            target = by_style.get(linked.get(abstract_identity, "") or "\0", abstract_identity)
            self._abstract[identity] = self._overridden(identity, target, number)

    def _overridden(self, identity: str, abstract: str, number: _Element) -> str:
        """The definition of list ``identity``, a copy of ``abstract`` where it changes levels."""
        replaced: dict[int, _Level] = {}
        for override in number.iter(W + "lvlOverride"):
            depth = _integer(override.get(W + "ilvl"), 0)
            start = _value(override, "startOverride")
            if start:
                self._starts[identity, depth] = _integer(start, 1)
            level = override.find(W + "lvl")
            if level is not None:
                replaced[depth] = _Level(level)
        if not replaced:
            return abstract
        copy = f"{abstract}/{identity}"
        self._levels[copy] = {**self._levels.get(abstract, {}), **replaced}
        return copy


def written(number: int, kind: str) -> str:
    """``number`` in one of Word's number formats (w:numFmt); unknown ones are written as decimal."""
    if not 0 <= number < _MOST:
        return str(number)
    if kind.startswith(("chinese", "taiwanese", "japanese", "ideographDigital", "korean")):
        return _chinese(number, _CAPITALS if "egal" in kind else _DIGITS, "Legal" in kind)
    if kind in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.upper() if kind == "upperRoman" else roman
    if kind in ("lowerLetter", "upperLetter") and number:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind.startswith("decimalEnclosedCircle"):
        return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)
    if kind == "decimalEnclosedParen" and 1 <= number <= 20:
        return chr(0x2474 + number - 1)
    if kind == "decimalEnclosedFullstop" and 1 <= number <= 20:
        return chr(0x2488 + number - 1)
    if kind in ("ideographTraditional", "ideographZodiac") and number:
        cycle = _STEMS if kind == "ideographTraditional" else _BRANCHES
        return cycle[(number - 1) % len(cycle)]
    if kind.startswith("decimalFullWidth"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def _chinese(number: int, digits: str, capital: bool) -> str:
    units = ("", "拾", "佰", "仟") if capital else ("", "十", "百", "千")
    if number == 0:
        return "〇" if not capital else digits[0]
    text, gap = "", False
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if digit:
            text += (digits[0] if gap else "") + digits[digit] + units[place]
        gap = not digit
    return text[1:] if text.startswith("一十") else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _value(parent: _Element | None, tag: str) -> str:
    child = parent.find(W + tag) if parent is not None else None
    return child.get(W + "val", "") if child is not None else ""


def _integer(text: str | None, default: int) -> int:
    try:
        return max(-1, min(int(text or ""), _MOST))
    except ValueError:
        return default
