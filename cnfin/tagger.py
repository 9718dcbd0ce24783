"""Puts the stages together for one document: layout, spans, facts, roles."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from cnfin import layout as layouts
from cnfin import tables as line_tables
from cnfin.document import AnySpan, Document, Fact, Identity, Name, Role, Sentence, Source, Table
from cnfin.identity import Identifier
from cnfin.joining import join
from cnfin.layout import Layout
from cnfin.lexicon import Lexicon, default
from cnfin.segmentation import Segmenter
from cnfin.spans import Finder

#: The roles of a sentence, and the probability of each.
Scored = tuple[tuple[Role, ...], dict[str, float]]
_HALVES = re.compile("[\ud800-\udfff]")
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
        assume: what to take where a document does not say who, where, when and what it is.

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
        assume: Identity | None = None,
    ) -> None:
        self._settings: dict[str, Any] = {
            "lexicon": lexicon, "model": model, "tokens": tokens, "facts": facts, "roles": roles, "fast": fast,
            "assume": assume,
        }  # fmt: skip
        self.lexicon = _lexicon(lexicon)
        self.segmenter = Segmenter(self.lexicon, fast)
        self._identifier = Identifier(self.lexicon)
        self._finder = Finder(self.lexicon, self.segmenter)
        self._assumed = {key: value for key, value in asdict(assume or Identity()).items() if value is not None}
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
        try:
            source.text.encode()
        except UnicodeEncodeError:
            # No encoding knows half of a surrogate pair: it is read as what stands for an unknown character.
            source = replace(source, text=_HALVES.sub("\ufffd", source.text))
        joined = join(source.text)
        return joined.put_back(self._tag(joined.read(source))) if joined else self._tag(source)

    def names(self, document: Document) -> list[list[Name]]:
        """For each sentence the names of budget lines in it: whether each is a 科目, and the rule that says so.

        Args:
            document: what :meth:`tag` made.
        """
        joined = join(document.text)
        text = joined.text if joined else document.text
        found = self._finder.names(text, layouts.parse(text, self.lexicon), document.identity.year)
        return joined.named(found) if joined else found

    def _tag(self, source: Source) -> Document:
        text = source.text
        layout = layouts.parse(text, self.lexicon)
        tables = self._tables(source, layout)
        identity = self._identity(source)
        spans = self._finder.find(text, layout, tables, identity.year)
        sentences = self._sentences(source, layout, spans, tables if source.tables else ())
        facts = self._facts_of(text, identity, layout, sentences, tables)
        roles = self._roles_of(text, layout, sentences)
        return Document(
            name=source.name, text=text, identity=identity, sections=layout.sections,
            sentences=_completed(sentences, facts, roles), tables=tuple(tables), recognized=source.recognized,
        )  # fmt: skip

    def _tables(self, source: Source, layout: Layout) -> Sequence[Table]:
        """The tables that the format marks; else, and in a document of several files besides, those in plain lines."""
        if source.tables and not source.files:
            return source.tables
        found = line_tables.find(source.text, layout, self.lexicon)
        taken = sorted(map(_extent, source.tables))
        return sorted([*source.tables, *(table for table in found if _is_apart(_extent(table), taken))], key=_extent)

    def _identity(self, source: Source) -> Identity:
        """Who disclosed what; where the text does not say, what is assumed."""
        found = self._identifier.identify(source.text, source.name, source.files)
        filled = {key: value for key, value in self._assumed.items() if getattr(found, key) is None}
        return replace(found, **filled) if filled else found

    def _sentences(
        self, source: Source, layout: Layout, spans: list[list[AnySpan]], tables: Sequence[Table]
    ) -> list[Sentence]:
        pages = source.pages
        rows = line_tables.rows_of(tables)
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

    def _facts_of(
        self, text: str, identity: Identity, layout: Layout, sentences: list[Sentence], tables: Sequence[Table]
    ) -> list[list[Fact]] | None:
        if not self._facts:
            return None
        from cnfin.facts import extract

        return extract(text, identity, layout.sections, sentences, tables, lexicon=self.lexicon)

    def _roles_of(self, text: str, layout: Layout, sentences: list[Sentence]) -> list[Scored] | None:
        if self._roles is None or not sentences:
            return None
        from cnfin.roles import role_inputs

        predicted: list[Scored] = self._roles.predict(role_inputs(text, layout.sections, sentences))
        return predicted


def _extent(table: Table) -> tuple[int, int]:
    cells = [cell for row in table.rows for cell in row]
    return min((cell.start for cell in cells), default=0), max((cell.end for cell in cells), default=0)


def _is_apart(extent: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a stretch of the text touches none of those that are ``taken``, which are in order and apart."""
    place = bisect_right(taken, extent)
    return all(end <= extent[0] or start >= extent[1] for start, end in taken[max(0, place - 1) : place + 1])


def _completed(
    sentences: list[Sentence], facts: list[list[Fact]] | None, roles: list[Scored] | None
) -> tuple[Sentence, ...]:
    """The sentences with their facts and roles, where these were asked for."""
    if facts is None and roles is None:
        return tuple(sentences)
    none: Scored = ((), _NO_SCORES)
    return tuple(
        replace(sentence, facts=tuple(found), roles=said, role_scores=scores) if found or said or scores else sentence
        for sentence, found, (said, scores) in zip(sentences, facts or repeat(()), roles or repeat(none), strict=False)
    )


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
