"""What the search for 科目 works on: a possible mention, and the line it stands on."""

from __future__ import annotations

import re

import msgspec

from cnfin.lexicon import Reading
from cnfin.marks import CIRCLED, NUMERALS
from cnfin.spans.chains import Chain
from cnfin.spans.edges import firsts

_MONEY_AFTER = r"-?[\d零][\d,，.]*\s?(?:[余多]?[万亿千百]*元|[，。；、）\s]|$)"
# What may stand between a name and its figure.
_VALUE_AFTER = re.compile(
    r"[”\"）》]*(?:[类款项]级)?类?(?:科目|项)?(?:的)?(?:支出|经费|资金|收入)?(?:的)?(?:年初|年末|全年|本年|当年|财政拨款)?(?:支出|收入)?"
    r"(?:决算|预算|执行|调整后?预算|预算安排)?(?:数|额|金额)?(?:总额|总计|合计|共计)?[，,]?"
    r"(?:分别|均)?(?:为|是|共|计|有|:|安排|完成|支出|约|达|各|大于|小于|等于){0,3}"
    r"[\s|]{0,4}(?:约|近|人民币)?[\s|]{0,3}"
    + _MONEY_AFTER
    + r"|(?:支出|经费|收入)?(?:决算|预算)?(?:数|额)?(?:分别|各|均)?"
    r"(?:占|较|比(?=上|年|预|去|全|同|\d)|同比|增加|减少|下降|增长|完成(?:年初|预算|调整|全年)"
    r"|(?:预算)?(?:完成|执行)率|年初(?:预算)?[无未没])"
)
_MONEY = re.compile(_MONEY_AFTER)
# 公务接待费2021年预算9万元
_DATED = re.compile(
    r"(?:19|20)\d\d年度?(?:财政拨款)?(?:年初)?(?:支出)?(?:决算|预算|执行)(?:数|额)?(?:为|是|:)?\s?" + _MONEY_AFTER
)
# Most names are spared the attempt by the character behind them.
_VALUE_STARTS = firsts(_VALUE_AFTER)


class Place(msgspec.Struct, frozen=True, gc=False):
    """The line a match stands on, for what its neighbours and its section say of it.

    Attributes:
        start, end: span of the sentence in the text's own offsets.
        section: headings above, joined.
        muted: whether no name in it is a mention.
        number: index of the sentence.
        title: whether the sentence is a heading or a short item without a verb.
    """

    start: int
    end: int
    section: str
    muted: bool
    number: int
    title: bool


class Match(msgspec.Struct, gc=False):
    """A possible mention: its span in the normal form, its readings and where it stands.

    Attributes:
        chain: the chain it is, or None for a single name.
        accepted: whether it was found to be a mention.
        chosen: which of the readings is meant, once that is settled.
        code: the official code, once that is settled.
        rule: what decided whether it is a mention.
    """

    start: int
    end: int
    readings: list[Reading]
    place: Place
    chain: Chain | None = None
    accepted: bool = False
    chosen: Reading | None = None
    code: str | None = None
    rule: str = ""

    @property
    def scheme(self) -> str:
        """The classification of the first reading."""
        return self.readings[0].scheme


def is_han(character: str) -> bool:
    """Whether a character (or the empty string) is a Chinese one."""
    return "\u4e00" <= character <= "\u9fff"


def is_valued(text: str, match: Match) -> bool:
    """Whether a figure or a change is said of the name right after it."""
    after = text[match.end : match.end + 1]
    if after.isdecimal():
        return _MONEY.match(text, match.end) is not None or _DATED.match(text, match.end) is not None
    return (not after or after in _VALUE_STARTS) and _VALUE_AFTER.match(text, match.end) is not None


def is_item(text: str, match: Match) -> bool:
    """Whether a line holds nothing but the name: a table cell, a list item, a heading that is the item itself."""
    nearest = max(0, match.start - _LONGEST_MARGIN)
    head = text.rfind("\n", nearest, match.start) + 1 or nearest
    tail = text.find("\n", match.end, match.end + _LONGEST_MARGIN)
    before = text[head : match.start]
    after = text[match.end : tail if tail >= 0 else match.end + _LONGEST_MARGIN]
    if not _ITEM_BEFORE.fullmatch(before):
        return before[-1:] == "\t" and after[:1] == "\t"
    if before[:1] == "\t" and not after.strip():
        # One cell a line: a name alone is a row's label where a figure follows.
        return bool(re.match(r"\s*-?\d", text[match.end : match.end + 12]))
    return bool(_ITEM_AFTER.fullmatch(after))


#: More than this stands on neither side of an item, so that long lines are not searched to their ends.
_LONGEST_MARGIN = 64
_ITEM_BEFORE = re.compile(rf"[\s\d{NUMERALS}（）.、{CIRCLED}|—-]*(?:其中[:：-]?)?[\s“\"]*")
_ITEM_AFTER = re.compile(r"[”\"）\s:：。|]*(?:支出)?[:：。\s|]*")
