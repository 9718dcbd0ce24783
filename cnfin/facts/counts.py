"""Counts → facts, a decision list: the thing counted, before the number (轿车2辆) or after it (15名志愿者)."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from cnfin.document import Account, Count
from cnfin.facts.clause import Clause, has
from cnfin.facts.compared import BECOMES
from cnfin.facts.cues import Kind
from cnfin.facts.found import Found, Place, Subject, make, of_account
from cnfin.facts.frames import Frames
from cnfin.facts.nouns import MARKS, noun
from cnfin.facts.rules import PASS, Decision, Rule, Rules, bits, on
from cnfin.facts.words import Words

_BOUNDED, _COUNTED = bits(on("bounded")), bits(on("counted"))
#: What units tell: scores and lengths of time are no counts.
_UNITS = dict.fromkeys(("分", "个月", "天", "小时", "年", "课时", "学时"), _BOUNDED)
_UNITS |= {"项": bits(on("items")), "辆": bits(on("vehicles")), "台": bits(on("vehicles"))}
_PEOPLE = ("人", "人次", "名", "位", "人/次")
_BODIES = ("家", "所", "户")
_EVENTS = ("次", "场", "场次", "期", "班次")
#: What 辆 counts besides cars.
_NO_CARS = re.compile(r"(?:轮椅|担架|童车|推车|自行车|助力车|三轮车|叉车|单车)$")
_MEAN = re.compile("(?:[日人户村]均|平均每?)[^，。]{0,8}$")
#: What stands behind a count and names nothing: 15个按期完工.
_HOW = ("按期", "如期", "按时", "全部", "逾期", "延期", "超期", "因")
_DID = ("就业", "上岗", "就学", "入住", "受益")
_THRESHOLD = re.compile(r"\s*(?:（含）|\(含\))?(?:及)?(?:以上|以下)")
_LEADS: frozenset[Kind] = frozenset(("reason", "parts", "use"))
_LESS_OR_MORE: frozenset[Kind] = frozenset(("change", "added"))
_ABROAD = re.compile(r"(?:因公)?出(?:国|访)(?:[（(]境[)）]|境)?|团组")
_JOURNEY = re.compile(r"(?:因公)?出(?:国|访)(?:[（(]境[)）]|境)?")
_GUESTS = re.compile(r"(?:公务)?接待(?:人次|人数|批次|团组)?|来访")
_RECEIVING = re.compile(r"^(?:共|累计)?接待(?:了)?(?=来访团组|(?:国内|国外|境外|外地|各类)?(?:来宾|外宾|宾客|客人))")
_RECEIVED = re.compile(
    r"^(?:共|累计)?接待(?!批次|人次|人数|人员|团组|任务|费|来宾|.{0,4}来访|外宾|次数)(?=[\u4e00-\u9fff]{2})"
)
_GROUPS = re.compile(r"(?<=接待)(?:来宾|团组|来访|费|团组数|批次数?|人次数?|人数|批数)$")
# 某县水利局国内公务接待: whose reception it was is no part of the name.
_RECEPTIONS = re.compile(r"(?:(?:国内|国[（(]境[)）]外|外事)公务接待|外事接待|外宾接待)$")
_ONLY_PEOPLE = ("人数", "人次", "人员", "总人数", "批次")
_RECEPTION = re.compile(r"接待|来宾|来访|外宾")
_STAFF = re.compile(
    r"^(?!.*编制)(教师|人员|民警|辅警|职工|教职工|干部|学生|法官|护士)(?!人数|总数|数量|名额|医保|医疗|养老|保险|参保|社保|食堂|宿舍)([\u4e00-\u9fff]{2,6})$"
)
#: 四项合计A, 三项费用: how many sums were added up.
_SUMMED = re.compile(r"合计|共计|总计|分别|费用|经费|支出")
_TURNED_TO = re.compile("增|减|降|升|增加|减少|上升|下降|降低|提高")
_FORESEEN = re.compile(r"预计|下一步|力争|超过目标|目标为|计划(?:完成|开展|培训)")
_PLANNED = re.compile(r"[\s，,；;：:。、]*(?:年初|年度|全年|原)?计划(?=[\u4e00-\u9fff]{2,14}$)")
_AGAIN = re.compile(r"\d[\d.,，]*(?:人次|批次|[个种家名项类次场所户件台套])")
_DIGITS = re.compile(r"^[\d.,，\s万亿千百十两一二三四五六七八九余多几]*")
#: 公益培训班期数30期 counts 公益培训班.
_MANY = re.compile("(?<=..)(?<!人)(?:次数|期数|个数|户数|数量)$")
#: A label whose value follows with no noun of its own, and how far before the value it begins.
_LONGEST_LABEL = 28
_LABELLED = re.compile(
    r"([\u4e00-\u9fff“”]{2,16}(?<!指标)(?<!情况)(?<!方面)(?<!其中)(?<!包括)(?<!如下)(?<!目标))[：:][^，,。；;：:]{0,10}$"
)
_CLAUSES = re.compile("[，,；;。：:、]")
#: The longest noun behind a count.
_LONGEST = 24


class Counted(msgspec.Struct, frozen=True, gc=False):
    """A count with the words around it.

    Attributes:
        clause: what stands before it.
        value: the count.
        before, place: the noun phrase that ends where the count starts, and where it stands.
        after: the noun behind it.
    """

    clause: Clause
    value: Count
    before: str
    place: Place
    after: str

    @property
    def name(self) -> str:
        """The noun behind the count, else the one before, where 接待 before people is only the verb."""
        return self.after or _plain(self.before, self.value.unit)


class Counts:
    """Decides on counts."""

    def __init__(self, text: str, words: Words, frames: Frames) -> None:
        self.text = text
        self.words = words
        self.frames = frames

    def decide(self, clause: Clause) -> tuple[str, Found | None]:
        """The rule that decides on the count behind ``clause``, and its fact (None: 其他)."""
        value = clause.value
        before, place = self._before(clause, value)
        shown = clause.shown | _UNITS.get(value.unit, 0)
        if value.bound is not None:
            shown |= _BOUNDED
        if self.frames.said.counted is not None:
            shown |= _COUNTED
        count = Counted(clause, value, before, place, self._after(value, clause.following))
        return RULES.decide(self, count, "none", shown)

    def no_count(self, count: Counted, rule: str) -> Decision:
        """A limit, a score or a length of time."""
        return None

    def average(self, count: Counted, rule: str) -> Decision:
        """An average, or working days."""
        if count.after == "工作日":
            return None
        start, end = count.clause.start, count.value.start
        mean = self.text.find("均", start, end) >= 0 and _MEAN.search(self.text, start, end) is not None
        return None if mean else PASS

    def sums(self, count: Counted, rule: str) -> Decision:
        """How many sums were added up."""
        return None if _SUMMED.match(self.text, count.value.end) else PASS

    def foreseen(self, count: Counted, rule: str) -> Decision:
        """What is to come."""
        begin, start = count.clause.begin, count.value.start
        frames = self.frames
        if frames.evaluation and (frames.aims or frames.section.aims):
            return None
        if _PLANNED.match(self.text, begin, start) and count.name:
            # 计划新建泵站4座，实际建成4座: what was built is the same.
            self.frames.counts(Subject(count.name), False, None)
            return None
        return None if _FORESEEN.search(self.text, begin, start) else PASS

    def turned(self, count: Counted, rule: str) -> Decision:
        """人次从20人降为12人，下降40%: the text goes on speaking of the count."""
        counted = self.frames.said.counted
        if counted is None or not _TURNED_TO.fullmatch(count.before):
            return PASS
        self.frames.speaks_of(counted)
        return self._stated(count, counted, rule)

    def changed(self, count: Counted, rule: str) -> Decision:
        """在职112人，减少3人: a change of a count is no count."""
        changed = count.clause.marks[-1].kind in _LESS_OR_MORE
        named = count.before or count.after or self.text.startswith("车", count.value.end)
        return None if changed and not named else PASS

    def vehicles(self, count: Counted, rule: str) -> Decision:
        """Cars of the unit, by kind; those that it caught are others'."""
        value, before = count.value, count.before
        if value.unit == "台" and "车" not in before + count.after + self.text[value.end : value.end + 1]:
            return PASS
        if _NO_CARS.search(before):
            return PASS
        foreign = before.endswith("车辆") and self.words.caught.search(self.text[count.clause.begin : value.start])
        return self._named(count, before if foreign else self._vehicle(before, count.after), rule)

    def visitors(self, count: Counted, rule: str) -> Decision:
        """Receptions and journeys abroad, whose groups and persons share a name."""
        if count.after == "团组" and not count.before:
            return self._named(count, "出国（境）团组", rule)
        counted, last = self.frames.said.counted or self.frames.said.before, self.frames.line.last
        context = counted.name if counted else ""
        if not context and last is not None and last.name.endswith("接待费"):
            context = last.name.removesuffix("费")
        name = _visitors(count.value.unit, count.before, context)
        return self._named(count, name, rule) if name else PASS

    def target(self, count: Counted, rule: str) -> Decision:
        """A target is no count."""
        return None if count.before.endswith(self.words.targets) else PASS

    def indicator(self, count: Counted, rule: str) -> Decision:
        """送戏下乡场次目标值60场，实际完成值63场: what was reached is of the indicator that the target was set for."""
        start, end = self.frames.said.start, count.value.start
        clear = count.before.endswith(self.words.reached)
        near = self.text[max(start, end - _LONGEST) : end]
        if not clear and _CLAUSES.split(near)[-1].strip() not in self.words.attained:
            return PASS
        # The last target before the value, of several in a sentence.
        targets = [found.start() for found in self.words.target.finditer(self.text, start, end)]
        before = _CLAUSES.split(self.text[start : targets[-1]].rstrip(MARKS))[-1].strip() if targets else ""
        if not before:
            return None if clear else PASS
        return self._named(count, _MANY.sub("", before), rule)

    def present(self, count: Counted, rule: str) -> Decision:
        """人员编制46名，实有43人"""
        counted = self.frames.said.counted
        posts = counted is not None and counted.name.endswith("编制") and count.value.unit in _PEOPLE
        return self._named(count, "实有人员", rule) if posts and not count.name else PASS

    def unnamed(self, count: Counted, rule: str) -> Decision:
        """What was counted before, the 科目 before the count, or what the text speaks of."""
        if count.name:
            return PASS
        named = next((mark.item for mark in reversed(count.clause.gap) if mark.kind == "account"), None)
        line = replace(of_account(named), code=None) if named else self.frames.line.last
        subject = self.frames.said.counted or self.frames.said.before or line
        return self._stated(count, subject, rule) if subject else None

    def noun(self, count: Counted, rule: str) -> Decision:
        """The noun behind the count, or before it."""
        unit, name = count.value.unit, count.name
        if not count.after:
            if unit != "人次" and unit in _PEOPLE and (staff := _STAFF.match(name)):
                # 教师外出跟岗20人 counts 外出跟岗教师.
                name = staff[2] + staff[1]
            elif unit in ("人", "名", "位") and self.words.person_ends(name) and "人员" not in name:
                name += "人员"
        return self._named(count, "人员" if name == "人数" else name, rule)

    # What the rules share

    def _before(self, clause: Clause, value: Count) -> tuple[str, Place]:
        """The noun phrase that ends where the count starts."""
        text, cut, end = self.text, clause.begin, clause.end
        if text.find("以", cut, end) >= 0 and _THRESHOLD.match(text, cut):
            # 单价50万元以上设备2台: the threshold belongs to the thing's name.
            start = clause.sentence
            cut = max(start, text.rfind("，", start, cut) + 1, text.rfind("、", start, cut) + 1)
        leads = (mark.end for mark in clause.marks if mark.kind in _LEADS and mark.end - mark.start > 1)
        cut = max(cut, *leads, 0)
        name, length = noun(self.words, text[cut:end], value.unit in _EVENTS)
        if name.endswith("中") and len(name) > 2:
            # 16个标段中15个完工
            name = name[:-1]
        if not name or name in self.words.deeds:
            # 健康档案：累计建档900份 counts 健康档案.
            label = _LABELLED.search(text, max(clause.sentence, end - _LONGEST_LABEL), end)
            name = _MANY.sub("", label[1]) if label else name
        return name, (end - length, end)

    def _after(self, value: Count, following: Account | None) -> str:
        """The noun behind the count: inside its span (13个项目), or right behind it."""
        if value.unit == "个":
            inside = _DIGITS.sub("", value.text)
            if inside.startswith("个") and inside[1:] not in ("", "月"):
                return inside[1:].removesuffix("中")
        start = value.end
        if again := _AGAIN.match(self.text, start):
            start = again.end()
        stop = following.start if following and following.start > start else None
        name = self._noun_from(start, stop) if "\u4e00" <= self.text[start : start + 1] <= "\u9fff" else ""
        if value.unit in _BODIES and (body := self.words.bodies_counted.match(name)):
            # 抽查35家定点药店服务行为 counts 定点药店.
            return body[0]
        return name

    def _noun_from(self, start: int, limit: int | None) -> str:
        """The noun that begins at ``start``, up to the next word that ends nouns."""
        stops = (stop for stop in self.words.stop.finditer(self.text, start) if stop.lastgroup != "whole")
        # 1家参照公务员法管理的事业单位
        ends = (stop.start() for stop in stops if not self.text.endswith("法管理", start, stop.start()))
        end = next((end for end in ends if end > start), None)
        if end is None:
            return ""
        name = self.text[start : end if limit is None else min(end, limit)].strip()
        name = name.removesuffix("中") if len(name) > 2 else name
        name = name.removesuffix("工作") if len(name) > 5 else name
        if name.startswith(_HOW) or name in _DID:
            return ""
        first = self.words.stop.match(name)
        if first and first.lastgroup != "whole" and name[0] not in "按新":
            return ""
        return name if 2 <= len(name) <= _LONGEST else ""

    def _vehicle(self, before: str, after: str) -> str:
        if before.startswith(("一般", "其他")) and before.endswith(("公务用车", "车辆")):
            return before
        if before in self.words.vehicles or not before:
            return "公务用车" if not after.endswith("车") or after in self.words.vehicles else after
        if before.endswith(self.words.cars) and not before.endswith("公务用车"):
            return before
        own = before.endswith(tuple(word for word in self.words.vehicles if len(word) > 1))
        return before if before.endswith("车") and not own else "公务用车"

    def _named(self, count: Counted, name: str, rule: str) -> Found:
        return self._stated(count, Subject(name, None, None, count.place), rule)

    def _stated(self, count: Counted, subject: Subject, rule: str) -> Found:
        """The fact, which the frames are told of."""
        value, frames, clause = count.value, self.frames, count.clause
        year = frames.said.counting or frames.section.as_of or frames.said.year
        before = "prior" in clause.last or ("start" in clause.last and BECOMES.match(self.text, value.end))
        frames.counts(subject, has(clause.gap, "other"), clause.last.get("level"))
        unit = "人次" if value.unit == "人·次" else value.unit
        return make(value, subject, "数量", year - 1 if year and before else year, value.number, unit, None, rule)


