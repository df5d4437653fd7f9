"""`scratch.fast`: one BLAS thread; on two cores snapshots are evaluated by other threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    from scratch.fast import correct, train_two_layer_net

    x, labels = task.data.x, task.labels
    half = len(x) // 2
    parts = ((x[:half], labels[:half]), (x[half:], labels[half:]),
             (task.data.x_test, task.test_labels))  # fmt: skip
    images = len(labels) + len(task.test_labels)

    def run() -> Trained:
        params, counts = task.copied(), []
        with ThreadPoolExecutor(task.cores) as pool:
            for batches in task.segments():
                train_two_layer_net(params, task.images, labels, batches, task.rate)
                snapshot = {name: values.copy() for name, values in params.items()}
                counts.append([pool.submit(correct, snapshot, *part) for part in parts])
                if task.cores == 1:
                    wait(counts[-1])
        return params, [sum(count.result() for count in part) / images for part in counts]

    return run


CONTESTANT = Contestant("ours", prepare, threads=1)
