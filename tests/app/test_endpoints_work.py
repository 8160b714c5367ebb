"""What laboratory, dictionary, microscope and lessons tell a program: the numbers of the library."""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from gradio_client.exceptions import AppError

from app.lab.relabel import Relabelling, permutations_of, relabel_clip
from app.stage import feet
from app.workbench.edit_values import from_value, to_value
from app.workbench.workbench import Workbench
from rvqvae.evaluation.metrics import code_counts, usage_statistics
from rvqvae.motion import Clip
from rvqvae.statistics import analyse, dissect, layer_lattice, occurrences
from rvqvae.statistics.comparison import compare

DROP = {"kind": "set", "region": [0, 0, 3, 5], "code": -1, "repair": False}


def path_of(answer):
    return Path(answer if isinstance(answer, str) else answer["path"])


def test_an_analysis_of_a_clip(client, encoded):
    made = client.predict("clip", "walk", "first", "local", api_name="/analyse")
    expected = analyse(encoded.checkpoint, [Clip("walk", encoded.clip.features, encoded.clip.fps)])
    pairs = made["information"]["between_layers"]
    assert [p["corrected_bits"] for p in pairs] == pytest.approx(
        [pair.corrected_bits for pair in expected.between_layers.values()]
    )
    curve = made["information"]["rate_distortion"]
    assert [point["mm"] for point in curve] == pytest.approx([p.local_mm for p in expected.rate_distortion])
    counts = code_counts(encoded.tokens, encoded.num_codes)
    assert np.array_equal(made["use"]["counts"], counts)
    assert [row["perplexity"] for row in made["use"]["rows"]] == pytest.approx(
        [row.perplexity for row in usage_statistics(counts)]
    )
    assert (made["alignment"], len(made["codebooks"])) == ("local", 6)


def test_the_counts_of_training_as_recorded(client, encoded):
    made = client.predict("recorded", "walk", "first", api_name="/analyse")
    assert np.array_equal(made["use"]["counts"], encoded.checkpoint.usage)
    assert made["information"] is None
    with pytest.raises(AppError, match="no record of its codes' use"):
        client.predict("recorded", "walk", "second", api_name="/analyse")


def test_other_numbers(client, encoded):
    made = client.predict("walk", "random", 3, 2, "first", api_name="/relabel")
    relabelling = Relabelling("random", 3, 1)
    assert np.array_equal(made["tokens"][0], encoded.tokens)
    renamed = permutations_of(encoded, relabelling)[1][encoded.tokens[1]]
    assert np.array_equal(made["tokens"][1][1], renamed)
    assert made["entropy_bits"] == [
        pytest.approx(side) for side in relabel_clip(encoded, relabelling).entropy_bits
    ]


def test_a_page_of_the_dictionary(client, library, encoded):
    code = int(encoded.tokens[1, 4])
    made = client.predict(2, code, "walk", "first", api_name="/look_up")
    tokens = {key: library.encoded(clip, "first").tokens for key, clip in library.clips.items()}
    found = occurrences(list(tokens.values()), 1, code)
    assert (made["layer"], made["code"], made["occurrences"]) == (2, code, len(found))
    places = {place["clip"]: place["steps"] for place in made["places"]}
    assert places["walk"] == [one.step for one in found if list(tokens)[one.clip] == "walk"]
    assert made["norm"] == pytest.approx(float(np.linalg.norm(encoded.codebook(1).numpy()[:, code])))
    assert np.shape(made["average"]["joints"])[1:] == (22, 3)
    assert made["effect"]["mean_mm"] == pytest.approx(np.mean(made["effect"]["joint_mm"]))


def test_a_step_under_the_microscope(client, encoded):
    made = client.predict("walk", 7, [DROP], "first", api_name="/microscope")
    cut = dissect(encoded.checkpoint, encoded.latent[:, 7].numpy(), encoded.tokens[:, 7])
    assert made["energies"] == pytest.approx(cut.energies.tolist())
    np.testing.assert_allclose(made["residuals"], cut.residuals, rtol=1e-5, atol=1e-6)
    assert [choice["code"] for choice in made["choices"]] == encoded.tokens[:, 7].tolist()
    dropped = client.predict("walk", 4, [DROP], "first", api_name="/microscope")["choices"][0]
    assert (dropped["code"], dropped["original"]) == (-1, encoded.tokens[0, 4])
    with pytest.raises(AppError, match="no step 900"):
        client.predict("walk", 900, None, "first", api_name="/microscope")


def test_the_sliding_of_the_feet(client, visitor):
    bench = visitor.workbench
    key, checkpoint = bench.encoded.clip.key, bench.encoded.checkpoint_key
    made = client.predict(key, [1, 2], [DROP], checkpoint, api_name="/foot_sliding")
    visitor.workbench = bench.with_layers((True, True, *(False,) * 4)).edit(from_value(DROP))
    assert made["slide_mm_s"] == feet.payload(visitor)["slide_mm_s"]
    assert np.shape(made["standing"]) == (bench.encoded.frames, 4)


def test_checkpoints_side_by_side(client, library, encoded):
    made = client.predict(["first", "second"], "clip", "walk", "first", api_name="/compare")
    checkpoints = [library.checkpoint(key) for key in ("first", "second")]
    expected = compare(checkpoints, [Clip("walk", encoded.clip.features, encoded.clip.fps)])
    for one, other in zip(made["contestants"], expected.contestants, strict=True):
        assert [p["root"] for p in one["scores"]["points"]] == pytest.approx(
            [point.root_mm for point in other.scores.rate_distortion]
        )
        assert one["scores"]["used"] == [layer.used for layer in other.scores.layers]
    with pytest.raises(AppError, match="There are no clips 'moon'"):
        client.predict(None, "moon", "walk", "first", api_name="/compare")
    with pytest.raises(AppError, match="not open here any more"):
        client.predict(["third"], "clip", "walk", "first", api_name="/compare")


