"""The output of one unit (source 002)."""

from experiments.subjects.subject import Given, Questions, Subject, exchanged


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    w, x = given["note_W"], given["note_X"]
    return {"output of the unit": lambda f: [f(w.copy(), sample.copy()) for sample in x]}


SUBJECT = Subject(
    name="unit_output",
    names=("calc_output",),
    questions=questions,
    formulas={
        "unit_output": lambda v: lambda w, x: v.sigmoid_function(x @ w.T),
        "output of the unit": lambda v: v.unit_output(v.note_W, v.note_X),
    },
    mistakes=exchanged(
        "unit_output",
        {
            "delta-rule-linear": lambda w, x: x @ w.T,
            "delta-rule-step-function": lambda w, x: (x @ w.T > 0) * 1.0,
        },
    ),
    traces={"unit_output": r"sigmoid|exp|return"},
    arguments=2,
)
