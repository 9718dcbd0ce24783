"""The figures a document states, found by subject, year, measure and place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from itertools import takewhile

import msgspec

from cnfin.audit import paragraphs
from cnfin.audit.bodies import Bodies
from cnfin.audit.cells import Cell, cell_of, own, part_of
from cnfin.audit.intervals import Interval, digits, stated
from cnfin.audit.structure import Structure, subject
from cnfin.document import Account, Amount, AnySpan, Count, Document, Fact, Percentage, Sentence
from cnfin.facts.dimensions import Lines

#: Months of a part of the year: 1-8月, 1至11月, 截至9月; a stretch to December is the year.
_MONTHS = re.compile(r"1月?\s*[-—–－~～至到]\s*(?:[2-9]|1[01])月|截[至止到]\s*(?:20\d\d年)?(?:[1-9]|1[01])月")
#: How many statements of a subject, before and behind, a figure is looked for among.
_NEAREST = 60
#: How many of those that fit are tried.
_TRIED = 8
#: How many figures apart the cells of one row stand, and the entries of a list where no headings part the text.
_CELLS, _ENTRIES = 4, 16
#: How many sums of its paragraph before a figure may be what it is said of.
_PRINTED = 40
#: Longer numbers are no sums.
_DIGITS = 25
_CLAUSE = re.compile(r"[，,。；;\r\n]")


class Figure(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A fact with everything the checks ask of it.

    Attributes:
        fact: the fact itself; ``value``, ``measure`` and ``year`` are its own.
        interval: what the printed number can stand for.
        text: the figure as printed.
        decimals: how many decimals it is printed with.
        order: its place among the document's figures.
        sentence, line: where it stands; a line is a paragraph of the text.
        section: index of the innermost section, or None.
        subject: the code, or the name without quotes and blanks.
        cell: its place in the accounts.
        part: the division of its line that it is (基本支出, 项目支出 …), where the name does not say it.
        body: 本级, 汇总 … where a heading names one, else "".
        table: the table it stands in, by its number or else its title; None in running text.
    """

    fact: Fact
    value: Decimal
    measure: str
    year: int | None
    interval: Interval
    text: str
    decimals: int
    order: int
    sentence: int
    line: int
    section: int | None
    subject: str
    cell: Cell
    part: str
    body: str
    table: int | str | None

    @property
    def unit(self) -> str:
        return self.fact.unit

    @property
    def funds(self) -> str | None:
        return self.cell.funds

    @property
    def owner(self) -> str | None:
        return self.cell.owner

    @property
    def span(self) -> tuple[int, int]:
        return self.fact.start, self.fact.end

    def __repr__(self) -> str:
        return f"<{self.text} {self.subject} {self.measure} {self.year} @{self.fact.start}>"


