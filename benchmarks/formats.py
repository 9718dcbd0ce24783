"""How fast published formats are read, where the time goes, and how other libraries do on the same files.

``python benchmarks/formats.py`` needs the extras docs and dev. Files are made from the project's
sample documents and the nine tables of final accounts. ``--compare`` also runs the libraries that
were weighed and not taken, those of them that are installed.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from final_accounts import nine_tables  # noqa: E402
from make_formats import WRITERS, Blocks, blocks_of, nine_blocks  # noqa: E402

from cnfin.reading import Limits, read_bytes  # noqa: E402

HERE = Limits(isolated=False)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    samples = [blocks_of(path.read_text("utf-8")) for path in sorted((ROOT / "corpus" / "samples").glob("*.txt"))]
    documents: list[Blocks] = [[block for sample in samples for block in sample], nine_blocks()]
    files = {kind: [WRITERS[kind](document) for document in documents] for kind in ("pdf", "docx", "html", "xlsx")}
    _pdf(files["pdf"])
    for kind, datas in files.items():
        seconds = _best(lambda datas=datas: [read_bytes(data, limits=HERE) for data in datas])  # type: ignore[misc]
        chars = sum(len(read_bytes(data, limits=HERE).text) for data in datas)
        print(f"{kind:5} {seconds * 1000:6.0f} ms, {chars / seconds / 1e6:.2f} million characters a second")
    if options.compare:
        _compare(documents, files)


def _pdf(datas: list[bytes]) -> None:
    """Pages a second, and the share of the time that pdfium takes."""
    import pypdfium2

    from cnfin.reading.pdf import page as marks
    from cnfin.reading.pdf import read_pdf

    pages = sum(len(pypdfium2.PdfDocument(data)) for data in datas)
    whole = _best(lambda: [read_pdf("-", data, HERE) for data in datas])

    def through(step: Callable[[pypdfium2.PdfPage], object]) -> float:
        return _best(lambda: [step(page) for data in datas for page in pypdfium2.PdfDocument(data)])

    parsing = through(lambda page: page.get_textpage().get_text_range())
    taking = through(lambda page: marks.load(page, HERE.text_chars))
    print(f"pdf: {pages} pages in {whole * 1000:.0f} ms: {pages / whole:.0f} pages a second of processor time")
    print(f"     {parsing / whole:.0%} in pdfium parsing, {(taking - parsing) / whole:.0%} in asking it for each glyph")
    print(f"     and line, {(whole - taking) / whole:.0%} in making lines, tables and paragraphs of them")


def _best(work: Callable[[], object], runs: int = 5) -> float:
    """The shortest processor time of several runs, in seconds, which a busy machine hardly changes."""
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def _compare(documents: list[Blocks], files: dict[str, list[bytes]]) -> None:
    """Each library's time, the share of paragraphs it gives back whole, and of table rows."""
    paragraphs = {_bare(block) for block in documents[0] if isinstance(block, str) and len(block) > 6}
    rows = {_bare("".join(row)) for table in nine_tables() for row in table.rows if any(row)}
    for kind, name, read in _readers():
        try:
            seconds = _best(lambda read=read, kind=kind: [list(read(data)) for data in files[kind]], 2)  # type: ignore[misc]
        except ImportError:
            print(f"{kind:5} {name}: not installed")
            continue
        told = {_bare(line) for data in files[kind] for line in read(data)}
        whole, found = len(paragraphs & told) / len(paragraphs), len(rows & told) / len(rows)
        other = len(told - paragraphs - rows)
        print(
            f"{kind:5} {name:16} {seconds * 1000:6.0f} ms, paragraphs whole {whole:.1%}, table rows {found:.1%}, "
            f"other lines {other}"
        )


def _bare(text: str) -> str:
    return "".join(text.split()).replace("|", "")


def _readers() -> list[tuple[str, str, Callable[[bytes], Iterable[str]]]]:
    def ours(data: bytes) -> Iterable[str]:
        return read_bytes(data, limits=HERE).text.splitlines()

    return [
        ("pdf", "cnfin (pdfium)", ours),
        ("pdf", "pdfplumber", _pdfplumber),
        ("pdf", "pypdfium2 text", _pdfium_text),
        ("docx", "cnfin (lxml)", ours),
        ("docx", "python-docx", _python_docx),
        ("html", "cnfin (lexbor)", ours),
        ("html", "trafilatura", _trafilatura),
        ("xlsx", "cnfin (openpyxl)", ours),
        ("xlsx", "calamine", _calamine),
    ]


def _pdfplumber(data: bytes) -> Iterable[str]:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            yield from (page.extract_text() or "").splitlines()
            for table in page.extract_tables():
                yield from ("".join(cell or "" for cell in row) for row in table)


def _pdfium_text(data: bytes) -> Iterable[str]:
    import pypdfium2

    for page in pypdfium2.PdfDocument(data):
        yield from page.get_textpage().get_text_range().splitlines()


def _python_docx(data: bytes) -> Iterable[str]:
    import docx

    document = docx.Document(io.BytesIO(data))
    yield from (paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        yield from ("".join(cell.text for cell in row.cells) for row in table.rows)


def _trafilatura(data: bytes) -> Iterable[str]:
    import trafilatura

    text = trafilatura.extract(data, include_tables=True, favor_recall=True, include_comments=False)
    return (text or "").splitlines()


def _calamine(data: bytes) -> Iterable[str]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        yield from ("".join(map(str, row)) for row in book.get_sheet_by_name(name).to_python())


if __name__ == "__main__":
    main()
