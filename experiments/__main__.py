"""`python -m experiments` is `twins`."""

import signal
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def main() -> int:
    """The command line; until it is there, an interrupt ends the process without a word."""
    if hasattr(signal, "pthread_sigmask"):  # not on Windows, where it is no signal
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from experiments import commands

    return commands.main()


if __name__ == "__main__":
    try:
        if Path(sys.path[0]) == Path.cwd() != HERE:
            del sys.path[0]  # a file there may be called numpy.py
    except FileNotFoundError:  # the folder is gone
        pass
    sys.exit(main())
