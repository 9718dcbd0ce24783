"""Pictures of text: scanned-like prints come back as the print was, with their tables."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from final_accounts import nine_tables
from make_scans import as_scan

from cnfin.errors import ReadError
from cnfin.reading import Limits, ocr, read, read_bytes

pytestmark = pytest.mark.slow
HERE = Limits(isolated=False)
MAKE = Path(__file__).with_name("make_scans.py")


def _has_fonts() -> bool:
    listing = shutil.which("fc-list")
    return listing is not None and bool(subprocess.run([listing, ":lang=zh"], capture_output=True, check=False).stdout)


needs = pytest.mark.skipif(
    not ocr.is_installed() or not _has_fonts(), reason="needs the extra ocr and a Chinese font to print with"
)


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages of the nine tables as a scanner gives them; the second lies askew."""
    folder = tmp_path_factory.mktemp("scans")
    subprocess.run([sys.executable, str(MAKE), str(folder), "--only", "tables", "--pages", "2"], check=True)
    return folder / "tables.pdf"


@needs
def test_a_scanned_table(scan: Path) -> None:
    source = read(scan)
    table, sample = source.tables[0], nine_tables()[0]
    assert (table.title, table.unit, source.notes) == (sample.title, "万元", ())
    body = [[cell.text for cell in row if cell.text] for row in table.rows[len(sample.header) :]]
    assert body == [[text for text in row if text] for row in sample.rows]
    assert len(source.pages) == 2 and source.pages[1] > 0 and source.recognized


@needs
def test_a_picture_is_read(scan: Path) -> None:
    import pypdfium2
    from PIL import Image

    image = pypdfium2.PdfDocument(scan)[1].render(scale=200 / 72).to_pil()
    sink = io.BytesIO()
    image.save(sink, "TIFF", save_all=True, append_images=[Image.new("RGB", (100, 100), "white")])
    source = read_bytes(sink.getvalue(), "a.tif", limits=HERE)
    assert "2149.12" in source.text and len(source.tables) == 1


def _blank(pages: int) -> bytes:
    import cv2

    white = np.full((300, 200), 255, np.uint8)
    return as_scan([bytes(cv2.imencode(".jpg", white)[1])] * pages, 72)


@pytest.mark.skipif(not ocr.is_installed(), reason="needs the extra ocr")
def test_pictures_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match="no text"):
        read_bytes(_blank(2), limits=HERE)
    with pytest.raises(ReadError) as caught:
        read_bytes(_blank(2), limits=HERE, ocr="never")
    assert caught.value.kind == "scanned"
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    with pytest.raises(ReadError, match=r"cnfin\[ocr\]"):
        read_bytes(_blank(2), limits=HERE)


@pytest.mark.skipif(not ocr.is_installed(), reason="needs the extra ocr")
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"II*\0" + b"\xff" * 99, b"GIF89a" + b"\1" * 9])
def test_damaged_pictures(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(data, limits=HERE)
    assert caught.value.kind == "format"


@pytest.mark.skipif(not ocr.is_installed(), reason="needs the extra ocr")
def test_a_picture_of_too_many_pixels() -> None:
    width = height = (30_000).to_bytes(4, "big")
    head = b"IHDR" + width + height + b"\x08\x02\0\0\0"
    import zlib

    data = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")
    data += bytes(4) + b"IDAT" + zlib.crc32(b"IDAT").to_bytes(4, "big")
    with pytest.raises(ReadError) as caught:
        read_bytes(data, limits=HERE)
    assert caught.value.kind == "limit"


def test_runs_of_print_keep_to_their_cells() -> None:
    """Runs end at wide gaps and at ruled lines; strokes above one another are one."""
    cv2 = pytest.importorskip("cv2")
    grey = np.full((400, 900), 255, np.uint8)
    for x, y, width, height in ((50, 100, 26, 4), (50, 120, 26, 4), (85, 98, 24, 28), (118, 98, 24, 28),
                                (300, 98, 24, 28), (330, 98, 24, 28), (366, 98, 24, 28)):  # fmt: skip
        grey[y : y + height, x : x + width] = 0
    cv2.line(grey, (360, 20), (360, 380), 0, 2)
    cv2.line(grey, (20, 20), (880, 20), 0, 2)
    ink = 255 - grey
    across, down, ruled = ocr._rules(ink, 200)
    assert [(round(at), round(high - low, -1)) for at, low, high in across] == [(20, 860)]
    assert [round(at) for at, _, _ in down] == [360]
    runs = ocr._runs(cv2.bitwise_and(ink, cv2.bitwise_not(ruled)), ruled)
    first, second, third = sorted(int(run.x0) for run in runs)
    assert (first, second) == (50, 300) and 360 < third <= 366
    assert max(run.x1 for run in runs if run.x0 == 300) < 360


def test_level_lines() -> None:
    cv2 = pytest.importorskip("cv2")
    grey = np.full((1000, 800), 255, np.uint8)
    for y in range(100, 900, 40):
        cv2.line(grey, (80, y), (720, y), 0, 3)
    turn = cv2.getRotationMatrix2D((400, 500), 2.3, 1.0)
    askew = cv2.warpAffine(grey, turn, (800, 1000), borderValue=255)
    rows = (255 - ocr._straight(askew)).sum(axis=1, dtype=float)
    assert rows.max() > 0.9 * 255 * 640 * 1  # a line of print fills its row again
