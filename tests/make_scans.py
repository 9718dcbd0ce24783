"""Prints of documents as a scanner sees them: turned a little, noisy, soft, packed as JPEG.

``python tests/make_scans.py FOLDER --dpi 200`` writes the sample documents and the nine tables so. The
prints are drawn by pdfium with the machine's Chinese fonts, which must be there (fonts-noto-cjk).
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np


def prints(pdf: bytes, dpi: int) -> list[Any]:
    """The pages of a PDF in grey, drawn in this process, which must not have read a PDF before."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72, grayscale=True).to_numpy().squeeze() for page in document]


def scanned(image: Any, seed: int, *, skew: float = 0.6, noise: float = 8.0, quality: int = 60) -> bytes:
    """A print as a scanner gives it, as JPEG.

    Args:
        image: the print, dark on white.
        seed: of the noise.
        skew: degrees that the sheet lies askew.
        noise: standard deviation of the noise, of 255 levels.
        quality: of the JPEG.
    """
    import cv2

    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    paper = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    paper = cv2.GaussianBlur(paper, (3, 3), 0.6)
    draw = np.random.default_rng(seed)
    levels = 235 - (255 - paper.astype(np.float32)) * 0.85 + draw.normal(0, noise, paper.shape)
    packed, data = cv2.imencode(".jpg", np.clip(levels, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert packed
    return bytes(data)


def as_scan(pictures: list[bytes], dpi: int) -> bytes:
    """A PDF of pictures, one a page."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    sink = io.BytesIO()
    canvas = Canvas(sink)
    for data in pictures:
        picture = ImageReader(io.BytesIO(data))
        width, height = (side * 72 / dpi for side in picture.getSize())
        canvas.setPageSize((width, height))
        canvas.drawImage(picture, 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def main() -> None:
    """Write scans of the samples and of the nine tables."""
    from make_formats import blocks_of, nine_blocks
    from print_pdf import as_pdf

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--only", metavar="NAME", help="the tables, or one sample")
    parser.add_argument("--pages", type=int, default=1000, help="of each document")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    samples = sorted((Path(__file__).resolve().parents[1] / "corpus" / "samples").glob("*.txt"))
    documents = {"tables": nine_blocks()} | {path.stem: blocks_of(path.read_text("utf-8")) for path in samples}
    for number, (name, blocks) in enumerate(documents.items()):
        if options.only not in (None, name):
            continue
        printed = as_pdf(blocks)
        pages = prints(printed, options.dpi)[: options.pages]
        skews = (0.0, 0.6, -0.4, 1.2)
        pictures = [scanned(page, 100 * number + place, skew=skews[place % 4]) for place, page in enumerate(pages)]
        (options.folder / f"{name}.pdf").write_bytes(as_scan(pictures, options.dpi))
        (options.folder / f"{name}.print.pdf").write_bytes(printed)
        print(name, len(pages), file=sys.stderr)


if __name__ == "__main__":
    main()
