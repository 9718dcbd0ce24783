"""When a name is a mention of a budget line: decision lists, each rule with an example and a counter-example.

The first rule of a list that holds decides. In the examples 〖〗 mark the name that is meant; the tests tag
both, and compare the rule that decided. ``cnfin tag --explain`` prints its name and reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from cnfin.spans.context_words import COUNTED_STARTS
from cnfin.spans.edges import firsts, lasts
from cnfin.spans.lists import CLOSES, ends_list, is_followed, leads_list, opens_list
from cnfin.spans.matches import Match, is_item
from cnfin.spans.sites import DEFINED_STARTS, FIGURE, LISTED, TOTALS, Site

_NAMES_TABLE = re.compile(r"(?:收入支出|收支|支出|收入)?(?:决算|预算)?(?:总|明细|情况)?表")
_NO_MENTION_AFTER = frozenset("表法率")
_TABLE_STARTS = firsts(_NAMES_TABLE)
# 公务接待费2024年度财政拨款决算数为5万元: only whose money it is.
_SUM_OF_FUNDS = re.compile(r"(?:年初)?(?:预算|决算|执行)数")
_TOTAL_AFTER = re.compile(
    r"(?:决算|预算)?(?:数)?(?:总额|总计|合计|共计|共)?(?:为|是|:)?\s?(?:约)?\s?\d|(?:各)?(?:增加|减少|增长|下降|总额|预算总额|较|比|同比|与)"
)
_SPENT_ON_PROJECTS = re.compile(r"完成(?:年初|预算|调整|全年)|占\d")
_WHOLE = ("总额", "总计", "合计")
_LINE_NAMES = re.compile(r"(?:费|费用|工资|奖金|补贴|缴费|公积金|抚恤金|助学金|奖励金|补助|支出)$")
_CARRIED_OVER = ("上年", "年初", "以前")

# Of the whole line: titles, tables of contents, captions.
_ABOUT = re.compile(r"(?:支出|收入)?(?:决算|预算)?情况。")
_EXPLAINS = re.compile(
    r"(?:支出|收入|财政拨款){0,4}(?:决算|预算)?(?:安排|执行|使用|变动|增减)?情况(?!。)"
    r"|(?:支出|收入)?(?:决算|预算)(?:安排)?[:：]?[ \t]*(?:\n|$)|(?:支出|收入)?(?:决算|预算)?(?:口径|结构|构成)"
)
# 三公经费支出决算情况说明 is a heading wherever it stands: also inside a line, or as the caption of a chart.
_HEADS = re.compile(
    r"(?:支出|收入|收支|总计|财政拨款){0,4}(?:决算|预算)?(?:总体|结构|具体|安排|执行|使用|变动|增减){0,4}"
    r"(?:情况的?(?:说明|[ \t]*(?:\n|$))|结构图?[ \t]*(?:\n|$))"
)
_TITLE = re.compile(
    r"(?:支出|收入|财政拨款){0,4}(?:决算|预算)?(?:信息|情况|编制|汇总|增减|变动|补充){0,3}的?"
    r"(?:公开|公示|说明|公告|报告)(?:补充)?(?:说明|表|书)?[ \t]*(?:\n|$)"
)
# 某县2024年三公经费预算, alone on its line, is a title.
_TITLE_TAIL = re.compile(r"(?:支出)?(?:决算|预算)[ \t]*(?:\n|$)")
_TITLE_HEAD = re.compile(r"[\u4e00-\u9fff]20\d\d年度?(?:部门|单位)?(?:一般公共预算)?(?:财政拨款)?[“\"]?\Z")
_TITLE_STARTS = firsts(_TITLE) | firsts(_HEADS) | firsts(_TITLE_TAIL)
_CHART = ("图", "（图", "(图")
#: Characters before a name that can make a title of it.
_LONGEST_HEAD = 24


class Rule(msgspec.Struct, frozen=True):
    """A reason to take a name or to leave it.

    Attributes:
        name: what decided, in English.
        mention: the verdict.
        holds: the test.
        example: a text with the name in 〖〗 for which this rule decides.
        counter: a text that is nearly the same, for which another rule decides the other way.
        behind: the only characters behind a name for which the test can hold; None where any will do.
        ahead: the same of the character before it.
    """

    name: str
    mention: bool
    holds: Callable[[Site], bool]
    example: str
    counter: str
    behind: frozenset[str] | None = None
    ahead: frozenset[str] | None = None


def silent(source: str, text: str, match: Match) -> str:
    """Why nothing on the match's line is a mention, or an empty string."""
    place = match.place
    if place.muted:
        # A heading that closes like a sentence says its item.
        said = place.title and _ABOUT.match(text, match.end)
        return "" if said else "in a title, a table of contents or a part of the text that names no lines"
    if place.title and _EXPLAINS.match(text, match.end):
        return "in a heading that says what its section is about"
    if text[match.end : match.end + 1] in _TITLE_STARTS and (
        _TITLE.match(text, match.end)
        or _HEADS.match(text, match.end)
        or (
            _TITLE_TAIL.match(text, match.end)
            and _TITLE_HEAD.search(text, max(0, match.start - _LONGEST_HEAD), match.start)
        )
    ):
        return "in the title of a report"
    return "in the caption of a chart" if source.startswith(_CHART, place.start) else ""


