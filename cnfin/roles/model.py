"""The role model on disk and at work: one zip file, no pickle, prediction without scikit-learn.

The file holds ``card.json`` (what it was trained on, scores, versions), the plain arrays of prediction
(``arrays/*.npy``), the fitted estimator without them (``estimator.skops``), and in the
shipped model the sentences it was trained on (``data.jsonl``); prediction opens neither of the last
two. Nothing in the file is executed: arrays are read without pickle, and skops refuses types that
are not named here.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import msgspec
import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from cnfin.document import ROLES, Role
from cnfin.errors import UsageError
from cnfin.roles.features import BUCKETS, SHAPES, SIGNS, Batch, sign_table
from cnfin.roles.inputs import LABELS, RoleInput
from cnfin.roles.neighbours import Neighbourhood, second_columns, second_step, third_columns, third_step
from cnfin.roles.scoring import LARGEST, Scorer, Weights

if TYPE_CHECKING:
    from cnfin.roles.classifier import RoleClassifier

#: Version of the file's layout and of the features; a model of another one is refused.
FORMAT = 4
#: Types of the estimator file beside those that skops trusts by itself.
TRUSTED = [f"cnfin.roles.{name}" for name in ("classifier.RoleClassifier", "classifier.RoleFeatures", "nets.Nets")]
#: A file that unpacks to more than this is no model.
UNPACKED = 1 << 27
#: No weight of a model that was trained comes near it, and no sum of such weights overflows.
_LARGEST_NUMBER = 1e6
_LARGEST_BITS = 2**SIGNS - 1
_SHIPPED = Path(__file__).with_name("roles.model")
_ARRAYS = (*Weights.__struct_fields__, "second", "second_bias", "net", "net_bias", "third", "third_bias", "thresholds")
_DATE = (1980, 1, 1, 0, 0, 0)

_BITS = 1 << np.arange(len(ROLES))
# The roles of every combination of yes and no, by the bits of those that are yes.
_COMBINED: list[tuple[Role, ...]] = [
    tuple(role for place, role in enumerate(ROLES) if bits >> place & 1) for bits in range(1 << len(ROLES))
]

Result = tuple[tuple[Role, ...], dict[str, float]]


@cache
def _threads() -> ThreadpoolController:
    """The libraries of linear algebra that are loaded; looking for them takes longer than a document."""
    return ThreadpoolController()


class _Data(TypedDict, total=False):
    sentences: int
    documents: int
    years: list[int]
    provinces: dict[str, int]
    roles: dict[str, int]


class _Scores(TypedDict, total=False):
    roles: dict[str, dict[str, float | None]]


class _Card(TypedDict, total=False):
    """What of a card is read; it may say more."""

    what: str
    date: str
    versions: dict[str, str]
    data: _Data
    scores: _Scores


class ModelError(UsageError):
    """A file that is no role model, or one that this version cannot use."""


class RoleModel:
    """A trained role model.

    Args:
        arrays: the weights, by the names of :class:`~cnfin.roles.scoring.Weights`, those of the second
            step (columns × roles), of the third step's nets (columns × units, units × roles), their
            biases, and ``thresholds`` (roles).
        card: what is known of the model.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], card: Mapping[str, Any]) -> None:
        self.arrays = dict(arrays)
        self.card = dict(card)

    def __reduce__(self) -> tuple[Any, ...]:
        return (RoleModel, (self.arrays, self.card))

    @property
    def weights(self) -> Weights:
        """The weights of the first step."""
        return Weights(**{name: self.arrays[name] for name in Weights.__struct_fields__})

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self.weights)

    def probabilities(self, inputs: Sequence[RoleInput]) -> npt.NDArray[np.float32]:
        """Probability of each role, shape (sentences, roles).

        Args:
            inputs: sentences in reading order; neighbours are read too.
        """
        if not inputs:
            return np.zeros((0, len(ROLES)), dtype=np.float32)
        # Products of a document's size are too small for several threads, which would only burn a core each.
        with _threads().limit(limits=1, user_api="blas"):
            return self._chances(Batch(inputs))

    def _chances(self, batch: Batch) -> npt.NDArray[np.float32]:
        scores = self._scorer.score(batch)
        around = Neighbourhood(batch.follows)
        arrays, read = self.arrays, second_step(scores, around)
        near = read @ arrays["second"] + arrays["second_bias"]
        hidden = np.tanh(third_step(near, read, scores, around) @ arrays["net"] + arrays["net_bias"])
        far = hidden @ arrays["third"] + arrays["third_bias"]
        chances: npt.NDArray[np.float32] = 1 / (1 + np.exp(-far))
        return chances

    def predict(self, inputs: Sequence[RoleInput]) -> list[Result]:
        """Roles and the probability of each role, rounded to two digits, for every sentence.

        Args:
            inputs: sentences in reading order; neighbours are read too.
        """
        chances = self.probabilities(inputs)
        said = ((chances >= self.arrays["thresholds"]) @ _BITS).tolist()
        scores = np.round(chances.T.astype(np.float64), 2).tolist()
        first, second, third = ROLES
        return [(_COMBINED[bits], {first: a, second: b, third: c}) for bits, a, b, c in zip(said, *scores, strict=True)]


