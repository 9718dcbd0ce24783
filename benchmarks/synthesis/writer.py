"""A page that is written with marks, and the gold that follows from the marks.

Writing code puts one private character into its text for every span; :meth:`Page.finish` puts the spans' own
text in their place, so that offsets, facts and roles are known by construction and nothing is ever searched for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Gold = dict[str, Any]
MARK = 0xF0000  # first private character that stands for a span
ROLES = {"\ue001": "原因说明", "\ue002": "问题", "\ue003": "改进措施"}
ROLE_END = "\ue00f"
FINDING = 0x100000  # first private character that opens a planted contradiction
FINDING_END = "\ue010"
_SPECIAL = re.compile("[\U000f0000-\U0010fffd\ue001-\ue010]")
_SENTENCE_END = re.compile(r"[。！？；!?;]+[”’』」）)\]】》\"']*")


@dataclass(frozen=True)
class Subject:
    """What a figure is said of: canonical name, official code, scheme."""

    name: str | None
    code: str | None = None
    scheme: str | None = None


@dataclass
class Mark:
    """The text of a span, its gold fields, and the facts said of it."""

    text: str
    fields: Gold
    facts: list[Gold] = field(default_factory=list)


class Page:
    """Lines with marks. Text goes in through :meth:`line`; :meth:`finish` gives plain text and gold."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._marks: list[Mark] = []
        self._notes: list[tuple[str, str]] = []

    def line(self, text: str = "") -> None:
        """Write one line."""
        self._lines.append(text)

    def mark(self, text: str, fields: Gold, *facts: Gold) -> str:
        """Register a span and give the character that stands for it."""
        self._marks.append(Mark(text, fields, list(facts)))
        return chr(MARK + len(self._marks) - 1)

    def finding(self, text: str, check: str, note: str) -> str:
        """``text`` as a planted contradiction."""
        self._notes.append((check, note))
        return f"{chr(FINDING + len(self._notes) - 1)}{text}{FINDING_END}"

    @staticmethod
    def role(text: str, role: str) -> str:
        """``text`` as a stretch that gives its sentence the role."""
        sign = next(key for key, value in ROLES.items() if value == role)
        return f"{sign}{text}{ROLE_END}"

    def finish(self) -> tuple[str, list[Gold]]:
        """The text, and its ``sent``, ``span``, ``fact`` and ``finding`` lines."""
        source = "\n".join(self._lines) + "\n"
        pieces: list[str] = []
        spans: list[tuple[int, int, Mark]] = []
        roles: list[tuple[int, int, str]] = []
        findings: list[Gold] = []
        open_role, open_finding = ("", 0), (0, 0)
        position = last = 0
        for match in _SPECIAL.finditer(source):
            pieces.append(source[last : match.start()])
            position += match.start() - last
            last = match.end()
            sign = match.group()
            if sign in ROLES:
                open_role = (ROLES[sign], position)
            elif sign == ROLE_END:
                roles.append((open_role[1], position, open_role[0]))
            elif sign == FINDING_END:
                check, note = self._notes[open_finding[0]]
                findings.append(
                    {"t": "finding", "check": check, "start": open_finding[1], "end": position, "note": note}
                )
            elif ord(sign) >= FINDING:
                open_finding = (ord(sign) - FINDING, position)
            else:
                mark = self._marks[ord(sign) - MARK]
                pieces.append(mark.text)
                spans.append((position, position + len(mark.text), mark))
                position += len(mark.text)
        text = "".join((*pieces, source[last:]))
        return text, _sentence_lines(text, spans, roles) + findings


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence as the annotation contract defines them."""
    found = []
    position = 0
    for line in text.split("\n"):
        start = position
        for cut in [position + m.end() for m in _SENTENCE_END.finditer(line)] + [position + len(line)]:
            piece = text[start:cut]
            body = piece.strip()
            if body:
                lead = len(piece) - len(piece.lstrip())
                found.append((start + lead, start + lead + len(body)))
            start = cut
        position += len(line) + 1
    return found


def _sentence_lines(text: str, spans: list[tuple[int, int, Mark]], roles: list[tuple[int, int, str]]) -> list[Gold]:
    bounds = sentences(text)
    starts = [start for start, _ in bounds]
    named: list[list[str]] = [[] for _ in bounds]
    for start, end, role in roles:
        number = bisect_right(starts, start) - 1
        while number < len(bounds) and bounds[number][0] < end:
            if bounds[number][1] > start and role not in named[number]:
                named[number].append(role)
            number += 1
    lines: list[Gold] = []
    waiting = iter(spans)
    span = next(waiting, None)
    for (start, end), found in zip(bounds, named, strict=True):
        ordered = [role for role in ROLES.values() if role in found]
        lines.append({"t": "sent", "start": start, "end": end, "roles": ordered})
        while span is not None and span[0] < end:
            place = {"start": span[0], "end": span[1]}
            label = {"t": "span", "label": span[2].fields["label"], **place, "text": span[2].text}
            lines.append(label | span[2].fields)
            lines.extend({"t": "fact", **place, **fact} for fact in span[2].facts)
            span = next(waiting, None)
    return lines


def plain_number(value: Decimal) -> int | float:
    """A JSON number that prints the exact decimal."""
    return int(value) if value == value.to_integral_value() else float(value)
