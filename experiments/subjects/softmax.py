"""The softmax (sources 000, 001, 004)."""

import numpy as np

from experiments.subjects.subject import Given, Questions, Subject, exchanged
from scratch import functions
from scratch.functions import softmax


def _exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max())


def _row_exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max(axis=-1, keepdims=True))


def _first_row_lifted(scores: np.ndarray) -> np.ndarray:
    """1000 more for the first row alone: what takes the whole batch's maximum loses the others."""
    return 1000.0 * (np.arange(len(scores)) == 0)[:, np.newaxis]


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    scores = given["scores"]
    return {
        "softmax, batch": lambda f: f(scores.copy()),
        "softmax, one sample": lambda f: f(scores[0].copy()),
        "softmax, far": lambda f: f(scores[0] + 1000.0),
        "softmax, far batch": lambda f: f(scores + _first_row_lifted(scores)),
    }


SUBJECT = Subject(
    name="softmax",
    names=("softmax",),
    questions=questions,
    formulas={
        "softmax_function": lambda v: v.functions.softmax,
        "softmax, batch": lambda v: v.softmax_function(v.scores),
        "softmax, one sample": lambda v: v.softmax_function(v.scores[0]),
        "softmax, far": lambda v: v.softmax_function(v.scores[0] + 1000.0),
        "softmax, far batch": lambda v: v.softmax_function(v.scores + _first_row_lifted(v.scores)),
    },
    mistakes=exchanged(
        "softmax_function",
        {
            "softmax-over-the-batch": lambda a: _exponentials(a) / _exponentials(a).sum(),
            "softmax-sum-over-the-batch": lambda a: (
                _row_exponentials(a) / _row_exponentials(a).sum()
            ),
            "softmax-maximum-of-all": lambda a: (
                _exponentials(a) / _exponentials(a).sum(axis=-1, keepdims=True)
            ),
            "softmax-over-columns": lambda a: softmax(a.T).T,
            "softmax-over-columns-overflow": lambda a: np.exp(a) / np.exp(a).sum(axis=0),
            "softmax-over-columns-maximum-of-all": lambda a: (
                _exponentials(a) / _exponentials(a).sum(axis=0)
            ),
            "softmax-overflow": functions.softmax_without_maximum,
            "softmax-of-all": lambda a: np.exp(a) / np.exp(a).sum(),
            "softmax-twice": lambda a: softmax(softmax(a)),
            "softmax-sign": lambda a: softmax(-a),
            "softmax-not-normalised": _row_exponentials,
            "softmax-without-exponential": functions.proportions,
        },
    ),
    of_batches=("softmax, batch", "softmax, far batch"),
    traces={"softmax_function": r"\bsum\(|exp\("},
)
