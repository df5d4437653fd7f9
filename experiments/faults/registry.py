"""The faults: what goes wrong in hand-written nets, one executable mistake each.

They come from the catalogue of bugs that students of the book make, and serve two masters: injected
one at a time they prove that the comparisons catch them, and replayed they name a student's bug.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from experiments.faults.formulas import (
    DELTA_RULE,
    SIGMOID_MLP,
    TWO_LAYER_NET,
    Formula,
    Formulas,
    Values,
)
from scratch import functions
from scratch.functions import EPSILON, relu, sigmoid, softmax

Rung = Literal["start", "values", "layers", "loss", "gradient", "update", "steps", "trajectory"]


@dataclass(frozen=True)
class Fault:
    """A mistake, as the formulas that it puts in place of the right ones.

    Attributes:
        id: its name.
        rung: of the ladder, where it must be caught first.
        en: what is wrong, in one English sentence.
        ko: the same in Korean.
        correction: how the line should read.
        formulas: by the name of the quantity.
        convention: whether it is another way of writing things, and not a mistake.
    """

    id: str
    rung: Rung
    en: str
    ko: str
    correction: str
    formulas: Formulas
    convention: bool = False


@dataclass(frozen=True)
class Family:
    """A model with the faults that it can have.

    Attributes:
        name: of the family.
        model: as `Training.model` has it.
        parameters: names of its parameters.
        formulas: of the right model.
        faults: that apply to it.
    """

    name: str
    model: str
    parameters: tuple[str, ...]
    formulas: Formulas
    faults: tuple[Fault, ...]


def _ones(v: Values) -> np.ndarray:
    return np.ones((len(v.x), 1))


def _slope_at(values: np.ndarray) -> np.ndarray:
    return values * (1 - values)


def _log_loss(v: Values, logarithm: np.ufunc = np.log, epsilon: float = EPSILON) -> np.ndarray:
    return -(v.t * logarithm(v.y + epsilon)).sum() / len(v.y)


def _exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max())


def _row_exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max(axis=1, keepdims=True))


def _mask_last(values: np.ndarray) -> np.ndarray:
    """All but the last unit's column."""
    return values * (np.arange(values.shape[-1]) < values.shape[-1] - 1)


