"""What all sums share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from cnfin.audit.figures import Figure, Figures
from cnfin.audit.intervals import Interval, total
from cnfin.audit.relations import Relation, plain

#: Shares that add up to 100 within this many per cent name all parts of their total.
_WHOLE = Decimal("0.6")
_ANNOUNCES = re.compile(r"(?:包括|构成|如下|分别[是为])[：:][ \t\r]*$", re.MULTILINE)
#: The mark of a list entry.
MARK = re.compile(r"\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]|[①-⑳])")


def once(tried: Iterable[Relation]) -> Iterator[Relation]:
    """Of several statements of a total over the same parts only those that hold, if any does.

    The others are another fact under the same name, or another statement of it: a conflict, not a sum.
    """
    groups: dict[tuple[Figure, ...], list[Relation]] = defaultdict(list)
    for relation in tried:
        groups[relation.figures[1:]].append(relation)
    for group in groups.values():
        held = [relation for relation in group if relation.holds]
        yield from held or group


def adds(values: Sequence[Interval]) -> Interval:
    """The rule of a sum."""
    return total(values)


def note_of(found: Iterable[Figure]) -> str:
    """The parts as a calculator takes them: 12+3-4."""
    text = ""
    for figure in found:
        if figure.value:
            text += ("" if figure.value < 0 or not text else "+") + plain(figure.value)
    return text or "0"


def best(tried: Sequence[Relation]) -> Relation | None:
    """The relation that holds, else the first, which is the nearest reading."""
    return next((relation for relation in tried if relation.holds), tried[0] if tried else None)


def shares_are_whole(figures: Figures, whole: Figure, found: Sequence[Figure]) -> bool:
    """Whether the parts' shares say that nothing is left out."""
    shares = [
        each for part in found
        for each in figures.find(part.subject, ("占比",), part.year, part)[:1]
        if each.line == part.line
    ]  # fmt: skip
    if len(shares) < len(found) or len(found) < 2:
        return False
    return abs(sum((share.value for share in shares), Decimal(0)) - 100) <= _WHOLE


def listed_whole(figures: Figures, whole: Figure, found: Sequence[Figure]) -> bool:
    """Whether the total announces a numbered list (包括：) of which each entry is one of the parts, and all are."""
    text = figures.document.text
    ends = text.find("\n", whole.fact.end)
    if ends < 0 or not _ANNOUNCES.search(text, whole.fact.end, ends):
        return False
    entries: list[tuple[int, int]] = []
    start = ends + 1
    while start < len(text) and MARK.match(text, start):
        ends = text.find("\n", start)
        ends = len(text) if ends < 0 else ends
        entries.append((start, ends))
        start = ends + 1
    held = [sum(begin <= part.fact.start < stop for part in found) for begin, stop in entries]
    return len(held) > 1 and held == [1] * len(found)
