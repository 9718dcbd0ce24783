"""Pictures of text: pages of scanned PDFs and picture files → the marks on a page, as printed text has them.

Characters are recognized by PP-OCR (through rapidocr-onnxruntime, whose wheel ships the models). Where
the lines of print are is worked out here: ruled lines are found and taken out first, so that no line
of print runs from one cell of a table into the next, and tables work as they do in printed PDFs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from cnfin.document import Source
from cnfin.reading.file import File
from cnfin.reading.pdf.page import Glyph, Page, Rule

Image = Any  # rows of pixels, as opencv has them

#: Dots to the inch at which pages are drawn to be recognized.
DPI = 200
_POINTS = 72.0
# A sheet's long side in points, where a picture does not tell its resolution: A4.
_LONG_SIDE = 842.0
MOST_PIXELS = 60_000_000
_MOST_DEGREES = 5.0
# In inches: the shortest ruled lines, across and down, and how thick they may be.
_ACROSS, _DOWN, _THICK = 0.45, 0.32, 0.05
_GAP = 1.5  # em between characters of one run at the most
_LOOSE = 0.6  # em between characters that stand together at the most
_SURE = 0.5  # lines recognized with less are specks


class Box(NamedTuple):
    """Where a run of print is, in pixels."""

    x0: int
    x1: int
    y0: int
    y1: int


def read_picture(file: File) -> Source:
    """Read a picture (PNG, JPEG, TIFF of one or more pages, GIF).

    Raises:
        ReadError: kind ``extra`` where the extra ocr is not installed, ``scanned`` where recognition
            is switched off, ``limit``, ``format``, ``empty``.
    """
    from cnfin.reading.pages import Pages

    if file.how.ocr == "never":
        raise file.error("scanned", "is a picture, and character recognition is switched off (--ocr never)")
    if not is_installed():
        raise file.error("extra", "is a picture of text; pip install 'cnfin[ocr]' reads it")
    pages = Pages(file)
    for number, image in enumerate(pictures(file, file.data), 1):
        height, width = image.shape[:2]
        scale = _LONG_SIDE / max(height, width)
        blank = Page(width * scale, height * scale, [], [], [], True)
        pages.add(number, blank, lambda image=image: image)  # type: ignore[misc]
    return pages.source()


@cache
def is_installed() -> bool:
    """Whether characters can be recognized."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("rapidocr_onnxruntime", "cv2"))


def recognized(image: Image, width: float, height: float) -> Page:
    """The marks in the picture of a page.

    Args:
        image: the picture, rows of pixels in grey or of blue, green and red.
        width, height: of the page in points.
    """
    import cv2

    grey = _levelled(_straight(_grey(image)))
    scale = grey.shape[1] / width
    ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    across, down, ruled = _rules(ink, scale * _POINTS)
    print_only = cv2.bitwise_and(ink, cv2.bitwise_not(ruled))
    grey[ruled > 0] = 255
    runs = _runs(print_only, ruled)
    glyphs = [glyph for run, said in zip(runs, _said(grey, runs), strict=True) for glyph in _glyphs(run, said, scale)]
    rules_across = [Rule(at / scale, low / scale, high / scale) for at, low, high in across]
    rules_down = [Rule(at / scale, low / scale, high / scale) for at, low, high in down]
    return Page(width, height, glyphs, rules_across, rules_down, True)


def pictures(file: File, data: bytes) -> list[Image]:
    """The pictures in ``data``, one a page, in blue, green and red.

    Raises:
        ReadError: kind ``limit`` or ``format``.
    """
    from PIL import Image as Pictures
    from PIL import ImageSequence, UnidentifiedImageError

    try:
        with Pictures.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise file.error("limit", f"has {picture.width} by {picture.height} pixels, more than are read")
            frames: list[Image] = []
            for frame in ImageSequence.Iterator(picture):
                if len(frames) >= min(file.limits.pages, 200):
                    raise file.error("limit", "has more pages than the limit")
                frames.append(np.asarray(frame.convert("RGB"))[:, :, ::-1])
            return frames
    except UnidentifiedImageError:
        raise file.error("format", "is a damaged picture, or of a kind that is not read") from None
    except Pictures.DecompressionBombError:
        raise file.error("limit", "has more pixels than are read") from None


