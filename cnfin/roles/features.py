"""Sentences → numbers: hashed character n-grams, list marks, headings and spans.

The same arrays serve training (as a sparse matrix) and prediction (weights are looked up and
summed by numpy, without scikit-learn). All strings of a document are worked on in one array of
code points, and its n-grams are looked up in one table, so the cost is a few look-ups a character.

Features of a string (a sentence, the sentence before it, or a heading):

* character n-grams of 1 to 4 characters, digits folded to one, blanks dropped, marks at both
  ends; counts divided by the square root of the length;
* cue words (``lexicons/role_cues.tsv``): those of a class share a weight, beside the weight of each;
* signs (``lexicons/role_signs.tsv`` and the cue words again): whether it has words of each kind, for the
  last step alone;
* its list mark (一是, 二是 …, （1）, 1., 一、, ①), whether it calls its own content a reason, a problem or a
  measure (整改措施：…), how it ends, its length, and how long its longest clause without a figure is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cnfin.roles.inputs import LABELS, RoleInput
from cnfin.roles.marks import announced, list_mark

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: n-grams of up to so many characters.
LONGEST = 4
#: Number of buckets that n-grams are hashed to, a power of two.
BUCKETS = 1 << 18
#: A string is read up to so many characters.
READ = 1000

_SHIFT = np.uint32(32 - BUCKETS.bit_length() + 1)
_MULTIPLIER = np.uint32(0x9E3779B1)
_MIX = np.uint32(0x85EBCA6B)
_EDGE, _DROP, _DIGIT, _POINT, _COMMA, _CELL = 1, 0, ord("0"), ord("."), ord(","), ord("|")
# So many marks keep every n-gram within its string.
_PADDING = LONGEST - 1
_EDGES = chr(_EDGE) * _PADDING

_MARK_STARTS = frozenset("其首再最同一二三四五六七八九十（(0123456789 \t\u3000①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_MARKS = 7
_ANNOUNCEMENTS = 8
_ENDS = 5
#: Kinds of signs that a model can tell apart.
SIGNS = 32
_LENGTHS = np.array([6, 12, 20, 32, 48, 72], dtype=np.int64)
# A reason needs room: where every clause holds a figure, the sentence only states figures.
_FREES = np.array([3, 7, 12], dtype=np.int64)
#: Numbers of list marks, announcements, ends, lengths and clauses without figures: a string's shape, in this order.
SHAPE_PARTS = (_MARKS, _ANNOUNCEMENTS, _ENDS, len(_LENGTHS) + 1, len(_FREES) + 1)
SHAPES = sum(SHAPE_PARTS)
#: Columns of a sentence's own form: how it ends, length, clauses without figures, announcements, signs, labels.
TRAITS = _ENDS + len(_LENGTHS) + 1 + len(_FREES) + 1 + 3 + len(LABELS) + SIGNS


@cache
def _fold_table() -> npt.NDArray[np.uint32]:
    """Code point → what n-grams see: digits are one, blanks go, full-width forms are half-width."""
    table = np.arange(0x10000, dtype=np.uint32)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F, dtype=np.uint32)
    table[[ord(c) for c in "0123456789０１２３４５６７８９"]] = _DIGIT
    table[[0, _EDGE, 10, 13, 32, 0xA0, 0x3000, 0x200B, 0xFEFF]] = _DROP
    table[9] = _CELL
    return table


@cache
def _end_table() -> npt.NDArray[np.int8]:
    """Last character → how a string ends: 1 a colon, 2 a semicolon, 3 a full stop, 4 a comma, 0 otherwise."""
    table = np.zeros(0x10000, dtype=np.int8)
    for number, ends in enumerate((":：", ";；", ".。", ",，"), 1):
        table[[ord(c) for c in ends]] = number
    return table


class Grams(NamedTuple):
    """The n-grams of a batch of strings.

    Attributes:
        buckets: for n = 1 … LONGEST the bucket of the n-gram that starts at each place, shape (n, places).
        starts: place where each string starts, its leading marks included.
        clauses: places where a clause starts, the strings' starts among them.
        scales: for each string one over the square root of its length.
        clause_scales: the same for each clause.
        tails: for each string the place where its tail begins, the clauses behind its last figure:
            …减少0.60万元，下降3%，主要是厉行节约；the string's end where it closes with a figure.
        tail_scales: for each tail one over the square root of its length.
        ends: for each string how it ends, a number below 5.
        lengths: for each string how long it is, a number below 7.
        frees: for each string how long its longest clause without a figure is, a number below 4.
    """

    buckets: Ints
    starts: Ints
    clauses: Ints
    scales: Floats
    clause_scales: Floats
    tails: Ints
    tail_scales: Floats
    ends: Ints
    lengths: Ints
    frees: Ints

    @property
    def size(self) -> int:
        """The number of places."""
        return int(self.buckets.shape[1])

    @property
    def first_clauses(self) -> Ints:
        """The number of each string's first clause."""
        return np.searchsorted(self.clauses, self.starts)


