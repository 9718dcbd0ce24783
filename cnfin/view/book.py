"""The cells of a document's account book, as far as its facts give them one by one."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from cnfin.document import Document, Fact

_LEVELS = {3: "类", 5: "款", 7: "项"}
_SUMS = ("决算数", "预算数", "年初预算数", "调整预算数", "追加预算数")
_TOTALS = {
    "收入总计": ("总计", "收入"), "支出总计": ("总计", "支出"), "收支总计": ("总计", "收支"),
    "支出合计": ("合计", "支出"), "收入合计": ("合计", "收入"),
    "本年支出合计": ("合计", "支出"), "本年收入合计": ("合计", "收入"),
}  # fmt: skip


class Statement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A place that states a cell."""

    start: int
    end: int
    value: Decimal


class LedgerCell(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One value of the account book."""

    year: int | None
    flow: str | None
    line: str
    code: str | None
    level: str | None
    scheme: str | None
    funds: str | None
    division: str | None
    owner: str | None
    measure: str
    value: Decimal
    status: str
    sources: tuple[Statement, ...]


def cells(document: Document) -> list[LedgerCell]:
    """One cell for each line, measure and year, by the first fact that states it."""
    found: dict[tuple[object, ...], LedgerCell] = {}
    for sentence in document.sentences:
        for fact in sentence.facts:
            if fact.subject and fact.measure in _SUMS:
                cell = _cell(fact, fact.subject)
                found.setdefault((cell.line, cell.code, cell.measure, cell.year, cell.owner), cell)
    return list(found.values())


def _cell(fact: Fact, subject: str) -> LedgerCell:
    line, flow = _TOTALS.get(subject, (subject, fact.flow or ("收入" if fact.scheme == "收入" else "支出")))
    owner = subject if fact.scheme == "项目" else fact.owner
    return LedgerCell(
        year=fact.year, flow=flow, line=line, code=fact.code, level=_LEVELS.get(len(fact.code or "")),
        scheme=fact.scheme, funds=fact.funds, division=fact.division, owner=owner, measure=fact.measure,
        value=fact.value, status="single", sources=(Statement(start=fact.start, end=fact.end, value=fact.value),),
    )  # fmt: skip
