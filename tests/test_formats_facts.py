"""Facts and values from published formats are those of the plain text, and tables state theirs."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from budget_tables import budget_tables
from final_accounts import SampleTable, nine_tables
from make_formats import WRITERS, as_zip, blocks_of, budget_blocks, nine_blocks
from print_pdf import as_pdf

from cnfin.audit import audit
from cnfin.document import Amount, Document, Percentage, Source
from cnfin.reading import Limits, read_all_bytes, read_bytes
from cnfin.tagger import Tagger

SAMPLES = sorted((Path(__file__).resolve().parents[1] / "corpus" / "samples").glob("*.txt"))
PLANTED = sorted((SAMPLES[0].parents[1] / "planted").glob("*.txt"))
HERE = Limits(isolated=False)
PLACED = (
    "subject", "code", "scheme", "measure", "year", "value", "unit", "base", "flow", "funds", "division", "owner",
    "table",
)  # fmt: skip
FIELDS = ("subject", "code", "measure", "year", "value", "unit", "base")


def wrapped(line: str, width: int) -> str:
    """A paragraph as print sets it: full lines, numbers in one piece, no closing mark at a line's beginning."""
    lines = [""]
    room = float(width)
    for word in re.findall(r"(?:[0-9.,%]+|.)[，。、；：）”]*", line):
        advance = sum(0.5 if character < "\u0100" else 1.0 for character in word)
        if advance > room:
            lines.append("")
            room = float(width)
        lines[-1] += word
        room -= advance
    return "\n".join(lines)


@lru_cache(maxsize=1)
def _tagger() -> Tagger:
    return Tagger(roles=False)


def _facts(document: Document) -> Counter[tuple[object, ...]]:
    return Counter(tuple(getattr(fact, field) for field in FIELDS) for fact in document.facts)


def _values(document: Document) -> Counter[object]:
    return Counter(
        span.wan if isinstance(span, Amount) else ("%", span.percent)
        for span in document.spans
        if isinstance(span, (Amount, Percentage))
    )


def _f1(expected: Counter, found: Counter) -> float:  # type: ignore[type-arg]
    return 2 * (expected & found).total() / max(expected.total() + found.total(), 1)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["pdf", "docx", "html", "xlsx"])
def test_samples_say_the_same_in_every_format(path: Path, kind: str) -> None:
    text = path.read_text("utf-8")
    plain = _tagger().tag(text)
    published = _tagger().tag(read_bytes(WRITERS[kind](blocks_of(text)), limits=HERE))
    assert published.identity == plain.identity
    assert _f1(_values(plain), _values(published)) >= 0.98
    assert _f1(_facts(plain), _facts(published)) >= 0.98


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [34, 40])
def test_hard_wrapped_text_says_the_same(path: Path, width: int) -> None:
    text = "\n".join(path.read_text("utf-8").splitlines())
    printed = "\n".join(wrapped(line, width) for line in text.splitlines())
    plain, wraps = _tagger().tag(text), _tagger().tag(printed)
    assert wraps.identity == plain.identity
    assert _f1(_values(plain), _values(wraps)) >= 0.99
    # A heading that happens to fill its line is taken for the beginning of the next: its chain is lost, or moves.
    assert _f1(_facts(plain), _facts(wraps)) >= 0.95
    for sentence in wraps.sentences:
        values = {(span.start, span.end) for span in sentence.spans}
        assert all((fact.start, fact.end) in values for fact in sentence.facts)


@pytest.mark.parametrize("path", PLANTED, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [32, 38])
def test_hard_wrapped_text_contradicts_itself_where_the_plain_text_does(path: Path, width: int) -> None:
    text = "\n".join(path.read_text("utf-8").splitlines())
    printed = "\n".join(wrapped(line, width) for line in text.splitlines())
    plain, wraps = (
        [(finding.check, "".join(document.text[finding.start : finding.end].split())) for finding in audit(document)]
        for document in map(_tagger().tag, (text, printed))
    )
    assert plain and wraps == plain


def _stated(tables: list[SampleTable]) -> Counter[tuple[object, ...]]:
    return Counter(tuple(fact[field] for field in PLACED) for table in tables for fact in table.facts)


def _placed(document: Document) -> Counter[tuple[object, ...]]:
    return Counter(tuple(getattr(fact, field) for field in PLACED) for fact in document.facts)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("seed", [3, 4])
def test_every_cell_of_final_accounts_has_its_place(kind: str, seed: int) -> None:
    found = _placed(_tagger().tag(read_bytes(WRITERS[kind](nine_blocks(seed)), limits=HERE)))
    assert found == _stated(nine_tables(seed))


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("seed", [3, 4])
def test_every_cell_of_a_budget_has_its_place(kind: str, seed: int) -> None:
    found = _placed(_tagger().tag(read_bytes(WRITERS[kind](budget_blocks(seed)), limits=HERE)))
    assert found == _stated(budget_tables(seed))


@pytest.mark.parametrize("blocks", [nine_blocks(3), budget_blocks(3)], ids=["accounts", "budget"])
def test_tables_that_add_up_contradict_nothing(blocks: list[str | SampleTable]) -> None:
    assert not audit(_tagger().tag(read_bytes(WRITERS["docx"](blocks), limits=HERE)))


def test_tables_over_pages_state_their_facts() -> None:
    document = _tagger().tag(read_bytes(as_pdf(nine_blocks(5), rows_a_page=9), limits=HERE))
    assert _placed(document) == _stated(nine_tables(5))
    pages = [sentence.page for sentence in document.sentences]
    assert pages == sorted(pages, key=lambda page: page or 0) and (pages[-1] or 0) > 10


@pytest.mark.parametrize("rules", ["across", "three", "none"])
@pytest.mark.parametrize("align", ["LEFT", "CENTER", "RIGHT"])
def test_print_says_the_columns_where_no_lines_do(rules: str, align: str) -> None:
    for blocks, stated in ((nine_blocks(6), nine_tables(6)), (budget_blocks(6), budget_tables(6))):
        printed = as_pdf(blocks, rules=rules, align=align)
        assert _placed(_tagger().tag(read_bytes(printed, limits=HERE))) == _stated(stated)


def test_columns_without_lines_go_on_over_pages() -> None:
    printed = as_pdf(nine_blocks(7), rows_a_page=11, rules="none", align="RIGHT")
    assert _placed(_tagger().tag(read_bytes(printed, limits=HERE))) == _stated(nine_tables(7))


def test_documents_of_an_archive() -> None:
    blocks = nine_blocks(2)
    data = as_zip({"表.docx": WRITERS["docx"](blocks), "表.xlsx": WRITERS["xlsx"](blocks)})
    for found in read_all_bytes(data, "公开.zip", limits=HERE):
        assert isinstance(found, Source) and found.name.startswith("公开.zip/表.")
        assert _placed(_tagger().tag(found)) == _stated(nine_tables(2))
