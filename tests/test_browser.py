"""Pages in a real browser: they run, they fit, they can be used with a keyboard, and a document runs nothing.

Needs Playwright's Python package and a Chromium of the system (``CNFIN_CHROMIUM`` names another); without them the
tests are skipped with the reason.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_view import HOSTILE, TEXT

import cnfin
from cnfin.audit import audit
from cnfin.cli.commands import cli
from cnfin.view import report
from cnfin.view.entry import Entry
from cnfin.view.page import page

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
WIDTHS = (390, 768, 1280)
STYLE = ROOT / "cnfin" / "view" / "templates" / "style.css"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    found = os.environ.get("CNFIN_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is installed, and CNFIN_CHROMIUM names none")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield chromium
        chromium.close()


class Visit:
    """A page that is open, and what went wrong on it or was asked of the network."""

    def __init__(self, browser: Any, path: Path, place: str = "", **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri() + place)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            assert not self.wrong
            assert all(url.startswith("file:") for url in self.asked)
        finally:
            self.context.close()

    def see(self, selector: str) -> bool:
        return bool(self.page.locator(selector).first.is_visible())


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "一页.html"
    document = cnfin.tag(TEXT, name="云溪.txt")
    path.write_text(page(document, audit(document), "en"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    result = CliRunner().invoke(cli, ["view", str(SAMPLES), "-o", str(folder), "--lang", "zh", "-q"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wide", WIDTHS)
def test_every_page_fits_and_runs(browser: Any, many: Path, wide: int, scheme: str) -> None:
    for path in (many / "index.html", many / "report.html", *sorted((many / "pages").iterdir())[:3]):
        with Visit(browser, path, viewport={"width": wide, "height": 800}, color_scheme=scheme) as visit:
            for part in ("", "#findings", "#ledger", "#said", "#document") if path.parent.name == "pages" else ("",):
                visit.page.evaluate(f"location.hash = '{part}'")
                visit.page.wait_for_timeout(20)
                assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path.name, part)


def test_tabs_by_mouse_and_by_keyboard(browser: Any, one: Path) -> None:
    with Visit(browser, one) as visit:
        assert visit.see("#overview") and not visit.see("#ledger")
        visit.page.click("#tabs a[href='#ledger']")
        assert visit.see("#ledger") and not visit.see("#overview")
        visit.page.keyboard.press("ArrowRight")
        assert visit.see("#said") and visit.page.evaluate("document.activeElement.hash") == "#said"
        visit.page.keyboard.press("ArrowLeft")
        assert visit.see("#ledger")


def test_links_open_the_part_they_lead_into(browser: Any, one: Path) -> None:
    with Visit(browser, one, "#findings") as visit:
        visit.page.click("ol.findings li:first-child p:first-child a")
        visit.page.wait_for_timeout(50)
        assert visit.see("#document")
        assert visit.page.evaluate("document.activeElement.classList.contains('x')"), "the figure has the focus"
        visit.page.click("article a.n >> nth=0")
        visit.page.wait_for_timeout(50)
        assert visit.see("#finding-1")


@pytest.mark.parametrize("wide", WIDTHS)
def test_a_values_fact_is_shown_on_focus_and_inside_the_window(browser: Any, one: Path, wide: int) -> None:
    with Visit(browser, one, "#document", viewport={"width": wide, "height": 700}) as visit:
        values = visit.page.locator("article mark.f")
        assert values.count() > 8
        for place in range(values.count()):
            values.nth(place).focus()
            box = values.nth(place).locator(".t").bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= wide + 1
            assert box["y"] >= 0 and box["y"] + box["height"] <= 701
        visit.page.keyboard.press("Escape")
        assert not visit.see("article mark.f .t")


def test_the_legend_switches_labels_and_roles(browser: Any, one: Path) -> None:
    with Visit(browser, one, "#document") as visit:
        def colour(selector: str) -> str:
            return str(visit.page.eval_on_selector(selector, "mark => getComputedStyle(mark).backgroundColor"))

        before = colour("article mark.j")
        visit.page.uncheck("#show-j")
        assert colour("article mark.j") != before and colour("article mark.k") != "rgba(0, 0, 0, 0)"
        assert visit.see(".role.r0")
        visit.page.uncheck("#show-r0")
        assert not visit.see(".role.r0")


def test_finding_values_and_filtering_findings(browser: Any, one: Path) -> None:
    with Visit(browser, one, "#document") as visit:
        visit.page.fill("#find", "公务接待费 决算数")
        assert visit.page.inner_text("#found").startswith("0/") and not visit.page.inner_text("#found").endswith("/0")
        visit.page.press("#find", "Enter")
        assert "1.50万元" in visit.page.evaluate("document.activeElement.textContent")
        visit.page.click("#tabs a[href='#findings']")
        visit.page.select_option("#filter-finding", "error")
        shown = visit.page.eval_on_selector_all(
            "ol.findings > li", "items => items.filter(item => !item.hidden).map(item => item.dataset.severity)"
        )
        assert shown and set(shown) == {"error"}


def test_without_script_everything_can_be_read(browser: Any, one: Path, many: Path) -> None:
    with Visit(browser, one, java_script_enabled=False) as visit:
        for part in ("overview", "findings", "ledger", "said", "document"):
            assert visit.see(f"#{part}")
        visit.page.locator("article mark.f").first.hover()
        assert visit.see("article mark.f .t")
        assert not visit.see(".find")
    with Visit(browser, many / "index.html", java_script_enabled=False) as visit:
        assert visit.page.locator("#index tbody tr").count() == len(list((many / "pages").iterdir()))
        assert not visit.see("#filters")


def test_printed_it_is_all_there_and_nothing_to_click(browser: Any, one: Path) -> None:
    with Visit(browser, one) as visit:
        visit.page.emulate_media(media="print")
        assert visit.see("#document") and visit.see("#ledger") and not visit.see("#tabs") and not visit.see(".legend")


def test_everything_to_use_has_a_name_and_a_language(browser: Any, one: Path, many: Path) -> None:
    for path in (one, many / "index.html", many / "report.html"):
        with Visit(browser, path) as visit:
            assert visit.page.get_attribute("html", "lang") in ("en", "zh-Hans")
            nameless = visit.page.evaluate(
                """[...document.querySelectorAll('input,select,button,svg[role=img],nav,form')].filter(item =>
                !(item.labels && item.labels.length) && !item.getAttribute('aria-label') && !item.textContent.trim()
                ).map(item => item.outerHTML)"""
            )
            assert nameless == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_hostile_document_runs_nothing(browser: Any, tmp_path: Path, lang: Any) -> None:
    for number, payload in enumerate(HOSTILE):
        text = TEXT.replace("云溪县图书馆", f"云溪县{payload}图书馆").replace("（项）", f"{payload}（项）")
        document = cnfin.tag(f"{payload}\n{text}{payload}\t{payload}\n", name=f"{payload}.txt")
        path = tmp_path / f"{number}.html"
        path.write_text(page(document, audit(document), lang), encoding="utf-8")
        with Visit(browser, path) as visit:
            for part in ("findings", "ledger", "said", "document"):
                visit.page.click(f"#tabs a[href='#{part}']")
            visit.page.locator("article mark.f").first.hover()
            visit.page.wait_for_timeout(30)
            assert visit.page.evaluate("window.hacked === undefined")
            assert payload.split("<")[0] in visit.page.inner_text("article")


def test_a_hostile_folder_runs_nothing(browser: Any, tmp_path: Path) -> None:
    entries = [Entry(doc=f"{bad}.txt", unit=bad, province=bad, kind="决算", page="pages/x.html") for bad in HOSTILE]
    report.open_folder(str(tmp_path))
    report.write(str(tmp_path), entries, [report.Failure(bad, bad) for bad in HOSTILE], "en")
    for name in ("index.html", "report.html"):
        with Visit(browser, tmp_path / name) as visit:
            visit.page.wait_for_timeout(50)
            assert visit.page.evaluate("window.hacked === undefined")
            assert "<script>window.hacked=1</script>" in visit.page.inner_text("main")


def test_ten_thousand_documents_are_sorted_filtered_and_paged(browser: Any, tmp_path: Path) -> None:
    from decimal import Decimal

    entries = [
        Entry(
            doc=f"{number:05}.txt", unit=f"第{number}小学", province="云南省" if number % 2 else "四川省",
            year=2015 + number % 8, kind="决算", sangong=Decimal(number) / 10, page=f"pages/{number}.html",
            findings={"sum": 1} if number % 100 == 0 else {},
        )
        for number in range(10_000)
    ]  # fmt: skip
    report.open_folder(str(tmp_path))
    report.write(str(tmp_path), entries, [], "en")
    with Visit(browser, tmp_path / "index.html") as visit:
        rows = visit.page.locator("#index tbody tr")
        assert rows.count() == 100 and visit.page.inner_text("#shown") == "10000 / 10000"
        visit.page.click("#index thead th:nth-child(6) button")
        assert "第9999小学" in rows.first.inner_text()
        assert visit.page.get_attribute("#index thead th:nth-child(6)", "aria-sort") == "descending"
        visit.page.select_option("#by-province", "四川省")
        visit.page.check("#by-findings")
        assert visit.page.inner_text("#shown") == "100 / 10000"
        visit.page.fill("#words", "第99")
        assert visit.page.inner_text("#shown") == "1 / 10000"
        visit.page.fill("#words", "")
        visit.page.uncheck("#by-findings")
        visit.page.click("#pages button:last-child")
        assert "第0小学" in rows.last.inner_text()


def test_a_part_of_another_page_leaves_that_page_alone(browser: Any, tmp_path: Path) -> None:
    document = cnfin.tag(TEXT, name="云溪.txt")
    look = "node => { const style = getComputedStyle(node); return [style.fontSize, style.color, style.margin]; }"
    plain, with_part = tmp_path / "plain.html", tmp_path / "part.html"
    outside = "<!doctype html><meta charset=utf-8><h1>mine</h1><table><tr><td>x</td></tr></table><a href=#>y</a>"
    plain.write_text(outside, encoding="utf-8")
    with_part.write_text(outside + cnfin.render(document, "spans", lang="en"), encoding="utf-8")
    seen = []
    for path in (plain, with_part):
        with Visit(browser, path) as visit:
            seen.append([visit.page.eval_on_selector(tag, look) for tag in ("body", "h1", "td", "a")])
    assert seen[0] == seen[1]
    with Visit(browser, with_part) as visit:
        colour = "mark => getComputedStyle(mark).backgroundColor"
        before = visit.page.eval_on_selector("mark.j", colour)
        visit.page.uncheck("#show-j")
        assert before != "rgba(0, 0, 0, 0)" and visit.page.eval_on_selector("mark.j", colour) == "rgba(0, 0, 0, 0)"


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(letter * 2 for letter in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast_is_that_of_wcag_aa(scheme: int) -> None:
    block = re.findall(r":root\{([^}]*--ink:[^}]*--k:[^}]*)\}", STYLE.read_text(encoding="utf-8"))[scheme]
    colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", block))
    pairs = [(ink, "paper") for ink in ("ink", "soft", "link", "bad", "doubt", "r0", "r1", "r2")]
    pairs += [("ink", label) for label in "kjbsyw"] + [("bad", "bad-shade"), ("ink", "bad-shade"), ("soft", "shade")]
    pairs += [("link", "bad-shade"), ("soft", "bad-shade"), ("doubt", "shade")]
    low = {}
    for pair in pairs:
        bright, dark = sorted((_luminance(colours[name]) for name in pair), reverse=True)
        if (bright + 0.05) / (dark + 0.05) < 4.5:
            low[pair] = (bright + 0.05) / (dark + 0.05)
    assert low == {}
