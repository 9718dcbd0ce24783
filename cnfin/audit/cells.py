"""A figure's place in the accounts: line, flow, money, division, whose."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from cnfin.audit.structure import subject
from cnfin.document import Fact
from cnfin.facts.dimensions import Lines

TOTAL, GRAND = "合计", "总计"
ALL = "全部"
#: Schemes of lines whose code or owner says the division already.
_UNDIVIDED = frozenset(("经济分类", "项目", "三公经费"))
#: Lines that a document states for one money only, said or not.
ONE_MONEY = frozenset(("三公经费", "其他"))


class Cell(NamedTuple):
    """What makes two figures of one measure and year state the same.

    Attributes:
        line: the code; 合计 or 总计 for the total of a side; else the canonical name.
        flow: the side of the accounts.
        funds: whose money; None where nothing says.
        division: which part of the line's spending.
        owner: the project or subordinate unit.
    """

    line: str
    flow: str | None
    funds: str | None
    division: str | None
    owner: str | None

    @property
    def total(self) -> bool:
        """Whether it is the total of a side, undivided."""
        return self.line == TOTAL and self.division is None


def cell_of(fact: Fact, lines: Lines) -> Cell:
    """The cell that a fact states, or that its share, rate or change is said of."""
    own = lines.of(fact.subject, fact.code, fact.scheme)
    return Cell(
        line=fact.code or subject(own.line or fact.subject),
        flow=fact.flow or own.flow,
        funds=fact.funds or (None if own.funds == ALL else own.funds),
        division=None if fact.scheme in _UNDIVIDED else fact.division or own.division,
        owner=fact.owner if fact.owner is not None or fact.scheme != "项目" else fact.subject,
    )


def own(fact: Fact, lines: Lines) -> Fact:
    """The fact as one of the whole unit: not of the project that its paragraph spoke of, nor of its division."""
    named = lines.of(fact.subject, fact.code, fact.scheme)
    return msgspec.structs.replace(fact, owner=None, division=named.division)


def part_of(fact: Fact, lines: Lines) -> str:
    """The division of its line that a fact is, where the name does not say it: 小学教育, 其中：基本支出 …."""
    if fact.scheme in _UNDIVIDED or fact.division is None:
        return ""
    own = lines.of(fact.subject, fact.code, fact.scheme).division
    return "" if own == fact.division else fact.division
