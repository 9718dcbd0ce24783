"""Web pages as saved from government sites: the article, without the page around it.

The page is parsed with lexbor (through selectolax), which mends bad markup as browsers do.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.article import MOST_SPAN, Element, all_text, article, build, is_data, rows_of
from cnfin.reading.builder import Box, Builder, Grid, clean, clean_cell, join
from cnfin.reading.file import File
from cnfin.reading.text import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# One-line remains of the page around an article that its markup does not tell apart.
_TOOL = re.compile(
    r"字(?:体|号)\s*[：:]?[\s大中小【】\[\]|]*|打印(?:本页|此页)?|关闭(?:窗口|本页)?|返回(?:顶部|上一页|列表)?"
    r"|分享到?|收藏|复制链接|扫一扫.{0,20}|无障碍浏?览?|长者版?|保存|纠错|下载|[【\[(（\s】\])）：:|]"
)
_DEBRIS = re.compile(
    r"(?:上|下)一篇\s*[：:]|(?:当前位置|您?(?:现在)?的?(?:当前)?位置|您现在所在)[是为]?\s*[：:]", re.IGNORECASE
)
_FOOTER = re.compile(
    r"ICP\s*备|公网安备|网站标识码|政府网站找错|版权所有|Copyright|主办单位[：:].*(?:承办|技术支持)", re.IGNORECASE
)
# Longer lines say something.
_LONGEST_DEBRIS = 400
_SITE = re.compile(r"\s*[-_|–—]{1,2}\s*[^-_|–—]*(?:网|门户|政府|人民政府|公开|平台|局|厅|委|院|校)$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{20000,}")
# Elements that hold nothing, or that end where the next of their kind begins.
_FLAT = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
     "p", "li", "dd", "dt", "option", "td", "th", "tr", "tbody", "thead", "tfoot")
)  # fmt: skip
# The parser takes time with the square of the depth, and of attributes: this is where it stays under a second.
_MOST_UNCLOSED = 5000
_MOST_ATTRIBUTES = 5000


def read_html(file: File) -> Source:
    """Read a saved web page.

    Raises:
        ReadError: the page has no text, cannot be decoded or is larger than the limits.
    """
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError:
        raise file.needs("web pages") from None
    text = _decode(file)
    _check(file, text)
    tree = LexborHTMLParser(text)
    builder = Builder(file)
    if tree.body is not None:
        found = article(build(file, tree.body))
        title = _title(tree)
        if title and title.replace(" ", "") not in all_text(found).replace(" ", ""):
            builder.line(title)
        _write(found, builder, file)
    return builder.source()


def _check(file: File, text: str) -> None:
    """Refuse a page that the parser would take too long over.

    Raises:
        ReadError: kind ``limit``.
    """
    still_open: Counter[str] = Counter()
    for end, tag in _TAG.findall(text):
        name = tag.lower()
        if name not in _FLAT:
            still_open[name] = max(0, still_open[name] - 1) if end else still_open[name] + 1
    if still_open.total() > _MOST_UNCLOSED:
        raise file.error("limit", "has elements nested too deeply")
    if any(len(match[0].split()) > _MOST_ATTRIBUTES for match in _LONG_TAG.finditer(text)):
        raise file.error("limit", "has an element of too many attributes")


def _decode(file: File) -> str:
    """The page's characters: as told, as the page says or looks, and at last as browsers would."""
    name, data = file.name, file.data
    if file.how.encoding is not None:
        return decode(data, file.how.encoding, name=name)
    found = _CHARSET.search(data[:4096])
    declared = found[1].decode("ascii").lower() if found else "utf-8"
    if not declared.startswith(("utf", "gb", "x-gb")):
        try:
            return decode(data, declared, name=name)
        except ReadError:
            pass  # the page is wrong about itself
    try:
        return decode(data, name=name)
    except ReadError as error:
        if error.kind != "encoding":
            raise
        # A stray byte among thousands of characters: every browser shows such a page.
        try:
            text = data.decode("gb18030" if "gb" in declared else declared, "replace")
        except (LookupError, ValueError):
            raise error from None
        if text.count("\ufffd") * 200 > len(text):
            raise
        return text


def _title(tree: LexborHTMLParser) -> str:
    """The article's title: the meta element that government sites have, a heading, or the window's."""
    for meta in tree.css("meta[name]"):
        attributes = meta.attributes
        if (attributes.get("name") or "").lower() == "articletitle" and attributes.get("content"):
            return clean(attributes["content"] or "")
    for heading in tree.css("h1"):
        text = clean(heading.text())
        if 6 <= len(text) <= 80 and _HAN.search(text):
            return text
    node = tree.css_first("head > title")
    title = _SITE.sub("", clean(node.text()[:_LONGEST_DEBRIS])) if node is not None else ""
    return title if len(_HAN.findall(title)) > 5 else ""


def _write(root: Element, builder: Builder, file: File) -> None:
    """The lines and tables of ``root`` in order."""
    line: list[str] = []

    def end_line() -> None:
        for part in "".join(line).split("\n"):
            text = clean(part)
            if not _is_debris(text):
                builder.line(text)
        line.clear()

    stack: list[str | Element | None] = [root]
    while stack:
        child = stack.pop()
        if child is None:
            end_line()
        elif isinstance(child, str):
            line.append(child)
        else:
            end_line()
            rows = rows_of(child) if child.tag == "table" else []
            if is_data(rows):
                _caption(child, builder)
                builder.table(_grid(rows, file))
            else:
                stack.append(None)
                stack.extend(reversed(child.children))
    end_line()


def _is_debris(text: str) -> bool:
    """Whether a line is a remnant of the page around the article."""
    if len(text) > _LONGEST_DEBRIS:
        return False
    return bool(_DEBRIS.match(text) or _FOOTER.search(text)) or (bool(text) and not _TOOL.sub("", text))


def _caption(table: Element, builder: Builder) -> None:
    for child in table.children:
        if isinstance(child, Element) and child.tag == "caption":
            builder.line(all_text(child))


def _grid(rows: list[list[Element]], file: File) -> Grid:
    """Rows of boxes of one length, with merged cells in every place they cover."""
    taken: dict[tuple[int, int], Box] = {}
    for down, row in enumerate(rows):
        across = 0
        for cell in row:
            while (down, across) in taken:
                across += 1
            box = Box(_cell_text(cell))
            for inner_down in range(down, min(down + cell.rows, len(rows))):
                for inner_across in range(across, across + cell.columns):
                    taken.setdefault((inner_down, inner_across), box)
            across += cell.columns
        if across > MOST_SPAN:
            raise file.error("limit", f"has a table of more than {MOST_SPAN} columns")
    width = max(across for _, across in taken) + 1
    return [[taken.get((down, across)) or Box("") for across in range(width)] for down in range(len(rows))]


def _cell_text(cell: Element) -> str:
    lines: list[str] = [""]
    stack: list[str | Element | None] = [cell]
    while stack:
        child = stack.pop()
        if child is None:
            lines.append("")
        elif isinstance(child, str):
            first, *more = child.split("\n")
            lines[-1] += first
            lines.extend(more)
        else:
            lines.append("")
            stack.append(None)
            stack.extend(reversed(child.children))
    return clean_cell(join(line for line in lines if line.strip()))
