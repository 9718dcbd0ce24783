"""Cells of tables → facts: the title, the heads over a column and the label of a row say together what a value is."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from msgspec.structs import replace

from cnfin.document import Cell, Count, Division, Flow, Funds, Identity
from cnfin.facts import indicators
from cnfin.facts.dimensions import economic_part
from cnfin.facts.found import Found, Subject, default_measure, of_account
from cnfin.facts.headings import MARK, NOTHING, Headings, Said, Title
from cnfin.facts.labels import Column, stated
from cnfin.facts.rows import Read, Spans, Value
from cnfin.facts.words import Words
from cnfin.tables.grid import PROJECT_LABELS, Part, Row
from cnfin.tables.words import BLANK, TOTALS

_CODE = re.compile(r"^[\dA-Z]{8,}[-—－](?=.)")
_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
_COLONS = (":", "：")
_CLASSES = frozenset(("功能分类", "经济分类"))
#: Schemes whose lines are stated for one money of their own and have no divisions.
_APART = frozenset(("三公经费", "其他"))
#: Columns of a table of indicators.
_AIMS = ("indicator", "target")
#: Labels of what a project gets in all its years.
_ALL_YEARS = re.compile("实施期|中长期|总体资金|项目总(?:投资|资金)")
_ALL: Funds = "全部"
_THREE = Subject("三公经费", None, "三公经费")


class Context(NamedTuple):
    """What holds for all cells of a table.

    Attributes:
        title: what its title says.
        year: the year of its values where no head says another.
        name: the title as printed, cleaned.
        three: whether its lines are the items of 三公经费.
    """

    title: Title
    year: int | None
    name: str
    three: bool


class Spot(NamedTuple):
    """A row of a table: where it begins and ends, the table's title, and the project that its form is of."""

    start: int
    end: int
    title: str
    project: str | None


class Named(NamedTuple):
    """The row of a value: its label, the subject that it names, and what it says besides."""

    cell: Cell | None
    subject: Subject | None
    said: Said
    whole: bool


