"""`python -m experiments` is `twins`."""

import sys

from experiments.commands import main

sys.exit(main())
