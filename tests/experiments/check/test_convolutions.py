"""Strangers' im2col, col2im, Convolution and Pooling.

The programs do what those of the book's chapter 7 do, written anew.
"""

import pytest

IM2COL = """
import numpy as np


def im2col(x, fh, fw, stride=1, pad=0):
    n, c, h, w = x.shape
    oh, ow = (h + 2 * pad - fh) // stride + 1, (w + 2 * pad - fw) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    col = np.zeros((n, c, fh, fw, oh, ow))
    for y in range(fh):
        for z in range(fw):
            last = img[:, :, y : y + stride * oh : stride, z : z + stride * ow : stride]
            col[:, :, y, z] = last
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, -1)


def col2im(col, shape, fh, fw, stride=1, pad=0):
    n, c, h, w = shape
    oh, ow = (h + 2 * pad - fh) // stride + 1, (w + 2 * pad - fw) // stride + 1
    col = col.reshape(n, oh, ow, c, fh, fw).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((n, c, h + 2 * pad + stride - 1, w + 2 * pad + stride - 1))
    for y in range(fh):
        for z in range(fw):
            img[:, :, y : y + stride * oh : stride, z : z + stride * ow : stride] += col[:, :, y, z]
    return img[:, :, pad : h + pad, pad : w + pad]
"""

LAYERS = """
import numpy as np
from common.util import im2col, col2im


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def forward(self, x):
        FN, C, FH, FW = self.W.shape
        N, _, H, W = x.shape
        oh = 1 + (H + 2 * self.pad - FH) // self.stride
        ow = 1 + (W + 2 * self.pad - FW) // self.stride
        self.x = x
        self.col = im2col(x, FH, FW, self.stride, self.pad)
        self.col_W = self.W.reshape(FN, -1).T
        out = self.col @ self.col_W + self.b
        return out.reshape(N, oh, ow, -1).transpose(0, 3, 1, 2)

    def backward(self, dout):
        FN, C, FH, FW = self.W.shape
        dout = dout.transpose(0, 2, 3, 1).reshape(-1, FN)
        self.db = np.sum(dout, axis=0)
        self.dW = (self.col.T @ dout).transpose(1, 0).reshape(FN, C, FH, FW)
        dcol = dout @ self.col_W.T
        return col2im(dcol, self.x.shape, FH, FW, self.stride, self.pad)


class Pooling:
    def __init__(self, pool_h, pool_w, stride=2, pad=0):
        self.ph, self.pw, self.stride, self.pad = pool_h, pool_w, stride, pad

    def forward(self, x):
        N, C, H, W = x.shape
        oh, ow = 1 + (H - self.ph) // self.stride, 1 + (W - self.pw) // self.stride
        col = im2col(x, self.ph, self.pw, self.stride, self.pad).reshape(-1, self.ph * self.pw)
        self.at, self.x = np.argmax(col, axis=1), x
        out = np.max(col, axis=1)
        return out.reshape(N, oh, ow, C).transpose(0, 3, 1, 2)

    def backward(self, dout):
        dout = dout.transpose(0, 2, 3, 1)
        dmax = np.zeros((dout.size, self.ph * self.pw))
        dmax[np.arange(self.at.size), self.at.flatten()] = dout.flatten()
        dmax = dmax.reshape(dout.shape + (self.ph * self.pw,))
        dcol = dmax.reshape(dmax.shape[0] * dmax.shape[1] * dmax.shape[2], -1)
        return col2im(dcol, self.x.shape, self.ph, self.pw, self.stride, self.pad)
"""

