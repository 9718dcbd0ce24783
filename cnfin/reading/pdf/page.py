"""One page of a PDF as marks on paper: glyphs and ruled lines, from pdfium.

Coordinates are points from the top left corner of the page as it is read, whichever way it is turned.
"""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, Any, NamedTuple

from cnfin.reading.characters import visible

if TYPE_CHECKING:
    import pypdfium2

#: Beyond these a page is a drawing: its lines are not looked at.
_MOST_OBJECTS = 50_000
_MOST_SEGMENTS = 200_000
_THIN = 3.0
_SHORTEST = 3.0

_SPACES = frozenset((0x20, 0xA0, 0x3000))
_NO_CHARACTERS = frozenset((0xFFFE, 0xFFFF))

# Print so much higher than the page's is a title or a watermark; no page has more of it.
_LARGE = 1.5
_MOST_LARGE = 500

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
Turn = Callable[[float, float], Point]


class Glyph(NamedTuple):
    """A visible character, the space its line gives it, and whether a space goes before it in the file."""

    char: str
    x0: float
    x1: float
    y0: float
    y1: float
    spaced: bool = False


class Rule(NamedTuple):
    """A ruled line from ``low`` to ``high``, at ``at`` on the other axis."""

    at: float
    low: float
    high: float


class Page(NamedTuple):
    """The marks on one page.

    Attributes:
        width, height: size in points as read.
        glyphs: characters in the order of the file.
        across, down: horizontal and vertical rules.
        pictures: whether the page has images.
    """

    width: float
    height: float
    glyphs: list[Glyph]
    across: list[Rule]
    down: list[Rule]
    pictures: bool


def load(page: pypdfium2.PdfPage, most_chars: int) -> Page:
    """Take the marks off a page; no more than ``most_chars`` characters of it."""
    width, height = page.get_size()
    if page.get_rotation() in (90, 270):
        width, height = height, width
    found = list(_characters(page, most_chars))
    turned = Counter(quarter for *_, quarter in found).most_common(1)
    quarter = turned[0][0] if turned else 0
    turn = _turn(quarter, *_origin(page), width, height)
    left, bottom, right, top = page.get_bbox()
    seen = (
        (char, box, spaced)
        for char, box, spaced, own in found
        if own == quarter  # the rest is a watermark or the scale of a chart
        and left <= (box[0] + box[2]) / 2 <= right and bottom <= (box[1] + box[3]) / 2 <= top
    )  # fmt: skip
    if quarter:
        glyphs = [Glyph(char, *_turned(turn, box), spaced) for char, box, spaced in seen]
    else:  # nearly always, and twice as fast
        up = height + bottom
        glyphs = [
            Glyph(char, x0 - left, x1 - left, up - y1, up - y0, spaced) for char, (x0, y0, x1, y1), spaced in seen
        ]
    across, down, pictures = _rules(page, turn)
    if quarter % 2:
        width, height = height, width
    return Page(width, height, without_watermarks(glyphs), across, down, pictures)


def without_watermarks(glyphs: list[Glyph]) -> list[Glyph]:
    """``glyphs`` without large print that lies across the small: nobody could read a text under another."""
    if not glyphs:
        return glyphs
    usual = median_low(glyph.y1 - glyph.y0 for glyph in glyphs)
    large = [glyph for glyph in glyphs if glyph.y1 - glyph.y0 > _LARGE * usual]
    if not large or len(large) > _MOST_LARGE:
        return glyphs
    small = sorted(
        ((glyph.y0 + glyph.y1) / 2, (glyph.x0 + glyph.x1) / 2)
        for glyph in glyphs
        if glyph.y1 - glyph.y0 <= _LARGE * usual
    )
    marks = [glyph for glyph in large if _covers(glyph, small)]
    dropped = {id(glyph) for glyph in large if any(_in_line(glyph, mark) for mark in marks)}
    return [glyph for glyph in glyphs if id(glyph) not in dropped]


def _in_line(glyph: Glyph, other: Glyph) -> bool:
    """Whether two glyphs of large print stand in one line."""
    return abs(glyph.y0 + glyph.y1 - other.y0 - other.y1) < 0.7 * (other.y1 - other.y0)


def _covers(glyph: Glyph, middles: list[Point]) -> bool:
    """Whether one of the ``middles`` (down, across; in their order) lies well inside ``glyph``."""
    edge = 0.15 * (glyph.y1 - glyph.y0)
    first = bisect_left(middles, (glyph.y0 + edge, 0.0))
    last = bisect_left(middles, (glyph.y1 - edge, 0.0))
    return any(glyph.x0 < across < glyph.x1 for _, across in middles[first:last])


def _origin(page: pypdfium2.PdfPage) -> Point:
    left, bottom, _, _ = page.get_bbox()
    return left, bottom


def _turn(quarter: int, left: float, bottom: float, width: float, height: float) -> Turn:
    """Page space → points from the top left, for text that runs in quarter turns counter-clockwise."""
    if quarter == 1:
        return lambda x, y: (y - bottom, x - left)
    if quarter == 2:
        return lambda x, y: (width - (x - left), y - bottom)
    if quarter == 3:
        return lambda x, y: (height - (y - bottom), width - (x - left))
    return lambda x, y: (x - left, height - (y - bottom))


