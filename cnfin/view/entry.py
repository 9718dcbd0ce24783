"""A document's line in the index of a folder, and what the corpus report adds up."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import msgspec

from cnfin.document import Amount, Count, Document, Percentage
from cnfin.view.accounts import Row, tree
from cnfin.view.digest import Digest


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document in one line.

    Attributes:
        doc: the document's name; page: its page inside the folder of pages.
        unit, entity, province, city, county, year, kind: who disclosed what.
        income, spending: the widest total of each side, in 万元.
        sangong, sangong_budget, sangong_before: 三公经费 of the year, its budget, last year's.
        classes: spending by 类, by the code.
        rates: the completion rates of the lines of spending, in per cent.
        facts, sentences: how many.
        roles: sentences by role.
        findings: by check; errors: how many of them leave no doubt.
        values: figures in the text; unread: those that made no fact.
        unknown: what of unit, province, year and kind it does not say.
        score: its completeness, 0 to 1; missing: the required parts that it lacks.
        text: the terminal page, where it was asked for.
    """

    doc: str
    page: str = ""
    unit: str | None = None
    entity: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    year: int | None = None
    kind: str | None = None
    income: Decimal | None = None
    spending: Decimal | None = None
    sangong: Decimal | None = None
    sangong_budget: Decimal | None = None
    sangong_before: Decimal | None = None
    classes: dict[str, Decimal] = {}
    rates: list[Decimal] = []
    facts: int = 0
    sentences: int = 0
    roles: dict[str, int] = {}
    findings: dict[str, int] = {}
    errors: int = 0
    values: int = 0
    unread: int = 0
    unknown: list[str] = []
    score: Decimal | None = None
    missing: list[str] = []
    text: str = ""


def entry(document: Document, brief: Digest, *, page: str = "", text: str = "") -> Entry:
    """The document's line."""
    identity = document.identity
    sides = {row.flow: row for row in reversed(brief.headline)}
    both = sides.get("收支")
    three: Row | None = next((row for row in brief.sangong if row.line == "三公经费"), None)
    values, read = _figures(document)
    return Entry(
        doc=document.name, page=page, unit=identity.unit, entity=identity.entity, province=identity.province,
        city=identity.city, county=identity.county, year=identity.year, kind=identity.kind,
        income=_main(sides.get("收入") or both), spending=_main(sides.get("支出") or both),
        sangong=_main(three), sangong_budget=three.budget if three else None,
        sangong_before=three.before if three else None,
        classes=_classes(brief),
        rates=[row.completion for row in brief.rows if row.scheme == "功能分类" and row.completion is not None],
        facts=brief.facts, sentences=brief.sentences,
        roles={"原因说明": len(brief.reasons), "问题": len(brief.problems), "改进措施": len(brief.measures)},
        findings=dict(Counter(finding.check for finding in brief.findings)), errors=brief.errors,
        values=values, unread=values - read, unknown=brief.unknown,
        score=brief.complete.score, missing=brief.parts_with("missing", "empty"), text=text,
    )  # fmt: skip


def _main(row: Row | None) -> Decimal | None:
    return row.main if row else None


def _classes(brief: Digest) -> dict[str, Decimal]:
    """Spending by 类, of the widest money that any is stated for."""
    for funds in dict.fromkeys(row.funds for row in (*brief.totals, *brief.rows) if row.flow == "支出"):
        branches = tree(brief.rows, "支出", funds)
        if branches:
            return {branch.code: branch.total for branch in branches}
    return {}


def _figures(document: Document) -> tuple[int, int]:
    """How many figures the text holds, and how many of them a fact says something of."""
    values = read = 0
    for sentence in document.sentences:
        told = {(fact.start, fact.end) for fact in sentence.facts}
        for span in sentence.spans:
            if isinstance(span, (Amount, Percentage, Count)):
                values += 1
                read += (span.start, span.end) in told
    return values, read
