"""Projects: a heading, a report's title or a form's 项目名称 names one, and the figures below are its own."""

from __future__ import annotations

import re

from cnfin.marks import LOOSE

#: What ends the name of a project beside 项目; the word belongs to the name.
_ENDS = "工程|(?:专项|补助|补贴|奖补|奖励)(?:资金|经费)|补助金|专项|经费|资金|补助|补贴|奖补"
#: 一是护林防火项目，… and 2.护林防火项目：… open an item of a list of projects.
_OPENING = re.compile(
    rf"\s*(?P<mark>{LOOSE}+|[①-⑳]|[一二三四五六七八九十]是|第[一二三四五六七八九十]，?)?\s*"
    rf"(?P<name>[\u4e00-\u9fff“”（）()\d—-]{{2,30}}?(?P<end>项目|{_ENDS}))(?:资金|经费|支出)?(?:方面)?"
    r"(?P<stop>[，,：:。]|(?=\d|年初|全年|预算|总投资|计划投资|安排|下达|投入|批复|实际|到位|共))"
)
#: 2.机关食堂补助。预算9万元，…: a marked sentence that is nothing but a name, before the project's money.
_NAMED = re.compile(
    rf"\s*(?:{LOOSE}+|[①-⑳])\s*(?P<name>[\u4e00-\u9fff“”（）()、\d]{{4,30}}?)[。：:]?\s*"
)
_NO_NAME = re.compile(
    "情况|绩效|自评|收支|年度|概况|目标|效益|产出|结论|问题|措施|建议|分析|说明|"
    "(?:资金|预算|支出|安排|投入|来源|管理|执行|使用|到位|内容|方面|部分|拨付|下达|分配|构成|收入|经费概述)$|^(?:项目|专项|资金|本级|预算|部门)"
)
_MONEY_NEXT = re.compile(
    r"\s*(?:该|本)?(?:项目|专项)?(?:资金|经费)?(?:20\d\d年度?)?(?:县|市|省|区|镇|乡)?(?:级|财政)*(?:年初|全年|当年|本年|计划|实际)?"
    r"(?:预算|安排|下达|批复|到位|支出|投入|总投资|资金|经费|指标|拨付|补助|追加)[^，。；]{0,8}?\d"
)
_NUMBERED = re.compile(
    rf"(?:{LOOSE}+)?(?:子?项目|专项)\s?[一二三四五六七八九十\d]{{1,2}}(?:[：:、.．]|\s)\s*"
    r"(?P<name>[^，,。；;：:\d]{3,40}?)(?:项目)?(?:支出)?[。：:]?"
)
_PART = re.compile(
    rf"\s*(?:{LOOSE}+|[①-⑳]|[一二三四五六七八九十]是)?\s*"
    r"(?P<name>[\u4e00-\u9fff“”、]{3,20})[：:](?=[^，。；：:]{0,8}\d)"
)
_MARKED = re.compile(
    rf"\s*(?:{LOOSE}+|[①-⑳])\s*(?P<name>[\u4e00-\u9fff“”]{{4,20}})[：:](?=[\u4e00-\u9fff])"
)
_NO_PART = re.compile(
    "资金|预算|执行|支出|情况|使用|到位|安排|投入|拨付|经费|指标|目标|效益|产出|成本|质量|时效|满意|原因|问题|措施|建议|其中|"
    "绩效|自评|综述|项目|来源|结余|规模|文号|性质|金额|总额|合计|下达|支付|得分|分值|时间|单位|名称|数量|年度|上年|评价|评分|如下|包括"
)
_NARRATED = re.compile(
    "共?(?:实施|开展|完成|安排|用于|涉及|组织|根据|按照|加强|加快|加大|严格|强化|规范|完善|推进|落实|确保|统筹|整合|"
    "积极|进一步|下达|拨付|收到|争取|支付|使用|申报|我|该|本|其|全|各|上述|以上|上级|年初|年中|财政|项目|专项|资金|"
    "中央|省|市|县|区|自治|地方|各级|到位|合计|共|剩余|结余|部分|个别)"
)
#: What a title that names a project, or the money for one, says of it.
_FUNDED = ("项目", "专项", "资金")
_MONEY = re.compile("(?<=..)(?:专项|项目|支出|资金|经费|补助|工程|建设|任务)+$")
_MARK = re.compile(rf"^(?:{LOOSE}+|[①-⑳]|附件\s?\d*[：:]?)\s*")
_HEADING = re.compile(
    r"(?P<name>[^，,。；;：:]{2,50}?(?:(?<!项目)资金(?=(?:支出|使用)?(?:绩效|自评)))?)(?:项目)?(?:支出)?(?:资金)?(?:使用)?(?:情况)?的?(?:绩效目标(?:实际)?完成情况|(?:绩效)?自评|绩效评价|绩效目标自评|资金绩效)"
)
_ABOUT = re.compile("^.{0,30}?关于(?:开展|做好|报送|印发|上报)?(?=.{4})")
_YEAR = re.compile(r"^(?:.*?(?:19|20)\d\d\s?年?度?|本年度?|当年|今年|全年)(?=\S{2})")
_GENERIC = re.compile(
    r"^(?:\d{4}年?度?)?(?:部门|单位|[（）()]|整体|项目|支出|财政|预算|全部|重点|绩效|本级|资金|专项|上级|中央|[省市县]级)*$|等$|(?:19|20)\d\d年?度?$|^关于|开展|情况|报告"
)
#: （一）云杉育苗项目: a heading that is a project's name and nothing else.
_ITEM = re.compile(r"(?P<name>[\u4e00-\u9fff“”（）()]{3,30}?)(?:项目|专项)(?:资金|经费|支出)?[。：:]?")
_NO_ITEM = re.compile(
    r"^(?:主要|重点|重大|具体|各|其[他它]|部分|[本上]级|年度|全部|所有|民生|部门|单位|一般|有关|相关|以下|个别|两个|涉及)"
    r"|[的等类和及与]$|情况|支出$|预算$"
)
_QUOTED = re.compile(r"[“《\"]([^”》\"]{2,40})[”》\"]\s?(?:项目|专项|[：:])")
_LABEL = re.compile(r"^\s*(?:项目|专项)名称\s?[:：]\s*([^\s，。；：]{2,40})\s*$")
_BRACKETS = re.compile(r"^[（(]([^（）()]{3,40})[）)]$")


