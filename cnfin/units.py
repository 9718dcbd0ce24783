"""The unit of sums that a line (单位：万元), a head (决算数（万元）) or a label gives: the one reading of it."""

from __future__ import annotations

import re

_UNIT = "(?:人民币)?\\s*([亿万千百]? ?元)"
_SAID = re.compile(rf"单\s*位\s*[：:]\s*{_UNIT}")
_BRACKETS = re.compile(rf"[（(]\s*(?:金额)?(?:单位)?\s*[：:]?\s*{_UNIT}\s*[)）]")
_BARE = re.compile(rf"[（(]?\s*{_UNIT}\s*[)）]?")


def unit_in(text: str) -> str | None:
    """The money unit (元, 万元 …) that a head, a label or a ``单位：`` line gives, or None."""
    if "元" not in text:
        return None
    found = _SAID.search(text) or _BRACKETS.search(text)
    return found[1].replace(" ", "") if found else None


def unit_line(line: str) -> str | None:
    """The unit that a line gives for the sums below it: as :func:`unit_in`, or nothing but the unit (万元)."""
    if "元" not in line:
        return None
    found = _SAID.search(line) or _BARE.fullmatch(line.strip())
    return found[1].replace(" ", "") if found else None
