"""The audit as a report to read: documents one below the other, a finding with its arithmetic and its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import msgspec

from cnfin.messages import language, translations
from cnfin.records import FindingRecord
from cnfin.view import terms
from cnfin.view.terminal import clean, place


class Text:
    """Takes findings as JSON Lines and writes them for people, in the language that is spoken."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = msgspec.json.Decoder(FindingRecord)
        self._doc: str | None = None
        self._number = 0

    def write(self, lines: bytes) -> None:
        """Write some findings."""
        for finding in self._decoder.decode_lines(lines):
            self._stream.write("".join(f"{line}\n" for line in self._told(finding)).encode("utf-8", "replace"))

    def _told(self, finding: FindingRecord) -> Iterator[str]:
        lang = language()
        say = translations(lang).gettext
        if finding.doc != self._doc:
            if self._doc is not None:
                yield ""
            self._doc, self._number = finding.doc, 0
            told = (finding.unit, finding.fiscal_year, finding.kind, finding.doc)
            yield clean("  ".join(str(part) for part in told if part is not None))
        self._number += 1
        sure = say("certain") if finding.severity == "error" else say("doubtful")
        dimensions = (finding.subject, finding.measure, finding.year, finding.flow, finding.funds, finding.division)
        about = " · ".join(str(part) for part in (*dimensions, finding.owner) if part is not None)
        yield clean(f"{self._number}. {terms.check(finding.check, lang)} ({sure}) {finding.text}  {about}".rstrip())
        yield f"   {clean(finding.note)}"
        section = finding.section.rpartition(" / ")[2]
        yield f"   {place((section,) if section else (), finding.page, say)}{clean(finding.sentence)}"
        if finding.evidence:
            of = say("Computed from")
            yield f"   {of} {clean('，'.join(each.text for each in finding.evidence))}"

    def close(self) -> None:
        """Nothing is held back."""