def grams(strings: Sequence[str]) -> Grams:
    """The n-grams of each string."""
    lengths = list(map(len, strings))
    if max(lengths) > READ:
        strings = [each[:READ] for each in strings]
        lengths = list(map(len, strings))
    joined = _EDGES.join(["", *strings, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded = _fold_table()[np.minimum(codes, 0xFFFF)]
    edge = np.cumsum(np.array([0, *lengths], dtype=np.int64) + _PADDING)
    for back in range(1, _PADDING + 1):
        folded[edge - back] = _EDGE
    digit = folded == _DIGIT
    number = digit | (folded == _POINT) | (folded == _COMMA)
    keep = folded != _DROP
    # Of a number one digit stays: what follows a digit, or goes on after one, is dropped.
    keep[1:] &= ~(number[1:] & (digit[:-1] | number[:-1]))
    chars = folded[keep]
    starts = np.flatnonzero(chars == _EDGE)[::_PADDING]
    starts, places = starts[:-1], int(starts[-1])
    opens = np.zeros(places, dtype=bool)
    opens[1:] = (chars == _COMMA)[: places - 1]
    opens[1:] |= ((chars == 0x3A) | (chars == 0x3B) | (chars == _CELL))[: places - 1]
    opens[starts] = True
    clauses = np.flatnonzero(opens)
    past = np.append(starts[1:], places)
    scales = (1.0 / np.sqrt(past - starts - 2.0)).astype(np.float32)
    steps = np.searchsorted(_LENGTHS, np.diff(edge) - _PADDING)
    sizes = np.diff(clauses, append=places)
    firsts = np.searchsorted(clauses, starts)
    figures = np.add.reduceat((chars == _DIGIT)[:places].astype(np.int64), clauses)
    tails = _tails(clauses, starts, firsts, figures, places)
    frees = sizes * (figures == 0)
    frees[firsts] -= _PADDING
    frees = np.searchsorted(_FREES, np.maximum.reduceat(frees, firsts))
    clause_scales = (1.0 / np.sqrt(sizes + 1.0)).astype(np.float32)
    ends = _end_table()[chars[past - 1]]
    tail_scales = (1.0 / np.sqrt(past - tails + 1.0)).astype(np.float32)
    buckets = _buckets(chars, places)
    return Grams(buckets, starts, clauses, scales, clause_scales, tails, tail_scales, ends, steps, frees)


def _tails(clauses: Ints, starts: Ints, firsts: Ints, figures: Ints, places: int) -> Ints:
    """Where the clauses behind each string's last figure begin: its start without a figure."""
    number = np.arange(len(clauses))
    last = np.maximum.reduceat(np.where(figures > 0, number, -1), firsts)
    behind = np.append(clauses, places)[np.maximum(last, firsts - 1) + 1]
    ends: Ints = np.append(starts[1:], places)
    tails: Ints = np.minimum(behind, ends)
    return tails


def _buckets(chars: npt.NDArray[np.uint32], places: int) -> Ints:
    """Buckets of the n-grams that start at each place."""
    result = np.empty((LONGEST, places), dtype=np.int64)
    value = chars * _MULTIPLIER
    result[0] = ((value * _MIX) >> _SHIFT)[:places]
    for n in range(1, LONGEST):
        value = (value[:-1] ^ (value[:-1] >> np.uint32(15))) * _MULTIPLIER + chars[n:]
        result[n] = (((value ^ (value >> np.uint32(13))) * _MIX) >> _SHIFT)[:places]
    return result


def cue_buckets(cues: Sequence[tuple[str, str]]) -> list[tuple[str, int]]:
    """The class and the bucket of each cue word; one longer than an n-gram is known by its beginning."""
    found = grams([cue for cue, _ in cues])
    return [
        (kind, int(found.buckets[min(len(cue), LONGEST) - 1][start + _PADDING]))
        for (cue, kind), start in zip(cues, found.starts.tolist(), strict=True)
    ]


def sign_table(signs: Sequence[tuple[str, str]]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint32]]:
    """Buckets of signs, in order, and for each a bit for every kind of sign it stands for.

    Raises:
        ValueError: more than SIGNS kinds.
    """
    kinds = {kind: number for number, kind in enumerate(sorted({kind for _, kind in signs}))}
    if len(kinds) > SIGNS:
        raise ValueError(f"{len(kinds)} kinds of signs, at most {SIGNS} are told apart")
    bits: dict[int, int] = {}
    for kind, bucket in cue_buckets(signs) if signs else []:
        bits[bucket] = bits.get(bucket, 0) | 1 << kinds[kind]
    buckets = sorted(bits)
    return np.array(buckets, dtype=np.int32), np.array([bits[each] for each in buckets], dtype=np.uint32)


def signs_of(bits: Ints, starts: Ints) -> Floats:
    """Which kinds of signs each string has, as 0 or 1, shape (strings, SIGNS).

    Args:
        bits: of the kinds at each place.
        starts: place where each string starts.
    """
    found = np.bitwise_or.reduceat(bits, starts).astype("<u4")
    return np.unpackbits(found.view(np.uint8), bitorder="little").reshape(-1, SIGNS).astype(np.float32)


class Batch:
    """Sentences of documents made ready: every string, heading and set of labels once.

    Attributes:
        strings: the different sentences and contexts; the empty string is the first.
        own, before: which string is each sentence, and the sentence before it.
        follows: whether the sentence before stands just above in the batch.
        titles: the different headings; the empty one is the first.
        paths: the numbers of the headings of each different section path.
        path: which path each sentence has.
        flags: labels of spans of each different set of labels, shape (sets, labels).
        labels: which set each sentence has.
    """

    def __init__(self, inputs: Sequence[RoleInput]) -> None:
        strings: dict[str, int] = {"": 0}
        paths: dict[tuple[str, ...], int] = {}
        sets: dict[frozenset[str], int] = {}
        own, before, path, labels = [], [], [], []
        last, number = "", 0
        for text, section, context, found in inputs:
            before.append(number if context is last else strings.setdefault(context, len(strings)))
            own.append(number := strings.setdefault(text, len(strings)))
            path.append(paths.setdefault(section, len(paths)))
            labels.append(sets.setdefault(found, len(sets)))
            last = text
        self.strings = list(strings)
        self.own, self.before = np.array(own, dtype=np.int64), np.array(before, dtype=np.int64)
        self.path, self.labels = np.array(path, dtype=np.int64), np.array(labels, dtype=np.int64)
        titles: dict[str, int] = {"": 0}
        self.paths = [[0, *(titles.setdefault(title, len(titles)) for title in each)] for each in paths]
        self.titles = list(titles)
        self.flags = np.array([[label in each for label in LABELS] for each in sets], dtype=np.float32)
        self.follows = np.zeros(len(own), dtype=bool)
        self.follows[1:] = (self.before[1:] == self.own[:-1]) & (self.before[1:] > 0)

    def traits(self, found: Grams, signs: Floats) -> Floats:
        """What is known of each sentence's own form, shape (sentences, TRAITS).

        Args:
            found: n-grams of strings that begin with those of the batch.
            signs: of each string.
        """
        size = len(self.strings)
        said = self.announcements[:, None] >> np.arange(3) & 1
        shapes = (found.ends[:size], found.lengths[:size], found.frees[:size])
        numbers = (_ENDS, len(_LENGTHS) + 1, len(_FREES) + 1)
        parts = [np.eye(number, dtype=np.float32)[each] for number, each in zip(numbers, shapes, strict=True)]
        own = np.concatenate([*parts, said.astype(np.float32), signs], axis=1)[self.own]
        return np.concatenate([own, self.flags[self.labels]], axis=1)

    def marks(self) -> Ints:
        """List mark of each string."""
        return np.array([list_mark(each) if each[:1] in _MARK_STARTS else 0 for each in self.strings], dtype=np.int64)

    @cached_property
    def announcements(self) -> Ints:
        """What each string calls its own content."""
        said = [announced(each) if "：" in each or ":" in each else 0 for each in self.strings]
        return np.array(said, dtype=np.int64)