def unquoted(name: str) -> str:
    """``name`` without quotes that enclose all of it, or that have no partner."""
    for opening, closing in ("“”", "《》", '""', "''", "‘’"):
        if name[:1] == opening and (name[-1:] == closing or closing not in name[1:]):
            name = name[1:]
        if name[-1:] == closing and opening not in name[:-1]:
            name = name[:-1]
    return name


def core(name: str) -> str:
    """``name`` without the words for a project or its money at its end."""
    return _MONEY.sub("", name)


def is_funded(title: str) -> bool:
    """Whether a title speaks of projects or their money."""
    return any(word in title for word in _FUNDED)


def in_heading(title: str, unit: str | None = None) -> str | None:
    """The project that a heading or the title of a report by ``unit`` announces (〈name〉项目绩效自评报告), or None."""
    if not is_funded(title) or not ("绩效" in title or "自评" in title) or "\t" in title:
        return None
    match = _HEADING.search(title)
    if match is None:
        return None
    name = _YEAR.sub("", _ABOUT.sub("", _MARK.sub("", match["name"].strip())))
    name = unquoted(name.removeprefix(unit or "").strip().removesuffix("的"))
    return None if len(name) < 3 or _GENERIC.search(name) else name


def as_heading(title: str) -> str | None:
    """The project whose name is all that a heading with a list mark says (（一）云杉育苗项目), or None."""
    mark = _MARK.match(title)
    match = _ITEM.fullmatch(title, mark.end()) if mark else None
    return None if match is None or _NO_ITEM.search(match["name"]) else unquoted(match["name"])


def numbered(line: str) -> str | None:
    """The project that a line names by its number (项目一：护林防火专项经费), or None."""
    match = _NUMBERED.fullmatch(line.strip())
    return unquoted(match["name"]) if match else None


def before_money(text: str, start: int, end: int) -> str | None:
    """The project that a marked sentence is the name of, where the text behind it speaks of its money, or None."""
    match = _NAMED.fullmatch(text, start, end)
    if match is None or _NO_NAME.search(match["name"]) or not _MONEY_NEXT.match(text, end):
        return None
    return unquoted(match["name"].removesuffix("项目"))


def as_item(text: str, start: int, end: int) -> str | None:
    """The project whose name a sentence of an evaluation opens with, or None."""
    match = _OPENING.match(text, start, end)
    if match is None or not (match["mark"] or (match["stop"] and match["end"] in ("项目", "工程"))):
        return None
    name = unquoted(match["name"].removesuffix("项目"))
    bare = len(name) < 3 or _NO_ITEM.search(name) or _GENERIC.search(name) or _NARRATED.match(name)
    return None if bare else name


def as_marked(text: str, start: int, end: int) -> str | None:
    """The project that a sentence with a list mark opens with before a colon (2.经济普查：…), or None."""
    match = _MARKED.match(text, start, end)
    if match is None or text.find("元", start, end) < 0:
        return None
    name = match["name"]
    return None if _NO_PART.search(name) or _NARRATED.match(name) or _NO_NAME.search(name) else name


def as_label(text: str, start: int, end: int) -> str | None:
    """The part of a project whose name and colon a sentence opens with (管网改造：分配9万元), or None."""
    match = _PART.match(text, start, end)
    return None if match is None or _NO_PART.search(match["name"]) else match["name"]


def in_label(line: str) -> str | None:
    """The name that a line 项目名称：… gives, or None."""
    match = _LABEL.match(line)
    return match[1].strip("“”《》\"' 　") if match else None


def is_report(title: str) -> bool:
    """Whether a title is that of a project's evaluation report (its project may stand below in brackets)."""
    return "项目" in title and ("自评" in title or "评价" in title)


def in_brackets(line: str) -> str | None:
    """The name that is a whole line in brackets, as below a report's title."""
    match = _BRACKETS.match(line)
    if match is None or re.search(r"\d{4}年|单位|元|图|盖章|公章|此件|页|详见|见附", match[1]):
        return None
    return match[1]


def quoted(text: str) -> str | None:
    """The project that a sentence names in quotes, or None."""
    match = _QUOTED.search(text)
    return match[1] if match else None
