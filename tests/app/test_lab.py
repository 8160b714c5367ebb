"""The laboratory's views carry the library's numbers; its long work starts, ends and is refused."""

import re

import numpy as np
import pytest

from app.lab.dataset import PAGE, RECORDED
from app.payloads.arrays import unpack
from app.workbench.encoded_clip import SourceClip
from rvqvae.evaluation.beam import beam_encode
from rvqvae.evaluation.metrics import code_counts, mpjpe_mm
from rvqvae.motion import Clip
from rvqvae.statistics import (
    analyse,
    clip_coverage,
    estimate_entropy,
    judge_entropy,
    judge_information,
    layer_information,
    number_correlation,
)
from tests.app.page import Page


@pytest.fixture
def page(visitor):
    return Page(visitor)


@pytest.fixture
def page_clips(library):
    return [Clip(clip.title, clip.features, clip.fps) for clip in library.clips.values()]


def test_codebooks_of_the_clip_and_as_recorded(page, encoded):
    view = page.views["codebook"]
    np.testing.assert_array_equal(unpack(view["clip_use"]["counts"]), code_counts(encoded.tokens, 64))
    np.testing.assert_array_equal(unpack(view["data_use"]["counts"]), encoded.checkpoint.usage)
    assert view["data_use"]["energies"] == encoded.checkpoint.energies.tolist()
    for row, counts in zip(view["clip_use"]["rows"], code_counts(encoded.tokens, 64), strict=True):
        estimate = estimate_entropy(counts, clip_coverage([encoded.tokens[row["layer"] - 1]]))
        assert row["corrected_bits"] == estimate.corrected_bits
        assert row["tokens"] == encoded.tokens.shape[1]
        assert row["used"] + row["never_used"] == 64
        assert row["reason"] == judge_entropy(estimate).reason
    left = encoded.latent.double()
    for layer, energy in enumerate(view["clip_use"]["energies"]):
        assert energy == pytest.approx(float(left.square().sum(0).mean()), rel=1e-4)
        if layer < 6:
            left = left - encoded.codebook(layer)[:, encoded.tokens[layer]]
    norms = encoded.codebook(2).norm(dim=0).numpy()
    np.testing.assert_allclose(unpack(view["norms"])[2], norms, rtol=1e-5)
    assert view["codebooks"][2]["median_norm"] == pytest.approx(np.median(norms), rel=1e-5)


def test_a_checkpoint_without_counts_offers_the_pages_clips(page):
    assert page.views["dataset"]["key"] == RECORDED
    page.say("choose_checkpoint", checkpoint="second")
    assert page.views["dataset"]["key"] == PAGE
    assert [choice["key"] for choice in page.views["dataset"]["choices"]] == [PAGE]
    assert page.views["codebook"]["data_use"] is None


def test_analysing_the_pages_clips_gives_the_librarys_figures(page, encoded, page_clips):
    page.say("choose_data", data=PAGE)
    assert page.views["codebook"]["data_use"] is None
    page.say("analyse_data")
    page.wait("data")
    assert page.job("data")["state"] == "done"
    expected = analyse(encoded.checkpoint, page_clips)
    assert page.views["dataset"]["analysed"] == {
        "clips": expected.clips,
        "frames": expected.frames,
        "steps": expected.steps,
    }
    use = page.views["codebook"]["data_use"]
    np.testing.assert_array_equal(unpack(use["counts"]), [layer.counts for layer in expected.layers])
    np.testing.assert_allclose(use["energies"], expected.energies)
    found = page.views["information"]["of"]["data"]["result"]
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


def test_the_clips_information_and_its_errors_in_the_chosen_alignment(page, encoded):
    assert page.views["information"]["of"]["clip"]["result"] is None
    page.say("analyse_clip")
    page.wait("clip")
    result = page.views["information"]["of"]["clip"]["result"]
    assert (result["clips"], result["frames"], result["steps"]) == (
        1,
        encoded.frames,
        encoded.tokens.shape[1],
    )
    expected = layer_information(encoded.tokens)
    for pair in result["between_layers"]:
        assert pair["corrected_bits"] == expected[pair["first"], pair["second"]].corrected_bits
    for alignment in ("local", "root", "global"):
        page.say("set_alignment", alignment=alignment)
        points = page.views["information"]["of"]["clip"]["result"]["rate_distortion"]
        assert [p["mm"] for p in points] == pytest.approx(encoded.errors_by_layers[alignment])


def test_a_clip_of_one_token_has_no_information_and_says_so(page, library):
    short = SourceClip("", "short", library.clip("walk").features[:3], 20.0, None, "", "")
    page.visitor.choose(page.visitor.catalog.add_clip(short), "first")
    page.say("analyse_clip")
    page.wait("clip")
    assert page.job("clip")["state"] == "failed"
    assert "two or more" in page.job("clip")["words"]
    page.say("look")  # every other view goes on


