"""The command line: reads arguments, calls one function, prints."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, ClassVar, get_args

import click

from cnfin._version import __version__
from cnfin.cells import CELL_MEASURES
from cnfin.cli import forms
from cnfin.cli.options import (
    as_one,
    encoding,
    errors,
    files,
    filters,
    in_form,
    keep_inputs,
    leave,
    level,
    line,
    ocr,
    role_model,
    running,
    same,
    to_file,
    year,
)
from cnfin.cli.options import forms as formats
from cnfin.cli.speech import WIDTHS, speak, spoken, tongue
from cnfin.console import tell
from cnfin.document import ROLES, Check, Identity, Measure, Role
from cnfin.filters import Documents, Filter, Sentences
from cnfin.messages import language, marked, told, translations
from cnfin.reading.file import How


class Lazy(click.Group):
    """A group that loads the commands of other rooms only when they are called."""

    elsewhere: ClassVar = {
        "completeness": ("cnfin.cli.completeness", "completeness", marked("Print which parts a disclosure has.")),
        "db": ("cnfin.cli.many", "db", marked("Put documents with all that was found into an SQLite file.")),
        "evaluate": ("cnfin.cli.tools", "evaluate", marked("Score records against gold annotations.")),
        "info": ("cnfin.cli.look", "info", marked("Say what is installed: versions, extras, lexicon, role model.")),
        "lexicon": ("cnfin.cli.tools", "lexicon", marked("Look after lexicon tables.")),
        "panel": ("cnfin.cli.many", "panel", marked("Print a record for each cell of a unit over all documents.")),
        "roles": ("cnfin.cli.roles", "roles", marked("Train, measure and exchange the role model.")),
        "schema": ("cnfin.cli.tools", "schema", marked("Print the JSON Schema of a kind of record.")),
        "summary": ("cnfin.cli.look", "summary", marked("Print a page to read on the terminal; of several, a table.")),
        "view": ("cnfin.cli.look", "view", marked("Make pages to look at: text, accounts, contradictions.")),
    }

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *self.elsewhere])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self.elsewhere:
            from importlib import import_module

            module, attribute, _ = self.elsewhere[name]
            command: click.Command | None = getattr(import_module(module), attribute)
        else:
            command = super().get_command(context, name)
        return spoken(command) if command else None

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        click.Group.format_help(spoken(self), context, formatter)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        say = translations(language()).gettext
        for name in self.list_commands(context):
            own = self.commands.get(name)
            rows.append((name, own.get_short_help_str(200) if own else say(self.elsewhere[name][2])))
        with formatter.section(say("Commands")):
            formatter.write_dl(rows)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="cnfin")
@tongue
def cli() -> None:
    """Read the budget and final-accounts disclosures of Chinese government units.

    FILE is a document, a folder of documents, or - for standard input. Records are JSON Lines on
    standard output. The exit status is 0, 1 where a file failed (the others are done), 2 for bad
    options, 130 after Ctrl-C.

    \b
    Example: cnfin tag disclosures/ > tagged.jsonl
    """


@cli.command()
@running
@in_form
@click.option("--role", "roles_kept", multiple=True, type=click.Choice(ROLES), metavar="NAME",
              help=f"Only sentences with this role; may be repeated. One of {', '.join(ROLES)}.")  # fmt: skip
@click.option("--line", "--subject", "lines", multiple=True, metavar="NAME",
              help="Only sentences that speak of this line, such as 三公经费; may be repeated.")  # fmt: skip
@click.option("--year", "years", multiple=True, type=click.IntRange(1949, 2100), metavar="YEAR",
              help="Only sentences with a value of this year; may be repeated.")  # fmt: skip
@click.option("--tokens", is_flag=True, help="Add each sentence's words.")
@click.option("--explain", is_flag=True, help="Add each name of a budget line, and why it is a 科目 or not.")
@click.option("--no-facts", is_flag=True, help="Leave facts empty.")
@click.option("--no-roles", is_flag=True, help="Leave roles empty.")
@role_model
def tag(
    no_facts: bool,
    no_roles: bool,
    tokens: bool,
    explain: bool,
    model: str | None,
    roles_kept: tuple[Role, ...],
    lines: tuple[str, ...],
    years: tuple[int, ...],
    **common: Any,
) -> None:
    """Print a record for each sentence: sections, spans, facts and roles.

    cnfin schema sentence --describe says what each key means.

    \b
    Example: cnfin tag disclosures/ -o tagged.jsonl
             cat 2020.txt | cnfin tag - --tokens | head -n 1
             cnfin tag 2020.txt --explain | grep 差旅费
             cnfin tag province/ --out-dir tagged/ --shards zst --jobs 8
             cnfin tag province/ --role 问题 -o problems.xlsx
    """
    if no_roles and (model or roles_kept):
        left = "--model" if model else "--role"
        raise click.UsageError(f"--no-roles leaves nothing for {left} to do: leave one of them out.")
    if no_facts and common["report"]:
        raise click.UsageError("--no-facts leaves nothing for --report to do: leave one of them out.")
    if no_facts and years:
        raise click.UsageError("--no-facts leaves nothing for --year to do: leave one of them out.")
    if (tokens or explain) and common["form"] not in (None, "jsonl"):
        raise click.UsageError(f"--{'tokens' if tokens else 'explain'} needs --format jsonl.")
    wanted = Sentences(roles=roles_kept, lines=lines, years=years)
    _run(
        "tag", common, tokens=tokens, explain=explain, facts=not no_facts, roles=not no_roles, model=model,
        sentences=wanted,
    )  # fmt: skip


@cli.command()
@running
@in_form
@filters(get_args(Measure))
@click.option("--explain", is_flag=True, help="Add the rule that made the fact, and the spans it used.")
@click.option("--with", "also", multiple=True, type=click.Choice(("sentence",)), help="Add the sentence of the fact.")
def facts(explain: bool, also: tuple[str, ...], **common: Any) -> None:
    """Print a record for each fact: subject, measure, year, value, unit, base.

    cnfin schema fact --describe says what each key means.

    \b
    Example: cnfin facts disclosures/ --measure 决算数 --code 210 --format csv -o health.csv
             cnfin facts disclosures/ --line 三公经费 --with sentence -o sangong.xlsx
             cnfin facts 2020.txt --explain
    """
    common["also"] = also
    _table("facts", common, explain=explain, quoted=bool(also))


@cli.command()
@running
@in_form
@filters(CELL_MEASURES)
@level
@click.option("--derive", is_flag=True, help="Add cells that follow from stated ones, such as last year's value.")
@click.option("--explain", is_flag=True, help="Add what bears the value out, and which other readings there were.")
def ledger(derive: bool, explain: bool, **common: Any) -> None:
    """Print a record for each cell of the account book: one value, and the places that state it.

    cnfin schema cell --describe says what each key means.

    \b
    Example: cnfin ledger disclosures/ --funds 一般公共预算 --level 项 --format xlsx -o lines.xlsx
             cnfin ledger 2020.txt --line 三公经费 --explain
    """
    _table("ledger", common, derive=derive, explain=explain)


@cli.command()
@running
@click.option("--check", "checks", multiple=True, type=click.Choice(get_args(Check)), metavar="NAME",
              help=f"Only this check; may be repeated. One of {', '.join(get_args(Check))}.")  # fmt: skip
@click.option("--min-severity", type=click.Choice(("warning", "error")), default="warning",
              help="Leave out findings below this severity (warning).")  # fmt: skip
@click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, metavar="P",
              help="Leave out findings of kinds that were right less often than P of the time (0).")  # fmt: skip
@click.option("--fail-on", type=click.Choice(("error",)), help="Exit with 1 where a finding is an error.")
@click.option("--summary", is_flag=True, help="Print counts by check, document and province instead of findings.")
@click.option("--across", is_flag=True,
              help="Print where documents disagree with each other; FILE may be a ledger made already.")  # fmt: skip
@click.option("--units", "unit_table", metavar="FILE.tsv", type=click.Path(exists=True, dir_okay=False),
              help="With --across: names that are one unit, and the department of each.")  # fmt: skip
@formats("text")
@line
@year
def audit(
    checks: tuple[Check, ...],
    min_severity: str,
    min_confidence: float,
    fail_on: str | None,
    summary: bool,
    across: bool,
    unit_table: str | None,
    **common: Any,
) -> None:
    """Print a record for each place where a document contradicts itself.

    cnfin schema finding --describe says what each key means.

    \b
    Example: cnfin audit disclosures/ --min-severity error
             cnfin audit 2020.txt --format text
             cnfin audit disclosures/ --summary
             cnfin audit disclosures/ --check placeholder --check year --format csv -o left-in.csv
             cnfin audit 2020.txt --check sum --fail-on error
             cnfin audit --across disclosures/ --units units.tsv
    """
    if across:
        from cnfin.cli import many

        others = ("out_dir", "bom", "of_units", "of_provinces", "lines", "years", "scheduler", "as_one", "report")
        chosen = any(common[name] for name in others) or common["assume"] != Identity()
        if checks or summary or fail_on or chosen or common["form"] not in (None, "jsonl"):
            raise click.UsageError("--across takes --units, -o, --errors, --jobs, --time-limit and --quiet only.")
        many.across(common["files"], unit_table, common)
        return
    if unit_table:
        raise click.UsageError("--units needs --across.")
    if (summary or fail_on) and common["out_dir"]:
        raise click.UsageError("--out-dir takes neither --summary nor --fail-on: a rerun does not see every finding.")
    if summary:
        forms.only_lines(common, "--summary")
    _run(
        "audit", common, fail_on, summary, checks=checks, min_severity=min_severity, min_confidence=min_confidence,
        keep=Filter(lines=common.pop("lines"), years=common.pop("years")),
    )  # fmt: skip


@cli.command()
@files
@encoding
@ocr
@as_one
@to_file
@errors
def text(
    files: Sequence[str], encoding: str | None, ocr: Any, as_one: bool, output: str | None, errors: str | None
) -> None:
    """Print the exact text that offsets count in; a form feed stands between the texts of several documents.

    \b
    Example: cnfin text disclosure.pdf | sed -n 1,20p
    """
    from cnfin import batch

    keep_inputs(files, output, errors)
    summary = batch.print_texts(files, batch.Run(output=output, errors=errors), How(encoding, ocr), as_one=as_one)
    leave(bool(summary.failed))


def _table(command: Any, common: dict[str, Any], *, explain: bool, **settings: Any) -> None:
    """Do a command whose records may be rows of a table, those that its filters keep."""
    forms.settle(common)
    if explain and common["form"] != "jsonl":
        raise click.UsageError("--explain needs --format jsonl.")
    keep = Filter(**{field: tuple(common.pop(field)) for field in Filter.__struct_fields__ if field in common})
    _run(command, common, keep=keep, explain=explain, **settings)


def _run(
    command: Any, common: dict[str, Any], fail_on: str | None = None, summary: bool = False, **settings: Any
) -> None:
    """Do a command of the batch kind with the options it shares with the others."""
    from cnfin import batch

    files = common.pop("files")
    forms.settle(common)
    layout = batch.Layout(bom=common.pop("bom", False), also=tuple(common.pop("also", ())))
    documents = Documents(units=common.pop("of_units"), provinces=common.pop("of_provinces"))
    job = batch.Job(
        command=command, how=How(common.pop("encoding"), common.pop("ocr")), lexicon=common.pop("lexicon"),
        as_one=common.pop("as_one"), report=bool(common["report"]), assume=common.pop("assume"), documents=documents,
        **settings,
    )  # fmt: skip
    if common["out_dir"] and ("-" in files or common["output"]):
        raise click.UsageError("--out-dir takes neither standard input nor -o FILE.")
    if common["out_dir"] and any(same(common["out_dir"], file) for file in files):
        raise click.UsageError("--out-dir is one of the inputs: choose another folder.")
    keep_inputs(files, common["output"], common["errors"], common["report"])
    if common["out_dir"] and common["report"]:
        raise click.UsageError("--out-dir takes no --report: a rerun does not read every document.")
    if common["shards"] and (not common["out_dir"] or common.get("form", "jsonl") != "jsonl"):
        raise click.UsageError("--shards needs --out-dir DIR and JSON Lines.")
    if common["shard_size"] and not common["shards"]:
        raise click.UsageError("--shard-size needs --shards.")
    if summary:
        result = batch.summarize_findings(job, files, batch.Run(**common, layout=layout))
    else:
        result = batch.run(job, files, batch.Run(**common, layout=layout))
    leave(bool(result.failed) or bool(fail_on and result.error_findings))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: instead of those of the process.

    Returns:
        The exit status: 0, 1 where a document failed, 2 for bad options, 130 after Ctrl-C.
    """
    from cnfin.errors import CnfinError, UsageError

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, _terminated)
    speak(language())
    try:
        width = WIDTHS[language()]
        status = cli.main(arguments, prog_name="cnfin", standalone_mode=False, max_content_width=width)
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        vars(error)["message"] = told(error.message)
        error.show()
        return error.exit_code
    except CnfinError as error:
        if error.args:
            tell(told(str(error)))
            return 2 if isinstance(error, UsageError) else 1
        _forget_output()  # the reader of standard output has gone
        return 0
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else "standard output"
        tell(f"{place}: {error.strerror or error}")
        _forget_output()
        return 1
    except SystemExit as error:
        if error.code != 1:
            raise
        _forget_output()  # click ends so where nobody reads the help, a schema or a table
        return 0
    except (click.Abort, KeyboardInterrupt):
        return 130


def _terminated(number: int, frame: object) -> None:
    """End in good order, unfinished files taken away, where a scheduler's time is over."""
    sys.exit(128 + number)


def _forget_output() -> None:
    """Let nothing more go to a pipe that nobody reads, not even at the interpreter's end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