def _turned(turn: Turn, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    ax, ay = turn(box[0], box[1])
    bx, by = turn(box[2], box[3])
    return (ax, bx, ay, by) if ax <= bx and ay <= by else (min(ax, bx), max(ax, bx), min(ay, by), max(ay, by))


def _characters(
    page: pypdfium2.PdfPage, most: int
) -> Iterator[tuple[str, tuple[float, float, float, float], bool, int]]:
    """Characters, their boxes (left, bottom, right, top), whether spaced, and quarter turns; -1 for slanting ones."""
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    raw = text_page.raw
    box = pdfium.FS_RECTF()
    code_of, angle_of, box_of = (
        pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharAngle, pdfium.FPDFText_GetLooseCharBox,
    )  # fmt: skip
    place = ctypes.byref(box)
    spaced = False
    try:
        for index in range(min(pdfium.FPDFText_CountChars(raw), most)):
            code = code_of(raw, index)
            char = visible_code(code)
            if not char:
                # pdfium also makes up spaces where it sees a gap; those are judged by the gap itself.
                spaced = spaced or (code in _SPACES and not pdfium.FPDFText_IsGenerated(raw, index))
                continue
            if box_of(raw, index, place):
                turns = angle_of(raw, index) / (math.pi / 2)
                quarter = round(turns)
                slanting = abs(turns - quarter) > 0.05
                # pdfium counts angles clockwise.
                yield char, (box.left, box.bottom, box.right, box.top), spaced, -1 if slanting else -quarter % 4
            spaced = False
    finally:
        text_page.close()


@cache
def visible_code(code: int) -> str:
    """The character a page shows for ``code``: radicals and compatibility forms as plain characters."""
    if code <= 0x20 or 0x7F <= code <= 0xA0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or code in _NO_CHARACTERS:
        return ""
    return visible(chr(code)).strip()


def _rules(page: pypdfium2.PdfPage, turn: Turn) -> tuple[list[Rule], list[Rule], bool]:
    import pypdfium2.raw as pdfium

    across: list[Rule] = []
    down: list[Rule] = []
    pictures = False
    budget = [_MOST_OBJECTS, _MOST_SEGMENTS]
    for item, matrix in _objects(page, budget):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures = True
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            for points, stroked in _outlines(item, matrix, budget):
                add_outline([turn(*point) for point in points], stroked, across, down)
    if min(budget) <= 0:
        return [], [], pictures
    return across, down, pictures


def _objects(page: pypdfium2.PdfPage, budget: list[int]) -> Iterator[tuple[Any, Matrix]]:
    """Objects of the page and of the forms on it, with the matrix of the form each is in."""
    import pypdfium2.raw as pdfium

    identity: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    stack: list[tuple[Any, Matrix, int]] = [
        (pdfium.FPDFPage_GetObject(page.raw, index), identity, 0)
        for index in range(min(pdfium.FPDFPage_CountObjects(page.raw), budget[0] + 1))
    ]
    while stack:
        item, matrix, depth = stack.pop()
        budget[0] -= 1
        if budget[0] <= 0:
            return
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_FORM:
            inner = _times(_matrix(item), matrix)
            if depth < 8:
                count = min(pdfium.FPDFFormObj_CountObjects(item), budget[0] + 1)
                stack.extend((pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1) for index in range(count))
        else:
            yield item, matrix


def _matrix(item: Any) -> Matrix:
    import pypdfium2.raw as pdfium

    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, m):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _outlines(item: Any, form: Matrix, budget: list[int]) -> Iterator[tuple[list[Point], bool]]:
    """The straight outlines of a painted path, and whether they are stroked."""
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(item, fill, stroke) or not (fill.value or stroke.value):
        return
    a, b, c, d, e, f = _times(_matrix(item), form)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    for index in range(pdfium.FPDFPath_CountSegments(item)):
        budget[1] -= 1
        if budget[1] <= 0:
            return
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if kind != pdfium.FPDF_SEGMENT_LINETO and points:
            yield points, bool(stroke.value)
            points = []
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            continue
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points, bool(stroke.value)


def add_outline(points: list[Point], stroked: bool, across: list[Rule], down: list[Rule]) -> None:
    """Add what of an outline is a ruled line: a thin box as a whole, of a stroked one its sides."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if right - left <= _THIN or bottom - top <= _THIN:
        _add_rule(left, right, top, bottom, across, down)
    elif stroked:
        for (ax, ay), (bx, by) in pairwise(points):
            if abs(ax - bx) <= 1.0 or abs(ay - by) <= 1.0:
                _add_rule(min(ax, bx), max(ax, bx), min(ay, by), max(ay, by), across, down)


def _add_rule(left: float, right: float, top: float, bottom: float, across: list[Rule], down: list[Rule]) -> None:
    if right - left >= bottom - top:
        if right - left >= _SHORTEST:
            across.append(Rule((top + bottom) / 2, left, right))
    elif bottom - top >= _SHORTEST:
        down.append(Rule((left + right) / 2, top, bottom))
