"""The derived bounds beside the constant tolerances that comparisons usually have.

A good check accepts every right way to write a computation and rejects every fault.
"""

from collections.abc import Callable, Mapping

import numpy as np

from experiments.data import Dataset
from experiments.data.probe import Sizes, far, probe
from experiments.faults.ground import LEARNING_RATE
from experiments.faults.kill import largest_shares
from experiments.faults.record import Accepted, Alarms
from experiments.faults.right import RIGHT
from experiments.faults.variant import Variant
from experiments.judge import ladder
from experiments.judge.ladder import Arrays, Observation
from experiments.judge.nets import Allowed, allowed
from experiments.pair.compare import observe
from experiments.pair.pair import Batch
from experiments.pair.sides import Keras, net_of
from experiments.spec import Training, in_order, normal
from experiments.subjects import families
from experiments.subjects.subject import Family

SHAPES = (Sizes(7, 12, (9, 11), 5), Sizes(1, 30, (20, 7), 10), Sizes(64, 100, (50, 9), 10))
SEEDS = 10
"""Shapes and seeds of the nets on which right variants are compared."""

BOOK = Sizes(100, 784, (50, 50), 10)
"""The book's net and batch."""

USUAL: dict[str, Callable[[np.ndarray, np.ndarray], bool]] = {
    "absolute 1e-5": lambda a, b: bool(np.all(np.abs(a - b) <= 1e-5)),
    "decimal=3": lambda a, b: bool(np.all(np.abs(a - b) < 1.5e-3)),
    "cosine 0.99": lambda a, b: bool(np.sum(a * b) >= 0.99 * np.linalg.norm(a) * np.linalg.norm(b)),
    "mean difference 1e-7": lambda a, b: bool(np.mean(np.abs(a - b)) <= 1e-7),
    "relative 1e-4": lambda a, b: bool(np.all(np.abs(a - b) <= 1e-4 * np.abs(b))),
    "np.allclose": lambda a, b: bool(np.allclose(a, b)),
}
"""The constant tolerances that comparisons usually have: whether they accept two arrays."""


def book_net(dtype: str) -> tuple[Training, dict[str, np.ndarray], Dataset]:
    """The book's net at its start, and a batch of made-up images as sparse as MNIST's."""
    family = families()["two-layer-net"]
    rng = np.random.default_rng(0)
    start, data = probe(family.parameters, dtype, sizes=BOOK)
    x = (rng.random(data.x.shape) * (rng.random(data.x.shape) < 0.2)).astype(dtype)
    params = {
        name: (0.01 * rng.normal(size=v.shape) if v.ndim == 2 else 0 * v).astype(dtype)
        for name, v in start.items()
    }
    shapes = {name: values.shape for name, values in params.items()}
    training = Training(
        "book", family.model, "probe", normal(0.01, **shapes), in_order(100), 0.1, 1
    )
    return training, params, Dataset("book", "synthetic", x, data.t, x, data.t)


def usual(dtype: str) -> list[Accepted]:
    """What every check accepts: one row per fault that a single pass can show, and one for none.

    On the book's net, and on the probe, there also with far logits: "running bound" is ours.
    """
    family = families()["two-layer-net"]
    training, book, images = book_net(dtype)
    params, samples = probe(family.parameters, dtype)
    fields = {"book": [(book, images)], "probe": [(params, samples), (far(params), samples)]}
    rungs = ("layers", "loss", "gradient", "update")
    shown = [None, *(mistake for mistake in family.mistakes if mistake.rung in rungs)]
    rows = []
    for field, nets in fields.items():
        seen = [_seen_by_keras(training, *net) for net in nets]
        for mistake in shown:
            formulas = {**family.formulas, **(mistake.formulas if mistake else {})}
            accepted = dict.fromkeys(["running bound", *USUAL], True)
            for (start, data), (keras, bounds) in zip(nets, seen, strict=True):
                side = Variant(training, data, formulas)
                with np.errstate(all="ignore"):
                    ours = _flat(observe(side, start, _whole(data), LEARNING_RATE))
                    found = accepted_by(ours, keras, bounds)
                accepted = {check: accepted[check] and found[check] for check in accepted}
            name = mistake.id if mistake else ""
            rows.append(Accepted(field, dtype, name, accepted))
    return rows


def _whole(data: Dataset) -> Batch:
    return Batch(data.x, data.t, np.arange(len(data.x)))


def _seen_by_keras(
    training: Training, start: Arrays, data: Dataset
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What Keras computes on a whole data set, and the running bounds."""
    batch, keras = _whole(data), Keras(training, start, data)
    bounds = allowed(net_of(training), start, batch.x, batch.t, LEARNING_RATE)
    return _flat(observe(keras, start, batch, LEARNING_RATE)), _flat(bounds)


def _flat(observed: Observation | Allowed) -> dict[str, np.ndarray]:
    """Outputs, loss, gradients and new parameters under one name each."""
    gradients = {f"gradient of {name}": values for name, values in observed.gradient.items()}
    arrays = {"y": observed.activations["y"], "loss": observed.loss, **gradients}
    arrays |= {f"new {name}": values for name, values in observed.updated.items()}
    return {name: np.asarray(values, float) for name, values in arrays.items()}


def accepted_by(
    ours: Mapping[str, np.ndarray],
    keras: Mapping[str, np.ndarray],
    bounds: Mapping[str, np.ndarray],
) -> dict[str, bool]:
    """Which checks accept all of one side's quantities as equal to the other's."""
    verdicts = {
        name: all(ours[q].shape == keras[q].shape and check(ours[q], keras[q]) for q in keras)
        for name, check in USUAL.items()
    }
    within = all(ladder.compare("usual", "", q, ours[q], keras[q], bounds[q]).passed for q in keras)
    return {"running bound": within} | verdicts


def alarms(family: Family, dtype: str) -> list[Alarms]:
    """One row per right variant: comparisons made, the largest share, and alarms of every check."""
    rows = [Alarms(family.name, variant, dtype) for variant in RIGHT[family.name]]
    for sizes in SHAPES:
        drawn = [probe(family.parameters, dtype, seed, sizes) for seed in range(SEEDS)]
        x, t = (np.concatenate([getattr(data, of) for _, data in drawn]) for of in ("x", "t"))
        nets = Dataset("nets", "synthetic", x, t, x, t)
        shapes = {name: values.shape for name, values in drawn[0][0].items()}
        order = in_order(sizes.samples)
        training = Training("", family.model, "", normal(0.4, **shapes), order, LEARNING_RATE, 1)
        twin = Keras(training, drawn[0][0], nets)
        sides = [
            Variant(training, nets, {**family.formulas, **RIGHT[family.name][row.variant]})
            for row in rows
        ]
        for seed, (start, data) in enumerate(drawn):
            batch = Batch(data.x, data.t, seed * sizes.samples + np.arange(sizes.samples))
            keras = observe(twin, start, batch, LEARNING_RATE)
            bounds = allowed(net_of(training), start, batch.x, batch.t, LEARNING_RATE)
            for row, side in zip(rows, sides, strict=True):
                ours = observe(side, start, batch, LEARNING_RATE)
                found = list(ladder.compare_states("", ours, keras, bounds))
                row.nets += 1
                row.comparisons += len(found)
                row.failed += sum(not comparison.passed for comparison in found)
                for rung, share in largest_shares(found).items():
                    row.shares[rung] = max(row.shares.get(rung, 0.0), share)
                accepted = accepted_by(_flat(ours), _flat(keras), _flat(bounds))
                for check, passed in accepted.items():
                    row.alarms[check] = row.alarms.get(check, 0) + (not passed)
    return rows
