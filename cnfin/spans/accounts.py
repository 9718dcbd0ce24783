"""科目: names of budget lines, single or in chains, with their official codes.

One automaton finds every name and alias (:mod:`cnfin.spans.chains` the chains); what stands around
a match decides whether it is a mention (:mod:`cnfin.spans.mentions`) and, where a name belongs to
several classifications or lines, which one is meant (:mod:`cnfin.spans.meanings`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

import msgspec

from cnfin.document import Account
from cnfin.lexicon import Lexicon, Reading
from cnfin.spans.chains import LONGEST_NAME, Chain, Link, chains
from cnfin.spans.matches import Match, Place
from cnfin.spans.meanings import Meanings
from cnfin.spans.mentions import Mentions
from cnfin.spans.normal import Normal
from cnfin.spans.rules import silent

__all__ = ["Accounts", "Place"]

# What a bracket inside a name says is included.
_INCLUDED = re.compile(r"（(?:不?含|包括)[^（）\n]{1,12}）")
_PROCUREMENT = "政府采购支出"
# Kinds of procurement by their bare names, which mean them only where procurement is the subject.
_KIND = re.compile(
    r"(?<![\u4e00-\u9fff](?<![和及与中为含括]))(货物|工程|服务)类?"
    r"(?=(?:为|安排|共|各)?\s?\d|[、，和及与](?:货物|工程|服务)(?:类?(?:支出|采购|预算)|[类为、和及与分\d]))"
)


class Accounts:
    """Finds the 科目 of a text.

    Args:
        lexicon: the tables.
        cut: word segmentation, asked only where a match could cut a word.
    """

    def __init__(self, lexicon: Lexicon, cut: Callable[[str], Sequence[str]]) -> None:
        self._lexicon = lexicon
        self._mentions = Mentions(lexicon, cut)
        self._meanings = Meanings(lexicon)

    @cached_property
    def _readings(self) -> list[list[Reading] | None]:
        """The readings of each of the automaton's patterns; None for a phrase that only contains a name."""
        return [self._lexicon.readings.get(name) for name in self._lexicon.surfaces]

    def find(self, normal: Normal, place_at: Callable[[int], Place | None], year: int | None) -> list[Account]:
        """The mentions in a text.

        Args:
            normal: the text in normal form.
            place_at: the sentence that an offset of the original text stands in.
            year: the fiscal year whose codes are meant.
        """
        matches = self._matches(normal, place_at)
        mentions = self._mentions.among(normal.text, matches)
        self._meanings.settle(normal, mentions, year)
        mentions += self._procurement(normal, mentions, place_at)
        return [self._account(normal, match, year) for match in mentions if match.chosen is not None]

    def judged(self, normal: Normal, place_at: Callable[[int], Place | None]) -> list[Match]:
        """Every name of the text, in order, with the rule that took it or left it."""
        left: list[Match] = []
        matches = self._matches(normal, place_at, left)
        self._mentions.among(normal.text, matches)
        return sorted([*matches, *left], key=lambda match: match.start)

    def _matches(
        self, normal: Normal, place_at: Callable[[int], Place | None], left: list[Match] | None = None
    ) -> list[Match]:
        """The names that may be mentions; those on lines without mentions go to ``left``, where it is given."""
        text = normal.text
        found: list[Match] = []
        marked = sorted(chains(text, self._lexicon), key=lambda chain: chain.start)
        for chain in marked:
            place = place_at(normal.offset(chain.start))
            if place is not None and not place.muted:
                reading = Reading(chain.links[-1].name, "", "功能分类")
                found.append(Match(chain.start, chain.end, [reading], place, chain))
        readings_of = self._readings
        # The last stands behind the text.
        starts = [*(chain.start for chain in marked), len(text) + 1]
        ends = [*(chain.end for chain in marked), len(text) + 1]
        at = 0
        for pattern, start, end in self._lexicon.automaton.find_matches_as_indexes(text):
            while ends[at] <= start:
                at += 1
            if starts[at] < end:
                continue
            readings = readings_of[pattern]
            if readings is None:
                continue  # a phrase that only contains a name
            place = place_at(normal.offset(start))
            if place is not None:
                match = Match(start, end, readings, place)
                match.rule = silent(normal.source, text, match)
                if not match.rule:
                    found.append(match)
                elif left is not None:
                    left.append(match)
        found = self._with_brackets(normal, place_at, found)
        found.sort(key=lambda match: match.start)
        return self._glued(text, found)

    def _with_brackets(
        self, normal: Normal, place_at: Callable[[int], Place | None], found: list[Match]
    ) -> list[Match]:
        """The matches with those of names that a bracket interrupts: 公务用车（含救护车）运行费."""
        text = normal.text
        whole: list[Match] = []
        for bracket in _INCLUDED.finditer(text):
            first, behind = max(0, bracket.start() - LONGEST_NAME), bracket.end()
            left = text[first : bracket.start()]
            around = left + text[behind : behind + LONGEST_NAME]
            for pattern, start, end in self._lexicon.automaton.find_matches_as_indexes(around):
                readings = self._lexicon.readings.get(self._lexicon.surfaces[pattern])
                place = place_at(normal.offset(first + start))
                if readings and place is not None and start < len(left) < end:
                    # In everyday words brackets stand anywhere: such a name needs its figure, list or meaning.
                    weak = [msgspec.structs.replace(reading, weak=True) for reading in readings]
                    whole.append(Match(first + start, behind + end - len(left), weak, place))
        if not whole:
            return found
        kept: list[Match] = []
        at = 0
        for match in sorted(found, key=lambda match: match.start):
            while at < len(whole) and whole[at].end <= match.start:
                at += 1
            if at == len(whole) or match.end <= whole[at].start:
                kept.append(match)
        return kept + whole

    def _glued(self, text: str, found: list[Match]) -> list[Match]:
        """The matches, those of 类, 款 and 项 without anything between them joined: 教育支出普通教育小学教育."""
        glued: list[Match] = []
        run: list[Match] = []
        end = -1
        for match in found:
            if match.start == end and self._goes_below(text, run, match):
                run.append(match)
                links = tuple(Link(m.start, m.end, text[m.start : m.end], rank, "") for rank, m in enumerate(run, 1))
                chain = Chain(run[0].start, match.end, links)
                glued[-1] = Match(
                    chain.start, chain.end, [Reading(links[-1].name, "", "功能分类")], run[0].place, chain
                )
            else:
                run = [match]
                glued.append(match)
            end = match.end
        return glued

    def _goes_below(self, text: str, run: list[Match], match: Match) -> bool:
        """Whether ``match`` names a line right below the last of the run."""
        if match.chain is not None or run[0].chain is not None or len(run) > 2:
            return False
        above, below = (self._lexicon.functional_codes(text[m.start : m.end], None) for m in (run[-1], match))
        size = 2 * len(run) + 1
        parents = tuple(code for code in above if len(code) == size)
        return any(len(code) == size + 2 and code.startswith(parents) for code in below)

    def _procurement(
        self, normal: Normal, mentions: list[Match], place_at: Callable[[int], Place | None]
    ) -> list[Match]:
        """货物, 工程 and 服务 with their figures on a line that says what procurement cost."""
        text = normal.text
        found: list[Match] = []
        line = -1
        for match in mentions:
            if match.start < line or match.chosen is None or match.chosen.name != _PROCUREMENT:
                continue
            line = text.find("\n", match.end)
            line = line if line >= 0 else len(text)
            for kind in _KIND.finditer(text, match.end, line):
                place = place_at(normal.offset(kind.start()))
                reading = self._lexicon.readings[f"政府采购{kind[1]}支出"][0]
                if place is not None:
                    found.append(Match(*kind.span(), [reading], place, accepted=True, chosen=reading))
        return found

    def _account(self, normal: Normal, match: Match, year: int | None) -> Account:
        assert match.chosen is not None
        name, scheme = match.chosen.name, match.chosen.scheme
        if match.code and scheme == "功能分类":
            row = self._lexicon.functional_row(match.code, year)
            name = row.name if row else name
        start, end, written = normal.cut(match.start, match.end)
        return Account(start=start, end=end, text=written, name=name.strip(), code=match.code, scheme=scheme)
