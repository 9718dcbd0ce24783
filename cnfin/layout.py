"""A document's lines → headings, a section tree and sentences.

The rules follow the annotation contract: a sentence ends at 。！？； (or the half-width !?;) or at
the end of a line, closing quotes and brackets stay with it, and a heading is a sentence of its own.
A line whose cells are joined by tabs is a table row and one sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache

import msgspec

from cnfin.contents import MARKS, Line, mark_contents
from cnfin.document import Section
from cnfin.lexicon import Lexicon
from cnfin.units import unit_in, unit_line

_STRIP = " \t\u3000\u00a0\ufeff\u200b"
_BREAKS = r"\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
# A line with something on it, without the blanks around.
_LINE = re.compile(rf"[^{_BREAKS}{_STRIP}](?:[^{_BREAKS}]*[^{_BREAKS}{_STRIP}])?")
# Where sentences end; one character first, so that the search can skip to it.
_END = re.compile(r"[。！？；!?;][。！？；!?;]*[”’』」）)\]】》\"']*")
_DIGITS = "一二三四五六七八九十"
# What follows a decimal that is a value and no heading's number.
_MEASURE = (
    r"[\d%％‰]|\s?(?:[万亿元倍岁吨亩辆台套户件名天℃]|公[里顷斤]|平方|立方|千米|米|百分|小时|个(?!人)|人(?![民员事才口])"
    r"|年(?!度)|月|日|分(?![析类项配解])|家(?!庭)|所(?!属))"
)
# Number styles from outermost to innermost; the group's name gives the rank.
_NUMBER = re.compile(
    rf"(?P<l1>第[{_DIGITS}百]{{1,3}}(?:部分|章|篇|编)|附件\s?[\d{_DIGITS}]{{0,2}}(?![\u4e00-\u9fff]))"
    rf"|(?P<l2>[{_DIGITS}]{{1,3}} ?[、．.，,：:])"
    rf"|(?P<l3>[（(]\s?[{_DIGITS}]{{1,3}}\s?[)）])"
    rf"|(?P<l5>\d{{1,2}}[.．]\d{{1,2}}(?!{_MEASURE})|[（(]\s?\d{{1,2}}\s?[)）]|[⑴-⒇]|\d{{1,2}}[)）])"
    r"|(?P<l4>\d{1,2} ?[.、．](?!\d))"
    r"|(?P<l6>[①-⑳])"
)
_VALUE = re.compile(r"\d[\d,，.]*\s?(?:[万亿千百]?元|[%％])")
_YEAR = re.compile(r"^20\d\d\s?年度?")
_NO_INLINE_TITLE = re.compile(r"[，,、：:\d]")
_ABOUT = re.compile(
    r"(?:情况|说明|概况|表|构成|信息|名词解释|职责|职能|设置|分析|绩效|评价|问题|措施|建议|工作)[：:。]?$"
)
_TABLE_TITLE = re.compile(r"(?:表|表）|表\)|明细|一览)$|^表\s?\d|公开\s?\d{1,2}\s?表")
_BLANK = re.compile(r"\s")
#: Titles without a number end in one of these.
_TITLE_ENDS = ("情况说明", "情况的说明", "概况", "名词解释")
_UNNUMBERED = re.compile(rf"[\u4e00-\u9fff“”（）、\d]{{4,32}}(?:{'|'.join(_TITLE_ENDS)})")
_LISTS = ("明细", "一览")

#: The longest title of a heading, in code points; longer lines are paragraphs.
LONGEST_TITLE = 60
# Rows of tables hold long cells, but not so long ones with so many sentences.
_LONGEST_ROW = 2000
_MOST_STOPS = 20
LONGEST_INLINE_TITLE = 24


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A sentence before anything was found in it.

    Attributes:
        start, end: its span.
        section: index of the section it stands in, or None.
        heading: whether it is a heading.
        line: number of the line it starts on.
        muted: whether 科目 in it are no mentions (a heading that says what a section is about, a
            table's title, a table of contents).
        contents: whether it stands in a table of contents, where no value is a value either.
    """

    start: int
    end: int
    section: int | None
    heading: bool
    line: int
    muted: bool
    contents: bool


class Layout(msgspec.Struct, frozen=True, gc=False):
    """Sections, sentences and the places where a ``单位：`` line sets the unit of sums."""

    sections: tuple[Section, ...]
    pieces: tuple[Piece, ...]
    units: tuple[tuple[int, str], ...]

    def unit_at(self, offset: int) -> str | None:
        """The unit that the nearest ``单位：`` line above gives, or None."""
        place = bisect_right(self.units, (offset, "\U0010ffff")) - 1
        return self.units[place][1] if place >= 0 else None


