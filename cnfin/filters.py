"""Which facts and cells are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cnfin.cells import LedgerCell
from cnfin.document import Account, Division, Fact, Flow, Funds, Identity, Measure, Role, Sentence

if TYPE_CHECKING:
    from cnfin.records import FindingRecord


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Keeps what has, of each kind that any values are given of, one of these.

    Attributes:
        codes: beginnings of codes.
        lines: names of lines; of facts, of their subjects.
        levels: 类, 款, 项, 合计, 总计; facts have none.
        years: the years that values belong to.
    """

    measures: tuple[Measure, ...] = ()
    codes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    flows: tuple[Flow, ...] = ()
    funds: tuple[Funds, ...] = ()
    divisions: tuple[Division, ...] = ()
    levels: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    def fact(self, fact: Fact) -> bool:
        """Whether a fact is wanted."""
        return self._keeps(fact, fact.subject)

    def cell(self, cell: LedgerCell) -> bool:
        """Whether a cell is wanted."""
        return self._keeps(cell, cell.line) and _among(cell.level, self.levels)

    def finding(self, finding: FindingRecord) -> bool:
        """Whether a finding is of a figure that is wanted."""
        return self._keeps(finding, finding.subject)

    def _keeps(self, item: Fact | LedgerCell | FindingRecord, line: str | None) -> bool:
        return (
            _among(line, self.lines)
            and _among(item.measure, self.measures)
            and _among(item.flow, self.flows)
            and _among(item.funds, self.funds)
            and _among(item.division, self.divisions)
            and _among(item.year, self.years)
            and (not self.codes or (item.code or "").startswith(self.codes))
        )


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """Keeps the documents of some units and provinces.

    Attributes:
        units: parts of the unit's name.
        provinces: names of provinces, with or without 省, 市, 自治区.
    """

    units: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()

    def keeps(self, identity: Identity) -> bool:
        """Whether a document is wanted."""
        unit, province = identity.unit or "", identity.province or ""
        return (not self.units or any(part in unit for part in self.units)) and (
            not self.provinces or any(province.startswith(name) for name in self.provinces)
        )


class Sentences(msgspec.Struct, frozen=True, kw_only=True):
    """Keeps the sentences that have a role, speak of a line, or say something of a year.

    Attributes:
        roles: a sentence has one of them.
        lines: canonical names of lines that a sentence mentions or states a value of.
        years: a fact of the sentence belongs to one of them.
    """

    roles: tuple[Role, ...] = ()
    lines: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    def keeps(self, sentence: Sentence) -> bool:
        """Whether a sentence is wanted."""
        if self.roles and not set(self.roles).intersection(sentence.roles):
            return False
        if self.years and not any(fact.year in self.years for fact in sentence.facts):
            return False
        return (
            not self.lines
            or any(fact.subject in self.lines for fact in sentence.facts)
            or any(isinstance(span, Account) and span.name in self.lines for span in sentence.spans)
        )


def _among(value: object, wanted: tuple[object, ...]) -> bool:
    return not wanted or value in wanted
