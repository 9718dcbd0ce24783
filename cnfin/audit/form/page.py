"""A document as the form checks see it: its text by sentences, and the words of the table ``form.tsv``."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate

from cnfin.document import Check, Document, Finding, Sentence, Severity
from cnfin.lexicon import Lexicon

_NEVER = re.compile(r"(?!)")


class Words:
    """The words of ``form.tsv`` by kind."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.pairs: list[tuple[str, str]] = []
        self._words: dict[str, list[str]] = {}
        for row in lexicon.rows("form"):
            if row["other"]:
                self.pairs.append((row["word"], row["other"]))
            self._words.setdefault(row["kind"], []).append(row["word"])
        self.organs = _any({row["suffix"] for row in lexicon.rows("organs") if row["suffix"]})

    @lru_cache(maxsize=64)  # noqa: B019 - few kinds, and the words live as long as the lexicon
    def any(self, kind: str) -> str:
        """A pattern's text for any word of a kind, the longest first."""
        return _any(self._words.get(kind, ()))

    @lru_cache(maxsize=64)  # noqa: B019
    def pattern(self, kind: str) -> re.Pattern[str]:
        """The same as a pattern; of a kind without words one that fits nowhere."""
        return re.compile(self.any(kind)) if self._words.get(kind) else _NEVER


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@lru_cache(maxsize=8)
def _words_of(lexicon: Lexicon) -> Words:
    return Words(lexicon)


class Page:
    """A document with its words.

    Args:
        document: the tagged document, with facts.
        words: those of ``form.tsv``.
        lexicon: the names of lines.
    """

    def __init__(self, document: Document, words: Words, lexicon: Lexicon) -> None:
        self.document, self.words, self.lexicon = document, words, lexicon
        self.text = document.text
        self._starts = [sentence.start for sentence in document.sentences]
        self._prose: dict[int, bool] = {}

    def matches(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Sentence]]:
        """Where a pattern fits within a sentence, with the sentence; text outside all sentences is passed over."""
        for match in pattern.finditer(self.text):
            place = bisect_right(self._starts, match.start()) - 1
            if place >= 0 and match.start() < self.document.sentences[place].end:
                yield match, self.document.sentences[place]

    def said(self, sentence: Sentence) -> str:
        """A sentence's text."""
        return self.text[sentence.start : sentence.end]

    def line(self, place: int) -> str:
        """The line of the text that an offset stands in."""
        end = self.text.find("\n", place)
        return self.text[self.text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(self.text)]

    def prose(self, sentence: Sentence) -> bool:
        """Whether a sentence is running text: no heading, no cell or row of a table."""
        known = self._prose.get(sentence.start)
        if known is None:
            inside = sentence.heading or sentence.table is not None or self._in_table(sentence.start)
            known = self._prose[sentence.start] = not inside and "\t" not in self.said(sentence)
        return known

    def within(self, start: int, end: int) -> Sequence[Sentence]:
        """The sentences that begin within a stretch of the text."""
        return self.document.sentences[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _in_table(self, place: int) -> bool:
        before = bisect_right(self._tables, (place, len(self.text))) - 1
        return before >= 0 and place < self._tables[before][1]

    @cached_property
    def economic(self) -> frozenset[str]:
        """The codes of the economic classification."""
        return frozenset(code for lines in self.lexicon.economic.values() for code, *_ in lines if code)

    @cached_property
    def _tables(self) -> list[tuple[int, int]]:
        """Where tables begin, in order, and the end of the last cell up to there."""
        extents = sorted(
            (rows[0][0].start, max(cell.end for cell in rows[-1]))
            for rows in (table.rows for table in self.document.tables) if rows and rows[0]
        )  # fmt: skip
        ends = accumulate((end for _, end in extents), max)
        return [(start, end) for (start, _), end in zip(extents, ends, strict=True)]


def page_of(document: Document, lexicon: Lexicon) -> Page:
    """The page of a document under a lexicon."""
    return Page(document, _words_of(lexicon), lexicon)


def finding(
    check: Check,
    start: int,
    end: int,
    note: str,
    severity: Severity = "error",
    evidence: Iterable[tuple[int, int]] = (),
) -> Finding:
    """A finding that compares no numbers."""
    return Finding(
        check=check, start=start, end=end, stated=None, expected=None, tolerance=None, note=note,
        evidence=tuple(evidence), severity=severity,
    )  # fmt: skip
