"""How a gradient becomes an update: the optimizers of the book's sixth chapter.

Each has `update(params, grads)`, which puts the new parameters in the place of the old ones. What
one remembers of earlier steps it keeps per parameter; it starts from nothing.
"""

import numpy as np

Arrays = dict[str, np.ndarray]

EPSILON = 1e-7
"""What keeps a denominator from 0, as in the book."""


class SGD:
    """W ← W − η g.

    Args:
        rate: η.
    """

    def __init__(self, rate: float = 0.01) -> None:
        self.rate = rate

    def update(self, params: Arrays, grads: Arrays) -> None:
        """One step: renew the entries of `params` by gradients of the same names and shapes."""
        for name, g in grads.items():
            params[name] = params[name] - self.rate * g


class Momentum:
    """v ← μ v − η g, W ← W + v: a ball that rolls down and keeps its speed (book, 6.1.4).

    Args:
        rate: η.
        momentum: μ, the share of the speed that is kept.
    """

    def __init__(self, rate: float = 0.01, momentum: float = 0.9) -> None:
        self.rate, self.momentum = rate, momentum
        self.v: Arrays = {}

    def update(self, params: Arrays, grads: Arrays) -> None:
        """One step: renew the entries of `params` by gradients of the same names and shapes."""
        for name, g in grads.items():
            self.v[name] = self.momentum * self.v.get(name, 0.0) - self.rate * g
            params[name] = params[name] + self.v[name]


class Nesterov(Momentum):
    """v ← μ v − η g, W ← W + μ v − η g: the slope is felt one step ahead.

    Written for parameters that already stand where the step begins to look, as in Keras.
    """

    def update(self, params: Arrays, grads: Arrays) -> None:
        """One step: renew the entries of `params` by gradients of the same names and shapes."""
        for name, g in grads.items():
            self.v[name] = self.momentum * self.v.get(name, 0.0) - self.rate * g
            params[name] = params[name] + self.momentum * self.v[name] - self.rate * g


class AdaGrad:
    """h ← h + g², W ← W − η g / (√h + ε): what has moved much moves less (book, 6.1.5).

    Args:
        rate: η.
    """

    def __init__(self, rate: float = 0.01) -> None:
        self.rate = rate
        self.h: Arrays = {}

    def update(self, params: Arrays, grads: Arrays) -> None:
        """One step: renew the entries of `params` by gradients of the same names and shapes."""
        for name, g in grads.items():
            self.h[name] = self.h.get(name, 0.0) + g * g
            params[name] = params[name] - self.rate * g / (np.sqrt(self.h[name]) + EPSILON)


class RMSprop:
    """h ← ρ h + (1 − ρ) g², W ← W − η g / (√h + ε): AdaGrad that forgets.

    Args:
        rate: η.
        decay: ρ, the share of h that is kept.
    """

    def __init__(self, rate: float = 0.01, decay: float = 0.99) -> None:
        self.rate, self.decay = rate, decay
        self.h: Arrays = {}

    def update(self, params: Arrays, grads: Arrays) -> None:
        """One step: renew the entries of `params` by gradients of the same names and shapes."""
        for name, g in grads.items():
            self.h[name] = self.decay * self.h.get(name, 0.0) + (1 - self.decay) * (g * g)
            params[name] = params[name] - self.rate * g / (np.sqrt(self.h[name]) + EPSILON)


class Adam:
    """Momentum and RMSprop together, both corrected for their start from 0 (book, 6.1.6).

    m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g²; in step k
    W ← W − η √(1 − β₂ᵏ) / (1 − β₁ᵏ) · m / (√v + ε).

    Args:
        rate: η.
        beta1: β₁, the share of m that is kept.
        beta2: β₂, the share of v that is kept.
    """

    def __init__(self, rate: float = 0.001, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.rate, self.beta1, self.beta2 = rate, beta1, beta2
        self.m: Arrays = {}
        self.v: Arrays = {}
        self.step = 0

    def update(self, params: Arrays, grads: Arrays) -> None:
        """One step: renew the entries of `params` by gradients of the same names and shapes."""
        self.step += 1
        # no np.sqrt: a number of NumPy's float64 would make float64 of parameters in float32
        corrected = (1 - self.beta2**self.step) ** 0.5 / (1 - self.beta1**self.step)
        for name, g in grads.items():
            self.m[name] = self.beta1 * self.m.get(name, 0.0) + (1 - self.beta1) * g
            self.v[name] = self.beta2 * self.v.get(name, 0.0) + (1 - self.beta2) * (g * g)
            step = self.rate * corrected * self.m[name] / (np.sqrt(self.v[name]) + EPSILON)
            params[name] = params[name] - step


OPTIMIZERS = {kind.__name__: kind for kind in (SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam)}
"""All of the above by name."""


def valley(point: np.ndarray) -> np.ndarray:
    """f(x, y) = x²/20 + y², a valley that is steep across and flat along (book, 6.1.3)."""
    x, y = point
    return x**2 / 20 + y**2


def valley_gradient(point: np.ndarray) -> np.ndarray:
    """∇f = (x/10, 2y)."""
    return point * np.array([1 / 10, 2.0])


def descend_valley(name: str, start: np.ndarray, rate: float, steps: int) -> list[np.ndarray]:
    """The points that an optimizer visits in the valley, the start first.

    Args:
        name: a key of `OPTIMIZERS`.
        start: (x, y).
        rate: η.
        steps: number of updates.
    """
    optimizer, params = OPTIMIZERS[name](rate), {"point": start}
    path = [start]
    for _ in range(steps):
        optimizer.update(params, {"point": valley_gradient(params["point"])})
        path.append(params["point"])
    return path
