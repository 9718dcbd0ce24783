# ruff: noqa: E501
"""Builds tagged documents from a short notation, so that the audit's tests need no tagger.

``# 标题`` is a heading (more ``#``, deeper). ``{12.5万元 公务接待费 决算数 year=2019}`` is a value with its fact: the
text, the subject, the measure, then ``year=``, ``base=``, ``code=``, ``scheme=``, ``funds=``, ``division=``,
``owner=``, ``-`` for a fall and ``~`` for an approximate figure. Without ``funds=`` the money is that of the name,
else that of the total that the line announced, else that of the heading. A subject's name before its value is a mention of it; ``<收入总计>`` is one elsewhere, and
``<工程=政府采购工程支出>`` one by another name.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

from cnfin.document import (
    Account,
    Amount,
    AnySpan,
    Count,
    Document,
    Fact,
    Identity,
    Kind,
    Percentage,
    Section,
    Sentence,
)  # fmt: skip
from cnfin.facts.dimensions import lines_of
from cnfin.lexicon import default

_MARK = re.compile(r"\{([^{}]+)\}|<([^<>]+)>")
_END = re.compile(r"[。；]")
_NAMES = {
    "三公经费": "三公经费 公务接待费 因公出国（境）费 公务用车购置及运行维护费 公务用车购置费 公务用车运行维护费",
    "收支": "收入总计 支出总计 收支总计",
    "收入": "本年收入合计 财政拨款收入 事业收入 其他收入",
    "结转结余": "年初结转和结余 年末结转和结余",
    "其他": "机关运行经费 政府采购支出 政府采购货物支出 政府采购工程支出 政府采购服务支出",
}
_SCHEMES = {name: scheme for scheme, names in _NAMES.items() for name in names.split()}
_HEADINGS = (("政府性基金", "政府性基金"), ("国有资本", "国有资本经营"), ("一般公共预算", "一般公共预算"), ("财政拨款", "财政拨款"),
             ("收支", "全部"), ("支出决算", "全部"), ("收入决算", "全部"))  # fmt: skip
_SCALES = {"亿元": 4, "万元": 0, "元": -4}


def build(marked: str, *, year: int | None = 2021, kind: Kind = "决算") -> Document:
    """The document that ``marked`` describes; subjects not known otherwise are of the scheme 支出."""
    text = ""
    spans: list[AnySpan] = []
    facts: list[Fact] = []
    sections: list[Section] = []
    open_: list[int] = []
    sentences: list[Sentence] = []
    for line in marked.strip().split("\n"):
        hashes, title = re.match(r"(#*)\s*(.*)", line).groups()  # type: ignore[union-attr]
        start, position = len(text), 0
        for mark in _MARK.finditer(title):
            text += title[position : mark.start()]
            position = mark.end()
            shown = mark[2].split("=")[0] if mark[2] else mark[1].split(" ")[0]
            if mark[1]:
                _mention(text, start, mark[1].split(" ")[1], spans)
            _value(mark, len(text), shown, year, spans, facts)
            text += shown
        text += title[position:]
        if hashes:
            open_ = open_[: len(hashes) - 1]
            sections.append(Section(
                start=start, end=len(text), title=text[start:], level=len(hashes), parent=open_[-1] if open_ else None,
            ))  # fmt: skip
            open_.append(len(sections) - 1)
        cuts = [match.end() + start for match in _END.finditer(text[start:])] + [len(text)]
        for cut in cuts:
            if start < cut:
                sentences.append(Sentence(
                    index=len(sentences), start=start, end=cut, section=open_[-1] if open_ else None,
                    heading=bool(hashes),
                    spans=tuple(span for span in spans if start <= span.start < cut),
                    facts=tuple(fact for fact in facts if start <= fact.start < cut),
                ))  # fmt: skip
            start = cut
        text += "\n"
    identity = Identity(year=year, kind=kind)
    sentences = _placed(text, sections, sentences)
    return Document(name="-", text=text, identity=identity, sections=tuple(sections), sentences=tuple(sentences))


def _mention(text: str, start: int, name: str, spans: list[AnySpan]) -> None:
    """Adds the last occurrence of ``name`` in the line so far, unless a value or mention follows it."""
    found = text.rfind(name, start)
    if found >= 0 and all(span.end <= found for span in spans):
        _account(found, name, name, spans)


def _account(start: int, text: str, name: str, spans: list[AnySpan]) -> None:
    scheme = _SCHEMES.get(name, "支出")
    spans.append(Account(start=start, end=start + len(text), text=text, name=name, code=None, scheme=scheme))


def _value(
    mark: re.Match[str], start: int, text: str, year: int | None, spans: list[AnySpan], facts: list[Fact]
) -> None:
    end = start + len(text)
    if mark[2]:
        _account(start, text, mark[2].split("=")[-1], spans)
        return
    _, subject, measure, *rest = mark[1].split(" ")
    options: dict[str, Any] = dict(part.split("=") for part in rest if "=" in part)
    value = Decimal(re.sub(r"[^\d.]", "", text))
    approx = "~" in rest
    if text.endswith("元"):
        value = value.scaleb(next(power for unit, power in _SCALES.items() if text.endswith(unit)))
        unit = "万元"
        spans.append(Amount(
            start=start, end=end, text=text, wan=value, low=None, high=None, approx=approx, bound=None, unit_given=True,
        ))  # fmt: skip
    elif text.endswith("%"):
        unit = "%"
        spans.append(Percentage(start=start, end=end, text=text, percent=value, unit="%", approx=approx, bound=None))
    else:
        unit = text.lstrip("0123456789.")
        spans.append(Count(start=start, end=end, text=text, number=value, unit=unit, approx=approx, bound=None))
    code = options.get("code")
    scheme = options.get("scheme") or ("功能分类" if code else _SCHEMES.get(subject, "支出"))
    facts.append(Fact(
        start=start, end=end, subject=subject, code=code, scheme=None if measure == "数量" else scheme,
        measure=measure, year=int(options.get("year", year or 0)) or None, value=-value if "-" in rest else value,
        unit=unit, base=options.get("base"), funds=options.get("funds"), division=options.get("division"),
        owner=options.get("owner"),
    ))  # fmt: skip


def _placed(text: str, sections: list[Section], sentences: list[Sentence]) -> list[Sentence]:
    """The sentences with the money of each fact, and the line that a line of the classification is divided into."""
    lines, found, line, carried, above = lines_of(default()), [], -1, None, None
    for sentence in sentences:
        number = text.count("\n", 0, sentence.start)
        if number != line:
            line, carried, above = number, None, None
        facts = []
        for fact in sentence.facts:
            own = lines.of(fact.subject, fact.code, fact.scheme)
            if own.line == "合计" and own.funds and fact.measure in ("决算数", "预算数"):
                carried = _titled(sections, sentence.section) if own.funds == "全部" else own.funds
                carried = carried or own.funds
            if above is not None and own.division and fact.funds is None:
                fact = msgspec.structs.replace(
                    fact, subject=above.subject, code=above.code, scheme="功能分类", division=own.division
                )  # fmt: skip
            elif fact.scheme == "功能分类" and fact.measure in ("决算数", "预算数"):
                above = fact
            money = None if own.funds == "全部" else own.funds
            money = fact.funds or money or carried or _titled(sections, sentence.section)
            facts.append(msgspec.structs.replace(
                fact, funds=money, flow=own.flow, division=fact.division or own.division
            ))  # fmt: skip
        found.append(msgspec.structs.replace(sentence, facts=tuple(facts)))
    return found


def _titled(sections: list[Section], place: int | None) -> str | None:
    while place is not None:
        for words, money in _HEADINGS:
            if words in sections[place].title:
                return money
        place = sections[place].parent
    return None
