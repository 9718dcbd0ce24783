"""Writes the OFD of a document: the marks of its PDF, as programs that export OFD place them."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from print_pdf import as_pdf

_MM = 25.4 / 72
_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def as_ofd(blocks: list[Any], **options: Any) -> bytes:
    """An OFD file of paragraphs and tables."""
    import pypdfium2

    from cnfin.reading.pdf.fonts import install
    from cnfin.reading.pdf.page import load

    install()
    document = pypdfium2.PdfDocument(as_pdf(blocks, **options))
    return ofd([page_xml(load(page, 1_000_000)) for page in document])


def ofd(pages: list[str], *, template: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A file of pages, each the XML of its content."""
    from make_formats import as_zip

    listed = "".join(f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    named = '<ofd:TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    files = {
        "OFD.xml": f'<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>{named}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        **({"Doc_0/Tpls/Tpl_0/Content.xml": template} if template else {}),
        **{f"Doc_0/Pages/Page_{number}/Content.xml": page for number, page in enumerate(pages)},
    }
    packed = {name: ('<?xml version="1.0" encoding="UTF-8"?>' + text).encode() for name, text in files.items()}
    return as_zip(packed | (more or {}))


def page_xml(page: Any) -> str:
    """The content of a page with these marks."""
    parts = [_text(run) for run in _runs(page.glyphs)]
    for rules, horizontal in ((page.across, True), (page.down, False)):
        for rule in rules:
            x, y = (rule.low, rule.at) if horizontal else (rule.at, rule.low)
            length = (rule.high - rule.low) * _MM
            width, height = (length, 0) if horizontal else (0, length)
            parts.append(
                f'<ofd:PathObject Boundary="{x * _MM:.4f} {y * _MM:.4f} {width + 0.5:.4f} {height + 0.5:.4f}">'
                f"<ofd:AbbreviatedData>M 0 0 L {width:.4f} {height:.4f}</ofd:AbbreviatedData></ofd:PathObject>"
            )
    return content("".join(parts), f"0 0 {page.width * _MM:.3f} {page.height * _MM:.3f}")


def content(objects: str, box: str = "0 0 210 297", template: bool = False) -> str:
    """The content of a page of these objects."""
    below = '<ofd:Template TemplateID="5" ZOrder="Background"/>' if template else ""
    return (
        f"<ofd:Page {_NS}>{below}<ofd:Area><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="2" Type="Body">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _runs(glyphs: list[Any]) -> Iterator[list[Any]]:
    run: list[Any] = []
    for glyph in glyphs:
        if run and (glyph.y1 != run[-1].y1 or not 0 <= glyph.x0 - run[-1].x0 < 40):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _text(run: list[Any]) -> str:
    first, size = run[0], (run[0].y1 - run[0].y0) * _MM
    steps = [(after.x0 - before.x0) * _MM for before, after in pairwise(run)]
    same = bool(steps) and max(steps) - min(steps) < 1e-4
    deltas = f"g {len(steps)} {steps[0]:.5f}" if same else " ".join(f"{step:.5f}" for step in steps)
    said = html.escape("".join(glyph.char for glyph in run))
    width = (run[-1].x1 - first.x0) * _MM
    box = f"{first.x0 * _MM:.4f} {first.y0 * _MM:.4f} {width:.4f} {size:.4f}"
    return (
        f'<ofd:TextObject Boundary="{box}" Font="3" Size="{size:.4f}">'
        f'<ofd:TextCode X="0" Y="{0.86 * size:.4f}" DeltaX="{deltas}">{said}</ofd:TextCode></ofd:TextObject>'
    )
