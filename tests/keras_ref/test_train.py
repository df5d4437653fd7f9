"""The compiled loop against Keras' own `fit`, which nobody here wrote."""

import numpy as np
import pytest

from keras_ref.delta_rule import DeltaRule
from keras_ref.runtime import use_dtype
from keras_ref.sigmoid_mlp import SigmoidMLP
from keras_ref.train import CHUNK, train, train_eagerly
from keras_ref.two_layer_net import TwoLayerNet
from keras_ref.weights import get_params

RATE = 0.3


def nets(rng):
    params = {
        "W1": rng.normal(size=(3, 6)),
        "b1": rng.normal(size=6),
        "W2": rng.normal(size=(6, 2)),
        "b2": rng.normal(size=2),
    }
    weights = {name: params[name] for name in ("W1", "W2")}
    return {
        "delta rule": lambda: DeltaRule({"W": params["W1"][:, :1]}),
        "sigmoid MLP": lambda: SigmoidMLP(weights),
        "with bias unit": lambda: SigmoidMLP(weights, bias_unit=True),
        "two-layer net": lambda: TwoLayerNet(params),
    }


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("net", ["delta rule", "sigmoid MLP", "with bias unit", "two-layer net"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_same_weights_as_fit(net, dtype, rng):
    use_dtype(dtype)
    build = nets(rng)[net]
    looped, fitted = build(), build()
    outputs = looped.output_shape[1]
    x = rng.normal(size=(8, 3)).astype(dtype)
    t = np.eye(2, dtype=dtype)[rng.integers(2, size=8)][:, :outputs]

    batches = np.tile(np.arange(8).reshape(4, 2), (5, 1))
    losses = train(looped, x, t, batches, RATE)
    fitted.optimizer.learning_rate = RATE
    history = fitted.fit(x, t, batch_size=2, epochs=5, shuffle=False, verbose=0)

    tolerance = {"float64": 1e-14, "float32": 1e-5}[dtype]
    for name, values in get_params(fitted).items():
        np.testing.assert_allclose(get_params(looped)[name], values, rtol=0, atol=tolerance)
    epochs = losses.reshape(5, 4).mean(axis=1)
    np.testing.assert_allclose(epochs, history.history["loss"], rtol=100 * tolerance)


def test_more_steps_than_a_chunk_and_a_run_in_parts(rng):
    use_dtype("float64")
    build = nets(rng)["sigmoid MLP"]
    whole, parts = build(), build()
    x, t = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))
    batches = rng.integers(5, size=(CHUNK + 7, 3))
    losses = train(whole, x, t, batches, RATE)
    in_parts = [train(parts, x, t, part, RATE) for part in (batches[:9], batches[9:])]
    assert losses.shape == (CHUNK + 7,)
    np.testing.assert_array_equal(losses, np.concatenate(in_parts))
    for name, values in get_params(whole).items():
        np.testing.assert_array_equal(get_params(parts)[name], values)


def test_step_by_step_gives_the_same(rng):
    use_dtype("float64")
    build = nets(rng)["two-layer net"]
    compiled, eager = build(), build()
    x, t = rng.normal(size=(5, 3)), np.eye(2)[rng.integers(2, size=5)]
    batches = [np.array([0, 3, 3]), np.array([1]), np.array([4, 2])]
    losses = train(compiled, x, t, batches, RATE)
    np.testing.assert_allclose(train_eagerly(eager, x, t, batches, RATE), losses, rtol=1e-14)
    for name, values in get_params(compiled).items():
        np.testing.assert_allclose(get_params(eager)[name], values, rtol=0, atol=1e-14)
