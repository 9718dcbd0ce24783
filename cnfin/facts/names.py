"""Names that are no marked 科目: a project, an item under its short name, a part of an announced total."""

from __future__ import annotations

import re
from collections.abc import Callable

from cnfin.facts import projects
from cnfin.facts.found import Place, Subject
from cnfin.facts.frames import Frames
from cnfin.facts.projects import unquoted
from cnfin.facts.words import Words
from cnfin.marks import LOOSE

_LIST_MARK = re.compile(rf"^(?:{LOOSE}+|[①-⑳]|[一二三四五六七八九十]是)\s*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FIRST = re.compile("[、和与及]")
# 城市绿化（2120899）: the code behind a name that no table knows.
_CODED = re.compile(r"[（(]\d{3,7}[)）]$")
_OUTER = " \t\u3000:：,，、；"
#: Names are at most so long; longer phrases are clauses.
_LONGEST = 40
#: How far above a short name (货物) the procurement that it is an item of may be named: a paragraph.
_NEAR = 200


class Names:
    """Reads names in the words between marks."""

    def __init__(self, text: str, words: Words, frames: Frames) -> None:
        self.text = text
        self.words = words
        self.frames = frames

    def adjacent(self, start: int, end: int) -> bool:
        """Whether nothing but neutral words stands in ``text[start:end]``."""
        return start >= end or self.words.neutral.fullmatch(self.text, start, end)

    def phrase(self, start: int, end: int) -> str:
        """The noun phrase in ``text[start:end]`` without list marks, quotes, brackets and neutral ends."""
        raw = _LIST_MARK.sub("", self.text[start:end].strip().lstrip("—–- "))
        raw = unquoted(_CODED.sub("", raw.strip(_OUTER)))
        # 购置费无、运行费A: the first of the two has none.
        raw = raw.rpartition("无、")[2]
        if fore := self.words.fore.match(raw):
            raw = raw[fore.end() :]
        if raw.startswith(("其中", "包括")):
            raw = raw[2:].lstrip("：:，,、 ")
        for tail in self.words.trailing:
            # 接待费费用 loses 费用, 差旅费用 does not.
            if raw.endswith(tail) and len(raw) > len(tail) + 1 and (tail != "费用" or raw.endswith("费费用")):
                raw = raw[: -len(tail)]
        if raw.endswith(("费支出", "经费支出")):
            raw = raw[:-2]
        return unquoted(raw.strip(" :：,，、"))

    def free(self, start: int, end: int, parts: bool = False) -> Subject | None:
        """The subject that ``text[start:end]`` names; with ``parts`` any noun will do, as an item of a list."""
        name = self.phrase(start, end)
        place = (start, end)
        if item := self.item(name, start):
            return Subject(item, None, self.words.lines.schemes.get(item), place)
        if not 2 <= len(name) <= _LONGEST or not _HAN.search(name):
            return None
        name = next((name[len(fund) :] for fund in self.words.funds if self._funded(name, fund)), name)
        if name in self.words.bare and ((bare := self._bare(name, place)) or not self.words.bare[name]):
            return bare
        for naming in _NAMINGS:
            if found := naming(self, name, start, end):
                return found
        if name.endswith("的") or self.words.narrated.match(name):
            return None
        return Subject(name, None, None, place) if parts or name.endswith(self.words.money) else None

    def item(self, name: str, start: int) -> str | None:
        """The line that a short name stands for: 货物 under 政府采购 …"""
        item = self.words.short.get(name) or self.words.short.get(_FIRST.split(name)[0])
        if item and self.words.lines.schemes.get(item) == "其他" and not self._procures(start):
            return None
        return item

    def _procures(self, start: int) -> bool:
        return "采购" in self.text[max(0, start - _NEAR) : start]

    def _three(self, name: str, start: int, end: int) -> Subject | None:
        """An item of 三公 that its short name tells: 运行维护费 among the costs of the cars."""
        item = self.words.travel.get(name) or (self._of_cars() and self.words.car_costs.get(name))
        return Subject(item, None, "三公经费", (start, end)) if item else None

    def _line(self, name: str, start: int, end: int) -> Subject | None:
        """A line whose mention was not marked."""
        known = self.words.line(name)
        return Subject(known.name, known.code or None, known.scheme, (start, end)) if known and len(name) > 2 else None

    def _bare(self, name: str, place: Place) -> Subject | None:
        """项目资金 and the like: the project spoken of, or else the spending on projects."""
        known = self._known_project()
        if known or self.words.bare[name]:
            return known
        return None if name in ("项目", "专项") else Subject("项目支出", None, "支出", place)

    def _known_project(self) -> Subject | None:
        """The project that the text speaks of."""
        line = self.frames.line
        spoken_of = (self.frames.project, self.frames.above, line.last, line.above)
        return next((one for one in spoken_of if one and one.scheme == "项目"), None)

    def _spoken_of(self, name: str, start: int, end: int) -> Subject | None:
        """The project spoken of, under its name or that of its money (渠道清淤资金)."""
        project = self._known_project()
        if project is None:
            return None
        said, known = projects.core(name), projects.core(project.name)
        money = said != name and len(said) > 1 and known.startswith(said) | known.endswith(said)
        return project if said == known or money else None

    def _project(self, name: str, start: int, end: int) -> Subject | None:
        """A project, which its last word tells."""
        if name.endswith("的") or self.words.narrated.match(name):
            return None
        if not name.endswith(self.words.project) or name.endswith("等项目"):
            return None
        bare = name.removesuffix("支出").removesuffix("资金").removesuffix("项目")
        return Subject(unquoted(bare) or name, None, "项目", (start, end))

    def _of_cars(self) -> bool:
        """Whether the total announced last is that of the official cars (其中：购置费A、运行费B), or of all 三公."""
        totals, last = self.frames.totals, self.frames.line.last
        named = totals[-1].name if totals else last.name if last else ""
        return named.startswith(("公务用车", "三公经费"))

    def _funded(self, name: str, fund: str) -> bool:
        """Whether ``name`` is a line behind the money it is paid from (财政拨款会议费)."""
        return name.startswith(fund) and name[len(fund) :] in self.words.readings


_NAMINGS: tuple[Callable[[Names, str, int, int], Subject | None], ...] = (
    Names._spoken_of,
    Names._three,
    Names._line,
    Names._project,
)
