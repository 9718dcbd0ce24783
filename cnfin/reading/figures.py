"""What a cell of a workbook shows: its value under its number format.

Source: ECMA-376 part 1, 18.8.31 (numFmts), and what Excel does with it (``!`` escapes as ``\\`` does).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from cnfin.reading.builder import clean_cell

Kind = Literal["literal", "digit", "point", "comma", "percent", "condition", "date", "other"]

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<space>_.|\*.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|\[(?P<condition>[<>=]+-?[\d.]+)\]|(?P<elapsed>\[(?:h+|m+|s+)\])|(?P<colour>\[[^\]]*\])|(?P<general>General)"
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)"
    r"|(?P<exponent>[Ee][+-])|(?P<date>y+|m+|d+|h+|s+|aaaa?|e+)|(?P<text>@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_LITERALS = frozenset(("quoted", "escaped", "currency", "literal"))
_NOTHING = frozenset(("space", "colour"))
_CONDITION = re.compile(r"([<>=]+)(-?[\d.]+)")
_HOLDS = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b,
}  # fmt: skip
_WEEKDAYS = "一二三四五六日"
# The day of the machine's own form: Excel writes it as the reader's country does.
_LOCAL_DATES = frozenset(("mm-dd-yy", "m/d/yy", "m/d/yy h:mm"))


class Token(NamedTuple):
    """One piece of a format code."""

    kind: Kind
    text: str


Section = tuple[Token, ...]
_FRACTION = Token("literal", "/")


def displayed(value: Any, number_format: str = "General") -> str:
    """A cell's value as the sheet shows it.

    Args:
        value: what the cell holds.
        number_format: the format code, such as ``#,##0.00"元"`` or ``0!.0,``.

    Returns:
        The text, negative figures with a minus sign whatever shows them (brackets, red print).
    """
    if value is None or value is False or value is True:
        return ""
    if isinstance(value, (int, float)):
        return _number(value, _sections(number_format or "General"))
    if isinstance(value, (datetime, date)):
        section = _sections(number_format or "General")[0]
        if number_format.lower() in _LOCAL_DATES or not any(token.kind == "date" for token in section):
            return f"{value.year}年{value.month}月{value.day}日"
        return clean_cell(_date(value, section))
    if isinstance(value, time):
        return value.isoformat("minutes")
    return clean_cell(str(value))


@lru_cache(maxsize=4096)
def _sections(number_format: str) -> tuple[Section, ...]:
    """The sections of a format code: for what is above, below and exactly zero, and for text."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(number_format[:1000]):
        kind = match.lastgroup or "other"
        if kind == "literal" and match[0] == ";":
            sections.append([])
        elif kind in _LITERALS:
            sections[-1].append(Token("literal", match[kind]))
        elif kind in ("digit", "point", "comma", "percent", "condition", "date"):
            sections[-1].append(Token(kind, match[kind].lower()))  # type: ignore[arg-type]
        elif kind not in _NOTHING:
            sections[-1].append(Token("date" if kind in ("elapsed", "half") else "other", match[0]))
    return tuple(map(tuple, sections))


def _number(value: float, sections: Sequence[Section]) -> str:
    exact = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return ""
    section = _section_for(exact, sections)
    if any(token.kind in ("other", "date") or token == _FRACTION for token in section):
        text = format(exact.normalize() if exact else Decimal(0), "f")
    elif any(token.kind == "digit" for token in section):
        with localcontext() as context:
            context.prec = 400
            text = _filled(abs(exact), section)
        dash = exact < 0 and any(digit in text for digit in "123456789")
        text = ("-" if dash else "") + text.strip("()（）-")
    else:
        text = "".join(token.text for token in section)
    return clean_cell(text)


