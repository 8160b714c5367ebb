"""Figures of the laboratory as files: real pictures, and tables of the numbers that the page shows."""

import base64
import csv
import io
from pathlib import Path

import pytest

import app.figures
from app.contest import about
from app.figures import FIGURES
from app.views.arrays import unpack
from tests.app.desk import Desk


@pytest.fixture(scope="module")
def desk(library, tmp_path_factory):
    from app.session import Session

    desk = Desk(Session(library, tmp_path_factory.mktemp("uploads")))
    desk.say("choose_data", data="page")
    for command, job in (
        ("analyse_data", "data"),
        ("analyse_clip", "clip"),
        ("score_subsets", "lattice"),
        ("compare_beams", "beam"),
        ("compare", "compare"),
    ):
        desk.say(command)
        desk.wait(job)
    desk.say("renumber", how="random", seed=1, layer=None)
    desk.wait("relabel")
    return desk


def saved(desk, figure, kind):
    desk.say("save_figure", figure=figure, kind=kind)
    assert desk.notice == ""
    parcel = desk.views["parcel"]
    assert parcel["kind"] == "file"
    assert parcel["name"] == f"walk-{figure}.{kind}"
    return base64.b64decode(parcel["base64"])


def table(desk, figure):
    return list(csv.DictReader(io.StringIO(saved(desk, figure, "csv").decode())))


@pytest.mark.parametrize("name", [name for name in FIGURES if FIGURES[name].draw])
def test_every_figure_is_a_picture(desk, name):
    import matplotlib.image

    pixels = matplotlib.image.imread(io.BytesIO(saved(desk, name, "png")))
    assert pixels.shape[1] >= 1200  # 300 dots an inch
    assert pixels.std() > 0.02
    assert b"<svg" in saved(desk, name, "svg")[:2000]


def test_drawing_needs_no_pyplot_whose_state_all_visitors_would_share():
    sources = sorted(Path(app.figures.__file__).parent.glob("*.py"))
    assert len(sources) > 3
    assert not [file.name for file in sources if "pyplot" in file.read_text()]


@pytest.mark.parametrize("name", FIGURES)
def test_every_table_has_a_rectangle_of_numbers(desk, name):
    rows = list(csv.reader(io.StringIO(saved(desk, name, "csv").decode())))
    assert len(rows) > 2
    assert {len(row) for row in rows} == {len(rows[0])}


def test_tables_hold_what_the_page_shows(desk):
    view = desk.views["codebook"]
    use = table(desk, "code-use")
    counts = unpack(view["clip_use"]["counts"])
    assert sum(int(row["count in Walk"]) for row in use) == counts.sum()
    lattice = table(desk, "layer-lattice")
    assert {row["layers"] for row in lattice if row["prefix"] == "True"} >= {"1", "1 2", "1 2 3 4 5 6"}
    (error,) = [key for key in lattice[0] if key.startswith("error")]
    assert error == "error (mm, root-aligned, 20 fps)"
    assert [float(row[error]) for row in lattice] == [s["mm"] for s in desk.views["lattice"]["subsets"]]
    pairs = desk.views["information"]["of"]["data"]["result"]["between_layers"]
    for row, pair in zip(table(desk, "layer-information-data"), pairs, strict=True):
        assert float(row["corrected_bits"]) == pair["corrected_bits"]
        assert float(row["null_bits"]) == pair["null_bits"]


def test_tables_of_the_other_tabs_hold_what_they_show(desk):
    take = desk.session.workbench.take
    codes = table(desk, "code-map")
    layer = int(codes[0]["layer"]) - 1
    assert [int(row["uses in the training data"]) for row in codes] == take.checkpoint.usage[layer].tolist()
    walk = table(desk, "residual-walk")
    residual = take.latent[:, 0].double()
    for v, row in enumerate(walk):
        assert float(row["‖r‖² before"]) == pytest.approx(float(residual.square().sum()), rel=1e-5)
        assert int(row["code (-1: dropped)"]) == take.tokens[v, 0]
        residual = residual - take.codebook(v)[:, take.tokens[v, 0]].double()
        assert float(row["‖r‖² after"]) == pytest.approx(float(residual.square().sum()), rel=1e-5)
    result = desk.session.jobs.result("compare", about(desk.session))[0]
    points = [
        point.root_mm for one in result.contestants if one.scores for point in one.scores.rate_distortion
    ]
    assert [float(row["MPJPE (mm, root-aligned, 20 fps)"]) for row in table(desk, "comparison")] == points


def test_what_is_not_there_is_refused_in_a_sentence(desk, session):
    desk.say("save_figure", figure="nothing", kind="png")
    assert "There is no figure 'nothing'" in desk.notice
    desk.say("save_figure", figure="beam", kind="gif")
    assert "not as 'gif'" in desk.notice
    desk.say("save_figure", figure="codebooks", kind="png")
    assert "saved as csv" in desk.notice
    fresh = Desk(session)
    fresh.say("save_figure", figure="layer-lattice", kind="png")
    assert "nothing to save yet" in fresh.notice
