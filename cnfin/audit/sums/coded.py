"""Lines of a classification by their codes: 类 = its 款 or 项 by prefix, and a total = its outermost lines.

In running text a list may leave lines out; in a table the sums of the other lines show whether it does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from cnfin.audit.cells import TOTAL
from cnfin.audit.figures import Figure, Figures
from cnfin.audit.relations import Relation, Soft, attempt, relate
from cnfin.audit.structure import SUMS
from cnfin.audit.sums.common import adds, note_of, shares_are_whole
from cnfin.document import Account
from cnfin.facts.dimensions import economic_part

#: The mark of a list entry.
_MARK = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]|[①-⑳]")
_ECONOMIC = "经济分类"
_SCHEMES = ("功能分类", _ECONOMIC)
#: The length of the code of a 类.
_TOP = 3
#: How many ways to read a list are tried, where its lines are stated more than once.
_READINGS = 24


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


def relations(figures: Figures) -> Iterator[Relation]:
    """Each line with the lines right below it, and the totals with the outermost lines."""
    groups: dict[Group, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures.of(*SUMS):
        scheme = figure.fact.scheme
        # 公用经费 in running text names some of its lines only.
        if figure.fact.code and scheme in _SCHEMES and (scheme != _ECONOMIC or figure.table is not None):
            groups[_group(figure)][figure.subject].append(figure)
    totals = _totals(figures)
    for group, lines in groups.items():
        children: dict[str, list[str]] = defaultdict(list)
        for code in lines:
            children[_above(code, lines)].append(code)
        if group.table is None:
            yield from _in_text(figures, group, lines, children, totals)
        else:
            yield from _in_table(group, lines, children, totals)


def _group(figure: Figure) -> Group:
    cell, scheme = figure.cell, figure.fact.scheme or ""
    division = cell.division if scheme != _ECONOMIC else figure.fact.division or economic_part(figure.fact.code or "")
    return Group(
        scheme, cell.flow, cell.funds, division, figure.measure, figure.year, cell.owner, figure.body, figure.table
    )  # fmt: skip


def _above(code: str, lines: dict[str, list[Figure]]) -> str:
    """The nearest code above one that is stated too, or ""."""
    return next((code[:size] for size in range(len(code) - 1, _TOP - 1, -1) if code[:size] in lines), "")


Key = tuple[object, ...]


def _totals(figures: Figures) -> dict[Key, list[Figure]]:
    """The totals of sides and of their divisions, by the group whose outermost lines they add up."""
    found: dict[Key, list[Figure]] = defaultdict(list)
    for figure in figures.of(*SUMS):
        if figure.cell.line == TOTAL:
            cell = figure.cell
            found[cell.flow, cell.funds, cell.division, figure.measure, figure.year, cell.owner].append(figure)
    return found


def _total_key(group: Group) -> Key:
    return group.flow, group.funds, group.division, group.measure, group.year, group.owner


def _in_table(
    group: Group, lines: dict[str, list[Figure]], children: dict[str, list[str]], totals: dict[Key, list[Figure]]
) -> Iterator[Relation]:
    """A table gives its lines once each; twice given lines are of two columns that were not told apart."""
    if any(len(found) > 1 for found in lines.values()):
        return
    below = {above: [lines[code][0] for code in codes] for above, codes in children.items()}
    tried = [
        relate("sum", (lines[above][0], *found), adds, note_of(found)) for above, found in below.items() if above
    ]  # fmt: skip
    whole = any(relation.holds and len(relation.figures) > 1 and relation.figures[0].value for relation in tried)
    yield from (_judged(relation, whole) for relation in tried if any(figure.value for figure in relation.figures))
    tops = below.get("", [])
    for total in totals.get(_total_key(group), ()):
        if total.table == group.table and total.value and len(tops) > 1:
            listed = group.scheme != _ECONOMIC and all(len(top.subject) == _TOP for top in tops)
            yield _judged(relate("sum", (total, *tops), adds, note_of(tops)), listed or whole)


def _judged(relation: Relation, whole: bool) -> Relation:
    """A sum that falls short is an error only where the table shows that it gives all lines."""
    short = not relation.holds and relation.expected.high < relation.figures[0].interval.low
    return relation if whole or not short else relation.softened("short")


def _in_text(
    figures: Figures, group: Group, lines: dict[str, list[Figure]], children: dict[str, list[str]],
    totals: dict[Key, list[Figure]],
) -> Iterator[Relation]:  # fmt: skip
    others = [each for found in totals.values() for each in found if each.measure == group.measure and each.value]
    for above, codes in children.items():
        wholes = lines[above] if above else _near(figures, totals.get(_total_key(group), ()), lines)
        for whole in wholes:
            yield from _lines(figures, whole, [lines[code] for code in codes], others)


def _near(figures: Figures, totals: Sequence[Figure], lines: dict[str, list[Figure]]) -> list[Figure]:
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
    readings = [*readings[:_READINGS], beside] if len(beside) > 1 else readings[:_READINGS]
    held, tried = attempt(relate("sum", (whole, *some), adds, note_of(some)) for some in readings)
    if held is not None:
        if any(figure.value for figure in held.figures):
            yield held
        return
    if len(found) < 2 or any(other.interval.overlaps(tried[0].expected) for other in others if other is not whole):
        return
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
        and _MARK.match(figures.document.text, sentence.start)
        and any(isinstance(span, Account) and span.scheme == "功能分类" for span in sentence.spans)
        for sentence in figures.document.sentences
    ) and all(_MARK.match(figures.document.text, figures.sentence(each).start) for each in found)  # fmt: skip
