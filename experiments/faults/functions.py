"""What can be asked for alone: functions, layers, gates; each by its formula, with its faults."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from experiments.faults.formulas import Formulas, Values
from experiments.faults.layers import LAYER_FAULTS, LAYERS
from experiments.faults.registry import SIGMOID_OUTPUT, SOFTMAX_OUTPUT, Fault
from experiments.faults.study_note import STUDY_NOTE, STUDY_NOTE_FAULTS
from scratch import functions
from scratch.functions import EPSILON, softmax

H = 1e-4


def _in_a_row(v: Values, at: np.ndarray) -> np.ndarray:
    """The numerical gradient at a matrix, element by element."""
    cubes = v.cubes
    return v.numerical_gradient(lambda x: cubes(x.reshape(at.shape)), at.flatten()).reshape(
        at.shape
    )


def _descend(v: Values, steps: int = 100) -> np.ndarray:
    """The points after steps of 0.01 on (x − 3)² + 10, 100 of them in source 003's lab."""
    x = v.point
    for _ in range(steps):
        x = v.descent_step(x, v.descent_gradient)
    return x


FUNCTIONS: Formulas = {
    "step_function": lambda v: v.functions.step,
    "sigmoid_function": lambda v: v.functions.sigmoid,
    "relu_function": lambda v: v.functions.relu,
    "identity_function": lambda v: v.functions.identity,
    "slope_function": lambda v: lambda a: v.sigmoid_function(a) * (1 - v.sigmoid_function(a)),
    "relu_slope_function": lambda v: lambda a: (a > 0) * 1.0,
    "softmax_function": lambda v: v.functions.softmax,
    "squared_error_function": lambda v: v.functions.half_squared_error,
    "cross_entropy_function": lambda v: v.functions.cross_entropy_error,
    "numerical_gradient": lambda v: v.gradients.numerical_gradient,
    "derivative_function": lambda v: (
        lambda f, x: v.numerical_gradient(lambda point: f(point[0]), np.array([x]))[0]
    ),
    "descent_gradient": lambda v: lambda x: 2 * (x - 3),
    "descent_step": lambda v: lambda x, gradient: x - 0.01 * gradient(x),
    "and_gate": lambda v: v.gates.AND,
    "or_gate": lambda v: v.gates.OR,
    "nand_gate": lambda v: v.gates.NAND,
    "xor_gate": lambda v: v.gates.XOR,
    "step": lambda v: v.step_function(v.scores),
    "sigmoid": lambda v: v.sigmoid_function(v.scores),
    "relu": lambda v: v.relu_function(v.scores),
    "identity": lambda v: v.identity_function(v.scores) * 1.0,
    "slope of the sigmoid": lambda v: v.slope_function(v.scores),
    "slope of the ReLU": lambda v: v.relu_slope_function(v.scores),
    "softmax, batch": lambda v: v.softmax_function(v.scores),
    "softmax, one sample": lambda v: v.softmax_function(v.scores[0]),
    "softmax, far": lambda v: v.softmax_function(v.scores[0] + 1000.0),
    "softmax, far batch": lambda v: v.softmax_function(v.scores + 1000.0),
    "squared error, batch": lambda v: v.squared_error_function(v.y, v.t),
    "squared error, one sample": lambda v: v.squared_error_function(v.y[0], v.t[0]),
    "cross-entropy, one-hot": lambda v: v.cross_entropy_function(v.y, v.t),
    "cross-entropy, labels": lambda v: v.cross_entropy_function(v.y, v.t.argmax(axis=1)),
    "cross-entropy, one sample": lambda v: v.cross_entropy_function(v.y[0], v.t[0]),
    "numerical gradient": lambda v: v.numerical_gradient(v.cubes, v.at.copy()),
    "numerical gradient, matrix": lambda v: _in_a_row(v, v.at_matrix),
    "numerical derivative": lambda v: v.derivative_function(lambda x: x**3, 1.5),
    "gradient descent": lambda v: _descend(v),
    "AND": lambda v: v.and_gate(v.x1, v.x2),
    "OR": lambda v: v.or_gate(v.x1, v.x2),
    "NAND": lambda v: v.nand_gate(v.x1, v.x2),
    "XOR": lambda v: v.xor_gate(v.x1, v.x2),
    **LAYERS,
    **STUDY_NOTE,
}
"""What is compared has a blank or no underscore in its name; the others are the functions."""

