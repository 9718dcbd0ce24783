"""What of a Word file is written in it but not for its reader: hidden and struck out text, raised note marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset(("0", "false", "off", "none"))
_GONE = ("vanish", "strike", "dstrike")
# A raised number or sign is a note mark; behind a letter it is a power (m²).
_NOTE_MARK = re.compile(r"[\s\[［〔【(（]*(?:\d{1,2}|[①-⑳㈠-㈩⑴-⒇*＊※†‡])[\s\]］〕】)）]*")
_LETTER = re.compile(r"[A-Za-z]")
_DEEPEST = 50


class Shown:
    """Which text of a document its reader sees.

    Args:
        styles: root of styles.xml, None where the package has none.
    """

    def __init__(self, styles: _Element | None) -> None:
        found = styles.iter(_W + "style") if styles is not None else ()
        self._styles = {style.get(_W + "styleId", ""): style for style in found}
        self._told: dict[tuple[str, str], bool | None] = {}

    def leaves_out(self, run: _Element, paragraph_style: str, before: str) -> bool:
        """Whether the text of a run is not for the reader.

        Args:
            run: the run.
            paragraph_style: the style of its paragraph, empty for the usual one.
            before: the text before it in the paragraph.
        """
        properties = run.find(_W + "rPr")
        style = _value(properties, "rStyle") if properties is not None else ""
        if any(self._says(what, properties, style, paragraph_style) for what in _GONE):
            return True
        if properties is None or _value(properties, "vertAlign") != "superscript":
            return False
        text = "".join(piece.text or "" for piece in run.iter(_W + "t"))
        return _NOTE_MARK.fullmatch(text) is not None and not _LETTER.fullmatch(before[-1:])

    def _says(self, what: str, properties: _Element | None, *styles: str) -> bool:
        """What the run itself, else its style, else its paragraph's says about ``what``."""
        told = _switch(properties, what)
        for style in styles:
            told = self._style_says(style, what) if told is None else told
        return bool(told)

    def _style_says(self, style: str, what: str) -> bool | None:
        """What a style, or the first that it is based on, says about ``what``."""
        if (style, what) not in self._told:
            told, name = None, style
            for _ in range(_DEEPEST):
                element = self._styles.get(name)
                if element is None or told is not None:
                    break
                told, name = _switch(element.find(_W + "rPr"), what), _value(element, "basedOn")
            self._told[style, what] = told
        return self._told[style, what]


def _switch(properties: _Element | None, what: str) -> bool | None:
    element = properties.find(_W + what) if properties is not None else None
    return None if element is None else element.get(_W + "val", "true") not in _OFF


def _value(parent: _Element, tag: str) -> str:
    element = parent.find(_W + tag)
    return element.get(_W + "val", "") if element is not None else ""
