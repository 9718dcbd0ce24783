"""Plain text pasted from a PDF: which line breaks are only the end of a printed line.

A page of print fills its lines, so its line breaks sit at nearly one width and mostly inside
sentences. Ordinary text has a paragraph a line: many widths, and long lines. Only where the first
picture is plain are line breaks taken as soft; every doubt leaves the break hard.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
_ENDED = re.compile(r"[。！？；!?;][”’」』）)》〉\]】\"']*$")
_MARK = re.compile(
    r"第[一二三四五六七八九十百0-9０-９]+(?:部分|章|节|条)"
    r"|[一二三四五六七八九十]+\s*[、.．]"
    r"|[（(【\[〔]\s*(?:[一二三四五六七八九十]+|[0-9０-９]{1,2})\s*[）)】\]〕]"
    r"|[0-9０-９]{1,2}\s*(?:、|[.．](?![0-9０-９]))"
    r"|[①-⒛⓪-⓿❶-➓㈠-㈩•●■◆▪◇□○★※]"
    r"|[一二三四五六七八九十]{1,2}是"
    r"|附件|附表|目\s*录|单位[：:]|金额单位|注[：:]"
)
#: Characters that never begin a sentence or a line of print.
CLOSING = frozenset("，。、；：！？）》〉】〕」』”’％,;:!?)]%")
_OPENING = frozenset("（《〈【〔「『“‘([")
_UNITS = re.compile(r"[0-9０-９.．,，％%]*\s*(?:亿|万|千|百)?(?:元|％|%|人|个|辆|年|月|日)")
_PAGE_NUMBER = re.compile(r"[-—–－\s]*(?:第\s*)?\d{1,3}(?:\s*页)?[-—–－\s]*")
_LEADER = re.compile(r"[.…·．]{4,}\s*\d*$")
# Print with fewer than 14 or more than 60 characters a line is not seen on A4.
_NARROWEST, _WIDEST = 14.0, 60.0
_FEWEST_LINES = 4


def soft_breaks(text: str) -> list[int]:
    r"""Offsets of the line breaks in ``text`` that do not end a line of thought.

    Args:
        text: a document as decoded.

    Returns:
        Code point offsets, ascending, of every ``\n`` and ``\r`` (both of ``\r\n``) that only
        wraps a line; empty where the text is not hard-wrapped. A blank line, a heading and a list
        mark always break, and so does the end of a sentence.
    """
    matches = list(_LINE.finditer(text))
    lines = [match[1].rstrip() for match in matches]
    paragraphs = sum(len(line) > 2 * _WIDEST for line in lines)
    measured = None if paragraphs * 25 > len(lines) else _measured(lines)
    if measured is None:
        return []
    widths, measure = measured
    soft: list[int] = []
    for position, match in enumerate(matches[:-1]):
        if _continues(lines[position], lines[position + 1].lstrip(), widths[position], measure):
            soft.extend(range(match.start(2), match.end(2)))
    return soft


def ends_sentence(line: str) -> bool:
    """Whether ``line`` ends as a sentence does, closing quotes and brackets set aside."""
    return _ENDED.search(line) is not None


def is_mark(line: str) -> bool:
    """Whether ``line`` begins with the mark of a heading or a list item."""
    return _MARK.match(line) is not None


def _continues(line: str, following: str, width: float, measure: float) -> bool:
    """Whether ``following`` goes on with what ``line`` says, in text set ``measure`` wide."""
    if not _is_open(line, following):
        return False
    if following[0] in CLOSING:
        return width > measure / 2
    if width >= measure * 0.86:
        return True
    if width < measure * 0.7:
        return False
    # A little short of the margin: a long number or word did not fit on the line.
    return line[-1] in _OPENING or line[-1] in "，、," or bool(line[-1].isdigit() and _UNITS.match(following))


def _is_open(line: str, following: str) -> bool:
    """Whether, widths aside, ``following`` may go on with what ``line`` says."""
    if not line or not following or "\t" in line or "|" in line or _ENDED.search(line) or _LEADER.search(line):
        return False
    if _PAGE_NUMBER.fullmatch(following) or _PAGE_NUMBER.fullmatch(line):
        return False
    return following[0] in CLOSING or not _MARK.match(following)


def _measured(lines: list[str]) -> tuple[list[float], float] | None:
    """Each line's width and the width of a full line, or None where lines have no such width.

    Print fills lines by the space that characters take, some converters by their number: whichever
    of the two makes the open lines more alike is the one.
    """
    best: tuple[float, list[float], float] | None = None
    scales: tuple[Callable[[str], float], ...] = (_width, len)
    for scale in scales:
        widths = [float(scale(line)) for line in lines]
        found = _measure(lines, widths)
        if found is not None and (best is None or found[0] > best[0]):
            best = (found[0], widths, found[1])
    return best and best[1:]


def _measure(lines: list[str], widths: list[float]) -> tuple[float, float] | None:
    """How many of the open lines share one width, as a ratio, and that width; None for too few."""
    following = [*(line.lstrip() for line in lines[1:]), ""]
    open_widths = [
        round(width)
        for line, after, width in zip(lines, following, widths, strict=True)
        if width >= _NARROWEST and _is_open(line, after)
    ]
    if len(open_widths) < _FEWEST_LINES:
        return None
    histogram = Counter(open_widths)
    top = max(histogram, key=lambda width: (sum(histogram[width - step] for step in range(3)), width))
    band = sum(histogram[width] for width in range(top - 2, top + 2))
    longer = sum(width > top + 3 for width in widths)
    full = sum(width >= top * 0.86 for width in widths)
    if top > _WIDEST or band < max(_FEWEST_LINES, 0.6 * len(open_widths)):
        return None
    if longer * 25 > full or full * 10 < sum(map(bool, lines)):
        return None
    return band / len(open_widths), float(top)


def _width(line: str) -> float:
    """Width in full-width characters; ASCII takes half of one, as it takes one byte of two in GBK."""
    return len(line.encode("gbk", "replace")) / 2