def _names_table(site: Site) -> bool:
    if site.after in _NO_MENTION_AFTER:
        return True
    return site.after in _TABLE_STARTS and site.followed_by(_NAMES_TABLE)


def _names_income(site: Site) -> bool:
    return site.after == "收" and site.match.scheme == "功能分类" and site.text.startswith("收入", site.match.end)


def _goes_on(site: Site) -> bool:
    words = site.page.words
    return site.after in words.continue_starts and not site.listed and site.followed_by(words.continues)


def _inside_longer(site: Site) -> bool:
    start = site.match.start
    if not site.number or start - site.matches[site.number - 1].end > 1:
        return False
    before = site.follows
    if before is None or site.match.scheme == "经济分类":
        return False
    return before.end == start or (site.text[before.end] == "）" and site.text.startswith("支出", start))


def _heads_text(site: Site) -> bool:
    return site.followed_by(_IN_FRONT)


def _negated(site: Site) -> bool:
    return site.ahead == "非"


def _of_sangong(site: Site) -> bool:
    return site.ahead in _SANGONG_ENDS and _SANGONG_BEFORE.search(site.before) is not None


def _takes_object(site: Site) -> bool:
    """本年支出的公务接待费: a verb, whose object follows."""
    strong, match = site.strong, site.match
    if site.after != "的" or strong is None or strong.scheme != "支出" or not site.name.endswith("支出"):
        return False
    following = site.matches[site.number + 1 : site.number + 2]
    return bool(following) and following[0].start == match.end + 1


_IN_FRONT = re.compile(r"(?:收入|支出)?(?:决算|预算)?情况[:：]")
_SANGONG_BEFORE = re.compile('三公[”"]?(?:经费)?(?:财政拨款)?(?:决算|预算|执行)\\Z')
_SANGONG_ENDS = lasts(_SANGONG_BEFORE)
#: What makes any name part of something else.
LONGER = (
    Rule("a name of income that only begins like a line of spending", False, _names_income,
         "收到〖结算补助〗收入5万元。", "〖结算补助支出〗5万元。", frozenset("收")),
    Rule("goes on as the name of a table, a law or a rate", False, _names_table,
         "详见〖基本支出〗决算明细表。", "〖基本支出〗决算5万元。", _TABLE_STARTS | _NO_MENTION_AFTER),
    Rule("goes on as another name", False, _goes_on,
         "严格执行〖办公费〗定额，压减开支。", "严格执行：〖办公费〗5万元。"),
    Rule("goes on with the name before it", False, _inside_longer,
         "“三公”经费〖支出合计〗5万元。", "今年〖支出合计〗5万元。"),
    Rule("a heading in front of its text", False, _heads_text,
         "4.〖结转结余〗情况：年末结转5万元。", "4.〖结转结余〗5万元。", frozenset("收支决预情")),
    Rule("another name, by 非", False, _negated,
         "事业单位的非〖财政补助收入〗5万元。", "事业单位的〖财政补助收入〗5万元。", ahead=frozenset("非")),
    Rule("a total of the 三公经费", False, _of_sangong,
         "“三公”决算〖支出总额〗5万元。", "单位〖支出总额〗5万元。", ahead=_SANGONG_ENDS),
    Rule("part of a quoted name", False, Site.in_quoted_name,
         "实施“农村〖教育支出〗试点”项目。", "列“〖教育支出〗”5万元。"),
)  # fmt: skip

