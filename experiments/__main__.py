"""`python -m experiments` is `twins`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
try:
    if Path(sys.path[0]) == Path.cwd() != HERE:
        del sys.path[0]  # a file there may be called numpy.py
except FileNotFoundError:  # the folder is gone
    pass

from experiments.commands import main  # noqa: E402

sys.exit(main())