def _grey(image: Image) -> Image:
    """The lightness of a picture, in which red seals are nearly white."""
    return image if image.ndim == 2 else np.ascontiguousarray(image.max(axis=2))


def _straight(grey: Image) -> Image:
    """The picture turned so that its lines are level."""
    import cv2

    height, width = grey.shape
    shrink = 800 / max(height, width)
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    ink = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    middle = (ink.shape[1] / 2, ink.shape[0] / 2)

    def sharpness(degrees: float) -> float:
        turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
        rows = cv2.warpAffine(ink, turn, ink.shape[::-1]).sum(axis=1, dtype=np.float64)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    best = max(np.arange(-_MOST_DEGREES, _MOST_DEGREES + 0.1, 0.5), key=sharpness)
    best = max(np.arange(best - 0.5, best + 0.51, 0.1), key=sharpness)
    if abs(best) < 0.05:
        return grey
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), best, 1.0)
    turned: Image = cv2.warpAffine(
        grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return turned


def _levelled(grey: Image) -> Image:
    """The picture with white paper: noise smoothed, shadows and yellowing taken out."""
    import cv2

    smooth = cv2.bilateralFilter(grey, 5, 40, 3)
    paper = cv2.medianBlur(cv2.dilate(smooth, np.ones((9, 9), np.uint8)), 31)
    level: Image = cv2.divide(smooth, paper, scale=250)
    return level


def _rules(ink: Image, dpi: float) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]], Image]:
    """Ruled lines across and down (place, from, to; in pixels), and a mask of them."""
    import cv2

    mask = np.zeros_like(ink)
    found: list[list[tuple[float, float, float]]] = []
    for horizontal in (True, False):
        length = int((_ACROSS if horizontal else _DOWN) * dpi)
        shape = (length, 1) if horizontal else (1, length)
        # Lines that were turned a little stand in steps of a pixel.
        thick = cv2.dilate(ink, np.ones((3, 1) if horizontal else (1, 3), np.uint8))
        lines = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
        rules: list[tuple[float, float, float]] = []
        for x, y, width, height, _ in cv2.connectedComponentsWithStats(lines)[2][1:]:
            if (height if horizontal else width) <= _THICK * dpi + 4:
                rules.append((y + height / 2, x, x + width) if horizontal else (x + width / 2, y, y + height))
                mask[y : y + height, x : x + width] |= lines[y : y + height, x : x + width]
        found.append(rules)
    return found[0], found[1], mask


def _runs(ink: Image, ruled: Image) -> list[Box]:
    """The runs of print: characters in a line with no wide gap and no ruled line between them."""
    import cv2

    pieces = [Box(x, x + w, y, y + h) for x, y, w, h, _ in cv2.connectedComponentsWithStats(ink)[2][1:]]
    heights = sorted(piece.y1 - piece.y0 for piece in pieces if 6 < piece.y1 - piece.y0 < 90)
    if not heights:
        return []
    em = heights[int(0.8 * len(heights))]
    # Specks are no print; a full stop is a sixth of a character wide.
    for x0, x1, y0, y1 in pieces:
        if max(x1 - x0, y1 - y0) < em / 9:
            ink[y0:y1, x0:x1] = 0
    edge = 2 * em
    framed = cv2.copyMakeBorder(ink, 0, 0, edge, edge, cv2.BORDER_CONSTANT)
    bridge = np.ones((1, int(_GAP * em) | 1), np.uint8)
    bridged: Image = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, bridge)[:, edge:-edge]
    bridged[ruled > 0] = 0
    parts = [Box(x, x + w, y, y + h) for x, y, w, h, _ in cv2.connectedComponentsWithStats(bridged)[2][1:]]
    return [run for run in _merged(parts, em, ruled) if _is_print(run, em)]


