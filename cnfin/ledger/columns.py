"""Values that stand in the wrong column of a table whose empty cells are lost, moved to where the sums are right.

``2050203 初中教育 40.25 40.25`` under 合计, 基本支出 and 项目支出 is either part of the spending. Which one, the
columns tell: where the lines below a code come to more than it in one column and to as much less in another, and
one choice of lines whose only part stands in the first makes both right, that is where they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations, permutations

from cnfin.ledger.book import COUNT, Entry, Key
from cnfin.ledger.lines import TOTAL

_PARTS = ("基本支出", "项目支出")
_PREFIXES = (5, 3)
_ZERO = Decimal(0)
#: So many lines at the most are moved together, of so many.
_MOST, _AMONG = 3, 12

Lines = dict[str, dict[str | None, Entry]]


def move(book: dict[Key, Entry]) -> None:
    """Give the cells that the sums of two columns show to stand in the wrong one their own division."""
    for group, lines in _groups(book).items():
        below: dict[str, list[str]] = defaultdict(list)
        for code in filter(None, lines):
            below[_above(code, lines)].append(code)
        for above in sorted(below, key=len):
            for one, other in permutations(_PARTS, 2):
                for code in _misplaced(lines, above, below[above], one, other):
                    entry = lines[code].pop(one)
                    del book[entry.key]
                    entry.key = group._replace(line=code, part=other)
                    entry.claims = [
                        claim.as_value(
                            claim.fact.value, claim.interval, f"column: {claim.statement.text} is of {other}"
                        )
                        for claim in entry.claims
                    ]
                    book[entry.key] = lines[code][other] = entry


def _groups(book: Mapping[Key, Entry]) -> dict[Key, Lines]:
    """The functional lines of a side by code and division, their total under ""; the key has neither."""
    groups: dict[Key, Lines] = defaultdict(lambda: defaultdict(dict))
    for key, entry in book.items():
        code = "" if key.line == TOTAL else entry.code
        if key.measure != COUNT and code is not None and code[:1] in ("", "2"):
            groups[key._replace(line="", part=None)][code][key.part] = entry
    return groups


def _above(code: str, lines: Mapping[str, object]) -> str:
    return next((code[:size] for size in _PREFIXES if len(code) > size and code[:size] in lines), "")


def _misplaced(lines: Lines, above: str, below: Iterable[str], one: str, other: str) -> tuple[str, ...]:
    """The lines below a code that stand under ``one`` and are of ``other``; none where that is not plain."""
    whole = lines.get(above, {})
    if one not in whole or other not in whole:
        return ()
    over = sum((lines[code][one].value for code in below if one in lines[code]), _ZERO) - whole[one].value
    short = whole[other].value - sum((lines[code][other].value for code in below if other in lines[code]), _ZERO)
    if over != short or over <= 0:
        return ()
    movable = [code for code in below if _is_all(lines[code], one, other)][:_AMONG]
    found = list(_choices(lines, movable, one, over))
    return found[0] if len(found) == 1 else ()


def _is_all(line: Mapping[str | None, Entry], one: str, other: str) -> bool:
    """Whether a table gives a line one part only, which is all of it."""
    return (
        one in line and other not in line and None in line and line[one].value == line[None].value
        and all(claim.fact.table is not None for claim in line[one].claims)
    )  # fmt: skip


def _choices(lines: Lines, codes: Iterable[str], part: str, wanted: Decimal) -> Iterator[tuple[str, ...]]:
    for many in range(1, _MOST + 1):
        for chosen in combinations(codes, many):
            if sum((lines[code][part].value for code in chosen), _ZERO) == wanted:
                yield chosen
