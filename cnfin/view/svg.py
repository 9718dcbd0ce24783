"""Charts as inline SVG: bars and columns, whose text is the page's own.

A drawing is a few rectangles, so it is written here: no library, no script, nothing to fetch, no font to
find for Chinese text, and it prints and scales. Sizes are attributes, which a strict page policy allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

_WIDTH, _HEIGHT, _ROOM = 600, 180, 24


def bar(value: Decimal, whole: Decimal, before: Decimal | None = None, tone: str = "") -> Markup:
    """One bar of ``value`` in a width that stands for ``whole``; ``before`` is a thin one below it."""
    height = 12 if before is None else 16
    parts = [
        Markup('<svg class="bar {}" viewBox="0 0 100 {}" preserveAspectRatio=none aria-hidden=true>').format(
            tone, height
        )
    ]
    parts.append(Markup('<rect width="{}" height=11 y=1 rx=.5 />').format(_share(value, whole)))
    if before is not None:
        parts.append(Markup('<rect class=before width="{}" height=3 y=13 rx=.5 />').format(_share(before, whole)))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def columns(points: Sequence[tuple[str, Decimal, str]], title: str) -> Markup:
    """Columns side by side, such as sums over years or a distribution.

    Args:
        points: for each column its name, its height and what is written on it.
        title: what the drawing shows, for those who cannot see it.
    """
    top = max((value for _, value, _ in points), default=Decimal(0)) or Decimal(1)
    step = Decimal(_WIDTH) / max(len(points), 1)
    parts = [Markup('<svg class=columns viewBox="0 0 {} {}" role=img><title>{}</title>').format(_WIDTH, _HEIGHT, title)]
    for place, (name, value, written) in enumerate(points):
        height = max(value, Decimal(0)) / top * (_HEIGHT - 2 * _ROOM)
        middle = _short(step * (place + Decimal("0.5")))
        wide = min(step * Decimal("0.7"), Decimal(64))
        left = step * (place + Decimal("0.5")) - wide / 2
        foot = _HEIGHT - _ROOM
        parts.append(Markup('<rect x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
            _short(left), _short(foot - height), _short(wide), _short(height), name, written))  # fmt: skip
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(middle, _short(foot - height - 6), written))
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(middle, _HEIGHT - 7, name))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _share(value: Decimal, whole: Decimal) -> str:
    return _short(min(max(value / whole * 100, Decimal(0)), Decimal(100))) if whole > 0 else "0"


def _short(value: Decimal) -> str:
    return str(escape(f"{value:.1f}".rstrip("0").rstrip(".")))
