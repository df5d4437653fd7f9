"""Inference with a three-layer net, image by image and in batches (sources 000 and 001)."""

import time

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import Arrays
from experiments.spec import (
    Evaluation,
    Experiment,
    Package,
    Seconds,
    Training,
    glorot,
    with_replacement,
)

TRAINING = Training(
    name="784-50-100-10",
    model="three_layer_net.ThreeLayerNet",
    data="mnist",
    start=glorot(W1=(784, 50), b1=(50,), W2=(50, 100), b2=(100,), W3=(100, 10), b3=(10,)),
    order=with_replacement(100),
    learning_rate=0.5,
    steps=6_000,
    evaluate_at=tuple(range(600, 6_001, 600)),
)


def inference(package: Package, data: Dataset, params: Arrays) -> dict[str, np.ndarray | float]:
    """Decisions on the test images one by one and in batches of 100, and how long it takes."""
    module = package("three_layer_net")
    net = module.ThreeLayerNet(dict(params))
    module.predict_one_by_one(net, data.x_test[:10])
    began = time.perf_counter()
    single = module.predict_one_by_one(net, data.x_test)
    between = time.perf_counter()
    batches = module.predict_in_batches(net, data.x_test, 100)
    ended = time.perf_counter()
    true = data.t_test.argmax(axis=1)
    forward = package("layers").forward if hasattr(net, "layers") else type(net).forward
    scores = forward(net, data.x_test)["a3"]
    return {
        "decisions one by one": single.argmax(axis=1),
        "decisions in batches": batches.argmax(axis=1),
        "decisions that differ": int(np.sum(single.argmax(axis=1) != batches.argmax(axis=1))),
        "decisions without softmax": scores.argmax(axis=1),
        "decisions that softmax changes": int(
            np.sum(scores.argmax(axis=1) != batches.argmax(axis=1))
        ),
        "accuracy one by one": float(np.mean(single.argmax(axis=1) == true)),
        "accuracy in batches": float(np.mean(batches.argmax(axis=1) == true)),
        "one by one": Seconds(between - began),
        "in batches": Seconds(ended - between),
    }


EXPERIMENT = Experiment(
    name="mnist-inference",
    lesson=16,
    sources=("000", "001"),
    trainings=(TRAINING,),
    evaluations=(
        Evaluation(name="inference", compute=inference, data="mnist", params_of=TRAINING.name),
    ),
)
