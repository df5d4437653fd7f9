"""A small convolutional net on MNIST (book, chapter 7)."""

from experiments.spec import Experiment, Training, normal, with_replacement

TRAINING = Training(
    name="convolutional",
    model="conv_net.ConvNet",
    data="mnist",
    start=normal(0.1, W1=(10, 1, 6, 6), b1=(10,), W2=(360, 10), b2=(10,)),
    order=with_replacement(100),
    learning_rate=0.01,
    steps=300,
    optimizer="Adam",
    evaluate_at=(100, 300),
)

EXPERIMENT = Experiment(
    name="conv-net",
    lesson=47,
    sources=(),
    trainings=(TRAINING,),
    shows=("conv_net.ConvNet",),
    headline="test_accuracy",
)