HIDDEN = (
    Fault(
        "bias1-missing",
        "layers",
        "The hidden layer's bias b1 is not added.",
        "은닉층의 편향 b1을 더하지 않았습니다.",
        "a1 = np.dot(x, W1) + b1",
        {"a1": lambda v: v.x @ v.W1},
    ),
    Fault(
        "bias2-missing",
        "layers",
        "The output layer's bias b2 is not added.",
        "출력층의 편향 b2를 더하지 않았습니다.",
        "a2 = np.dot(z1, W2) + b2",
        {"a2": lambda v: v.z1 @ v.W2},
    ),
    Fault(
        "bias1-subtracted",
        "layers",
        "The hidden layer's bias b1 is subtracted like a threshold.",
        "은닉층의 편향 b1을 임계값처럼 뺐습니다.",
        "a1 = np.dot(x, W1) + b1",
        {"a1": lambda v: v.x @ v.W1 - v.b1},
    ),
    Fault(
        "sigmoid-sign",
        "layers",
        "The hidden sigmoid has exp(x) where it needs exp(-x), so it falls where it should rise.",
        "은닉층 시그모이드에서 exp(-x) 대신 exp(x)를 써서 증가할 곳에서 감소합니다.",
        "1 / (1 + np.exp(-x))",
        {"z1": lambda v: 1 / (1 + np.exp(v.a1))},
    ),
    Fault(
        "hidden-activation-missing",
        "layers",
        "The hidden layer passes a1 on without an activation function.",
        "은닉층에서 활성화 함수를 적용하지 않고 a1을 그대로 넘겼습니다.",
        "z1 = sigmoid(a1), or relu(a1)",
        {"z1": lambda v: v.a1 * 1.0},
    ),
    Fault(
        "hidden-step",
        "layers",
        "The hidden layer uses the step function, which has no gradient to learn from.",
        "은닉층에 계단 함수를 썼습니다. 계단 함수는 기울기가 0이라 학습할 수 없습니다.",
        "z1 = sigmoid(a1)",
        {"z1": lambda v: (v.a1 > 0) * 1.0},
    ),
    Fault(
        "hidden-relu",
        "layers",
        "The hidden layer uses ReLU, but the backward pass takes the sigmoid's derivative.",
        "은닉층은 ReLU를 쓰는데 역전파는 시그모이드의 미분을 씁니다.",
        "z1 = sigmoid(a1)",
        {"z1": lambda v: relu(v.a1)},
    ),
    Fault(
        "hidden-tanh",
        "layers",
        "The hidden layer uses tanh, but the backward pass takes the sigmoid's derivative.",
        "은닉층은 tanh를 쓰는데 역전파는 시그모이드의 미분을 씁니다.",
        "z1 = sigmoid(a1)",
        {"z1": lambda v: np.tanh(v.a1)},
    ),
    Fault(
        "hidden-slope-missing",
        "gradient",
        "The hidden layer's delta lacks the derivative of the sigmoid, z1 (1 - z1).",
        "은닉층의 델타에 시그모이드의 미분 z1·(1−z1)이 빠졌습니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: 1.0},
    ),
    Fault(
        "hidden-slope-at-z",
        "gradient",
        "The sigmoid's derivative is taken at z1, which has been through the sigmoid already; it "
        "belongs at a1.",
        "시그모이드의 미분을 a1이 아니라 이미 시그모이드를 거친 z1에서 구했습니다.",
        "sigmoid_grad(a1), or z1 * (1 - z1)",
        {"slope": lambda v: _slope_at(sigmoid(v.z1))},
    ),
    Fault(
        "hidden-slope-z-only",
        "gradient",
        "Of the sigmoid's derivative z1 (1 - z1) only the factor z1 is there.",
        "시그모이드의 미분 z1·(1−z1)에서 z1만 곱했습니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: v.z1},
    ),
    Fault(
        "hidden-slope-one-minus-z-only",
        "gradient",
        "Of the sigmoid's derivative z1 (1 - z1) only the factor 1 - z1 is there.",
        "시그모이드의 미분 z1·(1−z1)에서 1−z1만 곱했습니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: 1 - v.z1},
    ),
    Fault(
        "hidden-slope-plus",
        "gradient",
        "The sigmoid's derivative is z1 (1 - z1); here it is z1 (1 + z1).",
        "시그모이드의 미분은 z1·(1−z1)인데 z1·(1+z1)을 곱했습니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: v.z1 * (1 + v.z1)},
    ),
    Fault(
        "hidden-slope-of-a",
        "gradient",
        "The derivative is written with the net input, a1 (1 - a1), in place of z1 (1 - z1).",
        "미분을 z1·(1−z1)이 아니라 순입력으로 a1·(1−a1)이라고 썼습니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: _slope_at(v.a1)},
    ),
    Fault(
        "hidden-slope-tanh",
        "gradient",
        "1 - z1² is the derivative of tanh; that of the sigmoid is z1 (1 - z1).",
        "1−z1²은 tanh의 미분입니다. 시그모이드의 미분은 z1·(1−z1)입니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: 1 - v.z1**2},
    ),
    Fault(
        "hidden-slope-relu",
        "gradient",
        "The backward pass masks as for ReLU (a1 > 0), but the hidden layer is a sigmoid.",
        "은닉층은 시그모이드인데 역전파에서 ReLU처럼 a1 > 0인 곳만 통과시켰습니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: (v.a1 > 0) * 1.0},
    ),
    Fault(
        "hidden-slope-twice",
        "gradient",
        "The sigmoid's derivative z1 (1 - z1) is multiplied in twice.",
        "시그모이드의 미분 z1·(1−z1)을 두 번 곱했습니다.",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"slope": lambda v: _slope_at(v.z1) * _slope_at(v.z1)},
    ),
    Fault(
        "back-sign",
        "gradient",
        "The delta that goes back to the hidden layer has the wrong sign; the output layer's is "
        "right.",
        "은닉층으로 되돌리는 델타의 부호가 반대입니다(출력층은 맞습니다).",
        "delta1 = np.dot(delta2, W2.T) * z1 * (1 - z1)",
        {"back": lambda v: -(v.delta2 @ v.W2.T)},
    ),
    Fault(
        "back-reshaped",
        "gradient",
        "W2 is reshaped where it has to be transposed: the shape fits, the weights are mixed up.",
        "W2를 전치(W2.T)하지 않고 reshape해서 형상만 맞고 가중치가 뒤섞였습니다.",
        "np.dot(delta2, W2.T)",
        {"back": lambda v: v.delta2 @ v.W2.reshape(v.W2.shape[1], v.W2.shape[0])},
    ),
    Fault(
        "back-through-new-W2",
        "gradient",
        "W2 is updated before the hidden layer's delta is computed from it.",
        "은닉층의 델타를 구하기 전에 W2를 먼저 갱신했습니다.",
        "compute all gradients first, then update",
        {"back": lambda v: v.delta2 @ (v.W2 - v.rate * v.gW2).T},
    ),
    Fault(
        "W1-without-slope",
        "gradient",
        "gradient['W1'] uses the delta from before the sigmoid's derivative; b1 uses the right "
        "one.",
        "W1의 기울기만 시그모이드의 미분을 곱하기 전의 델타로 구했습니다(b1은 맞습니다).",
        "grads['W1'] = np.dot(x.T, delta1)",
        {"gW1": lambda v: v.x.T @ v.back},
    ),
    Fault(
        "b1-without-slope",
        "gradient",
        "gradient['b1'] uses the delta from before the sigmoid's derivative; W1 uses the right "
        "one.",
        "b1의 기울기만 시그모이드의 미분을 곱하기 전의 델타로 구했습니다(W1은 맞습니다).",
        "grads['b1'] = np.sum(delta1, axis=0)",
        {"gb1": lambda v: v.back.sum(axis=0)},
    ),
    Fault(
        "W2-from-a1",
        "gradient",
        "gradient['W2'] is taken with a1; the layer's input is z1.",
        "W2의 기울기를 층의 입력 z1이 아니라 a1로 구했습니다.",
        "grads['W2'] = np.dot(z1.T, delta2)",
        {"gW2": lambda v: v.a1.T @ v.delta2},
    ),
    Fault(
        "W2-reshaped",
        "gradient",
        "z1 is reshaped where it has to be transposed in gradient['W2'].",
        "W2의 기울기에서 z1을 전치(z1.T)하지 않고 reshape했습니다.",
        "grads['W2'] = np.dot(z1.T, delta2)",
        {"gW2": lambda v: v.z1.reshape(v.z1.shape[1], v.z1.shape[0]) @ v.delta2},
    ),
    Fault(
        "W1-reshaped",
        "gradient",
        "x is reshaped where it has to be transposed in gradient['W1'].",
        "W1의 기울기에서 x를 전치(x.T)하지 않고 reshape했습니다.",
        "grads['W1'] = np.dot(x.T, delta1)",
        {"gW1": lambda v: v.x.reshape(v.x.shape[1], v.x.shape[0]) @ v.delta1},
    ),
    Fault(
        "b1-mean",
        "gradient",
        "gradient['b1'] is the mean over the batch; it has to be the sum (delta1 has been divided "
        "already, or is to be summed).",
        "b1의 기울기를 배치에 대한 합이 아니라 평균으로 구했습니다.",
        "grads['b1'] = np.sum(delta1, axis=0)",
        {"gb1": lambda v: v.delta1.mean(axis=0)},
    ),
    Fault(
        "b2-mean",
        "gradient",
        "gradient['b2'] is the mean over the batch; it has to be the sum.",
        "b2의 기울기를 배치에 대한 합이 아니라 평균으로 구했습니다.",
        "grads['b2'] = np.sum(delta2, axis=0)",
        {"gb2": lambda v: v.delta2.mean(axis=0)},
    ),
    Fault(
        "b1-total",
        "gradient",
        "gradient['b1'] sums over the units as well: axis=0 is missing.",
        "b1의 기울기에서 axis=0이 빠져 뉴런까지 모두 더했습니다.",
        "grads['b1'] = np.sum(delta1, axis=0)",
        {"gb1": lambda v: v.delta1.sum() * np.ones(v.b1.shape)},
    ),
    Fault(
        "b2-total",
        "gradient",
        "gradient['b2'] sums over the units as well: axis=0 is missing.",
        "b2의 기울기에서 axis=0이 빠져 뉴런까지 모두 더했습니다.",
        "grads['b2'] = np.sum(delta2, axis=0)",
        {"gb2": lambda v: v.delta2.sum() * np.ones(v.b2.shape)},
    ),
    Fault(
        "last-unit-left-out",
        "gradient",
        "The loop over the hidden units stops one short: the last column of gradient['W1'] is 0.",
        "은닉 뉴런을 도는 반복문이 하나 일찍 끝나 W1 기울기의 마지막 열이 0입니다.",
        "for j in range(hidden_size)",
        {"gW1": lambda v: _mask_last(v.x.T @ v.delta1)},
    ),
    Fault(
        "last-sample-only",
        "gradient",
        "The gradient is overwritten sample by sample instead of added up: only the last counts.",
        "표본마다 기울기를 더하지(+=) 않고 덮어써서 마지막 표본의 기울기만 남습니다.",
        "grads += ...",
        {
            "gW1": lambda v: v.x[-1:].T @ v.delta1[-1:],
            "gb1": lambda v: v.delta1[-1:].sum(axis=0),
            "gW2": lambda v: v.z1[-1:].T @ v.delta2[-1:],
            "gb2": lambda v: v.delta2[-1:].sum(axis=0),
        },
    ),
    Fault(
        "weight-decay",
        "gradient",
        "0.1 times the weights is added to the gradients (weight decay), which the loss lacks.",
        "손실에는 없는 가중치 감소 항 0.1·W가 기울기에 더해져 있습니다.",
        "leave it out, or add 0.05 * sum(W**2) to the loss",
        {
            "gW1": lambda v: v.x.T @ v.delta1 + 0.1 * v.W1,
            "gW2": lambda v: v.z1.T @ v.delta2 + 0.1 * v.W2,
        },
    ),
)

