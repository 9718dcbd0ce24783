"""Statements gathered under the cell they state: the account book before any value is chosen."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple, cast

import msgspec

from cnfin.audit.intervals import Interval, stated
from cnfin.cells import CELL_MEASURES, Statement
from cnfin.document import Amount, Count, Document, Fact, Funds, Sentence
from cnfin.facts.dimensions import Dimensions
from cnfin.ledger.lines import BOTH, GRAND, line_of, one_money, owner_of, same, scheme_of

COUNT = "数量"
#: Stands in a key for the money of a line that a document states for one money only.
ANY = "*"
#: A statement of no money joins the widest that repeats its value.
_WIDEST = ("全部", "财政拨款", "一般公共预算")
SIDES = ("收入", "支出")
_UNIT = re.compile("[元亿万千百]")


class Key(NamedTuple):
    """What makes two statements state the same cell.

    Attributes:
        line: the code, else the canonical name in the form that names are compared in.
        part: the division of a sum, the unit of a count.
        owner: in the form that names are compared in.
        funds: the money; :data:`ANY` where the line has one only.
    """

    measure: str
    year: int | None
    flow: str | None
    line: str
    part: str | None
    owner: str | None
    funds: str | None


#: What says right before a count of vehicles that they were bought.
_BOUGHT = re.compile(r"(?:购置|新购|购买|更新|采购)[^，,。；;\n有]{0,10}(?:用车|车辆)?[^，,。；;\n有]{0,4}$")
_FAR = 24


class Claim(NamedTuple):
    """A fact that states a cell.

    Attributes:
        interval: what the printed figure can stand for.
        loose: whether it is 约, 不超过 … only.
        table: index of the table it stands in.
        bare: whether neither the figure nor its table says in which unit of money it is.
        read: how the figure was read where it is not taken as it was read first.
    """

    fact: Fact
    interval: Interval
    statement: Statement
    loose: bool
    table: int | None
    bare: bool
    read: str = ""

    def times(self, factor: Decimal) -> Claim:
        """The same figure read in another unit."""
        value = self.fact.value * factor
        return self.as_value(value, self.interval.scaled(factor), f"unit: {self.statement.text} is {plain(value)}万元")

    def as_value(self, value: Decimal, interval: Interval, read: str) -> Claim:
        """The same figure read as another value."""
        return self._replace(
            fact=msgspec.structs.replace(self.fact, value=value),
            interval=interval,
            statement=msgspec.structs.replace(self.statement, value=value),
            read=read,
        )


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A value that statements give a cell: how many do, and whether all of these are approximate or bounds."""

    value: Decimal
    interval: Interval
    count: int
    loose: bool


class Entry(msgspec.Struct, kw_only=True, eq=False):
    """A cell in the making.

    Attributes:
        name: the line's canonical name.
        claims: the statements, in reading order.
        readings: the values that they give, in the order they are first stated.
        chosen: index of the reading that is taken.
        places: where the statements stand.
    """

    key: Key
    name: str
    code: str | None
    claims: list[Claim]
    readings: tuple[Reading, ...] = ()
    chosen: int = 0
    places: frozenset[int] = frozenset()

    @property
    def interval(self) -> Interval:
        """What the chosen reading can stand for."""
        return self.readings[self.chosen].interval

    @property
    def value(self) -> Decimal:
        """The chosen value."""
        return self.readings[self.chosen].value

    @property
    def funds(self) -> Funds | None:
        """The money; of a line with one money only the one that its statements name most often."""
        if self.key.funds != ANY:
            return cast("Funds | None", self.key.funds)
        named = Counter(claim.fact.funds for claim in self.claims if claim.fact.funds is not None)
        return max(named, key=named.__getitem__, default=None)

    @property
    def owner(self) -> str | None:
        """The project or unit, as its first statement names it."""
        return owner_of(self.claims[0].fact)

    def settle(self) -> None:
        """Read the values off the claims."""
        found: dict[Decimal, Reading] = {}
        for claim in self.claims:
            value, known = claim.fact.value, found.get(claim.fact.value)
            if known is None:
                found[value] = Reading(value=value, interval=claim.interval, count=1, loose=claim.loose)
            else:
                narrow = min(known.interval, claim.interval, key=lambda each: each.radius)
                loose = known.loose and claim.loose
                found[value] = Reading(value=known.value, interval=narrow, count=known.count + 1, loose=loose)
        self.readings = tuple(found.values())
        self.places = frozenset(claim.fact.start for claim in self.claims)


