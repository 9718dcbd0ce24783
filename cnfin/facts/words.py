"""The cue words of the grammar: ``lexicons/measures.tsv`` as one automaton, and the small lists beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import msgspec

from cnfin.document import AnySpan, SubjectScheme
from cnfin.facts.cues import PUNCTUATION, Kind
from cnfin.facts.dimensions import Lines, Moneys
from cnfin.lexicon import Lexicon, Reading, default
from cnfin.tables.words import table_words

#: A short verb of change stands right before its figure, or a blank stands between.
_FIGURE = re.compile(r"[ \u3000]?\d")
_SPACE = frozenset(character for character in map(chr, range(0x3001)) if character.isspace())


#: The stages of count_nouns.tsv.
_STAGES = ("first", "whom", "whose", "last", "thing")


class Cue(msgspec.Struct, frozen=True, gc=False):
    """One row of measures.tsv, or a punctuation mark.

    Attributes:
        kind: what the word does in the grammar (``change``, ``level``, ``share`` …).
        measure: the measure it names, or an empty string.
        sign: 1, -1 or 0 where the word has no direction.
        base: what a comparison or a rate is measured against, or an empty string.
    """

    kind: Kind
    measure: str
    sign: int
    base: str


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A 科目, a 年度 or a cue between two values, by document offsets.

    Attributes:
        start, end: the offsets.
        kind: ``account``, ``period``, or what the cue does in the grammar.
        item: the span or the :class:`Cue`.
    """

    start: int
    end: int
    kind: Kind
    item: Any


class NounStep(NamedTuple):
    """A row of count_nouns.tsv: what is cut from the words before a count, or turned round."""

    pattern: re.Pattern[str]
    replacement: str
    ends: bool


class Finder:
    """Cue words as one automaton."""

    def __init__(self, cues: dict[str, Cue]) -> None:
        import ahocorasick_rs

        self._cues = list(cues.values())
        self._kinds = [cue.kind for cue in self._cues]
        #: Words of one character for a change or for what is left (较上年增5万元), which say so only right before a
        #: figure, and words that only hide another cue.
        self._short = {
            number for number, (word, cue) in enumerate(cues.items())
            if cue.kind == "none" or (len(word) == 1 and (cue.kind == "change" or cue.base == "left"))
        }  # fmt: skip
        self._automaton: Any = ahocorasick_rs.AhoCorasick(
            list(cues), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )

    def find(self, text: str, start: int, end: int) -> list[Mark]:
        """The cues of ``text[start:end]``, leftmost longest, in order."""
        cues, kinds, short = self._cues, self._kinds, self._short
        return [
            Mark(start + a, start + b, kinds[number], cues[number])
            for number, a, b in self._automaton.find_matches_as_indexes(text[start:end])
            if number not in short or (kinds[number] != "none" and _FIGURE.match(text, start + b))
        ]

    def outside(self, spans: Sequence[AnySpan], text: str, start: int, end: int) -> list[Mark]:
        """The cues of the sentence ``text[start:end]`` outside its ``spans``, in order."""
        cues, kinds, short = self._cues, self._kinds, self._short
        kept: list[Mark] = []
        edges = iter(spans)
        # The span that the next cue may stand before, or in.
        first = last = 0
        for number, a, b in self._automaton.find_matches_as_indexes(text[start:end]):
            while last <= a:
                span = next(edges, None)
                first, last = (span.start - start, span.end - start) if span else (end, end)
            if a >= first and b <= last:
                continue
            kind = kinds[number]
            if number in short and (kind == "none" or not _FIGURE.match(text, start + b)):
                continue
            if b > first:
                return self._between(spans, text, start, end)
            kept.append(Mark(start + a, start + b, kind, cues[number]))
        return kept

    def _between(self, spans: Sequence[AnySpan], text: str, start: int, end: int) -> list[Mark]:
        """The same where a cue runs over the edge of a span: it hides none beside it (上年|年末结转和结余)."""
        cues: list[Mark] = []
        for span in spans:
            if span.start > start:
                cues += self.find(text, start, span.start)
            start = max(start, span.end)
        return cues + self.find(text, start, end)


