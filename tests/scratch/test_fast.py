"""The loops arranged for the machine against the readable one."""

from contextlib import closing

import numpy as np
import pytest

from experiments.judge.bounds import Bounded
from scratch import fast
from scratch.data_parallel import Team
from scratch.sigmoid_mlp import SigmoidMLP
from scratch.train import train
from scratch.two_layer_net import TwoLayerNet

SIZES = {"W1": (30, 8), "b1": (8,), "W2": (8, 4), "b2": (4,)}


@pytest.fixture(params=["float64", "float32"])
def case(request):
    """Parameters, images of which most pixels are dark, their labels, and batches."""
    rng = np.random.default_rng(3)
    params = {name: rng.normal(size=size).astype(request.param) for name, size in SIZES.items()}
    images = rng.integers(1, 256, size=(40, 30)) * (rng.random((40, 30)) < 0.15)
    images[:, 5] = 0  # dark in all
    batches = rng.integers(40, size=(5, 6))
    return params, images.astype(np.uint8), rng.integers(4, size=40), batches


def copied(params):
    return {name: values.copy() for name, values in params.items()}


def as_the_readable_loop_takes_them(images, labels, dtype):
    x = (images.astype(np.float32) / np.float32(255)).astype(dtype)
    return x, np.eye(4, dtype=dtype)[labels]


def bounded(net, params, x, t, batches, rate):
    """How far two right trainings may be off: the readable formulas on running error bounds."""
    model = net({name: Bounded(values, values.dtype) for name, values in params.items()})
    losses = []
    for batch in batches:
        activations = model.forward(x[batch])
        losses.append(float(model.error(activations["y"], t[batch]).allowed))
        for name, gradient in model.backward(x[batch], activations, t[batch]).items():
            model.params[name] = model.params[name] - rate * gradient
    return np.array(losses), {name: values.allowed for name, values in model.params.items()}


def by_the_readable_loop(net, case):
    """The net that it has trained, its losses, and how far others may be off."""
    params, images, labels, batches = case
    x, t = as_the_readable_loop_takes_them(images, labels, params["W1"].dtype)
    plain = net(copied(params))
    return plain, train(plain, x, t, batches, 0.1), bounded(net, params, x, t, batches, 0.1)


def assert_within(params, losses, plain, expected, bounds):
    allowed_losses, allowed = bounds
    assert np.all(np.abs(losses - expected) <= allowed_losses)
    for name, values in plain.params.items():
        assert np.all(np.abs(params[name] - values) <= allowed[name]), name


def _arranged(images, rare, monkeypatch):
    monkeypatch.setattr(fast, "RARE", rare)
    arranged = fast.arrange(images)
    lit = np.count_nonzero(images.any(axis=0))
    usual = arranged.usual - 1  # beside the bias
    assert usual == lit if rare == 0 else usual == 0 if rare == 1 else 0 < usual < lit
    return arranged


@pytest.mark.parametrize("net", [TwoLayerNet, SigmoidMLP])
def test_leaving_out_dark_pixels_changes_nothing(net, case):
    params, images, labels, batches = case
    x, t = as_the_readable_loop_takes_them(images, labels, params["W1"].dtype)
    quick = net(copied(params))
    losses = fast.train(quick, x, t, list(batches), 0.1)
    assert_within(quick.params, losses, *by_the_readable_loop(net, case))
    assert np.array_equal(quick.params["W1"][5], params["W1"][5])


