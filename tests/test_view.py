"""Pages, reports and summaries: what stands where, and that a document's text is never more than text."""

from __future__ import annotations

import html.parser
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cnfin
from cnfin.audit import audit
from cnfin.cli.commands import cli
from cnfin.document import Cell, Document, Source, Table
from cnfin.view import figures, svg
from cnfin.view.accounts import rows, sangong, tree
from cnfin.view.digest import digest
from cnfin.view.flow import Block, blocks, drawn
from cnfin.view.page import page
from cnfin.view.terminal import columns, width
from cnfin.view.work import page_name

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
SHARED = ROOT.parent / "shared" / "seeds"
TEXT = """云溪县图书馆2022年度部门决算公开
第一部分 概况
本馆负责全县公共阅读服务。
第二部分 决算情况说明
一、收入支出决算总体情况
2022年度收入总计520.50万元，支出总计520.50万元。
二、支出决算具体情况
1.文化旅游体育与传媒支出（类）文化和旅游（款）图书馆（项）：支出决算为400.00万元，完成年初预算的80%，主要原因是新馆推迟开放。
2.社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）：支出决算为60.25万元。
三、“三公”经费支出决算情况
2022年“三公”经费支出6.00万元，完成预算的75%，比上年减少2.00万元，下降20%，主要原因是车辆减少。其中：公务接待费1.50万元，占30%；公务用车运行维护费4.50万元，占75%。
四、存在的问题
一是部分项目绩效目标不够细化。
下一步改进措施：一是完善绩效目标编制办法，加强对业务科室的培训和审核。
"""
#: What would run, load or break out if any of it were not escaped.
HOSTILE = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "\"><svg onload=window.hacked=1>",
    "' onmouseover='window.hacked=1",
    "</style><style>*{display:none}</style>",
    "</title><script>window.hacked=1</script>",
    "]]>--><!-- {{7*7}} {% raw %} ${7*7}",
    "javascript:window.hacked=1",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;script&gt; &#60;b&#62;",
)


