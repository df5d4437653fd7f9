"""Bugs put into the source text of the scratch files: the registry is not its own judge."""

import sys
from functools import partial

import numpy as np
import pytest

from experiments import words
from experiments.data.probe import Sizes, probe
from experiments.faults.along import along
from experiments.faults.edits import GROUNDS, Edit, edited, edited_side, edits, try_edits
from experiments.faults.kill import ground_of
from experiments.faults.replay import Dictionary, on_the_probe
from experiments.judge.rungs import RUNGS
from experiments.subjects import families

FAMILIES = families()
TWO_LAYER_NET, SIGMOID_MLP, DELTA_RULE = (
    FAMILIES[name] for name in ("two-layer-net", "sigmoid-mlp", "delta-rule")
)

EDITS = [
    # file, line of the source, what it is changed to, family, first rung, name of the fault
    ("two_layer_net", '@ self.params["W1"] + self.params["b1"]', '@ self.params["W1"]',
     TWO_LAYER_NET, "layers", "bias1-missing"),
    ("two_layer_net", 'z1 @ self.params["W2"] + self.params["b2"]',
     'z1 @ self.params["W2"] - self.params["b2"]', TWO_LAYER_NET, "layers", None),
    ("two_layer_net", "(y - t) / len(x)", "y - t", TWO_LAYER_NET, "gradient", "delta-not-divided"),
    ("two_layer_net", "(y - t) / len(x)", "(t - y) / len(x)",
     TWO_LAYER_NET, "gradient", "delta-sign"),
    ("two_layer_net", "(y - t) / len(x)", "(y - t) / (len(x) + 1)",
     TWO_LAYER_NET, "gradient", None),
    ("two_layer_net", "* z1 * (1 - z1)", "", TWO_LAYER_NET, "gradient", "hidden-slope-missing"),
    ("two_layer_net", "* z1 * (1 - z1)", "* z1 * (1 + z1)",
     TWO_LAYER_NET, "gradient", "hidden-slope-plus"),
    ("two_layer_net", "* z1 * (1 - z1)", '* activations["a1"] * (1 - activations["a1"])',
     TWO_LAYER_NET, "gradient", "hidden-slope-of-a"),
    ("two_layer_net", "* z1 * (1 - z1)", "* sigmoid(z1) * (1 - sigmoid(z1))",
     TWO_LAYER_NET, "gradient", "hidden-slope-at-z"),
    ("two_layer_net", "* z1 * (1 - z1)", "* z1 * (2 - z1)", TWO_LAYER_NET, "gradient", None),
    ("two_layer_net", "delta1.sum(axis=0)", "delta1.mean(axis=0)",
     TWO_LAYER_NET, "gradient", "b1-mean"),
    ("two_layer_net", '"W2": z1.T @ delta2', '"W2": activations["a1"].T @ delta2',
     TWO_LAYER_NET, "gradient", "W2-from-a1"),
    ("functions", "np.exp(-a)", "np.exp(a)", TWO_LAYER_NET, "layers", "sigmoid-sign"),
    ("functions", "np.exp(a - a.max(axis=-1, keepdims=True))", "np.exp(a)",
     TWO_LAYER_NET, "layers", "softmax-overflow"),
    ("functions", "e / e.sum(axis=-1, keepdims=True)", "e / e.sum()",
     TWO_LAYER_NET, "layers", "softmax-sum-over-the-batch"),
    ("functions", "np.sum(t * np.log(y + EPSILON)) / len(y)", "np.sum(t * np.log(y + EPSILON))",
     TWO_LAYER_NET, "loss", "loss-summed"),
    ("functions", "EPSILON = 1e-7", "EPSILON = 1e-8", TWO_LAYER_NET, "loss", "loss-epsilon-1e-8"),
    ("functions", "EPSILON = 1e-7", "EPSILON = 3e-7", TWO_LAYER_NET, "loss", None),
    ("train", "-= learning_rate * gradient", "+= learning_rate * gradient",
     TWO_LAYER_NET, "update", "update-uphill"),
    ("train", "-= learning_rate * gradient", "= -learning_rate * gradient",
     TWO_LAYER_NET, "update", "update-replaces"),
    ("train", "-= learning_rate * gradient", "-= 2 * learning_rate * gradient",
     TWO_LAYER_NET, "update", None),
    ("train", "x_batch, t_batch = x[batch], t[batch]", "x_batch, t_batch = x[batch], t[batch - 1]",
     TWO_LAYER_NET, "update", None),
    ("sigmoid_mlp", '"half_squared_error": lambda y, t: (y - t) * y * (1 - y)',
     '"half_squared_error": lambda y, t: y - t', SIGMOID_MLP, "gradient", "output-slope-missing"),
    ("sigmoid_mlp", '@ self.params["W2"].mT) * z1 * (1 - z1)', '@ self.params["W2"].mT) * z1',
     SIGMOID_MLP, "gradient", "hidden-slope-z-only"),
    ("sigmoid_mlp", "z1.mT @ delta2", "z1.mT @ delta2 * 0.5", SIGMOID_MLP, "gradient", None),
    ("delta_rule", "(y - t) * y * (1 - y)", "y - t",
     DELTA_RULE, "gradient", "delta-rule-without-slope"),
    ("delta_rule", "y * (1 - y)", "y * (1 - 2 * y)", DELTA_RULE, "gradient", None),
    ("delta_rule", "x.T @ ((y - t) * y * (1 - y))", "x.T @ ((y - t) * y)",
     DELTA_RULE, "gradient", "delta-rule-slope-y-only"),
]  # fmt: skip


