"""Table rows → facts: header cells and labels give the measure and the year, the row's name the subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from cnfin.document import Amount, Count, Identity, Percentage
from cnfin.facts.found import Found, Subject, default_measure, make, of_account
from cnfin.facts.labels import Column, Labels, stated
from cnfin.facts.rows import PROJECT_LABELS, Grid, Item, Row
from cnfin.facts.words import Words

_BLANK = re.compile(r"[\s\u3000]+")
_MARK = re.compile(r"^(?:其中[:：,，\-—]?|[（(]?[\d一二三四五六七八九十]{1,3}[)）、.．]|[\-—\s])+")
_COLON = re.compile("[：:]")
_AMONG = re.compile(r"^其中[:：]?")
_CODE = re.compile(r"^[\dA-Z]{8,}[-—－](?=.)")
_REMARK = re.compile(r"[（(][^）)]*[）)]")
_UNIT = re.compile(r"[（(]([^（）()]{1,8})[)）]$")
_TARGET = re.compile(r"(?:预期|年度|年初|绩效)?(?:指标值|目标值|指标$)|预期目标|计划值")
_ACHIEVED = re.compile(r"实际完成|完成值|完成情况|实际值|全年实际")
_INDICATOR = re.compile(r"三级指标|指标名称|绩效指标$|指标内容")
_COST = re.compile(r"成本")
_STANDARD = re.compile(r"标准|每|人均|单价")
_WHOLE = re.compile(r"^(?:年度)?资金总额|^(?:项目)?(?:资金)?(?:总额|合计|总计|小计)$|预算执行情况|年度资金|^项目资金")
_ASSET = re.compile(r"价值|原值|净值|金额")
_NUMBER = re.compile(r"^(?:数量|台数|辆数|面积|个数|实有数)")
_SIDES = ("收入", "支出")
_TOTALS = frozenset(("合计", "小计", "总计", "金额", "本年收入合计", "本年支出合计"))
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SUFFIX = re.compile(r"(?:开展)?(?:次数|数量|人数|个数|场次)$")


class Head(NamedTuple):
    """What the header cells over a column say together: a measure, and the line whose money it is."""

    column: Column | None
    name: Subject | None
    said: str
    total: bool


class Tables:
    """Facts of a document's tables."""

    def __init__(self, identity: Identity, words: Words) -> None:
        self.words = words
        self.year = identity.year
        self.default = default_measure(identity)
        self.labels = Labels(identity, words)
        self.project: Subject | None = None
        self.whole: Subject | None = None
        self._heads: dict[tuple[str, ...], Head] = {}
        self._shift = 0

    def read(self, grid: Grid, year: int | None, project: str | None = None) -> dict[int, list[Found]]:
        """Facts by the index of the sentence that holds the value; ``project`` is named above the table."""
        if project:
            self.project = Subject(project, None, "项目")
        found: dict[int, list[Found]] = {}
        header: list[str] = []
        heads: list[list[str]] = []
        body = False
        paired: list[Column] = []
        self.whole = self._whole(grid)
        assets = "资产" in grid.title or any("资产" in item.text for row in grid.rows[:3] for item in row)
        for row in grid.rows:
            if self._names_project(row):
                header, heads, self._shift = [], [], 0
                continue
            if not any(item.value is not None for item in row):
                below = self._header(row, header)
                if below is not header:
                    heads = [] if body else heads
                    heads.append([_BLANK.sub("", item.text) for item in row])
                    header, body, self._shift = below, False, 0
                continue
            body = True
            row = self._padded(row, header)
            labelled = any(item.text.rstrip().endswith((":", "：")) for item in row)
            pairs = self._pairs(row, paired) if labelled or not header else {}
            for place, item in enumerate(row):
                if item.value is None or (item.value.bound is not None and not isinstance(item.value, Count)):
                    continue
                title = _aligned(header, row, place)
                over = tuple(_aligned(texts, row, place) for texts in heads)
                fact = self._cell(row, place, item, title, pairs, year or self.year, assets, header, over)
                if fact is not None:
                    found.setdefault(item.sentence, []).append(fact)
        return found

    def _padded(self, row: Row, header: Sequence[str]) -> Row:
        """``row`` with empty cells for those on its left that a merged cell above took, as its one rate shows."""
        if len(row) != len(header):
            return row
        rates = [place for place, item in enumerate(row) if isinstance(item.value, Percentage)]
        columns = [place for place, text in enumerate(header) if text.endswith("率")]
        if len(rates) == len(columns) == 1:
            self._shift = columns[0] - rates[0]
        lost = self._shift
        if not 0 < lost < 3 or any(item.text for item in row[-lost:]):
            return row
        blank = row[0]._replace(end=row[0].start, text="", value=None, account=None)
        return [blank] * lost + row[:-lost]

    def _whole(self, grid: Grid) -> Subject | None:
        """The subject of the row 合计: what the title names, or 三公经费 where the rows are its items."""
        items = [item.account for row in grid.rows for item in row if item.account is not None]
        if sum(account.scheme == "三公经费" for account in items) > 1:
            return Subject("三公经费", None, "三公经费")
        named = self.words.titled(grid.title)
        return Subject(named[0], None, named[1]) if named else None

    def _names_project(self, row: Row) -> bool:
        texts = [item.text for item in row if item.text]
        if len(texts) > 4:
            return False
        for label, name in pairwise(texts):
            if "名称" not in label or _BLANK.sub("", label).rstrip(":：") not in PROJECT_LABELS:
                continue
            if _BLANK.sub("", name) in _TOTALS:
                return False
            if len(texts) == 2 or not any(self.labels.column(text) for text in texts[1:]):
                self.project = Subject(_CODE.sub("", name.strip()), None, "项目", None)
                return True
        return False

    def _header(self, row: Row, header: list[str]) -> list[str]:
        texts = [_BLANK.sub("", item.text) for item in row]
        if len(texts) < 2:
            return header
        said = any(self.labels.column(text) or _head_word(text) for text in texts)
        listed = texts[0] in PROJECT_LABELS and any(text in _TOTALS for text in texts)
        if not said and not listed and sum(text in self.words.readings or text in _TOTALS for text in texts) < 3:
            return header
        if len(header) == len(texts) and sum(map(bool, texts)) < len(texts):
            return [above + below for above, below in zip(header, texts, strict=True)]
        return texts

    def _pairs(self, row: Row, paired: list[Column]) -> dict[int, Column]:
        """Columns of the values whose label stands left of them; a row without measures repeats those above."""
        values = [place for place, item in enumerate(row) if item.value is not None and place]
        labels = {
            place: None if row[place - 1].account else self.labels.column(row[place - 1].text)
            for place in values
            if row[place - 1].value is None
        }
        said = {place: column for place, column in labels.items() if column is not None}
        colons = all(row[place - 1].text.rstrip().endswith((":", "：")) for place in said)
        if said and len(said) == len(labels) and (colons or len(said) > 1):
            paired[:] = list(said.values())
            return said
        if paired and len(labels) == len(values) == len(paired) and len(values) > 1:
            return dict(zip(values, paired, strict=True))
        return {}

    def _cell(
        self, row: Row, place: int, item: Item, title: str, pairs: dict[int, Column], year: int | None, assets: bool,
        header: Sequence[str], over: tuple[str, ...],
    ) -> Found | None:  # fmt: skip
        value = item.value
        if place in pairs:
            paired = pairs[place]
            return stated(item.value, self._row_subject(row, row[place - 1]), paired, paired.year or year)
        if _ACHIEVED.search(title) and any(_INDICATOR.search(text) or _TARGET.search(text) for text in header):
            return self._achieved(row, place, item, header, year)
        if _TARGET.search(title) and not self.labels.column(title):
            return None
        if assets:
            return self._asset(row, item, title, year)
        if isinstance(value, Count):
            return None
        head = self._head(over)
        if head.column is None and head.name is None and not head.total:
            return None
        return self._under(row, place, item, head, header, year)

    def _under(
        self, row: Row, place: int, item: Item, head: Head, header: Sequence[str], year: int | None
    ) -> Found | None:
        """The fact of a value under a header.

        Under the name of a line (基本支出, 财政拨款收入 …) the row's own line is the subject and the column's the base;
        in the row 合计, or where no name stands on the left, the column's line is the subject.
        """
        column = head.column or self._parted(header, row, place) or Column(self.default, None, 1, None)
        label = _name_cell(row, place)
        side = _aligned(header, row, row.index(label)) if label else ""
        whole = label is None or _BLANK.sub("", label.text) in ("合计", "总计", "小计")
        if header and header[0] in PROJECT_LABELS and head.column is None and (whole or not head.total):
            # A list of projects: only what each has in all; the sources of its money are no lines of the project.
            return None
        funds = head.name is not None and head.name.scheme == "收入" and self._of_costs
        if head.name and whole and not funds:
            return stated(item.value, head.name, column, column.year or year)
        subject = self._row_subject(row, label, side)
        if subject is None and label is None:
            subject = self.whole
        if subject and side.startswith("项目名称") and not subject.code:
            subject = msgspec.structs.replace(subject, scheme="项目")
        if head.name and not head.total and column.base is None:
            column = column._replace(base=head.said)
        return stated(item.value, subject, column, column.year or year)

    def _parted(self, header: Sequence[str], row: Row, place: int) -> Column | None:
        """What the column on the left says, where this one gives a part of it (本年预算数 | 其中：财政拨款)."""
        at = place - 1
        while at >= 0 and _AMONG.match(_aligned(header, row, at + 1)):
            if column := self.labels.column(_aligned(header, row, at)):
                return column
            at -= 1
        return None

    @property
    def _of_costs(self) -> bool:
        """Whether the table lists the items of 三公, where a column 财政拨款 says whose money each is."""
        return self.whole is not None and self.whole.scheme == "三公经费"

    def _head(self, over: tuple[str, ...]) -> Head:
        """What the header cells over a column say, from the top; remembered."""
        if over not in self._heads:
            texts = list(dict.fromkeys(over))
            bottom = texts[-1] if texts else ""
            said = texts[-2] if bottom in ("小计", "合计") and len(texts) > 1 else bottom
            said = _AMONG.sub("", said)
            # 公务接待费 as a column is an item of 三公经费, not of the economic classification.
            readings = self.words.readings.get(said, ())
            reading = min(readings, key=lambda known: known.scheme != "三公经费", default=None)
            name = None
            if reading is not None and said not in _SIDES and reading.scheme != "功能分类":
                name = Subject(reading.name, reading.code or None, reading.scheme)
            columns = [found for text in texts if text not in _TOTALS and (found := self.labels.column(text))]
            total = bottom in ("本年收入合计", "本年支出合计") or (bottom in _TOTALS and name is None)
            self._heads[over] = Head(columns[-1] if columns else None, name, said, total)
        return self._heads[over]

    def _row_subject(self, row: Row, label: Item | None, side: str = "") -> Subject | None:
        if label is None:
            return None
        if label.account is not None:
            subject = of_account(label.account)
            if self._of_costs and subject.scheme == "经济分类":
                known = self.words.readings.get(label.account.text, ())
                items = [one for one in known if one.scheme == "三公经费"]
                if items:
                    return msgspec.structs.replace(subject, name=items[0].name, code=None, scheme="三公经费")
            return subject
        name = _MARK.sub("", _BLANK.sub("", label.text)).rstrip(":：")
        if name in ("总计", "合计", "本年总计") and ("收入" in side) != ("支出" in side):
            return Subject("收入总计" if "收入" in side else "支出总计", None, "收支")
        column = self.labels.column(label.text)
        first = next((item for item in row if item.text), None)
        if column is not None or _WHOLE.search(name):
            if first is not None and first is not label and first.account is not None:
                return of_account(first.account)
            return self.project or self.whole or Subject("部门整体支出", None, "支出")
        if not re.search(r"[\u4e00-\u9fff]{2}", name):
            return None
        if self._of_costs and (item := self.words.travel.get(name) or self.words.car_costs.get(name)):
            return Subject(item, None, "三公经费", (label.start, label.end))
        return Subject(name, None, "项目" if name.endswith("项目") else None, (label.start, label.end))

    def _achieved(self, row: Row, place: int, item: Item, header: Sequence[str], year: int | None) -> Found | None:
        """The achieved value of a performance indicator: a count, or the cost of the project."""
        name = ""
        for other in range(place - 1, -1, -1):
            text = row[other].text
            if text and row[other].value is None and re.search(r"[\u4e00-\u9fff]{2}", text):
                name = _BLANK.sub("", text)
                break
        value = item.value
        if isinstance(value, Count):
            if value.unit == "分" or not name:
                return None
            plain = _SUFFIX.sub("", _REMARK.sub("", _MARK.sub("", _COLON.split(name)[-1])))
            subject = Subject(name if plain.startswith("项目") or not plain else plain)
            return make(value, subject, "数量", year, value.number, value.unit, None, "table indicator")
        labels = "".join(one.text for one in row[:place])
        cost = _COST.search(labels) and not _STANDARD.search(name)
        if cost and isinstance(value, Amount) and self.project and value.wan is not None and value.bound is None:
            return make(value, self.project, "决算数", year, value.wan, "万元", None, "table cost")
        return None

    def _asset(self, row: Row, item: Item, title: str, year: int | None) -> Found | None:
        """Counts of an asset table; the values of assets are no measures."""
        value = item.value
        label = _name_cell(row, len(row))
        if not isinstance(value, Count) or label is None or (_ASSET.search(title) and not _NUMBER.search(title)):
            return None
        name = _MARK.sub("", _BLANK.sub("", label.text))
        unit = value.unit
        if match := _UNIT.search(name):
            unit = unit or match[1].split("、")[-1]
            name = name[: match.start()]
        if name in self.words.vehicles:
            name = "公务用车"
        return make(value, Subject(name), "数量", year, value.number, unit, None, "table count")


def _head_word(text: str) -> bool:
    return bool(_TARGET.search(text) or _ACHIEVED.search(text) or _INDICATOR.search(text) or _NUMBER.search(text))


def _aligned(header: Sequence[str], row: Row, place: int) -> str:
    """The header cell over a value: rows that lost cells on the left are aligned on the right."""
    if not header:
        return ""
    at = place if len(header) == len(row) else place + len(header) - len(row)
    return header[at] if 0 <= at < len(header) else ""


def _name_cell(row: Row, place: int) -> Item | None:
    """The cell that names a value: the nearest words left of it (a table may hold 收入 and 支出 side by side)."""
    for item in reversed(row[:place]):
        if item.value is None and _HAN.search(item.text):
            return item
    return None