#: A name of income, spending, totals, 三公经费 and the like that means nothing else.
SURE = (
    Rule("a verb, whose object follows", False, _takes_object,
         "〖本年支出〗的公务接待费5万元。", "〖本年支出〗5万元。", frozenset("的")),
    Rule("what was left of an earlier year, said of another line", False,
         lambda site: site.after == "的" and site.text.startswith(_CARRIED_OVER, site.match.start),
         "用〖上年结转〗的资金5万元。", "〖上年结转〗5万元。", frozenset("的")),
    Rule("a name that means nothing else", True, lambda site: True,
         "〖本年支出合计〗5万元。", "〖本年支出〗的公务接待费5万元。"),
)  # fmt: skip


def _money_is(site: Site) -> bool:
    return site.followed_by(site.words.fund_after) or site.words.fund_before.search(site.before) is not None


def _funds_of_sum(site: Site) -> bool:
    return site.name.endswith("拨款") and site.followed_by(_SUM_OF_FUNDS) and site.follows_line()


def _listed_funds(site: Site) -> bool:
    listed = site.text[site.match.end : site.match.end + 1] in "、和，及。；"
    return "拨款" in site.name and listed and site.words.lists.search(site.before) is not None


def _behind_sum(site: Site) -> bool:
    return site.ahead == "元" and "拨款" in site.name


def _between_lines(site: Site) -> bool:
    before = site.follows
    listed = before is not None and site.text[before.end : site.match.start] == "、" and before.scheme == "经济分类"
    return listed and site.after in "、和及与等"


#: A name that is also a word of everyday language: 财政拨款, 公用经费.
WEAK = (
    Rule("says whose money another thing is", False, _money_is,
         "使用〖财政拨款〗购置设备5台。", "〖财政拨款〗500万元。"),
    Rule("says of which money the sum of another line is", False, _funds_of_sum,
         "培训费2021年度〖财政拨款〗决算数为5万元。", "培训费，〖财政拨款〗决算数为5万元。"),
    Rule("no word that a name may follow stands before", False, lambda site: not site.open_left,
         "农民〖财政拨款〗500万元。", "其中：〖财政拨款〗500万元。"),
    Rule("a figure follows", True, lambda site: site.valued,
         "其中：〖财政拨款〗500万元。", "〖财政拨款〗比较充足。"),
    Rule("a share is said of it", True, lambda site: site.is_base,
         "占〖财政拨款〗的20%。", "看〖财政拨款〗的用途。", ahead=frozenset("占")),
    Rule("a line or cell of its own", True, lambda site: is_item(site.text, site.match),
         "收入\n1.〖财政拨款〗\n", "收入\n1.〖财政拨款〗很多\n"),
    Rule("its meaning follows", True, lambda site: site.is_defined,
         "〖财政拨款〗：指本级财政拨付的资金。", "〖财政拨款〗充足。", DEFINED_STARTS),
    Rule("opens a list of lines", True, lambda site: leads_list(site.text, site.matches, site.number),
         "包括〖财政拨款〗、事业收入和其他收入。", "增加〖财政拨款〗和捐款。"),
    Rule("named right behind its sum", True, _behind_sum,
         "新增60万元〖财政拨款〗用于购置设备。", "新增〖财政拨款〗用于购置设备。", ahead=frozenset("元")),
    Rule("between the lines of a list", True, _between_lines,
         "控制会议费、〖接待费〗、差旅费等支出。", "控制会议费，〖接待费〗也很少。",
         frozenset("、和及与等"), frozenset("、")),
    Rule("a kind of money in a list of kinds", True, _listed_funds,
         "收入包括〖一般公共预算拨款〗、捐款等。", "增加了〖一般公共预算拨款〗、捐款等。"),
)  # fmt: skip


def _bare_project(site: Site) -> bool:
    return site.name == "项目"


def _spent_project(site: Site) -> bool:
    if site.name != "项目" or not site.followed_by(_SPENT_ON_PROJECTS):
        return False
    return not (site.followed_by(_TOTAL_AFTER) and site.words.whose.search(site.before))


def _no_total_of(site: Site) -> bool:
    return not site.words.whose.search(site.before) and not site.is_titled()


def _needs_figure(site: Site) -> bool:
    return len(site.name) > 2 and "决算" not in site.name and not re.search("[比较与和]", site.before)


