"""Whose value it is: the 科目 in the clause, an earlier clause, a free noun phrase, or the subject carried so far."""

from __future__ import annotations

import re

import msgspec

from cnfin.document import SubjectScheme
from cnfin.facts.projects import unquoted
from cnfin.facts.state import State, Subject, of_account
from cnfin.facts.words import Mark, Words

_FRAME = frozenset(("use", "reason"))
_FRAMING = _FRAME | {"parts", "than"}
_SIDES: dict[str, SubjectScheme] = {"本年收入合计": "收入", "本年支出合计": "支出"}
_OWN_YEAR = frozenset(("本年支出", "本年度支出", "当年支出"))
_LINES = frozenset(("三公经费", "功能分类", "经济分类", "项目", "其他"))
_LIST_MARK = re.compile(r"^(?:[（(]?[\d一二三四五六七八九十]{1,3}[)）、.．]+|[①-⑳]|[一二三四五六七八九十]是)\s*")
_BOTH_SIDES = re.compile(r"\s*(?:收、?支|收入[、和及与]?支出)(?:总计|总额|总体|合计)?\s*")
#: What begins the words in brackets that only explain the line or the sum before them.
_EXPLAINS = re.compile("不?含|全部?为|均为|包括|主要")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Gap(msgspec.Struct, frozen=True, gc=False):
    """What stands between the value before and the value at hand.

    Attributes:
        marks: all of it.
        clause: its end, after the last comma.
        start: where that clause begins.
    """

    marks: list[Mark]
    clause: list[Mark]
    start: int

    def has(self, kind: str) -> bool:
        """Whether a mark of ``kind`` stands in the clause."""
        for mark in self.clause:  # noqa: SIM110 (a loop: this is asked of every value)
            if mark.kind == kind:
                return True
        return False

    def residue(self, end: int, frames: frozenset[str]) -> tuple[int, int]:
        """The stretch of the clause before ``end`` that may name a subject.

        Leading 年度, 其中 and reasons fall off its beginning; a mark of the kinds ``frames`` ends it.
        """
        begin = start = self.start
        stop = end
        for mark in self.clause:
            kind = mark.kind
            if (
                kind in _FRAME
                or kind == "parts"
                or (kind == "period" and mark.start <= start + 2)
                # X项目自评综述：项目预算A: a title before the colon, where words come behind it.
                or (kind == "colon" and end - mark.end > 1)
            ):
                begin = mark.end if mark.end <= end else begin
            elif kind in frames and begin <= mark.start < stop:
                stop = mark.start
        return begin, stop


def has_kind(gap: list[Mark], kind: str) -> bool:
    """Whether a mark of ``kind`` stands in the gap."""
    for mark in gap:  # noqa: SIM110 (a loop: this is asked of every value)
        if mark.kind == kind:
            return True
    return False


