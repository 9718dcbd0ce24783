"""Invented disclosures of Chinese government units with gold beside them, any number, from a seed.

:func:`documents` is the door. A document is decided by its seed and number alone: the same bytes on every platform
and Python version. Its figures come from a ledger whose sums, shares and rates hold exactly, its gold from the
writing itself, and errors stand only where they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from . import accounts, ledger, skeletons
from .dice import Dice
from .misprints import CHECKS, Plan
from .report import Habits, Report
from .stock import sectors
from .writer import Gold

COMPARE = ("比上年", "较上年", "与{last}相比，", "同比", "比{last}", "较{last}", "与上年度相比，", "与上年相比，")
TOWN = ("青石柳白云龙凤双长安永清大新三东", "溪河湾桥坪口岭塘庄店沟滩")  # invented names of towns

__all__ = ["CHECKS", "document", "documents", "planted"]


def documents(seed: int, *, errors_each: int = 0) -> Iterator[tuple[str, str, list[Gold]]]:
    """Endless documents as (file name, text, gold lines), each with up to ``errors_each`` planted errors."""
    tally: Counter[str] = Counter()
    number = 0
    while True:
        yield planted(seed, number, errors_each, tally) if errors_each else document(seed, number)
        number += 1


def document(seed: int, number: int, chosen: tuple[int, ...] = ()) -> tuple[str, str, list[Gold]]:
    """The document ``number`` of ``seed``, with errors at the places ``chosen``."""
    report = _written(seed, number, Plan(chosen, f"{seed} {number}"))
    return _finished(report, number)


def planted(seed: int, number: int, errors: int, tally: Counter[str]) -> tuple[str, str, list[Gold]]:
    """The document ``number`` with up to ``errors`` errors, of the checks that ``tally`` has seen least.

    No two errors of a document concern the same line, so that each contradicts only what its finding says.
    """
    places = _written(seed, number, Plan()).plan.places
    dice = Dice(f"places {seed} {number}")
    chosen: list[int] = []
    used: set[str] = set()
    for _ in range(errors):
        free = [place for place, (_, subject) in enumerate(places) if subject not in used]
        if not free:
            break
        least = min(tally[places[place][0]] for place in free)
        pick = dice.pick([place for place in free if tally[places[place][0]] == least])
        chosen.append(pick)
        used.add(places[pick][1])
        tally[places[pick][0]] += 1
    return document(seed, number, tuple(chosen))


def _written(seed: int, number: int, plan: Plan) -> Report:
    dice = Dice(f"{seed} {number}")
    skeleton = dice.pick(skeletons.ALL)
    sector = dice.pick(sectors())
    year = dice.between(2015, 2025)
    counties, cities = accounts.places()
    place = dice.pick(counties if dice.chance(80) else cities)
    town = dice.pick(TOWN[0]) + dice.pick(TOWN[1]) if sector.wide else ""
    ending = dice.pick(sector.units)
    unit = (place.county or place.city) + (town + ("" if "街道" in ending else "镇") if town else "") + ending
    ways = habits(dice)
    figures = ledger.build(dice, sector, year, ways.digits)
    report = Report(dice, sector, unit, place, year, skeleton.kind, ways, figures, plan)
    skeleton.write(report)
    return report


def _finished(report: Report, number: int) -> tuple[str, str, list[Gold]]:
    text, gold = report.page.finish()
    place = report.place
    head: Gold = {"t": "doc", "unit": report.unit, "province": place.province, "city": place.city or None,
                  "county": place.county or None, "year": report.year, "kind": report.kind}  # fmt: skip
    return f"{number:06}-{place.code}-{report.year}", text, [head, *gold]


def habits(dice: Dice) -> Habits:
    """How one document writes."""
    unit = dice.pick(("万元",) * 7 + ("元",))
    digits = 6 if unit == "元" else dice.pick((2, 2, 2, 2, 2, 4, 6))
    pace = dice.pick((("增长", "下降"), ("增长", "下降"), ("增长", "降低"), ("上升", "下降"), ("增幅为", "降幅为")))
    return Habits(
        unit=unit, digits=digits, strip=dice.chance(40), commas=dice.chance(25), gap=" " if dice.chance(6) else "",
        rate_digits=dice.pick((2, 2, 2, 1)), rate_strip=dice.chance(25), span=dice.pick(("年", "年度", "年度")),
        chain=dice.pick((0, 0, 0, 0, 1, 2, 2, 3, 4, 5)),
        compare=dice.pick(COMPARE),
        verbs=("增加", "减少", *pace),
        spent=dice.pick(("支出决算为", "支出决算数为", "支出决算", "支出", "决算数为")),
        done=dice.pick(("完成年初预算", "完成年初预算", "完成年初预算数", "为年初预算")),
        of=dice.pick(("的", "的", "")),
        bases=dice.pick(((2, 3, 3), (2, 3, 3, 3), (3,), (0, 1), (0, 0, 1), (0, 1, 2, 3))),
        three=dice.pick(("“三公”经费", "“三公经费”", "三公经费", "“三公”经费")),
        cue=dice.pick(("主要原因是", "主要原因：", "主要是因为", "变动原因为", "主要原因为")),
    )  # fmt: skip
