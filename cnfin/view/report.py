"""A folder of documents as pages: an index to sort and filter, and a report that adds them up.

The index stands in the page twice: as tables of a few hundred rows a page for those who read without
JavaScript, and once as data, of which the script shows a hundred rows at a time, so that ten thousand documents
open at once.
"""

from __future__ import annotations

import itertools
import math
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from cnfin._version import __version__
from cnfin.batch.outputs import OWN, OutputError, atomic
from cnfin.document import ROLES
from cnfin.errors import UsageError
from cnfin.messages import Language, translations
from cnfin.view import svg
from cnfin.view.accounts import name_of
from cnfin.view.entry import Entry
from cnfin.view.page import asset, digest_of, environment

#: Rows of an index page that needs no script.
ROWS = 200
#: Units that the report lists with their 三公经费.
UNITS = 50
#: Borders of the columns that completion rates are counted in, in per cent.
_RATES = (50, 70, 80, 90, 95, 99, 101, 105, 120)
_MARK = '<meta name="generator" content="cnfin'
_encoder = msgspec.json.Encoder(decimal_format="number")


class Failure(msgspec.Struct, frozen=True):
    """A document that has no page, and why."""

    doc: str
    message: str


def open_folder(folder: str) -> None:
    """Make the folder of a report.

    Raises:
        UsageError: it holds an ``index.html`` that is not ours.
        OutputError: it cannot be made.
    """
    try:
        # The name that a later search for documents passes over.
        Path(folder, OWN).mkdir(parents=True, exist_ok=True)
        Path(folder, "pages").mkdir(exist_ok=True)
        index = Path(folder, "index.html")
        if index.exists() and _MARK not in index.read_text(encoding="utf-8", errors="replace")[:2000]:
            raise UsageError(f"{index} is not a page of cnfin's: choose another folder")
    except OSError as error:
        raise OutputError(folder, error) from error


def write(folder: str, entries: Sequence[Entry], failures: Sequence[Failure], lang: Language) -> None:
    """Write the index and the report beside the pages.

    Raises:
        OutputError: the folder does not take them.
    """
    shared = {
        "version": __version__, "asset": asset, "digest_of": digest_of, "href": href,
        "entries": entries, "failures": failures, "facets": _facets(entries),
    }  # fmt: skip
    pages = max(1, math.ceil(len(entries) / ROWS))
    template = environment(lang).get_template("index.html")
    for number in range(pages):
        rows = entries[number * ROWS : (number + 1) * ROWS]
        data = _data(entries) if number == 0 else ""
        html = template.render(shared, rows=rows, number=number, pages=pages, index_name=index_name, data=data)
        _put(folder, index_name(number), html)
    _drop_others(folder, pages)
    html = environment(lang).get_template("report.html").render(shared, **_report(entries, lang))
    _put(folder, "report.html", html)


def index_name(number: int) -> str:
    """The file of the index's page ``number``, counted from 0."""
    return "index.html" if number == 0 else f"index-{number + 1}.html"


def href(place: str) -> str:
    """A link to a file beside the index."""
    return quote(place)


def _put(folder: str, name: str, html: str) -> None:
    with atomic(Path(folder, name)) as stream:
        stream.write(html.encode("utf-8", "replace"))


def _drop_others(folder: str, pages: int) -> None:
    """Take away index pages that an earlier, longer run left."""
    number = pages
    while os.path.isfile(left := os.path.join(folder, index_name(number))):
        os.unlink(left)
        number += 1


