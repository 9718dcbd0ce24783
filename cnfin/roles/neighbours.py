"""The second and third step: a sentence's scores beside those of its clauses and of the sentences around it.

An item of a list (二是完善制度；) takes its role from the lead-in two sentences above, and a plain
sentence in the middle of a paragraph of measures from those before it. The second step reads scores
of the first: the sentence's own, the highest of its clauses, those of the sentences around it. The
third reads all that, what the second said of the same sentences, and so sees further than its
neighbours, what each clause says by itself, and the sentence's own form and signs; it is a small
net, since a list mark, a heading and the score above say more together than each for itself. It also
turns scores into calibrated probabilities.
"""

from __future__ import annotations

import numpy as np

from cnfin.roles.features import SHAPE_PARTS, TRAITS, Flags, Floats
from cnfin.roles.scoring import Scores

#: Score that stands for a sentence that is not there.
ABSENT = -4.0
#: How much of a high score further above is lost with every sentence.
FADING = 0.7
_CLIP = 8.0
_COLON, _SEMICOLON = 1, 2
_LATER_ITEM = 2
_MARKS, _ENDS = SHAPE_PARTS[0], SHAPE_PARTS[2]


def second_columns(roles: int) -> int:
    """Number of columns of :func:`second_step` for so many roles."""
    return 14 * roles + 5


def third_columns(roles: int) -> int:
    """Number of columns of :func:`third_step` for so many roles."""
    return second_columns(roles) + 13 * roles + _MARKS + _ENDS + TRAITS


class Neighbourhood:
    """Which sentences stand around each, in reading order.

    Args:
        follows: whether a sentence stands in one stretch with the one before it.
    """

    def __init__(self, follows: Flags) -> None:
        size = len(follows)
        place = np.arange(size)
        # The place past the last stands for a sentence that is not there.
        self._before = np.where(follows, place - 1, size)
        self._second = np.full(size, size)
        self._second[1:] = np.where(follows[1:], self._before[:-1], size)
        self._after = np.full(size, size)
        self._after[:-1] = np.where(follows[1:], place[1:], size)
        self._second_after = np.full(size, size)
        self._second_after[:-1] = np.where(follows[1:], self._after[1:], size)
        #: Whether each sentence is the first of its stretch, as 0 or 1.
        self.first = (~follows).astype(np.float32)[:, None]
        self._starts = np.flatnonzero(~follows)
        self._stretch = np.cumsum(~follows) - 1
        self._lengths = np.diff(self._starts, append=size).astype(np.float32)[:, None]
        # A later stretch outbids every earlier one, so the running maximum starts anew with it.
        self._rise = (place * FADING + 1e3 * self._stretch)[:, None]

    def of(self, scores: Floats) -> list[Floats]:
        """The scores of the sentence, the one before, the second before, the one after, the best above, the mean."""
        padded = np.full((len(scores) + 1, scores.shape[1]), ABSENT, dtype=np.float32)
        own = padded[:-1]
        np.clip(scores, -_CLIP, _CLIP, out=own)
        highest = padded.copy()
        highest[:-1] = np.maximum(np.maximum.accumulate(own + self._rise) - self._rise - FADING, ABSENT)
        mean = np.add.reduceat(own, self._starts) / self._lengths
        around = [padded[places] for places in (self._before, self._second, self._after)]
        return [own, *around, highest[self._before], mean[self._stretch]]

    def second_after(self, scores: Floats) -> Floats:
        """The scores of the second sentence after each."""
        padded = np.full((len(scores) + 1, scores.shape[1]), ABSENT, dtype=np.float32)
        np.clip(scores, -_CLIP, _CLIP, out=padded[:-1])
        found: Floats = padded[self._second_after]
        return found


def second_step(scores: Scores, around: Neighbourhood) -> Floats:
    """What the second step reads, shape (sentences, columns)."""
    near = around.of(scores.whole)
    flags = np.empty((len(scores.marks), 4), dtype=np.float32)
    flags[:, 0] = scores.marks == _LATER_ITEM
    flags[:, 1] = scores.marks > 0
    flags[:, 2] = scores.ends == _COLON
    flags[:, 3] = scores.ends == _SEMICOLON
    by_flag = [near[1] * flags[:, [column]] for column in (0, 1, 3)]
    opening = _opening(scores, around)
    parts = [np.clip(part, -_CLIP, _CLIP) for part in (scores.clauses, scores.tails, scores.lasts)]
    return np.concatenate([*near, *parts, 3 * flags, *by_flag, scores.headings, *opening], axis=1)


def third_step(chances: Floats, read: Floats, scores: Scores, around: Neighbourhood) -> Floats:
    """What the third step reads, shape (sentences, columns).

    Args:
        chances: what the second step said, as log odds, shape (sentences, roles).
        read: what the second step read.
        scores: of the first step.
        around: which sentences stand around each.
    """
    near = around.of(chances)
    later = (scores.marks == _LATER_ITEM).astype(np.float32)[:, None]
    by_mark = [near[1] * later, near[2] * later]
    after = around.second_after(scores.whole)
    marks, ends = np.eye(_MARKS, dtype=np.float32)[scores.marks], np.eye(_ENDS, dtype=np.float32)[scores.ends]
    return np.concatenate([*near, *by_mark, after, marks, ends, scores.views, scores.traits, read], axis=1)


def _opening(scores: Scores, around: Neighbourhood) -> list[Floats]:
    """What stands for the missing sentence before the first of a stretch: the headings above it."""
    return [3 * around.first, scores.headings * around.first]
