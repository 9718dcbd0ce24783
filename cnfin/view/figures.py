"""Figures as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

_HUNDRED = Decimal(100)


def number(value: Decimal) -> str:
    """A number to its last stated digit, thousands apart; zeros that say nothing are left out."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(wan: Decimal) -> str:
    """A sum in 万元, thousands apart, with two decimals or as many as it has."""
    whole, _, rest = number(wan).partition(".")
    return f"{whole}.{rest:0<2}"


def percent(value: Decimal | None, digits: int = 1) -> str:
    """A per cent value, rounded; empty where there is none."""
    return "" if value is None else f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):,f} %"


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """``part`` in per cent of ``whole``; None where it cannot be said."""
    return part / whole * _HUNDRED if part is not None and whole else None


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """From ``before`` to ``now``; None where one of them is not known."""
    return None if now is None or before is None else now - before


def signed(value: Decimal | None) -> str:
    """A change of a sum with its sign; the minus is a real one."""
    if value is None:
        return ""
    return f"+{money(value)}" if value > 0 else money(value).replace("-", "−")