def parse(text: str, lexicon: Lexicon) -> Layout:
    """Find the sections and sentences of a text.

    Args:
        text: the document's text.
        lexicon: gives the titles of headings that carry no number.
    """
    lines = mark_contents(text, [Line(*match.span()) for match in _LINE.finditer(text)])
    stops = [match.end() for match in _END.finditer(text)]
    titles = _titles(lexicon)
    sections: list[Section] = []
    open_sections: list[int] = []
    pieces: list[Piece] = []
    units: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        start, contents = line.start, line.contents
        content = text[start : line.end]
        if "元" in content and (unit := _money_unit(content)):
            units.append((start, unit))
        found = None if contents or text[start - 1 : start] == "\t" else _heading(content, titles)
        if found is None:
            section = open_sections[-1] if open_sections else None
            muted = contents or (len(content) < LONGEST_TITLE and _titles_table(content))
            pieces += _sentences(text, start, line.end, stops, section, number, muted, contents)
            continue
        level, length = found
        while open_sections and sections[open_sections[-1]].level >= level:
            open_sections.pop()
        parent = open_sections[-1] if open_sections else None
        end = start + length
        title = MARKS.sub("", text[start:end]) if text[start] == "[" else text[start:end]
        sections.append(Section(start=start, end=end, title=title, level=level, parent=parent))
        open_sections.append(len(sections) - 1)
        about = not _VALUE.search(title) and (_ABOUT.search(title) is not None or _titles_table(title))
        pieces.append(Piece(start, end, parent, True, number, about, False))
        if end < line.end:
            pieces += _sentences(text, end, line.end, stops, open_sections[-1], number, False, False)
    return Layout(tuple(sections), tuple(pieces), tuple(units))


def _titles_table(content: str) -> bool:
    """Whether a line is the title of a table or of a list."""
    return ("表" in content or content.endswith(_LISTS)) and _TABLE_TITLE.search(content) is not None


def _money_unit(content: str) -> str | None:
    """The unit that a line such as 单位：万元 or （万元） sets for the sums below it, or None."""
    if len(content) >= 60:
        return None
    return unit_line(content) or (unit_in(content) if len(content) < 24 and content[-1] in ")）" else None)


@lru_cache(maxsize=4)
def _titles(lexicon: Lexicon) -> dict[str, int]:
    return {
        _BLANK.sub("", title): int(level)
        for title, level in zip(lexicon.table("headings", "title"), lexicon.table("headings", "level"), strict=True)
        if level != "0"
    }


def _heading(content: str, titles: dict[str, int]) -> tuple[int, int] | None:
    """Level and length of the heading that ``content`` starts with, or None."""
    body_start = 0
    if content.startswith("[") and (mark := MARKS.match(content)):
        body_start = mark.end()
    number = _NUMBER.match(content, body_start)
    if number is None:
        return _unnumbered(content, titles) if len(content) <= 36 else None
    level = int((number.lastgroup or "l9")[1])
    body = content[number.end() :].strip(_STRIP)
    if level == 1:
        body = body.lstrip("：: \u3000")  # 第一部分：概况
    if not body:
        return (level, len(content)) if level == 1 else None
    if "\t" in content or "|" in content:
        return None
    if len(body) <= LONGEST_TITLE:
        end = _END.search(body)
        if end is None or (end.end() == len(body) and _short_title(body, end[0])):
            return (level, len(content)) if _is_title(body, level, end is not None) else None
    # Of a longer line only a sentence at its beginning can be a title.
    end = _END.search(body, 0, LONGEST_INLINE_TITLE + 1)
    if end is not None and end.end() <= LONGEST_INLINE_TITLE and end[0][0] == "。":
        title = body[: end.start()]
        if not _NO_INLINE_TITLE.search(_YEAR.sub("", title)):
            return level, content.index(body) + end.end()
    return None


def _is_title(body: str, level: int, closed: bool) -> bool:
    """Whether what stands behind a heading's number, ``closed`` by a stop or not, reads as a title."""
    if body[-1] in "：:":
        return True
    commas = body.count("，") + body.count(",")
    if commas == 0:
        return "：" not in body and ":" not in body
    return level <= 3 and commas == 1 and not closed and len(body) < 30


def _short_title(body: str, stop: str) -> bool:
    """Whether a numbered line that ends with a stop is a title: short, and no item of a list or a figure."""
    return stop[0] == "。" and len(body) <= LONGEST_INLINE_TITLE and not _VALUE.search(body)


def _unnumbered(content: str, titles: dict[str, int]) -> tuple[int, int] | None:
    bare = _BLANK.sub("", content).rstrip("：:")
    level = titles.get(bare)
    if level is None and bare.endswith(_TITLE_ENDS) and _UNNUMBERED.fullmatch(bare):
        level = 1 if bare.endswith("名词解释") or re.match(r"第.部分", bare) else 2
    return None if level is None else (level, len(content))


def lost_breaks(text: str, start: int, end: int) -> bool:
    """Whether a line is no row of cells, tabs or not, but a page whose line breaks were lost."""
    return end - start > _LONGEST_ROW and text.count("。", start, end) >= _MOST_STOPS


def _sentences(
    text: str, start: int, end: int, stops: list[int], section: int | None, line: int, muted: bool, contents: bool
) -> list[Piece]:
    """The sentences of a line from ``start`` on; ``stops`` are where the text's sentences end."""
    cuts = [end]
    if text.find("\t", start, end) < 0 or lost_breaks(text, start, end):
        cuts[:0] = stops[bisect_right(stops, start) : bisect_left(stops, end)]
    found = []
    for cut in cuts:
        body = text[start:cut].strip()
        if body:
            if len(body) < cut - start:
                start = text.index(body, start)
            found.append(Piece(start, start + len(body), section, False, line, muted, contents))
        start = cut
    return found
