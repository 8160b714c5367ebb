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


def test_of_a_long_clip_the_steps_about_the_cursor_are_sent(visitor, monkeypatch):
    whole, latent = pipeline.payload(visitor), pipeline.latent_payload(visitor)
    steps = whole["steps"]
    monkeypatch.setattr(pipeline, "MOST_FRAMES", 0)
    monkeypatch.setattr(pipeline, "MOST_STEPS", 6)
    for at, first in ((0, 0), (10, 7), (steps - 1, steps - 6)):
        visitor.apply({"name": "follow_flow", "step": at})
        payload, part = pipeline.payload(visitor), pipeline.latent_payload(visitor)
        assert (payload["steps"], payload["first"], part["first"]) == (steps, first, first)
        np.testing.assert_array_equal(unpack(payload["walk"]), unpack(whole["walk"])[first : first + 6])
        np.testing.assert_allclose(
            unpack(part["latent"]), unpack(latent["latent"])[first : first + 6], atol=1e-3
        )
        assert part["decoded_from"] == latent["decoded_from"][first : first + 6]


def test_latents_and_bones(visitor):
    payload, encoded = pipeline.latent_payload(visitor), visitor.workbench.encoded
    np.testing.assert_allclose(unpack(payload["latent"]), encoded.latent.numpy().T, atol=1e-3)
    assert len(payload["bones"]) == encoded.joints.shape[1] - 1
    assert payload["decoded_from"][0][0] == 0
