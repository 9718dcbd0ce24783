"""Which lines of a text are its table of contents: no heading in it is a heading, no value a value."""

from __future__ import annotations

import re

import msgspec

from cnfin.units import unit_line

_DIGITS = "一二三四五六七八九十"
# ……12, ....( 3 ), ....(2-5), ...... ...3; a page that was never filled in leaves its brackets.
_PAGE = r"(?:\d{1,3}(?:\s?[-－—~]\s?\d{1,3})?)"
_LEADERS_BLANKS = ".…· \t\u3000\u00a0\u2002\u2003\u2009\x0b\x0c"
_TAIL = re.compile(rf"(?<=[\s.…·])(?:{_PAGE}|[（(]\s?{_PAGE}?\s?[)）]?)$")
_LONGEST_TAIL = 16
_RUN = re.compile(r"[.…·]{4}")
_SHORT_LEADER = re.compile(rf"\.\.\.\s*[（(]\s?{_PAGE}\s?[)）]$")
_HEADER = re.compile(
    r"^(?:[\u4e00-\u9fff\d“”]{0,24}(?:公开|[预决]算))?[（(]?目\s*[录次][)）]?[：:]?$|^CONTENTS$", re.IGNORECASE
)
_HEADER_ENDS = frozenset("录次)）：:Ssſ")
LONGEST_HEADER = 32
_PAGE_AT_END = re.compile(rf"[（(]?{_PAGE}?[)）]?$")
_PROSE = re.compile(r"[。；]|，|(?<!\d),(?!\d)")
# An entry that closes like a sentence.
_CLOSED = re.compile(r"(?:情况|说明|概况|表|解释)。$")
_FIELD_CODE = re.compile(r"(?:PAGEREF|HYPERLINK|TOC\\).*$")
_PART = re.compile(rf"第[{_DIGITS}]{{1,3}}部分")
_FIRST_PART = re.compile("第一部分")
_NUMBER = re.compile(rf"^(?:{_PART.pattern}|[（(]?(?:[{_DIGITS}]{{1,3}}|\d{{1,2}})[)）]?)[、.．：:]?")
#: What Word leaves before a heading that the table of contents points to.
MARKS = re.compile(r"^\[bookmark:[^\]]*\]\s*")
#: The longest entry, in code points; longer lines are paragraphs.
LONGEST_ENTRY = 60
#: Lines from the start of a text among which a table of contents begins, and how many it has at most.
MOST_LINES = 200


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line's span without outer blanks, and whether it is inside a table of contents."""

    start: int
    end: int
    contents: bool = False


def _leads_to_page(line: str) -> bool:
    """Whether a line ends in dots and a page; read from its end, so that the time is linear in the line."""
    if not (line[-1] in ")）" or line[-1].isdecimal()):
        return False
    tail = _TAIL.search(line, max(0, len(line) - _LONGEST_TAIL))
    if tail:
        head = line[: tail.start()]
        title = head.rstrip(_LEADERS_BLANKS)
        if _RUN.search(head, len(title)):
            return True
    return bool(_SHORT_LEADER.search(line))


def mark_contents(text: str, lines: list[Line]) -> list[Line]:
    """Mark the lines of a table of contents.

    They follow 目录 and return later as headings; or the first of them is 第一部分, which returns; or they end in ……12.
    """
    if "…" in text or "...." in text or "····" in text:
        lines = [
            Line(line.start, line.end, True) if _leads_to_page(text[line.start : line.end]) else line
            for line in lines
        ]
    for number, line in enumerate(lines[:MOST_LINES]):
        closed = text[line.end - 1] in _HEADER_ENDS and line.end - line.start <= LONGEST_HEADER
        if closed and _HEADER.match(text[line.start : line.end]):
            return _marked(lines, number, _end(text, lines, number + 1))
    if _FIRST_PART.search(text):
        for number, line in enumerate(lines[:MOST_LINES]):
            if _FIRST_PART.match(text, line.start):
                return _marked(lines, number, _return(text, lines, number))
    return lines


def _marked(lines: list[Line], first: int, end: int) -> list[Line]:
    return [
        Line(line.start, line.end, True) if first <= place < end else line for place, line in enumerate(lines)
    ]  # fmt: skip


def _end(text: str, lines: list[Line], first: int) -> int:
    """The first line behind the table of contents whose entries begin at line ``first``."""
    seen: set[str] = set()
    opening = ""
    for place in range(first, len(lines)):
        content = text[lines[place].start : lines[place].end]
        if unit_line(content):
            return place - 1 if place > first else place  # a table, and its title above its unit
        title = _title(content)
        part = _PART.match(title)
        # The first line that comes again, or a line too long for a title, is the text itself.
        if title in seen or (part and part[0] in seen) or len(title) > LONGEST_ENTRY or _is_prose(content):
            return place
        bare = _NUMBER.sub("", title)
        if opening and bare == opening and not part:
            return place  # the first entry again, numbered in another way
        if title:
            opening = opening or bare
            seen.update((title, part[0]) if part else (title,))
    return first


def _title(line: str) -> str:
    """An entry's words alone: no blank, bookmark, field code, leader and page."""
    words = _FIELD_CODE.sub("", "".join(MARKS.sub("", line).split()))
    page = _PAGE_AT_END.search(words, max(0, len(words) - _LONGEST_TAIL))
    return (words[: page.start()] if page else words).rstrip(".…·-—")


def _return(text: str, lines: list[Line], first: int) -> int:
    """The end of the titles from line ``first`` on, which begins with 第一部分, where that comes again later."""
    end = 0
    for place in range(first + 1, min(len(lines), first + MOST_LINES)):
        line = lines[place]
        again = _FIRST_PART.match(text, line.start)
        if not end and (again or line.end - line.start > LONGEST_ENTRY or _is_prose(text[line.start : line.end])):
            end = place
        if again:
            return end if end > first + 2 else first
    return first


def _is_prose(content: str) -> bool:
    return _PROSE.search(content[:-1] if _CLOSED.search(content) else content) is not None
