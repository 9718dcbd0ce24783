"""The code of the place that a disclosure is from."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from cnfin.document import Identity
from cnfin.lexicon import Region, default


def region_of(identity: Identity) -> str | None:
    """The six-digit code of the county, else the city, else the province; None where no place is known."""
    found: Region | None = None
    for name in filter(None, (identity.province, identity.city, identity.county)):
        known = _regions().get(name, [])
        inside = [region for region in known if found is None or _inside(region, found)]
        found = inside[0] if len(inside) == 1 or (inside and found is not None) else found
    return found.code if found is not None else None


def _inside(region: Region, above: Region) -> bool:
    """Whether a division lies in another one, a city's counties in its province too."""
    return region.parent == above.code or (above.level == "省" and region.code[:2] == above.code[:2])


@lru_cache(maxsize=1)
def _regions() -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = defaultdict(list)
    for region in default().regions:
        found[region.name].append(region)
    return found
