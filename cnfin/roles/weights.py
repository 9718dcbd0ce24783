"""The first step's coefficients as plain arrays, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cnfin.document import ROLES
from cnfin.roles.features import SHAPE_PARTS, SHAPES, Floats, sign_table
from cnfin.roles.inputs import LABELS
from cnfin.roles.scoring import LARGEST, Weights

if TYPE_CHECKING:
    from cnfin.roles.classifier import RoleFeatures

#: Scale of the n-grams of the sentence before, and of the headings, beside the sentence's own.
BEFORE = 0.5
ABOVE = 0.2
#: Scale of shapes and labels.
COUNTS = 0.1
#: Scale of what a sentence calls its own content (整改措施：…): rarely said, and seldom wrong.
SAYS = 0.5
SHAPE_SCALES = np.repeat([COUNTS, SAYS, COUNTS, COUNTS, COUNTS], SHAPE_PARTS)
_SIZE = len(ROLES)
Matrix = npt.NDArray[np.float64]


def weights_of(
    features: RoleFeatures, scorers: Sequence[Any], clause_scorers: Sequence[Any]
) -> Weights:
    """The first step's coefficients as plain arrays, one column a role."""
    texts, titles = len(features.text_buckets_), len(features.title_buckets_)
    ends = np.cumsum([texts, SHAPES, texts, SHAPES, titles])
    coefficients = np.column_stack([scorer.coef_[0] for scorer in scorers])
    own, shapes, before, shapes_before, above, labels = np.split(coefficients, ends)
    clauses = np.column_stack([scorer.coef_[0] for scorer in clause_scorers])
    text_grams, text_steps = _whole_numbers(np.hstack([own, before * BEFORE, clauses]))
    title_grams, title_steps = _whole_numbers(above * ABOVE)
    return Weights(
        text_buckets=features.text_buckets_,
        text_grams=text_grams,
        text_steps=text_steps,
        text_shapes=(np.hstack([shapes, shapes_before * BEFORE]) * SHAPE_SCALES[:, None]).astype(np.float32),
        title_buckets=features.title_buckets_,
        title_grams=title_grams,
        title_steps=title_steps,
        labels=labels.astype(np.float32) * np.float32(COUNTS),
        bias=np.array([scorer.intercept_[0] for scorer in scorers], dtype=np.float32),
        clause_bias=np.array([scorer.intercept_[0] for scorer in clause_scorers], dtype=np.float32),
        sign_buckets=features.sign_buckets_,
        sign_bits=features.sign_bits_,
    )


def coefficients_of(weights: Weights) -> list[Matrix]:
    """The coefficients that :func:`weights_of` would make these weights of, a row a role: of sentences, of clauses."""
    text = (weights.text_grams * weights.text_steps).astype(np.float64)
    shapes = weights.text_shapes.astype(np.float64) / SHAPE_SCALES[:, None]
    title = (weights.title_grams * weights.title_steps).astype(np.float64) / ABOVE
    own, before, clauses = np.split(text, 3, axis=1)
    parts = [own, shapes[:, :_SIZE], before / BEFORE, shapes[:, _SIZE:] / BEFORE]
    rows = np.vstack([*parts, title, weights.labels.astype(np.float64) / COUNTS]).T.copy()
    return [*rows, *clauses.T.copy()]


def _whole_numbers(weights: Matrix) -> tuple[npt.NDArray[np.int16], Floats]:
    """Each column as whole numbers of up to LARGEST, and what one of them is worth."""
    steps = (np.abs(weights).max(axis=0, initial=1e-9) / LARGEST).astype(np.float32)
    return np.rint(weights / steps).astype(np.int16), steps


def nothing(signs: Sequence[tuple[str, str]]) -> Weights:
    """Weights that say nothing of any sentence but what signs it has."""
    none, shapes = np.zeros(0, dtype=np.int32), np.zeros((SHAPES, 2 * _SIZE), dtype=np.float32)
    text, title = np.zeros((0, 3 * _SIZE), dtype=np.int16), np.zeros((0, _SIZE), dtype=np.int16)
    labels, ones = np.zeros((len(LABELS), _SIZE), dtype=np.float32), np.ones(3 * _SIZE, dtype=np.float32)
    bias = np.zeros(_SIZE, dtype=np.float32)
    return Weights(
        none, text, ones, shapes, none, title, ones[:_SIZE], labels, bias, bias, *sign_table(signs)
    )
