"""PyTorch: nn.Sequential, CrossEntropyLoss, SGD, one step after the other."""

import warnings
from collections.abc import Callable

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    import torch

    warnings.filterwarnings("ignore", "The given NumPy array is not writable")  # it is only read
    torch.set_num_threads(task.cores)
    x, labels = torch.from_numpy(task.data.x), torch.from_numpy(task.labels)
    inputs, hidden = task.start["W1"].shape
    net = torch.nn.Sequential(
        torch.nn.Linear(inputs, hidden),
        torch.nn.Sigmoid(),
        torch.nn.Linear(hidden, len(task.start["b2"])),
    ).to(x.dtype)
    error = torch.nn.CrossEntropyLoss()
    names = ("W1", "b1", "W2", "b2")  # PyTorch's weights are ours, transposed

    accuracy = task.judge(torch.from_numpy)

    @torch.no_grad()
    def predict(images: object) -> np.ndarray:
        return net(images).numpy()

    def run() -> Trained:
        with torch.no_grad():
            for name, values in zip(names, net.parameters(), strict=True):
                values.copy_(torch.from_numpy(task.start[name].T))
        optimizer = torch.optim.SGD(net.parameters(), lr=task.rate)
        accuracies = []
        for batches in task.segments():
            for batch in torch.from_numpy(batches):
                optimizer.zero_grad()
                error(net(x[batch]), labels[batch]).backward()
                optimizer.step()
            accuracies.append(accuracy(predict))
        trained = (values.detach().numpy().T.copy() for values in net.parameters())
        return dict(zip(names, trained, strict=True)), accuracies

    return run


CONTESTANT = Contestant("PyTorch", prepare, needs=("torch",))
