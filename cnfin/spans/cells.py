"""Bare numbers in table cells: sums and counts whose unit stands in a header, a label or a ``单位：`` line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cnfin.document import Amount, Cell, Count, Table
from cnfin.numerals import arabic, plain
from cnfin.spans.amounts import to_wan
from cnfin.tables import column_headers, unit_in

_NUMBER = re.compile(r"[-－]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?")
_SUM = re.compile(
    r"金额|价值|预算|决算|执行数|支出|收入|合计|小计|总计|资金|拨款|经费|费|结转|结余|年初|年末|本年|上年|全年|货物|工程|服务|资产|补助|缴费|工资|补贴|公积金"
)
_NO_SUM = re.compile(
    r"数量|分值|得分|权重|行次|栏次|序号|编码|代码|科目编|^[类款项]+$|占比|比例|比重|[%％率]|人数|人次|批次|个数|辆|台|面积|年度指标|指标值|电话|日期|时间"
)
# Columns of sums even where no unit is given.
_SUM_COLUMN = re.compile(r"[预决]算数|执行数|金额")
# Labels of rows that hold no sums, whatever the column.
_NO_SUM_ROW = re.compile(r"^(?:栏\s?次|行\s?次|序号|次)$|人数|人次|批次|个数|保有量|购置数|面积|[%％率度]$")
_CODE = re.compile(r"2\d\d(?:\d\d){0,2}|[35]\d\d(?:\d\d)?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LINE = re.compile("支出|服务|补助|福利|费")
_LABEL_UNIT = re.compile(r"[（(]([^（）()]{1,8})[)）]")
_MONEY_UNIT = re.compile(r"元$")
_COUNTED = re.compile(r"^(?:[辆台套个人批次户亩间栋所座张件家名]|人次|批次|平方米|㎡|平方公里|公里|公顷)(?:$|[、,，/])")


def cells(tables: Sequence[Table]) -> Iterator[Amount | Count]:
    """The sums and counts that table cells give without a unit of their own."""
    for table in tables:
        headers = column_headers(table)
        rows_with_header = len(headers) > 1 and any(headers)
        for row in table.rows:
            yield from _row(row, headers if rows_with_header else [], table.unit)


def _row(row: Sequence[Cell], headers: Sequence[str], unit: str | None) -> Iterator[Amount | Count]:
    first = next((place for place, cell in enumerate(row) if cell.text and not _NUMBER.fullmatch(cell.text)), 0)
    label = "".join(row[first].text.split())
    seen = -1
    for place, cell in enumerate(row):
        if cell.start <= seen or place < first or not _NUMBER.fullmatch(cell.text):
            continue  # a merged cell is repeated in the row but is one value; codes stand before the label
        seen = cell.start
        if _CODE.fullmatch(cell.text) and _names_code(cell.text, row[place + 1].text if place + 1 < len(row) else ""):
            continue
        left = row[place - 1].text if place else ""
        header = headers[place] if place < len(headers) else ""
        measure = _LABEL_UNIT.search(label)
        counted = measure[1] if measure and not _MONEY_UNIT.search(measure[1]) and _COUNTED.search(measure[1]) else None
        if counted and ("数量" in header or not (_SUM.search(header) or _NO_SUM.search(header))):
            yield _count(cell, counted)
        elif _is_sum(left, header, label, unit):
            yield _amount(cell, unit_in(header) or unit_in(label) or unit or "万元")


def _names_code(code: str, name: str) -> bool:
    """Whether ``name``, the cell to the right, is that of a line whose code stands in its own cell."""
    return _HAN.match(name) is not None and (len(code) > 3 or _LINE.search(name) is not None)


def _is_sum(left: str, header: str, label: str, unit: str | None) -> bool:
    if left.endswith((":", "：")):
        return bool(_SUM.search(left)) and not _NO_SUM.search(left)
    if _NO_SUM_ROW.search(label) or _NO_SUM.search(header):
        return False
    if _SUM.search(header):
        sure = unit is not None or "元" in header or unit_in(label) is not None
        return sure or bool(_SUM_COLUMN.search(header) and _SUM.search(label))
    return unit is not None and bool(_SUM.search(label))


def _amount(cell: Cell, unit: str) -> Amount:
    wan = to_wan(cell.text, unit.removesuffix("元"))
    return Amount(
        start=cell.start,
        end=cell.end,
        text=cell.text,
        wan=wan,
        low=None,
        high=None,
        approx=False,
        bound=None,
        unit_given=False,
    )


def _count(cell: Cell, measures: str) -> Count:
    words = re.split(r"[、,，/]", measures)
    unit = "辆" if "辆" in words else words[0]
    return Count(
        start=cell.start,
        end=cell.end,
        text=cell.text,
        number=plain(arabic(cell.text)),
        unit=unit,
        approx=False,
        bound=None,
    )
