"""The two segmentation engines agree, and the lexicon's names are words to both."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from cnfin.lexicon import default
from cnfin.segmentation import Segmenter

SAMPLES = sorted((Path(__file__).parent.parent / "corpus" / "samples").glob("*.txt"))


def segmenters() -> tuple[Segmenter, Segmenter]:
    pytest.importorskip("rjieba")
    return Segmenter(default(), fast=False), Segmenter(default(), fast=True)


def test_names_of_the_lexicon_are_words() -> None:
    words = Segmenter(default(), fast=False).cut("其中社会保障和就业支出占比最大，机关运行经费次之")
    assert "社会保障和就业支出" in words
    assert "机关运行经费" in words


def test_words_join_to_the_text() -> None:
    text = "2020.12.31前完成1-8月的支出，ＡＢＣ-12 号。\n"
    for fast in (False, None):
        assert "".join(Segmenter(default(), fast=fast).cut(text)) == text


def test_both_engines_give_the_same_words_on_the_corpus(record_property: pytest.RecordProperty) -> None:
    slow, fast = segmenters()
    lines = [line for path in SAMPLES for line in path.read_text(encoding="utf-8").splitlines() if line]
    different = [line for line in lines if slow.cut(line) != fast.cut(line)]
    record_property("different_lines", f"{len(different)} of {len(lines)}")
    assert lines
    assert different == [], f"{len(different)} of {len(lines)} lines differ"


def test_the_dictionary_is_kept_and_a_damaged_cache_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    text = "其中机关运行经费支出"
    words = Segmenter(default(), fast=False).cut(text)
    (cache,) = (tmp_path / "cnfin").iterdir()
    whole = cache.read_bytes()
    assert Segmenter(default(), fast=False).cut(text) == words
    cache.write_bytes(whole[: len(whole) // 2])
    assert Segmenter(default(), fast=False).cut(text) == words
    assert cache.read_bytes() == whole
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))  # a file where a folder should be: no cache, no error
    assert Segmenter(default(), fast=False).cut(text) == words


def test_remembering_changes_no_words() -> None:
    texts = [line for path in SAMPLES[:3] for line in path.read_text(encoding="utf-8").splitlines()] * 2
    remembering, forgetting = (Segmenter(default(), fast=False, remember=number) for number in (50, 0))
    assert [remembering.cut(text) for text in texts] == [forgetting.cut(text) for text in texts]
    words = remembering.cut("会议费和培训费")
    words.append("不属于这句")
    assert remembering.cut("会议费和培训费") == words[:-1]


def test_a_segmenter_can_be_pickled() -> None:
    segmenter = pickle.loads(pickle.dumps(Segmenter(default(), fast=False)))
    assert segmenter.cut("办公费和印刷费") == ["办公费", "和", "印刷费"]
