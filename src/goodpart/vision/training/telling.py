"""Whether a score tells more of parts than another one that it contains."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Scores = tuple[Sequence[float], Sequence[float]]


def told_beyond(known: Scores, added: Scores) -> float:
    """How many deviations from nothing it is what ``added`` tells of being bad beyond ``known``; 0 and up.

    Both are (good, bad) scores of the same parts in the same order, of models that have not seen them. The signed root
    of the likelihood ratio of two logistic regressions, with and without ``added``, neither with a negative weight
    (Hosmer, Lemeshow and Sturdivant, "Applied Logistic Regression", section 2.4). Where ``added`` tells nothing more of
    many parts, it lies above 2.33 one time in a hundred (Wilks 1938). The difference of the two areas under the curve
    is no test of that: it hardly ever finds what a score adds to one that it contains (Demler, Pencina and D'Agostino,
    "Misuse of DeLong test to compare AUCs for nested models", Statistics in Medicine 2012).
    """
    columns = np.stack([np.concatenate(scores) for scores in (known, added)], axis=1)
    columns = (columns - columns.mean(axis=0)) / (columns.std(axis=0) + 1e-9)
    is_bad = np.arange(len(columns)) >= len(known[0])
    ratio = 2 * (_log_likelihood(columns, is_bad) - _log_likelihood(columns[:, :1], is_bad))
    return float(np.sqrt(max(ratio, 0.0)))


def _log_likelihood(columns: NDArray[np.float64], is_bad: NDArray[np.bool_]) -> float:
    """The highest log-likelihood of the labels under a logistic regression on ``columns`` (n, inputs)."""
    sign = np.where(is_bad, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (columns @ parameters[:-1] + parameters[-1])
        slope = -sign / (1 + np.exp(np.clip(margin, -500, 500)))
        return float(np.logaddexp(0, -margin).sum()), np.append(columns.T @ slope, slope.sum())

    count = columns.shape[1]
    bounds = [(0.0, None)] * count + [(None, None)]
    return -float(minimize(loss, np.append(np.ones(count), 0.0), jac=True, method="L-BFGS-B", bounds=bounds).fun)
