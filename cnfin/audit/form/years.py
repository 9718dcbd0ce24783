"""``year``: a heading, a table or a sentence of another year where the document's is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cnfin.audit.form.page import Page, Words, finding
from cnfin.document import Finding, Sentence, Severity

#: Years further off are history or a plan, not a slip of last year's file.
_NEAR = 3
_DAY = re.compile(r"截[至止到]\s*(?P<year>20\d\d)年12月31日")
#: 2023年度…与2022年度相比: a sentence that compares another year with the one before it as this one's.
_COMPARED = re.compile(
    r"(?P<year>20\d\d)年度?(?!初|末)[^。；\n]{0,80}?[与同比较](?P<last>20\d\d)年度?[^。；\n]{0,20}?(?:相比|增加|减少|增长|下降)"
)


@lru_cache(maxsize=8)
def _titled(words: Words) -> re.Pattern[str]:
    """2023年度部门决算情况说明, 2023年单位预算表: whose year a heading or a title gives."""
    return re.compile(rf"(?P<year>20\d\d)年度?(?:[\u4e00-\u9fff]{{0,12}}?)(?:{words.any('now')})")


def find(page: Page) -> Iterator[Finding]:
    """The places of another year."""
    year = page.document.identity.year
    if year is None:
        return
    yield from _headings(page, year)
    yield from _tables(page, year)
    if page.document.identity.kind == "决算":
        yield from _held(page, year)
        yield from _compared(page, year)


def _headings(page: Page, year: int) -> Iterator[Finding]:
    found = []
    for sentence in page.document.sentences:
        match = _titled(page.words).search(page.said(sentence)) if sentence.heading else None
        if match and match.end() and (page.document.identity.kind or "") in match[0]:
            found.append((sentence, match, int(match["year"])))
    # Of a report over several years, or one whose own year is in doubt, no heading is a slip.
    own = sum(stated == year for _, _, stated in found)
    others = [each for each in found if _slip(page, each[0], each[2], year)]
    if len(others) > max(own, 1):
        return
    for sentence, match, stated in others:
        start = sentence.start + match.start("year")
        yield _found(start, start + 4, stated, year, "标题")


def _slip(page: Page, sentence: Sentence, stated: int, year: int) -> bool:
    near = stated != year and abs(stated - year) <= _NEAR
    return near and not page.words.pattern("before").search(page.said(sentence))


def _tables(page: Page, year: int) -> Iterator[Finding]:
    """Titles of tables that are no headings of their own."""
    headings = {sentence.start for sentence in page.document.sentences if sentence.heading}
    titles = {table.title for table in page.document.tables if table.title}
    for sentence in page.document.sentences:
        said = page.said(sentence)
        if sentence.start in headings or said not in titles:
            continue
        match = _titled(page.words).search(said)
        if match and _slip(page, sentence, int(match["year"]), year):
            start = sentence.start + match.start("year")
            yield _found(start, start + 4, int(match["year"]), year, "表题")


def _held(page: Page, year: int) -> Iterator[Finding]:
    """截至2023年12月31日，共有车辆 …: what is held is told for the end of the document's year."""
    for match, sentence in page.matches(_DAY):
        stated = int(match["year"])
        after = page.text[match.end() : sentence.end]
        if year - _NEAR <= stated < year and page.prose(sentence) and page.words.pattern("holding").search(after):
            told = f"{year}年" in page.line(match.start())
            if not told and not page.words.pattern("before").search(page.said(sentence)):
                yield _found(match.start("year"), match.end("year"), stated, year, "日期")


def _compared(page: Page, year: int) -> Iterator[Finding]:
    for match, sentence in page.matches(_COMPARED):
        stated, last = int(match["year"]), int(match["last"])
        own = str(year) in page.said(sentence)
        if stated != year and abs(stated - year) <= _NEAR and last == stated - 1 and page.prose(sentence) and not own:
            figures = any(fact.measure == "决算数" and fact.year == stated for fact in sentence.facts)
            if figures and any(fact.measure in ("增减额", "增减率") for fact in sentence.facts):
                yield _found(match.start("year"), match.end("year"), stated, year, "句中")


def _found(start: int, end: int, stated: int, year: int, where: str) -> Finding:
    severity: Severity = "warning" if where == "句中" else "error"
    return finding("year", start, end, f"{where}写作{stated}年，本文件为{year}年度", severity)
