"""Projects: a heading, a report's title or a form's 项目名称 names one, and the figures below are its own."""

from __future__ import annotations

import re

#: What a title that names a project, or the money for one, says of it.
_FUNDED = ("项目", "专项", "资金")
_MONEY = re.compile("(?<=..)(?:专项|项目|支出|资金|经费|补助|工程|建设|任务)+$")
_MARK = re.compile(r"^(?:[（(]?[\d一二三四五六七八九十]{1,3}[)）、.．]+|[①-⑳]|附件\s?\d*[：:]?)\s*")
_HEADING = re.compile(
    r"(?P<name>[^，,。；;：:]{2,50}?(?:(?<!项目)资金(?=(?:支出|使用)?(?:绩效|自评)))?)(?:项目)?(?:支出)?(?:资金)?(?:使用)?(?:绩效目标(?:实际)?完成情况|(?:绩效)?自评|绩效评价|绩效目标自评|资金绩效)"
)
_YEAR = re.compile(r"^(?:.*?(?:19|20)\d\d\s?年?度?|本年度?|当年|今年|全年)(?=\S{2})")
_GENERIC = re.compile(
    r"^(?:\d{4}年?度?)?(?:部门|单位|[（）()]|整体|项目|支出|财政|预算|全部|重点|绩效|本级|资金)*$|等$|(?:19|20)\d\d年?度?$|^关于|开展|情况|报告"
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


def in_heading(title: str) -> str | None:
    """The project that a heading announces (〈name〉项目绩效目标完成情况综述), or None."""
    if not any(word in title for word in _FUNDED) or not ("绩效" in title or "自评" in title):
        return None
    match = _HEADING.search(title)
    if match is None:
        return None
    name = _YEAR.sub("", _MARK.sub("", match["name"].strip()))
    name = unquoted(name.strip())
    return None if len(name) < 3 or _GENERIC.search(name) else name


def as_heading(title: str) -> str | None:
    """The project whose name is all that a heading with a list mark says (（一）云杉育苗项目), or None."""
    mark = _MARK.match(title)
    match = _ITEM.fullmatch(title, mark.end()) if mark else None
    return None if match is None or _NO_ITEM.search(match["name"]) else unquoted(match["name"])


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