def _data(entries: Sequence[Entry]) -> Markup:
    """The index as data inside a page: nothing in it can end the element it stands in."""
    rows = [
        (href(one.page), one.doc, one.unit, one.province, one.year, one.kind, one.spending, one.sangong,
         sum(one.findings.values()), one.errors, one.facts)
        for one in entries
    ]  # fmt: skip
    text = _encoder.encode(rows).decode()
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def _facets(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """What there is to filter by."""
    return {
        "province": sorted({one.province for one in entries if one.province}),
        "year": sorted({str(one.year) for one in entries if one.year}),
        "kind": sorted({one.kind for one in entries if one.kind}),
    }


def _report(entries: Sequence[Entry], lang: Language) -> dict[str, Any]:
    years = sorted({one.year for one in entries if one.year})
    by_place: dict[str, Counter[int | None]] = defaultdict(Counter)
    roles: dict[str, Counter[str]] = defaultdict(Counter)
    findings: Counter[str] = Counter()
    for one in entries:
        by_place[one.province or ""][one.year] += 1
        roles[one.province or ""].update(one.roles)
        findings.update(one.findings)
    say = translations(lang).gettext
    return {
        "years": years, "by_place": sorted(by_place.items()), "roles": sorted(roles.items()), "ROLES": ROLES,
        "classes": _classes(entries), "name_of": name_of, "findings": findings.most_common(),
        "completeness": list(_completeness(entries)), "lacking": _lacking(entries), "units": _units(entries),
        "rates_chart": _rates(entries, say("Lines of spending by completion rate")),
        "spending_chart": _spending(entries, years, say("Spending stated, by year")),
        "findings_chart": svg.columns(
            [(environment(lang).filters["check"](name), Decimal(count), str(count)) for name, count in
             findings.most_common(12)], say("Contradictions by check"),
        ),
        "values": sum(one.values for one in entries), "unread": sum(one.unread for one in entries),
        "empty": [one for one in entries if not one.facts],
        "nameless": [one for one in entries if not (one.unit and one.year)],
    }  # fmt: skip


def _final(entries: Sequence[Entry]) -> Iterator[Entry]:
    return (one for one in entries if one.kind != "预算")


def _classes(entries: Sequence[Entry]) -> list[tuple[str, dict[int, Decimal]]]:
    """Actual spending by 类 and year, the largest first."""
    sums: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in _final(entries):
        for code, value in one.classes.items():
            if one.year:
                sums[code][one.year] += value
    stated = ((code, by_year) for code, by_year in sums.items() if any(by_year.values()))
    return sorted(stated, key=lambda item: -sum(item[1].values()))


def _units(entries: Sequence[Entry]) -> list[Entry]:
    """The documents that state most 三公经费, the year's own accounts only."""
    stated = [one for one in _final(entries) if one.sangong is not None]
    return sorted(stated, key=lambda one: (-(one.sangong or 0), one.doc))[:UNITS]


def _rates(entries: Sequence[Entry], title: str) -> Markup:
    counts = [0] * (len(_RATES) + 1)
    for one in entries:
        for rate in one.rates:
            counts[sum(rate >= border for border in _RATES)] += 1
    borders = (
        f"<{_RATES[0]}",
        *(f"{low}–{high}" for low, high in itertools.pairwise(_RATES)),
        f"≥{_RATES[-1]}",
    )
    return svg.columns([(name, Decimal(count), str(count)) for name, count in zip(borders, counts, strict=True)], title)


def _spending(entries: Sequence[Entry], years: Sequence[int], title: str) -> Markup:
    sums: dict[int | None, Decimal] = defaultdict(Decimal)
    for one in _final(entries):
        if one.spending is not None:
            sums[one.year] += one.spending
    points = [(str(year), sums[year], f"{sums[year]:,.0f}") for year in years if year in sums]
    return svg.columns(points, title)


def _completeness(entries: Sequence[Entry]) -> Iterator[tuple[str, int, Decimal | None, dict[str, int]]]:
    """For each year how many documents there are, their mean completeness, and how many do not say who they are."""
    groups: dict[int, list[Entry]] = defaultdict(list)
    for one in entries:
        groups[one.year or 0].append(one)
    for year, group in sorted(groups.items()):
        scores = [one.score for one in group if one.score is not None]
        mean = sum(scores, Decimal(0)) / len(scores) * 100 if scores else None
        yield str(year or ""), len(group), mean, Counter(name for one in group for name in one.unknown)


def _lacking(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    """The required parts that most documents lack."""
    return Counter(name for one in entries for name in one.missing).most_common(15)
