"""``cnfin roles``: train, evaluate, sample, export and import."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cnfin.cli.options import encoding, files, finite, keep_inputs, ocr
from cnfin.reading.file import How

if TYPE_CHECKING:
    from cnfin.batch.report import Report
    from cnfin.document import Document
    from cnfin.roles.data import Example
    from cnfin.roles.inputs import RoleInput

#: What names of labelled data in a folder end with.
_LABELLED = (".jsonl",)
_BY = click.Choice(("province", "year", "unit_kind"))
#: Problems that are printed one by one, where there are many more.
_SHOWN = 3
_data = click.argument("data", nargs=-1, required=True, metavar="DATA…")
_model = click.option("--model", metavar="FILE", help="Role model (the shipped one).")
_output = click.option("-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all.")
_form = click.option("--format", "form", required=True, type=click.Choice(("label-studio", "doccano")), help="Tool.")


@click.group()
def roles() -> None:
    """Train, measure and exchange the model of sentence roles.

    DATA are JSON Lines of labelled sentences, or folders of such files (*.jsonl).

    \b
    Example: cnfin roles evaluate labelled.jsonl --by province
    """


@roles.command()
@_data
@click.option("--with-builtin", is_flag=True, help="Add the sentences that the shipped model was trained on.")
@click.option("--weight-new", type=click.FloatRange(0, min_open=True), callback=finite, default=1.0, metavar="W",
              help="Weight of DATA beside the built-in sentences (1).")  # fmt: skip
@click.option("--seed-date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Date of the card (today).")
@click.option("-o", "--output", required=True, metavar="MODEL", help="The model file to write.")
def train(data: Sequence[str], with_builtin: bool, weight_new: float, day: Any, output: str) -> None:
    """Train a model; prints its scores by role from cross-validation grouped by document.

    With --with-builtin those of DATA and of the built-in sentences are printed apart, too. How long it
    will take is told first.

    \b
    Example: cnfin roles train labelled.jsonl --with-builtin --weight-new 3 -o my.model
    """
    with _failures():
        from cnfin.roles.data import read_examples
        from cnfin.roles.evaluation import table
        from cnfin.roles.training import builtin_examples, seconds_for, train_model

        keep_inputs(data, output, suffixes=_LABELLED)
        _writable(output)
        new = read_examples(data, both_classes=not with_builtin)
        known = builtin_examples() if with_builtin else []
        examples = [*known, *new]
        weights = [1.0] * len(known) + [weight_new] * len(new)
        own = [False] * len(known) + [True] * len(new) if known else None
        with _learning(examples):
            _tell(f"training on {len(examples):,} sentences: about {seconds_for(examples):.0f} s")
            report = train_model(
                output, examples, weights=weights, day=day.date() if day else None, own=own, progress=_progress
            )
        click.echo(f"cross-validation by document, {report.sentences} sentences")
        click.echo(table(report))


@roles.command()
@_data
@_model
@click.option("--by", type=_BY, help="Scores for each province, year or kind of unit too.")
@click.option("--leave-one-out", "left_out", type=_BY, help="Train without each province (…) in turn, test on it.")
@click.option("--errors", is_flag=True, help="Print every sentence with a wrong role too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    data: Sequence[str], model: str | None, by: str | None, left_out: str | None, errors: bool, as_json: bool
) -> None:
    """Print precision, recall, F1 and support by role, and a confusion of roles.

    \b
    Example: cnfin roles evaluate labelled.jsonl --model my.model --by province
             cnfin roles evaluate corpus/roles --leave-one-out province --json
    """
    if left_out and (model or by or errors):
        raise click.UsageError("--leave-one-out trains its own models: leave out --model, --by and --errors.")
    with _failures():
        from cnfin.roles.data import read_examples
        from cnfin.roles.evaluation import evaluate as measured
        from cnfin.roles.evaluation import leave_one_out, mistakes, table
        from cnfin.roles.model import load_model

        examples = read_examples(data, both_classes=bool(left_out))
        if left_out:
            with _learning(examples):
                report = leave_one_out(examples, left_out, progress=_progress)
        else:
            report = measured(examples, load_model(model), by)
        wrong = mistakes(examples, load_model(model)) if errors else []
        if as_json:
            more = {"errors": msgspec.to_builtins(wrong)} if errors else {}
            click.echo(json.dumps(report.to_dict() | more, ensure_ascii=False))
            return
        click.echo(table(report))
        for each in wrong:
            wanted, said = ("、".join(roles) or "无" for roles in (each.wanted, each.said))
            click.echo(f"{each.source or '-'}: wanted {wanted}, said {said}: {each.text}")


@roles.command()
@_model
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def info(model: str | None, as_json: bool) -> None:
    """Tell what a model is: its data, thresholds, scores, date and versions.

    \b
    Example: cnfin roles info --model my.model
    """
    with _failures():
        from cnfin.document import ROLES
        from cnfin.roles.model import load_model

        found = load_model(model)
        thresholds = {role: float(value) for role, value in zip(ROLES, found.arrays["thresholds"], strict=True)}
        if as_json:
            click.echo(json.dumps(found.card | {"thresholds": thresholds}, ensure_ascii=False))
            return
        click.echo("\n".join(_told(found.card, thresholds)))


def _told(card: Mapping[str, Any], thresholds: Mapping[Any, float]) -> Iterator[str]:
    """A model's card in lines for people."""
    data, scores = card.get("data", {}), card.get("scores", {})
    yield f"{card.get('what', 'role model')}, format {card['format']}, {card.get('date', 'no date')}"
    yield "versions: " + ", ".join(f"{name} {number}" for name, number in card.get("versions", {}).items())
    yield f"data: {data.get('sentences', '?')} sentences of {data.get('documents', '?')} documents"
    yield "years: " + ", ".join(map(str, data.get("years", [])))
    yield "provinces: " + ", ".join(f"{name} {number}" for name, number in data.get("provinces", {}).items())
    for role, threshold in thresholds.items():
        score = scores.get("roles", {}).get(role, {})
        told = f", F1 {score['f1']:.3f} in cross-validation" if "f1" in score else ""
        yield f"{role}: threshold {threshold:.2f}, {data.get('roles', {}).get(role, '?')} sentences{told}"


