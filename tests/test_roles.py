"""Roles: data checks, features, classifier, model file, measuring, sampling, exchange, commands."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cnfin.cli.roles import roles as command
from cnfin.document import ROLES
from cnfin.roles import ModelError, RoleInput, load_model, role_inputs
from cnfin.roles.data import DataError, Example, cue_words, inputs_of, read_examples, span_labels, write_examples
from cnfin.roles.evaluation import compare, cross_validate, table
from cnfin.roles.exchange import exported, imported
from cnfin.roles.features import LONGEST, READ, SIGNS, TRAITS, grams, sign_table, signs_of
from cnfin.roles.marks import announced, list_mark
from cnfin.roles.model import from_classifier, load_classifier, save_model
from cnfin.roles.neighbours import Neighbourhood, second_step, third_step
from cnfin.roles.sampling import sample, uncertainty
from cnfin.roles.scoring import LARGEST, Scores, _packed, _unpacked, clause_views
from cnfin.roles.training import builtin_examples, card_of, fit
from cnfin.tagger import Tagger

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus" / "roles"


@pytest.fixture(scope="module")
def corpus() -> list[Example]:
    return read_examples([CORPUS])


@pytest.fixture(scope="module")
def few(corpus: list[Example]) -> list[Example]:
    """Some documents of the corpus, quick to train on."""
    names = list(dict.fromkeys(example.source for example in corpus))[::12]
    return [example for example in corpus if example.source in names]


@pytest.fixture(scope="module")
def trained(few: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "few.model"
    save_model(path, fit(few), card_of(few, {}))
    return path


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(command, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


# The corpus


def test_corpus_is_large_varied_and_consistent(corpus: list[Example]) -> None:
    assert len(corpus) >= 3000
    assert len({example.province for example in corpus}) >= 15
    assert {example.year for example in corpus} >= set(range(2015, 2026))
    for role in ROLES:
        assert sum(role in example.roles for example in corpus) >= 450
    assert all(example.unit_kind and example.source and example.text == example.text.strip() for example in corpus)


def test_corpus_contexts_are_the_sentences_before(corpus: list[Example]) -> None:
    for before, here in pairwise(corpus):
        assert here.context in ("", before.text), here


def test_corpus_shares_no_long_run_with_the_measuring_documents(corpus: list[Example]) -> None:
    shared = ROOT.parent / "shared"
    if not shared.is_dir():
        pytest.skip("no ../shared")
    texts = [path.read_text(encoding="utf-8") for path in [*shared.glob("seeds/*.txt"), *shared.glob("guide/*.md")]]
    runs = {text[at : at + 24] for text in texts for at in range(len(text) - 23)}
    copied = [e.text for e in corpus if any(e.text[at : at + 24] in runs for at in range(len(e.text) - 23))]
    assert copied == []


def test_datasheet_counts_are_current(corpus: list[Example]) -> None:
    sheet = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    assert f"{len(corpus):,} sentences" in sheet
    for role in ROLES:
        assert re.search(rf"\| {role} \| {sum(role in e.roles for e in corpus):,} \|", sheet), role


# Data


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"text": "甲。", "roles": ["缘由"]}, "unknown role '缘由'"),
        ({"roles": []}, "text is missing"),
        ({"text": "  ", "roles": []}, "text is missing"),
        ({"text": "甲。"}, "roles is missing"),
        ({"text": "甲。", "roles": [], "section": "一、概况"}, "section is not a list"),
        ({"text": "甲。", "roles": [], "year": "2020"}, "year is not"),
        ({"text": "甲。", "roles": [], "province": 3}, "province is not a string"),
        (["甲。"], "not a JSON object"),
    ],
)
def test_bad_line_is_named(tmp_path: Path, record: object, message: str) -> None:
    path = lines(tmp_path / "bad.jsonl", {"text": "好。", "roles": []}, record)
    with pytest.raises(DataError) as caught:
        read_examples([path], both_classes=False)
    assert caught.value.problems[0].startswith(f"{path}:2: ") and message in caught.value.problems[0]


def test_every_problem_is_told(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"text": "甲。", "roles": ["问题"]}, {"text": "甲。", "roles": []}, {"text": 1})
    with pytest.raises(DataError) as caught:
        read_examples([path])
    assert [problem.split(": ")[0] for problem in caught.value.problems] == [f"{path}:2", f"{path}:3"]
    assert f"other roles at {path}:1 (问题 there, none here)" in caught.value.problems[0]


def test_same_words_elsewhere_may_have_other_roles(tmp_path: Path) -> None:
    one = {"text": "人员减少3人。", "roles": ["原因说明"], "context": "支出减少2万元。"}
    path = lines(tmp_path / "a.jsonl", one, {"text": "人员减少3人。", "roles": [], "context": "现有编制8名。"})
    assert len(read_examples([path], both_classes=False)) == 2


def test_one_class_only(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"text": "甲。", "roles": ["问题"]}, {"text": "乙。", "roles": []})
    with pytest.raises(DataError, match=rf"{path}:2: one class only: 0 of 2 .* 原因说明"):
        read_examples([path])


def test_missing_and_undecodable_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl: no such file"):
        read_examples([tmp_path / "none.jsonl"])
    with pytest.raises(DataError, match="no labelled data"):
        read_examples([tmp_path])
    (tmp_path / "empty.jsonl").write_text("\n")
    assert run("evaluate", str(tmp_path))[::2] == (2, f"{tmp_path}/empty.jsonl: no labelled sentences\n")
    path = tmp_path / "gbk.jsonl"
    path.write_bytes(b'{"text": "a", "roles": []}\n' + "中文".encode("gbk"))
    with pytest.raises(DataError, match=rf"{path}:2: not UTF-8"):
        read_examples([path])


def test_examples_survive_writing(few: list[Example], tmp_path: Path) -> None:
    path = tmp_path / "again.jsonl"
    path.write_text(write_examples(few), encoding="utf-8")
    assert read_examples([path]) == few


def test_span_labels() -> None:
    found = span_labels(["支出决算为12.5万元，增长3%。", "加强管理。"])
    assert {"金额", "百分比"} <= found["支出决算为12.5万元，增长3%。"] and found["加强管理。"] == frozenset()


# Features


def test_list_marks() -> None:
    marks = ["甲", "一是甲", "二是甲", "（3）甲", "4.甲", "五、甲", "⑥甲", "4.5万元"]
    assert [list_mark(mark) for mark in marks] == [0, 1, 2, 3, 4, 5, 6, 0]


def test_what_a_sentence_calls_its_content() -> None:
    said = {"整改措施：逐台贴签。": 4, "3.主要原因:车少了。": 1, "发现的主要问题：没人管；改进措施：派专人管。": 6}
    said["整改情况：差额由经办人退回。"] = said["整改落实：改用新台账。"] = 4
    silent = ["改进措施：", "存在问题：无。改进措施：暂无。", "主要原因：\n", "措施得力，成效明显。", "地址：南街9号"]
    silent.append("整改情况良好。")
    assert {text: announced(text) for text in said} == said
    assert [announced(text) for text in silent] == [0] * len(silent)


def test_digits_and_blanks_are_folded() -> None:
    found = grams(["支出 12.5 万元", "支出３,456万元", "支出9万元"])
    first, second, third = np.split(found.buckets, found.starts[1:], axis=1)
    assert (first == second).all() and (second == third).all()


def test_signs_of_a_string_are_those_of_its_ngrams() -> None:
    signs = [("主要原因", "缘由"), ("将", "将来"), ("因", "因果"), ("因为", "因果")]
    buckets, bits = sign_table(signs)
    table = np.zeros(1 << 18, dtype=np.int64)
    table[buckets] = bits
    found = grams(["因为下雨", "", "主要原因是将停电"])
    rows = signs_of(np.bitwise_or.reduce(table[found.buckets]), found.starts)
    kinds = sorted({kind for _, kind in signs})
    said = [{kind for kind, flag in zip(kinds, row, strict=False) if flag} for row in rows]
    assert said == [{"因果"}, set(), {"缘由", "将来", "因果"}] and rows.shape == (3, SIGNS)
    with pytest.raises(ValueError, match="33 kinds of signs, at most 32"):
        sign_table([(str(number), str(number)) for number in range(33)])


def test_clauses_speak_for_their_string() -> None:
    scores = np.array([[1, -9], [5, 0], [-2, -2]], dtype=np.float32)
    views = clause_views(scores, np.array([0, 2]))
    highest, last, first, many = np.split(views, 4, axis=1)
    assert highest.tolist() == [[5, 0], [-2, -2]] and last.tolist() == [[5, 0], [-2, -2]]
    assert first.tolist() == [[1, -8], [-2, -2]]  # no score counts for more than 8
    assert np.allclose(np.exp(many), [[1.7254, 0.5013], [0.1202, 0.1202]], atol=1e-3)


def test_an_announcement_speaks_for_its_line() -> None:
    def contexts(text: str) -> list[str]:
        document = Tagger(facts=False, roles=False).tag(text)
        return [each.context[:4] for each in role_inputs(document.text, document.sections, document.sentences)]

    line = "下一步改进措施：灯笼逐盏编号。坏灯当天换下。"
    assert contexts(f"{line}\n灯会办了三场。游人满意。") == ["", "下一步改", "", "灯会办了"]
    assert contexts(f"{line}\n2.增派一名电工。") == ["", "下一步改", "坏灯当天"]  # the list goes on
    assert contexts("改进措施：\n灯笼逐盏编号。\n坏灯当天换下。") == ["", "改进措施", "灯笼逐盏"]
    assert contexts("灯会办了三场。\n游人满意。") == ["", "灯会办了"]


def test_cells_of_a_table_are_clauses() -> None:
    found = grams(["管护\t120\t台账不全", "管护120台账不全"])
    assert found.first_clauses.tolist() == [0, 3] and len(found.clauses) == 4


def test_ngrams_do_not_reach_into_the_next_string() -> None:
    together, alone = grams(["甲乙丙丁", "戊"]), grams(["甲乙丙丁"])
    assert (together.buckets[:, : alone.buckets.shape[1]] == alone.buckets).all()


@pytest.mark.parametrize("texts", [[""], ["", "甲"], ["\x01\x01", "a\x00b"], ["😀𠀀", "\ud800"], [" \t", "，，"]])
def test_any_text_has_features(texts: list[str]) -> None:
    found = grams(texts)
    assert len(found.starts) == len(texts) and np.isfinite(found.scales).all()
    assert len(load_model().predict([RoleInput(text) for text in texts])) == len(texts)


def test_weights_of_one_role_do_not_reach_another() -> None:
    heavy = np.array([[LARGEST, -LARGEST, LARGEST]], dtype=np.int16)
    table = _packed(np.array([5], dtype=np.int32), heavy)
    sums = table[[5]] * (READ * LONGEST)
    assert (_unpacked(sums) == heavy.astype(np.float32) * READ * LONGEST).all()
    assert (_unpacked(-sums) == -heavy.astype(np.float32) * READ * LONGEST).all()


def test_very_long_sentences_are_read_up_to_a_limit() -> None:
    model, start = load_model(), "比上年增加3万元，主要原因是新增人员。" * 60
    one, other = model.probabilities([RoleInput(start + "甲" * 50_000), RoleInput(start + "乙" * 50_000)])
    assert (one == other).all()


def test_tagging_and_training_see_the_same_inputs() -> None:
    text = "一、支出决算情况说明\n支出增加2万元。主要原因是人员增加。\n二、存在的问题\n预算编制不细。\n"
    document = Tagger(facts=False, roles=False).tag(text)
    inputs = role_inputs(document.text, document.sections, document.sentences)
    assert [given.text for given in inputs] == [text[s.start : s.end] for s in document.sentences]
    contexts = {given.text: given.context for given in inputs}
    assert contexts["支出增加2万元。"] == contexts["预算编制不细。"] == ""
    assert contexts["主要原因是人员增加。"] == "支出增加2万元。"
    tagged = Tagger(facts=False).tag(text)
    assert [(s.roles, s.role_scores) for s in tagged.sentences] == load_model().predict(inputs)


def test_headings_speak_for_the_sentence_before_where_there_is_none() -> None:
    size = len(ROLES)
    around = Neighbourhood(np.array([False, True, False]))
    nothing = np.zeros((3, size), dtype=np.float32)
    headings = np.array([[0, 0, 2]] * 2 + [[0, 3, 0]], dtype=np.float32)
    none = np.zeros(3, dtype=np.int64)
    views, traits = np.zeros((3, 4 * size), dtype=np.float32), np.zeros((3, TRAITS), dtype=np.float32)
    scores = Scores(nothing, nothing, nothing, nothing, none, none, headings, views, traits)
    for columns in (second_step(scores, around), third_step(nothing, second_step(scores, around), scores, around)):
        assert columns[:, -size:].tolist() == [[0, 0, 2], [0, 0, 0], [0, 3, 0]]
        assert columns[:, -size - 1].tolist() == [3, 0, 3]


def test_cue_words_are_clean() -> None:
    cues = cue_words()
    assert len({cue for cue, _ in cues}) == len(cues)
    assert set(ROLES) < {kind for _, kind in cues}


# Classifier and model


def test_estimator_alone(few: list[Example]) -> None:
    from sklearn.base import clone

    from cnfin.roles import RoleClassifier

    texts, wanted = [example.text for example in few], [example.roles for example in few]
    classifier = clone(RoleClassifier(cue_words())).fit(texts, wanted)
    chances = classifier.predict_proba(texts)
    assert chances.shape == (len(few), 3) and ((chances >= 0) & (chances <= 1)).all()
    right = classifier.predict(texts) == np.array([[role in roles for role in ROLES] for roles in wanted])
    assert right.mean() > 0.95
    with pytest.raises(ValueError, match="one class only"):
        RoleClassifier(cue_words()).fit(texts[:2], [(), ()])


def test_both_ways_of_predicting_agree(trained: Path, corpus: list[Example]) -> None:
    inputs = inputs_of(corpus[:400])
    plain = load_model(trained).probabilities(inputs)
    assert np.abs(plain - load_classifier(trained).predict_proba(inputs)).max() < 1e-4


def test_shipped_model_agrees_with_its_estimator(corpus: list[Example]) -> None:
    inputs = inputs_of(corpus[1000:1300])
    assert np.abs(load_model().probabilities(inputs) - load_classifier().predict_proba(inputs)).max() < 1e-4


def test_training_again_predicts_the_same(few: list[Example], trained: Path, tmp_path: Path) -> None:
    path = tmp_path / "again.model"
    save_model(path, fit(few), load_model(trained).card)
    # skops numbers the objects of its own entry anew each time; all that predicts is the same to the byte.
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(trained) as old:
        assert new.namelist() == old.namelist()
        assert [n for n in new.namelist() if new.read(n) != old.read(n)] in ([], ["estimator.skops"])


@pytest.mark.slow
def test_rebuilt_shipped_model_predicts_the_same(corpus: list[Example]) -> None:
    inputs, shipped, rebuilt = inputs_of(corpus), load_model(), from_classifier(fit(corpus), {})
    # On another machine the last digits of sums differ, and the nets are trained for thousands of steps.
    assert np.abs(rebuilt.probabilities(inputs) - shipped.probabilities(inputs)).mean() < 0.01
    pairs = zip(rebuilt.predict(inputs), shipped.predict(inputs), strict=True)
    assert sum(ours[0] == theirs[0] for ours, theirs in pairs) > 0.99 * len(inputs)


def test_shipped_model_is_of_this_corpus(corpus: list[Example]) -> None:
    card = load_model().card
    assert card["data"] == card_of(corpus, {})["data"]
    assert card["versions"]["role_cues"] == card_of(corpus, {})["versions"]["role_cues"]
    assert builtin_examples() == corpus


def test_order_of_batches_does_not_matter_between_documents(corpus: list[Example]) -> None:
    model, inputs = load_model(), inputs_of(corpus[:120])
    apart = [result for each in inputs for result in model.predict([each._replace(context="")])]
    together = model.predict([each._replace(context="") for each in inputs])
    assert [roles for roles, _ in together] == [roles for roles, _ in apart]


def test_model_pickles_and_gives_plain_values() -> None:
    model = load_model()
    inputs = [RoleInput("比上年增加3万元，主要原因是新增2名编制人员。")]
    assert pickle.loads(pickle.dumps(model)).predict(inputs) == model.predict(inputs)
    ((roles, scores),) = model.predict(inputs)
    assert roles == ("原因说明",) and list(scores) == list(ROLES)
    assert all(type(score) is float for score in scores.values())
    assert model.predict([]) == []


def marked(path: Path) -> list[tuple[str, list[tuple[int, str]]]]:
    """Texts of documents, and the places of marks before what has a role: {R} 原因说明, {P} 问题, {M} 改进措施."""
    result = []
    for document in re.split(r"(?m)^# .*\n", path.read_text(encoding="utf-8"))[1:]:
        text, marks, past = "", [], 0
        for found in re.finditer(r"\{([RPM]+)\}", document):
            text += document[past : found.start()]
            marks.append((len(text), found[1]))
            past = found.end()
        result.append((text + document[past:], marks))
    return result


@pytest.mark.parametrize(("name", "floor"), [("roles_dev", 0.93), ("roles_kept", 0.80)])
def test_whole_documents_labelled_before_any_run(name: str, floor: float) -> None:
    letters = dict(zip("RPM", ROLES, strict=True))
    wanted, said, places = [], [], 0
    for text, marks in marked(ROOT / "tests" / "data" / f"{name}.txt"):
        for sentence in Tagger(facts=False).tag(text).sentences:
            here = "".join(kinds for place, kinds in marks if sentence.start <= place < sentence.end)
            wanted.append(tuple(role for letter, role in letters.items() if letter in here))
            said.append(sentence.roles)
        places += len(marks)
    assert places > 60 and compare(wanted, said).macro_f1 >= floor


def test_prediction_does_without_scikit_learn() -> None:
    code = (
        "import sys; from cnfin.roles import RoleInput, load_model; load_model().predict([RoleInput('甲')]); "
        "sys.exit('sklearn' in sys.modules or 'scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("kept", [0, 10, 1000, 100_000])
def test_truncated_model(trained: Path, tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.model"
    path.write_bytes(trained.read_bytes()[:kept])
    for load in (load_model, load_classifier):
        with pytest.raises(ModelError, match=re.escape(str(path))):
            load(path)


def rewritten(source: Path, target: Path, **changes: bytes) -> Path:
    """A copy of a model with other content in some entries (dots written as two underscores)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, changes.get(entry.replace(".", "__").replace("/", "_"), old.read(entry)))
    return target


