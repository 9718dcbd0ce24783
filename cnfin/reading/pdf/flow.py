"""Printed lines and tables of all pages → paragraphs and whole tables, in reading order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from cnfin.reading.builder import Box, Builder, Grid, clean_cell, join
from cnfin.reading.pdf.grids import Ruled
from cnfin.reading.pdf.lines import Line
from cnfin.reading.wraps import CLOSING, cuts_number, ends_sentence, is_mark

_PAGE_NUMBER = re.compile(
    r"[-—–―－·~\s]*(?:第\s*)?(?:\d{1,4}|[ivxlIVXL]{1,6}|[一二三四五六七八九十百]{1,5})(?:\s*页)?[-—–―－·~\s]*"
    r"(?:[,，/|]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–―－·~\s]*"
)
_DIGITS = re.compile(r"[\d\s]+|[一二三四五六七八九十]+")
_CAPTION = re.compile(r"单\s*位\s*[：:]|公开\s*\d+\s*表|部门\s*[：:]")
_CONTINUED = re.compile(r"[（(]?\s*(?:续\s*表?|接上页|续上表)\s*[)）]?\s*\d*")
_LEADER = re.compile(r"[.…·．]{4,}")
_WORD = re.compile(r"[（(《〈“‘【〔\[]*(?:[0-9A-Za-z.,%]+|.)[，。、；：！？）》〉】〕”’％,;:!?)\]%]*")
# Where running heads stand, at the top and at the bottom: a share of the page's height, and points at least.
_EDGE, _LEAST_EDGE = 0.1, 45.0
_FIGURE = re.compile(r"[\d,.，%％-]+")
_SAME_EDGES = 3.0  # points
_PROSE = 8  # characters of a line that tells where the margins are
_ENOUGH = 8  # such lines; where there are fewer, short ones tell as well

Item = Line | Ruled


class Sheet(NamedTuple):
    """What of a page is text: lines and tables, top to bottom, and the page's number from 1."""

    number: int
    width: float
    height: float
    items: list[Item]


class Setting(NamedTuple):
    """How the lines of a page are set, in points.

    Attributes:
        width: of the page.
        left, right: where full lines begin and end.
        pitch: usual distance of lines, 0 where there are too few.
        size: usual height of glyphs.
        indented: whether paragraphs begin with an indent.
        longest: where the longest line ends.
    """

    width: float
    left: float
    right: float
    pitch: float
    size: float
    indented: bool
    longest: float

    def centres(self, line: Line) -> bool:
        """Whether ``line`` stands in the middle of the page, clear of the margin."""
        return line.x0 > 0.2 * self.width and abs((line.x0 + line.x1) - self.width) < 2 * line.size

    def is_long(self, line: Line) -> bool:
        """Whether ``line`` is nearly as long as lines get."""
        return line.x1 - self.left > 0.75 * (self.longest - self.left)

    def is_heading(self, line: Line) -> bool:
        """Whether ``line`` ends as a heading does: without a full stop, far from where lines end."""
        return line.x1 - self.left < 0.6 * (self.longest - self.left) and line.text[-1] not in CLOSING

    def goes_on_as_title(self, before: Line, line: Line) -> bool:
        """Whether ``line`` is the second line of a title that fills ``before``, both in large print."""
        large = min(before.size, line.size) > 1.15 * self.size and abs(before.size - line.size) < 0.1 * line.size
        filled = before.x1 - before.x0 > 0.8 * (self.right - self.left) and not ends_sentence(before.text)
        centred = abs((line.x0 + line.x1) - (before.x0 + before.x1)) < 2 * line.size
        return large and filled and centred and line.middle - before.middle < 2.5 * line.size