@roles.command()
@files
@encoding
@ocr
@_model
@click.option("-n", "--number", type=click.IntRange(1), default=200, metavar="N", help="How many sentences (200).")
@click.option("--strategy", type=click.Choice(("uncertain", "diverse", "random")), default="uncertain",
              help="Nearest to the thresholds, spread over unlike ones of these, or any (uncertain).")  # fmt: skip
@click.option("--seed", type=int, default=0, metavar="N", help="Of --strategy random (0).")
@_output
def sample(
    files: Sequence[str],
    encoding: str | None,
    ocr: Any,
    model: str | None,
    number: int,
    strategy: Any,
    seed: int,
    output: str | None,
) -> None:
    """Print the sentences of documents that are most worth labelling, as JSON Lines.

    Each line has the roles that the model would give and says so ("predicted": true): correct them by
    hand and take that out. --strategy random draws sentences for an honest test set. Files that cannot be
    read are told, and the exit status is 1.

    \b
    Example: cnfin roles sample province/ -n 200 --strategy diverse -o to-label.jsonl
    """
    keep_inputs(files, output, None)
    with _failures():
        from cnfin.batch.report import Report
        from cnfin.roles.data import write_examples
        from cnfin.roles.model import load_model
        from cnfin.roles.sampling import sample as chosen

        report = Report()
        role_model = load_model(model)
        examples: list[Example] = []
        inputs: list[RoleInput] = []
        for document in _documents(files, How(encoding, ocr), report):
            more, given = _unlabelled(document)
            examples += more
            inputs += given
        if report.worth_keeping():
            _write(write_examples(chosen(examples, inputs, role_model, number, strategy, seed)), output)
    if report.failed:
        click.get_current_context().exit(1)


