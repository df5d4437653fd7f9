"""The Keras code of a described net's twin, as one would write it."""

from collections.abc import Collection, Sequence

from experiments.check.grammar import LEAKS, STEPS, Description

BIAS_UNIT = (
    "    keras.layers.Lambda(lambda z: "
    "keras.ops.concatenate([z[:, :-1], keras.ops.ones_like(z[:, -1:])], axis=1)),\n"
)
"""Overwrites the last unit by 1."""

CRITERION = """\
class Criterion(keras.losses.Loss):
    def call(self, t, a):
        y = keras.ops.where(a {above} 0, 1.0, {lower})
        return keras.ops.mean(keras.ops.stop_gradient(y - t) * a, axis=-1)

"""
"""The loss of a perceptron, whose model gives the net inputs."""


def written_rate(rate: float) -> str:
    """A rate as Keras takes it, which refuses whole numbers."""
    return repr(float(f"{rate:.6g}"))


def twin_code(
    of: Description,
    widths: Sequence[str | int] = ("inputs", "hidden", "outputs"),
    without_bias: Collection[int] = (),
    bias_unit: bool = False,
    rate: str = "rate",
) -> str:
    """A Sequential model and how it is compiled.

    Args:
        of: the net's activations, loss and L2 term.
        widths: units from the inputs to the outputs, or what they are called.
        without_bias: numbers of the layers that have no bias, counted from 1.
        bias_unit: whether the last hidden unit is overwritten by 1.
        rate: the learning rate, or what it is called.
    """
    lines = f"model = keras.Sequential([\n    keras.Input(({widths[0]},)),\n"
    for number, units in enumerate(widths[1:], 1):
        is_last = number == len(widths) - 1
        activation = of.output if is_last else of.hidden
        bias = ", use_bias=False" if number in without_bias else ""
        lines += _dense(units, activation, bias + _regularizer(of))
        lines += BIAS_UNIT if bias_unit and not is_last else ""
    reduction = "reduction='sum'" if of.reduction == "sum" else ""
    if of.output in STEPS:
        above = ">=" if of.output.endswith("from 0") else ">"
        lower = -1.0 if of.output.startswith("sign") else 0.0
        lines = CRITERION.format(above=above, lower=lower) + lines
    return (
        f"{lines}])\nmodel.compile(keras.optimizers.SGD({rate}), "
        f"loss={_loss(of)}({reduction}){_weight(of, widths[-1])})"
    )


def _dense(units: str | int, activation: str, options: str) -> str:
    if activation in LEAKS:
        leaky = f"keras.layers.LeakyReLU(negative_slope={LEAKS[activation]})"
        return f"    keras.layers.Dense({units}{options}),\n    {leaky},\n"
    name = "linear" if activation in ("identity", *STEPS) else activation
    return f"    keras.layers.Dense({units}, {name!r}{options}),\n"


def _regularizer(of: Description) -> str:
    if not of.l2:
        return ""
    return f", kernel_regularizer=keras.regularizers.L2({of.l2 / 2:.6g})"


def _loss(of: Description) -> str:
    if of.output in STEPS:
        return "Criterion"
    name = {
        "cross-entropy": "CategoricalCrossentropy",
        "binary cross-entropy": "BinaryCrossentropy",
        "absolute error": "MeanAbsoluteError",
    }.get(of.loss, "MeanSquaredError")
    return f"keras.losses.{name}"


def _weight(of: Description, outputs: str | int) -> str:
    """By what Keras' loss has to be multiplied to be this one."""
    factor = "0.5" if of.loss.startswith("half") else ""
    if of.loss == "cross-entropy":
        factor = f"1 / {outputs}" if of.reduction == "mean of all" else ""
    elif of.reduction != "mean of all" and outputs != 1:
        factor = f"{factor} * {outputs}" if factor else f"{outputs}"
    return f", loss_weights=[{factor}]" if factor else ""
