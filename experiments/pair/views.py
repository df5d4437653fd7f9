"""The numbers behind the pictures: decision surfaces, hidden units, sample digits, confusion."""

import base64

import numpy as np

from experiments.judge.ladder import Arrays, History, decisions
from experiments.pair.pair import Pair
from experiments.record.results import HIDDEN_UNITS, Digit, Frame, ImageViews, Surface

GRID = np.linspace(-0.5, 1.5, 41)
"""Both axes of a decision surface."""

SAMPLES = 6
"""Test digits shown: the first that scratch decides rightly, and as many wrongly."""


def rounded(values: np.ndarray, digits: int = 4) -> list:
    """Nested lists with a few significant digits: enough for a picture."""
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.where(values == 0, 1, np.abs(values)))))
    return (np.round(values * scale) / scale).tolist()


def surface(pair: Pair, histories: tuple[History, History]) -> Surface:
    """Outputs of both sides over the plane of the first two inputs, a third being 1."""
    first, second = np.meshgrid(GRID, GRID)
    points = np.stack([first.ravel(), second.ravel(), np.ones(first.size)], axis=1)
    points = points[:, : pair.data.x.shape[1]].astype(pair.data.x.dtype)
    scratch, keras = (
        side.forward(history.checkpoints[pair.training.steps], points)["y"].reshape(first.shape)
        for side, history in zip(pair.sides, histories, strict=True)
    )

    def percent(params: Arrays) -> tuple[int, ...]:
        answers = pair.scratch.forward(params, points)["y"].reshape(first.shape)
        return tuple(np.round(100 * answers[::2, ::2]).astype(int).ravel().tolist())

    kept = histories[0].checkpoints
    return Surface(
        tuple(GRID.tolist()),
        rounded(scratch),
        rounded(keras),
        float(np.abs(scratch - keras).max()),
        tuple(pair.data.t[:, 0].tolist()),
        tuple(Frame(step, percent(params)) for step, params in kept.items()),
    )


def images(pair: Pair, finals: tuple[Arrays, Arrays]) -> ImageViews:
    """What a trained image classifier shows: its hidden units, sample digits, and confusions."""
    first = finals[0]["W1"].astype(float)
    units = first.T if first.ndim == 2 else first.reshape(len(first), -1)
    largest = float(np.abs(units).max())
    percent = np.round(100 * units[:HIDDEN_UNITS] / largest).astype(np.int8)
    true = decisions(pair.data.t_test)
    scratch, keras = (
        side.outputs(final, "test") for side, final in zip(pair.sides, finals, strict=True)
    )
    decided = {"scratch": decisions(scratch), "keras": decisions(keras)}
    probability = scratch.max(axis=1)
    confusion = {}
    for name, decision in decided.items():
        counts = np.zeros((10, 10), int)
        np.add.at(counts, (true, decision), 1)
        confusion[name] = counts.tolist()
    right = decided["scratch"] == true

    def digits(rows: np.ndarray) -> tuple[Digit, ...]:
        return tuple(
            Digit(
                int(i),
                tuple((pair.data.x_test[i] * 255).round().astype(int).tolist()),
                int(true[i]),
                int(decided["scratch"][i]),
                int(decided["keras"][i]),
                round(float(probability[i]), 4),
            )
            for i in rows[:SAMPLES]
        )

    return ImageViews(
        base64.b64encode(percent.tobytes()).decode(),
        largest,
        len(units),
        digits(np.flatnonzero(right)),
        digits(np.flatnonzero(~right)),
        confusion,
    )
