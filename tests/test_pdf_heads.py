"""Heads printed over columns without lines: what stands over what, and what is only the next line of a head."""

from __future__ import annotations

from cnfin.reading.pdf.heads import Span, Stub, spanned, with_numbers

SIZE = 10.0


def _stub(text: str, middle: float, y: float) -> Stub:
    half = SIZE * len(text) / 2
    return Stub(text, middle - half, middle + half, y, y, SIZE)


def _texts(stubs: list[Stub], columns: list[Span], bottom: float) -> list[list[str]] | None:
    found = spanned(stubs, columns, bottom, [])
    return None if found is None else [[box.text for box in row] for row in found[0]]


#: Four columns 100 points wide; figures stand at their right sides.
COLUMNS = [Span(0, 60), Span(165, 195), Span(265, 295), Span(365, 395)]


def test_a_merged_head_stands_over_the_columns_that_it_is_in_the_middle_of() -> None:
    stubs = [
        _stub("项目", 50, 9), _stub("本年支出", 250, 0), _stub("小计", 150, 18), _stub("基本支出", 250, 18),
        _stub("项目支出", 350, 18),
    ]  # fmt: skip
    assert _texts(stubs, COLUMNS, 27) == [
        ["项目", "本年支出", "本年支出", "本年支出"], ["", "小计", "基本支出", "项目支出"],
    ]  # fmt: skip


def test_a_wrapped_head_is_one_where_it_stands_in_the_middle_of_its_row() -> None:
    stubs = [
        _stub("项目", 50, 12), _stub("对附属单位", 150, 6), _stub("补助支出", 150, 18), _stub("基本支出", 250, 12),
        _stub("项目支出", 350, 12),
    ]  # fmt: skip
    assert _texts(stubs, COLUMNS, 30) == [["项目", "对附属单位补助支出", "基本支出", "项目支出"]]


def test_rows_of_heads_that_stand_as_close_as_wrapped_lines_stay_two() -> None:
    stubs = [
        _stub("本年支出", 250, 0), _stub("项目", 50, 6), _stub("小计", 150, 12), _stub("基本支出", 250, 12),
        _stub("项目支出", 350, 12),
    ]  # fmt: skip
    assert _texts(stubs, COLUMNS, 18) == [
        ["项目", "本年支出", "本年支出", "本年支出"], ["", "小计", "基本支出", "项目支出"],
    ]  # fmt: skip


def test_heads_and_numbers_show_columns_that_are_empty() -> None:
    stubs = [_stub("项目", 30, 0), _stub("合计", 150, 0), _stub("基本支出", 250, 0), _stub("项目支出", 350, 0)]
    found = spanned(stubs, [Span(0, 60), Span(140, 160), Span(340, 360)], 9, [])
    assert found is not None and len(found[1]) == 4
    numbers = [Span(10, 20), Span(145, 155), Span(245, 255), Span(345, 355)]
    assert with_numbers([Span(0, 60), Span(140, 160), Span(340, 360)], numbers)[2] == Span(245, 255)
