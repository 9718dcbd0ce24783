"""The told parts of a document: the headings that open them, and what stands under these."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from cnfin.completeness.parts import Place, Requirement, Requirements, Status
from cnfin.document import Document, Section, section_paths

#: A body shorter than this may only say that there is nothing, or that it stands elsewhere.
_SHORT = 120
#: A body needs this many Chinese characters or digits to say anything.
_LEAST = 4
_SAYS = re.compile(r"[\u4e00-\u9fff\d]")
_FIGURE = re.compile(r"[1-9]")
_RANK: tuple[Status, ...] = ("present", "noted", "elsewhere", "empty")


def found_texts(document: Document, wanted: Sequence[Requirement], rules: Requirements) -> dict[str, Place]:
    """The place of each told part that is there."""
    ends = _ends(document)
    paths = section_paths(document.sections)
    aside = {number for number, path in enumerate(paths) if rules.words("aside").search(" ".join(path))}
    found: dict[str, Place] = {}
    for row in wanted:
        if row.group == "text":
            own = rules.words("aside").search(row.name) is not None
            places = [*_headed(document, row, rules, ends, paths), *_said(document, row, () if own else aside)]
            if places:
                # Of several headings the one with the most under it; in doubt the first.
                found[row.name] = min(places, key=lambda place: _RANK.index(place.status))
    return found


def _ends(document: Document) -> list[int]:
    """Where what stands under each section ends: at the next heading of its level or above."""
    ends = [len(document.text)] * len(document.sections)
    still_open: list[int] = []
    for number, section in enumerate(document.sections):
        while still_open and document.sections[still_open[-1]].level >= section.level:
            ends[still_open.pop()] = section.start
        still_open.append(number)
    return ends


def _headed(
    document: Document, row: Requirement, rules: Requirements, ends: Sequence[int], paths: Sequence[Sequence[str]]
) -> Iterator[Place]:
    inside = rules.words("inside")
    for section, end, path in zip(document.sections, ends, paths, strict=True):
        *above, title = path
        # （1）总体情况 under 一般公共预算 … is that part's.
        other = any(inside.search(each) and row.without.search(each) for each in above)
        if row.headings.search(title) and not row.without.search(title) and not other:
            yield Place(_status(document, section, end, rules), section.start, section.end)


def _status(document: Document, section: Section, end: int, rules: Requirements) -> Status:
    body = _body(document, section, end)
    if len(_SAYS.findall(body)) < _LEAST:
        return "empty"
    if len(body) <= _SHORT:
        if rules.words("elsewhere").search(body):
            return "elsewhere"
        if rules.words("nothing").search(body) and not _FIGURE.search(re.sub(r"20\d\d年|[（(]?\d[）)、.]", "", body)):
            return "noted"
    return "present"


def _body(document: Document, section: Section, end: int) -> str:
    """What stands under a heading, the headings below it left out."""
    sections = document.sections
    place, parts = section.end, []
    for number in range(bisect_left(sections, section.end, key=lambda other: other.start), len(sections)):
        other = sections[number]
        if other.start >= end:
            break
        parts.append(document.text[place : other.start])
        place = other.end
    return "".join((*parts, document.text[place:end])).strip()


def _said(document: Document, row: Requirement, aside: Collection[int | None]) -> Iterator[Place]:
    """A part without a heading of its own: a sentence that states a sum or a number of it.

    Args:
        aside: sections that tell sums of other parts too (绩效, 名词解释 …).
    """
    for sentence in document.sentences:
        if sentence.heading or sentence.table is not None or sentence.section in aside:
            continue
        match = row.said.search(document.text, sentence.start, sentence.end)
        if match and (sentence.facts or _tells(document, match, sentence.end)):
            yield Place("present", match.start(), match.end())
            return


def _tells(document: Document, match: re.Match[str], end: int) -> bool:
    """主要职责是：…, 内设机构3个: words behind that say more than the name."""
    return match[0].endswith(("是", "为")) and end - match.end() > _LEAST
