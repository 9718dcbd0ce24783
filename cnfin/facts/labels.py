"""Labels of values: the header over a column, the cell on the left, or the line above say what a value is."""

from __future__ import annotations

import re
from typing import NamedTuple, cast

from cnfin.document import Amount, Flow, Identity, Measure, Percentage, Value
from cnfin.facts.found import Found, Subject, default_measure, make, signed
from cnfin.facts.words import Words

_BLANK = re.compile(r"[\s\u3000]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: 2019年, 2019年度支出（万元）: a year heads what was spent, received or planned in it.
_OF_A_YEAR = re.compile(r"((?:19|20)\d\d)年?度?(?:支出|收入|金额|数)?(?:[（(].*[)）])?")
_LETTER = re.compile(r"[（(][A-Z][)）]$")
#: Heads over what a project was allotted, got, paid or has left: 到位资金（万元）.
_OF_PROJECT = re.compile(
    r"(?:实际|累计|已|全年|本年|当年|应|计划|资金)*(?:到位|拨付|支付|下达|报账|兑付|结余|剩余|投入|拨入|到账|"
    r"(?:支出|使用|安排|结转)(?=资金|金额|数|额))(?:资金|经费)?(?:总?[数额]|金额)?(?:[（(][^（）()]*元[)）])?"
)
_FLOWS: dict[str, Flow] = {"fund": "收入", "left": "结转结余", "预算": "支出"}
_LONGEST = 40
_THIS_YEAR = frozenset(("本期", "本期数", "本年", "本年数", "本年度", "本期金额", "本年金额"))


class Column(NamedTuple):
    """What a header or a label says of the values under or beside it; the measure is empty for a year alone."""

    measure: str
    year: int | None
    sign: int
    base: str | None
    flow: Flow | None = None


class Labels:
    """Reads labels, and remembers them: they come again and again."""

    def __init__(self, identity: Identity, words: Words) -> None:
        self.words = words
        self.year = identity.year
        self.default = default_measure(identity)
        self._known: dict[str, Column | None] = {}

    def column(self, label: str) -> Column | None:
        """What ``label`` says, or None."""
        if label not in self._known:
            bare = _BLANK.sub("", label)
            column = self._read(bare)
            if column is None and (plain := _LETTER.sub("", bare)).endswith("执行"):
                column = self._read(plain + "数")
            self._known[label] = column
        return self._known[label]

    def _read(self, label: str) -> Column | None:
        if len(label) > _LONGEST:
            return None
        if label in _THIS_YEAR:
            return Column("", None, 1, None)
        if of_year := _OF_A_YEAR.fullmatch(label):
            return Column("", int(of_year[1]), 1, None)
        if _OF_PROJECT.fullmatch(label):
            said = [mark for mark in self.words.cues_of_project.find(label, 0, len(label)) if mark.item.measure]
            if said:
                item = said[0].item
                # What is left is of the kind that the document is of.
                measure = "" if item.base == "left" else item.measure
                return Column(measure, None, 1, None, _FLOWS.get(item.base or said[0].kind))
        marks = self.words.find(label, 0, len(label))
        year = _YEAR.search(label)
        of = int(year[0]) if year else None
        kinds = {mark.kind: mark.item for mark in marks}
        first = marks[0].start if marks else 0
        if "rate" in kinds and "level" not in kinds and not self.words.neutral.fullmatch(label, 0, first):
            # 校舍管护完成率 is an indicator of the work, not of the money.
            return None
        if "rate" in kinds or ("done" in kinds and "level" in kinds):
            rate = kinds["level"] if "level" in kinds else kinds["rate"]
            return Column("预算完成率", of, 1, rate.base or "预算")
        if "share" in kinds:
            return Column("占比", of, 1, None)
        if "prior" in kinds and "change" not in kinds and "than" not in kinds:
            if self.year is None:
                return None
            measure = kinds["prior"].measure or (kinds["level"].measure if "level" in kinds else self.default)
            return Column(measure, self.year - 1, 1, None)
        if "change" in kinds or "增减" in label:
            sign = kinds["change"].sign or 1 if "change" in kinds else 1
            base = "预算" if "level" in kinds and "prior" not in kinds and kinds["level"].base else "上年"
            per_cent = any(sign in label for sign in "%％率幅")
            over = of if of is not None and "比" in label[year.end() :] else None  # type: ignore[union-attr]
            return Column("增减率" if per_cent else "增减额", over, 1 if "增减" in label else sign, base)
        if "level" in kinds:
            level = [mark.item for mark in marks if mark.kind == "level"][-1]
            return Column(level.measure, of, 1, None)
        if "added" in kinds:
            return Column("追加预算数", of, kinds["added"].sign, None)
        return None


def stated(value: Value | None, subject: Subject | None, column: Column, year: int | None) -> Found | None:
    """The fact of a sum or a rate that ``column`` labels, or None where label and value do not fit."""
    if subject is None:
        return None
    rate = column.measure in ("占比", "预算完成率", "增减率")
    measure = cast(Measure, column.measure)
    if isinstance(value, Percentage) and rate:
        number = signed(value.percent, column.sign)
        return make(value, subject, measure, year, number, "%", column.base, "table")
    if isinstance(value, Amount) and value.wan is not None and not rate:
        number = signed(value.wan, column.sign)
        return make(value, subject, measure, year, number, "万元", column.base, "table")
    return None
