"""Programs that fail by themselves, and what is not claimed of others."""

import pytest

from experiments.check.finding import Assessment

RIGHT = "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"

FAILING = {
    "a key that is not there": ("params = {'b2': 1}\nprint(params['b3'])\n", "line 5: KeyError"),
    "a name that is not there": ("print(sigmiod(0))\n", "line 4: NameError"),
    "shapes that MNIST has not": (
        "from dataset.mnist import load_mnist\n(x, t), _ = load_mnist()\nx[:9] @ x[:9]\n",
        "line 6: ValueError",
    ),
    "shapes that do not fit": ("np.ones((2, 3)) @ np.ones((2, 3))\n", "line 4: ValueError"),
}


@pytest.mark.parametrize("kind", FAILING)
def test_a_program_that_fails_by_itself_is_told_and_does_not_end_with_0(kind, check):
    text, said = FAILING[kind]
    checked = check(RIGHT + text)
    assert checked.verdict is Assessment.FAILED
    assert any(f"the program itself fails in {said}" in aside for aside in checked.asides)
    assert checked.explanations[0].verdict == "right"


MAY_BE_OURS = {
    "a module that is not here": "import nowhere\nnp.zeros(nowhere.size + 1)[0]\n",
    "data that something else stands in for": (
        "from sklearn.datasets import load_iris\nx, t = load_iris(return_X_y=True)\nx[9] @ x\n"
    ),
    "a file that is not here": "w = np.loadtxt('w.txt')\nprint(w['b'])\n",
    "what a loop leaves that was cut short": (
        "found = {}\nfor i in range(100_000):\n    found[i] = i\nprint(found[99_999])\n"
    ),
    "a picture that is not drawn": (
        "import matplotlib.pyplot as plt\nn, bins, _ = plt.hist([1, 2])\nprint(n.sum() + 1)\n"
    ),
}


@pytest.mark.parametrize("kind", MAY_BE_OURS)
def test_what_may_come_of_what_stands_in_is_not_put_on_the_program(kind, check):
    checked = check(RIGHT + MAY_BE_OURS[kind])
    assert checked.stops == ()
    assert checked.explanations[0].verdict == "right"
