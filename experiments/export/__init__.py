"""A net in the other language: Keras code of a hand-written one, NumPy code of a Keras model.

What is written was compared with what it comes from, as `twins compare` does, and found the same.
"""

import tempfile
from contextlib import nullcontext
from pathlib import Path

from experiments.check.chain import Chain
from experiments.check.finding import FINE, Finding
from experiments.check.keras_program.program import KERAS_BATCH, uses_keras
from experiments.check.keras_program.program import run as run_keras
from experiments.check.processes import Processes
from experiments.check.source import Source, read_source
from experiments.check.twin_code import twin_code, written_rate
from experiments.compare import compare_files
from experiments.compare.made import sizes_made
from experiments.compare.own import THE_BOOKS, the_net
from experiments.compare.theirs import the_model
from experiments.export.numpy_code import numpy_code
from experiments.words import Problem

MARK = '"""Written by twins export'
"""How a file begins that this program has written."""

KERAS_HEAD = "import keras\n\n"
SIZES = "inputs, hidden, outputs = {sizes}{free}\n"
RATE = "rate = {rate}{yours}\n\n"
RATE_OF_NOBODY = RATE.format(rate=0.1, yours="  # yours")
FREE = "  # any: the net takes what it is given"


class NotTheSameError(Problem):
    """The code that was made is not what it was made of."""


def export(path: Path, processes: Processes | None = None) -> str:
    """The net of a file in the other language.

    Args:
        path: of a script or notebook: with a net written by hand, or one that compiles a Keras
            model of dense layers.
        processes: that run it, if there are some already.

    Returns:
        The code.

    Raises:
        Problem: if there is no such net in it, or none that can be written so.
        NotTheSameError: if the comparison finds that the two differ.
    """
    source = read_source(path)
    own = nullcontext(processes) if processes else Processes()
    with own as running, tempfile.TemporaryDirectory(prefix="twins-export-") as folder:
        written = Path(folder) / "exported.py"
        program = run_keras(running, source) if uses_keras(source) else None
        if program and program.models:
            theirs = the_model(program, path.name)
            steps = [fit.per_step(KERAS_BATCH) for fit in theirs.model.fits[-1:]]
            code, pair = numpy_code(theirs.chain, *steps), (written, path)
        else:
            code, pair = _keras_code(the_net(running, source), source), (path, written)
        text = f'{MARK}: the net of {path.name}, and the same."""\n\n{code}'
        written.write_text(text, "utf-8")
        checked = compare_files(*pair, processes=running)["en"]
    if checked.verdict not in FINE:
        raise NotTheSameError("export.not the same", file=path.name)
    return text


def _keras_code(found: tuple[Finding, Chain | None], source: Source) -> str:
    """The Keras code of what is found of a hand-written net."""
    finding, trained = found
    rate = RATE.format(rate=written_rate(trained.rate), yours="") if trained else RATE_OF_NOBODY
    if finding.fit is None:
        assert finding.description
        made = sizes_made(source, finding.subject)
        is_known = len(made) == len(THE_BOOKS) or trained is not None
        widths = trained.widths if trained else made if is_known else THE_BOOKS
        sizes = ", ".join(map(str, widths))
        head = SIZES.format(sizes=sizes, free="" if is_known else FREE)
        return f"{KERAS_HEAD}{head}{rate}{twin_code(finding.description)}\n"
    chain = finding.fit.chain
    without = [n for n, layer in enumerate(chain.layers, 1) if layer not in chain.biased]
    if not finding.fit.place.is_made_up:
        code = twin_code(chain.of, chain.widths, without, chain.bias_unit, written_rate(chain.rate))
        return f"{KERAS_HEAD}{code}\n"
    made = sizes_made(source, finding.subject.partition(".")[0])
    widths = made if len(made) == len(chain.widths) else chain.widths
    return f"{KERAS_HEAD}{rate}{twin_code(chain.of, widths, without, chain.bias_unit)}\n"
