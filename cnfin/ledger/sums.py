"""Sums: which cells add up to which, by code, money, division, owner, carry-over and name.

Every rule is a row of :data:`RULES` with a name and an example. A rule asks of a cell which others it is the sum
of; what the document does not state counts as nothing, and whether the sum is right is for the check to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cnfin.audit.structure import structure_of
from cnfin.ledger.book import ANY, COUNT, Entry, Key
from cnfin.ledger.checks import Check, Option
from cnfin.ledger.lines import GRAND, TOTAL, named, same
from cnfin.lexicon import default

Book = Mapping[Key, Entry]

_PUBLIC = ("一般公共预算", "政府性基金", "国有资本经营")
_OWN = ("事业收入", "经营收入", "上级补助", "附属单位上缴", "其他收入")
_ACCOUNT = "财政专户"
#: A money and the moneys that it is made of, in each way that documents split it.
_MONEYS: dict[str | None, tuple[tuple[str, ...], ...]] = {
    "财政拨款": (_PUBLIC,),
    "单位资金": (_OWN,),
    "非财政拨款": ((_ACCOUNT, "单位资金"), (_ACCOUNT, *_OWN)),
    "全部": tuple(
        (*fiscal, *others)
        for fiscal in (("财政拨款",), _PUBLIC)
        for others in ((_ACCOUNT, *_OWN), (_ACCOUNT, "单位资金"), ("非财政拨款",))
    ),
}
#: A part of the spending (None: all of it) and the parts that it is made of.
_DIVISIONS: dict[str | None, tuple[tuple[str, ...], ...]] = {
    None: (
        ("基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"),
        ("人员经费", "公用经费", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"),
    ),
    "基本支出": (("人员经费", "公用经费"),),
}
#: Codes of the economic classifications (departments' and governments') by their first digit.
_ECONOMIC = ("3", "5")
_STAFF = frozenset(("人员经费", "公用经费", "基本支出"))
_FEWEST_OWNERS = 2
_PREFIXES = (5, 3)
_AGENCY = same("机关运行经费")


class Rule(NamedTuple):
    """A rule with the arithmetic that it knows."""

    name: str
    example: str
    find: Callable[[Book], Iterator[Check]]


def checks(book: Book) -> Iterator[Check]:
    """Every sum that the cells of a document may be parts of."""
    for rule in RULES:
        yield from rule.find(book)


def _sums(book: Book) -> Iterator[tuple[Key, Entry]]:
    return ((key, entry) for key, entry in book.items() if key.measure != COUNT)


def _check(rule: str, options: Iterable[Option | None]) -> Iterator[Check]:
    """A check of what options there are, each set of cells once."""
    known = {option.entries: option for option in options if option is not None}
    if known:
        yield Check(rule=rule, options=tuple(known.values()))


def _option(whole: Entry, parts: Iterable[Entry | None]) -> Option | None:
    found = tuple(part for part in parts if part is not None)
    return Option(entries=(whole, *found)) if found else None


def _split(
    rule: str, groups: Iterable[Mapping[str | None, Entry]], splits: Mapping[str | None, Sequence[Sequence[str]]]
) -> Iterator[Check]:
    """A check for each cell of a group that is made of others of it; a group is of one key but for one dimension."""
    for group in groups:
        for name, whole in group.items() if len(group) > 1 else ():
            if name in splits:
                yield from _check(rule, (_option(whole, map(group.get, split)) for split in splits[name]))


def _moneys(book: Book) -> Iterator[Check]:
    groups: dict[Key, dict[str | None, Entry]] = defaultdict(dict)
    for key, entry in _sums(book):
        groups[key._replace(funds=None)][key.funds] = entry
    return _split("moneys", groups.values(), _MONEYS)


def _divisions(book: Book) -> Iterator[Check]:
    groups: dict[Key, dict[str | None, Entry]] = defaultdict(dict)
    for key, entry in _sums(book):
        groups[key._replace(part=None)][key.part] = entry
    return _split("divisions", groups.values(), _DIVISIONS)


def _owners(book: Book) -> Iterator[Check]:
    owned: dict[Key, list[Entry]] = defaultdict(list)
    for key, entry in _sums(book):
        if key.owner is not None:
            owned[key._replace(owner=None)].append(entry)
    for key, entries in owned.items():
        whole = book.get(key)
        if whole is not None and sum(map(bool, (entry.value for entry in entries))) >= _FEWEST_OWNERS:
            yield Check(rule="owners", options=(Option(entries=(whole, *entries)),))


def _budgets(book: Book) -> Iterator[Check]:
    for key, whole in _sums(book):
        added = book.get(key._replace(measure="追加预算数")) if key.measure == "调整预算数" else None
        if added is not None:
            first = (book.get(key._replace(measure=measure)) for measure in ("年初预算数", "预算数"))
            yield from _check("budgets", (Option(entries=(whole, each, added)) for each in first if each))


def _codes(book: Book) -> Iterator[Check]:
    """Each code with the codes right below it."""
    for lines in _groups(book).values():
        below = _below(lines)
        below.pop("")
        for code, parts in below.items():
            yield Check(rule="codes", options=(Option(entries=(lines[code], *parts)),))


def _totals_of_codes(book: Book) -> Iterator[Check]:
    """The totals with the outermost codes."""
    tops = {group: _below(lines)[""] for group, lines in _groups(book).items()}
    for group, parts in tops.items():
        yield from _check("total of codes", _totals(group, parts, book))
    yield from _basic(tops, book)


def _groups(book: Book) -> dict[Key, dict[str, Entry]]:
    """The cells that have a code by what they have in common; the key's line is the first digit of the scheme."""
    groups: dict[Key, dict[str, Entry]] = defaultdict(dict)
    for key, entry in _sums(book):
        if entry.code is not None:
            groups[key._replace(line=entry.code[0])][entry.code] = entry
    return groups


