"""What a sentence shows before it is read: its list mark, and what it calls its own content."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"\s*(?:(其?一是|首先)|(其?[二三四五六七八九十]{1,2}是|其[次二三四]|再次|最后|同时)"
    r"|([（(][\d一二三四五六七八九十]{1,2}[）)])|(\d{1,2}(?:[.．](?!\d)|[、）)]))|([一二三四五六七八九十]{1,3}[、.])|([①-⑳]))"
)
# What a sentence calls its own content (整改措施：…), where content follows.
_ANNOUNCED = re.compile(
    r"(?:(原因)|(问题|不足)|(措施|建议|打算|整改情况|整改落实|整改结果))[^，,。；;：:]{0,3}[：:]\s*(?![无暂]|$)"
)
_WORDS = ("原因", "问题", "不足", "措施", "建议", "打算", "整改")


def list_mark(string: str) -> int:
    """Which list mark a string starts with: 0 none, 1 一是, 2 二是 …, 3 （1）, 4 1., 5 一、, 6 ①."""
    match = _MARK.match(string)
    return 0 if match is None else match.lastindex or 0


def announced(string: str) -> int:
    """What a string calls its own content: 1 a reason, 2 a problem, 4 a measure, their sum for several."""
    said = 0
    if not any(word in string for word in _WORDS):  # most colons stand elsewhere
        return said
    for match in _ANNOUNCED.finditer(string):
        said |= 1 << (match.lastindex or 1) - 1
    return said
