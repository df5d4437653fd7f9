"""The book's BatchNormalization layer.

Its samples are some 10¹⁵ apart, so that no ε beside the variance can be seen, whatever it is, nor
from which numbers the running statistics start.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from experiments.subjects.asking import kept
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import SHARE
from experiments.subjects.subject import Given, Questions, Subject, Twin, mistakes

FIRST = ("forward", "backward", "dgamma", "dbeta")


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    x, gamma, beta, dout = (given[f"normed_{name}"] for name in ("x", "gamma", "beta", "dout"))

    def trained(new: Callable) -> tuple[Any, object]:
        made = new(gamma.copy(), beta.copy(), SHARE)
        return made, made.forward(x.copy(), True)

    def part(name: str) -> Callable[[Callable], object]:
        def ask(new: Callable) -> object:
            made, output = trained(new)
            if name == "forward":
                return output
            dx = made.backward(dout.copy())
            return dx if name == "backward" else kept(made, name)

        return ask

    def at_inference(new: Callable) -> object:
        made, _ = trained(new)
        return made.forward(x.copy(), False)

    found = {f"BatchNormalization {name}": part(name) for name in FIRST}
    return {**found, "BatchNormalization at inference": at_inference}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    given = keras.given
    x, gamma, beta = (given[f"normed_{name}"] for name in ("x", "gamma", "beta"))
    layer = keras.layers.BatchNormalization(momentum=SHARE)
    layer.build(x.shape)
    layer.set_weights([gamma, beta, np.zeros_like(beta), np.zeros_like(beta)])
    forward, (dx, dgamma, dbeta) = keras.gradients.pulled_back(
        partial(layer, training=True), [x], given["normed_dout"], layer
    )
    layer.set_weights([gamma, beta, np.zeros_like(beta), np.zeros_like(beta)])
    layer(x, training=True)
    return {
        "normed_forward": lambda v: forward,
        "normed_dx": lambda v: dx,
        "normed_dgamma": lambda v: dgamma,
        "normed_dbeta": lambda v: dbeta,
        "normed_at_inference": lambda v: np.asarray(layer(x, training=False)),
    }


def _step_by_step(v: Values) -> Any:  # noqa: ANN401 - as formulas
    """The gradient of the samples along every operation of the way forth, as the book goes."""
    count = len(v.normed_x)
    by_normed = v.normed_gamma * v.normed_dout
    by_deviation = -((by_normed * v.normed_centred) / (v.normed_std * v.normed_std)).sum(axis=0)
    by_centred = by_normed / v.normed_std
    by_centred = by_centred + (2.0 / count) * v.normed_centred * (0.5 * by_deviation / v.normed_std)
    return by_centred - by_centred.sum(axis=0) / count


SUBJECT = Subject(
    name="BatchNormalization",
    names=("BatchNormalization", "BatchNorm"),
    questions=questions,
    formulas={
        "normed_mean": lambda v: v.normed_x.mean(axis=0),
        "normed_centred": lambda v: v.normed_x - v.normed_mean,
        "normed_variance": lambda v: (v.normed_centred * v.normed_centred).mean(axis=0),
        "normed_std": lambda v: np.sqrt(v.normed_variance),
        "normed_by": lambda v: v.normed_std,
        "normed_x_hat": lambda v: v.normed_centred / v.normed_by,
        "normed_forward": lambda v: v.normed_gamma * v.normed_x_hat + v.normed_beta,
        "normed_dbeta": lambda v: v.normed_dout.sum(axis=0),
        "normed_dgamma": lambda v: (v.normed_x_hat * v.normed_dout).sum(axis=0),
        "normed_dx": _step_by_step,
        "normed_share": lambda v: 1 - SHARE,
        "normed_at_inference": lambda v: (
            v.normed_gamma
            * (v.normed_x - v.normed_share * v.normed_mean)
            / np.sqrt(v.normed_share * v.normed_variance)
            + v.normed_beta
        ),
        "BatchNormalization forward": lambda v: v.normed_forward,
        "BatchNormalization backward": lambda v: v.normed_dx,
        "BatchNormalization dgamma": lambda v: v.normed_dgamma,
        "BatchNormalization dbeta": lambda v: v.normed_dbeta,
        "BatchNormalization at inference": lambda v: v.normed_at_inference,
    },
    twin=twin,
    mistakes=mistakes(
        "values",
        {
            "normed-not-centred": {"normed_x_hat": lambda v: v.normed_x / v.normed_by},
            "normed-by-variance": {"normed_by": lambda v: v.normed_variance},
            "normed-variance-of-fewer": {
                "normed_variance": lambda v: (
                    (v.normed_centred * v.normed_centred).sum(axis=0) / (len(v.normed_x) - 1)
                )
            },
            "normed-without-gamma": {"normed_forward": lambda v: v.normed_x_hat + v.normed_beta},
            "normed-without-beta": {"normed_forward": lambda v: v.normed_gamma * v.normed_x_hat},
            "normed-dbeta-mean": {"normed_dbeta": lambda v: v.normed_dout.mean(axis=0)},
            "normed-dgamma-of-samples": {
                "normed_dgamma": lambda v: (v.normed_x * v.normed_dout).sum(axis=0)
            },
            "normed-dx-constant-batch": {
                "normed_dx": lambda v: v.normed_gamma * v.normed_dout / v.normed_std
            },
            "normed-dx-constant-variance": {
                "normed_dx": lambda v: (
                    v.normed_gamma * (v.normed_dout - v.normed_dout.mean(axis=0)) / v.normed_std
                )
            },
            "normed-dx-without-gamma": {
                "normed_dx": lambda v: _step_by_step(v.again(normed_gamma=1.0))
            },
            "normed-shares-exchanged": {"normed_share": lambda v: SHARE},
            "normed-inference-by-batch": {"normed_at_inference": lambda v: v.normed_forward},
            "normed-inference-not-centred": {
                "normed_at_inference": lambda v: (
                    v.normed_gamma * v.normed_x / np.sqrt(v.normed_share * v.normed_variance)
                    + v.normed_beta
                )
            },
        },
    ),
    is_class=True,
    traces={
        "normed_x_hat": r"xn\s*=|x_hat|xc\s*/|normed",
        "normed_by": r"xn\s*=|x_hat|xc\s*/|std\s*=",
        "normed_variance": r"var\s*=",
        "normed_forward": r"gamma",
        "normed_dbeta": r"beta\s*=",
        "normed_dgamma": r"gamma\s*=",
        "normed_dx": r"dx\s*=|return",
        "normed_share": r"running\w*\s*=|momentum",
        "normed_at_inference": r"running",
    },
    methods={
        "normed_forward": "forward",
        "normed_dbeta": "backward",
        "normed_dgamma": "backward",
        "normed_dx": "backward",
        "normed_share": "forward",
        "normed_at_inference": "forward",
    },
)
