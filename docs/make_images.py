#!/usr/bin/env python3
"""Take the pictures of the documents anew: ``python docs/make_images.py`` (needs the extra dev and a Chromium)."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
DOCUMENT = ROOT / "corpus" / "planted" / "gansu-2018-yiyuan-juesuan.txt"
#: Name, what is shown, language, width, height, colour scheme.
SHOTS = (
    ("page", "#document", "en", 1180, 720, "light"),
    ("accounts", "#ledger", "zh", 768, 720, "dark"),
    ("phone", "#findings", "zh", 390, 720, "light"),
    ("index", "", "en", 1180, 560, "light"),
)


def take(page: Page, name: str) -> None:
    """A picture of the window with few colours, which is small."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(48, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def main() -> None:
    """Make pages, open them, take pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for name, place, lang, width, height, scheme in SHOTS:
            output = Path(folder, f"{name}.html" if place else name)
            source = DOCUMENT if place else ROOT / "corpus" / "samples"
            command = [sys.executable, "-m", "cnfin", "view", source, "-o", output, "--lang", lang, "-q"]
            subprocess.run(command, check=True)
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            page.goto((output if place else output / "index.html").as_uri() + place)
            if place == "#document":
                mark = page.locator("article mark.x").first
                mark.scroll_into_view_if_needed()
                mark.focus()
            page.wait_for_timeout(200)
            take(page, name)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
