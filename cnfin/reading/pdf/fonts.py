"""The font that stands in for every font a PDF names but does not bring.

pdfium looks for such fonts on the machine. Where it finds none it has no shape for a Chinese
character, and passes over text that takes no room by that: single characters, and all that is
turned. So the text of a file depends on the fonts that are installed. For reading, shapes do not
matter and widths stand in the file; a font whose every character is a box gives the same text
everywhere.
"""

from __future__ import annotations

import ctypes
import struct
from functools import cache
from typing import Any

_EM, _ASCENT, _DESCENT = 1000, 860, -140
_HALF, _FULL = 1, 2  # numbers of glyphs; 0 is the one for no character
_FIRST_WIDE = 0x2E80
_FACE = b"cnfin boxes\0"


@cache
def install() -> None:
    """Make pdfium take the font of boxes for all fonts that files do not bring, in this process."""
    import pypdfium2.raw as pdfium

    font = box_font()
    fields = dict(pdfium.FPDF_SYSFONTINFO._fields_)

    def nothing(*_: Any) -> None:
        """Answers calls that need no answer."""

    def copied(data: bytes, sink: Any, room: int) -> int:
        if sink and room >= len(data):
            ctypes.memmove(sink, data, len(data))
        return len(data)

    info = pdfium.FPDF_SYSFONTINFO(
        version=1,
        Release=fields["Release"](nothing),
        EnumFonts=fields["EnumFonts"](nothing),
        MapFont=fields["MapFont"](lambda *_: 1),
        GetFont=fields["GetFont"](lambda *_: 1),
        GetFontData=fields["GetFontData"](lambda _, __, table, sink, room: 0 if table else copied(font, sink, room)),
        GetFaceName=fields["GetFaceName"](lambda _, __, sink, room: copied(_FACE, sink, room)),
        GetFontCharset=fields["GetFontCharset"](lambda *_: 1),
        DeleteFont=fields["DeleteFont"](nothing),
    )
    _kept.append(info)  # pdfium goes on calling it
    pdfium.FPDF_SetSystemFontInfo(info)


_kept: list[Any] = []


def box_font() -> bytes:
    """A TrueType font that has a box for every code point, half as wide below U+2E80.

    Source: https://learn.microsoft.com/typography/opentype/spec/ (cmap format 13: many to one).
    """
    box = _box()
    offsets = [0, 0, len(box), 2 * len(box)]
    groups = ((0x21, _FIRST_WIDE - 1, _HALF), (_FIRST_WIDE, 0x10FFFF, _FULL))
    mapping = b"".join(struct.pack(">III", *group) for group in groups)
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 10, 12)
        + struct.pack(">HHIII", 13, 0, 16 + len(mapping), 0, len(groups)) + mapping,
        b"glyf": box * 2,
        b"head": struct.pack(">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0,
                             0, _DESCENT, _EM, _ASCENT, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">IhhhHhhhhhh8xhH", 0x10000, _ASCENT, _DESCENT, 0, _EM, 0, 0, _EM, 1, 0, 0, 0, 3),
        b"hmtx": struct.pack(">HhHhHh", _EM // 2, 0, _EM // 2, 20, _EM, 20),
        b"loca": struct.pack(">4I", *offsets),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    place = 12 + 16 * len(tables)
    directory, body = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 16 * len(tables) - 64), b""
    for tag, table in tables.items():
        directory += struct.pack(">4sIII", tag, 0, place + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return directory + body


def _box() -> bytes:
    """A glyph of four corners, as high as a character and narrower than a full stop: files tell the widths."""
    left, right, low, high = 20, 200, _DESCENT + 20, _ASCENT - 20
    corners = struct.pack(">hhhhh", 1, left, low, right, high) + struct.pack(">HH", 3, 0) + b"\x01" * 4
    moves = struct.pack(">4h", left, 0, right - left, 0) + struct.pack(">4h", low, high - low, 0, low - high)
    return corners + moves + bytes(-len(corners + moves) % 4)
