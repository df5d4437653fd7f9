"""A hand-written net against a Keras model, rung by rung, from the same weights."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from experiments.check.chain import Chain
from experiments.check.finding import Difference, difference
from experiments.check.keras_program.net import numpy_values
from experiments.compare import theirs as keras_side
from experiments.compare.differences import factor
from experiments.compare.own import Own
from experiments.compare.theirs import Theirs
from experiments.faults.replay import steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Arrays, Comparison, compare


def rungs(own: Own, theirs: Theirs) -> Iterator[tuple[Comparison, Difference | None]]:
    """Every quantity of one's own against Keras', the earlier rungs first.

    A number may lie as far off as two right computations in the dtype of one's own may: by the
    running bounds of both descriptions.

    Yields:
        The comparison, and where it failed both numbers.
    """
    keras, allowed = _keras(own, theirs)
    for quantity, found in own.values.items():
        same_outputs = own.chain.of.scores == theirs.chain.of.scores
        if quantity not in keras or (quantity == "outputs" and not same_outputs):
            continue
        right, bound = keras[quantity], allowed[quantity]
        compared = compare("compare", "start", quantity, found, right, bound)
        wrong = None if compared.passed else difference(compared, found, right, bound)
        yield compared, wrong


def _keras(own: Own, theirs: Theirs) -> tuple[Arrays, Arrays]:
    """What Keras computes from the same weights, and how far right numbers may lie off."""
    start = {name: own.start[name] for name in theirs.chain.parameters if name in own.start}
    missing = [name for name in theirs.chain.parameters if name not in start]
    widths = dict(zip(theirs.chain.layers, theirs.chain.widths[1:], strict=True))
    start |= {name: np.zeros(widths[name[1:]]) for name in missing}
    if not own.is_loop:
        x, t = own.batches[0]
        both = [numpy_values(chain, start, x, t, own.dtype) for chain in (own.chain, theirs.chain)]
        mine, other = ({name: v.allowed for name, v in of.items()} for of in both)
        keras = keras_side.values(theirs, start, x, t)
        times = factor(own.chain, theirs.chain, len(x))
        if times:
            keras, other = _times(times, keras), _times(times, other)
            keras["loss"] = keras["loss"] + _epsilon_term(own.chain, start, x, t)
        return keras, _mean(mine, other)
    if not theirs.is_plain:
        return {}, {}
    if not own.has_own_rate:
        times = factor(own.chain, theirs.chain, len(own.batches[0][0])) or 1.0
        theirs = replace(theirs, chain=replace(theirs.chain, rate=own.chain.rate * times))
    chains = (replace(own.chain, biased=theirs.chain.biased), theirs.chain)
    each = [_bounds(chain, start, own) for chain in chains]
    return keras_side.updates(theirs, start, own.batches), _mean(*each)


def _times(factor: float, values: Arrays) -> dict[str, np.ndarray]:
    """Loss and gradients times a factor; the outputs stay as they are."""
    return {n: v if n == "outputs" else factor * v for n, v in values.items()}


def _epsilon_term(chain: Chain, start: Arrays, x: np.ndarray, t: np.ndarray) -> float:
    """What the ε in one's own logarithm takes off the loss, which Keras' has not."""
    last = f"a{chain.layers[-1]}"
    compute = steps_of_training(start, x, t, [np.arange(len(x))], chain.rate, [last, "y"])
    found = {n: np.asarray(v, float) for n, v in compute(chain.formulas, np.asarray).items()}
    return chain.of.epsilon_term({"a2": found[last], "y": found["y"]}, t)


def _mean(one: Arrays, other: Arrays) -> Arrays:
    return {name: (one[name] + other[name]) / 2 for name in one}


def _bounds(chain: Chain, start: Arrays, own: Own) -> dict[str, np.ndarray]:
    """How far two right descents along the same batches may lie apart after every step."""
    x, t = (np.concatenate(arrays) for arrays in zip(*own.batches, strict=True))
    x = x.astype(own.dtype_of_inputs)
    ends = np.cumsum([len(x) for x, _ in own.batches])
    rows = np.split(np.arange(len(x)), ends[:-1])
    names = [f"new_{name}@{step}" for step in range(len(rows)) for name in chain.parameters]
    compute = steps_of_training(start, x, t, rows, chain.rate, names)
    found = compute(chain.formulas, lambda array: Bounded.given(np.asarray(array), own.dtype))
    return {name: v.allowed for name, v in found.items() if isinstance(v, Bounded)}
