"""Help and errors in the reader's language: commands say theirs in English, catalogues translate."""

from __future__ import annotations

import copy
import gettext
import inspect
import os
from collections.abc import Iterator

import click

from cnfin import messages
from cnfin.messages import LANGUAGES, Language

#: Chinese characters take two columns, and click counts characters.
WIDTHS: dict[Language, int] = {"en": 100, "zh": 62}


def speak(lang: Language) -> None:
    """Let this process, click's own words included, speak a language."""
    messages.speak(lang)
    if lang == "zh":
        os.environ["LANGUAGE"] = lang
        gettext.bindtextdomain(messages.DOMAIN, messages.CATALOGUES)
        gettext.textdomain(messages.DOMAIN)


def _chosen(context: click.Context, option: click.Parameter, lang: Language | None) -> None:
    if lang is not None:
        speak(lang)
        context.max_content_width = WIDTHS[lang]


#: The language of the whole command line; asked before anything is printed.
tongue = click.option("--lang", type=click.Choice(LANGUAGES), is_eager=True, expose_value=False, callback=_chosen,
                      help="Language of help and messages; that of the locale.")  # fmt: skip


def paragraphs(help_text: str) -> list[str]:
    """The paragraphs of a command's help that are prose; its examples are the same in every language."""
    parts = inspect.cleandoc(help_text).split("\n\n")
    return [_joined(part) for part in parts if not part.startswith("\b")]


def _joined(paragraph: str) -> str:
    return " ".join(paragraph.split("\n"))


def spoken(command: click.Command) -> click.Command:
    """The command with its help in the language that is spoken."""
    lang = messages.language()
    if lang == "en":
        return command
    say = messages.translations(lang).gettext
    told = copy.copy(command)
    parts = inspect.cleandoc(command.help or "").split("\n\n")
    told.help = "\n\n".join(
        part.replace("Example:", say("Example:"), 1) if part.startswith("\b") else messages.told(_joined(part))
        for part in parts
    )
    told.short_help = None
    told.params = [_told(option) for option in command.params]
    if isinstance(told, click.Group):
        told.commands = {name: spoken(below) for name, below in told.commands.items()}
    return told


def _told(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    told = copy.copy(parameter)
    told.help = messages.told(parameter.help)
    return told


def every(group: click.Group, path: str = "cnfin") -> Iterator[tuple[str, click.Command]]:
    """The group and all commands below it, as they are written, with their full names."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from every(command, f"{path} {name}")
        elif command is not None:
            yield f"{path} {name}", command
