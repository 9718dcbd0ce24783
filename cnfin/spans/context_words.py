"""The words around a name that decide whether it is a mention: ``lexicons/context_words.tsv`` as expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cnfin.lexicon import Lexicon
from cnfin.spans.edges import firsts
from cnfin.spans.number_words import longest_first, measure_expression

_MORE = re.compile("增加|减少|新增|购置")
#: What a change of something counted can begin with.
COUNTED_STARTS = firsts(_MORE)


class ContextWords:
    """The expressions, each with the sentence that its row of the table has.

    Args:
        lexicon: the tables.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        words: dict[str, list[tuple[str, str]]] = {}
        for row in lexicon.rows("context_words"):
            words.setdefault(row["kind"], []).append((row["word"], row["not_beside"]))
        self.continues = re.compile(f"(?:支出)?(?:{_any(words['continues'])})")
        self.continue_starts = firsts(self.continues)
        self._duties = re.compile(_any(words["duties"]))
        self.use = re.compile(_any(words["use"], behind=True))
        self.defines = re.compile(_any(words["defines"]))
        self.trips = re.compile(_any(words["trips"]))
        self.fund_after = re.compile(_any(words["fund after"]))
        self.fund_before = re.compile(f"(?:{_any(words['fund before'])})$")
        # 与上年相比，收入增加…: after a comparison, or after a word for the unit or its year.
        self.whose = re.compile(rf"(?:(?:相比|对比|比较)[，,]|{_any(words['whose'])})$")
        self.others = re.compile(_any(words["others"]))
        # 图书馆增加1辆: of what is counted no line of spending is meant.
        self.counted = re.compile(rf"(?:{_MORE.pattern})了?\s?\d[\d.,]*\s?(?:{measure_expression(lexicon)})")
        self.lists = re.compile(f"(?:{_any(words['lists'])})$")
        self.say_duties = lru_cache(maxsize=1 << 12)(self._say_duties)

    def _say_duties(self, section: str) -> bool:
        """Whether one of the two innermost headings of ``section``, one a line, says what a unit does."""
        return any(self._duties.search(title) for title in section.rsplit("\n", 2)[-2:])


def _any(words: Sequence[tuple[str, str]], behind: bool = False) -> str:
    """An expression for any of the words; the characters that may not stand beside one do so before or behind it."""
    parts = []
    barred = dict(words)
    for word in longest_first(barred):
        bar = f"[{re.escape(barred[word])}]" if barred[word] else ""
        before, after = (f"(?<!{bar})" if bar and not behind else ""), (f"(?!{bar})" if bar and behind else "")
        parts.append(before + re.escape(word) + after)
    return "|".join(parts)


@lru_cache(maxsize=4)
def context_words(lexicon: Lexicon) -> ContextWords:
    """The words of ``lexicon``, built at first use."""
    return ContextWords(lexicon)
