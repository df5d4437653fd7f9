"""Source 002's backprop_XOR: an epoch of the net without biases, four on-line updates."""

from experiments.subjects.sigmoid_mlp import OUTPUT_MISTAKES
from experiments.subjects.without_biases import epoch_without_biases

SUBJECT = epoch_without_biases("backprop_XOR", "half_squared_error", {}, OUTPUT_MISTAKES)
