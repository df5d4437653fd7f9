"""XOR with six hidden units, the last one overwritten as a bias unit (source 003)."""

from experiments.spec import Experiment, Training, in_order, uniform

EXPERIMENT = Experiment(
    name="xor-mlp-6",
    lesson=30,
    title="XOR with six hidden units",
    title_ko="은닉 노드 6개의 MLP로 XOR 학습",
    sources=("003",),
    trainings=(
        Training(
            name="3-6-1",
            model="sigmoid_mlp.SigmoidMLP",
            options={"bias_unit": True},
            data="xor",
            start=uniform(W1=(3, 6), W2=(6, 1)),
            order=in_order(4),
            learning_rate=0.2,
            steps=10_000,
            seed=5,
        ),
    ),
    discussion="""
Full-batch gradient descent on ½ Σ (y − t)². The source prints its outputs inside the loop, after
the update but from the forward pass made before it: the printed numbers are the outputs after
9,999 updates. In this run the first output is {{ "%.8f" | format(m["3-6-1"]["output[0]@9999"]) }}
then, and {{ "%.8f" | format(m["3-6-1"]["output[0]@10000"]) }} one update later, which is what
`predict` after training gives on either side.

The last hidden unit is overwritten by 1 after the sigmoid and so serves the output layer as its
bias. The sigmoid's derivative, taken from the overwritten value, is 1 · (1 − 1) = 0: the three
weights into that unit never move. The twin has the same unit, as a layer of its own.
""",
)
