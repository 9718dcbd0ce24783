"""The vocabulary of the ledger: a cell, and the places of the document that state it.

A cell of the ledger is what is left when a document says the same thing in several places and in
other words. (A cell of a printed table is :class:`cnfin.document.Cell`.)
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from cnfin.document import Division, Flow, Funds, Measure

Level = Literal["类", "款", "项", "合计", "总计"]
Status = Literal["agreed", "single", "disputed", "derived"]
#: The measures that are sums of money.
SUMS: tuple[Measure, ...] = ("决算数", "预算数", "年初预算数", "调整预算数", "追加预算数")
#: Shares, rates and changes are no cells: they are what cells are checked with.
CELL_MEASURES: tuple[Measure, ...] = (*SUMS, "数量")


class Statement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place that states a cell.

    Attributes:
        start, end: the value's span in the document's text.
        page: page from 1, None where the source has no pages.
        table: title of the table it stands in, None in running text.
        text: the value as written.
        value: 万元 for sums, a plain number for counts.
    """

    start: int
    end: int
    page: int | None
    table: str | None
    text: str
    value: Decimal


class LedgerCell(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One value of a document's account book.

    Attributes:
        year: the fiscal year the value belongs to.
        flow: the side of the accounts; None for counts.
        line: canonical name; 合计 for a side's total of the year, 总计 for its total with carry-over.
        code: official code, where it is certain.
        level: 类, 款 or 项 by the code; 合计 and 总计 as the line; None otherwise.
        scheme: 功能分类, 经济分类 … as in :class:`cnfin.document.Account`.
        funds, division: whose money it is, and which part of the line's spending.
        owner: the project or subordinate unit whose it is; None for the disclosing unit as a whole.
        measure: one of the five sums, or 数量.
        value: exact, in ``unit``: 万元, or a count's measure word.
        status: whether the statements agree.
        stated: how many statements there are.
        support: how many sums, shares, rates and changes of the document hold with the value.
        sources: the statements, in reading order; of a derived cell those it was worked out from.
        why: on request, what holds with the value and which reading was taken, a sentence each.
    """

    year: int | None
    flow: Flow | None
    line: str
    code: str | None
    level: Level | None
    scheme: str | None
    funds: Funds | None
    division: Division | None
    owner: str | None
    measure: Measure
    value: Decimal
    unit: str
    status: Status
    stated: int
    support: int
    sources: tuple[Statement, ...]
    why: tuple[str, ...] = ()
