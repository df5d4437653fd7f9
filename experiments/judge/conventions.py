"""Known differences between the sources' losses and Keras', exactly as large as they are."""

import numpy as np

EPSILON = 1e-7
"""What source 004 adds inside the logarithm of the cross-entropy."""


def epsilon_term(scores: np.ndarray, t: np.ndarray) -> float:
    """What the sources' ε takes off the cross-entropy: (1/B) Σ log(1 + ε / y_t).

    Keras has no ε, so this is exactly L_Keras − L_source. As y_t may be too small for a floating
    number while Keras' loss, computed from the scores, is not yet infinite, it is computed from the
    scores as well: log y_t = a_t − log Σ eᵃ.

    Args:
        scores: what the softmax is taken of, shape (B, C).
        t: one-hot targets of the same shape.
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_y = (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))[t > 0]
    return np.logaddexp(0.0, np.log(EPSILON) - log_y).mean()


def of_probabilities(y: np.ndarray, t: np.ndarray) -> float:
    """The same where probabilities are all that is known: of one sample (C,) or a batch."""
    return epsilon_term(np.log(np.atleast_2d(y)), np.atleast_2d(t))


KERAS_MINUS_SOURCE = {"cross_entropy_error": epsilon_term}
"""What Keras' loss is above the sources', by the name of the loss; the others are the same."""