def _below(lines: Mapping[str, Entry]) -> dict[str, list[Entry]]:
    """The cells by the code that they are right below; the outermost under ""."""
    below: dict[str, list[Entry]] = defaultdict(list)
    for code, entry in lines.items():
        below[_above(code, lines)].append(entry)
    return below


def _above(code: str, lines: Mapping[str, Entry]) -> str:
    """The nearest code above one that a group states, or ""."""
    return next((code[:size] for size in _PREFIXES if len(code) > size and code[:size] in lines), "")


def _totals(group: Key, parts: list[Entry], book: Book) -> Iterator[Option | None]:
    """What the outermost codes of a group may come to."""
    wholes = [group._replace(line=TOTAL)]
    if group.line in _ECONOMIC and group.part is None and len(parts) > 1:
        # 机关运行经费 is given by what was bought, of no money said.
        wholes.append(group._replace(line=_AGENCY, funds=ANY))
    for key in wholes:
        whole = book.get(key)
        yield Option(entries=(whole, *parts)) if whole is not None else None


def _basic(tops: Mapping[Key, list[Entry]], book: Book) -> Iterator[Check]:
    """基本支出 by the economic classification: staff and running costs together."""
    found: dict[Key, list[Entry]] = defaultdict(list)
    for group, parts in tops.items():
        if group.line in _ECONOMIC and group.part in _STAFF:
            found[group._replace(line=TOTAL, part="基本支出")] += parts
    for key, parts in found.items():
        whole = book.get(key)
        if whole is not None and len({part.key.part for part in parts}) > 1:
            yield Check(rule="total of codes", options=(Option(entries=(whole, *parts)),))


class _Side(NamedTuple):
    """A side of the accounts, and what was carried over that stands beside its total of the year."""

    flow: str
    carried: tuple[tuple[str, str], ...]


_INCOME = _Side("收入", (
    ("结转结余", "年初结转和结余"), ("结转结余", "使用非财政拨款结余"), ("收入", "用事业基金弥补收支差额"),
    ("收入", "动用事业基金"), ("收入", "上年结转收入"), ("结转结余", "上年结转收入"),
))  # fmt: skip
_SPENDING = _Side("支出", (("结转结余", "结余分配"), ("结转结余", "年末结转和结余")))
#: Whose money the surplus is that is used or kept, where the side's own is not said.
_SURPLUS = (None, "非财政拨款")


