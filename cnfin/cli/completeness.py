"""The command that says which parts of a disclosure are there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from cnfin.cli.options import (
    encoding,
    errors,
    files,
    jobs,
    keep_inputs,
    leave,
    lexicon_folder,
    ocr,
    quiet,
    time_limit,
    to_file,
)
from cnfin.reading.file import How

if TYPE_CHECKING:
    from cnfin.records import CompletenessRecord

_HEAD = ("doc", "unit", "entity", "province", "city", "county", "fiscal_year", "kind", "score")


@click.command()
@files
@encoding
@ocr
@lexicon_folder
@to_file
@errors
@jobs
@time_limit
@quiet
@click.option("--format", "form", type=click.Choice(("jsonl", "csv", "parquet", "xlsx")), default="jsonl",
              help="Form (jsonl).")  # fmt: skip
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

    if wide and common["form"] != "jsonl":
        raise click.UsageError("--wide is CSV: leave --format out.")
    if common["form"] in ("parquet", "xlsx") and not common["output"]:
        raise click.UsageError(f"--format {common['form']} needs -o FILE.")
    keep_inputs(files, common["output"], common["errors"])
    how = How(common.pop("encoding"), common.pop("ocr"))
    job = batch.Job(command="completeness", how=how, lexicon=common.pop("lexicon"))
    if not wide:
        leave(bool(batch.run(job, files, batch.Run(**common)).failed))
        return
    lines: list[bytes] = []
    result = batch.run(job, files, batch.Run(**common), lines.append)
    _write(b"".join(lines), common["output"], result)
    leave(bool(result.failed))


def _write(lines: bytes, path: str | None, result: Any) -> None:
    """A row a document, a column for each part that one of them must have, in the order of the shipped table."""
    import msgspec

    from cnfin.batch.outputs import output
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
    with output(path, lambda: bool(result.worth_keeping)) as stream:
        stream.write(text.getvalue().encode())
