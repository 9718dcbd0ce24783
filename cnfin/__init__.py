"""cnfin: text mining for Chinese budget and final-accounts disclosures (部门预算、部门决算、绩效自评).

>>> import cnfin
>>> document = cnfin.tag("某局2023年度支出决算为12.5万元。")
>>> [span.text for span in document.spans]
['2023年度', '支出', '12.5万元']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnfin._version import __version__

if TYPE_CHECKING:
    from cnfin.api import load, tag, tag_many
    from cnfin.document import Document
    from cnfin.frames import frame
    from cnfin.lexicon import Lexicon
    from cnfin.tagger import Tagger
    from cnfin.view.notebook import render

__all__ = ["Document", "Lexicon", "Tagger", "__version__", "frame", "load", "render", "tag", "tag_many"]

# Importing the package loads nothing: each name brings its module along at first use.
_HOMES = {
    "Document": "cnfin.document",
    "Lexicon": "cnfin.lexicon",
    "Tagger": "cnfin.tagger",
    "frame": "cnfin.frames",
    "load": "cnfin.api",
    "render": "cnfin.view.notebook",
    "tag": "cnfin.api",
    "tag_many": "cnfin.api",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'cnfin' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
