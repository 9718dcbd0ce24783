"""The tables of a document: the usual titles, and whether figures stand under them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from cnfin.audit.form.empty import filled
from cnfin.completeness.parts import Place, Requirement, Requirements, Status
from cnfin.document import Document, Table

#: How far behind its title a table begins, and how far behind the table its note stands.
_TITLE, _NOTE = 200, 200
#: What may stand behind a title in its line: its number, the page, a reference to the annex.
_BEHIND = re.compile(r"[\s（(）)：:。；;\d公开附表—\-情况见后详附件]*")
_RANK: tuple[Status, ...] = ("present", "noted", "elsewhere", "empty")


def found_tables(document: Document, wanted: Sequence[Requirement], rules: Requirements) -> dict[str, Place]:
    """The place of each table that is there, is only named, or is referred to."""
    tables = sorted((table for table in document.tables if table.rows and table.rows[0]), key=_start)
    starts = [_start(table) for table in tables]
    names = {title: row.name for row in wanted for title in row.titles}
    found: dict[str, list[Place]] = {}
    if not names:
        return {}
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name)))))
    away = _elsewhere(document, rules)
    for match in pattern.finditer(document.text):
        if not _alone(document.text, match):
            continue
        place = bisect_right(starts, match.end())
        table = tables[place] if place < len(tables) and starts[place] - match.end() <= _TITLE else None
        until = starts[place + 1] if place + 1 < len(starts) else len(document.text)
        status: Status = _status(document, table, until, rules) if table else "elsewhere" if away else "empty"
        found.setdefault(names[match[0]], []).append(Place(status, *match.span()))
    if away:
        for name in names.values():
            found.setdefault(name, [Place("elsewhere", *away)])
    return {name: min(places, key=lambda place: _RANK.index(place.status)) for name, places in found.items()}


def _start(table: Table) -> int:
    return table.rows[0][0].start


def _alone(text: str, match: re.Match[str]) -> bool:
    """Whether a title has its line for itself, but for a mark, a year, a unit's name or a number of the table."""
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    after = text[match.end() : end if end >= 0 else len(text)]
    return "。" not in text[start : match.start()] and _BEHIND.fullmatch(after) is not None


def _status(document: Document, table: Table, until: int, rules: Requirements) -> Status:
    if filled(table):
        return "present"
    end = max(cell.end for row in table.rows for cell in row)
    note = document.text[end : min(end + _NOTE, until)] + document.text[max(_start(table) - _TITLE, 0) : _start(table)]
    return "noted" if rules.words("nothing").search(note) else "empty"


def _elsewhere(document: Document, rules: Requirements) -> tuple[int, int] | None:
    """The heading of the tables' part where it says that they stand in an annex."""
    for number, section in enumerate(document.sections):
        if rules.words("tables").search(section.title):
            following = document.sections[number + 1].start if number + 1 < len(document.sections) else None
            body = document.text[section.start : following]
            if len(body) <= _TITLE * 2 and rules.words("elsewhere").search(body):
                return section.start, section.end
    return None
