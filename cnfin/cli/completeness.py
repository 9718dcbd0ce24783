"""The command that says which parts of a disclosure are there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from cnfin.cli import forms
from cnfin.cli.options import errors, in_form, keep_inputs, leave, local, sources, to_file
from cnfin.reading.file import How

if TYPE_CHECKING:
    from cnfin import batch
    from cnfin.records import CompletenessRecord

_HEAD = ("doc", "unit", "entity", "province", "city", "county", "fiscal_year", "kind", "score")


@click.command()
@sources
@to_file
@errors
@local
@in_form
@click.option("--wide", is_flag=True, help="A row a document, a column a part: CSV.")
def completeness(files: Sequence[str], wide: bool, **common: Any) -> None:
    """Print a record for each document: which of the parts it must have are there, and a score.

    A budget and final accounts must have different parts, and a year its own: lexicons/parts.tsv says which, and
    what each counts for.

    \b
    Example: cnfin completeness disclosures/ -o completeness.jsonl
             cnfin completeness disclosures/ --wide -o completeness.csv
    """
    from cnfin import batch

    if wide and common["form"] not in (None, "csv"):
        raise click.UsageError("--wide is CSV: leave --format out.")
    if common["form"] in ("parquet", "xlsx") and not common["output"]:
        raise click.UsageError(f"--format {common['form']} needs -o FILE.")
    common["form"] = "csv" if wide else common["form"]
    forms.settle(common)
    keep_inputs(files, common["output"], common["errors"])
    how = How(common.pop("encoding"), common.pop("ocr"))
    job = batch.Job(command="completeness", how=how, lexicon=common.pop("lexicon"))
    run = batch.Run(layout=batch.Layout(bom=common.pop("bom")), **common)
    if not wide:
        leave(bool(batch.run(job, files, run).failed))
        return
    lines: list[bytes] = []
    result = batch.run(job, files, run, lines.append)
    _write(b"".join(lines), run, result)
    leave(bool(result.failed))


def _write(lines: bytes, run: batch.Run, result: Any) -> None:
    """A row a document, a column for each part that one of them must have, in the order of the shipped table."""
    import msgspec

    from cnfin.batch.outputs import output
    from cnfin.batch.sinks import compressed
    from cnfin.lexicon import folder, read_table
    from cnfin.records import CompletenessRecord

    found: list[CompletenessRecord] = msgspec.json.Decoder(CompletenessRecord).decode_lines(lines)
    used = {part.part: None for record in found for part in record.parts}
    shipped = [row["part"] for row in read_table(folder() / "parts.tsv")]
    names = list(dict.fromkeys([*(name for name in shipped if name in used), *used]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_HEAD, *names])
    for record in found:
        status = {part.part: part.status for part in record.parts}
        writer.writerow([*(getattr(record, key) for key in _HEAD), *(status.get(name, "") for name in names)])
    with (
        output(run.output, lambda: bool(result.worth_keeping)) as stream,
        compressed(stream, run.compression) as packed,
    ):
        packed.write(text.getvalue().encode("utf-8-sig" if run.layout.bom else "utf-8"))
