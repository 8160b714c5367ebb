import numpy as np
import pytest

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.beam import beam_encode
from rvqvae.evaluation.metrics import mpjpe_mm
from rvqvae.statistics import compare_widths


@pytest.fixture
def checkpoint(tiny_model):
    model = tiny_model.requires_grad_(False)
    return Checkpoint(model, np.zeros(263, np.float32), np.ones(263, np.float32), "humanml3d", 20.0, "tiny")


def test_greedy_and_each_width_are_scored_as_encoded_and_decoded_alone(checkpoint, rng):
    features = rng.normal(size=(43, 263)).astype(np.float32)
    seen = []
    rows = compare_widths(checkpoint, features, (2, 8), progress=seen.append)
    assert [row.width for row in rows] == [1, 2, 8]
    assert seen == [0.5, 1.0]
    greedy = checkpoint.encode(features)
    np.testing.assert_array_equal(rows[0].tokens, greedy)
    assert rows[0].changed.sum() == 0
    for row in rows[1:]:
        beam = beam_encode(checkpoint, features, row.width)
        np.testing.assert_array_equal(row.tokens, beam.tokens)
        np.testing.assert_array_equal(row.changed, (beam.tokens != greedy).sum(axis=1))
        assert row.latent_error == pytest.approx(beam.squared_errors.mean())
        assert row.latent_error <= rows[0].latent_error
        decoded = checkpoint.decode(beam.tokens, length=43)
        for alignment in ("local", "root", "global"):
            assert getattr(row, f"{alignment}_mm") == pytest.approx(mpjpe_mm(decoded, features, alignment))
    assert rows[-1].changed.sum() > 0