class Tables:
    """Facts of a document's tables."""

    def __init__(self, identity: Identity, words: Words, spans: Spans) -> None:
        self.words = words
        self.spans = spans
        self.year = identity.year
        self.unit = identity.unit
        self.default = default_measure(identity)
        self.headings = Headings(identity, words)
        self.project: Subject | None = None
        self._carried: dict[int, Subject] = {}
        self._beyond: set[int] = set()
        self._divided = self._projects = False
        self._kinds: frozenset[str | None] = frozenset()
        #: The sentences that hold values of tables, by their indexes.
        self.valued: set[int] = set()
        #: Every row of the tables, in order: what is said there in sentences is said in the table as well.
        self.spots: list[Spot] = []

    def read(self, table: Read) -> dict[int, list[Found]]:
        """Facts by the index of the sentence that holds the value."""
        if table.project:
            self.project = Subject(table.project, None, "项目")
        context = self._context(table)
        if context.title.side is not None or context.three or context.title.assets:
            self.project = None
        if self.project is None and (named := self.headings.form_of(table.title)):
            self.project = Subject(named, None, "项目")
        found: dict[int, list[Found]] = {}
        for part in table.parts:
            if part.project is not None:
                self.project = Subject(_CODE.sub("", part.project.text.strip()), None, "项目", None)
            paired: list[Column] = []
            self._carried, self._beyond = {}, set()
            self._projects = any(head in PROJECT_LABELS for column in part.columns for head in column.heads)
            self._divided = self.project is not None and self._by_money(part)
            self._kinds = frozenset(column.kind for column in part.columns)
            for row in part.rows:
                self._note(row, context)
                values = {place: value for place, cell in enumerate(row) if (value := self.spans.value(cell))}
                self.valued.update(self.spans.sentence(row[place]) for place in values)
                for place, fact in self._row(part, row, values, context, paired):
                    found.setdefault(self.spans.sentence(row[place]), []).append(fact)
        return found

    def _note(self, row: Row, context: Context) -> None:
        filled = [cell for cell in row if cell.text]
        if filled:
            project = self.project.name if self.project else None
            start, end = min(cell.start for cell in filled), max(cell.end for cell in filled)
            self.spots.append(Spot(start, end, context.name, project))

    def _by_money(self, part: Part) -> bool:
        """Whether a form divides its sums by money (其中：财政拨款 | 其他资金): what it divides is of all money."""
        labels = (cell.text for row in part.rows for cell in row if 3 < len(cell.text) < 20)
        return any((said := self.headings.said(label)).funds and said.line is None for label in labels)

    def _context(self, table: Read) -> Context:
        title = self.headings.title(table.title)
        cells = (cell for part in table.parts for row in part.rows for cell in row)
        accounts = [account for cell in cells if (account := self.spans.account(cell))]
        three = sum(account.scheme == "三公经费" for account in accounts) > 1
        heads = {head for part in table.parts for column in part.columns for head in column.heads}
        assets = title.assets or any("资产" in head for head in heads)
        if three or (title.whole is not None and title.whole.scheme == "三公经费"):
            title = title._replace(whole=_THREE)
        return Context(title._replace(assets=assets), table.year or self.year, table.title, three)

    def _row(
        self, part: Part, row: Row, values: dict[int, Value], context: Context, paired: list[Column]
    ) -> list[tuple[int, Found]]:
        pairs = self._pairs(part, row, values, paired)
        seen: set[int] = set()
        found = []
        for place, value in values.items():
            # A merged cell is repeated in the row but states its value once.
            if row[place].start in seen or (value.bound is not None and not isinstance(value, Count)):
                continue
            seen.add(row[place].start)
            fact = self._cell(part, row, place, value, context, pairs, values)
            if fact is not None:
                found.append((place, (replace(fact[0], table=context.name or None), fact[1])))
        return found

    def _pairs(
        self, part: Part, row: Row, values: dict[int, Value], paired: list[Column]
    ) -> dict[int, tuple[Column, Cell]]:
        """Columns of the values whose label stands left of them; a row without measures repeats those above."""
        labels: dict[int, Cell] = {}
        for place in values:
            left = next((at for at in range(place - 1, -1, -1) if row[at].text), None)
            if left is not None and left not in values and _NAME.search(row[left].text):
                labels[place] = row[left]
        labels = self._of_the_year(labels)
        colons = bool(labels) and all(label.text.rstrip().endswith(_COLONS) for label in labels.values())
        if len(labels) + len(self._beyond) < len(values) or (part.columns and not colons):
            return {}
        said = {place: self.headings.said(label.text) for place, label in labels.items()}
        columns = {place: one.column for place, one in said.items() if one.column and not one.line}
        if len(columns) == len(labels) and (colons or len(columns) > 1):
            paired[:] = list(columns.values())
            return {place: (column, labels[place]) for place, column in columns.items()}
        if len(paired) == len(labels) > 1:
            return {place: (column, labels[place]) for column, place in zip(paired, labels, strict=True)}
        return self._beside(labels, said, paired)

    def _of_the_year(self, labels: dict[int, Cell]) -> dict[int, Cell]:
        """Labels without those of sums for all years of a project (实施期资金总额), and what stands below them."""
        for place, label in labels.items():
            if _ALL_YEARS.search(label.text):
                self._beyond.add(place)
            elif self.headings.said(label.text).total:
                self._beyond.discard(place)
        return {place: label for place, label in labels.items() if place not in self._beyond}

    def _beside(
        self, labels: dict[int, Cell], said: dict[int, Said], paired: list[Column]
    ) -> dict[int, tuple[Column, Cell]]:
        """Values beside labels, one after the other: 其中：财政拨款 is of the measure that was said last."""
        found: dict[int, tuple[Column, Cell]] = {}
        for place, label in labels.items():
            column = said[place].column
            if column is not None:
                paired[:] = [column]
            elif self.project is None or said[place].line or not (said[place].total or said[place].funds):
                continue
            found[place] = (column or (paired[-1] if paired else Column("", None, 1, None)), label)
        return found

    def _cell(
        self, part: Part, row: Row, place: int, value: Value, context: Context,
        pairs: dict[int, tuple[Column, Cell]], values: Container[int],
    ) -> Found | None:  # fmt: skip
        if place in pairs:
            column, label = pairs[place]
            return self._stated(value, self._of_label(label, None, 0, context), NOTHING, NOTHING, column, context, part)
        kind = part.columns[place].kind if part.columns else None
        if kind == "done" and not self._kinds.isdisjoint(_AIMS):
            return self._owned(indicators.reached(row, place, value, self.project, context.year, values))
        if context.title.assets:
            return indicators.owned(part, row, place, value, context.year, self.words)
        if isinstance(value, Count):
            measured = kind in ("value", "measure") and "indicator" not in self._kinds
            return indicators.counted(part, row, place, value, context.year, self.words) if measured else None
        if kind not in ("value", "rate", "done", "measure"):
            return None
        over = self.headings.over(part.columns[place].heads)
        label_cell = part.label(row, place)
        code = part.code(row, label_cell) if label_cell else None
        named = self._of_label(label_cell, code, part.columns[place].block, context)
        meaning = self._column(part, place, over, named)
        if meaning is None:
            return None
        owner = part.owner(row)
        if label_cell is not None and owner is label_cell:
            named = Named(None, None, NOTHING, True)
        return self._stated(value, named, over, self._side(part, row, label_cell), meaning, context, part, owner)

    def _owned(self, fact: Found | None) -> Found | None:
        if fact is None or self.project is None:
            return fact
        place = self._dimensions(self.project, NOTHING, NOTHING, NOTHING, None) if fact[0].measure != "数量" else {}
        return replace(fact[0], owner=self.project.name, **place), fact[1]

    def _column(self, part: Part, place: int, over: Said, named: Named) -> Column | None:
        """The measure of a value, by its column and its row; None where neither says that it is a value of a line."""
        column = over.column or self._parted(part, place)
        if named.whole and named.said.column is not None:
            # Measures or years down the side.
            row = named.said.column
            column = row if column is None or row.measure else column._replace(year=row.year)
        if column is None and (over.line or over.funds or over.division or over.total or over.flow):
            column = Column("", None, 1, None)
        return column

    def _parted(self, part: Part, place: int) -> Column | None:
        """What the column on the left says, where this one gives a part of it (本年预算数 | 其中：财政拨款)."""
        while place > 0 and part.columns[place].heads and part.columns[place].heads[-1].startswith("其中"):
            place -= 1
            if column := self.headings.over(part.columns[place].heads).column:
                return column
        return None

    def _side(self, part: Part, row: Row, label: Cell | None) -> Said:
        """What the heads over a row's name say of its side (收入, 支出, 人员经费)."""
        at = next((place for place, cell in enumerate(row) if cell is label), None)
        return self.headings.over(part.columns[at].heads) if label and at is not None and part.columns else NOTHING

    def _of_label(self, cell: Cell | None, code: str | None, block: int, context: Context) -> Named:
        """What the label of a row names."""
        if cell is None:
            return Named(None, None, NOTHING, True)
        said = self.headings.said(cell.text)
        measure = said.column is not None and said.line is None and self._is_measure(cell.text, said.column)
        if said.total or measure:
            return Named(cell, None, said, True)
        if said.line is None and said.funds is not None:
            # 一般公共预算拨款 below 上年结转 is what is left of that money.
            carried = self._carried.get(block)
            return Named(cell, carried, said, carried is None)
        subject = self._line(cell, code, said, context)
        self._carried.pop(block, None)
        if subject is not None and subject.scheme == "结转结余":
            self._carried[block] = subject
        return Named(cell, subject, said, False)

    def _is_measure(self, text: str, column: Column) -> bool:
        return not column.measure or self.words.tables.kind(BLANK.sub("", text)) in ("measure", "rate", "year")

    def _line(self, cell: Cell, code: str | None, said: Said, context: Context) -> Subject | None:
        account = self.spans.account(cell)
        place = (cell.start, cell.end)
        if context.title.whole is _THREE and said.line is not None and self.headings.is_total(said.line):
            return replace(_THREE, place=place)
        if account is not None:
            subject = of_account(account)
            if context.three and said.line is not None and said.line.scheme == "三公经费":
                return replace(said.line, place=subject.place)
            return subject
        if said.line is not None:
            return replace(said.line, place=place)
        name = MARK.sub("", BLANK.sub("", cell.text)).rstrip(":：")
        if not _NAME.search(name):
            return None
        return Subject(name, None, "项目" if name.endswith("项目") else None, place)

    def _stated(
        self, value: Value, named: Named, over: Said, side: Said, column: Column, context: Context, part: Part,
        owner: Cell | None = None,
    ) -> Found | None:  # fmt: skip
        title = context.title
        if column.measure == "":
            column = column._replace(measure=title.measure or self.default)
        subject = self._subject(named, over, side, context, part)
        if subject is None:
            return None
        fact = stated(value, subject, column, column.year or context.year)
        if fact is None:
            return None
        place = self._dimensions(subject, over, side, named.said, title)
        whose = subject.name if subject.scheme == "项目" else None
        if owner is not None and (unit := owner.text.strip()) not in (self.unit, *TOTALS):
            whose = whose or unit
        return replace(fact[0], owner=whose, **place), fact[1]

    def _subject(self, named: Named, over: Said, side: Said, context: Context, part: Part) -> Subject | None:
        """The line of a value: its row's; in the row 合计 the column's, else what the whole table is of."""
        title = context.title
        if named.subject is not None and not named.whole:
            item = over.line is not None and over.line.scheme == "三公经费"
            if item and named.subject.scheme == "功能分类":
                return over.line
            if self._projects and named.subject.code is None:
                return replace(named.subject, scheme="项目")
            return named.subject
        if over.line is not None:
            return over.line
        if self.project is not None and title.side is None and not context.three:
            return self.project
        if self._projects and not over.total:
            return None
        return self._whole(named, over, side, context, part)

    def _whole(self, named: Named, over: Said, side: Said, context: Context, part: Part) -> Subject:
        """The total of a side, of a money or of a division, as the row's label, the column and the title say."""
        title = context.title
        flow = over.flow or side.flow or title.side
        if title.whole is _THREE:
            return _THREE
        label = MARK.sub("", BLANK.sub("", named.cell.text)).rstrip(":：") if named.cell else ""
        if label in ("总计", "本年总计"):
            grand = "收支总计" if flow is None else f"{flow}总计"
            return Subject(grand, None, "收支")
        if over.total and self._with_rest(part) and flow:
            return Subject(f"{flow}总计", None, "收支")
        funds = _narrow(named.said.funds, over.funds, title.funds)
        division = over.division or side.division or title.division
        line = self.words.lines.name("合计", flow, funds, division) if flow else None
        if line is None and flow and funds == _ALL:
            line = self.words.lines.name("合计", flow, None, division)
        if line is not None:
            return Subject(line, None, flow)
        return title.whole or Subject("部门整体支出", None, "支出")

    def _with_rest(self, part: Part) -> bool:
        """Whether a column 合计 stands beside one of what was left over: then it is the total with that."""
        lines = [line for column in part.columns if (line := self.headings.over(column.heads).line)]
        return any(line.scheme == "结转结余" for line in lines)

    def _dimensions(
        self, subject: Subject, over: Said, side: Said, row: Said, title: Title | None
    ) -> dict[str, Flow | Funds | Division | None]:
        """Flow, funds and division: the column before the line's own name, that before the title."""
        own = self.words.lines.of(subject.name, subject.code, subject.scheme)
        classes = subject.scheme in _CLASSES
        named = None if classes or subject.scheme == "项目" else own.flow
        above = over.flow if over.line else None
        flow = above or named or over.flow or side.flow or (title.side if title else None) or own.flow or "支出"
        funds = _narrow(over.funds, row.funds if row.line is None else None, own.funds, side.funds,
                        title.funds if title else None)  # fmt: skip
        division: Division | None = None
        if flow == "支出" and subject.scheme not in _APART:
            division = over.division or own.division or side.division or (title.division if title else None)
            if subject.scheme == "经济分类" and subject.code and division == "基本支出":
                division = economic_part(subject.code)
            if subject.scheme == "项目":
                division = "项目支出"
        if funds is None and self._divided and subject is self.project:
            funds = _ALL
        if subject.scheme in _APART and funds == _ALL:
            funds = None
        return {"flow": flow, "funds": funds, "division": division}


def _narrow(*named: Funds | None) -> Funds | None:
    """The first money that is not all of them; 全部 where only that is said."""
    narrow = next((funds for funds in named if funds not in (None, _ALL)), None)
    return narrow or next((funds for funds in named if funds), None)
