"""Which unit discloses: candidates by where and how the text names them, each with its weight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import islice, pairwise

from cnfin.identity.names import HAN, Names
from cnfin.identity.page import LONGEST_TITLE, YEAR, YEAR_FORMS, Page
from cnfin.identity.words import either, matches, words_of
from cnfin.lexicon import Lexicon

# How much each way of naming a unit says. A title that goes on with a year or 预算 is as sure as two
# lines of a form; a mention alone says little, and a name repeated through a page adds at most
# MOST_MENTIONS, so that a subordinate unit told of at length never outweighs the title and its headings.
TITLE, TITLE_SPLIT, TITLE_ALONE, ANNOUNCED, BANNER, BEFORE_PROJECT, INSIDE = 6, 8, 4, 6, 5, 5, 1
LABEL, CARRIER, HEADING, SIGNED = 3, 2, 2, 3
MOST_MENTIONS = 8
#: Lines from the start of which a title may begin inside, and among which a name alone is a title.
_FIRST_LINES, _TOP = 3, 6
#: Places after which a unit's name may stand, and labels, that are looked at in one document.
MOST_ANCHORS = 200
#: Code points from a text's end among which its signature stands.
_TAIL = 120

_LEAVES = re.compile(r"[>＞›»]")  # the path of a site: 首页 > 预决算公开
_GOVERNMENT = re.compile(r"(?<=.[乡镇])(?:人民)?政府$")
#: The site of a whole county is no unit's own.
_PORTAL = re.compile("[省市县区州盟旗](?:人民)?政府$")
_DATE = rf"{YEAR}\s?年\s?\d{{1,2}}\s?月(?:\s?\d{{1,2}}\s?日)?"
_SIGNED = re.compile(rf"(?:\A|\n)[ \t]*(?P<unit>[\u4e00-\u9fff（）]{{3,30}})\s*\n\s*{_DATE}\s*\Z")
_BRACKETED = re.compile(r"[预决]算[^（）]{0,6}（(?P<unit>[\u4e00-\u9fff]{4,30})）$")


class Units:
    """Finds the disclosing unit of a page."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.names = Names(lexicon)
        self._words = words_of(lexicon)

    @cached_property
    def _anchor(self) -> str:
        """What follows a unit's name in headings anywhere; every way begins with a character, which is found fast."""
        years = (rf"{form}\s?年" for form in YEAR_FORMS)
        return rf"(?:关于{YEAR}\s?年|{'|'.join((*years, *map(re.escape, self._words.of('title'))))})"

    @cached_property
    def _anchors(self) -> re.Pattern[str]:
        return re.compile(self._anchor)

    @cached_property
    def _run(self) -> re.Pattern[str]:
        return re.compile(rf"[\u4e00-\u9fff·（）\d]{{3,40}}(?= ?{self._anchor}$)")

    def _title_with(self, anchor: str) -> re.Pattern[str]:
        return re.compile(
            rf"(?P<unit>(?:中国（{HAN}{{2,3}}）)?[\u4e00-\u9fff·\d]{{2,30}}?{self.names.ending}(?:（{HAN}{{1,10}}）)?)(?:本级|机关)?"
            rf"(?:\s?（{HAN}{{4,24}}）)?(?:部门|单位)?\s*(?P<after>{anchor}|$)"
        )

    @cached_property
    def _heading(self) -> re.Pattern[str]:
        return self._title_with(self._anchor)

    @cached_property
    def _title(self) -> re.Pattern[str]:
        opening = self._words.any("title", "opening")
        return self._title_with(rf"(?:关于{YEAR}\s?年|{YEAR}\s?年|[“\"]?{opening})")

    @cached_property
    def _labels(self) -> re.Pattern[str]:
        """单位名称：X, 资金使用单位 | X, and the carrier of a project; 主管部门：X and 单位：万元 are others."""
        labels = (each for each in self._words.of("label", "carrier") if len(each) > 2)
        longer = "|".join(map(re.escape, labels))
        return re.compile(
            rf"(?:(?<!{HAN})(?P<label>{longer})(?:（[^（）\n]{{1,8}}）)?\s?[：:|\t ]{{1,4}}"
            rf"|(?<![\u4e00-\u9fff）])(?:部门|单位)(?:（[^（）\n]{{1,8}}）)?\s?[：:]\s?)"
            r"(?:[\[【（]?\d{3,9}[\]】）]?\s?[-—_]?\s?)?"  # 204-某县水利局
            r"(?P<unit>[\u4e00-\u9fff（）]{3,30}?)(?=(?:金额)?单位[：:]|[^\u4e00-\u9fff（）]|$)"
        )

    @cached_property
    def _label_starts(self) -> re.Pattern[str]:
        """The first character of a label, before the rest of one and what stands behind a label."""
        labels = ("部门", "单位", *(each for each in self._words.of("label", "carrier") if len(each) > 2))
        first = "".join({re.escape(label[0]) for label in labels})
        return re.compile(rf"[{first}](?={either(tuple({label[1:] for label in labels}))}\s?[（：:|\t ])")

    @cached_property
    def publishers(self) -> re.Pattern[str]:
        """Who put the page on its site."""
        return re.compile(rf"{self._words.any('publisher')}[\s:：|]{{1,4}}(?P<unit>[\u4e00-\u9fff（）]{{4,30}})")

    @cached_property
    def _announcement(self) -> re.Pattern[str]:
        return re.compile(rf"现[将就把]?(?P<rest>[^，。；\n]{{4,60}}?){self._words.any('announced')}")

    @cached_property
    def _banner(self) -> re.Pattern[str]:
        return re.compile(
            rf"欢迎[\u4e00-\u9fff]{{0,4}}?(?:到|问|临|览|录)(?P<unit>{HAN}{{3,30}}?){self._words.any('site')}"
        )

    @cached_property
    def _subject(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?:^|[，,。：:]|设立|成立|经|据)(?P<unit>(?:(?!设立|成立)[\u4e00-\u9fff（）]){{3,40}}?)"
            rf"(?:{self._words.any('speaks')}|(?<!所)属|于?(?:19|20)\d\d\s?年|[，,（])",
            re.MULTILINE,
        )

    @cached_property
    def _frame(self) -> re.Pattern[str]:
        return re.compile(self._words.any("frame"))

    @cached_property
    def _not_behind(self) -> re.Pattern[str]:
        """What follows a body that orders, gives or examines, and does not disclose."""
        return re.compile(self._words.any("acts"))

    @cached_property
    def _not_before(self) -> re.Pattern[str]:
        return re.compile(self._words.any("other_body") + r"[\s:：|]*$")

    @cached_property
    def _short_name(self) -> re.Pattern[str]:
        return re.compile(rf"（{self._words.any('named')}[：:]?[“\"]?(?P<short>{HAN}{{2,16}})[”\"]?）")

    def find(self, page: Page) -> str | None:
        """The unit that ``page`` names, None where it names none."""
        votes: Counter[str] = Counter()
        for unit, weight in self._candidates(page):
            votes[unit] += weight
        if not votes:
            return self._named_in_passing(page)
        for unit in votes:
            votes[unit] += min(MOST_MENTIONS, page.text.count(unit))
        # Of two candidates as likely the one named first is the unit, its subordinates follow.
        return self._in_full(max(votes, key=lambda unit: (votes[unit], -page.text.find(unit))), votes, page)

    def _candidates(self, page: Page) -> Iterator[tuple[str, int]]:
        yield from self._titled(page)
        for unit in filter(None, map(self._split_title, pairwise(page.lines[:_TOP]))):
            yield unit, TITLE_SPLIT
        yield from self._announced(page)
        yield from self._headings(page)
        yield from self._labelled(page)
        signed = _SIGNED.search(page.text, max(0, len(page.text) - _TAIL))
        if signed and (signer := self.names.clean(signed["unit"])):
            yield signer, SIGNED

    def _titled(self, page: Page) -> Iterator[tuple[str, int]]:
        """The units that the first lines name."""
        for number, line in enumerate(page.cells):
            if len(line) > LONGEST_TITLE or self._frame.search(line) or self.names.ends.isdisjoint(line):
                continue
            if match := self._banner.search(line):
                named = self.names.clean(match["unit"])
                if named and not _PORTAL.search(named):
                    yield named, BANNER
                continue
            start = self.names.bare(line)
            # Only the first lines and those with a year or 预算 are searched for a unit that begins inside them.
            within = number < _FIRST_LINES or self._anchors.search(line)
            match = self._title.match(start) or (self._title.search(start) if within else None)
            unit = self.names.clean(match["unit"]) if match else None
            if match and unit:
                alone = number < _TOP and match["unit"] == start
                yield unit, TITLE if match["after"] else TITLE_ALONE if alone else INSIDE
            elif self._anchors.search(line) and (unit := self.names.at_start(start)):
                yield unit, BEFORE_PROJECT

    def _split_title(self, lines: tuple[str, str]) -> str | None:
        """The unit of a title broken inside its name, or that stands in brackets at the title's end."""
        first, second = lines
        if match := _BRACKETED.search(first):
            return self.names.clean(match["unit"])
        if len(first) > 40 or not self.names.places.starts(self.names.bare(first)) or self._heading.match(first):
            return None
        match = self._heading.match(first + second)
        return self.names.clean(match["unit"]) if match and match["after"] and match.end("unit") > len(first) else None

    def announced(self, page: Page) -> list[str]:
        """What sentences such as 现将…报告如下 announce, without the year before it."""
        found = islice(self._announcement.finditer(page.start), MOST_ANCHORS)
        return [self.names.bare(match["rest"]) for match in found]

    def _announced(self, page: Page) -> Iterator[tuple[str, int]]:
        """现将2022年某县水利局河道保洁项目绩效自评情况报告如下."""
        for rest in self.announced(page):
            named = self._title.match(rest)
            unit = self.names.clean(named["unit"]) if named and named["after"] else self.names.at_start(rest)
            if unit:
                yield unit, ANNOUNCED

    def _headings(self, page: Page) -> Iterator[tuple[str, int]]:
        """第一部分 某局概况, 某局2021年度收入决算情况说明 …, each of them."""
        seen: dict[str, str | None] = {}
        text = page.text
        for anchor in islice(self._anchors.finditer(text), MOST_ANCHORS):
            if text[anchor.start() - 1 : anchor.start()] not in self.names.ends:
                continue
            window = text[max(0, anchor.start() - 40) : anchor.end()]
            run = self._run.search(window)
            if run is None:
                continue
            if (heading := run[0]) not in seen:
                named = self._heading.match(window, run.start())
                seen[heading] = self.names.clean(named["unit"]) if named and named["after"] else None
            if unit := seen[heading]:
                yield unit, HEADING

    def _labelled(self, page: Page) -> Iterator[tuple[str, int]]:
        carriers = frozenset(self._words.of("carrier"))
        for match in islice(matches(self._labels, self._label_starts, page.text), MOST_ANCHORS):
            if unit := self.names.clean(match["unit"]):
                yield unit, CARRIER if match["label"] in carriers else LABEL

    def _in_full(self, unit: str, votes: Counter[str], page: Page) -> str:
        """``unit``, or the same unit with its place before it where the text names it so, too."""
        if self.names.places.starts(unit):
            return unit
        if self.names.is_relative(unit):
            return self._full_name(unit, page) or unit
        bare = _GOVERNMENT.sub("", unit)
        publishers = filter(None, (self.names.clean(match["unit"]) for match in self.publishers.finditer(page.start)))
        longer = [
            name
            for name in (*votes, *publishers)
            if _GOVERNMENT.sub("", name).endswith(bare) and self.names.places.starts(name)
        ]
        return max(longer, key=lambda name: (votes[name], len(name)), default=unit)

    def _full_name(self, unit: str, page: Page) -> str | None:
        """The full name of 县卫健局: said to be its short name, or of the same characters with a place before them."""
        for match in self._short_name.finditer(page.text):
            if match["short"] == unit:
                before = re.search(r"[\u4e00-\u9fff]{4,40}$", page.text[max(0, match.start() - 40) : match.start()])
                if before and (full := self.names.clean(before[0])):
                    return full
        mentioned = Counter(name for _, name in self.names.mentioned(page.text) if self.names.abbreviates(unit, name))
        if not mentioned:
            runs = re.finditer(rf"[\u4e00-\u9fff]{{2,8}}{re.escape(unit)}", page.text)
            formed = filter(None, (self.names.clean(run[0]) for run in islice(runs, MOST_ANCHORS)))
            mentioned = Counter(name for name in formed if self.names.places.begins_with_place(name))
        return max(mentioned, key=lambda name: mentioned[name], default=None)

    def _named_in_passing(self, page: Page) -> str | None:
        """The unit of a text without a title: its first sentences' subject, a body it speaks of, its publisher."""
        begins = self.names.places.begins_with_place
        subjects = (match["unit"] for match in islice(self._subject.finditer(page.start), MOST_ANCHORS))
        named = Counter(filter(None, map(self.names.clean, subjects)))
        placed = {unit: count for unit, count in named.items() if begins(unit)}
        if placed:
            return max(placed, key=placed.__getitem__)
        spoken = Counter(
            unit for start, unit in self.names.mentioned(page.text) if self._may_disclose(page, start, unit)
        )
        if spoken:
            return max(spoken, key=spoken.__getitem__)
        if named:
            return next(iter(named))
        published = (
            self.names.clean(match["unit"]) for match in islice(self.publishers.finditer(page.start), MOST_ANCHORS)
        )
        return next((unit for unit in published if unit and self.names.places.starts(unit)), None)

    def _may_disclose(self, page: Page, start: int, unit: str) -> bool:
        """Whether the body at ``start`` is spoken of for itself, and not as who ordered, gave or published."""
        text, end = page.text, start + len(unit)
        line = text[text.rfind("\n", 0, start) + 1 : text.find("\n", end) % (len(text) + 1)]
        return not (
            self._not_behind.match(text, end)
            or self._not_before.search(text, max(0, start - 8), start)
            or self._frame.search(line)
        )
