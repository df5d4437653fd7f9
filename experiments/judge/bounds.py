"""How far two right computations of the same thing may lie apart: running error bounds.

Every bound is an array E shaped like the quantity it belongs to, in units of the rounding error u.
Two right implementations sum in different orders and call different exponentials; they may differ
by 2·u·E. A dot product of n terms is given √n, since rounding errors are as often up as down (a
probable bound: the certain one has n), an exponential and a reciprocal 4. Products
keep their second-order term, since a saturated unit has σ′ = 0 and no first-order one; and every
result may lose what lies below the smallest normal number, which TensorFlow flushes to zero.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from scratch.functions import EPSILON

UNIT_ROUNDOFF = {"float64": 2.0**-53, "float32": 2.0**-24}
"""u: half the distance from 1 to the next number."""

TRAJECTORY = 1e-12 / UNIT_ROUNDOFF["float64"]
"""In units of u: how far the weights of the two sides may lie apart after any number of steps,
relative to the weights' norm. A promise of this project (1e-12 in float64), not an error bound."""


@dataclass(frozen=True)
class Bounds:
    """Running error bounds of one forward and backward pass, in units of u.

    Attributes:
        activations: by name, each shaped like the activation.
        loss: of the loss.
        gradient: by parameter name, each shaped like the parameter.
    """

    activations: dict[str, np.ndarray]
    loss: float
    gradient: dict[str, np.ndarray]


def layer_names(params: Mapping[str, np.ndarray]) -> list[str]:
    """What is appended to a, z, W and b for each layer: [""] for one layer, else ["1", "2", …]."""
    return [name.removeprefix("W") for name in params if name.startswith("W")]


Arrays = Mapping[str, np.ndarray]


def activation_bounds(params: Arrays, x: np.ndarray, activations: Arrays, output: str) -> Arrays:
    """Bounds of every activation of a net of affine layers with sigmoid hidden units.

    Args:
        params: W and, if the net has them, b of every layer.
        x: batch of shape (B, D).
        activations: the scratch side's activations on this batch.
        output: name of the output activation: "softmax", "sigmoid" or "identity".
    """
    lost = _lost(activations)
    names = layer_names(params)
    value, e_value = np.abs(x.astype(float)), 0 * x.astype(float)
    bounds = {}
    for layer in names:
        weights = np.abs(params[f"W{layer}"].astype(float))
        magnitude = value @ weights + np.abs(params.get(f"b{layer}", 0))
        e_a = np.sqrt(len(weights)) * magnitude + e_value @ weights + lost
        bounds[f"a{layer}"] = e_a
        if layer != names[-1]:
            value = activations[f"z{layer}"].astype(float)
            e_value = value * (1 - value) * e_a + 4 * value + lost
            bounds[f"z{layer}"] = e_value
    y = activations["y"].astype(float)
    bounds["y"] = {
        "softmax": lambda: y * (e_a + np.sum(y * e_a, axis=1, keepdims=True) + 4) + lost,
        "sigmoid": lambda: y * (1 - y) * e_a + 4 * y + lost,
        "identity": lambda: e_a,
    }[output]()
    return bounds


def running_bounds(
    params: Arrays,
    x: np.ndarray,
    t: np.ndarray,
    activations: Arrays,
    output: str,
    error: str,
) -> Bounds:
    """Bounds of activations, loss and gradient.

    Args:
        params: W and, if the net has them, b of every layer.
        x: batch of shape (B, D).
        t: targets of shape (B, C).
        activations: the scratch side's activations on this batch.
        output: name of the output activation: "softmax", "sigmoid" or "identity".
        error: name of the loss function.
    """
    u, lost = UNIT_ROUNDOFF[activations["y"].dtype.name], _lost(activations)
    bounds = activation_bounds(params, x, activations, output)
    names = layer_names(params)
    inputs = [np.abs(x), *(activations[f"z{layer}"] for layer in names[:-1])]
    inputs = [value.astype(float) for value in inputs]
    input_bounds = [0 * inputs[0], *(bounds[f"z{layer}"] for layer in names[:-1])]
    y = activations["y"].astype(float)
    loss, delta, e_delta = _loss_and_delta(y, t.astype(float), bounds["y"], output, error, u)
    e_delta = e_delta + lost
    gradient = {}
    for k in reversed(range(len(names))):
        layer = names[k]
        e_sum = e_delta + np.sqrt(len(x)) * delta
        _, e_weights = _product(inputs[k].T, input_bounds[k].T, delta, e_sum, u, multiply=np.matmul)
        gradient[f"W{layer}"] = e_weights + lost
        if f"b{layer}" in params:
            gradient[f"b{layer}"] = e_sum.sum(axis=0) + lost
        if k:
            weights = np.abs(params[f"W{layer}"].astype(float))
            back = delta @ weights.T
            e_back = np.sqrt(delta.shape[1]) * back + e_delta @ weights.T
            delta, e_delta = _product(back, e_back, *_slope(inputs[k], input_bounds[k]), u)
            e_delta += delta + lost
    return Bounds(bounds, loss, gradient)


