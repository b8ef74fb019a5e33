"""Drift: do the parts of today look, on the whole, as the training parts did?

One strange part is a verdict; many slightly strange ones are a worn tool, another batch of material or a slow change
of the light. Two figures of every part are followed against their distribution over training parts that the model had
not seen, each as a logarithm in robust deviations of those:

    score       the model's score, as a share of ``good_below``
    distance    how far the part's pooled features (``embedding`` of the network) lie from those of training parts,
                after probabilistic PCA (Tipping and Bishop, J. Royal Stat. Soc. B 61, 1999)

Of each, two numbers are kept over about the last hundred parts:

    shift       exponentially weighted moving average (Roberts, Technometrics 1, 1959): 0 as in training, 1 one
                deviation stranger. Every part counts with four deviations at most, so defects alone move little
    psi         population stability index over five bins of equal share in training (Yurdakul and Naranjo,
                J. Risk Model Validation 14, 2020): 0 as in training, 1 about what a shift of one deviation gives. It
                also sees parts that come in two kinds, whose average stays

Scores count only while more of them are high than in training: the finished model knows all training parts, so new
good parts score a little lower than the cross-fitted ones did. Distances count to both sides: a picture that comes
again and again is as wrong as a strange one. A limit is at least 1; a sample of few training parts does not support
less than what `Stream.shift_limit` and `Stream.psi_limit` say. The state is constant in size, plain data, and depends
on the parts alone: a station that starts again goes on where it was.
"""

from collections.abc import Sequence
from math import isfinite, log, pi, sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.errors import PackageError
from goodpart.vision.spread import middle_and_spread

WINDOW = 100
"""Parts over which the averages are taken, about."""
LEAST_PARTS = 2
_FRESH = 2 / (WINDOW + 1)
_EFFECTIVE = 2 / _FRESH - 1
"""Independent parts that an average with these weights is worth."""
_BINS = 5
_MOST_DEVIATIONS = 4.0
_SHIFT_QUANTILE = 4.5
_PSI_QUANTILE = 33.4
"""Chi-squared with four degrees of freedom lies below this but once in a million."""
_LEAST_LIMIT = 1.0
_CLOSES_AT = 0.7
_LEAST_VALUE = 1e-9
_LEAST_DEVIATION = 0.02
_MOST_AXES = 16
_FOLDS = 10


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """The distribution of the logarithm of one figure over ``parts`` training parts; ``edges`` part it into bins."""

    parts: int
    middle: float
    spread: float
    edges: tuple[float, ...]

    def __post_init__(self) -> None:
        numbers = (self.middle, self.spread, *self.edges)
        if not all(map(isfinite, numbers)) or self.spread <= 0 or self.parts < 1:
            raise ValueError("a distribution has parts, a finite middle and a spread above zero")
        if len(self.edges) != _BINS - 1 or list(self.edges) != sorted(self.edges):
            raise ValueError(f"a distribution has {_BINS - 1} edges in order")

    @property
    def shift_limit(self) -> float:
        """Beyond this the average has left what training parts let expect.

        4.5 deviations of an average over the window, but not less than one deviation of a part. The error of the
        training's own middle is included (Jensen et al., J. Quality Technology 38, 2006), as that of a median, whose
        variance is π/2 times that of a mean; and that of its spread, about as Student's distribution has it.
        """
        error = sqrt(1 / _EFFECTIVE + pi / 2 / self.parts)
        return max(_LEAST_LIMIT, _SHIFT_QUANTILE * error * (1 + 5 / self.parts))

    @property
    def psi_limit(self) -> float:
        """The same for the index, which on a stable line is distributed as (1/n + 1/m) χ²: n training, m live parts."""
        return max(_LEAST_LIMIT, _PSI_QUANTILE * (1 / _EFFECTIVE + 1 / self.parts))


