"""The commands that join documents: the panel, what documents contradict in each other, the database."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import click

from cnfin.cells import CELL_MEASURES
from cnfin.cli import forms
from cnfin.cli.options import errors, filters, keep_inputs, leave, level, local, role_model, sources, to_file
from cnfin.reading.file import How

_units = click.option("--units", metavar="FILE.tsv", type=click.Path(exists=True, dir_okay=False),
                      help="Names that are one unit: columns unit and name, and region and department.")  # fmt: skip
#: Most memory that joining takes, the rest goes to disk.
MEMORY = "3GB"
_memory = click.option("--memory", metavar="SIZE", default=MEMORY, help=f"Most memory for joining ({MEMORY}).")


@click.command()
@sources
@to_file
@errors
@local
@click.option("--format", "form", type=click.Choice(("jsonl", "csv", "parquet", "xlsx", "datapackage")),
              help="Form; that of FILE's ending, else jsonl.")  # fmt: skip
@filters(CELL_MEASURES)
@level
@_units
@click.option("--wide", is_flag=True, help="A row a unit and year, a column a line: CSV or XLSX.")
@click.option("--report", metavar="FILE", help="Write the units that look alike and were kept apart to FILE.")
@_memory
def panel(
    files: Sequence[str], units: str | None, wide: bool, report: str | None, memory: str, **common: Any
) -> None:
    """Print a record for each cell of a unit over all documents that state it.

    FILE is a document, a folder of documents, or a ledger made already by cnfin ledger (JSON Lines, also .gz and
    .zst, or Parquet).

    \b
    Example: cnfin panel disclosures/ -o panel.jsonl
             cnfin ledger disclosures/ --format parquet -o cells.parquet
             cnfin panel cells.parquet --wide --measure 决算数 --level 类 --format csv -o panel.csv
    """
    from cnfin.panel import output

    output.refuse(common["form"], common["output"])
    forms.settle(common)
    output.refuse_wide(common["form"], wide)
    keep_inputs(files, report, None)
    with _store(files, units, memory, common) as (store, failed):
        output.tell_alike(store, report, quiet=common["quiet"])
        output.write(store, common["form"], common["output"], common["compression"], wide=wide)
    leave(failed)


def across(files: Sequence[str], units: str | None, common: dict[str, Any]) -> None:
    """Print a record for each place where documents disagree (``cnfin audit --across``)."""
    from cnfin.panel import output

    forms.only_lines(common, "--across")
    with _store(files, units, MEMORY, common) as (store, failed):
        output.write_across(store, common["output"], common["compression"])
    leave(failed)


@click.command()
@click.argument("database", metavar="OUT.sqlite")
@sources
@errors
@local
@role_model
def db(database: str, files: Sequence[str], **common: Any) -> None:
    """Put documents with their sentences, facts, cells, findings and roles into an SQLite file.

    A second run does what is new or changed. The tables and the usual questions stand in docs/database.md.

    \b
    Example: cnfin db province.sqlite disclosures/ --jobs 4
             sqlite3 province.sqlite "SELECT unit, year, value FROM sangong WHERE line = '公务接待费'"
    """
    from cnfin import batch
    from cnfin.batch.database import fill

    keep_inputs(files, database, common["errors"])
    job = batch.Job(
        command="tag", how=How(common.pop("encoding"), common.pop("ocr")), lexicon=common.pop("lexicon"),
        model=common.pop("model"),
    )
    summary = fill(database, job, files, batch.Run(**common))
    leave(bool(summary.failed))


@contextlib.contextmanager
def _store(files: Sequence[str], units: str | None, memory: str, common: dict[str, Any]) -> Iterator[tuple[Any, bool]]:
    """The cells of ledgers and documents, and whether a document failed."""
    from cnfin import batch
    from cnfin.filters import Filter
    from cnfin.panel import Store, ledger_files, read_units

    keep_inputs(files, common["output"], common["errors"])
    mapping = read_units(units) if units else ()
    keep = Filter(**{field: tuple(common.pop(field)) for field in Filter.__struct_fields__ if field in common})
    ledgers, documents = ledger_files(files)
    failed = False
    with tempfile.TemporaryDirectory(prefix="cnfin-ledger-") as folder:
        if documents:
            cells = os.path.join(folder, "cells.jsonl")
            # The joins need whole ledgers: a year's budget may stand under another measure than was asked for.
            job = batch.Job(command="ledger", how=How(common["encoding"], common["ocr"]), lexicon=common["lexicon"])
            names = ("errors", "quiet", "jobs", "time_limit")
            failed = bool(batch.run(job, documents, batch.Run(output=cells, **{n: common[n] for n in names})).failed)
            ledgers += [cells] if os.path.exists(cells) else []
        if not ledgers:
            leave(True)
        with Store(ledgers, mapping, memory=memory, keep=keep) as store:
            yield store, failed

