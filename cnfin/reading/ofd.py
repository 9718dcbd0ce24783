"""OFD files (GB/T 33190-2016), the national format for fixed pages: text, lines and pictures by their places.

A page is laid out in millimetres from its top left corner; here it becomes the marks that a page
of a PDF has, in points, and what makes a text of these is the same.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cnfin.document import Source
from cnfin.errors import ReadError
from cnfin.reading.file import File
from cnfin.reading.packages import open_zip, parse_xml, read_member
from cnfin.reading.pages import Pages
from cnfin.reading.pdf.page import Glyph, Page, Rule, add_outline, visible_code, without_watermarks

if TYPE_CHECKING:
    from lxml.etree import _Element

_MM = 72 / 25.4  # points
_A4 = (0.0, 0.0, 210.0, 297.0)
# Of the em: how far print reaches above and below its base line.
_ABOVE, _BELOW = 0.86, 0.14
_MOST_OBJECTS = 200_000
_DEEPEST = 50
_COMMANDS = re.compile(r"([MSLQBAC])|(-?\d*\.?\d+(?:[eE][-+]?\d+)?)")
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

Point = tuple[float, float]


def read_ofd(file: File) -> Source:
    """Read an OFD file.

    Raises:
        ReadError: the file is damaged, encrypted, empty, scanned or larger than the limits.
    """
    pages = Pages(file)
    with open_zip(file) as archive:
        book = _Book(file, archive)
        for number, (path, document) in enumerate(book.pages(), 1):
            if number > file.limits.pages:
                raise file.error("limit", f"has more pages than the limit of {file.limits.pages}")
            try:
                marks, picture = book.page(path, document, pages.room)
            except ReadError as error:
                if error.kind != "format":
                    raise
                pages.damaged(number)
                continue
            pages.add(number, marks, lambda picture=picture: book.picture(picture))  # type: ignore[misc]
    return pages.source()


class _Document:
    """One document of the file: its folder, the size of its pages, its templates and pictures."""

    def __init__(self, folder: str, root: _Element) -> None:
        self.folder = folder
        self.root = root
        self.box = _box(root.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox")) or _A4
        self.templates = {
            template.get("ID", ""): _path(folder, template.get("BaseLoc", ""))
            for template in root.iterfind("{*}CommonData/{*}TemplatePage")
        }
        self.resources = [
            _path(folder, element.text or "")
            for tag in ("PublicRes", "DocumentRes")
            for element in root.iterfind(f"{{*}}CommonData/{{*}}{tag}")
        ]


class _Book:
    """The parts of an OFD file."""

    def __init__(self, file: File, archive: zipfile.ZipFile) -> None:
        self._file = file
        self._archive = archive
        self._names = set(archive.namelist())
        if any(name.endswith(("Encryptions.xml", "encryption.xml")) for name in self._names):
            raise file.error("encrypted", "is encrypted; save it without a password")
        self._templates: dict[str, _Element] = {}

    def pages(self) -> Iterator[tuple[str, _Document]]:
        """The path of every page, with its document."""
        for body in self._part("OFD.xml").iterfind("{*}DocBody"):
            path = _path("", body.findtext("{*}DocRoot") or "")
            document = _Document(posixpath.dirname(path), self._part(path))
            for page in document.root.iterfind("{*}Pages/{*}Page"):
                yield _path(document.folder, page.get("BaseLoc", "")), document

    def page(self, path: str, document: _Document, most: int) -> tuple[Page, str]:
        """The marks on a page, and the path of its largest picture."""
        root = self._part(path)
        box = _box(root.findtext("{*}Area/{*}PhysicalBox")) or document.box
        sheet = _Sheet(box, most)
        for template in root.iterfind("{*}Template"):
            place = document.templates.get(template.get("TemplateID", ""), "")
            if place in self._names:
                sheet.add(self._templates.setdefault(place, self._part(place)))
        sheet.add(root)
        return sheet.marks(), self._media(document, sheet.picture)

    def picture(self, path: str) -> Any:
        """A picture, None where it is not there or of a kind that is not read."""
        from cnfin.reading.ocr import pictures

        if path not in self._names:
            return None
        try:
            return pictures(self._file, read_member(self._file, self._archive, path))[0]
        except ReadError as error:
            if error.kind != "format":
                raise
            return None

    def _media(self, document: _Document, resource: str) -> str:
        for path in document.resources if resource else ():
            if path in self._names:
                root = self._part(path)
                folder = _path(posixpath.dirname(path), root.get("BaseLoc", ""))
                for media in root.iterfind("{*}MultiMedias/{*}MultiMedia"):
                    if media.get("ID") == resource:
                        return _path(folder, media.findtext("{*}MediaFile") or "")
        return ""

    def _part(self, path: str) -> _Element:
        return parse_xml(self._file, read_member(self._file, self._archive, path))


class _Sheet:
    """Gathers the marks of a page."""

    def __init__(self, box: tuple[float, float, float, float], most: int) -> None:
        self._left, self._top, self._width, self._height = box
        self._most = most
        self._objects = 0
        self._glyphs: list[Glyph] = []
        self._across: list[Rule] = []
        self._down: list[Rule] = []
        self._largest = 0.0
        self.picture = ""

    def add(self, root: _Element) -> None:
        """Add what a page, or the template below it, has."""
        for layer in root.iterfind("{*}Content/{*}Layer"):
            self._block(layer, 0)

    def marks(self) -> Page:
        """The page."""
        width, height = self._width * _MM, self._height * _MM
        seen = [
            glyph
            for glyph in self._glyphs
            if 0 <= (glyph.x0 + glyph.x1) / 2 <= width and 0 <= (glyph.y0 + glyph.y1) / 2 <= height
        ]
        return Page(width, height, without_watermarks(seen), self._across, self._down, bool(self.picture))

    def _block(self, parent: _Element, depth: int) -> None:
        for item in parent:
            self._objects += 1
            if self._objects > _MOST_OBJECTS or depth > _DEEPEST or len(self._glyphs) >= self._most:
                return
            tag = item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""
            if item.get("Visible") == "false":
                continue
            if tag == "PageBlock":
                self._block(item, depth + 1)
            elif tag == "TextObject":
                self._text(item)
            elif tag == "PathObject":
                self._path(item)
            elif tag == "ImageObject":
                _, _, width, height = _box(item.get("Boundary")) or (0, 0, 0, 0)
                if width * height > self._largest:
                    self._largest, self.picture = width * height, item.get("ResourceID", "")

    def _text(self, item: _Element) -> None:
        left, top, _, _ = _box(item.get("Boundary")) or _A4
        a, b, c, d, e, f = _matrix(item)
        if abs(b) > 0.05 * abs(a) or abs(c) > 0.05 * abs(d) or a <= 0 or d <= 0:
            return  # slanting, as watermarks are
        size = _number(item.get("Size"), 3.5)
        wide, high = size * a * _number(item.get("HScale"), 1.0), size * d
        for code in item.iterfind("{*}TextCode"):
            text = (code.text or "").strip("\r\n\t")
            steps = zip(_deltas(code.get("DeltaX", "")), _deltas(code.get("DeltaY", "")), strict=False)
            x, y = _number(code.get("X"), 0.0), _number(code.get("Y"), 0.0)
            for char, step in zip(text, steps, strict=False):
                px, py = left + a * x + c * y + e, top + b * x + d * y + f
                shown = visible_code(ord(char))
                advance = wide * (0.5 if char.isascii() else 1.0)
                if shown and len(self._glyphs) < self._most:
                    box = self._span(px, px + advance, py - _ABOVE * high, py + _BELOW * high)
                    self._glyphs.append(Glyph(shown, *box))
                dx, dy = step
                x += advance / a if dx is None and dy is None else dx or 0.0
                y += dy or 0.0

    def _path(self, item: _Element) -> None:
        left, top, _, _ = _box(item.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        a, b, c, d, e, f = _matrix(item)
        stroked, filled = item.get("Stroke") != "false", item.get("Fill") == "true"
        if not stroked and not filled:
            return
        for outline in _outlines(item.findtext("{*}AbbreviatedData") or ""):
            points = [(left + a * x + c * y + e, top + b * x + d * y + f) for x, y in outline]
            placed = [((x - self._left) * _MM, (y - self._top) * _MM) for x, y in points]
            add_outline(placed, stroked, self._across, self._down)

    def _span(self, x0: float, x1: float, y0: float, y1: float) -> tuple[float, float, float, float]:
        return (x0 - self._left) * _MM, (x1 - self._left) * _MM, (y0 - self._top) * _MM, (y1 - self._top) * _MM


def _outlines(data: str) -> Iterator[list[Point]]:
    """The straight outlines of a path; curves part them."""
    points: list[Point] = []
    command, numbers = "", list[float]()
    for letter, number in _COMMANDS.findall(data[:1_000_000]):
        if letter:
            command, numbers = letter, []
            if letter == "C" and points:
                points.append(points[0])
            continue
        numbers.append(float(number))
        if len(numbers) != _ARGUMENTS.get(command, 0):
            continue
        place = (numbers[-2], numbers[-1])
        numbers = []
        if command != "L":
            if len(points) > 1:
                yield points
            points = []
        points.append(place)
    if len(points) > 1:
        yield points


def _deltas(text: str) -> Iterator[float | None]:
    """The steps from character to character; ``g 3 4.2`` is 4.2 three times. Without end: None."""
    words = iter(text.split())
    for word in words:
        if word == "g":
            count, value = next(words, "0"), next(words, "0")
            for _ in range(min(int(_number(count, 0)), 100_000)):
                yield _number(value, 0.0)
        else:
            yield _number(word, 0.0)
    while True:
        yield None


def _path(folder: str, path: str) -> str:
    """A path in the package, from the folder of what names it; an absolute one from the top."""
    whole = path if path.startswith("/") else posixpath.join(folder, path)
    return posixpath.normpath(whole).lstrip("/") if path else folder


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    values = [_number(word, 0.0) for word in (text or "").split()]
    return (values[0], values[1], values[2], values[3]) if len(values) == 4 else None


def _matrix(item: _Element) -> tuple[float, float, float, float, float, float]:
    values = [_number(word, 0.0) for word in item.get("CTM", "").split()]
    if len(values) != 6:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (values[0], values[1], values[2], values[3], values[4], values[5])


def _number(text: str | None, default: float) -> float:
    try:
        value = float(text) if text else default
    except ValueError:
        return default
    return value if abs(value) < 1e7 else default
