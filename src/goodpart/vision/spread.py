"""What is usual, from a few parts: a middle and a spread that a few strange ones among them do not move."""

import numpy as np
from numpy.typing import NDArray

_MAD_TO_DEVIATION = 1.4826
_QUANTILES_APART = 3.29
"""The 5 % and the 95 % quantile of a normal distribution are so many deviations apart."""


def middle_and_spread(values: NDArray[np.float64]) -> tuple[float, float]:
    """The median of at least one value, and a robust standard deviation.

    The deviation is the larger of two estimates: the scaled median absolute deviation (Rousseeuw and Croux, JASA 88,
    1993), and the distance of the outer quantiles. The second one counts where parts come in two kinds, as from two
    cavities, of which one is the majority: then the first sees that kind alone.
    """
    middle = float(np.median(values))
    deviation = _MAD_TO_DEVIATION * float(np.median(np.abs(values - middle)))
    low, high = np.quantile(values, (0.05, 0.95))
    return middle, max(deviation, float(high - low) / _QUANTILES_APART)
