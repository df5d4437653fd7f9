"""A hand-written net: what it is, and what it computes from the weights it is compared with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypedDict

import numpy as np

from experiments.check.apart import Outcome, run_apart
from experiments.check.chain import Chain
from experiments.check.finding import FINE, Finding, fitted
from experiments.check.judge import judge, probes
from experiments.check.judge_loop import judge_loops
from experiments.check.keras_program.net import batch_of, start_of
from experiments.check.names import also_meant, with_others
from experiments.check.processes import Processes
from experiments.check.references import PARAMETERS
from experiments.check.source import Source, classes_of
from experiments.compare.made import decay_made, lowered_rate, sizes_made
from experiments.compare.theirs import Theirs
from experiments.judge.ladder import Arrays
from experiments.words import Problem

GRADIENTS = {f"g{name}" for name in PARAMETERS}

THE_BOOKS = (784, 50, 10)
"""Sizes of a net that takes any, where its program makes none."""


@dataclass(frozen=True)
class Own:
    """A hand-written net beside a Keras model.

    Attributes:
        finding: what a check says of it.
        chain: what it is; its rate is 1 where a class is asked for its gradient alone.
        start: the parameters from which both compute, in the book's shapes.
        batches: inputs and targets of every step.
        values: what it gave: "outputs", "loss", "gW1" and so on, or "new_W1", "new_W1@1" of a loop.
        dtype: in which it holds its parameters.
        columns: whether its weights have a row per unit, and were transposed.
        dtype_of_inputs: in which a loop holds its inputs.
        trained: what the file's loop trains, with its sizes and rate; None if that is not known.
        per_step: samples of a step of the file's loop; None if that is not known.
        lowered: the variable by which the file lowers or raises its rate along the training.
    """

    finding: Finding
    chain: Chain
    start: Arrays
    batches: Sequence[tuple[np.ndarray, np.ndarray]]
    values: Mapping[str, np.ndarray]
    dtype: str
    columns: bool
    dtype_of_inputs: str = "float64"
    trained: Chain | None = None
    per_step: int | None = None
    lowered: str = ""

    @property
    def has_gradient(self) -> bool:
        """Whether its whole gradient, or updates by it, could be had."""
        return self.is_loop or self.values.keys() >= GRADIENTS

    @property
    def is_loop(self) -> bool:
        """Whether it is a loop that updates its weights itself."""
        return self.finding.fit is not None

    @property
    def is_trained(self) -> bool:
        """Whether it is known by what rate and in what steps it is trained."""
        return self.trained is not None

    @property
    def has_own_rate(self) -> bool:
        """Whether the rate of a loop is its own, and not that of a check that let it step."""
        return self.finding.fit is not None and not self.finding.fit.place.is_made_up


def own_net(
    processes: Processes,
    source: Source,
    theirs: Theirs,
    data: tuple[np.ndarray, np.ndarray] | None,
) -> Own:
    """The net of a file, asked for its numbers with the sizes of a Keras model.

    Args:
        processes: that run it.
        source: the file.
        theirs: the Keras model.
        data: inputs and targets to compute on; None for a probe. A loop computes on its own.

    Raises:
        Problem: if nothing in the file is recognised as a net, or its size is another.
    """
    given = _given(source) | {"widths": np.array(theirs.chain.widths)}
    if data:
        given |= dict(zip(("data_x", "data_t"), _fitting(data, theirs.chain), strict=True))
    outcome = _asked(processes, source, given)
    finding, loops = _found_in(outcome, source)
    if not finding.fit:
        own = _of_class(finding, partial(_asked, processes, source), theirs, data)
    elif data and not finding.fit.place.is_made_up:
        raise Problem("compare.data of a loop")
    else:
        own = _of_loop(finding, theirs)
    training = _training(own.chain, finding, loops, outcome, source)
    return replace(own, **training, lowered=lowered_rate(source))


def the_net(processes: Processes, source: Source) -> tuple[Finding, Chain | None]:
    """The net of a file, a class that is described or the first loop; and what is trained of it.

    Raises:
        Problem: if nothing in the file is recognised as a net.
    """
    outcome = _asked(processes, source, _given(source))
    finding, loops = _found_in(outcome, source)
    chain = finding.fit.chain if finding.fit else None
    if finding.description:
        made = sizes_made(source, finding.subject)
        widths = made if len(made) == len(THE_BOOKS) else THE_BOOKS
        chain = Chain(finding.description, widths, frozenset(("1", "2")))
    assert chain
    return finding, _training(chain, finding, loops, outcome, source)["trained"]


def _found_in(outcome: Outcome, source: Source) -> tuple[Finding, list[Finding]]:
    """The net of a file, and the loops that train one on arrays of their own."""
    findings = judge(outcome)
    loops = [loop for loop in judge_loops(outcome, source, findings)[0] if loop.fit]
    nets = [finding for finding in findings if finding.about == "net" and finding.description]
    if not nets and not loops:
        raise Problem("compare.no net", file=source.path.name)
    whole = [net for net in nets if {*net.right, *net.wrong} >= GRADIENTS]
    return (*whole, *loops, *nets)[0], loops


class Training(TypedDict):
    """What is known of how a file trains its net; see `Own`."""

    trained: Chain | None
    per_step: int | None


def _training(
    chain: Chain, finding: Finding, loops: Sequence[Finding], outcome: Outcome, source: Source
) -> Training:
    """What a loop of the file trains; or what it was seen to do with a watched net."""
    fits = [loop.fit for loop in loops if loop.fit and loop.verdict in FINE]
    of_its_own = [fit for fit in fits if not fit.place.is_made_up]
    fit = finding.fit if finding.fit in of_its_own else next(reversed(of_its_own), None)
    if fit:
        return {"trained": fit.chain, "per_step": len(fit.place.data(0)[0])}
    watched = {a.quantity: a.value for a in outcome.answers if a.value is not None}
    if "rate" not in watched or "optimizer" in watched:
        return {"trained": None, "per_step": None}
    widths = sizes_made(source, finding.subject.partition(".")[0])
    same_depth = len(widths) == len(chain.widths)
    rate = float(f"{float(watched['rate']):.6g}")
    first = watched["rows"][0] if "rows" in watched and not watched["batch"] else None
    return {
        "trained": replace(chain, rate=rate, widths=widths if same_depth else chain.widths),
        "per_step": None if first is None else int((first >= 0).sum()),
    }


def _given(source: Source) -> dict[str, np.ndarray]:
    """The probe, and the λ with which the program makes its net."""
    return {**probes(), "decay": np.array(decay_made(source))}


def _asked(processes: Processes, source: Source, given: Mapping[str, np.ndarray]) -> Outcome:
    known = with_others({})
    meant = {**known, **also_meant(source, known)}
    return run_apart(processes, source, meant, classes_of(source), given)


def _of_class(
    finding: Finding,
    asked: Callable[[Mapping[str, np.ndarray]], Outcome],
    theirs: Theirs,
    data: tuple[np.ndarray, np.ndarray] | None,
) -> Own:
    """A class of one hidden layer takes whatever sizes Keras' model has."""
    chain, of = theirs.chain, finding.description
    assert of
    if len(chain.layers) == 2 and chain.biased != {"1", "2"}:
        layer = min({"1", "2"} - chain.biased)
        raise Problem("compare.no bias", layer=layer)
    if len(chain.layers) != 2:
        widths = "–".join(map(str, chain.widths))
        raise Problem("compare.one hidden layer", widths=widths)
    start = start_of(chain)
    x, t = _fitting(data, chain) if data else batch_of(chain)
    values = {"net_x": x, "net_t": t, **{f"net_{name}": v for name, v in start.items()}}
    outcome = asked({**probes(), **values})
    answers = {
        answer.quantity: answer.value
        for answer in outcome.answers
        if answer.subject == finding.subject and answer.value is not None
    }
    names = {"predict": "outputs", "loss": "loss"}
    names |= {f"gradient {name}": f"g{name}" for name in PARAMETERS}
    own = Chain(of, chain.widths, chain.biased)
    right = {"outputs": t, "loss": np.zeros(()), **{f"g{n}": v for n, v in start.items()}}
    found = {
        ours: fitted(answers[said], right[ours]) for said, ours in names.items() if said in answers
    }
    if not found:
        raise Problem("compare.no numbers", name=finding.subject)
    columns = bool(answers.get("columns", np.zeros(())))
    in_float32 = bool(answers.get("in float32", np.zeros(())))
    dtype = "float32" if in_float32 else "float64"
    return Own(finding, own, start, [(x, t)], found, dtype, columns)


