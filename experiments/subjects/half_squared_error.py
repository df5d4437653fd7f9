"""Half the squared error (sources 000, 002, 003)."""

import numpy as np

from experiments.subjects.asking import copied
from experiments.subjects.subject import Given, Questions, Subject, exchanged
from scratch import functions


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    y, t = given["y"], given["t"]
    return {"squared error, batch": copied(y, t), "squared error, one sample": copied(y[0], t[0])}


SUBJECT = Subject(
    name="half_squared_error",
    names=("mean_squared_error", "sum_squared_error", "sum_squares_error"),
    questions=questions,
    formulas={
        "squared_error_function": lambda v: v.functions.half_squared_error,
        "squared error, batch": lambda v: v.squared_error_function(v.y, v.t),
        "squared error, one sample": lambda v: v.squared_error_function(v.y[0], v.t[0]),
    },
    mistakes=exchanged(
        "squared_error_function",
        {
            "squared-loss-without-half": lambda y, t: ((y - t) ** 2).sum(),
            "squared-loss-mean": functions.mean_squared_error,
            "squared-loss-mean-over-samples": lambda y, t: ((y - t) ** 2).sum() / len(y),
            "squared-loss-half-mean-over-samples": lambda y, t: 0.5 * ((y - t) ** 2).sum() / len(y),
            "squared-loss-not-squared": lambda y, t: 0.5 * np.abs(y - t).sum(),
            "squared-loss-difference-squared": lambda y, t: 0.5 * (y - t).sum() ** 2,
        },
        conventions=(
            *("squared-loss-without-half", "squared-loss-mean"),
            *("squared-loss-mean-over-samples", "squared-loss-half-mean-over-samples"),
        ),
    ),
    of_batches=("squared error, batch",),
    traces={"squared_error_function": r"sum|mean|\*\*"},
)
