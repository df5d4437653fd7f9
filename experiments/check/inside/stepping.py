"""Trains a stranger's net for a few steps where its own program does not: built and called by role.

What its constructor and methods take is told by the names of their parameters; what they are worth
is told by what they do, which the judge sees.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, pairwise, product, repeat
from types import MappingProxyType
from typing import Any

import numpy as np

from experiments.check.inside.faces import BACKWARD, FORWARD
from experiments.check.inside.loading import FAILURES, SECONDS_PER_CALL, time_limit
from experiments.check.inside.protocol import (
    GIVEN_RATE,
    GIVEN_SLOPES,
    GIVEN_T,
    GIVEN_X,
    OWN_LOSS,
    OWN_RATE,
)
from experiments.check.inside.running import Loops
from experiments.check.inside.slopes import slopes

SAMPLES, INPUTS, HIDDEN, OUTPUTS = 7, 5, (4, 6), 3
STEPS = 3
RATE = 0.3

TRAINING = ("train", "fit", "train_step", "learn", "train_on_batch", "step", "update", *BACKWARD)
"""Methods that may change a net's weights, those that do all first."""

COUNTED = r"(_?(sizes?|dims?|nodes|n|num|units|layers?|neurons))?"
"""What may follow in the name of a number of units."""

ROLES: tuple[tuple[str, str], ...] = (
    ("rate", r"lr|rate|learning_rate|l_rate|alpha|eta|step_size"),
    ("decay", r"weight_?decay(_?(lambda|rate))?|lam(bda?)?_?|(l2|reg|decay)_?lambda|l2|reg"),
    ("flag", r"(use_?)?(batch_?norm(alization)?|bn|drop_?out)"),
    ("epochs", r"(n_|num_|max_)?(epochs?|iter(ation)?s?|iters_num|steps?|times)"),
    ("several", r"hidden_?(layers?_?)?((size|dim|unit|node)s?_?)?(list|sizes|dims|units|layers)"),
    ("image", r"(input|image|img)_?(dim|shape)"),
    ("layers", r"(layer_?)?(sizes|dims|layers)|shape|structure|topology|units"),
    ("output", r"o|outs?|outputs?|y_?hat|y_?pred|preds?|a2|result"),
    ("samples", r"batch_?size|batch|samples|m"),
    ("inputs", rf"((n|num|size|dim)_?)?(in|ins|inputs?|x|features|visible){COUNTED}|inodes"),
    ("hidden", rf"((n|num|size|dim)_?)?(h|hid|hiddens?|mid)\d?{COUNTED}|hnodes"),
    ("outputs", rf"((n|num|size|dim)_?)?(out|outs|outputs?|y|classes){COUNTED}|onodes"),
    ("x", r"xs?|inputs?(_data|_list|s_list)?|data|x_?(batch|train|data)|train_x|features|samples"),
    ("t", r"t|y|d|ys|(target|label)s?(_data|_list|s_list)?|y_true|[yt]_?(batch|train)|train_y|"
          r"expected|answers?|teacher|desired"),
)  # fmt: skip
"""What a parameter may be for, by a pattern that its name in small letters has as a whole."""

WEIGHTS = re.compile(r"[wWbB]_?\d?|weights?\d?|bias\d?|W_?(ih|ho|hidden|out)")
"""Names of parameters that are a function's weights and biases."""

GRADIENT, LOSS = ("gradient", "numerical_gradient"), "loss"
"""Methods that give gradients, by which weights can be moved; what slopes are taken of if there is
none."""

DATA = ("x", "t", "output", "epochs", "image")
"""What is given even where there is a default: a program's own rate and sizes stay."""

DECAY = 0.1
"""λ of a net whose default is to have no L2 term."""

SWITCHES = {"decay": 0, "flag": False}
"""What is off by default, and can be given nevertheless: it could not be judged otherwise."""

TURNED_ON = {"decay": DECAY, "flag": True}
"""What is given for all of them."""

OF_A_METHOD = ("rate", "epochs", "output", "x", "t")


