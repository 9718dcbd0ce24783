"""The announced total that a line is a part of, as the base of its share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from cnfin.facts.found import Subject
from cnfin.facts.frames import Frames
from cnfin.facts.words import Words

_BY_TABLE = frozenset(("支出", "收入", "结转结余"))


class _Part(msgspec.Struct, frozen=True, gc=False):
    """A line with the totals announced before it: all of them, and those of its own line of text."""

    subject: Subject
    totals: Sequence[Subject]
    here: Sequence[Subject]


class Totals:
    """Finds the total of a part."""

    def __init__(self, words: Words, frames: Frames) -> None:
        self.words = words
        self.frames = frames

    def of(self, subject: Subject | None) -> str | None:
        """The name of the announced total that ``subject`` is a part of."""
        part = self._part(subject)
        if subject is not None:
            for way in _WAYS:
                if found := way(self, part):
                    return found
        return part.totals[-1].name if part.totals else None

    def _part(self, subject: Subject | None) -> _Part:
        """A bracket's own total is none of what stands before it: A（占R）."""
        frames, line, brackets = self.frames, self.frames.line, self.frames.said.brackets
        one = subject or Subject("")
        if subject and subject.place and brackets and subject.place[0] < brackets[-1].start:
            return _Part(one, brackets[-1].totals, brackets[-1].here)
        if subject in line.run:
            # 由A和B构成，分别占…: none of a list is the total of another.
            names = {listed.name for listed in line.run}
            return _Part(one, [total for total in frames.totals if total.name not in names], line.here)
        return _Part(one, frames.totals, line.here)

    def _three(self, part: _Part) -> str | None:
        """The items of 三公 are parts of it, or of the costs of the cars where these were announced."""
        if part.subject.scheme != "三公经费":
            return None
        parent = self.words.parents.get(part.subject.name, "三公经费")
        return parent if any(total.name == parent for total in part.totals) else "三公经费"

    def _above(self, part: _Part) -> str | None:
        """An announced total that the tables put above the line, or whose code its code begins with."""
        ancestors = self._ancestors(part.subject.name)
        code = part.subject.code or ""
        for total in reversed(part.totals):
            below = total.code and code != total.code and code.startswith(total.code)
            if below or total.name.endswith(ancestors):
                return total.name
        return None

    def _here(self, part: _Part) -> str | None:
        """The last total announced on the same line."""
        names = [one.name for one in part.totals if one in part.here and one.name != part.subject.name]
        return names[-1] if names else None

    def _by_table(self, part: _Part) -> str | None:
        """The total that the tables put right above the line, said or not."""
        return self.words.parents.get(part.subject.name) if part.subject.scheme in _BY_TABLE else None

    def _of_heading(self, part: _Part) -> str | None:
        """The spending that the heading speaks of, for a 类."""
        above = self.frames.section.fallback
        if above is None or above.scheme != "支出":
            return None
        if part.subject.scheme != "功能分类" or len(part.subject.code or "") != 3:
            return None
        return next((one.name for one in reversed(part.totals) if one.name.endswith(above.name)), above.name)

    def _any(self, part: _Part) -> str | None:
        """Any other total."""
        return next((one.name for one in reversed(part.totals) if one.name != part.subject.name), None)

    def _among_others(self, part: _Part) -> str | None:
        """The procurement that a kind of it is a share of, said or not."""
        return self.words.parents.get(part.subject.name) if part.subject.scheme == "其他" else None

    def _ancestors(self, name: str) -> tuple[str, ...]:
        seen: list[str] = []
        parent = self.words.parents.get(name)
        while parent and parent not in seen:
            seen.append(parent)
            parent = self.words.parents.get(parent)
        return tuple(seen)


_WAYS: tuple[Callable[[Totals, _Part], str | None], ...] = (
    Totals._three, Totals._above, Totals._here, Totals._by_table, Totals._of_heading, Totals._any,
    Totals._among_others,
)  # fmt: skip
