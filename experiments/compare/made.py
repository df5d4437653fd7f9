"""With what a program makes and trains its net, as its text says: sizes, λ, a rate that changes."""

import ast

from experiments.check.inside.stepping import role_of
from experiments.check.source import Source

OF_SIZES = ("several", "layers", "inputs", "hidden", "outputs")
"""What arguments of a constructor are for that are numbers of units."""

FEWEST = 3
"""Sizes of a net: inputs, hidden units and outputs."""


def lowered_rate(source: Source) -> str:
    """What a program calls the rate that it multiplies or divides along its training."""
    changed = (
        ast.unparse(node.target)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult | ast.Div)
    )
    return next((name for name in changed if role_of(name.rpartition(".")[2], ("rate",))), "")


def decay_made(source: Source) -> float:
    """The λ with which a program makes a net of its classes; 0 if it names none."""
    constants = _constants(source)
    named = (
        _resolved(keyword.value, constants)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in source.defined
        for keyword in node.keywords
        if role_of(keyword.arg or "", ("decay",))
    )
    values = (node.value for node in named if isinstance(node, ast.Constant))
    return next((float(value) for value in values if isinstance(value, int | float)), 0.0)


def sizes_made(source: Source, name: str) -> tuple[int, ...]:
    """The sizes with which a program makes a net of its class; empty if it does not."""
    constants = _constants(source)

    def sizes(node: ast.expr) -> list[int]:
        node = _resolved(node, constants)
        parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        return [value for value in values if type(value) is int]

    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
            named = [k.value for k in node.keywords if k.arg and role_of(k.arg, OF_SIZES)]
            found = [size for given in (*node.args, *named) for size in sizes(given)]
            if len(found) >= FEWEST:
                return tuple(found)
    return ()


def _constants(source: Source) -> dict[str, ast.expr]:
    """What a program's own variables are first set to, by their names."""
    return {
        target.id: node.value
        for node in reversed(source.tree.body)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _resolved(node: ast.expr, constants: dict[str, ast.expr]) -> ast.expr:
    """What a variable is set to; anything else as it is."""
    return constants.get(node.id, node) if isinstance(node, ast.Name) else node