class Figures:
    """Every usable figure of a document, in reading order.

    Left out: figures that are approximate or bounds (约, 不超过 …), sums of a part of the year,
    and numbers in Chinese numerals, whose precision cannot be told.
    """

    def __init__(self, document: Document, structure: Structure, lines: Lines) -> None:
        self.document = document
        self.structure = structure
        self._breaks = paragraphs.ends(document.text)
        self.all: list[Figure] = list(_read(document, self._breaks, structure, lines))
        self._by_subject: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
        self._by_line: dict[int, list[Figure]] = defaultdict(list)
        self._by_section: dict[int | None, list[Figure]] = defaultdict(list)
        self._of: dict[tuple[str, ...], list[Figure]] = {}
        self._names: dict[int, frozenset[str]] = {}
        self._accounts: dict[int, list[Account]] = {}
        self._hedged: dict[int, bool] = {}
        self._asides: dict[int, re.Match[str] | None] = {}
        for figure in self.all:
            self._by_subject[figure.subject, figure.year, figure.part, figure.body].append(figure)
            self._by_line[figure.line].append(figure)
            self._by_section[figure.section].append(figure)

    def of(self, *measures: str) -> list[Figure]:
        """The figures of some measures, in reading order."""
        if measures not in self._of:
            self._of[measures] = [figure for figure in self.all if figure.measure in measures]
        return self._of[measures]

    def line(self, number: int) -> list[Figure]:
        """The figures of a paragraph."""
        return self._by_line.get(number, [])

    def before(self, figure: Figure) -> Iterator[Figure]:
        """The figures of its paragraph before a figure, the nearest first."""
        for place in range(figure.order - 1, -1, -1):
            if self.all[place].line != figure.line:
                return
            yield self.all[place]

    def behind(self, figure: Figure) -> Iterator[Figure]:
        """The figures of its paragraph that follow a figure."""
        for place in range(figure.order + 1, len(self.all)):
            if self.all[place].line != figure.line:
                return
            yield self.all[place]

    def section(self, index: int | None) -> list[Figure]:
        """The figures directly under a heading."""
        return self._by_section.get(index, [])

    def end(self, figure: Figure) -> int:
        """Where the paragraph of a figure ends."""
        return self._breaks[figure.line] if figure.line < len(self._breaks) else len(self.document.text)

    def find(
        self, subject: str, measures: Iterable[str], year: int | None, near: Figure, *,
        same_owner: bool = True, part: str | None = None,
    ) -> list[Figure]:  # fmt: skip
        """The figures of ``subject`` in ``year``, nearest to ``near`` first; figures before it are nearer.

        Args:
            same_owner: whether only figures of the same project or subordinate unit count.
            part: the division of the line; that of ``near`` where None.
        """
        wanted, part = tuple(measures), near.part if part is None else part
        known = self._by_subject.get((subject, year, part, near.body), [])
        here = bisect_right(known, near.order, key=lambda figure: figure.order)
        found = [
            figure for figure in known[max(here - _NEAREST, 0) : here + _NEAREST]
            if figure.measure in wanted and figure is not near and (not same_owner or figure.owner == near.owner)
        ]  # fmt: skip
        return sorted(found, key=lambda figure: distance(figure, near))[:_TRIED]

    def sentence(self, figure: Figure) -> Sentence:
        """The sentence a figure stands in."""
        return self.document.sentences[figure.sentence]

    def spans(self, figure: Figure, until: int) -> Iterator[AnySpan]:
        """The spans of its sentence behind a figure, up to an offset."""
        spans = self.sentence(figure).spans
        for place in range(bisect_left(spans, figure.fact.end, key=lambda span: span.start), len(spans)):
            if spans[place].start >= until:
                return
            yield spans[place]

    def names(self, figure: Figure) -> frozenset[str]:
        """The canonical names of the 科目 spans in a figure's sentence."""
        if figure.sentence not in self._names:
            spans = self.sentence(figure).spans
            self._names[figure.sentence] = frozenset(span.name for span in spans if isinstance(span, Account))
        return self._names[figure.sentence]

    def printed(self, line: int, before: int) -> Iterator[Interval]:
        """The last sums that a paragraph prints before an offset, facts or not; changes are none."""
        found = self._printed.get(line, [])
        place = bisect_left(found, before, key=lambda each: each[0])
        return (interval for _, interval in found[max(place - _PRINTED, 0) : place])

    @cached_property
    def _printed(self) -> dict[int, list[tuple[int, Interval]]]:
        printed: dict[int, list[tuple[int, Interval]]] = defaultdict(list)
        changes = {fact.start for fact in self.document.facts if fact.measure == "增减额"}
        for sentence in self.document.sentences:
            for span in sentence.spans:
                if isinstance(span, Amount) and span.wan is not None and span.start not in changes:
                    interval = stated(span.wan, span.text, money=True)
                    if interval is not None:
                        printed[bisect_right(self._breaks, span.start)].append((span.start, interval))
        return printed

    def _accounts_of(self, sentence: Sentence) -> list[Account]:
        if sentence.index not in self._accounts:
            found = [span for span in sentence.spans if isinstance(span, Account)]
            self._accounts[sentence.index] = found
        return self._accounts[sentence.index]

    def account(self, figure: Figure) -> Account | None:
        """The last 科目 before a figure in its sentence, or in the cell to the left where it fills one."""
        sentence = self.sentence(figure)
        if (sentence.start, sentence.end) != figure.span:
            known = self._accounts_of(sentence)
            place = bisect_right(known, figure.fact.start, key=lambda span: span.end)
            return known[place - 1] if place else None
        cells = self.document.sentences[max(sentence.index - _CELLS, 0) : sentence.index]
        before = [span for cell in cells for span in self._accounts_of(cell)]
        return before[-1] if before else None

    def named(self, figure: Figure) -> bool:
        """Whether the text names the figure's subject right before it, or in the heading above as its first.

        Figures with a carried subject (与上年的A相比, a second sum behind one name) are not named: they can be
        used to bear others out, but not to contradict them.
        """
        if figure.table is not None:
            # Of a cell whose side of the accounts is not known nothing says which sum it is.
            return figure.fact.flow is not None
        if figure.fact.subject in self.structure.parts("unnamed"):
            return True
        account = self.account(figure)
        if account is not None:
            if figure.subject not in (subject(account.name, account.code), subject(account.name)):
                return False
            return not any(each.measure == figure.measure for each in self._since(account, figure))
        if figure.section is None or (figure.fact.subject or "") not in self.document.sections[figure.section].title:
            return False
        return next(each for each in self.section(figure.section) if each.measure == figure.measure) is figure

    def _since(self, account: Account, figure: Figure) -> Iterator[Figure]:
        """The figures of the paragraph between a name and a figure."""
        return takewhile(lambda each: each.fact.start >= account.end, self.before(figure))

    def plainly(self, figure: Figure) -> bool:
        """Whether the subject's name and the figure stand in one clause, or in one row of a table."""
        if figure.table is not None:
            return figure.fact.flow is not None
        account = self.account(figure)
        return account is not None and not _CLAUSE.search(self.document.text, account.end, figure.fact.start)

    def loosely(self, figure: Figure) -> bool:
        """Whether 本年收入总计 names 本年收入合计: with or without what was carried over, the words do not say."""
        account = self.account(figure)
        return account is not None and account.text.endswith("总计") and account.name.endswith("合计")

    def aside(self, figure: Figure) -> str:
        """The words before a figure in its sentence that say it is of a part of the body (区直, 局机关), or ""."""
        if figure.sentence not in self._asides:
            sentence, text = self.sentence(figure), self.document.text
            self._asides[figure.sentence] = self.structure.words("aside").search(text, sentence.start, sentence.end)
        found = self._asides[figure.sentence]
        return found[0] if found and found.end() <= figure.fact.start else ""

    def source(self, figure: Figure) -> bool:
        """Whether a cell gives where some money came from (其中：财政拨款): of whose, the row does not say."""
        whole = self.sentence(figure)
        alone = (whole.start, whole.end) == figure.span
        return alone and any(figure.subject in (*row.parts, *row.optional) for row in self.structure.rows("project"))

    def hedged(self, figure: Figure) -> bool:
        """Whether the sentence speaks of a comparison that printed totals do not give (同口径 …)."""
        if figure.sentence not in self._hedged:
            sentence, text = self.sentence(figure), self.document.text
            found = self.structure.words("hedge").search(text, sentence.start, sentence.end)
            self._hedged[figure.sentence] = found is not None
        return self._hedged[figure.sentence]


