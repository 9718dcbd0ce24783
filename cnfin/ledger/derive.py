"""Cells that no place states and that follow from stated ones: last year's value, a total of all its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from cnfin.cells import SUMS, LedgerCell, Statement
from cnfin.document import Document, Fact
from cnfin.ledger.book import COUNT, Entry, Key, key_for, plain
from cnfin.ledger.checks import Check, Option
from cnfin.ledger.lines import level_of, scheme_of
from cnfin.lexicon import default

Bears = Mapping[Entry, Sequence[tuple[Check, Option]]]
#: Parts that are all there can be of what stands before them.
_DIVISIONS: dict[str | None, tuple[str, ...]] = {
    None: ("基本支出", "项目支出"),
    "基本支出": ("人员经费", "公用经费"),
}
_MONEYS = {"财政拨款": ("一般公共预算", "政府性基金", "国有资本经营")}
_PREFIXES = (5, 3)


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """A value that follows: the key it has, the cells it follows from, and the arithmetic."""

    key: Key
    like: Entry
    name: str
    code: str | None
    value: Decimal
    sources: tuple[Statement, ...]
    why: str


def derived(document: Document, book: Mapping[Key, Entry], bears: Bears, *, explain: bool) -> Iterator[LedgerCell]:
    """The cells that follow and are not stated, each once.

    Args:
        bears: the checks that hold, by cell: parts by code are all there are where their total holds.
        explain: fill ``why`` with the arithmetic.
    """
    known = set(book)
    for found in (*_last_years(document, book), *_by_dimension(book), *_by_code(document, book, bears)):
        if found.key not in known:
            known.add(found.key)
            yield _cell(found, explain)


def _cell(found: _Found, explain: bool) -> LedgerCell:
    fact, key = found.like.claims[0].fact, found.key
    return LedgerCell(
        year=key.year, flow=key.flow, line=found.name, code=found.code,  # type: ignore[arg-type]
        level=level_of(found.name, found.code), scheme=scheme_of(fact),
        funds=msgspec.structs.replace(found.like, key=key).funds,
        division=key.part, owner=found.like.owner,  # type: ignore[arg-type]
        measure=fact.measure, value=found.value, unit=fact.unit,
        status="derived", stated=0, support=0, sources=found.sources, why=(found.why,) if explain else (),
    )  # fmt: skip


def _last_years(document: Document, book: Mapping[Key, Entry]) -> Iterator[_Found]:
    """This year's value less the change."""
    told: set[Key] = set()
    for sentence in document.sentences:
        for fact in sentence.facts:
            if fact.measure == "增减额" and fact.base == "上年" and fact.year is not None and fact.subject is not None:
                now = _now(fact, book)
                if now is not None and now.key not in told:
                    told.add(now.key)
                    text = document.text[fact.start : fact.end]
                    change = Statement(
                        start=fact.start,
                        end=fact.end,
                        page=sentence.page,
                        table=fact.table,
                        text=text,
                        value=fact.value,
                    )
                    sources = sorted((*_places(now), change), key=lambda each: each.start)
                    yield _Found(
                        key=now.key._replace(year=fact.year - 1), like=now, name=now.name, code=now.code,
                        value=now.value - fact.value, sources=tuple(sources),
                        why=f"change: {plain(now.value)} - ({plain(fact.value)})",
                    )  # fmt: skip


def _now(fact: Fact, book: Mapping[Key, Entry]) -> Entry | None:
    """The one cell that a change is of; None where it may be of several."""
    keys = (key_for(fact, measure) for measure in SUMS[:2])
    found = [book[key] for key in keys if key in book]
    return found[0] if len(found) == 1 else None


def _by_dimension(book: Mapping[Key, Entry]) -> Iterator[_Found]:
    """A line's spending from its parts, and 财政拨款 from its moneys, where all are stated."""
    for key, entry in book.items():
        if key.measure == COUNT:
            continue
        for whole, names in _DIVISIONS.items():
            if key.part == names[0]:
                yield from _total(key._replace(part=whole), [key._replace(part=name) for name in names], book, entry)
        for money, names in _MONEYS.items():
            if key.funds == names[0]:
                yield from _total(key._replace(funds=money), [key._replace(funds=name) for name in names], book, entry)


def _total(key: Key, keys: Sequence[Key], book: Mapping[Key, Entry], like: Entry) -> Iterator[_Found]:
    parts = [book[each] for each in keys if each in book]
    if len(parts) == len(keys):
        yield _added(key, like, like.name, like.code, parts)


def _by_code(document: Document, book: Mapping[Key, Entry], bears: Bears) -> Iterator[_Found]:
    """类 and 款 that are not stated, from the outermost codes that their total proves to be all."""
    groups: dict[Key, list[Entry]] = defaultdict(list)
    for entry in book.values():
        whole = any(check.rule == "total of codes" for check, _ in bears.get(entry, ()))
        if entry.code is not None and entry.code[0] == "2" and whole:
            for size in _PREFIXES:
                if len(entry.code) > size:
                    groups[entry.key._replace(line=entry.code[:size])].append(entry)
    for key, parts in groups.items():
        row = default().functional_row(key.line, document.identity.year)
        if row is not None:
            yield _added(key, parts[0], row.name, row.code, parts)


def _added(key: Key, like: Entry, name: str, code: str | None, parts: Sequence[Entry]) -> _Found:
    places = sorted((place for part in parts for place in _places(part)), key=lambda each: each.start)
    return _Found(
        key=key, like=like, name=name, code=code, value=sum((part.value for part in parts), Decimal(0)),
        sources=tuple(places), why=f"total: {'+'.join(plain(part.value) for part in parts)}",
    )  # fmt: skip


def _places(entry: Entry) -> Iterator[Statement]:
    """The statements that give the value taken."""
    return (claim.statement for claim in entry.claims if claim.fact.value == entry.value)
