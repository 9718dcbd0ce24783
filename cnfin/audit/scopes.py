"""Whose money a figure is: its 口径, the project it belongs to, and the body a heading names."""

from __future__ import annotations

from cnfin.audit.structure import SUMS, Structure, subject
from cnfin.document import Document, Fact, Sentence

#: After a project's budget and within this many code points, 全年支出 is what the project spent.
_PLAIN_TOTALS = frozenset(("本年支出合计", "本年收入合计"))
_WORDS = 20
#: How far apart, in code points, the rows of one project's table stand.
_ROWS = 120
_ALL = "全口径"
#: What a line of the functional classification is divided into.
_DIVISIONS = frozenset(("支出", "经济分类"))


class Carried:
    """What a reader carries along: the project spoken of and the total whose parts are being given."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._owner: str | None = None
        self._end = 0
        self._carried = ("", -1)
        self._divided = ("", -1)

    def owner(self, fact: Fact) -> str | None:
        """The project whose sums a fact gives; a table's 财政拨款 and 其他资金 rows belong to the project above."""
        if fact.scheme == "项目":
            self._owner, self._end = fact.subject, fact.end
        elif fact.measure in SUMS:
            row = self._structure.rows("project")[0]
            apart = fact.start - self._end
            spent = fact.subject in _PLAIN_TOTALS and apart < _WORDS
            if not spent and (fact.subject not in row.parts + row.optional or apart > _ROWS):
                self._owner = None
            self._end = fact.end
        return self._owner if fact.measure in SUMS or fact.scheme == "项目" else None

    def scope(self, fact: Fact, line: int, heading: str) -> str:
        """The 口径 of the total that the line announced before, else that of the heading."""
        carrier = self._structure.parts("carrier").get(fact.subject or "")
        if carrier and fact.measure in SUMS:
            # 本年支出合计 under 政府性基金 … is that of the heading.
            own = heading if carrier[0] == _ALL and heading else carrier[0]
            self._carried = (own, line)
        elif fact.scheme == "功能分类":
            if fact.measure in SUMS:
                self._divided = (subject(fact.subject, fact.code), line)
        elif fact.scheme in _DIVISIONS and self._divided[1] == line:
            # 小学教育A，其中：基本支出B: a part of that line, not of the whole.
            return self._divided[0]
        return self._carried[0] if self._carried[1] == line else heading


class Headings:
    """What headings and table titles say about the figures under them."""

    def __init__(self, document: Document, structure: Structure) -> None:
        self._document = document
        self._structure = structure
        self._scopes: dict[int | None, str] = {None: ""}
        self._bodies: dict[int | None, str] = {None: ""}

    def scope(self, sentence: Sentence) -> str:
        if sentence.table is not None:
            found = self._scope(self._document.tables[sentence.table].title)
            if found:
                return found
        return self._climb(sentence.section)

    def _climb(self, section: int | None) -> str:
        if section not in self._scopes:
            heading = self._document.sections[section]  # type: ignore[index]
            self._scopes[section] = self._scope(heading.title) or self._climb(heading.parent)
        return self._scopes[section]

    def body(self, section: int | None) -> str:
        if section not in self._bodies:
            heading = self._document.sections[section]  # type: ignore[index]
            found = self._structure.words("entity").search(heading.title)
            self._bodies[section] = found[0] if found else self.body(heading.parent)
        return self._bodies[section]

    def _scope(self, title: str) -> str:
        rows = self._structure.rows("scope")
        return next((row.whole for row in rows if any(word in title for word in row.parts)), "")

    def named(self, name: str) -> str:
        """The 口径 that the subject's own name gives (财政拨款支出, 一般公共预算财政拨款基本支出 …)."""
        scope = self._scope(name)
        return "" if scope == _ALL else scope