SOFTMAX_OUTPUT = (
    Fault(
        "delta-not-divided",
        "gradient",
        "The output delta y - t is not divided by the batch size, so every gradient is B times as "
        "large.",
        "출력층의 델타 y−t를 배치 크기로 나누지 않아 모든 기울기가 B배입니다.",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: v.y - v.t},
    ),
    Fault(
        "delta-divided-twice",
        "gradient",
        "The output delta is divided by the batch size twice.",
        "출력층의 델타를 배치 크기로 두 번 나눴습니다.",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: (v.y - v.t) / len(v.x) ** 2},
    ),
    Fault(
        "delta-divided-by-classes",
        "gradient",
        "The output delta is divided by the number of classes as well (a mean over everything).",
        "출력층의 델타를 클래스 수로도 나눴습니다(전체 평균).",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: (v.y - v.t) / v.t.size},
    ),
    Fault(
        "delta-divided-by-classes-only",
        "gradient",
        "The output delta is divided by the number of classes instead of the batch size.",
        "출력층의 델타를 배치 크기가 아니라 클래스 수로 나눴습니다.",
        "delta2 = (y - t) / batch_size, batch_size = x.shape[0]",
        {"delta2": lambda v: (v.y - v.t) / v.t.shape[1]},
    ),
    Fault(
        "delta-sign",
        "gradient",
        "The output delta is t - y; gradient descent needs y - t (with += in the update it is a "
        "convention).",
        "출력층의 델타가 t−y입니다. 경사 하강에는 y−t가 필요합니다(갱신이 +=이면 규약의 차이).",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: (v.t - v.y) / len(v.x)},
    ),
    Fault(
        "delta-doubled",
        "gradient",
        "The output delta carries a factor 2 that the loss does not have.",
        "출력층의 델타에 손실에는 없는 2가 곱해져 있습니다.",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: 2 * (v.y - v.t) / len(v.x)},
    ),
    Fault(
        "delta-halved",
        "gradient",
        "The output delta carries a factor ½ that the loss does not have.",
        "출력층의 델타에 손실에는 없는 ½이 곱해져 있습니다.",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: 0.5 * (v.y - v.t) / len(v.x)},
    ),
    Fault(
        "delta-without-target",
        "gradient",
        "The target is not subtracted: the output delta is y, not y - t.",
        "정답 t를 빼지 않았습니다. 출력층의 델타는 y가 아니라 y−t입니다.",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: v.y / len(v.x)},
    ),
    Fault(
        "delta-extra-slope",
        "gradient",
        "The output delta is multiplied by y (1 - y): softmax and cross-entropy give y - t alone.",
        "출력층의 델타에 y·(1−y)를 더 곱했습니다. 소프트맥스와 교차 엔트로피라면 y−t뿐입니다.",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y) / len(v.x)},
    ),
    Fault(
        "delta-jacobian-twice",
        "gradient",
        "The derivative of softmax is applied once more to y - t, which contains it already.",
        "이미 소프트맥스의 미분이 들어 있는 y−t에 소프트맥스의 미분을 또 적용했습니다.",
        "delta2 = (y - t) / batch_size",
        {
            "delta2": lambda v: (
                v.y * ((v.y - v.t) - ((v.y - v.t) * v.y).sum(axis=1, keepdims=True)) / len(v.x)
            )
        },
    ),
    Fault(
        "delta-by-y",
        "gradient",
        "The derivative by y, -t / y, is passed on as if it were that by a2: softmax's is missing.",
        "y에 대한 미분 −t/y를 a2에 대한 미분처럼 넘겼습니다. 소프트맥스의 미분이 빠졌습니다.",
        "delta2 = (y - t) / batch_size",
        {"delta2": lambda v: -(v.t / v.y) / len(v.x)},
    ),
    Fault(
        "delta-label-number",
        "gradient",
        "The label's number is subtracted from the outputs, instead of 1 at the label's place.",
        "출력에서 정답 위치의 1이 아니라 레이블 숫자 자체를 뺐습니다.",
        "delta2 = y.copy(); delta2[np.arange(batch_size), t] -= 1",
        {"delta2": lambda v: (v.y - v.t.argmax(axis=1)[:, np.newaxis]) / len(v.x)},
    ),
    Fault(
        "delta-everywhere-minus-one",
        "gradient",
        "1 is subtracted from all outputs, not only from the true class'.",
        "정답 클래스만이 아니라 모든 출력에서 1을 뺐습니다.",
        "delta2[np.arange(batch_size), t] -= 1",
        {"delta2": lambda v: (v.y - 1) / len(v.x)},
    ),
    Fault(
        "softmax-over-the-batch",
        "layers",
        "softmax is normalised over the whole batch: rows do not sum to 1 (np.sum lacks the axis).",
        "소프트맥스를 배치 전체로 정규화해 각 행의 합이 1이 아닙니다(np.sum에 axis가 없음).",
        "a = a - np.max(a, axis=-1, keepdims=True); "
        "y = np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)",
        {"y": lambda v: _exponentials(v.a2) / _exponentials(v.a2).sum()},
    ),
    Fault(
        "softmax-sum-over-the-batch",
        "layers",
        "softmax subtracts each row's maximum, but divides by the sum over the whole batch.",
        "소프트맥스에서 최댓값은 행마다 빼면서 합은 배치 전체로 나눴습니다.",
        "np.sum(np.exp(a), axis=-1, keepdims=True)",
        {"y": lambda v: _row_exponentials(v.a2) / _row_exponentials(v.a2).sum()},
    ),
    Fault(
        "softmax-over-columns",
        "layers",
        "softmax is normalised over the samples (axis=0): columns sum to 1, rows do not.",
        "소프트맥스를 표본 방향(axis=0)으로 정규화해 행이 아니라 열의 합이 1입니다.",
        "axis=1",
        {"y": lambda v: softmax(v.a2.T).T},
    ),
    Fault(
        "softmax-overflow",
        "layers",
        "softmax does not subtract the maximum first and overflows for large scores.",
        "소프트맥스에서 최댓값을 먼저 빼지 않아 점수가 크면 오버플로가 납니다.",
        "np.exp(a - np.max(a, axis=-1, keepdims=True))",
        {"y": lambda v: functions.softmax_without_maximum(v.a2)},
    ),
    Fault(
        "softmax-of-all",
        "layers",
        "softmax is np.exp(a) / np.sum(np.exp(a)) for a whole batch: it sums over all rows, and "
        "large scores overflow.",
        "배치 전체에 np.exp(a) / np.sum(np.exp(a))를 썼습니다. 합이 모든 행에 걸치고, 점수가 크면 "
        "오버플로가 납니다.",
        "np.exp(a - max) / np.sum(np.exp(a - max)), each with axis=-1, keepdims=True",
        {"y": lambda v: np.exp(v.a2) / np.exp(v.a2).sum()},
    ),
    Fault(
        "softmax-twice",
        "layers",
        "softmax is applied twice.",
        "소프트맥스를 두 번 적용했습니다.",
        "y = softmax(a2), and no softmax in the loss",
        {"y": lambda v: softmax(softmax(v.a2))},
    ),
    Fault(
        "sigmoid-before-softmax",
        "layers",
        "The output layer's scores go through a sigmoid before softmax.",
        "출력층의 점수가 소프트맥스 앞에서 시그모이드를 한 번 더 거칩니다.",
        "y = softmax(a2)",
        {"y": lambda v: softmax(sigmoid(v.a2))},
    ),
    Fault(
        "softmax-is-sigmoid",
        "layers",
        "The output is a sigmoid where it should be a softmax: rows do not sum to 1.",
        "출력층이 소프트맥스가 아니라 시그모이드라서 각 행의 합이 1이 아닙니다.",
        "y = softmax(a2)",
        {"y": lambda v: sigmoid(v.a2)},
    ),
    Fault(
        "softmax-not-normalised",
        "layers",
        "The exponentials are not divided by their sum.",
        "지수를 합으로 나누지 않았습니다.",
        "a = a - np.max(a, axis=-1, keepdims=True); "
        "y = np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)",
        {"y": lambda v: np.exp(v.a2)},
    ),
    Fault(
        "softmax-sign",
        "layers",
        "softmax takes exp(-a), so the smallest score becomes the likeliest.",
        "소프트맥스가 exp(−a)를 써서 가장 작은 점수의 확률이 가장 커집니다.",
        "np.exp(a)",
        {"y": lambda v: softmax(-v.a2)},
    ),
    Fault(
        "loss-summed",
        "loss",
        "The loss is summed over the batch, not averaged: it is B times as large.",
        "손실을 배치에 대해 평균하지 않고 더해서 B배입니다.",
        "-np.sum(t * np.log(y + 1e-7)) / batch_size, with batch_size = y.shape[0]",
        {"loss": lambda v: _log_loss(v) * len(v.y)},
    ),
    Fault(
        "loss-mean-over-everything",
        "loss",
        "The loss is averaged over the classes as well (np.mean): it is C times too small.",
        "손실을 클래스까지 평균(np.mean)해서 C배 작습니다.",
        "-np.sum(t * np.log(y + 1e-7)) / batch_size, with batch_size = y.shape[0]",
        {"loss": lambda v: _log_loss(v) / v.t.shape[1]},
    ),
    Fault(
        "loss-log2",
        "loss",
        "The loss takes the logarithm to base 2.",
        "손실에 밑이 2인 로그를 썼습니다.",
        "np.log",
        {"loss": lambda v: _log_loss(v, np.log2)},
    ),
    Fault(
        "loss-log10",
        "loss",
        "The loss takes the logarithm to base 10.",
        "손실에 상용로그를 썼습니다.",
        "np.log",
        {"loss": lambda v: _log_loss(v, np.log10)},
    ),
    Fault(
        "loss-sign",
        "loss",
        "The minus before the sum is missing: the loss is negative.",
        "합 앞의 마이너스가 빠져 손실이 음수입니다.",
        "-np.sum(...)",
        {"loss": lambda v: -_log_loss(v)},
    ),
    Fault(
        "loss-of-the-others",
        "loss",
        "The loss adds the logarithms of 1 - y of the wrong classes, as for sigmoid outputs.",
        "시그모이드 출력용처럼 오답 클래스의 log(1−y)까지 더했습니다.",
        "-np.sum(t * np.log(y + 1e-7)) / batch_size, with batch_size = y.shape[0]",
        {
            "loss": lambda v: (
                -(v.t * np.log(v.y + EPSILON) + (1 - v.t) * np.log(1 - v.y + EPSILON)).sum()
                / len(v.y)
            )
        },
    ),
    Fault(
        "loss-squared",
        "loss",
        "The loss is the squared error, but the gradient is that of the cross-entropy.",
        "손실은 제곱 오차인데 기울기는 교차 엔트로피의 것입니다.",
        "cross_entropy_error(y, t)",
        {"loss": lambda v: functions.half_squared_error(v.y, v.t)},
    ),
    Fault(
        "loss-epsilon-none",
        "loss",
        "There is no ε in the logarithm: log 0 is -∞; otherwise a convention.",
        "로그 안에 ε이 없습니다. y가 0이면 −∞가 되며, 그 밖에는 규약의 차이입니다.",
        "np.log(y + 1e-7)",
        {"loss": lambda v: _log_loss(v, epsilon=0.0)},
        convention=True,
    ),
    Fault(
        "loss-epsilon-1e-8",
        "loss",
        "ε in the logarithm is 1e-8 and not the book's 1e-7: a convention.",
        "로그 안의 ε이 책의 1e-7이 아니라 1e-8입니다(규약의 차이).",
        "np.log(y + 1e-7)",
        {"loss": lambda v: _log_loss(v, epsilon=1e-8)},
        convention=True,
    ),
    Fault(
        "loss-epsilon-1e-4",
        "loss",
        "ε in the logarithm is 1e-4 and not the book's 1e-7: a convention.",
        "로그 안의 ε이 책의 1e-7이 아니라 1e-4입니다(규약의 차이).",
        "np.log(y + 1e-7)",
        {"loss": lambda v: _log_loss(v, epsilon=1e-4)},
        convention=True,
    ),
    Fault(
        "labels-off-by-one",
        "loss",
        "The labels are off by one class.",
        "레이블이 한 칸씩 밀려 있습니다.",
        "np.eye(10)[labels]",
        {"t": lambda v: v.targets[v.rows][:, [-1, *range(v.targets.shape[1] - 1)]]},
    ),
)

