"""`python -m experiments` is `twins`."""

import os
import signal
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]

WIDE = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}
"""What Linux says of a processor whose registers have 512 bits."""


def use_wide_registers(processor: Path = Path("/proc/cpuinfo")) -> None:
    """Have OpenBLAS, which NumPy brings along, use them.

    It goes by the processor's name, and takes one that it does not know, as AMD's Zen 5, for one
    with half as wide registers: products then take nearly twice as long (OpenBLAS' issue 6029). A
    choice of the user's stands. Has to be done before NumPy is imported.
    """
    try:
        says = processor.read_text()
    except OSError:  # no Linux
        return
    if set(says.split()) >= WIDE:
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")


def main() -> int:
    """The command line; until it is there, an interrupt ends the process without a word."""
    if hasattr(signal, "pthread_sigmask"):  # not on Windows, where it is no signal
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    use_wide_registers()
    from experiments import commands

    return commands.main()


if __name__ == "__main__":
    try:
        if Path(sys.path[0]) == Path.cwd() != HERE:
            del sys.path[0]  # a file there may be called numpy.py
    except FileNotFoundError:  # the folder is gone
        pass
    sys.exit(main())
