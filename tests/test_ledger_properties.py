"""What holds of every ledger, whatever the statements."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statements import document, said

from cnfin.cells import CELL_MEASURES, LedgerCell
from cnfin.ledger import ledger
from cnfin.records import cell_structs, encode_lines

LINES = (
    ("本年支出合计", None, "支出"),
    ("财政拨款收入", None, "收入"),
    ("收支总计", None, "收支"),
    ("基本支出", None, "支出"),
    ("年初结转和结余", None, "结转结余"),
    ("三公经费", None, "三公经费"),
    ("公务接待费", None, "三公经费"),
    ("机关运行经费", None, "其他"),
    ("教育支出", "205", "功能分类"),
    ("普通教育", "20502", "功能分类"),
    ("小学教育", "2050202", "功能分类"),
    ("办公费", "30201", "经济分类"),
    ("灯塔修缮", None, "项目"),
    ("藏书", None, None),
)
MEASURES = ("决算数", "年初预算数", "占比", "预算完成率", "增减额", "增减率", "数量")


@st.composite
def statement(draw: st.DrawFn) -> dict[str, Any]:
    name, code, scheme = draw(st.sampled_from(LINES))
    measure = draw(st.sampled_from(MEASURES))
    unit = {"占比": "%", "预算完成率": "%", "增减率": "%", "数量": "册"}.get(measure, "万元")
    number = Decimal(draw(st.integers(-300, 3000))).scaleb(-draw(st.integers(0, 4)))
    return said(
        name,
        f"{number:f}",
        measure,
        unit,
        code=code,
        scheme=scheme,
        year=draw(st.sampled_from((2021, 2022, None))),
        base=draw(st.sampled_from((None, "上年", "年初预算", "本年支出合计"))),
        flow=draw(st.sampled_from((None, "收入", "支出", "收支"))) if scheme == "收支" else None,
        funds=draw(st.sampled_from((None, "全部", "财政拨款", "一般公共预算"))),
        division=draw(st.sampled_from((None, "基本支出", "项目支出"))),
        owner=draw(st.sampled_from((None, "灯塔修缮项目"))),
        printed=f"{number:f}" + ("" if draw(st.booleans()) else unit),
    )


def key(cell: LedgerCell) -> tuple[object, ...]:
    return (
        cell.year,
        cell.flow,
        cell.code or cell.line,
        cell.funds,
        cell.division,
        cell.owner,
        cell.measure,
        cell.unit,
        cell.scheme,
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(statement(), max_size=14))
def test_every_ledger(facts: list[dict[str, Any]]) -> None:
    made = document(*facts)
    cells = ledger(made, explain=True)
    places = Counter(source.start for cell in cells for source in cell.sources)
    wanted = {fact.start for fact in made.facts if fact.measure in CELL_MEASURES}
    assert set(places) == wanted, "each sum and count is stated by some cell"
    assert all(count <= 2 for count in places.values()), "only 收支总计 states two"
    assert len({key(cell) for cell in cells}) == len(cells)
    for cell in cells:
        assert cell.stated == len(cell.sources) > 0
        assert cell.value in [source.value for source in cell.sources]
        assert [source.start for source in cell.sources] == sorted(source.start for source in cell.sources)
        assert (cell.status == "single") == (cell.stated == 1)
        assert len(cell.why) >= cell.support
    assert encode_lines(cell_structs(made, cells)).count(b"\n") == len(cells)
    derived = [cell for cell in ledger(made, derive=True) if cell.status == "derived"]
    assert not {key(cell)[:-1] for cell in derived} & {key(cell)[:-1] for cell in cells}, (
        "what is stated is not derived"
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(statement(), max_size=10), st.randoms())
def test_order_decides_nothing_but_order(facts: list[dict[str, Any]], dice: Any) -> None:
    shuffled = dice.sample(facts, len(facts))
    one, other = ledger(document(*facts)), ledger(document(*shuffled))
    assert Counter((*key(cell)[:-1], cell.stated) for cell in one) == Counter(
        (*key(cell)[:-1], cell.stated) for cell in other
    )