RULES = Rules(
    (
        Rule("limit, score or time", Counts.no_count, "考核得分⟨95分⟩。", needs=on("bounded")),
        Rule("average", Counts.average, "护林员人均巡山⟨20次⟩。"),
        Rule("number of sums", Counts.sums, "印刷费3万元、差旅费2万元，⟨两项⟩合计5万元。", needs=on("items")),
        Rule("yet to come", Counts.foreseen, "预计培训护林员⟨90人⟩。"),
        Rule("turned into", Counts.turned, "接待人次从80人次降为⟨60人次⟩。", needs=on("counted")),
        Rule("change of a count", Counts.changed, "在职人员112人，减少⟨3人⟩。", needs=_LESS_OR_MORE),
        Rule("vehicles", Counts.vehicles, "购置轿车⟨2辆⟩。", needs=on("vehicles")),
        Rule("visitors", Counts.visitors, "国内公务接待⟨3批次⟩。"),
        Rule("target", Counts.target, "送戏下乡场次年初目标值⟨60场⟩。"),
        Rule("indicator", Counts.indicator, "送戏下乡场次年初目标值60场，实际完成值⟨63场⟩。"),
        Rule("posts filled", Counts.present, "人员编制46名，实有⟨43人⟩。", needs=on("counted")),
        Rule("counted before", Counts.unnamed, "护林员40人，其中⟨12人⟩。"),
        Rule("noun", Counts.noun, "聘用护林员⟨40名⟩。"),
    )
)


def _plain(before: str, unit: str) -> str:
    """The noun before a count of ``unit``, where 接待 before people is only the verb."""
    return _RECEIVED.sub("", before) if unit in _PEOPLE else before


@lru_cache(maxsize=8192)
def _visitors(unit: str, before: str, context: str) -> str | None:
    """Name of the groups or persons that ``before``, or else the count before this one, speaks of; remembered."""
    before = "" if context and before in _ONLY_PEOPLE else _plain(before, unit)
    named = before or context
    if _RECEPTION.search(named):
        return _receptions(before, context)
    if not _ABROAD.search(named) or (before and not _ABROAD.search(before)):
        return None
    journey = _JOURNEY.search(context) or _JOURNEY.search(before)
    stem = journey[0] if journey else "出国（境）"
    if unit in _PEOPLE:
        return stem + ("人次" if unit == "人次" else "人数")
    return stem + "团组"


def _receptions(before: str, context: str) -> str:
    """The name of a reception; words that only say there were guests go on with the one before."""
    if not before or (_GUESTS.fullmatch(before) and _RECEPTION.search(context)):
        return context
    before = _GROUPS.sub("", _RECEIVING.sub("", before))
    named = _RECEPTIONS.search(before)
    return named[0] if named else before
