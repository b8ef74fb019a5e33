"""Training takes one BLAS thread to a product, and gives the others back."""

import ctypes

import numpy as np
import pytest

from goodpart.vision.threads import loaded_openblas, one_blas_thread


def threads_of_numpy() -> list[int]:
    names = ("scipy_openblas_get_num_threads64_", "scipy_openblas_get_num_threads")
    libraries = [ctypes.CDLL(path) for path in loaded_openblas()]
    return [getattr(library, name)() for library in libraries for name in names if hasattr(library, name)]


def test_inside_there_is_one_and_afterwards_what_was_before() -> None:
    before = threads_of_numpy()
    with one_blas_thread():
        assert set(threads_of_numpy()) <= {1}
        assert (np.eye(64) @ np.eye(64)).trace() == 64
    assert threads_of_numpy() == before


def test_an_error_inside_gives_them_back_too() -> None:
    before = threads_of_numpy()
    with pytest.raises(KeyError), one_blas_thread():
        raise KeyError
    assert threads_of_numpy() == before
