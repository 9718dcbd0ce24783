"""Training: labelled sentences → a model with its card."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from cnfin.document import ROLES
from cnfin.roles.classifier import LATER_STEPS, RoleClassifier, as_matrix
from cnfin.roles.data import (
    Example,
    cue_words,
    groups_of,
    inputs_of,
    parse_examples,
    sign_words,
    write_examples,
)
from cnfin.roles.evaluation import Report, cores, cross_validate
from cnfin.roles.model import FORMAT, model_data, save_model

Progress = Callable[[str], None]
#: Names of the groups of sentences that :func:`train_model` scores apart.
OWN, BUILT_IN = "your sentences", "built-in sentences"
#: Models that training fits: one a round of the cross-validation, and the one that is kept.
_ROUNDS = 5


def fit(
    examples: Sequence[Example],
    *,
    weights: Sequence[float] | None = None,
    groups: Sequence[str] | None = None,
    cues: Sequence[tuple[str, str]] | None = None,
    signs: Sequence[tuple[str, str]] | None = None,
) -> RoleClassifier:
    """A classifier trained on ``examples``.

    Args:
        examples: labelled sentences, in reading order within a document.
        weights: weight of each, 1 when None.
        groups: what the inner cross-validation keeps together; the documents when None.
        cues: cue words and classes; those of the lexicon when None.
        signs: signs and kinds; those of the lexicon when None.
    """
    classifier = RoleClassifier(cue_words() if cues is None else cues, sign_words() if signs is None else signs)
    inputs = inputs_of(examples)
    wanted = [example.roles for example in examples]
    # Sums of one thread come in one order: the same corpus gives the same model on any number of cores.
    with threadpool_limits(1):
        return classifier.fit(inputs, wanted, groups_of(examples) if groups is None else groups, weights)


def seconds_for(examples: Sequence[Example]) -> float:
    """About how many seconds :func:`train_model` will take on the cores there are, from one first step timed here."""
    inputs, wanted = inputs_of(examples), as_matrix([example.roles for example in examples])
    began = time.perf_counter()
    with threadpool_limits(1):
        classifier = RoleClassifier(cue_words(), sign_words())
        classifier.first_step(inputs, wanted, np.ones(len(inputs)))
    one = time.perf_counter() - began
    rounds = -(-_ROUNDS // min(cores(), _ROUNDS)) + 1
    return one * rounds * (classifier.folds + 1) * LATER_STEPS


def card_of(examples: Sequence[Example], scores: dict[str, Any], day: date | None = None) -> dict[str, Any]:
    """The model card: data, provinces, scores, date and versions."""
    provinces = Counter(example.province or "?" for example in examples)
    return {
        "format": FORMAT,
        "what": "sentence roles of budget and final-accounts disclosures: 原因说明, 问题, 改进措施",
        "date": (day or date.today()).isoformat(),
        "data": {
            "sentences": len(examples),
            "documents": len({example.source for example in examples}),
            "roles": {role: sum(role in example.roles for example in examples) for role in ROLES},
            "provinces": dict(sorted(provinces.items())),
            "years": sorted({example.year for example in examples if example.year}),
            "sha256": sha256(repr(list(examples)).encode()).hexdigest(),
        },
        "scores": scores,
        "versions": {name: _version(name) for name in ("cnfin", "scikit-learn", "numpy", "skops")}
        | {"role_cues": sha256(repr(sign_words()).encode()).hexdigest()[:12]},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"


def builtin_examples() -> list[Example]:
    """The labelled sentences that the shipped model was trained on; it carries them along.

    Raises:
        ModelError: there is no shipped model.
    """
    return parse_examples([(f"built-in:{number}", line) for number, line in enumerate(model_data().splitlines(), 1)])


def train_model(
    path: str | os.PathLike[str],
    examples: Sequence[Example],
    *,
    weights: Sequence[float] | None = None,
    day: date | None = None,
    own: Sequence[bool] | None = None,
    carry: bool = False,
    progress: Progress = lambda step: None,
) -> Report:
    """Cross-validate, train on everything and write the model file.

    Args:
        path: the model file to write; it appears only when it is complete.
        examples: labelled sentences.
        weights: weight of each, 1 when None.
        day: date of the card, today when None.
        own: which of them are the user's, to be scored apart; none where None.
        carry: whether the file carries the sentences along.
        progress: told of every step.

    Returns:
        Scores from cross-validation grouped by document, and those of the user's own sentences as a group.
    """
    by = None if own is None else [OWN if each else BUILT_IN for each in own]
    scores = cross_validate(examples, weights=weights, by=by, progress=progress)
    progress("training on everything")
    classifier = fit(examples, weights=weights)
    data = write_examples(examples) if carry else None
    save_model(path, classifier, card_of(examples, scores.to_dict(), day), data)
    return scores