def from_classifier(classifier: RoleClassifier, card: Mapping[str, Any]) -> RoleModel:
    """The plain arrays of a fitted classifier as a model."""
    from cnfin.roles.weights import weights_of

    weights = weights_of(classifier.features_, classifier.scorers_, classifier.clause_scorers_)
    arrays = {name: getattr(weights, name) for name in Weights.__struct_fields__}
    arrays["second"] = np.column_stack([model.coef_[0] for model in classifier.seconds_]).astype(np.float32)
    arrays["second_bias"] = np.array([model.intercept_[0] for model in classifier.seconds_], dtype=np.float32)
    arrays |= {name: array.astype(np.float32) for name, array in classifier.nets_.arrays().items()}
    arrays["thresholds"] = np.asarray(classifier.thresholds_)
    return RoleModel(arrays, card)


def save_model(
    path: str | os.PathLike[str], classifier: RoleClassifier, card: Mapping[str, Any], data: str | None = None
) -> RoleModel:
    """Write a fitted classifier as a model file, all of it or nothing.

    Args:
        path: the file; it appears only when it is complete. A device is written directly, a link stays.
        classifier: the fitted estimator.
        card: what is known of the model.
        data: labelled sentences (JSON Lines) to carry along, so that others can train further.

    Returns:
        The model as :func:`load_model` would give it.
    """
    from cnfin.batch.outputs import output

    model = from_classifier(classifier, card)
    whole = _packed(model, classifier, data)
    with output(os.fspath(path)) as stream:
        stream.write(whole)
    return model


def _packed(model: RoleModel, classifier: RoleClassifier, data: str | None) -> bytes:
    """The bytes of a model file."""
    import skops.io

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "card.json", json.dumps(model.card, ensure_ascii=False, indent=1).encode())
        for name in _ARRAYS:
            array = io.BytesIO()
            np.save(array, model.arrays[name], allow_pickle=False)
            _add(archive, f"arrays/{name}.npy", array.getvalue())
        _add(archive, "estimator.skops", skops.io.dumps(_lean(classifier)))
        if data is not None:
            _add(archive, "data.jsonl", data.encode())
    return stream.getvalue()


def _lean(classifier: RoleClassifier) -> RoleClassifier:
    """The estimator without what the arrays of the first step hold already."""
    lean = deepcopy(classifier)
    for scorer in lean.scorers_ + lean.clause_scorers_:
        scorer.coef_ = scorer.coef_[:, :0]
    for net in lean.nets_.nets_:
        net._optimizer = None  # it would only serve to go on with training
    lean.features_.sign_buckets_, lean.features_.sign_bits_ = sign_table(())
    lean.features_.text_buckets_ = lean.features_.title_buckets_ = lean.features_.text_buckets_[:0]
    return lean


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def load_model(path: str | os.PathLike[str] | None = None) -> RoleModel:
    """Open a model file, the shipped one when ``path`` is None.

    Raises:
        ModelError: the file is missing, cut short, no model, or of another version of cnfin.
    """
    source = _SHIPPED if path is None else Path(path)
    with _opened(source) as archive:
        card = _card(archive, source)
        with _reading(source, "damaged role model"):
            arrays = {name: _array(archive, name) for name in _ARRAYS}
    model = RoleModel(arrays, card)
    _check_shapes(model, source)
    _check_numbers(model, source)
    return model


def load_classifier(path: str | os.PathLike[str] | None = None) -> RoleClassifier:
    """The fitted estimator of a model file, for training further and for measuring.

    Raises:
        ModelError: as :func:`load_model`, where it was trained with another minor version of scikit-learn,
            and where the file holds types that a model has no use for.
    """
    import skops.io

    from cnfin.roles.weights import coefficients_of

    model = load_model(path)
    weights = model.weights
    source = _SHIPPED if path is None else Path(path)
    _check_version(model.card, source)
    with _opened(source) as archive, _reading(source, "damaged role model"):
        data = archive.read("estimator.skops")
        unknown = set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED)
        if unknown:
            raise ModelError(f"{source}: role model with unknown types: {', '.join(sorted(unknown))}")
        classifier: RoleClassifier = skops.io.loads(data, trusted=TRUSTED)
        classifier.features_.text_buckets_ = weights.text_buckets
        classifier.features_.title_buckets_ = weights.title_buckets
        classifier.features_.sign_buckets_, classifier.features_.sign_bits_ = weights.sign_buckets, weights.sign_bits
        scorers = classifier.scorers_ + classifier.clause_scorers_
        for scorer, row in zip(scorers, coefficients_of(weights), strict=True):
            scorer.coef_ = row[None]
    return classifier


