"""scikit-learn: MLPClassifier, `partial_fit` once per batch."""

from collections.abc import Callable

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    from sklearn.neural_network import MLPClassifier

    classes, accuracy = np.arange(10), task.judge()

    def run() -> Trained:
        net = MLPClassifier(
            hidden_layer_sizes=task.start["b1"].shape,
            activation="logistic",
            solver="sgd",
            alpha=0.0,
            batch_size=task.batches.shape[1],
            learning_rate_init=task.rate,
            momentum=0.0,
            shuffle=False,
        )
        first = task.batches[0]
        net.partial_fit(task.data.x[first], task.labels[first], classes=classes)
        held = dict(zip(("W1", "W2", "b1", "b2"), net.coefs_ + net.intercepts_, strict=True))
        for name, values in held.items():  # what that step made is thrown away
            values[...] = task.start[name]
        accuracies = []
        for batches in task.segments():
            for batch in batches:
                net.partial_fit(task.data.x[batch], task.labels[batch])
            accuracies.append(accuracy(net.predict_proba))
        return held, accuracies

    return run


CONTESTANT = Contestant("scikit-learn", prepare)