def test_figures_are_files_of_the_same_numbers(client, encoded):
    table = path_of(client.predict("layer-lattice", "csv", "walk", None, "first", api_name="/figure"))
    rows = list(csv.reader(table.open()))[1:]
    scored = {
        subset.layers: subset
        for subset in layer_lattice(encoded.checkpoint, encoded.clip.features, encoded.tokens)
    }
    assert len(rows) == len(scored) == 63
    for layers, millimetres, _ in rows:
        assert float(millimetres) == pytest.approx(scored[tuple(map(int, layers.split()))].root_mm)
    drawn = path_of(client.predict("code-norms", "png", "walk", None, "first", api_name="/figure"))
    assert drawn.read_bytes().startswith(b"\x89PNG")
    about = {"how": "random", "seed": 1}
    drawn = path_of(client.predict("relabel", "svg", "walk", about, "first", api_name="/figure"))
    assert b"<svg" in drawn.read_bytes()


@pytest.mark.parametrize(
    ("figure", "about"),
    [
        ("codebooks", {"data": "page"}),
        ("code-neighbours", {"layer": 2, "code": 5}),
        ("code-map", None),
        ("residual-walk", {"step": 3}),
        ("comparison", {"checkpoints": ["first"]}),
        ("beam", None),
        ("entropy-curve-clip", None),
    ],
)
def test_what_a_figure_needs_is_computed_first(client, figure, about):
    table = path_of(client.predict(figure, "csv", "walk", about, "first", api_name="/figure"))
    rows = list(csv.reader(table.open()))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    if figure == "codebooks":
        assert len(rows) == 1 + 2 * 6  # every layer, in the clip and in the data


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nothing",), "There is no figure 'nothing'; choose one of "),
        (("codebooks", "png"), "codebooks is saved as csv, not as 'png'"),
        (("relabel", "png", "walk", {"how": "best"}), "There is no numbering 'best'"),
        (("relabel", "png", "walk", {"colour": 1}), "The arguments cannot be read"),
        (("layer-information-data", "png", "walk", {"data": "moon"}), "There is no data set 'moon'"),
    ],
)
def test_figures_that_cannot_be_drawn(client, arguments, sentence):
    with pytest.raises(AppError, match=sentence):
        client.predict(*arguments, api_name="/figure")


def test_a_state_goes_out_and_comes_back(client, encoded):
    made = client.predict("walk", [1, 2], [DROP], "first", "local", api_name="/share")
    bench = Workbench.of(encoded).with_layers((True, True, *(False,) * 4)).with_alignment("local")
    bench = bench.edit(from_value(DROP))
    for state in (made["link"], f"http://127.0.0.1/{made['link']}", made["state"]):
        back = client.predict(state, api_name="/read_state")
        assert (back["clip"], back["checkpoint"], back["layers"]) == ("walk", "first", [1, 2])
        assert [to_value(from_value(edit)) for edit in back["edits"]] == [to_value(from_value(DROP))]
        assert np.array_equal(back["tokens"], bench.tokens)
        assert (back["alignment"], back["error_mm"]) == ("local", pytest.approx(bench.errors.mean()))
    for state in ("nonsense", {"kind": "nothing"}, "{"):
        with pytest.raises(AppError, match="not made by this page"):
            client.predict(state, api_name="/read_state")


def test_lessons_are_listed(client):
    lessons = client.predict(api_name="/list_lessons")["list"]
    assert [lesson["key"] for lesson in lessons] == [*"12345678", "challenge"]


def test_a_lesson_is_done_to_its_outcome(client, encoded):
    asked = client.predict("2", api_name="/lesson", clip="walk", checkpoint="first")
    assert asked["steps"] == []
    answers = [option["key"] for option in asked["question"]["options"]]
    doing = [{"name": "set_layers", "layers": [v < k for v in range(6)]} for k in range(1, 7)]
    outcomes = {}
    for answer in answers:
        made = client.predict("2", answer, doing, "walk", "first", api_name="/lesson")
        assert all(step["done"] for step in made["steps"])
        outcomes[answer] = made["outcome"]
    assert sum(outcome["right"] for outcome in outcomes.values()) == 1
    whole = [row["cells"][3] for row in outcomes[answers[0]]["tables"][0]["rows"]]
    for text, error in zip(whole, encoded.errors_by_layers["root"], strict=True):
        assert float(text.removesuffix(" mm")) == pytest.approx(error, abs=0.51 if error >= 100 else 0.051)
    assert len(list(pairwise(whole))) == 5


def test_a_lesson_that_needs_long_work_waits_for_it(client):
    asked = client.predict("4", api_name="/lesson", clip="walk", checkpoint="first")
    answer = asked["question"]["options"][0]["key"]
    made = client.predict("4", answer, [{"name": "score_subsets"}], "walk", "first", api_name="/lesson")
    assert made["steps"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("99",), "There is no lesson '99'"),
        (("2", "maybe"), "'maybe' is no answer to this question"),
        (("2", "0", [{"name": "open_checkpoint_at"}]), "nothing named 'open_checkpoint_at' to do"),
        (("2", "0", [{"name": "set_layers"}]), "The arguments cannot be read"),
        (("2", "0", [{"name": "look"}] * 101), "101 things to do are too many"),
        (("2", "0", ["set_layers"]), "'set_layers' is nothing to do"),
    ],
)
def test_lessons_that_cannot_be_done(client, arguments, sentence):
    with pytest.raises(AppError, match=sentence):
        client.predict(*arguments, api_name="/lesson", clip="walk", checkpoint="first")
