"""``name``: another unit's name where this one's is meant, the parent's among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cnfin.audit.form.page import Page, Words, finding
from cnfin.document import Finding, Sentence

_MARK = r"(?:第[一二三四五六七八九十]+部分|[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])?\s*"
_LONGEST = 30
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|[“”\"\s]")


@lru_cache(maxsize=8)
def _opening(words: Words) -> re.Pattern[str]:
    """第二部分 某局2024年度部门决算表, 某局2024年度收入总计: a unit's name before a year at the head of a line."""
    return re.compile(
        rf"{_MARK}(?:关于)?(?P<name>[\u4e00-\u9fff]{{2,{_LONGEST}}}?(?:{words.organs})(?:[（(](?:{words.any('whose')})[）)])?)"
        rf"\s*20\d\d年度?(?=\s*(?:{words.any('said')}))"
    )


@lru_cache(maxsize=8)
def _label(words: Words) -> re.Pattern[str]:
    """编制单位：某局 over a table."""
    name = rf"(?P<name>[\u4e00-\u9fff（）()]{{2,{_LONGEST}}}(?:{words.organs}))"
    return re.compile(rf"(?:{words.any('label')})\s*[:：]\s*{name}(?=\s|$|[，。\t])")


def find(page: Page) -> Iterator[Finding]:
    """The places where another unit is named."""
    unit = page.document.identity.unit
    if not unit or page.document.identity.year is None:
        return
    named = list(_named(page))
    found = [(start, name) for start, name in named if _another(page.words, name, unit)]
    mine = len(named) - len(found)
    # Another name above the first heading, where the title stands: it is the document's own unit that is in doubt.
    first = page.document.sections[0].start if page.document.sections else 0
    if any(start < first for start, _ in found):
        return
    # Several other names are the units of a department, each with its own part.
    if len({name for _, name in found}) > 1 or len(found) > max(mine, 1) + 1:
        return
    for start, name in found:
        yield finding("name", start, start + len(name), f"写作{name}，本文件的单位为{unit}")


def _named(page: Page) -> Iterator[tuple[int, str]]:
    opening, label = _opening(page.words), _label(page.words)
    for sentence in page.document.sentences:
        match = opening.match(page.text, sentence.start, sentence.end) or _labelled(page, label, sentence)
        if match:
            yield match.start("name"), match["name"]


def _labelled(page: Page, label: re.Pattern[str], sentence: Sentence) -> re.Match[str] | None:
    return label.match(page.text, sentence.start, min(sentence.end + 1, len(page.text)))


def _another(words: Words, name: str, unit: str) -> bool:
    """Whether a name is that of another unit: no shorter or longer form of this one's."""
    name, unit = _BRACKETS.sub("", name), _BRACKETS.sub("", unit)
    for ending in words.any("whose").split("|"):
        name, unit = name.removesuffix(ending), unit.removesuffix(ending)
    if unit.startswith(name) and re.search(rf"(?:{words.organs})$", unit[len(name) :]):
        return True  # the department that this unit belongs to
    return not (name in unit or unit in name or _shortened(name, unit) or _shortened(unit, name))


def _shortened(short: str, long: str) -> bool:
    """Whether all characters of ``short`` stand in ``long`` in this order: 县医保局 of 县医疗保障局."""
    rest = iter(long)
    return all(character in rest for character in short)
