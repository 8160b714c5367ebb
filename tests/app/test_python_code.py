"""Code that the page hands out runs as it stands, and gives what the page shows."""

import numpy as np
import pytest

from app.lab import python_code
from app.rooms import FIGURES
from app.visitor import Visitor
from rvqvae.tokens import TokenRow, TokenTable, write_tokens
from tests.app.page import Page
from tests.support.paths import ROOT


@pytest.fixture
def page(library, tmp_path, monkeypatch):
    """A page over shipped checkpoints, and the working directory that its code is for."""
    folder = library.checkpoints_folder
    monkeypatch.setattr(python_code, "ROOT", folder.parent)
    (tmp_path / "assets").symlink_to(ROOT / "assets")
    (tmp_path / folder.name).symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    page = Page(Visitor(library, tmp_path))
    page.say("choose_clip", clip="kick")
    return page


def run(code):
    values = {}
    exec(compile(code, "copied.py", "exec"), values)
    return values


def copied(page, **values):
    page.say("copy_python", **values)
    assert page.notice == ""
    assert page.views["notification"]["kind"] == "code"
    return page.views["notification"]["text"]


def test_an_edit_is_what_the_page_shows(page, capsys):
    page.say("set_code", region=[0, 1, 2, 5], code=9, repair=False)
    page.say("drop", region=[3, 3, 0, 0], repair=True)
    page.say("set_layers", layers=[True, True, False, True, True, True])
    page.say("set_alignment", alignment="local")
    values = run(copied(page))
    bench = page.visitor.workbench
    assert np.array_equal(values["tokens"], bench.tokens)
    np.testing.assert_allclose(values["features"], bench.decoding.features, atol=1e-4)
    assert f"{bench.errors.mean():.2f}"[:-1] in capsys.readouterr().out


def test_a_row_of_a_table_too(page, rng, tmp_path):
    rows = [TokenRow(f"clip_{i}", rng.integers(0, 64, (6, 20))) for i in range(3)]
    write_tokens(tmp_path / "true.csv", TokenTable(rows))
    rows[1].tokens[2, :7] = 1
    write_tokens(tmp_path / "predicted.csv", TokenTable(rows))
    page.say("open_table", path=str(tmp_path / "true.csv"), file_name="true.csv")
    page.say("open_row", table=page.visitor.tables.shown, row=1)
    page.say("set_code", region=[0, 0, 0, 3], code=5, repair=False)
    assert np.array_equal(run(copied(page))["tokens"], page.visitor.workbench.tokens)
    page.say("open_table", path=str(tmp_path / "predicted.csv"), file_name="predicted.csv")
    predicted, true = reversed(list(page.visitor.tables.kept))
    page.visitor.tables.kept[true].edited.clear()
    page.say("compare_tables", predicted=predicted, true=true)
    values = run(copied(page, figure="pairs"))
    assert values["pair"].agreement_all == 1  # of the last row


def test_every_figure_has_code_that_runs(page, capsys, tmp_path):
    np.save(tmp_path / "mine.npy", np.load(ROOT / "assets" / "clips" / "kick.npy"))
    page.say("measure_files", files=[{"path": str(tmp_path / "mine.npy"), "file_name": "mine.npy"}])
    page.wait("many")
    page.say("relabel", how="agreeing", seed=0, layer=2)
    page.say("compare_with", checkpoints=["first", "second"], over="page")
    ran = {}
    for figure in FIGURES.keys() - {"pairs"}:
        code = copied(page, figure=figure)
        if code not in ran:
            ran[code] = run(code)
            assert capsys.readouterr().out.strip(), figure
    page.say("copy_python", figure="beauty")
    assert "no code for 'beauty'" in page.notice
    (many,) = (values for values in ran.values() if "score" in values)
    row = page.visitor.room(python_code.Many).batch.rows[0]
    assert many["score"].errors["root"].tolist() == pytest.approx(row.errors["root"], rel=1e-4)


def test_code_names_no_place_on_the_server(page, tmp_path):
    np.save(tmp_path / "mine.npy", np.load(ROOT / "assets" / "clips" / "kick.npy"))
    page.say("open_file", path=str(tmp_path / "mine.npy"), file_name="mine.npy")
    code = copied(page)
    assert "read_motion('mine.npy')[0]  # your file" in code
    assert str(tmp_path) not in code