class Reader(html.parser.HTMLParser):
    """What a browser would make of a page: its elements, its text, its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._raw = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._raw += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._raw -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._raw:
            self.text.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def harmless(text: str) -> None:
    """Only our own script and style, no handler, no link out of the page, nothing that is fetched."""
    reader = read(text)
    names = [tag for tag, _ in reader.tags]
    assert names.count("script") <= 2 and names.count("style") == 1 and names.count("title") >= 1
    assert not {"img", "iframe", "object", "embed", "link", "base", "audio", "video"} & set(names)
    for tag, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert "src" not in attributes and "style" not in attributes
        target = attributes.get("href") or "#"
        assert re.match(r"#|\.\./index\.html$|pages/[^/]+\.html$|(?:report|index(?:-\d+)?)\.html$", target), target


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def document() -> Document:
    return cnfin.tag(TEXT, name="云溪.txt")


@pytest.fixture(scope="module")
def shown(document: Document) -> str:
    return page(document, audit(document), "en")


# The text in blocks


def letters(text: str) -> str:
    """What is visible of a text, without the rules between cells."""
    return re.sub(r"[\s|]+", "", text)


def told(document: Document, found: list[Block]) -> str:
    """The text of the blocks, as a reader meets it."""
    parts = []
    for block in found:
        if block.kind == "table":
            places = {(cell.start, cell.end) for row in block.cells for cell in row}
            parts += [document.text[start:end] for start, end in sorted(places)]
        else:
            parts += [document.text[piece.start : piece.end] for piece in block.pieces]
    return letters("".join(parts))


@pytest.mark.parametrize("path", sorted([*SAMPLES.glob("*.txt"), *SHARED.glob("*.txt")]), ids=lambda path: path.name)
def test_every_visible_character_stands_in_exactly_one_block(path: Path) -> None:
    document = cnfin.tag(path)
    assert told(document, blocks(document)) == letters(document.text)


@pytest.mark.parametrize("ending", ["xlsx", "docx", "html", "pdf"])
def test_the_same_of_the_nine_tables_in_every_format(ending: str, tmp_path: Path) -> None:
    import make_formats

    path = tmp_path / f"nine.{ending}"
    path.write_bytes(getattr(make_formats, f"as_{ending}")(make_formats.nine_blocks()))
    document = cnfin.tag(path)
    found = blocks(document)
    assert told(document, found) == letters(document.text)
    assert sum(block.kind == "table" for block in found) >= 9
    shown = page(document, audit(document), "zh")
    harmless(shown)
    links_lead_somewhere(shown)


def test_headings_paragraphs_and_sentences(document: Document) -> None:
    found = blocks(document)
    assert [block.kind for block in found].count("heading") >= 6
    three = next(block for block in found if document.text[block.start :].startswith("2022年“三公”"))
    assert three.kind == "paragraph" and len(three.pieces) >= 2


def test_a_table_of_the_format_is_drawn_with_its_merged_cells() -> None:
    text = "支出决算表\n科目\t金额\n合计\t\n办公费\t3.00\n差旅费\t2.00\n"

    def cell(word: str, after: int = 0) -> Cell:
        start = text.index(word, after)
        return Cell(start=start, end=start + len(word), text=word)

    head, whole = cell("科目"), cell("合计")
    rows_ = ((head, cell("金额")), (whole, whole), (cell("办公费"), cell("3.00")), (cell("差旅费"), cell("2.00")))
    table = Table(rows=rows_, unit="万元", title="支出决算表")
    assert [[(place.columns, place.rows) for place in row] for row in drawn(table)][:2] == [[(1, 1), (1, 1)], [(2, 1)]]
    document = cnfin.tag(Source(name="t", text=text, tables=(table,)))
    shown = page(document, [], "zh")
    assert re.search(r'<td colspan="2">.*?合计', shown) and "单位：万元" in shown
    assert told(document, blocks(document)) == letters(text)


def test_pages_are_told() -> None:
    text = "第一页说明。\n第二页说明。\n"
    shown = page(cnfin.tag(Source(name="t", text=text, pages=(0, 7))), [], "en")
    assert 'id="page-2"' in shown and "page 2" in shown


# What was found in it


def test_values_carry_their_facts(shown: str, document: Document) -> None:
    assert shown.count(" tabindex=0") >= len({(fact.start, fact.end) for fact in document.facts})
    tip = re.search(r"400\.00万元<span class=t role=tooltip>(.*?)</span>", shown)
    assert tip and "2070104" in tip[1] and "决算数" in tip[1] and "2022" in tip[1]


def test_rules_are_told_where_they_are_known(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert run("view", tmp_path / "a.txt", "-o", tmp_path / "a.html", "--lang", "en").exit_code == 0
    assert re.search(r"rule: [a-z-]+ ← ", (tmp_path / "a.html").read_text(encoding="utf-8"))


def test_findings_stand_at_their_places_with_links_to_the_evidence(shown: str, document: Document) -> None:
    findings = audit(document)
    assert findings, "the text contradicts itself"
    ids = set(re.findall(r' id="([^"]+)"', shown))
    for number, finding in enumerate(findings, 1):
        assert f"finding-{number}" in ids and f"c{finding.start}-{finding.end}" in ids
        assert {f"c{start}-{end}" for start, end in finding.evidence} <= ids
    assert shown.count('<aside class="finding"') == len({finding.start for finding in findings})


def test_every_link_leads_somewhere_and_every_name_is_there_once(shown: str) -> None:
    links_lead_somewhere(shown)


@pytest.mark.parametrize("path", sorted(SHARED.glob("*.txt")), ids=lambda path: path.name)
def test_links_of_real_documents_lead_somewhere(path: Path) -> None:
    document = cnfin.tag(path)
    links_lead_somewhere(page(document, audit(document), "en"))


def test_roles_in_a_table_are_told_in_its_cells() -> None:
    import msgspec

    text = "项目\t说明\n一\t车辆减少\n"
    cells = [Cell(start=text.index(word), end=text.index(word) + len(word), text=word) for word in text.split()]
    table = Table(rows=((cells[0], cells[1]), (cells[2], cells[3])), unit=None, title="")
    document = cnfin.tag(Source(name="t", text=text, tables=(table,)))
    row = document.sentences[-1]
    sentences = (*document.sentences[:-1], msgspec.structs.replace(row, roles=("原因说明",)))
    shown = page(msgspec.structs.replace(document, sentences=sentences), [], "en")
    assert f'id="s{row.start}"' in shown
    links_lead_somewhere(shown)


def links_lead_somewhere(shown: str) -> None:
    reader = read(shown)
    names = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(names) == len(set(names))
    targets = {attributes["href"] for tag, attributes in reader.tags if tag == "a"}
    assert {(target or "")[1:] for target in targets} <= set(names)


def test_roles_and_reasons(shown: str, document: Document) -> None:
    brief = digest(document, audit(document))
    assert [quote.text for quote in brief.problems] == ["一是部分项目绩效目标不够细化。"]
    assert len(brief.measures) == 1
    assert any("车辆减少" in quote.text and "三公经费" in lines for lines, quote in brief.why())
    for quote in (*brief.problems, *brief.measures, *brief.reasons):
        assert f'href="#s{quote.start}"' in shown and f'id="s{quote.start}"' in shown


def test_accounts_as_a_tree(document: Document) -> None:
    found = rows(document.ledger, document.identity, document.facts)
    three = sangong(found)[0]
    assert (three.actual, three.change, three.completion) == (Decimal("6.00"), Decimal("-2.00"), Decimal("75"))
    tops = [top for funds in {row.funds for row in found} for top in tree(found, "支出", funds)]
    top = next(branch for branch in tops if branch.code == "207")
    assert (top.total, top.row, top.below[0].code, top.below[0].below[0].code) == (
        Decimal("400.00"), None, "20701", "2070104"
    )  # fmt: skip


def test_a_document_that_says_nothing_has_a_page() -> None:
    for text in ("", " \n", "只有一句话。", "\x00\ufeff\u202e"):
        harmless(page(cnfin.tag(text), [], "en"))


# Hostile documents


@pytest.mark.parametrize("payload", HOSTILE)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_a_document_says_is_only_text(payload: str, lang: Any) -> None:
    text = TEXT.replace("云溪县图书馆", f"云溪县{payload}图书馆").replace("图书馆（项）", f"图书馆{payload}（项）")
    text = f"{payload}\n{text}\n{payload}\t{payload}\n{payload}：支出决算为5万元，比上年增加{payload}1万元。\n"
    document = cnfin.tag(text, name=f"{payload}.txt")
    shown = page(document, audit(document), lang)
    harmless(shown)
    told = letters("".join(read(shown).text))
    assert letters(payload) in told
    for style in ("spans", "ledger", "findings"):
        fragment = cnfin.render(document, style, lang=lang)
        assert "<script" not in fragment.lower() and not re.search(r"<[^>]*\son\w+=", fragment)


def test_every_name_in_an_identity_and_a_table_is_only_text(document: Document) -> None:
    import msgspec

    bad = "<img src=x onerror=alert(1)>"
    identity = msgspec.structs.replace(document.identity, unit=bad, province=bad, city=bad, county=bad)
    table = Table(rows=((Cell(start=0, end=3, text="云溪县"),),), unit=bad, title=bad)
    sentences = tuple(
        msgspec.structs.replace(
            sentence,
            facts=tuple(
                msgspec.structs.replace(fact, subject=bad, base=bad, owner=bad, table=bad, scheme=bad)
                for fact in sentence.facts
            ),
        )
        for sentence in document.sentences
    )
    hostile = msgspec.structs.replace(document, identity=identity, tables=(table,), sentences=sentences, name=bad)
    found = [msgspec.structs.replace(finding, note=bad) for finding in audit(document)]
    shown = page(hostile, found, "en")
    harmless(shown)
    assert bad in "".join(read(shown).text)


def test_the_policy_of_a_page_lets_nothing_in(shown: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', shown)
    assert policy and policy[1].startswith("default-src 'none'") and "unsafe" not in policy[1]
    assert "http://" not in shown and "https://" not in shown


def test_a_pages_name_is_a_name_and_tells_documents_apart() -> None:
    docs = ["../../etc/passwd", "a/决算.txt", "b/决算.txt", "C:\\x\\y.txt", "<script>.txt", "x" * 500, "..", "a?b#c%2e"]
    names = [page_name(doc) for doc in docs]
    assert len(set(names)) == len(docs)
    assert all(re.fullmatch(r"[\w.-]+-[0-9a-f]{10}\.html", name) and len(name.encode()) < 255 for name in names)
    assert "决算" in names[1] and not any(name.startswith(".") for name in names)


# Folders


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    inside = folder / "in"
    inside.mkdir()
    (inside / "a.txt").write_text(TEXT, encoding="utf-8")
    (inside / "b.txt").write_text(TEXT.replace("2022", "2021").replace("云溪", "石桥"), encoding="utf-8")
    (inside / "<img src=x onerror=alert(1)>.txt").write_text(TEXT.replace("云溪", "松岭"), encoding="utf-8")
    (inside / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    result = run("view", inside, "-o", folder / "out", "--lang", "en")
    assert result.exit_code == 1, result.output  # one of them cannot be read
    return folder / "out"


def test_a_folder_is_an_index_a_report_and_pages(report: Path) -> None:
    pages = sorted(path.name for path in (report / "pages").iterdir())
    assert len(pages) == 3
    for path in (report / "index.html", report / "report.html", *(report / "pages").iterdir()):
        harmless(path.read_text(encoding="utf-8"))
    index = (report / "index.html").read_text(encoding="utf-8")
    assert "broken.pdf" in index
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', index)[1])  # type: ignore[index]
    assert {row[2] for row in data} == {"云溪县图书馆", "石桥县图书馆", "松岭县图书馆"}
    assert {row[7] for row in data} == {6.0}


def test_the_report_adds_up(report: Path) -> None:
    told = " ".join("".join(read((report / "report.html").read_text(encoding="utf-8")).text).split())
    assert "3 documents" in told and "Files that could not be read: 1" in told
    assert "800.00" in told, "文化旅游体育与传媒支出 of 2022, in two documents"


def test_an_index_of_many_documents_has_pages(tmp_path: Path) -> None:
    from cnfin.view import report
    from cnfin.view.entry import Entry

    def entries(count: int) -> list[Entry]:
        return [Entry(doc=f"{place}.txt", unit=f"单位{place}", page=f"pages/{place}.html") for place in range(count)]

    report.open_folder(str(tmp_path))
    report.write(str(tmp_path), entries(450), [], "zh")
    assert {path.name for path in tmp_path.glob("index*")} == {"index.html", "index-2.html", "index-3.html"}
    assert (tmp_path / "index-3.html").read_text(encoding="utf-8").count("<tr>") == 51
    report.write(str(tmp_path), entries(3), [], "zh")
    assert {path.name for path in tmp_path.glob("index*")} == {"index.html"}


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<h1>mine</h1>", encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    result = run("view", tmp_path / "a.txt", "-o", tmp_path / "site")
    assert result.exit_code != 0
    assert (tmp_path / "site" / "index.html").read_text(encoding="utf-8") == "<h1>mine</h1>"
    assert run("view", tmp_path, "-o", tmp_path).exit_code == 2


def test_pages_made_inside_the_inputs_are_no_inputs(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for _ in range(2):
        assert run("view", tmp_path, "-o", tmp_path / "out").exit_code == 0
        assert len(list((tmp_path / "out" / "pages").iterdir())) == 1


def test_two_processes_make_the_same_pages(tmp_path: Path) -> None:
    for jobs in (1, 2):
        assert run("view", SAMPLES, "-o", tmp_path / str(jobs), "--jobs", jobs, "-q").exit_code == 0
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / jobs).rglob("*.html")} for jobs in ("1", "2"))
    assert one == two and len(one) > 9


def test_one_page_is_of_one_document(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).write_text(TEXT, encoding="utf-8")
    result = run("view", tmp_path / "in", "-o", tmp_path / "x.html")
    assert result.exit_code == 2 and "folder" in result.output
    assert not (tmp_path / "x.html").exists()


# The terminal


def test_a_summary_says_who_how_much_why_and_what_contradicts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    told = run("summary", tmp_path / "a.txt", "--lang", "zh").output
    parts = ("云溪县图书馆 2022 决算", "520.50", "三公经费", "6.00", "−2.00", "车辆减少", "绩效目标不够细化")
    for part in (*parts, "占比 (确定)"):
        assert part in told, part


def test_a_summary_of_a_folder_is_a_table(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    lines = run("summary", tmp_path, "--lang", "en").output.splitlines()
    assert len(lines) == 3 and lines[1].startswith("a.txt") and "520.50" in lines[2]


def test_two_commands_from_a_clone_answer_what_why_and_where(tmp_path: Path) -> None:
    """README: one command installs, the next says what was spent on 三公, why it changed, what contradicts."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = next(line for line in readme.splitlines() if line.startswith(".venv/bin/cnfin summary "))
    result = run(*command.split()[1:])
    assert result.exit_code == 0
    for part in ("三公经费", "of budget", "change", "Contradictions"):
        assert part in result.output


