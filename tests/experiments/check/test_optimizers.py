"""Strangers' optimizers: right in any way of writing them, and named where they are not."""

import pytest

MEMORY = """
import numpy as np
class {name}:
    def __init__(self, learning_rate=0.01{more}):
        self.learning_rate, self.n, self.a, self.b = learning_rate, 0, {{}}, {{}}
        {keep}
    def update(self, params, grads):
        self.n += 1
        for k in params:
            g = grads[k]
            a, b = self.a.get(k, 0 * g), self.b.get(k, 0 * g)
            {rule}
            self.a[k], self.b[k] = a, b
"""
SHARE = (", momentum=0.5", "self.momentum = momentum")
DECAY = (", decay_rate=0.9", "self.decay_rate = decay_rate")
BETAS = (", beta1=0.8, beta2=0.9", "self.beta1, self.beta2 = beta1, beta2")
NONE = ("", "pass")

M = "a = self.beta1 * a + (1 - self.beta1) * g; b = self.beta2 * b + (1 - self.beta2) * g * g; "
HATS = "(1 - self.beta1 ** self.n)", "(1 - self.beta2 ** self.n)"
RIGHT = {
    "SGD": (NONE, "params[k] -= self.learning_rate * g"),
    "Momentum": (SHARE, "a = self.momentum * a + g; params[k] -= self.learning_rate * a"),
    "Nesterov": (SHARE, "a = self.momentum * a - self.learning_rate * g; "
                        "params[k] += self.momentum * a - self.learning_rate * g"),
    "AdaGrad": (NONE, "a += g ** 2; params[k] -= self.learning_rate * g / np.sqrt(a + 1e-8)"),
    "RMSprop": (DECAY, "a = self.decay_rate * a + (1 - self.decay_rate) * g ** 2; "
                       "params[k] -= self.learning_rate * g / (np.sqrt(a) + 1e-8)"),
    "Adam": (BETAS, M + f"params[k] -= self.learning_rate * (a / {HATS[0]}) "
                        f"/ (np.sqrt(b / {HATS[1]}) + 1e-8)"),
}  # fmt: skip


def only(check, name, rule=None):
    (more, keep), right = RIGHT[name]
    text = MEMORY.format(name=name, more=more, keep=keep, rule=rule or right)
    (found,) = check(text).explanations
    return found


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("name", list(RIGHT)[::-1])
def test_another_way_to_write_it_is_right(name, check):
    assert only(check, name).verdict == "right"


WRONG = [
    ("Adam", HATS[0], "1", "adam-first-not-corrected"),
    ("AdaGrad", "np.sqrt(a + 1e-8)", "np.sqrt(a)", "adagrad-without-epsilon"),
    ("RMSprop", "(1 - self.decay_rate) * g ** 2", "g ** 2", "rmsprop-without-share"),
    ("Momentum", "-= self", "+= self", "momentum-uphill"),
    ("SGD", "self.learning_rate * g", "g", "sgd-without-rate"),
]  # fmt: skip


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("name", "old", "new", "fault"), WRONG)
def test_what_is_wrong_with_it_is_named(name, old, new, fault, check):
    right = RIGHT[name][1]
    assert old in right
    found = only(check, name, right.replace(old, new))
    assert (found.verdict, found.faults) == ("wrong", (fault,))


def test_the_book_s_own_nesterov_takes_the_new_speed(check):
    rule = (
        "a = self.momentum * a - self.learning_rate * g; "
        "params[k] += self.momentum * self.momentum * a; "
        "params[k] -= (1 + self.momentum) * self.learning_rate * g"
    )
    assert only(check, "Nesterov", rule).faults == ("nesterov-new-speed",)


def test_lists_are_taken_as_well(check):
    text = (
        "class SGD:\n    def __init__(self, lr=0.01): self.lr = lr\n"
        "    def update(self, params, grads):\n"
        "        for i in range(len(params)):\n            params[i] -= self.lr * grads[i]\n"
    )
    (found,) = check(text).explanations
    assert found.verdict == "right"


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("name", "epsilon"), [("RMSprop", 1e-1), ("Adam", 1.0), ("AdaGrad", 1.0)])
def test_a_large_epsilon_is_no_mistake(name, epsilon, check):
    """As Keras' documentation has it for some nets."""
    right = RIGHT[name][1]
    assert "1e-8" in right
    assert only(check, name, right.replace("1e-8", str(epsilon))).verdict == "right"


def test_a_momentum_that_is_none_by_default_is_plain_descent(check):
    text = MEMORY.format(
        name="SGD", more=", momentum=0.0", keep="self.momentum = momentum",
        rule="a = self.momentum * a + g; params[k] -= self.learning_rate * a",
    )  # fmt: skip
    (found,) = check(text).explanations
    assert found.verdict == "right"


def test_a_speed_that_is_a_running_mean_is_a_convention(check):
    rule = "a = self.momentum * a + (1 - self.momentum) * g; params[k] -= self.learning_rate * a"
    found = only(check, "Momentum", rule)
    assert (found.verdict, found.faults) == ("convention", ("momentum-averaged",))
