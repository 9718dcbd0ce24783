"""Archives, web archives and mails: what is in them is read, by the names that it has."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from make_archives import as_archive, as_mhtml, as_rar, as_warc
from make_formats import as_docx, as_html, as_zip

from cnfin.errors import ReadError
from cnfin.reading import Limits, read, read_all, read_all_bytes, read_bytes

HERE = Limits(isolated=False)
PROSE = "2022年度收入总计1,234.56万元。\n"
FILES = {"乙/决算.txt": PROSE.encode("gbk"), "甲.docx": as_docx(["支出总计5万元。"])}


def _tar(files: dict[str, bytes], mode: str) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return sink.getvalue()


def need_libarchive() -> None:
    """Skip where the binding, or the library on the machine, is not there."""
    try:
        import libarchive  # noqa: F401
    except (ImportError, OSError, AttributeError, TypeError) as error:
        pytest.skip(f"no libarchive here: {error}")


def _seven(files: dict[str, bytes]) -> bytes:
    need_libarchive()
    return as_archive(files, "7zip")


def _rar(encoding: str) -> Callable[[dict[str, bytes]], bytes]:
    return lambda files: as_rar({name.encode(encoding): data for name, data in files.items()})


ARCHIVES = {
    "zip": as_zip,
    "7z": _seven,
    "rar": _rar("utf-8"),
    "rar with names in GBK": _rar("gbk"),
    "tar": lambda files: _tar(files, "w"),
    "tar.gz": lambda files: _tar(files, "w:gz"),
    "tar.xz": lambda files: _tar(files, "w:xz"),
}


@pytest.mark.parametrize("kind", ARCHIVES)
@pytest.mark.parametrize("isolated", [False, True])
def test_archives(kind: str, isolated: bool) -> None:
    need_libarchive()
    found = list(read_all_bytes(ARCHIVES[kind](FILES), "a", limits=Limits(isolated=isolated)))
    assert [one.name for one in found] == ["a/乙/决算.txt", "a/甲.docx"]
    assert [getattr(one, "text", one) for one in found] == [PROSE, "支出总计5万元。\n"]


@pytest.mark.parametrize("kind", ["7z", "rar", "tar.gz", "zip"])
def test_archives_over_a_limit(kind: str) -> None:
    need_libarchive()
    data = ARCHIVES[kind]({f"{number}.txt": b"1" * 400 for number in range(9)})
    for limits in (Limits(expanded_bytes=1000), Limits(members=3)):
        (error,) = read_all_bytes(data, "a", limits=limits)
        assert isinstance(error, ReadError) and error.kind == "limit"


@pytest.mark.parametrize("kind", ["7z", "rar", "tar", "zip"])
def test_archive_cut_short(kind: str) -> None:
    need_libarchive()
    data = ARCHIVES[kind](FILES)
    for size in (40, len(data) // 2, len(data) - 30):
        found = list(read_all_bytes(data[:size], "a", limits=HERE))
        assert found and all("\n" not in str(one) for one in found if isinstance(one, ReadError))
    assert any(isinstance(one, ReadError) for one in read_all_bytes(data[: len(data) // 2], "a", limits=HERE))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_one_packed_file(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "决算.txt.gz"
    path.write_bytes(pack(PROSE.encode()))
    (source,) = read_all(path)
    assert (source.name, getattr(source, "text", "")) == (f"{path}/决算.txt", PROSE)
    assert read(path).text == PROSE
    with pytest.raises(ReadError, match="limit of 99 bytes"):
        read_bytes(pack(b"1" * 100), limits=Limits(expanded_bytes=99))


def test_members_that_are_odd(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("决算.txt", "支出1万元。")
        archive.writestr("决算.txt", "支出2万元。")
        archive.writestr(zipfile.ZipInfo("", (2020, 1, 1, 0, 0, 0)), b"x")
        archive.writestr(zipfile.ZipInfo("lzma.txt"), "支出3万元。" * 9, zipfile.ZIP_LZMA)
    data = sink.getvalue()
    packed = data.index(b"lzma.txt") + len("lzma.txt") + 9
    found = list(read_all_bytes(data[:packed] + b"\xff" * 20 + data[packed + 20 :], "a", limits=HERE))
    assert [(one.name, getattr(one, "text", "") or getattr(one, "kind", "")) for one in found] == [
        ("a/lzma.txt", "format"), ("a/决算.txt", "支出1万元。"), ("a/决算.txt (2)", "支出2万元。"),
    ]  # fmt: skip


def test_zip_that_says_it_holds_millions() -> None:
    end = b"PK\x05\x06" + bytes(4) + (0xFFFF).to_bytes(2, "little") * 2 + bytes(10)
    large = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12) + (5_000_000).to_bytes(8, "little") * 2 + bytes(16)
    (error,) = read_all_bytes(b"PK\x03\x04" + bytes(60) + large + end, "a", limits=HERE)
    assert isinstance(error, ReadError) and (error.kind, "5000000 files" in error.message) == ("limit", True)


# Web archives and mails


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_page_saved_as_one_file(charset: str) -> None:
    page = as_html(["云岭县档案馆2022年度部门决算", "收入总计1.20万元。" * 9], charset)
    expected = read_bytes(page, limits=HERE).text
    assert read_bytes(as_mhtml(page, charset), "a.mht", limits=HERE).text == expected
    with pytest.raises(ReadError, match="without a text"):
        read_bytes(b"MIME-Version: 1.0\nContent-Type: image/png\n\nxx", limits=HERE)


def test_mail() -> None:
    mail = "From: a@example.org\nTo: b@example.org\nSubject: x\nMIME-Version: 1.0\n"
    mail += "Content-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: 8bit\n\n"
    assert read_bytes(mail.encode() + PROSE.encode("gbk"), limits=HERE).text == PROSE


@pytest.mark.parametrize("packed", [False, True])
def test_web_archive(packed: bool) -> None:
    pytest.importorskip("warcio")
    page = as_html(["云岭县档案馆2022年度部门决算", "收入总计1.20万元。" * 9])
    site = "http://example.org"
    pages = [
        (f"{site}/b.html", "text/html", page, 200),
        (f"{site}/a.docx", "application/octet-stream", as_docx(["支出总计5万元。"]), 200),
        (f"{site}/x.png", "image/png", b"\x89PNG\r\n", 200),
        (f"{site}/gone.html", "text/html", page, 404),
        (f"{site}/b.html", "text/html", page.replace(b"1.20", b"1.30"), 200),
    ]
    data = as_warc(pages, packed=packed)
    found = list(read_all_bytes(data, "crawl.warc.gz"))
    assert [one.name for one in found] == [f"{site}/b.html", f"{site}/a.docx", f"{site}/b.html (2)"]
    assert "1.30万元" in getattr(found[2], "text", "")
    ends = list(read_all_bytes(data[: len(data) - 60], "crawl.warc.gz"))
    assert [one.name for one in ends][:2] == [f"{site}/b.html", f"{site}/a.docx"]