class Words:
    """Every word list of the grammar, built once for a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues: dict[str, Cue] = {}
        self.after: dict[str, Cue] = {}
        beside: dict[str, Cue] = {}
        by_side = {"before": cues, "after": self.after, "project": beside}
        for row in lexicon.rows("measures"):
            sign = {"+": 1, "-": -1}.get(row["sign"], 0)
            by_side[row["side"]][row["cue"]] = Cue(cast(Kind, row["kind"]), row["measure"], sign, row["base"])
        for kind, characters in PUNCTUATION.items():
            cues.update((character, Cue(kind, "", 0, "")) for character in characters)
        self.cues = Finder(cues)
        #: The same where the text speaks of a project, whose money has words of its own.
        self.cues_of_project = Finder({**cues, **beside})
        self.find = self.cues.find
        #: Words before a project's sum that say it is what was left.
        self.left = re.compile(_longest_first(word for word, cue in beside.items() if cue.base == "left"))
        #: 预算数 and 决算数 as the end of a 科目's own words (支出预算216万元, not 一般公共预算216万元).
        self.measured = {
            kind + word: cues[word]
            for kind in ("收入", "支出", "费", "采购", "项目")
            for word in ("预算", "预算数", "决算", "决算数")
        }
        self.after_pattern = _alternatives(self.after)
        groups: dict[str, dict[str, str]] = {}
        for row in lexicon.rows("fact_words"):
            groups.setdefault(row["kind"], {})[row["word"]] = row["meaning"]
        leads = _longest_first(groups["lead"])
        # 共培训护林员, but 共享单车
        together = f"共(?={leads}|{_longest_first(groups['verb'])})"
        self.lead = re.compile(f"(?:{leads}|{together})(?![制性类型率班])")
        #: Words of time and owner, after which a verb may still come.
        self.frame = frozenset(("共", *(word for word, meaning in groups["lead"].items() if meaning == "frame")))
        #: Nouns that a verb before them only tells apart: 督办通知单, 检查报告.
        self.heads = frozenset(groups["head"])
        heads, objects = _longest_first(groups["head"]), _longest_first(groups["object"])
        # 检查人员, 检测机构: the verb only says which.
        whose = "人员|机构|单位|中心|部门"
        verbs, second = _longest_first(groups["verb"]), _longest_first(groups["second"])
        self.verb = re.compile(f"((?:{verbs})(?:{second})?)(?!(?:{heads})$|{whose})(.{{3,}}|{objects})$")
        self.deeds = frozenset(groups["verb"])
        #: Verbs whose object is what is counted, also by 场 and 期.
        self.made = frozenset(word for word, meaning in groups["verb"].items() if meaning == "thing")
        self.rest = re.compile(f"[，,\\s]*(?:{_longest_first(groups['rest'])})")
        #: What such words begin with.
        self.rest_opens = frozenset("，,").union(_SPACE, (word[0] for word in groups["rest"]))
        self.narrated = re.compile(f".{{0,8}}?(?:{_longest_first(groups['narrated'])})")
        means = _longest_first(groups["means"])
        self.event = re.compile(f"^.*?(?:{means}).*?({_longest_first(groups['verb'])})(?!(?:{heads})$)(.{{3,}})$")
        self.caught = re.compile(f"(?:{_longest_first(groups['caught'])})[^，有]{{0,6}}车辆$")
        self.tails = tuple(sorted(groups["tail"], key=len, reverse=True))
        whole = _longest_first(groups["whole"])
        stops = _longest_first(groups["stop"])
        self.stop = re.compile(f"(?P<whole>{whole})|(?<![行作认成])为|{stops}|[\\s，,。；;：:、（(）)“”《》\\d]")
        self.neutral = re.compile(f"(?:{_longest_first(groups['neutral'])}|[\\s\\d（）()：:、“”])*")
        #: Words before a project's sum that say it was received, not spent.
        self.received = re.compile(_longest_first(groups["received"]))
        organs = [word for word in lexicon.table("organs", "suffix") if len(word) > 1 or word in groups["body"]]
        within = [word for word, meaning in groups["body"].items() if meaning == "within"]
        #: The name of a unit of the body, with a word like 下属 before it or not.
        self.body = re.compile(
            f"(?P<below>{_longest_first(groups['below'])})?(?P<name>(?!{_longest_first(groups['notbody'])})"
            f"[\u4e00-\u9fff]{{1,16}}?(?:{_longest_first(organs)})(?:本级|机关)?|{_longest_first(within)})"
            f"(?:{_longest_first(groups['bodyverb'])})*"
        )
        #: The match of a text that is nothing but such a name, or None; names and titles come again and again.
        self.as_body = lru_cache(maxsize=4096)(self.body.fullmatch)
        self.of_body = re.compile(f"(?:{_longest_first(groups['ofbody'])})$")
        self.noun_steps: dict[str, tuple[NounStep, ...]] = dict.fromkeys(_STAGES, ())
        for row in lexicon.rows("count_nouns"):
            step = NounStep(re.compile(row["pattern"]), row["replacement"], row["ends"] == "yes")
            self.noun_steps[row["stage"]] += (step,)
        self.no_nouns = frozenset(word for word, meaning in groups["nonoun"].items() if meaning == "whole")
        self.no_noun_ends = tuple(word for word, meaning in groups["nonoun"].items() if meaning == "end")
        #: Words for what an indicator aims at, and for what was reached.
        self.targets = tuple(groups["target"])
        self.reached = tuple(groups["reached"])
        self.attained = frozenset(groups["attained"]).union(self.reached)
        self.target = re.compile(f"(?:{_longest_first(groups['aim'])})*(?:{_longest_first(self.targets)})")
        self.bodies_counted = re.compile(f".*?(?:{_longest_first(groups['bodycount'])})")
        #: What names of money that came in for something end with.
        self.funded = tuple(groups["funded"])
        self.title = re.compile(_longest_first(groups["title"]))
        self.vehicles = frozenset(groups["vehicle"])
        self.short = groups["short"]
        self.car_costs = groups["carcost"]
        #: Names of the 三公 items that no total before them need explain.
        self.travel = groups["travel"]
        self.funds = tuple(sorted(groups["fund"], key=len, reverse=True))
        #: Ends of nouns that stand for the people: with the meaning itself they are what is counted.
        self.person = tuple(groups["person"])
        self._by_itself = tuple(word for word, meaning in groups["person"].items() if meaning == "itself")
        self.money = tuple(groups["money"])
        self.cost = tuple(groups["cost"])
        self.project = tuple(sorted(groups["project"], key=len, reverse=True))
        self.cars = tuple(groups["car"])
        self.generic = frozenset(groups["generic"])
        self.trailing = tuple(sorted(groups["trailing"], key=len, reverse=True))
        #: 项目资金 and the like; with the meaning beside only where a project is known.
        self.bare = groups["bare"]
        money = _longest_first(word for word in self.bare if word.endswith(("资金", "经费", "款", "款项")))
        self.paid = re.compile(
            f"(?:[、和及][\u4e00-\u9fff]{{2,12}}[\\d,.]+[万亿]?元)*的?(?:{money})?(?=.?.?[已全足均])"
            f"(?:已|现|均|都|全部|全额|足额|及时|按时|如期)+(?:{_longest_first(groups['paid'])})"
        )
        self.fore = re.compile(f"(?:{_longest_first(groups['fore'])})(?=..)")
        self._sections = [
            (re.compile(row["words"]), (row["subject"], cast(SubjectScheme, row["scheme"])))
            for row in lexicon.rows("section_subjects")
        ]
        #: Subject and scheme that a title names, or None; titles come again in every document.
        self.titled = lru_cache(maxsize=4096)(self._titled)
        self.tables = table_words(lexicon)
        self.readings = lexicon.readings
        self.lines = Lines(lexicon)
        self.moneys = Moneys(lexicon)
        self.parents = {row["name"]: row["parent"] for row in lexicon.rows("terms") if row["parent"]}

    def person_ends(self, name: str) -> bool:
        """Whether the noun ends with a word that stands for its people: 退休 for 退休人员."""
        return name.endswith(self.person) and not name.endswith(self._by_itself)

    def line(self, name: str) -> Reading | None:
        """The first line that ``name`` is a name of, or None."""
        known = self.readings.get(name)
        return known[0] if known else None

    def _titled(self, title: str) -> tuple[str, SubjectScheme] | None:
        return next((named for pattern, named in self._sections if pattern.search(title)), None)



def _longest_first(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def _alternatives(words: dict[str, Cue]) -> re.Pattern[str]:
    # 为年初预算的98% says how much of the budget was spent, not that this sum is the budget.
    return re.compile(f"[，,]?({_longest_first(words)})(?![数的]*\\s?[\\d百])")


@lru_cache(maxsize=4)
def words_of(lexicon: Lexicon) -> Words:
    """The word lists of ``lexicon``, built at first use."""
    return Words(lexicon)


def default_words() -> Words:
    """The word lists of the shipped lexicon."""
    return words_of(default())
