"""Bare numbers in table cells: sums, rates and counts whose unit stands in a head, a label or a ``单位：`` line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import msgspec

from cnfin.document import Amount, Cell, Count, Percentage, Table
from cnfin.numerals import arabic, plain
from cnfin.spans.amounts import to_wan
from cnfin.tables import Column, Part, TableWords, parts
from cnfin.tables.grid import NUMBER, Row, is_code
from cnfin.tables.words import BLANK
from cnfin.units import unit_in

_SUM = re.compile(
    r"金额|价值|预算|决算|执行数|支出|收入|合计|小计|总计|资金|拨款|经费|费|结转|结余|年初|年末|本年|上年|全年|货物|工程|服务|资产|补助|缴费|工资|补贴|公积金"
)
#: Labels of rows that hold no sums, whatever the column.
_NO_SUM = re.compile(r"数量|人数|户数|人次|批次|个数|保有量|购置数|面积|[度%％率]$|占比|比例|比重|得分|电话|日期|时间")
_RATE = re.compile(r"(?:增减|增长|下降|完成|执行|占).*[%％率]|[%％]$")
_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
_LABEL_UNIT = re.compile(r"[（(]([^（）()]{1,8})[)）]")
_COUNTED = re.compile(r"^(?:[辆台套个人批次户亩间栋所座张件家名]|人次|批次|平方米|㎡|平方公里|公里|公顷)(?:$|[、,，/])")
_COLONS = (":", "：")
#: The words beside a cell stand no more cells away than this.
_FAR = 256
_VALUES = frozenset(("value", "rate", "count", "measure"))
#: No disclosing unit has sums above this, in 万元: a table without a unit whose sums do is not in 万元.
_BEYOND = Decimal(10_000_000)


class _Plain(msgspec.Struct, frozen=True, gc=False):
    """A number that is a sum of money, and the unit that is said of it."""

    cell: Cell
    unit: str | None


def cells(
    tables: Sequence[Table], words: TableWords, known: Sequence[Amount], unit_at: Callable[[int], str]
) -> Iterator[Amount | Count | Percentage]:
    """The sums, rates and counts that table cells give without a unit of their own.

    Args:
        tables: the tables of a document.
        words: the words of heads.
        known: the sums with units that the document states, which tell the unit of a table that says none.
        unit_at: the unit in force at an offset, for such a table where nothing tells.
    """
    stated: set[Decimal | None] = {amount.wan for amount in known if amount.unit_given and amount.wan}
    silent: list[list[_Plain]] = []
    for table in tables:
        sums: list[_Plain] = []
        for found in _values(table, words):
            if isinstance(found, _Plain):
                sums.append(found)
            else:
                yield found
        if any(one.unit is None for one in sums):
            silent.append(sums)
        for one in sums:
            if one.unit is not None:
                amount = _amount(one.cell, one.unit)
                stated.add(amount.wan)
                yield amount
    for sums in silent:
        open_ = [one.cell for one in sums if one.unit is None]
        if unit := _unit_of(open_, stated, unit_at(open_[0].start)):
            yield from (_amount(cell, unit) for cell in open_)


def _unit_of(open_: Sequence[Cell], stated: set[Decimal | None], default: str) -> str | None:
    """元 or 万元, as the document's other statements of the same sums tell; None where its sums are beyond belief."""
    units = ("万元", "元")
    hits = {unit: sum(to_wan(cell.text, unit.removesuffix("元")) in stated for cell in open_) for unit in units}
    if hits["元"] != hits["万元"]:
        return max(hits, key=lambda unit: hits[unit])
    if default == "万元" and any(abs(to_wan(cell.text, "万")) >= _BEYOND for cell in open_):
        return None
    return default