def model_data(path: str | os.PathLike[str] | None = None) -> str:
    """The labelled sentences that a model file carries along, the shipped one when ``path`` is None.

    Raises:
        ModelError: as :func:`load_model`, and where the file carries none.
    """
    source = _SHIPPED if path is None else Path(path)
    with _opened(source) as archive, _reading(source, "the role model carries no labelled sentences"):
        return archive.read("data.jsonl").decode()


@contextmanager
def _reading(source: Path, wrong: str) -> Iterator[None]:
    """Whatever a damaged file makes zipfile, numpy and skops raise becomes one line."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        reason = " ".join(f"{type(error).__name__} {error}".split())[:200]
        raise ModelError(f"{source}: {wrong} ({reason})") from None


def _opened(source: Path) -> zipfile.ZipFile:
    if not source.exists():
        raise ModelError(f"{source}: no such role model")
    if not source.is_file():  # a pipe would be waited for, a device has no end
        raise ModelError(f"{source}: not a role model: no regular file")
    with _reading(source, "not a role model, or cut short"):
        archive = zipfile.ZipFile(source)
    if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
        archive.close()
        raise ModelError(f"{source}: not a role model: it unpacks to more than {UNPACKED >> 20} MB")
    return archive


def _card(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    with _reading(source, "not a role model"):
        card = dict(json.loads(archive.read("card.json")))
        written = card["format"]
    if written != FORMAT:
        raise ModelError(f"{source}: role model of format {written}, this version reads format {FORMAT}")
    with _reading(source, "damaged role model: its card"):
        msgspec.convert(card, type=_Card, strict=False)
    return card


def _check_version(card: Mapping[str, Any], source: Path) -> None:
    """Refuse an estimator of another minor version of scikit-learn, which does not promise to read it."""
    from importlib.metadata import version

    trained_with, here = str(dict(card.get("versions") or {}).get("scikit-learn")), version("scikit-learn")
    if trained_with.split(".")[:2] != here.split(".")[:2]:
        raise ModelError(
            f"{source}: the estimator was trained with scikit-learn {trained_with}, here is {here}: "
            "train it again (cnfin roles train); for prediction alone the model works as it is"
        )


def _array(archive: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.load(io.BytesIO(archive.read(f"arrays/{name}.npy")), allow_pickle=False)
    return array


def _check_shapes(model: RoleModel, source: Path) -> None:
    """Refuse arrays that do not fit together before they are used as table look-ups."""
    arrays, size = model.arrays, len(ROLES)
    texts, titles, units = arrays["text_buckets"].size, arrays["title_buckets"].size, arrays["net_bias"].size
    wanted: dict[str, tuple[str, tuple[int, ...]]] = {
        "text_buckets": ("int32", (texts,)),
        "text_grams": ("int16", (texts, 3 * size)),
        "text_steps": ("float32", (3 * size,)),
        "text_shapes": ("float32", (SHAPES, 2 * size)),
        "title_buckets": ("int32", (titles,)),
        "title_grams": ("int16", (titles, size)),
        "title_steps": ("float32", (size,)),
        "labels": ("float32", (len(LABELS), size)),
        "bias": ("float32", (size,)),
        "clause_bias": ("float32", (size,)),
        "sign_buckets": ("int32", (arrays["sign_buckets"].size,)),
        "sign_bits": ("uint32", (arrays["sign_buckets"].size,)),
        "second": ("float32", (second_columns(size), size)),
        "second_bias": ("float32", (size,)),
        "net": ("float32", (third_columns(size), units)),
        "net_bias": ("float32", (units,)),
        "third": ("float32", (units, size)),
        "third_bias": ("float32", (size,)),
        "thresholds": ("float64", (size,)),
    }
    for name, (kind, shape) in wanted.items():
        array = arrays[name]
        if array.dtype.name != kind or array.shape != shape:
            found = f"{array.dtype} {array.shape}"
            raise ModelError(f"{source}: damaged role model ({name} is {found}, not {kind} {shape})")


def _check_numbers(model: RoleModel, source: Path) -> None:
    """Refuse buckets outside the table or out of order, and weights that would overflow the sums."""
    arrays = model.arrays
    for name, array in arrays.items():
        if name.endswith("_buckets"):
            sound = not array.size or (array[0] >= 0 and array[-1] < BUCKETS and bool((np.diff(array) > 0).all()))
        else:  # comparisons with what is no number are false
            largest = LARGEST if name.endswith("_grams") else _LARGEST_BITS if name == "sign_bits" else _LARGEST_NUMBER
            sound = bool(((array >= -largest) & (array <= largest)).all())
        if not sound:
            raise ModelError(f"{source}: damaged role model ({name})")