def test_what_a_terminal_would_obey_is_taken_out() -> None:
    document = cnfin.tag("某局\x1b[31m2022年度部门决算\n支出合计5万元。\x1b]0;x\x07\n", name="\x1b[2J.txt")
    from cnfin.view.terminal import summary

    told = summary(digest(document, []), "en")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", told)


def test_columns_stand_under_each_other_in_chinese_too() -> None:
    lines = columns(("科目", "sum", "none"), [("三公经费", "6.00", ""), ("a", "1,200.00", "")])
    assert len({width(line) for line in lines}) == 1 and "none" not in lines[0]


def test_the_audit_as_a_report() -> None:
    result = run("audit", SAMPLES.parent / "planted", "--format", "text")
    assert result.exit_code == 0
    assert "1. " in result.output and "÷" in result.output and "{" not in result.output


# Figures and drawings


def test_figures() -> None:
    assert figures.money(Decimal("1234567")) == "1,234,567.00"
    assert figures.money(Decimal("0.123456")) == "0.123456"
    assert figures.money(Decimal("1E+3")) == "1,000.00"
    assert figures.signed(Decimal("-2.5")) == "−2.50" and figures.signed(Decimal("2.5")) == "+2.50"
    assert figures.percent(Decimal("33.333"), 1) == "33.3 %" and figures.percent(None) == ""
    assert figures.ratio(Decimal(1), Decimal(0)) is None
    assert figures.number(Decimal("12345678901234567890123456789012345.5")).endswith("012,345.5")


def test_drawings_keep_inside_their_frame() -> None:
    for value in ("-5", "0", "50", "5000"):
        shares = re.findall(r'rect width="([\d.]+)"', svg.bar(Decimal(value), Decimal(100)))
        assert all(0 <= float(share) <= 100 for share in shares)
    drawing = svg.columns([("<b>", Decimal(3), "3"), ("2022", Decimal(0), "0")], "<i>")
    assert "<b>" not in drawing and "&lt;b&gt;" in drawing and "&lt;i&gt;" in drawing
    assert svg.columns([], "none").startswith("<svg")


# The library


def test_a_document_shows_itself(document: Document) -> None:
    assert repr(document) == "<Document '云溪.txt': 云溪县图书馆 2022 决算, " + repr(document).partition("决算, ")[2]
    assert len(repr(document)) < 200 and "\n" not in repr(document)
    assert document._repr_html_().startswith("<div")
    assert cnfin.render(document, "page", lang="zh").lstrip().startswith("<!doctype html>")
    for wrong in ({"style": "none"}, {"lang": "fr"}):
        with pytest.raises(ValueError, match="choose from"):
            cnfin.render(document, **wrong)  # type: ignore[arg-type]