def _values(table: Table, words: TableWords) -> Iterator[_Plain | Count | Percentage]:
    for part in parts(table, words):
        carried = None
        for row in part.rows:
            # 项目资金（元） | 资金总额 | 25: the first cell of a form gives the unit of its rows.
            first = row[0].text
            carried = unit_in(first) if first else carried
            seen = -1
            for place, cell in enumerate(row):
                if cell.start <= seen or not NUMBER.fullmatch(cell.text) or _is_code(part, row, place):
                    continue  # a merged cell is repeated in the row but is one value
                seen = cell.start
                if found := _value(part, row, place, table.unit, carried, words):
                    yield found


def _is_code(part: Part, row: Row, place: int) -> bool:
    left = _left(row, place)
    if part.columns:
        headed = part.columns[place].kind == "value" and bool(part.columns[place].heads)
    else:
        headed = _SUM.search(left) is not None
    return not headed and not left.endswith(_COLONS) and is_code(row, place)


def _left(row: Row, place: int) -> str:
    """The words right beside a cell."""
    return next((BLANK.sub("", cell.text) for cell in reversed(row[max(0, place - _FAR) : place]) if cell.text), "")


def _value(
    part: Part, row: Row, place: int, unit: str | None, carried: str | None, words: TableWords
) -> _Plain | Count | Percentage | None:
    cell = row[place]
    left = _left(row, place)
    beside = left.endswith(_COLONS)
    label = left if beside else _label(part, row, place)
    if not part.columns or beside:
        return _in_form(cell, label, unit_in(label) or carried or unit, words)
    column = part.columns[place]
    if column.kind not in _VALUES:
        return None
    if counted := _counted(label, column):
        return _count(cell, counted)
    if column.kind == "rate" or (_RATE.search(label) and words.kind(label) == "rate"):
        return _percentage(cell)
    if column.kind == "count" or _NO_SUM.search(label):
        return None
    own = next((found for head in reversed(column.heads) if (found := unit_in(head))), None)
    unit = own or unit_in(label) or carried or unit
    named = label in words.readings or _SUM.search(label) is not None
    headed = any(_SUM.search(head) or head in words.readings or _YEAR.fullmatch(head) for head in column.heads)
    if unit is not None:
        return _Plain(cell, unit) if headed or named else None
    return _Plain(cell, None) if headed and (named or not label) else None


def _label(part: Part, row: Row, place: int) -> str:
    cell = part.label(row, place)
    return BLANK.sub("", cell.text) if cell else ""


def _in_form(cell: Cell, label: str, unit: str | None, words: TableWords) -> _Plain | Count | None:
    """The value beside a label: 预算数： 21.74."""
    if not label or _NO_SUM.search(label) or not _SUM.search(label):
        return None
    if counted := _counted(label, None):
        return _count(cell, counted)
    return _Plain(cell, unit) if unit or label.endswith((":", "：")) or words.kind(label) == "measure" else None


def _counted(label: str, column: Column | None) -> str | None:
    """The measure word that the label gives (房屋（平方米）) for a column that counts."""
    measure = _LABEL_UNIT.search(label)
    if not measure or measure[1].endswith("元") or not _COUNTED.search(measure[1]):
        return None
    heads = "".join(column.heads) if column else ""
    counts = column is None or column.kind == "count" or not _SUM.search(heads)
    return measure[1] if counts else None


def _amount(cell: Cell, unit: str) -> Amount:
    return Amount(
        start=cell.start, end=cell.end, text=cell.text, wan=to_wan(cell.text, unit.removesuffix("元")),
        low=None, high=None, approx=False, bound=None, unit_given=False,
    )  # fmt: skip


def _percentage(cell: Cell) -> Percentage:
    return Percentage(
        start=cell.start, end=cell.end, text=cell.text, percent=plain(arabic(cell.text)), unit="%", approx=False,
        bound=None,
    )  # fmt: skip


def _count(cell: Cell, measures: str) -> Count:
    words = re.split(r"[、,，/]", measures)
    return Count(
        start=cell.start, end=cell.end, text=cell.text, number=plain(arabic(cell.text)),
        unit="辆" if "辆" in words else words[0], approx=False, bound=None,
    )  # fmt: skip
