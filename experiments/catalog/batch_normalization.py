"""The book's net with and without batch normalisation on MNIST (book, 6.3)."""

from dataclasses import replace

from experiments.catalog.two_layer_net_50 import TRAINING as PLAIN
from experiments.spec import Experiment, normal

STEPS = 300

WITHOUT = replace(
    PLAIN, name="without", learning_rate=0.1, steps=STEPS, evaluate_at=(20, 100, STEPS)
)

WITH = replace(
    WITHOUT,
    name="with",
    model="batch_norm_net.BatchNormNet",
    start=normal(
        0.01,
        W1=(784, 50),
        gamma1=(50,),
        beta1=(50,),
        mean1=(50,),
        var1=(50,),
        W2=(50, 10),
        b2=(10,),
    ),
)

EXPERIMENT = Experiment(
    name="batch-normalization",
    lesson=46,
    sources=(),
    trainings=(WITH, WITHOUT),
    shows=("batch_norm_net.BatchNormNet.backward|batch_norm_net.BatchNormNet",),
    headline="test_accuracy",
)
