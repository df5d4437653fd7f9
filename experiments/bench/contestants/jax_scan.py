"""JAX: the gradient of the loss in a `lax.scan` over the batches, compiled."""

from collections.abc import Callable
from functools import partial

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task
from scratch.network import Arrays


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", task.dtype == "float64")
    x, labels = jnp.asarray(task.data.x), jnp.asarray(task.labels)

    def scores(params: Arrays, images: object) -> object:
        hidden = jax.nn.sigmoid(images @ params["W1"] + params["b1"])
        return hidden @ params["W2"] + params["b2"]

    def loss(params: Arrays, batch: object) -> object:
        logs = jax.nn.log_softmax(scores(params, x[batch]))
        return -jnp.take_along_axis(logs, labels[batch][:, None], axis=1).mean()

    def step(params: Arrays, batch: object) -> tuple:
        value, gradients = jax.value_and_grad(loss)(params, batch)
        return {name: params[name] - task.rate * gradients[name] for name in params}, value

    train = jax.jit(lambda params, batches: jax.lax.scan(step, params, batches)[0])
    predict, accuracy = jax.jit(scores), task.judge(jnp.asarray)

    def run() -> Trained:
        params, accuracies = {n: jnp.asarray(v) for n, v in task.start.items()}, []
        for batches in task.segments():
            params = train(params, jnp.asarray(batches))
            accuracies.append(accuracy(partial(predict, params)))
        return {name: np.asarray(values) for name, values in params.items()}, accuracies

    return run


CONTESTANT = Contestant("JAX scan", prepare, needs=("jax",))
