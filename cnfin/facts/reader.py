"""The grammar of running text: spans and cues in order, one value at a time.

Between two values stand 科目, 年度 and cue words (a *gap*). The gap, read into a :class:`~cnfin.facts.clause.Clause`,
is what the decision lists of sums, rates and counts decide on; what it leaves out is taken from the
:class:`~cnfin.facts.frames.Frames`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import attrgetter

from msgspec.structs import replace

from cnfin.document import Account, Amount, AnySpan, Count, Identity, Percentage, Period, Section, Sentence
from cnfin.facts import clause as clauses
from cnfin.facts.bodies import Bodies
from cnfin.facts.clause import Gap
from cnfin.facts.counts import Counts
from cnfin.facts.cues import ACTING
from cnfin.facts.forms import Forms
from cnfin.facts.found import Found, Subject, of_account
from cnfin.facts.frames import Dealing, Frames
from cnfin.facts.names import Names
from cnfin.facts.owner import Owners
from cnfin.facts.parts import VALUES, Parts
from cnfin.facts.placing import Note, Placing
from cnfin.facts.rates import Rates
from cnfin.facts.sums import Sums
from cnfin.facts.titles import Titles, is_aim
from cnfin.facts.totals import Totals
from cnfin.facts.words import Mark, Words

_start = attrgetter("start")
_COMPARES = re.compile(
    r"[比较与同][^，,；]{0,14}?(?:年|预算|同期)[^，,；]{0,8}?(?:相比)?[，,]?(?:增|减|下降|上升|提高|降低)"
    r"|完成了?(?:年初|全年|调整后?|当年)?预算"
)
_SIGNS = re.compile(r"[\s\d（）()、.．：:。①-⑳一二三四五六七八九十“”]")
_ITEM = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,2}[)）、.．]|[①-⑳]|[一二三四五六七八九十]是")
_OPENS = frozenset("（(一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_NUMBER = re.compile(r"[\d一二三四五六七八九十①-⑳]+")
_AMID = re.compile("中(?![央心等共国专职期标级]|小学|小企|学|医[药院])")
_AS_OF = frozenset("至止")
_ENDS = ("期末", "年末", "末", "底", "年底")
#: 2021年比2020年减少A is of 2021.
_OTHER_YEAR = re.compile(r"相?比(?:20\d\d|上一?年|去年)")
_ATTRIBUTIVE = frozenset("对在将于把")
#: Before these a year is one that is compared with, or that of a paper.
_COMPARED = frozenset("比较与同和由从《〔")
_LEADS = frozenset("：:中，,")
_STOPS = frozenset("；;")
#: What a sentence ends with whose parts follow: a colon, or 其中.
_ANNOUNCES = frozenset("：:中")
#: A lead-in with nothing but words (其中：) is at most so long.
_LONGEST_LEAD = 12
#: At most so many values are dealt out by one word.
_MOST_DEALT = 400
#: Before the last name of a list.
_LISTS = frozenset("、和及与或")
#: A line that names a 科目 for the text below has at most so many other characters, and so few that are no signs.
_BESIDES, _FEW = 24, 6
#: A year that opens its sentence stands at most so far in it.
_LEADING = 8
#: A short name (服务支出) is an item of a procurement that was named at most so far above.
_NEAR = 200
#: Years long ago are those of papers and of buildings.
_LONG_AGO = 5


class Reader:
    """Reads a document's sentences in order and gives each its facts.

    Args:
        text: the document's text.
        identity: gives the document's year and kind.
        sections: the heading tree.
        words: the words of the grammar.
        decided: where given, the name of the rule that decided on the value at each offset is put there.
    """

    def __init__(
        self, text: str, identity: Identity, sections: Sequence[Section], words: Words,
        decided: dict[int, str] | None = None,
    ) -> None:  # fmt: skip
        self.text = text
        self.words = words
        self.frames = frames = Frames(identity)
        names = Names(text, words, frames)
        owners = Owners(text, words, frames, names)
        self.parts = Parts(text, words, frames, names)
        self._rooms: dict[type, Callable[[clauses.Clause], tuple[str, Found | None]]] = {
            Amount: Sums(text, words, frames, names, owners).decide,
            Percentage: Rates(text, words, frames, names, owners, Totals(words, frames)).decide,
            Count: Counts(text, words, frames).decide,
        }
        self.forms = Forms(text, identity, words)
        self.titles = Titles(text, sections, words, frames)
        self.placing = Placing(text, sections, words, Bodies(text, identity.unit, words))
        self._decided = decided
        self._end = 0
        self._lines = self._stops = 0
        self._fresh = True
        self._stopped = True

    def read(self, sentence: Sentence) -> list[Found]:
        """The facts of the next sentence."""
        text, start, end, frames = self.text, sentence.start, sentence.end, self.frames
        new_line = self._end == 0 or text.find("\n", self._end, start) >= 0
        if sentence.heading or sentence.section != frames.section.number:
            self.titles.heading(sentence)
        if new_line:
            self._fresh = True
            self._lines += 1
            self.titles.line(sentence)
        if new_line or frames.evaluation:
            aims = not sentence.spans and is_aim(text[start:end])
            if new_line or aims:
                frames.sets_aims(aims)
        found = self._spans(sentence, new_line) if sentence.spans else self._words(sentence, new_line)
        self._end = end
        last = text[end - 1]
        if last not in _STOPS:
            self._stopped = True
            self._stops += 1
        if last in _ANNOUNCES and (last != "中" or text.endswith("其中", start, end)):
            frames.announces_parts()
        if frames.line.level_above is not None:
            frames.passed()
        return found

    def _words(self, sentence: Sentence, new_line: bool) -> list[Found]:
        """A sentence in which nothing was found may be a lead-in, a label or a project's name."""
        if new_line:
            self.forms.line(sentence)
            self.titles.names_project(sentence)
        short = sentence.end - sentence.start <= _LONGEST_LEAD and self.text[sentence.end - 1] in _LEADS
        if short and self.frames.line.level is not None:
            self._lead(sentence)
        return []

    def _lead(self, sentence: Sentence) -> None:
        """A lead-in with nothing but words (其中：), whose parts stand in the lines below."""
        for cue in self.words.find(self.text, sentence.start, sentence.end):
            if cue.kind == "parts":
                self.frames.new_sentence(sentence.start, True)
                self.parts.act(cue, [], sentence.start, ())

    def _lead_named(self, sentence: Sentence) -> None:
        """A lead-in that names the total whose parts stand below: 财政拨款支出主要内容如下：."""
        gap = [Mark(span.start, span.end, "account", span) for span in sentence.spans if type(span) is Account]
        cues = self.words.find(self.text, sentence.start, sentence.end) if gap else []
        parts = next((cue for cue in cues if cue.kind == "parts" and cue.start >= gap[-1].end), None)
        if parts is not None:
            self.parts.act(parts, gap, sentence.start, ())

    def _spans(self, sentence: Sentence, new_line: bool) -> list[Found]:
        """The facts of a sentence in which something was found."""
        frames = self.frames
        self._begin(sentence.start)
        label = self.titles.label(sentence)
        for span in sentence.spans:
            if type(span) in VALUES:
                break
        else:
            self._carrier(sentence, new_line)
            self.forms.line(sentence)
            if self.text[sentence.end - 1] in "：:":
                self._lead_named(sentence)
            return []
        span = sentence.spans[0]
        if new_line and len(sentence.spans) == 1 and self._bare(sentence) - 2 < span.end - span.start:
            # A line that is nothing but a value: a cell of a table that was not found.
            carries = self.forms.carried and frames.above is not None
            fact = self.forms.value(span, frames.project)  # type: ignore[arg-type]
            if fact is not None or not carries:
                return [fact] if fact is not None else []
        return self._walk(sentence, label)

    def _begin(self, start: int) -> None:
        """A sentence with something in it begins, and with it a line, unless it goes on with the one above."""
        frames, fresh, stopped = self.frames, self._fresh, self._stopped
        if fresh:
            if not stopped and self._goes_on(start):
                fresh = False
            else:
                frames.new_line(self._mark(start))
        frames.new_sentence(start, fresh or stopped)
        self._fresh = self._stopped = False
        line = frames.line
        if line.parts > 1 and (line.here or line.head) and _COMPARES.match(self.text, start):
            frames.resumes_total()

    def _goes_on(self, start: int) -> bool:
        """Whether a line goes on with what the line above left at a semicolon: parts of a total, or a comparison."""
        if _ITEM.match(self.text, start):
            return False
        line = self.frames.line
        among = line.inherited is not None and line.parts > 0
        return among or (line.head is not None and self.text[start] in "比较与同")

    def _mark(self, start: int) -> str | None:
        """The style of the list mark that a line opens with: 1、 for 2、 too."""
        first = self.text[start]
        found = _ITEM.match(self.text, start) if first in _OPENS or first.isdigit() else None
        return _NUMBER.sub("1", found[0]) if found else None

    def _bare(self, sentence: Sentence) -> int:
        """The length of a sentence without the pipe that closes a cell."""
        start, end = sentence.start, sentence.end
        return len(self.text[start:end].rstrip(" |")) if self.text[end - 1] == "|" else end - start

    def _carrier(self, sentence: Sentence, new_line: bool) -> None:
        """A line or heading that says only a 科目 gives it to the text below; titles and the ends of lists do not."""
        account = next((span for span in reversed(sentence.spans) if type(span) is Account), None)
        if account is None:
            return
        item = _ITEM.match(self.text, sentence.start)
        # 4.住房保障支出（类）…（项）。支出决算84万元: an entry of a list whose lines were run together.
        if not (new_line or (item is not None and account.scheme == "功能分类")):
            return
        before = self.text[item.end() if item else sentence.start : account.start]
        if before[-1:] in _LISTS and before:
            return
        if self.words.title.search(self.text, account.end, sentence.end):
            return
        besides = sentence.end - sentence.start - (account.end - account.start)
        if besides > _BESIDES:
            return
        said = self.text[sentence.start : account.start] + self.text[account.end : sentence.end]
        if besides <= _FEW or len(_SIGNS.sub("", said)) <= _FEW:
            self.frames.carries(of_account(account))

    # The walk

    def _walk(self, sentence: Sentence, label: int) -> list[Found]:
        """The facts of a sentence, whose own words begin where its ``label`` ends."""
        spans = sentence.spans
        found: list[Found] = []
        self.titles.opens(sentence)
        of_project = self._of_project(sentence)
        self.placing.begin(sentence, found, self._lines, self._stops)
        cues = self._cues(sentence, of_project)
        gap = Gap(label)
        marks = gap.marks
        position = label
        number, total = bisect_left(cues, label, key=_start) if label > sentence.start else 0, len(cues)
        for place, span in enumerate(spans):
            start = span.start
            if start < position:
                if start < label and type(span) is Period:
                    self._period(span, [], start - sentence.start < _LEADING)
                continue
            while number < total and cues[number].start < start:
                cue = cues[number]
                number += 1
                if cue.kind == "break":
                    self._break(gap)
                elif cue.kind in ACTING:
                    self._act(cue, gap, spans[place : place + _MOST_DEALT])
                marks.append(cue)
            position = span.end
            kind = type(span)
            if kind in VALUES:
                after = spans[place + 1] if place + 1 < len(spans) else None
                following = after if type(after) is Account else None
                placed = self._value(clauses.read(self.text, span, gap, sentence.start, following))  # type: ignore[arg-type]
                if placed and not of_project and self.frames.on_project:
                    # A project was named: its money has words of its own.
                    of_project, cues = True, self._cues(sentence, True)
                    number, total = bisect_left(cues, position, key=_start), len(cues)
                gap = Gap(position)
                marks = gap.marks
            elif kind is Account:
                self._account(span, gap)  # type: ignore[arg-type]
            elif kind is Period:
                self._period(span, marks, start - sentence.start < _LEADING and not found)  # type: ignore[arg-type]
        for cue in cues[number:]:
            if cue.kind == "break":
                self._break(gap)
            elif cue.kind in ACTING:
                self._act(cue, gap, ())
            marks.append(cue)
        return found

    def _of_project(self, sentence: Sentence) -> bool:
        """Whether a sentence speaks of a project: the text before does, or the sentence of an evaluation says so."""
        frames = self.frames
        return frames.on_project or frames.evaluation == "项目" or (
            frames.evaluation is not None and self.text.find("项目", sentence.start, sentence.end) >= 0
        )

    def _cues(self, sentence: Sentence, of_project: bool) -> list[Mark]:
        """The sentence's cues outside its spans."""
        cues = self.words.cues_of_project if of_project else self.words.cues
        return cues.outside(sentence.spans, self.text, sentence.start, sentence.end)

    def _break(self, gap: Gap) -> None:
        """A clause ends."""
        gap.turn = len(gap.marks) + 1
        if self.frames.said.attributive:
            self.frames.clause_ends()

    def _act(self, cue: Mark, gap: Gap, spans: Sequence[AnySpan]) -> None:
        """A cue changes what is carried; ``spans`` follow."""
        gap.closes = gap.closes or cue.kind == "close"
        self.parts.act(cue, gap.marks, gap.begin, spans)

    def _account(self, account: Account, gap: Gap) -> None:
        """Note a 科目 in the gap."""
        end, marks = account.end, gap.marks
        if account.name.startswith("政府采购") and self.text.find("采购", max(0, account.start - _NEAR), end) < 0:
            # 上门服务支出 is no procurement.
            return
        marks.append(Mark(account.start, end, "account", self._line(account)))
        if "算" in account.text[-2:]:
            # 支出预算: the end of its own words says which sum it has.
            ends = [self.words.measured.get(account.text[-size:]) for size in (3, 4, 5)]
            marks += [Mark(end, end, "level", said) for said in ends if said]
        if self.text.startswith("中", end) and _AMID.match(self.text, end):
            # 基本支出中医疗业务支出A: a part of it follows.
            self.parts.amid(of_account(account))
            marks.append(Mark(end, end + 1, "break", None))
            gap.turn = len(marks)

    def _line(self, account: Account) -> Account:
        """``account``, or the other line that 其他 right before it makes of it (其他人员经费)."""
        other = self.text[account.start - 2 : account.start] if account.start > 1 else ""
        if other not in ("其他", "其它"):
            return account
        return replace(account, name="其他" + account.name, code=None)

    def _period(self, period: Period, gap: list[Mark], leading: bool) -> None:
        """Note a year in the gap; the text may go on to speak of it."""
        text, frames = self.text, self.frames
        before = text[max(0, period.start - 3) : period.start].rstrip()[-1:]
        frames.as_of(period.year if before in _AS_OF or text.startswith(_ENDS, period.end) else None)
        gap.append(Mark(period.start, period.end, "period", period))
        if (before and before in _COMPARED) or self._is_beside(period):
            return
        if clauses.has(gap, "reason"):
            frames.counts_in(period.year)
            return
        if frames.year is None or period.year <= frames.year + 1:
            frames.dates(period, leading, before in _ATTRIBUTIVE)

    def _is_beside(self, period: Period) -> bool:
        """Whether a year is that of something beside the sentence: compared with, a beginning, long ago."""
        text, end = self.text, period.end
        if text.startswith(("相比", "比"), end) and not _OTHER_YEAR.match(text, end):
            return True
        long_ago = period.year - _LONG_AGO > (self.frames.year or period.year)
        return long_ago or text.startswith(("年初", "起", "以来"), end)

    # Values

    def _value(self, clause: clauses.Clause) -> bool:
        """Have the fact of the value behind ``clause`` placed, if it is one."""
        frames, kind = self.frames, type(clause.value)
        said = frames.said
        if said.queue and self.parts.deals(clause):
            rule, found = "dealt out", self.parts.dealt(clause.value)
        else:
            rule, found = self._rooms[kind](clause)
            if said.pending is not None and (found is None or kind is not Amount):
                frames.expects(None)
            if said.queue and found is not None and kind is Amount:
                fact = found[0]
                frames.deals(Dealing(fact.measure, -1 if fact.value < 0 else 1, fact.base))
        if self._decided is not None:
            self._decided[clause.end] = rule
        if found is None:
            return False
        if said.brackets:
            frames.enclosed()
        line = frames.line
        whole = self._announced() if line.inherited is not None else None
        self.placing.place(found, Note(whole, line.here[-1] if line.here else None, frames.project))
        return True

    def _announced(self) -> Subject | None:
        """The total that the value at hand is a part of: that of the lines of a list, or the last one announced."""
        frames = self.frames
        if frames.line.inherited is frames.listing.parts and frames.listing.total is not None:
            return frames.listing.total
        return frames.totals[-1] if frames.totals else None