def without_running_heads(sheets: list[Sheet]) -> list[Sheet]:
    """The pages without page numbers and without the lines that head or foot them again and again."""
    seen: Counter[tuple[str, int]] = Counter()
    for sheet in sheets:
        seen.update({_fingerprint(line, sheet.height) for line in _edge_lines(sheet)})
    needed = max(2, (len(sheets) + 1) // 2) if len(sheets) < 8 else max(3, len(sheets) // 4)
    cleaned: list[Sheet] = []
    for sheet in sheets:
        dropped = {
            id(line)
            for line in _edge_lines(sheet)
            if _PAGE_NUMBER.fullmatch(line.text) or seen[_fingerprint(line, sheet.height)] >= needed
        }
        cleaned.append(sheet._replace(items=[item for item in sheet.items if id(item) not in dropped]))
    return cleaned


def _edge_lines(sheet: Sheet) -> list[Line]:
    """The first and last lines of a page that stand in its margins."""
    edge = max(_EDGE * sheet.height, _LEAST_EDGE)
    return [
        item
        for item in (*sheet.items[:3], *sheet.items[3:][-3:])
        if isinstance(item, Line) and not edge < item.middle < sheet.height - edge and not _CAPTION.search(item.text)
    ]


def _fingerprint(line: Line, height: float) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.middle / height * 200)


def settings(sheets: list[Sheet]) -> dict[int, Setting]:
    """Each page's setting; pages of one width share theirs, left-hand and right-hand pages apart."""
    groups: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for sheet in sheets:
        groups[round(sheet.width), sheet.number % 2].extend(_body(sheet, shortest=1))
    shared: dict[tuple[int, int], Setting] = {}
    for key, lines in groups.items():
        long = [line for line in lines if len(line.text) >= _PROSE]
        shared[key] = _setting(long if len(long) >= _ENOUGH else lines, float(key[0]))
    found: dict[int, Setting] = {}
    for sheet in sheets:
        body = _body(sheet)
        gaps = [below.middle - above.middle for above, below in pairwise(body) if below.middle > above.middle]
        pitch = median(gaps) if len(gaps) > 2 else 0.0
        setting = shared[round(sheet.width), sheet.number % 2]
        whole = _body(sheet, shortest=1)
        if _has_margin_of_its_own(whole, setting):
            setting = _setting(whole, sheet.width)
        found[sheet.number] = setting._replace(pitch=pitch)
    return found


def _has_margin_of_its_own(body: list[Line], setting: Setting) -> bool:
    """Whether a page, as a sheet of a workbook does, keeps well clear of the left margin of the other pages."""
    if len(body) < 3:
        return False
    left = min(line.x0 for line in body)
    steps = [(line.x0 - left) / line.size for line in body]
    shaped = sum(step < 0.5 for step in steps) > 2 or any(1.5 < step < 2.8 for step in steps)
    return left > setting.left + 3 * setting.size and shaped


def _body(sheet: Sheet, shortest: int = _PROSE) -> list[Line]:
    """The lines of a page that are prose, of so many characters at least."""
    lines = [item for item in sheet.items if isinstance(item, Line) and len(item.text) >= shortest]
    return [line for line in lines if "\t" not in line.text and not _CAPTION.search(line.text)]