def plain(value: Decimal) -> str:
    """A value without exponent and trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def entries(claims: Iterable[Claim]) -> dict[Key, Entry]:
    """The cells that statements state, in reading order."""
    book: dict[Key, Entry] = {}
    unplaced: list[tuple[Key, str, Claim]] = []
    for claim in claims:
        for key, name in keys_of(claim.fact):
            if key.funds is None and key.measure != COUNT:
                unplaced.append((key, name, claim))
            else:
                _add(book, key, name, claim)
    _place(book, unplaced)
    for entry in book.values():
        entry.claims.sort(key=lambda claim: claim.fact.start)
        entry.settle()
    return book


def claims_of(document: Document) -> Iterator[Claim]:
    """The document's facts that state a cell, in reading order."""
    for sentence in document.sentences:
        if not sentence.facts:
            continue
        loose = _loose(sentence)
        unsaid = sentence.table is None or document.tables[sentence.table].unit is None
        for fact in sentence.facts:
            if fact.subject is not None and fact.measure in CELL_MEASURES:
                yield _claim(document, sentence, fact, fact.start in loose, unsaid)


def _loose(sentence: Sentence) -> set[int]:
    """Where the sentence's approximate figures and bounds stand."""
    return {span.start for span in sentence.spans if isinstance(span, (Amount, Count)) and (span.approx or span.bound)}


def _claim(document: Document, sentence: Sentence, fact: Fact, loose: bool, unsaid: bool) -> Claim:
    text = document.text[fact.start : fact.end]
    statement = Statement(
        start=fact.start, end=fact.end, page=sentence.page, table=fact.table, text=text, value=fact.value
    )
    # Vehicles bought are no other statement of those held, though both go by one name.
    before = max(0, fact.start - _FAR)
    loose = loose or (fact.measure == COUNT and _BOUGHT.search(document.text, before, fact.start) is not None)
    bare = unsaid and fact.unit == "万元" and _UNIT.search(text) is None
    return Claim(fact, figure(fact, text), statement, loose, sentence.table, bare)


def figure(fact: Fact, text: str) -> Interval:
    """What a printed figure can stand for; Chinese numerals are taken as exact."""
    return stated(fact.value, text, money=fact.unit == "万元") or Interval(fact.value, fact.value)


def keys_of(fact: Fact) -> Iterator[tuple[Key, str]]:
    """The cells a fact states and their line: 收支总计 is the total of both sides."""
    line = line_of(fact)
    key, name = _key(fact, line, fact.measure), line.line or ""
    if name == GRAND and line.flow == BOTH:
        for side in SIDES:
            yield key._replace(flow=side), name
    else:
        yield key, name


def key_for(fact: Fact, measure: str) -> Key:
    """The key of the cell that a fact would state under another measure."""
    return _key(fact, line_of(fact), measure)


def _key(fact: Fact, line: Dimensions, measure: str) -> Key:
    name, owner = line.line or "", owner_of(fact)
    return Key(
        measure=measure,
        year=fact.year,
        flow=line.flow,
        line=fact.code or same(name),
        part=fact.unit if fact.measure == COUNT else line.division,
        owner=None if owner is None else same(owner),
        funds=ANY if one_money(name, scheme_of(fact)) else line.funds,
    )


def _add(book: dict[Key, Entry], key: Key, name: str, claim: Claim) -> None:
    entry = book.get(key)
    if entry is None:
        book[key] = Entry(key=key, name=name, code=claim.fact.code, claims=[claim])
    else:
        entry.claims.append(claim)


def _place(book: dict[Key, Entry], unplaced: Iterable[tuple[Key, str, Claim]]) -> None:
    """Let statements of no money join the cell whose value they repeat, the widest money first."""
    known: dict[Key, list[Key]] = defaultdict(list)
    for key in book:
        known[key._replace(funds=None)].append(key)
    for key, name, claim in unplaced:
        alike = [each for each in known.get(key, ()) if _states(book[each], claim.fact.value)]
        place = min(alike, key=_breadth, default=key)
        _add(book, place, name, claim)


def _breadth(key: Key) -> int:
    return _WIDEST.index(key.funds) if key.funds in _WIDEST else len(_WIDEST)


def _states(entry: Entry, value: Decimal) -> bool:
    return any(claim.fact.value == value for claim in entry.claims)
