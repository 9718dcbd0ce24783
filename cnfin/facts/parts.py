"""Marks that change what is carried: brackets, 其中, a colon before the parts of a sum, 分别 and 各."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from msgspec.structs import replace

from cnfin.document import Account, Amount, AnySpan, Count, Flow, Percentage, Value
from cnfin.facts.clause import Clause, has
from cnfin.facts.cues import Kind
from cnfin.facts.found import Found, Subject, make, of_account
from cnfin.facts.frames import Frames, Inherited
from cnfin.facts.names import Names
from cnfin.facts.words import Mark, Words

VALUES = frozenset((Amount, Percentage, Count))
_SEPARATORS = re.compile(r"[\s、，,和及与以及；;]*")
_TURNS = re.compile(r"[\s、，,和及与以及；;]*(?:增长|增加|上升|提高|下降|减少|降低)?")
_NAMES = re.compile(r"[、和与及]|以及")
_CHANGES = ("增减额", "追加预算数")
_COLONS = ("：", ":")
_TOTALLED = ("收入", "支出", "收支")
_BOTH: tuple[Flow, Flow] = ("收入", "支出")
_LIMITS: frozenset[Kind] = frozenset(("break", "colon", "parts", "period"))
#: What stands before the colon of a list of parts: 分配到各县情况：
_ALLOTS = re.compile("(?:分配|分布|情况|明细|方向|用途|构成|如下|看)$")
#: A list mark at most stands before 其中 that opens a line.
_OPENING = 4
#: 追加 so near before 其中 says that its parts were added.
_NEAR = 8
#: No mark looks further back than so many marks.
_FARTHEST = 60


class Parts:
    """What a mark changes in the frames, and the values that a list with 分别 deals out."""

    def __init__(self, text: str, words: Words, frames: Frames, names: Names) -> None:
        self.text = text
        self.words = words
        self.frames = frames
        self.names = names

    def act(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        """Take note of ``mark``, behind ``gap`` which begins at ``begin``; ``spans`` are those that follow."""
        _ACTS[mark.kind](self, mark, gap[-_FARTHEST:], begin, spans)

    def _open(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        frames = self.frames
        frames.opens(mark.start)
        level = frames.line.level
        if level is not None and level is frames.said.previous and mark.start - begin <= 1:
            # A（B和C）: the parts of the sum right before the bracket.
            frames.announces(level)

    def _close(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        if self.frames.said.brackets:
            self.frames.closes()

    def _colon(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        """共三个项目：… lists the parts of the sum before."""
        frames = self.frames
        level = frames.line.level
        labelled = frames.evaluation and _ALLOTS.search(self.text, begin, mark.start)
        counted = frames.said.counted and mark.start == begin
        if (labelled or counted) and level and not frames.line.inherited:
            frames.announces(level)

    def _apart(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        """分别: the names before it go to the values behind; before a colon a list of parts like any other."""
        if self.text.startswith(_COLONS, mark.end):
            self._parts(mark, gap, begin, spans)
            return
        count = self._listed(mark.end, spans, _TURNS)
        if count > 1:
            self._deal(mark, gap, begin, count)

    def _each(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        """各减少A、B says of two lines what 分别 says; 各减少A says it of all."""
        values = list(islice((type(span) for span in spans if type(span) in VALUES), 2))
        alike = len(values) == 2 and values[0] is values[1]
        count = self._listed(mark.end, spans, _SEPARATORS) if alike else 0
        if count > 1:
            self._deal(mark, gap, begin, count)
        else:
            self.frames.drops_queue()

    def _parts(self, mark: Mark, gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        """其中, 包括 …: what stands before is the total of what follows."""
        frames = self.frames
        line, previous = frames.line, frames.said.previous
        level = line.level or line.level_above
        if level and frames.totals and line.part and previous is None and self.text.startswith("按", mark.start):
            # 支出总计A。按性质分：…。按功能分：…: the same total is divided again, on the line or below it.
            frames.inherits(Inherited(level[0].measure, 1, None, level[0].year))
            return
        named = has(gap, "account")
        if not named and (added := _added(gap)):
            frames.inherits(Inherited("追加预算数", added.item.sign, None, frames.said.year))
        elif not named and previous and previous[0].measure in _CHANGES:
            fact = previous[0]
            sign = -1 if fact.value < 0 else 1
            frames.inherits(Inherited(fact.measure, sign, fact.base, fact.year, abs(fact.value)))
        else:
            self._total(mark, gap, begin)

    def _opens_side(self, mark: Mark, begin: int) -> Subject | None:
        """收支总计A。收入包括：B；支出包括：C: the parts of each side are of the total of that side."""
        both = self.frames.line.head or self.frames.section.fallback
        if both is None or both.scheme != "收支":
            return None
        side = next((side for side in _BOTH if self.text.endswith(side, begin, mark.start)), None)
        return replace(self._side(both, side), place=(mark.start - 2, mark.start)) if side else None

    def _total(self, mark: Mark, gap: list[Mark], begin: int) -> None:
        """The total of the parts that follow: the last sum, or a line that is named anew."""
        frames = self.frames
        if side := self._opens_side(mark, begin):
            level = frames.line.level
            frames.inherits(Inherited(level[0].measure if level else frames.default, 1, None, frames.said.year))
            frames.totals_to(side)
            return
        opens = mark.start - frames.said.start < _OPENING
        level = frames.line.level or (frames.line.level_above if opens else None)
        if level is not None:
            frames.announces(level)
        elif mark.item.measure and frames.project:
            # 资金来源为：县级配套A、镇级自筹B, before the project's own sum or without it.
            frames.inherits(Inherited(mark.item.measure, 1, None, frames.said.year))
            frames.totals_to(frames.project)
        named = next((one.item for one in reversed(gap) if one.kind in ("account", "break")), None)
        if isinstance(named, Account) and named.scheme in _TOTALLED:
            # 本年收入的构成为：…
            frames.totals_to(of_account(named))

    def amid(self, total: Subject) -> None:
        """X中Y: parts of ``total`` follow, which take its measure where it has one."""
        frames = self.frames
        level = frames.line.level
        measure = level[0].measure if level and level[0].subject == total.name else frames.default
        frames.inherits(Inherited(measure, 1, None, frames.said.year))
        frames.totals_to(total)

    # 分别

    def _listed(self, position: int, spans: Sequence[AnySpan], between: re.Pattern[str]) -> int:
        """How many values stand in a row, with nothing but ``between`` from one to the next."""
        count = 0
        for span in spans:
            if type(span) not in VALUES:
                continue
            if count and not between.fullmatch(self.text, position, span.start):
                break
            count += 1
            position = span.end
        return count

    def _deal(self, mark: Mark, gap: list[Mark], begin: int, count: int) -> None:
        """Queue up the names of ``count`` values."""
        names = [of_account(one.item) for one in gap if one.kind == "account"]
        if len(names) == 1 and count == 2 and "收支" in names[0].name:
            # 收、支总计分别为A、B
            names = [self._side(names[0], side) for side in _BOTH]
        if len(names) < 2 and (years := self._years(gap, count)):
            named = names or ([self.frames.line.last] if self.frames.line.last else [])
            self.frames.enqueues(named * count, years)
            return
        if len(names) < count:
            names = self._pieces(mark, gap, begin, count) or names or self._run(count)
        self.frames.enqueues(names[:count] if len(names) >= count else [])

    def _years(self, gap: list[Mark], count: int) -> list[int]:
        """The years whose values are dealt out: 2019年至2021年会议费分别为A、B、C."""
        years = [mark.item.year for mark in gap if mark.kind == "period" and mark.item.year]
        if len(years) == 2 and years[1] - years[0] == count - 1:
            years = list(range(years[0], years[1] + 1))
        return years if len(years) == count and len(set(years)) == count else []

    def _pieces(self, mark: Mark, gap: list[Mark], begin: int, count: int) -> list[Subject]:
        """Names that are no marked 科目: 货物、服务支出分别为A、B."""
        start = max([begin, *(one.end for one in gap if one.kind in _LIMITS)])
        pieces = [piece.strip() for piece in _NAMES.split(self.text[start : mark.start]) if piece.strip()]
        return [self._named(piece, mark.start) for piece in pieces] if len(pieces) >= count else []

    def _run(self, count: int) -> list[Subject]:
        """The lines of the last list, or the last ones of the sentence."""
        run = self.frames.line.run
        return run[:count] if len(run) >= count else self.frames.said.recent[-count:]

    def _named(self, piece: str, end: int) -> Subject:
        if piece in self.words.vehicles:
            return Subject("公务用车")
        item = self.names.item(piece, end)
        return Subject(item, None, self.words.lines.schemes.get(item)) if item else Subject(piece)

    def _side(self, both: Subject, side: Flow) -> Subject:
        """收入总计 or 支出总计, of 收支总计."""
        name = self.words.lines.turned(both.name, side) or both.name
        return Subject(name, None, both.scheme, both.place)

    def deals(self, clause: Clause) -> bool:
        """Whether the value belongs to the next subject of the queue; a queue that ended is dropped."""
        said = self.frames.said
        if said.dealing and clause.begin != clause.sentence:
            if _SEPARATORS.fullmatch(self.text, clause.begin, clause.end):
                return True
            if _TURNS.fullmatch(self.text, clause.begin, clause.end):
                return False
        if not (has(clause.gap, "apart") or has(clause.gap, "each")):
            self.frames.drops_queue()
        return False

    def dealt(self, span: Value) -> Found | None:
        """The fact of a value that the next subject of the queue has."""
        frames = self.frames
        subject, dealing = frames.next_in_queue(), frames.said.dealing
        if isinstance(span, Count):
            return make(span, subject, "数量", frames.said.year, span.number, span.unit, None, "dealt out")
        number = span.wan if isinstance(span, Amount) else span.percent
        if number is None or dealing is None:
            return None
        summed = isinstance(span, Amount)
        number = -number if dealing.sign < 0 and number else number
        found = make(
            span, subject, dealing.measure, frames.said.year, number, "万元" if summed else "%", dealing.base,
            "dealt out",
        )  # fmt: skip
        frames.dealt(found, subject, summed)
        return found


_ACTS: dict[Kind, Callable[[Parts, Mark, list[Mark], int, Sequence[AnySpan]], None]] = {
    "open": Parts._open,
    "close": Parts._close,
    "colon": Parts._colon,
    "parts": Parts._parts,
    "apart": Parts._apart,
    "each": Parts._each,
}


def _added(gap: list[Mark]) -> Mark | None:
    """The 追加 right before 其中 that no reason follows, so that the parts were added too."""
    last = next((mark for mark in reversed(gap) if mark.kind in ("added", "reason")), None)
    return last if last and last.kind == "added" and gap[-1].start - last.end <= _NEAR else None
