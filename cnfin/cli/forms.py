"""Which form an output has: by its option, by its file's ending, and never two that contradict each other."""

from __future__ import annotations

from typing import Any

import click

_ENDINGS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx",
}  # fmt: skip
#: Endings of forms that are not written, and what is meant by them.
_OTHERS = {".xls": ".xlsx", ".tsv": ".csv", ".pq": ".parquet", ".ods": ".xlsx", ".xlsm": ".xlsx",
           ".feather": ".parquet", ".zip": ".jsonl.gz", ".bz2": ".jsonl.gz", ".xz": ".jsonl.gz"}  # fmt: skip
_PACKED = (".gz", ".zst")
_BINARY = ("parquet", "xlsx")


def settle(common: dict[str, Any]) -> None:
    """Fill in ``form`` and ``compression`` of a run's options.

    Args:
        common: the options, of which ``form`` and ``output`` are looked at.

    Raises:
        click.UsageError: the file's ending contradicts ``--format``, or is of a form that is not written.
    """
    if "compression" in common:
        return  # settled before
    wanted, output = common.get("form"), common.get("output") or ""
    ending, packed = _ending(output)
    told = _ENDINGS.get(ending)
    if ending in _OTHERS:
        raise click.UsageError(f"-o {output}: no {ending} is written; name it {_OTHERS[ending]}.")
    if told and wanted and told != wanted:
        raise click.UsageError(f"-o {output} does not go with --format {wanted}: leave one of them out.")
    form = wanted or told or "jsonl"
    if packed and form in _BINARY:
        raise click.UsageError(f"-o {output}: {form} is compressed already; leave {packed} out.")
    if form in _BINARY and not (output or common.get("out_dir")):
        raise click.UsageError(f"--format {form} needs -o FILE or --out-dir DIR.")
    if common.get("bom") and form != "csv":
        raise click.UsageError("--bom is for CSV: --format csv or -o FILE.csv.")
    common["form"], common["compression"] = form, packed.removeprefix(".")


def only_lines(common: dict[str, Any], option: str) -> None:
    """Fill in ``form`` and ``compression`` of a run that writes JSON Lines and nothing else.

    Raises:
        click.UsageError: another form was asked for.
    """
    settle(common)
    if common["form"] != "jsonl":
        raise click.UsageError(f"{option} writes JSON Lines: leave --format out, or give -o FILE.jsonl.")


def _ending(output: str) -> tuple[str, str]:
    """The ending of a file's name, and that of its compression."""
    name = output.lower()
    packed = next((end for end in _PACKED if name.endswith(end)), "")
    name = name.removesuffix(packed)
    known = (*_ENDINGS, *_OTHERS)
    return next((end for end in known if name.endswith(end)), ""), packed
