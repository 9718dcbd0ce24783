"""What a unit's name looks like: it begins with a place or a word of its own and ends as bodies' names end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from cnfin.identity.page import YEAR
from cnfin.identity.places import places
from cnfin.identity.words import either, words_of
from cnfin.lexicon import Lexicon

HAN = r"[\u4e00-\u9fff]"
#: Endings of one character that close a name wherever they stand; 会, 社, 科 also begin words (会计, 社会, 科技).
_SURE = frozenset("局厅镇乡队旗")
#: Endings of one character that close a name where no word goes on with them: 所 not before 属.
_CLOSING = re.compile(r"[所站馆院园场](?![属有内长点址校务友地])")
_TOWN = re.compile(r"^[\u4e00-\u9fff]{2,6}[镇乡]$")
_TWICE = re.compile(r"(?<=([局厅委院校]))\1$")  # 局局本级, 厅厅机关
_CODE = re.compile(rf"^(?!{YEAR}\s?年)[\[【（]?\d{{3,}}[\]】）]?\s*(?!年)")
_LEVELS = frozenset("县市区州省镇乡旗盟")
#: Fewest characters of a name; a town's and one that begins with its level (县妇联) may have one less.
_SHORTEST = 4
#: The longest name read from a place on, in code points.
LONGEST = 40


class Names:
    """Reads units' names.

    Args:
        lexicon: gives the endings of units' names (organs.tsv) and the words around them.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        words = words_of(lexicon)
        self.places = places(lexicon)
        self.suffixes = frozenset(filter(None, lexicon.table("organs", "suffix")))
        self._sizes = tuple(sorted({len(suffix) for suffix in self.suffixes}, reverse=True))
        leads = words.of("lead")
        self._lead = re.compile(
            rf"^(?:第[一二三四五六七八九十]+部分|附件[\d一二三四五六七八九十]*|{YEAR}\s?年?度?"
            rf"|{either(tuple(word for word in leads if len(word) > 1))})+"
        )
        self._small_leads = frozenset(word for word in leads if len(word) == 1)
        own = words.any("own")
        self._own = re.compile(rf"（[^（）]*(?:{own}|表)）|(?:机关)?本级$")
        self._no_name = re.compile(rf"^{words.any('no_start')}|{words.any('no_part')}|(?<![高中初平同])等")
        self._no_end = words.of("no_end")
        self._no_town = frozenset(words.of("no_town"))
        self._continues = re.compile(words.any("continues"))

    @cached_property
    def ends(self) -> frozenset[str]:
        """The characters that a unit's name, 本级 or a bracket may end with."""
        return frozenset(suffix[-1] for suffix in self.suffixes) | set("级关） ")

    @cached_property
    def ending(self) -> str:
        """A pattern for the ending of a name."""
        return either(tuple(self.suffixes))

    def bare(self, name: str) -> str:
        """``name`` without codes, years and words before it: 2022年度, 附件1, 现将, 经."""
        name = _CODE.sub("", name)
        while name and not self.places.starts(name):
            shorter = self._lead.sub("", name)
            if shorter == name and name[0] in self._small_leads and self.places.begins_with_place(name[1:]):
                shorter = name[1:]
            if shorter == name:
                break
            name = shorter
        return name

    def clean(self, name: str) -> str | None:
        """A candidate without what stands before and behind it; None for what is no unit's name."""
        name = _TWICE.sub("", self._own.sub("", self.bare(name)))
        start = self.places.first(name)
        if start and not self.places.leads(name[:start]):
            name = name[start:]
        if len(name) < _SHORTEST - (self._is_relative(name) or _TOWN.match(name) is not None):
            return None
        # 人民法院 alone is a kind of organ, 乡镇 any town.
        if name in self.suffixes or name in self._no_town or not self._ends_well(name):
            return None
        if name.endswith(self._no_end):
            return None
        found = self._no_name.search(name, 0, len(name) - 1)
        if found and found.start() < (place := self.places.named_in(name, short=False)[1]):
            found = self._no_name.search(name, place, len(name) - 1)  # 全县 in 天全县 is part of the place
        return None if found else name

    def _is_relative(self, name: str) -> bool:
        """县妇联, 市信访局: named by its level alone."""
        return name[:1] in _LEVELS and self._ends_well(name[1:])

    def is_relative(self, name: str) -> bool:
        """Whether ``name`` begins with its level and not with a place: 县妇联."""
        return name[:1] in _LEVELS and not self.places.starts(name)

    def _ends_well(self, name: str) -> bool:
        bare = re.sub(r"（[\u4e00-\u9fff]{1,10}）$", "", name)
        return re.fullmatch(r"[\u4e00-\u9fff·（）]+", name) is not None and any(
            bare[-size:] in self.suffixes for size in self._sizes if len(bare) >= size
        )

    def at_start(self, text: str) -> str | None:
        """The unit that ``text`` begins with, where more words follow it: 某县水利局河道保洁项目."""
        named, place = self.places.named_in(text, short=False)
        if not named:
            _, place = self.places.by_form(text)
            place = place or int(text[:1] in _LEVELS)
        if not place:
            return None
        end = next(self._endings(text, place), None)
        if end is None:
            return None
        if more := self._continues.match(text, end):
            end = next(self._endings(text, more.end() - 1), end)
        return self.clean(text[:end])

    def _endings(self, text: str, start: int) -> Iterator[int]:
        """Where a name that goes on from ``start`` may end, nearest first."""
        for end in range(start + 1, min(len(text), start + LONGEST) + 1):
            if not "\u4e00" <= text[end - 1] <= "\u9fff":
                return
            if self._may_end(text, start, end):
                yield end

    def _may_end(self, text: str, start: int, end: int) -> bool:
        if text[end - 1] in _SURE or (_CLOSING.match(text, end - 1) and end - start > 1):
            return True
        return any(text[end - size : end] in self.suffixes for size in self._sizes if 2 <= size <= end - start)

    def mentioned(self, text: str) -> Iterator[tuple[int, str]]:
        """Every unit in ``text`` that is named with a place of the table, and where its name begins."""
        for _, start, end in self.places.automaton.find_matches_as_indexes(text):
            begin = self._before(text, start)
            run = text[begin : end + LONGEST]
            if unit := self.at_start(run):
                yield begin, unit

    def _before(self, text: str, start: int) -> int:
        """Where a name begins whose place begins at ``start``: 中共 belongs to it."""
        for size in range(12, 1, -1):
            if size <= start and self.places.past_prefix(text[start - size : start]) == size:
                return start - size
        return start

    @staticmethod
    def abbreviates(short: str, full: str) -> bool:
        """Whether ``short`` may stand for ``full``: its characters in their order, and the same end (区直工委)."""
        rest = iter(full)
        return len(full) > len(short) and all(char in rest for char in short)
