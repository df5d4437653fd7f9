"""Results beside those of `twins run` that a folder may hold."""

import json
from pathlib import Path

from experiments.suite import ResultsError


def load(path: Path, schema: int, command: str) -> dict | None:
    """The content of a file of results, or None if there is none.

    Args:
        path: the file.
        schema: that it must have.
        command: that makes it anew.

    Raises:
        ResultsError: if it is damaged or of another schema.
    """
    try:
        results = json.loads(path.read_text("utf-8"))
        if results["schema"] != schema:
            raise KeyError
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise ResultsError(f"{path} cannot be used; `{command}` makes it anew") from None
    return results
