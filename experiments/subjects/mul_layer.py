"""The book's MulLayer layer."""

from experiments.subjects.two_inputs import two_inputs

SUBJECT = two_inputs(
    "MulLayer",
    "Multiply",
    forward=lambda x, y: x * y,
    backward=lambda x, y, dout: (dout * y, dout * x),
    mistakes={
        "mul-layer-not-exchanged": lambda x, y, dout: (dout * x, dout * y),
        "mul-layer-without-dout": lambda x, y, dout: (y * 1.0, x * 1.0),
        "mul-layer-dout-only": lambda x, y, dout: (dout * 1.0, dout * 1.0),
    },
    written=("x * y", "dout * y", "dout * x"),
)
