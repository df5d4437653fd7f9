"""Weights of the user's own: named arrays of real numbers, or a sentence."""

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.data import DataError
from experiments.data.weights import load_weights

EXPECTED = (("W1", (4, 3)), ("b1", (3,)))


def test_named_arrays_come_back_in_the_expected_type(tmp_path):
    np.savez(tmp_path / "w.npz", W1=np.ones((4, 3), np.float32), b1=np.ones(3))
    weights = load_weights(tmp_path / "w.npz", EXPECTED, "float64")
    assert weights["W1"].dtype == np.float64
    assert weights["W1"].sum() == 12


def test_a_pickle_is_refused_with_the_way_to_convert_it(tmp_path):
    with pytest.raises(DataError, match=r"is a pickle.*numpy\.savez"):
        load_weights(tmp_path / "sample_weight.pkl", EXPECTED, "float64")


@pytest.mark.parametrize("arrays", [{"W1": np.ones((4, 3))}, {"W1": np.ones((4, 2)), "b1": [1]}])
def test_missing_or_misshapen_arrays_are_named(arrays, tmp_path):
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(DataError, match="must hold"):
        load_weights(tmp_path / "w.npz", EXPECTED, "float64")


def test_no_archive_is_one_sentence(tmp_path):
    (tmp_path / "w.npz").write_bytes(b"PK nonsense")
    with pytest.raises(DataError, match="cannot be read"):
        load_weights(tmp_path / "w.npz", EXPECTED, "float64")


@pytest.mark.parametrize("kind", ["U3", "complex128", "bool"])
def test_what_is_no_real_number_is_not_made_one(kind, tmp_path):
    np.savez(tmp_path / "w.npz", W1=np.ones((4, 3)).astype(kind), b1=np.ones(3))
    with pytest.raises(DataError, match=r"W1 holds .*real numbers"):
        load_weights(tmp_path / "w.npz", EXPECTED, "float64")


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_weights_are_finite(number, tmp_path):
    np.savez(tmp_path / "w.npz", W1=np.full((4, 3), number), b1=np.ones(3))
    with pytest.raises(DataError, match="W1 has entries that are NaN or infinite"):
        load_weights(tmp_path / "w.npz", EXPECTED, "float64")


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "w.npz")
    for path in (tmp_path / "w.npz", Path("/dev/zero"), tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            load_weights(path, EXPECTED, "float64")


def test_one_array_is_no_archive(tmp_path):
    np.save(tmp_path / "w.npy", np.ones((4, 3)))
    (tmp_path / "w.npy").rename(tmp_path / "w.npz")
    with pytest.raises(DataError, match="cannot be read"):
        load_weights(tmp_path / "w.npz", EXPECTED, "float64")


@given(at=st.integers(0, 700), new=st.binary(min_size=1, max_size=8))
def test_no_damage_whatever_ends_in_another_error(at, new, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "w.npz"
    np.savez_compressed(path, W1=np.ones((4, 3)), b1=np.ones(3))
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + new + whole[at + len(new) :])
    with contextlib.suppress(DataError):
        load_weights(path, EXPECTED, "float64")
