"""From spans in order, cue words and headings to facts: who spent what, when, against what.

:func:`extract` gives each sentence its facts; :func:`explain` gives with each fact the rule that
made it and the spans it used. The words live in ``lexicons/measures.tsv``, ``fact_words.tsv`` and
``section_subjects.tsv``; the structure in the modules of this package.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from msgspec.structs import replace

from cnfin.document import Explanation, Fact, Identity, Section, Sentence, Table
from cnfin.facts.found import Found
from cnfin.facts.reader import Reader
from cnfin.facts.rows import Spans, reads
from cnfin.facts.tables import Spot, Tables
from cnfin.facts.words import Words, default_words, words_of
from cnfin.lexicon import Lexicon
from cnfin.tables.grid import LONGEST_HEAD


def extract(
    text: str,
    identity: Identity,
    sections: Sequence[Section],
    sentences: Sequence[Sentence],
    tables: Sequence[Table] = (),
    *,
    lexicon: Lexicon | None = None,
) -> list[list[Fact]]:
    """The facts of every sentence.

    Args:
        text: the document's text, which all offsets count in.
        identity: gives the document's year and kind (预算 or 决算).
        sections: the heading tree.
        sentences: the sentences in reading order, with their spans.
        tables: the tables that the format itself marks or that the layout found.
        lexicon: where the cue words come from; the shipped one by default.

    Returns:
        One list of facts a sentence, in the order of the values.
    """
    explained = explain(text, identity, sections, sentences, tables, lexicon=lexicon)
    return [[fact for fact, _ in found] if found else [] for found in explained]


def explain(
    text: str,
    identity: Identity,
    sections: Sequence[Section],
    sentences: Sequence[Sentence],
    tables: Sequence[Table] = (),
    *,
    lexicon: Lexicon | None = None,
) -> list[list[tuple[Fact, Explanation]]]:
    """As :func:`extract`, with each fact the rule that made it and the spans it used."""
    words = words_of(lexicon) if lexicon is not None else default_words()
    spots: list[Spot] = []
    from_tables = _table_facts(text, identity, sections, sentences, tables, words, spots)
    reader = Reader(text, identity, sections, words)
    found = [
        from_tables[number] if number in from_tables else reader.read(sentence)
        for number, sentence in enumerate(sentences)
    ]
    if spots:
        found = [
            facts if number in from_tables or not facts else _in_table(facts, spots)
            for number, facts in enumerate(found)
        ]
    return found


def _in_table(facts: Sequence[Found], spots: Sequence[Spot]) -> list[Found]:
    """What sentences in the cells of a table say is said in that table, and of the project that its form is of."""
    found: list[Found] = []
    for fact, why in facts:
        at = bisect_right(spots, fact.start, key=lambda spot: spot.start) - 1
        if at >= 0 and fact.end <= spots[at].end:
            fact = replace(fact, table=spots[at].title or None, owner=spots[at].project or fact.owner)
        found.append((fact, why))
    return found


def _table_facts(
    text: str, identity: Identity, sections: Sequence[Section], sentences: Sequence[Sentence],
    tables: Sequence[Table], words: Words, spots: list[Spot],
) -> dict[int, list[Found]]:  # fmt: skip
    """Facts of the sentences that are cells with nothing but a value, or rows of cells."""
    found: dict[int, list[Found]] = {}
    if not tables:
        return found
    spans = Spans(sentences)
    reader = Tables(identity, words, spans)
    for table in reads(text, sections, sentences, tables, words.tables, identity.unit):
        for number, facts in reader.read(table).items():
            found.setdefault(number, []).extend(facts)
        for part in table.parts:
            # A head such as 执行率（B/A×100%） states nothing.
            heads = (cell for row in part.heads for cell in row if 0 < len(cell.text) <= LONGEST_HEAD)
            reader.valued.update(map(spans.sentence, heads))
    for number in reader.valued:
        found.setdefault(number, [])
    spots += sorted(reader.spots)
    return found


__all__ = ["explain", "extract"]
