"""The fiscal year of a document, and whether it is of a budget or of final accounts."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from pathlib import PurePath

from cnfin.document import Kind
from cnfin.identity.page import LONGEST_TITLE, YEAR, Page, year_number
from cnfin.identity.words import words_of
from cnfin.lexicon import Lexicon

# A year in a title counts as three sentences that state figures: three of them correct a title that lies.
_TITLE_WEIGHT = 3
#: A page is of final accounts where their words are at least half as many as those of budgets: every
#: page of final accounts also speaks of the budget that was carried out, no budget of 决算 as often.
_FINAL_SHARE = 2

_SENTENCE = re.compile(r"[，。；,;%]")
_NO_TITLE = re.compile(r"[，。；,;%>]")
_KIND = re.compile(r"决算|预算|绩效|自评|三公")
_TITLE_YEAR = re.compile(rf"({YEAR})\s?年(?!\s?\d{{1,2}}\s?月)")
# 2021部门决算, 部门预算公开（2024）, and the months of a whole year: 2022年1月—12月.
_BARE_YEAR = re.compile(
    r"(?<!\d)(20[0-4]\d)(?=\s?(?:年1月(?:1日)?\s?[-—–~至到]|部门|单位|[预决]算|[“\"]?三公|财政拨款|整体支出|项目支出))"
    r"|(?:[预决]算|公开|自评|绩效|三公)[^\n，。；]{0,8}（(20[0-4]\d)）"
)
_NAME_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_MONEY = r"\d[\d.,，]*\s?[亿万千百]*元"
_MONEY_TABLE = r"单\s?位\s?[：:]\s?(?:人民币)?[万亿]?元"


class Period:
    """Finds the year and the kind of a page."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = words_of(lexicon)

    @cached_property
    def _year_of_figures(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?P<year>{YEAR})\s?年度?(?!{self._words.any('lacks')})"
            rf"(?=[^，。；\n]{{0,16}}?{self._words.any('year_of')})"
        )

    @cached_property
    def _any_year(self) -> re.Pattern[str]:
        return re.compile(rf"(?P<year>{YEAR})\s?年(?!\s?\d{{1,2}}\s?月)(?!度?{self._words.any('lacks')})")

    @cached_property
    def _compared(self) -> re.Pattern[str]:
        """Before a year that figures are compared with, or at the end of a stretch of years."""
        return re.compile(rf"{self._words.any('compared')}\s?$")

    @cached_property
    def _planned(self) -> re.Pattern[str]:
        """Behind a year of which only plans are made."""
        return re.compile(rf"年度?[^，。；\n]{{0,10}}?{self._words.any('planned')}")

    def year(self, page: Page, unit: str | None = None, *names: str) -> int | None:
        """The year of the figures that ``page`` has of ``unit``; else of the first of its files' ``names`` with one."""
        titles = [line for line in page.lines if self._is_title(line)]
        # Where a title names the unit, those of the site's columns do not count.
        titles = [line for line in titles if unit is not None and unit in line] or titles
        votes: Counter[int] = Counter()
        for line in titles:
            for match in _TITLE_YEAR.finditer(line):
                votes[year_number(match[1])] += _TITLE_WEIGHT
        votes += self._own_years(page, self._year_of_figures)
        votes = votes or self._own_years(page, self._any_year)
        if not votes:
            votes = Counter(year_number(match[1]) for match in _TITLE_YEAR.finditer(page.text))
        votes = votes or Counter(year_number(match[1] or match[2]) for match in _BARE_YEAR.finditer(page.start))
        for name in names:
            votes = votes or Counter(int(year) for year in _NAME_YEAR.findall(PurePath(name).name))
        return max(votes, key=lambda year: (votes[year], year), default=None)

    @staticmethod
    def _is_title(line: str) -> bool:
        kind = len(line) <= LONGEST_TITLE and _KIND.search(line)
        return bool(kind) and not _SENTENCE.search(line) and _TITLE_YEAR.search(line) is not None

    def _own_years(self, page: Page, pattern: re.Pattern[str]) -> Counter[int]:
        """Years that the text states something of, and neither compares with nor plans for."""
        votes: Counter[int] = Counter()
        for match in pattern.finditer(page.text):
            start = match.start()
            if not self._compared.search(page.text, max(0, start - 3), start) and not self._plans(page.text, match):
                votes[year_number(match["year"])] += 1
        return votes

    def _plans(self, text: str, match: re.Match[str]) -> bool:
        return self._planned.match(text, match.end("year")) is not None

    @cached_property
    def _either_kind(self) -> re.Pattern[str]:
        """Names of lines and columns that say 预算 in final accounts, too."""
        return re.compile(self._words.any("kind_none"))

    @cached_property
    def _evaluates(self) -> re.Pattern[str]:
        return re.compile(self._words.any("evaluates"))

    @cached_property
    def _spent_title(self) -> re.Pattern[str]:
        return re.compile(self._words.any("spent"))

    @cached_property
    def _final(self) -> re.Pattern[str]:
        return re.compile("|".join((*map(re.escape, self._words.of("final")), "完成[^，。]{0,6}预算")))

    @cached_property
    def _budget(self) -> re.Pattern[str]:
        before = "".join(f"(?<!{word}预算)" for word in self._words.of("no_budget_before"))
        return re.compile(rf"预算{before}(?!{self._words.any('no_budget_after')})")

    @cached_property
    def _funded(self) -> re.Pattern[str]:
        return re.compile(self._words.any("funded"))

    @cached_property
    def _articles(self) -> re.Pattern[str]:
        return re.compile(rf"^[^\S\n]*{self._words.any('law')}", re.MULTILINE)

    @cached_property
    def _account(self) -> re.Pattern[str]:
        """A sum of money in accounts, or the head of a table of such."""
        return re.compile(rf"{self._words.any('account')}[^，。；\n]{{0,24}}{_MONEY}|{_MONEY_TABLE}")

    def kind(self, page: Page) -> Kind | None:
        """预算 or 决算; None for a page that discloses neither."""
        if self._is_law(page):
            return None
        return self._titled_kind(page) or self._kind_of_text(page)

    def _is_law(self, page: Page) -> bool:
        """The articles of a law or a rule, one after another."""
        articles = self._words.of("law")
        if not all(article in page.text for article in articles):
            return False
        return len({match[0].strip() for match in self._articles.finditer(page.text)}) == len(articles)

    def _titled_kind(self, page: Page) -> Kind | None:
        for line in page.cells:
            if len(line) > LONGEST_TITLE or _NO_TITLE.search(line):
                continue
            line = self._either_kind.sub("", line)
            if self._evaluates.search(line) or (self._spent_title.search(line) and "预算" not in line):
                return "决算"
            if ("决算" in line) != ("预算" in line):
                return "决算" if "决算" in line else "预算"
        return None

    def _kind_of_text(self, page: Page) -> Kind | None:
        text = page.text
        final = len(self._final.findall(text))
        budget = len(self._budget.findall(text))
        stated = self._account.search(text) is not None
        if final or budget:
            if not stated and not self._tells(page):
                return None
            return "决算" if final * _FINAL_SHARE >= budget else "预算"
        if not stated:
            return None
        return "预算" if self._funded.search(text) else "决算"

    def _tells(self, page: Page) -> bool:
        """Whether a page without sums says of what year it gives an account."""
        return self._evaluates.search(page.text) is not None or _TITLE_YEAR.search(page.text) is not None
