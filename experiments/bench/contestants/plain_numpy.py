"""`scratch.train`: one forward pass a step, as it is read."""

from collections.abc import Callable

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    from scratch.train import train
    from scratch.two_layer_net import TwoLayerNet

    accuracy = task.judge()

    def run() -> Trained:
        net, accuracies = TwoLayerNet(task.copied()), []
        for batches in task.segments():
            train(net, task.data.x, task.data.t, batches, task.rate)
            accuracies.append(accuracy(net.predict))
        return net.params, accuracies

    return run


CONTESTANT = Contestant("plain NumPy", prepare)
