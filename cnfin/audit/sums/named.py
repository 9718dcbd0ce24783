"""Totals and parts that go together by their names: the rows of ``structure.tsv``, vehicles, paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice

import msgspec

from cnfin.audit.cells import ALL, GRAND
from cnfin.audit.figures import Figure, Figures, close, compatible
from cnfin.audit.intervals import Interval, total
from cnfin.audit.relations import Relation, Soft, plain, relate
from cnfin.audit.structure import SUMS, Row
from cnfin.audit.sums.common import adds, best, listed_whole, note_of, once, shares_are_whole

_MOST_OPTIONAL = 8
_LONGEST_LIST = 12
#: What opens a list of parts.
_OPENS = re.compile("(?:包括|构成|如下)[：:]")


def relations(figures: Figures) -> Iterator[Relation]:
    """The relations of every total with its parts."""
    tried: list[Relation] = []
    for kind in ("sum", "open"):
        for row in figures.structure.rows(kind):
            found = (relation for whole in _wholes(figures, row) for relation in _structure(figures, whole, row))
            tried += once(_softened(figures, relation) if kind == "open" else relation for relation in found)
    yield from _untaken(tried)
    for row in figures.structure.rows("most"):
        for whole in _wholes(figures, row):
            yield from _at_most(figures, whole, row)
    for row in figures.structure.rows("balance"):
        yield from _balance(figures, row)
    yield from _both_sides(figures)
    yield from _vehicles(figures)
    yield from once(_paragraphs(figures))


def _untaken(tried: Sequence[Relation]) -> Iterator[Relation]:
    """The relations without those that fail with parts of no money said, which add up to a total of another money."""
    taken: dict[Figure, set[str | None]] = defaultdict(set)
    for relation in tried:
        if relation.holds:
            for part in relation.figures[1:]:
                taken[part].add(relation.figures[0].funds)
    for relation in tried:
        whole, *found = relation.figures
        others = (taken[part] - {whole.funds} for part in found if part.funds is None and part in taken)
        if relation.holds or not any(others):
            yield relation


def _wholes(figures: Figures, row: Row) -> list[Figure]:
    return [figure for figure in figures.of(*SUMS) if figure.subject == row.whole]


def _softened(figures: Figures, relation: Relation) -> Relation:
    """Parts that fall short of a total which may have others are no contradiction."""
    whole, *found = relation.figures
    short = relation.expected.high < whole.interval.low
    if short and not (shares_are_whole(figures, whole, found) or listed_whole(figures, whole, found)):
        return msgspec.structs.replace(relation, soft="short")
    return relation


def _part(figures: Figures, whole: Figure, name: str) -> list[Figure]:
    """A part of ``whole`` as stated near it: same measure, year, owner and, where both are told, money."""
    found = figures.find(name, (whole.measure,), whole.year, whole)
    return [
        each for each in found
        if close(each, whole) and (compatible(each, whole) or _income(each, whole)) and each.table == whole.table
    ]  # fmt: skip


def _income(part: Figure, whole: Figure) -> bool:
    """Whether a line of income, which names its money itself, stands beside the total of all income."""
    return part.fact.scheme == whole.fact.scheme == "收入" and whole.funds == ALL


def _structure(figures: Figures, whole: Figure, row: Row) -> Iterator[Relation]:
    needed = [_part(figures, whole, name) for name in row.parts]
    if not all(needed):
        return
    # Two totals of one name under a heading have their own parts: those nearest to each.
    sure = [found[0] for found in needed]
    if any(_nearer_total(figures, whole, part) or _added(figures, whole, [part]) for part in sure):
        return
    more = (_part(figures, whole, name) for name in row.optional)
    extra = [found[0] for found in more if found and found[0].value][:_MOST_OPTIONAL]
    tried = [
        relate("sum", (whole, *sure, *some), adds, note_of((*sure, *some)))
        for count in range(len(extra), -1, -1)
        for some in combinations(extra, count)
    ]
    relation = best(tried)
    if relation is None or not any(figure.value for figure in relation.figures):
        return
    if not relation.holds and _runs_up(figures, whole):
        return
    if relation.holds or not (_amid(whole, sure) or not figures.named(whole) or _of_another(figures, whole, tried)):
        yield relation


def _runs_up(figures: Figures, whole: Figure) -> bool:
    """Whether the sums right behind the total come to it, whatever lines they are: a list with parts of its own."""
    alike = (each for each in figures.behind(whole) if (each.measure, each.year) == (whole.measure, whole.year))
    sums = [each.interval for each in islice(alike, _LONGEST_LIST)]
    return any(total(sums[:count]).overlaps(whole.interval) for count in range(2, len(sums) + 1))


def _amid(whole: Figure, found: Sequence[Figure]) -> bool:
    """Whether the total stands between its parts in their paragraph: then it is a part of one of them."""
    orders = [each.order for each in found if each.line == whole.line]
    return bool(orders) and min(orders) < whole.order < max(orders)


def _of_another(figures: Figures, whole: Figure, tried: Sequence[Relation]) -> bool:
    """Whether the parts add up to the total's budget, or to last year's: then that is what they are parts of."""
    years = {whole.year, whole.year - 1} if whole.year else {None}
    others = [
        each for year in years for each in figures.find(whole.subject, SUMS, year, whole)
        if close(each, whole) and (each.measure, each.year) != (whole.measure, whole.year)
    ]  # fmt: skip
    return any(relation.expected.overlaps(other.interval) for other in others for relation in tried)


def _nearer_total(figures: Figures, whole: Figure, part: Figure) -> bool:
    """Whether another statement of the total stands in the part's own paragraph, not in this one's."""
    if part.line == whole.line:
        return False
    return any(each is not whole and each.line == part.line for each in figures.find(
        whole.subject, (whole.measure,), whole.year, whole))  # fmt: skip


def _at_most(figures: Figures, whole: Figure, row: Row) -> Iterator[Relation]:
    found = [_part(figures, whole, name) for name in row.parts]
    if all(found):
        some = [each[0] for each in found]
        if all(each.line == whole.line for each in some) and figures.named(whole) and not _added(figures, whole, some):
            yield relate("sum", (whole, *some), adds, note_of(some), limit="least")


def _added(figures: Figures, whole: Figure, found: Sequence[Figure]) -> bool:
    """Whether the one part stands behind other sums, and may be what all come to: 总收入A，加B、C，合计D."""
    if len(found) > 1 or found[0].fact.scheme != "收入":
        return False
    between = figures.all[whole.order + 1 : found[0].order]
    if between and _OPENS.search(figures.document.text, whole.fact.end, between[0].fact.start):
        return False
    return sum(each.measure == whole.measure and each.fact.scheme == "收入" for each in between) > 1


def _balance(figures: Figures, row: Row) -> Iterator[Relation]:
    """年末结转和结余 = 本年收入 + 年初结转和结余 - 本年支出, where each is stated once."""
    year = figures.document.identity.year
    for left in figures.of("决算数"):
        if left.subject != row.whole or left.year != year or left.owner or left.table is not None:
            continue
        stated = [figures.find(name, ("决算数",), year, left) for name in row.parts]
        found = [[each for each in some if each.funds == left.funds] for some in stated]
        if not all(found):
            continue
        income, before, spent = (each[0] for each in found)
        if income.line == before.line and before.order < income.order:
            # 加上年结余A，收入合计B: what was left is among the income already.
            continue
        more = [each[0] for name in row.optional if (each := figures.find(name, ("决算数",), year, left))]
        if any(each.value for each in more):
            continue
        note = f"{plain(income.value)}+{plain(before.value)}-{plain(spent.value)}"
        yield relate("sum", (left, income, before, spent), _carried, note, severity="warning")


def _carried(values: Sequence[Interval]) -> Interval:
    income, before, spent = values
    return total((income, before)).minus(spent)


def _both_sides(figures: Figures) -> Iterator[Relation]:
    """收入总计 = 支出总计 of one money, where a table gives both."""
    for income in figures.of(*SUMS):
        if income.table is not None and income.cell.line == GRAND and income.cell.flow == "收入":
            spent = [
                each for name in ("支出总计", "财政拨款支出总计")
                for each in figures.find(name, (income.measure,), income.year, income)
                if each.table == income.table and each.funds == income.funds
            ]  # fmt: skip
            if len(spent) == 1 and income.value and spent[0].value:
                yield relate("sum", (income, *spent), adds, note_of(spent))


def _vehicles(figures: Figures) -> Iterator[Relation]:
    """公务用车 = its kinds, in the sentence that lists them."""
    closing = figures.structure.parts("closing")["公务用车"]
    for whole in figures.of("数量"):
        if whole.subject != "公务用车" or whole.unit != "辆":
            continue
        kinds: list[Figure] = []
        for each in figures.behind(whole):
            if each.sentence != whole.sentence or each.unit != "辆" or each.subject == whole.subject:
                break
            kinds.append(each)
        known = figures.structure.parts("vehicles")["公务用车"]
        if len(kinds) > 1 and all(each.subject in known for each in kinds):
            distinct = list({kind.subject: kind for kind in kinds}.values())
            closed = any(kind.subject in closing for kind in kinds)
            soft: Soft = "" if closed or sum(kind.value for kind in distinct) > whole.value else "short"
            tried = [relate("sum", (whole, *some), _counted, note_of(some), soft=soft) for some in (kinds, distinct)]
            relation = best(tried)
            if relation is not None and whole.value:
                yield relation


def _counted(values: Sequence[Interval]) -> Interval:
    """Counts are exact: no rounding to allow for."""
    number = sum((value.middle for value in values), Decimal(0))
    return Interval(number, number)


def _paragraphs(figures: Figures) -> Iterator[Relation]:
    """A paragraph's first sum and those that follow it there as its parts.

    Sure only of lists by 经济分类 that name even the lines without money; others may be no parts at all
    and fail softly.
    """
    by_line: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures.of(*SUMS):
        if figure.table is None:
            by_line[figure.line].append(figure)
    for whole, *rest in by_line.values():
        alike = all(each.measure == whole.measure and each.year == whole.year for each in rest)
        distinct = len({each.subject for each in rest} - {whole.subject}) == len(rest)
        if len(rest) > 1 and alike and distinct and whole.value:
            economic = all(each.fact.scheme == "经济分类" for each in rest) and whole.fact.scheme != "经济分类"
            sure = economic and any(not each.value for each in rest)
            over = economic and total(each.interval for each in rest).low > whole.interval.high
            soft: Soft = "" if sure or over else "guess"
            yield relate("sum", (whole, *rest), adds, note_of(rest), soft=soft)
