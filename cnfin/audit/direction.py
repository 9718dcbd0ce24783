"""``direction``: the word (增加, 减少, 大于, 小于, 等于, 持平) goes the way the values go.

The only check that looks at words again: those between the figures of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from cnfin.audit import change
from cnfin.audit.completion import actuals, budgets
from cnfin.audit.figures import Figure, Figures
from cnfin.audit.intervals import Interval
from cnfin.audit.relations import Relation, failed, plain
from cnfin.audit.structure import SUMS, Structure
from cnfin.document import Severity

_HUNDRED = Interval(Decimal(100), Decimal(100))
#: How many figures behind a rate are looked at for the next line.
_REACH = 60
#: 基本持平 and the like stand for changes up to this many per cent.
_ABOUT_EQUAL = Decimal(5)
_UNCHANGED = re.compile(r"(?P<about>基本|大致)?(?:持平|相同|一致|无增减变?化?|无变化|没有变化)")
_LAST_YEAR = re.compile(r"[与和同较比](?:上年度?|去年|(?P<year>20\d\d)年度?)[^，。；,;\d]{0,12}$")


def relations(figures: Figures) -> Iterator[Relation]:
    """A failed relation for each word that the values contradict."""
    for amount in figures.of("增减额"):
        if not figures.hedged(amount):
            yield from _sign(figures, amount)
    for rate in figures.of("增减率"):
        if not figures.hedged(rate):
            yield from _rate(figures, rate)
    for rate in figures.of("预算完成率"):
        if rate.value:  # 0% stands for nothing planned and nothing spent as well
            yield from _compared(figures, rate)
    yield from _unchanged(figures)


def _sign(figures: Figures, amount: Figure) -> Iterator[Relation]:
    pairs = change.pairs(figures, amount)
    if pairs and not any(amount.interval.overlaps(a.interval.minus(b.interval)) for a, b in pairs):
        for now, before in pairs:
            if change.opposed(amount, now, before):
                note = f"{plain(now.value)}-{plain(before.value)}={plain(now.value - before.value)}，文中说的方向相反"
                yield failed("direction", (amount, now, before), note)
                return


def _rate(figures: Figures, rate: Figure) -> Iterator[Relation]:
    amount = change.change_of(figures, rate)
    if amount is not None and amount.value * rate.value < 0:
        if rate.text.startswith(("-", "－", "−")):  # 增加…，增长-8%: the rate's sign is the statement
            return
        note = f"增减额{plain(amount.value)}与增减率{plain(rate.value)}%方向相反"
        now, before = next(iter(change.pairs(figures, rate)), (None, None))
        wrong = rate
        if now is not None and before is not None and (now.value - before.value) * amount.value < 0:
            wrong = amount
        yield failed("direction", (wrong, rate if wrong is amount else amount), note)
    elif amount is None:
        pairs = change.pairs(figures, rate)
        if pairs and all((now.value - before.value) * rate.value < 0 for now, before in pairs):
            now, before = pairs[0]
            if not now.interval.overlaps(before.interval):
                note = f"{plain(now.value)}对{plain(before.value)}，增减率{plain(rate.value)}%方向相反"
                yield failed("direction", (rate, now, before), note)


@lru_cache(maxsize=8)
def _comparison(structure: Structure) -> re.Pattern[str]:
    """决算数大于年初预算数: which way the actual is said to lie from the budget."""
    way = "|".join(f"(?P<{kind}>{structure.words(kind).pattern})" for kind in ("above", "below", "equal"))
    return re.compile(rf"(?:决算数?|支出|执行数|实际支出数?)(?:{way})(?P<base>年初|调整|全年|当年|年度)?预算")


def _compared(figures: Figures, rate: Figure) -> Iterator[Relation]:
    """完成预算的R, and 决算数大于预算数 said after it of the same line."""
    for cue in _comparison(figures.structure).finditer(figures.document.text, rate.fact.end, _until(figures, rate)):
        base = cue["base"]
        if base in ("年初", "调整") and not (rate.fact.base or "").startswith(base):
            continue
        level, expected = _level(figures, rate)
        if _contradicts(cue, level, expected):
            told = next((each for each in figures.behind(rate) if 0 <= each.fact.start - cue.end() <= 2), None)
            note = f"完成预算的{rate.text}，文中却说{cue[0]}数"
            related = (told, rate) if told is not None and told.measure == "增减额" else (rate,)
            evidence = actuals(figures, rate)[:1] + budgets(figures, rate)[:1]
            yield failed("direction", (*related, *evidence), note)
        return


def _level(figures: Figures, rate: Figure) -> tuple[Interval, Interval]:
    """What is compared: the two sums where they are printed, else the rate with 100 per cent."""
    spent, planned = actuals(figures, rate), budgets(figures, rate)
    if spent and planned:
        return spent[0].interval, planned[0].interval
    return rate.interval, _HUNDRED


def _contradicts(cue: re.Match[str], level: Interval, other: Interval) -> bool:
    if cue["above"]:
        return level.high < other.low
    if cue["below"]:
        return level.low > other.high
    return not level.overlaps(other)


def _until(figures: Figures, rate: Figure) -> int:
    """Where the words that may speak of a rate's line end: at the next line's figures, or with the paragraph."""
    for number, each in enumerate(figures.behind(rate)):
        if number >= _REACH or (each.subject != rate.subject and each.measure in (*SUMS, "预算完成率")):
            return each.fact.start
    return figures.end(rate)


def _unchanged(figures: Figures) -> Iterator[Relation]:
    """与上年持平, where both years' sums of the line are in print and differ."""
    text = figures.document.text
    for now in figures.of(*SUMS):
        sentence = figures.sentence(now)
        following = next(iter(figures.behind(now)), None)
        end = min(sentence.end, following.fact.start if following else sentence.end)
        cue = _UNCHANGED.search(text, now.fact.end, end)
        lead = cue and _LAST_YEAR.search(text, now.fact.end, cue.start())
        if cue is None or lead is None or now.year is None or (lead["year"] and int(lead["year"]) != now.year - 1):
            continue
        befores = [each for each in change.values_before(figures, now) if each.measure == now.measure]
        if befores and not any(_same(now, before, bool(cue["about"])) for before in befores):
            before = befores[0]
            severity: Severity = "warning" if cue["about"] else "error"
            note = f"{plain(now.value)}对{plain(before.value)}，文中却说{cue[0]}"
            yield failed("direction", (now, before), note, severity)


def _same(now: Figure, before: Figure, about: bool) -> bool:
    if now.interval.overlaps(before.interval):
        return True
    return about and abs(now.value - before.value) * 100 <= _ABOUT_EQUAL * abs(before.value)
