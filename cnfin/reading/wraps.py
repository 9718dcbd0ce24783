"""Plain text pasted from a PDF: which line breaks are only the end of a printed line.

A page of print fills its lines, so its line breaks sit at nearly one width and mostly inside
sentences. Ordinary text has a paragraph a line: many widths, and long lines. Only where the first
picture is plain are line breaks taken as soft; every doubt leaves the break hard.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from cnfin.marks import EXPRESSION

_BREAK = re.compile(r"\r\n|\r|\n")
_ENDED = re.compile(r"[。！？；!?;][”’」』）)》〉\]】\"']*$")
_MARK = re.compile(rf"{EXPRESSION}|[•●■◆▪◇□○★※]|附件|附表|目\s*录|单位[：:]|金额单位|注[：:]")
#: Characters that never begin a sentence or a line of print.
CLOSING = frozenset("，。、；：！？）》〉】〕」』”’％,;:!?)]%")
_OPENING = frozenset("（《〈【〔「『“‘([")
# What announces a list, which begins on a line of its own.
_ANNOUNCES = re.compile(r"(?:[如以]下[^，。；：:]{0,6}|方面|情况|如次)[：:]$")
_UNITS = re.compile(r"[0-9０-９.．,，％%]*\s*(?:亿|万|千|百)?(?:元|％|%|人|个|辆|年|月|日)")
# What print does not break: a number with the mark behind it.
_WORD = re.compile(r"[（(“]?-?[0-9０-９][0-9０-９.．,%％]{3,}[，、。；]?")
_PAGE_NUMBER = re.compile(r"[-—–－\s]*(?:第\s*)?\d{1,3}(?:\s*页)?[-—–－\s]*")
_DOTS = frozenset(".…·．")
# Where a line may break inside a figure, and what is left of the figure then; blanks before it are those of a table.
_CUT = re.compile(
    r"(?:[\u4e00-\u9fff，：（](?=[0-9])|增长|增加|减少|下降|上升|降低|完成|占|达)([0-9]*(?:[,，][0-9]{3})*\.?[0-9]*)([万亿千百]?)$"
)
#: A figure at the end of a line has no more characters than this, with the word before it.
_LONGEST_CUT = 40
# Behind a blank a figure is cut only where its unit and a mark begin the next line: 支出 36450.00|元，
_CUT_OFF = re.compile(r"[\u4e00-\u9fff，：（] ?[0-9][0-9,，]*(?:\.[0-9]+)?$")
_UNIT_ALONE = re.compile(r"(?:[万亿千百]?元|[%％]|个?百分点)[,，。；;、（(）)]")
_REST = re.compile(r"([0-9]*(?:\.[0-9]+)?)\s?([万亿千百]?元|[%％]|个?百分点|年)")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NUMERIC = frozenset("0123456789.万亿千百元%％个")
_BLANKS = frozenset(" \t\u3000")
# Lines shorter than this share of the measure may be headings.
_LONG = 0.6
# Nobody prints fewer than 14 or more than 90 characters a line.
_NARROWEST, _WIDEST = 14.0, 90.0
# Longer lines are paragraphs.
_PARAGRAPH = 120
_FEWEST_LINES = 4
# A heading that fills its line: what follows is its text.
_HEADING_END = re.compile(r"(?:情况|说明|概况|职责|职能)$")

Scale = Callable[[str], float]


def soft_breaks(text: str) -> list[int]:
    r"""Offsets of the line breaks in ``text`` that do not end a line of thought.

    Args:
        text: a document as decoded.

    Returns:
        Code point offsets, ascending, of every ``\n`` and ``\r`` (both of ``\r\n``) that only
        wraps a line; empty where the text is not hard-wrapped. A blank line, a heading and a list
        mark always break, and so does the end of a sentence.
    """
    text = text if text.endswith(("\r", "\n")) else text + "\n"
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    measured = _measured(lines)
    pairs: Iterable[int] = range(len(lines) - 1)
    if measured is None:  # only a figure can be cut
        pairs = [place for place, line in enumerate(lines[1:]) if line[:1] in _NUMERIC]
    soft = [
        place
        for place in pairs
        if cuts_number(lines[place], lines[place + 1])
        or (measured and _continues(lines[place], lines[place + 1], *measured))
    ]
    breaks = list(_BREAK.finditer(text)) if soft else []
    return [offset for place in soft for offset in range(*breaks[place].span())]


def ends_sentence(line: str) -> bool:
    """Whether ``line`` ends as a sentence does, closing quotes and brackets set aside."""
    return _ENDED.search(line) is not None


def is_mark(line: str) -> bool:
    """Whether ``line`` begins with the mark of a heading or a list item."""
    return _MARK.match(line) is not None


def cuts_number(line: str, following: str) -> bool:
    """Whether the break stands inside or before a figure as only a wrapped line's may: 支出1234.5|6万元, 增长|2.8%."""
    rest = _REST.match(following) if following[:1] in _NUMERIC else None
    if rest is None or "|" in line or "\t" in line:
        return False
    tail = max(0, len(line) - _LONGEST_CUT)
    if _UNIT_ALONE.match(following) and _CUT_OFF.search(line, tail):
        return True
    if len(line) < _NARROWEST:
        return False
    cut = _CUT.search(line, tail)
    if cut and cut[2]:
        return bool(cut[1]) and following[0] == "元"
    if cut is None or (rest[1] and _YEAR.fullmatch(cut[1])):
        return False
    whole = cut[1] + rest[1]
    if rest[2] == "年":
        return bool(cut[1]) and _YEAR.fullmatch(whole) is not None
    return whole != "" and whole.count(".") <= 1


