"""Web pages as saved from government sites: the article, without the page around it.

The page is parsed with lexbor (through selectolax), which mends bad markup as browsers do. The article
is the innermost element that holds nearly all text outside links.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.builder import Box, Builder, Grid, clean, clean_cell, join
from cnfin.reading.file import File
from cnfin.reading.text import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
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
_SOURCE_BREAK = re.compile(r"[\r\n]+")
_ARTICLE = re.compile(r"TRS_Editor|UCAPCONTENT|zoom|article|content|main|detail", re.IGNORECASE)
# Elements that are part of an article, never the whole of it.
_INSIDE = frozenset(["p", "ul", "ol", "dl", "dd", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"])
_MOST_SPAN = 1000
_DOMINANT = 0.8


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


class _Element:
    """A block-level element: its texts and blocks in order, and how much text is in and out of links."""

    __slots__ = ("around", "children", "columns", "linked", "own", "rows", "size", "tag")

    def __init__(self, tag: str, around: bool = False) -> None:
        self.tag = tag
        self.around = around
        self.children: list[str | _Element] = []
        self.own = (0, 0)
        self.size = self.linked = 0
        self.columns = self.rows = 1


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
        article = _article(_build(file, tree.body))
        title = _title(tree)
        if title and title.replace(" ", "") not in _all_text(article).replace(" ", ""):
            builder.line(title)
        _write(article, builder, file)
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


def _build(file: File, body: LexborNode) -> _Element:
    """The block-level tree of a page, without what is hidden or around the article."""
    root = _Element("body")
    stack: list[tuple[LexborNode | None, _Element, bool]] = [(body.child, root, False)]
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


def _add_text(parent: _Element, text: str, linked: bool) -> None:
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


def _element(node: LexborNode, tag: str, around: bool) -> _Element:
    element = _Element(tag, around)
    if tag in ("td", "th"):
        attributes = node.attributes
        element.columns = _span(attributes.get("colspan"))
        element.rows = _span(attributes.get("rowspan"))
    return element


def _span(value: str | None) -> int:
    digits = (value or "").strip()
    return max(1, min(int(digits), _MOST_SPAN)) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1


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


def _measure(file: File, root: _Element) -> None:
    """Add up the sizes of elements from the leaves, and refuse trees that are too deep."""
    level = [root]
    levels: list[list[_Element]] = []
    while level:
        levels.append(level)
        if len(levels) > file.limits.depth:
            raise file.error("limit", f"has elements nested deeper than the limit of {file.limits.depth}")
        level = [child for element in level for child in element.children if isinstance(child, _Element)]
    for level in reversed(levels):
        for element in level:
            inner = [child for child in element.children if isinstance(child, _Element)]
            element.size = element.own[0] + sum(child.size for child in inner)
            element.linked = element.own[1] + sum(child.linked for child in inner)


def _drop_around(root: _Element) -> None:
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
        stack.extend(child for child in element.children if isinstance(child, _Element))


def _article(root: _Element) -> _Element:
    """The innermost element with nearly all text outside links, less its blocks of links."""
    element = root
    while True:
        _drop_link_lists(element)
        whole = sum(_weight(child) for child in element.children)
        inner = [child for child in element.children if isinstance(child, _Element)]
        best = max(inner, key=_weight, default=None)
        if best is None or best.tag in _INSIDE or _weight(best) < _DOMINANT * max(whole, 1):
            return element
        if _is_only_table(best):
            return element
        element = best


def _is_only_table(element: _Element) -> bool:
    """Whether ``element`` is a table of data, or frames one and nothing else: its title may stand beside it."""
    while element.tag != "table" or not _is_data(_rows(element)):
        inside = [child for child in element.children if not isinstance(child, str) or not child.isspace()]
        if len(inside) != 1 or isinstance(inside[0], str):
            return False
        element = inside[0]
    return True


def _weight(child: str | _Element) -> int:
    return len(child) if isinstance(child, str) else child.size - child.linked


def _drop_link_lists(element: _Element) -> None:
    """Leave out the children of ``element`` that are mostly links: menus, lists of other pages."""
    element.children = [
        child
        for child in element.children
        if isinstance(child, str) or child.tag == "table" or child.linked * 2 <= child.size or child.linked < 8
    ]


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


def _all_text(element: _Element) -> str:
    parts: list[str] = []
    stack: list[str | _Element] = [element]
    while stack:
        child = stack.pop()
        if isinstance(child, str):
            parts.append(child)
        else:
            stack.extend(reversed(child.children))
    return clean("".join(parts))


def _write(article: _Element, builder: Builder, file: File) -> None:
    """The lines and tables of ``article`` in order."""
    line: list[str] = []

    def end_line() -> None:
        for part in "".join(line).split("\n"):
            text = clean(part)
            if not _is_debris(text):
                builder.line(text)
        line.clear()

    stack: list[str | _Element | None] = [article]
    while stack:
        child = stack.pop()
        if child is None:
            end_line()
        elif isinstance(child, str):
            line.append(child)
        else:
            end_line()
            rows = _rows(child) if child.tag == "table" else []
            if _is_data(rows):
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


def _caption(table: _Element, builder: Builder) -> None:
    for child in table.children:
        if isinstance(child, _Element) and child.tag == "caption":
            builder.line(_all_text(child))


def _rows(table: _Element) -> list[list[_Element]]:
    """The cells of a table, row by row; those of tables inside its cells are not its own."""
    rows: list[list[_Element]] = []
    for child in table.children:
        if isinstance(child, _Element):
            if child.tag == "tr":
                rows.append([cell for cell in child.children if isinstance(cell, _Element)])
            elif child.tag in ("tbody", "thead", "tfoot"):
                rows.extend(_rows(child))
    return rows


def _is_data(rows: list[list[_Element]]) -> bool:
    """Whether a table holds data: several cells in several rows, none of them a page of its own."""
    cells = [cell for row in rows for cell in row]
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    whole, largest = sum(cell.size for cell in cells), max(cell.size for cell in cells)
    if largest > 800 and largest > 0.6 * whole:
        return False
    return not any(_holds(cell, "table") for cell in cells)


def _holds(element: _Element, tag: str) -> bool:
    stack = [element]
    while stack:
        for child in stack.pop().children:
            if isinstance(child, _Element):
                if child.tag == tag:
                    return True
                stack.append(child)
    return False


def _grid(rows: list[list[_Element]], file: File) -> Grid:
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
        if across > _MOST_SPAN:
            raise file.error("limit", f"has a table of more than {_MOST_SPAN} columns")
    width = max(across for _, across in taken) + 1
    return [[taken.get((down, across)) or Box("") for across in range(width)] for down in range(len(rows))]


def _cell_text(cell: _Element) -> str:
    lines: list[str] = [""]
    stack: list[str | _Element | None] = [cell]
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