def step_by_role(loops: Loops, function: Callable, line: int) -> bool:
    """Let a function that takes weights, samples and targets make a few steps, and note each.

    Args:
        loops: notes the arrays.
        function: returns new weights, or changes those that it is given.
        line: where it is defined.

    Returns:
        Whether it changed weights.
    """
    parameters = list(inspect.signature(function).parameters)
    weights = [name for name in parameters if WEIGHTS.fullmatch(name)]
    roles = {name: role_of(name, OF_A_METHOD) for name in parameters if name not in weights}
    if not weights or "x" not in roles.values() or "t" not in roles.values():
        return False
    for columns in (False, True):
        for shapes in _shapes(weights, columns):
            try:
                with loops.trial(), time_limit(SECONDS_PER_CALL), np.errstate(all="ignore"):
                    _step(loops, function, line, roles, shapes, columns)
                    return True
            except FAILURES:
                continue
    return False


def _shapes(weights: Sequence[str], columns: bool) -> Iterator[dict[str, tuple[int, ...]]]:
    """The shapes that weights of these names may have, one layer after the other."""
    matrices = [name for name in weights if name[0] in "wW"]
    for outputs in (OUTPUTS, 1):
        widths = [INPUTS, *range(HIDDEN[0], HIDDEN[0] + len(matrices) - 1), outputs]
        found: dict[str, tuple[int, ...]] = {}
        for name, (ins, outs) in zip(matrices, pairwise(widths), strict=True):
            found[name] = (outs, ins) if columns else (ins, outs)
            for bias in (b for b in weights if b[0] in "bB" and b[1:] == name[1:]):
                found[bias] = (outs, 1) if columns else (outs,)
        if found.keys() == set(weights):
            yield found


def _step(
    loops: Loops,
    function: Callable,
    line: int,
    roles: Mapping[str, str],
    shapes: Mapping[str, tuple[int, ...]],
    columns: bool,
) -> None:
    """Make a few steps.

    Raises:
        ValueError: if that does not change the weights.
    """
    rng = np.random.default_rng(11)
    held = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    last = [shape for name, shape in shapes.items() if name[0] in "wW"][-1]
    outputs = last[0] if columns else last[1]
    x = rng.normal(size=(SAMPLES, INPUTS))
    labels = rng.integers(max(outputs, 2), size=SAMPLES)
    t = np.eye(outputs)[labels] if outputs > 1 else labels[:, np.newaxis] * 1.0
    by_role = {"x": x, "t": t, "rate": RATE, "epochs": STEPS}
    states: list[dict[str, Any]] = []
    within: dict[str, Any] = {}
    for turn in range(STEPS + 1):
        states.append(loops.snapshot({**held, GIVEN_X: x, GIVEN_T: t}))
        if turn == STEPS:
            break
        arguments = {name: by_role[role] for name, role in roles.items() if role in by_role}
        with loops.around(line), loops.watching_functions() as computed:
            returned = function(**arguments, **held)
        within = within or dict(computed)
        if isinstance(returned, np.ndarray):
            returned = (returned,)
        if isinstance(returned, tuple):
            left = list(held)
            for array in (a for a in returned if isinstance(a, np.ndarray)):
                name = next((n for n in left if held[n].shape == array.shape), None)
                if name:
                    left.remove(name)
                    held[name] = array
    if all(np.array_equal(states[0][name], states[-1][name], True) for name in held):
        raise ValueError(function.__name__)
    for turn, arrays in enumerate(states):
        loops.write(line, turn, function.__name__, arrays, within if turn == 1 else {})


def train_by_role(
    loops: Loops, new: type, lines: Mapping[str, int], given: Mapping[str, np.ndarray]
) -> bool:
    """Build a net and train it for a few steps, its arrays noted before each.

    Args:
        loops: notes the arrays.
        new: the class.
        lines: where the methods of the class are defined.
        given: the units from inputs to outputs that it is to have, as "widths", the λ of its L2
            term, as "decay", and data, as "data_x" and "data_t", if these are given.

    Returns:
        Whether a method changed the net's arrays.
    """
    methods = [n for n in (*TRAINING, *GRADIENT) if inspect.isfunction(getattr(new, n, None))]
    hidden = tuple(given.get("widths", np.zeros(0, int))[1:-1].tolist())
    on = {"decay": float(given["decay"]) if "decay" in given else DECAY}
    for name in methods or [LOSS]:
        for x, t in _batches(new, given):
            try:
                with loops.trial(), time_limit(SECONDS_PER_CALL), np.errstate(all="ignore"):
                    net = built(new, x, t, hidden, on)
                    _train(loops, net, name, lines.get(name, 0), x, t)
                    return True
            except FAILURES:
                continue
    return False


