"""Which sentences of unlabelled documents are most worth labelling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from cnfin.document import Role
from cnfin.roles.data import Example
from cnfin.roles.features import grams
from cnfin.roles.inputs import RoleInput
from cnfin.roles.model import RoleModel

Strategy = Literal["uncertain", "diverse", "random"]
#: For ``diverse``: so many times the wanted number of uncertain sentences are looked at.
POOL = 8
_DIMENSIONS = 512


def sample(
    examples: Sequence[Example],
    inputs: Sequence[RoleInput],
    model: RoleModel,
    number: int,
    strategy: Strategy = "uncertain",
    seed: int = 0,
) -> list[Example]:
    """Choose sentences to label.

    Args:
        examples: sentences of documents, in reading order; their roles are not looked at.
        inputs: what the model is given for each.
        model: judges how uncertain a sentence is.
        number: how many to choose, fewer where there are not so many different ones.
        strategy: ``uncertain`` takes those nearest to a threshold; ``diverse`` spreads the choice
            over sentences that differ, among the uncertain ones; ``random`` draws any, for a test set.
        seed: of ``random``.

    Returns:
        The chosen sentences in reading order, with the roles that the model would give, marked as predicted.
    """
    first: dict[str, int] = {}
    for place, example in enumerate(examples):
        first.setdefault(example.text, place)
    places = np.fromiter(first.values(), dtype=np.int64, count=len(first))
    if strategy == "random":
        order = np.random.default_rng(seed).permutation(places)
    else:
        order = places[np.argsort(-uncertainty(model, inputs)[places], kind="stable")]
    if strategy == "diverse":
        pool = order[: POOL * number]
        order = pool[_spread([examples[place].text for place in pool], number)]
    said = model.predict(inputs)
    chosen = sorted(order[:number].tolist())
    return [_with_roles(examples[place], said[place][0]) for place in chosen]


def uncertainty(model: RoleModel, inputs: Sequence[RoleInput]) -> npt.NDArray[np.float64]:
    """How near the most doubtful role of each sentence is to its threshold: 1 on it, 0 at certainty."""
    chances = model.probabilities(inputs).astype(np.float64)
    thresholds = np.asarray(model.arrays["thresholds"], dtype=np.float64)
    reach = np.where(chances < thresholds, thresholds, 1 - thresholds)
    nearness = 1 - np.abs(chances - thresholds) / reach
    result: npt.NDArray[np.float64] = nearness.max(axis=1) if len(chances) else np.zeros(0)
    return result


def _spread(texts: Sequence[str], number: int) -> list[int]:
    """Farthest first: each next sentence is the one least like those already chosen."""
    if not texts:
        return []
    vectors = _vectors(texts)
    chosen = [0]
    likeness = vectors @ vectors[0]
    while len(chosen) < min(number, len(texts)):
        likeness[chosen] = np.inf
        chosen.append(int(np.argmin(likeness)))
        likeness = np.maximum(likeness, vectors @ vectors[chosen[-1]])
    return chosen


def _vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """n-grams of 2 and 3 characters folded into a few dimensions, of length one."""
    found = grams(texts)
    vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
    owner = np.repeat(np.arange(len(texts)), np.diff(found.starts, append=found.buckets.shape[1]))
    for buckets in found.buckets[1:3]:
        np.add.at(vectors, (owner, buckets % _DIMENSIONS), 1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
    return vectors


def _with_roles(example: Example, roles: tuple[Role, ...]) -> Example:
    return msgspec.structs.replace(example, roles=roles, predicted=True)
