"""What source 002's backprop_XOR and BackpropCE share: an epoch of a net without biases."""

from collections.abc import Sequence

from experiments.subjects import hidden_layer, sigmoid_mlp
from experiments.subjects.asking import epoch
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Epoch, Mistake, Subject
from experiments.subjects.training_loop import loop_mistakes

WEIGHTS = ("W1", "W2")


def epoch_without_biases(
    name: str, error: str, output: Formulas, output_mistakes: Sequence[Mistake]
) -> Subject:
    """A function that makes four on-line updates and returns both weight matrices.

    Args:
        name: of the source's function.
        error: the loss, as `sigmoid_mlp.SigmoidMLP` takes it.
        output: formulas of the output layer other than the squared error's.
        output_mistakes: of the output layer.
    """
    without = {"a1": lambda v: v.x @ v.W1, "a2": lambda v: v.z1 @ v.W2}
    possible = (*hidden_layer.MISTAKES, *output_mistakes, *loop_mistakes(WEIGHTS))
    return Subject(
        name=name,
        names=(name,),
        questions=lambda given: {
            f"{name} {weight}": epoch(given, *WEIGHTS, part=part)
            for part, weight in enumerate(WEIGHTS)
        },
        epoch=Epoch(
            model="sigmoid_mlp.SigmoidMLP",
            options={"error": error},
            weights={f"{name} {weight}": weight for weight in WEIGHTS},
            formulas={**sigmoid_mlp.FORMULAS, **without, **output},
            mistakes=tuple(
                mistake
                for mistake in possible
                if not mistake.formulas.keys() & {"a1", "a2", "gb1", "gb2"}
            ),
        ),
    )