@pytest.mark.parametrize("rare", [0.0, 0.15, 1.0])
def test_the_net_in_place_takes_the_same_steps(rare, case, monkeypatch):
    """Where no lit pixel is rare, some are, or all."""
    params, images, labels, batches = case
    quick, arranged = copied(params), _arranged(images, rare, monkeypatch)
    losses = fast.train_two_layer_net(quick, arranged, labels, batches, 0.1)
    assert_within(quick, losses, *by_the_readable_loop(TwoLayerNet, case))
    assert not np.array_equal(quick["W1"], params["W1"])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_one_sample_at_a_time_takes_the_steps_of_the_readable_loop(dtype):
    """Four steps on XOR; mean squared error, which is ½ (y − t)² at twice the rate."""
    rng = np.random.default_rng(4)
    sizes = {"W1": (2, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}
    params = {name: rng.normal(size=size).astype(dtype) for name, size in sizes.items()}
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype)
    t = np.array([[0], [1], [1], [0]], dtype)
    rows = np.array([2, 0, 3, 1])

    def net(params):
        return SigmoidMLP(params, error="mean_squared_error")

    plain, quick = net(copied(params)), copied(params)
    train(plain, x, t, rows[:, np.newaxis], 0.1)
    fast.train_one_by_one(quick, x, t[:, 0], rows, 0.2)
    _, allowed = bounded(net, params, x, t, rows[:, np.newaxis], 0.1)
    for name, values in plain.params.items():
        assert np.all(np.abs(quick[name] - values) <= allowed[name]), name
        assert np.all(quick[name] != params[name])


def test_one_sample_at_a_time_survives_an_output_far_below():
    params = {
        "W1": np.ones((1, 1)),
        "b1": np.zeros(1),
        "W2": np.full((1, 1), -1e4),
        "b2": np.ones(1),
    }
    fast.train_one_by_one(params, np.ones((1, 1)), np.ones(1), np.zeros(1, int), 0.1)
    assert params["W2"][0, 0] == -1e4  # y is 0, and so is the gradient


def _steps(share, _, params, images, labels, batches):
    return fast.train_two_layer_net(params, images, labels, batches, 0.1, share), params


def _nothing(share):
    """What these processes work on is handed to them later."""


@pytest.fixture(scope="module", params=[2, 3])
def team(request):
    with closing(
        Team(
            request.param,
            8 * fast.count_of_slopes({name: np.empty(size) for name, size in SIZES.items()}),
            _nothing,
        )
    ) as made:
        yield made


@pytest.mark.parametrize("size", [6, 3, 2])
def test_processes_that_share_the_batches_take_the_same_steps(size, team, case, monkeypatch):
    """Some have more samples than others, and the last of three has none of two."""
    params, images, labels, batches = case
    case = params, images, labels, batches[:, :size]
    quick, right = copied(params), by_the_readable_loop(TwoLayerNet, case)
    results = team(_steps, quick, _arranged(images, 0.15, monkeypatch), labels, batches[:, :size])
    for losses, trained in results:
        assert_within(trained, losses, *right)
        for name, values in trained.items():
            assert np.array_equal(values, quick[name]), name
    assert len(results) == team.share.count


def test_arranged_images_have_the_bias_and_then_what_is_lit_most_often():
    images = np.zeros((100, 3), np.uint8)
    images[:50, 2], images[:1, 0] = 7, 9
    arranged = fast.arrange(images)
    assert arranged.order.tolist() == [2, 0, 1]
    assert arranged.columns[0].tolist() == [255, 7, 9, 0]
    assert arranged.columns[99].tolist() == [255, 0, 0, 0]
    assert arranged.usual == 2  # the bias, and half of the images; one in a hundred is rare


def test_parts_are_of_a_class_and_without_what_is_dark(case):
    _, images, labels, _ = case
    parts = fast.without_dark_pixels(images, labels, size=7)
    assert [len(part) for *_, part in parts] == [7, 7, 7, 7, 7, 5]
    assert np.array_equal(np.concatenate([part for *_, part in parts]), np.sort(labels))
    for lit, part, _ in parts:
        assert part.any(axis=0).all()
        assert 5 not in lit
    assert sum(int(part.sum()) for _, part, _ in parts) == images.sum()


def test_correct_counts_the_largest_scores(case):
    params, images, labels, _ = case
    x, t = as_the_readable_loop_takes_them(images, labels, params["W1"].dtype)
    expected = round(TwoLayerNet(params).accuracy(x, t) * len(x))
    assert fast.correct(params, fast.without_dark_pixels(x, labels, size=7)) == expected
    assert 0 < expected < len(x)
