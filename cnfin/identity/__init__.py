"""Who disclosed what: a document's unit, its place, its fiscal year and whether it is 预算 or 决算.

The unit is taken from titles, section headings and forms (:mod:`cnfin.identity.units`); the place
from the unit's name, and only where that is ambiguous from what else the text says; the year from
the titles and from the sentences that state figures, since titles alone are sometimes wrong
(:mod:`cnfin.identity.period`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePath
from typing import Any

from cnfin.document import Identity
from cnfin.identity.entity import Entities
from cnfin.identity.page import Page, read_page
from cnfin.identity.period import Period
from cnfin.identity.places import Levels, places, region_code
from cnfin.identity.units import MOST_ANCHORS, Units
from cnfin.lexicon import Lexicon, Region

__all__ = ["Identifier", "region_code"]

_INDEX = re.compile(r"(?:监督索引号|统一社会信用代码|索\s?引\s?号)[^\n\d]{0,6}(?:1[12])?(?P<code>\d{6})")
_BRANCH = re.compile(r"(?P<county>[\u4e00-\u9fff]{2,8})(?:公安)?分局")
#: An index number that holds a division's code says more than any number of mentions.
_CODED = 100
_ZONE = re.compile(r"中国（([\u4e00-\u9fff]{2,3})）")
#: First lines that a place alone is read from.
_PLACE_LINES = 6


class Identifier:
    """Finds the identity of documents.

    Args:
        lexicon: gives the administrative divisions, the endings of units' names and the words around them.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._places = places(lexicon)
        self._units = Units(lexicon)
        self._period = Period(lexicon)
        self._entities = Entities(lexicon)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Identifier, (self._lexicon,))

    def identify(self, text: str, name: str = "", files: Sequence[str] = ()) -> Identity:
        """The identity that ``text`` gives; what it does not give is None.

        Args:
            text: the document's text.
            name: its file's name, which gives the year where the text has none.
            files: names of the files it was put together of. ``name`` is that of their folder then, and where the
                text does not say, the files' names give unit, year and kind, else the folders' from the inside out.
        """
        page = read_page(text)
        names = [*(PurePath(file).stem for file in files), *reversed(PurePath(name).parts)] if files else [name]
        titles = read_page("\n".join(names)) if files else None
        unit = self._units.find(page) or (self._units.find(titles) if titles else None)
        province, city, county = self._place(page, unit or "")
        return Identity(
            unit=unit,
            province=province,
            city=city,
            county=county,
            year=self._period.year(page, unit, *names),
            kind=self._period.kind(page) or (self._period.kind(titles) if titles else None),
            entity=self._entities.of(page, unit),
        )

    def _place(self, page: Page, unit: str) -> Levels:
        # 中国（河南）自由贸易试验区…: the place stands in the brackets.
        zone = _ZONE.match(unit)
        chain, end = self._places.named_in(zone[1] if zone else unit, short=True)
        chain = chain or self._places.short_county(unit, page.text)
        others = (self._places.named_in(piece, short=False)[0] for piece in self._other_places(page))
        chain = chain or next(filter(None, others), [])
        if not chain:
            coded = self._places.levels(self._indexed(page.text))
            return coded if any(coded) else self._places.by_form(unit)[0]
        found = self._resolved(page.text, chain, unit)
        if found[2] is None and chain[-1] in unit:
            (_, city, county), _ = self._places.by_form(unit, end)
            return found[0], found[1] or city, county
        return found

    def _other_places(self, page: Page) -> Iterator[str]:
        yield from map(self._units.names.bare, page.cells[:_PLACE_LINES])
        publishers = islice(self._units.publishers.finditer(page.start), MOST_ANCHORS)
        yield from (match["unit"] for match in publishers)
        yield from self._units.announced(page)

    def _resolved(self, text: str, chain: list[str], unit: str) -> Levels:
        """The division that the last name of ``chain`` is."""
        named = set(chain[:-1])
        candidates = self._places.by_name[chain[-1]]
        fitting = [each for each in candidates if named <= set(filter(None, self._places.levels(each)))] or candidates
        # 嘉峪关市 is listed as a city and as its only county.
        fitting = [region for region in fitting if region.level != "县"] or fitting
        if len(fitting) == 1:
            return self._places.levels(self._branch(unit, fitting[0]) or fitting[0])
        scores = sorted(((self._evidence(text, region), place) for place, region in enumerate(fitting)), reverse=True)
        if scores[0][0] > scores[1][0]:
            return self._places.levels(fitting[scores[0][1]])
        return (None, None, chain[-1]) if fitting[0].level == "县" else (None, chain[-1], None)

    def _evidence(self, text: str, region: Region) -> int:
        """How much the text says for ``region`` among those of its name."""
        coded = any(match["code"] == region.code for match in _INDEX.finditer(text))
        return self._places.evidence(text, region) + (_CODED if coded else 0)

    def _indexed(self, text: str) -> Region | None:
        """The division whose code a text's index number begins with; the city's where the county's is unknown."""
        match = _INDEX.search(text)
        codes = (match["code"], match["code"][:4] + "00", match["code"][:2] + "0000") if match else ()
        return next((self._places.by_code[code] for code in codes if code in self._places.by_code), None)

    def _branch(self, unit: str, city: Region) -> Region | None:
        """The county of ``city`` that a branch of its bureau serves: 某市公安局某区分局, 某市生态环境局某县分局."""
        match = _BRANCH.search(unit, len(city.name)) if unit.endswith("分局") else None
        for size in range(len(match["county"]) if match else 0, 1, -1):
            name = unit[match.end("county") - size : match.end("county")] if match else ""
            for full in (name, name + "区", name + "县", name + "市"):
                for region in self._places.by_name.get(full, ()):
                    if region.parent == city.code:
                        return region
        return None
