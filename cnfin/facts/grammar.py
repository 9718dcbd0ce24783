"""The grammar of running text: spans and cues in order, one value at a time.

Between two values stand 科目, 年度 and cue words (a *gap*). The gap decides what the value behind
it says; what the gap leaves out is taken from the :class:`~cnfin.facts.state.State`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from cnfin.document import Account, Amount, AnySpan, Identity, Percentage, Period, Section, Sentence, Value
from cnfin.facts import projects
from cnfin.facts.amounts import Amounts
from cnfin.facts.counts import Counts
from cnfin.facts.forms import Forms
from cnfin.facts.placing import Note
from cnfin.facts.rates import Rates
from cnfin.facts.state import Found, State, Subject, of_account
from cnfin.facts.subjects import Gap, Subjects, has_kind
from cnfin.facts.turns import ACTING, VALUES, Turns
from cnfin.facts.words import Mark, Words, once

_COMPARES = re.compile(
    r"[比较与同][^，,；]{0,14}?(?:年|预算|同期)[^，,；]{0,8}?(?:相比)?[，,]?(?:增|减|下降|上升|提高|降低)"
)
_SIGNS = re.compile(r"[\s\d（）()、.．：:。①-⑳一二三四五六七八九十“”]")
_LONGEST_TITLE = 70
_LONGEST_LEAD = 12
_LEADS = frozenset("：:中，,")
_ITEM = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,2}[)）、.．]|[①-⑳]|[一二三四五六七八九十]是")
_OPENS = frozenset("（(一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_NUMBER = re.compile(r"[\d一二三四五六七八九十①-⑳]+")
_COLON = re.compile("[：:]")
_AMID = re.compile("中(?![央心等共国专职期标级]|小学|小企|学|医[药院])")
_AS_OF = frozenset("至止")
#: 2021年比2020年减少A is of 2021.
_OTHER_YEAR = re.compile(r"相?比(?:20\d\d|上一?年|去年)")
_ATTRIBUTIVE = frozenset("对在将于把")


class Reader:
    """Reads a document's sentences in order and gives each its facts."""

    def __init__(self, text: str, identity: Identity, sections: Sequence[Section], words: Words) -> None:
        self.text = text
        self.words = words
        self.sections = sections
        self.state = State(identity)
        self.subjects = Subjects(text, words, self.state)
        self.turns = Turns(text, words, self.state, self.subjects)
        self.amounts = Amounts(text, words, self.state, self.subjects)
        self.rates = Rates(text, words, self.state, self.subjects, self.amounts)
        self.counts = Counts(text, words, self.state)
        self.forms = Forms(text, identity, words, self.state)
        self._end = 0
        self._lines = self._stops = 0
        self._fresh = True
        self._stopped = True
        self._report = False
        self._project_level: int | None = None
        self._heading = -1
        self._titles: dict[int, Subject | None] = {}
        #: What was known when the fact of the value at an offset was made.
        self.notes: dict[int, Note] = {}

    def read(self, sentence: Sentence) -> list[Found]:
        """The facts of the next sentence."""
        text, start, end = self.text, sentence.start, sentence.end
        new_line = self._end == 0 or text.find("\n", self._end, start) >= 0
        self._fresh = self._fresh or new_line
        self._lines += new_line
        if sentence.section != self.state.section or sentence.heading:
            self._enter(sentence)
        if new_line:
            self._project_line(sentence)
        found: list[Found] = []
        if sentence.spans:
            found = self._spans(sentence, new_line)
        else:
            if new_line:
                self.forms.line(sentence)
            if end - start <= _LONGEST_LEAD and text[end - 1] in _LEADS and self.state.level is not None:
                self._lead(sentence)
        self._end = end
        self.state.level_above = None
        last = text[end - 1]
        self._stopped = self._stopped or last not in "；;"
        self._stops += last not in "；;"
        if last in "：:" or (last == "中" and text.endswith("其中", start, end)):
            self.state.lead_in = True
        return found

    def _lead(self, sentence: Sentence) -> None:
        """A lead-in with nothing but words (其中：), whose parts stand in the lines below."""
        for cue in self.words.find(self.text, sentence.start, sentence.end):
            if cue.kind == "parts":
                self.state.new_sentence(stopped=True)
                self.turns.act(cue, [], sentence.start, (), 0)

    def _spans(self, sentence: Sentence, new_line: bool) -> list[Found]:
        """The facts of a sentence in which something was found."""
        state, text = self.state, self.text
        going_on = self._fresh and self._goes_on(sentence)
        if self._fresh and not going_on:
            state.new_line(self._mark(sentence.start))
        state.new_sentence((self._fresh or self._stopped) and not going_on)
        if state.parts > 1 and _COMPARES.match(text, sentence.start) and (state.here or state.head):
            # 其中：B、C；比上年增加D: the total goes on.
            state.last = state.here[-1] if state.here else state.head
        self._fresh = self._stopped = False
        state.start = sentence.start
        for span in sentence.spans:
            if type(span) in VALUES:
                break
        else:
            self._carrier(sentence)
            self.forms.line(sentence)
            return []
        span = sentence.spans[0]
        if new_line and len(sentence.spans) == 1 and self._bare(sentence) - 2 < span.end - span.start:
            # A line that is nothing but a value: a cell of a table that was not found.
            carried = self.forms.carried and state.above is not None
            fact = self.forms.value(span)  # type: ignore[arg-type]
            if fact is not None or not carried:
                return [fact] if fact is not None else []
        return self._walk(sentence)

    def _goes_on(self, sentence: Sentence) -> bool:
        """Whether a line goes on with what the line above left at a semicolon: parts of a total, or a comparison."""
        if self._stopped or _ITEM.match(self.text, sentence.start):
            return False
        state = self.state
        among = state.inherited is not None and state.parts > 0
        return among or (state.head is not None and self.text[sentence.start] in "比较与同")

    def _mark(self, start: int) -> str | None:
        """The style of the list mark that a line opens with: 1、 for 2、 too."""
        if self.text[start] not in _OPENS and not self.text[start].isdigit():
            return None
        found = _ITEM.match(self.text, start)
        return _NUMBER.sub("1", found[0]) if found else None

    def _bare(self, sentence: Sentence) -> int:
        """The length of a sentence without the pipe that closes a cell."""
        start, end = sentence.start, sentence.end
        return len(self.text[start:end].rstrip(" |")) if self.text[end - 1] == "|" else end - start

    def _enter(self, sentence: Sentence) -> None:
        """A new section: what was announced above no longer holds."""
        state = self.state
        if sentence.section != state.section:
            state.section = sentence.section
            state.lists = state.as_of = state.head = None
            if sentence.section is None or self.sections[sentence.section].start != self._heading:
                state.above = None
            state.fallback = self._section_subject(sentence.section)
            state.assets = sentence.section is not None and "资产" in self.sections[sentence.section].title
        if sentence.heading:
            self._heading = sentence.start
            state.above = None
            title = self.text[sentence.start : sentence.end]
            name = projects.in_heading(title)
            level = self._level_of(sentence) if name or self._project_level is not None else None
            if name:
                state.project = Subject(name, None, "项目", (sentence.start, sentence.end))
                self._project_level = level
            elif self._project_level is not None and level is not None and level <= self._project_level:
                state.project = None
                self._project_level = None

    def _level_of(self, sentence: Sentence) -> int | None:
        for section in self.sections:
            if section.start == sentence.start:
                return section.level
        return None

    def _section_subject(self, section: int | None) -> Subject | None:
        """What the titles above say the text is about, where its sentences leave it out."""
        if section is None:
            return None
        if section not in self._titles:
            self._titles[section] = self._titled(section)
        return self._titles[section]

    def _titled(self, section: int) -> Subject | None:
        named = self.words.titled(self.sections[section].title)
        return Subject(named[0], None, named[1]) if named else self._section_subject(self.sections[section].parent)

    def _project_line(self, sentence: Sentence) -> None:
        """A line whose beginning names the project of what follows."""
        start, end = sentence.start, sentence.end
        if end - start > _LONGEST_TITLE:
            end = start + _LONGEST_TITLE
        line = self.text[start:end]
        if not (self._report or "绩效" in line or "自评" in line or "名称" in line):
            return
        if colon := _COLON.search(line):
            line = line[: colon.start()]
            end = start + len(line)
            # A label ends at the first colon.
            if "名称" in line and (label := projects.in_label(self.text[start : sentence.end])):
                self.state.project = Subject(label, None, "项目", (start, sentence.end))
                return
        elif sentence.end > end:
            return
        about = "绩效" in line or "自评" in line
        if not (about or self._report) or any(type(span) in VALUES and span.end < end for span in sentence.spans):
            return
        name = projects.in_brackets(line) if self._report else None
        if name is None and about:
            name = projects.in_heading(line)
        if name:
            self.state.project = Subject(name, None, "项目", (start, sentence.end))
            section = self.state.section
            self._project_level = 1 if section is None else self.sections[section].level
        self._report = projects.is_report(line) or (self._report and name is None and sentence.heading)

    def _walk(self, sentence: Sentence) -> list[Found]:
        text, state, spans = self.text, self.state, sentence.spans
        found: list[Found] = []
        cues = self.words.find(text, sentence.start, sentence.end)
        gap: list[Mark] = []
        begin = position = sentence.start
        number, total, turn = 0, len(cues), 0
        for place, span in enumerate(spans):
            start, end = span.start, span.end
            if start < position:
                continue
            while number < total and (cue := cues[number]).start < start:
                if cue.end > start:
                    # A cue that runs into a 科目 hides a shorter one: 上年|年末结转和结余.
                    cues[number : number + 1] = self.words.find(text, cue.start, start)
                    total = len(cues)
                    continue
                kind = cue.kind
                number += 1
                if kind == "break":
                    turn = len(gap) + 1
                    state.clause_ends()
                elif kind in ACTING:
                    self.turns.act(cue, gap, begin, spans, place)
                elif kind == "change" and cue.end - cue.start == 1 and not text[cue.end].isdigit():
                    # 比上年多3万元 is a change, 增人增资 and 多渠道 are none.
                    continue
                if kind != "none":
                    gap.append(cue)
            if number < total and cues[number].start < end:
                number = self._inside(cues, number, end, sentence.end)
                total = len(cues)
            position = end
            if type(span) in VALUES:
                after = spans[place + 1] if place + 1 < len(spans) else None
                state.following = after if type(after) is Account else None
                if fact := self._value(span, gap, turn, begin, sentence.start):  # type: ignore[arg-type]
                    found.append(fact)
                gap = []
                begin, turn = end, 0
            elif type(span) is Account:
                turn = self._account(span, gap) or turn
            elif type(span) is Period:
                self._period(span, gap, start - sentence.start < 8 and not found)
        self._behind(cues[number:], gap, begin, spans)
        return found

    def _behind(self, cues: list[Mark], gap: list[Mark], begin: int, spans: Sequence[AnySpan]) -> None:
        """What the cues behind a sentence's last span change for the next sentences."""
        for cue in cues:
            if cue.kind == "break":
                self.state.clause_ends()
            elif cue.kind in ACTING:
                self.turns.act(cue, gap, begin, spans, len(spans))
            if cue.kind != "none":
                gap.append(cue)

    def _inside(self, cues: list[Mark], number: int, end: int, limit: int) -> int:
        """Pass the cues that begin inside a span ending at ``end``; the index of the first behind it."""
        straddling = cues[number]
        while number < len(cues) and cues[number].start < end:
            straddling = cues[number]
            number += 1
        if straddling.end > end:
            # A cue that begins inside a 科目 hid the one behind it: 一般公共预算支出|决算数.
            found_behind = self.words.find(self.text, end, min(straddling.end + 6, limit))
            cues[number:] = once(found_behind + cues[number:])
        return number

    def _account(self, account: Account, gap: list[Mark]) -> int:
        """Note a 科目 in the gap; where the next clause begins, if one begins behind it, else 0."""
        end = account.end
        gap.append(Mark(account.start, end, "account", self._line(account)))
        if "算" in account.text[-2:]:
            gap += self._measured(account)
        if not self.text.startswith("中", end) or not _AMID.match(self.text, end):
            return 0
        # 基本支出中医疗业务支出A: a part of it follows.
        self.turns.amid(of_account(account))
        gap.append(Mark(end, end + 1, "break", None))
        return len(gap)

    def _line(self, account: Account) -> Account:
        """``account``, or the other line that 其他 right before it makes of it (其他人员经费)."""
        other = self.text[account.start - 2 : account.start] if account.start > 1 else ""
        if other not in ("其他", "其它"):
            return account
        return msgspec.structs.replace(account, name="其他" + account.name, code=None)

    def _measured(self, account: Account) -> list[Mark]:
        """The cues that are the end of a 科目's own words: 支出预算."""
        ends = [self.words.measured.get(account.text[-size:]) for size in (3, 4, 5)]
        return [Mark(account.end, account.end, "level", said) for said in ends if said]

    def _value(self, span: Value, gap: list[Mark], turn: int, begin: int, first: int) -> Found | None:
        """The fact of ``span``, or None.

        Args:
            span: the value.
            gap: what stands between the value before and this one.
            turn: where in the gap the clause begins, after its last comma.
            begin: where the gap begins in the text.
            first: where the sentence begins in the text.
        """
        fact = self._of_value(span, gap, turn, begin, first)
        if fact is not None:
            state = self.state
            here = state.here[-1] if state.here else None
            self.notes[fact[0].start] = Note(self._announced(), here, state.project, self._lines, self._stops)
        return fact

    def _of_value(self, span: Value, gap: list[Mark], turn: int, begin: int, first: int) -> Found | None:
        state = self.state
        if turn:
            clause, start = gap[turn:], gap[turn - 1].end
        else:
            clause, start = gap, begin
        if state.queue and self.turns.deals(gap, begin, span.start, begin == first):
            return self.turns.dealt(span)
        if type(span) is Amount:
            fact = self.amounts.fact(span, Gap(gap, clause, start))
            if fact is None:
                state.pending = None
            elif state.queue:
                state.dealt = (fact[0].measure, -1 if fact[0].value < 0 else 1, fact[0].base)
        elif type(span) is Percentage:
            fact = self.rates.fact(span, Gap(gap, clause, start))
            state.pending = None
        else:
            fact = self.counts.fact(span, gap, clause, begin, first)  # type: ignore[arg-type]
            state.pending = None
        if state.brackets and fact is not None:
            state.brackets[-1].values += 1
        return fact

    def _announced(self) -> Subject | None:
        """The total that the value at hand is a part of: that of the lines of a list, or the last one announced."""
        state = self.state
        if state.inherited is None:
            return None
        if state.inherited is state.lists and state.listed is not None:
            return state.listed
        return state.totals[-1] if state.totals else None

    def _period(self, span: Period, gap: list[Mark], leading: bool) -> None:
        state = self.state
        before = self.text[max(0, span.start - 3) : span.start].rstrip()[-1:]
        ended = before in _AS_OF or self.text.startswith(("期末", "年末", "末", "底", "年底"), span.end)
        state.as_of = span.year if ended else None
        gap.append(Mark(span.start, span.end, "period", span))
        if before and before in "比较与同和由从《〔":
            return
        follow = self.text[span.end : span.end + 3]
        against = follow.startswith(("相比", "比")) and not _OTHER_YEAR.match(self.text, span.end)
        if against or follow.startswith(("年初", "起", "以来")) or (span.year - 5 > (state.year0 or span.year)):
            return
        if has_kind(gap, "reason"):
            return
        if state.year0 is None or span.year <= state.year0 + 1:
            state.year = span.year
            # 对2021年查处的… says the year of this clause alone.
            state.attributive = before in _ATTRIBUTIVE
            if leading and not state.attributive:
                state.line_year = span.year

    def _carrier(self, sentence: Sentence) -> None:
        """A line or heading that says only a 科目 gives it to the text below."""
        for span in reversed(sentence.spans):
            if type(span) is Account:
                break
        else:
            return
        besides = sentence.end - sentence.start - (span.end - span.start)
        if besides > 24:
            return
        said = self.text[sentence.start : span.start] + self.text[span.end : sentence.end]
        if besides <= 6 or len(_SIGNS.sub("", said)) <= 6:
            self.state.above = self.state.last = of_account(span)
