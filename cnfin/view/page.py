"""One document as one HTML page that needs nothing else: no network, no script to be read."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from markupsafe import Markup

from cnfin._version import __version__
from cnfin.document import ROLES, Document, Explanation, Finding
from cnfin.messages import Language, marked, translations
from cnfin.view import accounts, figures, svg, terms
from cnfin.view.digest import Digest, digest
from cnfin.view.flow import blocks
from cnfin.view.marks import LETTERS, Marks, anchor, label_of

if TYPE_CHECKING:
    from jinja2 import Environment

Style = Literal["page", "spans", "ledger", "findings"]
STYLES: tuple[Style, ...] = get_args(Style)
#: How a required part is there, where it is not simply there.
_STATUSES = {
    "present": "", "noted": marked("said to be nothing"), "elsewhere": marked("in an annex"),
    "empty": marked("only a heading"), "missing": marked("missing"),
}  # fmt: skip
_TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=2)
def environment(lang: Language) -> Environment:
    """The templates, with everything escaped that a template prints and everything undefined an error."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    catalogue = translations(lang)
    made.install_gettext_callables(catalogue.gettext, catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "money": lambda value: "" if value is None else figures.money(value), "percent": figures.percent,
        "signed": figures.signed, "number": figures.number, "check": partial(terms.check, lang=lang),
        "term": partial(terms.term, lang=lang),
    }  # fmt: skip
    made.globals |= {"bar": svg.bar, "anchor": anchor, "lang": lang, "html_lang": "zh-Hans" if lang == "zh" else "en"}
    return made


@lru_cache(maxsize=8)
def asset(name: str) -> Markup:
    """A style sheet or a script of ours, to stand inside a page."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def digest_of(name: str) -> str:
    """What the page's policy calls the style sheet or script: nothing else may run, whatever a document holds."""
    return "sha256-" + base64.b64encode(hashlib.sha256(asset(name).encode()).digest()).decode()


@lru_cache(maxsize=1)
def scoped() -> Markup:
    """The style sheet for a part of another page: it reaches nothing outside of it."""
    css = re.sub(r"^(?:html|body)\{[^}]*\}\n", "", asset("style.css"), flags=re.MULTILINE)
    for ours, theirs in ((":root{", ":scope{"), ("body,.cnfin{", ":scope{"), (":is(body,.cnfin)", ":scope")):
        css = css.replace(ours, theirs)
    return Markup(f"@scope (.cnfin){{{css}}}")


def page(
    document: Document,
    findings: Sequence[Finding],
    lang: Language,
    *,
    explained: Sequence[Sequence[tuple[Any, Explanation]]] = (),
    brief: Digest | None = None,
    index: str | None = None,
) -> str:
    """The page of a document.

    Args:
        document: tagged with facts and roles.
        findings: what the audit found.
        lang: language of the interface.
        explained: for each sentence its facts with the rules that made them.
        brief: the document's digest where the caller has it already.
        index: link to the index of the folder that the document belongs to.
    """
    return (
        environment(lang)
        .get_template("page.html")
        .render(_context(document, findings, lang, explained, brief), index=index)
    )


def fragment(document: Document, findings: Sequence[Finding], lang: Language, style: Style) -> str:
    """A part of the page with its style sheet, for a notebook."""
    return (
        environment(lang)
        .get_template("fragment.html")
        .render(_context(document, findings, lang, (), None), style=style)
    )


def _context(
    document: Document,
    findings: Sequence[Finding],
    lang: Language,
    explained: Sequence[Sequence[tuple[Any, Explanation]]],
    brief: Digest | None,
) -> dict[str, Any]:
    brief = brief or digest(document, findings)
    marks = Marks(document, brief.findings, _links(brief), _reasons(explained), terms.words(lang))
    labels = Counter(label_of(span) for sentence in document.sentences for span in sentence.spans)
    say = terms.words(lang)
    roles = Counter(role for sentence in document.sentences for role in sentence.roles)
    found = [
        (block, [mark for mark in marks.within(block.start, block.end) if mark.findings]) for block in blocks(document)
    ]
    return {
        "brief": brief, "identity": brief.identity, "text": document.text, "marks": marks, "document": document,
        "blocks": [(block, [index for mark in held for index in mark.findings]) for block, held in found],
        "labels": [(label, LETTERS[label], labels[label]) for label in LETTERS],
        "roles": [(role, number, roles[role]) for number, role in enumerate(ROLES)],
        "trees": list(_trees(brief)), "income": _income(brief),
        "economic": _lines(brief, "支出", ("经济分类",)), "projects": [row for row in brief.rows if row.owner],
        "statuses": {name: say(word) for name, word in _STATUSES.items()},
        "asset": asset, "scoped": scoped, "digest_of": digest_of, "title": _title(document, lang),
        "role_number": {role: number for number, role in enumerate(ROLES)}, "version": __version__,
    }  # fmt: skip


def _title(document: Document, lang: Language) -> str:
    identity = document.identity
    year = "" if identity.year is None else (f"{identity.year}年度" if lang == "zh" else str(identity.year))
    return " ".join(part for part in (identity.unit or document.name, year, identity.kind) if part)


def _links(brief: Digest) -> Iterator[tuple[int, int]]:
    """What the page's lists link to, beside findings and evidence."""
    for row in brief.rows:
        if row.place is not None:
            yield row.place
    for part in brief.complete.parts:
        if part.start is not None and part.end is not None:
            yield part.start, part.end


def _reasons(explained: Sequence[Sequence[tuple[Any, Explanation]]]) -> dict[tuple[int, int], list[Explanation]]:
    found: dict[tuple[int, int], list[Explanation]] = {}
    for pairs in explained:
        for fact, why in pairs:
            found.setdefault((fact.start, fact.end), []).append(why)
    return found


def _trees(brief: Digest) -> Iterator[tuple[str, str | None, list[accounts.Branch], Any]]:
    """The functional lines of both sides for each money, with the sum that a full bar stands for."""
    for flow in ("支出", "收入"):
        for funds in accounts.moneys(brief.rows, flow):
            branches = accounts.tree(brief.rows, flow, funds)
            if branches:
                yield flow, funds, branches, max(branch.total for branch in branches)


def _income(brief: Digest) -> list[accounts.Row]:
    """What came in, by the money it is: the parts of the total, not the wider moneys that hold them."""
    parts = [
        row for row in brief.rows
        if row.flow == "收入" and row.line == "合计" and row.main is not None and not (row.owner or row.division)
        and row.funds not in ("全部", None)
    ]  # fmt: skip
    narrower = {row.funds for row in parts if row.main} & {"一般公共预算", "政府性基金", "国有资本经营"}
    return [row for row in parts if row.funds != "财政拨款" or not narrower] + _lines(brief, "收入", ("收入",))


def _lines(brief: Digest, flow: str, schemes: tuple[str, ...]) -> list[accounts.Row]:
    return [
        row for row in brief.rows
        if row.flow == flow and row.scheme in schemes and not row.owner and row.main is not None
        and row.line not in ("合计", "总计")
    ]  # fmt: skip
