"""The laboratory's views carry the library's numbers; its long work starts, ends and is refused."""

import numpy as np
import pytest

from app.lab import PAGE, RECORDED
from app.take import SourceClip
from app.views.arrays import unpack
from rvqvae.beam import beam_encode
from rvqvae.metrics import code_counts, mpjpe_mm
from rvqvae.motion import Clip
from rvqvae.statistics import (
    analyse,
    estimate_entropy,
    judge_entropy,
    judge_information,
    layer_information,
    number_correlation,
)
from tests.app.desk import Desk


@pytest.fixture
def desk(session):
    return Desk(session)


@pytest.fixture
def page_clips(library):
    return [Clip(clip.title, clip.features, clip.fps) for clip in library.clips.values()]


def test_codebooks_of_the_clip_and_as_recorded(desk, take):
    view = desk.views["codebook"]
    np.testing.assert_array_equal(unpack(view["clip_use"]["counts"]), code_counts(take.tokens, 64))
    np.testing.assert_array_equal(unpack(view["data_use"]["counts"]), take.checkpoint.usage)
    assert view["data_use"]["energies"] == take.checkpoint.energies.tolist()
    for row, counts in zip(view["clip_use"]["rows"], code_counts(take.tokens, 64), strict=True):
        estimate = estimate_entropy(counts)
        assert row["corrected_bits"] == estimate.corrected_bits
        assert row["tokens"] == take.tokens.shape[1]
        assert row["used"] + row["never_used"] == 64
        assert row["reason"] == judge_entropy(estimate).reason
    left = take.latent.double()
    for layer, energy in enumerate(view["clip_use"]["energies"]):
        assert energy == pytest.approx(float(left.square().sum(0).mean()), rel=1e-4)
        if layer < 6:
            left = left - take.codebook(layer)[:, take.tokens[layer]]
    norms = take.codebook(2).norm(dim=0).numpy()
    np.testing.assert_allclose(unpack(view["norms"])[2], norms, rtol=1e-5)
    assert view["codebooks"][2]["median_norm"] == pytest.approx(np.median(norms), rel=1e-5)


def test_a_checkpoint_without_counts_offers_the_pages_clips(desk):
    assert desk.views["dataset"]["key"] == RECORDED
    desk.say("choose_checkpoint", checkpoint="second")
    assert desk.views["dataset"]["key"] == PAGE
    assert [choice["key"] for choice in desk.views["dataset"]["choices"]] == [PAGE]
    assert desk.views["codebook"]["data_use"] is None


def test_analysing_the_pages_clips_gives_the_librarys_figures(desk, take, page_clips):
    desk.say("choose_data", data=PAGE)
    assert desk.views["codebook"]["data_use"] is None
    desk.say("analyse_data")
    desk.wait("data")
    assert desk.job("data")["state"] == "done"
    expected = analyse(take.checkpoint, page_clips)
    assert desk.views["dataset"]["analysed"] == {
        "clips": expected.clips,
        "frames": expected.frames,
        "steps": expected.steps,
    }
    use = desk.views["codebook"]["data_use"]
    np.testing.assert_array_equal(unpack(use["counts"]), [layer.counts for layer in expected.layers])
    np.testing.assert_allclose(use["energies"], expected.energies)
    found = desk.views["information"]["of"]["data"]["result"]
    for pair in found["between_layers"]:
        one = expected.between_layers[pair["first"], pair["second"]]
        assert (pair["corrected_bits"], pair["null_bits"]) == (one.corrected_bits, one.null_bits)
        assert pair["reason"] == judge_information(one).reason
    for row, one in zip(found["between_steps"], expected.between_steps, strict=True):
        assert (row["corrected_bits"], row["null_bits"]) == (one.corrected_bits, one.null_bits)
    for point, one in zip(found["rate_distortion"], expected.rate_distortion, strict=True):
        assert (point["nominal"], point["entropy"]) == (one.rate.nominal, one.rate.entropy)
        assert point["mm"] == pytest.approx(one.root_mm)
    for curve, one in zip(found["information_curves"], expected.information_curves.values(), strict=True):
        assert curve["corrected_bits"] == one.corrected_bits.tolist()
        assert curve["null_bits"] == one.null_bits.tolist()
    for curve, one in zip(found["curves"], expected.entropy_curves, strict=True):
        assert curve["sizes"] == one.sizes.tolist()
        assert curve["corrected_bits"] == one.corrected_bits.tolist()


def test_the_clips_information_and_its_errors_in_the_chosen_alignment(desk, take):
    assert desk.views["information"]["of"]["clip"]["result"] is None
    desk.say("analyse_clip")
    desk.wait("clip")
    result = desk.views["information"]["of"]["clip"]["result"]
    assert (result["clips"], result["frames"], result["steps"]) == (1, take.frames, take.tokens.shape[1])
    expected = layer_information(take.tokens)
    for pair in result["between_layers"]:
        assert pair["corrected_bits"] == expected[pair["first"], pair["second"]].corrected_bits
    for alignment in ("local", "root", "global"):
        desk.say("set_alignment", alignment=alignment)
        points = desk.views["information"]["of"]["clip"]["result"]["rate_distortion"]
        assert [p["mm"] for p in points] == pytest.approx(take.errors_by_layers[alignment])


