"""One's own net against one's own Keras model: described, held together, the difference named.

From Python and in notebooks: `compare(TwoLayerNet, model)`, with a class, function or file and a
compiled Keras model or a file that compiles one.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.words import Problem

if TYPE_CHECKING:
    from experiments.check.checked import Checked
    from experiments.check.processes import Processes


def compare(
    net: str | Path | type | Callable | ModuleType,
    model: Any,  # noqa: ANN401 - a Keras model
    x: np.ndarray | None = None,
    t: np.ndarray | None = None,
    language: str = "en",
) -> "Checked":
    """Compare a hand-written net with a Keras model; see `twins compare`.

    Args:
        net: a file's path, or a class, an object of one, a function or a module from a file or a
            notebook's cell.
        model: a compiled Keras model, or the path of a file that compiles one.
        x: inputs to compute on, one row per sample; of a probe if there are none.
        t: their targets.
        language: "en" or "ko".

    Raises:
        Problem: if a file cannot be read, holds no such thing, or the two have other sizes.
        TypeError: if the text of a class or function cannot be had.
    """
    from experiments.check import as_file, dtype_left_alone

    if (x is None) != (t is None):
        raise Problem("compare.x and t")
    kind = type(net)
    if kind.__module__.partition(".")[0] == "keras":
        raise Problem("compare.exchanged")
    if not isinstance(net, str | Path | type | ModuleType | FunctionType):
        net = kind  # of an object its class
    data = None if x is None or t is None else (np.asarray(x, float), np.asarray(t, float))
    with as_file(net) as path, dtype_left_alone():
        return compare_files(path, model, data, [language])[language]


def compare_files(
    own: Path,
    keras: Any,  # noqa: ANN401 - a Keras model, or a path
    data: tuple[np.ndarray, np.ndarray] | None = None,
    languages: Sequence[str] = ("en",),
    processes: "Processes | None" = None,
) -> "dict[str, Checked]":
    """Compare the net of a file with a Keras model.

    Args:
        own: a script or notebook with a hand-written net.
        keras: a compiled model, or the path of a file that compiles one; it may be the same file.
        data: inputs and targets to compute on; a probe if there are none.
        languages: of what is told.
        processes: that run the files, if there are some already.

    Returns:
        What is told, by language.

    Raises:
        Problem: if a file cannot be read, holds no such thing, or the two have other sizes.
    """
    from experiments.check.keras_program.net import chain_of
    from experiments.check.keras_program.program import of_object, run
    from experiments.check.processes import Processes
    from experiments.check.source import read_source
    from experiments.compare.own import own_net
    from experiments.compare.tell import tell
    from experiments.compare.theirs import Theirs, the_model

    source, program = read_source(own), None
    with nullcontext(processes) if processes else Processes() as running:
        if isinstance(keras, str | Path):
            text = read_source(Path(keras))
            seen = run(running, text)
            theirs, program = the_model(seen, Path(keras).name), (text, seen)
        else:
            model = of_object(sys.modules["keras"], keras)
            theirs = Theirs(model, chain_of(model))
        net = own_net(running, source, theirs, data)
    return tell(net, theirs, source, program, languages)