@roles.command(name="export")
@_data
@_form
@_output
def export_(data: Sequence[str], form: Any, output: str | None) -> None:
    """Labelled or sampled sentences → the format of an annotation tool.

    Roles that a model gave (sampled sentences) become predictions, not annotations.

    \b
    Example: cnfin roles export to-label.jsonl --format label-studio -o tasks.json
    """
    keep_inputs(data, output, suffixes=_LABELLED)
    with _failures():
        from cnfin.roles.data import read_examples
        from cnfin.roles.exchange import exported

        _write(exported(read_examples(data, both_classes=False, predictions=True), form), output)


@roles.command(name="import")
@click.argument("file", metavar="FILE", type=click.Path())
@_form
@_output
def import_(file: str, form: Any, output: str | None) -> None:
    """What an annotation tool exported → JSON Lines of labelled sentences.

    Told on standard error: tasks without an annotation, and those on which annotators disagree.

    \b
    Example: cnfin roles import annotated.json --format label-studio -o labelled.jsonl
    """
    keep_inputs([file], output, None)
    with _failures():
        from cnfin.roles.data import read_text, write_examples
        from cnfin.roles.exchange import imported

        _write(write_examples(imported(read_text(file), form, file, _tell)), output)


@contextmanager
def _failures() -> Iterator[None]:
    """Bad data and bad models end with a line for each of the first problems, and status 2."""
    from cnfin.batch.outputs import OutputError, ReaderGone
    from cnfin.errors import CnfinError

    try:
        yield
    except (OutputError, ReaderGone):
        raise  # no fault of the data
    except CnfinError as error:
        problems = str(error).split("\n")
        if len(problems) > _SHOWN + 2:
            problems = [*problems[:_SHOWN], f"and {len(problems) - _SHOWN} more like these"]
        click.echo("\n".join(problems), err=True)
        sys.exit(2)


@contextmanager
def _learning(examples: Sequence[Example]) -> Iterator[None]:
    """Refuse data that leave nothing to learn from where a part is held back."""
    from cnfin.roles.data import NEEDED, DataError, require_documents

    require_documents(examples)
    try:
        yield
    except ValueError as error:
        raise DataError([f"too little is left to learn from ({error})", NEEDED]) from error


def _tell(message: str) -> None:
    click.echo(message, err=True)


def _progress(step: str) -> None:
    if sys.stderr.isatty():
        click.echo(step, err=True)


def _documents(files: Sequence[str], how: How, report: Report) -> Iterator[Document]:
    """The documents that can be read; the report is told of them and of the others."""
    from cnfin.alarm import Late, within
    from cnfin.batch import TIME_LIMIT
    from cnfin.batch.inputs import find
    from cnfin.batch.job import sources
    from cnfin.errors import ReadError
    from cnfin.tagger import Tagger

    tagger = Tagger(facts=False, roles=False)
    for found in find(files):
        for source in [found] if isinstance(found, ReadError) else sources(found, how):
            if isinstance(source, ReadError):
                report.error(source.name, source.kind, source.message)
            else:
                try:
                    with within(TIME_LIMIT):
                        document = tagger.tag(source, source.name)
                except Late:
                    report.error(source.name, "timeout", f"took longer than {TIME_LIMIT:g} s")
                    continue
                report.done(0, 0)
                yield document


def _unlabelled(document: Document) -> tuple[list[Example], list[RoleInput]]:
    from cnfin.roles.data import Example
    from cnfin.roles.inputs import role_inputs

    inputs = list(role_inputs(document.text, document.sections, document.sentences))
    identity = document.identity
    examples = [
        Example(
            text=each.text, section=each.section, context=each.context, province=identity.province or "",
            year=identity.year, source=Path(document.name).stem,
        )
        for each in inputs
    ]  # fmt: skip
    return examples, inputs


def _writable(path: str) -> None:
    """Training takes a while: say at once that its result could not be written."""
    if os.path.isdir(path):
        raise click.UsageError(f"cannot write {path}: it is a folder")
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe
        return
    folder = os.path.dirname(os.path.realpath(path))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise click.UsageError(f"cannot write {path}: {folder} is missing or not writable")


def _write(text: str, output: str | None) -> None:
    from cnfin.batch.outputs import output as opened

    if output and output != "-":
        _writable(output)
    with opened(output) as stream:
        stream.write(text.encode())
