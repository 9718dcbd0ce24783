"""Counts → facts: the thing counted, before the number (轿车2辆) or after it (15名志愿者)."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from cnfin.document import Count
from cnfin.facts.comparisons import BECOMES
from cnfin.facts.state import Found, State, Subject, make, of_account
from cnfin.facts.subjects import has_kind
from cnfin.facts.words import Mark, Words

#: Counts with these units are scores and lengths of time.
_NO_COUNT = frozenset(("分", "个月", "天", "小时", "年", "课时", "学时"))
_PEOPLE = ("人", "人次", "名", "位", "人/次")
_THRESHOLD = re.compile(r"\s*(?:（含）|\(含\))?(?:及)?(?:以上|以下)")
#: As far as the last mark that opens a phrase.
_OPENING = re.compile(r".*[，,；;。：:、\t]", re.DOTALL)
_CLOSING = re.compile("[)）]")
_LEADS = frozenset(("reason", "parts", "use"))
_ABROAD = re.compile(r"(?:因公)?出(?:国|访)(?:[（(]境[)）]|境)?|团组")
_JOURNEY = re.compile(r"(?:因公)?出(?:国|访)(?:[（(]境[)）]|境)?")
_GUESTS = re.compile(r"(?:公务)?接待(?:人次|人数|批次|团组)?|来访")
_RECEIVING = re.compile(r"^(?:共|累计)?接待(?=来访团组|来宾|外宾)")
_RECEIVED = re.compile(
    r"^(?:共|累计)?接待(?!批次|人次|人数|人员|团组|任务|费|来宾|.{0,4}来访|外宾|次数)(?=[\u4e00-\u9fff]{2})"
)
_GROUPS = re.compile(r"(?<=接待)(?:来宾|团组|来访|费|团组数|批次数?|人次数?|人数|批数)$")
# 某县水利局国内公务接待: whose reception it was is no part of the name.
_RECEPTIONS = re.compile(r"(?:(?:国内|国[（(]境[)）]外|外事)公务接待|外事接待|外宾接待)$")
_ONLY_PEOPLE = ("人数", "人次", "人员", "总人数", "批次")
# 特种作业车（吊车、清障车）2辆; not 因公出国（境）0人.
_EXPLAINED = re.compile(r"[（(](?![不含])[^（）()]{3,}[)）]\s*$")
_OR_TIMES = re.compile(r"^[（(]次[)）]")
_RECEPTION = re.compile(r"接待|来宾|来访|外宾")
# 结合清单开展自查 → 自查; 专题研究党建工作 → 党建工作专题研究.
_DEED = re.compile(r".*(?:(?:开展|组织|举办|召开)了?(?=.{2})|(?:印发|发放|制定|进行)了?(?=.{4}))")
_TURNED = re.compile(r"专题(?:研究|研判|学习|讨论|会商)(?=.{3})")
# 纳入绩效目标管理的项目 says which projects; 某县水利局内设股室 counts 内设股室.
_INSIDE = re.compile(
    r"(纳入[^，的]{4,14}的(?:项目|单位)|内设[\u4e00-\u9fff]{2,4}?|实有人[员数])(?:共计|合计|总数|数量|共|有|为|数)*$"
)
_COMPARED = re.compile(r"^(?:比|较|与|同)[^，]{0,8}?(?:年初|上年|去年|同期|\d年度?)(?:相比)?(?=增加|减少|新增|多|少|$)")
_HAS = re.compile(
    r"^.*(?:局|院|校|中学|小学|大学|所|站|中心|委员会|办公室|政府|街道|部门|单位|幼儿园|机关)(?:现|共|实|拥)?有(?=.{2})"
)
# 核定某市技工学校事业编制: whose posts they are is no part of the name; 现在职教师 counts 在职教师.
_POSTS = re.compile(r"^.{3,}?[局院校所站会室府处关]((?:全额|财政|政法|专项|行政|事业|参公|工勤|机关|人员)+编制)$")
_ON_POST = re.compile(r"^现(?=在[职编岗])")
_STAFF = re.compile(
    r"^(?!.*编制)(教师|人员|民警|辅警|职工|教职工|干部|学生|法官|护士)(?!人数|总数|数量|名额)([\u4e00-\u9fff]{2,6})$"
)
#: 四项合计A, 三项费用: how many sums were added up.
_SUMMED = re.compile(r"合计|共计|总计|分别|费用|经费|支出")
_LESS_OR_MORE = ("change", "added")
_TURNED_TO = re.compile("增|减|降|升|增加|减少|上升|下降|降低|提高")
_EVENTS = ("次", "场", "场次", "期", "班次")
_FORESEEN = re.compile(r"预计|下一步|力争|超过目标|目标为|计划(?:完成|开展|培训)")
_AGAIN = re.compile(r"\d[\d.,，]*(?:人次|批次|[个种家名项类次场所户件台套])")
_DATE = re.compile(r"^(?:截[至止])?\d{0,4}年?\d{1,2}月(?:\d{1,2}日|底|末)?")
_ALREADY = re.compile(r"(?:已经|已|共计|累计|共)(?=[\u4e00-\u9fff]{2}$)")
_DIGITS = re.compile(r"^[\d.,，\s万亿千百十两一二三四五六七八九余多几]*")
_LIST_MARK = re.compile(
    r"^(?:\d{1,2}[.．、](?!\d)|[（(][\d一二三四五六七八九十]{1,2}[)）]|[①-⑳]|[一二三四五六七八九十]是)"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKS = " \t\u3000:：,，、；;“”《》\"'。"


class Counts:
    """Facts of counts."""

    def __init__(self, text: str, words: Words, state: State) -> None:
        self.text = text
        self.words = words
        self.state = state

    def fact(self, value: Count, gap: list[Mark], clause: list[Mark], start: int, sentence: int) -> Found | None:
        """The fact of ``value``, or None where it is a score, a length of time or a target.

        Args:
            value: the count.
            gap: what stands between the value before and this one.
            clause: the end of ``gap`` after the last comma.
            start: where the gap begins.
            sentence: where the sentence begins.
        """
        if value.bound is not None or value.unit in _NO_COUNT:
            return None
        if value.unit == "项" and _SUMMED.match(self.text, value.end):
            return None
        if _FORESEEN.search(self.text, start, value.start):
            return None
        subject = self._subject(value, gap, clause, start, sentence)
        if subject is None:
            return None
        year = self.state.as_of or self.state.year
        if year and (has_kind(clause, "prior") or (has_kind(clause, "start") and BECOMES.match(self.text, value.end))):
            year -= 1
        unit = "人次" if value.unit == "人·次" else value.unit
        self.state.foreign = self.state.foreign or has_kind(gap, "other")
        self.state.counted = subject
        self.state.previous = None
        return make(value, subject, "数量", year, value.number, unit, None, "count")

    def _subject(
        self, value: Count, gap: list[Mark], clause: list[Mark], start: int, sentence: int
    ) -> Subject | None:
        state = self.state
        if state.queue and state.queue[0].code is None:
            return state.queue.pop(0)
        before, place = self._before(value, start, sentence, clause)
        if state.counted and _TURNED_TO.fullmatch(before):
            # 人次从20人降为12人，下降40%: the text goes on speaking of the count.
            state.last = state.counted
            return state.counted
        inside = _DIGITS.sub("", value.text) if value.unit == "个" else ""
        noun = inside[1:] if inside.startswith("个") and value.unit == "个" else ""
        if noun == "月":
            noun = ""
        after = noun or self._after(value.end)
        if not (before or after) and clause and clause[-1].kind in _LESS_OR_MORE:
            # 在职112人，减少3人: a change of a count is no count.
            return None
        if value.unit == "辆" or (value.unit == "台" and "车" in before + after + self.text[value.end : value.end + 1]):
            foreign = before.endswith("车辆") and self.words.caught.search(self.text[start : value.start])
            return Subject(before if foreign else self._vehicle(before, after), None, None, place)
        special = "出国（境）团组" if after == "团组" and not before else self._visit(value.unit, before)
        if special:
            return Subject(special, None, None, place)
        name = after or _plain(before, value.unit)
        if not name:
            named = next((mark.item for mark in reversed(gap) if mark.kind == "account"), None)
            if state.counted and state.counted.name.endswith("编制") and value.unit in _PEOPLE:
                # 人员编制46名，实有43人
                return Subject("实有人员", None, None, place)
            return state.counted or (msgspec.structs.replace(of_account(named), code=None) if named else state.last)
        if not after and value.unit != "人次" and value.unit in _PEOPLE and (staff := _STAFF.match(name)):
            # 教师外出跟岗20人次 counts 外出跟岗教师.
            name = staff[2] + staff[1]
        elif not after and value.unit in ("人", "名", "位") and name.endswith(self.words.person):
            name += "人员"
        name = "人员" if name == "人数" else name
        return Subject(name, None, None, place)

    def _before(self, value: Count, start: int, sentence: int, clause: list[Mark]) -> tuple[str, tuple[int, int]]:
        """The noun phrase that ends where ``value`` starts."""
        text, cut, end = self.text, start, value.start
        if text.find("以", start, end) >= 0 and _THRESHOLD.match(text, start):
            # 单价50万元以上设备2台: the threshold belongs to the thing's name.
            cut = max(sentence, text.rfind("，", sentence, start) + 1, text.rfind("、", sentence, start) + 1)
        for mark in clause:
            if mark.end > cut and mark.kind in _LEADS and mark.end - mark.start > 1:
                cut = mark.end
        noun, length = _noun(self.words, text[cut:end], value.unit in _EVENTS)
        return noun, (end - length, end)

    def _after(self, start: int) -> str:
        following = self.text[start : start + 1]
        if following.isdecimal() and (again := _AGAIN.match(self.text, start)):
            start = again.end()
            following = self.text[start : start + 1]
        if not "\u4e00" <= following <= "\u9fff":
            return ""
        for stop in self.words.stop.finditer(self.text, start):
            if stop.lastgroup != "whole" and stop.start() > start:
                break
        else:
            return ""
        end = stop.start()
        if (account := self.state.following) and account.start > start:
            end = min(end, account.start)
        noun = self.text[start:end].strip()
        noun = noun.removesuffix("工作") if len(noun) > 5 else noun
        first = self.words.stop.match(noun)
        if first and first.lastgroup != "whole" and noun[0] not in "按新":
            return ""
        return noun if 2 <= len(noun) <= 24 else ""

    def _vehicle(self, before: str, after: str) -> str:
        name = before
        if name.startswith(("一般", "其他")) and name.endswith(("公务用车", "车辆")):
            return name
        if name in self.words.vehicles or not name:
            return "公务用车" if not after.endswith("车") or after in self.words.vehicles else after
        if name.endswith(self.words.cars) and not name.endswith("公务用车"):
            return name
        own = name.endswith(tuple(word for word in self.words.vehicles if len(word) > 1))
        return name if name.endswith("车") and not own else "公务用车"

    def _visit(self, unit: str, before: str) -> str | None:
        """Receptions and journeys abroad, whose groups and persons share a name."""
        counted = self.state.counted
        context = counted.name if counted else ""
        last = self.state.last
        if not context and last is not None and last.name.endswith("接待费"):
            context = last.name.removesuffix("费")
        return _visitors(unit, before, context)


@lru_cache(maxsize=8192)
def _noun(words: Words, said: str, event: bool) -> tuple[str, int]:
    """The noun at the end of ``said``, and the length of the phrase it was taken from.

    Remembered, for the same words come again and again.
    """
    whole = len(said)
    if explained := _EXPLAINED.search(said):
        said = said[: explained.start()]
    cut = whole - len(said)
    if opening := _OPENING.match(said, 0, len(said.rstrip(_MARKS)) - 1):
        said = said[opening.end() :]
    bracket = max(said.rfind("（"), said.rfind("("))
    if bracket >= 0 and not _CLOSING.search(said, bracket):
        said = said[bracket + 1 :]
    # A line break only wraps the line, and a blank stands between a number and its unit: 单价50 万元以上设备.
    return _clean(words, "".join(said.split()), event), len(said) + cut


def _plain(before: str, unit: str) -> str:
    """The noun before a count of ``unit``, where 接待 before people is only the verb."""
    return _RECEIVED.sub("", before) if unit in _PEOPLE else before


@lru_cache(maxsize=8192)
def _visitors(unit: str, before: str, context: str) -> str | None:
    """Name of the groups or persons that ``before``, or else the count before this one, speaks of; remembered."""
    before = "" if context and before in _ONLY_PEOPLE else _plain(before, unit)
    named = before or context
    if _RECEPTION.search(named):
        if before and not (_GUESTS.fullmatch(before) and _RECEPTION.search(context)):
            before = _GROUPS.sub("", _RECEIVING.sub("", before))
            return reception[0] if (reception := _RECEPTIONS.search(before)) else before
        return context
    if not _ABROAD.search(named) or (before and not _ABROAD.search(before)):
        return None
    journey = _JOURNEY.search(context) or _JOURNEY.search(before)
    stem = journey[0] if journey else "出国（境）"
    if unit in _PEOPLE:
        return stem + ("人次" if unit == "人次" else "人数")
    return stem + "团组"


def _clean(words: Words, raw: str, event: bool) -> str:
    """The noun in the words before a count."""
    raw = _OR_TIMES.sub("", _LIST_MARK.sub("", raw.strip(_MARKS))).removeprefix("含")
    raw = raw.replace("年年", "年", 1)
    last = raw.rfind("年")
    if 0 <= last < 6 and raw[:last].strip("截至止到 ").isdigit():
        raw = raw[last + 1 :].lstrip("度末底")
    raw = _DATE.sub("", raw)
    if inside := _INSIDE.search(raw):
        return inside[1]
    if event and (by := words.event.match(raw)):
        return by[2] + by[1]
    raw = _POSTS.sub(r"\1", _ON_POST.sub("", _COMPARED.sub("", _HAS.sub("", raw))))
    framed = True
    while True:
        lead = words.lead.match(raw)
        deed = words.verb.match(raw) if framed else None
        if deed and not (lead and lead.end() > deed.end(1)):
            break
        if lead is None or len(raw) - lead.end() == 1 or (lead.end() == len(raw) and raw in words.person):
            break
        if lead[0] in words.person and raw == lead[0] + "人员":
            break
        raw = raw[lead.end() :].lstrip(_MARKS)
        framed = framed and lead[0] in words.frame
    if not raw:
        return ""
    tails = words.tails
    while raw.endswith(tails):
        tail = next(tail for tail in tails if raw.endswith(tail))
        if len(tail) == len(raw):
            break
        raw = raw[: -len(tail)].rstrip(_MARKS)
    if raw in tails:
        return raw if raw.endswith("面积") else ""
    if raw.endswith(("以上", "以下")) or raw in ("和", "及", "与", "分别"):
        return ""
    if deed and raw.endswith(deed[2]):
        # 巡查文物点25处 counts 文物点, 巡查水库41次 counts 水库巡查.
        raw = deed[2] + deed[1] if event else deed[2]
    raw = raw + "面积" if raw.endswith("占地") else raw
    raw = _ALREADY.sub("", raw)
    if (act := _DEED.search(raw)) and act.end() <= len(raw) - 2:
        raw = raw[act.end() :]
    if turned := _TURNED.match(raw):
        raw = raw[turned.end() :] + turned[0]
    cut = raw.rfind("的")
    if 0 < cut < len(raw) - 2 and raw[cut - 2 : cut] not in ("以上", "以下"):
        raw = raw[cut + 1 :]
    cut = raw.rfind("标准")
    if 0 <= cut < len(raw) - 3:
        # 按每生每年800元的标准补助855人
        raw = raw[cut + 2 :]
    return raw.strip(_MARKS) if _HAN.search(raw) and ("“" in raw) == ("”" in raw) else ""