def test_a_file_of_clips_is_analysed_and_kept_among_the_choices(page, page_clips, encoded):
    file = page.visitor.uploads_folder / "walk.npy"
    np.save(file, encoded.clip.features)
    page.say("add_data", path=str(file), file_name="mine.npy")
    page.wait("data")
    assert page.views["dataset"]["title"] == "mine.npy"
    assert page.views["dataset"]["analysed"] == {
        "clips": 1,
        "frames": encoded.frames,
        "steps": encoded.tokens.shape[1],
    }
    page.say("choose_data", data=PAGE)
    assert page.views["dataset"]["analysed"] is None
    assert [choice["title"] for choice in page.views["dataset"]["choices"]][-1] == "mine.npy"


@pytest.mark.parametrize(
    ("array", "words"),
    [(np.zeros((5, 7)), "broken.npy"), (np.full((8, 263), np.nan), "broken.npy")],
)
def test_a_bad_file_gives_one_sentence_in_its_own_name(page, array, words):
    file = page.visitor.uploads_folder / "some-temporary-name.npy"
    np.save(file, array)
    page.say("add_data", path=str(file), file_name="broken.npy")
    page.wait("data")
    assert page.job("data")["state"] == "failed"
    assert words in page.job("data")["words"]
    assert "temporary" not in page.job("data")["words"]


def test_files_that_were_not_uploaded_are_refused(page):
    page.say("add_data", path="/etc/passwd", file_name="passwd")
    assert "not uploaded" in page.notice
    assert page.views["dataset"]["key"] == RECORDED


def test_the_lattice_scores_subsets_as_the_workbench_does(page, visitor, encoded):
    page.say("score_subsets")
    page.wait("lattice")
    view = page.views["lattice"]
    assert len(view["subsets"]) == 63
    for subset in view["subsets"][::9]:
        on = [layer + 1 in subset["layers"] for layer in range(6)]
        page.say("set_layers", layers=on)
        assert subset["mm"] == pytest.approx(visitor.workbench.errors.mean())
    mm = {tuple(s["layers"]): s["mm"] for s in view["subsets"]}
    assert view["all_mm"] == mm[1, 2, 3, 4, 5, 6]
    second = view["single"][1]
    assert second["alone_mm"] == mm[2,]
    assert second["cost_mm"] == mm[1, 3, 4, 5, 6] - view["all_mm"]
    page.say("set_alignment", alignment="local")
    assert page.views["lattice"]["all_mm"] == pytest.approx(encoded.errors_by_layers["local"][-1])


def test_beams_are_scored_as_encoded_alone(page, encoded):
    page.say("encode_carefully")
    steps = encoded.tokens.shape[1]
    said = rf"A beam of 8 searched {steps} steps in \d+\.\d\d s and chose \d+ of {6 * steps} tokens"
    assert re.match(said, page.notice)
    page.say("undo")
    page.say("compare_beams")
    page.wait("beam")
    rows = page.views["beam"]["rows"]
    assert [row["width"] for row in rows] == [1, *page.views["beam"]["widths"]]
    beam = beam_encode(encoded.checkpoint, encoded.clip.features, 4)
    row = next(row for row in rows if row["width"] == 4)
    assert row["latent_error"] == pytest.approx(beam.squared_errors.mean())
    assert row["changed"] == (beam.tokens != encoded.tokens).sum()
    decoded = encoded.checkpoint.decode(beam.tokens, length=encoded.frames)
    assert row["mm"] == pytest.approx(mpjpe_mm(decoded, encoded.clip.features, "root"))
    assert all(row["latent_error"] <= rows[0]["latent_error"] for row in rows)


@pytest.mark.parametrize(("how", "layer"), [("random", None), ("random", 1), ("agreeing", None)])
def test_other_numbers_change_only_the_numbers(page, encoded, how, layer):
    page.say("relabel", how=how, seed=5, layer=layer)
    page.wait("relabel")
    result = page.views["relabel"]["result"]
    assert result["motion_difference"] == 0
    assert result["encodes_alike"] is True
    assert result["entropy_bits"][0] == pytest.approx(result["entropy_bits"][1], abs=1e-9)
    assert result["information_bits"][0] == pytest.approx(result["information_bits"][1], abs=1e-9)
    before, after = (unpack(side).astype(int) for side in result["tokens"])
    np.testing.assert_array_equal(before, encoded.tokens)
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
def test_numberings_that_do_not_exist_are_refused(page, values, words):
    page.say("relabel", **values)
    assert words in page.notice
