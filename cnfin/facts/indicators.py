"""Counts in tables: what an indicator has reached, and what is owned; the targets and prices there are no facts."""

from __future__ import annotations

import re
from collections.abc import Container

from cnfin.document import Amount, Count
from cnfin.facts.found import Found, Subject, make, signed
from cnfin.facts.headings import MARK
from cnfin.facts.words import Words
from cnfin.tables.grid import Part, Row
from cnfin.tables.words import BLANK

_COLON = re.compile("[：:]")
_REMARK = re.compile(r"[（(][^）)]*[）)]")
_SUFFIX = re.compile(r"(?:开展)?(?:次数|数量|人数|个数|场次)$")
_REMARK_AT_END = re.compile(r"[（(][^（）()]{1,8}[)）]$")
_COST = re.compile(r"成本")
_STANDARD = re.compile(r"标准|每|人均|单价")
_ASSET = re.compile(r"价值|原值|净值|金额")
_NUMBER = re.compile(r"^(?:数量|台数|辆数|面积|个数|实有数)")
_UNIT = re.compile(r"[（(]([^（）()]{1,8})[)）]$")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
#: 国内公务接待批次（个）: the label says itself what is counted.
_EVENTS = re.compile(r"(?:批次|人次)数?$")
_STOCK = re.compile(r"(?:(?:年末|期末|实有|保有)*(?:保有量|实有数|保有数)|数量?|总数)$")
_BOUGHT = re.compile(r"^(?P<what>.{2,}?)(?:购置|新增)(?:数量?)?$")


def reached(
    row: Row, place: int, value: object, project: Subject | None, year: int | None, valued: Container[int]
) -> Found | None:
    """The achieved value of a performance indicator: a count, or the cost of the project.

    ``valued``: the places of the row that hold values.
    """
    named = (other for other in range(place - 1, -1, -1) if other not in valued and _HAN.search(row[other].text))
    name = next((BLANK.sub("", row[other].text) for other in named), "")
    if isinstance(value, Count):
        if value.unit == "分" or not name:
            return None
        plain = _SUFFIX.sub("", _REMARK.sub("", MARK.sub("", _COLON.split(name)[-1])))
        subject = Subject(name if plain.startswith("项目") or not plain else plain)
        return make(value, subject, "数量", year, value.number, value.unit, None, "table indicator")
    labels = "".join(cell.text for cell in row[:place])
    cost = _COST.search(labels) and not _STANDARD.search(name)
    if cost and isinstance(value, Amount) and project and value.wan is not None and value.bound is None:
        return make(value, project, "决算数", year, signed(value.wan, 1), "万元", None, "table cost")
    return None


def owned(part: Part, row: Row, place: int, value: object, year: int | None, words: Words) -> Found | None:
    """A count of an asset table; the values of assets are no measures."""
    label = part.label(row, place)
    head = "".join(part.columns[place].heads) if part.columns else ""
    if not isinstance(value, Count) or label is None or (_ASSET.search(head) and not _NUMBER.search(head)):
        return None
    name = MARK.sub("", BLANK.sub("", label.text))
    unit = value.unit
    if match := _UNIT.search(name):
        unit = unit or match[1].split("、")[-1]
        name = name[: match.start()]
    if name in words.vehicles:
        name = "公务用车"
    return make(value, Subject(name), "数量", year, value.number, unit, None, "table count")


def counted(part: Part, row: Row, place: int, value: Count, year: int | None, words: Words) -> Found | None:
    """A count under a head of sums, where the label gives its measure word (公务用车保有量（辆）)."""
    label = part.label(row, place)
    if label is None:
        return None
    name = _REMARK_AT_END.sub("", MARK.sub("", BLANK.sub("", label.text)))
    unit = value.unit
    if event := _EVENTS.search(name):
        name, unit = name[: event.start()], event[0].rstrip("数")
    elif bought := _BOUGHT.match(name):
        name = f"购置{bought['what']}"
    else:
        name = _STOCK.sub("", name)
        name = "公务用车" if name in words.vehicles else name
    return make(value, Subject(name), "数量", year, value.number, unit, None, "table count") if name else None
