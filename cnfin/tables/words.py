"""The words of tables' heads, from ``lexicons/tables.tsv``: what kind of column a head announces."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, get_args

from cnfin.lexicon import Lexicon, default

Kind = Literal[
    "code", "number", "name", "owner", "measure", "count", "year", "rate", "score", "text", "target", "done",
    "indicator",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
BLANK = re.compile(r"[\s\u3000]+")
#: Heads of columns and labels of rows that mean the whole.
TOTALS = frozenset(("合计", "小计", "总计", "金额", "共计", "本年合计", "本年总计"))
_LONGEST = 40
_TOTAL = re.compile(r"(?<=..)(?:合计|小计|总计)$")
_QUOTES = str.maketrans("", "", "“”\"'‘’")
# 1 234.50, 1234 .50, 1234. 50: one number that print set wide.
_WIDE = re.compile(r"[-－]?(?:\d{1,3}(?: \d{3})+(?:[.．]\d+)?|\d[\d,，]*(?: [.．]|[.．] )\d\d)")


def close(cell: str) -> str:
    """What a cell says, a number without the blanks inside it."""
    return cell.replace(" ", "") if " " in cell and _WIDE.fullmatch(cell) else cell


class TableWords:
    """Which kind of column a head announces."""

    def __init__(self, lexicon: Lexicon) -> None:
        rows: dict[str, list[str]] = {}
        for row in lexicon.rows("tables"):
            rows.setdefault(row["kind"], []).append(row["words"])
        self._patterns: dict[Kind, re.Pattern[str]] = {kind: re.compile("|".join(rows[kind])) for kind in KINDS}
        self._known: dict[str, Kind | None] = {}
        self.readings = lexicon.readings
        self.parents = {row["name"]: row["parent"] for row in lexicon.rows("terms") if row["parent"]}

    def kind(self, head: str) -> Kind | None:
        """The kind of column that ``head`` (one cell, blanks left out) announces; the narrowest words first."""
        if head not in self._known:
            self._known[head] = self._read(head)
        return self._known[head]

    def says(self, head: str) -> bool:
        """Whether ``head`` announces or names anything."""
        bare = _TOTAL.sub("", head.translate(_QUOTES))
        return head in TOTALS or self.kind(head) is not None or head in self.readings or bare in self.readings

    def _read(self, head: str) -> Kind | None:
        if not head or len(head) > _LONGEST:
            return None
        return next((kind for kind in _ORDER if self._patterns[kind].search(head)), None)


#: 实际完成指标值 is no target, 年度指标值 holds no years, 项目编号 no numbers of rows, 项目资金金额 no names.
_ORDER: tuple[Kind, ...] = (
    "done", "target", "indicator", "score", "text", "owner", "name", "code", "number", "year", "rate", "count",
    "measure",
)  # fmt: skip


@lru_cache(maxsize=4)
def _words_of(lexicon: Lexicon) -> TableWords:
    return TableWords(lexicon)


def table_words(lexicon: Lexicon | None = None) -> TableWords:
    """The words of ``lexicon`` (the shipped one by default), read at first use."""
    return _words_of(lexicon or default())
