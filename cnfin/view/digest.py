"""What a reader asks of a document first: who, when, how much, 三公, why, what is wrong with it, what contradicts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from cnfin.completeness import Completeness, Status, completeness
from cnfin.document import Account, Document, Finding, Identity, Sentence
from cnfin.ledger import ledger
from cnfin.messages import marked
from cnfin.view import accounts
from cnfin.view.accounts import Row

#: A reason belongs to the line that a sentence so many sentences before it spoke of last.
_NEAR = 3


class Quote(msgspec.Struct, frozen=True, gc=False):
    """A sentence of the document, to be quoted and linked to.

    Attributes:
        start, end: its span.
        text: the sentence on one line.
        section: titles of the headings above, outermost first.
        page: its page, or None.
        subjects: the budget lines it speaks of, or that the sentence before it spoke of.
    """

    start: int
    end: int
    text: str
    section: tuple[str, ...]
    page: int | None
    subjects: frozenset[str] = frozenset()


class Digest(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A document in brief.

    Attributes:
        name, identity: the document's.
        characters, sentences, facts: how much there is.
        rows: all lines of its accounts.
        totals, parts, sangong, largest: those that matter most.
        reasons, problems, measures: the sentences with a role.
        findings: where the document contradicts itself, in document order.
        quotes: for each finding the sentence it stands in.
        complete: which of the parts that it must have are there.
    """

    name: str
    identity: Identity
    characters: int
    sentences: int
    facts: int
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    parts: tuple[Row, ...]
    sangong: tuple[Row, ...]
    largest: tuple[Row, ...]
    reasons: tuple[Quote, ...]
    problems: tuple[Quote, ...]
    measures: tuple[Quote, ...]
    findings: tuple[Finding, ...]
    quotes: tuple[Quote | None, ...]
    complete: Completeness

    @property
    def headline(self) -> list[Row]:
        """The widest total of each side."""
        sides: dict[str | None, Row] = {}
        for row in self.totals:
            sides.setdefault(row.flow, row)
        return list(sides.values())

    @property
    def unknown(self) -> list[str]:
        """What of who, where, when and what the document does not say."""
        identity = self.identity
        asked = {
            marked("unit"): identity.unit, marked("province"): identity.province, marked("year"): identity.year,
            marked("kind"): identity.kind,
        }  # fmt: skip
        return [name for name, found in asked.items() if not found]

    def parts_with(self, *statuses: Status) -> list[str]:
        """The required parts that are there in one of these ways."""
        return [part.part for part in self.complete.parts if part.status in statuses]

    @property
    def errors(self) -> int:
        """Findings that leave no doubt."""
        return sum(finding.severity == "error" for finding in self.findings)

    def why(self) -> list[tuple[list[str], Quote]]:
        """The reasons that the document gives for 三公经费 and its items: which of these, and the sentence."""
        names = [row.line for row in self.sangong]
        told = (([name for name in names if name in quote.subjects], quote) for quote in self.reasons)
        return [(lines, quote) for lines, quote in told if lines]


def digest(document: Document, findings: Sequence[Finding]) -> Digest:
    """The document in brief.

    Args:
        document: tagged with facts and roles.
        findings: what :func:`cnfin.audit.audit` found in it.
    """
    facts = [fact for sentence in document.sentences for fact in sentence.facts]
    found = accounts.rows(ledger(document, derive=True), document.identity, facts)
    roles: dict[str, list[Quote]] = {"原因说明": [], "问题": [], "改进措施": []}
    for sentence, subjects in _spoken_of(document):
        for role in sentence.roles:
            roles[role].append(quote(document, sentence, subjects))
    starts = [sentence.start for sentence in document.sentences]
    return Digest(
        name=document.name, identity=document.identity, characters=len(document.text),
        sentences=len(document.sentences), facts=len(facts),
        rows=tuple(found), totals=tuple(accounts.totals(found)), parts=tuple(accounts.parts(found)),
        sangong=tuple(accounts.sangong(found)), largest=tuple(accounts.largest(found)),
        reasons=tuple(roles["原因说明"]), problems=tuple(roles["问题"]), measures=tuple(roles["改进措施"]),
        findings=tuple(findings), quotes=tuple(_around(document, starts, finding.start) for finding in findings),
        complete=completeness(document),
    )  # fmt: skip


def quote(document: Document, sentence: Sentence, subjects: frozenset[str] = frozenset()) -> Quote:
    """A sentence with where it stands."""
    text = "".join(document.text[sentence.start : sentence.end].split("\n"))
    return Quote(
        sentence.start, sentence.end, " ".join(text.split()), tuple(document.path(sentence.section)),
        sentence.page, subjects,
    )  # fmt: skip


def _around(document: Document, starts: Sequence[int], offset: int) -> Quote | None:
    place = bisect_right(starts, offset) - 1
    return quote(document, document.sentences[place]) if place >= 0 else None


def _spoken_of(document: Document) -> Iterator[tuple[Sentence, frozenset[str]]]:
    """Each sentence with the lines it speaks of; one that names none goes on about those before it."""
    last: frozenset[str] = frozenset()
    section, age = -1, 0
    for sentence in document.sentences:
        own = frozenset(fact.subject for fact in sentence.facts if fact.subject and fact.scheme) or frozenset(
            span.name for span in sentence.spans if isinstance(span, Account)
        )
        if own:
            last, section, age = own, sentence.section or -1, 0
        else:
            age += 1
        near = age <= _NEAR and section == (sentence.section or -1)
        yield sentence, own or (last if near else frozenset())
