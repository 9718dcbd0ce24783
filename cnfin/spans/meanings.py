"""What each mention of a budget line means: which classification, which line of it, which code."""

from __future__ import annotations

import re
from functools import lru_cache

from cnfin.lexicon import Lexicon, Reading
from cnfin.spans.chains import chains, resolve
from cnfin.spans.matches import Match
from cnfin.spans.normal import Normal

_SANGONG_SECTION = re.compile("三公|出国|公务用车|公务接待")
_ECONOMIC_SECTION = re.compile("机关运行|公用经费|基本支出|人员经费|商品和服务|经济分类")
_CLASSIFICATIONS = frozenset(("功能分类", "经济分类", "三公经费"))
#: Economic lines that many provinces report together with the 三公 items.
_BESIDE_SANGONG = frozenset(("会议费", "培训费", "差旅费"))
#: From how many economic names on a list is one of 公用经费 even in a section about 三公.
_LIST = 4
#: How many sentences away the names around an ambiguous one may stand.
_NEIGHBOURS = 3
# 2010301-政府机构行政运行
_WRITTEN_FIRST = re.compile(r"(?<!\d)(2\d{4}(?:\d\d)?)-[\u4e00-\u9fff]{1,8}\Z")
_WRITTEN = re.compile(r"(?<!\d)([2-5]\d\d(?:\d\d){0,2})[\s|“\"—-]{0,4}$")
_WRITTEN_ENDS = frozenset('0123456789 \t\n|“"—-')


#: Names of money that comes in and is spent.
_OF_EITHER_SIDE = ("拨款", "预算")
_TOTALS = ("拨款支出", "支出合计", "支出总计", "支出决算", "整体支出")
_PARTS = re.compile("其中|包括|[（(：:]")


class Meanings:
    """Chooses each mention's reading and code.

    Args:
        lexicon: the tables.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def settle(self, normal: Normal, mentions: list[Match], year: int | None) -> None:
        """Set ``chosen`` and ``code`` of every mention.

        Args:
            normal: the text in normal form.
            mentions: in reading order.
            year: the fiscal year whose codes are meant.
        """
        # The 类 or 款 that the text is about, and the economic class whose lines follow.
        context, group, section, known = "", "", None, False
        for number, match in enumerate(mentions):
            if match.place.section != section:
                section, group, known = match.place.section, "", False
            if not known and match.scheme == "功能分类":
                context, known = self._section_code(section, year), True
            if match.chain is not None:
                match.chosen = match.readings[0]
                match.code = resolve(match.chain.links, self._lexicon, year, context)
                context = match.code[:5] if match.code else context
                continue
            written = _written(normal.text, match)
            match.chosen = self._chosen(normal.text, mentions, number, written, context)
            if match.chosen.scheme == "功能分类":
                match.code = self._functional_code(normal, match, year, context, written)
                if match.code and len(match.code) <= 5:
                    context = match.code
            elif match.chosen.scheme == "经济分类":
                match.code = self._economic_code(normal.text, match, year, group, written)
                if match.code and len(match.code) == 3:
                    group = match.code

    # Which classification

    def _chosen(self, text: str, mentions: list[Match], number: int, written: str, context: str) -> Reading:
        match = mentions[number]
        if len(match.readings) == 1:
            return self._side(text, mentions, number)
        by_scheme = {reading.scheme: reading for reading in match.readings}
        if "经济分类" in by_scheme and "三公经费" in by_scheme:
            economic = bool(written) or self._is_economic(mentions, number)
            return by_scheme["经济分类" if economic else "三公经费"]
        if "经济分类" in by_scheme and "功能分类" in by_scheme:
            codes = self._lexicon.functional_codes(text[match.start : match.end], None)
            functional = written in codes if written else _is_functional(mentions, number, codes, context)
            return by_scheme["功能分类" if functional else "经济分类"]
        if "功能分类" in by_scheme and not written:
            # 年终结余: a unit's carry-over, not the line of the budget of a government.
            return next(reading for reading in match.readings if reading.scheme != "功能分类")
        return match.readings[0]

    def _side(self, text: str, mentions: list[Match], number: int) -> Reading:
        """The reading of a name that stands for income or spending according to what is around it."""
        match = mentions[number]
        reading = match.readings[0]
        name = text[match.start : match.end]
        if reading.scheme == "收入" and name.endswith(_OF_EITHER_SIDE):
            # 一般公共预算财政拨款 and its like name income, but in a section about spending, and as a part of a total
            # of spending, the spending.
            title = match.place.section.rpartition("\n")[2]
            if ("支出" in title and "收入" not in title) or _divides_spending(text, mentions, number):
                spending = self._lexicon.readings.get(reading.name.removesuffix("收入") + "支出", ())
                return next((one for one in spending if one.scheme == "支出"), reading)
        if name == "支出总额" and number and mentions[number - 1].place.number == match.place.number:
            # After 财政拨款收入总额 the total is one of a kind of funds, not the grand total.
            before = mentions[number - 1]
            if before.chosen is not None and before.chosen.scheme == "收入" and text.startswith("总额", before.end):
                return self._lexicon.readings["本年支出合计"][0]
        return reading

    def _is_economic(self, mentions: list[Match], number: int) -> bool:
        """Whether a name that is a 三公 item and an economic line stands for the latter."""
        section = mentions[number].place.section
        near = _neighbours(mentions, number, 0)
        economic = [other for other in near if other.scheme == "经济分类"]
        sangong = bool(_SANGONG_SECTION.search(section)) or _in_sangong(mentions, number)
        if any(other.name not in _BESIDE_SANGONG for other in economic):
            return not sangong or len(economic) >= _LIST
        if sangong or len(near) > len(economic):
            return False
        if _ECONOMIC_SECTION.search(section):
            return True
        before = (other for other in reversed(mentions[max(0, number - 8) : number]) if len(other.readings) == 1)
        last = next((other for other in before if other.scheme in _CLASSIFICATIONS), None)
        return last is not None and last.scheme == "经济分类" and mentions[number].place.number - last.place.number <= 2

    # Which line

    def _functional_code(
        self, normal: Normal, match: Match, year: int | None, context: str, written: str
    ) -> str | None:
        name = normal.text[match.start : match.end]
        if written and written in self._lexicon.functional_codes(name, None):
            if _is_glued(normal, match):
                match.start = normal.text.rindex(written, 0, match.start)
            return written
        codes = self._lexicon.functional_codes(name, year)
        codes = [code for code in codes if not code.startswith("219")] or codes
        top = [code for code in codes if len(code) == 3]
        below = [code for code in codes if context and code.startswith(context)]
        nested = top if len(top) == 1 else below or codes
        # A 款 and its only 项 share a name: the name alone means the 款.
        first = min(nested, key=len, default=None)
        return first if first and all(code.startswith(first) for code in nested) else None

    def _economic_code(self, text: str, match: Match, year: int | None, group: str, written: str) -> str | None:
        """The code in the class that was named before, else in the departments' classification."""
        assert match.chosen is not None
        name = text[match.start : match.end]
        lines = [(name, line) for line in self._lexicon.economic.get(name, ())]
        if match.chosen.name != name:
            lines += [(match.chosen.name, line) for line in self._lexicon.economic.get(match.chosen.name, ())]
        alive = [(line[0], own) for own, line in lines if year is None or line[1] <= year <= line[2]]
        if not alive:
            return match.chosen.code or None
        if len(alive) == 1:
            return alive[0][0] or None
        code, own = min(
            alive,
            key=lambda line: (
                line[0] != written,
                not (group and line[0].startswith(group)),
                line[0].startswith("5") != group.startswith("5"),
                len(line[0]),  # 其他资本性支出 was a 类 and its own 款
            ),
        )
        if own != match.chosen.name:
            match.chosen = Reading(own, code, "经济分类")
        return code or None

    def _section_code(self, section: str, year: int | None) -> str:
        """The 款 or 类 that the headings above name, the innermost first, or an empty string."""
        titles = reversed(section.split("\n"))
        return next((code for title in titles if (code := _title_code(title, self._lexicon, year))), "")