class Subjects:
    """Resolves subjects for one document."""

    def __init__(self, text: str, words: Words, state: State) -> None:
        self.text = text
        self.words = words
        self.state = state

    def adjacent(self, start: int, end: int) -> bool:
        """Whether nothing but neutral words stands in ``text[start:end]``."""
        return start >= end or self.words.neutral.fullmatch(self.text, start, end) is not None

    def dealt(self, several: bool) -> Subject | None:
        """The next subject of a list with 分别; the first of the list where 均 or 各 says it of all."""
        state = self.state
        if state.queue:
            return state.queue.pop(0)
        return state.run[0] if state.run and several else None

    def in_clause(self, clause: list[Mark], end: int) -> Subject | None:
        """The 科目 of the clause that the value at ``end`` is said of."""
        generic = self.words.generic
        first: Mark | None = None
        chosen: Mark | None = None
        outside: Mark | None = None
        framed = several = False
        for mark in clause:
            kind = mark.kind
            if kind == "open":
                outside = chosen if _EXPLAINS.match(self.text, mark.end) else None
            elif kind == "close" and outside:
                # 收支总计（含结转）A: what stands in brackets only explains the line before them.
                chosen, outside = outside, None
            elif kind == "account":
                said = _turn(clause, mark.end, end) if framed else end
                if mark.item.text in generic and (chosen or self._known(mark)) and not self._bare(mark, said):
                    continue
                if framed and not (self.adjacent(mark.end, said) and "收入" not in self.text[mark.end : said]):
                    continue
                if mark.item.text in _OWN_YEAR and self._of_line():
                    continue
                if chosen and mark.item.text.endswith("拨款") and mark.start - chosen.end <= 3:
                    # 机关运行经费一般公共预算拨款A: the money's source, not another line.
                    continue
                first = first or mark
                chosen = mark
            elif kind in _FRAME:
                framed = True
            elif kind == "each":
                several = True
            elif kind == "share" and chosen:
                break
            elif kind == "parts" and chosen and not self.adjacent(mark.end, end):
                # 项目支出包括巡河经费A: the value is a part's, which words behind 包括 name.
                first = chosen = None
        named = first if several else chosen
        if named is None:
            return None
        found = self._same_funds(named) or of_account(named.item)
        return found if self.state.fallback is None else self._scoped(found, self.state.fallback)

    def _of_line(self) -> bool:
        """Whether the sentence has already stated a sum of one line: 公务接待费预算A，本年支出B."""
        last = self.state.last
        return self.state.previous is not None and last is not None and last.scheme in _LINES

    def _scoped(self, subject: Subject, above: Subject) -> Subject:
        """本年收入 and 本年支出 in a section on one kind of budget are that budget's."""
        side = _SIDES.get(subject.name)
        if side is None or not above.name.startswith(("政府性基金", "国有资本")):
            return subject
        return Subject(above.name.removesuffix("支出") + side, None, side, subject.place)

    def _same_funds(self, named: Mark) -> Subject | None:
        """The spending of the funds just spoken of: 财政拨款本年收入A，增长B；本年支出C."""
        last, said = self.state.last, named.item.text
        if last is None or last.place is None or said not in ("本年支出", "支出总计"):
            return None
        income = "本年收入" if said == "本年支出" else "收入总计"
        if "拨款" not in last.name or not self.text.endswith(income, *last.place):
            return None
        scheme = "支出" if said == "本年支出" else last.scheme
        return Subject(last.name.replace("收入", "支出"), None, scheme, last.place)

    def _bare(self, mark: Mark, end: int) -> bool:
        """Whether the name stands right before its value: 财政拨款5万元, but not 三公经费财政拨款支出5万元."""
        return "拨款" in mark.item.text and not self.text[mark.end : end].strip()

    def _known(self, mark: Mark) -> bool:
        state = self.state
        if mark.item.text == "项目":
            return state.project is not None
        if state.last and state.last.name.endswith("收入") and mark.item.text.startswith("支出"):
            return False
        if state.last is None and state.above is not None:
            return mark.item.text not in ("收入", "支出") or state.above.scheme not in ("收入", "收支")
        return state.last is not None

    def before_clause(self, marks: list[Mark], start: int) -> Subject | None:
        """The last 科目 before ``start``, among the earlier clauses of the gap, that is no use or reason."""
        found: Mark | None = None
        outside: Mark | None = None
        framed = opened = False
        for mark in marks:
            if mark.start >= start:
                break
            kind = mark.kind
            if kind == "open":
                outside, opened = found, _EXPLAINS.match(self.text, mark.end) is not None
            elif kind == "close" and opened:
                # A（全部为公务用车运行费），占…: the sum goes on, not what the brackets say of it.
                found, opened = outside, False
            if kind == "break" or kind == "close":
                framed = False
            elif kind in _FRAMING:
                framed = True
            elif framed or kind != "account":
                continue
            elif mark.item.text not in self.words.generic or not (found or self._known(mark)):
                # A generic name (支出 …) means a line already known, where there is one.
                found = mark
        return of_account(found.item) if found else None

    def carried(self, comparison: bool = False) -> Subject | None:
        """The subject that the text goes on speaking of."""
        state = self.state
        if state.foreign:
            return None
        return state.last or state.head or state.above or (state.above_line or state.fallback if comparison else None)

    def side(self, start: int, end: int) -> Subject | None:
        """本年收入合计 or 本年支出合计 where the words before a cue are only 收入 or 支出 (收入较上年 …)."""
        said = self.text[start:end]
        before = self.state.last or self.state.above_line
        if before and before.scheme == "收支" and _BOTH_SIDES.fullmatch(said):
            name = re.sub("收支|收入|支出", "收支", before.name)
            return Subject(name, None, "收支", (start, end))
        income = "收入" in said
        if income == ("支出" in said):
            return None
        last = self.state.last or self.state.head
        whole = self._whole(said.strip(), last)
        if whole is not None:
            return whole
        known = last is not None and last.name != "部门整体支出"
        if known and not (income and last and last.scheme in ("支出", "功能分类", "经济分类")):
            return None
        return Subject("本年收入合计" if income else "本年支出合计", None, "收入" if income else "支出", (start, end))

    def _whole(self, said: str, last: Subject | None) -> Subject | None:
        """The total of the line's list, where a bare 收入 or 支出 follows its parts."""
        if said not in _SIDES.values() or last is None:
            return None
        totals = [total for total in self.state.here if total.scheme == said]
        return totals[-1] if totals and last.scheme == said and totals[-1].name != last.name else None

    def spending_side(self) -> Subject | None:
        """The 支出 that stands beside the 收入 spoken of: 政府性基金预算财政拨款收入A，支出B."""
        last = self.state.last
        if last is None or not last.name.endswith(("收入", "收入总计", "收入合计")):
            return None
        return Subject(last.name.replace("收入", "支出"), None, "收支" if last.scheme == "收支" else "支出")

    def phrase(self, start: int, end: int) -> str:
        """The noun phrase in ``text[start:end]`` without list marks, quotes, brackets and neutral ends."""
        raw = self.text[start:end]
        raw = _LIST_MARK.sub("", raw.strip().lstrip("—–- "))
        raw = unquoted(raw.strip(" \t\u3000:：,，、；"))
        if raw.startswith(("其中", "包括")):
            raw = raw[2:].lstrip("：:，,、 ")
        for tail in self.words.trailing:
            # 接待费费用 loses 费用, 差旅费用 does not.
            if raw.endswith(tail) and len(raw) > len(tail) + 1 and (tail != "费用" or raw.endswith("费费用")):
                raw = raw[: -len(tail)]
        if raw.endswith(("费支出", "经费支出")):
            raw = raw[:-2]
        return unquoted(raw.strip(" :：,，、"))

    def free(self, start: int, end: int, parts: bool) -> Subject | None:
        """A subject named by words that are no 科目: a project, or a part of an announced total."""
        name = self.phrase(start, end)
        short = self.words.short.get(name) or self.words.short.get(re.split("[、和与及]", name)[0])
        if short and (short[0] != "政" or "采购" in self.text[max(0, start - 200) : start]):
            return Subject(short, None, "其他" if short[0] == "政" else "支出", (start, end))
        if not 2 <= len(name) <= 40 or not _HAN.search(name):
            return None
        if item := self.words.travel.get(name) or (self._of_cars() and self.words.car_costs.get(name)):
            return Subject(item, None, "三公经费", (start, end))
        name = next((name[len(fund) :] for fund in self.words.funds if self._funded(name, fund)), name)
        known = self.words.readings.get(name, ()) if len(name) > 2 else ()
        if known:
            # A line whose mention was not marked.
            return Subject(known[0].name, known[0].code or None, known[0].scheme, (start, end))
        if name in self.words.bare:
            spent = name.startswith("项目") and name != "项目"
            return self.state.project or (Subject("项目支出", None, "支出", (start, end)) if spent else None)
        if name.endswith("的") or self.words.narrated.match(name):
            return None
        for noun in self.words.project:
            if name.endswith(noun) and not name.endswith("等项目"):
                bare = name.removesuffix("支出").removesuffix("资金").removesuffix("项目")
                return Subject(unquoted(bare) or name, None, "项目", (start, end))
        if parts or name.endswith(self.words.money):
            return Subject(name, None, None, (start, end))
        return None

    def _of_cars(self) -> bool:
        """Whether the total announced last is that of the official cars (其中：购置费A、运行费B), or of all 三公."""
        totals, last = self.state.totals, self.state.last
        named = totals[-1].name if totals else last.name if last else ""
        return named.startswith(("公务用车", "三公经费"))

    def _funded(self, name: str, fund: str) -> bool:
        """Whether ``name`` is a line behind the money it is paid from (财政拨款会议费)."""
        return name.startswith(fund) and name[len(fund) :] in self.words.readings

    def total_of(self, subject: Subject | None) -> str | None:
        """The announced total that ``subject`` is a part of."""
        totals, near = self._announced(subject)
        if subject is not None:
            if subject.scheme == "三公经费":
                parent = self.words.parents.get(subject.name, "三公经费")
                return parent if any(total.name == parent for total in totals) else "三公经费"
            ancestors = self._ancestors(subject)
            for total in reversed(totals):
                below = bool(total.code and subject.code and subject.code.startswith(total.code))
                if any(total.name.endswith(name) for name in ancestors) or (below and subject.code != total.code):
                    return total.name
            here = [total for total in totals if total in near and total.name != subject.name]
            if here:
                return here[-1].name
            if subject.scheme in ("支出", "收入", "结转结余") and subject.name in self.words.parents:
                return self.words.parents[subject.name]
            above = self.state.fallback
            whole = above is not None and above.scheme == "支出"
            if above and whole and subject.scheme == "功能分类" and len(subject.code or "") == 3:
                return next((one.name for one in reversed(totals) if one.name.endswith(above.name)), above.name)
            for total in reversed(totals):
                if total.name != subject.name:
                    return total.name
        return totals[-1].name if totals else None

    def _announced(self, subject: Subject | None) -> tuple[list[Subject], list[Subject]]:
        """The totals, and those of this line; a bracket's own total is none of what stands before it: A（占R）."""
        state = self.state
        if subject and subject.place and state.brackets and subject.place[0] < state.brackets[-1].start:
            return state.brackets[-1].totals, state.brackets[-1].here
        if state.run and subject in state.run:
            # 由A和B构成，分别占…: none of a list is the total of another.
            return [total for total in state.totals if total.name not in {one.name for one in state.run}], state.here
        return state.totals, state.here

    def _ancestors(self, subject: Subject) -> set[str]:
        seen: set[str] = set()
        parent = self.words.parents.get(subject.name)
        while parent and parent not in seen:
            seen.add(parent)
            parent = self.words.parents.get(parent)
        return seen


def _turn(clause: list[Mark], start: int, end: int) -> int:
    """Where the first word of change between ``start`` and ``end`` begins, or ``end``."""
    return next((mark.start for mark in clause if mark.kind == "change" and start <= mark.start < end), end)
