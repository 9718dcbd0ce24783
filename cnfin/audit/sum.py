"""``sum``: a stated total is the sum of its stated parts.

What belongs together comes from three places: the table of structures (收入总计, 基本支出, 三公 …),
the codes of the functional classification (类 → 款 → 项 by prefix), and paragraphs that give a
total and go on with its parts. Only the first is sure to name all parts; a list that falls short of
its total fails softly, unless its shares say that it is whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations

import msgspec

from cnfin.audit.figures import Figure, Figures, close
from cnfin.audit.intervals import Interval, total
from cnfin.audit.relations import Relation, Soft, plain, relate
from cnfin.audit.structure import SUMS, Row
from cnfin.document import Account

#: Shares that add up to 100 within this many per cent name all parts of their total.
_WHOLE = Decimal("0.6")
_MOST_OPTIONAL = 8
_LONGEST_LIST = 12
#: The mark of a list entry.
_MARK = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]|[①-⑳]")


def relations(figures: Figures) -> Iterator[Relation]:
    """The relations of every total with its parts."""
    for kind in ("sum", "open"):
        for row in figures.structure.rows(kind):
            found = (relation for whole in _wholes(figures, row) for relation in _structure(figures, whole, row))
            yield from _once(_softened(figures, relation) if kind == "open" else relation for relation in found)
    for row in figures.structure.rows("most"):
        for whole in _wholes(figures, row):
            yield from _at_most(figures, whole, row)
    for row in figures.structure.rows("balance"):
        yield from _balance(figures, row)
    yield from _project(figures)
    yield from _vehicles(figures)
    yield from _once(_codes(figures))
    yield from _once(_paragraphs(figures))


def _wholes(figures: Figures, row: Row) -> list[Figure]:
    return [figure for figure in figures.of(*SUMS) if figure.subject == row.whole]


def _softened(figures: Figures, relation: Relation) -> Relation:
    """Parts that fall short of a total which may have others are no contradiction."""
    whole, *found = relation.figures
    if relation.expected.high < whole.interval.low and not _whole(figures, whole, found):
        return msgspec.structs.replace(relation, soft="short")
    return relation


def _once(tried: Iterable[Relation]) -> Iterator[Relation]:
    """Of several statements of a total over the same parts only those that hold, if any does.

    The others are another fact under the same name, or another statement of it: a conflict, not a sum.
    """
    groups: dict[tuple[Figure, ...], list[Relation]] = defaultdict(list)
    for relation in tried:
        groups[relation.figures[1:]].append(relation)
    for group in groups.values():
        held = [relation for relation in group if relation.holds]
        yield from held or group


def _adds(values: Sequence[Interval]) -> Interval:
    return total(values)


def _note(found: Iterable[Figure]) -> str:
    return "+".join(plain(figure.value) for figure in found if figure.value) or "0"


def _best(tried: Sequence[Relation]) -> Relation | None:
    """The relation that holds, else the first, which is the nearest reading."""
    return next((relation for relation in tried if relation.holds), tried[0] if tried else None)


def _part(figures: Figures, whole: Figure, name: str) -> list[Figure]:
    """A part of ``whole`` as stated near it: same measure, year, owner and, where both are told, 口径."""
    found = figures.find(name, (whole.measure,), whole.year, whole)
    return [
        each for each in found
        if close(each, whole) and (each.scope == whole.scope or each.line == whole.line or not whole.scope)
    ]  # fmt: skip


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
        relate("sum", (whole, *sure, *some), _adds, _note((*sure, *some)))
        for count in range(len(extra), -1, -1)
        for some in combinations(extra, count)
    ]
    relation = _best(tried)
    if relation is None or not any(figure.value for figure in relation.figures):
        return
    if not relation.holds and _runs_up(figures, whole):
        return
    if relation.holds or not (_amid(whole, sure) or not figures.named(whole) or _of_another(figures, whole, tried)):
        yield relation


def _runs_up(figures: Figures, whole: Figure) -> bool:
    """Whether the sums right behind the total come to it, whatever lines they are: a list with parts of its own."""
    sums = [
        each.interval for each in figures.line(whole.line)
        if each.order > whole.order and (each.measure, each.year) == (whole.measure, whole.year)
    ][:_LONGEST_LIST]  # fmt: skip
    return any(total(sums[:count]).overlaps(whole.interval) for count in range(2, len(sums) + 1))


def _amid(whole: Figure, found: Sequence[Figure]) -> bool:
    """Whether the total stands between its parts in their paragraph: then it is a part of one of them."""
    orders = [each.order for each in found if each.line == whole.line]
    return bool(orders) and min(orders) < whole.order < max(orders)


def _of_another(figures: Figures, whole: Figure, tried: Sequence[Relation]) -> bool:
    """Whether the parts add up to the total's budget, or to last year's: then that is what they are parts of."""
    years = {each.year for each in figures.all if each.subject == whole.subject}
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
            yield relate("sum", (whole, *some), _adds, _note(some), limit="least")


def _added(figures: Figures, whole: Figure, found: Sequence[Figure]) -> bool:
    """Whether the one part stands behind other sums, and may be what all come to: 总收入A，加B、C，合计D."""
    if len(found) > 1 or found[0].fact.scheme != "收入":
        return False
    between = figures.all[whole.order + 1 : found[0].order]
    return sum(each.measure == whole.measure and each.fact.scheme == "收入" for each in between) > 1


def _balance(figures: Figures, row: Row) -> Iterator[Relation]:
    """年末结转和结余 = 本年收入 + 年初结转和结余 - 本年支出, where each is stated once."""
    year = figures.document.identity.year
    for left in figures.of("决算数"):
        if left.subject != row.whole or left.year != year or left.owner:
            continue
        stated = [figures.find(name, ("决算数",), year, left) for name in row.parts]
        found = [[each for each in some if each.scope == left.scope] for some in stated]
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


def _project(figures: Figures) -> Iterator[Relation]:
    """A project's sum = 财政拨款 + 其他资金, as its table gives them."""
    row = figures.structure.rows("project")[0]
    for whole in figures.of(*SUMS):
        if whole.fact.scheme != "项目":
            continue
        found = [_following(figures, whole, name) for name in row.parts]
        sure = [part for part in found if part is not None]
        if len(sure) == len(row.parts):
            extra = [part for name in row.optional if (part := _following(figures, whole, name)) is not None]
            relation = _best([relate("sum", (whole, *some), _adds, _note(some)) for some in ((*sure, *extra), sure)])
            if relation is not None and any(figure.value for figure in relation.figures):
                yield relation


