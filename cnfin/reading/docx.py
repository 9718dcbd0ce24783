"""Word files (.docx): paragraphs with the numbers Word generates, tables and text boxes, in order.

The package is read with lxml: what Word shows but does not store as text (automatic numbers) has to
be worked out from numbering.xml and styles.xml. Deleted, hidden, struck out and instruction text is
left out, as are raised note marks, headers, footers and comments; equations are text.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from cnfin.document import Source
from cnfin.reading.builder import Box, Builder, Grid, clean_cell, join
from cnfin.reading.file import File
from cnfin.reading.hidden import Shown
from cnfin.reading.numbering import Numbering
from cnfin.reading.packages import open_zip, parse_xml, read_member

if TYPE_CHECKING:
    from lxml.etree import _Element

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/wordprocessingml/main")
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{_WORD}}}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MAIN = re.compile(r"officedocument\.wordprocessingml\.document|ms-word\.document\.macroEnabled")
# What of a paragraph is not its text: deletions, field codes, properties.
_SILENT = frozenset(W + tag for tag in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr"))
_TEXTS = frozenset((W + "t", _MATH + "t"))
_BREAKS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": " "}
_WIDEST_TABLE = 1000


def read_docx(file: File) -> Source:
    """Read a Word file.

    Raises:
        ReadError: the file is damaged, encrypted, empty or larger than the limits.
    """
    with open_zip(file) as archive:
        main = _main_part(file, archive)
        root = _part(file, archive, main)
        assert root is not None
        folder = posixpath.dirname(main)
        styles = _part(file, archive, f"{folder}/styles.xml")
        numbering = Numbering(_part(file, archive, f"{folder}/numbering.xml"), styles)
    body = root.find(W + "body")
    if body is None:
        raise file.error("format", "is damaged: it has no document body")
    builder = Builder(file)
    _Blocks(file, builder, numbering, Shown(styles)).walk(body)
    return builder.source()


def _main_part(file: File, archive: zipfile.ZipFile) -> str:
    """The path of the document inside the package, by its content type."""
    types = parse_xml(file, read_member(file, archive, "[Content_Types].xml"))
    for override in types.iter("{*}Override"):
        if _MAIN.search(override.get("ContentType", "")):
            return str(override.get("PartName", "")).lstrip("/")
    return "word/document.xml"


def _part(file: File, archive: zipfile.ZipFile, path: str) -> _Element | None:
    if path not in archive.namelist():
        if path.endswith(("numbering.xml", "styles.xml")):
            return None
        raise file.error("format", f"is damaged: {path} is missing")
    data = read_member(file, archive, path)
    return parse_xml(file, _STRICT.sub(_WORD.encode(), data))


class _Blocks:
    """Walks the blocks of a body, a text box or a cell, and hands them to the builder."""

    def __init__(self, file: File, builder: Builder, numbering: Numbering, shown: Shown) -> None:
        self._file = file
        self._builder = builder
        self._numbering = numbering
        self._shown = shown
        self._style = ""  # of the paragraph at hand

    def walk(self, container: _Element) -> None:
        for block in _blocks(container):
            if block.tag == W + "p":
                lines, boxes = self._paragraph(block)
                for line in lines:
                    self._builder.line(line)
                for box in boxes:
                    self.walk(box)
            else:
                self._table(block)

    def _table(self, table: _Element) -> None:
        rows = [(row, list(_wrapped(row, "tc"))) for row in _wrapped(table, "tr")]
        if _is_frame(rows):
            for _, cells in rows:
                for cell in cells:
                    self.walk(cell)
        else:
            self._builder.table(self._grid(rows))

    def _paragraph(self, paragraph: _Element) -> tuple[list[str], list[_Element]]:
        """The lines of a paragraph, its number before the first, and the text boxes anchored in it."""
        pieces: list[str] = []
        boxes: list[_Element] = []
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        self._style = style.get(W + "val", "") if style is not None else ""
        self._collect(paragraph, pieces, boxes)
        text = "".join(pieces)
        # A number is counted, and shown, also for a paragraph that holds nothing but a text box.
        label = self._numbering.label(paragraph) if text.strip() else ""
        lines = [line for line in text.split("\n") if line.strip()]
        if label and lines:
            lines[0] = label + lines[0].lstrip()
        return lines, boxes

    def _collect(self, parent: Iterable[_Element], pieces: list[str], boxes: list[_Element]) -> None:
        """Text of runs below ``parent`` to ``pieces``, contents of text boxes to ``boxes``."""
        for child in parent:
            tag = child.tag
            if tag in _TEXTS:
                pieces.append(child.text or "")
            elif tag in _BREAKS:
                pieces.append(" " if child.get(W + "type") == "page" else _BREAKS[tag])
            elif tag == W + "sym":
                pieces.append(_symbol(child))
            elif tag == W + "txbxContent":
                boxes.append(child)
            elif tag == _ALTERNATE:
                self._collect(_chosen(child), pieces, boxes)
            elif tag == W + "r" and self._shown.leaves_out(child, self._style, "".join(pieces[-1:])):
                continue
            elif tag not in _SILENT:
                self._collect(child, pieces, boxes)

    def _grid(self, rows: list[tuple[_Element, list[_Element]]]) -> Grid:
        grid: Grid = []
        for row, cells in rows:
            line: list[Box] = [Box("") for _ in range(_number(row.find(f"{W}trPr/{W}gridBefore")))]
            for cell in cells:
                properties = cell.find(W + "tcPr")
                span = max(1, _number(properties.find(W + "gridSpan") if properties is not None else None))
                box = self._box(cell, properties, grid[-1] if grid else [], len(line))
                line.extend([box] * span)
            if len(line) > _WIDEST_TABLE:
                raise self._file.error("limit", f"has a table of more than {_WIDEST_TABLE} columns")
            grid.append(line)
        width = max(map(len, grid), default=0)
        for line in grid:
            line.extend(Box("") for _ in range(width - len(line)))
        return grid

    def _box(self, cell: _Element, properties: _Element | None, above: list[Box], place: int) -> Box:
        merge = properties.find(W + "vMerge") if properties is not None else None
        if merge is not None and merge.get(W + "val", "continue") == "continue" and place < len(above):
            return above[place]
        return Box(clean_cell(join(self._cell_lines(cell))))

    def _cell_lines(self, cell: _Element) -> Iterator[str]:
        for block in _blocks(cell):
            if block.tag == W + "p":
                lines, boxes = self._paragraph(block)
                yield from lines
                for box in boxes:
                    yield from self._cell_lines(box)
            else:
                for row in _wrapped(block, "tr"):
                    for inner in _wrapped(row, "tc"):
                        yield from self._cell_lines(inner)


def _blocks(container: Iterable[_Element]) -> Iterator[_Element]:
    """Paragraphs and tables right below ``container``, through content controls and insertions."""
    for child in container:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag == W + "sdt":
            content = child.find(W + "sdtContent")
            if content is not None:
                yield from _blocks(content)
        elif child.tag == _ALTERNATE:
            yield from _blocks(_chosen(child))
        elif child.tag in (W + "ins", W + "moveTo", W + "customXml", W + "smartTag"):
            yield from _blocks(child)


def _chosen(alternate: _Element) -> Sequence[_Element]:
    """The contents of the first form in which something is offered, which is the one for new programs."""
    return alternate[0] if len(alternate) else ()


def _wrapped(parent: Iterable[_Element], tag: str) -> Iterator[_Element]:
    """Rows of a table or cells of a row, through content controls; deleted rows are left out."""
    for child in parent:
        if child.tag == W + tag:
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag == _ALTERNATE:
            yield from _wrapped(_chosen(child), tag)
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml", W + "ins"):
            yield from _wrapped(child, tag)


def _is_frame(rows: list[tuple[_Element, list[_Element]]]) -> bool:
    """Whether a table only frames text: a single cell a row, with whole paragraphs in it."""
    cells = [cell for _, row in rows for cell in row]
    return len(cells) <= len(rows) and any(len(list(_blocks(cell))) > 3 for cell in cells)


def _symbol(element: _Element) -> str:
    """The character of a symbol font, where it is not in a private area."""
    try:
        code = int(element.get(W + "char", ""), 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= code <= 0xF8FF or not 32 <= code < 0xD800 else chr(code)


def _number(element: _Element | None) -> int:
    text = element.get(W + "val", "") if element is not None else ""
    return min(int(text), _WIDEST_TABLE + 1) if text.isascii() and text.isdigit() else 0