def _section_for(value: Decimal, sections: Sequence[Section]) -> Section:
    for section in sections[:3]:
        conditions = [_CONDITION.fullmatch(token.text) for token in section if token.kind == "condition"]
        if conditions and all(found and _holds(value, found[1], found[2]) for found in conditions):
            return section
    numeric = [section for section in sections[:3] if not any(token.kind == "condition" for token in section)]
    if len(numeric) == 3 and value == 0:
        # "-"?? shows a dash where a zero is, as bookkeepers write it; it is a zero all the same.
        marks = {token.text for token in numeric[2] if token.kind == "digit"}
        return numeric[0] if marks == {"?"} else numeric[2]
    if len(numeric) > 1 and value < 0:
        return numeric[1] or numeric[0]
    return numeric[0] if numeric else sections[0]


def _holds(value: Decimal, sign: str, limit: str) -> bool:
    compare = _HOLDS.get(sign)
    return compare is not None and limit.count(".") < 2 and limit.strip("-.") != "" and compare(value, Decimal(limit))


def _filled(value: Decimal, section: Section) -> str:
    """The digits of ``value`` in the places of ``section``, everything else between them as it stands."""
    places = [number for number, token in enumerate(section) if token.kind == "digit"]
    point = next((number for number, token in enumerate(section) if token.kind == "point"), None)
    after = [number for number in places if point is not None and number > point]
    whole = places[: len(places) - len(after)]
    # A comma behind the last digit stands for three digits that are not shown, one between digits for separators.
    commas = [number for number, token in enumerate(section) if token.kind == "comma"]
    scaling = [number for number in commas if number > places[-1] or (whole and number > whole[-1] and not after)]
    scaling += [number for number in commas if point is not None and whole and whole[-1] < number < point]
    grouped = bool(whole) and any(whole[0] < number < whole[-1] for number in commas)
    percents = sum(token.kind == "percent" for token in section)
    value = value.scaleb(2 * percents - 3 * len(set(scaling)))
    digits = format(value.quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP), "f")
    integer, _, decimals = digits.partition(".")
    shown = dict(zip(after, decimals, strict=True))
    for number in reversed(after):
        if section[number].text == "0" or shown[number] != "0":
            break
        shown[number] = ""
    shown |= _spread(integer.lstrip("0"), whole, section, grouped)
    if point is not None and not any(shown[number] for number in after):
        shown[point] = ""
    said = {"digit": "", "comma": "", "condition": ""}
    return "".join(shown.get(number, said.get(token.kind, token.text)) for number, token in enumerate(section))


def _spread(integer: str, places: Sequence[int], section: Section, grouped: bool) -> dict[int, str]:
    """The digits before the point, from the right; the first place takes all that are left."""
    shown: dict[int, str] = {}
    count = 0
    for number in reversed(places):
        first = number == places[0]
        digits = integer if first else integer[-1:]
        integer = "" if first else integer[:-1]
        digits = digits or ("0" if section[number].text == "0" else "")
        text = ""
        for digit in reversed(digits):
            text = digit + ("," if grouped and count and count % 3 == 0 else "") + text
            count += 1
        shown[number] = text
    return shown


def _date(value: date, section: Section) -> str:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    parts: list[str] = []
    clock = ""  # the last part of time before, which tells minutes from months
    for number, token in enumerate(section):
        if token.kind != "date":
            parts.append("" if token.kind in ("condition", "other") else token.text)
            continue
        code = token.text.strip("[]").lower()
        following = next((later.text[0] for later in section[number + 1 :] if later.kind == "date"), "")
        if code[0] == "m" and (clock == "h" or following == "s"):
            code = code.replace("m", "n")
        clock = code[0]
        parts.append(_date_part(moment, code))
    return "".join(parts)


def _date_part(moment: datetime, code: str) -> str:
    values = {
        "e": moment.year, "m": moment.month, "d": moment.day, "h": moment.hour, "n": moment.minute, "s": moment.second,
    }  # fmt: skip
    if code[0] == "y":
        return f"{moment.year:04d}" if len(code) > 2 else f"{moment.year % 100:02d}"
    if code in ("aaa", "aaaa", "ddd", "dddd"):
        return ("星期" if len(code) == 4 else "周") + _WEEKDAYS[moment.weekday()]
    if code[0] not in values:
        return "上午" if moment.hour < 12 else "下午"
    return f"{values[code[0]]:0{min(len(code), 2) if code[0] != 'e' else 1}d}"
