"""What a name is a line of, the form in which names are compared, and the level of a line."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

from cnfin.audit.structure import structure_of
from cnfin.cells import Level
from cnfin.document import Fact
from cnfin.facts.dimensions import Dimensions, of_line
from cnfin.lexicon import default

TOTAL, GRAND = "合计", "总计"
BOTH = "收支"
PROJECT = "项目"
_THREE = "三公经费"
_WHOLE = "全部"
_MARKS = re.compile(r"[\s“”\"'‘’（）()《》〔〕\[\]、，,。：:]")
_LEAD = re.compile(r"^(?:其中|一般公共预算安排的)")
_CLOSE = re.compile(r"(?<=.)(?:支出|项目|经费)$")
_LEVELS: dict[int, Level] = {3: "类", 5: "款", 7: "项"}


@lru_cache(maxsize=1 << 14)
def same(name: str) -> str:
    """The form in which names are compared: no quotes, brackets and blanks, no closing 支出, 项目 or 经费."""
    return _CLOSE.sub("", _LEAD.sub("", _MARKS.sub("", name)))


@lru_cache(maxsize=1 << 14)
def named(name: str | None, code: str | None = None, scheme: str | None = None) -> Dimensions:
    """The line and the dimensions that a name tells; a line of both sides' totals of the year keeps its name."""
    told = of_line(name, code, scheme)
    line = name if told.line == TOTAL and told.flow == BOTH else told.line
    # 全部 yields to what is said near the name: that is for the fact to tell.
    return Dimensions(line, told.flow, None if told.funds == _WHOLE else told.funds, told.division)


def line_of(fact: Fact) -> Dimensions:
    """The line of a fact with its dimensions: what the fact does not carry, its name or its scheme may tell.

    A project's own sums are of the line 合计, the project being the owner.
    """
    told, owner = named(fact.subject, fact.code, scheme_of(fact)), owner_of(fact)
    if owner is not None and fact.code is None and same(fact.subject or "") == same(owner):
        told = Dimensions(TOTAL, told.flow)
    if fact.measure == "数量":
        return Dimensions(told.line, fact.flow, fact.funds, fact.division)
    return Dimensions(told.line, fact.flow or told.flow, fact.funds or told.funds, fact.division or told.division)


def owner_of(fact: Fact) -> str | None:
    """Whose a fact is; a subject that is a project is its own owner."""
    return fact.subject if fact.owner is None and fact.scheme == PROJECT else fact.owner


def scheme_of(fact: Fact) -> str | None:
    """The scheme of a fact's line; a sum may be of 三公经费 by its name (外事接待 for 外事接待费)."""
    return fact.scheme if fact.scheme is not None or fact.measure == "数量" else _scheme_of(fact.subject or "")


@lru_cache(maxsize=1 << 14)
def _scheme_of(name: str) -> str | None:
    found = [reading.scheme for form in (name, f"{name}费") for reading in default().readings.get(form, ())]
    return _THREE if found and set(found) == {_THREE} else None


@lru_cache(maxsize=1 << 14)
def one_money(line: str, scheme: str | None) -> bool:
    """Whether a document states the line for one money only, said or not (三公经费, 机关运行经费, 政府采购)."""
    return scheme == _THREE or structure_of(default()).words("one").search(line) is not None


def level_of(line: str, code: str | None) -> Level | None:
    """类, 款 or 项 by the length of the code; 合计 or 总计 by the line; else None."""
    if code is not None:
        return _LEVELS.get(len(code))
    return cast(Level, line) if line in (TOTAL, GRAND) else None
