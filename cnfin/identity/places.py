"""The administrative divisions: names and codes, what lies above one, and the place that a name tells."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from cnfin.document import Identity
from cnfin.identity.words import words_of
from cnfin.lexicon import Lexicon, Region

Levels = tuple[str | None, str | None, str | None]

_FULL_ENDING = re.compile(r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市|地区|盟)$")
#: Sizes of the short names of divisions, longest first: 西双版纳州 … 湖南.
_SHORT_SIZES = range(5, 1, -1)
#: The longest names that the form alone tells: a word of three characters and its 县.
_FORM = re.compile(
    r"(?P<province>[\u4e00-\u9fff]{2,3}?省(?![级直内外]))?(?P<city>[\u4e00-\u9fff]{2,3}?(?:市(?![场政容民区级])|州|盟|地区))?"
    r"(?P<county>[\u4e00-\u9fff]{2,10}?自治县|[\u4e00-\u9fff]{1,3}?县(?![级域城])|[\u4e00-\u9fff]{2,3}?[区旗](?![域级间块]))?"
)
_STREETS = tuple("路街道桥巷")


class Places:
    """Look-ups in the table of divisions (regions.tsv) and of their other names (region_aliases.tsv)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.by_code: dict[str, Region] = {}
        self.by_name: dict[str, list[Region]] = defaultdict(list)
        for region in lexicon.regions:
            self.by_code[region.code] = region
            self.by_name[region.name].append(region)
        self.by_name.default_factory = None  # looking a name up adds none
        self._aliases = {row["alias"]: row["code"] for row in lexicon.rows("region_aliases")}
        words = words_of(lexicon)
        self._no_place = re.compile(words.any("no_place") + "$")
        self._prefixes = tuple(sorted(filter(None, lexicon.table("organs", "prefix")), key=len, reverse=True))

    def chain(self, region: Region | None) -> Iterator[Region]:
        """``region`` and what lies above it, each once even where a table of the user's runs in a circle."""
        passed: set[str] = set()
        while region is not None and region.code not in passed:
            passed.add(region.code)
            yield region
            region = self.by_code.get(region.parent)

    def levels(self, region: Region | None) -> Levels:
        """Province, city and county of a division."""
        names = {each.level: each.name for each in self.chain(region)}
        return names.get("省"), names.get("市"), names.get("县")

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The lengths that divisions' names have, longest first."""
        return tuple(sorted({len(name) for name in self.by_name}, reverse=True))

    @cached_property
    def _sizes_from(self) -> dict[str, tuple[int, ...]]:
        """The lengths that divisions' names have which begin with a character."""
        sizes: dict[str, set[int]] = defaultdict(set)
        for name in self.by_name:
            sizes[name[:1]].add(len(name))
        return {initial: tuple(found) for initial, found in sizes.items()}

    @cached_property
    def short(self) -> dict[str, str]:
        """Short names of provinces, cities and autonomous divisions: 湖南, 洛阳, 红河州, 三江县, 克州."""
        short: dict[str, str] = {}
        for region in self.by_code.values():
            if "自治" in region.name and region.name[-1] in "州县旗":
                for size in (2, 3, 4):
                    short.setdefault(region.name[:size] + region.name[-1], region.name)
            elif region.level != "县":
                bare = _FULL_ENDING.sub("", region.name)
                if len(bare) > 1 and (region.level == "省" or bare not in short):
                    short[bare] = region.name
        short |= {alias: self.by_code[code].name for alias, code in self._aliases.items() if code in self.by_code}
        return {name: full for name, full in short.items() if name not in self.by_name}

    @cached_property
    def automaton(self) -> Any:
        """Finds full names of more than two characters, and the table's aliases, in one pass over a text."""
        import ahocorasick_rs

        names = [name for name in self.by_name if len(name) > 2] + [
            name for name in self.short if name[-1] in "州县旗盟"
        ]
        return ahocorasick_rs.AhoCorasick(names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    @cached_property
    def _long(self) -> Any:
        """Finds full names of more than two characters."""
        import ahocorasick_rs

        names = [name for name in self.by_name if len(name) > 2]
        return ahocorasick_rs.AhoCorasick(names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def first(self, name: str) -> int | None:
        """Where the first division's name in ``name`` begins; one of two characters (郊区) counts at the start only."""
        if name[:2] in self.by_name:
            return 0
        found = self._long.find_matches_as_indexes(name)
        return found[0][1] if found else None

    def starts(self, name: str) -> bool:
        """Whether ``name`` begins with a division's name."""
        return any(name[:size] in self.by_name for size in self._sizes_from.get(name[:1], ()))

    def leads(self, before: str) -> bool:
        """Whether ``before`` may stand before a place in a unit's name: another place, 中共, 新疆…兵团第十师 …."""
        known = before in self.by_name or before in self.short or before in self._prefixes
        return known or (before[-1:] == "师" and bool(self.named_in(before, short=True)[0]))

    def past_prefix(self, name: str) -> int:
        """The length of 中共, 国家税务总局 … at the start of ``name``."""
        return next((len(prefix) for prefix in self._prefixes if name.startswith(prefix)), 0)

    def named_in(self, name: str, *, short: bool) -> tuple[list[str], int]:
        """The divisions that ``name`` begins with, outermost first, and where what follows them begins.

        With ``short``, provinces and cities without 省 and 市 count as well.
        """
        found: list[str] = []
        place = self.past_prefix(name)
        while place < len(name):
            step = next((size for size in self.sizes if name[place : place + size] in self.by_name), 0)
            if step:
                found.append(name[place : place + step])
            else:
                step = next((size for size in _SHORT_SIZES if self._stands_for(name, place, size, short)), 0)
                full = self.short[name[place : place + step]] if step else ""
                # 德阳市旌阳区孝感学校: a short name behind a place is a place only inside it.
                if not full or (found and not self._lies_in(full, found[-1])):
                    break
                found.append(full)
            place += step
        return found, place

    def _lies_in(self, name: str, above: str) -> bool:
        """Whether a division called ``name`` lies in one called ``above``."""
        return any(above == each.name for region in self.by_name[name] for each in self.chain(region))

    def _stands_for(self, name: str, place: int, size: int, short: bool) -> bool:
        """Whether ``size`` characters at ``place`` are a short name: 红河州 always, 洛阳 where it is no street."""
        piece = name[place : place + size]
        if len(piece) < size or piece not in self.short:
            return False
        return (
            piece[-1] in "州县旗" or piece in self._aliases or (short and not name.startswith(_STREETS, place + size))
        )

    def by_form(self, name: str, start: int = 0) -> tuple[Levels, int]:
        """The places that no table knows at ``start`` of ``name``, by their form, and where they end."""
        match = _FORM.match(name, start)
        names = [match["province"], match["city"], match["county"]] if match else [None, None, None]
        if any(each and (self._no_place.search(each) or len(each) < 2) for each in names):
            return (None, None, None), start
        province, city, county = names
        return (province, city, county), match.end() if match else start

    def begins_with_place(self, name: str) -> bool:
        """Whether ``name`` begins with a division, by the table or by its form."""
        return self.starts(name) or bool(self.named_in(name, short=False)[0]) or self.by_form(name)[1] > 0

    def short_county(self, name: str, text: str) -> list[str]:
        """A county that ``name`` begins with in short, where the text gives its full name."""
        for size in (4, 3, 2):
            for ending in "县市区旗":
                full = name[:size] + ending
                if len(full) == size + 1 and full in self.by_name and full in text:
                    return [full]
        return []

    def evidence(self, text: str, region: Region) -> int:
        """How often the text names what lies above ``region``, in full or in short."""
        province, city, _ = self.levels(region)
        names = [name for name in (province, city) if name and name != region.name]
        return sum(text.count(name) + text.count(_FULL_ENDING.sub("", name)) for name in names)

    def code(self, identity: Identity) -> str | None:
        """The code of the smallest division of ``identity`` that the table knows; see :func:`region_code`."""
        above = [("省", identity.province), ("市", identity.city), ("县", identity.county)]
        while above:
            level, name = above.pop()
            wanted = {each for each in above if each[1]}
            fitting = [
                region
                for region in self.by_name.get(name or "", ())
                if region.level == level and wanted <= {(each.level, each.name) for each in self.chain(region)}
            ]
            if len(fitting) == 1:
                return fitting[0].code
        return None


@lru_cache(maxsize=8)
def places(lexicon: Lexicon) -> Places:
    """The divisions of a lexicon."""
    return Places(lexicon)


def region_code(identity: Identity, lexicon: Lexicon) -> str | None:
    """The six-digit code of the county of ``identity``, else of its city, else of its province.

    None where the table of divisions knows none of them, or where several divisions of one name fit
    (和平区 without its city).
    """
    return places(lexicon).code(identity)