SIGMOID_OUTPUT = (
    Fault(
        "output-slope-missing",
        "gradient",
        "The output delta lacks y (1 - y): that is the delta of the cross-entropy, not of the "
        "squared error.",
        "출력층의 델타에 y·(1−y)가 없습니다. 제곱 오차가 아니라 교차 엔트로피의 델타입니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: v.y - v.t},
    ),
    Fault(
        "output-slope-of-a",
        "gradient",
        "The derivative is written with the net input, a2 (1 - a2), in place of y (1 - y).",
        "미분을 y·(1−y)가 아니라 순입력으로 a2·(1−a2)라고 썼습니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: (v.y - v.t) * _slope_at(v.a2)},
    ),
    Fault(
        "output-slope-at-y",
        "gradient",
        "The sigmoid's derivative is taken at y, which has been through the sigmoid already.",
        "시그모이드의 미분을 이미 시그모이드를 거친 y에서 구했습니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: (v.y - v.t) * _slope_at(sigmoid(v.y))},
    ),
    Fault(
        "output-slope-y-only",
        "gradient",
        "Of the sigmoid's derivative y (1 - y) only the factor y is in the output delta.",
        "출력층의 델타에 시그모이드의 미분 y·(1−y) 중 y만 곱했습니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: (v.y - v.t) * v.y},
    ),
    Fault(
        "output-slope-one-minus-y-only",
        "gradient",
        "Of the sigmoid's derivative y (1 - y) only the factor 1 - y is in the output delta.",
        "출력층의 델타에 시그모이드의 미분 y·(1−y) 중 1−y만 곱했습니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: (v.y - v.t) * (1 - v.y)},
    ),
    Fault(
        "output-delta-sign",
        "gradient",
        "The output delta is (t - y) y (1 - y); gradient descent needs y - t (with += in the "
        "update it is a convention).",
        "출력층의 델타가 (t−y)·y·(1−y)입니다. 경사 하강에는 y−t가 필요합니다"
        "(갱신이 +=이면 규약의 차이).",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: (v.t - v.y) * v.y * (1 - v.y)},
    ),
    Fault(
        "output-delta-doubled",
        "gradient",
        "The derivative of the square brings its 2, but the loss has a ½ that cancels it.",
        "제곱의 미분에서 2가 나오지만 손실의 ½과 상쇄되어야 합니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: 2 * (v.y - v.t) * v.y * (1 - v.y)},
    ),
    Fault(
        "output-delta-divided",
        "gradient",
        "The output delta is divided by the batch size; the loss is a sum over the samples.",
        "손실은 표본에 대한 합인데 출력층의 델타를 배치 크기로 나눴습니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y) / len(v.x)},
    ),
    Fault(
        "output-delta-without-target",
        "gradient",
        "The target is not subtracted in the output delta.",
        "출력층의 델타에서 정답 t를 빼지 않았습니다.",
        "delta2 = (y - t) * y * (1 - y)",
        {"delta2": lambda v: v.y * v.y * (1 - v.y)},
    ),
    Fault(
        "output-activation-missing",
        "layers",
        "The output layer passes a2 on without the sigmoid.",
        "출력층에 시그모이드를 적용하지 않고 a2를 그대로 내보냈습니다.",
        "y = sigmoid(a2)",
        {"y": lambda v: v.a2 * 1.0},
    ),
    Fault(
        "output-sigmoid-sign",
        "layers",
        "The output sigmoid has exp(x) where it needs exp(-x).",
        "출력층 시그모이드에서 exp(-x) 대신 exp(x)를 썼습니다.",
        "1 / (1 + np.exp(-x))",
        {"y": lambda v: 1 / (1 + np.exp(v.a2))},
    ),
    Fault(
        "squared-loss-without-half",
        "loss",
        "The loss lacks the factor ½.",
        "손실에 ½이 없습니다.",
        "0.5 * np.sum((y - t)**2)",
        {"loss": lambda v: 2 * functions.half_squared_error(v.y, v.t)},
        convention=True,
    ),
    Fault(
        "squared-loss-mean",
        "loss",
        "The loss is the mean of the squares over samples and outputs, as Keras has it.",
        "손실이 Keras처럼 표본과 출력에 대한 제곱의 평균입니다.",
        "0.5 * np.sum((y - t)**2)",
        {"loss": lambda v: functions.mean_squared_error(v.y, v.t)},
        convention=True,
    ),
    Fault(
        "squared-loss-per-sample",
        "loss",
        "The loss is divided by the batch size.",
        "손실을 배치 크기로 나눴습니다.",
        "0.5 * np.sum((y - t)**2)",
        {"loss": lambda v: functions.half_squared_error(v.y, v.t) / len(v.y)},
        convention=True,
    ),
    Fault(
        "squared-loss-not-squared",
        "loss",
        "The loss takes the absolute error, not its square.",
        "손실이 오차의 제곱이 아니라 절댓값입니다.",
        "0.5 * np.sum((y - t)**2)",
        {"loss": lambda v: 0.5 * np.abs(v.y - v.t).sum()},
    ),
)

