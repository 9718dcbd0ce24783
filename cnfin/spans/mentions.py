"""Which names in a text are mentions of budget lines: what stands around a name decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cnfin.lexicon import Lexicon, key
from cnfin.spans.chains import resolve
from cnfin.spans.edges import firsts
from cnfin.spans.lists import CLOSES, ends_list, is_followed, leads_list, opens_list, touches
from cnfin.spans.matches import Match, is_han, is_item, is_valued

_LINE_NAMES = re.compile(r"(?:费|费用|工资|奖金|补贴|缴费|公积金|抚恤金|助学金|奖励金|补助|支出)$")
_STRONG = frozenset(("收入", "支出", "收支", "结转结余", "其他", "三公经费"))
_CONTINUES = re.compile(
    r"(?:支出)?(?:绩效|标准|定额|管理|政策|制度|办法|规定|专户|专账|表|明细|目录|法|改革|使用率|保障水平|审批|报销|预算编制|项目库|计划|事项|控制率|变动率|变动比率)"
)
_NAMES_TABLE = re.compile(r"(?:收入支出|收支|支出|收入)?(?:决算|预算)?(?:总|明细|情况)?表")
_ABOUT = re.compile(r"(?:支出|收入)?(?:决算|预算)?情况。")
_EXPLAINS = re.compile(
    r"(?:支出|收入|财政拨款)*(?:决算|预算)?(?:安排|执行|使用|变动|增减)?情况(?!。)"
    r"|(?:支出|收入)?(?:决算|预算)(?:安排)?[:：]?[ \t]*(?:\n|$)"
)
# 三公经费支出决算情况说明 is a heading wherever it stands: also inside a line, or as the caption of a chart.
_HEADS = re.compile(
    r"(?:支出|收入|收支|总计|财政拨款)*(?:决算|预算)?(?:总体|结构|具体|安排|执行|使用|变动|增减)*"
    r"情况的?(?:说明|[ \t]*(?:\n|$))"
)
# 某县2024年三公经费预算, alone on its line, is a title.
_TITLE_TAIL = re.compile(r"(?:支出)?(?:决算|预算)[ \t]*(?:\n|$)")
_TITLE_HEAD = re.compile(r"[\u4e00-\u9fff]20\d\d年度?(?:部门|单位)?(?:一般公共预算)?(?:财政拨款)?[“\"]?\Z")
_DUTIES = re.compile(r"职责|职能|机构|工作任务|重点工作|主要工作")
_TITLE = re.compile(
    r"(?:支出|收入|财政拨款)*(?:决算|预算)?(?:信息|情况|编制|汇总)?的?"
    r"(?:公开|公示|说明|公告|报告)(?:说明|表|书)?[ \t]*(?:\n|$)"
)
_TITLE_STARTS = firsts(_TITLE) | firsts(_HEADS) | firsts(_TITLE_TAIL)
_CHART = ("图", "（图", "(图")
_USE = re.compile(r"反映|用于|主要安排|所需|包括|含(?!税)|指")
_CARS_AND_TRIPS = re.compile(r"出国|公务用?车|公车|公务接待")
_DEFINES = re.compile(r"反映|指")
_DEFINED = re.compile(
    r"[”\"》]*(?:（[类款项]）)?(?:、[^，。：:；\n]{2,30}){0,4}\s?(?:[:：]\s?(?:是|主要)?(?:指|反映|包括)|(?:是|主要)?(?:指|反映))"
)
_EXPLAINED = re.compile(r"[”\"》]*(?:（[类款项]）)?[:：]")
_QUALIFIER_AFTER = re.compile(r"安排|开支|负担|补助|资金|[“\"]?三公|保障|支持|经费|项目|(?:预算|事业)?单位|专项|的因")
_QUALIFIER_BEFORE = re.compile(r"(?:用|使用|由|(?<!包)含|通过|利用|同级|非)$")
_BARE_TOTAL = re.compile(
    r"(?:(?:相比|对比|比较)[，,]|年度?|今年|本年|全年|当年|部门|单位"
    r"|(?<!住)院|(?<!城)镇|(?<!承)办|(?<!办)(?<!助)(?<!教)学|[局校委府处乡心园厅站所队])$"
)
_UNIT_ENDS = frozenset("）社馆会部团场村区县市司库")
# Sections whose own totals are those of other lines than the whole income or spending.
_OF_OTHERS = re.compile("三公|机关|财政|一般公共|公共预算|基金|国有|采购|项目|基本|绩效")
_FIGURE = re.compile(r"(?:总额)?(?:为|是|:)?\s?约?\s?\d")
_OPENS_ITEM = re.compile(r"(?:^|\n)[ \u3000\d一二三四五六七八九十（）.、①-⑳]*$")
_LONGEST_MARK = 12
_SIDES = re.compile(r"、支出(?:决算|预算)?(?:各|均|分别)")
_WITH_PARTS = re.compile(r"(?:总额)?为?\s?[\d.,，]+[万亿]?元[，,（](?:其中|包括|由)")
# 公务接待费2024年度财政拨款决算数为5万元: only whose money it is.
_SUM_OF_FUNDS = re.compile(r"(?:年初)?(?:预算|决算|执行)数")
_SAME_CLAUSE = re.compile(r"[^，。；：:\n的]{0,16}")
_ITEMS = frozenset(("功能分类", "三公经费"))
_EXCEPTS = re.compile(r"[:：]?\s?(?:主要)?(?:指|反映)+除")
_LISTED = frozenset("除、和及与")
_LISTS = re.compile(r"(?:包括|包含|为|是|无|有|即|、|和|及|:)$")
_TOTAL_AFTER = re.compile(
    r"(?:决算|预算)?(?:数)?(?:总额|总计|合计|共计|共)?(?:为|是|:)?\s?(?:约)?\s?\d|(?:各)?(?:增加|减少|增长|下降|总额|预算总额|较|比|同比|与)"
)
_QUOTE_MARKS = {"“": "”", "《": "》"}
_QUOTED_TAIL = re.compile(r"(?:支出|费用|等|科目|项目支出|（?[类款项]）?|财政拨款支出)?$")
_NO_MENTION_AFTER = frozenset("表法率")
_TABLE_STARTS = firsts(_NAMES_TABLE)
_CONTINUE_STARTS = firsts(_CONTINUES)
# What stands before a name that does not open its line: a clause, or the first part of a longer word.
_NO_LEAD = re.compile(r"[，。；：:]|[\u4e00-\u9fff](?<![一二三四五六七八九十])[“《]?$")
_TOTALS = frozenset(
    (
        *("收入", "支出", "预算收入", "收入预算", "支出预算", "预算支出", "收入决算", "支出决算"),
        *("项目", "全年收入", "全年支出"),
    )
)


class Mentions:
    """Tells mentions from words that only look like a name.

    Args:
        lexicon: the tables.
        cut: word segmentation, asked only where a match could cut a word.
    """

    def __init__(self, lexicon: Lexicon, cut: Callable[[str], Sequence[str]]) -> None:
        self._lexicon = lexicon
        self._cut = cut
        words = lexicon.table("boundaries", "word")
        self._left = frozenset(word for word in words if len(word) == 1)
        self._left_words = tuple(word for word in words if len(word) > 1)

    def among(self, text: str, matches: list[Match]) -> list[Match]:
        """The matches that are mentions, in order; each is marked as accepted."""
        mentions: list[Match] = []
        for number, match in enumerate(matches):
            if match.chain is None and not self._is_mention(text, matches, number):
                continue
            match.accepted = True
            if mentions and text.startswith("使用", match.start) and _same_line(mentions[-1], match):
                # 使用非财政拨款结余：指…使用非财政拨款结余…: the second time the verb is a verb.
                match.start += 2
                match.readings = self._lexicon.readings.get(text[match.start : match.end], match.readings)
            mentions.append(match)
        return mentions

    def silent(self, source: str, text: str, match: Match) -> bool:
        """Whether nothing on the match's line is a mention: a title, a table of contents, a chart's caption."""
        place = match.place
        if place.muted:
            # A heading that closes like a sentence says its item.
            return not (place.title and _ABOUT.match(text, match.end))
        if place.title and _EXPLAINS.match(text, match.end):
            return True
        if text[match.end : match.end + 1] in _TITLE_STARTS and (
            _TITLE.match(text, match.end)
            or _HEADS.match(text, match.end)
            or (_TITLE_TAIL.match(text, match.end) and _TITLE_HEAD.search(text, max(0, match.start - 24), match.start))
        ):
            return True
        return source.startswith(_CHART, place.start)

    def _is_mention(self, text: str, matches: list[Match], number: int) -> bool:
        match = matches[number]
        after = text[match.end : match.end + 1]
        listed = touches(text, matches, number)
        if self._goes_on(text, match, after, listed) or self._inside_longer(text, matches, number):
            return False
        if _in_quoted_name(text, match):
            return False
        strong = next((reading for reading in match.readings if reading.scheme in _STRONG), None)
        if strong is not None:
            if strong.weak:
                weak = self._weak_term(text, matches, number)
                return weak or (match.scheme == "经济分类" and self._line(text, matches, number, listed))
            if after != "的":
                return True
            # 本年支出的公务接待费: a verb, whose object follows.
            spent = strong.scheme == "支出" and text.endswith("支出", match.start, match.end)
            spent = spent and number + 1 < len(matches) and matches[number + 1].start == match.end + 1
            return not (spent or text.startswith(("上年", "年初", "以前"), match.start))
        return self._line(text, matches, number, listed)

    def _line(self, text: str, matches: list[Match], number: int, listed: bool) -> bool:
        """Whether a name of the functional or the economic classification alone is a mention."""
        match = matches[number]
        if _repeats_chain(text, matches, number) or self._excepted(text, matches, number):
            return True
        valued = is_valued(text, match)
        if not (listed or self._open_left(text, match, valued) or opens_list(text, matches, number)):
            return False
        if not valued and (self._in_definition(text, matches, number) or _in_duties(match)):
            return False
        if valued or text.startswith(("科目", "类科目"), match.end) or is_item(text, match) or _is_defined(text, match):
            return True
        if leads_list(text, matches, number) or (listed and ends_list(text, matches, number)):
            return True
        if all(reading.weak for reading in match.readings):
            return False
        if text.endswith("支出", match.start + 3, match.end):  # but 其他支出 is also said of anything else
            return True
        if not _LINE_NAMES.search(text[match.start : match.end]):
            return listed
        if listed or is_followed(matches, number):
            return True
        return self._whole_words(text, match) and bool(CLOSES.match(text, match.end))

    def _excepted(self, text: str, matches: list[Match], number: int) -> bool:
        """Whether the name is a sister line that a definition leaves out: …（项）：反映除行政运行以外的支出."""
        match = matches[number]
        if text[match.start - 1 : match.start] not in _LISTED or match.scheme != "功能分类":
            return False
        for other in reversed(matches[max(0, number - 10) : number]):
            if other.place.number == match.place.number and other.chain is not None:
                parent = resolve(other.chain.links, self._lexicon, None) or ""
                codes = self._lexicon.functional_codes(text[match.start : match.end], None)
                excepts = _EXCEPTS.match(text, other.end, match.start) is not None
                return excepts and len(parent) > 3 and any(code.startswith(parent[:5]) for code in codes)
        return False

    def _goes_on(self, text: str, match: Match, after: str, listed: bool) -> bool:
        """Whether the name is the beginning of another: of a table, a law, a standard, a regulation."""
        if after == "收" and match.scheme == "功能分类" and text.startswith("收入", match.end):
            return True  # 结算补助收入 is no line of spending
        if after in _NO_MENTION_AFTER or (after in _TABLE_STARTS and _NAMES_TABLE.match(text, match.end)):
            return True
        return not listed and after in _CONTINUE_STARTS and _CONTINUES.match(text, match.end) is not None

    def _inside_longer(self, text: str, matches: list[Match], number: int) -> bool:
        """Whether the match only goes on with the name before it: “三公”经费财政拨款支出, （“三公”经费）支出合计."""
        if not number:
            return False
        before, match = matches[number - 1], matches[number]
        if not before.accepted or match.scheme == "经济分类":
            return False
        closed = text.startswith("）", before.end) and text.startswith("支出", match.start)
        return before.end + closed == match.start

    def _weak_term(self, text: str, matches: list[Match], number: int) -> bool:
        match = matches[number]
        before = text[max(0, match.start - 8) : match.start]
        name = text[match.start : match.end]
        if name in _TOTALS:
            return self._bare_total(text, matches, number, before)
        if _QUALIFIER_AFTER.match(text, match.end) or _QUALIFIER_BEFORE.search(before):
            return False
        if name.endswith("拨款") and _SUM_OF_FUNDS.match(text, match.end) and _follows_line(text, matches, number):
            return False
        valued = is_valued(text, match)
        if not self._open_left(text, match, valued):
            return False
        if valued or _is_base(text, match) or is_item(text, match) or _is_defined(text, match):
            return True
        if leads_list(text, matches, number):
            return True
        return "拨款" in name and text[match.end : match.end + 1] in "、和，及。；" and bool(_LISTS.search(before))

    def _bare_total(self, text: str, matches: list[Match], number: int, before: str) -> bool:
        """收入, 支出 or 项目 alone: the unit's total, where a figure or a change follows and no other name precedes."""
        match = matches[number]
        name = text[match.start : match.end]
        if name == "项目":
            return not (_TOTAL_AFTER.match(text, match.end) and _BARE_TOTAL.search(before)) and bool(
                re.match(r"完成(?:年初|预算|调整|全年)|占\d", text[match.end : match.end + 4])
            )
        if _other_side(text, matches, number) or _is_base(text, match):
            return True
        if not _TOTAL_AFTER.match(text, match.end) or _carried(matches, number):
            return False
        if not _BARE_TOTAL.search(before) and not _titled(text, match):
            return False
        previous = next((other for other in reversed(matches[max(0, number - 4) : number]) if other.accepted), None)
        if previous is None or previous.place.number != match.place.number:
            return before.rstrip()[-1:] != ":"
        if not re.search(r"[，,]", text[previous.end : match.start]):
            return False
        if len(name) > 2 and "决算" not in name and not re.search("[比较与和]", before):
            return _FIGURE.match(text, match.end) is not None
        return text.startswith(("总额", "总计", "合计"), match.end)

    def _in_definition(self, text: str, matches: list[Match], number: int) -> bool:
        """Whether an economic name without a figure only says what the money of another line buys.

        So in what defines a 三公 item (因公出国（境）费反映…住宿费、培训费) or a functional line.
        """
        match = matches[number]
        if all(reading.scheme != "经济分类" for reading in match.readings):
            return False
        line = text[max(0, match.start - 160) : match.start]
        line = line[max(line.rfind("\n"), line.rfind("；"), line.rfind("。")) + 1 :]
        named = _CARS_AND_TRIPS.search(line)
        if named and _USE.search(line, named.end()):
            return True
        if not _DEFINES.search(line):
            return False
        first = next((other for other in reversed(matches[max(0, number - 12) : number]) if _opens(other, match)), None)
        return first is not None and _DEFINED.match(text, first.end) is not None

    def _open_left(self, text: str, match: Match, valued: bool) -> bool:
        """Whether a name may begin here: after a mark, or after a word that does not join names."""
        before = text[match.start - 1 : match.start]
        if before != "的":
            return not is_han(before) or before in self._left or text.endswith(self._left_words, 0, match.start)
        if valued:
            # 完成任务的专项业务支出2万元: an item of many 款 is then no name.
            if match.scheme != "功能分类":
                return True
            codes = self._lexicon.functional_codes(text[match.start : match.end], None)
            return len(codes) < 2 or any(len(code) == 3 for code in codes)
        # 安排的资本性支出; but 举办的小学教育支出 only explains a functional line.
        named = text.endswith("支出", match.start, match.end) and not all(reading.weak for reading in match.readings)
        explains = match.scheme == "功能分类" and _DEFINES.search(text, max(0, match.start - 60), match.start)
        return named and not explains

    def _whole_words(self, text: str, match: Match) -> bool:
        """Whether segmentation, too, has word boundaries at both ends of the match."""
        if not is_han(text[match.start - 1 : match.start]) and not is_han(text[match.end : match.end + 1]):
            return True
        low = match.start
        while low > 0 and match.start - low < 12 and is_han(text[low - 1]):
            low -= 1
        high = match.end
        while high < len(text) and high - match.end < 6 and is_han(text[high]):
            high += 1
        place = low
        edges = {low}
        for word in self._cut(text[low:high]):
            place += len(word)
            edges.add(place)
        return match.start in edges and match.end in edges