def _train(
    loops: Loops,
    net: Any,  # noqa: ANN401
    name: str,
    line: int,
    x: np.ndarray,
    t: np.ndarray,
) -> None:
    """Train a new net for a few steps.

    Raises:
        ValueError: if that does not change it, or if its outputs and the targets are not as many.
    """
    rng = np.random.default_rng(3)
    for array in _arrays_of(net):  # what starts as zeros hides mistakes
        if array.dtype.kind == "f" and not array.any():
            array[...] = rng.normal(size=array.shape)
    forward = next((n for n in FORWARD if callable(getattr(net, n, None))), None)
    reach = {"net": net, GIVEN_X: x, GIVEN_T: t}
    if name in (*GRADIENT, LOSS):
        reach |= {GIVEN_RATE: RATE} | ({GIVEN_SLOPES: 1} if name == LOSS else {})
    states = [loops.snapshot(reach)]
    within: dict[str, Any] = {}
    of_its_own: dict[str, Any] = {}
    for _ in range(STEPS):
        with loops.around(line), loops.watching_functions() as computed:
            output = _with_roles(getattr(net, forward), x=x) if forward else None
            output = output[-1] if isinstance(output, tuple) else output
            shape = output.shape if isinstance(output, np.ndarray) else ()
            if len(shape) == t.ndim == 2 and shape != t.shape:
                raise ValueError(name)  # which NumPy might spread
            values = {"x": x, "t": t, "output": output, "rate": RATE, "epochs": STEPS}
            if name in (*GRADIENT, LOSS):
                gradients = _gradients(net, name, x, t)  # first: it may need no loss before it
                of_its_own = dict(computed) | {OWN_LOSS: np.array(net.loss(x, t), float)}
                for key, array in _params(net).items():
                    array -= RATE * gradients[key]
            else:
                of_its_own = of_its_own or _loss_and_rate(net, name, x, t)
                _with_roles(getattr(net, name), **values)
        within = within or {**computed, **of_its_own}
        states.append(loops.snapshot(reach))
    start, end = states[0], states[-1]
    if all(key in end and np.array_equal(start[key], end[key], True) for key in start):
        raise ValueError(name)
    for turn, arrays in enumerate(states):
        loops.write(line, turn, name, arrays, within if turn == 1 else {})


def _loss_and_rate(net: Any, name: str, x: np.ndarray, t: np.ndarray) -> dict[str, Any]:  # noqa: ANN401
    """A net's own loss before a step of a method, and the rate of the step; none if not both."""
    parameters = inspect.signature(getattr(net, name)).parameters
    rates = [
        RATE if parameter.default is parameter.empty else parameter.default
        for parameter in parameters.values()
        if role_of(parameter.name, ("rate",))
    ]
    rates += [value for key, value in vars(net).items() if role_of(key, ("rate",))]
    try:
        loss = np.array(net.loss(x, t), float)
        return {OWN_LOSS: loss, OWN_RATE: np.array(rates[0], float)}
    except FAILURES:
        return {}


def _gradients(net: Any, name: str, x: np.ndarray, t: np.ndarray) -> Mapping[str, np.ndarray]:  # noqa: ANN401
    """What a net gives as its gradients, or the slopes of its loss."""
    if name != LOSS:
        found: Mapping[str, np.ndarray] = getattr(net, name)(x, t)
        return found

    def loss() -> float:
        return float(net.loss(x, t))

    return {
        key: slopes(loss, array, range(array.size)).reshape(array.shape)
        for key, array in _params(net).items()
    }


def _params(net: Any) -> dict[str, np.ndarray]:  # noqa: ANN401
    """The arrays that a net learns."""
    held: dict[str, np.ndarray] = getattr(net, "params", None) or {
        key: value for key, value in vars(net).items() if isinstance(value, np.ndarray)
    }
    return held


def _arrays_of(net: object) -> Iterator[np.ndarray]:
    """The arrays that a net itself holds."""
    for value in vars(net).values() if hasattr(net, "__dict__") else ():
        held = value.values() if isinstance(value, dict) else value
        for one in held if isinstance(held, list | tuple) or isinstance(value, dict) else [value]:
            if isinstance(one, np.ndarray):
                yield one


