"""``share``: a stated 占比 is the item's sum over the total it is measured against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnfin.audit.figures import Figure, Figures, close
from cnfin.audit.intervals import Interval, percentage
from cnfin.audit.relations import Relation, attempt, plain, relate
from cnfin.audit.structure import ACTUAL, BUDGETS, SUMS, subject

#: How many figures before an item the total may stand that its share is of.
_ANNOUNCED = 60


def relations(figures: Figures) -> Iterator[Relation]:
    """One relation for each share whose item and total are both printed.

    A total must be named where it is stated, and by the share's sentence or close by; or it must be what other shares
    are taken of.
    """
    found: list[Relation] = []
    doubtful: list[Relation] = []
    for share in figures.of("占比"):
        if share.unit == "%" and share.fact.base:
            relation = _share(figures, share)
            if relation is not None:
                clear = relation.holds or _clear(figures, relation)
                (found if clear else doubtful).append(relation)
    borne_out = {relation.figures[2] for relation in found if relation.holds and relation.figures[1].value}
    yield from found
    yield from (relation for relation in doubtful if relation.figures[2] in borne_out)


def _clear(figures: Figures, relation: Relation) -> bool:
    share, _, whole = relation.figures
    if not figures.named(whole):
        return False
    return share.fact.base in figures.names(share) or close(whole, share)


def _share(figures: Figures, share: Figure) -> Relation | None:
    base = subject(share.fact.base)
    items = [each for each in figures.find(share.subject, SUMS, share.year, share) if close(each, share)]
    if base == share.subject or not items:
        return None
    family = ACTUAL if items[0].measure in ACTUAL else BUDGETS
    items = [each for each in items if each.measure in family]
    wholes = _wholes(figures, base, family, share)
    held, tried = attempt(
        relate("share", (share, item, whole), _rule, _note(item, whole)) for item in items for whole in wholes
    )
    if held is not None or not tried:
        return held
    if share.fact.base in figures.names(share):
        return tried[0]
    printed = _printed(figures, share)
    if any(share.interval.overlaps(percentage(item.interval, whole)) for item in items for whole in printed):
        return None  # another sum of the paragraph is the total, whether or not its line was understood
    # A total that nobody named and that is no larger than the item is a total misread.
    possible = (relation for relation in tried if relation.figures[1].value < relation.figures[2].value)
    return _other_base(figures, share, items[0], family) or next(possible, None)


def _printed(figures: Figures, share: Figure) -> list[Interval]:
    """The sums that the paragraph prints before a share, facts or not."""
    return [each for each in figures.printed(share.line, share.fact.start) if each.low > 0]


def _wholes(figures: Figures, base: str, family: Sequence[str], share: Figure) -> list[Figure]:
    found = figures.find(base, family, share.year, share, same_owner=False, part="")
    for other in () if found else figures.structure.parts("same").get(base, ()):
        found = found or figures.find(other, family, share.year, share, same_owner=False, part="")
    # Totals of another money go by the same name: those of the share's own come first, alone if there are any.
    return [each for each in found if each.funds == share.funds] or found


def _other_base(figures: Figures, share: Figure, item: Figure, family: Sequence[str]) -> Relation | None:
    """Where the sentence does not name the total, another one announced above it may be meant."""
    before = figures.all[max(item.order - _ANNOUNCED, 0) : item.order]
    announced = [each for each in before if close(each, share) or close(each, item)]
    for whole in announced:
        if whole.measure in family and whole.value >= item.value and whole is not item:
            relation = relate("share", (share, item, whole), _rule, _note(item, whole))
            if relation.holds:
                return relation
    return None


def _rule(values: Sequence[Interval]) -> Interval:
    return percentage(values[0], values[1])


def _note(item: Figure, whole: Figure) -> str:
    return f"{plain(item.value)}÷{plain(whole.value)}"
