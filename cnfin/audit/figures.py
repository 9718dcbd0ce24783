"""The figures a document states, found by subject, year, measure and place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from cnfin.audit import paragraphs
from cnfin.audit.intervals import Interval, digits, stated
from cnfin.audit.scopes import Carried, Headings
from cnfin.audit.structure import Structure, subject
from cnfin.document import Account, Amount, Count, Document, Fact, Percentage, Sentence

#: Months of a part of the year: 1-8月, 1至11月, 截至9月; a stretch to December is the year.
_MONTHS = re.compile(r"1月?\s*[-—–－~～至到]\s*(?:[2-9]|1[01])月|截[至止到]\s*(?:20\d\d年)?(?:[1-9]|1[01])月")
#: How many statements of a subject, before and behind, a figure is compared with.
_NEAREST = 60
#: How many figures apart the cells of one row stand.
_CELLS = 4
#: Longer numbers are no sums.
_DIGITS = 25
_CLAUSE = re.compile(r"[，,。；;\r\n]")
#: Subjects whose 口径 a heading does not narrow.
_NO_SCOPE = frozenset(("其他", "项目", None))


class Figure(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A fact with everything the checks ask of it.

    Attributes:
        fact: the fact itself.
        interval: what the printed number can stand for.
        text: the figure as printed.
        decimals: how many decimals it is printed with.
        order: its place among the document's figures.
        sentence, line: where it stands; a line is a paragraph of the text.
        section: index of the innermost section, or None.
        subject: the code, or the name without quotes and blanks.
        scope: 全口径, 财政拨款, 一般公共预算 …, or "" where nothing tells.
        owner: the project whose money it is, or None.
        body: 本级, 汇总 … where a heading names one, else "".
    """

    fact: Fact
    interval: Interval
    text: str
    decimals: int
    order: int
    sentence: int
    line: int
    section: int | None
    subject: str
    scope: str
    owner: str | None
    body: str

    @property
    def value(self) -> Decimal:
        return self.fact.value

    @property
    def measure(self) -> str:
        return self.fact.measure

    @property
    def year(self) -> int | None:
        return self.fact.year

    @property
    def unit(self) -> str:
        return self.fact.unit

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

    def __init__(self, document: Document, structure: Structure) -> None:
        self.document = document
        self.structure = structure
        self._breaks = paragraphs.ends(document.text)
        self.all: list[Figure] = list(_read(document, self._breaks, structure))
        self._by_subject: dict[str, list[Figure]] = defaultdict(list)
        self._by_line: dict[int, list[Figure]] = defaultdict(list)
        self._by_section: dict[int | None, list[Figure]] = defaultdict(list)
        self._of: dict[tuple[str, ...], list[Figure]] = {}
        self._printed: dict[int, list[tuple[int, Interval]]] | None = None
        for figure in self.all:
            self._by_subject[figure.subject].append(figure)
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

    def section(self, index: int | None) -> list[Figure]:
        """The figures directly under a heading."""
        return self._by_section.get(index, [])

    def end(self, figure: Figure) -> int:
        """Where the paragraph of a figure ends."""
        return self._breaks[figure.line] if figure.line < len(self._breaks) else len(self.document.text)

    def find(
        self, subject: str, measures: Iterable[str], year: int | None, near: Figure, *, same_owner: bool = True
    ) -> list[Figure]:
        """The figures of ``subject`` in ``year``, nearest to ``near`` first; figures before it are nearer."""
        wanted = tuple(measures)
        known = self._by_subject.get(subject, [])
        here = bisect_right(known, near.order, key=lambda figure: figure.order)
        found = [
            figure for figure in known[max(here - _NEAREST, 0) : here + _NEAREST]
            if figure.measure in wanted and figure.year == year and figure is not near
            and figure.body == near.body and (not same_owner or figure.owner == near.owner)
        ]  # fmt: skip
        return sorted(found, key=lambda figure: distance(figure, near))

    def sentence(self, figure: Figure) -> Sentence:
        """The sentence a figure stands in."""
        return self.document.sentences[figure.sentence]

    def names(self, figure: Figure) -> set[str]:
        """The canonical names of the 科目 spans in a figure's sentence."""
        return {span.name for span in self.sentence(figure).spans if hasattr(span, "name")}

    def printed(self, line: int, before: int) -> Iterator[Interval]:
        """The sums that a paragraph prints before an offset, whether they became facts or not; changes are none."""
        if self._printed is None:
            self._printed = defaultdict(list)
            changes = {fact.start for fact in self.document.facts if fact.measure == "增减额"}
            for sentence in self.document.sentences:
                for span in sentence.spans:
                    if isinstance(span, Amount) and span.wan is not None and span.start not in changes:
                        interval = stated(span.wan, span.text, money=True)
                        if interval is not None:
                            self._printed[bisect_right(self._breaks, span.start)].append((span.start, interval))
        return (interval for start, interval in self._printed.get(line, ()) if start < before)

    def _account(self, figure: Figure) -> Account | None:
        """The last 科目 before a figure in its sentence, or in the cell to the left where it fills one."""
        sentence = self.sentence(figure)
        cells = [sentence]
        if (sentence.start, sentence.end) == figure.span:
            cells = [*self.document.sentences[max(sentence.index - _CELLS, 0) : sentence.index], sentence]
        spans = [span for cell in cells for span in cell.spans]
        before = [span for span in spans if isinstance(span, Account) and span.end <= figure.fact.start]
        return before[-1] if before else None

    def named(self, figure: Figure) -> bool:
        """Whether the text names the figure's subject right before it, or in the heading above as its first.

        Figures with a carried subject (与上年的A相比, a second sum behind one name) are not named: they can be
        used to bear others out, but not to contradict them.
        """
        if figure.fact.subject in self.structure.parts("unnamed"):
            return True
        account = self._account(figure)
        if account is not None:
            if figure.subject not in (subject(account.name, account.code), subject(account.name)):
                return False
            return not any(
                account.end <= each.fact.start < figure.fact.start and each.measure == figure.measure
                for each in self.line(figure.line)
            )
        if figure.section is None or (figure.fact.subject or "") not in self.document.sections[figure.section].title:
            return False
        return next(each for each in self.section(figure.section) if each.measure == figure.measure) is figure

    def plainly(self, figure: Figure) -> bool:
        """Whether the subject's name and the figure stand in one clause."""
        account = self._account(figure)
        return account is not None and not _CLAUSE.search(self.document.text, account.end, figure.fact.start)

    def loosely(self, figure: Figure) -> bool:
        """Whether 本年收入总计 names 本年收入合计: with or without what was carried over, the words do not say."""
        account = self._account(figure)
        return account is not None and account.text.endswith("总计") and account.name.endswith("合计")

    def aside(self, figure: Figure) -> str:
        """The words before a figure in its sentence that say it is of a part of the body (区直, 局机关), or ""."""
        found = self.structure.words("aside").search(self.document.text, self.sentence(figure).start, figure.fact.start)
        return found[0] if found else ""

    def source(self, figure: Figure) -> bool:
        """Whether a cell gives where some money came from (其中：财政拨款): of whose, the row does not say."""
        row = self.structure.rows("project")[0]
        whole = self.sentence(figure)
        return (whole.start, whole.end) == figure.span and figure.subject in row.parts + row.optional

    def hedged(self, figure: Figure) -> bool:
        """Whether the sentence speaks of a comparison that printed totals do not give (同口径 …)."""
        sentence = self.sentence(figure)
        return self.structure.words("hedge").search(self.document.text, sentence.start, sentence.end) is not None


