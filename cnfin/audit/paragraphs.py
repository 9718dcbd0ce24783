"""Where the paragraphs of a text end: what one sentence may go on saying, whatever the lines it is printed in."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: The end of a line that ends a paragraph: not after a comma (a wrapped line), nor after a colon or semicolon
#: unless a list follows.
_LINE_ENDS = re.compile(
    r"(?<![,，、\r\n])(?:(?<![:：；;])|(?=[\r\n]+\s*[（(\d一二三四五六七八九十①-⑳]))[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+"
)
#: The mark of a list's item: （1）, 2., ③, 三是.
_MARK = re.compile(r"([（(]?)(?:(\d{1,2})|([一二三四五六七八九十]{1,2})|[①-⑳])([)）、.．是]?)")
_LEADS = ("：", ":", "其中")
#: Longer items say more than a part of a total; they are paragraphs of their own.
_LONGEST_ITEM = 60


def ends(text: str) -> list[int]:
    """Offsets of the paragraphs' ends; the parts of a total in a list of short lines belong to the total's.

    其中 opens such a list, or a line that ends with a colon and one with a list mark behind it; the lines with
    marks of the same style go on with it.
    """
    return list(_ends(text))


def _ends(text: str) -> Iterator[int]:
    style: tuple[str | bool, ...] | None = None
    for found in _LINE_ENDS.finditer(text):
        end, following = found.span()
        stop = text.find("\n", following)
        stop = len(text) if stop < 0 else stop
        while following < stop and text[following].isspace():
            following += 1
        match = _MARK.match(text, following, stop)
        mark = (match[1], bool(match[2]), bool(match[3]), match[4]) if match else None
        if text.endswith(_LEADS, 0, end):
            style = mark
        elif mark != style:
            style = None
        item = mark is not None and mark == style and _part(text[following:stop])
        if not (item or text.startswith("其中", following)):
            yield end


def _part(line: str) -> bool:
    """Whether a line begins with a short sentence that has a sum."""
    said = line.partition("。")[0]
    return len(said) <= _LONGEST_ITEM and "元" in said
