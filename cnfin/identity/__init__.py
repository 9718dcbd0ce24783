"""Who disclosed what: a document's unit, its place, its fiscal year and whether it is 预算 or 决算.

The unit is taken from titles, section headings and forms; the place from the unit's name, and only
where that is ambiguous from what else the text says; the year from the titles and from the
sentences that state figures, since titles alone are sometimes wrong.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, Literal

from cnfin.document import Identity
from cnfin.identity.places import region_code
from cnfin.lexicon import Lexicon, Region
from cnfin.numerals import digit_string

__all__ = ["Identifier", "region_code"]

_YEAR = r"(?:20[0-4]\d|二[〇○零][〇○零一二三四][〇○零一二三四五六七八九])"
_YEAR_OF_FIGURES = re.compile(
    rf"(?P<year>{_YEAR})\s?年度?(?=[^，。；\n]{{0,16}}"
    r"(?:收入|支出|财政拨款|一般公共|三公|机关运行|政府采购|部门决算|部门预算|单位预算|单位决算|决算|预算|整体支出|项目支出))"
)
_ANCHOR = (
    rf"(?:关于{_YEAR}\s?年|{_YEAR}\s?年|概况|(?:部门|单位)(?:概况|预算|决算)"
    r"|整体支出|“三公|三公|情况公开|[预决]算公开)"
)
_ANCHORS = re.compile(_ANCHOR)
_YEAR_FIRST = re.compile(rf"^{_YEAR}\s?年度?")
_COMPARED = frozenset("与比较至到")
_TITLE_YEAR = re.compile(rf"({_YEAR})\s?年(?!\s?\d{{1,2}}\s?月)")
_KIND = re.compile(r"决算|预算|绩效|自评")
_LABEL = re.compile(
    r"(?:部门（单位）名称|单位名称|部门名称|预算部门|预算单位|编制部门|编制单位|填报单位|公开部门|公开单位|部门|单位)"
    r"(?:（[^（）\n]{1,8}）)?\s?[：:]\s?(?P<unit>[\u4e00-\u9fff（）]{3,30}?)(?=(?:金额)?单位[：:]|[^\u4e00-\u9fff（）]|$)"
)
# Where no title names the unit: who a sentence at the beginning speaks of, else who published the page.
_SUBJECT = re.compile(
    r"(?:^|[，,。：:]|设立|成立|经)(?P<unit>(?:(?!设立|成立)[\u4e00-\u9fff（）]){4,40}?)"
    r"(?:是|的?(?:主要|基本)职[责能]|为全面|贯彻|承担|负责|包括|本级|汇总|作为|内设|下设|共[设有]|现有|属于|(?<!所)属|于?(?:19|20)\d\d\s?年|[，,（])",
    re.MULTILINE,
)
_PUBLISHER = re.compile(
    r"(?:发布机构|发布单位|发布部门|公开责任部门|责任部门|信息来源|来\s?源)[\s:：|]{1,4}(?P<unit>[\u4e00-\u9fff（）]{4,30})"
)
_GOVERNMENT = re.compile(r"(?<=.[乡镇])(?:人民)?政府$")
_BRACKETED = re.compile(r"[预决]算[^（）]{0,6}（(?P<unit>[\u4e00-\u9fff]{4,30})）$")
_BRANCH = re.compile(r"(?P<county>[\u4e00-\u9fff]{2,8})(?:公安)?分局")
_INDEX = re.compile(r"(?:监督索引号|统一社会信用代码|索\s?引\s?号)[^\n\d]{0,6}(?:1[12])?(?P<code>\d{6})")
# Sentences, paths of a web site (首页 > 预决算公开) and 预决算 say nothing of the kind.
_SENTENCE = re.compile(r"[，。；,;%]")
_NO_TITLE = re.compile(r"[，。；,;%>]|预、?决算")
# Names of lines and columns that say 预算 in final accounts, too.
_EITHER_KIND = re.compile(
    r"(?:一般公共|公共财政|政府性基金|国有资本经营)预算|预算(?:绩效|编码|单位|部门|执行)|(?:年初|全年|调整后?)?[预决]算数"
)
_FUNDED = re.compile(r"预算(?:财政)?(?:拨款|安排|数)|安排[“\"]?三公[”\"]?经费(?!支出)")
_RELATIVE = frozenset("县市区州省镇乡旗")
_LEAD = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|附件[\d一二三四五六七八九十]*|目录|关于|纳入|现将|以上|以下|我单位|我部门|本单位|本部门|即|截至|年末|年底|年度?|其中|为)+"
)
_NO_UNIT = re.compile(
    r"^(?:[与及指]|主要|用于)|网$|以及|[的了]|(?<![高中初平同])等|我|本部门|本单位|各|下属|所属|主管|上级"
)
_INNER_BLANK = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=[\u4e00-\u9fff\d])")
_FULL_ENDING = re.compile(r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市|地区|盟)$")
_BRACKETS = re.compile(r"（[^（）]*(?:本级|汇总|机关|部门|单位|盖章|公章|口径|表)）|(?:本级|机关本级)$")
_TWICE = re.compile(r"(?<=([局厅委院校]))\1$")  # 局局本级, 厅厅机关
_RUN = re.compile(rf"[\u4e00-\u9fff·（）]{{4,40}}(?= ?{_ANCHOR}$)")
HEAD_LINES = 14
#: Places after which a unit's name may stand that are looked at in one document.
MOST_ANCHORS = 200


class Identifier:
    """Finds the identity of documents.

    Args:
        lexicon: gives the administrative divisions and the endings of units' names.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def __reduce__(self) -> tuple[Any, ...]:
        return (Identifier, (self._lexicon,))

    def identify(self, text: str) -> Identity:
        """The identity that ``text`` gives; what it does not give is None."""
        text = text.replace("(", "（").replace(")", "）")
        lines = filter(None, map(str.strip, text[:6000].splitlines()))
        head = [_INNER_BLANK.sub("", line) for line in islice(lines, HEAD_LINES)]
        unit = self._unit(text, head)
        province, city, county = self._place(text, head, unit)
        return Identity(
            unit=unit, province=province, city=city, county=county, year=_year(text, head), kind=_kind(text, head)
        )

    @cached_property
    def _title(self) -> re.Pattern[str]:
        suffixes = "|".join(sorted(map(re.escape, self._suffixes), key=lambda suffix: (-len(suffix), suffix)))
        return re.compile(
            rf"(?P<unit>[\u4e00-\u9fff·]{{2,30}}?(?:{suffixes})(?:（[\u4e00-\u9fff]{{1,10}}）)?)(?:本级|机关)?"
            r"(?:\s?（[\u4e00-\u9fff]{4,24}）)?(?:部门|单位)?\s*"
            rf"(?P<after>{_ANCHOR}|$)"
        )

    @cached_property
    def _unit_ends(self) -> frozenset[str]:
        """The characters that a unit's name, 本级 or a bracket may end with."""
        return frozenset(suffix[-1] for suffix in self._suffixes) | set("级关） ")

    @cached_property
    def _suffixes(self) -> frozenset[str]:
        return frozenset(filter(None, self._lexicon.table("organs", "suffix")))

    @cached_property
    def _regions(self) -> dict[str, list[Region]]:
        regions: dict[str, list[Region]] = defaultdict(list)
        for region in self._lexicon.regions:
            regions[region.name].append(region)
        return regions

    @cached_property
    def _sizes(self) -> tuple[int, ...]:
        """The lengths that divisions' names have, longest first."""
        return tuple(sorted({len(name) for name in self._regions}, reverse=True))

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        """What stands before the place in a unit's name, longest first: 中共, 政协, 国家税务总局 …."""
        return tuple(sorted(filter(None, self._lexicon.table("organs", "prefix")), key=len, reverse=True))

    @cached_property
    def _short(self) -> dict[str, str]:
        """Short names of provinces, cities and autonomous divisions: 湖南, 洛阳, 红河州, 三江县."""
        short: dict[str, str] = {}
        for region in self._lexicon.regions:
            if "自治" in region.name and region.name[-1] in "州县旗":
                for size in (2, 3, 4):
                    short.setdefault(region.name[:size] + region.name[-1], region.name)
            elif region.level != "县":
                bare = _FULL_ENDING.sub("", region.name)
                if len(bare) > 1 and (region.level == "省" or bare not in short):
                    short[bare] = region.name
        return {name: full for name, full in short.items() if name not in self._regions}

    @cached_property
    def _by_code(self) -> dict[str, Region]:
        return {region.code: region for region in self._lexicon.regions}

    def _unit(self, text: str, head: list[str]) -> str | None:
        votes = self._titled(head)
        seen: dict[str, str | None] = {}
        for anchor in islice(_ANCHORS.finditer(text), MOST_ANCHORS):
            if text[anchor.start() - 1 : anchor.start()] not in self._unit_ends:
                continue
            window = text[max(0, anchor.start() - 40) : anchor.end()]
            run = _RUN.search(window)
            if run is None:
                continue
            if (heading := run[0]) not in seen:
                named = self._title.match(window, run.start())
                seen[heading] = self._clean(named["unit"]) if named and named["after"] else None
            if unit := seen[heading]:
                votes[unit] += 2
        for match in _LABEL.finditer(text):
            if unit := self._clean(match["unit"]):
                votes[unit] += 3
        if not votes:
            return self._named_in_passing(text)
        for unit in votes:
            votes[unit] += min(8, text.count(unit))
        # Of two candidates as likely the one named first is the unit, its subordinates follow.
        return self._in_full(max(votes, key=lambda unit: (votes[unit], -text.find(unit))), votes)

    def _titled(self, head: list[str]) -> Counter[str]:
        """The units that the first lines name, and how surely."""
        votes: Counter[str] = Counter()
        for number, line in enumerate(head):
            if len(line) > 60 or self._unit_ends.isdisjoint(line):
                continue
            # Only the first lines and those with a year or 预算 are searched for a unit that begins inside them.
            within = number < 3 or _ANCHORS.search(line)
            match = self._title.match(line) or (self._title.search(line) if within else None)
            if match and (unit := self._clean(match["unit"])):
                votes[unit] += 6 if match["after"] else 4 if number < 6 and match["unit"] == line else 1
        for unit in filter(None, map(self._split_title, pairwise(head[:6]))):
            votes[unit] += 8
        return votes

    def _split_title(self, lines: tuple[str, str]) -> str | None:
        """The unit of a title broken inside its name, or that stands in brackets at the title's end."""
        first, second = lines
        if match := _BRACKETED.search(first):
            return self._clean(match["unit"])
        if len(first) > 40 or self._first_place(_LEAD.sub("", first)) != 0 or self._title.match(first):
            return None
        match = self._title.match(first + second)
        return self._clean(match["unit"]) if match and match["after"] and match.end("unit") > len(first) else None

    def _in_full(self, unit: str, votes: Counter[str]) -> str:
        """``unit``, or the same unit with its place before it where the text names it so, too."""
        if self._first_place(unit) == 0:
            return unit
        bare = _GOVERNMENT.sub("", unit)
        longer = [name for name in votes if _GOVERNMENT.sub("", name).endswith(bare) and self._first_place(name) == 0]
        return max(longer, key=lambda name: (votes[name], len(name)), default=unit)

    def _named_in_passing(self, text: str) -> str | None:
        """The unit of a text without a title: the subject of its first sentences, else its publisher."""
        start = text[:6000]
        subjects = [match["unit"] for match in islice(_SUBJECT.finditer(start), MOST_ANCHORS)]
        named = Counter(filter(None, map(self._clean, subjects)))
        placed = {unit: count for unit, count in named.items() if self._first_place(unit) == 0}
        if placed:
            return max(placed, key=placed.__getitem__)
        if named:
            return next(iter(named))
        published = (self._clean(match["unit"]) for match in islice(_PUBLISHER.finditer(start), MOST_ANCHORS))
        return next((unit for unit in published if unit and self._first_place(unit) == 0), None)

    def _clean(self, name: str) -> str | None:
        """A candidate without what stands before it and without 本级; None for what is no unit's name."""
        name = _TWICE.sub("", _BRACKETS.sub("", _LEAD.sub("", name)))
        start = self._first_place(name)
        if start and not self._leads(name[:start]):
            name = name[start:]
        elif start is None and name[:1] in _RELATIVE:
            return None  # 县财政局: short for the unit, not its name
        if not self._title.fullmatch(name) or len(name) < 4:
            return None
        # 人民法院 alone is a kind of organ.
        return None if _NO_UNIT.search(name[:-1]) or name in self._suffixes else name

    def _first_place(self, name: str) -> int | None:
        """Where the first division's name in ``name`` begins; one of two characters (郊区) counts at the start only."""
        for place in range(len(name) - 1):
            for size in self._sizes:
                if name[place : place + size] in self._regions and (size > 2 or not place):
                    return place
        return None

    def _leads(self, before: str) -> bool:
        """Whether ``before`` may stand before a place in a unit's name: another place, 中共, 国家税务总局 …."""
        return before in self._regions or before in self._short or before in self._prefixes

    def _place(self, text: str, head: list[str], unit: str | None) -> tuple[str | None, str | None, str | None]:
        chain = self._named_in(unit or "", True) or self._short_county(unit or "", text)
        if not chain:
            for line in head[:6]:
                chain = chain or self._named_in(_LEAD.sub("", _YEAR_FIRST.sub("", line)), False)
            for publisher in islice(_PUBLISHER.finditer(text[:6000]), MOST_ANCHORS):
                chain = chain or self._named_in(publisher["unit"], False)
        if not chain:
            return self._parents(self._indexed(text))
        candidates = self._regions[chain[-1]]
        named = set(chain[:-1])
        fitting = [region for region in candidates if named <= set(filter(None, self._parents(region)))] or candidates
        # 东莞市 is listed as a city and as its only county.
        fitting = [region for region in fitting if region.level != "县"] or fitting
        if len(fitting) == 1:
            return self._parents(self._branch(unit or "", fitting[0]) or fitting[0])
        scores = sorted(((self._evidence(text, region), place) for place, region in enumerate(fitting)), reverse=True)
        if scores[0][0] > scores[1][0]:
            return self._parents(fitting[scores[0][1]])
        return (None, None, chain[-1]) if fitting[0].level == "县" else (None, chain[-1], None)

    def _indexed(self, text: str) -> Region | None:
        """The division whose code a text's index number begins with; the city's where the county's is unknown."""
        match = _INDEX.search(text)
        codes = (match["code"], match["code"][:4] + "00", match["code"][:2] + "0000") if match else ()
        return next((self._by_code[code] for code in codes if code in self._by_code), None)

    def _branch(self, unit: str, city: Region) -> Region | None:
        """The county of ``city`` that a branch of its bureau serves: 某市公安局某区分局, 某市生态环境局某县分局."""
        match = _BRANCH.search(unit, len(city.name)) if unit.endswith("分局") else None
        for size in range(len(match["county"]) if match else 0, 1, -1):
            name = unit[match.end("county") - size : match.end("county")] if match else ""
            for full in (name, name + "区", name + "县", name + "市"):
                for region in self._regions.get(full, ()):
                    if region.parent == city.code:
                        return region
        return None

    def _named_in(self, name: str, short: bool) -> list[str]:
        """The divisions that ``name`` begins with, outermost first: 某省某市某县….

        With ``short``, provinces and cities without 省 and 市 count as well.
        """
        found: list[str] = []
        place = next((len(prefix) for prefix in self._prefixes if name.startswith(prefix)), 0)
        while place < len(name):
            step = next((size for size in self._sizes if name[place : place + size] in self._regions), 0)
            if step:
                found.append(name[place : place + step])
            else:
                step = next((size for size in range(5, 1, -1) if self._stands_for(name, place, size, short)), 0)
                if not step:
                    break
                found.append(self._short[name[place : place + step]])
            place += step
        return found

    def _stands_for(self, name: str, place: int, size: int, short: bool) -> bool:
        """Whether ``size`` characters at ``place`` are a short name: 红河州 always, 洛阳 where it is no street."""
        known = self._short.get(name[place : place + size])
        if known is None:
            return False
        return name[place + size - 1] in "州县旗" or (
            short and name[place + size : place + size + 1] not in tuple("路街道桥巷")
        )

    def _short_county(self, name: str, text: str) -> list[str]:
        """A county that ``name`` begins with in short, where the text gives its full name."""
        for size in (4, 3, 2):
            for ending in "县市区旗":
                full = name[:size] + ending
                if len(full) == size + 1 and full in self._regions and full in text:
                    return [full]
        return []

    def _parents(self, region: Region | None) -> tuple[str | None, str | None, str | None]:
        """Province, city and county of a division."""
        levels: dict[str, str] = {}
        current = region
        while current is not None:
            levels[current.level] = current.name
            current = self._by_code.get(current.parent)
        return levels.get("省"), levels.get("市"), levels.get("县")

    def _evidence(self, text: str, region: Region) -> int:
        """How often the text names what lies above ``region``, or its code."""
        province, city, _ = self._parents(region)
        names = [name for name in (province, city) if name and name != region.name]
        coded = any(match["code"] == region.code for match in _INDEX.finditer(text))
        return sum(text.count(name) + text.count(_FULL_ENDING.sub("", name)) for name in names) + (100 if coded else 0)


