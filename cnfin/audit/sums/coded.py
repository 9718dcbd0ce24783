"""Lines of a classification by their codes: 类 = its 款 or 项 by prefix, and a total = its outermost lines.

In running text a list may leave lines out; in a table the sums of the other lines show whether it does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from cnfin.audit.cells import TOTAL
from cnfin.audit.figures import Figure, Figures
from cnfin.audit.relations import Relation, Soft, attempt, relate
from cnfin.audit.structure import SUMS
from cnfin.audit.sums.common import MARK, adds, note_of, shares_are_whole
from cnfin.document import Account
from cnfin.facts.dimensions import economic_part

_ECONOMIC = "经济分类"
_SCHEMES = ("功能分类", _ECONOMIC)
#: The length of the code of a 类.
_TOP = 3
#: The carry-over columns of the tables of funds, in their order.
_CARRIED = ("年初结转和结余", "年末结转和结余")
#: How many ways to read a list are tried, where its lines are stated more than once.
_READINGS = 24


Key = tuple[object, ...]
#: A line and the lines below it.
Sums = tuple[str, tuple[str, ...]]
#: The figures of each line of a group.
Lines = dict[str, list[Figure]]


class Group(NamedTuple):
    """What lines must share to add up."""

    scheme: str
    flow: str | None
    funds: str | None
    division: str | None
    measure: str
    year: int | None
    owner: str | None
    body: str
    table: int | str | None
    column: int


def relations(figures: Figures) -> Iterator[Relation]:
    """Each line with the lines right below it, and the totals with the outermost lines."""
    groups: dict[Group, Lines] = defaultdict(lambda: defaultdict(list))
    for figure in figures.of(*SUMS):
        scheme = figure.fact.scheme
        # 公用经费 in running text names some of its lines only.
        if figure.fact.code and scheme in _SCHEMES and (scheme != _ECONOMIC or figure.table is not None):
            group = _group(figure)
            groups[group._replace(column=_column(figure, groups[group]))][figure.subject].append(figure)
    totals = _totals(figures)
    tables: dict[object, list[tuple[bool, Sums, Relation]]] = defaultdict(list)
    for group, lines in groups.items():
        children: dict[str, list[str]] = defaultdict(list)
        for code in lines:
            children[_above(code, lines)].append(code)
        if group.table is None:
            yield from _in_text(figures, group, lines, children, totals)
        else:
            tables[group.table] += _in_table(group, lines, children, totals)
    for tried in tables.values():
        yield from _judged(tried)


def _column(figure: Figure, known: Lines) -> int:
    """年初结转 and 年末结转 of a line are columns of one kind: the first and the second of each row."""
    if figure.table is None:
        return 0
    before = known[figure.subject]
    return int(bool(before) and before[-1].sentence == figure.sentence)


def _group(figure: Figure) -> Group:
    cell, scheme = figure.cell, figure.fact.scheme or ""
    division = cell.division if scheme != _ECONOMIC else figure.fact.division or economic_part(figure.fact.code or "")
    return Group(
        scheme, cell.flow, cell.funds, division, figure.measure, figure.year, cell.owner, figure.body, figure.table, 0
    )  # fmt: skip


def _above(code: str, lines: Lines) -> str:
    """The nearest code above one that is stated too, or ""."""
    return next((code[:size] for size in range(len(code) - 1, _TOP - 1, -1) if code[:size] in lines), "")


def _totals(figures: Figures) -> dict[Key, list[Figure]]:
    """The totals of sides and of their divisions, by the group whose outermost lines they add up."""
    found: dict[Key, list[Figure]] = defaultdict(list)
    for figure in figures.of(*SUMS):
        cell = figure.cell
        if cell.line == TOTAL or cell.line in _CARRIED:
            column = _CARRIED.index(cell.line) if cell.line in _CARRIED else 0
            found[cell.flow, cell.funds, cell.division, figure.measure, figure.year, cell.owner, column].append(figure)
    return found


def _total_key(group: Group) -> Key:
    return group.flow, group.funds, group.division, group.measure, group.year, group.owner, group.column


def _in_table(
    group: Group, lines: Lines, children: dict[str, list[str]], totals: dict[Key, list[Figure]]
) -> Iterator[tuple[bool, Sums, Relation]]:
    """The sums of a column, whether it is sure that their parts are all, and which lines they are of.

    A table gives its lines once each; lines given more often are of columns that were not told apart.
    """
    if any(len(found) > 1 for found in lines.values()):
        return
    for above, codes in children.items():
        found = [lines[code][0] for code in codes]
        listed = not above and group.scheme != _ECONOMIC and all(len(code) == _TOP for code in codes) and len(codes) > 1
        wholes = lines[above] if above else totals.get(_total_key(group), ())
        for whole in wholes:
            if whole.table == group.table and any(figure.value for figure in (whole, *found)):
                relation = relate("sum", (whole, *found), adds, note_of(found))
                yield listed, (above, tuple(sorted(codes))), relation


def _judged(tried: Sequence[tuple[bool, Sums, Relation]]) -> Iterator[Relation]:
    """A sum that falls short is an error only where the table shows that it gives all lines.

    It does where the same lines add up in another column, or other lines in this one do; a line with one line
    below it says nothing of itself.
    """
    held = {lines for _, lines, relation in tried if relation.holds and relation.figures[0].value}
    wide = any(len(codes) > 1 for _, codes in held)
    for listed, lines, relation in tried:
        short = not relation.holds and relation.expected.high < relation.figures[0].interval.low
        sure = listed or lines in held or (wide and bool(lines[0]))
        yield relation if sure or not short else relation.softened("short")


def _in_text(
    figures: Figures, group: Group, lines: Lines, children: dict[str, list[str]],
    totals: dict[Key, list[Figure]],
) -> Iterator[Relation]:  # fmt: skip
    others = [each for found in totals.values() for each in found if each.measure == group.measure and each.value]
    for above, codes in children.items():
        wholes = lines[above] if above else _near(figures, totals.get(_total_key(group), ()), lines)
        for whole in wholes:
            yield from _lines(figures, whole, [lines[code] for code in codes], others)


def _near(figures: Figures, totals: Sequence[Figure], lines: Lines) -> list[Figure]:
    """The totals in running text that stand under the headings that give the lines, or just above."""
    places = {figure.section for figure in chain(*lines.values())}
    above = {figures.document.sections[place].parent for place in places if place is not None}
    return [
        each for each in totals
        if each.table is None and (each.section in places or each.section in above)
    ]  # fmt: skip


def _lines(
    figures: Figures, whole: Figure, found: Sequence[Sequence[Figure]], others: Sequence[Figure]
) -> Iterator[Relation]:
    """The relation of a line or total with the lines below it, in the reading that holds if one does.

    Args:
        others: the totals of any money; lines that come to one of these are its lines.
    """
    if len(found) < 2 and whole.line not in {each.line for each in chain(*found)}:
        return
    first = [min(each, key=lambda line: abs(line.order - whole.order)) for each in found]
    readings = [first]
    for place, lines in enumerate(found):
        farther = sorted(lines, key=lambda line: abs(line.order - whole.order))[1:_READINGS]
        readings += [[*first[:place], line, *first[place + 1 :]] for line in farther]
    beside = [each for each in first if each.line == whole.line]
    under = [each for each in first if each.section == whole.section]
    # The lines of another money stand under another heading, and a heading may be lost.
    readings = [*readings[:_READINGS], *(some for some in (beside, under) if 1 < len(some) < len(first))]
    held, tried = attempt(relate("sum", (whole, *some), adds, note_of(some)) for some in readings)
    if held is not None:
        if any(figure.value for figure in held.figures):
            yield held
        return
    if len(found) < 2 or any(other.interval.overlaps(tried[0].expected) for other in others if other is not whole):
        return
    if {part.value for part in first} & {other.value for other in others}:
        return  # a total that was taken for one of its lines
    short = tried[0].expected.high < whole.interval.low
    partial = short and not shares_are_whole(figures, whole, first)
    listed = partial and _listed(figures, first)
    # A total of nothing over lines with money: the lines are of another money under the same heading.
    soft: Soft = "guess" if not whole.value else "short" if partial and not listed else ""
    yield relate("sum", (whole, *first), adds, note_of(first), soft=soft, severity="warning" if listed else "error")


def _listed(figures: Figures, found: Sequence[Figure]) -> bool:
    """Whether the parts are a numbered list of three or more in which every entry has its sum."""
    if len({each.sentence for each in found}) < 3:
        return False
    taken = {each.sentence for each in found}
    places = {each.section for each in found}
    return not any(
        sentence.section in places and sentence.index not in taken and not sentence.heading
        and MARK.match(figures.document.text, sentence.start)
        and any(isinstance(span, Account) and span.scheme == "功能分类" for span in sentence.spans)
        for sentence in figures.document.sentences
    ) and all(MARK.match(figures.document.text, figures.sentence(each).start) for each in found)  # fmt: skip