def _setting(lines: list[Line], width: float) -> Setting:
    if not lines:
        return Setting(width, 0.0, width, 0.0, 0.0, False, width)
    em = median(line.size for line in lines)
    starts = sorted(line.x0 for line in lines)
    left = next((x for x, after in pairwise(starts) if after - x < 0.3 * em), starts[0])
    ends = sorted((line.x1 for line in lines), reverse=True)
    right = next((x for x, after in pairwise(ends) if x - after < 0.5 * em), ends[0])
    full = {line.text for line in lines if line.x1 > right - 0.8 * em and line.x0 < left + 0.5 * em}
    wrapped = sum(not ends_sentence(text) for text in full)
    # Lines that happen to end together are no margin unless they break sentences.
    if wrapped < max(3, len(lines) // 8):
        right = max(right, width - left)
    indents = sum(1.5 * em < line.x0 - left < 2.8 * em for line in lines)
    flush = sum(line.x0 - left < 0.5 * em for line in lines)
    return Setting(width, left, right, 0.0, em, flush > 0 and indents * 8 > len(lines), ends[0])


class Flow:
    """Writes pages to a builder, one after the other.

    Args:
        builder: where the text goes.
        sheets: the pages in order, without running heads.
    """

    def __init__(self, builder: Builder, sheets: list[Sheet]) -> None:
        self._builder = builder
        self._sheets = sheets
        self._settings = settings(sheets)
        self._paragraph: list[tuple[Line, int]] = []
        self._open: _OpenTable | None = None

    def write(self) -> None:
        """Write all pages."""
        for sheet in self._sheets:
            items = sheet.items[self._continue_table(sheet) :]
            for place, item in enumerate(items):
                self._end_table()
                if isinstance(item, Ruled):
                    self._end_paragraph()
                    captions = {line.text for line in items[max(0, place - 5) : place] if isinstance(line, Line)}
                    self._open = _OpenTable(item, sheet.number, captions)
                else:
                    if self._paragraph and not self._goes_on(item, sheet.number):
                        self._end_paragraph()
                    self._paragraph.append((item, sheet.number))
        self._end_paragraph()
        self._end_table()
        self._builder.page(self._sheets[-1].number)

    def _continue_table(self, sheet: Sheet) -> int:
        """Add the table at the top of a page to the one open at the foot of the last, where they are one.

        Returns:
            How many items of the page are done with by that.
        """
        place = next((place for place, item in enumerate(sheet.items) if isinstance(item, Ruled)), None)
        if place is None or self._open is None:
            return 0
        above = [line.text for line in sheet.items[:place] if isinstance(line, Line)]
        table = sheet.items[place]
        assert isinstance(table, Ruled)
        if not self._open.take(table, sheet.number, above):
            return 0
        return place + 1

    def _goes_on(self, line: Line, number: int) -> bool:
        """Whether ``line`` continues the paragraph that is being gathered."""
        before, page = self._paragraph[-1]
        here, there = self._settings[number], self._settings[page]
        em = min(before.size, 20.0)
        if "\t" in line.text or "\t" in before.text or _LEADER.search(before.text) or number - page > 1:
            return False
        if page == number and here.goes_on_as_title(before, line):
            return True
        if abs(line.size - before.size) > 0.25 * before.size or there.centres(before) or _is_caption(line, before):
            return False
        if page == number and line.middle - before.middle > max(2.3 * em, 1.7 * here.pitch):
            return False
        if line.text[0] in CLOSING or cuts_number(before.text, line.text):
            return True
        indent, indent_before = line.x0 - here.left, before.x0 - there.left
        fresh = is_mark(line.text) or ends_sentence(before.text)
        if is_mark(line.text) and (indent > 0.5 * em or here.is_heading(line)):
            return False
        # Where paragraphs are indented, an open line that is followed by one at the margin goes on.
        hangs = here.indented and abs(indent) < 0.5 * em and not fresh and there.is_long(before)
        if not hangs and there.right - before.x1 > _first_word(line.text) * em + 1.3 * em:
            return False
        if indent > 1.3 * em:
            hanging = indent_before > 0.5 * em and indent > indent_before - 0.5 * em
            return hanging and not fresh and not here.indented
        return here.indented or not fresh

    def _end_paragraph(self) -> None:
        text = ""
        for line, number in self._paragraph:
            text = join((text, line.text)) if text else line.text
            self._builder.page(number, ahead=len(text) - len(line.text))
        self._paragraph = []
        if text:
            self._builder.raw_line(text)

    def _end_table(self) -> None:
        if self._open is not None:
            self._builder.table(self._open.grid, pages=self._open.pages)
            self._open = None


class _OpenTable:
    """A table that may go on on the next page."""

    def __init__(self, table: Ruled, number: int, captions: set[str]) -> None:
        self.grid: Grid = list(table.grid)
        self.pages = [number] * len(table.grid)
        self._head = [[box.text for box in row] for row in table.grid[:6]]
        self._columns = table.columns
        self._ruled = table.ruled
        self._captions = captions
        self._full = table.full

    def take(self, table: Ruled, number: int, above: list[str]) -> bool:
        """Add the rows of ``table`` on page ``number``, less the repeated header, if it goes on with this one.

        Args:
            table: the first table of the page.
            number: the page's number.
            above: the lines above it on the page.
        """
        slots = self._slots(table)
        if number - self.pages[-1] != 1 or not slots:
            return False
        table = table._replace(
            grid=[[Box("") if slot is None else row[slot] for slot in slots] for row in table.grid],
            full=tuple(slot is not None and table.full[slot] for slot in slots),
        )
        if not all(text in self._captions or _CONTINUED.fullmatch(text) for text in above):
            return False
        if len(set(map(id, table.grid[0]))) == 1:  # a title of its own
            return False
        repeated = 0
        for row, head in zip(table.grid, self._head, strict=False):
            if [box.text for box in row] != head:
                break
            repeated += 1
        rows = table.grid[repeated:]
        if rows and self._is_rest(rows[0]):
            for above_box, box in zip(self.grid[-1], rows[0], strict=True):
                above_box.text = clean_cell(join((above_box.text, box.text)))
            rows = rows[1:]
        self.grid.extend(rows)
        self.pages.extend([number] * len(rows))
        self._full = table.full
        return True

    def _is_rest(self, row: list[Box]) -> bool:
        """Whether ``row`` at the top of a page is what did not fit of the last row on the page before."""
        filled = [place for place, box in enumerate(row) if box.text]
        return (
            0 < len(filled) < len(row)
            and all(self._full[place] and self.grid[-1][place].text for place in filled)
            and not any(_FIGURE.fullmatch(row[place].text) or is_mark(row[place].text) for place in filled)
        )

    def _slots(self, table: Ruled) -> Sequence[int | None]:
        """For each column which of the table's it is in, a shift of the whole page aside; none where lines differ.

        Rows of merged cells, as a total that a page break cut off, have fewer lines.
        """
        columns = table.columns
        if not table.ruled or not self._ruled:
            return self._aligned(table) if table.ruled == self._ruled else []
        shift = columns[0] - self._columns[0]
        lines = [line - shift for line in columns]
        known = all(any(abs(line - own) <= _SAME_EDGES for own in self._columns) for line in lines)
        if not known or abs(lines[-1] - self._columns[-1]) > _SAME_EDGES or len(lines) < min(3, len(self._columns)):
            return []
        return [bisect_right(lines, (left + right) / 2) - 1 for left, right in pairwise(self._columns)]

    def _aligned(self, table: Ruled) -> Sequence[int | None]:
        """The same where no lines part the columns: each stands in one of its own, and empty ones may lack."""
        slots: list[int | None] = [None] * (len(self._columns) - 1)
        for place, (left, right) in enumerate(table.spans):
            shared = [min(right, high) - max(left, low) for low, high in pairwise(self._columns)]
            best = max(range(len(shared)), key=shared.__getitem__)
            if shared[best] <= 0 or slots[best] is not None:
                return []
            slots[best] = place
        return slots


def _is_caption(line: Line, before: Line) -> bool:
    """Whether one of two lines belongs to a table below: the unit of its sums, its number."""
    return any(_CAPTION.search(either.text) and len(either.text) < 60 for either in (line, before))


def _first_word(text: str) -> float:
    """Width in em of what cannot be broken at the beginning of ``text``."""
    word = _WORD.match(text)
    return min(sum(0.5 if character.isascii() else 1.0 for character in word[0]), 8.0) if word else 1.0
