"""Pages and summaries of many documents: the part that each process does."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cnfin.document import Document, Explanation, Fact
from cnfin.messages import Language
from cnfin.view.digest import Digest, digest
from cnfin.view.entry import Entry, entry

if TYPE_CHECKING:
    from cnfin.tagger import Tagger

#: The folder of the pages inside a report's folder.
PAGES = "pages"
_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 60


def page_name(doc: str) -> str:
    """The file of a document's page: its name without what a path, a link or a shell would obey, and a digest of it."""
    last = re.split(r"[/\\]", doc)[-1]
    shown = _UNSAFE.sub("_", last)[:_LONGEST].strip("._") or "document"
    return f"{shown}-{hashlib.blake2b(doc.encode('utf-8', 'surrogatepass'), digest_size=5).hexdigest()}.html"


def view(document: Document, tagger: Tagger, folder: str | None, lang: Language) -> Entry:
    """Make a document's page and give its line for the index.

    Args:
        document: tagged by ``tagger``.
        folder: the report's folder, which the page is written to; None to have the page as the line's text.
    """
    from cnfin.batch.outputs import atomic

    html, brief = page_of(document, tagger, lang, index="../index.html" if folder else None)
    if folder is None:
        return entry(document, brief, text=html)
    name = page_name(document.name)
    with atomic(Path(folder, PAGES, name)) as stream:
        stream.write(html.encode("utf-8", "replace"))
    return entry(document, brief, page=f"{PAGES}/{name}")


def summarize(document: Document, lang: Language) -> Entry:
    """A document's line with its terminal page."""
    from cnfin.audit import audit
    from cnfin.view.terminal import summary

    brief = digest(document, audit(document))
    return entry(document, brief, text=summary(brief, lang))


def page_of(document: Document, tagger: Tagger, lang: Language, index: str | None = None) -> tuple[str, Digest]:
    """A document's page, with the rule behind each fact, and its digest."""
    from cnfin.audit import audit
    from cnfin.view.page import page

    brief = digest(document, audit(document))
    return page(document, brief.findings, lang, explained=_explained(document, tagger), brief=brief, index=index), brief


def _explained(document: Document, tagger: Tagger) -> list[list[tuple[Fact, Explanation]]]:
    from cnfin.facts import explain
    from cnfin.joining import join

    joined = join(document.text)
    whole = joined.whole(document) if joined else document
    found = explain(whole.text, whole.identity, whole.sections, whole.sentences, whole.tables, lexicon=tagger.lexicon)
    return joined.explained(found) if joined else found