@lru_cache(maxsize=1 << 14)
def _title_code(title: str, lexicon: Lexicon, year: int | None) -> str:
    code = ""
    for chain in chains(title, lexicon):
        code = resolve(chain.links, lexicon, year) or code
    if not code:
        for pattern, start, end in lexicon.automaton.find_matches_as_indexes(title):
            readings = lexicon.readings.get(lexicon.surfaces[pattern])
            if readings and readings[0].scheme == "功能分类":
                codes = lexicon.functional_codes(title[start:end], year)
                code = codes[0] if len(codes) == 1 else code
    return code[:5]


def _divides_spending(text: str, mentions: list[Match], number: int) -> bool:
    """Whether the mention is a part of a total of spending: 财政拨款支出A，其中：一般公共预算B、政府性基金预算C."""
    match = mentions[number]
    start = match.start
    for other in reversed(mentions[max(0, number - 8) : number]):
        if other.place.number != match.place.number or other.chosen is None or other.chosen.scheme != "支出":
            return False
        if other.scheme == "支出":
            return other.chosen.name.endswith(_TOTALS) and _PARTS.search(text, other.end, start) is not None
        start = other.start
    return False


def _is_functional(mentions: list[Match], number: int, codes: list[str], context: str) -> bool:
    """Whether a name of two classifications is that of a function: as most names around, else as a 类 or in context."""
    schemes = [other.scheme for other in _neighbours(mentions, number, _NEIGHBOURS)]
    lead = schemes.count("功能分类") - schemes.count("经济分类")
    if lead:
        return lead > 0
    return any(len(code) == 3 or (context != "" and code.startswith(context)) for code in codes)


def _in_sangong(mentions: list[Match], number: int) -> bool:
    """Whether the sentence has named “三公”经费 before, whose items follow."""
    place = mentions[number].place.number
    before = (other for other in mentions[max(0, number - 8) : number] if other.place.number == place)
    return any(other.readings[0].name == "三公经费" for other in before)


def _neighbours(mentions: list[Match], number: int, reach: int) -> list[Reading]:
    """Readings of the unambiguous mentions in the sentence, else in those up to ``reach`` sentences away."""
    match = mentions[number]
    same: list[Reading] = []
    wider: list[Reading] = []
    for other in mentions[max(0, number - 8) : number + 9]:
        if other is match or len(other.readings) > 1 or other.scheme not in _CLASSIFICATIONS:
            continue
        distance = abs(other.place.number - match.place.number)
        if distance == 0:
            same.append(other.readings[0])
        elif distance <= reach and other.place.section == match.place.section:
            wider.append(other.readings[0])
    return same or wider


def _written(text: str, match: Match) -> str:
    """The code that stands right before a name, glued to it or in a cell of its own; else an empty string."""
    if text[match.start - 1 : match.start] not in _WRITTEN_ENDS:
        first = (
            _WRITTEN_FIRST.search(text, max(0, match.start - 18), match.start)
            if match.rule.startswith("a code")
            else None
        )
        return first[1] if first else ""
    found = _WRITTEN.search(text, max(0, match.start - 12), match.start)
    return found[1] if found else ""


def _is_glued(normal: Normal, match: Match) -> bool:
    """Whether nothing but a dash parts the name from the code before it."""
    before = normal.source[normal.offset(match.start) - 1]
    return before.isdigit() or before in "-—－–"