def _continues(line: str, following: str, scale: Scale, measure: float) -> bool:
    """Whether ``following`` goes on with what ``line`` says, in text set ``measure`` wide by ``scale``."""
    width = scale(line)
    indented = following[:1] in _BLANKS
    following = following.lstrip()
    if width >= measure - 1 and not indented and scale(following) >= measure * _LONG:
        line = line.rstrip("；;。")  # at the end of a full line they say nothing of the paragraph
    if not _is_open(line, following):
        return False
    if following[0] in CLOSING:
        return width > measure / 2
    if width >= measure * 0.86:
        return True
    if width < measure * 0.5:
        return False
    if not _fits(following, measure - width, scale):
        return True
    if width < measure * 0.7:
        return False
    # A little short of the margin: a long number or word did not fit on the line.
    return line[-1] in _OPENING or line[-1] in "，、," or bool(line[-1].isdigit() and _UNITS.match(following))


def _fits(following: str, room: float, scale: Scale) -> bool:
    """Whether the number or word that ``following`` begins with would have had room on the line before."""
    word = _WORD.match(following)
    return word is None or scale(word[0]) < room - 1


def _is_open(line: str, following: str) -> bool:
    """Whether, widths aside, ``following`` may go on with what ``line`` says."""
    if not line or not following or "\t" in line or "|" in line or _ENDED.search(line) or _has_leader(line):
        return False
    if _ANNOUNCES.search(line, max(0, len(line) - _LONGEST_CUT)):
        return False
    if _HEADING_END.search(line, len(line) - 2) and _MARK.match(line) and following[0] not in CLOSING:
        return False
    if _PAGE_NUMBER.fullmatch(following) or _PAGE_NUMBER.fullmatch(line):
        return False
    return following[0] in CLOSING or not _MARK.match(following)


def _has_leader(line: str) -> bool:
    """Whether the line ends with a row of dots and perhaps a page's number."""
    dots = line.rstrip("0123456789").rstrip()[-4:]
    return len(dots) == 4 and _DOTS.issuperset(dots)


def _measured(lines: list[str]) -> tuple[Scale, float] | None:
    """The scale that lines are measured by and the width of a full line, or None where lines have no such width.

    Print fills lines by the space that characters take, some converters by their number: whichever
    of the two makes the open lines more alike is the one.
    """
    if sum(len(line) > _PARAGRAPH for line in lines) * 25 > len(lines):
        return None
    widths, lengths = ([float(scale(line)) for line in lines] for scale in (_width, len))
    wide = [2 * width - length for width, length in zip(widths, lengths, strict=True)]  # without the narrow ones
    measures: tuple[tuple[Scale, list[float], list[float]], ...] = ((_width, widths, wide), (len, lengths, lengths))
    best: tuple[float, Scale, float] | None = None
    for scale, found, least in measures:
        measure = _measure(lines, found, least)
        if measure is not None and (best is None or measure[0] > best[0]):
            best = (measure[0], scale, measure[1])
    return best and best[1:]


def _measure(lines: list[str], widths: list[float], least: list[float]) -> tuple[float, float] | None:
    """How many of the open lines share one width, as a ratio, and that width; None for too few.

    Args:
        lines: the lines.
        widths: how wide each is.
        least: how wide each is at the least; narrow digits may stand close.
    """
    following = [*(line.lstrip() for line in lines[1:]), ""]
    open_widths = [
        round(width)
        for line, after, width in zip(lines, following, widths, strict=True)
        if width >= _NARROWEST and _is_open(line, after) and line[-1] not in "：:"
    ]
    if len(open_widths) < _FEWEST_LINES:
        return None
    histogram = Counter(open_widths)
    top = max(histogram, key=lambda width: (sum(histogram[width - step] for step in range(3)), width))
    band = sum(histogram[width] for width in range(top - 2, top + 2))
    # A row of a table is no line of print.
    longer = sum(
        width > top + 3 for line, width in zip(lines, least, strict=True) if "\t" not in line and "|" not in line
    )
    full = sum(width >= top * 0.86 for width in widths)
    if top > _WIDEST or band < max(_FEWEST_LINES, 0.6 * len(open_widths)):
        return None
    if longer * 25 > full or full * 10 < sum(map(bool, lines)):
        return None
    return band / len(open_widths), float(top)


def _width(line: str) -> float:
    """Width in full-width characters; ASCII takes half of one, as it takes one byte of two in GBK."""
    return len(line.encode("gbk", "replace")) / 2
