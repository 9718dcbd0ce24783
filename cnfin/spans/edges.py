"""The characters that what an expression finds can begin or end with.

A look at one character spares most places of a text a costly attempt to match. Such a set is
derived from its expression here, so that it cannot drift from it.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

# The parser of the standard library, under its name of Python 3.10 and the later one.
_NAMES = ("re._constants", "re._parser") if sys.version_info >= (3, 11) else ("sre_constants", "sre_parse")
_codes, _parser = (import_module(name) for name in _NAMES)

_EMPTY = ""
_BLANKS = frozenset(character for character in map(chr, range(0x3001)) if character.isspace())
_CLASSES = {_codes.CATEGORY_DIGIT: frozenset("0123456789"), _codes.CATEGORY_SPACE: _BLANKS}
_REPEATS = (_codes.MAX_REPEAT, _codes.MIN_REPEAT)
_WIDTHLESS = (_codes.AT, _codes.ASSERT, _codes.ASSERT_NOT)


def firsts(pattern: re.Pattern[str]) -> frozenset[str]:
    """The characters that a match of ``pattern`` can begin with.

    Look-arounds are taken as met, digits are those of ASCII. The empty string is among them where the
    pattern can match nothing.

    Raises:
        ValueError: a match can begin with (almost) any character.
    """
    return _edge(_parser.parse(pattern.pattern, pattern.flags), 1)


def lasts(pattern: re.Pattern[str]) -> frozenset[str]:
    """The characters that a match of ``pattern`` can end with; otherwise as :func:`firsts`."""
    return _edge(_parser.parse(pattern.pattern, pattern.flags), -1)


def _edge(items: Any, step: int) -> frozenset[str]:
    found: set[str] = set()
    for code, argument in list(items)[::step]:
        if code in _WIDTHLESS:
            continue
        edge = _of_one(code, argument, step)
        found |= edge
        if _EMPTY not in edge:
            return frozenset(found - {_EMPTY})
    return frozenset(found | {_EMPTY})


def _of_one(code: Any, argument: Any, step: int) -> frozenset[str]:
    if code is _codes.LITERAL:
        return frozenset(chr(argument))
    if code is _codes.IN:
        return frozenset().union(*(_of_class(*member) for member in argument))
    if code is _codes.BRANCH:
        return frozenset().union(*(_edge(branch, step) for branch in argument[1]))
    if code is _codes.SUBPATTERN:
        return _edge(argument[-1], step)
    if code in _REPEATS:
        least, _, inner = argument
        return _edge(inner, step) | (frozenset() if least else frozenset((_EMPTY,)))
    raise ValueError(f"any character can stand at the edge of this expression ({code})")


def _of_class(code: Any, argument: Any) -> frozenset[str]:
    if code is _codes.LITERAL:
        return frozenset(chr(argument))
    if code is _codes.RANGE:
        low, high = argument
        return frozenset(map(chr, range(low, high + 1)))
    if code is _codes.CATEGORY and argument in _CLASSES:
        return _CLASSES[argument]
    raise ValueError(f"any character can stand at the edge of this expression ({code})")
