"""The numbers behind the pictures: decision surfaces, hidden units, sample digits, confusion."""

import base64

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import decisions
from experiments.sides import Side

GRID = np.linspace(-0.5, 1.5, 41)
"""Both axes of a decision surface."""

SAMPLES = 6
"""Test digits shown: the first that scratch decides rightly, and as many wrongly."""

HIDDEN_UNITS = 50
"""Hidden units shown at most."""


def rounded(values: np.ndarray, digits: int = 4) -> list:
    """Nested lists with a few significant digits: enough for a picture."""
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.where(values == 0, 1, np.abs(values)))))
    return (np.round(values * scale) / scale).tolist()


def surface(scratch: Side, keras: Side) -> dict:
    """Outputs of both sides over the plane of the first two inputs, a third being 1."""
    first, second = np.meshgrid(GRID, GRID)
    points = np.stack([first.ravel(), second.ravel(), np.ones(first.size)], axis=1)
    weights = next(iter(scratch.params.values()))
    points = points[:, : len(weights)].astype(weights.dtype)
    y = {s.name: s.forward(points)["y"].reshape(first.shape) for s in (scratch, keras)}
    return {
        "grid": GRID.tolist(),
        "scratch": rounded(y["scratch"]),
        "keras": rounded(y["keras"]),
        "largest_difference": float(np.abs(y["scratch"] - y["keras"]).max()),
    }


def images(data: Dataset, scratch: Side, keras: Side) -> dict:
    """What a trained image classifier shows: its hidden units, sample digits, and its confusions.

    Returns:
        "hidden_units": the first columns of W1, in percent of the largest weight, as base64 of
            signed bytes: a picture's worth of precision in a third of the room;
        "samples": test digits with both sides' decisions;
        "confusion": counts, rows true class, columns decision, for each side.
    """
    units = scratch.params["W1"].T[:HIDDEN_UNITS].astype(float)
    largest = float(np.abs(units).max())
    percent = np.round(100 * units / largest).astype(np.int8)
    true = decisions(data.t_test)
    outputs = {side.name: side.outputs("test") for side in (scratch, keras)}
    decided = {name: decisions(y) for name, y in outputs.items()}
    probability = outputs["scratch"].max(axis=1)
    confusion = {}
    for name, decision in decided.items():
        counts = np.zeros((10, 10), int)
        np.add.at(counts, (true, decision), 1)
        confusion[name] = counts.tolist()
    right = decided["scratch"] == true

    def sample(i: int) -> dict:
        return {
            "index": int(i),
            "pixels": (data.x_test[i] * 255).round().astype(int).tolist(),
            "true": int(true[i]),
            "scratch": int(decided["scratch"][i]),
            "keras": int(decided["keras"][i]),
            "probability": round(float(probability[i]), 4),
        }

    return {
        "hidden_units": {
            "largest": largest,
            "percent": base64.b64encode(percent.tobytes()).decode(),
        },
        "samples": {
            "right": [sample(i) for i in np.flatnonzero(right)[:SAMPLES]],
            "wrong": [sample(i) for i in np.flatnonzero(~right)[:SAMPLES]],
        },
        "confusion": confusion,
    }
