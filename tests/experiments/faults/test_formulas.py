"""The formulas without a fault are the scratch models."""

import numpy as np
import pytest

from experiments.data.probe import probe
from experiments.faults.variant import Variant
from experiments.judge.nets import allowed
from experiments.pair.sides import Scratch, net_of
from experiments.spec import Training, in_order, normal
from experiments.subjects import families
from experiments.subjects.formulas import Values


@pytest.fixture(params=families().values(), ids=lambda family: family.name)
def sides(request):
    family = request.param
    start, data = probe(family.parameters, "float64")
    shapes = {name: values.shape for name, values in start.items()}
    training = Training("", family.model, "", normal(1, **shapes), in_order(3), 0.1, 5)
    sides = Scratch(training, data), Variant(training, data, family.formulas)
    return *sides, start, data, net_of(training)


def test_one_pass(sides):
    """Equal to the rounding that another order of the factors of σ′ brings."""
    scratch, variant, start, data, net = sides
    bounds = allowed(net, start, data.x, data.t, 0.1)
    loss, gradient = scratch.loss_and_gradient(start, data.x, data.t)
    other_loss, other_gradient = variant.loss_and_gradient(start, data.x, data.t)
    assert loss == other_loss
    for name, values in gradient.items():
        assert np.all(np.abs(values - other_gradient[name]) <= bounds.gradient[name])
    for name, values in scratch.forward(start, data.x).items():
        np.testing.assert_array_equal(values, variant.forward(start, data.x)[name])


def test_a_training_in_segments(sides):
    scratch, variant, start, *_ = sides
    batches = np.arange(15).reshape(5, 3) % 7
    ours = theirs = start
    for part in (batches[:2], batches[2:]):
        of_scratch, of_variant = scratch.train(ours, part, 0.1), variant.train(theirs, part, 0.1)
        ours, theirs = of_scratch.params, of_variant.params
        np.testing.assert_allclose(of_scratch.losses, of_variant.losses, rtol=1e-14)
        np.testing.assert_allclose(of_scratch.terms, of_variant.terms, rtol=1e-9)
    for name, values in ours.items():
        np.testing.assert_allclose(values, theirs[name], rtol=1e-13)


def test_an_exchanged_formula_reaches_what_reads_it_and_nothing_else():
    formulas = {"a": lambda v: v.x + 1, "b": lambda v: 2 * v.a, "c": lambda v: v.x}
    values = Values(formulas | {"a": lambda v: v.x + 2}, x=1)
    assert (values.a, values.b, values.c) == (3, 6, 1)
    assert values.again(x=5).b == 14
    with pytest.raises(AttributeError, match="d"):
        _ = values.d
