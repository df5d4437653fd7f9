"""Calls of earlier years that today's Keras does not take, or takes and ignores.

They are found in the text, named, and put in today's words, so that the rest of the program can be
run and looked at.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

OPTIMIZERS = ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam")
SMALL = {name.lower(): name for name in OPTIMIZERS}

PACKAGES = ("keras", "tensorflow", "tf")

MODULES = {
    r"tf(?=\.)": ("tensorflow", "import tf"),
    r"(tensorflow\.)?keras\.layers\.(core|convolutional|pooling|normalization|embeddings|"
    r"recurrent|advanced_activations|noise|wrappers|merge)\b": ("keras.layers", "import layers"),
    r"tensorflow\.python\.keras\b": ("keras", "import private"),
    r"(tensorflow\.)?keras\.engine(\.\w+)?": ("keras", "import private"),
    r"(tensorflow\.)?keras\.utils\.np_utils": ("keras.utils", "np_utils"),
    r"tensorflow\.examples\.tutorials(\.mnist)?": ("", "tutorials"),
    r"(tensorflow\.)?keras\.wrappers\.scikit_learn": ("", "wrappers"),
}
"""Modules that are gone: what is there today, if anything, and what is said of them."""

KEYWORDS = {
    "lr": ("learning_rate", OPTIMIZERS),
    "decay": (None, OPTIMIZERS),
    "nb_epoch": ("epochs", ("fit", "fit_generator")),
    "samples_per_epoch": (None, ("fit_generator",)),
    "show_accuracy": (None, ("fit", "evaluate")),
    "output_dim": ("units", ("Dense",)),
    "init": ("kernel_initializer", ("Dense", "Conv2D", "Convolution2D")),
    "bias": ("use_bias", ("Dense", "Conv2D", "Convolution2D")),
    "W_regularizer": ("kernel_regularizer", ("Dense", "Conv2D", "Convolution2D")),
    "b_regularizer": ("bias_regularizer", ("Dense", "Conv2D", "Convolution2D")),
    "weights": (None, ("Dense", "Conv2D")),
    "border_mode": ("padding", ("Conv2D", "Convolution2D", "MaxPooling2D")),
    "subsample": ("strides", ("Conv2D", "Convolution2D")),
    "nb_filter": ("filters", ("Conv2D", "Convolution2D")),
    "p": ("rate", ("Dropout",)),
    "class_mode": (None, ("compile",)),
}
"""Arguments that are gone: what they are called today, if there is such a thing, and in which
calls."""

METHODS = {
    "predict_classes": "predict",
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
}

LOGS_ACC = re.compile(r"metrics\s*=\s*\[[^]]*['\"]acc['\"]")
"""Where the accuracy is asked for as "acc", it is logged so today as well."""

GONE = {
    "fetch_mldata": "fetch_mldata",
    "ImageDataGenerator": "preprocessing",
    "Tokenizer": "preprocessing",
}
"""What modules that are still there do not have any more."""

INITIALIZERS = {"uniform": "random_uniform", "normal": "random_normal"}

TF1 = ("Session", "InteractiveSession", "placeholder", "global_variables_initializer")
"""What programs of TensorFlow 1 say."""


@dataclass(frozen=True)
class OldCall:
    """Something that is gone, or that is ignored.

    Attributes:
        id: what is said of it, under "check.old".
        line: of the file.
        printed: how it stands there.
        today: how it reads today; empty where the sentence says it.
    """

    id: str
    line: int
    printed: str
    today: str


def modernised(text: str) -> tuple[ast.Module, list[OldCall]]:
    """A program in today's words, its lines numbered as before, and what had to be changed.

    Args:
        text: of a program that Python can read.
    """
    tree = ast.parse(text)
    rewriting = _Rewriting(_of_keras(tree), LOGS_ACC.search(text) is not None)
    tree = ast.fix_missing_locations(rewriting.visit(tree))
    return tree, sorted(rewriting.found, key=lambda call: call.line)


def _of_keras(tree: ast.Module) -> set[str]:
    """The names that a program has from Keras and TensorFlow."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {a.asname or a.name.partition(".")[0]: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {alias.asname or alias.name: node.module or "" for alias in node.names}
        else:
            continue
        found |= {own for own, name in names.items() if name.partition(".")[0] in PACKAGES}
    return found