def _in_duties(match: Match) -> bool:
    """Whether the section says what the unit does: 学前教育 there is a field of work."""
    titles = match.place.section.rsplit("\n", 2)[-2:]
    return any(_DUTIES.search(title) for title in titles)


def _is_base(text: str, match: Match) -> bool:
    """Whether a share is said of the line: 占总支出的20%, 占总支出20%."""
    after = text[match.end : match.end + 1]
    return text[match.start - 1 : match.start] == "占" and (after == "的" or after.isdecimal())


def _follows_line(text: str, matches: list[Match], number: int) -> bool:
    """Whether another line was named in the same clause."""
    before, match = matches[number - 1], matches[number]
    return number > 0 and before.accepted and bool(_SAME_CLAUSE.fullmatch(text, before.end, match.start))


def _same_line(before: Match, match: Match) -> bool:
    """Whether two mentions of one sentence are of the same line."""
    return before.place.number == match.place.number and before.readings[0].name == match.readings[0].name


def _opens(other: Match, match: Match) -> bool:
    """Whether ``other`` is a functional line of the same sentence that ``match`` may help to define."""
    return other.accepted and other.place.number == match.place.number and other.scheme == "功能分类"


def _carried(matches: list[Match], number: int) -> bool:
    """Whether a functional line or a 三公 item stands just above, so that 支出决算 below is said of that line."""
    match = matches[number]
    for other in reversed(matches[max(0, number - 3) : number]):
        if other.accepted:
            near = match.place.number - other.place.number <= 2 and match.place.section.startswith(other.place.section)
            return near and any(reading.scheme in _ITEMS for reading in other.readings)
    return False


