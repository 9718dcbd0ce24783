"""Subordinate units: a line that a list or a heading states for one of them is not the whole unit's."""

from __future__ import annotations

import re

from cnfin.facts.words import Words
from cnfin.marks import LOOSE

#: What ends before the name of a unit.
_PIECES = re.compile(r"[，,；;、：:。（）()\s]|其中|包括|\d年度?")
#: Right behind these no name ends.
_STOPS = frozenset("，,；;、：:。（）() \n\t")
#: What the name of a unit of the same government begins with: 县图书馆.
OF_PLACES = frozenset("省市州盟县区旗镇乡局委厅")
_MARK = re.compile(rf"^\s*(?:{LOOSE}+|[①-⑳])\s*")


class Bodies:
    """Reads the names of subordinate units in a document of ``unit``."""

    def __init__(self, text: str, unit: str | None, words: Words) -> None:
        self.text = text
        self.unit = unit or ""
        self.words = words

    def before(self, start: int, line: int, listed: bool) -> str | None:
        """The subordinate unit whose name ends where a line's begins, behind ``start``.

        Where no list of parts is being given, only a word like 下属 or 本级, or a name like 县医院 where the document's
        own is known, tells a unit of the body from any other office.
        """
        if line <= start or self.text[line - 1] in _STOPS:
            return None
        match = self.words.as_body(_PIECES.split(self.text[start:line])[-1])
        told = match and (listed or match["below"] or match["name"].endswith("本级") or self._near(match["name"]))
        return self._named(match) if match and told else None

    def _near(self, name: str) -> bool:
        """Whether a unit is named by its level alone, as those of the same government are."""
        return bool(self.unit) and name[0] in OF_PLACES

    def titled(self, title: str) -> str | None:
        """The subordinate unit that a heading is the name of."""
        match = self.words.as_body(_MARK.sub("", title).rstrip("：:"))
        return self._named(match) if match else None

    def named(self, subject: str) -> str | None:
        """The unit in a free subject that is nothing but a unit and 支出, 收入 … (县第一中学支出)."""
        match = self.words.as_body(self.words.of_body.sub("", subject))
        return self._named(match) if match else None

    def _named(self, match: re.Match[str]) -> str | None:
        name = match["name"]
        own = self.unit and (self.unit.endswith(name) or name.endswith(self.unit))
        return None if own else name
