"""Which facts and cells are wanted."""

from __future__ import annotations

import msgspec

from cnfin.cells import LedgerCell
from cnfin.document import Division, Fact, Flow, Funds, Measure


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

    def _keeps(self, item: Fact | LedgerCell, line: str | None) -> bool:
        return (
            _among(line, self.lines)
            and _among(item.measure, self.measures)
            and _among(item.flow, self.flows)
            and _among(item.funds, self.funds)
            and _among(item.division, self.divisions)
            and _among(item.year, self.years)
            and (not self.codes or (item.code or "").startswith(self.codes))
        )


def _among(value: object, wanted: tuple[object, ...]) -> bool:
    return not wanted or value in wanted
