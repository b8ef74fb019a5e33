"""Which combination is chosen: what defects show beyond chance, else what the number of parts suggests."""

import numpy as np
import pytest

from goodpart.vision.detector.combination import top_count
from goodpart.vision.framing import Framing
from goodpart.vision.training.crossfit import LEAST_FOR_GAUSSIAN, CrossFit, Maps, choose, usual_weight
from goodpart.vision.view import View


def maps(count: int, rng: np.random.Generator, *, bank: float = 0.0, gaussian: float = 0.0) -> list[Maps]:
    """``count`` pairs of noisy maps; a bump of the given heights is the defect."""
    pairs = []
    for _ in range(count):
        fine = rng.normal(1.0, 0.1, (16, 16)).astype(np.float32)
        coarse = rng.normal(1.0, 0.1, (8, 8)).astype(np.float32)
        fine[6:10, 6:10] += np.float32(bank)
        coarse[3:5, 3:5] += np.float32(gaussian)
        pairs.append((fine, coarse))
    return pairs


def cross_fitted(good: list[Maps]) -> CrossFit:
    return CrossFit(good, 1.0, 1.0, top_count(256), Framing(View()))


@pytest.mark.parametrize(("parts", "weight"), [(12, 0.0), (60, 0.25), (200, 0.5)])
def test_where_defects_tell_nothing_the_number_of_parts_decides(parts: int, weight: float) -> None:
    rng = np.random.default_rng(parts)
    fit = cross_fitted(maps(parts, rng))
    ranked = choose(fit, maps(60, rng, bank=9.0, gaussian=9.0))
    assert usual_weight(parts) == weight
    assert ranked[0][1].weight == weight


def test_a_detector_that_clearly_sees_more_is_chosen_whatever_the_number_of_parts() -> None:
    rng = np.random.default_rng(1)
    few = choose(cross_fitted(maps(20, rng)), maps(80, rng, gaussian=0.5))
    many = choose(cross_fitted(maps(200, rng)), maps(80, rng, bank=0.2))
    assert few[0][1].weight >= 0.5
    assert many[0][1].weight <= 0.25


def test_of_a_handful_of_parts_the_gaussian_is_not_asked_however_much_it_seems_to_see() -> None:
    rng = np.random.default_rng(1)
    ranked = choose(cross_fitted(maps(LEAST_FOR_GAUSSIAN - 1, rng)), maps(80, rng, gaussian=0.5))
    assert {combination.weight for _, combination in ranked} == {0.0}


def test_every_combination_is_listed_once_and_the_rest_by_rank() -> None:
    rng = np.random.default_rng(2)
    ranked = choose(cross_fitted(maps(30, rng)), maps(40, rng, bank=0.2, gaussian=0.2))
    assert len({(one.weight, one.pooling) for _, one in ranked}) == len(ranked) == 10
    rest = [value for value, _ in ranked[1:]]
    assert rest == sorted(rest, reverse=True)
