import numpy as np
import pytest

from experiments.pair.evaluate import run_evaluation
from experiments.spec import Evaluation, Given, Seconds


def evaluate(values, **settings):
    """An evaluation whose two sides give the values of a dict by package."""
    evaluation = Evaluation(
        "e", lambda package: values[package("functions").__name__.split(".")[0]], **settings
    )
    return run_evaluation(evaluation)


def test_values_may_differ_by_their_roundings_and_no_more():
    near = {"scratch": {"v": 1.0}, "keras_ref": {"v": 1.0 + 2.0**-51}}
    assert evaluate(near, roundings=2).comparisons[0].passed
    assert not evaluate(near, roundings=1).comparisons[0].passed
    assert not evaluate(near).comparisons[0].passed


def test_texts_must_be_equal():
    texts = {"scratch": {"v": "(1,)"}, "keras_ref": {"v": "(2,)"}}
    assert not evaluate(texts, roundings=9).comparisons[0].passed


def test_nan_on_both_sides_is_the_same_and_on_one_is_not():
    nan = np.array([np.nan, 1.0])
    both = evaluate({"scratch": {"v": nan}, "keras_ref": {"v": nan}})
    assert both.comparisons[0].passed
    assert np.array_equal(both.values["v"]["scratch"], [np.nan, 1.0], equal_nan=True)
    one = evaluate({"scratch": {"v": nan}, "keras_ref": {"v": np.ones(2)}})
    assert not one.comparisons[0].passed


def test_durations_are_kept_apart():
    scratch = {"t": Seconds(1), "only here": Seconds(3)}
    timed = evaluate({"scratch": scratch, "keras_ref": {"t": Seconds(2)}})
    assert timed.comparisons == ()
    assert timed.seconds == {
        "t": {"scratch": 1.0, "keras": 2.0},
        "only here": {"scratch": 3.0},
    }


def test_what_scratch_alone_computes_is_shown_and_not_compared():
    result = evaluate({"scratch": {"v": 1.0}}, compared=False)
    assert result.comparisons == ()
    assert result.values == {"v": {"scratch": 1.0}}


@pytest.mark.parametrize("side", ["scratch", "keras_ref"])
def test_a_value_that_one_side_alone_gives_is_a_difference(side):
    values = {"scratch": {"v": 1.0}, "keras_ref": {"v": 1.0}}
    values[side] = {"v": 1.0, "alone": 2.0}
    result = evaluate(values)
    assert [(c.quantity, c.passed) for c in result.comparisons] == [("v", True), ("alone", False)]


def test_a_value_that_the_sources_print_has_to_be_given():
    values = {"scratch": {"v": 1.0}, "keras_ref": {"v": 1.0}}
    with pytest.raises(KeyError, match="does not give w"):
        evaluate(values, printed=("w",))


def test_a_value_that_needs_neither_package_is_shown_once_and_not_compared():
    values = {"v": 1.0, "x": Given([1, 2])}
    result = evaluate({"scratch": values, "keras_ref": values})
    assert result.values["x"] == {"scratch": [1, 2]}
    assert [c.quantity for c in result.comparisons] == ["v"]
