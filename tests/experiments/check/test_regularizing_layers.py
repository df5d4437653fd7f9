"""Strangers' Dropout and BatchNormalization: right in any convention, and named where they are not.

The programs follow chapter 6 of the book, written anew.
"""

import pytest

DROPOUT = """
import numpy as np


class Dropout:
    def __init__(self, ratio=0.5):
        self.ratio = ratio

    def forward(self, x, training=True):
        if training:
            self.kept = np.random.rand(*x.shape) > self.ratio
            return x * self.kept
        return x * (1 - self.ratio)

    def backward(self, dout):
        return dout * self.kept
"""
INVERTED = (
    DROPOUT.replace("> self.ratio", "> self.ratio) / (1 - self.ratio)")
    .replace("= np.random", "= (np.random")
    .replace("return x * (1 - self.ratio)", "return x")
)

NORMED = """
import numpy as np


class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.gamma, self.beta, self.momentum = gamma, beta, momentum
        self.mean, self.var = running_mean, running_var

    def forward(self, x, train_flg=True):
        if self.mean is None:
            self.mean, self.var = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        if train_flg:
            mu = x.mean(axis=0)
            self.xc = x - mu
            var = np.mean(self.xc ** 2, axis=0)
            self.std = np.sqrt(var + 10e-7)
            self.xn = self.xc / self.std
            self.mean = self.momentum * self.mean + (1 - self.momentum) * mu
            self.var = self.momentum * self.var + (1 - self.momentum) * var
            return self.gamma * self.xn + self.beta
        return self.gamma * (x - self.mean) / np.sqrt(self.var + 10e-7) + self.beta

    def backward(self, dout):
        n = len(dout)
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(self.xn * dout, axis=0)
        dxn = self.gamma * dout
        dxc = dxn / self.std
        dstd = -np.sum((dxn * self.xc) / (self.std * self.std), axis=0)
        dvar = 0.5 * dstd / self.std
        dxc += (2.0 / n) * self.xc * dvar
        return dxc - np.sum(dxc, axis=0) / n
"""
SHORT = NORMED.replace(
    "return dxc - np.sum(dxc, axis=0) / n",
    "return self.gamma / self.std * (dout - dout.mean(0) - self.xn * (self.xn * dout).mean(0))",
)

RIGHT = {
    "dropped at inference": (DROPOUT, "right"),
    "inverted": (INVERTED, "right"),
    "share of the kept": (INVERTED.replace("> self.ratio", "< self.ratio")
                          .replace("(1 - self.ratio)", "self.ratio"), "convention"),
    "normed": (NORMED, "right"),
    "normed, in short": (SHORT, "right"),
    "another ε": (NORMED.replace("10e-7", "1e-5"), "right"),
}  # fmt: skip

WRONG = [
    (DROPOUT, "x * (1 - self.ratio)", "x", "dropout-not-scaled"),
    (INVERTED, "return x\n", "return x * (1 - self.ratio)\n", "dropout-scaled-twice"),
    (DROPOUT, "> self.ratio", "< self.ratio", "dropout-keeps-the-dropped"),
    (DROPOUT, "dout * self.kept", "dout", "dropout-backward-unmasked"),
    (INVERTED, "dout * self.kept", "dout * (self.kept > 0)", "dropout-backward-not-scaled"),
    (NORMED, "self.xc / self.std\n", "x / self.std\n", "normed-not-centred"),
    (NORMED, "self.momentum * self.mean + (1 - self.momentum) * mu",
     "(1 - self.momentum) * self.mean + self.momentum * mu", ""),
    (NORMED, "self.dbeta = dout.sum", "self.dbeta = dout.mean", "normed-dbeta-mean"),
    (NORMED, "dxn = self.gamma * dout", "dxn = dout", "normed-dx-without-gamma"),
    (NORMED, "return dxc - np.sum(dxc, axis=0) / n",
     "return self.gamma * dout / self.std", "normed-dx-constant-batch"),
    (NORMED, "np.mean(self.xc ** 2, axis=0)",
     "self.xc.var(axis=0, ddof=1)", "normed-variance-of-fewer"),
    (NORMED, "if train_flg:", "if True:", "normed-inference-by-batch"),
]  # fmt: skip


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("form", RIGHT)
def test_every_right_form_is_right(form, check):
    text, verdict = RIGHT[form]
    (found,) = check(text).explanations
    assert found.verdict == verdict


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("text", "old", "new", "fault"), WRONG)
def test_a_mistake_is_named(text, old, new, fault, check):
    assert old in text
    (found,) = check(text.replace(old, new)).explanations
    assert found.verdict == ("wrong" if fault else "unknown")
    assert list(found.faults) == [fault] * bool(fault)
