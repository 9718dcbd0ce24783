"""From spans in order, cue words and headings to facts: who spent what, when, against what.

:func:`extract` gives each sentence its facts; :func:`explain` gives with each fact the rule that
made it and the spans it used. The words live in ``lexicons/measures.tsv``, ``fact_words.tsv`` and
``section_subjects.tsv``; the structure in the modules of this package.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnfin.document import Explanation, Fact, Identity, Section, Sentence, Table
from cnfin.facts.bodies import Bodies
from cnfin.facts.found import Found
from cnfin.facts.placing import Placing
from cnfin.facts.reader import Reader
from cnfin.facts.rows import as_of, grids, project_above
from cnfin.facts.tables import Tables
from cnfin.facts.words import Words, default_words, words_of
from cnfin.lexicon import Lexicon


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
    from_tables = _table_facts(text, identity, sentences, tables, words)
    reader = Reader(text, identity, sections, words)
    found = [
        from_tables[number] if number in from_tables else reader.read(sentence)
        for number, sentence in enumerate(sentences)
    ]
    bodies = Bodies(text, identity.unit, words)
    return Placing(text, sections, words, bodies).place(sentences, found, reader.notes)


def _table_facts(
    text: str, identity: Identity, sentences: Sequence[Sentence], tables: Sequence[Table], words: Words
) -> dict[int, list[Found]]:
    """Facts of the sentences that are cells with nothing but a value, or rows of cells."""
    reader = Tables(identity, words)
    found: dict[int, list[Found]] = {}
    for grid in grids(sentences, tables):
        facts = reader.read(grid, as_of(text, sentences, grid), project_above(text, sentences, grid))
        for row in grid.rows:
            for item in row:
                if item.value is not None:
                    found[item.sentence] = facts.get(item.sentence, [])
    return found


__all__ = ["explain", "extract"]
