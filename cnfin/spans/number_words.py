"""The words around a number that say what it is: ``lexicons/number_words.tsv`` and ``rates.tsv``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from cnfin.document import Bound
from cnfin.lexicon import Lexicon
from cnfin.spans.normal import HAN

_ABOUT = "about"
_BOUNDS: dict[str, Bound] = {">=": ">=", "<=": "<=", ">": ">", "<": "<"}
_STRICT: dict[Bound, Bound] = {">=": ">", "<=": "<"}
#: What may stand between such a word and the number: 至少为80万元, 大概占30%, 接近了60%.
_BETWEEN = frozenset("为有达合需要计占了到是 ")
_MOST_BETWEEN = 2
#: Characters before a number in which a currency is looked for.
_LONGEST_CURRENCY = 8
_WORDS_WITH_MINUS = tuple("减担肩抱胜背自辜欺")


class NumberWords:
    """The words that qualify a number or say that it is a sum of money.

    Args:
        lexicon: the tables.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        kinds: dict[str, list[str]] = {}
        self._before: dict[str, tuple[str, str]] = {}
        self._after: dict[str, str] = {}
        for row in lexicon.rows("number_words"):
            for kind in row["kind"].split():
                kinds.setdefault(kind, []).append(row["word"])
            first, _, second = row["kind"].partition(" ")
            if second == "after":
                self._after[row["word"]] = first
            elif first == _ABOUT or first in _BOUNDS:
                self._before[row["word"]] = (first, row["not_beside"])
        #: Every character that such a word, or what may stand behind it, ends with.
        self._ends = _BETWEEN | {word[-1] for word in self._before}
        #: How long the words are that end with a character, the longest first.
        self._sizes: dict[str, tuple[int, ...]] = {
            last: tuple(sorted({len(word) for word in self._before if word[-1] == last}, reverse=True))
            for last in {word[-1] for word in self._before}
        }
        after = "|".join(map(re.escape, longest_first(self._after)))
        # 60%多: 多 and 余 behind a unit, unless a noun follows.
        self._behind = re.compile(
            rf"\s?(?:（(?P<brackets>不?含)[^（）\n]{{0,12}}）)?(?P<word>{after})|(?P<some>[多余](?![{HAN}]))"
        )
        self._behind_opens = frozenset(" \t\n（多余").union(word[0] for word in self._after)
        currencies = "|".join(map(re.escape, longest_first(kinds["currency"])))
        self._currency_before = re.compile(rf"(?:{currencies})[约计为合]?\s?\Z")
        self._currency_ends = frozenset("约计为合 ").union(word[-1] for word in kinds["currency"])
        self._currency_opens = frozenset(" ").union(word[0] for word in kinds["currency"])
        self._currency = re.compile(rf"\s?(?:{currencies})")
        sums, changes = ("|".join(map(re.escape, longest_first(kinds[kind]))) for kind in ("sum", "change"))
        self.cue = re.compile(
            rf"(?:{sums})(?:数|额|总额)?(?:总计|合计|共计)?(?:均?为|是|共|达|:)?\Z|(?:{changes})(?:了|额)?(?:为)?\Z"
        )
        money = "|".join(map(re.escape, longest_first(kinds["money"])))
        self.money = re.compile(rf"(?:{money})[^\d，。；]{{0,6}}$")
        visits = "|".join(map(re.escape, longest_first(kinds["visits"])))
        self.visits = re.compile(rf"(?:{visits})(?:次数|量|数)? ?[:|]?\s{{0,4}}\Z")

    def qualifiers(self, text: str, start: int, end: int, some: bool) -> tuple[bool, Bound | None]:
        """Whether a number is approximate (as ``some`` or a word beside it says), and its bound."""
        approx, bound = some, None
        if start and text[start - 1] in self._ends:
            said = self._said(text, start)
            approx = approx or said == _ABOUT
            bound = _BOUNDS.get(said)
        after = self._behind.match(text, end) if text[end : end + 1] in self._behind_opens else None
        if after is None:
            return approx, bound
        said = _ABOUT if after["some"] else self._after[after["word"]]
        if said == _ABOUT:
            return True, bound
        if bound is None or said == "<=":
            bound = _BOUNDS[said]
            bound = _STRICT[bound] if after["brackets"] == "不含" else bound
        return approx, bound

    def _said(self, text: str, end: int) -> str:
        """What the word before ``end`` says of a number, the longest word first; empty where none does."""
        for _ in range(_MOST_BETWEEN + 1):
            for size in self._sizes.get(text[end - 1], ()):
                start = end - size
                kind, not_beside = self._before.get(text[start:end], ("", "")) if start >= 0 else ("", "")
                if kind:
                    return "" if start and text[start - 1] in not_beside else kind
            end -= 1
            if end <= 0 or text[end] not in _BETWEEN:
                break
        return ""

    def is_foreign(self, text: str, start: int, end: int) -> bool:
        """Whether a sum at ``start``–``end`` is of another currency: 港币200万元, 9000元日币."""
        if text[end : end + 1] in self._currency_opens and self._currency.match(text, end):
            return True
        if text[start - 1 : start] not in self._currency_ends:
            return False
        return self._currency_before.search(text[max(0, start - _LONGEST_CURRENCY) : start]) is not None


def is_negated(text: str, start: int) -> bool:
    """Whether 负 stands as a minus sign before ``start``; in 减负, 自负 and the like it is part of a word."""
    return text[start - 1 : start] == "负" and text[start - 2 : start - 1] not in _WORDS_WITH_MINUS


def rate_units(lexicon: Lexicon) -> dict[str, int]:
    """Units of percentages and the power of ten that makes each of them per cent."""
    return {row["unit"]: int(row["power"]) for row in lexicon.rows("rates")}


def rate_expression(lexicon: Lexicon) -> str:
    """An expression for any unit of a percentage that follows digits."""
    return _followed((row["unit"], row["not_before"]) for row in lexicon.rows("rates"))


def measure_expression(lexicon: Lexicon, chinese: bool = False) -> str:
    """An expression for any measure word, or only for those that a single Chinese numeral may stand before."""
    return _followed((unit.unit, unit.not_before) for unit in lexicon.units if unit.chinese or not chinese)


def noun_expression(lexicon: Lexicon) -> str:
    """An expression for the nouns that belong to a count with 个."""
    return "|".join(map(re.escape, longest_first(lexicon.table("nouns", "noun"))))


def longest_first(words: Iterable[str]) -> list[str]:
    """Words in the order in which an alternation finds the longest."""
    return sorted(words, key=lambda word: (-len(word), word))


def _followed(units: Iterable[tuple[str, str]]) -> str:
    found = sorted(dict(units).items(), key=lambda unit: (-len(unit[0]), unit[0]))
    return "|".join(re.escape(unit) + (f"(?![{re.escape(stops)}])" if stops else "") for unit, stops in found)


@lru_cache(maxsize=4)
def number_words(lexicon: Lexicon) -> NumberWords:
    """The words of ``lexicon``, built at first use."""
    return NumberWords(lexicon)
