"""Which body a figure is of: the one that a heading names, that of the page before where a page begins amid a
sentence, or the whole unit where a sentence says so."""

from __future__ import annotations

import re

from cnfin.audit.structure import Structure
from cnfin.document import Document, Fact, Sentence

#: A text that begins with a figure goes on with what another page said.
_AMID = re.compile(r"\s*(?:[，、,)）]|[\d.,，]+\s*(?:[万亿]?元|[%％]))")
_BEFORE = "前页"


class Bodies:
    """What headings, and the beginning of the text, say of whose figures follow."""

    def __init__(self, document: Document, structure: Structure) -> None:
        self._document = document
        self._words = structure.words("entity")
        self._bodies: dict[int | None, str] = {None: ""}
        unit = document.identity.unit
        self._self = re.compile(structure.words("self").pattern + (f"|{re.escape(unit)}" if unit else ""))
        self._amid = _AMID.match(document.text) is not None

    def of(self, sentence: Sentence, line: int) -> str:
        """本级, 汇总 … for the figures of a sentence in the paragraph ``line``, else ""."""
        if self._amid and line == 0:
            return _BEFORE
        return self._titled(sentence.section)

    def whole(self, sentence: Sentence, fact: Fact) -> bool:
        """Whether the words before a sum say that it is the whole unit's, whatever project was spoken of."""
        if fact.owner is None or fact.scheme == "项目":
            return False
        return self._self.search(self._document.text, sentence.start, fact.start) is not None

    def _titled(self, section: int | None) -> str:
        if section not in self._bodies:
            heading = self._document.sections[section]  # type: ignore[index]
            found = self._words.search(heading.title)
            self._bodies[section] = found[0] if found else self._titled(heading.parent)
        return self._bodies[section]
