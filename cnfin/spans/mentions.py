"""Which names in a text are mentions of budget lines: what stands around a name decides (:mod:`cnfin.spans.rules`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cnfin.lexicon import Lexicon
from cnfin.spans.context_words import context_words
from cnfin.spans.matches import Match
from cnfin.spans.rules import decide
from cnfin.spans.sites import Page, Site, quotes_of

_CHAIN = "a chain of 类, 款 and 项"


class Mentions:
    """Tells mentions from words that only look like a name.

    Args:
        lexicon: the tables.
        cut: word segmentation, asked only where a match could cut a word.
    """

    def __init__(self, lexicon: Lexicon, cut: Callable[[str], Sequence[str]]) -> None:
        self._lexicon = lexicon
        self._cut = cut
        words = lexicon.table("boundaries", "word")
        self._left = frozenset(word for word in words if len(word) == 1), tuple(word for word in words if len(word) > 1)

    def among(self, text: str, matches: list[Match]) -> list[Match]:
        """The matches that are mentions, in order; each match is told whether it was accepted and by which rule."""
        words = context_words(self._lexicon)
        page = Page(text, matches, self._lexicon, words, self._left, self._cut, quotes_of(text, matches))
        mentions: list[Match] = []
        for number, match in enumerate(matches):
            if match.chain is not None:
                match.accepted, match.rule = True, _CHAIN
            else:
                match.accepted, match.rule = decide(Site(page, number))
            if not match.accepted:
                continue
            if mentions and text.startswith("使用", match.start) and _same_line(mentions[-1], match):
                # 使用非财政拨款结余：指…使用非财政拨款结余…: the second time the verb is a verb.
                match.start += 2
                match.readings = self._lexicon.readings.get(text[match.start : match.end], match.readings)
            mentions.append(match)
        return mentions


def _same_line(before: Match, match: Match) -> bool:
    """Whether two mentions of one sentence are of the same line."""
    return before.place.number == match.place.number and before.readings[0].name == match.readings[0].name
