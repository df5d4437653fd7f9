"""`python -m experiments` is `twins`."""

import sys

from experiments.cli import main

sys.exit(main())
