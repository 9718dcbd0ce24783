"""What a line's own name says of its place in the accounts: flow, money, division, and the line that is left.

Names like 一般公共预算财政拨款基本支出 pack three things into one word. ``lexicons/terms.tsv`` says which, in
its columns ``line``, ``flow``, ``funds`` and ``division``: names are read with that table, and made from it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import msgspec

from cnfin.document import Division, Flow, Funds, SubjectScheme
from cnfin.lexicon import Lexicon, default

#: The side of the accounts on which the lines of a scheme stand, where terms.tsv says no other.
FLOWS: dict[str | None, Flow] = {
    "收入": "收入",
    "支出": "支出",
    "功能分类": "支出",
    "经济分类": "支出",
    "三公经费": "支出",
    "结转结余": "结转结余",
    "项目": "支出",
}
#: Economic codes (departments' and governments') of what is paid to people; all others buy things and services.
_TO_PEOPLE = ("301", "303", "501", "509", "50501")


class Dimensions(msgspec.Struct, frozen=True, gc=False):
    """What a name says of a line's place in the accounts.

    Attributes:
        line: what is left of the name without its money and division: 合计 or 总计 for the total of a side, else
            the name itself.
        flow: the side of the accounts, None where the name tells none.
        funds: whose money, None where the name names none; 全部 only says that the name means a whole side,
            and yields to any narrower money of its sentence or heading.
        division: which part of a line's spending the name itself is.
    """

    line: str | None = None
    flow: Flow | None = None
    funds: Funds | None = None
    division: Division | None = None


_NOTHING = Dimensions()


class Lines:
    """The lines of a lexicon and what their names pack."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._known: dict[str, Dimensions] = {}
        self._names: dict[tuple[str | None, Flow | None, Funds | None, Division | None], str] = {}
        #: The scheme of each line.
        self.schemes: dict[str, SubjectScheme] = {}
        for row in lexicon.rows("terms"):
            said = [row.get(column) or None for column in ("line", "flow", "funds", "division")]
            if row["name"] in self._known and not any(said):
                # A row that only adds aliases to a line.
                continue
            line, flow, funds, division = cast(Any, said)
            one = Dimensions(line or row["name"], flow or FLOWS.get(row["scheme"]), funds, division)
            self._known[row["name"]] = one
            self.schemes[row["name"]] = cast(SubjectScheme, row["scheme"])
            self._names.setdefault((one.line, one.flow, funds, division), row["name"])

    def of(self, name: str | None, code: str | None = None, scheme: str | None = None) -> Dimensions:
        """What the canonical ``name`` of a line says; see :func:`of_line`."""
        if code is None and name is not None and (known := self._known.get(name)) is not None:
            return known
        return Dimensions(name, FLOWS.get(scheme)) if name is not None or scheme is not None else _NOTHING

    def name(
        self, line: str | None, flow: Flow | None, funds: Funds | None = None, division: Division | None = None
    ) -> str | None:
        """The canonical name that packs these, or None where the lexicon has none: the way back of :meth:`of`."""
        return self._names.get((line, flow, funds, division))

    def turned(self, name: str, flow: Flow) -> str | None:
        """The line that says of the side ``flow`` what ``name`` says of its own: 财政拨款支出 of 财政拨款收入."""
        known = self._known.get(name)
        return self.name(known.line, flow, known.funds, known.division) if known else None


class Moneys:
    """The words that name a money."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._funds = {row["word"]: row["funds"] or None for row in lexicon.rows("moneys")}
        words = "|".join(map(re.escape, sorted(self._funds, key=len, reverse=True)))
        self._pattern = re.compile(f"({words})(?:预算)?(?:财政)?(?:拨款)?")

    def named(self, text: str, start: int, end: int) -> list[tuple[int, Funds]]:
        """The moneys named in ``text[start:end]`` and where."""
        found = self._pattern.finditer(text, start, end)
        return [(match.start(), self._funds[match[1]]) for match in found if self._funds[match[1]]]  # type: ignore[misc]


@lru_cache(maxsize=4)
def lines_of(lexicon: Lexicon) -> Lines:
    """The lines of ``lexicon``, read at first use."""
    return Lines(lexicon)


def of_line(name: str | None, code: str | None = None, scheme: str | None = None) -> Dimensions:
    """What a line's own name says, by the shipped lexicon.

    Args:
        name: canonical name.
        code: official code; lines of a classification (国有资本经营预算支出, 223) name no money.
        scheme: the line's scheme, which tells the flow where the name does not.
    """
    return lines_of(default()).of(name, code, scheme)


def economic_part(code: str) -> Division:
    """人员经费 or 公用经费: which part of 基本支出 the economic line with ``code`` is."""
    return "人员经费" if code.startswith(_TO_PEOPLE) else "公用经费"
