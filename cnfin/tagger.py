"""Puts the stages together for one document: layout, spans, facts, roles."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from cnfin import layout as layouts
from cnfin import tables as line_tables
from cnfin.document import AnySpan, Document, Fact, Identity, Role, Sentence, Source, Table
from cnfin.identity import Identifier
from cnfin.joining import join
from cnfin.layout import Layout
from cnfin.lexicon import Lexicon, default
from cnfin.segmentation import Segmenter
from cnfin.spans import Finder

_NO_SCORES: dict[str, float] = {}


class Tagger:
    """Tags documents; built once, used for many, safe to share between threads and to pickle.

    Args:
        lexicon: the tables; the shipped ones when None. A folder or a list of folders adds its rows to them.
        model: path of a role model; the shipped one when None.
        tokens: whether sentences carry their words.
        facts: whether facts are found.
        roles: whether roles are predicted.
        fast: use rjieba (True), jieba (False), or rjieba where it is installed (None).

    Raises:
        cnfin.roles.ModelError: the model cannot be used.
        FileNotFoundError: a lexicon folder does not exist.
    """

    def __init__(
        self,
        *,
        lexicon: Lexicon | str | Path | Sequence[str | Path] | None = None,
        model: str | Path | None = None,
        tokens: bool = False,
        facts: bool = True,
        roles: bool = True,
        fast: bool | None = None,
    ) -> None:
        self._settings: dict[str, Any] = {
            "lexicon": lexicon, "model": model, "tokens": tokens, "facts": facts, "roles": roles, "fast": fast,
        }  # fmt: skip
        self.lexicon = _lexicon(lexicon)
        self.segmenter = Segmenter(self.lexicon, fast)
        self._identifier = Identifier(self.lexicon)
        self._finder = Finder(self.lexicon, self.segmenter)
        self._tokens = tokens
        self._facts = facts
        self._roles: Any = None
        if roles:
            from cnfin.roles import load_model

            self._roles = load_model(model)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self._settings,))

    def tag(self, source: str | Source, name: str = "-") -> Document:
        """Tag one document.

        Args:
            source: its text, or what :func:`cnfin.load` read.
            name: the document's name in the records, where ``source`` is a text.
        """
        if isinstance(source, str):
            source = Source(name=name, text=source)
        joined = join(source.text)
        return joined.put_back(self._tag(joined.read(source))) if joined else self._tag(source)

    def _tag(self, source: Source) -> Document:
        text = source.text
        layout = layouts.parse(text, self.lexicon)
        tables = source.tables or line_tables.find(text, layout)
        identity = self._identifier.identify(text)
        spans = self._finder.find(text, layout, tables, identity.year)
        sentences = self._sentences(source, layout, spans)
        sentences = self._with_facts(text, identity, layout, sentences, tables)
        sentences = self._with_roles(text, layout, sentences)
        return Document(
            name=source.name, text=text, identity=identity, sections=layout.sections,
            sentences=tuple(sentences), tables=tuple(tables),
        )  # fmt: skip

    def _sentences(self, source: Source, layout: Layout, spans: list[list[AnySpan]]) -> list[Sentence]:
        pages = source.pages
        rows = line_tables.rows_of(source.tables)
        return [
            Sentence(
                index=number,
                start=piece.start,
                end=piece.end,
                section=piece.section,
                heading=piece.heading,
                table=rows[piece.start][0] if piece.start in rows else None,
                page=bisect_right(pages, piece.start) or 1 if pages else None,
                spans=tuple(found),
                tokens=tuple(self.segmenter.cut(source.text[piece.start : piece.end])) if self._tokens else None,
            )
            for number, (piece, found) in enumerate(zip(layout.pieces, spans, strict=True))
        ]

    def _with_facts(
        self, text: str, identity: Identity, layout: Layout, sentences: list[Sentence], tables: Sequence[Table]
    ) -> list[Sentence]:
        if not self._facts:
            return sentences
        from cnfin.facts import extract

        facts: list[list[Fact]] = extract(text, identity, layout.sections, sentences, tables, lexicon=self.lexicon)
        return [
            msgspec.structs.replace(sentence, facts=tuple(found)) if found else sentence
            for sentence, found in zip(sentences, facts, strict=True)
        ]

    def _with_roles(self, text: str, layout: Layout, sentences: list[Sentence]) -> list[Sentence]:
        if self._roles is None or not sentences:
            return sentences
        from cnfin.roles import role_inputs

        inputs = role_inputs(text, layout.sections, sentences)
        predicted: list[tuple[tuple[Role, ...], dict[str, float]]] = self._roles.predict(inputs)
        return [
            msgspec.structs.replace(sentence, roles=roles, role_scores=scores)
            for sentence, (roles, scores) in zip(sentences, predicted, strict=True)
        ]


def _rebuild(settings: dict[str, Any]) -> Tagger:
    return Tagger(**settings)


def _lexicon(given: Lexicon | str | Path | Sequence[str | Path] | None) -> Lexicon:
    if given is None:
        return default()
    if isinstance(given, Lexicon):
        return given
    folders = [given] if isinstance(given, (str, Path)) else list(given)
    for folder in folders:
        if not Path(folder).is_dir():
            raise FileNotFoundError(f"no lexicon folder {folder}")
    return Lexicon([Path(folder) for folder in folders])
