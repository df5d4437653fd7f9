"""The outputs of a net of two layers (source 002)."""

from collections.abc import Callable

from experiments.subjects.subject import Given, Questions, Subject


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    w1, w2, x = (given[f"note_{name}"] for name in ("W1", "W2", "X"))

    def outputs(part: int) -> Callable[[Callable], object]:
        return lambda f: [f(w1.copy(), w2.copy(), sample.copy())[part] for sample in x]

    return {"output of the net": outputs(0), "hidden outputs": outputs(1)}


SUBJECT = Subject(
    name="net_output",
    names=("calc_output",),
    questions=questions,
    formulas={
        "hidden outputs": lambda v: v.unit_output(v.note_W1, v.note_X),
        "output of the net": lambda v: v.unit_output(v.note_W2, v.unit_output(v.note_W1, v.note_X)),
    },
    arguments=3,
)
