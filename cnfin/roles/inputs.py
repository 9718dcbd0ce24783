"""What the role model is given for a sentence: its text, its place in the document, its spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnfin.document import AnySpan, Section, Sentence, section_paths
from cnfin.roles.marks import announced, list_mark

#: Labels of spans, in the order of the model's columns.
LABELS = ("科目", "金额", "百分比", "数量", "年度", "文号")

# Below a heading of these levels a new topic begins; item headings further in belong to a list.
_TOPIC_LEVEL = 3


class RoleInput(NamedTuple):
    """A sentence as the role model sees it.

    Attributes:
        text: the sentence.
        section: titles of the headings above it, outermost first.
        context: the sentence before it in the same section, empty at the section's start and where a line
            begins behind one that announced its own content (下一步改进措施：…): that spoke of its line.
        labels: labels of the spans it has (科目, 金额 …).
    """

    text: str
    section: tuple[str, ...] = ()
    context: str = ""
    labels: frozenset[str] = frozenset()


def role_inputs(text: str, sections: Sequence[Section], sentences: Sequence[Sentence]) -> list[RoleInput]:
    """The inputs of a document's sentences, in reading order.

    Args:
        text: the document's text.
        sections: its headings, in reading order.
        sentences: its sentences, with their spans.
    """
    paths = [*section_paths(sections), ()]
    topics = {section.start for section in sections if section.level <= _TOPIC_LEVEL}
    sets: dict[tuple[type[AnySpan], ...], frozenset[str]] = {}
    inputs: list[RoleInput] = []
    before, past, announcing = "", 0, False
    new = tuple.__new__  # a named tuple's own constructor takes twice as long
    for sentence in sentences:
        start = sentence.start
        own = text[start : sentence.end]
        kinds = tuple(map(type, sentence.spans))
        labels = sets.get(kinds)
        if labels is None:
            labels = sets[kinds] = frozenset(map(_label, kinds))
        if announcing and text.find("\n", past, start) >= 0 and before.endswith("。") and not list_mark(own):
            before, announcing = "", False
        section = sentence.section
        inputs.append(new(RoleInput, (own, paths[-1 if section is None else section], before, labels)))
        before, past = "" if sentence.heading and start in topics else own, sentence.end
        announcing = announcing or (("：" in own or ":" in own) and announced(own) > 0)
    return inputs


def span_label(span: AnySpan) -> str:
    """The label of a span: 科目, 金额, 百分比, 数量, 年度 or 文号."""
    return _label(type(span))


def _label(kind: type[AnySpan]) -> str:
    return str(kind.__struct_config__.tag)
