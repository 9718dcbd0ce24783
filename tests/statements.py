"""Documents made of statements: facts without the text that they were read from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from cnfin.document import Amount, Document, Fact, Identity, Kind, Sentence, Table

YEAR = 2022


def said(subject: str, value: str, measure: str = "决算数", unit: str = "万元", **more: Any) -> dict[str, Any]:
    """A fact but for its place; ``value`` is what is printed, where ``printed`` is nothing else."""
    fact = {"subject": subject, "value": Decimal(value.replace(",", "")), "measure": measure, "unit": unit,
            "printed": value, "code": None, "scheme": None, "year": YEAR, "base": None}  # fmt: skip
    return fact | more


def document(
    *facts: dict[str, Any],
    kind: Kind = "决算",
    soft: Collection[str] = (),
    rows: Iterable[dict[str, Any]] = (),
    unit: str | None = None,
) -> Document:
    """A document whose text is the facts' values, one a line.

    Args:
        soft: values that are approximate.
        rows: facts of a table behind the text, in ``unit``.
    """
    text, sentences = "", []
    for number, some in enumerate((facts, rows)):
        made, spans, begin = [], [], len(text)
        for fact in some:
            rest = dict(fact)
            start, printed = len(text), rest.pop("printed")
            text += printed
            made.append(Fact(start=start, end=len(text), **rest))
            if printed in soft:
                spans.append(_about(made[-1], printed))
            text += "\n"
        sentences.append(
            Sentence(index=number, start=begin, end=len(text), section=None, table=None if number == 0 else 0,
                     facts=tuple(made), spans=tuple(spans))
        )  # fmt: skip
    return Document(
        name="-", text=text, identity=Identity(year=YEAR, kind=kind), sections=(), sentences=tuple(sentences),
        tables=(Table(rows=(), unit=unit, title=""),),
    )  # fmt: skip


def _about(fact: Fact, text: str) -> Amount:
    return Amount(
        start=fact.start, end=fact.end, text=text, wan=fact.value, low=None, high=None, approx=True, bound=None,
        unit_given=True,
    )  # fmt: skip
