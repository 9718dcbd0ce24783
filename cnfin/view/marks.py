"""Text with what was found in it, as HTML: what comes from the document is escaped here.

A mark is a stretch that something was found in: a span, a fact's value, a finding, a place that
evidence or a list links to. Marks nest; where two cross, the later one is cut.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from markupsafe import Markup, escape

from cnfin.document import Account, AnySpan, Document, Explanation, Fact, Finding, Period
from cnfin.messages import marked
from cnfin.view.figures import money, number

#: The letter of each label in class names and in the legend.
LETTERS = {"科目": "k", "金额": "j", "百分比": "b", "数量": "s", "年度": "y", "文号": "w"}
_LABELS = {"Account": "科目", "Amount": "金额", "Percentage": "百分比", "Count": "数量",
           "Period": "年度", "DocumentNumber": "文号"}  # fmt: skip
_WRAP = re.compile(r"[ \t\u3000]*(?:\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])[ \t\u3000]*")
_ASCII = re.compile(r"[!-~]")
#: Characters that turn the direction of text or hide in it: shown as what they are.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f-\x9f]")

Words = Callable[[str], str]
#: What a fact's lines are called, in this order: base, flow, funds, division, owner, table.
_TOLD = (
    marked("against"), marked("side"), marked("money"), marked("part"), marked("whose"), marked("table")
)  # fmt: skip


class Mark(msgspec.Struct, gc=False):
    """A stretch of text and what was found there."""

    start: int
    end: int
    span: AnySpan | None = None
    facts: list[Fact] = []
    findings: list[int] = []
    linked: bool = False


def label_of(span: AnySpan) -> str:
    """The span's label in the annotation contract."""
    return _LABELS[type(span).__name__]


def anchor(start: int, end: int) -> str:
    """The name that links to a stretch of text use."""
    return f"c{start}-{end}"


