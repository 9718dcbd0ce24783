"""The same for a terminal: a document on a screen, a folder as a table, findings as a report."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from cnfin.messages import Language, translations
from cnfin.view import figures, terms
from cnfin.view.accounts import Row
from cnfin.view.digest import Digest, Quote
from cnfin.view.entry import Entry

#: Sentences of each role that a summary quotes.
QUOTED = 5
_WIDE = frozenset("WF")


def width(text: str) -> int:
    """Columns of a terminal that the text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 0 if unicodedata.combining(letter) else 1
               for letter in text)  # fmt: skip


def clean(text: str) -> str:
    """Text of a document without what a terminal would obey."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter for letter in text)


def columns(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> list[str]:
    """Lines of a table; the first ``left`` columns stand left, figures right; empty columns are left out."""
    table = [list(map(clean, head)), *(list(map(clean, row)) for row in rows)]
    kept = [place for place in range(len(head)) if any(row[place] for row in table[1:])]
    wide = {place: max(width(row[place]) for row in table) for place in kept}
    return [
        "  ".join(
            row[place] + " " * (wide[place] - width(row[place])) if place < left
            else " " * (wide[place] - width(row[place])) + row[place] for place in kept
        ).rstrip() for row in table
    ]  # fmt: skip


def summary(brief: Digest, lang: Language) -> str:
    """A document's page for the terminal."""
    _ = translations(lang).gettext
    identity = brief.identity
    named = (identity.unit or _("unit not said"), str(identity.year or _("year not said")), identity.kind or "")
    lines = [clean(" ".join(part for part in named if part))]
    where = " · ".join(part for part in (identity.province, identity.city, identity.county, brief.name) if part)
    lines += [clean(where), ""]
    sections: list[tuple[str, list[str]]] = [
        (_("Totals"), _amounts(brief.totals, lang)),
        (terms.term("三公经费", lang), _amounts(brief.sangong, lang) + _why(brief, lang)),
        (_("Largest lines of spending"), _amounts(brief.largest, lang)),
        (terms.term("问题", lang), _quotes(brief.problems, lang)),
        (terms.term("改进措施", lang), _quotes(brief.measures, lang)),
        (terms.term("原因说明", lang), _quotes(brief.reasons, lang)),
        (_("Contradictions"), findings(brief, lang)),
    ]
    for heading, body in sections:
        if body:
            lines += [heading, *(f"  {line}" for line in body), ""]
    lines += _completeness(brief, lang)
    return "\n".join(lines)


def _completeness(brief: Digest, lang: Language) -> list[str]:
    """How much of what it must hold the document holds, and what it lacks."""
    _ = translations(lang).gettext
    lines = []
    if brief.complete.score is not None:
        lines.append(_("Completeness") + f" {figures.percent(brief.complete.score * 100, 0)}")
        absent = brief.parts_with("missing", "empty")
        if absent:
            lines.append("  " + _("lacks: ") + "、".join(absent))
    if brief.unknown:
        lines.append(_("Not found in the document: ") + ", ".join(_(name) for name in brief.unknown))
    return [*lines, ""] if lines else []


def _amounts(rows: Sequence[Row], lang: Language) -> list[str]:
    _ = translations(lang).gettext
    if not rows:
        return []
    head = ("", _("budget"), _("actual"), _("of budget"), _("last year"), _("change"), _("in %"))
    return columns(head, ([
        _name(row, lang), _money(row.budget), _money(row.actual), figures.percent(row.completion),
        _money(row.before), figures.signed(row.change), figures.percent(row.change_rate),
    ] for row in rows))  # fmt: skip


def _name(row: Row, lang: Language) -> str:
    side = terms.term(row.flow, lang) + " " if row.flow and row.line in ("合计", "总计") else ""
    marks = "".join(f" [{part}]" for part in (row.division, row.funds) if part)
    return (
        f"{side}{terms.term(row.line, lang)}{f' {row.code}' if row.code else ''}{marks}{' ≠' if row.disputed else ''}"
    )


def _money(value: object) -> str:
    return "" if value is None else figures.money(value)  # type: ignore[arg-type]


def _why(brief: Digest, lang: Language) -> list[str]:
    named = (("、".join(terms.term(line, lang) for line in lines), quote.text) for lines, quote in brief.why())
    return [clean(f"{name}: {text}") for name, text in named]


def _quotes(quotes: Sequence[Quote], lang: Language) -> list[str]:
    lines = [f"- {clean(quote.text)}" for quote in quotes[:QUOTED]]
    rest = len(quotes) - QUOTED
    if rest > 0:
        one_more = translations(lang).ngettext("and %(number)s more", "and %(number)s more", rest)
        lines.append(one_more % {"number": rest})
    return lines


def findings(brief: Digest, lang: Language) -> list[str]:
    """The findings of a document, each with its arithmetic and place."""
    _ = translations(lang).gettext
    lines = []
    for number, (found, quote) in enumerate(zip(brief.findings, brief.quotes, strict=True), 1):
        sure = _("certain") if found.severity == "error" else _("doubtful")
        lines.append(f"{number}. {terms.check(found.check, lang)} ({sure}): {clean(found.note)}")
        if quote is not None:
            lines.append(f"   {place(quote.section, quote.page, _)}{clean(quote.text)}")
    return lines


def place(section: Sequence[str], page: int | None, translate: Callable[[str], str]) -> str:
    """Where a sentence stands, in short."""
    parts = [clean(section[-1])] if section else []
    if page is not None:
        parts.append(translate("page %(number)s") % {"number": page})
    return f"[{', '.join(parts)}] " if parts else ""


def table(entries: Sequence[Entry], lang: Language) -> str:
    """A folder as a table: a line a document."""
    _ = translations(lang).gettext
    head = (_("document"), _("unit"), _("year"), "", _("income"), _("spending"), terms.term("三公经费", lang),
            _("contradictions"), _("facts"))  # fmt: skip
    rows = [
        (one.doc, one.unit or "", str(one.year or ""), one.kind or "", _money(one.income), _money(one.spending),
         _money(one.sangong), str(sum(one.findings.values())), f"{one.facts:,}")
        for one in entries
    ]  # fmt: skip
    return "\n".join(columns(head, rows, left=4)) + "\n"
