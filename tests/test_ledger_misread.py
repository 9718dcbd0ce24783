"""Figures that character recognition misread, and the sums that show what is printed."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from final_accounts import nine_tables
from statements import document, said

from cnfin.cells import LedgerCell
from cnfin.document import Source
from cnfin.ledger import ledger
from cnfin.tagger import Tagger

LINE: dict[str, Any] = {"scheme": "功能分类", "flow": "支出", "funds": "一般公共预算"}


def book(read: str, *, recognized: bool = True) -> LedgerCell:
    """The cell of 小学教育 whose 150.26 was read as ``read``, in a table whose rows and columns add up."""
    rows = [
        said("普通教育", "230.66", code="20502", **LINE),
        said("小学教育", read, code="2050202", **LINE),
        said("小学教育", "120.20", code="2050202", **LINE, division="基本支出"),
        said("小学教育", "30.06", code="2050202", **LINE, division="项目支出"),
        said("初中教育", "80.40", code="2050203", **LINE),
    ]
    made = msgspec.structs.replace(document(rows=rows, unit="万元"), recognized=recognized)
    return next(cell for cell in ledger(made, explain=True) if cell.code == "2050202" and cell.division is None)


@pytest.mark.parametrize("read", ["15026", "150.28", "15.26", "1150.26", "180.26"])
def test_the_value_that_two_sums_ask_for_is_what_is_printed(read: str) -> None:
    cell = book(read)
    assert (cell.value, cell.support, cell.status) == (Decimal("150.26"), 2, "single")
    assert cell.why[-1] == f"misread: {read} for 150.26"
    assert [(source.text, source.value) for source in cell.sources] == [(read, Decimal("150.26"))]


@pytest.mark.parametrize("read", ["150.91", "15.62", "1", "250.62"])
def test_what_is_more_than_a_slip_stands(read: str) -> None:
    assert (book(read).value, book(read).support) == (Decimal(read), 0)


def test_what_is_printed_stands() -> None:
    assert (book("150.28", recognized=False).value, book("150.28", recognized=False).support) == (Decimal("150.28"), 0)


def test_one_sum_alone_mends_nothing() -> None:
    rows = [said("普通教育", "230.66", code="20502", **LINE), said("小学教育", "150.28", code="2050202", **LINE),
            said("初中教育", "80.40", code="2050203", **LINE)]  # fmt: skip
    made = msgspec.structs.replace(document(rows=rows), recognized=True)
    assert [cell.value for cell in ledger(made)] == [fact["value"] for fact in rows]


@pytest.mark.parametrize("text", ["2021年支出3.5万元。", "2021年的支出\r为3.5万元。"], ids=["plain", "joined"])
def test_documents_tell_that_their_characters_were_recognized(text: str) -> None:
    tagger = Tagger(roles=False)
    for seen in (False, True):
        assert tagger.tag(Source(name="a.png", text=text, recognized=seen)).recognized is seen


def misread(printed: str, dice: random.Random) -> str:
    """A figure with its point lost, a digit lost, or one taken for another."""
    places = [place for place, sign in enumerate(printed) if sign != "."]
    place = dice.choice(places)
    other = dice.choice([digit for digit in "123456789" if digit != printed[place]])
    return dice.choice(
        [
            printed.replace(".", ""),
            printed[:place] + printed[place + 1 :],
            printed[:place] + other + printed[place + 1 :],
        ]
    )


def values(cells: tuple[LedgerCell, ...]) -> dict[tuple[object, ...], Decimal]:
    return {
        (cell.year, cell.flow, cell.code or cell.line, cell.funds, cell.division, cell.measure): cell.value
        for cell in cells
    }


def test_no_right_figure_of_nine_tables_is_made_wrong() -> None:
    dice = random.Random(4)
    wrong = mended = 0
    for seed in range(6):
        facts = [{"scheme": None} | fact | {"printed": f"{fact['value']:.2f}"} for table in nine_tables(seed)
                 for fact in table.facts]  # fmt: skip
        true = values(ledger(document(rows=facts, unit="万元")))
        seen = []
        for fact in facts:
            read = misread(fact["printed"], dice) if fact["value"] and dice.random() < 0.04 else fact["printed"]
            seen.append(fact | {"printed": read, "value": Decimal(read)})
        made = document(rows=seen, unit="万元")
        before, after = values(ledger(made)), values(ledger(msgspec.structs.replace(made, recognized=True)))
        assert all(after[key] == value for key, value in true.items() if before[key] == value)
        wrong += sum(before[key] != value for key, value in true.items())
        mended += sum(before[key] != value == after[key] for key, value in true.items())
    assert mended > wrong / 2 > 5
