"""``empty``: a table without a figure and without the note that says so; a note of emptiness under a full table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cnfin.audit.form.page import Page, Words, finding
from cnfin.document import Cell, Finding, Table
from cnfin.lexicon import Lexicon

#: How far around a table its note stands, in code points.
_REACH = 200
#: The title, the table's number, the unit's name, the money unit.
_LINES = 5
_NUMBER = re.compile(r"\d")
_NONZERO = re.compile(r"[1-9]")
_CODE = re.compile(r"\d{1,7}")
_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
#: Shorter numbers behind a name count the rows.
_CODE_DIGITS = 3
_SUM = re.compile(r"-?[\d,，]+(?:\.\d+)?")


@lru_cache(maxsize=8)
def _note(words: Words) -> re.Pattern[str]:
    """本部门没有政府性基金预算拨款收入，故本表为空。"""
    nothing, blank = words.any("nothing"), words.any("blank")
    so = "本表|此表|该表|故|因此|所以|[，,]"
    return re.compile(rf"[^。\n]*(?:(?:{nothing})[^。\n]{{2,60}}?)?(?:{so})[^。\n]{{0,6}}?(?:{blank})[^。\n]*")


@lru_cache(maxsize=8)
def _says_nothing(words: Words) -> re.Pattern[str]:
    return re.compile(rf"(?:{words.any('nothing')}|{words.any('blank')})")


def find(page: Page) -> Iterator[Finding]:
    """The tables that are empty without a word, and the notes that full tables deny."""
    tables = [table for table in page.document.tables if table.rows and table.rows[0]]
    for number, table in enumerate(tables):
        start, end = table.rows[0][0].start, _end(table)
        until = tables[number + 1].rows[0][0].start if number + 1 < len(tables) else len(page.text)
        title = _title(page, start)
        if title is None:
            continue
        if not filled(table):
            around = page.text[title.end() : start] + page.text[end : min(end + _REACH, until)]
            if not _says_nothing(page.words).search(around):
                yield finding("empty", *title.span(), f"表中无数，也未说明为空：{title[0]}", "warning")
        elif filled(table, _NONZERO):
            match = _note(page.words).search(page.text, end, min(end + _REACH, until))
            if match and not page.text[end : match.start()].strip():
                yield finding("empty", *_trimmed(page, match), f"表中有数，却注明为空：{title[0]}")


def _title(page: Page, start: int) -> re.Match[str] | None:
    """The title of a usual table, in one of the few lines right above it."""
    first = start
    for _ in range(_LINES):
        first = page.text.rfind("\n", 0, max(first - 1, 0)) + 1
    return max(_titles(page.lexicon).finditer(page.text, first, start), key=lambda match: match.start(), default=None)


@lru_cache(maxsize=8)
def _titles(lexicon: Lexicon) -> re.Pattern[str]:
    """The titles of the usual tables."""
    titles = {
        title for row in lexicon.rows("parts") if row["group"] == "table"
        for title in row["headings"].split("|") if title
    }  # fmt: skip
    return re.compile("|".join(map(re.escape, sorted(titles, key=lambda title: (-len(title), title)))))


def _end(table: Table) -> int:
    return max(cell.end for row in table.rows for cell in row)


def filled(table: Table, number: re.Pattern[str] = _NUMBER) -> bool:
    """Whether a cell of the table's body holds a sum; codes, line numbers and the row of 栏次 are none."""
    return any(number.search(cell.text) for row in table.rows for cell in _sums(row))


def _sums(row: tuple[Cell, ...]) -> Iterator[Cell]:
    for place, cell in enumerate(row):
        text = "".join(cell.text.split())
        if _SUM.fullmatch(text) and not (_CODE.fullmatch(text) and _counts(row, place)):
            yield cell


def _counts(row: tuple[Cell, ...], place: int) -> bool:
    """Whether a whole number is no sum: a code before its name, the number of a row or of a column."""
    named = [bool(_NAME.search(cell.text)) for cell in row]
    before_name = place + 1 < len(row) and named[place + 1]
    behind_name = place > 0 and named[place - 1] and len(row[place].text.strip()) < _CODE_DIGITS
    return before_name or behind_name or not any(named[:place]) or "栏次" in "".join(cell.text for cell in row)


def _trimmed(page: Page, match: re.Match[str]) -> tuple[int, int]:
    lead = len(match[0]) - len(match[0].lstrip())
    return match.start() + lead, match.start() + len(match[0].rstrip())
