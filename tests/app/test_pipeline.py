"""The flow of a step: what it draws are the true distances of the quantizer's own arithmetic."""

import numpy as np
import pytest

from app.payloads.arrays import unpack
from app.stage import pipeline
from rvqvae.statistics import dissect


def left_of(payload):
    walk, length = unpack(payload["walk"]), unpack(payload["length"])
    return np.hypot(length[:, None] - walk[..., 0], walk[..., 1])


def test_what_is_left_is_the_length_of_each_residual(visitor):
    visitor.apply({"name": "set_code", "region": [1, 1, 3, 4], "code": 5, "repair": False})
    encoded, tokens = visitor.workbench.encoded, visitor.workbench.tokens
    left = left_of(pipeline.payload(visitor))
    for step in (0, 3, tokens.shape[1] - 1):
        cut = dissect(encoded.checkpoint, encoded.latent[:, step].cpu().numpy(), tokens[:, step])
        np.testing.assert_allclose(left[step] ** 2, cut.energies, rtol=1e-4)
    cut = dissect(encoded.checkpoint, encoded.latent[:, 3].cpu().numpy(), tokens[:, 3])
    added = unpack(pipeline.payload(visitor)["added"])[3]
    np.testing.assert_allclose(added, np.linalg.norm(cut.codes, axis=1), rtol=1e-5)


@pytest.mark.parametrize("off", ["nothing", "average"])
def test_a_layer_that_is_off_adds_what_off_means(visitor, off):
    on = [layer != 0 for layer in range(visitor.workbench.encoded.num_layers)]
    visitor.apply({"name": "set_layers", "layers": on})
    visitor.apply({"name": "set_off", "means": off})
    added = unpack(pipeline.payload(visitor)["added"])
    expected = np.linalg.norm(visitor.workbench.encoded.average_codes[0].numpy()) if off == "average" else 0
    np.testing.assert_allclose(added[:, 0], expected, rtol=1e-5)


def test_latents_and_bones(visitor):
    payload, encoded = pipeline.latent_payload(visitor), visitor.workbench.encoded
    np.testing.assert_allclose(unpack(payload["latent"]), encoded.latent.numpy().T, atol=1e-3)
    assert len(payload["bones"]) == encoded.joints.shape[1] - 1
    assert payload["decoded_from"][0][0] == 0
