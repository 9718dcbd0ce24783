"""The third step's nets: a few small ones, each from another start, whose log odds are averaged."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from cnfin.roles.features import Flags, Floats

#: So many nets, whose log odds are averaged, of so many hidden units each.
NETS, HIDDEN = 5, 24
Matrix = npt.NDArray[np.float64]
#: So many rounds over the data, not until nothing changes any more: nets that go on learn the sentences by heart.
ROUNDS = 18
#: Strength of regularisation; first step of learning; sentences a step.
_ALPHA, _STEP, _BATCH = 0.3, 3e-3, 128


class Nets(BaseEstimator):
    """Columns of the third step → log odds of each role.

    Args:
        seed: of the first net; the others have the next numbers.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, matrix: Floats, wanted: Flags, weight: Matrix) -> Nets:
        """Learn from sentences with weights."""
        self.scaler_ = StandardScaler().fit(matrix.astype(np.float64))
        scaled, truth = self.scaler_.transform(matrix.astype(np.float64)), wanted.astype(int)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it stops when ROUNDS are over, as it should
            self.nets_ = [self._net(number).fit(scaled, truth, sample_weight=weight) for number in range(NETS)]
        return self

    def _net(self, number: int) -> MLPClassifier:
        return MLPClassifier(
            (HIDDEN,),
            activation="tanh",
            alpha=_ALPHA,
            learning_rate_init=_STEP,
            batch_size=_BATCH,
            max_iter=ROUNDS,
            random_state=self.seed + number,
        )

    def arrays(self) -> dict[str, Matrix]:
        """All nets as one with the scaling inside: ``net``, ``net_bias``, ``third``, ``third_bias``."""
        first = np.hstack([net.coefs_[0] for net in self.nets_]) / self.scaler_.scale_[:, None]
        bias = np.concatenate([net.intercepts_[0] for net in self.nets_]) - self.scaler_.mean_ @ first
        last = np.vstack([net.coefs_[1] for net in self.nets_]) / NETS
        return {
            "net": first,
            "net_bias": bias,
            "third": last,
            "third_bias": np.mean([net.intercepts_[1] for net in self.nets_], axis=0),
        }

    def decision_function(self, matrix: Floats) -> Matrix:
        """Log odds of each role."""
        arrays = self.arrays()
        hidden = np.tanh(matrix.astype(np.float64) @ arrays["net"] + arrays["net_bias"])
        odds: Matrix = hidden @ arrays["third"] + arrays["third_bias"]
        return odds