@pytest.fixture(scope="module")
def grounds():
    return {family.name: ground_of(family, "float64") for family in FAMILIES.values()}


@pytest.fixture(scope="module")
def dictionaries():
    made = {}
    for family in FAMILIES.values():
        compute, _ = on_the_probe(family, "float64")
        made[family.name] = Dictionary(family.formulas, family.mistakes, compute, "float64")
    return made


@pytest.mark.mostly_slow(7)
@pytest.mark.parametrize(
    ("file", "old", "new", "family", "rung", "name"),
    [
        pytest.param(
            *edit,
            id=f"{edit[0]}: {edit[2] or 'left out'}",
            marks=pytest.mark.slow if i % 3 else (),
        )
        for i, edit in enumerate(EDITS)
    ],
)
def test_an_edited_source_is_caught_and_named(
    file, old, new, family, rung, name, grounds, dictionaries, monkeypatch
):
    edit = Edit(family.name, file, old, new, (), rung, {})
    make = partial(edited_side, edit)
    ground = grounds[family.name]
    first = next(c for c in ground.climb(make) if not c.passed)
    assert first.rung == rung
    found = dictionaries[family.name].diagnose(seen(make, ground.training, family))
    assert [fault.id for fault in found.faults] == ([name] if name else [])
    assert found.known is (name is not None)


def test_every_edit_stands_on_a_ground_and_says_what_becomes_of_it():
    assert len(edits()) > 200
    for edit in edits():
        assert edit.ground in GROUNDS
        assert edit.rung in ("", *RUNGS)
        for dtype, said in edit.by_dtype.items():
            assert dtype in ("float64", "float32")
            assert said in RUNGS or f"unseen.{said}" in words.of("en").sentences
    assert len({(e.ground, e.file, e.old, e.new) for e in edits()}) == len(edits())


def test_an_edit_of_what_is_not_there_is_refused_and_leaves_the_package_as_it_was():
    before = sys.modules["scratch.functions"]
    with (
        pytest.raises(ValueError, match="no 'nowhere'"),
        edited(Edit("two-layer-net", "functions", "nowhere", "", (), "", {})),
    ):
        pass
    assert sys.modules["scratch.functions"] is before


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("ground", ["delta-rule", "linear-regression", "bias-unit"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_edits_are_caught_at_their_rung_and_right_ones_let_pass(ground, dtype):
    rows = try_edits(ground, dtype)
    assert [row for row in rows if row.caught != row.belongs] == []
    assert any(row.belongs for row in rows)


@pytest.mark.slow
def test_right_twins_stay_within_the_limits_of_a_whole_training():
    found = along("xor-mlp-6: 3-6-1", 7, "float32")
    assert found.twins > 5
    assert found.alarms == 0
    assert 0 < found.largest < 1


def seen(make, training, family):
    """The numbers of three updates on the replay's probe, as a stranger would read them off."""
    from experiments.faults import replay

    drawn, data = probe(family.parameters, "float64", sizes=Sizes(14, 12, (9, 11), 5))
    side = make(training, drawn, data)
    rows = replay.BATCHES[0]
    x, t = data.x[rows], data.t[rows]
    loss, gradient = side.loss_and_gradient(drawn, x, t)
    numbers = {"loss": loss} | {f"g{name}": values for name, values in gradient.items()}
    numbers |= side.forward(drawn, x)
    if family is TWO_LAYER_NET:
        with np.errstate(all="ignore"):
            numbers["far_y"] = side.forward(drawn | {"b2": drawn["b2"] + 1000}, x)["y"]
    params = drawn
    for step, batch in enumerate(replay.BATCHES):
        losses, _, params = side.train(params, batch[np.newaxis], replay.LEARNING_RATE)
        numbers[f"recorded@{step}"] = losses[0]
        if step != 1:
            at = f"@{step}" if step else ""
            numbers |= {f"new_{name}{at}": values for name, values in params.items()}
    return numbers