QUANTITIES = tuple(name for name in FUNCTIONS if "_" not in name)
"""The names of what is compared."""

TEXTS = {fault.id: fault for fault in (*SOFTMAX_OUTPUT, *SIGMOID_OUTPUT)}


def _known(fault_id: str, formulas: Formulas) -> Fault:
    """A fault that nets have as well, of the function alone."""
    return replace(TEXTS[fault_id], rung="values", formulas=formulas)


def _exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max())


def _row_exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max(axis=-1, keepdims=True))


def _log_loss(
    scale: Callable[[np.ndarray], float] = lambda y: 1 / len(y),
    logarithm: np.ufunc = np.log,
    epsilon: float = EPSILON,
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A cross-entropy for every form of target, with one thing changed."""

    def loss(y: np.ndarray, t: np.ndarray) -> np.ndarray:
        y = np.atleast_2d(y)
        one_hot = t if np.size(t) == np.size(y) else np.eye(y.shape[1])[t]
        return -(one_hot * logarithm(y + epsilon)).sum() * scale(y)

    return loss


def _difference(quotient: Callable[[Callable, np.ndarray, int], float]) -> Callable:
    """A numerical gradient that takes a wrong quotient at every element."""

    def numerical_gradient(f: Callable, x: np.ndarray) -> np.ndarray:
        return np.array([quotient(f, x, i) for i in range(x.size)])

    return numerical_gradient


def _moved(x: np.ndarray, i: int, by: float) -> np.ndarray:
    return x + by * (np.arange(x.size) == i)


def _not_restored(f: Callable, x: np.ndarray) -> np.ndarray:
    gradient = np.zeros_like(x)
    for i in range(x.size):
        x[i] += H
        above = f(x)
        x[i] -= 2 * H
        gradient[i] = (above - f(x)) / (2 * H)
    return gradient


def _perceptron(w: float, theta: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    return lambda x1, x2: np.where(w * x1 + w * x2 > theta, 1, 0)


def _function(name: str, function: Callable) -> Formulas:
    return {name: lambda v: function}


FUNCTION_FAULTS = (
    Fault(
        "step-at-zero",
        "values",
        "The step function answers 1 at 0; it does so only above 0.",
        "계단 함수가 0에서 1을 냅니다. 0보다 클 때만 1입니다.",
        "x > 0",
        _function("step_function", lambda a: (a >= 0).astype(a.dtype)),
    ),
    Fault(
        "sigmoid-exponent-sign",
        "values",
        "The sigmoid has exp(x) where it needs exp(-x).",
        "시그모이드에서 exp(-x) 대신 exp(x)를 썼습니다.",
        "1 / (1 + np.exp(-x))",
        _function("sigmoid_function", lambda a: 1 / (1 + np.exp(a))),
    ),
    Fault(
        "sigmoid-minus",
        "values",
        "The sigmoid's denominator is 1 - exp(-x); it is 1 + exp(-x).",
        "시그모이드의 분모가 1 − exp(−x)입니다. 1 + exp(−x)여야 합니다.",
        "1 / (1 + np.exp(-x))",
        _function("sigmoid_function", lambda a: 1 / (1 - np.exp(-a))),
    ),
    Fault(
        "sigmoid-not-inverted",
        "values",
        "This is 1 + exp(-x) and not its inverse: the fraction or its brackets are missing.",
        "역수를 취하지 않았거나 괄호가 빠져 1 + exp(−x)를 돌려줍니다.",
        "1 / (1 + np.exp(-x))",
        _function("sigmoid_function", lambda a: 1 + np.exp(-a)),
    ),
    Fault(
        "sigmoid-is-tanh",
        "values",
        "This is tanh, not the sigmoid.",
        "시그모이드가 아니라 tanh입니다.",
        "1 / (1 + np.exp(-x))",
        _function("sigmoid_function", np.tanh),
    ),
    Fault(
        "sigmoid-slope-of-output",
        "values",
        "x (1 - x) is the sigmoid's derivative only if x is the sigmoid's output already: a "
        "convention, if it is used that way.",
        "x·(1−x)는 x가 이미 시그모이드의 출력일 때의 미분입니다(그렇게 쓴다면 규약의 차이).",
        "sigmoid(x) * (1 - sigmoid(x))",
        _function("slope_function", lambda a: a * (1 - a)),
        convention=True,
    ),
    Fault(
        "sigmoid-slope-half",
        "values",
        "Of the sigmoid's derivative only one of the two factors is there, 1 - sigmoid(x).",
        "시그모이드의 미분 두 인수 가운데 1−sigmoid(x)만 있습니다.",
        "sigmoid(x) * (1 - sigmoid(x))",
        _function("slope_function", lambda a: 1 - functions.sigmoid(a)),
    ),
    Fault(
        "sigmoid-slope-is-sigmoid",
        "values",
        "This is the sigmoid itself; its derivative is sigmoid(x) (1 - sigmoid(x)).",
        "시그모이드 자신입니다. 미분은 sigmoid(x)·(1−sigmoid(x))입니다.",
        "sigmoid(x) * (1 - sigmoid(x))",
        _function("slope_function", functions.sigmoid),
    ),
    Fault(
        "relu-minimum",
        "values",
        "ReLU takes the minimum with 0; it is the maximum.",
        "ReLU가 0과의 최솟값을 냅니다. 최댓값이어야 합니다.",
        "np.maximum(0, x)",
        _function("relu_function", lambda a: np.where(a < 0, a, 0.0)),
    ),
    Fault(
        "relu-is-identity",
        "values",
        "ReLU lets everything pass; below 0 it has to be 0 (out[mask] = 0, with one =).",
        "ReLU가 모든 값을 그대로 통과시킵니다. 0보다 작으면 0입니다(out[mask] = 0, 등호 하나).",
        "np.maximum(0, x)",
        _function("relu_function", lambda a: a * 1.0),
    ),
    Fault(
        "relu-absolute",
        "values",
        "ReLU gives the absolute value; below 0 it has to be 0.",
        "ReLU가 절댓값을 냅니다. 0보다 작으면 0이어야 합니다.",
        "np.maximum(0, x)",
        _function("relu_function", np.abs),
    ),
    Fault(
        "relu-indicator",
        "values",
        "This is ReLU's derivative (1 above 0), not ReLU.",
        "ReLU가 아니라 ReLU의 미분(0보다 크면 1)입니다.",
        "np.maximum(0, x)",
        _function("relu_function", lambda a: (a > 0) * 1.0),
    ),
    Fault(
        "relu-slope-at-zero",
        "values",
        "At x = 0 exactly the slope of ReLU is taken as 1; Keras takes 0. A convention.",
        "x가 정확히 0일 때 ReLU의 기울기를 1로 보았습니다. Keras는 0으로 봅니다(규약의 차이).",
        "grad[x > 0] = 1",
        _function("relu_slope_function", lambda a: (a >= 0) * 1.0),
        convention=True,
    ),
    Fault(
        "relu-slope-is-relu",
        "values",
        "This is ReLU itself; its derivative is 1 above 0 and 0 elsewhere.",
        "ReLU 자신입니다. 미분은 0보다 크면 1, 아니면 0입니다.",
        "grad[x > 0] = 1",
        _function("relu_slope_function", functions.relu),
    ),
    Fault(
        "relu-leaky",
        "values",
        "Below 0 this leaks 0.01 x; ReLU is 0 there.",
        "0보다 작을 때 0.01x를 냅니다(leaky ReLU). ReLU는 0입니다.",
        "np.maximum(0, x)",
        _function("relu_function", lambda a: np.where(a > 0, a, 0.01 * a)),
    ),
    _known(
        "softmax-over-the-batch",
        _function("softmax_function", lambda a: _exponentials(a) / _exponentials(a).sum()),
    ),
    _known(
        "softmax-sum-over-the-batch",
        _function("softmax_function", lambda a: _row_exponentials(a) / _row_exponentials(a).sum()),
    ),
    _known(
        "softmax-over-columns",
        _function("softmax_function", lambda a: softmax(a.T).T),
    ),
    _known(
        "softmax-overflow",
        _function("softmax_function", functions.softmax_without_maximum),
    ),
    _known(
        "softmax-of-all",
        _function("softmax_function", lambda a: np.exp(a) / np.exp(a).sum()),
    ),
    _known("softmax-twice", _function("softmax_function", lambda a: softmax(softmax(a)))),
    _known("softmax-sign", _function("softmax_function", lambda a: softmax(-a))),
    _known(
        "softmax-not-normalised",
        _function("softmax_function", _row_exponentials),
    ),
    Fault(
        "softmax-without-exponential",
        "values",
        "The scores are divided by their sum without the exponential.",
        "지수를 취하지 않고 점수를 합으로 나눴습니다.",
        "np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)",
        _function("softmax_function", functions.proportions),
    ),
    _known(
        "squared-loss-without-half",
        _function("squared_error_function", lambda y, t: ((y - t) ** 2).sum()),
    ),
    _known(
        "squared-loss-mean",
        _function("squared_error_function", functions.mean_squared_error),
    ),
    _known(
        "squared-loss-not-squared",
        _function("squared_error_function", lambda y, t: 0.5 * np.abs(y - t).sum()),
    ),
    Fault(
        "squared-loss-difference-squared",
        "values",
        "The sum of the differences is squared, not every difference.",
        "차이를 하나씩 제곱하지 않고 차이의 합을 제곱했습니다.",
        "0.5 * np.sum((y - t)**2)",
        _function("squared_error_function", lambda y, t: 0.5 * (y - t).sum() ** 2),
    ),
    _known("loss-summed", _function("cross_entropy_function", _log_loss(lambda y: 1.0))),
    _known(
        "loss-mean-over-everything",
        _function("cross_entropy_function", _log_loss(lambda y: 1 / np.size(y))),
    ),
    _known("loss-log2", _function("cross_entropy_function", _log_loss(logarithm=np.log2))),
    _known("loss-log10", _function("cross_entropy_function", _log_loss(logarithm=np.log10))),
    _known("loss-sign", _function("cross_entropy_function", _log_loss(lambda y: -1 / len(y)))),
    _known("loss-epsilon-none", _function("cross_entropy_function", _log_loss(epsilon=0.0))),
    _known("loss-epsilon-1e-8", _function("cross_entropy_function", _log_loss(epsilon=1e-8))),
    _known("loss-epsilon-1e-4", _function("cross_entropy_function", _log_loss(epsilon=1e-4))),
    Fault(
        "loss-one-sample-divided",
        "values",
        "For a single sample the number of classes is taken for the batch size.",
        "표본이 하나일 때 클래스 수를 배치 크기로 잘못 알고 나눕니다.",
        "if y.ndim == 1: y, t = y.reshape(1, -1), t.reshape(1, -1)",
        {"cross-entropy, one sample": lambda v: v.cross_entropy_function(v.y[0], v.t[0]) / 5},
    ),
    Fault(
        "loss-columns-of-labels",
        "values",
        "y[:, t] takes whole columns; each row's own element is y[np.arange(batch_size), t].",
        "y[:, t]는 열 전체를 꺼냅니다. 행마다 하나씩은 y[np.arange(batch_size), t]입니다.",
        "y[np.arange(batch_size), t]",
        {
            "cross-entropy, labels": lambda v: (
                -np.log(v.y[:, v.t.argmax(axis=1)] + EPSILON).sum() / len(v.y)
            )
        },
    ),
    Fault(
        "difference-forward",
        "values",
        "The difference is taken to one side, (f(x+h) - f(x)) / h: its error is of order h, not "
        "h².",
        "한쪽 차분 (f(x+h)−f(x))/h을 썼습니다. 오차가 h²이 아니라 h에 비례합니다.",
        "(f(x + h) - f(x - h)) / (2 * h)",
        _function(
            "numerical_gradient",
            _difference(lambda f, x, i: (f(_moved(x, i, H)) - f(x)) / H),
        ),
    ),
    Fault(
        "difference-not-halved",
        "values",
        "The difference of f(x+h) and f(x-h) is divided by h; it spans 2h.",
        "f(x+h)−f(x−h)를 h로 나눴습니다. 간격은 2h입니다.",
        "(f(x + h) - f(x - h)) / (2 * h)",
        _function(
            "numerical_gradient",
            _difference(lambda f, x, i: (f(_moved(x, i, H)) - f(_moved(x, i, -H))) / H),
        ),
    ),
    Fault(
        "difference-precedence",
        "values",
        "Brackets are missing: / 2 * h divides by 2 and multiplies by h.",
        "괄호가 빠져 / 2 * h가 2로 나누고 h를 곱합니다.",
        "(f(x + h) - f(x - h)) / (2 * h)",
        _function(
            "numerical_gradient",
            _difference(lambda f, x, i: (f(_moved(x, i, H)) - f(_moved(x, i, -H))) / 2 * H),
        ),
    ),
    Fault(
        "difference-not-restored",
        "values",
        "x[i] is not put back after its turn, so the later elements are taken at another point.",
        "x[i]를 원래 값으로 되돌리지 않아 다음 원소부터 다른 점에서 계산됩니다.",
        "x[i] = tmp_val",
        _function("numerical_gradient", _not_restored),
    ),
    Fault(
        "difference-sign",
        "values",
        "f(x-h) - f(x+h) has the wrong sign.",
        "f(x−h)−f(x+h)라서 부호가 반대입니다.",
        "(f(x + h) - f(x - h)) / (2 * h)",
        _function(
            "numerical_gradient",
            _difference(lambda f, x, i: (f(_moved(x, i, -H)) - f(_moved(x, i, H))) / (2 * H)),
        ),
    ),
    Fault(
        "descent-uphill",
        "values",
        "The gradient is added: this is ascent.",
        "기울기를 더했습니다. 경사 상승입니다.",
        "x -= lr * grad",
        _function("descent_step", lambda x, gradient: x + 0.01 * gradient(x)),
    ),
    Fault(
        "descent-without-rate",
        "values",
        "The learning rate is not multiplied in.",
        "학습률을 곱하지 않았습니다.",
        "x -= lr * grad",
        _function("descent_step", lambda x, gradient: x - gradient(x)),
    ),
    Fault(
        "descent-returns-gradient",
        "values",
        "The last gradient is returned, not the point (as source 000 prints it).",
        "마지막 점이 아니라 마지막 기울기를 돌려줍니다(자료 000의 코드처럼).",
        "return x",
        {"gradient descent": lambda v: v.descent_gradient(_descend(v, 99))},
    ),
    Fault(
        "and-is-or",
        "values",
        "AND's threshold is so low that one input is enough.",
        "AND의 임계값이 너무 낮아 입력 하나만으로도 1이 됩니다.",
        "w1, w2, theta = 0.5, 0.5, 0.7",
        _function("and_gate", _perceptron(0.5, 0.3)),
    ),
    Fault(
        "or-is-and",
        "values",
        "OR's threshold is so high that one input is not enough.",
        "OR의 임계값이 너무 높아 입력 하나로는 1이 되지 않습니다.",
        "w1, w2, theta = 0.5, 0.5, 0.3",
        _function("or_gate", _perceptron(0.5, 0.7)),
    ),
    Fault(
        "nand-not-negated",
        "values",
        "NAND's weights and threshold have not changed their signs: this is AND.",
        "NAND의 가중치와 임계값의 부호를 바꾸지 않아 AND가 되었습니다.",
        "w1, w2, theta = -0.5, -0.5, -0.7",
        _function("nand_gate", _perceptron(0.5, 0.7)),
    ),
    Fault(
        "nand-bias-not-negated",
        "values",
        "NAND's weights are negative but its bias is still AND's: it answers 0 to everything.",
        "NAND의 가중치만 음수로 바꾸고 편향은 AND의 것을 그대로 써서 언제나 0입니다.",
        "w, b = np.array([-0.5, -0.5]), 0.7",
        _function("nand_gate", _perceptron(-0.5, 0.7)),
    ),
    Fault(
        "xor-without-nand",
        "values",
        "XOR is AND of OR and NAND; here it is AND of OR and AND.",
        "XOR는 OR와 NAND의 AND인데 OR와 AND의 AND로 만들었습니다.",
        "AND(NAND(x1, x2), OR(x1, x2))",
        {"xor_gate": lambda v: lambda x1, x2: v.and_gate(v.or_gate(x1, x2), v.and_gate(x1, x2))},
    ),
    Fault(
        "xor-of-or",
        "values",
        "XOR joins OR and NAND by OR; it needs AND.",
        "XOR에서 OR와 NAND를 AND가 아니라 OR로 합쳤습니다.",
        "AND(NAND(x1, x2), OR(x1, x2))",
        {"xor_gate": lambda v: lambda x1, x2: v.or_gate(v.or_gate(x1, x2), v.nand_gate(x1, x2))},
    ),
    *LAYER_FAULTS,
    *STUDY_NOTE_FAULTS,
)
"""Every fault of what can be asked for alone, held against Keras' own."""