def _of_other_line(site: Site) -> bool:
    """Whether another name, without a comma after it, owns what follows."""
    previous = site.previous
    return previous is not None and not re.search(r"[，,]", site.text[previous.end : site.match.start])


#: 收入, 支出 or 项目 alone.
TOTAL = (
    Rule("projects, with what was spent of their money", True, _spent_project,
         "〖项目〗完成预算的98%。", "〖项目〗完成验收5个。"),
    Rule("projects as such", False, _bare_project,
         "〖项目〗完成验收5个。", "〖项目〗完成预算的98%。"),
    Rule("the other side of the accounts stands beside", True, Site.has_other_side,
         "〖收入〗、支出各减少3万元。", "农民〖收入〗3万元。"),
    Rule("a share is said of it", True, lambda site: site.is_base,
         "占〖支出〗的20%。", "扩大〖支出〗的范围。", ahead=frozenset("占")),
    Rule("no figure and no change follows", False, lambda site: not site.followed_by(_TOTAL_AFTER),
         "今年〖收入〗来源稳定。", "今年〖收入〗5万元。"),
    Rule("a line just above is what is spoken of", False, Site.is_carried,
         "（一）公务接待费\n2021年〖支出决算〗5万元。", "2021年〖支出决算〗5万元。"),
    Rule("no word for the unit or its year stands before", False, _no_total_of,
         "农民〖支出决算〗5万元。", "全局〖支出决算〗5万元。"),
    Rule("the unit's own total", True,
         lambda site: site.previous is None and site.before.rstrip()[-1:] != ":",
         "2021年〖支出决算〗5万元。", "农民〖支出决算〗5万元。"),
    Rule("a label and its text", False, lambda site: site.previous is None,
         "一、收入决算情况\n说明: 〖收入决算〗5万元。", "一、收入决算情况\n〖收入决算〗5万元。"),
    Rule("another line owns what follows", False, _of_other_line,
         "基本支出和今年〖支出决算〗5万元。", "基本支出3万元，今年〖支出决算〗总额5万元。"),
    Rule("a figure follows a plan of the whole", True, lambda site: _needs_figure(site) and site.followed_by(FIGURE),
         "基本支出3万元，今年〖支出预算〗5万元。", "基本支出3万元，今年〖支出预算〗增加2万元。"),
    Rule("a change of what was named before", False, _needs_figure,
         "基本支出3万元，今年〖支出预算〗增加2万元。", "基本支出3万元，今年〖支出预算〗5万元。"),
    Rule("a total in so many words", True, lambda site: site.text.startswith(_WHOLE, site.match.end),
         "基本支出3万元，今年〖支出决算〗总额5万元。", "基本支出3万元，今年〖支出决算〗5万元。"),
)  # fmt: skip


def _cannot_begin(site: Site) -> bool:
    return not (site.listed or site.open_left or opens_list(site.text, site.matches, site.number))


def _goes_on_list(site: Site) -> bool:
    return site.listed and ends_list(site.text, site.matches, site.number)


def _in_list(site: Site) -> bool:
    named = _LINE_NAMES.search(site.name) is not None
    return site.listed or (named and is_followed(site.matches, site.number))


def _whole_and_closed(site: Site) -> bool:
    return _LINE_NAMES.search(site.name) is not None and site.is_whole_words() and site.followed_by(CLOSES)


