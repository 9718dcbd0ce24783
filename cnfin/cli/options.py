"""Options that several commands share, and what they refuse."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, TypeVar, get_args

import click

from cnfin.cells import Level
from cnfin.document import Division, Flow, Funds, Identity, Kind
from cnfin.messages import LANGUAGES

Command = TypeVar("Command", bound=Callable[..., Any])


def options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several decorators as one, the first on top."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def _each_once(context: click.Context, option: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if "" in names:
        raise click.BadParameter("a file without a name")
    if names.count("-") > 1:
        raise click.BadParameter("standard input (-) can be read only once")
    return names


def _named(context: click.Context, option: click.Parameter, name: str | None) -> str | None:
    if name == "" or (name == "-" and option.name != "output"):
        raise click.BadParameter("needs a name")
    return name


def _seconds(context: click.Context, option: click.Parameter, number: float | None) -> float | None:
    if number != number:  # nan
        raise click.BadParameter("not a number")
    return number


def finite(context: click.Context, option: click.Parameter, number: float) -> float:
    """Refuse what is no number to count with."""
    if not math.isfinite(number):
        raise click.BadParameter(f"{number} is not a finite number")
    return number


def digits(context: click.Context, option: click.Parameter, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what cannot begin a code."""
    for code in codes:
        if not (code.isascii() and code.isdigit()):
            raise click.BadParameter(f"{code!r} is not the beginning of a code: digits only")
    return codes


def _assumed(context: click.Context, option: click.Parameter, pairs: tuple[str, ...]) -> Identity:
    """What documents that do not say are taken for."""
    found: dict[str, Any] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key not in ("unit", "province", "city", "county", "year", "kind") or not value:
            raise click.BadParameter(f"{pair!r}: write unit=…, province=…, city=…, county=…, year=… or kind=…")
        if key == "year" and not (value.isascii() and value.isdigit() and len(value) == 4):
            raise click.BadParameter(f"{value!r} is no year")
        if key == "kind" and value not in get_args(Kind):
            raise click.BadParameter(f"{value!r} is neither {' nor '.join(get_args(Kind))}")
        found[key] = int(value) if key == "year" else value
    return Identity(**found)


def _known_encoding(context: click.Context, option: click.Parameter, name: str | None) -> str | None:
    import codecs

    if name is None:
        return None
    try:
        b"a".decode(name, "replace")  # what is no encoding of text, such as base64, is refused too
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise click.BadParameter(f"no encoding of text {name!r}") from None


def _sound_tables(context: click.Context, option: click.Parameter, folder: str | None) -> str | None:
    """Refuse a folder of tables whose rows would be used in another way than they were meant."""
    if folder is None:
        return None
    from pathlib import Path

    from cnfin import lexicon_check

    problems: list[object] = []
    try:
        problems += lexicon_check.check(Path(folder))[1]
    except lexicon_check.LexiconError as error:
        problems.append(error)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        context.exit(2)
    return folder


def _one_of(option: str, field: str, what: str, values: Sequence[str]) -> Callable[[Command], Command]:
    return click.option(option, field, multiple=True, type=click.Choice(tuple(values)), metavar="NAME",
                        help=f"Only {what}; may be repeated. One of {', '.join(values)}.")  # fmt: skip


line = click.option("--line", "--subject", "lines", multiple=True, metavar="NAME",
                    help="Only the line of this name, such as 三公经费; may be repeated.")  # fmt: skip
year = click.option("--year", "years", multiple=True, type=click.IntRange(1949, 2100), metavar="YEAR",
                    help="Only values of this year; may be repeated.")  # fmt: skip


def filters(measures: Sequence[str]) -> Callable[[Command], Command]:
    """The options that say which facts or cells are wanted; each fills a field of :class:`cnfin.filters.Filter`."""
    return options(
        _one_of("--measure", "measures", "this measure", measures),
        click.option("--code", "codes", multiple=True, metavar="PREFIX", callback=digits,
                     help="Only codes that start with PREFIX, such as 210; may be repeated."),
        line,
        _one_of("--flow", "flows", "this side of the accounts", get_args(Flow)),
        _one_of("--funds", "funds", "this money", get_args(Funds)),
        _one_of("--division", "divisions", "this part of the spending", get_args(Division)),
        year,
    )  # fmt: skip


files = click.argument("files", nargs=-1, required=True, metavar="FILE…", callback=_each_once)
encoding = click.option("--encoding", metavar="NAME", callback=_known_encoding,
                        help="Encoding of text files, where it should not be found out.")  # fmt: skip
ocr = click.option("--ocr", type=click.Choice(("auto", "never", "always")), default="auto",
                   help="Recognize pictures of text: where pages have none (auto), never, or wherever there are some.")
