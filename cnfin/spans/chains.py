"""Chains of the functional classification: 教育支出（类）普通教育（款）小学教育（项） as one span.

Also chains with gaps, with codes in the brackets, with dashes between the levels, with the code
before the name, and bare codes (205类02款02项). The code is that of the deepest level that the
table has under the levels above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from cnfin.lexicon import Lexicon, key
from cnfin.spans.normal import HAN

_MARK = re.compile(
    r"[（〔]\s?(?:(?P<level>类|款|项(?!目))级?(?:科目)?|(?P<number>\d{2,3})(?P<nlevel>[类款项])|(?P<code>\d{2,3}(?:\d\d){0,2}))"
    r"\s?(?:[）〕]|(?=[\u4e00-\u9fff\d：:，,。]))"
)
# The look-behinds stand after the first rare character, so that the search can skip to it.
_CODES = re.compile(r"类(?<=2\d\d.)(?<!\d....)\s?(?P<c2>\d\d)款(?:\s?(?P<c3>\d\d)项)?")
# 2010201行政运行-人员支出298万元: the code says the line, whatever the words behind it add.
_CODE_LED = re.compile(
    rf"2(?<!\d.)(?:\d{{6}}|\d{{4}})(?!\d) ?[{HAN}]{{2,16}}-[{HAN}（）、]{{2,24}}(?=(?:为|:)?\d[\d.,，]*[万亿]?元)"
)
_DASH = re.compile(rf"[-\\/>](?:(?<=[{HAN}）].)|(?<=[{HAN}）]\s.))[-\\/>]?\s?(?=[{HAN}“]|\d{{5,7}}[ {HAN}])")
_CODE_FIRST = re.compile(r"\d{5,7} ?")
_BLANK = re.compile(r"[ \t]")
_GAP = re.compile(r"[ “”\"《》>\-\\/]*(?:支出)?[ “”\"《》>\-\\/]*(?P<name>[\u4e00-\u9fff（）、“” ]{2,40}?)[“”\" 》]*")
_BREAK = re.compile(r"[，。；：！？,;:!?\d\n]")
_JOINTS = re.compile(r"[\s“”\"《》>\\/-]")
_TAIL = re.compile(r"(?:项(?![目级])|（项）?)?")
_RANK = {"类": 1, "款": 2, "项": 3}
LONGEST_NAME = 28


class Link(msgspec.Struct, frozen=True, gc=False):
    """One level of a chain: its name as written, rank (1 类, 2 款, 3 项) and the code if the text gives it."""

    start: int
    end: int
    name: str
    rank: int
    code: str


class Chain(msgspec.Struct, frozen=True, gc=False):
    """A chain in the normal form of a text; ``links`` from outermost to deepest."""

    start: int
    end: int
    links: tuple[Link, ...]


def chains(text: str, lexicon: Lexicon) -> Iterator[Chain]:
    """Every chain that brackets or numbers mark in ``text`` (normal form)."""
    links: list[Link] = []
    for mark in _MARK.finditer(text):
        link = _link(text, mark, links[-1] if links else None, lexicon)
        if link is None:
            continue
        if links and not _continues(text, links, link):
            if _is_known(links, lexicon):
                yield _chain(text, links, lexicon)
            links = []
        links.append(link)
    if _is_known(links, lexicon):
        yield _chain(text, links, lexicon)
    yield from _dashed(text, lexicon)
    for match in _CODE_LED.finditer(text):
        code = match[0][:7] if match[0][:7].isdecimal() else match[0][:5]
        if code in lexicon.by_code:
            yield Chain(*match.span(), (Link(*match.span(), "", (len(code) - 1) // 2, code),))
    for match in _CODES.finditer(text):
        start = match.start() - 3
        code = text[start : start + 3] + match["c2"] + (match["c3"] or "")
        if code in lexicon.by_code:
            yield Chain(start, match.end(), (Link(start, match.end(), "", 3 if match["c3"] else 2, code),))


def _dashed(text: str, lexicon: Lexicon) -> Iterator[Chain]:
    """Chains whose levels are joined by dashes, with or without codes: 教育支出-普通教育-小学教育."""
    end = -1
    for dash in _DASH.finditer(text):
        name_end = dash.start() - text[dash.start() - 1].isspace()
        if name_end < end:
            continue
        start = _known_start(text, name_end, max(0, end), lexicon)
        tops = lexicon.functional_codes(text[start:name_end], None) if start is not None else []
        if start is None or not any(len(code) == 3 for code in tops):
            continue
        links = [Link(start, name_end, text[start:name_end], 1, "")]
        at = _behind_code(text, dash.end())
        while len(links) < 3 and (stop := _child_end(text, at, resolve(links, lexicon, None), lexicon)):
            links.append(Link(at, stop, text[at:stop], len(links) + 1, ""))
            joint = _DASH.match(text, stop + text[stop : stop + 1].isspace())
            if not joint:
                break
            at = _behind_code(text, joint.end())
        if len(links) > 1:
            end = links[-1].end
            yield Chain(start - 3 if text[max(0, start - 3) : start] in tops else start, end, tuple(links))


def _behind_code(text: str, start: int) -> int:
    """Where the name begins that a code may stand before."""
    code = _CODE_FIRST.match(text, start)
    return code.end() if code else start


def _child_end(text: str, start: int, parent: str | None, lexicon: Lexicon) -> int:
    """End of the longest name at ``start`` that the table has right below ``parent``, or 0."""
    if parent is None:
        return 0
    for stop in range(min(len(text), start + LONGEST_NAME), start + 1, -1):
        name = text[start:stop]
        if name in lexicon.readings and any(
            code.startswith(parent) and len(code) > len(parent) for code in lexicon.functional_codes(name, None)
        ):
            return stop
    return 0


def _link(text: str, mark: re.Match[str], last: Link | None, lexicon: Lexicon) -> Link | None:
    """The level that ``mark`` closes, or None where no name stands before it."""
    start = _known_start(text, mark.start(), last.end if last else 0, lexicon)
    if mark["code"]:
        return _coded(text, mark, start, last, lexicon) if start is not None else None
    rank = _RANK[mark["level"] or mark["nlevel"]]
    if last is not None and last.end <= mark.start() and rank > 1:
        gap = text[last.end : mark.start()]
        if len(gap) <= LONGEST_NAME + 6 and not _BREAK.search(gap) and _GAP.fullmatch(gap):
            # Inside a chain the whole stretch is the name, known or not (a typing error stays in the span).
            return Link(start if start is not None else last.end, mark.end(), gap, rank, "")
    if start is None:
        start = _boundary(text, mark.start())
        if mark.start() - start < 2:
            return None
    return Link(start, mark.end(), text[start : mark.start()], rank, "")


def _coded(text: str, mark: re.Match[str], start: int, last: Link | None, lexicon: Lexicon) -> Link | None:
    """The level whose code stands in the bracket; None where the name at ``start`` has another code."""
    code, name = mark["code"], text[start : mark.start()]
    if len(code) == 2 and last is not None and last.end == start:  # 普通教育（02） after 教育支出（205）
        code = last.code + code
    if code not in lexicon.functional_codes(name, None):
        return None
    return Link(start, mark.end(), name, (len(code) - 1) // 2, code)


def _known_start(text: str, end: int, floor: int, lexicon: Lexicon) -> int | None:
    """Start of the longest known name that ends at ``end``."""
    while end > floor and text[end - 1] in ' ”"':
        end -= 1
    first = max(floor, end - LONGEST_NAME)
    at = _longest_name(text[first:end], lexicon)
    if at is None:
        return None
    start = first + at
    # 其他 makes another line of a name.
    return start - 2 if start - 2 >= floor and text.startswith("其他", start - 2) else start


@lru_cache(maxsize=1 << 14)
def _longest_name(text: str, lexicon: Lexicon) -> int | None:
    """Where the longest known name begins that ``text`` ends with."""
    names = lexicon.functional
    blank = _BLANK.search(text) is not None
    for start in range(len(text) - 1):
        name = text[start:]
        if name in names or (blank and not name[0].isspace() and key(name) in names):
            return start
    return None


def _boundary(text: str, end: int) -> int:
    start = end
    while start > 0 and end - start < LONGEST_NAME and "\u4e00" <= text[start - 1] <= "\u9fff":
        start -= 1
    return start


def _continues(text: str, links: list[Link], link: Link) -> bool:
    last = links[-1]
    gap = text[last.end : link.end]
    if _BREAK.search(gap.rstrip("）〕0123456789类款项")) or link.start < last.end:
        return False
    # A level written twice is a typing error as long as deeper levels follow.
    return link.rank > last.rank or (link.rank == last.rank == 1)


def _is_known(links: list[Link], lexicon: Lexicon) -> bool:
    """Whether the levels are a chain: a single one counts only with a name of the table, unlike 数量（项）."""
    if len(links) != 1:
        return len(links) > 1
    link = links[0]
    return bool(link.code or key(link.name) in lexicon.functional or _candidates(link.name, lexicon, None, 7))


def _chain(text: str, links: list[Link], lexicon: Lexicon) -> Chain:
    """Close a chain; a deepest level that lost its bracket is taken in where the table knows it."""
    end = links[-1].end
    if links[-1].rank < 3:
        stop = _child_end(text, end, resolve(links, lexicon, None), lexicon)
        if stop > end + 1 and len(links) > 1:
            links.append(Link(end, stop, text[end:stop], 3, ""))
            tail = _TAIL.match(text, stop)
            end = tail.end() if tail else stop
    return Chain(links[0].start, end, tuple(links))


def resolve(links: list[Link] | tuple[Link, ...], lexicon: Lexicon, year: int | None, context: str = "") -> str | None:
    """The official code of a chain's deepest level, or None where the table does not settle it.

    Args:
        links: the levels, outermost first.
        lexicon: the tables.
        year: the document's fiscal year.
        context: code of the 款 or 类 that the section is about, for chains that begin below 类.
    """
    levels = tuple((link.name, link.rank, link.code) for link in links)
    return _resolved(levels, lexicon, year, context if links[0].rank > 1 else "")


@lru_cache(maxsize=1 << 16)
def _resolved(levels: tuple[tuple[str, int, str], ...], lexicon: Lexicon, year: int | None, parent: str) -> str | None:
    code: str | None = None
    for name, rank, written in levels:
        if written:
            code = parent = written
            continue
        code = _below(_candidates(name, lexicon, year, 2 * rank + 1), parent)
        parent = code or parent
    return code


def _below(codes: Sequence[str], parent: str) -> str | None:
    """The one of ``codes`` that ``parent`` has below it, or None where it is not settled."""
    if not parent:  # 援助其他地区支出 repeats the names of the 类
        codes = [found for found in codes if not found.startswith("219")] or codes
    below = [found for found in codes if found.startswith(parent)]
    if not below and len(parent) > 3:
        below = [found for found in codes if found.startswith(parent[:3])]  # the 款 was wrong
    chosen = below or (codes if not parent or len(codes) == 1 else [])
    return chosen[0] if len({found[:5] for found in chosen}) == 1 else None


@lru_cache(maxsize=1 << 14)
def _candidates(name: str, lexicon: Lexicon, year: int | None, length: int) -> tuple[str, ...]:
    """Codes of ``length`` digits for ``name``; where it is unknown, for the longest known end of it."""
    name = _JOINTS.sub("", name)
    for start in range(max(1, len(name) - 2)):
        if start > 1 and name.startswith("其他", start - 2):
            continue  # another line than the rest of the name
        codes = lexicon.functional_codes(name[start:], year)
        if codes:
            exact = [code for code in codes if len(code) == length]
            return tuple(sorted(exact or codes, key=lambda code: code.startswith("219")))
    return ()
