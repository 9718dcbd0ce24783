"""The article of a web page: the innermost block-level element that holds nearly all text outside links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnfin.reading.builder import clean
from cnfin.reading.file import File

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DROPPED = frozenset(
    ("script", "style", "noscript", "template", "head", "nav", "footer", "aside", "form", "button", "select", "option",
     "textarea", "iframe", "object", "embed", "svg", "canvas", "audio", "video", "map", "dialog", "datalist")
)  # fmt: skip
# Names that site makers give to what is not the article.
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|submenu|crumbs?|breadcrumbs?|position|location|curpos|weizhi|dqwz|footer"
    r"|foot|bottom|copyright|header|topbar|toolbar|sidebar|aside|share|bdshare\w*|social|pager|pagination|page_?nav|prev"
    r"|next|related|recommend|hot|rank\w*|links?|friend\w*|login|search\w*|banner|qrcode|ewm|erweima|weixin|wechat|weibo"
    r"|print|close|fontsize|font_?size|tools?|comments?|advert\w*|accessib\w*|wza|old-?age)(?:$|[-_ \d])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS = frozenset(
    ("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
     "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "html", "li", "main", "ol", "p", "pre",
     "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul")
)  # fmt: skip
_SOURCE_BREAK = re.compile(r"[\r\n]+")
_ARTICLE = re.compile(r"TRS_Editor|UCAPCONTENT|zoom|article|content|main|detail", re.IGNORECASE)
# Elements that are part of an article, never the whole of it.
_INSIDE = frozenset(["p", "ul", "ol", "dl", "dd", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"])
#: Most rows or columns that a cell covers.
MOST_SPAN = 1000
_DOMINANT = 0.8


class Element:
    """A block-level element: its texts and blocks in order, and how much text is in and out of links."""

    __slots__ = ("around", "children", "columns", "linked", "own", "rows", "size", "tag")

    def __init__(self, tag: str, around: bool = False) -> None:
        self.tag = tag
        self.around = around
        self.children: list[str | Element] = []
        self.own = (0, 0)
        self.size = self.linked = 0
        self.columns = self.rows = 1


def build(file: File, body: LexborNode) -> Element:
    """The block-level tree of a page, without what is hidden or around the article."""
    root = Element("body")
    stack: list[tuple[LexborNode | None, Element, bool]] = [(body.child, root, False)]
    while stack:
        node, parent, linked = stack.pop()
        if node is None:
            continue
        stack.append((node.next, parent, linked))
        tag = node.tag or ""
        if tag == "-text":
            _add_text(parent, node.text(deep=False), linked)
        elif tag == "br":
            parent.children.append("\n")
        elif tag[:1] not in "-!_" and tag not in _DROPPED:
            around = _is_around(node)
            inner = parent
            if tag in _BLOCKS:
                inner = _element(node, tag, around)
                parent.children.append(inner)
            elif around:
                continue
            stack.append((node.child, inner, linked or tag == "a"))
            if len(stack) > file.limits.depth * 4:
                raise file.error("limit", f"has elements nested deeper than the limit of {file.limits.depth}")
    _measure(file, root)
    _drop_around(root)
    _measure(file, root)
    return root


def _add_text(parent: Element, text: str, linked: bool) -> None:
    if parent.tag != "pre":
        text = _softened(text)
    parent.children.append(text)
    size = len(text) - text.count(" ")
    parent.own = (parent.own[0] + size, parent.own[1] + (size if linked else 0))


def _softened(text: str) -> str:
    """Line breaks of the page's source: nothing between Chinese characters, else a space."""
    first, *lines = _SOURCE_BREAK.split(text)
    parts = [first.rstrip(" \t") if lines else first]
    for number, line in enumerate(lines):
        line = line.lstrip() if number == len(lines) - 1 else line.strip()
        if not line and number < len(lines) - 1:
            continue
        before, after = parts[-1][-1:], line[:1]
        parts.append("" if before > "\u2e7f" and (after > "\u2e7f" or after.isdigit()) else " ")
        parts.append(line)
    return "".join(parts)


def _element(node: LexborNode, tag: str, around: bool) -> Element:
    element = Element(tag, around)
    if tag in ("td", "th"):
        attributes = node.attributes
        element.columns = _span(attributes.get("colspan"))
        element.rows = _span(attributes.get("rowspan"))
    return element


