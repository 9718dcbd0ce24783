"""What is done with each document: settings that travel to another process or machine, and the work itself."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from cnfin import records
from cnfin._version import __version__
from cnfin.batch.inputs import Input, printable
from cnfin.batch.leftout import LeftOut, left_out
from cnfin.document import Check, Document, Finding, Identity, Severity, Source
from cnfin.errors import CnfinError, ReadError
from cnfin.filters import Documents, Filter, Sentences
from cnfin.messages import Language
from cnfin.reading.file import How
from cnfin.records import RecordKind

if TYPE_CHECKING:
    from cnfin.tagger import Tagger

_NO_DISCLOSURE = "no disclosure of a budget or of final accounts (kind null)"
Command = Literal["tag", "facts", "ledger", "audit", "completeness", "view", "summary"]
_KINDS: dict[Command, RecordKind] = {
    "tag": "sentence",
    "facts": "fact",
    "ledger": "cell",
    "audit": "finding",
    "completeness": "completeness",
}


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A command and its settings: everything that decides what is printed for a document.

    Attributes:
        command: which records to make.
        lexicon: folder with the user's own tables.
        model: file of a role model.
        tokens, facts, roles: which parts of a sentence record to fill.
        how: how files are read, where their content does not decide it.
        as_one: read the files of a folder as one document.
        assume: what to take where a document does not say who, where, when and what it is.
        documents, keep, sentences: which documents, which facts, cells or findings, and which sentences to keep.
        quoted: add to each fact the sentence it stands in.
        derive: add cells that follow from stated ones.
        explain: add to each fact the rule that made it, to each cell what bears it out, to each sentence its names.
        checks, min_severity, min_confidence: which findings to make and to keep.
        pages: the folder that ``view`` writes a page a document to; None to give the page back.
        lang: language of pages and summaries.
        report: tell what of each document was left out.
    """

    command: Command = "tag"
    lexicon: str | None = None
    model: str | None = None
    tokens: bool = False
    facts: bool = True
    roles: bool = True
    how: How = How()
    as_one: bool = False
    assume: Identity = Identity()
    documents: Documents = Documents()
    keep: Filter = Filter()
    sentences: Sentences = Sentences()
    quoted: bool = False
    derive: bool = False
    explain: bool = False
    checks: tuple[Check, ...] = ()
    min_severity: Severity = "warning"
    min_confidence: float = 0.0
    pages: str | None = None
    lang: Language = "en"
    report: bool = False

    @property
    def kind(self) -> RecordKind:
        """What the command records."""
        return _KINDS[self.command]


class Product(msgspec.Struct, frozen=True):
    """What a document gave: its records as JSON Lines, how many, the severity of each finding, a warning if any, and
    what was left out.
    """

    lines: bytes
    records: int
    severities: tuple[Severity, ...] = ()
    note: str = ""
    left: tuple[LeftOut, ...] = ()


def build_tagger(job: Job) -> Tagger:
    """The tagger that a job's settings ask for.

    Raises:
        CnfinError: the lexicon or the model cannot be used.
    """
    from cnfin.tagger import Tagger

    wanted = job.roles and job.command in ("tag", "view", "summary")
    settings: dict[str, Any] = {
        "model": job.model, "tokens": job.tokens, "facts": job.facts, "roles": wanted, "assume": job.assume
    }  # fmt: skip
    if job.lexicon is None:
        return Tagger(**settings)
    from cnfin.lexicon_check import require_tables

    require_tables(Path(job.lexicon))
    try:
        tagger = Tagger(lexicon=job.lexicon, **settings)
        # Most tables are read when they are first needed: a bad one is to be found before any document.
        document = tagger.tag("某县某局2023年度部门决算\n2023年办公费支出12.30万元，比上年增加2.10万元，增长20.59%。")
        _audited(job, tagger, document)
    except (ValueError, LookupError, OSError) as error:
        message = f"{job.lexicon}: cannot be used ({error}); cnfin lexicon check says why"
        raise CnfinError(message) from error
    return tagger


def settings_of(job: Job) -> dict[str, object]:
    """Everything beside the documents that decides a job's records, for an output folder's manifest."""
    from cnfin import lexicon

    tables = [lexicon.folder(), *([Path(job.lexicon)] if job.lexicon else [])]
    digest = blake2b(digest_size=8)
    for table in (path for folder in tables for path in sorted(folder.glob("*.tsv"))):
        digest.update(table.name.encode() + table.read_bytes())
    models = [Path(job.model)] if job.model else sorted((Path(__file__).parents[1] / "roles").glob("*.model"))
    model = blake2b(b"".join(path.read_bytes() for path in models), digest_size=8)
    options = {key: value for key, value in msgspec.structs.asdict(job).items() if key not in ("lexicon", "model")}
    return {"cnfin": __version__, "lexicon": digest.hexdigest(), "model": model.hexdigest()} | options


