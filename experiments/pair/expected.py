"""What is expected of any right computation of a training: error bounds, and slopes of the loss."""

from collections.abc import Callable, Mapping

import numpy as np

from experiments.data import Dataset
from experiments.judge import nets
from experiments.judge.ladder import Arrays, Differences
from experiments.judge.nets import Allowed
from experiments.pair.sides import Scratch, net_of
from experiments.spec import Training
from scratch.gradients import numerical_gradient


class Expected:
    """Bounds by the judge's own net, slopes by differences of the scratch loss.

    Args:
        training: what is trained.
        data: its data set.
    """

    def __init__(self, training: Training, data: Dataset) -> None:
        self._training, self._net = training, net_of(training)
        self._side = Scratch(training, data)

    def allowed(self, params: Arrays, x: np.ndarray, t: np.ndarray) -> Allowed:
        """How far two right computations from the given parameters may lie apart."""
        rate, optimizer = self._training.learning_rate, self._training.optimizer
        return nets.allowed(self._net, params, x, t, rate, optimizer)

    def differences(
        self, params: Arrays, x: np.ndarray, t: np.ndarray, at: Mapping[str, np.ndarray]
    ) -> Differences:
        """Central differences of the scratch loss in float64.

        The sources' ε is taken out of the loss, as no gradient here has it.

        Args:
            params: the parameters.
            x: samples.
            t: targets.
            at: flat indices of the elements that are moved, by parameter.
        """
        exact = {name: values.astype(float) for name, values in params.items()}
        model = self._side.model(exact)
        x, t = x.astype(float), t.astype(float)

        def loss(_: np.ndarray) -> float:
            activations = model.forward(x)
            return model.error(activations["y"], t) + self._side.known_term(activations, t)

        smooth = self._net.is_dense
        h = 1e-4 if smooth else 1e-5  # there are fewer bends within a smaller step
        step, double, bends = {}, {}, {}
        for name, picked in at.items():
            values = model.params[name]
            indices = [np.unravel_index(i, values.shape) for i in picked]
            step[name] = numerical_gradient(loss, values, h, indices).ravel()[picked]
            double[name] = numerical_gradient(loss, values, 2 * h, indices).ravel()[picked]
            bends[name] = np.array([0.0 if smooth else _bend(loss, values, h, i) for i in indices])
        loss_allowed = nets.allowed(self._net, exact, x, t, 0.0).loss
        return Differences(dict(at), step, double, bends, h, loss_allowed)


def _bend(loss: Callable, values: np.ndarray, h: float, at: tuple) -> float:
    """How much the slope changes on the way from h below an element to h above it.

    Along eight pieces; two bends that cancel each other within one of them are not seen.
    """
    kept, found = values[at], []
    for moved in np.linspace(-h, h, 9):
        values[at] = kept + moved
        found.append(loss(values))
    values[at] = kept
    slopes = np.diff(found) / (h / 4)
    return float(np.abs(np.diff(slopes)).sum())
