"""Documents made of statements: facts without the text that they were read from."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cnfin.document import Document, Fact, Identity, Kind, Sentence

YEAR = 2022


def said(subject: str, value: str, measure: str = "决算数", unit: str = "万元", **more: Any) -> dict[str, Any]:
    """A fact but for its place; ``value`` as printed."""
    number = Decimal(value.replace(",", ""))
    fact = {"subject": subject, "value": number, "measure": measure, "unit": unit, "printed": value,
            "code": None, "scheme": None, "year": YEAR, "base": None}  # fmt: skip
    return fact | more


def document(*facts: dict[str, Any], kind: Kind = "决算", soft: Iterable[str] = ()) -> Document:
    """A document whose text is the facts' values, one a line; ``soft``: values that are approximate."""
    from cnfin.document import Amount

    text, made, spans = "", [], []
    for fact in facts:
        rest = dict(fact)
        start, printed = len(text), rest.pop("printed")
        text += printed
        made.append(Fact(start=start, end=len(text), **rest))
        if printed in soft:
            spans.append(
                Amount(start=start, end=len(text), text=printed, wan=rest["value"], low=None, high=None, approx=True,
                       bound=None, unit_given=True)
            )  # fmt: skip
        text += "\n"
    sentence = Sentence(index=0, start=0, end=len(text), section=None, facts=tuple(made), spans=tuple(spans))
    return Document(name="-", text=text, identity=Identity(year=YEAR, kind=kind), sections=(), sentences=(sentence,))