def _year(text: str, head: list[str]) -> int | None:
    votes: Counter[int] = Counter()
    for line in head:
        if len(line) <= 60 and _KIND.search(line) and not _SENTENCE.search(line):
            for match in _TITLE_YEAR.finditer(line):
                votes[_number(match[1])] += 3
    for match in _YEAR_OF_FIGURES.finditer(text):
        compared = text[max(0, match.start() - 3) : match.start()].rstrip()[-1:] in _COMPARED
        votes[_number(match["year"])] += 0 if compared else 1
    if votes and max(votes.values()) > 0:
        return max(votes, key=lambda year: (votes[year], year))
    every = Counter(_number(match[1]) for match in _TITLE_YEAR.finditer(text))
    return max(every, key=lambda year: (every[year], year)) if every else None


def _number(year: str) -> int:
    return int(digit_string(year.replace("○", "零")))


def _kind(text: str, head: list[str]) -> Literal["预算", "决算"] | None:
    titles = [_EITHER_KIND.sub("", line) for line in head if len(line) <= 60 and not _NO_TITLE.search(line)]
    for line in filter(_KIND.search, titles):
        if ("决算" in line) != ("预算" in line):
            if "决算" in line:
                return "决算"
            if not re.search(r"自评|绩效评价|执行", line):
                return "预算"
        if re.search(r"自评|绩效评价|支出绩效", line):
            return "决算"
    final, budget = (
        len(re.findall(pattern, text))
        for pattern in (
            "决算|完成[^，。]{0,6}预算|执行率|[与较比](?:年初预算|预算数?(?:相比|减少|增加|下降))|实际支出",
            "(?<!年初)预算(?!财政|拨款|绩效|法|管理|单位|执行|数|的)",
        )
    )
    if not final and not budget:
        return "预算" if _FUNDED.search(text) else None
    return "决算" if final * 2 >= budget else "预算"