def _span(value: str | None) -> int:
    digits = (value or "").strip()
    return max(1, min(int(digits), MOST_SPAN)) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1


def _is_around(node: LexborNode) -> bool:
    """Whether an element is hidden, or named as something that is not the article."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
        return True
    if node.tag in ("td", "th", "tr", "tbody", "table", "p", "font", "strong"):
        return False
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    return bool(_AROUND.search(names)) and not _ARTICLE.search(names)


def _measure(file: File, root: Element) -> None:
    """Add up the sizes of elements from the leaves, and refuse trees that are too deep."""
    level = [root]
    levels: list[list[Element]] = []
    while level:
        levels.append(level)
        if len(levels) > file.limits.depth:
            raise file.error("limit", f"has elements nested deeper than the limit of {file.limits.depth}")
        level = [child for element in level for child in element.children if isinstance(child, Element)]
    for level in reversed(levels):
        for element in level:
            inner = [child for child in element.children if isinstance(child, Element)]
            element.size = element.own[0] + sum(child.size for child in inner)
            element.linked = element.own[1] + sum(child.linked for child in inner)


def _drop_around(root: Element) -> None:
    """Leave out what is hidden or named as around the article, unless it holds most of the page."""
    half = (root.size - root.linked) / 2
    stack = [root]
    while stack:
        element = stack.pop()
        element.children = [
            child
            for child in element.children
            if isinstance(child, str) or not child.around or child.size - child.linked > half
        ]
        stack.extend(child for child in element.children if isinstance(child, Element))


def article(root: Element) -> Element:
    """The innermost element with nearly all text outside links, less its blocks of links."""
    element = root
    while True:
        _drop_link_lists(element)
        whole = sum(_weight(child) for child in element.children)
        inner = [child for child in element.children if isinstance(child, Element)]
        best = max(inner, key=_weight, default=None)
        if best is None or best.tag in _INSIDE or _weight(best) < _DOMINANT * max(whole, 1):
            return element
        if _is_only_table(best):
            return element
        element = best


def _is_only_table(element: Element) -> bool:
    """Whether ``element`` is a table of data, or frames one and nothing else: its title may stand beside it."""
    while element.tag != "table" or not is_data(rows_of(element)):
        inside = [child for child in element.children if not isinstance(child, str) or not child.isspace()]
        if len(inside) != 1 or isinstance(inside[0], str):
            return False
        element = inside[0]
    return True


def _weight(child: str | Element) -> int:
    return len(child) if isinstance(child, str) else child.size - child.linked


def _drop_link_lists(element: Element) -> None:
    """Leave out the children of ``element`` that are mostly links: menus, lists of other pages."""
    element.children = [
        child
        for child in element.children
        if isinstance(child, str) or child.tag == "table" or child.linked * 2 <= child.size or child.linked < 8
    ]


def all_text(element: Element) -> str:
    parts: list[str] = []
    stack: list[str | Element] = [element]
    while stack:
        child = stack.pop()
        if isinstance(child, str):
            parts.append(child)
        else:
            stack.extend(reversed(child.children))
    return clean("".join(parts))


def rows_of(table: Element) -> list[list[Element]]:
    """The cells of a table, row by row; those of tables inside its cells are not its own."""
    rows: list[list[Element]] = []
    for child in table.children:
        if isinstance(child, Element):
            if child.tag == "tr":
                rows.append([cell for cell in child.children if isinstance(cell, Element)])
            elif child.tag in ("tbody", "thead", "tfoot"):
                rows.extend(rows_of(child))
    return rows


def is_data(rows: list[list[Element]]) -> bool:
    """Whether a table holds data: several cells in several rows, none of them a page of its own."""
    cells = [cell for row in rows for cell in row]
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    whole, largest = sum(cell.size for cell in cells), max(cell.size for cell in cells)
    if largest > 800 and largest > 0.6 * whole:
        return False
    return not any(_holds(cell, "table") for cell in cells)


def _holds(element: Element, tag: str) -> bool:
    stack = [element]
    while stack:
        for child in stack.pop().children:
            if isinstance(child, Element):
                if child.tag == tag:
                    return True
                stack.append(child)
    return False