class Embeddings(msgspec.Struct, frozen=True, kw_only=True):
    """Where good parts lie among the network's pooled features.

    All are float32, little-endian: ``mean`` (size,), ``axes`` (k, size), the principal directions each divided by its
    deviation. ``rest`` is the variance in every other direction.
    """

    size: int
    mean: bytes
    axes: bytes
    rest: float

    def __post_init__(self) -> None:
        if self.size < 1 or len(self.mean) != 4 * self.size or len(self.axes) % (4 * self.size):
            raise ValueError("the mean and axes of embeddings are of their size")
        if not (isfinite(self.rest) and self.rest > 0) or not np.isfinite(_floats(self.mean + self.axes)).all():
            raise ValueError("embeddings are finite, their variance above zero")


class DriftReference(msgspec.Struct, frozen=True, kw_only=True):
    """What a package knows of its training parts. ``distances`` and ``embeddings`` are there together or not at all."""

    scores: Stream
    distances: Stream | None = None
    embeddings: Embeddings | None = None

    def __post_init__(self) -> None:
        if (self.distances is None) != (self.embeddings is None):
            raise ValueError("distances have embeddings to be measured from")


class StreamState(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of one figure: its average, the share of every bin, and ``open`` while beyond limits."""

    shift: float = 0.0
    shares: tuple[float, ...] = (1 / _BINS,) * _BINS
    open: bool = False

    def __post_init__(self) -> None:
        if len(self.shares) != _BINS or not all(isfinite(one) and one >= 0 for one in (abs(self.shift), *self.shares)):
            raise ValueError("a drift state is finite, with a share for every bin")


class DriftState(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a stream of parts. The empty state is that of a line on which nothing drifts."""

    parts: int = 0
    score: StreamState = StreamState()
    distance: StreamState = StreamState()


class DriftLevels(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers to show and to alarm on. Those of the distance are None where the package knows no embeddings."""

    parts: int
    score_shift: float
    score_psi: float
    distance_shift: float | None
    distance_psi: float | None
    alarm: str | None
    """A sentence where the line has drifted; it stays until the numbers are well back."""


class DistanceMeter:
    """Measures embeddings against those of the training parts."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._mean = _floats(embeddings.mean)
        self._axes = _floats(embeddings.axes).reshape(-1, embeddings.size)
        self._rest = embeddings.rest

    def distance(self, embedding: NDArray[np.float32] | None) -> float:
        """Mahalanobis distance per direction of an embedding (1, size): about 1 for parts as in training.

        Raises `PackageError` where the network gives none of that size.
        """
        if embedding is None or embedding.shape != (1, self._mean.size):
            given = "none" if embedding is None else f"one of {embedding.size} numbers"
            raise PackageError(
                f"The package describes embeddings of {self._mean.size} numbers, its network gives {given}.",
                "Train the model again; go back to the previous one meanwhile.",
            )
        centred = np.asarray(embedding[0], np.float64) - self._mean
        whitened = self._axes @ centred
        # The axes are orthogonal, each of length 1 / deviation.
        along = np.square(whitened / np.maximum(np.square(self._axes).sum(axis=1), 1e-30) ** 0.5).sum()
        rest = max(float(centred @ centred - along), 0.0) / self._rest
        return float(np.sqrt((np.square(whitened).sum() + rest) / centred.size))


def fit_drift(
    score_shares: Sequence[float], embeddings: NDArray[np.float32] | None, *, seed: int = 0
) -> DriftReference | None:
    """Learn the reference from cross-fitted scores as shares of ``good_below``, and embeddings (parts, size).

    None with fewer than two parts. Distances are cross-fitted too: each part's from parts without it.
    """
    if len(score_shares) < LEAST_PARTS:
        return None
    scores = _stream(np.asarray(score_shares, np.float64))
    if embeddings is None or len(embeddings) < LEAST_PARTS:
        return DriftReference(scores=scores)
    fold_of = np.random.default_rng([seed, 7]).permutation(len(embeddings)) % min(_FOLDS, len(embeddings))
    distances = np.empty(len(embeddings))
    for fold in range(int(fold_of.max()) + 1):
        meter = DistanceMeter(_fit_embeddings(embeddings[fold_of != fold]))
        for index in np.flatnonzero(fold_of == fold).tolist():
            distances[index] = meter.distance(embeddings[index : index + 1])
    return DriftReference(scores=scores, distances=_stream(distances), embeddings=_fit_embeddings(embeddings))


def follow(state: DriftState, reference: DriftReference, score_share: float, distance: float | None) -> DriftState:
    """The state after one more part: its score as a share of ``good_below``, and its distance where one is known."""
    score = _followed(state.score, reference.scores, score_share, rising_only=True)
    moved = state.distance
    if reference.distances is not None and distance is not None:
        moved = _followed(moved, reference.distances, distance)
    return DriftState(parts=state.parts + 1, score=score, distance=moved)


def levels_of(state: DriftState, reference: DriftReference) -> DriftLevels:
    """What the state says."""
    sentences = []
    if state.score.open:
        sentences.append(f"their scores lie {_said(state.score)} those of the training parts")
    if state.distance.open:
        sentences.append(f"their features lie {_said(state.distance)} those of the training parts")
    known = reference.distances is not None
    return DriftLevels(
        parts=state.parts,
        score_shift=state.score.shift,
        score_psi=_psi(state.score.shares),
        distance_shift=state.distance.shift if known else None,
        distance_psi=_psi(state.distance.shares) if known else None,
        alarm=f"The last {WINDOW} parts look different: {' and '.join(sentences)}. Compare them with the training "
        "parts; if they are good, add some of them and train again."
        if sentences
        else None,
    )


def _followed(state: StreamState, stream: Stream, value: float, *, rising_only: bool = False) -> StreamState:
    number = log(max(value, _LEAST_VALUE)) if isfinite(value) else stream.middle + _MOST_DEVIATIONS * stream.spread
    deviation = (number - stream.middle) / stream.spread
    deviation = min(max(deviation, -_MOST_DEVIATIONS), _MOST_DEVIATIONS)
    shift = state.shift + _FRESH * (deviation - state.shift)
    place = int(np.searchsorted(stream.edges, number, side="right"))
    shares = tuple(share + _FRESH * ((index == place) - share) for index, share in enumerate(state.shares))
    reached = max(abs(shift) / stream.shift_limit, _psi(shares) / stream.psi_limit)
    if rising_only and shares[-1] <= 1 / _BINS:
        reached = 0.0
    return StreamState(shift=shift, shares=shares, open=reached >= (_CLOSES_AT if state.open else 1.0))


def _psi(shares: Sequence[float]) -> float:
    """Against equal shares; a bin is never taken for emptier than one part in the window makes it."""
    floor = 1 / WINDOW
    kept = [max(share, floor) for share in shares]
    return sum((share - 1 / _BINS) * log(share * _BINS) for share in kept)


def _said(state: StreamState) -> str:
    return f"{abs(state.shift):.1f} deviations {'above' if state.shift >= 0 else 'below'}"


def _stream(values: NDArray[np.float64]) -> Stream:
    logs = np.log(np.maximum(values, _LEAST_VALUE))
    middle, spread = middle_and_spread(logs)
    edges = np.quantile(logs, np.arange(1, _BINS) / _BINS)
    return Stream(
        parts=len(logs), middle=middle, spread=max(spread, _LEAST_DEVIATION), edges=tuple(map(float, np.sort(edges)))
    )


def _fit_embeddings(sample: NDArray[np.float32]) -> Embeddings:
    """Probabilistic PCA with at most a third as many axes as parts: more would follow chance."""
    values = sample.astype(np.float64)
    mean = values.mean(axis=0)
    _, sizes, directions = np.linalg.svd(values - mean, full_matrices=False)
    variances = np.square(sizes) / max(len(values) - 1, 1)
    kept = int(min(_MOST_AXES, len(values) // 3, values.shape[1] - 1, (variances > 1e-12).sum()))
    left = float(variances[kept:].sum()) / max(values.shape[1] - kept, 1)
    rest = max(left, 1e-3 * float(variances.sum()) / values.shape[1], 1e-9)
    axes = directions[:kept] / np.sqrt(np.maximum(variances[:kept], rest))[:, None]
    return Embeddings(
        size=values.shape[1], mean=mean.astype("<f4").tobytes(), axes=axes.astype("<f4").tobytes(), rest=rest
    )


def _floats(content: bytes) -> NDArray[np.float64]:
    return np.frombuffer(content, "<f4").astype(np.float64)
