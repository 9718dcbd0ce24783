"""Reading: encodings, hard wraps, kinds of files, and files that are not what they seem."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_formats import WRITERS, as_docx, as_html, as_pdf, as_xlsx, as_zip, nine_blocks

from cnfin.errors import ReadError
from cnfin.reading import Limits, decode, office, read, read_all, read_bytes
from cnfin.reading.doc import to_docx
from cnfin.reading.file import File
from cnfin.reading.sniff import format_of
from cnfin.reading.wraps import soft_breaks

SAMPLES = sorted((Path(__file__).resolve().parents[1] / "corpus" / "samples").glob("*.txt"))
HERE = Limits(isolated=False)
PROSE = "一、收入支出决算总体情况说明\r\n2022年度收入总计1,234.56万元，比上年增长8.1%。\r\r支出“三公”经费12.3万元。\n"


# Plain text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_text_comes_back_as_written(encoding: str) -> None:
    assert decode(PROSE.encode(encoding)) == PROSE


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_samples_in_other_encodings(path: Path, encoding: str) -> None:
    text = path.read_bytes().decode("utf-8")
    assert decode(text.encode(encoding)) == text


WORDS = "财政拨款收入支出决算一般公共预算年度部门单位万元，。、（）“”0123456789.%\n\r"


@given(st.text(st.sampled_from(WORDS), min_size=8, max_size=80))
def test_any_disclosure_text_in_utf8_and_gbk(text: str) -> None:
    if text.strip():
        assert decode(text.encode("utf-8")) == text
        if sum("\u4e00" <= character <= "\u9fff" for character in text) > 3:
            assert decode(text.encode("gbk")) == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_valid_utf8_with_chinese_is_utf8(text: str) -> None:
    assert decode(("财政" + text).encode()) == "财政" + text


def test_a_few_gbk_characters_that_are_valid_utf8() -> None:
    assert decode("模".encode("gbk")) == "模"
    assert decode("±5 · 3".encode()) == "±5 · 3"
    assert decode("café ģ".encode()) == "café ģ"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (" \n\u3000\r\n".encode(), "empty"),
        (bytes(range(256)) * 4, "binary"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (PROSE.encode()[:-2] + b"\xff\xfe" + PROSE.encode() * 3, "encoding"),
        (PROSE.encode() * 4 + "财".encode()[:2], "encoding"),
        (PROSE.encode("gbk") + b"\x81", "encoding"),
        ("預算執行情況說明，本年度收入總計。".encode("big5") * 5, "encoding"),
        (b"\xff\xfea", "encoding"),
        (os.urandom(0) + b"\x7fELF\x02\x01\x01\x00" + b"\0" * 64, "binary"),
    ],
)
def test_text_that_is_none(data: bytes, kind: str) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data, name="a.txt")
    assert caught.value.kind == kind
    assert str(caught.value).startswith("a.txt: ") and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [("财政" * 250 + "\n").encode("gbk") * 2000, ("财政" * 250).encode() * 700 + b"\xe8", b"\x01a" * 1_000_000],
    ids=["gbk", "cut", "controls"],
)
def test_large_texts_take_little_memory(data: bytes) -> None:
    tracemalloc.start()
    try:
        with contextlib.suppress(ReadError):
            decode(data)
        assert tracemalloc.get_traced_memory()[1] < 25 * len(data) + (64 << 20)
    finally:
        tracemalloc.stop()


def test_named_encoding() -> None:
    assert decode("決算".encode("big5"), "big5") == "決算"
    assert decode("\ufeff决算".encode(), "utf-8") == "决算"
    for encoding in ("no-such", "rot13", "ascii"):
        with pytest.raises(ReadError) as caught:
            decode("决算".encode(), encoding)
        assert caught.value.kind == "encoding"


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path, kind in ((tmp_path / "gone.txt", "missing"), (tmp_path, "unreadable"), ("a\0b", "unreadable")):
        with pytest.raises(ReadError) as caught:
            read(path)
        assert caught.value.kind == kind and caught.value.name == str(path)


def test_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("收入" * 100, "utf-8")
    with pytest.raises(ReadError, match="limit of 500 bytes"):
        read(path, limits=Limits(file_bytes=500))
    with pytest.raises(ReadError) as caught:
        read(path, limits=Limits(text_chars=50))
    assert caught.value.kind == "limit"


# Hard wraps


def _printed(text: str, width: float) -> str:
    lines = []
    for paragraph in text.splitlines():
        room, line = width, ""
        for character in paragraph:
            advance = 0.5 if character < "\u0100" else 1.0
            if advance > room:
                lines.append(line)
                room, line = width, ""
            line += character
            room -= advance
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_ordinary_text_has_no_soft_breaks(path: Path) -> None:
    assert soft_breaks(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [34, 40])
def test_wrapped_text_is_found_out(path: Path, width: int) -> None:
    text = "\n".join(path.read_text("utf-8").splitlines())
    printed = _printed(text, width)
    soft = set(soft_breaks(printed))
    joined = "".join(character for place, character in enumerate(printed) if place not in soft).splitlines()
    lines = text.splitlines()
    whole = sum(line in joined for line in lines)
    assert whole >= 0.9 * len(lines)
    # Nothing is joined that was apart, but for a line or two that happened to fill the page.
    assert sum(line not in text for line in joined) <= 0.05 * len(lines)


def test_soft_breaks_of_windows_lines() -> None:
    text = _printed("本部门二〇二二年度一般公共预算财政拨款支出年初预算为一百万元，支出决算为九十万元，" * 12, 36)
    breaks = soft_breaks(text.replace("\n", "\r\n"))
    assert len(breaks) == 2 * len(soft_breaks(text)) > 10


@pytest.fixture(scope="module")
def written_tables() -> dict[str, bytes]:
    return {kind: write(nine_blocks()) for kind, write in WRITERS.items()}


# Kinds, archives, extras, hostile files


def test_kind_by_content(tmp_path: Path, written_tables: dict[str, bytes]) -> None:
    for kind, data in written_tables.items():
        assert format_of(data, "misnamed.txt")[0] == kind
    assert format_of(b"PK\x05\x06" + b"\0" * 18, "a.docx")[0] == "zip"
    assert format_of(PROSE.encode("utf-16"), "a.pdf")[0] == "text"
    assert format_of("说明<table>不是网页</table>".encode(), "a.html")[0] == "text"


def test_archive(tmp_path: Path) -> None:
    files = {"b/决算.txt": PROSE.encode(), "a.docx": as_docx(["收入总计5万元。"]), "__MACOSX/x": b"1", "bad.txt": b"",
             "inner.zip": as_zip({"c.txt": PROSE.encode()})}  # fmt: skip
    path = tmp_path / "all.zip"
    path.write_bytes(as_zip(files))
    found = list(read_all(path, limits=HERE))
    names = ("a.docx", "b/决算.txt", "bad.txt", "inner.zip")
    assert [one.name for one in found] == [f"{path}/{name}" for name in names]
    assert [getattr(one, "kind", "") for one in found] == ["", "", "empty", "format"]
    with pytest.raises(ReadError, match="4 documents"):
        read(path, limits=HERE)
    path.write_bytes(as_zip({"one.txt": PROSE.encode()}))
    assert read(path).text == PROSE


def _bomb() -> bytes:
    return as_zip({"word/document.xml": b"0" * (300 << 20)})


def _entities(member: str) -> bytes:
    lines = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b0 "boom">{lines}]><a>&b11;</a>'.encode()
    main = 'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"'
    types = f'<Types><Override PartName="/word/document.xml" {main}/></Types>'.encode()
    return as_zip({"[Content_Types].xml": types, member: xml})


def _many_pages(count: int) -> bytes:
    """A PDF of so many pages, all the same object."""
    kids = b"3 0 R " * count
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count " + str(count).encode()
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    return body + b"/Kids[" + kids + b"]>>endobj\n" + page + b"trailer<</Root 1 0 R>>"


def _scan() -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    picture = b"P5 60 80 255\n" + os.urandom(4800)
    sink = io.BytesIO()
    canvas = Canvas(sink)
    for _ in range(3):
        canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def _locked() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    sink = io.BytesIO()
    canvas = Canvas(sink, encrypt=StandardEncryption("secret"))
    canvas.drawString(90, 700, "text")
    canvas.save()
    return sink.getvalue()


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (_bomb, "limit"),
        (lambda: _entities("word/document.xml"), "format"),
        (lambda: _many_pages(10_000), "limit"),
        (_scan, "scanned"),
        (_locked, "encrypted"),
        (lambda: b"<html><body>" + b"<div>" * 200_000, "limit"),
        (lambda: b"<html><body>" + b"<div>" * 3_000 + b"x" + b"</div>" * 3_000, "limit"),
        (lambda: b"<html><body></body></html>", "empty"),
        (lambda: as_pdf(["短文。"])[:200], "format"),
        (lambda: as_docx(["短文。"])[:-300], "format"),
        (lambda: as_xlsx(["短文。"])[:900], "format"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "format"),
        (lambda: b"Rar!\x1a\x07\x00" + b"x" * 50, "format"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "scanned"),
    ],
    ids=range(14),
)
def test_hostile_files(make: object, kind: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(make(), "bad", limits=HERE, ocr="never")  # type: ignore[operator]
    assert caught.value.kind == kind and str(caught.value).startswith("bad: ") and "\n" not in str(caught.value)


def test_isolated_reading_is_the_same_and_survives(written_tables: dict[str, bytes]) -> None:
    plain = read_bytes(written_tables["pdf"], limits=HERE)
    assert read_bytes(written_tables["pdf"]) == plain
    with pytest.raises(ReadError, match="longer to read"):
        read_bytes(as_html(["长" * 50] * 200_000), "slow", limits=Limits(seconds=0.05))
    with pytest.raises(ReadError) as caught:
        read_bytes(_many_pages(10_000), "bad")
    assert caught.value.kind == "limit"
    assert read_bytes(written_tables["pdf"]) == plain


def test_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch, written_tables: dict[str, bytes]) -> None:
    hidden = {"pdf": "pypdfium2", "docx": "lxml", "html": "selectolax.lexbor", "xlsx": "openpyxl", "xls": "xlrd"}
    for kind, module in hidden.items():
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ReadError, match=r"cnfin\[docs\]") as caught:
            read_bytes(written_tables[kind], f"a.{kind}", limits=HERE)
        assert caught.value.kind == "extra"


def test_old_word_needs_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    data = b"{\\rtf1 x}"
    with pytest.raises(ReadError, match="LibreOffice") as caught:
        read_bytes(data, "old.doc", limits=HERE)
    assert caught.value.kind == "extra"
    script = tmp_path / "soffice"
    script.write_text("#!/bin/sh\n/bin/sleep 30\n")
    script.chmod(0o755)
    with pytest.raises(ReadError, match="longer than"):
        to_docx(File("old.doc", data, limits=Limits(seconds=0.2)))
    script.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(ReadError) as caught:
        to_docx(File("old.doc", data, limits=Limits(seconds=5)))
    assert caught.value.kind == "format"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_old_word_through_libreoffice(tmp_path: Path) -> None:
    rtf = "{\\rtf1\\ansi\\uc0 " + "".join(f"\\u{ord(character)} " for character in "收入总计五万元。") + "}"
    assert read_bytes(rtf.encode(), "old.doc").text == "收入总计五万元。\n"


def test_importing_reading_loads_no_parser() -> None:
    heavy = ("lxml", "pypdfium2", "openpyxl", "numpy")
    code = f"import sys, cnfin.reading; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_runs_once_and_fetches_nothing() -> None:
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for kind in ("image", "object", "plugin"):
            link = (
                f'xlink:href="http://127.0.0.1:{server.server_port}/{kind}" xlink:show="embed" xlink:actuate="onLoad"'
            )
            frame = f'<draw:frame svg:width="2cm" svg:height="2cm"><draw:{kind} {link}/></draw:frame>'
            assert read_bytes(_odt(frame), "a.odt", limits=HERE).text == "收入总计5万元。\n"
        server.shutdown()
    assert asked == []
    running = office._office
    assert running is not None and running.files >= 3 and running._keeper is not None and running._keeper.poll() is None
    office._give_up(running)
    assert not Path(running.folder).exists()


def _odt(more: str) -> bytes:
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"))
    )
    body = f"<office:body><office:text><text:p>收入总计5万元。{more}</text:p></office:text></office:body>"
    content = f'<office:document-content{names} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">{body}'
    kind = "application/vnd.oasis.opendocument.text"
    entries = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{form}"/>'
        for path, form in (("/", kind), ("content.xml", "text/xml"))
    )
    manifest = f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{entries}</m:manifest>'
    files = {"mimetype": kind, "content.xml": content + "</office:document-content>", "META-INF/manifest.xml": manifest}
    return as_zip({name: text.encode() for name, text in files.items()})
