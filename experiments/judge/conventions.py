"""Known differences between the sources' losses and Keras', exactly as large as they are."""

import numpy as np

from scratch.functions import EPSILON


def epsilon_term(y: np.ndarray, t: np.ndarray) -> float:
    """What the sources' ε takes off the cross-entropy: (1/B) Σ log(1 + ε / y_t).

    Keras has no ε, so this is exactly L_Keras − L_source.

    Args:
        y: outputs of shape (B, C).
        t: one-hot targets of the same shape.
    """
    return np.log1p(EPSILON / y[t > 0]).mean()


KERAS_MINUS_SOURCE = {"cross_entropy_error": epsilon_term}
"""What Keras' loss is above the sources', by the name of the loss; the others are the same."""
