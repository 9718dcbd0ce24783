"""Forms that reached the text one cell a line: a line with a label, the next line its value."""

from __future__ import annotations

import re

from cnfin.document import Account, Amount, Identity, Sentence, Value
from cnfin.facts.found import Found, Subject, of_account
from cnfin.facts.labels import Column, Labels, stated
from cnfin.facts.words import Words

#: Longer lines are prose.
_LONGEST = 40
_NAME = re.compile(r"(?:项目|专项)(?:（专项）)?名称[:：]?$")


class Forms:
    """The label lines of a form, until prose comes."""

    def __init__(self, text: str, identity: Identity, words: Words) -> None:
        self.text = text
        self.labels = Labels(identity, words)
        self.year = identity.year
        self.project: Subject | None = None
        self._unread: list[Sentence] = []
        self._open = False
        self._named = False
        self._column: Column | None = None
        self._label = ""
        self._account: Account | None = None

    def line(self, sentence: Sentence) -> None:
        """Note a line without values; it is read when a line that is nothing but a value asks for it."""
        self._unread.append(sentence)

    def _read(self, sentence: Sentence) -> None:
        text = self.text[sentence.start : sentence.end].strip(" \t\u3000|")
        if len(text) > _LONGEST or "。" in text or "；" in text or ";" in text:
            self._open = self._named = False
            self._column = self.project = None
            return
        if self._named:
            name = text.removesuffix("项目") if len(text) > 4 else text
            self.project = Subject(name, None, "项目", (sentence.start, sentence.end))
        self._named = "名称" in text[-3:] and _NAME.search(text) is not None
        self._open = self._open or self._named
        self._label = "" if self._named else text
        accounts = [span for span in sentence.spans if type(span) is Account] if sentence.spans else ()
        self._account = accounts[0] if len(accounts) == 1 else None

    def _catch_up(self) -> None:
        for sentence in self._unread:
            self._read(sentence)
        self._unread.clear()

    @property
    def carried(self) -> bool:
        """Whether the line above was a 科目 alone."""
        self._catch_up()
        return bool(self._label) and self._account is not None

    def value(self, span: Value, project: Subject | None) -> Found | None:
        """The fact of a line that is nothing but ``span``; only the line right above it can name it.

        ``project`` is what the text above speaks of.
        """
        self._catch_up()
        label, self._label = self._label, ""
        if not (self._open and label) or span.bound is not None:
            return None
        if self._account is not None:
            known = self._column if isinstance(span, Amount) else None
            return stated(span, of_account(self._account), known, self.year) if known else None
        column = self.labels.column(label)
        if column is None:
            return None
        column = column if column.measure else column._replace(measure=self.labels.default)
        self._column = column
        return stated(span, self.project or project, column, column.year or self.year)
