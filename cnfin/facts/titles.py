"""Headings and titles: what they say the text below is about, and the project that they name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnfin.document import Amount, Count, Percentage, Section, Sentence
from cnfin.facts import frames as carried
from cnfin.facts import projects
from cnfin.facts.found import Subject
from cnfin.facts.frames import Frames
from cnfin.facts.words import Words

_VALUES = (Amount, Percentage, Count)
_COLON = re.compile("[：:]")
_PROJECT_ENDS = ("项目。", "项目：", "项目:")
_PROJECT = re.compile(r"\s*(?:[（(]?[\d一二三四五六七八九十]{1,3}[)）、.．]+)?\s*([\u4e00-\u9fff“”]{3,30}?)项目[。：:]")
_LABEL = re.compile(
    r"\s*(?:[（(]?[\d一二三四五六七八九十]{1,3}[)）、.．]+)?\s*(?![^：:]{0,24}(?:绩效|资产|自评|目标|评价))"
    r"([\u4e00-\u9fff“”（）\d]{3,30}?)(?:方面|情况)(?:的?说明)?(?:如下|为)?[：:]"
)
_TAIL = re.compile(
    r"(?:的|支出|收入|财政拨款|[决预]算|安排|执行|使用|开支|增减|变动|变化|完成|总体|具体|分项|资金|管理)$"
)
_LONGEST_NAME = 24
#: The title of an evaluation report, near the document's beginning.
_EVALUATION = re.compile(r"(?:自评|自查|绩效(?:评价|报告|情况|分析))[^，。；]{0,12}$")
_BEGINNING = 200
#: A longer line is no title.
_LONGEST_TITLE = 70


class Titles:
    """Reads headings, and lines whose beginning names a project, and tells the frames."""

    def __init__(self, text: str, sections: Sequence[Section], words: Words, frames: Frames) -> None:
        self.text = text
        self.sections = sections
        self.words = words
        self.frames = frames
        self._levels = {section.start: section.level for section in sections}
        self._about: dict[int, Subject | None] = {}
        self._report = False
        self._project_level: int | None = None
        self._heading = -1

    def heading(self, sentence: Sentence) -> None:
        """Take note of a heading, or of a new section."""
        if sentence.section != self.frames.section.number:
            self._section(sentence.section)
        if sentence.heading:
            self._read_heading(sentence)

    def _section(self, number: int | None) -> None:
        """A new section: what was announced above no longer holds."""
        if number is None:
            self.frames.new_section(carried.Section(), False)
            return
        section = self.sections[number]
        about = carried.Section(number, self._fallback(number), "资产" in section.title)
        self.frames.new_section(about, section.start == self._heading)

    def _fallback(self, section: int | None) -> Subject | None:
        """What the titles above say the text is about, where its sentences leave it out."""
        if section is None:
            return None
        if section not in self._about:
            named = self.words.titled(self.sections[section].title)
            above = self.sections[section].parent
            self._about[section] = Subject(named[0], None, named[1]) if named else self._fallback(above)
        return self._about[section]

    def _read_heading(self, sentence: Sentence) -> None:
        frames = self.frames
        self._heading = sentence.start
        frames.headed()
        level = self._levels.get(sentence.start)
        title = self.text[sentence.start : sentence.end]
        if name := projects.in_heading(title) or projects.as_heading(title.strip()):
            frames.names_project(Subject(name, None, "项目", (sentence.start, sentence.end)))
            self._project_level = level
        elif self._project_level is not None and level is not None and level <= self._project_level:
            frames.names_project(None)
            self._project_level = None

    def line(self, sentence: Sentence) -> None:
        """A line whose beginning names the project of what follows."""
        start, end = sentence.start, min(sentence.end, sentence.start + _LONGEST_TITLE)
        line = self.text[start:end]
        about = "绩效" in line or "自评" in line
        if about and start < _BEGINNING and "绩效" in line and _EVALUATION.search(line):
            self.frames.evaluates()
        if not (self._report or about or "名称" in line):
            return
        colon = _COLON.search(line)
        if colon is None and sentence.end > end:
            return
        line = line[: colon.start()] if colon else line
        # A label ends at the first colon.
        whole = self.text[start : sentence.end]
        if colon and "名称" in line and (label := projects.in_label(whole)):
            self.frames.names_project(Subject(label, None, "项目", (start, sentence.end)))
        else:
            self._titled(line, sentence)

    def label(self, sentence: Sentence) -> None:
        """公务接待费支出情况：A: a label before the colon says what the sentence is about, as a heading does."""
        found = _LABEL.match(self.text, sentence.start, sentence.end)
        if found is None or any(type(span) in _VALUES and span.start < found.end() for span in sentence.spans):
            return
        if named := self._labelled(found[1], found.start(1)):
            self.frames.speaks_of(named)

    def _labelled(self, label: str, start: int) -> Subject | None:
        """The line that a label ends with, or that a title like it is about."""
        bare = label
        while True:
            for size in range(min(len(bare), _LONGEST_NAME), 2, -1):
                if known := self.words.readings.get(bare[-size:]):
                    # As a label 公务接待费 is an item of 三公经费.
                    best = min(known, key=lambda reading: reading.scheme != "三公经费")
                    return Subject(best.name, best.code or None, best.scheme, (start, start + len(bare)))
            shorter = _TAIL.sub("", bare)
            if shorter == bare:
                break
            bare = shorter
        named = self.words.titled(label)
        return Subject(named[0], None, named[1], (start, start + len(label))) if named else None

    def names_project(self, sentence: Sentence) -> None:
        """A sentence that is nothing but a project's name gives it to the text behind it."""
        if not self.text.endswith(_PROJECT_ENDS, sentence.start, sentence.end):
            return
        if match := _PROJECT.fullmatch(self.text, sentence.start, sentence.end):
            place = (sentence.start, sentence.end)
            self.frames.carries(Subject(projects.unquoted(match[1]), None, "项目", place))

    def _titled(self, line: str, sentence: Sentence) -> None:
        """A title of a report or a review, in which no value stands."""
        about = "绩效" in line or "自评" in line
        end = sentence.start + len(line)
        if not (about or self._report) or any(type(span) in _VALUES and span.end < end for span in sentence.spans):
            return
        name = projects.in_brackets(line) if self._report else None
        if name is None and about:
            name = projects.in_heading(line)
        if name:
            self.frames.names_project(Subject(name, None, "项目", (sentence.start, sentence.end)))
            section = self.frames.section.number
            self._project_level = 1 if section is None else self.sections[section].level
        self._report = projects.is_report(line) or (self._report and name is None and sentence.heading)
