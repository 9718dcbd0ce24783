"""Commands for people: pages to look at, summaries to read, and what is installed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from cnfin.cli.options import (
    as_one,
    documents,
    errors,
    keep_inputs,
    leave,
    local,
    options,
    role_model,
    sources,
    speech,
    to_file,
)
from cnfin.messages import language, translations
from cnfin.reading.file import How

if TYPE_CHECKING:
    from cnfin.batch.tasks import Result
    from cnfin.view.entry import Entry

_PAGE = (".html", ".htm")
_many = options(sources, as_one, errors, documents, local, role_model)


@click.command()
@_many
@speech
@click.option("-o", "--output", metavar="PAGE.html|DIR", required=True,
              help="The page of one document, or a folder for an index, a report and a page a document.")  # fmt: skip
def view(output: str, lang: str | None, **common: Any) -> None:
    """Make pages to look at: the text with what was found, the accounts, the contradictions.

    A page needs nothing else: it opens from disk, without a network, and prints.

    \b
    Example: cnfin view 2020.pdf -o 2020.html
             cnfin view disclosures/ -o report/ --jobs 8
    """
    if output == "-" or output.lower().endswith(_PAGE):
        keep_inputs(common["files"], output, common["errors"])
        (one,) = _one(_gather("view", common, lang), output)
        _write(output, one.text)
        return
    from cnfin.view import report

    given = [file for file in common["files"] if file != "-"]
    if any(os.path.realpath(output) == os.path.realpath(file) for file in given):
        raise click.UsageError("-o is one of the inputs: choose another folder.")
    keep_inputs(given, None, common["errors"])
    report.open_folder(output)
    silent, spoken = common["quiet"], language(lang)
    entries, failed = _gather("view", common, lang, pages=output)
    failures = [report.Failure(result.name, result.failure.message) for result in failed if result.failure]
    report.write(output, entries, failures, spoken)
    if not silent:
        count = translations(spoken).ngettext("%(number)s document", "%(number)s documents", len(entries))
        click.echo(f"{os.path.join(output, 'index.html')}: {count % {'number': len(entries)}}", err=True)
    leave(bool(failed))


@click.command()
@_many
@to_file
@speech
def summary(output: str | None, lang: str | None, **common: Any) -> None:
    """Print what a document says in a page to read; of several documents, a table.

    \b
    Example: cnfin summary 2020.pdf
             cnfin summary disclosures/
    """
    from cnfin.view.terminal import table

    keep_inputs(common["files"], output, common["errors"])
    entries, failed = _gather("summary", common, lang)
    several = len(entries) + len(failed) > 1
    if entries:
        _write(output, table(entries, language(lang)) if several else entries[0].text)
    leave(bool(failed))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(as_json: bool) -> None:
    """Say what is installed: versions, extras, lexicon, role model.

    \b
    Example: cnfin info
    """
    import msgspec

    from cnfin.view.installed import facts, lines

    if as_json:
        click.echo(msgspec.json.encode(facts()))
        return
    for line in lines(facts()):
        click.echo(line)


def _gather(
    command: Any, common: dict[str, Any], lang: str | None, **settings: Any
) -> tuple[list[Entry], list[Result]]:
    """Do the work for all documents: their lines in the order of the inputs, and those that failed."""
    import msgspec

    from cnfin import batch
    from cnfin.filters import Documents
    from cnfin.view.entry import Entry

    wanted = Documents(units=common.pop("of_units"), provinces=common.pop("of_provinces"))
    job = batch.Job(
        command=command, as_one=common.pop("as_one"), assume=common.pop("assume"), documents=wanted,
        how=How(common.pop("encoding"), common.pop("ocr")), lexicon=common.pop("lexicon"), model=common.pop("model"),
        lang=language(lang), **settings,
    )  # fmt: skip
    decoder, entries, failed = msgspec.json.Decoder(Entry), list[Entry](), list[Any]()
    batch.run(
        job, common.pop("files"), batch.Run(**common),
        lambda lines: entries.extend(decoder.decode_lines(lines)), failed.append,
    )  # fmt: skip
    return entries, failed


def _one(gathered: tuple[Sequence[Entry], Sequence[Result]], output: str) -> Sequence[Entry]:
    entries, failed = gathered
    if failed:
        leave(True)
    if len(entries) != 1:
        raise click.UsageError(f"{output} is the page of one document, and there are {len(entries)}: give -o a folder.")
    return entries


def _write(output: str | None, text: str) -> None:
    from cnfin.batch.outputs import output as opened

    with opened(output) as stream:
        stream.write(text.encode("utf-8", "replace"))
