"""Which figures of a document are misprinted, and how wrong they get."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .dice import Dice, rounded

CHECKS = (
    "share", "completion", "change", "direction", "sum", "conflict", "unit", "zero-base",
    "placeholder", "year", "name", "unit-missing", "line",
)  # fmt: skip
#: What a form leaves where a reason should stand, and units that a heading may be taken over from.
LEFT = ("XXX", "×××", "请填写具体原因", "XX等因素")
OTHERS = ("云岭县水务局", "岚水市商务局", "桐岭县档案馆", "青禾区司法局", "望川县交通运输局")


class Plan:
    """The places of one document where an error may stand, and those where one shall.

    A document is written twice: the first time the plan only counts its places, the second time it plants. Wrong
    figures come from dice of their own, and a planting writer throws the document's dice and counts its places as
    one that does not plant, so that everything else stays as it was.

    Args:
        chosen: numbers of the places to plant at, counted in the order of writing.
        seed: of the wrong figures.
    """

    def __init__(self, chosen: Iterable[int] = (), seed: str = "") -> None:
        self.places: list[tuple[str, str]] = []
        self._chosen = frozenset(chosen)
        self.dice = Dice(f"misprint {seed}")

    def plant(self, check: str, subject: str | None) -> bool:
        """Count a place for ``check`` and say whether to plant there."""
        self.places.append((check, subject or ""))
        return len(self.places) - 1 in self._chosen

    def wrong_rate(self, true: Decimal, slack: Decimal, digits: int) -> Decimal:
        """A percentage that rounding cannot explain: digits transposed where that is wrong enough, else moved."""
        margin = 4 * (true * slack + Decimal(1).scaleb(-digits)) + Decimal("0.4")
        options = [option for option in _transposed(true) if 0 < option < 100 and (option < 100) == (true < 100)]
        options += [rounded(true / 100, digits)] if self.dice.chance(20) and true > 1 else []
        good = [option for option in options if abs(option - true) > margin and option > 0]
        if good:
            return self.dice.pick(good)
        moved = rounded(margin * self.dice.between(11, 19) / 10, digits)
        up = true + moved
        return up if true >= 100 or up < 100 else max(true - moved, Decimal(1).scaleb(-digits))

    def wrong_amount(self, true: int, unit: int) -> int:
        """An amount near ``true`` with two digits transposed, else some per cent off; never a matter of 10⁴."""
        text = str(true)
        swaps = [
            int(text[:i] + text[i + 1] + text[i] + text[i + 2 :])
            for i in range(len(text) - 1)
            if text[i] != text[i + 1]
        ]
        good = [value for value in swaps if abs(value - true) * 200 > true and abs(value - true) * 2 < true]
        good = [value for value in good if abs(value - true) > 2 * unit]
        return self.dice.pick(good) if good else true + max(true * self.dice.between(3, 9) // 100, 3 * unit)


def _transposed(value: Decimal) -> list[Decimal]:
    text = str(value)
    found = []
    for i in range(len(text) - 1):
        if text[i].isdigit() and text[i + 1].isdigit() and text[i] != text[i + 1] and (i or text[1] != "."):
            found.append(Decimal(text[:i] + text[i + 1] + text[i] + text[i + 2 :]))
    dot = text.find(".")
    if 0 < dot < len(text) - 1 and text[dot - 1] != text[dot + 1]:
        found.append(Decimal(text[: dot - 1] + text[dot + 1] + "." + text[dot - 1] + text[dot + 2 :]))
    return found