def _carry_over(book: Book) -> Iterator[Check]:
    """A side's total with its total of the year and what was carried over."""
    for key, whole in _sums(book):
        if key.line == GRAND and key.part is None:
            for side in (_INCOME, _SPENDING):
                if key.flow == side.flow:
                    years, carried = _years(key, book), _carried(key, side, book)
                    yield from _check("carry-over", [_option(whole, (*year, *carried)) for year in years])


def _both_sides(book: Book) -> Iterator[Check]:
    for key, whole in _sums(book):
        if key.line == GRAND and key.flow == "收入" and (other := book.get(key._replace(flow="支出"))) is not None:
            yield Check(rule="both sides", options=(Option(entries=(whole, other)),))


def _years(key: Key, book: Book) -> Iterator[tuple[Entry, ...]]:
    """What a side comes to in the year: as stated, else by moneys or parts of the spending."""
    total = key._replace(line=TOTAL)
    if total in book:
        yield (book[total],)
        return
    splits = [[total._replace(funds=funds) for funds in split] for split in _MONEYS.get(key.funds, ())]
    if key.flow == "支出":
        splits += [[total._replace(part=part) for part in split] for split in _DIVISIONS[None]]
    for split in splits:
        yield tuple(book[each] for each in split if each in book)


def _carried(key: Key, side: _Side, book: Book) -> list[Entry]:
    found = []
    for flow, line in side.carried:
        base = key._replace(flow=flow, line=same(line))
        keys = (base._replace(funds=funds) for funds in (key.funds, *_SURPLUS))
        found += [book[each] for each in keys if each in book][:1]
    return found


def _balance(book: Book) -> Iterator[Check]:
    """What came in and was there before is what was spent and is left."""
    for key, income in _sums(book):
        if key.line == TOTAL and key.flow == "收入" and key.part is None:
            spending = book.get(key._replace(flow="支出"))
            before, after = _carried(key, _INCOME, book), _carried(key, _SPENDING, book)
            if spending is not None and (before or after):
                sides = (income, *before, spending, *after)
                yield Check(rule="balance", options=(Option(entries=sides, left=1 + len(before)),))


@lru_cache(maxsize=1)
def _named() -> dict[str, list[tuple[str, ...]]]:
    """The parts of the lines that are sums by their names, from ``structure.tsv``."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    structure = structure_of(default())
    for row in (*structure.rows("sum"), *structure.rows("vehicles")):
        if named(row.whole).line != TOTAL:
            for names in dict.fromkeys(((*row.parts, *row.optional), row.parts)):
                found[same(row.whole)].append(tuple(map(same, names)))
    return found


def _names(book: Book) -> Iterator[Check]:
    known = _named()
    for key, whole in book.items():
        if key.line in known:
            lines = ([book.get(key._replace(line=part)) for part in parts] for parts in known[key.line])
            yield from _check("names", (_option(whole, parts) for parts in lines))


#: The sums that the ledger knows.
RULES = (
    Rule("codes", "205 教育支出 = 20502 普通教育 + 20508 进修及培训", _codes),
    Rule("total of codes", "一般公共预算财政拨款支出 = 205 教育支出 + 208 社会保障和就业支出", _totals_of_codes),
    Rule("moneys", "财政拨款 = 一般公共预算 + 政府性基金 + 国有资本经营", _moneys),
    Rule("divisions", "2050202 小学教育 = its 基本支出 + its 项目支出", _divisions),
    Rule("carry-over", "收入总计 = 本年收入合计 + 年初结转和结余 + 使用非财政拨款结余", _carry_over),
    Rule("balance", "本年收入合计 + 年初结转和结余 = 本年支出合计 + 年末结转和结余", _balance),
    Rule("both sides", "收入总计 = 支出总计", _both_sides),
    Rule("names", "三公经费 = 因公出国（境）费 + 公务用车购置及运行维护费 + 公务接待费", _names),
    Rule("budgets", "调整预算数 = 年初预算数 + 追加预算数", _budgets),
    Rule("owners", "项目支出 = the sums of all projects", _owners),
)
