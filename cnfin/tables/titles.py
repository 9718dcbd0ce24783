"""A table's title among the lines above it: not its number, unit, year or the body that fills it in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cnfin.units import unit_line

_NUMERAL = r"[\d一二三四五六七八九十]+(?:[-－—.]\d+)*"
# 公开01表, 部门公开表1, 表1, 附件2, Z08-1表: the table's number in its series.
_NUMBER = (
    rf"(?:(?:附|附件|附录|续)\s*表?|(?:部门|单位|政府|预算|决算|财决|财预|公开|录入|[A-Z])*\s*表?)\s*{_NUMERAL}\s*表?"
)
# Lines around a table that are no title of it: its number, 部门：…, 2021年度, 金额单位 …
_AROUND = re.compile(
    rf"{_NUMBER}\s*[：:]?|附表|附件\s*[：:]?|续\s*表|金额单位.*"
    r"|(?:编制|填报|公开|预算|主管|实施)?(?:部门|单位|日期|时间)(?:名称|（公章）|\(公章\)|[（(]盖章[)）])?\s*[：:].*"
    r"|[（(]?\s*\d{4}\s*年?\s*度?\s*[)）]?|截[止至]时间.*|项目单位.*[：:].*"
)
# What stands before the title on its own line: a list mark, 附表3：, 表2、
_LEAD = re.compile(
    rf"^(?:(?:附表|附件|附|表)\s*{_NUMERAL}\s*[：:、.．\s]+|[（(]?[\d一二三四五六七八九十]{{1,3}}[)）、.．]\s*"
    r"|公开\s*\d+\s*表\s*)+(?=\S)"
)
_TAIL = re.compile(r"[\s（(]*(?:金额)?单\s*位\s*[：:].*$")
#: A longer line, or one that ends as a sentence does, is no title.
_LONGEST = 60
_STOPS = "。；！;"


def is_around(line: str) -> bool:
    """Whether a line only tells of a table (公开01表, 单位：万元, 2021年度) and is not its title."""
    bare = line.strip(" \t|（）()：:")
    unit = unit_line(line)
    if not any(map(str.isalnum, bare)) or (unit and not _TAIL.sub("", bare).removesuffix(unit)):
        return True
    return _AROUND.fullmatch(bare) is not None


def title_of(above: Iterable[str]) -> str:
    """The title among the lines above a table, nearest first, without its marks; empty where there is none."""
    for line in above:
        if is_around(line):
            continue
        return clean(line) if len(line) <= _LONGEST and line.rstrip()[-1] not in _STOPS else ""
    return ""


def clean(title: str) -> str:
    """A title without list mark, 附表 number, closing colon and unit."""
    bare = _TAIL.sub("", title.strip(" \t|\u3000"))
    return _LEAD.sub("", bare).rstrip(" \t：:|")
