"""OFD files: what is text on a page, and files that are not what they seem."""

from __future__ import annotations

import io
import zipfile

import pytest
from make_formats import as_zip
from make_ofd import content, ofd

from cnfin.errors import ReadError
from cnfin.reading import Limits, read_bytes

HERE = Limits(isolated=False)


def _line(text: str, y: float, more: str = "", code: str = "") -> str:
    return (
        f'<ofd:TextObject Boundary="20 {y} 160 5" Size="4.2" {more}>'
        f'<ofd:TextCode X="0" Y="3.6" {code}>{text}</ofd:TextCode></ofd:TextObject>'
    )


def test_what_a_reader_sees() -> None:
    page = content(
        _line("单位：万元", 30)
        + '<ofd:PageBlock>' + _line("支出12.50万元，", 60, code='DeltaX="g 2 4.2 2.1"') + "</ofd:PageBlock>"
        + _line("藏起来的7.00万元。", 80, 'Visible="false"')
        + _line("仅供内部参考", 90, 'CTM="0.7 0.7 -0.7 0.7 0 0"')
        + _line("页外的8.00万元。", 400)
        + _line("收入13.50万元。", 100, 'CTM="1.5 0 0 1.5 0 0"'),
        template=True,
    )  # fmt: skip
    source = read_bytes(ofd([page, content("")], template=content(_line("云岭县档案馆", 10))), limits=HERE)
    assert source.text.splitlines() == ["云岭县档案馆", "单位：万元", "支出12.50万元，", "收入13.50万元。"]


def test_characters_without_distances_stand_side_by_side() -> None:
    assert (
        read_bytes(ofd([content(_line("收入总计2022年5.00万元", 30))]), limits=HERE).text == "收入总计2022年5.00万元\n"
    )


def test_a_scan_is_named() -> None:
    page = content('<ofd:ImageObject Boundary="0 0 210 297" ResourceID="7"/>')
    with pytest.raises(ReadError) as caught:
        read_bytes(ofd([page]), limits=HERE, ocr="never")
    assert caught.value.kind == "scanned"
    words = content("".join(_line("本年收入合计5.00万元，支出合计5.00万元。", 20 + 8 * number) for number in range(9)))
    assert read_bytes(ofd([words, page]), limits=HERE, ocr="never").notes == (
        "no text on page 2: pictures; character recognition is switched off (--ocr never)",
    )


def _broken(change: object) -> bytes:
    with zipfile.ZipFile(io.BytesIO(ofd([content(_line("支出5万元。", 30))]))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return as_zip(change(files))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: _broken(lambda files: {**files, "OFD.xml": b"<x"}), "format"),
        (lambda: _broken(lambda files: {**files, "Doc_0/Document.xml": b"<!DOCTYPE a><a/>"}), "format"),
        (lambda: _broken(lambda files: {k: v for k, v in files.items() if "Page_0" not in k}), "format"),
        (lambda: _broken(lambda files: {**files, "Doc_0/Encryptions.xml": b"<a/>"}), "encrypted"),
        (lambda: ofd([]), "empty"),
        (lambda: ofd([content("")]), "empty"),
        (lambda: ofd([content(_line("支出" * 40_000, 9, code='DeltaX="g 80000 0.001"'))]), "limit"),
        (lambda: ofd([content("<ofd:PageBlock>" * 5000 + "</ofd:PageBlock>" * 5000)]), "format"),
        (lambda: ofd([content("")] * 3000), "limit"),
    ],
    ids=range(9),
)  # fmt: skip
def test_hostile_files(make: object, kind: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(make(), "bad.ofd", limits=Limits(isolated=False, text_chars=50_000))  # type: ignore[operator]
    assert caught.value.kind == kind and "\n" not in str(caught.value)


def test_numbers_that_are_none() -> None:
    odd = _line("支出5万元。", 30, 'CTM="1 x nan 1e99 0 0"', 'DeltaX="g 999999999 4 inf g"')
    data = "<ofd:AbbreviatedData>M 0 L 1 1 1 Q C 5 5 M</ofd:AbbreviatedData>"
    path = f'<ofd:PathObject Boundary="0 0 1e9 nan">{data}</ofd:PathObject>'
    with pytest.raises(ReadError, match="no text"):
        read_bytes(ofd([content(odd + path, "0 0 nan inf")]), limits=HERE)
