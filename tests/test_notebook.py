"""The notebook, cell by cell, as a reader runs it."""

import json
import linecache
import sys
from pathlib import Path
from types import ModuleType

NOTEBOOK = Path(__file__).parents[1] / "reports" / "xor.ipynb"


def test_every_cell_runs_and_says_what_the_text_says(capsys, monkeypatch):
    notebook = ModuleType("notebook")
    monkeypatch.setitem(sys.modules, "notebook", notebook)
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            text, file = "".join(cell["source"]), f"<cell {number}>"
            monkeypatch.setitem(
                linecache.cache, file, (len(text), None, text.splitlines(True), file)
            )
            exec(compile(text, file, "exec"), vars(notebook))
    said = capsys.readouterr().out
    for printed in ("0.02391914", "0.9757925", "0.97343127", "0.03041428"):
        assert printed[:10] in said
    assert float(said.split("largest difference")[1].split()[0]) < 1e-12
    assert "z1 * (1 - z1)" in said