def distance(figure: Figure, near: Figure) -> tuple[bool, bool, bool, int]:
    """How far a figure is from another: sentence, line, section, then figures between; behind counts double."""
    steps = near.order - figure.order
    return (
        figure.sentence != near.sentence, figure.line != near.line, figure.section != near.section,
        steps if steps > 0 else 1 - 2 * steps,
    )  # fmt: skip


def near_in_text(figure: Figure, near: Figure) -> bool:
    """Whether both stand under one heading; where no heading parts the text, a few entries of a list apart."""
    if figure.section != near.section:
        return False
    return figure.section is not None or abs(figure.order - near.order) <= _ENTRIES


def close(figure: Figure, near: Figure) -> bool:
    """Whether both stand in one paragraph or directly under one heading."""
    return figure.line == near.line or near_in_text(figure, near)


def beside(figure: Figure, near: Figure) -> bool:
    """Whether both stand in one paragraph, or a few cells apart under one heading."""
    return figure.line == near.line or (figure.section == near.section and abs(figure.order - near.order) <= _CELLS)


def compatible(figure: Figure, other: Figure) -> bool:
    """Whether two figures may be of one money: the same, or one of them of none that is said."""
    return figure.funds == other.funds or figure.funds is None or other.funds is None


def _read(document: Document, breaks: list[int], structure: Structure, lines: Lines) -> Iterator[Figure]:
    bodies = Bodies(document, structure)
    order = 0
    for sentence in document.sentences:
        if not sentence.facts:
            continue
        exact = {span.start: span for span in sentence.spans if isinstance(span, (Amount, Percentage, Count))}
        line = bisect_right(breaks, sentence.start)
        previous = sentence.start
        for fact in sentence.facts:
            span, text = exact.get(fact.start), document.text[fact.start : fact.end]
            before, previous = document.text[previous : fact.start], fact.end
            interval = stated(fact.value, text, money=fact.unit == "万元")
            if interval is None or fact.subject is None or (span is not None and (span.approx or span.bound)):
                continue
            if len(fact.value.as_tuple().digits) > _DIGITS:
                continue
            if _MONTHS.search(before) or structure.words("partial").search(before):
                continue
            printed = digits(text)
            if bodies.whole(sentence, fact):
                fact = own(fact, lines)
            yield Figure(
                fact=fact, value=fact.value, measure=fact.measure, year=fact.year, interval=interval, text=text,
                decimals=printed[1] if printed else 0, order=order,
                sentence=sentence.index, line=line, section=sentence.section,
                subject=subject(fact.subject, fact.code), cell=cell_of(fact, lines), part=part_of(fact, lines),
                body=bodies.of(sentence, line),
                table=fact.table if sentence.table is None else sentence.table,
            )  # fmt: skip
            order += 1
