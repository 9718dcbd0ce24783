"""The role classifier as a scikit-learn estimator: fit, predict and predict_proba on sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from cnfin.document import ROLES
from cnfin.roles.features import (
    BUCKETS,
    SHAPE_PARTS,
    SHAPES,
    Batch,
    Flags,
    Floats,
    Grams,
    Ints,
    cue_buckets,
    grams,
    sign_table,
    signs_of,
)
from cnfin.roles.inputs import LABELS, RoleInput
from cnfin.roles.neighbours import Neighbourhood, second_step, third_step
from cnfin.roles.nets import Nets
from cnfin.roles.scoring import Scorer, Scores, clause_views
from cnfin.roles.weights import ABOVE, BEFORE, COUNTS, SHAPE_SCALES, Matrix, coefficients_of, nothing, weights_of

#: Scale of what cue words of a class share.
CUES = 0.3
_SIZE = len(ROLES)
#: Of the dual problem, which has a variable a sentence and none a column: a quarter of the time, the same weights.
_TOLERANCE, _ROUNDS = 1e-2, 400
#: How many times as long as its first steps a whole training takes.
LATER_STEPS = 1.3


def as_inputs(sentences: Iterable[RoleInput | str]) -> list[RoleInput]:
    """Sentences alone become inputs without section and context."""
    return [RoleInput(each) if isinstance(each, str) else each for each in sentences]


def as_matrix(roles: Any) -> Flags:
    """Roles of sentences as a yes/no matrix, shape (sentences, roles); such a matrix is taken as it is."""
    if isinstance(roles, np.ndarray):
        return roles.astype(bool)
    return np.array([[role in each for role in ROLES] for each in roles], dtype=bool).reshape(-1, _SIZE)


class RoleFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Sentences → a sparse matrix: the sentence, the one before it, the headings, the spans.

    Args:
        cues: cue words and their classes.
        signs: signs and their kinds.
        min_count: n-grams in fewer strings than this are left out.
    """

    def __init__(
        self, cues: Sequence[tuple[str, str]] = (), signs: Sequence[tuple[str, str]] = (), min_count: int = 2
    ) -> None:
        self.cues = cues
        self.signs = signs
        self.min_count = min_count

    def fit(self, sentences: Sequence[RoleInput | str], y: Any = None) -> RoleFeatures:
        """Choose the n-grams to keep: cue words, and those of at least ``min_count`` sentences or headings."""
        batch = Batch(as_inputs(sentences))
        self.text_buckets_ = self._frequent(_gram_matrix(batch.strings)[0], batch.own)
        self.title_buckets_ = self._frequent(_gram_matrix(batch.titles)[0])
        self.sign_buckets_, self.sign_bits_ = sign_table(self.signs)
        return self

    def _frequent(self, matrix: sparse.csr_matrix, rows: Ints | None = None) -> npt.NDArray[np.int32]:
        matrix = matrix if rows is None else matrix[rows]
        known = np.asarray((matrix > 0).sum(axis=0)).ravel() >= self.min_count
        known[[bucket for _, bucket in cue_buckets(self.cues)] if self.cues else []] = True
        return np.flatnonzero(known).astype(np.int32)

    def transform(self, sentences: Sequence[RoleInput | str]) -> sparse.csr_matrix:
        """One row a sentence; blocks of columns: n-grams and shapes of it, of the one before, headings, labels."""
        batch = Batch(as_inputs(sentences))
        matrix, found = _gram_matrix(batch.strings)
        texts = sparse.hstack([matrix[:, self.text_buckets_], _shapes(batch, found)]).tocsr()
        titles = _gram_matrix(batch.titles)[0][:, self.title_buckets_]
        above = (_members(batch) @ titles).tocsr() * ABOVE
        labels = sparse.csr_matrix(batch.flags * COUNTS)
        blocks = [texts[batch.own], texts[batch.before] * BEFORE, above[batch.path], labels[batch.labels]]
        return sparse.hstack(blocks, dtype=np.float64).tocsr()

    def shared(self) -> sparse.csr_matrix:
        """Columns of :meth:`transform` → columns that the cue words of a class share."""
        kinds = sorted({kind for _, kind in self.cues})
        pairs = set(cue_buckets(self.cues)) if self.cues else set()
        blocks = []
        for buckets, others in self._blocks():
            place = {bucket: number for number, bucket in enumerate(buckets.tolist())}
            rows = [place[bucket] for _, bucket in sorted(pairs)] if len(buckets) else []
            columns = [kinds.index(kind) for kind, _ in sorted(pairs)] if len(buckets) else []
            shape = (len(buckets) + others, len(kinds))
            blocks.append(sparse.csr_matrix((np.full(len(rows), CUES), (rows, columns)), shape=shape))
        return sparse.block_diag(blocks).tocsr()

    def _blocks(self) -> list[tuple[npt.NDArray[np.int32], int]]:
        """Buckets of each block of columns, and the number of its other columns."""
        texts, titles, none = self.text_buckets_, self.title_buckets_, np.zeros(0, dtype=np.int32)
        return [(texts, SHAPES), (texts, SHAPES), (titles, 0), (none, len(LABELS))]

    @property
    def heading_columns(self) -> slice:
        """Where the n-grams of the headings stand among the columns of :meth:`transform`."""
        start = 2 * (len(self.text_buckets_) + SHAPES)
        return slice(start, start + len(self.title_buckets_))

    def clauses(self, batch: Batch) -> tuple[sparse.csr_matrix, Grams]:
        """n-grams of every clause of every string, one row a clause."""
        found = grams(batch.strings)
        return _matrix(found, found.clauses, found.clause_scales)[:, self.text_buckets_], found

    def traits(self, batch: Batch, found: Grams) -> Floats:
        """Each sentence's own form and signs."""
        table = np.zeros(BUCKETS, dtype=np.int64)
        table[self.sign_buckets_] = self.sign_bits_
        return batch.traits(found, signs_of(np.bitwise_or.reduce(table[found.buckets]), found.starts))

    def tails(self, found: Grams) -> sparse.csr_matrix:
        """n-grams of every string's tail, one row a string."""
        # Between one tail and the next lies the head of the next string; an empty tail has no n-grams.
        places = np.stack([found.starts, found.tails], axis=1).ravel()
        filled = np.stack([found.tails > found.starts, found.tails < np.append(found.starts[1:], found.size)], axis=1)
        scales = np.stack([np.zeros_like(found.tail_scales), found.tail_scales], axis=1)[filled]
        rows = _matrix(found, places[filled.ravel()], scales)[:, self.text_buckets_]
        number = np.cumsum(filled.ravel())[1::2] - 1
        kept = sparse.diags(filled[:, 1].astype(float))
        return (kept @ rows[number]).tocsr()