def _following(figures: Figures, whole: Figure, name: str) -> Figure | None:
    """The source of a project's money that its table gives after the sum, before the sum's next statement."""
    found = [each for each in figures.find(name, (whole.measure,), whole.year, whole) if each.order > whole.order]
    part = min(found, key=lambda each: each.order, default=None)
    if part is None:
        return None
    between = figures.all[whole.order + 1 : part.order]
    again = any(each.subject == whole.subject and each.measure == whole.measure for each in between)
    return None if again or part.section != whole.section else part


def _vehicles(figures: Figures) -> Iterator[Relation]:
    """公务用车 = its kinds, in the sentence that lists them."""
    closing = figures.structure.parts("closing")["公务用车"]
    for whole in figures.of("数量"):
        if whole.subject != "公务用车" or whole.unit != "辆":
            continue
        kinds: list[Figure] = []
        for each in figures.all[whole.order + 1 :]:
            if each.sentence != whole.sentence or each.unit != "辆" or each.subject == whole.subject:
                break
            kinds.append(each)
        if len(kinds) > 1 and all(each.subject in figures.structure.parts("vehicles")["公务用车"] for each in kinds):
            once = list({each.subject: each for each in kinds}.values())
            closed = any(each.subject in closing for each in kinds)
            soft: Soft = "" if closed or sum(each.value for each in once) > whole.value else "short"
            relation = _best([relate("sum", (whole, *some), _count, _note(some), soft=soft) for some in (kinds, once)])
            if relation is not None and whole.value:
                yield relation