WRONG = [
    (IM2COL, "img[:, :, y : y + stride * oh : stride, z : z + stride * ow : stride] += ",
     "img[:, :, y : y + stride * oh : stride, z : z + stride * ow : stride] = ",
     "col2im", "col2im-overwrites"),
    (IM2COL, "col.transpose(0, 4, 5, 1, 2, 3)", "col", "im2col", "im2col-not-transposed"),
    (LAYERS, " + self.b\n", "\n", "Convolution", "conv-bias-missing"),
    (LAYERS, "self.W.reshape(FN, -1).T", "self.W.reshape(-1, FN)", "Convolution",
     "conv-filters-reshaped"),
    (LAYERS, "out.reshape(N, oh, ow, -1).transpose(0, 3, 1, 2)\n\n    def backward(self, dout):\n"
     "        FN", "out.reshape(N, FN, oh, ow)\n\n    def backward(self, dout):\n        FN",
     "Convolution", "conv-output-not-transposed"),
    (LAYERS, "dout.transpose(0, 2, 3, 1).reshape(-1, FN)", "dout.reshape(-1, FN)", "Convolution",
     "conv-dout-not-transposed"),
    (LAYERS, "np.sum(dout, axis=0)", "np.mean(dout, axis=0)", "Convolution", "conv-db-mean"),
    (LAYERS, "+ 2 * self.pad", "+ self.pad", "Convolution", "conv-padding-once"),
    (LAYERS, "np.max(col, axis=1)", "np.mean(col, axis=1)", "Pooling", "pooling-mean"),
]  # fmt: skip


def by_name(checked):
    return {found.subject: found for found in checked.explanations}


@pytest.mark.parametrize("text", [IM2COL, LAYERS], ids=["functions", "layers"])
def test_right_ones_are_right(text, check):
    checked = check(text)
    assert checked.verdict == "right"
    assert len(by_name(checked)) == 2


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("text", "old", "new", "name", "fault"), WRONG)
def test_a_mistake_is_named(text, old, new, name, fault, check):
    assert old in text
    found = by_name(check(text.replace(old, new)))
    assert found[name].verdict == "wrong"
    assert found[name].faults == (fault,)
    assert all(other.verdict == "right" for other in found.values() if other.subject != name)


FORWARD_ONLY = """
import numpy as np


class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def forward(self, x):
        s, p = self.stride, self.pad
        filters, _, fh, fw = self.W.shape
        oh, ow = (x.shape[2] + 2 * p - fh) // s + 1, (x.shape[3] + 2 * p - fw) // s + 1
        x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        out = np.zeros((len(x), filters, oh, ow))
        for i in range(oh):
            for j in range(ow):
                part = x[:, :, i * s : i * s + fh, j * s : j * s + fw]
                out[:, :, i, j] = np.tensordot(part, self.W, ((1, 2, 3), (1, 2, 3))) + self.b
        return out
"""


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("", "", ()),
        ("(x.shape[2] + 2 * p - fh)", "(x.shape[2] - fh)", ("conv-height-without-padding",)),
        (
            "i * s : i * s + fh, j * s : j * s + fw",
            "i : i + fh, j : j + fw",
            ("conv-windows-without-stride",),
        ),
        ("s, p = self.stride, self.pad", "s, p = self.stride, 0", ("conv-not-padded",)),
    ],
)
def test_a_layer_without_a_way_back_is_asked_for_its_way_forth(old, new, faults, check):
    checked = check(FORWARD_ONLY.replace(old, new))
    (found,) = checked.explanations
    assert (found.verdict, found.faults) == ("wrong" if faults else "right", faults)
    assert checked.missing == ("Convolution.backward",)


def test_two_mistakes_that_change_the_shape_are_named(check):
    text = FORWARD_ONLY.replace("(x.shape[2] + 2 * p - fh)", "(x.shape[2] - fh)")
    text = text.replace("i * s : i * s + fh, j * s : j * s + fw", "i : i + fh, j : j + fw")
    (found,) = check(text).explanations
    assert set(found.faults) == {"conv-height-without-padding", "conv-windows-without-stride"}


def test_a_layer_over_a_wrong_im2col_is_right_in_itself(check):
    wrong = IM2COL.replace("col.transpose(0, 4, 5, 1, 2, 3)", "col")
    own = LAYERS.replace("import numpy as np\nfrom common.util import im2col, col2im\n", wrong)
    found = by_name(check(own))
    assert found["im2col"].faults == ("im2col-not-transposed",)
    assert found["Convolution"].verdict == found["Pooling"].verdict == "right"
