"""The word of a reason against the movement it explains: 比上年减少2万元，增加的主要原因是 …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cnfin.audit.figures import Figure, Figures
from cnfin.audit.relations import Relation, failed, plain
from cnfin.audit.structure import Structure
from cnfin.document import Account

_CHANGES = ("增减额", "增减率")


@lru_cache(maxsize=8)
def _cue(structure: Structure) -> re.Pattern[str]:
    """增加的主要原因, 下降原因: a way and its reason, no 增减变动 that names both."""
    rise, fall = structure.words("rise").pattern, structure.words("fall").pattern
    return re.compile(rf"(?:(?P<rise>{rise})|(?P<fall>{fall}))(?!{rise}|{fall})的?(?:主要|具体)?原因")


def relations(figures: Figures) -> Iterator[Relation]:
    """A failed relation for each reason that explains the opposite of what the change before it states."""
    for change in figures.of(*_CHANGES):
        cue = _said(figures, change)
        if cue is not None and change.value and (cue["rise"] is not None) != (change.value > 0):
            way = "增加" if change.value > 0 else "减少"
            yield failed("direction", (change,), f"{plain(change.value)}为{way}，文中却说明“{cue[0]}”")


def _said(figures: Figures, change: Figure) -> re.Match[str] | None:
    """The reason right behind a change: in its paragraph, before any other figure or line."""
    following = next(iter(figures.behind(change)), None)
    end = figures.end(change) if following is None else following.fact.start
    text = figures.document.text
    stop = text.find("\n", change.fact.end, end)
    cue = _cue(figures.structure).search(text, change.fact.end, stop if stop >= 0 else end)
    if cue is None or re.search("[较比]", text[change.fact.end : cue.start()]):
        return None
    # 其中，公务接待费增加的主要原因: another line's.
    names = (
        span for sentence in figures.document.sentences[change.sentence : change.sentence + 2]
        for span in sentence.spans if isinstance(span, Account) and change.fact.end <= span.start < cue.start()
    )  # fmt: skip
    return None if any(span.name != change.fact.subject for span in names) else cue
