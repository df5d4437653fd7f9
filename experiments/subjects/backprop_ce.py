"""Source 002's BackpropCE: an epoch of the net without biases, four on-line updates."""

from experiments.subjects import hidden_layer, sigmoid_mlp
from experiments.subjects.asking import epoch
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Epoch, Subject
from experiments.subjects.training_loop import loop_mistakes

FORMULAS: Formulas = {
    **sigmoid_mlp.FORMULAS,
    "a1": lambda v: v.x @ v.W1,
    "a2": lambda v: v.z1 @ v.W2,
    "delta2": lambda v: v.y - v.t,
}

SUBJECT = Subject(
    name="BackpropCE",
    names=("BackpropCE",),
    questions=lambda given: {
        "BackpropCE W1": epoch(given, "W1", "W2", part=0),
        "BackpropCE W2": epoch(given, "W1", "W2", part=1),
    },
    epoch=Epoch(
        model="sigmoid_mlp.SigmoidMLP",
        options={"error": "binary_cross_entropy_error"},
        weights={"BackpropCE W1": "W1", "BackpropCE W2": "W2"},
        formulas=FORMULAS,
        mistakes=tuple(
            mistake
            for mistake in (
                *hidden_layer.MISTAKES,
                *loop_mistakes(("W1", "W2")),
                *sigmoid_mlp.CROSS_ENTROPY_MISTAKES,
            )
            if not mistake.formulas.keys() & {"a1", "a2", "gb1", "gb2"}
        ),
    ),
)