def built(
    new: type,
    x: np.ndarray,
    t: np.ndarray,
    hidden: tuple[int, ...] = (),
    on: Mapping[str, object] = MappingProxyType({}),
) -> Any:  # noqa: ANN401 - a stranger's net
    """A net that takes x and t, its constructor called by what its parameters are for.

    Three or four whose names say nothing are the sizes of its layers.

    Args:
        new: the net's class.
        x: samples.
        t: targets.
        hidden: units of its hidden layers; if there are none, of as many as it asks for.
        on: what is given for `SWITCHES` that are off by default.

    Raises:
        TypeError: if that cannot be told.
    """
    inputs, outputs, units = x.shape[-1], t.shape[-1], hidden or HIDDEN
    in_a_row = chain(units, repeat(units[-1]))  # a parameter each
    sizes = {"inputs": inputs, "hidden": in_a_row, "outputs": outputs, "samples": len(x)}
    layers = [inputs, *(hidden or HIDDEN[:1]), outputs]
    values = sizes | {"layers": layers, "rate": RATE, "epochs": STEPS}
    values |= {"several": list(units), "image": x.shape[1:], **on}
    signature = inspect.signature(new)
    del values["inputs" if x.ndim == 4 else "image"]
    if "t" in (role_of(name, ("x", "t")) for name in signature.parameters):
        values |= {"x": x, "t": t}
        values = {
            role: value for role, value in values.items() if role not in ("inputs", "outputs")
        }
    try:
        return _with_roles(new, **values)
    except TypeError:
        needed = [p for p in signature.parameters.values() if p.default is p.empty]
        if len(needed) not in (3, 4) or x.ndim != 2:
            raise
        # names that say nothing: sizes stand in the order of the layers
        return new(inputs, *units[: len(needed) - 2], outputs)


def own_sizes(new: type) -> list[int]:
    """Rows and columns of a net's matrices, where it has sizes of its own and takes none."""
    parameters = inspect.signature(new).parameters.values()
    needed = {role_of(p.name, ("inputs", "outputs")) for p in parameters if p.default is p.empty}
    try:
        if {"inputs", "outputs"} <= needed:
            return []
        with time_limit(SECONDS_PER_CALL):
            net = built(new, np.zeros((1, 1)), np.zeros((1, 1)))
        return sorted({n for array in _arrays_of(net) if array.ndim == 2 for n in array.shape})
    except FAILURES:
        return []


def layers_keep_arrays(new: type) -> bool:
    """Whether the layers of a net hold its own parameters, and would go on with these."""
    try:
        with time_limit(SECONDS_PER_CALL):
            net = built(new, np.zeros((1, INPUTS)), np.zeros((1, OUTPUTS)))
            layers = net.layers.values() if isinstance(net.layers, dict) else net.layers
            held = [value for layer in layers for value in vars(layer).values()]
            return any(value is array for value in held for array in net.params.values())
    except FAILURES:
        return False


def _batches(new: type, given: Mapping[str, np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Inputs and targets of the sizes that a net may have: as asked for, or as it brings them."""
    rng, own = np.random.default_rng(5), own_sizes(new)
    if "data_x" in given:
        yield given["data_x"], given["data_t"]
    wanted = [tuple(given["widths"][[0, -1]].tolist())] if "widths" in given else []
    sizes = [*wanted, (INPUTS, OUTPUTS), (INPUTS, 1), *product(own, own)]
    for inputs, outputs in dict.fromkeys(sizes):
        x = rng.normal(size=(SAMPLES, inputs))
        labels = rng.integers(max(outputs, 2), size=SAMPLES)
        t = np.eye(outputs)[labels] if outputs > 1 else labels[:, np.newaxis] * 1.0
        yield x, t
        yield x[0], t[0]


def _with_roles(function: Callable, **values: object) -> object:
    """A function's result, each of its parameters given by what it is for.

    Raises:
        TypeError: if that cannot be told of one of them that has no default.
    """
    arguments = {}
    for name, parameter in inspect.signature(function).parameters.items():
        role = role_of(name, tuple(values))
        own = parameter.default is not parameter.empty and role not in DATA
        if role in SWITCHES:
            if own and parameter.default == SWITCHES[role]:
                arguments[name] = values[role]
        elif role and not own:
            given = values[role]
            arguments[name] = next(given) if isinstance(given, Iterator) else given
        elif parameter.default is parameter.empty and parameter.kind in (
            parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY
        ):  # fmt: skip
            raise TypeError(name)
    return function(**arguments)


def role_of(name: str, possible: tuple[str, ...]) -> str:
    """What a parameter may be for, of some possible `ROLES`; empty if for none of them."""
    return next(
        (role for role, names in ROLES if role in possible and re.fullmatch(names, name.lower())),
        "",
    )
