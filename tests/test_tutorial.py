"""The tutorial, run from top to bottom as a reader would."""

import json

import numpy as np

from rvqvae.evaluation.metrics import mpjpe_mm
from tests.support.paths import ROOT

NOTEBOOK = ROOT / "docs" / "tutorial.ipynb"


def test_the_tutorial_runs_and_says_what_it_shows(monkeypatch, capsys):
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(NOTEBOOK.parent)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    values = {}
    for cell in cells:
        assert not cell.get("outputs"), "outputs are what the reader's own run gives"
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{NOTEBOOK.name}, {cell['id']}", "exec"), values)
    said = capsys.readouterr().out
    assert "agrees: True" in said
    assert values["by_layers"] == sorted(values["by_layers"], reverse=True)
    made = values["checkpoint"].decode(values["tokens"], length=len(values["clip"].features))
    assert np.isclose(values["by_layers"][-1], mpjpe_mm(made, values["clip"].features, "root"))
    assert 0 < len(values["changed"]) < len(values["clip"].features)