def test_a_clip_of_one_token_has_no_information_and_says_so(desk, library):
    short = SourceClip("", "short", library.clip("walk").features[:3], 20.0, None, "", "")
    desk.session.choose(desk.session.add_own_clip(short), "first")
    desk.say("analyse_clip")
    desk.wait("clip")
    assert desk.job("clip")["state"] == "failed"
    assert "two or more" in desk.job("clip")["words"]
    desk.say("look")  # every other view goes on


def test_a_file_of_clips_is_analysed_and_kept_among_the_choices(desk, page_clips, take):
    file = desk.session.uploads_folder / "walk.npy"
    np.save(file, take.clip.features)
    desk.say("add_data", path=str(file), file_name="mine.npy")
    desk.wait("data")
    assert desk.views["dataset"]["title"] == "mine.npy"
    assert desk.views["dataset"]["analysed"] == {
        "clips": 1,
        "frames": take.frames,
        "steps": take.tokens.shape[1],
    }
    desk.say("choose_data", data=PAGE)
    assert desk.views["dataset"]["analysed"] is None
    assert [choice["title"] for choice in desk.views["dataset"]["choices"]][-1] == "mine.npy"


@pytest.mark.parametrize(
    ("array", "words"),
    [(np.zeros((5, 7)), "broken.npy"), (np.full((8, 263), np.nan), "broken.npy")],
)
def test_a_bad_file_gives_one_sentence_in_its_own_name(desk, array, words):
    file = desk.session.uploads_folder / "some-temporary-name.npy"
    np.save(file, array)
    desk.say("add_data", path=str(file), file_name="broken.npy")
    desk.wait("data")
    assert desk.job("data")["state"] == "failed"
    assert words in desk.job("data")["words"]
    assert "temporary" not in desk.job("data")["words"]


def test_files_that_were_not_uploaded_are_refused(desk):
    desk.say("add_data", path="/etc/passwd", file_name="passwd")
    assert "not uploaded" in desk.notice
    assert desk.views["dataset"]["key"] == RECORDED


def test_the_lattice_scores_subsets_as_the_workbench_does(desk, session, take):
    desk.say("score_subsets")
    desk.wait("lattice")
    view = desk.views["lattice"]
    assert len(view["subsets"]) == 63
    for subset in view["subsets"][::9]:
        on = [layer + 1 in subset["layers"] for layer in range(6)]
        desk.say("set_layers", layers=on)
        assert subset["mm"] == pytest.approx(session.workbench.errors.mean())
    mm = {tuple(s["layers"]): s["mm"] for s in view["subsets"]}
    assert view["all_mm"] == mm[1, 2, 3, 4, 5, 6]
    second = view["single"][1]
    assert second["alone_mm"] == mm[2,]
    assert second["cost_mm"] == mm[1, 3, 4, 5, 6] - view["all_mm"]
    desk.say("set_alignment", alignment="local")
    assert desk.views["lattice"]["all_mm"] == pytest.approx(take.errors_by_layers["local"][-1])


def test_beams_are_scored_as_encoded_alone(desk, take):
    desk.say("compare_beams")
    desk.wait("beam")
    rows = desk.views["beam"]["rows"]
    assert [row["width"] for row in rows] == [1, *desk.views["beam"]["widths"]]
    beam = beam_encode(take.checkpoint, take.clip.features, 4)
    row = next(row for row in rows if row["width"] == 4)
    assert row["latent_error"] == pytest.approx(beam.squared_errors.mean())
    assert row["changed"] == (beam.tokens != take.tokens).sum()
    decoded = take.checkpoint.decode(beam.tokens, length=take.frames)
    assert row["mm"] == pytest.approx(mpjpe_mm(decoded, take.clip.features, "root"))
    assert all(row["latent_error"] <= rows[0]["latent_error"] for row in rows)


@pytest.mark.parametrize(("how", "layer"), [("random", None), ("random", 1), ("agreeing", None)])
def test_other_numbers_change_only_the_numbers(desk, take, how, layer):
    desk.say("renumber", how=how, seed=5, layer=layer)
    desk.wait("relabel")
    result = desk.views["relabel"]["result"]
    assert result["motion_difference"] == 0
    assert result["encodes_alike"] is True
    assert result["entropy_bits"][0] == pytest.approx(result["entropy_bits"][1], abs=1e-9)
    assert result["information_bits"][0] == pytest.approx(result["information_bits"][1], abs=1e-9)
    before, after = (unpack(side).astype(int) for side in result["tokens"])
    np.testing.assert_array_equal(before, take.tokens)
    changed = (before != after).any(axis=1)
    assert result["renamed"] == (before != after).sum() > 0
    if layer is not None:
        assert changed.tolist() == [v == layer for v in range(6)]
    for side, tokens in zip(result["correlation"], (before, after), strict=True):
        np.testing.assert_allclose(np.array(side, float), number_correlation(tokens))
    # The same renaming of codes everywhere: equal tokens stay equal, different ones different.
    for old, new in zip(before, after, strict=True):
        assert len({*zip(old, new, strict=True)}) == len(set(old)) == len(set(new))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"how": "sorted", "seed": 0, "layer": None}, "There is no numbering 'sorted'"),
        ({"how": "random", "seed": 0, "layer": 6}, "There is no layer 7"),
        ({"how": "random", "seed": -1, "layer": None}, "expected 0 or more"),
    ],
)
def test_numberings_that_do_not_exist_are_refused(desk, values, words):
    desk.say("renumber", **values)
    assert words in desk.notice
