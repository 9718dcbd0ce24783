"""Settings of the property tests."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples in every run, so that a result belongs to the code and not to the day;
# CNFIN_EXPLORE=N looks for new ones, N to a property.
_EXPLORE = int(os.environ.get("CNFIN_EXPLORE", "0"))
settings.register_profile("fixed", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("explore", max_examples=_EXPLORE or 200, deadline=None, print_blob=True)
settings.load_profile("explore" if _EXPLORE else "fixed")
