"""First step of prediction with numpy alone: weights of n-grams are looked up and summed.

Weights of n-grams are small whole numbers. The three roles' weights of a bucket lie beside each
other in one 64-bit number, so that one look-up and one addition serve all of them: as long as no
sum leaves its 21 bits (``READ`` characters × 4 n-grams × ``LARGEST`` < 2²⁰), the lanes do not mix.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from cnfin.document import ROLES
from cnfin.roles.features import BUCKETS, SHAPE_PARTS, Batch, Floats, Ints, grams, signs_of

#: Largest weight of an n-gram as a whole number.
LARGEST = 255
_SIZE = len(ROLES)
_LANE = 21
_HALF = 1 << (_LANE - 1)
#: Scores of clauses count up to so much; chances of a role below so much all count alike.
_BOUND, _LEAST = 8.0, 1e-3


class Weights(msgspec.Struct, frozen=True):
    """What the first step has learned, as plain arrays.

    Attributes:
        text_buckets: n-gram buckets that have a weight in sentences and contexts.
        text_grams: their weights as whole numbers, shape (buckets, 3 × roles): in the sentence, in
            the one before it, in a clause.
        text_steps: what one of these numbers is worth, shape (3 × roles,).
        text_shapes: weights of list marks, ends and lengths, shape (columns, 2 × roles).
        title_buckets, title_grams, title_steps: the same for headings, shapes (…, roles).
        labels: weights of span labels, shape (labels, roles).
        bias: shape (roles,).
        clause_bias: the same for clauses.
        sign_buckets, sign_bits: buckets of signs, and the kinds of each as bits.
    """

    text_buckets: npt.NDArray[np.int32]
    text_grams: npt.NDArray[np.int16]
    text_steps: Floats
    text_shapes: Floats
    title_buckets: npt.NDArray[np.int32]
    title_grams: npt.NDArray[np.int16]
    title_steps: Floats
    labels: Floats
    bias: Floats
    clause_bias: Floats
    sign_buckets: npt.NDArray[np.int32]
    sign_bits: npt.NDArray[np.uint32]


class Scores(NamedTuple):
    """What the first step says of sentences.

    Attributes:
        whole: score of each sentence and role.
        clauses: the highest score of one of its clauses.
        tails: the score of the clauses behind its last figure.
        lasts: the score of its last clause: what came of it, or why.
        marks: its list mark.
        ends: how the sentence before it ends, 0 where there is none.
        headings: the part of its score that the headings above give.
        views: what is said of its clauses, each read by itself: the highest, the last and the first, and
            how many speak of the role, as a logarithm; shape (sentences, 4 × roles).
        traits: its own form and signs, shape (sentences, TRAITS).
    """

    whole: Floats
    clauses: Floats
    tails: Floats
    lasts: Floats
    marks: Ints
    ends: Ints
    headings: Floats
    views: Floats
    traits: Floats


class Scorer:
    """Scores sentences by linear weights.

    Args:
        weights: the learned weights.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    @cached_property
    def _texts(self) -> Ints:
        """For each bucket its packed weights in a sentence, in the one before and in a clause, and its signs.

        They lie beside each other, so that an n-gram waits for memory once and not four times.
        """
        weights = self.weights
        table = np.zeros((BUCKETS, 4), dtype=np.int64)
        for column, grams_of in enumerate(np.split(weights.text_grams, 3, axis=1)):
            table[:, column] = _packed(weights.text_buckets, grams_of)
        table[weights.sign_buckets, 3] = weights.sign_bits
        return table

    @cached_property
    def _titles(self) -> Ints:
        return _packed(self.weights.title_buckets, self.weights.title_grams)

    @cached_property
    def _shapes(self) -> Floats:
        """What the parts of a shape are worth together, one axis a part, the last 2 × roles."""
        parts = np.split(self.weights.text_shapes, np.cumsum(SHAPE_PARTS[:-1]))
        together: Floats = np.zeros((1,) * len(parts) + (2 * _SIZE,), dtype=np.float32)
        for axis, part in enumerate(parts):
            together = together + part.reshape(*(-1 if at == axis else 1 for at in range(len(parts))), 2 * _SIZE)
        return together

    def score(self, batch: Batch) -> Scores:
        """Scores of the sentences of a batch."""
        weights, size = self.weights, len(batch.strings)
        steps_here, steps_there, steps_clause = np.split(weights.text_steps, 3)
        found = grams(batch.strings + batch.titles)
        scales = found.scales[:, None]
        # Strings and headings lie in one array; each is looked up in its own tables.
        past = found.starts[size]
        starts, first_clauses, buckets = found.starts[:size], found.first_clauses, found.buckets[:, :past]
        first, clauses = first_clauses[:size], found.clauses[: first_clauses[size]]
        here, there, clause, signs = _looked_up(self._texts, buckets).T
        sums = np.add.reduceat(here, clauses)
        tails = tail_sums(here, starts, found.tails[:size])
        tail = _unpacked(tails) * found.tail_scales[:size, None] * steps_here
        text = _unpacked(np.add.reduceat(sums, first)) * scales[:size] * steps_here
        by_clause = _unpacked(sums) * found.clause_scales[: len(sums), None]
        best = np.maximum.reduceat(by_clause, first) * steps_here
        last = by_clause[np.append(first[1:], len(sums)) - 1] * steps_here
        alone = _unpacked(np.add.reduceat(clause, clauses)) * steps_clause
        views = clause_views(alone * found.clause_scales[: len(sums), None] + weights.clause_bias, first)
        traits = batch.traits(found, signs_of(signs, starts))
        context = _unpacked(np.add.reduceat(there, starts)) * scales[:size] * steps_there
        sums = np.add.reduceat(_added(self._titles, found.buckets[:, past:]), found.starts[size:] - past)
        titles = _unpacked(sums) * scales[size:] * weights.title_steps

        marks, ends = batch.marks(), found.ends[:size]
        shapes = self._shapes[marks, batch.announcements, ends, found.lengths[:size], found.frees[:size]]
        text += shapes[:, :_SIZE]
        context += shapes[:, _SIZE:]
        whole = text[batch.own] + context[batch.before] + weights.bias
        members = np.array([title for path in batch.paths for title in path])
        path_starts = np.cumsum([0, *map(len, batch.paths[:-1])])
        headings = np.add.reduceat(titles[members], path_starts)[batch.path]
        whole += headings
        whole += (batch.flags @ weights.labels)[batch.labels]
        own = batch.own
        return Scores(
            whole, best[own], tail[own], last[own], marks[own], ends[batch.before], headings, views[own], traits
        )


