"""``line``: a line that does not fit the tables: one that no table has, a 款 that does not hold its 项, one that was
listed as spent and has no money."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from cnfin.audit.form.page import Page, finding
from cnfin.audit.structure import SUMS
from cnfin.document import Account, Fact, Finding, Sentence
from cnfin.lexicon import key

#: Tables with fewer coded lines may be excerpts.
_FEWEST = 3
_CHAIN = re.compile(
    r"(?P<top>[\u4e00-\u9fff、（）()]{2,30}?)\s*[（(]类[)）][、，\-—－\s]*(?P<mid>[\u4e00-\u9fff、（）()]{2,30}?)\s*[（(]款[)）]"
)
_DEEPEST, _MIDDLE, _TOP = 7, 5, 3
_OF_TABLES = frozenset(SUMS)


def find(page: Page) -> Iterator[Finding]:
    """The lines that do not fit."""
    yield from _chains(page)
    yield from _unknown(page)
    yield from _unspent(page)


def _chains(page: Page) -> Iterator[Finding]:
    """教育支出（类）普通教育（款）行政单位医疗（项）: the last name with its code is of another 款."""
    for sentence in page.document.sentences:
        for span in sentence.spans:
            if isinstance(span, Account) and span.scheme == "功能分类":
                found = _CHAIN.search(span.text)
                if found and not _holds(page, found, span):
                    note = f"{found['mid']}（款）不含{span.name}（项）"
                    yield finding("line", span.start, span.end, note, "warning")


def _holds(page: Page, chain: re.Match[str], span: Account) -> bool:
    """Whether some code of the 项 lies under one of the 款's; house style that repeats the 类 as 款 is let pass."""
    year, deepest = page.document.identity.year, span.text.rpartition("款")[2]
    if key(chain["top"]) == key(chain["mid"]) or "项" not in deepest:
        return True
    above = {code for code in page.lexicon.functional_codes(chain["mid"], None) if len(code) == _MIDDLE}
    below = {code for code in page.lexicon.functional_codes(span.name, None) if len(code) == _DEEPEST}
    tops = {code for code in page.lexicon.functional_codes(chain["top"], year) if len(code) == _TOP}
    known = above and below and tops
    return not known or any(code[:_MIDDLE] in above for code in below)


def _sums(page: Page) -> tuple[list[tuple[Sentence, Fact]], list[tuple[Sentence, Fact]]]:
    """The coded sums of the document's own year, in tables and in running text."""
    inside: list[tuple[Sentence, Fact]] = []
    outside: list[tuple[Sentence, Fact]] = []
    for sentence in page.document.sentences:
        for fact in sentence.facts:
            if fact.code and fact.measure in _OF_TABLES and fact.year == page.document.identity.year:
                (outside if page.prose(sentence) else inside).append((sentence, fact))
    return inside, outside


def _unknown(page: Page) -> Iterator[Finding]:
    """A functional line with money in the text that no row of the tables has, where they give all lines."""
    inside, outside = _sums(page)
    rows = [fact for _, fact in inside if fact.scheme == "功能分类" and fact.code and len(fact.code) == _DEEPEST]
    codes, names = {fact.code for fact in rows}, {key(fact.subject or "") for fact in rows}
    if len(codes) < _FEWEST or not _whole(page):
        return
    told = set()
    for sentence, fact in outside:
        if fact.scheme != "功能分类" or len(fact.code or "") != _DEEPEST or not fact.value or fact.owner:
            continue
        if fact.code not in codes and key(fact.subject or "") not in names and fact.code not in told:
            span = _named(sentence, fact)
            if span is not None:
                told.add(fact.code)
                note = f"{fact.subject}（{fact.code}）不在各表所列科目之中"
                yield finding("line", span.start, span.end, note, "warning")


def _whole(page: Page) -> bool:
    """Whether a table by function closes with the total of its 类: then no line is left out."""
    for table in page.document.tables:
        start, end = table.rows[0][0].start, table.rows[-1][-1].end
        facts = [
            fact for sentence in page.within(start, end)
            for fact in sentence.facts if fact.measure in _OF_TABLES and fact.unit == "万元"
        ]  # fmt: skip
        tops = {fact.code: fact.value for fact in reversed(facts) if fact.code and len(fact.code) == _TOP}
        totals = {fact.value for fact in facts if not fact.code}
        if len(tops) > 1 and any(len(fact.code or "") == _DEEPEST for fact in facts) and sum(tops.values()) in totals:
            return True
    return False


def _named(sentence: Sentence, fact: Fact) -> Account | None:
    """The mention that a fact's line has in its own sentence."""
    spans = (span for span in sentence.spans if isinstance(span, Account) and span.name == fact.subject)
    return next((span for span in spans if span.end <= fact.start), None)


def _unspent(page: Page) -> Iterator[Finding]:
    """人员经费，主要包括：基本工资、奖金 …: items of the list whose cells in the table are 0 or blank."""
    cells = _cells(page)
    if len(cells) < _FEWEST:
        return
    for sentence in page.document.sentences:
        accounts = [span for span in sentence.spans if isinstance(span, Account)]
        listed = [span for span in accounts if span.scheme == "经济分类" and span.code]
        valued = any(fact.scheme == "经济分类" and fact.unit == "万元" for fact in sentence.facts)
        if len(listed) < _FEWEST or valued or not page.prose(sentence):
            continue
        if not page.words.pattern("spent").search(page.text, sentence.start, listed[0].start):
            continue
        empty = [span for span in listed if cells.get(span.code or "") == 0]
        if empty:
            names = "、".join(dict.fromkeys(span.text for span in empty))
            yield finding("line", empty[0].start, empty[0].end, f"列为支出内容，表中却为0或空白：{names}", "warning")


def _cells(page: Page) -> dict[str, int]:
    """Economic code → 1 where some table has money for it, 0 where its rows are there and have none."""
    found: dict[str, int] = defaultdict(int)
    for table in page.document.tables:
        for row in table.rows:
            for place, cell in enumerate(row):
                code = cell.text.strip()
                if len(code) == _MIDDLE and code.isdecimal() and code in page.economic:
                    rest = row[place + 1 :]
                    texts = [other.text.strip() for other in rest]
                    stop = next((at for at, text in enumerate(texts) if text in page.economic), len(texts))
                    found[code] |= any(re.search(r"[1-9]", text) for text in texts[1:stop])
    return found
