"""The program of source 004: a batch is drawn, and the loss computed anew, at every step."""

from collections.abc import Callable

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import EVERY, Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    from scratch.two_layer_net import TwoLayerNet

    x, t, accuracy = task.data.x, task.data.t, task.judge()

    def run() -> Trained:
        net = TwoLayerNet(task.copied())
        rng = np.random.RandomState(0)
        losses, accuracies = [], []
        for step, batch in enumerate(task.batches, 1):
            rng.choice(len(x), batch.size)  # what the program does to draw a batch
            x_batch, t_batch = x[batch], t[batch]
            gradients = net.gradient(x_batch, t_batch)
            for name in ("W1", "b1", "W2", "b2"):
                net.params[name] -= task.rate * gradients[name]
            losses.append(net.loss(x_batch, t_batch))
            if step % EVERY == 0 or step == len(task.batches):
                accuracies.append(accuracy(net.predict))
        return net.params, accuracies

    return run


CONTESTANT = Contestant("the book's program", prepare)
