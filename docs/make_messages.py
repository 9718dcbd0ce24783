#!/usr/bin/env python3
"""Bring the message catalogues up to date: ``python docs/make_messages.py`` (needs the extra dev).

Messages are gathered from the code, the templates and the help of every command into ``zh/LC_MESSAGES/cnfin.po``,
which is edited by hand, and compiled to the ``.mo`` beside it. With ``--check`` nothing is written: what is
untranslated, fuzzy or not compiled is named, and the exit status is 1.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import click
from babel.messages import Catalog, extract, mofile, pofile

#: What can be chosen is the same in every language.
_CHOICES = re.compile(r"One of .*\.$")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cnfin.cli.speech import paragraphs  # noqa: E402
from cnfin.messages import CATALOGUES, speak, template  # noqa: E402

PO = CATALOGUES / "zh" / "LC_MESSAGES" / "cnfin.po"
KEYWORDS = dict.fromkeys(("_", "gettext", "marked", "say", "translate", "_say")) | {"ngettext": (1, 2)}
#: What is raised with a message for people.
_ERRORS = ("ReadError", "UsageError", "BadParameter", "CnfinError", "ModelError", "LabelError", "BusyError",
           "OtherCommandError", "LexiconError", "error")  # fmt: skip


def messages() -> Catalog:
    """Every message that a person may read."""
    found = Catalog(project="cnfin", fuzzy=False)
    for path in sorted((ROOT / "cnfin").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        _extract(found, "python", path, place)
        for line, text in _raised(ast.parse(path.read_text(encoding="utf-8"))):
            found.add(text, locations=[(place, line)])
    for path in sorted((ROOT / "cnfin" / "view" / "templates").glob("*.html")):
        _extract(found, "jinja2.ext:babel_extract", path, path.relative_to(ROOT).as_posix())
    for name, text in _helps():
        found.add(text, locations=[(name, 0)])
    _extract(found, "python", Path(click.__file__).parent / "core.py", "click", flags=("click",))
    for module in ("exceptions", "types", "formatting", "decorators"):
        _extract(found, "python", Path(click.__file__).parent / f"{module}.py", "click", flags=("click",))
    return found


def _extract(into: Catalog, method: str, path: Path, place: str, flags: tuple[str, ...] = ()) -> None:
    options = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "newstyle_gettext": "true"}
    with path.open("rb") as stream:
        for line, text, _, _ in extract.extract(method, stream, KEYWORDS, options=options):
            if text and (not isinstance(text, tuple) or text[0]):
                into.add(text, locations=[(place, line)], auto_comments=flags)


def _raised(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The messages that errors are made with; what is filled in stands as ``{}``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in _ERRORS:
            for argument in node.args:
                text = template(argument)
                if text and " " in text.replace("{}", "").strip():
                    yield node.lineno, text


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _helps() -> Iterator[tuple[str, str]]:
    """The paragraphs of every command's help, and the help of every option."""
    from cnfin.cli.commands import cli
    from cnfin.cli.speech import every

    speak("en")
    for name, command in every(cli):
        for text in paragraphs(command.help or ""):
            yield name, text
        for option in command.params:
            if isinstance(option, click.Option) and option.help:
                yield name, _CHOICES.sub("One of {}.", option.help)


def main(check: bool) -> int:
    """Write the catalogues, or say what is wrong with them."""
    with PO.open("rb") as stream:
        known = pofile.read_po(stream, locale="zh")
    before = {message.id: message.string for message in known}
    known.update(messages(), no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    known.creation_date = datetime(2026, 1, 1, tzinfo=timezone.utc)  # the same catalogue whenever it is made
    ours = [message for message in known if message.id and "click" not in message.auto_comments]
    missing = [message for message in ours if not translated(message.string) or message.fuzzy]
    for message in missing:
        print(f"not translated: {message.id!r} ({message.locations})", file=sys.stderr)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, known)
    if check:
        stale = PO.with_suffix(".mo").read_bytes() != compiled.getvalue()
        gone = before.keys() - {message.id for message in known}
        if stale or gone:
            print("the catalogue is not current: run python docs/make_messages.py", file=sys.stderr)
        return int(bool(missing) or stale or bool(gone))
    with PO.open("wb") as stream:
        pofile.write_po(stream, known, width=120, sort_output=True, no_location=True, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compiled.getvalue())
    return int(bool(missing))


def translated(text: str | tuple[str, ...] | None) -> bool:
    """Whether every form of a message has its translation."""
    return all(text) if isinstance(text, (tuple, list)) else bool(text)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
