"""Labelled sentences: JSON Lines read and checked, with file and line of everything that is wrong."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cnfin.document import ROLES, Role
from cnfin.errors import CnfinError
from cnfin.roles.inputs import RoleInput, span_label

_TEXTS = ("text", "context", "province", "unit_kind", "source")
Key = tuple[str, str, tuple[str, ...]]
#: One document to measure on, one to measure on within training, one to learn from.
DOCUMENTS = 3
NEEDED = f"training needs, for each role, sentences with it and without it in {DOCUMENTS} documents (source) or more"


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled sentence.

    Attributes:
        text: the sentence.
        roles: its roles, in the order of :data:`~cnfin.document.ROLES`.
        section: titles of the headings above it, outermost first.
        context: the sentence before it in the same section, empty at the section's start.
        province, unit_kind, year, source: where it comes from; ``source`` names its document.
        predicted: whether ``roles`` are what a model gave and nobody has looked at.
    """

    text: str
    roles: tuple[Role, ...] = ()
    section: tuple[str, ...] = ()
    context: str = ""
    province: str = ""
    unit_kind: str = ""
    year: int | None = None
    source: str = ""
    predicted: bool = False


class DataError(CnfinError):
    """Labelled data that cannot be used.

    Attributes:
        problems: one line each, ``file:line: what is wrong``.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def data_files(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The files of ``paths``: a folder stands for its ``*.jsonl`` files, sorted.

    Raises:
        DataError: a path that is not there, or a folder without such files.
    """
    files: list[Path] = []
    problems: list[str] = []
    for path in map(Path, paths):
        found = sorted(path.glob("*.jsonl")) if path.is_dir() else [path] if path.is_file() else []
        files.extend(found)
        if not path.exists():
            problems.append(f"{path}: no such file or folder")
        elif not found:
            problems.append(f"{path}: no labelled data (*.jsonl) there")
    if problems:
        raise DataError(problems)
    return files


def read_examples(
    paths: Iterable[str | os.PathLike[str]], *, both_classes: bool = True, predictions: bool = False
) -> list[Example]:
    """Read labelled sentences and check them.

    Args:
        paths: files of JSON Lines, or folders of them.
        both_classes: whether every role must have sentences with and without it (training needs that).
        predictions: whether lines are taken whose roles a model gave (``"predicted": true``).

    Raises:
        DataError: lines that are not JSON objects, unknown roles, missing texts, the same sentence
            with two labellings, predictions where none are taken, or a role with one class only; every
            problem of every file. No line at all.
    """
    files = data_files(paths)
    problems: list[str] = []
    lines = [(f"{file}:{number}", line) for file in files for number, line in _lines(file, problems)]
    examples = parse_examples(lines, problems)
    if not examples:
        raise DataError([f"{', '.join(map(str, files))}: no labelled sentences"])
    if not predictions:
        _refuse_predictions(examples, [place for place, _ in lines])
    if both_classes:
        _check_classes(examples, lines[-1][0])
    return examples


def _refuse_predictions(examples: Sequence[Example], places: Sequence[str]) -> None:
    guessed = [place for place, example in zip(places, examples, strict=True) if example.predicted]
    if guessed:
        raise DataError(
            [
                f"{guessed[0]}: {len(guessed)} of {len(examples)} lines hold roles that a model gave",
                'correct them, and take out "predicted": true where you have looked at a line; '
                "roles import does so for what an annotation tool gives back",
            ]
        )


def parse_examples(lines: Iterable[tuple[str, str]], problems: Sequence[str] = ()) -> list[Example]:
    """Check lines of labelled data, each given with its place (``file:line``).

    Raises:
        DataError: what is wrong with them, after ``problems`` found before.
    """
    examples: list[Example] = []
    wrong = list(problems)
    first: dict[Key, tuple[str, tuple[Role, ...]]] = {}
    for place, line in lines:
        example, why = _example(line)
        if example is None:
            wrong.append(f"{place}: {why}")
            continue
        key = (example.text, example.context, example.section)
        where, roles = first.setdefault(key, (place, example.roles))
        if roles != example.roles:
            there, here = _named(roles), _named(example.roles)
            wrong.append(f"{place}: the same sentence has other roles at {where} ({there} there, {here} here)")
        examples.append(example)
    if wrong:
        raise DataError(wrong)
    return examples


def _named(roles: Sequence[Role]) -> str:
    return "、".join(roles) or "none"