def distance(figure: Figure, near: Figure) -> tuple[bool, bool, bool, int]:
    """How far a figure is from another: sentence, line, section, then figures between; behind counts double."""
    steps = near.order - figure.order
    return (
        figure.sentence != near.sentence, figure.line != near.line, figure.section != near.section,
        steps if steps > 0 else 1 - 2 * steps,
    )  # fmt: skip


def close(figure: Figure, near: Figure) -> bool:
    """Whether both stand in one paragraph or directly under one heading."""
    return figure.line == near.line or (figure.section is not None and figure.section == near.section)


def beside(figure: Figure, near: Figure) -> bool:
    """Whether both stand in one paragraph, or a few cells apart under one heading."""
    return figure.line == near.line or (figure.section == near.section and abs(figure.order - near.order) <= _CELLS)


def _read(document: Document, breaks: list[int], structure: Structure) -> Iterator[Figure]:
    titles = Headings(document, structure)
    state = Carried(structure)
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
            owner = state.owner(fact)
            if interval is None or fact.subject is None or (span is not None and (span.approx or span.bound)):
                continue
            if len(fact.value.as_tuple().digits) > _DIGITS:
                continue
            if _MONTHS.search(before) or structure.words("partial").search(before):
                continue
            scope = state.scope(fact, line, titles.scope(sentence))
            printed = digits(text)
            yield Figure(
                fact=fact, interval=interval, text=text, decimals=printed[1] if printed else 0, order=order,
                sentence=sentence.index, line=line, section=sentence.section,
                subject=subject(fact.subject, fact.code),
                scope="" if fact.scheme in _NO_SCOPE else titles.named(fact.subject) or scope,
                owner=owner, body=titles.body(sentence.section),
            )  # fmt: skip
            order += 1
