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
from cnfin.marks import LOOSE

_VALUES = (Amount, Percentage, Count)
_COLON = re.compile("[：:]")
_PROJECT_ENDS = ("项目。", "项目：", "项目:")
_PROJECT = re.compile(rf"\s*(?:{LOOSE}+)?\s*([\u4e00-\u9fff“”]{{3,30}}?)项目[。：:]")
_LABEL = re.compile(
    rf"\s*(?:{LOOSE}+)?\s*(?![^：:]{{0,24}}(?:绩效|资产|自评|目标|评价))"
    r"([\u4e00-\u9fff“”（）\d]{3,30}?)(?:方面|情况)(?:的?说明)?(?:如下|为)?[：:]"
)
_TAIL = re.compile(
    r"(?:的|支出|收入|财政拨款|[决预]算|安排|执行|使用|开支|增减|变动|变化|完成|总体|具体|分项|资金|管理)$"
)
#: 对 stands among the first so many characters of _REVIEWED.
_REVIEWED_BEFORE = 13
_REVIEWED = re.compile(
    r"[^。，；：:\n]{0,12}对(?![^，。]{0,3}(?:全部|所有|各|本|上述|以上|部分|重点|一般|纳入|部门|单位|整体))"
    r"([“\"]?[\u4e00-\u9fff]{4,24}?[”\"]?(?:项目|专项|经费|资金|工程)[”\"]?)"
    r"(?:进行|开展|实施)了?(?:部门|单位)?(?:绩效|重点)?(?:自评|评价)"
)
_LONGEST_NAME = 24
#: The title of an evaluation report, near the document's beginning.
_EVALUATION = re.compile(r"(?:自评|自查|绩效(?:评价|报告|情况|分析))[^，。；]{0,12}$")
_BEGINNING = 200
#: What heads what is to be reached, not what was.
_AIMS = re.compile(r"(?:目标|计划任务|年度任务)(?:设定|设置|内容|申报)?(?:情况)?(?:为|是|如下)?[。：:]?\s*$")
_CHAPTER = re.compile(r"\s*[一二三四五六七八九十]{1,3}、")
_GAINS = re.compile("绩效情况|效益|成效|效果|满意")
#: Headings over what a project is to have, and over what it spent and brought.
_PLANNED = re.compile("概况|概述|基本情况|立项|安排|投入|来源|预算|下达|计划|规模|申报|批复|落实")
_SPENT = re.compile("使用|支出|执行|支付|完成|效益|产出|绩效|成效|拨付|分配|管理")
#: A longer line is no title.
_LONGEST_TITLE = 70


def is_aim(title: str) -> bool:
    """Whether a heading says that what follows is to be reached."""
    return _AIMS.search(title) is not None


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
        title = section.title
        about = carried.Section(number, self._fallback(number), "资产" in title)
        if self.frames.evaluation:
            about.plans, about.aims = self._plans(number), is_aim(title)
            about.gains = "资金" not in title and _GAINS.search(title) is not None
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

    def _plans(self, number: int | None) -> bool:
        """Whether the nearest heading that says so speaks of what projects are to have, not of what they spent."""
        while number is not None:
            title = self.sections[number].title
            if _SPENT.search(title):
                return False
            if _PLANNED.search(title):
                return True
            number = self.sections[number].parent
        return False

    def _read_heading(self, sentence: Sentence) -> None:
        frames = self.frames
        self._heading = sentence.start
        frames.headed()
        level = self._levels.get(sentence.start)
        title = self.text[sentence.start : sentence.end]
        if name := projects.in_heading(title, frames.unit) or projects.as_heading(title.strip()):
            frames.names_project(Subject(name, None, "项目", (sentence.start, sentence.end)))
            self._project_level = level
        elif self._ends_project(title, level):
            frames.names_project(None)
            self._project_level = None

    def _ends_project(self, title: str, level: int | None) -> bool:
        """Whether a heading ends what a heading above, or a line with the project's number, began."""
        if self._project_level is None or level is None:
            return False
        return level <= self._project_level or (self._project_level == 0 and _CHAPTER.match(title) is not None)

    def line(self, sentence: Sentence) -> None:
        """A line whose beginning names the project of what follows."""
        start, end = sentence.start, min(sentence.end, sentence.start + _LONGEST_TITLE)
        line = self.text[start:end]
        about = "绩效" in line or "自评" in line
        first = about and start < _BEGINNING and self.frames.evaluation is None
        if first and "绩效" in line and _EVALUATION.search(line):
            self.frames.evaluates("整体" not in line and projects.is_funded(line))
        if self.frames.evaluation and (name := projects.numbered(line)):
            self.frames.names_project(Subject(name, None, "项目", (start, end)))
            self._project_level = 0
            return
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

    def opens(self, sentence: Sentence) -> None:
        """A sentence of an evaluation that opens with a project's name is an item of a list of projects."""
        start, end = sentence.start, sentence.end
        if self.frames.evaluation is None:
            return
        name = projects.as_item(self.text, start, end)
        if name is None and self.frames.project is None:
            name = projects.as_marked(self.text, start, end)
        label = projects.as_label(self.text, start, end) if name is None and self.frames.project else None
        if label:
            self.frames.speaks_of(Subject(label, None, None, (start, start + 1)))
        if name and name not in self.words.readings:
            self.frames.opens_with(Subject(name, None, "项目", (start, start + 1)))

    def label(self, sentence: Sentence) -> int:
        """公务接待费支出情况：A: a label before the colon says what the sentence is about, as a heading does.

        So does the project that a sentence says was reviewed: 对苗木补助项目开展绩效自评，项目预算A.

        Returns:
            Where the label ends, or the sentence begins.
        """
        text, start, end = self.text, sentence.start, sentence.end
        # Few sentences have 对 near their beginning, or a colon.
        said = text.find("对", start, min(end, start + _REVIEWED_BEFORE)) >= 0
        if said and (reviewed := _REVIEWED.match(text, start, end)):
            name = projects.unquoted(reviewed[1]).removesuffix("项目")
            self.frames.speaks_of(Subject(name, None, "项目", reviewed.span(1)))
            return start
        colon = text.find("：", start, end) >= 0 or text.find(":", start, end) >= 0
        found = _LABEL.match(text, start, end) if colon else None
        if found is None or any(type(span) in _VALUES and span.start < found.end() for span in sentence.spans):
            return start
        named = self._labelled(found[1], found.start(1))
        if named is None:
            return start
        self.frames.speaks_of(named)
        return found.end()

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
            start, end = sentence.start, sentence.end
            name = projects.before_money(self.text, start, end) if self.frames.evaluation else None
            if name and name not in self.words.readings:
                self.frames.carries(Subject(name, None, "项目", (start, end)))
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
            name = projects.in_heading(line, self.frames.unit)
        if name:
            self.frames.names_project(Subject(name, None, "项目", (sentence.start, sentence.end)))
            section = self.frames.section.number
            self._project_level = 1 if section is None else self.sections[section].level
        self._report = projects.is_report(line) or (self._report and name is None and sentence.heading)