as_one = click.option("--as-one", is_flag=True, help="Read the files of a folder as one document.")
to_file = click.option("-o", "--output", metavar="FILE", callback=_named, help="Write to FILE, complete or not at all.")
errors = click.option(
    "--errors", metavar="FILE", callback=_named, help="Write a record for each file that fails to FILE."
)
report = click.option("--report", metavar="FILE", callback=_named,
                      help="Write a record for each file, page, table and sum that was left out to FILE.")  # fmt: skip
lexicon_folder = click.option("--lexicon", metavar="DIR", type=click.Path(exists=True, file_okay=False),
                              callback=_sound_tables, help="Add the tables in DIR to ours.")  # fmt: skip
jobs = click.option(
    "-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes; as many as there are cores."
)
time_limit = click.option(
    "--time-limit", type=click.FloatRange(0), metavar="SECONDS", callback=_seconds,
    help="Give a file up after SECONDS (300).",
)  # fmt: skip
quiet = click.option(
    "-q", "--quiet", is_flag=True, help="No progress bar and no summary; errors are still told."
)
local = options(jobs, time_limit, quiet)
role_model = click.option(
    "--model", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Role model to use."
)
speech = click.option("--lang", type=click.Choice(LANGUAGES), help="Language; that of the locale.")
batches = options(
    jobs,
    time_limit,
    click.option(
        "--out-dir",
        metavar="DIR",
        callback=_named,
        help="Write a file for each document; a rerun does what is missing.",
    ),
    click.option("--shards", type=click.Choice(("gz", "zst")), help="With --out-dir: compressed files of many."),
    click.option("--shard-size", type=click.IntRange(1), metavar="MB", help="Input of a shard in MB (64)."),
    click.option("--scheduler", metavar="ADDRESS", help="Run on the Dask cluster at ADDRESS."),
    quiet,
)
documents = options(
    click.option("--unit", "of_units", multiple=True, metavar="NAME",
                 help="Only documents of units whose name holds NAME; may be repeated."),
    click.option("--province", "of_provinces", multiple=True, metavar="NAME",
                 help="Only documents of this province, such as 四川 or 四川省; may be repeated."),
    click.option("--assume", multiple=True, metavar="KEY=VALUE", callback=_assumed,
                 help="What to take where a document does not say: unit, province, city, county, year or kind."),
)  # fmt: skip
sources = options(files, encoding, ocr, lexicon_folder)
running = options(files, encoding, ocr, as_one, lexicon_folder, to_file, errors, report, documents, batches)


def forms(*more: str) -> Callable[[Command], Command]:
    """The options that say what the records are written as, ``more`` than all commands write."""
    return options(
        click.option("--format", "form", type=click.Choice(("jsonl", "csv", "parquet", "xlsx", *more)),
                     help="Form; that of FILE's ending, else jsonl."),
        click.option("--bom", is_flag=True, help="CSV with a byte order mark, for Excel."),
    )  # fmt: skip


in_form = forms()
level = _one_of("--level", "levels", "cells of this level", get_args(Level))


def same(folder: str, other: str) -> bool:
    """Whether two names lead to one place, through links of either kind."""
    if os.path.realpath(folder) == os.path.realpath(other):
        return True
    return os.path.exists(folder) and os.path.exists(other) and os.path.samefile(folder, other)


def keep_inputs(
    files: Sequence[str], *outputs: str | None, suffixes: tuple[str, ...] = ()
) -> None:
    """Refuse an output that would take the place of what is read, now or in the next run over the same folder.

    Beside ``files`` the command reads its model, its table of units and the tables of its lexicon.

    Args:
        files: the inputs.
        outputs: the files of ``-o``, ``--errors`` and ``--report``, where given.
        suffixes: what names of inputs in a folder end with; those of documents where none are given.
    """
    from cnfin.batch.inputs import SUFFIXES

    # A device or a pipe may be both, and loses nothing.
    places = [name for name in outputs if name and name != "-"]
    places = [name for name in places if os.path.isfile(name) or not os.path.exists(name)]
    if any(same(one, other) for one, other in combinations(places, 2)):
        raise click.UsageError("-o, --errors and --report need a file each.")
    read = [(file, suffixes or SUFFIXES) for file in files if file != "-"] + _read_beside()
    for place in places:
        whole = os.path.realpath(place)
        for file, ends in read:
            inside = whole.startswith(os.path.join(os.path.realpath(file), "")) and whole.lower().endswith(ends)
            if inside or same(place, file):
                raise click.UsageError(f"{place} is one of the inputs, or would be read as one: choose another name.")


def _read_beside() -> list[tuple[str, tuple[str, ...]]]:
    """The files and folders that options of the present command name, with the endings that count in folders."""
    context = click.get_current_context(silent=True)
    asked = context.params if context else {}
    names = [asked.get(option) for option in ("model", "units", "unit_table", "lexicon")]
    return [(name, (".tsv",)) for name in names if name]


def leave(failed: bool) -> None:
    """End with exit status 1 where something failed."""
    if failed:
        click.get_current_context().exit(1)
