"""Source 002's BackpropCE: an epoch of the net without biases, four on-line updates."""

from experiments.subjects.sigmoid_mlp import CROSS_ENTROPY_MISTAKES
from experiments.subjects.without_biases import epoch_without_biases

SUBJECT = epoch_without_biases(
    "BackpropCE",
    "binary_cross_entropy_error",
    {"delta2": lambda v: v.y - v.t},
    CROSS_ENTROPY_MISTAKES,
)
