"""The model that source 003 builds to show Keras, on made-up data."""

from experiments.spec import Experiment, Training, glorot, shuffled

EXPERIMENT = Experiment(
    name="keras-model-100-64-10",
    lesson=32,
    sources=("003",),
    trainings=(
        Training(
            name="100-64-10",
            model="sigmoid_mlp.SigmoidMLP",
            options={"error": "mean_squared_error"},
            data="clouds",
            start=glorot(W1=(100, 64), b1=(64,), W2=(64, 10), b2=(10,)),
            order=shuffled(32),
            learning_rate=0.01,
            steps=50,
            evaluate_at=(10, 50),
        ),
    ),
)