def _count(values: Sequence[Interval]) -> Interval:
    """Counts are exact: no rounding to allow for."""
    number = sum((value.middle for value in values), Decimal(0))
    return Interval(number, number)


def _codes(figures: Figures) -> Iterator[Relation]:
    """类 = its 款 or 项 by prefix, and the total of a 口径 = its outermost lines."""
    groups: dict[tuple[object, ...], dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures.of(*SUMS):
        if figure.fact.scheme == "功能分类" and figure.fact.code:
            groups[figure.scope, figure.measure, figure.year, figure.owner, figure.body][figure.subject].append(figure)
    for (scope, measure, year, owner, _), lines in groups.items():
        children: dict[str, list[str]] = defaultdict(list)
        for code in lines:
            above = max((other for other in lines if other != code and code.startswith(other)), key=len, default="")
            children[above].append(code)
        for above, codes in children.items():
            for whole in lines[above] if above else _totals(figures, scope, measure, year, owner, lines):
                yield from _lines(figures, whole, [lines[code] for code in codes])


def _totals(
    figures: Figures, scope: object, measure: object, year: object, owner: object, lines: dict[str, list[Figure]]
) -> list[Figure]:
    """The totals of a 口径 that stand under the headings that give its lines, or just above."""
    places = {figure.section for figure in chain(*lines.values())}
    above = {figures.document.sections[place].parent for place in places if place is not None}
    totals = figures.structure.parts("list")
    return [
        each for each in figures.of(*SUMS)
        if totals.get(each.subject) == (scope,) and each.measure == measure and each.year == year
        and each.owner == owner and (each.section in places or each.section in above)
    ]  # fmt: skip


def _lines(figures: Figures, whole: Figure, found: Sequence[Sequence[Figure]]) -> Iterator[Relation]:
    if len(found) < 2 and whole.line not in {each.line for each in chain(*found)}:
        return
    first = [min(each, key=lambda line: abs(line.order - whole.order)) for each in found]
    readings = [first]
    for place, lines in enumerate(found):
        readings += [[*first[:place], line, *first[place + 1 :]] for line in lines if line is not first[place]]
    tried = [relate("sum", (whole, *some), _adds, _note(some)) for some in readings]
    held = next((relation for relation in tried if relation.holds), None)
    if held is not None:
        if any(figure.value for figure in held.figures):
            yield held
        return
    short = tried[0].expected.high < whole.interval.low
    partial = short and not _whole(figures, whole, first)
    listed = partial and _listed(figures, first)
    soft: Soft = "short" if partial and not listed else ""
    yield relate("sum", (whole, *first), _adds, _note(first), soft=soft, severity="warning" if listed else "error")


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


def _whole(figures: Figures, whole: Figure, found: Sequence[Figure]) -> bool:
    """Whether the parts' shares say that nothing is left out."""
    shares = [
        each for part in found
        for each in figures.find(part.subject, ("占比",), part.year, part)[:1]
        if each.line == part.line
    ]  # fmt: skip
    if len(shares) < len(found) or len(found) < 2:
        return False
    return abs(sum((share.value for share in shares), Decimal(0)) - 100) <= _WHOLE


def _paragraphs(figures: Figures) -> Iterator[Relation]:
    """A paragraph's first sum and those that follow it there as its parts.

    Sure only of lists by 经济分类 that name even the lines without money; others may be no parts at all
    and fail softly.
    """
    by_line: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures.of(*SUMS):
        by_line[figure.line].append(figure)
    for whole, *rest in by_line.values():
        alike = all(each.measure == whole.measure and each.year == whole.year for each in rest)
        distinct = len({each.subject for each in rest} - {whole.subject}) == len(rest)
        if len(rest) > 1 and alike and distinct and whole.value:
            economic = all(each.fact.scheme == "经济分类" for each in rest) and whole.fact.scheme != "经济分类"
            sure = economic and any(not each.value for each in rest)
            over = economic and total(each.interval for each in rest).low > whole.interval.high
            soft: Soft = "" if sure or over else "guess"
            yield relate("sum", (whole, *rest), _adds, _note(rest), soft=soft)
