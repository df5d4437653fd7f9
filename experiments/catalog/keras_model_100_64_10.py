"""The model that source 003 builds to show Keras, on made-up data."""

from experiments.spec import Experiment, Training, glorot, shuffled

EXPERIMENT = Experiment(
    name="keras-model-100-64-10",
    lesson=32,
    title="Keras example: building, fitting and evaluating a model",
    title_ko="Keras 예제: 모델 작성, 학습, 평가와 예측",
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
    discussion="""
The source shows how a model of 100 inputs, 64 and 10 sigmoid units is built, compiled with 'mse'
and 'sgd' (rate 0.01), fitted for five epochs in batches of 32, evaluated and used, but no data and
no result, so nothing printed can be compared. Here it is given ten seeded clouds of points in 100
dimensions, 320 for training and 128 for test. Five epochs at this rate are far too few to learn
them: the test accuracy is {{ "%.3f" | format(m["100-64-10"]["test_accuracy@10"]) }} after one epoch
and {{ "%.3f" | format(m["100-64-10"]["test_accuracy@50"]) }} after five; one in ten would be chance.
""",
)