class _Rewriting(ast.NodeTransformer):
    """Puts calls in today's words.

    Args:
        of_keras: names that are Keras' or TensorFlow's.
        logs_acc: whether the program asks for the accuracy as "acc".
    """

    def __init__(self, of_keras: set[str], logs_acc: bool) -> None:
        self.found: list[OldCall] = []
        self._of_keras, self._logs_acc = of_keras, logs_acc

    def _note(self, name: str, node: ast.stmt | ast.expr, printed: str, today: str = "") -> None:
        self.found.append(OldCall(name, node.lineno, printed, today))

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        for alias in node.names:
            if new := self._module(alias.name, node):
                alias.name = new
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        printed = ast.unparse(node)
        if node.module and not node.level and (new := self._module(node.module, node)):
            node.module = new
        small = [alias for alias in node.names if alias.name in SMALL]
        if node.module and re.match(r"(tensorflow\.)?keras\.optimizers", node.module):
            for alias in small:
                alias.asname, alias.name = alias.asname or alias.name, SMALL[alias.name]
                self._note("optimizer's name", node, printed, f"import {alias.name}")
        if any(alias.name == "np_utils" for alias in node.names):
            self._note("np_utils", node, printed)
            rest = [alias for alias in node.names if alias.name != "np_utils"]
            found: list[ast.stmt] = [ast.parse("import keras.utils as np_utils").body[0]]
            if rest:
                found.append(ast.ImportFrom(node.module, rest, node.level))
            return [ast.copy_location(statement, node) for statement in found]
        for name, key in GONE.items():
            if any(alias.name == name for alias in node.names):
                self._note(key, node, printed)
                node.names = [alias for alias in node.names if alias.name != name]
        return node if node.names else ast.copy_location(ast.Pass(), node)

    def _module(self, name: str, node: ast.stmt) -> str:
        """What a module is called today; empty if it is as it was, or nothing is left of it."""
        for pattern, (today, key) in MODULES.items():
            if re.match(pattern, name):
                new = re.sub(f"^{pattern}", today, name) if today else ""
                self._note(key, node, ast.unparse(node), new)
                return new
        return ""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else ""
        name = function.id if isinstance(function, ast.Name) else name
        root = ast.unparse(function).partition(".")[0]
        of_models = isinstance(function, ast.Attribute) and root not in self._of_keras
        if of_models and name in METHODS and isinstance(function, ast.Attribute):
            self._note(name, node, f"{ast.unparse(function)}(…)")
            function.attr = METHODS[name]
            node.args = node.args[:1] if name.endswith("_generator") else node.args
        if name in TF1 and root in self._of_keras and ".compat." not in ast.unparse(function):
            self._note("tf1", node, f"{ast.unparse(function)}(…)")
        if root in self._of_keras or of_models:
            node.keywords = list(self._keywords(node, SMALL.get(name, name)))
        return node

    def _keywords(self, node: ast.Call, function: str) -> Iterator[ast.keyword]:
        for keyword in node.keywords:
            new, functions = KEYWORDS.get(keyword.arg or "", ("", ()))
            if function not in functions:
                yield keyword
                continue
            value = ast.unparse(keyword.value)
            if isinstance(keyword.value, ast.Constant):
                keyword.value.value = _today(keyword.arg, keyword.value.value)
            today = f"{new}={ast.unparse(keyword.value)}" if new else ""
            key = "renamed" if new else str(keyword.arg)
            self._note(key, keyword.value, f"{function}({keyword.arg}={value})", today)
            if new:
                keyword.arg = new
                yield keyword

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        is_history = isinstance(node.value, ast.Attribute) and node.value.attr == "history"
        if key in ("acc", "val_acc") and is_history and not self._logs_acc:
            today = str(key).replace("acc", "accuracy")
            self._note("acc", node, ast.unparse(node), f"['{today}']")
            node.slice = ast.Constant(today)
        return node


def _today(keyword: str | None, value: object) -> Any:  # noqa: ANN401 - of a constant
    """A constant as today's Keras takes it."""
    if keyword == "lr":
        return float(value) if isinstance(value, int) else value
    return INITIALIZERS.get(str(value), value) if keyword == "init" else value
