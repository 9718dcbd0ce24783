"""Commands that look after data: scores, schemas, lexicon tables."""

from __future__ import annotations

from typing import Any

import click

from cnfin.cli.options import leave


@click.command()
@click.argument("gold", type=click.Path(exists=True))
@click.argument("tagged", type=click.Path(exists=True, dir_okay=False))
@click.option("--audit", "findings", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="Score the findings in FILE too.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.option("--errors", "most", type=click.IntRange(0), default=0, metavar="N",
              help="List up to N misses and N false alarms of each kind.")  # fmt: skip
def evaluate(gold: str, tagged: str, findings: str | None, as_json: bool, most: int) -> None:
    """Score records against gold annotations: precision, recall and F1.

    GOLD is the gold of one document, or a folder with a NAME.jsonl for each document NAME. TAGGED
    holds what cnfin tag printed for the same documents.

    \b
    Example: cnfin evaluate gold/2020.jsonl tagged.jsonl --errors 5
    """
    from pathlib import Path

    import msgspec

    from cnfin import evaluation

    tallies = evaluation.evaluate(Path(gold), Path(tagged), Path(findings) if findings else None)
    if as_json:
        click.echo(msgspec.json.encode({name: tallies[name].scores() for name in sorted(tallies)}))
        return
    click.echo(evaluation.table(tallies))
    for example in evaluation.examples(tallies, most):
        click.echo(example)


@click.command()
@click.argument("kind", type=click.Choice(("sentence", "fact", "cell", "finding", "completeness", "panel")))
@click.option("--describe", is_flag=True, help="Print each key with its type and meaning instead.")
def schema(kind: Any, describe: bool) -> None:
    """Print the JSON Schema of a kind of record.

    \b
    Example: cnfin schema fact > fact.schema.json
             cnfin schema fact --describe
    """
    import msgspec

    from cnfin import records

    if describe:
        from cnfin.view.terminal import columns

        for line in columns(("key", "type", "meaning"), records.described(kind), left=3):
            click.echo(line)
        return

    click.echo(msgspec.json.format(msgspec.json.encode(records.schema(kind)), indent=2))


@click.group(name="lexicon")
def lexicon() -> None:
    """Look after lexicon tables.

    \b
    Example: cnfin lexicon check my-lexicon/
    """


@lexicon.command(name="check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
def check_lexicon(folder: str | None) -> None:
    """Check the tables in FOLDER, or the shipped ones: columns, kinds, codes, parents, years, rows given twice.

    \b
    Example: cnfin lexicon check my-lexicon/
    """
    from pathlib import Path

    from cnfin import lexicon as tables
    from cnfin import lexicon_check

    place = Path(folder) if folder else tables.folder()
    rows, problems = lexicon_check.check(place)
    for problem in problems:
        click.echo(str(problem), err=True)
    for remark in lexicon_check.remarks(place):
        click.echo(f"note: {remark}", err=True)
    click.echo(f"{rows} rows, {len(problems)} problems")
    leave(bool(problems))