CROSS_ENTROPY_OUTPUT = (
    Fault(
        "cross-entropy-delta-with-slope",
        "gradient",
        "The delta of the cross-entropy is d - y alone; y (1 - y) belongs to the squared error.",
        "교차 엔트로피의 델타는 d−y뿐입니다. y·(1−y)는 제곱 오차의 델타에 곱합니다.",
        "delta = d - y",
        {"delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y)},
    ),
    Fault(
        "cross-entropy-delta-sign",
        "gradient",
        "The delta is y - d where the update adds: the weights walk uphill.",
        "갱신에서 더하는데 델타를 y−d로 써서 가중치가 오르막으로 갑니다.",
        "delta = d - y",
        {"delta2": lambda v: v.t - v.y},
    ),
)
"""Of a sigmoid output under the cross-entropy (source 002's second net)."""

ONE_UNIT = (
    Fault(
        "delta-rule-without-slope",
        "gradient",
        "The delta lacks y (1 - y): that is the delta of the cross-entropy, not the delta rule's.",
        "델타에 y·(1−y)가 없습니다. 델타 규칙이 아니라 교차 엔트로피의 델타입니다.",
        "delta = y * (1 - y) * (d - y)",
        {"delta": lambda v: v.y - v.t},
    ),
    Fault(
        "delta-rule-slope-of-v",
        "gradient",
        "The derivative is written with the net input, v (1 - v), in place of y (1 - y).",
        "미분을 y·(1−y)가 아니라 순입력으로 v·(1−v)라고 썼습니다.",
        "delta = y * (1 - y) * (d - y)",
        {"delta": lambda v: (v.y - v.t) * _slope_at(v.a)},
    ),
    Fault(
        "delta-rule-slope-at-y",
        "gradient",
        "The sigmoid's derivative is taken at y, which has been through the sigmoid already.",
        "시그모이드의 미분을 이미 시그모이드를 거친 y에서 구했습니다.",
        "delta = y * (1 - y) * (d - y)",
        {"delta": lambda v: (v.y - v.t) * _slope_at(sigmoid(v.y))},
    ),
    Fault(
        "delta-rule-slope-y-only",
        "gradient",
        "Of the sigmoid's derivative y (1 - y) only the factor y is in the delta.",
        "델타에 시그모이드의 미분 y·(1−y) 중 y만 곱했습니다.",
        "delta = y * (1 - y) * (d - y)",
        {"delta": lambda v: (v.y - v.t) * v.y},
    ),
    Fault(
        "delta-rule-slope-one-minus-y-only",
        "gradient",
        "Of the sigmoid's derivative y (1 - y) only the factor 1 - y is in the delta.",
        "델타에 시그모이드의 미분 y·(1−y) 중 1−y만 곱했습니다.",
        "delta = y * (1 - y) * (d - y)",
        {"delta": lambda v: (v.y - v.t) * (1 - v.y)},
    ),
    Fault(
        "delta-rule-sign",
        "gradient",
        "The error is y - d where the update adds: the weights walk uphill.",
        "갱신에서 더하는데 오차를 y−d로 써서 가중치가 오르막으로 갑니다.",
        "e = d - y",
        {"delta": lambda v: (v.t - v.y) * v.y * (1 - v.y)},
    ),
    Fault(
        "delta-rule-without-input",
        "gradient",
        "The delta is not multiplied by the input: every weight gets the same step.",
        "델타에 입력 x를 곱하지 않아 모든 가중치가 똑같이 움직입니다.",
        "dW = alpha * delta * x",
        {"gW": lambda v: v.delta.sum(axis=0) * np.ones(v.W.shape)},
    ),
    Fault(
        "delta-rule-by-output",
        "gradient",
        "The delta is multiplied by the output y once more.",
        "델타에 출력 y를 한 번 더 곱했습니다.",
        "dW = alpha * delta * x",
        {"gW": lambda v: v.x.T @ (v.delta * v.y)},
    ),
    Fault(
        "delta-rule-step-function",
        "layers",
        "The unit answers with the step function while it is trained: y (1 - y) is then 0.",
        "학습하는 동안 계단 함수를 썼습니다. 그러면 y·(1−y)가 0입니다.",
        "y = sigmoid(v)",
        {"y": lambda v: (v.a > 0) * 1.0},
    ),
    Fault(
        "delta-rule-linear",
        "layers",
        "The unit answers with its net input, without the sigmoid.",
        "시그모이드 없이 순입력을 그대로 출력했습니다.",
        "y = sigmoid(v)",
        {"y": lambda v: v.a * 1.0},
    ),
    replace(
        next(fault for fault in SIGMOID_OUTPUT if fault.id == "output-sigmoid-sign"),
        formulas={"y": lambda v: 1 / (1 + np.exp(v.a))},
    ),
    Fault(
        "delta-rule-no-bias-input",
        "layers",
        "The bias input (the last column of ones) is missing: y(0, 0) stays at ½ for ever.",
        "편향 입력(1로 된 마지막 열)이 없습니다. y(0, 0)이 언제나 ½입니다.",
        "X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]",
        {"x": lambda v: _mask_last(v.samples[v.rows])},
    ),
    Fault(
        "delta-rule-loss-without-half",
        "loss",
        "The loss lacks the factor ½.",
        "손실에 ½이 없습니다.",
        "0.5 * np.sum((d - y)**2)",
        {"loss": lambda v: 2 * functions.half_squared_error(v.y, v.t)},
        convention=True,
    ),
)


def _every(names: tuple[str, ...], formula: Mapping[str, Formula]) -> dict[str, Formula]:
    return {key.format(name): make(name) for name in names for key, make in formula.items()}


def _with_gradient(name: str, rule: str) -> Formula:
    """An update by something else than the gradient."""
    rules = {
        "ascent": lambda v, w, g: w + v.rate * g,
        "without rate": lambda v, w, g: w - g,
        "tenfold": lambda v, w, g: w - 10 * v.rate * g,
        "divided": lambda v, w, g: w - v.rate * g / len(v.x),
        "sign only": lambda v, w, g: w - v.rate * np.where(g > 0, 1.0, -1.0),
        "replaced": lambda v, w, g: -(v.rate * g),
        "decay": lambda v, w, g: w - v.rate / (1 + 0.1 * v.step) * g,
    }
    return lambda v: rules[rule](v, getattr(v, name), getattr(v, f"g{name}"))


def _first_step_only(name: str) -> Formula:
    return lambda v: getattr(v, name) - (v.step == 0) * v.rate * getattr(v, f"g{name}")


def _carried(name: str, share: float) -> dict[str, Formula]:
    """The gradient with a share of what the step before went by."""

    def sum_of_gradients(v: Values) -> np.ndarray:
        present = getattr(v, f"g{name}")
        if v.previous is None:
            return present
        return present + share * getattr(v.previous, f"carried_{name}")

    return {
        f"carried_{name}": sum_of_gradients,
        f"new_{name}": lambda v: getattr(v, name) - v.rate * getattr(v, f"carried_{name}"),
    }


def loop_faults(names: tuple[str, ...]) -> tuple[Fault, ...]:
    """Mistakes of the update and the training loop around a net of the given parameters."""

    def updates(rule: str) -> dict[str, Formula]:
        return {f"new_{name}": _with_gradient(name, rule) for name in names}

    def carried(share: float) -> dict[str, Formula]:
        return {key: f for name in names for key, f in _carried(name, share).items()}

    never = tuple(
        Fault(
            f"{name}-never-updated",
            "update",
            f"{name} is never updated, although its gradient is not zero.",
            f"기울기가 0이 아닌데도 {name}을(를) 갱신하지 않습니다.",
            f"for key in ({', '.join(repr(n) for n in names)}): params[key] -= rate * grads[key]",
            {f"new_{name}": lambda v, name=name: getattr(v, name) * 1.0},
        )
        for name in names
        if len(names) > 1
    )
    return (
        *never,
        Fault(
            "update-uphill",
            "update",
            "The update adds the gradient: the loss climbs.",
            "갱신에서 기울기를 더해 손실이 커집니다.",
            "params[key] -= learning_rate * grads[key]",
            updates("ascent"),
        ),
        Fault(
            "update-without-rate",
            "update",
            "The learning rate is not multiplied in.",
            "학습률을 곱하지 않았습니다.",
            "params[key] -= learning_rate * grads[key]",
            updates("without rate"),
        ),
        Fault(
            "update-tenfold",
            "update",
            "The learning rate is ten times as large as stated.",
            "학습률이 주어진 값의 10배입니다.",
            "params[key] -= learning_rate * grads[key]",
            updates("tenfold"),
        ),
        Fault(
            "update-divided",
            "update",
            "The update divides by the batch size once more.",
            "갱신에서 배치 크기로 한 번 더 나눴습니다.",
            "params[key] -= learning_rate * grads[key]",
            updates("divided"),
        ),
        Fault(
            "update-by-sign",
            "update",
            "Only the sign of the gradient is used.",
            "기울기의 부호만 썼습니다.",
            "params[key] -= learning_rate * grads[key]",
            updates("sign only"),
        ),
        Fault(
            "update-replaces",
            "update",
            "The parameters are replaced by the step instead of moved by it (= for -=).",
            "매개변수를 움직이지 않고(-=) 변화량으로 바꿔 버렸습니다(=).",
            "params[key] -= learning_rate * grads[key]",
            updates("replaced"),
        ),
        Fault(
            "rate-decays",
            "trajectory",
            "The learning rate shrinks from step to step.",
            "학습률이 걸음마다 줄어듭니다.",
            "keep learning_rate constant",
            updates("decay"),
        ),
        Fault(
            "old-arrays",
            "trajectory",
            "The layers go on with the arrays they were built with: the update makes new arrays "
            "(params[k] = params[k] - …) that no layer sees, so the loss never changes.",
            "갱신이 새 배열을 만들어(params[k] = params[k] - …) 계층은 처음 배열을 계속 쓰므로 "
            "손실이 변하지 않습니다.",
            "params[key] -= learning_rate * grads[key]",
            {name: lambda v, name=name: v.start[name] for name in names},
        ),
        Fault(
            "gradients-accumulate",
            "trajectory",
            "The gradients of earlier steps are not cleared: each step goes by the sum of all.",
            "이전 걸음의 기울기를 지우지 않아 매번 기울기의 합으로 움직입니다.",
            "grads = {} in every step",
            carried(1.0),
        ),
        Fault(
            "momentum",
            "trajectory",
            "The update has a momentum of 0.9, which plain gradient descent does not.",
            "갱신에 모멘텀 0.9가 들어 있습니다. 단순 경사 하강법에는 없습니다.",
            "params[key] -= learning_rate * grads[key]",
            carried(0.9),
        ),
        Fault(
            "same-batch",
            "trajectory",
            "Every step takes the first batch again.",
            "걸음마다 첫 배치를 다시 씁니다.",
            "draw the batch inside the loop",
            {
                "x": lambda v: v.samples[v.first_rows],
                "t": lambda v: v.targets[v.first_rows],
            },
        ),
        Fault(
            "stops-after-first",
            "trajectory",
            "The function returns inside its loop: only the first sample (or batch) is learnt (as "
            "source 002's BackpropCE).",
            "return이 반복문 안에 있어 첫 표본(또는 배치)만 학습합니다(자료 002의 BackpropCE처럼).",
            "return after the loop, not inside it",
            {f"new_{name}": _first_step_only(name) for name in names},
        ),
        Fault(
            "samples-and-targets-apart",
            "update",
            "Samples and targets are shuffled apart: each target belongs to another sample.",
            "입력과 정답을 따로 섞어 서로 짝이 맞지 않습니다.",
            "x_train[batch_mask], t_train[batch_mask]",
            {"t": lambda v: v.targets[(v.rows + v.shift) % len(v.targets)]},
        ),
        Fault(
            "loss-after-update",
            "steps",
            "The loss is recorded after the update: the curve is one step ahead (a convention; the "
            "sources do so).",
            "갱신한 뒤의 손실을 기록해 곡선이 한 걸음 앞섭니다(자료들도 그런 규약의 차이).",
            "loss first, then the update",
            {"recorded": lambda v: v.again(start=v.updated, previous=None).loss},
            convention=True,
        ),
        Fault(
            "inputs-not-scaled",
            "layers",
            "The inputs are not divided by 255.",
            "입력을 255로 나누지 않았습니다.",
            "x / 255.0",
            {"x": lambda v: 255 * v.samples[v.rows]},
        ),
        Fault(
            "constant-start",
            "start",
            "All weights start with the same value, so all hidden units learn the same.",
            "모든 가중치가 같은 값에서 시작해 은닉 뉴런이 모두 같은 것을 배웁니다.",
            "weight_init_std * np.random.randn(input_size, hidden_size)",
            {"initial": lambda v: {n: 0 * w + 0.5 for n, w in v.drawn.items()}},
        ),
        Fault(
            "start-scale",
            "start",
            "The starting weights are ten times as large as stated.",
            "초기 가중치가 주어진 값의 10배입니다.",
            "weight_init_std * np.random.randn(input_size, hidden_size)",
            {"initial": lambda v: {n: 10 * w for n, w in v.drawn.items()}},
        ),
    )


_NET = ("W1", "b1", "W2", "b2")

FAMILIES = (
    Family(
        "two-layer-net",
        "two_layer_net.TwoLayerNet",
        _NET,
        TWO_LAYER_NET,
        (*HIDDEN, *SOFTMAX_OUTPUT, *loop_faults(_NET)),
    ),
    Family(
        "sigmoid-mlp",
        "sigmoid_mlp.SigmoidMLP",
        _NET,
        SIGMOID_MLP,
        (*HIDDEN, *SIGMOID_OUTPUT, *loop_faults(_NET)),
    ),
    Family(
        "delta-rule",
        "delta_rule.DeltaRule",
        ("W",),
        DELTA_RULE,
        (*ONE_UNIT, *loop_faults(("W",))),
    ),
)
"""The families of nets. A fault that several can have carries one id."""
