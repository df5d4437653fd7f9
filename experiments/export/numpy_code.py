"""A dense net as a NumPy program, as a student would write it."""

from itertools import pairwise

from experiments.check.chain import Chain
from experiments.corpus.nets import HIDDEN, OUTPUTS, Kind, parts
from experiments.words import Problem

HEAD = """\
import numpy as np

rng = np.random.default_rng(1)
x = rng.uniform(size=({samples}, {inputs}))  # your samples, one row each
t = {targets}  # their targets
rate = {rate:.6g}

"""

SAMPLES = 16

TARGETS = {
    "softmax": "np.eye({outputs})[rng.integers({outputs}, size={samples})]",
    "sigmoid": "rng.integers(2, size=({samples}, {outputs})) * 1.0",
    "identity": "rng.normal(size=({samples}, {outputs}))",
}
"""Of a kind that fits the outputs."""


def numpy_code(chain: Chain, samples: int = SAMPLES) -> str:
    """A training of the net by gradient descent, forth and back written out.

    Args:
        chain: the net; its rate is the training's.
        samples: of a step.

    Raises:
        Problem: if it has an activation that cannot be written so.
    """
    of = chain.of
    if of.hidden not in HIDDEN or of.output not in OUTPUTS:
        raise Problem("export.activation", names=f"{of.hidden}, {of.output}")
    said = parts(Kind(of.hidden, of.output, of.loss, of.reduction))
    depth = len(chain.layers)
    lines = [_head(chain, samples), *_starts(chain), "", "for step in range(1000):"]
    biased = [layer in chain.biased for layer in chain.layers]
    for number, has_bias in enumerate(biased, 1):
        below = f"z{number - 1}" if number > 1 else "x"
        lines.append(f"    a{number} = {below} @ W{number}" + f" + b{number}" * has_bias)
        if number < depth:
            lines.append(f"    z{number} = {_of_layer(said['z1'], number)}")
    if of.output == "softmax":
        lines.append(f"    e = np.exp(a{depth} - a{depth}.max(axis=1, keepdims=True))")
    lines.append(f"    y = {said['y'].replace('a2', f'a{depth}')}")
    squares = " + ".join(f"np.sum(W{number} ** 2)" for number in range(1, depth + 1))
    penalty = f" + {of.l2 / 2:.6g} * ({squares})" if of.l2 else ""
    lines.append(f"    loss = {said['loss']}{penalty}")
    lines.append(f"    d{depth} = {said['d2']}")
    for number in range(depth - 1, 0, -1):
        slope = _of_layer(said["slope"], number)
        lines.append(f"    d{number} = d{number + 1} @ W{number + 1}.T * {slope}")
    for number, has_bias in enumerate(biased, 1):
        below = f"z{number - 1}" if number > 1 else "x"
        decay = f" + {of.l2:.6g} * W{number}" if of.l2 else ""
        gradient = f"{below}.T @ d{number}"
        lines.append(f"    W{number} -= rate * ({gradient}{decay})")
        if has_bias:
            lines.append(f"    b{number} -= rate * d{number}.sum(axis=0)")
    return "\n".join([*lines, "    if step % 100 == 0:", "        print(step, loss)"]) + "\n"


def _head(chain: Chain, samples: int) -> str:
    sizes = {"samples": samples, "inputs": chain.widths[0], "outputs": chain.widths[-1]}
    targets = TARGETS[chain.of.output].format(**sizes)
    return HEAD.format(**sizes, targets=targets, rate=chain.rate).rstrip("\n")


def _starts(chain: Chain) -> list[str]:
    """The parameters, drawn so that no unit starts saturated."""
    lines = []
    for number, (inputs, units) in enumerate(pairwise(chain.widths), 1):
        scale = f"np.sqrt({inputs})"
        lines.append(f"W{number} = rng.normal(size=({inputs}, {units})) / {scale}")
        if chain.layers[number - 1] in chain.biased:
            lines.append(f"b{number} = np.zeros({units})")
    return lines


def _of_layer(expression: str, number: int) -> str:
    return expression.replace("a1", f"a{number}").replace("z1", f"z{number}")
