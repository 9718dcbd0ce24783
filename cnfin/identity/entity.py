"""Whether the disclosing body is a department by itself (部门) or a unit that belongs to one (单位)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from cnfin.document import Entity
from cnfin.identity.page import LONGEST_TITLE, Page
from cnfin.identity.words import words_of
from cnfin.lexicon import Lexicon

_OWN = re.compile(r"[（(](?:机关)?本级[）)]|(?:机关|部门)?本级(?=20|二|部门|单位|[预决]算|$)")
_WHOLE = re.compile(r"[（(](?:部门)?汇总[）)]")
_PROJECT = re.compile(
    r"项目名称|项目.{0,12}(?:绩效|自评|评价)|(?:绩效|自评).{0,4}项目|(?:资金|经费|专项).{0,8}(?:绩效|自评|评价)"
)
_PATH = re.compile(r"[>＞›»，。；]")


class Entities:
    """Tells departments from their units; see :class:`cnfin.document.Identity`."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = words_of(lexicon)

    @cached_property
    def _either(self) -> re.Pattern[str]:
        return re.compile(self._words.any("either_entity"))

    @cached_property
    def _department(self) -> re.Pattern[str]:
        return re.compile(self._words.any("as_department"))

    @cached_property
    def _unit(self) -> re.Pattern[str]:
        return re.compile(self._words.any("as_unit"))

    @cached_property
    def _belongs(self) -> re.Pattern[str]:
        """是某县农业农村局下属事业单位, 隶属于县教育局; 县政府直属 is a department by itself."""
        above = rf"[\u4e00-\u9fff]{{1,16}}{self._words.any('department')}"
        belongs = self._words.any("belongs")
        # The look-behinds stand after the first character, so that the search can skip to it.
        return re.compile(
            rf"[是为系属隶归](?:(?<=[是为系属])(?:一[个所家])?{above}(?:的)?{belongs}(?:的)?[^，。；\n]{{0,24}}?"
            rf"(?:单位|机构|学校|医院|[校院站所园馆队])|(?:(?<=隶)属|(?<=归)口)于?{above})"
        )

    @cached_property
    def _member(self) -> re.Pattern[str]:
        return re.compile(rf"{self._words.any('member')}(?:（[^）]*）)?$")

    def of(self, page: Page, unit: str | None) -> Entity | None:
        """部门, 单位, or None for a report on one project and where nothing tells."""
        titles = list(self._titles(page))
        said = self._titled(titles)
        if said is None and any(_PROJECT.search(line) and "整体" not in line for line in titles):
            return None
        if said != "单位" and self._belongs_to(page, unit):
            return "单位"
        if said is None and unit and self._member.search(unit):
            return "单位"
        return said or self._spoken(page)

    def _titles(self, page: Page) -> Iterator[str]:
        for line in page.cells:
            if len(line) <= LONGEST_TITLE and not _PATH.search(line):
                yield line

    def _titled(self, titles: list[str]) -> Entity | None:
        """What the first title that tells says."""
        for line in titles:
            if _OWN.search(line):
                return "单位"
            if _WHOLE.search(line):
                return "部门"
            line = self._either.sub("", line)
            unit, department = self._unit.search(line), self._department.search(line)
            if bool(unit) != bool(department):
                return "单位" if unit else "部门"
        return None

    def _belongs_to(self, page: Page, unit: str | None) -> bool:
        """Whether a sentence on the unit itself says whom it belongs to."""
        for match in self._belongs.finditer(page.text):
            start = max(page.text.rfind(stop, 0, match.start()) for stop in "。；\n") + 1
            subject = page.text[start : match.start()]
            if "政府" not in match[0] and self._is_own(subject, unit):
                return True
        return False

    def _is_own(self, subject: str, unit: str | None) -> bool:
        if unit and (unit in subject or unit[-4:] in subject):
            return True
        return re.match(rf"[^\u4e00-\u9fff]*(?:{self._words.any('self')}|$)", subject) is not None

    def _spoken(self, page: Page) -> Entity | None:
        """What the headings and sentences of the text say most often."""
        text = self._either.sub("", page.text)
        department, unit = len(self._department.findall(text)), len(self._unit.findall(text))
        if department == unit:
            return None
        return "部门" if department > unit else "单位"