def _lost(activations: Arrays) -> float:
    """What flushing to zero may lose, in units of u."""
    dtype = activations["y"].dtype.name
    return float(np.finfo(dtype).tiny) / UNIT_ROUNDOFF[dtype]


def _loss_and_delta(
    y: np.ndarray, t: np.ndarray, e_y: np.ndarray, output: str, error: str, u: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Bound of the loss; |δ| of the output layer's net input, and its bound."""
    off = np.abs(y - t)
    if error == "cross_entropy_error":
        loss = _cross_entropy_bound(y, t, e_y)
        return loss, off / len(y), e_y / len(y) + off / len(y)
    if error == "binary_cross_entropy_error":
        loss = _binary_cross_entropy_bound(np.where(t > 0, y, 1 - y), e_y, u)
        return loss, off, e_y + off
    scale = {"half_squared_error": 1.0, "mean_squared_error": 2 / t.size}[error]
    slope = (np.ones_like(y), 0 * y) if output == "identity" else _slope(y, e_y)
    delta, e_delta = (scale * part for part in _product(off, e_y, *slope, u))
    loss = scale * (np.sum(off * e_y) + (3 + np.sqrt(t.size)) * np.sum(off**2) / 2)
    return float(loss), delta, e_delta + 2 * delta


def _product(
    a: np.ndarray,
    e_a: np.ndarray,
    b: np.ndarray,
    e_b: np.ndarray,
    u: float,
    multiply: Callable[[np.ndarray, np.ndarray], np.ndarray] = np.multiply,
) -> tuple[np.ndarray, np.ndarray]:
    """a·b of magnitudes, and the bound it inherits: a·E_b + E_a·b + u·E_a·E_b."""
    return multiply(a, b), multiply(a, e_b) + multiply(e_a, b) + u * multiply(e_a, e_b)


def _slope(z: np.ndarray, e_z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """σ′ from the sigmoid's own value, z (1 − z), and its bound."""
    slope = z * (1 - z)
    return slope, np.abs(1 - 2 * z) * e_z + 2 * slope


def _cross_entropy_bound(y: np.ndarray, t: np.ndarray, e_y: np.ndarray) -> float:
    """Bound of −(1/B) Σ t log y: d(log y) = dy / y, then a logarithm and a sum of B terms."""
    chosen = t > 0
    log = np.abs(np.log(y[chosen] + EPSILON))
    return float(np.mean(e_y[chosen] / (y[chosen] + EPSILON)) + (3 + np.sqrt(len(y))) * log.mean())


def _binary_cross_entropy_bound(given: np.ndarray, e_y: np.ndarray, u: float) -> float:
    """Bound of −Σ log p, p the probability given to the target: exact in p's relative error.

    log p cannot be had from p once rounding reaches p itself (a saturated, wrong output): there
    the bound is infinite.
    """
    relative = u * e_y / np.maximum(given, np.finfo(float).tiny)
    if np.any(relative >= 1):
        return float("inf")
    log = (3 + np.sqrt(given.size)) * np.abs(np.log(given))
    return float(np.sum(-np.log1p(-relative) / u + log))


def epsilon_term(y: np.ndarray, t: np.ndarray) -> float:
    """What the sources' ε takes off the cross-entropy: (1/B) Σ log(1 + ε / y_t).

    Keras has no ε, so this is exactly L_Keras − L_source.
    """
    return float(np.mean(np.log1p(EPSILON / y[t > 0].astype(float))))
