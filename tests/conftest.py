"""Settings of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples in every run, so that a result belongs to the code and not to the day;
# CNFIN_EXPLORE=N looks for new ones, N to a property.
_EXPLORE = int(os.environ.get("CNFIN_EXPLORE", "0"))
settings.register_profile("fixed", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("explore", max_examples=_EXPLORE or 200, deadline=None, print_blob=True)
settings.load_profile("explore" if _EXPLORE else "fixed")


@pytest.fixture(autouse=True, scope="session")
def _one_process() -> Iterator[None]:
    """Documents are read in the process of the test, where lexicon and dictionary are loaded already.

    What depends on processes asks for them with ``--jobs`` or runs the command apart.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnfin.batch._little", lambda first: True)
        yield