def _fitting(data: tuple[np.ndarray, np.ndarray], chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets in a net's shapes; labels as one-hot rows.

    Raises:
        Problem: if they do not fit.
    """
    x, t = data[0].reshape(len(data[0]), -1), data[1].reshape(len(data[1]), -1)
    inputs, outputs = chain.widths[0], chain.widths[-1]
    if t.shape[1] == 1 < outputs and np.isin(t, np.arange(outputs)).all():
        t = np.eye(outputs)[t[:, 0].astype(int)]
    if len(x) != len(t) or (x.shape[1], t.shape[1]) != (inputs, outputs):
        shapes = (f"{'×'.join(map(str, array.shape))}" for array in (x, t))
        of_x, of_t = shapes
        raise Problem("compare.data shapes", x=of_x, t=of_t, inputs=inputs, outputs=outputs)
    return x, t


def _of_loop(finding: Finding, theirs: Theirs) -> Own:
    """A loop has its own sizes, weights and data; Keras' model must have the same sizes."""
    fit = finding.fit
    assert fit
    own = fit.chain.widths
    if own != theirs.chain.widths:
        one, other = ("–".join(map(str, w)) for w in (own, theirs.chain.widths))
        raise Problem("compare.widths", own=one, keras=other)
    place = fit.place
    values = {
        f"new_{name}@{step}": after
        for step in range(place.steps)
        for name, after in place.params(step + 1).items()
    }
    batches = [place.data(step) for step in range(place.steps)]
    columns = any(layer.columns for layer in place.layers)
    return Own(
        finding,
        fit.chain,
        place.params(0),
        batches,
        values,
        place.dtype,
        columns,
        place.dtype_of_inputs,
    )


LARGEST = 1e30
"""Of the data: beyond it no bound says anything."""


def read_data(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Inputs `x` and targets `t` of an npz file.

    Raises:
        Problem: if it has no such arrays.
    """
    try:
        file = np.load(path, allow_pickle=False)
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise Problem("compare.no npz", path=path)
        with file:
            if lacking := [name for name in ("x", "t") if name not in file]:
                raise Problem("compare.data lacks", path=path, names=", ".join(lacking))
            x, t = np.atleast_1d(file["x"], file["t"])
    except Problem:
        raise
    except OSError as error:
        raise Problem("compare.data", path=path, why=error.strerror or error) from None
    except Exception:  # whatever is in it
        raise Problem("compare.no npz", path=path) from None
    if len(x) != len(t) or not len(x):
        raise Problem("compare.data counts", path=path, x=len(x), t=len(t))
    arrays = [a.astype(float) for a in (x, t) if a.dtype.kind in "biuf"]
    if len(arrays) < 2 or not all(a.size and (np.abs(a) < LARGEST).all() for a in arrays):
        raise Problem("compare.data numbers", path=path, most=f"{LARGEST:g}")
    x, t = arrays
    return x, t