def _repeats_chain(text: str, matches: list[Match], number: int) -> bool:
    """Whether a chain of the same line has just ended with this name."""
    match = matches[number]
    for other in reversed(matches[max(0, number - 3) : number]):
        if other.chain is not None and other.place.number == match.place.number:
            same = key(other.chain.links[-1].name) == key(text[match.start : match.end])
            return same and not _USE.search(text, other.end, match.start)
    return False


def _other_side(text: str, matches: list[Match], number: int) -> bool:
    """Whether 收入 and 支出 stand beside each other: 收入20万元，支出19万元; 收入、支出各减少3万元."""
    match = matches[number]
    for other in matches[max(0, number - 1) : number]:
        one, two = text[other.start : other.end], text[match.start : match.end]
        if other.accepted and one in _TOTALS and other.place.number == match.place.number and one[:2] != two[:2]:
            gap = text[other.end : match.start]
            return gap == "、" or (gap.count("元") == 1 and gap[-1] == "，" and bool(_FIGURE.match(text, match.end)))
    return _SIDES.match(text, match.end) is not None


def _titled(text: str, match: Match) -> bool:
    """Whether 收入预算, 支出决算 … is the total that the section is about, or that of the unit named before."""
    before = text[match.start - 1 : match.start]
    if match.end - match.start > 2 and before in _UNIT_ENDS:
        return True
    title = match.place.section.rpartition("\n")[2]
    kind = text[match.start : match.start + 2]
    if _OF_OTHERS.search(title):
        return False
    if text.startswith(":", match.end) and _OPENS_ITEM.search(text[max(0, match.start - _LONGEST_MARK) : match.start]):
        return True  # 1.收入：20万元
    if before not in "\n 。":
        return False
    return kind in title or _WITH_PARTS.match(text, match.end) is not None


def _is_defined(text: str, match: Match) -> bool:
    """Whether the line begins with the name, alone or in a list, and goes on to say what it means."""
    head = text.rfind("\n", max(0, match.start - 60), match.start) + 1
    if (not head and match.start > 60) or _NO_LEAD.search(text[head : match.start]):
        return False
    if _DEFINED.match(text, match.end):
        return True
    return "名词解释" in match.place.section and _EXPLAINED.match(text, match.end) is not None


def _in_quoted_name(text: str, match: Match) -> bool:
    """Whether the match is only part of what stands in quotation marks: of a project's or a document's name."""
    for opening, closing in _QUOTE_MARKS.items():
        start = text.rfind(opening, max(0, match.start - 24), match.start)
        if start < 0 or text.find(closing, start, match.start) >= 0:
            continue
        end = text.find(closing, match.end, match.end + 24)
        if end < 0 or text.find("\n", start, end) >= 0:
            continue
        before, after = text[start + 1 : match.start], text[match.end : end]
        if re.search(r"[，。、；：:\d]", before + after):
            continue
        if before or not _QUOTED_TAIL.fullmatch(after):
            return True
    return False
