"""Names in a list: joined by 、 or a conjunction, each tells that the other is a mention of a budget line."""

from __future__ import annotations

import re

from cnfin.spans.matches import Match

#: What may follow a name that stands in a list or closes its clause.
CLOSES = re.compile(
    r"(?:支出|费用)?(?:[^\u4e00-\u9fff]|等|和|与|及|或|$)|(?:标准)?(?:提高|上涨|上升|上调|下调|增加|减少|下降|不再|调整|增长)"
)
_JOINTS = frozenset(("、", "和", "及", "与", "以及", "", "”、“", "”“"))
_LONGEST_JOINT = 3
# 办公费、水电费、培训费: a name that no table knows between two that one does.
_UNKNOWN_BETWEEN = re.compile(r"(?:、[\u4e00-\u9fff]{2,8}(?:费|费用|补贴|支出)){1,4}(?:、|和|及|与|以及)")
_SEPARATORS = frozenset(("", "、", "，", ",", "和", "及", "与", "以及", "；", " ", "”、“", "”“"))


def touches(text: str, matches: list[Match], number: int) -> bool:
    """Whether a mention of the same classification stands before, parted only by 、 or a conjunction."""
    if not number or not matches[number - 1].accepted:
        return False
    first, second = matches[number - 1], matches[number]
    if second.start - first.end > _LONGEST_JOINT or text[first.end : second.start] not in _SEPARATORS:
        return False
    schemes = {reading.scheme for reading in first.readings}
    return any(reading.scheme in schemes for reading in second.readings)


def is_followed(matches: list[Match], number: int) -> bool:
    """Whether the next economic name begins where this one ends: a list that lost its marks."""
    following = matches[number + 1 : number + 2]
    return bool(following) and following[0].start == matches[number].end and following[0].scheme == "经济分类"


def leads_list(text: str, matches: list[Match], number: int) -> bool:
    """Whether the name opens a list of lines of which one further on is beyond doubt: 一般公共预算、事业收入."""
    first = matches[number]
    end = first.end
    for other in matches[number + 1 : number + 8]:
        if other.scheme != first.scheme:
            continue  # the 水电 of 水电费
        if text[end : other.start] not in _JOINTS and not _UNKNOWN_BETWEEN.fullmatch(text, end, other.start):
            return False
        if not all(reading.weak for reading in other.readings):
            return True
        end = other.end
    return False


def opens_list(text: str, matches: list[Match], number: int) -> bool:
    """Whether an economic name behind 的 opens a list of such names: 按标准安排的办公费、印刷费."""
    match = matches[number]
    behind = match.scheme == "经济分类" and text.startswith("的", match.start - 1)
    return behind and leads_list(text, matches, number)


def ends_list(text: str, matches: list[Match], number: int) -> bool:
    """Whether a functional name that means other things, too, goes on a list of functional lines."""
    before, match = matches[number - 1], matches[number]
    joined = text[before.end : match.start] in _JOINTS and before.scheme == match.scheme == "功能分类"
    return joined and CLOSES.match(text, match.end) is not None
