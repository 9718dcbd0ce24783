"""The thing that is counted: a noun phrase before the number (轿车2辆), cut to its noun by a table of steps.

The steps are the rows of ``lexicons/count_nouns.tsv``; the words that fall off the noun's ends are in fact_words.tsv.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cnfin.facts.words import NounStep, Words

#: As far as the last mark that opens a phrase.
_OPENING = re.compile(r".*[，,；;。：:、\t]", re.DOTALL)
_CLOSING = re.compile("[)）]")
# 特种作业车（吊车、清障车）2辆; not 因公出国（境）0人.
_EXPLAINED = re.compile(r"[（(](?![不含])[^（）()]{3,}[)）]\s*$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
#: Words that end with 约 as a noun does.
_PACTS = tuple(f"{before}约" for before in "民公合契条预签节违履制盟邀")
MARKS = " \t\u3000:：,，、；;“”《》\"'。"


@lru_cache(maxsize=8192)
def noun(words: Words, said: str, event: bool) -> tuple[str, int]:
    """The noun at the end of ``said``, and the length of the phrase it was taken from; remembered.

    Args:
        words: the lexicon's words.
        said: the words before a count.
        event: whether the count's unit counts events (次, 场, 期).
    """
    whole = len(said)
    if explained := _EXPLAINED.search(said):
        said = said[: explained.start()]
    cut = whole - len(said)
    if opening := _OPENING.match(said, 0, len(said.rstrip(MARKS)) - 1):
        said = said[opening.end() :]
    bracket = max(said.rfind("（"), said.rfind("("))
    if bracket >= 0 and not _CLOSING.search(said, bracket):
        said = said[bracket + 1 :]
    # A line break only wraps the line, and a blank stands between a number and its unit: 单价50 万元以上设备.
    return _clean(words, "".join(said.split()), event), len(said) + cut


def _clean(words: Words, raw: str, event: bool) -> str:
    raw = raw.strip(MARKS)
    if "“" in raw and "”" not in raw:
        # 建设“童心港湾”4个: the quotes close before the number.
        raw = raw.replace("“", "")
    raw, done = take(words.noun_steps["first"], raw)
    if done:
        return raw
    if event and (by := words.event.match(raw)):
        return by[2] + by[1]
    if not event:
        raw, done = take(words.noun_steps["whom"], raw)
        if done:
            return raw
    raw, _ = take(words.noun_steps["whose"], raw)
    raw, deed = _without_leads(words, raw)
    raw = _without_tails(words, raw)
    if deed and (deed := words.verb.match(raw)):
        # 巡查文物点25处 counts 文物点, 巡查水库41次 counts 水库巡查, 放映电影360场 counts 电影.
        raw = deed[2] + deed[1] if event and deed[1] not in words.made else deed[2]
    raw, _ = take(words.noun_steps["last"], raw)
    if not event:
        raw, _ = take(words.noun_steps["thing"], raw)
    return raw.strip(MARKS) if _HAN.search(raw) and ("“" in raw) == ("”" in raw) else ""


def take(steps: tuple[NounStep, ...], raw: str) -> tuple[str, bool]:
    """``raw`` after the steps, and whether one of them was the last of all."""
    for step in steps:
        if match := step.pattern.search(raw):
            raw = raw[: match.start()] + match.expand(step.replacement) + raw[match.end() :]
            if step.ends:
                return raw, True
    return raw, False


def _without_leads(words: Words, raw: str) -> tuple[str, re.Match[str] | None]:
    """The words without 全年, 共, 组织 … before the noun, and the deed where a verb and its object are left."""
    framed = True
    while True:
        lead = words.lead.match(raw)
        deed = words.verb.match(raw) if framed else None
        if (deed and not (lead and lead.end() > deed.end(1))) or lead is None or _is_noun(words, lead, raw):
            return raw, deed
        rest = raw[lead.end() :].lstrip(MARKS)
        # 下发督办通知单 counts 督办通知单.
        if not framed and lead[0] not in words.frame and rest in words.heads:
            return raw, deed
        raw = rest
        framed = framed and lead[0] in words.frame


def _is_noun(words: Words, lead: re.Match[str], raw: str) -> bool:
    """Whether a word that mostly leads a noun is the noun itself, or too much of it: 聘用人员."""
    left = len(raw) - lead.end()
    if raw.endswith("面积", lead.end()) and left == 2:
        return True
    return left == 1 or (left == 0 and raw in words.person) or (lead[0] in words.person and raw == lead[0] + "人员")


def _without_tails(words: Words, raw: str) -> str:
    """The words without 总数, 共计 … behind the noun; nothing where no noun is left."""
    tails = words.tails
    while raw.endswith(tails) and not raw.endswith(_PACTS):
        tail = next(tail for tail in tails if raw.endswith(tail))
        if len(tail) == len(raw):
            return raw if raw.endswith("面积") else ""
        if tail.endswith("面积") and raw[: -len(tail)] in words.deeds:
            # 维修面积 is no 维修.
            return raw
        raw = raw[: -len(tail)].rstrip(MARKS)
    return "" if raw.endswith(words.no_noun_ends) or raw in words.no_nouns else raw