class Marks:
    """All marks of a document, ready to be written out for any stretch of it.

    Args:
        document: the document.
        findings: its findings; a mark knows them by their number.
        links: further stretches that something on the page links to.
        explained: the reason of each fact, by the fact.
        words: translates what a person reads.
    """

    def __init__(
        self,
        document: Document,
        findings: Sequence[Finding],
        links: Iterable[tuple[int, int]],
        explained: dict[tuple[int, int], list[Explanation]],
        words: Words,
    ) -> None:
        self.text, self._explained, self._say = document.text, explained, words
        found: dict[tuple[int, int], Mark] = {}

        def at(start: int, end: int) -> Mark:
            if (start, end) not in found:
                found[start, end] = Mark(start, end)
            return found[start, end]

        for sentence in document.sentences:
            for span in sentence.spans:
                at(span.start, span.end).span = span
            for fact in sentence.facts:
                at(fact.start, fact.end).facts.append(fact)
        for index, finding in enumerate(findings):
            at(finding.start, finding.end).findings.append(index)
            for start, end in finding.evidence:
                at(start, end).linked = True
        for start, end in links:
            at(start, end).linked = True
        self._marks = sorted(
            (mark for mark in found.values() if mark.start < mark.end), key=lambda mark: (mark.start, -mark.end)
        )
        self._starts = [mark.start for mark in self._marks]

    def html(self, start: int, end: int) -> Markup:
        """The stretch with its marks; a mark that reaches out of it is cut."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        parts: list[str] = []
        self._nested(self._marks[first:last], start, end, parts)
        return Markup("".join(parts))

    def within(self, start: int, end: int) -> Iterator[Mark]:
        """The marks that begin in the stretch."""
        return iter(self._marks[bisect_left(self._starts, start) : bisect_left(self._starts, end)])

    def _nested(self, marks: Sequence[Mark], start: int, end: int, parts: list[str]) -> None:
        at, number = start, 0
        while number < len(marks):
            mark = marks[number]
            stop = min(mark.end, end)
            if mark.start < at or stop <= mark.start:
                number += 1  # crosses the one before: it was cut away
                continue
            parts.append(plain(self.text[at : mark.start]))
            inside = number + 1
            while inside < len(marks) and marks[inside].start < stop:
                inside += 1
            opening, closing = self._tags(mark)
            parts.append(opening)
            self._nested(marks[number + 1 : inside], mark.start, stop, parts)
            parts.append(closing)
            at, number = stop, inside
        parts.append(plain(self.text[at:end]))

    def _tags(self, mark: Mark) -> tuple[str, str]:
        classes = [LETTERS[label_of(mark.span)]] if mark.span is not None else []
        tip = self._tip(mark)
        if mark.facts:
            classes.append("f")
        if mark.findings:
            classes.append("x")
        attributes = f' id="{anchor(mark.start, mark.end)}"' if mark.linked or mark.findings else ""
        if classes:
            attributes += f' class="{" ".join(classes)}"'
        # Ways to a value by keyboard: those that say something, not every word that was recognised.
        if mark.facts or mark.findings:
            attributes += " tabindex=0"
        notes = "".join(f'<a class=n href="#finding-{index + 1}">{index + 1}</a>' for index in mark.findings)
        return f"<mark{attributes}>", f"{tip}</mark>{notes}"

    def _tip(self, mark: Mark) -> str:
        lines: list[str] = []
        reasons = self._explained.get((mark.start, mark.end), [])
        for index, fact in enumerate(mark.facts):
            lines += self._fact_lines(fact, reasons[index] if index < len(reasons) else None)
        if not mark.facts and mark.span is not None:
            lines += self._span_lines(mark.span)
        return f"<span class=t role=tooltip>{'<br>'.join(lines)}</span>" if lines else ""

    def _fact_lines(self, fact: Fact, why: Explanation | None) -> Iterator[str]:
        name = fact.subject or self._say("no subject")
        codes = " ".join(part for part in (fact.code, fact.scheme) if part)
        yield f"<b>{escape(name)}</b>" + (f" {escape(codes)}" if codes else "")
        value = money(fact.value) if fact.unit == "万元" else number(fact.value)
        year = f" {fact.year}" if fact.year else ""
        yield f"{escape(self._say(fact.measure))}{year}: <b>{escape(value)} {escape(fact.unit)}</b>"
        pairs = zip(_TOLD, (fact.base, fact.flow, fact.funds, fact.division, fact.owner, fact.table), strict=True)
        for word, what in pairs:
            if what:
                yield f"{escape(self._say(word))}: {escape(what)}"
        if why is not None:
            used = "，".join(dict.fromkeys(self.text[start:end][:24] for start, end in why.spans))
            rule = self._say("rule")  # apart: only from Python 3.12 on are words in an f-string found for the catalogue
            yield f"{escape(rule)}: {escape(why.rule)}" + (f" ← {escape(used)}" if used else "")

    def _span_lines(self, span: AnySpan) -> Iterator[str]:
        if isinstance(span, Account) and (span.code or span.name != span.text):
            yield f"<b>{escape(span.name)}</b> {escape(span.code or '')} {escape(span.scheme)}"
        elif isinstance(span, Period) and (span.date or str(span.year) not in span.text):
            yield escape(span.date or str(span.year))


def plain(text: str) -> str:
    """Text of the document as HTML: escaped, wraps taken out, what is hidden in it shown."""
    if _HIDDEN.search(text):
        text = _HIDDEN.sub(_shown, text)
    if "\n" in text or "\r" in text or _WRAP.search(text):
        text = _WRAP.sub(lambda match: _between(text, match), text)
    return str(escape(text))


def _shown(match: re.Match[str]) -> str:
    return "" if match[0] in "\u200b\ufeff" else "\ufffd"


def _between(text: str, match: re.Match[str]) -> str:
    """A wrap between two Latin words was a blank; between Chinese characters it was nothing."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return " " if _ASCII.match(before) and _ASCII.match(after) else ""