def sources(item: Input, how: How) -> Iterator[Source | ReadError]:
    """Read an input from a file, standard input or a remote file system.

    Yields:
        The document, or each document of an archive, named as the records will name it; an error in
        place of one that cannot be read.
    """
    from cnfin import reading

    try:
        if item.parts:
            yield from _joined(item, how)
            return
        if item.path == "-":
            found = reading.read_all_bytes(_standard_input(), "-", encoding=how.encoding, ocr=how.ocr)
        elif "://" in item.path:
            from cnfin.batch.remote import read_remote

            found = reading.read_all_bytes(read_remote(item), item.path, encoding=how.encoding, ocr=how.ocr)
        else:
            found = reading.read_all(item.path, encoding=how.encoding, ocr=how.ocr)
        for one in found:
            # A document inside an archive is called after it, one in a web archive by its address.
            inside = one.name.removeprefix(item.path)
            name = printable(item.name + inside if inside != one.name or not item.path else one.name)
            if isinstance(one, ReadError):
                yield ReadError(name, one.kind, one.message)
            else:
                yield msgspec.structs.replace(one, name=name)
    except ReadError as error:
        yield ReadError(item.name, error.kind, error.message)


def _joined(item: Input, how: How) -> Iterator[Source | ReadError]:
    """The one document that an input's parts are; what of them cannot be read is an error of its own."""
    from cnfin.reading.together import as_one

    read: list[Source] = []
    for part in item.parts:
        for one in sources(part, how):
            if isinstance(one, ReadError):
                yield one
            else:
                read.append(one)
    if read:
        yield as_one(read, item.name)


def _standard_input() -> bytes:
    from cnfin.reading import contents

    if sys.stdin is None:
        raise ReadError("-", "unreadable", f"cannot be read: {os.strerror(errno.EBADF)}")
    return contents(sys.stdin.buffer, "-")


def worker(job: Job) -> Callable[[Source], Product]:
    """The job as a function from a source to its records; what it needs is loaded once, here."""
    tagger = build_tagger(job)
    # The tables live as long as the process: the collector need not walk them again with every document.
    gc.freeze()
    produce = {
        "tag": _tag, "facts": _facts, "ledger": _ledger, "audit": _audit,
        "completeness": _completeness, "view": _looked_at, "summary": _looked_at,
    }[job.command]  # fmt: skip

    def product(source: Source) -> Product:
        document = tagger.tag(source, name=source.name)
        if not job.documents.keeps(document.identity):
            return Product(b"", 0)
        made = produce(job, tagger, document)
        notes = [*source.notes, *([] if document.identity.kind else [_NO_DISCLOSURE])]
        left = left_out(source, document) if job.report else ()
        return msgspec.structs.replace(made, note="; ".join(notes), left=left) if notes or left else made

    return product


def _looked_at(job: Job, tagger: Tagger, document: Document) -> Product:
    """For people instead of programs: the record is the document's line in an index."""
    from cnfin.view import work

    view = job.command == "view"
    line = work.view(document, tagger, job.pages, job.lang) if view else work.summarize(document, job.lang)
    return Product(records.encode_lines([line]), 1)


def _tag(job: Job, tagger: Tagger, document: Document) -> Product:
    keep = job.sentences.keeps if job.sentences != Sentences() else None
    found = records.sentence_structs(document, keep, tagger.names(document) if job.explain else None)
    return Product(records.encode_lines(found), len(found))


def _facts(job: Job, tagger: Tagger, document: Document) -> Product:
    explained = None
    if job.explain:
        from cnfin.facts import explain
        from cnfin.joining import join

        joined = join(document.text)
        whole = joined.whole(document) if joined else document
        explained = explain(
            whole.text, whole.identity, whole.sections, whole.sentences, whole.tables, lexicon=tagger.lexicon
        )
        explained = joined.explained(explained) if joined else explained
    keep = job.keep.fact if job.keep != Filter() else None
    found = records.fact_structs(document, keep, explained, quoted=job.quoted)
    return Product(records.encode_lines(found), len(found))


def _ledger(job: Job, tagger: Tagger, document: Document) -> Product:
    from cnfin.identity.places import region_code
    from cnfin.ledger import ledger

    cells = filter(job.keep.cell, ledger(document, derive=job.derive, explain=job.explain))
    found = records.cell_structs(
        document, cells, region=region_code(document.identity, tagger.lexicon), explain=job.explain
    )
    return Product(records.encode_lines(found), len(found))


def _audited(job: Job, tagger: Tagger, document: Document) -> list[Finding]:
    from cnfin.audit import audit

    return audit(document, checks=job.checks or None, lexicon=tagger.lexicon)


def _audit(job: Job, tagger: Tagger, document: Document) -> Product:
    findings = [
        finding for finding in _audited(job, tagger, document)
        if finding.confidence >= job.min_confidence
        and not (finding.severity == "warning" and job.min_severity == "error")
    ]  # fmt: skip
    found = list(filter(job.keep.finding, records.finding_structs(document, findings)))
    return Product(records.encode_lines(found), len(found), tuple(finding.severity for finding in found))


def _completeness(job: Job, tagger: Tagger, document: Document) -> Product:
    from cnfin.completeness import completeness

    found = records.completeness_struct(document, completeness(document, tagger.lexicon))
    return Product(records.encode_lines([found]), 1)
