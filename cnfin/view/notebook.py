"""A document as HTML for notebooks and other pages."""

from __future__ import annotations

from collections.abc import Sequence

from cnfin.document import Document, Finding
from cnfin.messages import LANGUAGES, language
from cnfin.view.page import STYLES, Style


def render(
    document: Document,
    style: Style = "spans",
    *,
    lang: str | None = None,
    findings: Sequence[Finding] | None = None,
) -> str:
    """A tagged document as HTML.

    Args:
        document: with facts and roles.
        style: ``spans`` (the text with what was found), ``ledger`` (the accounts as a tree), ``findings`` (where
            the document contradicts itself): parts to be put into another page; ``page``: a whole page with all.
        lang: ``zh`` or ``en``; that of the locale when None.
        findings: those to show; what :func:`cnfin.audit.audit` finds when None.

    Raises:
        ValueError: ``style`` or ``lang`` is none of these.
    """
    if style not in STYLES:
        raise ValueError(f"no style {style!r}: choose from {', '.join(STYLES)}")
    if lang is not None and lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}: choose from {', '.join(LANGUAGES)}")
    from cnfin.audit import audit
    from cnfin.view.page import fragment, page

    found = audit(document) if findings is None else findings
    spoken = language(lang)
    return page(document, found, spoken) if style == "page" else fragment(document, found, spoken, style)