def _merged(parts: list[Box], em: int, ruled: Image) -> list[Box]:
    """Parts of one line of print as one: strokes above one another, marks beside their word."""
    parts = sorted(parts, key=lambda part: part.x0 - part.x1)  # the widest first
    runs: list[Box] = []
    for part in parts:
        for number, run in enumerate(runs):
            if _belongs(part, run, em) and not _parted(part, run, ruled):
                runs[number] = Box(
                    min(run.x0, part.x0), max(run.x1, part.x1), min(run.y0, part.y0), max(run.y1, part.y1)
                )
                break
        else:
            runs.append(part)
    return runs if len(runs) == len(parts) else _merged(runs, em, ruled)


def _belongs(part: Box, run: Box, em: int) -> bool:
    height = max(run.y1, part.y1) - min(run.y0, part.y0)
    if height > max(1.25 * em, run.y1 - run.y0 + 2, part.y1 - part.y0 + 2):
        return False
    apart_across = max(run.x0, part.x0) - min(run.x1, part.x1)
    apart_down = max(run.y0, part.y0) - min(run.y1, part.y1)
    return apart_across < 0.5 * em and apart_down < 0.35 * em


def _parted(part: Box, run: Box, ruled: Image) -> bool:
    """Whether a ruled line stands between two parts."""
    x0, x1 = sorted((max(part.x0, run.x0), min(part.x1, run.x1)))
    y0, y1 = sorted((max(part.y0, run.y0), min(part.y1, run.y1)))
    return bool(ruled[y0 : y1 + 1, x0 : x1 + 1].any())


def _is_print(run: Box, em: int) -> bool:
    width, height = run.x1 - run.x0, run.y1 - run.y0
    return height > em / 3 or width > em / 2


class _Said(NamedTuple):
    """What a run says: characters, and where in it each is, from 0 to 1."""

    text: str
    places: list[float]


@cache
def _recognizer() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(intra_op_num_threads=2, inter_op_num_threads=1).text_rec


@cache
def _meant() -> dict[str, str]:
    """What is meant where recognition sees a word that looks alike."""
    from cnfin import lexicon

    return {row["seen"]: row["meant"] for row in lexicon.read_table(lexicon.folder() / "misread.tsv")}


@cache
def _misread() -> re.Pattern[str]:
    from cnfin import lexicon

    rows = lexicon.read_table(lexicon.folder() / "misread.tsv")
    return re.compile("|".join(f"{row['seen']}(?![{row['unless'] or chr(0)}])" for row in rows))


def _said(grey: Image, runs: Sequence[Box]) -> list[_Said]:
    import cv2

    crops = []
    for run in runs:
        pad = _padding(run)
        crop = grey[max(0, run.y0 - pad) : run.y1 + pad, max(0, run.x0 - pad) : run.x1 + pad]
        crops.append(cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR))
    if not crops:
        return []
    found: list[_Said] = []
    for text, score, (columns, _, places, *_) in _recognizer()(crops, return_word_box=True)[0]:
        flat = [place for word in places for place in word]
        sure = _misread().sub(lambda seen: _meant()[seen[0]], text) if score >= _SURE else ""
        found.append(_Said(sure, [(place + 0.5) / max(columns, 1) for place in flat]))
    return found


def _padding(run: Box) -> int:
    """Pixels of white around a run, which recognition needs."""
    return max(2, (run.y1 - run.y0) // 3)


def _glyphs(run: Box, said: _Said, scale: float) -> list[Glyph]:
    """The characters of a run, each with a box, in points."""
    size = (run.y1 - run.y0) / scale
    pad = _padding(run)
    left, width = (run.x0 - pad) / scale, (run.x1 - run.x0 + 2 * pad) / scale
    y0, y1 = run.y0 / scale, run.y1 / scale
    middles = [left + place * width for place in said.places]
    glyphs: list[Glyph] = []
    for char, middle in zip(said.text, middles, strict=False):
        half = size * (0.25 if char.isascii() else 0.5)
        x0, x1 = middle - half, middle + half
        if glyphs and x0 - glyphs[-1].x1 < _LOOSE * size:
            # Recognition tells places by columns of a sixth of a character: what stands close touches.
            before = glyphs[-1]
            x0 = max((before.x1 + x0) / 2, before.x0)
            glyphs[-1] = before._replace(x1=x0)
        glyphs.append(Glyph(char, x0, max(x1, x0), y0, y1))
    return [glyph for glyph in glyphs if not glyph.char.isspace()]
