"""Hard-wrapped text gives what the same text gives in whole lines, at the offsets of the text as it was read."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from cnfin.document import Cell, Document, Source, Table
from cnfin.facts import explain
from cnfin.joining import join
from cnfin.reading.wraps import soft_breaks
from cnfin.tagger import Tagger

PARAGRAPHS = [
    "灯城县林业站2021年度部门决算情况说明",
    "一、收入支出决算总体情况说明",
    "2021年度收入总计812.40万元，支出总计812.40万元，与2020年度相比，收、支总计各增加56.30万元，增长7.45%，主要原因是新增育苗任务。",
    "本年收入合计640.00万元，其中：财政拨款收入600.00万元，占本年收入合计的93.75%；其他收入40.00万元，占本年收入合计的6.25%。",
    "二、三公经费支出决算情况说明",
    "公务接待费支出决算为2.10万元，完成预算的70.00%，比上年减少0.40万元，下降16.00%，全年国内公务接待32批次，累计接待256人次。",
    "公务用车运行维护费支出决算为8.60万元，完成预算的86.00%，年末公务用车保有量为3辆，完成造林面积1200亩，种植苗木15000株。",
]


def wrap(paragraphs: list[str], width: int, end: str) -> str:
    """The paragraphs with a line end every ``width`` characters, but not before a mark that opens no line."""
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += [paragraph[place : place + width] for place in range(0, len(paragraph), width)]
    return end.join(lines)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(roles=False)


def said(document: Document, text: str) -> list[tuple[object, ...]]:
    """What a document's facts say, each with the words of its value."""
    return [
        (fact.subject, fact.measure, fact.year, fact.value, fact.base, "".join(text[fact.start : fact.end].split()))
        for fact in document.facts
    ]


@pytest.mark.parametrize("width", [27, 31, 38])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n  "])
def test_wrapped_text_says_the_same(tagger: Tagger, width: int, end: str) -> None:
    whole, wrapped = "\n".join(PARAGRAPHS), wrap(PARAGRAPHS, width, end)
    expected, found = tagger.tag(whole), tagger.tag(wrapped)
    assert found.text == wrapped
    assert found.identity == expected.identity
    assert said(found, wrapped) == said(expected, whole) != []
    assert [section.title for section in found.sections] == [section.title for section in expected.sections]
    assert all(wrapped[span.start : span.end] == span.text for span in found.spans)


def test_a_document_goes_in_and_comes_back(tagger: Tagger) -> None:
    wrapped = wrap(PARAGRAPHS, 31, "\n")
    joined, document = join(wrapped), tagger.tag(wrapped)
    assert joined is not None
    assert joined.put_back(joined.whole(document)) == document
    whole = joined.whole(document)
    explained = joined.explained(
        explain(whole.text, whole.identity, whole.sections, whole.sentences, lexicon=tagger.lexicon)
    )
    assert [fact for facts in explained for fact, _ in facts] == list(document.facts)


def test_pages_and_cells_move_along() -> None:
    wrapped = wrap(PARAGRAPHS, 31, "\n")
    joined = join(wrapped)
    assert joined is not None
    place = wrapped.index("本年收入合计")
    cell = Cell(start=place, end=place + 6, text="本年收入合计")
    source = Source(name="-", text=wrapped, pages=(0, place), tables=(Table(rows=((cell,),), unit=None, title=""),))
    read = joined.read(source)
    (moved,) = read.tables[0].rows[0]
    assert read.text[moved.start : moved.end] == cell.text
    assert read.text[read.pages[1] :].startswith(cell.text)


def test_text_with_a_paragraph_a_line_is_left_alone() -> None:
    assert join("\n".join(PARAGRAPHS)) is None


def test_spans_keep_their_values(tagger: Tagger) -> None:
    document = tagger.tag(wrap(PARAGRAPHS, 31, "\n"))
    values = [msgspec.structs.asdict(span) for span in tagger.tag("\n".join(PARAGRAPHS)).spans]
    for span, value in zip(document.spans, values, strict=True):
        found = msgspec.structs.asdict(span)
        assert "".join(found.pop("text").split()) == value.pop("text")
        assert {**found, "start": 0, "end": 0} == {**value, "start": 0, "end": 0}