#: A name of the functional or the economic classification.
LINE = (
    Rule("a chain has just ended with it", True, Site.repeats_chain,
         "教育支出（类）普通教育（款）小学教育（项），加强〖小学教育〗。",
         "发展〖小学教育〗。"),
    Rule("a sister line that a definition leaves out", True, Site.is_excepted,
         "教育支出（类）普通教育（款）小学教育（项）：反映除〖初中教育〗以外的支出。",
         "反映除〖初中教育〗以外的支出。", ahead=LISTED),
    Rule("a code of the line stands before it", True, Site.has_code,
         "科目编码2010301-政府机构〖行政运行〗的金额为3万元。", "科目编码-政府机构〖行政运行〗的金额为3万元。"),
    Rule("no word that a name may follow stands before", False, _cannot_begin,
         "购买高中〖助学金〗5万元。", "发放〖助学金〗5万元。"),
    Rule("only what another line's money buys", False, lambda site: not site.valued and site.in_definition(),
         "因公出国（境）费反映出国的旅费、〖培训费〗等支出。", "〖培训费〗5万元。"),
    Rule("a duty of the unit", False, lambda site: not site.valued and site.in_duties(),
         "一、主要职责\n1.〖学前教育〗。\n", "一、支出决算情况\n1.〖学前教育〗5万元。\n"),
    Rule("things are counted, not money", False, lambda site: site.followed_by(site.words.counted),
         "购车多辆，〖图书馆〗增加1辆。", "购车多辆，〖图书馆〗增加1万元。", COUNTED_STARTS),
    Rule("a figure follows", True, lambda site: site.valued,
         "〖小学教育〗5万元。", "发展〖小学教育〗。"),
    Rule("called a 科目", True, lambda site: site.text.startswith(("科目", "类科目"), site.match.end),
         "列〖小学教育〗科目。", "发展〖小学教育〗。", frozenset("科类")),
    Rule("a line or cell of its own", True, lambda site: is_item(site.text, site.match),
         "项目\n〖小学教育〗\n", "项目\n〖小学教育〗很好\n"),
    Rule("its meaning follows", True, lambda site: site.is_defined,
         "〖小学教育〗：反映举办小学的支出。", "〖小学教育〗发展。", DEFINED_STARTS),
    Rule("opens a list of lines", True, lambda site: leads_list(site.text, site.matches, site.number),
         "为〖小学教育〗、公共安全支出。", "为〖小学教育〗、医院。"),
    Rule("goes on a list of lines", True, _goes_on_list,
         "包括公共安全支出、〖小学教育〗等。", "包括医院、〖小学教育〗等。"),
    Rule("a word of everyday language", False, lambda site: site.all_weak and site.match.scheme == "功能分类",
         "推进：〖小学教育〗。", "推进：〖小学教育〗5万元。"),
    Rule("a weak name of an economic line", False, lambda site: site.all_weak,
         "加强〖工资福利〗保障。", "〖工资福利〗5万元。"),
    # But 其他支出 is also said of anything else.
    Rule("a name of spending", True, lambda site: site.text.endswith("支出", site.match.start + 3, site.match.end),
         "压减〖公共安全支出〗，", "压减〖其他支出〗了，"),
    Rule("in a list of lines", True, _in_list,
         "包括办公费、〖印刷费〗等。", "节约〖印刷费〗了。"),
    Rule("whole words that close their clause", True, _whole_and_closed,
         "主要是〖印刷费〗。", "主要是〖印刷费〗很少。"),
)  # fmt: skip
#: All lists, by what they decide on.
LISTS = {"any name": LONGER, "a sure name": SURE, "a weak name": WEAK, "a bare total": TOTAL, "a line": LINE}
#: What decides where no rule of a list holds.
DEFAULT = "nothing shows that the line is meant"


class _List:
    """A decision list; rules that cannot hold beside the characters around a name are not asked."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self._ahead = frozenset().union(*(rule.ahead or () for rule in rules))
        self._behind = frozenset().union(*(rule.behind or () for rule in rules))
        self._beside: dict[tuple[str, str], tuple[Rule, ...]] = {}

    def first(self, site: Site) -> tuple[bool, str] | None:
        """The verdict and the name of the first rule that holds."""
        beside = (site.ahead if site.ahead in self._ahead else "", site.after if site.after in self._behind else "")
        rules = self._beside.get(beside)
        for rule in rules if rules is not None else self._asked(*beside):
            if rule.holds(site):
                return rule.mention, rule.name
        return None

    def _asked(self, ahead: str, behind: str) -> tuple[Rule, ...]:
        rules = self._beside[ahead, behind] = tuple(
            rule
            for rule in self.rules
            if (rule.ahead is None or ahead in rule.ahead) and (rule.behind is None or behind in rule.behind)
        )
        return rules


# What makes a name part of something else comes first, whatever the name is.
_SURE, _WEAK, _TOTAL, _LINE = (_List(LONGER + rules) for rules in (SURE, WEAK, TOTAL, LINE))


def decide(site: Site) -> tuple[bool, str]:
    """Whether the name of ``site`` is a mention, and the rule that says so."""
    strong, none = site.strong, (False, DEFAULT)
    if strong is None:
        return _LINE.first(site) or none
    if not strong.weak:
        return _SURE.first(site) or none
    verdict = (_TOTAL if site.name in TOTALS else _WEAK).first(site) or none
    if not verdict[0] and site.match.scheme == "经济分类":
        return _LINE.first(site) or none
    return verdict
