"""What the grammar finds: a subject, and a fact with the rule that made it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from cnfin.document import Account, Explanation, Fact, Identity, Measure, SubjectScheme, Value

Found = tuple[Fact, Explanation]
Place = tuple[int, int]


class Subject(msgspec.Struct, frozen=True, gc=False):
    """What a value is said of, and where the text names it."""

    name: str
    code: str | None = None
    scheme: SubjectScheme | None = None
    place: Place | None = None


#: The rule that finds a side of a unit of the body.
OF_BODY = "unit of the body"
#: The whole unit, for a budget or an outturn that is said of nothing in particular.
WHOLE_UNIT = Subject("部门整体支出", None, "支出")


def of_account(account: Account) -> Subject:
    """The subject that a 科目 span names."""
    return Subject(account.name, account.code, account.scheme, (account.start, account.end))


def default_measure(identity: Identity) -> Measure:
    """What a plain sum is: the outturn in final accounts, the budget in a budget."""
    return "预算数" if identity.kind == "预算" else "决算数"


def signed(number: Decimal, sign: int) -> Decimal:
    """``number`` with ``sign``; a zero has none, and 减少-3.2 is a fall as 减少3.2 is."""
    return -abs(number) if sign < 0 and number else number


def make(
    value: Value, subject: Subject, measure: Measure, year: int | None, number: Decimal, unit: str,
    base: str | None, rule: str,
) -> Found:  # fmt: skip
    """A fact and why it is one."""
    start, end = value.start, value.end
    fact = Fact(
        start=start, end=end, subject=subject.name or None, code=subject.code, scheme=subject.scheme, measure=measure,
        year=year, value=number, unit=unit, base=base,
    )  # fmt: skip
    spans = ((start, end),) if subject.place is None else (subject.place, (start, end))
    return fact, Explanation(rule=rule, spans=spans)
