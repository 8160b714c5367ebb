import numpy as np
import pytest

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.evaluation.metrics import mpjpe_mm
from rvqvae.motion import read_clips
from rvqvae.statistics import analyse, layer_lattice, measure_use
from rvqvae.training.data import moments_of, standardization
from tests.support.paths import CLIPS


@pytest.fixture
def clips():
    return read_clips(CLIPS)[:5]


@pytest.fixture
def checkpoint(tiny_model, clips):
    mean, std = standardization(moments_of(clips))
    return Checkpoint(tiny_model.requires_grad_(False), mean, std, "humanml3d", 20.0, "tiny")


def test_corpus_figures_are_those_of_evaluate_and_of_the_clips_one_by_one(checkpoint, clips):
    seen = []
    statistics = analyse(checkpoint, clips, progress=lambda share, words: seen.append((share, words)))
    evaluation = evaluate(checkpoint, clips)
    assert (statistics.clips, statistics.frames) == (5, evaluation["frames"])
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert len([words for _, words in seen if words == "measuring information"]) == 6 + 4
    for point, row in zip(statistics.rate_distortion, evaluation["layers"], strict=True):
        assert point.rate.layers == row["layers"]
        assert point.local_mm == pytest.approx(row["mpjpe_local_mm"])
        assert point.root_mm == pytest.approx(row["mpjpe_root_mm"])
        assert point.global_mm == pytest.approx(row["mpjpe_global_mm"])
    tokens = [checkpoint.encode(clip.features) for clip in clips]
    assert statistics.steps == sum(t.shape[1] for t in tokens)
    for layer, row in zip(statistics.layers, evaluation["codebook"], strict=True):
        assert (layer.used, layer.entropy.tokens) == (row["used"], row["tokens"])
        assert layer.entropy.plugin_bits == pytest.approx(row["entropy_bits"])
        assert layer.perplexity == pytest.approx(row["perplexity"])
    assert statistics.between_layers[1, 2].pairs == statistics.steps
    assert statistics.between_steps[0].pairs == statistics.steps - 5
    assert statistics.rate_distortion[3].rate.nominal == 4 * 4 * 5.0
    for layer, curve in zip(statistics.layers, statistics.entropy_curves, strict=True):
        assert curve.sizes[-1] == statistics.steps
        assert curve.corrected_bits[-1] == pytest.approx(layer.entropy.corrected_bits)


def test_residual_energy_is_the_latents_and_what_the_codes_leave(checkpoint, clips):
    statistics, expected = analyse(checkpoint, clips), np.zeros(5)
    quantizer = checkpoint.model.quantizer
    for clip in clips:
        latent = checkpoint.model.encode_to_latent(checkpoint.normalize(clip.features)[None])
        tokens = quantizer.encode(latent)
        expected[0] += float(latent.square().sum())
        for k in range(1, 5):
            expected[k] += float((latent - quantizer.decode(tokens[:k])).square().sum())
    np.testing.assert_allclose(statistics.energies, expected / statistics.steps, rtol=1e-4)


def test_recorded_use_is_that_of_the_analysis(checkpoint, clips):
    statistics = analyse(checkpoint, clips)
    counts, energies = measure_use(checkpoint, clips)
    np.testing.assert_array_equal(counts, [layer.counts for layer in statistics.layers])
    np.testing.assert_allclose(energies, statistics.energies, rtol=1e-6)


@pytest.mark.parametrize("last", ["encoding and decoding", "measuring information"])
def test_what_progress_raises_ends_the_analysis(checkpoint, clips, last):
    class Cancelled(Exception):
        pass

    heard = []

    def cancel(share, words):
        heard.append(words)
        if words == last:
            raise Cancelled

    with pytest.raises(Cancelled):
        analyse(checkpoint, clips, progress=cancel)
    assert heard.count(last) == 1


def test_lattice_scores_every_subset_as_decoded_alone(checkpoint, clips):
    features = clips[0].features
    shares = []
    lattice = layer_lattice(checkpoint, features, progress=shares.append)
    assert shares[-1] == 1.0
    assert len({error.layers for error in lattice}) == len(lattice) == 15
    assert [error.layers for error in lattice if error.is_prefix] == [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]
    tokens = checkpoint.encode(features)
    for error in lattice:
        kept = [layer - 1 for layer in error.layers]
        decoded = checkpoint.decode(tokens, kept, length=len(features))
        assert error.local_mm == pytest.approx(mpjpe_mm(decoded, features, "local"), rel=1e-4)
        assert error.root_mm == pytest.approx(mpjpe_mm(decoded, features, "root"), rel=1e-4)
        assert error.global_mm == pytest.approx(mpjpe_mm(decoded, features, "global"), rel=1e-4)


def test_lattice_of_edited_tokens_and_of_too_many_layers(checkpoint, clips):
    features = clips[0].features
    dropped = checkpoint.encode(features)
    dropped[1] = -1
    scores = {error.layers: error for error in layer_lattice(checkpoint, features, dropped)}
    assert scores[1, 2].root_mm == scores[(1,)].root_mm
    with pytest.raises(ValueError, match="at most 10 layers"):
        layer_lattice(checkpoint, features, np.zeros((11, 5), int))
