"""A possible mention with what stands around it; the rules of :mod:`cnfin.spans.rules` ask it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from cnfin.lexicon import Lexicon, Reading, key
from cnfin.marks import CIRCLED, NUMERALS
from cnfin.spans.chains import resolve
from cnfin.spans.context_words import ContextWords
from cnfin.spans.edges import firsts
from cnfin.spans.lists import touches
from cnfin.spans.matches import Match, is_han, is_valued

STRONG = frozenset(("收入", "支出", "收支", "结转结余", "其他", "三公经费"))
#: Names of a whole side, which everyday language uses of anything.
TOTALS = frozenset(
    (
        *("收入", "支出", "预算收入", "收入预算", "支出预算", "预算支出", "收入决算", "支出决算"),
        *("项目", "全年收入", "全年支出"),
    )
)
FIGURE = re.compile(r"(?:总额)?(?:为|是|:)?\s?约?\s?\d")
_EXCEPTS = re.compile(r"[:：]?\s?(?:主要)?(?:指|反映){1,2}除")
_SIDES = re.compile(r"、支出(?:决算|预算)?(?:各|均|分别)")
_WITH_PARTS = re.compile(r"(?:总额)?为?\s?[\d.,，]+[万亿]?元[，,（](?:其中|包括|由)")
_OPENS_ITEM = re.compile(rf"(?:^|\n)[ \u3000\d{NUMERALS}（）.、{CIRCLED}]*$")
_SAME_CLAUSE = re.compile(r"[^，。；：:\n的]{0,16}")
_DEFINED = re.compile(
    r"[”\"》]*(?:（[类款项]）)?(?:、[^，。：:；\n]{2,30}){0,4}\s?(?:[:：]\s?(?:是|主要)?(?:指|反映|包括)|(?:是|主要)?(?:指|反映))"
)
_EXPLAINED = re.compile(r"[”\"》]*(?:（[类款项]）)?[:：]")
DEFINED_STARTS = firsts(_DEFINED) | firsts(_EXPLAINED)
# What stands before a name that does not open its line: a clause, or the first part of a longer word.
_NO_LEAD = re.compile(rf"[，。；：:]|[\u4e00-\u9fff](?<![{NUMERALS}])[“《]?$")
# What stands in quotation marks, and the names of papers.
_QUOTES = (re.compile(r"“([^“”\n]*)”"), re.compile(r"《([^《》\n]*)》"))
#: What stands in quotation marks: where it begins and ends, and whether it is the name of a paper.
Quoted = tuple[int, int, bool]
_QUOTED_TAIL = re.compile(r"(?:支出|费用|等|科目|项目支出|（?[类款项]）?|财政拨款支出)?$")
_CODE_BEFORE = re.compile(r"(?<!\d)(2\d{4}(?:\d\d)?)(?:-[\u4e00-\u9fff]{0,8})?\Z")
_UNIT_ENDS = frozenset("）社馆会部团场村区县市司库")
LISTED = frozenset("除、和及与")
_ITEMS = frozenset(("功能分类", "三公经费"))
#: Windows in characters: the words before a name; a list's mark; a definition's beginning; the whole definition of
#: a 三公 item, which lists many lines; a quoted name; the words around a name that segmentation needs.
_BEFORE, _LONGEST_MARK, _DEFINITION, _LONG_DEFINITION, _QUOTED = 8, 12, 60, 160, 30
_WORDS_BEFORE, _WORDS_AFTER = 12, 6
_CODE_WINDOW = 18
#: How many possible mentions back a line's own totals, its chain and its definition are looked for.
_NEAR, _RECENT, _SENTENCE = 3, 4, 12


_Value = TypeVar("_Value")


class _once(Generic[_Value]):
    """A property that is worked out when first asked for, without the lock that older versions of Python put on it."""

    def __init__(self, work: Callable[[Any], _Value]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, site: Any, owner: type | None = None) -> _Value:
        value = site.__dict__[self._name] = self._work(site)
        return value


class Page(msgspec.Struct, frozen=True, gc=False):
    """What all possible mentions of a text share.

    Attributes:
        text: the text in normal form.
        matches: all possible mentions, in order; those before the one that is asked about are settled.
        lexicon: the tables.
        words: the words around names.
        left: single characters, and longer words, after which a name may begin.
        cut: word segmentation.
        quotes: for each possible mention inside quotation marks, by its number, what stands in them.
    """

    text: str
    matches: list[Match]
    lexicon: Lexicon
    words: ContextWords
    left: tuple[frozenset[str], tuple[str, ...]]
    cut: Callable[[str], Sequence[str]]
    quotes: dict[int, list[Quoted]]


def quotes_of(text: str, matches: list[Match]) -> dict[int, list[Quoted]]:
    """What the quotation marks around ``matches`` hold, for :class:`Page`."""
    found: dict[int, list[Quoted]] = {}
    starts = [match.start for match in matches]
    for pattern, is_paper in zip(_QUOTES, (False, True), strict=True):
        for quote in pattern.finditer(text):
            start, end = quote.span(1)
            for number in range(bisect_left(starts, start), bisect_left(starts, end)):
                if matches[number].end <= end:
                    found.setdefault(number, []).append((start, end, is_paper))
    return found


class Site:
    """One possible mention among those of a text: match ``number`` of a :class:`Page`."""

    def __init__(self, page: Page, number: int) -> None:
        self.page, self.number = page, number
        self.text = page.text
        #: All possible mentions of the text.
        self.matches = page.matches
        self.match = page.matches[number]
        #: The characters right before and behind the name; empty at the ends of the text.
        self.ahead = page.text[self.match.start - 1 : self.match.start]
        self.after = page.text[self.match.end : self.match.end + 1]

    @property
    def words(self) -> ContextWords:
        """The words around names."""
        return self.page.words

    @_once
    def listed(self) -> bool:
        """Whether the name goes on a list: a mention stands before, parted only by 、 or a conjunction."""
        return touches(self.text, self.page.matches, self.number)

    # What the name is

    @_once
    def name(self) -> str:
        return self.text[self.match.start : self.match.end]

    @property
    def strong(self) -> Reading | None:
        """The reading that is no line of the functional or economic classification, if there is one."""
        for reading in self.match.readings:
            if reading.scheme in STRONG:
                return reading
        return None

    @_once
    def all_weak(self) -> bool:
        return all(reading.weak for reading in self.match.readings)

    # What stands around it

    @_once
    def before(self) -> str:
        return self.text[max(0, self.match.start - _BEFORE) : self.match.start]

    @_once
    def valued(self) -> bool:
        """Whether a figure or a change is said of the name right after it."""
        return is_valued(self.text, self.match)

    def followed_by(self, pattern: re.Pattern[str]) -> bool:
        """Whether ``pattern`` matches right behind the name."""
        return pattern.match(self.text, self.match.end) is not None

    def earlier(self, most: int) -> Iterator[Match]:
        """Up to ``most`` possible mentions before this one, the nearest first."""
        return reversed(self.matches[max(0, self.number - most) : self.number])

    @property
    def follows(self) -> Match | None:
        """The mention right before this possible one."""
        before = self.page.matches[self.number - 1] if self.number else None
        return before if before is not None and before.accepted else None

    @_once
    def previous(self) -> Match | None:
        """The nearest accepted mention before, if it stands in the same sentence."""
        found = next((other for other in self.earlier(_RECENT) if other.accepted), None)
        return found if found is not None and self.together(found) else None

    def together(self, other: Match) -> bool:
        """Whether ``other`` stands in the same sentence."""
        return other.place.number == self.match.place.number

    @_once
    def open_left(self) -> bool:
        """Whether a name may begin here: after a mark, or after a word that does not join names."""
        text, match = self.text, self.match
        before = text[match.start - 1 : match.start]
        if before != "的":
            return not is_han(before) or before in self.page.left[0] or text.endswith(self.page.left[1], 0, match.start)
        if self.valued:
            # 完成任务的专项业务支出2万元: an item of many 款 is then no name.
            if match.scheme != "功能分类":
                return True
            codes = self.page.lexicon.functional_codes(self.name, None)
            return len(codes) < 2 or any(len(code) == 3 for code in codes)
        # 安排的资本性支出; but 举办的小学教育支出 only explains a functional line.
        named = self.name.endswith("支出") and not self.all_weak
        explains = match.scheme == "功能分类" and self.words.defines.search(
            text, max(0, match.start - _DEFINITION), match.start
        )
        return named and not explains

    @property
    def is_base(self) -> bool:
        """Whether a share is said of the line: 占总支出的20%, 占总支出20%."""
        return self.ahead == "占" and (
            self.after == "的" or self.after.isdecimal()
        )

    @property
    def is_defined(self) -> bool:
        """Whether the line begins with the name, alone or in a list, and goes on to say what it means."""
        text, match = self.text, self.match
        head = text.rfind("\n", max(0, match.start - _DEFINITION), match.start) + 1
        if (not head and match.start > _DEFINITION) or _NO_LEAD.search(text[head : match.start]):
            return False
        return self.followed_by(_DEFINED) or ("名词解释" in match.place.section and self.followed_by(_EXPLAINED))

    def in_quoted_name(self) -> bool:
        """Whether the match is only part of what stands in quotation marks: of a project's or a document's name."""
        match = self.match
        for start, end, is_paper in self.page.quotes.get(self.number, ()):
            before, after = self.text[start : match.start], self.text[match.end : end]
            if len(before) >= _QUOTED or len(after) >= _QUOTED:
                continue
            if not is_paper and re.search(r"[，。、；：:\d]", before + after):
                continue  # between two pairs of marks, perhaps
            if before or not _QUOTED_TAIL.fullmatch(after):
                return True
        return False

    # Lines of a classification

    def repeats_chain(self) -> bool:
        """Whether a chain of the same line has just ended with this name."""
        for other in self.earlier(_NEAR):
            if other.chain is not None and self.together(other):
                same = key(other.chain.links[-1].name) == key(self.name)
                return same and not self.words.use.search(self.text, other.end, self.match.start)
        return False

    def is_excepted(self) -> bool:
        """Whether the name is a sister line that a definition leaves out: …（项）：反映除行政运行以外的支出."""
        match = self.match
        if self.text[match.start - 1 : match.start] not in LISTED or match.scheme != "功能分类":
            return False
        for other in self.earlier(_SENTENCE):
            if self.together(other) and other.chain is not None:
                parent = resolve(other.chain.links, self.page.lexicon, None) or ""
                codes = self.page.lexicon.functional_codes(self.name, None)
                excepts = _EXCEPTS.match(self.text, other.end, match.start) is not None
                return excepts and len(parent) > 3 and any(code.startswith(parent[:5]) for code in codes)
        return False

    def has_code(self) -> bool:
        """Whether a code of the line stands before the name, parted from it by a dash and perhaps other words."""
        first = max(0, self.match.start - _CODE_WINDOW)
        if not self.ahead.isdigit() and self.text.find("-", first, self.match.start) < 0:
            return False
        found = _CODE_BEFORE.search(self.text, first, self.match.start)
        return found is not None and found[1] in self.page.lexicon.functional_codes(self.name, None)

    def in_definition(self) -> bool:
        """Whether an economic name without a figure only says what the money of another line buys."""
        text, match = self.text, self.match
        if all(reading.scheme != "经济分类" for reading in match.readings):
            return False
        line = text[max(0, match.start - _LONG_DEFINITION) : match.start]
        line = line[max(line.rfind("\n"), line.rfind("；"), line.rfind("。")) + 1 :]
        named = self.words.trips.search(line)
        if named and self.words.use.search(line, named.end()):
            return True
        if not self.words.defines.search(line):
            return False
        first = next(
            (
                other
                for other in self.earlier(_SENTENCE)
                if other.accepted and self.together(other) and other.scheme == "功能分类"
            ),
            None,
        )
        return first is not None and _DEFINED.match(text, first.end) is not None

    def in_duties(self) -> bool:
        """Whether the section says what the unit does: 学前教育 there is a field of work."""
        return self.words.say_duties(self.match.place.section)

    def is_whole_words(self) -> bool:
        """Whether segmentation, too, has word boundaries at both ends of the match."""
        text, match = self.text, self.match
        if not is_han(text[match.start - 1 : match.start]) and not is_han(self.after):
            return True
        low = match.start
        while low > 0 and match.start - low < _WORDS_BEFORE and is_han(text[low - 1]):
            low -= 1
        high = match.end
        while high < len(text) and high - match.end < _WORDS_AFTER and is_han(text[high]):
            high += 1
        place = low
        edges = {low}
        for word in self.page.cut(text[low:high]):
            place += len(word)
            edges.add(place)
        return match.start in edges and match.end in edges

    # Totals by a bare name

    def follows_line(self) -> bool:
        """Whether another line was named in the same clause."""
        before = self.follows
        return before is not None and _SAME_CLAUSE.fullmatch(self.text, before.end, self.match.start) is not None

    def is_carried(self) -> bool:
        """Whether a functional line or a 三公 item stands just above, so that 支出决算 below is said of that line."""
        place = self.match.place
        for other in self.earlier(_NEAR):
            if other.accepted:
                near = place.number - other.place.number <= 2 and place.section.startswith(other.place.section)
                return near and any(reading.scheme in _ITEMS for reading in other.readings)
        return False

    def has_other_side(self) -> bool:
        """Whether 收入 and 支出 stand beside each other: 收入20万元，支出19万元; 收入、支出各减少3万元."""
        before = self.follows
        if before is not None and self.together(before):
            one = self.text[before.start : before.end]
            if one in TOTALS and one[:2] != self.name[:2]:
                gap = self.text[before.end : self.match.start]
                return gap == "、" or (gap.count("元") == 1 and gap[-1] == "，" and self.followed_by(FIGURE))
        return self.followed_by(_SIDES)

    def is_titled(self) -> bool:
        """Whether 收入预算, 支出决算 … is the total that the section is about, or that of the unit named before."""
        text, match = self.text, self.match
        before = text[match.start - 1 : match.start]
        if match.end - match.start > 2 and before in _UNIT_ENDS:
            return True
        title = match.place.section.rpartition("\n")[2]
        if self.words.others.search(title):
            return False
        mark = text[max(0, match.start - _LONGEST_MARK) : match.start]
        if self.after == ":" and _OPENS_ITEM.search(mark):
            return True  # 1.收入：20万元
        return before in "\n 。" and (self.name[:2] in title or self.followed_by(_WITH_PARTS))
