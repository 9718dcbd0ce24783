"""The rules by which names are mentions: each decides its example, and none decides its counter-example that way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnfin import layout, tables
from cnfin.batch.job import Job, worker
from cnfin.document import Name, Source
from cnfin.lexicon import default
from cnfin.segmentation import Segmenter
from cnfin.spans import Finder
from cnfin.spans.context_words import ContextWords
from cnfin.spans.edges import firsts
from cnfin.spans.rules import DEFAULT, LISTS, Rule, _List
from cnfin.spans.sites import Site
from cnfin.tagger import Tagger

RULES = [(kind, rule) for kind, rules in LISTS.items() for rule in rules]
SAMPLES = sorted((Path(__file__).resolve().parents[1] / "corpus" / "samples").glob("*.txt"))
FINDER = Finder(default(), Segmenter(default()))


def names(text: str) -> list[Name]:
    pieces = layout.parse(text, default())
    return [name for found in FINDER.names(text, pieces, 2021) for name in found]


def decided(marked: str) -> Name:
    """What was said of the name in 〖〗."""
    start, end = marked.index("〖"), marked.index("〗") - 1
    text = marked.replace("〖", "").replace("〗", "")
    return next(name for name in names(text) if (name.start, name.end) == (start, end))


@pytest.mark.parametrize(("kind", "rule"), RULES, ids=[f"{kind}: {rule.name}" for kind, rule in RULES])
def test_each_rule_decides_its_example(kind: str, rule: Rule) -> None:
    found = decided(rule.example)
    assert (found.rule, found.mention) == (rule.name, rule.mention)
    other = decided(rule.counter)
    assert other.rule != rule.name
    assert other.mention is not rule.mention or rule.name == "a weak name of an economic line"


def test_rules_of_a_list_have_names_of_their_own() -> None:
    for rules in LISTS.values():
        assert len({rule.name for rule in rules}) == len(rules)
        assert DEFAULT not in {rule.name for rule in rules}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("某县2021年三公经费预算\n本年支出5万元。", "in the title of a report"),
        ("图1 三公经费各项占比\n本年支出5万元。", "in the caption of a chart"),
    ],
)
def test_a_name_of_a_title_says_so(text: str, rule: str) -> None:
    assert names(text)[0].rule == rule


def test_names_are_the_spans_and_those_left_out() -> None:
    chain = "教育支出（类）普通教育（款）小学教育（项）"
    text = f"一、总体情况\n2021年基本支出5万元，严格执行办公费定额。\n{chain}3万元。"
    pieces = layout.parse(text, default())
    spans = FINDER.find(text, pieces, tables.find(text, pieces), 2021)
    taken = [(name.start, name.end) for name in names(text) if name.mention]
    assert taken == [
        (span.start, span.end) for found in spans for span in found if span.__class__.__name__ == "Account"
    ]
    assert [name.text for name in names(text) if not name.mention] == ["办公费"]


def test_first_characters_of_words_follow_from_them() -> None:
    words = ContextWords(default())
    assert words.continue_starts == firsts(words.continues)
    assert all(
        words.continues.match(row["word"]) for row in default().rows("context_words") if row["kind"] == "continues"
    )


def test_names_of_a_wrapped_text_stand_in_the_text_as_it_was_read() -> None:
    tagger = Tagger(roles=False)
    text = "灯城县林业站说明\n2021年公务用车运行维护费支出 36450.00\n元，严格执行办公费定额，完成预算的 91.13\n%。\n"
    found = [name for names in tagger.names(tagger.tag(text)) for name in names]
    assert all(text[name.start : name.end] == name.text for name in found)
    assert {("公务用车运行维护费", True), ("办公费", False)} <= {(name.text, name.mention) for name in found}


def test_records_say_why_on_request() -> None:
    source = Source(name="灯城.txt", text="2021年基本支出5万元，严格执行办公费定额。")
    plain, explained = (worker(Job(roles=False, explain=explain))(source).lines for explain in (False, True))
    assert b'"names"' not in plain
    (record,) = map(json.loads, explained.splitlines())
    assert [(name["text"], name["mention"], name["rule"]) for name in record["names"]] == [
        ("基本支出", True, "a name that means nothing else"),
        ("办公费", False, "goes on as another name"),
    ]


def test_characters_beside_a_name_spare_no_rule_that_would_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [path.read_text("utf-8") for path in SAMPLES]
    marked = [text for _, rule in RULES for text in (rule.example, rule.counter)]
    texts += [text.replace("〖", "").replace("〗", "") for text in marked]
    spared = [names(text) for text in texts]

    def ask_all(rules: _List, site: Site) -> tuple[bool, str] | None:
        return next(((rule.mention, rule.name) for rule in rules.rules if rule.holds(site)), None)

    monkeypatch.setattr(_List, "first", ask_all)
    assert [names(text) for text in texts] == spared
