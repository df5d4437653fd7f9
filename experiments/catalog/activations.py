"""Activation functions and the softmax question (sources 000 and 001)."""

import numpy as np

from experiments.spec import Evaluation, Experiment, Given, Package


def curves(package: Package) -> dict[str, np.ndarray | Given]:
    """The functions on the range that source 000 plots."""
    x = np.arange(-5.0, 5.0, 0.1)
    names = ("step", "sigmoid", "relu", "identity")
    return {"x": Given(x)} | {
        name: np.asarray(getattr(package("functions"), name)(x)) for name in names
    }


def softmax_or_proportions(package: Package) -> dict[str, np.ndarray | Given]:
    """What source 000 prints for a blurry and a crisp picture, and the same in a batch."""
    functions = package("functions")
    blurry, crisp = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    return {
        "softmax of 1, 2": np.asarray(functions.softmax(blurry)),
        "softmax of 10, 20": np.asarray(functions.softmax(crisp)),
        "softmax of both as a batch": np.asarray(functions.softmax(np.stack([blurry, crisp]))),
        "std_norm of 1, 2": np.asarray(functions.proportions(blurry)),
        "std_norm of 10, 20": np.asarray(functions.proportions(crisp)),
        "z-scores of 1, 2": Given((blurry - blurry.mean()) / blurry.std()),
        "std_norm of -1, 2": np.asarray(functions.proportions(np.array([-1.0, 2.0]))),
    }


def overflow(package: Package) -> dict[str, np.ndarray]:
    """Softmax of large scores, with and without the maximum subtracted."""
    functions = package("functions")
    scores = np.array([1000.0, 1001.0])
    return {
        "softmax of 1000, 1001": np.asarray(functions.softmax(scores)),
        "without maximum, 1000, 1001": np.asarray(functions.softmax_without_maximum(scores)),
        "without maximum, 0, 1": np.asarray(functions.softmax_without_maximum(scores - 1000)),
    }


def linear_layers(package: Package) -> dict[str, np.ndarray]:
    """Three layers without an activation between them, and the one layer that they come to."""
    new = package("linear_regression").LinearRegression
    rng = np.random.RandomState(0)
    x = rng.randn(4, 3)
    layers = [(rng.randn(*shape), rng.randn(shape[1])) for shape in ((3, 5), (5, 4), (4, 2))]

    def outputs(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
        net = new({"W": weight, "b": bias})
        return np.asarray(net(x) if hasattr(net, "layers") else net.predict(x))

    through_all, product, shift = x, np.eye(3), np.zeros(3)
    for weight, bias in layers:
        through_all = outputs(through_all, weight, bias)
        product, shift = product @ weight, shift @ weight + bias
    return {
        "three linear layers": through_all,
        "one layer, their product": outputs(x, product, shift),
    }


def constants(package: Package) -> dict[str, float]:
    """e, from σ(1) = 1 / (1 + 1/e)."""
    y = float(np.asarray(package("functions").sigmoid(np.array([1.0])))[0])
    return {"e": 1 / (1 / y - 1)}


# Roundings of a value: an exponential 4, its argument up to 10 in units of its own (the error of
# a - max is carried into the exponent), a sum, a division.
ROUNDINGS = 16

# All numbers given are below 3. Through sums of 3, 5 and 4 products and a bias the layers' outputs
# stay below 30, 453 and 5439, and 4 + 6 + 5 roundings lie behind the last, on either side.
LINEAR_ERROR = 2 * 15 * 5439 * 2.0**-53

EXPERIMENT = Experiment(
    name="activations",
    lesson=12,
    sources=("000", "001"),
    headline="softmax of 1, 2",
    shows=("functions.softmax", "functions.sigmoid"),
    evaluations=(
        Evaluation(name="curves", compute=curves, roundings=ROUNDINGS, picture="curves"),
        Evaluation(
            name="softmax or proportions",
            compute=softmax_or_proportions,
            printed=(
                "softmax of 1, 2",
                "softmax of 10, 20",
                "std_norm of 1, 2",
                "std_norm of 10, 20",
            ),
            roundings=ROUNDINGS,
        ),
        Evaluation(name="overflow", compute=overflow, roundings=ROUNDINGS),
        Evaluation(name="constants", compute=constants, printed=("e",), roundings=ROUNDINGS),
        Evaluation(
            name="linear layers",
            compute=linear_layers,
            method_error=LINEAR_ERROR,
        ),
    ),
)