@pytest.mark.parametrize("end", ["\r", "\r\n", "\u2028", "\x85"])
def test_every_line_end_says_the_same(tagger: Tagger, end: str) -> None:
    text = (Path(__file__).resolve().parents[1] / "corpus/samples/henan-2018-fayuan-yusuan.txt").read_text("utf-8")
    plain = tagger.tag("\n".join(text.splitlines()))
    other = tagger.tag(end.join(text.splitlines()))
    assert [(fact.subject, fact.code, fact.value) for fact in other.facts] == [
        (fact.subject, fact.code, fact.value) for fact in plain.facts
    ]
    assert all(other.text[span.start : span.end] == span.text for span in other.spans)


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("本年度收入总计1234.56万元，支出总计1234.5\n6万元，收支平衡。", 1),
        ("一般公共预算财政拨款支出比上年增长\n2.88%，主要是人员增加。", 1),
        ("公务接待费支出决算为2.5万元，与2\n020年相比减少一半。", 1),
        ("一般公共预算财政拨款支出决算合计 12.5\n15.2万元", 0),
        ("二十年来本单位的经费支出情况截至2020\n15.2万元", 0),
        ("支出总计\n12.5万元", 0),
    ],
)
def test_a_figure_cut_in_two_is_one(text: str, breaks: int) -> None:
    assert len(soft_breaks(text)) == breaks


