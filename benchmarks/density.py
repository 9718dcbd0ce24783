"""How dense the code of a room is, and how much of it the tests pin.

    python benchmarks/density.py                      # branches, long functions, shared fields, words in code
    python benchmarks/density.py --ablate facts audit # force each `if` False, one at a time, and run the room's tests

A branch is an if, for, while, except, ternary, comprehension (and its ifs), assert, match case or
boolean operator; a line of code is one inside a function that is neither blank, comment nor
docstring. A shared field is an attribute of another object (``self.state.x``, ``state.x``) or of a class that is
assigned from more than one module of the room. Words are Chinese characters in string literals that are no docstring.
The ablation forces every ``if`` of a room to be False in a copy of the tree and runs the tests that
belong to the room until one fails; an ``if`` that no test misses is unpinned.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
ROOMS = ("facts", "spans", "audit")
MANY = 15
TESTS = {
    "facts": "test_facts* test_formats_facts test_rewrites test_docs test_dimensions*",
    "audit": "test_audit* test_rewrites test_form* test_docs",
    "spans": "test_accounts test_values test_rules test_numbers test_facts test_formats_facts",
}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BRANCHES = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.Assert, ast.match_case)


class Room(NamedTuple):
    """What was counted in a room."""

    lines: int
    branches: int
    functions: int
    many: list[str]
    shared: dict[str, set[str]]
    words: int


def main() -> None:
    """Print a table of the rooms, or the ablation of some."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ablate", nargs="*", metavar="ROOM", help="rooms whose ifs to force False")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="name the dense functions, shared fields and unpinned ifs")
    options = parser.parse_args()
    if options.ablate is not None:
        for room in options.ablate or ("facts", "audit"):
            ablate(room, options.jobs, options.list)
        return
    print("room      lines  branches  per line  functions  >= 15  shared  words")
    for room in ROOMS:
        found = count(room)
        rate = found.branches / found.lines
        print(
            f"{room:8} {found.lines:6} {found.branches:9} {rate:9.2f} {found.functions:10} {len(found.many):6} "
            f"{len(found.shared):7} {found.words:6}"
        )
        if options.list:
            fields = [f"{field}: {', '.join(sorted(homes))}" for field, homes in found.shared.items()]
            for line in [*found.many, *fields]:
                print(f"    {line}")
    everywhere = sum(_words(ast.parse(path.read_text())) for path in (ROOT / "cnfin").rglob("*.py"))
    print(f"words in code strings of the whole package: {everywhere}")


def count(room: str) -> Room:
    """Count a room's branches, lines, dense functions, shared fields and words."""
    lines = branches = functions = words = 0
    many: list[str] = []
    assigned: dict[str, set[str]] = defaultdict(set)
    for path in _files(room):
        tree = ast.parse(path.read_text(), filename=str(path))
        words += _words(tree)
        for field in _assigned(tree):
            assigned[field].add(path.name)
        for function in _outermost(tree):
            here = sum(map(_weight, ast.walk(function)))
            functions += 1
            branches += here
            lines += _code_lines(function)
            if here >= MANY:
                many.append(f"{path.relative_to(ROOT)}:{function.lineno} {function.name} {here}")
    shared = {field: homes for field, homes in sorted(assigned.items()) if len(homes) > 1}
    return Room(lines, branches, functions, many, shared, words)


def _files(room: str) -> list[Path]:
    return sorted((ROOT / "cnfin" / room).rglob("*.py"))


def _outermost(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Functions and methods; one inside another counts with it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        else:
            yield from _outermost(node)


def _weight(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return int(isinstance(node, _BRANCHES))


def _code_lines(function: ast.FunctionDef) -> int:
    """Lines that hold code: those on which some node of the body begins or a bracket closes."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    numbers = {function.lineno}
    for statement in body:
        numbers.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    return len(numbers)


def _assigned(tree: ast.AST) -> Iterator[str]:
    """Fields of objects other than ``self`` that a module assigns, and those of self by their bare names."""
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        for target in targets:
            for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(one, ast.Attribute) and _owner(one.value):
                    yield f"{_owner(one.value)}.{one.attr}"


def _owner(value: ast.expr) -> str:
    """The name of the object whose field is meant: state for ``state.x`` and ``self.state.x``; none for self alone."""
    if isinstance(value, ast.Name):
        return "" if value.id == "self" else value.id
    return value.attr if isinstance(value, ast.Attribute) else ""


def _words(tree: ast.AST) -> int:
    """Chinese characters in string literals that are no docstring."""
    docstrings = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            # Docstrings of attributes too: a bare string is never a value.
            docstrings.update(id(one.value) for one in body if isinstance(one, ast.Expr))
    return sum(
        len(_HAN.findall(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    )


def ablate(room: str, jobs: int, listed: bool) -> None:
    """Print the share of a room's ifs that no test of the room misses."""
    places = [(path, node) for path in _files(room) for node in _ifs(path)]
    with tempfile.TemporaryDirectory(prefix="ablate-") as folder:
        copies = [_copy(Path(folder, str(number))) for number in range(jobs)]
        if not _passes(copies[0], room):
            sys.exit(f"{room}: its tests fail as it stands")
        free = list(copies)
        with ThreadPoolExecutor(jobs) as pool:
            missed = list(pool.map(lambda place: _unpinned(free, room, *place), places))
    unpinned = [place for place, gone in zip(places, missed, strict=True) if gone]
    print(f"{room}: {len(unpinned)} of {len(places)} ifs unpinned ({len(unpinned) / len(places):.0%})")
    for path, node in unpinned if listed else ():
        print(f"    {path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.test)}")


def _ifs(path: Path) -> list[ast.If]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.If)]


def _copy(place: Path) -> Path:
    ignored = shutil.ignore_patterns(".git", ".venv", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis", "build")
    shutil.copytree(ROOT, place, ignore=ignored)
    return place


def _unpinned(free: list[Path], room: str, path: Path, node: ast.If) -> bool:
    copy = free.pop()
    try:
        target = copy / path.relative_to(ROOT)
        source = path.read_text()
        target.write_text(_forced(source, node))
        try:
            return _passes(copy, room)
        finally:
            target.write_text(source)
    finally:
        free.append(copy)


def _forced(source: str, node: ast.If) -> str:
    """``source`` with the test of one if replaced by False."""
    lines = source.encode().splitlines(keepends=True)
    first, last = node.test.lineno - 1, (node.test.end_lineno or node.test.lineno) - 1
    before = lines[first][: node.test.col_offset]
    behind = lines[last][node.test.end_col_offset :]
    lines[first : last + 1] = [before + b"False" + behind]
    return b"".join(lines).decode()


def _passes(copy: Path, room: str) -> bool:
    tests = [str(path) for name in TESTS[room].split() for path in sorted((copy / "tests").glob(f"{name}.py"))]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True).returncode == 0


if __name__ == "__main__":
    main()
