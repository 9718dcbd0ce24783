"""What is marked in a text: the labels of the annotation contract, each with its exact value.

科目 is an :class:`Account`, 金额 an :class:`Amount`, 百分比 a :class:`Percentage`, 数量 a
:class:`Count`, 年度 a :class:`Period`, 文号 a :class:`DocumentNumber`. Offsets are 0-based code
points, end exclusive.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Bound = Literal[">=", ">", "<=", "<"]
#: Classifications and kinds of budget lines.
Scheme = Literal["功能分类", "经济分类", "收入", "支出", "收支", "结转结余", "三公经费", "其他"]


class Span(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="label"):
    """A stretch of the document's text that means something.

    Attributes:
        start: first code point of the span.
        end: one past its last code point.
        text: the span's text, always ``document.text[start:end]``.
    """

    start: int
    end: int
    text: str


class Account(Span, frozen=True, kw_only=True, gc=False, tag="科目"):
    """A named line of a budget or of final accounts.

    Attributes:
        name: canonical name; for a chain that of its deepest level.
        code: official code valid in the document's fiscal year, or None where it is not certain.
        scheme: 功能分类, 经济分类, 收入, 支出, 收支, 结转结余, 三公经费 or 其他.
    """

    name: str
    code: str | None
    scheme: Scheme


class Name(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The name of a budget line in a text, taken for a 科目 or not.

    Attributes:
        start, end: code point offsets into the document's text.
        text: the words there.
        mention: whether it is a 科目.
        rule: what decided.
    """

    start: int
    end: int
    text: str
    mention: bool
    rule: str


class Amount(Span, frozen=True, kw_only=True, gc=False, tag="金额"):
    """A sum of money.

    Attributes:
        wan: the sum in 万元, exact; None for a range.
        low, high: the ends of a range in 万元.
        approx: whether 约, 近, 余, 左右 … qualify the number.
        bound: the relation that ≥, 不低于, 不超过 … put before the number.
        unit_given: False where the unit was inherited from the table or the document.
    """

    wan: Decimal | None
    low: Decimal | None
    high: Decimal | None
    approx: bool
    bound: Bound | None
    unit_given: bool


class Percentage(Span, frozen=True, kw_only=True, gc=False, tag="百分比"):
    """A percentage.

    Attributes:
        percent: the value in per cent (‰ and 成 converted).
        unit: ``%`` or ``百分点``.
    """

    percent: Decimal
    unit: Literal["%", "百分点"]
    approx: bool
    bound: Bound | None


class Count(Span, frozen=True, kw_only=True, gc=False, tag="数量"):
    """A count with its measure word.

    Attributes:
        number: the count itself; 9.49万人次 is 94900.
        unit: the measure word without a noun (13个项目 has the unit 个).
    """

    number: Decimal
    unit: str
    approx: bool
    bound: Bound | None


class Period(Span, frozen=True, kw_only=True, gc=False, tag="年度"):
    """A fiscal or calendar year, or a date.

    Attributes:
        year: four-digit year.
        date: ISO date where the text gives day, month and year.
    """

    year: int
    date: str | None


class DocumentNumber(Span, frozen=True, kw_only=True, gc=False, tag="文号"):
    """The number of an official document, such as 某政发〔2020〕5号."""


AnySpan = Account | Amount | Percentage | Count | Period | DocumentNumber
Value = Amount | Percentage | Count
