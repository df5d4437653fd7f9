"""The book's layer classes as formulas, with the faults of their backward passes.

Each layer is what it computes forward and what it hands back: the gradient of a loss with respect
to its inputs (and to its own parameters), given `dout`, the gradient with respect to its output.
"""

from collections.abc import Callable

import numpy as np

from experiments.faults.formulas import Formulas
from experiments.faults.registry import Fault
from scratch.functions import sigmoid, softmax

LAYERS: Formulas = {
    "relu_backward": lambda v: lambda x, dout: dout * (x > 0),
    "sigmoid_backward": lambda v: lambda x, dout: dout * _slope_at(v.sigmoid_function(x)),
    "affine_forward": lambda v: v.affine_x @ v.affine_W + v.affine_b,
    "affine_dx": lambda v: v.affine_dout @ v.affine_W.T,
    "affine_dW": lambda v: v.affine_x.T @ v.affine_dout,
    "affine_db": lambda v: v.affine_dout.sum(axis=0),
    "softmax_with_loss": lambda v: lambda a, t: v.cross_entropy_function(v.softmax_function(a), t),
    "softmax_with_loss_backward": lambda v: lambda a, t: (v.softmax_function(a) - t) / len(t),
    "mul_backward": lambda v: lambda x, y, dout: (dout * y, dout * x),
    "add_backward": lambda v: lambda x, y, dout: (dout * 1.0, dout * 1.0),
    "Relu forward": lambda v: v.relu_function(v.scores),
    "Relu backward": lambda v: v.relu_backward(v.scores, v.dout),
    "Sigmoid forward": lambda v: v.sigmoid_function(v.scores),
    "Sigmoid backward": lambda v: v.sigmoid_backward(v.scores, v.dout),
    "Affine forward": lambda v: v.affine_forward,
    "Affine backward": lambda v: v.affine_dx,
    "Affine dW": lambda v: v.affine_dW,
    "Affine db": lambda v: v.affine_db,
    "SoftmaxWithLoss forward": lambda v: v.softmax_with_loss(v.scores, v.t),
    "SoftmaxWithLoss backward": lambda v: v.softmax_with_loss_backward(v.scores, v.t),
    "MulLayer forward": lambda v: v.scores * v.y,
    "MulLayer dx": lambda v: v.mul_backward(v.scores, v.y, v.dout)[0],
    "MulLayer dy": lambda v: v.mul_backward(v.scores, v.y, v.dout)[1],
    "AddLayer forward": lambda v: v.scores + v.y,
    "AddLayer dx": lambda v: v.add_backward(v.scores, v.y, v.dout)[0],
    "AddLayer dy": lambda v: v.add_backward(v.scores, v.y, v.dout)[1],
}


def _exchanged(name: str, function: Callable) -> Formulas:
    return {name: lambda v: function}


def _slope_at(values: np.ndarray) -> np.ndarray:
    return values * (1 - values)


RELU_BACKWARD = "dout[self.mask] = 0, with self.mask = (x <= 0)"
SIGMOID_BACKWARD = "dout * (1.0 - self.out) * self.out"
AFFINE_BACKWARD = "dx = np.dot(dout, self.W.T)"
LOSS_BACKWARD = "(self.y - self.t) / batch_size"

