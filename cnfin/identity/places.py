"""The administrative divisions: names and codes, what lies above one, and the code of an identity's place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from cnfin.document import Identity
from cnfin.lexicon import Lexicon, Region


class Places:
    """Look-ups in the table of divisions (regions.tsv)."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self.by_code: dict[str, Region] = {}
        self.by_name: dict[str, list[Region]] = defaultdict(list)
        for region in regions:
            self.by_code[region.code] = region
            self.by_name[region.name].append(region)
        self.by_name.default_factory = None  # looking a name up adds none

    def chain(self, region: Region | None) -> Iterator[Region]:
        """``region`` and what lies above it, each once even where a table of the user's runs in a circle."""
        passed: set[str] = set()
        while region is not None and region.code not in passed:
            passed.add(region.code)
            yield region
            region = self.by_code.get(region.parent)

    def levels(self, region: Region | None) -> tuple[str | None, str | None, str | None]:
        """Province, city and county of a division."""
        names = {each.level: each.name for each in self.chain(region)}
        return names.get("省"), names.get("市"), names.get("县")

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The lengths that divisions' names have, longest first."""
        return tuple(sorted({len(name) for name in self.by_name}, reverse=True))

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
    return Places(lexicon.regions)


def region_code(identity: Identity, lexicon: Lexicon) -> str | None:
    """The six-digit code of the county of ``identity``, else of its city, else of its province.

    None where the table of divisions knows none of them, or where several divisions of one name fit
    (和平区 without its city).
    """
    return places(lexicon).code(identity)