def test_no_model_and_wrong_versions(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such role model"):
        load_model(tmp_path / "none.model")
    with pytest.raises(ModelError, match="not a role model"):
        load_model(lines(tmp_path / "text.model", {"text": "甲"}))
    card = load_model(trained).card
    other = json.dumps(card | {"versions": card["versions"] | {"scikit-learn": "1.2.0"}}).encode()
    old = rewritten(trained, tmp_path / "old.model", card__json=other)
    with pytest.raises(ModelError, match=r"trained with scikit-learn 1\.2\.0, here is"):
        load_classifier(old)
    # Prediction needs no scikit-learn, so it does not mind.
    inputs = [RoleInput("原因是灯会展期缩短。")]
    assert load_model(old).predict(inputs) == load_model(trained).predict(inputs)
    newer = json.dumps(card | {"format": 99}).encode()
    with pytest.raises(ModelError, match="format 99"):
        load_model(rewritten(trained, tmp_path / "new.model", card__json=newer))


class Planted:
    """Unpickling this would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.mkdir, (str(self.path),))


def test_nothing_in_a_model_is_executed(trained: Path, tmp_path: Path) -> None:
    trap = tmp_path / "executed"
    payload = pickle.dumps(Planted(trap))
    with pytest.raises(ModelError):
        load_model(rewritten(trained, tmp_path / "a.model", arrays_bias__npy=payload))
    with pytest.raises(ModelError):
        load_classifier(rewritten(trained, tmp_path / "b.model", estimator__skops=payload))
    assert not trap.exists()


def test_unknown_types_are_refused(trained: Path, tmp_path: Path) -> None:
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    foreign = skops.io.dumps(FunctionTransformer(os.path.join))
    with pytest.raises(ModelError, match="unknown types"):
        load_classifier(rewritten(trained, tmp_path / "c.model", estimator__skops=foreign))


def test_shipped_model_is_small() -> None:
    assert (ROOT / "cnfin" / "roles" / "roles.model").stat().st_size < 1_500_000


def test_arrays_that_do_not_fit_are_refused(trained: Path, tmp_path: Path) -> None:
    import io

    stream = io.BytesIO()
    np.save(stream, np.zeros((2, 2), dtype=np.float32))
    for name in ("arrays_bias__npy", "arrays_text_grams__npy", "arrays_second__npy", "arrays_text_steps__npy"):
        with pytest.raises(ModelError, match="damaged"):
            load_model(rewritten(trained, tmp_path / "d.model", **{name: stream.getvalue()}))


# Measuring and sampling


def test_scores_by_hand() -> None:
    wanted = [("问题",), ("问题", "改进措施"), (), ("原因说明",)]
    said = [("问题",), ("改进措施",), ("问题",), ("改进措施",)]
    report = compare(wanted, said)  # type: ignore[arg-type]
    problem = report.roles["问题"]
    assert (problem.precision, problem.recall, problem.f1, problem.support, problem.found) == (0.5, 0.5, 0.5, 2, 2)
    assert report.roles["改进措施"].precision == 0.5 and report.roles["改进措施"].recall == 1
    assert report.roles["原因说明"].f1 == 0
    assert report.confusion["原因说明"] == {"原因说明": 0, "问题": 0, "改进措施": 1, "无": 0}
    assert report.confusion["无"]["问题"] == 1
    assert "macro F1" in table(report)


def test_cross_validation_learns(few: list[Example]) -> None:
    assert cross_validate(few, folds=3).macro_f1 > 0.5


def test_shipped_card_meets_the_goal() -> None:
    scores = load_model().card["scores"]
    assert scores["macro_f1"] >= 0.88 and all(score["f1"] >= 0.85 for score in scores["roles"].values())


def test_sampling(corpus: list[Example]) -> None:
    pool = [*corpus[:500], corpus[0]]
    model, inputs = load_model(), inputs_of(pool)
    doubts = uncertainty(model, inputs)
    chosen = sample(pool, inputs, model, 20)
    assert len({example.text for example in chosen}) == 20
    known = {example.text: doubt for example, doubt in zip(pool, doubts, strict=True)}
    worst = sorted(known.values(), reverse=True)[:20]
    assert sorted((known[example.text] for example in chosen), reverse=True) == pytest.approx(worst)
    diverse = sample(pool, inputs, model, 20, "diverse")
    assert len({example.text for example in diverse}) == 20 and diverse != chosen
    assert len(sample(pool[:5], inputs[:5], model, 50, "diverse")) == 5
    assert sample([], [], model, 5) == sample([], [], model, 5, "diverse") == sample([], [], model, 5, "random") == []
    drawn = sample(pool, inputs, model, 20, "random", seed=7)
    assert drawn == sample(pool, inputs, model, 20, "random", seed=7) != sample(pool, inputs, model, 20, "random")
    assert all(example.predicted for example in [*chosen, *diverse, *drawn])


# Exchange


@pytest.mark.parametrize("form", ["label-studio", "doccano"])
def test_round_trip(few: list[Example], form: str) -> None:
    assert imported(exported(few, form), form) == few  # type: ignore[arg-type]


def test_label_studio_as_it_exports() -> None:
    task = {
        "id": 7,
        "data": {"text": "资金拨付慢。", "source": "a"},
        "annotations": [
            {"was_cancelled": False, "result": [{"type": "choices", "value": {"choices": ["问题"]}}]},
            {"was_cancelled": True, "result": []},
        ],
    }
    (example,) = imported(json.dumps([task]), "label-studio")
    assert (example.text, example.roles, example.source) == ("资金拨付慢。", ("问题",), "a")
    with pytest.raises(DataError, match="task 1: text is missing"):
        imported(json.dumps([{**task, "data": {}}]), "label-studio", "f.json")
    with pytest.raises(DataError, match="task 2: not a JSON object"):
        imported(json.dumps([task, {}]), "label-studio", "f.json")
    with pytest.raises(DataError, match=r"f\.json"):
        imported("{}", "label-studio", "f.json")


def test_predictions_are_no_annotations() -> None:
    guessed = Example(text="灯会进展偏慢。", roles=("问题",), predicted=True)
    (task,) = json.loads(exported([guessed], "label-studio"))
    assert "annotations" not in task and task["predictions"][0]["result"][0]["value"] == {"choices": ["问题"]}
    line = json.loads(exported([guessed], "doccano"))
    assert (line["label"], line["suggested"]) == ([], ["问题"])
    with pytest.raises(DataError, match="no labelled sentences"):
        imported(exported([guessed], "label-studio"), "label-studio")


def test_predictions_are_no_labels(tmp_path: Path) -> None:
    data = lines(tmp_path / "a.jsonl", {"text": "甲。", "roles": []}, {"text": "乙。", "roles": [], "predicted": True})
    with pytest.raises(DataError, match=r"a\.jsonl:2: 1 of 2 lines hold roles that a model gave"):
        read_examples([data], both_classes=False)
    assert [each.predicted for each in read_examples([data], both_classes=False, predictions=True)] == [False, True]


def test_annotators_who_disagree_are_told() -> None:
    def task(*views: tuple[object, list[str]]) -> dict[str, object]:
        annotations = [{"completed_by": who, "result": [{"value": {"choices": roles}}]} for who, roles in views]
        return {"data": {"text": "灯会进展偏慢。"}, "annotations": annotations}

    told: list[str] = []
    tasks = [
        task((1, ["问题"]), ({"id": 2, "email": "b@x.cn"}, [])),
        task((1, ["问题"]), (1, ["原因说明"])),  # one who changed their mind
        task((1, ["问题", "改进措施"]), (2, ["改进措施", "问题"])),
    ]
    with pytest.raises(DataError, match="other roles"):  # the same words, labelled in two ways
        imported(json.dumps(tasks), "label-studio", "t.json", told.append)
    assert told == [
        "t.json: task 1: annotators disagree (1: 问题; b@x.cn: none); the last one counts",
        "t.json: 2 tasks annotated by two people or more, 1 of them alike",
    ]


@pytest.mark.parametrize("broken", [5, [5], [{"result": None}], [{"result": [{"value": None}]}], [{"result": 5}]])
def test_odd_annotations_are_read_or_named(broken: object) -> None:
    task = {"data": {"text": "灯会进展偏慢。"}, "annotations": broken}
    try:
        (example,) = imported(json.dumps([task]), "label-studio")
    except DataError as error:
        assert "labelled" in str(error)
    else:
        assert example.roles == ()


@pytest.mark.parametrize("annotations", [[], [{"was_cancelled": True, "result": []}]])
def test_tasks_that_nobody_annotated_are_left_out(annotations: list[object], tmp_path: Path) -> None:
    none = {"data": {"text": "灯笼按期采购。"}, "annotations": [{"result": []}]}
    new = {"data": {"text": "灯会延期。"}, "annotations": annotations}
    tasks, out = tmp_path / "tasks.json", tmp_path / "out"
    tasks.write_text(json.dumps([new, none, new]), encoding="utf-8")
    command = ("import", str(tasks), "--format", "label-studio", "-o", str(out))
    assert run(*command) == (0, "", f"{tasks}: 2 of 3 tasks left out: not annotated\n")
    assert [(each.text, each.roles) for each in read_examples([out], both_classes=False)] == [("灯笼按期采购。", ())]
    out.unlink()
    for text in (json.dumps([new]), "[]"):
        tasks.write_text(text, encoding="utf-8")
        status, _, err = run(*command)
        assert status == 2 and err.endswith(f"{tasks}: no labelled sentences\n") and not out.exists()
    tasks.write_text("\n")
    assert run("import", str(tasks), "--format", "doccano")[0] == 2


def test_doccano_as_it_exports() -> None:
    (example,) = imported('{"id": 1, "text": "资金拨付慢。", "label": ["问题"], "Comments": []}\n', "doccano")
    assert example.roles == ("问题",)
    with pytest.raises(DataError, match="f:2: unknown role"):
        imported('{"text": "甲", "label": []}\n{"text": "乙", "label": ["x"]}\n', "doccano", "f")


# Commands


def test_train_and_evaluate(few: list[Example], tmp_path: Path) -> None:
    data = tmp_path / "new.jsonl"
    data.write_text(write_examples(few), encoding="utf-8")
    model = tmp_path / "new.model"
    status, out, _ = run("train", str(data), "-o", str(model))
    assert status == 0 and "macro F1" in out and load_model(model).card["data"]["sentences"] == len(few)
    status, out, _ = run("evaluate", str(data), "--model", str(model), "--by", "year", "--json")
    report = json.loads(out)
    # On what it learned from it does better than on what it did not see, and better than chance by far.
    assert status == 0 and report["macro_f1"] > load_model(model).card["scores"]["macro_f1"] > 0.5
    assert set(report["groups"]) == {str(e.year) for e in few}


def test_bad_data_leaves_nothing_behind(tmp_path: Path) -> None:
    data = lines(tmp_path / "bad.jsonl", {"text": "甲。", "roles": ["原因"]})
    before = sorted(tmp_path.iterdir())
    status, out, err = run("train", str(data), "-o", str(tmp_path / "m.model"))
    assert (status, out) == (2, "") and f"{data}:1: unknown role '原因'" in err
    assert run("export", str(data), "--format", "doccano", "-o", str(tmp_path / "x"))[0] == 2
    assert run("evaluate", str(data), "--model", str(data))[0] == 2
    assert sorted(tmp_path.iterdir()) == before
    good = lines(tmp_path / "good.jsonl", {"text": "甲。", "roles": []})
    assert run("export", str(good), "--format", "doccano", "-o", str(tmp_path / "no" / "x"))[0] == 2


@pytest.mark.parametrize("weight", ["nan", "inf", "0", "-1"])
def test_weights_that_are_none(weight: str, tmp_path: Path) -> None:
    status, _, err = run("train", str(CORPUS), "--weight-new", weight, "-o", str(tmp_path / "m"))
    assert status == 2 and "--weight-new" in err


def test_a_folder_is_no_model_file(tmp_path: Path) -> None:
    status, _, err = run("train", "nowhere", "-o", str(tmp_path))
    assert status == 2 and f"{tmp_path}: it is a folder" in err


def documents(number: int, *roles: str) -> list[dict[str, object]]:
    """Documents of one sentence without a role and one of each role."""
    wanted = [[], *([role] for role in roles)]
    return [
        {"text": f"灯会第{place}项进展{have}。", "roles": have, "source": f"d{document}", "province": "灯"}
        for document in range(number)
        for place, have in enumerate(wanted)
    ]


def test_too_few_documents_to_train_on(tmp_path: Path) -> None:
    needed = "for each role, sentences with it and without it in 3 documents"
    lone = {"text": "灯笼采购偏慢。", "roles": ["改进措施"], "source": "d0"}
    for records, told in (
        (documents(1, *ROLES), "原因说明: sentences with it in 1, without it in 1"),
        (documents(2, *ROLES), "问题: sentences with it in 2, without it in 2"),
        ([*documents(9, *ROLES[:2]), lone], "改进措施: sentences with it in 1, without it in 9"),
        (documents(9, *ROLES[:2]), "one class only: 0 of 27 sentences up to here have 改进措施"),
    ):
        data = lines(tmp_path / "few.jsonl", *records)
        status, out, err = run("train", str(data), "-o", str(tmp_path / "m"))
        assert (status, out) == (2, "") and told in err and needed in err
    # Enough documents, but all in the part that is held back.
    data = lines(tmp_path / "few.jsonl", *documents(4, *ROLES))
    status, out, err = run("evaluate", str(data), "--leave-one-out", "province")
    assert (status, out) == (2, "") and "too little is left to learn from" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["few.jsonl"]


def test_sample_export_import_commands(tmp_path: Path) -> None:
    document = ROOT / "corpus" / "samples" / "hunan-2021-jiaoyu-zhengti.txt"
    sampled, tasks, back = tmp_path / "s.jsonl", tmp_path / "t.json", tmp_path / "b.jsonl"
    assert run("sample", str(document), "-n", "12", "-o", str(sampled))[0] == 0
    examples = read_examples([sampled], both_classes=False, predictions=True)
    assert len(examples) == 12 and examples[0].province == "湖南省" and examples[0].year == 2021
    assert run("export", str(sampled), "--format", "label-studio", "-o", str(tasks))[0] == 0
    assert run("import", str(tasks), "--format", "label-studio", "-o", str(back))[0] == 2  # nobody has looked
    annotated = [{**task, "annotations": task.pop("predictions")} for task in json.loads(tasks.read_text("utf-8"))]
    tasks.write_text(json.dumps(annotated), encoding="utf-8")
    assert run("import", str(tasks), "--format", "label-studio", "-o", str(back))[0] == 0
    assert back.read_text("utf-8") == sampled.read_text("utf-8").replace(', "predicted": true', "")


def test_sampling_goes_on_past_bad_files(tmp_path: Path) -> None:
    text = "一、灯会支出情况\n灯会支出减少2万元，主要原因是展期缩短。"
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(text, encoding="utf-16-le")
    out = tmp_path / "out"
    missing = str(tmp_path / "none.txt")
    status, _, err = run("sample", missing, str(tmp_path), "--encoding", "utf-16-le", "-o", str(out))
    assert status == 1 and [line.partition(": ")[0] for line in err.splitlines()] == [missing, "a.txt"]
    *_, example = read_examples([out], both_classes=False, predictions=True)
    assert example.text == "灯会支出减少2万元，主要原因是展期缩短。" and example.source == "b"
    before = out.read_bytes()
    assert run("sample", missing, "-o", str(out))[0] == 1 and out.read_bytes() == before


def test_info(trained: Path) -> None:
    status, out, _ = run("info", "--model", str(trained))
    assert status == 0 and "scikit-learn" in out
    for role, threshold in zip(ROLES, load_model(trained).arrays["thresholds"], strict=True):
        assert f"{role}: threshold {threshold:.2f}" in out
    status, out, _ = run("info", "--json")
    assert status == 0 and set(json.loads(out)["thresholds"]) == set(ROLES)


def test_evaluate_names_errors(tmp_path: Path) -> None:
    data = lines(tmp_path / "a.jsonl", {"text": "灯会收入20万元，支出18万元。", "roles": ["改进措施"], "source": "灯"})
    status, out, _ = run("evaluate", str(data), "--errors")
    assert status == 0 and "灯: wanted 改进措施, said 无: 灯会收入20万元，支出18万元。" in out
    status, out, _ = run("evaluate", str(data), "--errors", "--json")
    assert [each["wanted"] for each in json.loads(out)["errors"]] == [["改进措施"]]


@pytest.mark.parametrize("name", ["train", "evaluate", "sample", "export", "import", "info"])
def test_help_has_an_example(name: str) -> None:
    status, out, _ = run(name, "--help")
    assert status == 0 and f"cnfin roles {name}" in out


def test_label_studio_interface_in_the_docs_is_current() -> None:
    from cnfin.roles.exchange import LABEL_STUDIO_CONFIG

    assert LABEL_STUDIO_CONFIG in (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