# Every character of the sample, as other programs write it.
ODD = {
    "radicals": str.maketrans("用车支行人目长门月日", "⽤⻋⽀⾏⼈⽬⻓⻔⽉⽇"),
    "full-width digits": str.maketrans("0123456789", "０１２３４５６７８９"),
    "invisible": {
        ord(char): char + mark
        for char, mark in zip("支出收费管5.比", "\u200b\u2060\ufeff\u00ad\u200d\u200b\u200e\ufe00", strict=True)
    },
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("wrapped", [False, True])
def test_characters_are_what_they_look_like(tagger: Tagger, kind: str, wrapped: bool) -> None:
    whole = "\n".join(PARAGRAPHS)
    expected = tagger.tag(whole)
    text = (wrap(PARAGRAPHS, 31, "\n") if wrapped else whole).translate(ODD[kind])
    found = tagger.tag(text)
    assert found.identity == expected.identity
    assert [(fact.subject, fact.measure, fact.year, fact.value) for fact in found.facts] == [
        (fact.subject, fact.measure, fact.year, fact.value) for fact in expected.facts
    ]
    assert all(text[span.start : span.end] == span.text for span in found.spans)
    joined = join(text)
    assert joined is not None and joined.put_back(joined.whole(found)) == found


def test_a_rare_blank_is_a_blank(tagger: Tagger) -> None:
    for blank in "\u00a0\u2003\u2009\u202f":
        document = tagger.tag(f"2022年度财政拨款收入50{blank}万元，比上年增长5{blank}%。")
        assert [fact.value for fact in document.facts] == [
            fact.value for fact in tagger.tag("2022年度财政拨款收入50 万元，比上年增长5 %。").facts
        ]


@pytest.mark.parametrize(
    ("wrapped", "breaks"),
    [
        ("灯城县林业站说明\n公务用车运行维护费支出 36450.00\n元，完成预算的 91.13\n%，比上年减少 3550.00\n元。\n", 3),
        ("灯城县林业站说明\n项目支出 36450.00\n元\n基本支出 20.00\n%\n", 0),  # cells of a table
        ("灯城县林业站说明\n2021年项目支出共计1234.5\n6万元，比上年增长\n2.8%。\n", 1),
    ],
)
def test_a_unit_at_the_start_of_a_line(wrapped: str, breaks: int) -> None:
    assert len(soft_breaks(wrapped)) == breaks


def test_lines_of_many_digits_are_no_wider_than_print() -> None:
    lines = [
        "本站负责全县林木种苗的检疫和推广，承担古树名木普",
        "查建档，管理乡镇护林员，完成县委县政府交办的其他",
        "任务。",
        "基本支出 2120450.6 元，占支出总预算的 81.20%，同",
        "比减少 120450.6 元，其中：基本工资 1000000.15 元、津贴补贴 500000.25 元、奖金 40000",
        "0.35 元，均为财政拨款。",
        "项目支出预算 722400.1 元，占支出总预算的 18.80%，",
        "比上年增加 22400.1 元，增长 3.20%。",
    ]
    text = "\n".join(lines)
    joined = join(text)
    assert joined is not None
    assert joined.text.split("\n") == ["".join(lines[:3]), "".join(lines[3:6]), "".join(lines[6:])]


def test_a_heading_that_fills_its_line_is_not_joined() -> None:
    lines = [paragraph[place : place + 24] for paragraph in PARAGRAPHS for place in range(0, len(paragraph), 24)]
    title = "（一）一般公共预算财政拨款收入支出决算具体情况"
    text = "\n".join([*lines, title, "2021年一般公共预算财政拨款支出640.00万元。"])
    joined = join(text)
    assert joined is not None and f"\n{title}\n" in joined.text


@pytest.mark.parametrize("line", ["支出" + "1" * 20_000 + "中", "·" * 20_000 + "共", "支出" * 10_000 + "1"])
def test_a_long_line_of_one_kind_is_read_in_linear_steps(line: str) -> None:
    # A quadratic search would take minutes here.
    assert len(soft_breaks(f"{line}\n万元，完成预算\n" * 3)) in (0, 3)


@pytest.mark.parametrize("before", ["\n　　", " \n", "\n  \n", "\n\t"])
def test_a_chain_behind_blanks_is_whole(tagger: Tagger, before: str) -> None:
    chain = "教育支出（类）普通教育（款）小学教育（项）"
    (fact,) = tagger.tag(
        f"云岭县教育局2022年度部门决算\n三、支出决算具体情况{before}{chain}：支出决算为58.43万元。\n"
    ).facts
    assert (fact.subject, fact.code, fact.value) == ("小学教育", "2050202", Decimal("58.43"))


_NUMBER = re.compile(r"[0-9][0-9,.]*")
REWRITINGS = {
    "full-width digits": lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "thin spaces": lambda text: _NUMBER.sub(lambda match: f"\u2009{match[0]}\u2009", text),
    "no-break spaces": lambda text: _NUMBER.sub(lambda match: f"\u00a0{match[0]}\u00a0", text),
    "blanks before points": lambda text: re.sub(r"(?<=[0-9])\.(?=[0-9])", " .", text),
    "blanks behind points": lambda text: re.sub(r"(?<=[0-9])\.(?=[0-9])", ". ", text),
    "blanks round points": lambda text: re.sub(r"(?<=[0-9])\.(?=[0-9])", " . ", text),
    "万 元": lambda text: text.replace("万元", "万 元"),
    "radicals": lambda text: text.replace("支", "⽀").replace("入", "⼊").replace("用", "⽤"),
    "marks of no width": lambda text: "\u2060".join(text),
    "trailing blanks": lambda text: text.replace("\n", " \u3000\n"),
    "indents": lambda text: "　　" + text.replace("\n", "\n　　"),
}


@pytest.mark.parametrize("rewriting", REWRITINGS)
def test_what_a_reader_does_not_see_changes_no_fact(tagger: Tagger, rewriting: str) -> None:
    text = "\n".join(PARAGRAPHS)
    chain = "教育支出（类）普通教育（款）小学教育（项）"
    text += f"\n{chain}：支出决算为1234.56万元。"
    other = REWRITINGS[rewriting](text)

    def facts(of: str) -> list[tuple[object, ...]]:
        return [
            (fact.subject, fact.code, fact.measure, fact.year, fact.value, fact.unit) for fact in tagger.tag(of).facts
        ]

    assert facts(other) == facts(text) != []
    assert all(other[span.start : span.end] == span.text for span in tagger.tag(other).spans)