def _lines(file: Path, problems: list[str]) -> list[tuple[int, str]]:
    try:
        text = read_text(file)
    except DataError as error:
        problems += error.problems
        return []
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _example(line: str) -> tuple[Example | None, str]:
    """The example of a line, or what is wrong with it."""
    try:
        record: Any = json.loads(line)
    except ValueError as error:
        return None, f"not JSON ({error})"
    if not isinstance(record, dict):
        return None, "not a JSON object"
    wrong = _wrong(record)
    if wrong:
        return None, wrong
    titles = "".join(record.get("section") or ())
    if re.search("[\ud800-\udfff]", "".join(record.get(name) or "" for name in _TEXTS) + titles):
        return None, "half a character (a lone surrogate)"
    roles = set(record["roles"])
    example = Example(
        **{name: record.get(name) or "" for name in _TEXTS},
        roles=tuple(role for role in ROLES if role in roles),
        section=tuple(record.get("section") or ()),
        year=record.get("year"),
        predicted=bool(record.get("predicted")),
    )
    return example, ""


def _wrong(record: dict[str, Any]) -> str:
    text, roles, section = record.get("text"), record.get("roles"), record.get("section")
    if not isinstance(text, str) or not text.strip():
        return "text is missing"
    for name in _TEXTS[1:]:
        if not isinstance(record.get(name) or "", str):
            return f"{name} is not a string"
    if not isinstance(roles, list):
        return "roles is missing: a list of roles, empty for none"
    for role in roles:
        if role not in ROLES:
            return f"unknown role {role!r}; roles are {'、'.join(ROLES)}"
    if section is not None and not (isinstance(section, list) and all(isinstance(title, str) for title in section)):
        return "section is not a list of titles"
    year = record.get("year")
    if year is not None and type(year) is not int:
        return "year is not a whole number"
    return ""


def _check_classes(examples: Sequence[Example], place: str) -> None:
    problems = []
    for role in ROLES:
        have = sum(role in example.roles for example in examples)
        if have in (0, len(examples)):
            problems.append(f"{place}: one class only: {have} of {len(examples)} sentences up to here have {role}")
    if problems:
        raise DataError([*problems, NEEDED])


def require_documents(examples: Sequence[Example]) -> None:
    """Refuse data that cross-validation by document cannot be done with.

    Raises:
        DataError: a role, or sentences without it, in too few documents.
    """
    pairs = list(zip(groups_of(examples), examples, strict=True))
    problems = []
    for role in ROLES:
        have = len({document for document, example in pairs if role in example.roles})
        lack = len({document for document, example in pairs if role not in example.roles})
        if min(have, lack) < DOCUMENTS:
            problems.append(f"{role}: sentences with it in {have}, without it in {lack} of the documents")
    if problems:
        raise DataError([*problems, NEEDED])


def read_text(path: str | os.PathLike[str]) -> str:
    """A file's text.

    Raises:
        DataError: the file cannot be read or is not UTF-8; the line is named.
    """
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError([f"{path}: cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError([f"{path}:{line}: not UTF-8"]) from None


def write_examples(examples: Iterable[Example]) -> str:
    """Examples as JSON Lines; ``predicted`` stands only where it is true."""
    return "".join(json.dumps(_record(example), ensure_ascii=False) + "\n" for example in examples)


def _record(example: Example) -> dict[str, Any]:
    record: dict[str, Any] = msgspec.to_builtins(example)
    if not example.predicted:
        del record["predicted"]
    return record


def inputs_of(examples: Sequence[Example]) -> list[RoleInput]:
    """What the classifier is given: the examples with the labels of their spans."""
    labels = span_labels([example.text for example in examples])
    return [RoleInput(example.text, example.section, example.context, labels[example.text]) for example in examples]


def groups_of(examples: Sequence[Example]) -> list[str]:
    """What cross-validation keeps together: the document, or the line itself where none is named."""
    return [example.source or f"#{number}" for number, example in enumerate(examples)]


def cue_words() -> list[tuple[str, str]]:
    """Cue words and their classes from ``lexicons/role_cues.tsv``."""
    from cnfin.lexicon import default

    return [(row["cue"], row["role"]) for row in default().rows("role_cues")]


def sign_words() -> list[tuple[str, str]]:
    """Words that tell how a sentence speaks, and their kinds, from ``lexicons/role_signs.tsv``; then the cue words."""
    from cnfin.lexicon import default

    return [(row["sign"], row["kind"]) for row in default().rows("role_signs")] + cue_words()


def span_labels(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """Labels of the spans of each sentence, found as ``cnfin tag`` finds them."""
    from cnfin.layout import parse
    from cnfin.lexicon import default
    from cnfin.segmentation import Segmenter
    from cnfin.spans import Finder

    lexicon = default()
    finder = Finder(lexicon, Segmenter(lexicon))
    found: dict[str, frozenset[str]] = {}
    for text in dict.fromkeys(texts):
        spans = finder.find(text, parse(text, lexicon), (), None)
        found[text] = frozenset(span_label(span) for sentence in spans for span in sentence)
    return found