def clause_views(scores: Floats, first: Ints) -> Floats:
    """What the scores of clauses say of each string: highest, last, first, and how many, shape (strings, 4 × roles).

    Args:
        scores: of each clause, shape (clauses, roles).
        first: the number of each string's first clause.
    """
    bounded = np.clip(scores, -_BOUND, _BOUND)
    highest = np.maximum.reduceat(bounded, first)
    last = bounded[np.append(first[1:], len(bounded)) - 1]
    many = np.log(np.add.reduceat(1 / (1 + np.exp(-bounded)), first) + _LEAST)
    return np.concatenate([highest, last, bounded[first], many], axis=1).astype(np.float32)


def tail_sums(values: Any, starts: Ints, tails: Ints) -> Any:
    """Sums of values from where each string's tail begins to the string's end, 0 for an empty tail."""
    sums = np.append(np.zeros_like(values[:1]), np.cumsum(values, axis=0), axis=0)
    return sums[np.append(starts[1:], len(values))] - sums[tails]


def _packed(buckets: npt.NDArray[np.int32], weights: npt.NDArray[np.int16]) -> Ints:
    table = np.zeros(BUCKETS, dtype=np.int64)
    wide = weights.astype(np.int64)
    table[buckets] = sum(wide[:, lane] << (_LANE * lane) for lane in range(_SIZE))
    return table


def _unpacked(sums: Ints) -> Floats:
    result = np.empty((len(sums), _SIZE), dtype=np.float32)
    for lane in range(_SIZE):
        low = ((sums + _HALF) & (2 * _HALF - 1)) - _HALF
        result[:, lane] = low
        sums = (sums - low) >> _LANE
    return result


def _looked_up(table: Ints, buckets: Ints) -> Ints:
    """Sums of the weights of all n-grams that start at each place, and their signs, shape (places, 4)."""
    total: Ints = table.take(buckets[0], axis=0)
    signs = total[:, 3].copy()
    for longer in buckets[1:]:
        more = table.take(longer, axis=0)
        total += more  # all columns at once, which is quicker than three of them
        signs |= more[:, 3]
    total[:, 3] = signs
    return total


def _added(table: Ints, buckets: Ints) -> Ints:
    """Sum of the weights of all n-grams that start at each place."""
    total: Ints = table[buckets[0]]
    for longer in buckets[1:]:
        total += table[longer]
    return total
