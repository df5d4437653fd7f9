"""Students' nets from a grammar: activations × loss × reduction × L2, right or with a fault."""

HIDDEN = {
    "sigmoid": ("1 / (1 + np.exp(-a1))", "z1 * (1 - z1)"),
    "tanh": ("np.tanh(a1)", "(1 - z1 ** 2)"),
    "relu": ("np.maximum(0, a1)", "(a1 > 0)"),
    "leaky relu": ("np.where(a1 > 0, a1, 0.01 * a1)", "np.where(a1 > 0, 1, 0.01)"),
    "identity": ("a1", "1"),
}
"""The activation, and its slope, as one writes them."""

OUTPUTS = {
    "softmax": "e / e.sum(axis=1, keepdims=True)",
    "sigmoid": "1 / (1 + np.exp(-a2))",
    "identity": "a2",
}

LOSSES = {
    "cross-entropy": ("-np.sum(t * np.log(y + 1e-7))", "-t / y"),
    "binary cross-entropy": (
        "-np.sum(t * np.log(y + 1e-7) + (1 - t) * np.log(1 - y + 1e-7))",
        "(y - t) / (y * (1 - y))",
    ),
    "half squared error": ("0.5 * np.sum((y - t) ** 2)", "y - t"),
    "squared error": ("np.sum((y - t) ** 2)", "2 * (y - t)"),
    "absolute error": ("np.sum(np.abs(y - t))", "np.sign(y - t)"),
}
"""The loss over the whole batch, and its slope by y."""

FIT = {
    "softmax": ("cross-entropy", "half squared error", "squared error"),
    "sigmoid": ("binary cross-entropy", "half squared error", "squared error", "absolute error"),
    "identity": ("half squared error", "squared error", "absolute error"),
}
"""Losses that one takes behind an output."""

DIVISORS = {"sum": "1", "mean": "len(x)", "mean of all": "t.size"}

FAULTS = {
    "hidden-slope-missing": ("d1 = (d2 @ W2.T) * {slope}", "d1 = d2 @ W2.T"),
    "delta-doubled": ("d2 = {delta}", "d2 = 2 * ({delta})"),
    "delta-sign": ("d2 = {delta}", "d2 = -({delta})"),
    "b2-mean": ("'b2': d2.sum(axis=0)", "'b2': d2.mean(axis=0)"),
    "W2-from-a1": ("'W2': z1.T @ d2", "'W2': a1.T @ d2"),
    "bias1-missing": (
        "a1 = x @ self.params['W1'] + self.params['b1']",
        "a1 = x @ self.params['W1']",
    ),
}
"""By the id of the mistake: what stands right, and what stands there instead."""

PROGRAM = """
import numpy as np

class Net:
    def __init__(self, inputs, hidden, outputs):
        self.params = {{'W1': 0.1 * np.random.randn(inputs, hidden), 'b1': np.zeros(hidden),
                       'W2': 0.1 * np.random.randn(hidden, outputs), 'b2': np.zeros(outputs)}}

    def forward(self, x):
        a1 = x @ self.params['W1'] + self.params['b1']
        z1 = {activation}
        a2 = z1 @ self.params['W2'] + self.params['b2']
        e = np.exp(a2 - a2.max(axis=1, keepdims=True))
        return a1, z1, {output}

    def predict(self, x):
        return self.forward(x)[2]

    def loss(self, x, t):
        y = self.predict(x)
        return {loss} / ({divisor}){penalty}

    def gradient(self, x, t):
        W1, W2 = self.params['W1'], self.params['W2']
        a1, z1, y = self.forward(x)
        d2 = {delta}
        d1 = (d2 @ W2.T) * {slope}
        return {{'W1': x.T @ d1{decay1}, 'b1': d1.sum(axis=0),
                'W2': z1.T @ d2{decay2}, 'b2': d2.sum(axis=0)}}
"""


def program(hidden, output, loss, reduction, l2=0.0, fault=""):
    """The text of a student's file."""
    activation, slope = HIDDEN[hidden]
    value, by_y = LOSSES[loss]
    delta = {
        "identity": by_y,
        "sigmoid": f"({by_y}) * y * (1 - y)",
        "softmax": f"y * (({by_y}) - (({by_y}) * y).sum(axis=1, keepdims=True))",
    }[output]
    if (loss, output) in (("cross-entropy", "softmax"), ("binary cross-entropy", "sigmoid")):
        delta = "y - t"
    filled = {
        "activation": activation,
        "slope": slope,
        "output": OUTPUTS[output],
        "loss": value,
        "divisor": DIVISORS[reduction],
        "delta": f"({delta}) / ({DIVISORS[reduction]})",
        "penalty": f" + 0.5 * {l2} * (np.sum(self.params['W1']**2) + np.sum(self.params['W2']**2))"
        if l2
        else "",
        "decay1": f" + {l2} * W1" if l2 else "",
        "decay2": f" + {l2} * W2" if l2 else "",
    }
    text = PROGRAM.format(**filled)
    if fault:
        right, wrong = (part.format(**filled) for part in FAULTS[fault])
        assert right in text
        text = text.replace(right, wrong)
    return text