def _gram_matrix(strings: Sequence[str]) -> tuple[sparse.csr_matrix, Grams]:
    found = grams(strings)
    return _matrix(found, found.starts, found.scales), found


def _matrix(found: Grams, starts: Ints, scales: Floats) -> sparse.csr_matrix:
    """Scaled counts of n-grams in the stretches that begin at ``starts``."""
    orders, places = found.buckets.shape
    owner = np.repeat(np.arange(len(starts)), np.diff(starts, append=places))
    row, column = np.tile(owner, orders), found.buckets.ravel()
    return sparse.csr_matrix((scales[row].astype(np.float64), (row, column)), shape=(len(starts), BUCKETS))


def _shapes(batch: Batch, found: Grams) -> sparse.csr_matrix:
    size = len(batch.strings)
    starts = np.cumsum([0, *SHAPE_PARTS[:-1]])
    shapes = (batch.marks(), batch.announcements, found.ends, found.lengths, found.frees)
    columns = [start + numbers for start, numbers in zip(starts, shapes, strict=True)]
    rows = np.tile(np.arange(size), len(columns))
    places = np.concatenate(columns)
    return sparse.csr_matrix((SHAPE_SCALES[places], (rows, places)), shape=(size, SHAPES))


def _members(batch: Batch) -> sparse.csr_matrix:
    """Which headings each path has."""
    rows = [row for row, path in enumerate(batch.paths) for _ in path]
    columns = [title for path in batch.paths for title in path]
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(batch.paths), len(batch.titles)))


class RoleClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Yes or no for each role, in three steps: two of logistic regressions, one of small nets.

    The first step reads a sentence and each of its clauses, the second its score, those of its parts
    and those of its neighbours, the third all that, its clauses by themselves, its own form, and what
    the second said of it and of them. The later steps are fitted on what the earlier ones said of groups
    they had not seen, so probabilities are calibrated. Thresholds are the best for F1 in that
    cross-validation.

    Args:
        cues: cue words and their classes.
        signs: signs and their kinds.
        strength: inverse strength of regularisation of the first step (``C``); a third of it for clauses.
        min_count: n-grams in fewer sentences than this are left out.
        folds: folds of the inner cross-validation.
        rarity: how many times more sentences without a role a whole disclosure has than the
            training data; thresholds are chosen for that share.
        seed: of the solver.
    """

    def __init__(
        self,
        cues: Sequence[tuple[str, str]] = (),
        signs: Sequence[tuple[str, str]] = (),
        strength: float = 30.0,
        min_count: int = 2,
        folds: int = 5,
        rarity: float = 2.0,
        seed: int = 0,
    ) -> None:
        self.cues = cues
        self.signs = signs
        self.strength = strength
        self.min_count = min_count
        self.folds = folds
        self.rarity = rarity
        self.seed = seed

    def fit(
        self,
        sentences: Sequence[RoleInput | str],
        roles: Any,
        groups: Sequence[str] | None = None,
        sample_weight: Sequence[float] | None = None,
    ) -> RoleClassifier:
        """Learn from labelled sentences, in reading order within each group.

        Args:
            sentences: the sentences.
            roles: for each sentence its roles, or a yes/no matrix of shape (sentences, roles).
            groups: what must not be spread over folds (the document of each sentence); every
                sentence by itself when None.
            sample_weight: weight of each sentence.

        Raises:
            ValueError: a role that no sentence or that every sentence has.
        """
        inputs, wanted = as_inputs(sentences), as_matrix(roles)
        for role, column in zip(ROLES, wanted.T, strict=True):
            if column.all() or not column.any():
                raise ValueError(f"{role}: one class only")
        weight = np.ones(len(inputs)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        named = [str(number) for number in range(len(inputs))] if groups is None else list(groups)
        number = min(self.folds, len(set(named)))
        folds = list(GroupKFold(number).split(np.zeros(len(named)), groups=named))
        around, scores = Neighbourhood(Batch(inputs).follows), self._unseen_scores(inputs, wanted, weight, folds)
        self.classes_ = np.array(ROLES)
        near = second_step(scores, around)
        self.seconds_ = _calibrators(near, wanted, weight)
        far = third_step(_unseen(near, wanted, weight, folds), near, scores, around)
        self.nets_ = Nets(self.seed).fit(far, wanted, weight)
        chances = 1 / (1 + np.exp(-_unseen_by_nets(self.seed, far, wanted, weight, folds)))
        natural = np.where(wanted.any(axis=1), weight, weight * self.rarity)
        self.thresholds_ = np.array([best_threshold(*pair, natural) for pair in zip(wanted.T, chances.T, strict=True)])
        self.features_, self.scorers_, self.clause_scorers_ = self.first_step(inputs, wanted, weight)
        return self

    def first_step(
        self, inputs: list[RoleInput], wanted: Flags, weight: Matrix
    ) -> tuple[RoleFeatures, list[LogisticRegression], list[LogisticRegression]]:
        """Fit the n-grams' weights alone: features, a scorer of sentences a role, and one of clauses."""
        features = RoleFeatures(self.cues, self.signs, self.min_count).fit(inputs)
        matrix, shared = features.transform(inputs), features.shared()
        both = sparse.hstack([matrix, matrix @ shared]).tocsr()
        scorers = []
        for column in wanted.T:
            scorer = self._linear(self.strength).fit(both, column, weight)
            own, together = np.split(scorer.coef_[0], [matrix.shape[1]])
            scorer.coef_ = (own + shared @ together)[None]
            scorer.n_features_in_ = matrix.shape[1]
            scorers.append(scorer)
        clauses = self._clause_scorers(features, inputs, wanted, weight)
        # The numbers that plain arrays hold, so that both ways of scoring agree.
        weights = weights_of(features, scorers, clauses)
        for scorer, row in zip(scorers + clauses, coefficients_of(weights), strict=True):
            scorer.coef_ = row[None]
        return features, scorers, clauses

    def _clause_scorers(
        self, features: RoleFeatures, inputs: list[RoleInput], wanted: Flags, weight: Matrix
    ) -> list[LogisticRegression]:
        """A scorer of clauses a role: every clause is taken to have what its sentence has."""
        batch = Batch(inputs)
        rows, found = features.clauses(batch)
        first = found.first_clauses
        numbers = np.append(first[1:], rows.shape[0])[batch.own] - first[batch.own]
        sentence = np.repeat(np.arange(len(inputs)), numbers)
        clause = np.arange(len(sentence)) + np.repeat(first[batch.own] - np.cumsum(numbers) + numbers, numbers)
        # A part of the strength of sentences: clauses are short, and many of them do not say what their sentence says.
        scorer = self._linear(self.strength / 3)
        return [clone(scorer).fit(rows[clause], column[sentence], weight[sentence]) for column in wanted.T]

    def _linear(self, strength: float) -> LogisticRegression:
        return LogisticRegression(
            C=strength, solver="liblinear", dual=True, tol=_TOLERANCE, max_iter=_ROUNDS, random_state=self.seed
        )

    def _unseen_scores(
        self, inputs: list[RoleInput], wanted: Flags, weight: Matrix, folds: list[tuple[Ints, Ints]]
    ) -> Scores:
        """First-step scores of every sentence by a scorer that had not seen its group."""
        result = Scorer(nothing(self.signs)).score(Batch(inputs))
        for known, held in folds:
            learned = self.first_step([inputs[n] for n in known], wanted[known], weight[known])
            said = Scorer(weights_of(*learned)).score(Batch([inputs[n] for n in held]))
            for part in ("whole", "clauses", "tails", "lasts", "headings", "views"):
                getattr(result, part)[held] = getattr(said, part)
        return result

    def decision_function(self, sentences: Sequence[RoleInput | str]) -> Scores:
        """First-step scores of sentences."""
        batch = Batch(as_inputs(sentences))
        matrix = self.features_.transform(sentences)
        whole = np.column_stack([scorer.decision_function(matrix) for scorer in self.scorers_])
        titles = self.features_.heading_columns
        above = np.column_stack([matrix[:, titles] @ scorer.coef_[0, titles] for scorer in self.scorers_])
        rows, found = self.features_.clauses(batch)
        tails = np.column_stack(
            [self.features_.tails(found) @ scorer.coef_[0, : rows.shape[1]] for scorer in self.scorers_]
        )
        clauses = np.column_stack([rows @ scorer.coef_[0, : rows.shape[1]] for scorer in self.scorers_])
        best = np.maximum.reduceat(clauses, found.first_clauses, axis=0)[batch.own]
        marks, ends = batch.marks()[batch.own], found.ends[batch.before]
        last = clauses[np.append(found.first_clauses[1:], len(clauses)) - 1][batch.own]
        parts = (whole, best, tails[batch.own], last, above)
        own, clause, tail, last, above = (part.astype(np.float32) for part in parts)
        alone = np.column_stack([scorer.decision_function(rows) for scorer in self.clause_scorers_])
        views = clause_views(alone.astype(np.float32), found.first_clauses)[batch.own]
        return Scores(own, clause, tail, last, marks, ends, above, views, self.features_.traits(batch, found))

    def predict_proba(self, sentences: Sequence[RoleInput | str]) -> Matrix:
        """Probability of each role, shape (sentences, roles); sentences in reading order."""
        if not len(sentences):
            return np.zeros((0, _SIZE))
        around, scores = Neighbourhood(Batch(as_inputs(sentences)).follows), self.decision_function(sentences)
        near = second_step(scores, around)
        chances = np.column_stack([model.decision_function(near) for model in self.seconds_])
        far = third_step(chances.astype(np.float32), near, scores, around)
        return np.asarray(1 / (1 + np.exp(-self.nets_.decision_function(far))))

    def predict(self, sentences: Sequence[RoleInput | str]) -> Flags:
        """Yes or no for each role, shape (sentences, roles)."""
        return np.asarray(self.predict_proba(sentences) >= self.thresholds_)