LAYER_FAULTS = (
    Fault(
        "relu-layer-unmasked",
        "values",
        "Relu.backward hands dout back as it is; where x was not above 0 it has to be 0.",
        "Relu의 backward가 dout을 그대로 돌려줍니다. x가 0 이하였던 곳은 0이어야 합니다.",
        RELU_BACKWARD,
        _exchanged("relu_backward", lambda x, dout: dout * 1.0),
    ),
    Fault(
        "relu-layer-mask-inverted",
        "values",
        "Relu.backward lets dout pass where x was not above 0, and stops it elsewhere.",
        "Relu의 backward가 반대로 x가 0 이하인 곳만 통과시킵니다.",
        RELU_BACKWARD,
        _exchanged("relu_backward", lambda x, dout: dout * (x <= 0)),
    ),
    Fault(
        "relu-layer-without-dout",
        "values",
        "Relu.backward gives 0 and 1; dout is not multiplied in.",
        "Relu의 backward가 dout을 곱하지 않고 0과 1만 돌려줍니다.",
        RELU_BACKWARD,
        _exchanged("relu_backward", lambda x, dout: (x > 0) * 1.0),
    ),
    Fault(
        "relu-layer-slope-at-zero",
        "values",
        "At x = 0 exactly the slope of ReLU is taken as 1; Keras takes 0. A convention.",
        "x가 정확히 0일 때 ReLU의 기울기를 1로 보았습니다. Keras는 0으로 봅니다(규약의 차이).",
        RELU_BACKWARD,
        _exchanged("relu_backward", lambda x, dout: dout * (x >= 0)),
        convention=True,
    ),
    Fault(
        "sigmoid-layer-slope-missing",
        "values",
        "Sigmoid.backward hands dout back without the sigmoid's derivative.",
        "Sigmoid의 backward에 시그모이드의 미분이 빠졌습니다.",
        SIGMOID_BACKWARD,
        _exchanged("sigmoid_backward", lambda x, dout: dout * 1.0),
    ),
    Fault(
        "sigmoid-layer-slope-of-x",
        "values",
        "Sigmoid.backward takes x (1 - x) of the input; it is out (1 - out) of the output.",
        "Sigmoid의 backward가 출력 out이 아니라 입력 x로 x·(1−x)를 곱했습니다.",
        SIGMOID_BACKWARD,
        _exchanged("sigmoid_backward", lambda x, dout: dout * _slope_at(x)),
    ),
    Fault(
        "sigmoid-layer-slope-out-only",
        "values",
        "Of the sigmoid's derivative out (1 - out) only the factor out is there.",
        "시그모이드의 미분 out·(1−out) 가운데 out만 곱했습니다.",
        SIGMOID_BACKWARD,
        _exchanged("sigmoid_backward", lambda x, dout: dout * sigmoid(x)),
    ),
    Fault(
        "sigmoid-layer-slope-one-minus-out-only",
        "values",
        "Of the sigmoid's derivative out (1 - out) only the factor 1 - out is there.",
        "시그모이드의 미분 out·(1−out) 가운데 1−out만 곱했습니다.",
        SIGMOID_BACKWARD,
        _exchanged("sigmoid_backward", lambda x, dout: dout * (1 - sigmoid(x))),
    ),
    Fault(
        "sigmoid-layer-without-dout",
        "values",
        "Sigmoid.backward gives the sigmoid's derivative alone; dout is not multiplied in.",
        "Sigmoid의 backward가 dout을 곱하지 않고 시그모이드의 미분만 돌려줍니다.",
        SIGMOID_BACKWARD,
        _exchanged("sigmoid_backward", lambda x, dout: _slope_at(sigmoid(x))),
    ),
    Fault(
        "affine-bias-missing",
        "values",
        "Affine.forward does not add the bias.",
        "Affine의 forward에서 편향을 더하지 않았습니다.",
        "out = np.dot(x, self.W) + self.b",
        {"affine_forward": lambda v: v.affine_x @ v.affine_W},
    ),
    Fault(
        "affine-dx-reshaped",
        "values",
        "W is reshaped where it has to be transposed: the shape fits, the weights are mixed up.",
        "W를 전치(W.T)하지 않고 reshape해서 형상만 맞고 가중치가 뒤섞였습니다.",
        AFFINE_BACKWARD,
        {
            "affine_dx": lambda v: (
                v.affine_dout @ v.affine_W.reshape(v.affine_W.shape[1], v.affine_W.shape[0])
            )
        },
    ),
    Fault(
        "affine-dx-is-dout",
        "values",
        "Affine.backward hands dout back; the gradient of the layer's input is dout · Wᵀ.",
        "Affine의 backward가 dout을 그대로 돌려줍니다. 입력의 기울기는 dout·Wᵀ입니다.",
        AFFINE_BACKWARD,
        {"affine_dx": lambda v: v.affine_dout * 1.0},
    ),
    Fault(
        "affine-dW-transposed",
        "values",
        "dW is transposed: its shape has to be W's.",
        "dW가 전치되었습니다. W와 형상이 같아야 합니다.",
        "self.dW = np.dot(self.x.T, dout)",
        {"affine_dW": lambda v: v.affine_dout.T @ v.affine_x},
    ),
    Fault(
        "affine-dW-reshaped",
        "values",
        "x is reshaped where it has to be transposed in dW.",
        "dW에서 x를 전치(x.T)하지 않고 reshape했습니다.",
        "self.dW = np.dot(self.x.T, dout)",
        {
            "affine_dW": lambda v: (
                v.affine_x.reshape(v.affine_x.shape[1], v.affine_x.shape[0]) @ v.affine_dout
            )
        },
    ),
    Fault(
        "affine-dW-divided",
        "values",
        "dW is divided by the batch size, which SoftmaxWithLoss has done already.",
        "dW를 배치 크기로 나눴습니다. 그것은 SoftmaxWithLoss가 이미 했습니다.",
        "self.dW = np.dot(self.x.T, dout)",
        {"affine_dW": lambda v: v.affine_x.T @ v.affine_dout / len(v.affine_x)},
    ),
    Fault(
        "affine-db-not-summed",
        "values",
        "db is dout as it is; the bias is added to every sample, so its gradient is their sum.",
        "db가 dout 그대로입니다. 편향은 모든 표본에 더해지므로 기울기는 그 합입니다.",
        "self.db = np.sum(dout, axis=0)",
        {"affine_db": lambda v: v.affine_dout * 1.0},
    ),
    Fault(
        "affine-db-mean",
        "values",
        "db is the mean over the batch; it has to be the sum.",
        "db를 배치에 대한 합이 아니라 평균으로 구했습니다.",
        "self.db = np.sum(dout, axis=0)",
        {"affine_db": lambda v: v.affine_dout.sum(axis=0) / len(v.affine_x)},
    ),
    Fault(
        "affine-db-total",
        "values",
        "db sums over the units as well: axis=0 is missing.",
        "db에서 axis=0이 빠져 뉴런까지 모두 더했습니다.",
        "self.db = np.sum(dout, axis=0)",
        {"affine_db": lambda v: v.affine_dout.sum()},
    ),
    Fault(
        "affine-db-over-units",
        "values",
        "db sums over axis=1, the units; it has to sum over axis=0, the samples.",
        "db를 axis=1(뉴런)로 더했습니다. axis=0(표본)으로 더해야 합니다.",
        "self.db = np.sum(dout, axis=0)",
        {"affine_db": lambda v: v.affine_dout.sum(axis=1)},
    ),
    Fault(
        "softmax-with-loss-not-divided",
        "values",
        "SoftmaxWithLoss.backward is not divided by the batch size, the loss is.",
        "SoftmaxWithLoss의 backward를 배치 크기로 나누지 않았습니다(손실은 나눕니다).",
        LOSS_BACKWARD,
        _exchanged("softmax_with_loss_backward", lambda a, t: softmax(a) - t),
    ),
    Fault(
        "softmax-with-loss-sign",
        "values",
        "SoftmaxWithLoss.backward is t - y; the gradient is y - t.",
        "SoftmaxWithLoss의 backward가 t−y입니다. 기울기는 y−t입니다.",
        LOSS_BACKWARD,
        _exchanged("softmax_with_loss_backward", lambda a, t: (t - softmax(a)) / len(t)),
    ),
    Fault(
        "softmax-with-loss-without-target",
        "values",
        "SoftmaxWithLoss.backward does not subtract the target.",
        "SoftmaxWithLoss의 backward에서 정답 t를 빼지 않았습니다.",
        LOSS_BACKWARD,
        _exchanged("softmax_with_loss_backward", lambda a, t: softmax(a) / len(t)),
    ),
    Fault(
        "softmax-with-loss-of-scores",
        "values",
        "SoftmaxWithLoss.backward takes the scores, not the softmax's probabilities.",
        "SoftmaxWithLoss의 backward에서 소프트맥스의 출력이 아니라 점수를 썼습니다.",
        LOSS_BACKWARD,
        _exchanged("softmax_with_loss_backward", lambda a, t: (a - t) / len(t)),
    ),
    Fault(
        "mul-layer-not-exchanged",
        "values",
        "MulLayer.backward does not exchange the inputs: dx is dout · y and dy is dout · x.",
        "MulLayer의 backward에서 입력을 서로 바꾸지 않았습니다. dx는 dout·y, dy는 dout·x입니다.",
        "dx, dy = dout * self.y, dout * self.x",
        _exchanged("mul_backward", lambda x, y, dout: (dout * x, dout * y)),
    ),
    Fault(
        "mul-layer-without-dout",
        "values",
        "MulLayer.backward does not multiply by dout.",
        "MulLayer의 backward에서 dout을 곱하지 않았습니다.",
        "dx, dy = dout * self.y, dout * self.x",
        _exchanged("mul_backward", lambda x, y, dout: (y * 1.0, x * 1.0)),
    ),
    Fault(
        "mul-layer-dout-only",
        "values",
        "MulLayer.backward hands dout back; it has to be multiplied by the other input.",
        "MulLayer의 backward가 dout을 그대로 돌려줍니다. 다른 입력을 곱해야 합니다.",
        "dx, dy = dout * self.y, dout * self.x",
        _exchanged("mul_backward", lambda x, y, dout: (dout * 1.0, dout * 1.0)),
    ),
    Fault(
        "add-layer-times-input",
        "values",
        "AddLayer.backward multiplies by the inputs; a sum hands dout back as it is.",
        "AddLayer의 backward에서 입력을 곱했습니다. 덧셈은 dout을 그대로 돌려줍니다.",
        "dx, dy = dout * 1, dout * 1",
        _exchanged("add_backward", lambda x, y, dout: (dout * x, dout * y)),
    ),
    Fault(
        "add-layer-without-dout",
        "values",
        "AddLayer.backward gives 1; a sum hands dout back.",
        "AddLayer의 backward가 dout이 아니라 1을 돌려줍니다.",
        "dx, dy = dout * 1, dout * 1",
        _exchanged("add_backward", lambda x, y, dout: (1.0 * (x == x), 1.0 * (y == y))),
    ),
)
"""Every fault of a layer, held against Keras' layer and automatic differentiation."""
