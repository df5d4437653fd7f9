"""The book's AddLayer layer."""

from experiments.subjects.two_inputs import two_inputs

SUBJECT = two_inputs(
    "AddLayer",
    "Add",
    forward=lambda x, y: x + y,
    backward=lambda x, y, dout: (dout * 1.0, dout * 1.0),
    mistakes={
        "add-layer-times-input": lambda x, y, dout: (dout * x, dout * y),
        "add-layer-without-dout": lambda x, y, dout: (1.0 * (x == x), 1.0 * (y == y)),
    },
    written=("x + y", "dout", "dout"),
)
