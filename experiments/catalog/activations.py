"""Activation functions and the softmax question (sources 000 and 001)."""

import numpy as np

from experiments.spec import Evaluation, Experiment, Package


def curves(package: Package) -> dict[str, np.ndarray]:
    """The functions on the range that source 000 plots."""
    x = np.arange(-5.0, 5.0, 0.1)
    names = ("step", "sigmoid", "relu", "identity")
    return {"x": x} | {name: np.asarray(getattr(package("functions"), name)(x)) for name in names}


def softmax_or_proportions(package: Package) -> dict[str, np.ndarray]:
    """What source 000 prints for a blurry and a crisp picture, and the same in a batch."""
    functions = package("functions")
    blurry, crisp = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    return {
        "softmax of 1, 2": np.asarray(functions.softmax(blurry)),
        "softmax of 10, 20": np.asarray(functions.softmax(crisp)),
        "softmax of both as a batch": np.asarray(functions.softmax(np.stack([blurry, crisp]))),
        "std_norm of 1, 2": np.asarray(functions.proportions(blurry)),
        "std_norm of 10, 20": np.asarray(functions.proportions(crisp)),
        "z-scores of 1, 2": (blurry - blurry.mean()) / blurry.std(),
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


def constants(package: Package) -> dict[str, float]:
    """e, from σ(1) = 1 / (1 + 1/e)."""
    y = float(np.asarray(package("functions").sigmoid(np.array([1.0])))[0])
    return {"e": 1 / (1 / y - 1)}


# Roundings of a value: an exponential 4, its argument up to 10 in units of its own (the error of
# a - max is carried into the exponent), a sum, a division.
ROUNDINGS = 16

EXPERIMENT = Experiment(
    name="activations",
    lesson=12,
    title="Activation functions, softmax and proportions",
    title_ko="활성화 함수, 소프트맥스와 정규화",
    sources=("000", "001"),
    evaluations=(
        Evaluation(name="curves", compute=curves, roundings=ROUNDINGS, picture="curves"),
        Evaluation(
            name="softmax or proportions", compute=softmax_or_proportions, roundings=ROUNDINGS
        ),
        Evaluation(name="overflow", compute=overflow, roundings=ROUNDINGS),
        Evaluation(name="constants", compute=constants, roundings=ROUNDINGS),
    ),
    discussion="""
**Why softmax and not plain proportions?** The source quotes an answer ("softmax reacts to the size
of the scores, proportions do not") and adds: "뭐가 다른지는 알겠는데 왜 쓰는지 아직 모르겠다" (I see
what differs, but not yet why it is used). Three reasons, with the numbers below:

1. Scores of a net can be negative or cancel. Proportions of −1 and 2 are
   {{ m["softmax or proportions"]["std_norm of -1, 2"] | join(" and ") }}: no probabilities. e^a is
   positive whatever a is.
2. A net's scores are log-odds. Softmax is the function for which adding 1 to a score multiplies its
   odds by e, {{ "%.4f" | format(m["constants"]["e"]) }}, wherever the scores are; the scores 10 and
   20 *are* a far more decided answer than 1 and 2.
3. With the cross-entropy its gradient is simply y − t: large when wrong, never flat. That is what
   every training of this report descends by.

**The name.** What the source calls standard normalisation (표준 정규화, `std_norm`) is a proportion,
x / Σx. Standardising, (x − mean) / deviation, gives
{{ m["softmax or proportions"]["z-scores of 1, 2"] | join(" and ") }} for both pairs.

**Overflow.** Without the subtraction of the maximum, softmax of 1000 and 1001 is
{{ m["overflow"]["without maximum, 1000, 1001"] | join(" and ") }}; with it
{{ m["overflow"]["softmax of 1000, 1001"] | map("round", 4) | join(" and ") }}, the same as for 0 and 1.
""",
)
