"""The account book of a document for people: one row a line, budget, actual and last year side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from cnfin.cells import LedgerCell
from cnfin.document import Fact, Identity
from cnfin.view.figures import change, ratio

#: The items of 三公经费 in the order in which they are published.
SANGONG = (
    "三公经费",
    "因公出国（境）费",
    "公务用车购置及运行维护费",
    "公务用车购置费",
    "公务用车运行维护费",
    "公务接待费",
)
#: Moneys, the widest first: where a line is stated for several, the widest stands for it.
_FUNDS = ("全部", "财政拨款", "一般公共预算", None)
_BUDGETS = ("调整预算数", "预算数", "年初预算数")
_TOTALS = ("总计", "合计")


class Row(msgspec.Struct, frozen=True, gc=False):
    """A line of the accounts with what the document says of it.

    Attributes:
        line, code, level, scheme, flow, funds, division, owner: as in :class:`cnfin.cells.LedgerCell`.
        budget, actual: of the document's year.
        before: last year's.
        said: the completion rate, the change and its rate against last year as the document states them, by measure.
        cells: the cells the row was made of.
    """

    line: str
    code: str | None
    level: str | None
    scheme: str | None
    flow: str | None
    funds: str | None
    division: str | None
    owner: str | None
    budget: Decimal | None
    actual: Decimal | None
    before: Decimal | None
    cells: tuple[LedgerCell, ...] = ()
    said: dict[str, Decimal] = {}

    @property
    def main(self) -> Decimal | None:
        """What was spent or came in, else what is planned."""
        return self.actual if self.actual is not None else self.budget

    @property
    def change(self) -> Decimal | None:
        """Against last year: as stated, else worked out."""
        return self.said["增减额"] if "增减额" in self.said else change(self.main, self.before)

    @property
    def change_rate(self) -> Decimal | None:
        """Against last year, in per cent: as stated, else worked out."""
        return self.said["增减率"] if "增减率" in self.said else ratio(self.change, self.before)

    @property
    def completion(self) -> Decimal | None:
        """The actual in per cent of the budget: as stated, else worked out."""
        return self.said["预算完成率"] if "预算完成率" in self.said else ratio(self.actual, self.budget)

    @property
    def disputed(self) -> bool:
        """Whether the document gives a cell of the row two values."""
        return any(cell.status == "disputed" for cell in self.cells)

    @property
    def place(self) -> tuple[int, int] | None:
        """Where the main figure stands."""
        wanted = self.main
        for cell in self.cells:
            if cell.value == wanted and cell.sources:
                source = next((each for each in cell.sources if each.value == cell.value), cell.sources[0])
                return source.start, source.end
        return None


def rows(cells: Iterable[LedgerCell], identity: Identity, facts: Iterable[Fact] = ()) -> list[Row]:
    """The sums of money among the cells as rows, in the order in which the document first states them.

    Args:
        cells: of one document.
        identity: the document's.
        facts: the document's, for the rates and changes that it states.
    """
    said: dict[tuple[object, ...], dict[str, Decimal]] = defaultdict(dict)
    for fact in facts:
        against_last = fact.base == "上年" if fact.measure in ("增减额", "增减率") else fact.measure == "预算完成率"
        if against_last and fact.year == identity.year:
            told = said[fact.code or fact.subject, fact.funds, fact.division, fact.owner]
            told.setdefault(fact.measure, fact.value)
    groups: dict[tuple[object, ...], list[LedgerCell]] = defaultdict(list)
    for cell in cells:
        if cell.measure != "数量":
            key = (cell.flow, cell.code or cell.line, cell.funds, cell.division, cell.owner)
            groups[key].append(cell)
    return [_row(group, identity, said) for group in groups.values()]


def _row(cells: Sequence[LedgerCell], identity: Identity, said: dict[tuple[object, ...], dict[str, Decimal]]) -> Row:
    first, year = cells[0], identity.year
    key = (first.code or first.line, first.funds, first.division, first.owner)

    def value(measures: Sequence[str], of: int | None) -> Decimal | None:
        for measure in measures:
            for cell in cells:
                if cell.measure == measure and cell.year == of:
                    return cell.value
        return None

    last = None if year is None else year - 1
    planned = identity.kind == "预算"
    return Row(
        line=first.line, code=first.code, level=first.level, scheme=first.scheme, flow=first.flow, funds=first.funds,
        division=first.division, owner=first.owner,
        budget=value(_BUDGETS, year), actual=value(("决算数",), year),
        before=None if last is None else value((*_BUDGETS, "决算数") if planned else ("决算数", *_BUDGETS), last),
        cells=tuple(cells), said=said.get(key, {}),
    )  # fmt: skip


def totals(found: Sequence[Row]) -> list[Row]:
    """The totals of both sides, by money: 总计 before 合计, 收入 before 支出, 全部 first; a money of 0 is left out."""
    sides = [
        row for row in found if row.line in _TOTALS and not row.owner and not row.division and row.main is not None
        and (row.main or row.before or row.funds in _FUNDS)
    ]
    return sorted(sides, key=lambda row: (row.flow != "收入", _TOTALS.index(row.line), _rank(row.funds)))


def parts(found: Sequence[Row]) -> list[Row]:
    """基本支出, 人员经费 … of the whole unit, for the widest money stated."""
    whole = [row for row in found if row.line in _TOTALS and row.division and not row.owner and row.main is not None]
    best: dict[object, Row] = {}
    for row in sorted(whole, key=lambda row: _rank(row.funds)):
        best.setdefault(row.division, row)
    return list(best.values())


def sangong(found: Sequence[Row]) -> list[Row]:
    """三公经费 and its items."""
    best: dict[str, Row] = {}
    for row in found:
        if (
            row.line in SANGONG
            and row.scheme == "三公经费"
            and not row.owner
            and (row.main, row.before) != (None, None)
        ):
            kept = best.get(row.line)
            if kept is None or _known(row) > _known(kept):
                best[row.line] = row
    return [best[name] for name in SANGONG if name in best]


def largest(found: Sequence[Row], most: int = 8) -> list[Row]:
    """The largest lines of spending by function, of the deepest level that the document speaks of."""
    lines = [
        row for row in found if row.scheme == "功能分类" and row.flow == "支出" and not (row.division or row.owner)
    ]
    for level in ("项", "款", "类"):
        best: dict[str, Row] = {}
        for row in sorted(lines, key=lambda row: _rank(row.funds)):
            if row.level == level and row.main is not None:
                best.setdefault(row.code or row.line, row)
        if best:
            return sorted(best.values(), key=lambda row: -(row.main or 0))[:most]
    return []


def _known(row: Row) -> int:
    return sum(value is not None for value in (row.actual, row.budget, row.before))


def _rank(funds: str | None) -> int:
    return _FUNDS.index(funds) if funds in _FUNDS else len(_FUNDS)


class Branch(msgspec.Struct, gc=False):
    """A node of the functional tree: a line with the lines below it.

    Attributes:
        row: what the document says of it; None for a line that only stands above others.
        total: the row's main figure, else the sum of those below.
    """

    code: str
    name: str
    row: Row | None
    below: list[Branch] = []
    total: Decimal = Decimal(0)


def tree(found: Sequence[Row], flow: str, funds: str | None) -> list[Branch]:
    """类 → 款 → 项 of one side and money; a level that the document leaves out is named by the lexicon."""
    chosen = {
        row.code: row for row in found
        if row.scheme == "功能分类" and row.flow == flow and row.funds == funds and row.code
        and not (row.division or row.owner) and row.main is not None
    }  # fmt: skip
    branches: dict[str, Branch] = {}
    top: list[Branch] = []
    for code in sorted(chosen):
        for length in (3, 5, 7):
            if length > len(code) or (part := code[:length]) in branches:
                continue
            row = chosen.get(part)
            branches[part] = Branch(part, row.line if row else name_of(part), row, [])
            (branches[part[:-2]].below if length > 3 else top).append(branches[part])
    for branch in top:
        _add_up(branch)
    return sorted(top, key=lambda branch: -branch.total)


def moneys(found: Sequence[Row], flow: str) -> list[str | None]:
    """The moneys that functional lines of a side are stated for, the widest first."""
    stated = {
        row.funds for row in found
        if row.scheme == "功能分类" and row.flow == flow and row.code and not row.division and row.main is not None
    }  # fmt: skip
    return sorted(stated, key=lambda funds: (_rank(funds), funds or ""))


def _add_up(branch: Branch) -> None:
    for each in branch.below:
        _add_up(each)
    branch.below.sort(key=lambda each: -each.total)
    own = branch.row.main if branch.row else None
    branch.total = own if own is not None else sum((each.total for each in branch.below), Decimal(0))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from cnfin.lexicon import folder, read_table

    return {row["code"]: row["name"] for row in read_table(folder() / "functional.tsv")}


def name_of(code: str) -> str:
    """The official name of a functional code, or the code itself where it has none."""
    return _names().get(code, code)
