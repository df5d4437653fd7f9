"""The ways to train the book's net, each as one would write it who wants it fast that way.

A contestant is given the task, gets ready, and returns a function that trains from the start:
it gives the final weights and the accuracies on all 70,000 images after every 600 updates.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np

from experiments.bench.task import EVERY, Task
from scratch.network import Arrays

Trained = tuple[Arrays, list[float]]
Prepare = Callable[[Task], Callable[[], Trained]]


def book(task: Task) -> Callable[[], Trained]:
    """The program of source 004: a batch is drawn, and the loss computed anew, at every step."""
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


def plain_numpy(task: Task) -> Callable[[], Trained]:
    """`scratch.train`: one forward pass a step, as it is read."""
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


def ours(task: Task) -> Callable[[], Trained]:
    """`scratch.fast`: one BLAS thread; on two cores snapshots are evaluated by other threads."""
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


def matrix_products(task: Task) -> Callable[[], Trained]:
    """The limit: only the matrix products of the plain loop and its evaluations, nothing else."""
    x, dtype = task.data.x[: task.batches.shape[1]], task.dtype
    w1, w2 = task.start["W1"], task.start["W2"]
    z1, delta1 = (np.ones((len(x), w1.shape[1]), dtype) for _ in range(2))
    delta2 = np.ones((len(x), w2.shape[1]), dtype)

    def products(images: np.ndarray) -> None:
        for i in range(0, len(images), 1000):
            (images[i : i + 1000] @ w1) @ w2

    def run() -> Trained:
        for batches in task.segments():
            for _ in batches:
                x @ w1, z1 @ w2, delta2 @ w2.T, z1.T @ delta2, x.T @ delta1
            products(task.data.x)
            products(task.data.x_test)
        return {}, []

    return run


def _keras(task: Task, train: Callable, steps_per_execution: int = 1) -> Callable[[], Trained]:
    """A Keras training: `train(model, batches)` is called for every segment."""
    from keras_ref.runtime import keras, tf, use_dtype
    from keras_ref.two_layer_net import TwoLayerNet
    from keras_ref.weights import get_params, set_params

    use_dtype(task.dtype)
    model = TwoLayerNet(task.start)
    model.compile(
        optimizer=keras.optimizers.SGD(task.rate),
        loss=model.loss,
        steps_per_execution=steps_per_execution,
    )
    predict, accuracy = tf.function(model), task.judge(tf.constant)

    def run() -> Trained:
        set_params(model, task.start)
        accuracies = []
        for batches in task.segments():
            train(model, batches)
            accuracies.append(accuracy(predict))
        return get_params(model), accuracies

    return run


def keras_fit(task: Task) -> Callable[[], Trained]:
    """`fit` on arrays gathered in the order of the batches, as the slides call it."""

    def train(model: object, batches: np.ndarray) -> None:
        rows = batches.ravel()
        x, t = task.data.x[rows], task.data.t[rows]
        model.fit(x, t, batch_size=batches.shape[1], epochs=1, shuffle=False, verbose=0)

    return _keras(task, train)


def keras_fit_pipeline(task: Task) -> Callable[[], Trained]:
    """`fit` on a tf.data pipeline of indices, many steps per execution."""
    from keras_ref.runtime import tf, use_dtype

    use_dtype(task.dtype)
    x, t = tf.constant(task.data.x), tf.constant(task.data.t)

    def gathered(rows: object) -> tuple:
        return tf.gather(x, rows), tf.gather(t, rows)

    def train(model: object, batches: np.ndarray) -> None:
        rows = tf.data.Dataset.from_tensor_slices(batches).map(gathered).prefetch(2)
        model.fit(rows, epochs=1, shuffle=False, verbose=0)

    return _keras(task, train, steps_per_execution=100)


def keras_train_on_batch(task: Task) -> Callable[[], Trained]:
    """`train_on_batch`, once per step."""

    def train(model: object, batches: np.ndarray) -> None:
        for batch in batches:
            model.train_on_batch(task.data.x[batch], task.data.t[batch])

    return _keras(task, train)


def keras_loop(task: Task) -> Callable[[], Trained]:
    """`keras_ref.train`: the Sequential, its optimizer and loss in one compiled loop."""
    from keras_ref.runtime import tf, use_dtype
    from keras_ref.train import train

    use_dtype(task.dtype)
    x, t = tf.constant(task.data.x), tf.constant(task.data.t)
    return _keras(task, lambda model, batches: train(model, x, t, batches, task.rate))


def tensorflow_loop(task: Task) -> Callable[[], Trained]:
    """TensorFlow without Keras: variables, a tape and one compiled loop."""
    from keras_ref.runtime import tf

    x, t = tf.constant(task.data.x), tf.constant(task.data.t)
    w = {name: tf.Variable(values) for name, values in task.start.items()}

    def scores(images: object) -> object:
        return tf.sigmoid(images @ w["W1"] + w["b1"]) @ w["W2"] + w["b2"]

    @tf.function
    def train(batches: object) -> None:
        for batch in batches:
            with tf.GradientTape() as tape:
                entropy = tf.nn.softmax_cross_entropy_with_logits(
                    tf.gather(t, batch), scores(tf.gather(x, batch))
                )
                loss = tf.reduce_mean(entropy)
            for name, gradient in tape.gradient(loss, w).items():
                w[name].assign_sub(task.rate * gradient)

    predict, accuracy = tf.function(scores), task.judge(tf.constant)

    def run() -> Trained:
        for name, values in task.start.items():
            w[name].assign(values)
        accuracies = []
        for batches in task.segments():
            train(tf.constant(batches, tf.int32))
            accuracies.append(accuracy(predict))
        return {name: values.numpy() for name, values in w.items()}, accuracies

    return run


def torch_eager(task: Task) -> Callable[[], Trained]:
    """PyTorch: nn.Sequential, CrossEntropyLoss, SGD, one step after the other."""
    import torch

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


def jax_scan(task: Task) -> Callable[[], Trained]:
    """JAX: the gradient of the loss in a `lax.scan` over the batches, compiled."""
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
            accuracies.append(accuracy(lambda images, p=params: predict(p, images)))
        return {name: np.asarray(values) for name, values in params.items()}, accuracies

    return run


def sklearn_partial_fit(task: Task) -> Callable[[], Trained]:
    """scikit-learn: MLPClassifier, `partial_fit` once per batch."""
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


@dataclass(frozen=True)
class Contestant:
    """A way to train the net.

    Attributes:
        name: of it.
        prepare: gets ready.
        needs: modules without which it cannot take part.
        threads: of NumPy's BLAS: 1, or 0 for as many as there are cores.
    """

    name: str
    prepare: Prepare
    needs: Sequence[str] = ()
    threads: int = 0


OURS, LIMIT, REFERENCE = "ours", "matrix products alone", "plain NumPy"

CONTESTANTS = (
    Contestant("the book's program", book),
    Contestant(REFERENCE, plain_numpy),
    Contestant(OURS, ours, threads=1),
    Contestant(LIMIT, matrix_products),
    Contestant("Keras fit", keras_fit),
    Contestant("Keras fit, tf.data", keras_fit_pipeline),
    Contestant("Keras train_on_batch", keras_train_on_batch),
    Contestant("Keras, our loop", keras_loop),
    Contestant("TensorFlow loop", tensorflow_loop),
    Contestant("PyTorch", torch_eager, ("torch",)),
    Contestant("JAX scan", jax_scan, ("jax",)),
    Contestant("scikit-learn", sklearn_partial_fit),
)
