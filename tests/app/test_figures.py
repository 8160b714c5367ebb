"""Figures of the laboratory as files: real pictures, and tables of the numbers that the page shows."""

import base64
import csv
import io
from pathlib import Path

import pytest

import app.lab
from app.lab.compare import comparison
from app.payloads.arrays import unpack
from app.rooms import FIGURES
from tests.app.page import Page


@pytest.fixture(scope="module")
def page(library, tmp_path_factory):
    from app.visitor import Visitor

    page = Page(Visitor(library, tmp_path_factory.mktemp("uploads")))
    page.say("choose_data", data="page")
    for command, job in (
        ("analyse_data", "data"),
        ("analyse_clip", "clip"),
        ("score_subsets", "lattice"),
        ("compare_beams", "beam"),
        ("compare", "compare"),
        ("report_errors", "reported"),
    ):
        page.say(command)
        page.wait(job)
    page.say("relabel", how="random", seed=1, layer=None)
    page.wait("relabel")
    return page


def saved(page, figure, kind):
    page.say("save_figure", figure=figure, kind=kind)
    assert page.notice == ""
    notification = page.views["notification"]
    assert notification["kind"] == "file"
    assert notification["name"] == f"walk-{figure}.{kind}"
    return base64.b64decode(notification["base64"])


def table(page, figure):
    return list(csv.DictReader(io.StringIO(saved(page, figure, "csv").decode())))


@pytest.mark.parametrize("name", [name for name in FIGURES if FIGURES[name].draw])
def test_every_figure_is_a_picture(page, name):
    import matplotlib.image

    pixels = matplotlib.image.imread(io.BytesIO(saved(page, name, "png")))
    assert pixels.shape[1] >= 1200  # 300 dots an inch
    assert pixels.std() > 0.02
    assert b"<svg" in saved(page, name, "svg")[:2000]


def test_drawing_needs_no_pyplot_whose_state_all_visitors_would_share():
    sources = sorted(Path(app.lab.__file__).parent.glob("*.py"))
    assert len(sources) > 3
    assert not [file.name for file in sources if "pyplot" in file.read_text()]


# What is made of files is saved where those are opened: test_many.py, test_pairs.py.
@pytest.mark.parametrize("name", [name for name in FIGURES if name not in ("many", "pairs")])
def test_every_table_has_a_rectangle_of_numbers(page, name):
    rows = list(csv.reader(io.StringIO(saved(page, name, "csv").decode())))
    assert len(rows) > 2
    assert {len(row) for row in rows} == {len(rows[0])}


def test_tables_hold_what_the_page_shows(page):
    view = page.views["codebook"]
    use = table(page, "code-use")
    counts = unpack(view["clip_use"]["counts"])
    assert sum(int(row["count in Walk"]) for row in use) == counts.sum()
    lattice = table(page, "layer-lattice")
    assert {row["layers"] for row in lattice if row["prefix"] == "True"} >= {"1", "1 2", "1 2 3 4 5 6"}
    (error,) = [key for key in lattice[0] if key.startswith("error")]
    assert error == "error (mm, root-aligned, 20 fps)"
    assert [float(row[error]) for row in lattice] == [s["mm"] for s in page.views["lattice"]["subsets"]]
    pairs = page.views["information"]["of"]["data"]["result"]["between_layers"]
    for row, pair in zip(table(page, "layer-information-data"), pairs, strict=True):
        assert float(row["corrected_bits"]) == pair["corrected_bits"]
        assert float(row["null_bits"]) == pair["null_bits"]


def test_tables_of_the_other_tabs_hold_what_they_show(page):
    encoded = page.visitor.workbench.encoded
    codes = table(page, "code-map")
    layer = int(codes[0]["layer"]) - 1
    assert [int(row["uses in the training data"]) for row in codes] == encoded.checkpoint.usage[
        layer
    ].tolist()
    walk = table(page, "residual-walk")
    residual = encoded.latent[:, 0].double()
    for v, row in enumerate(walk):
        assert float(row["‖r‖² before"]) == pytest.approx(float(residual.square().sum()), rel=1e-5)
        assert int(row["code (-1: dropped)"]) == encoded.tokens[v, 0]
        residual = residual - encoded.codebook(v)[:, encoded.tokens[v, 0]].double()
        assert float(row["‖r‖² after"]) == pytest.approx(float(residual.square().sum()), rel=1e-5)
    result = page.visitor.jobs.result_of(comparison(page.visitor))[0]
    points = [
        point.root_mm for one in result.contestants if one.scores for point in one.scores.rate_distortion
    ]
    assert [float(row["MPJPE (mm, root-aligned, 20 fps)"]) for row in table(page, "comparison")] == points


def test_what_is_not_there_is_refused_in_a_sentence(page, visitor):
    page.say("save_figure", figure="nothing", kind="png")
    assert "There is no figure 'nothing'" in page.notice
    page.say("save_figure", figure="beam", kind="gif")
    assert "not as 'gif'" in page.notice
    page.say("save_figure", figure="codebooks", kind="png")
    assert "saved as csv" in page.notice
    fresh = Page(visitor)
    fresh.say("save_figure", figure="layer-lattice", kind="png")
    assert "nothing to save yet" in fresh.notice
