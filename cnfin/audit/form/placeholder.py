# ruff: noqa: E501 - a rule is a row
"""``placeholder``: what a form left in: XX, 0000年, instructions, both words of a choice, blank slots, doubled stops.

A rule is a row: a name, the shape it looks for, and what the finding says. A sentence is reported once a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from cnfin.audit.form.page import Page, Words, finding
from cnfin.document import Finding, Sentence, Severity

_CROSS = "[XxＸｘ×╳]"
_DIGIT = "0-9０-９"


class Rule(NamedTuple):
    """What a form leaves in.

    Attributes:
        name: of the rule.
        example: a piece of text that it must find.
        shape: builds the pattern from the words of ``form.tsv``.
        note: what the finding says.
        prose: whether only running text is looked at: the heads of tables may say the same rightly.
        severity: of the finding.
    """

    name: str
    example: str
    shape: Callable[[Words], str]
    note: str
    prose: bool = False
    severity: Severity = "error"


def _both(words: Words) -> str:
    """增加（减少）, 下降/增长, each way round, before a number, a blank slot or the reason.

    Of a change of 0 neither word is wrong: house style.
    """
    pairs = [pair for one, other in words.pairs for pair in ((one, other), (other, one))]
    choices = "|".join(rf"{one}\s*(?:[（(/／]\s*{other}\s*[）)]|[/／]\s*{other})" for one, other in pairs)
    return rf"(?<!或)(?:{choices})(?!\s*0(?:\.0*)?\s*(?:[万亿]?元|[%％]))(?=\s*(?:[{_DIGIT}_%％*]|{_CROSS}{{2}}|万元|(?:年初)?预算|的?主要原因|幅度为))"


RULES = (
    Rule("cross", "共有车辆XX辆",
         lambda words: rf"(?<![A-Za-z{_DIGIT}川×╳])(?:20|20[{_DIGIT}])?{_CROSS}{{2,}}(?:[.．]{_CROSS}+)?(?=\s*(?:{words.any('slot')}))",
         "填写处未填：{text}"),
    Rule("cross-behind", "主要原因是XXX。",
         lambda words: r"(?<=[是为：])(?:XX+|xxx+)(?=[\u4e00-\u9fff])|(?<=[是为：因])(?:XX+|××+|xxx+)(?=\s*(?:等|[，。；、）)…]))",
         "填写处未填：{text}"),
    Rule("stars", "支出***万元", lambda words: rf"(?<![*{_DIGIT}A-Za-z])\*{{2,}}(?=\s*(?:{words.any('slot')}))",
         "填写处未填：{text}"),
    Rule("zeros", "0000年度", lambda words: rf"(?<![{_DIGIT}])0000(?=年)", "年份未填：{text}"),
    Rule("line", "支出____万元", lambda words: r"(?<![_＿])[_＿]{2,}(?=\s*(?:万元|亿元|元|%|％|年度?|辆|人|个|项|台|批次))",
         "填写处未填：{text}"),
    Rule("bracketed", "（注：没有的请说明原因）", lambda words: r"[（(]\s*(?:注|说明|备注)[:：][^（）()\n]{0,80}?请[^（）()\n]{0,60}[）)]",
         "填表要求未删：{text}", True),
    Rule("instruction", "请填写具体原因", lambda words: words.any("instruction"), "填表要求未删：{text}", True),
    Rule("choice", "比上年增加（减少）0.5万元", _both, "两种说法未择其一：{text}", True),
    Rule("percent", "占基本支出%，", lambda words:
         rf"(?:{words.any('rate')})(?:[\u4e00-\u9fff“”]{{0,14}}?)\s*[%％](?=[，。；、,;])", "百分比未填：{text}", True),
    Rule("amount", "比上年减少 万元，", lambda words: rf"(?:{words.any('sum')})\s*(?:万元|亿元)(?=[，。；、,;])",
         "金额未填：{text}", True),
    Rule("stops", "无政府采购支出。。", lambda words:
         r"(?<![。，；、,;])(?:。。|，，|；；|(?<=[元%％])、、|，。|、。|；。|。，|。；|；，|，；|，、|、，)(?![。，；、])", "标点重复：{text}", True, "warning"),
)  # fmt: skip


@lru_cache(maxsize=8)
def _patterns(words: Words) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule.shape(words))) for rule in RULES)


def find(page: Page) -> Iterator[Finding]:
    """The places where the form shows through."""
    taken: set[int] = set()
    for rule, pattern in _patterns(page.words):
        seen: set[int] = set()
        for match, sentence in page.matches(pattern):
            if sentence.index in seen or not taken.isdisjoint(range(*match.span())) or not _meant(page, rule, match, sentence):
                continue
            seen.add(sentence.index)
            taken.update(range(*match.span()))
            note = rule.note.format(text=match[0].strip())
            yield finding("placeholder", match.start(), match.end(), note, rule.severity)


def _meant(page: Page, rule: Rule, match: re.Match[str], sentence: Sentence) -> bool:
    if not rule.prose:
        return True
    aside = page.words.pattern("aside").match(page.text, sentence.start)
    unit = "单位" in page.text[max(match.start() - 6, sentence.start) : match.end()]
    return page.prose(sentence) and aside is None and not (rule.name == "amount" and unit)