def _calibrators(matrix: Floats, wanted: Flags, weight: Matrix) -> list[LogisticRegression]:
    # A solver that converges: where a quasi-Newton one stops depends on the last digits of its input.
    exact = matrix.astype(np.float64)
    return [LogisticRegression(solver="newton-cholesky", tol=1e-6).fit(exact, column, weight) for column in wanted.T]


def _unseen(matrix: Floats, wanted: Flags, weight: Matrix, folds: list[tuple[Ints, Ints]]) -> Floats:
    """Log odds of every sentence by models that had not seen its group."""
    result = np.zeros(wanted.shape, dtype=np.float32)
    for known, held in folds:
        models = _calibrators(matrix[known], wanted[known], weight[known])
        result[held] = np.column_stack([model.decision_function(matrix[held]) for model in models])
    return result


def _unseen_by_nets(seed: int, matrix: Floats, wanted: Flags, weight: Matrix, folds: list[tuple[Ints, Ints]]) -> Matrix:
    """Log odds of every sentence by nets that had not seen its group."""
    result = np.zeros(wanted.shape)
    for known, held in folds:
        result[held] = Nets(seed).fit(matrix[known], wanted[known], weight[known]).decision_function(matrix[held])
    return result


def best_threshold(wanted: Flags, chance: Floats, weight: Matrix) -> float:
    """The threshold of the highest F1: the middle of the best stretch of 0.20, 0.21 … 0.80."""
    steps = np.round(np.arange(0.20, 0.805, 0.01), 2)
    said = chance[:, None] >= steps
    true = (weight[:, None] * (said & wanted[:, None])).sum(axis=0)
    score = 2 * true / ((weight[:, None] * said).sum(axis=0) + (weight * wanted).sum())
    good = steps[score >= score.max() - 0.002]
    return float(np.round(np.median(good), 2))
