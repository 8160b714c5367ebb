"""The receptive field is exact: nothing outside it changes, and its ends do."""

import numpy as np
import pytest
import torch

from app.workbench.edits import SetCode
from app.workbench.encoded_clip import EncodedClip
from app.workbench.receptive_field import frames_reached, steps_needed
from app.workbench.region import Region
from app.workbench.workbench import Workbench
from rvqvae import RVQVAE, Checkpoint, RVQVAEConfig
from rvqvae.evaluation.metrics import joint_errors_mm
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE

SMALL = {"input_dim": 263, "latent_dim": 8, "hidden_dim": 12, "num_embeddings": 16, "num_quantizers": 2}


def motion_s(ratio, blocks=4):
    return RVQVAE(RVQVAEConfig(**SMALL, downsampling_ratio=ratio, num_layers=blocks)).eval()


def dilated(halvings=2, depth=3, growth=3):
    config = DilatedConfig(
        **SMALL,
        downsampling_ratio=2**halvings,
        num_layers=halvings,
        depth=depth,
        dilation_growth_rate=growth,
        activation="silu",  # has no flat half on which a change would vanish
    )
    return DilatedRVQVAE(config).eval()


MODELS = {
    "published": lambda: motion_s(4),
    "ratio 1": lambda: motion_s(1),
    "ratio 2": lambda: motion_s(2),
    "ratio 16": lambda: motion_s(16, 5),
    "MoMask": dilated,
    "dilated, ratio 2": lambda: dilated(1, 2, 2),
    "dilated, ratio 8": lambda: dilated(3, 1, 1),
}


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]()


def test_one_token_of_the_published_decoder_reaches_eleven_frames():
    assert frames_reached((10, 11), 50, motion_s(4).decoder.operations) == (35, 46)


def test_the_clips_ends_cut_the_reach():
    operations = motion_s(4).decoder.operations
    assert frames_reached((0, 1), 50, operations) == (0, 6)
    assert frames_reached((49, 50), 50, operations) == (191, 200)


def test_steps_needed_are_those_that_reach(model):
    operations, ratio, steps = model.decoder.operations, model.config.downsampling_ratio, 64
    reached = [frames_reached((step, step + 1), steps, operations) for step in range(steps)]
    for frame in range(0, steps * ratio, max(1, ratio // 3)):
        reaching = [step for step in range(steps) if frame in range(*reached[step])]
        assert steps_needed((frame, frame + 1), steps, operations) == (reaching[0], reaching[-1] + 1)


def test_a_latent_step_moves_both_ends_of_its_reach_and_nothing_beyond(model):
    """Random weights in float64 leave no tap at zero, so the field must be exactly this wide."""
    decoder, steps, at = model.decoder.double(), 80, 40
    latent = torch.randn(1, 8, steps, dtype=torch.float64)
    other = latent.clone()
    other[..., at] += 1.0
    with torch.no_grad():
        apart = (decoder(other) - decoder(latent)).abs().amax(dim=1)[0]
    moved = torch.nonzero(apart)[:, 0]
    expected = frames_reached((at, at + 1), steps, model.decoder.operations)
    assert (int(moved[0]), int(moved[-1]) + 1) == expected
    assert expected[0] > 0
    assert expected[1] < steps * model.config.downsampling_ratio


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_decoded_in_part_are_what_the_whole_decoder_gives(model, library, seed):
    rng = np.random.default_rng(seed)
    mean, std = np.zeros(263, np.float32), np.full(263, 0.1, np.float32)
    checkpoint = Checkpoint(model, mean, std, "humanml3d", 20.0, "small")
    bench = Workbench.of(EncodedClip(library.clip("dance_b"), "small", checkpoint, "small"))
    steps = bench.tokens.shape[1]
    for _ in range(4):
        first, last = np.sort(rng.integers(0, steps, 2)).tolist()
        region = Region(int(rng.integers(2)), 1, first, min(last, first + 3))
        edited = bench.edit(SetCode(region, False, int(rng.integers(16))))
        whole = checkpoint.decode(edited.tokens, length=bench.encoded.frames)
        np.testing.assert_allclose(edited.decoding.features, whole, atol=1e-5)
        bench = edited


@pytest.mark.parametrize("trial", range(8))
def test_random_edits_change_features_within_the_reach_and_at_both_its_ends(bench, trial):
    rng = np.random.default_rng(trial)
    first, last = sorted(rng.integers(3, 22, 2))
    layers = sorted(rng.integers(0, 6, 2))
    edit = SetCode(
        Region(int(layers[0]), int(layers[1]), int(first), int(last)), False, int(rng.integers(64))
    )
    edited = bench.edit(edit)
    begin, stop = edited.decoding.frames_that_may_differ(bench.decoding)

    encoded = bench.encoded
    whole = encoded.checkpoint.decode(edited.tokens, length=encoded.frames)
    original = bench.decoding.features
    changed = np.flatnonzero((whole != original).any(axis=1))
    assert changed[0] >= begin
    assert changed[-1] < stop
    np.testing.assert_array_equal(
        np.delete(whole, range(begin, stop), 0), np.delete(original, range(begin, stop), 0)
    )

    # What the page decodes in part is what the whole decoder gives, and the pose outside is untouched.
    np.testing.assert_allclose(edited.decoding.features, whole, atol=1e-5)
    pose = joint_errors_mm(edited.decoding.features, original, "local")
    assert (np.delete(pose, range(begin, stop), 0) == 0).all()
    assert pose[begin:stop].max() > 0


def test_a_changed_token_reaches_exactly_to_the_ends(bench):
    """Random weights leave no tap at zero, so both ends of the field must move."""
    code = (int(bench.tokens[0, 10]) + 1) % 64
    edited = bench.edit(SetCode(Region(0, 0, 10, 10), False, code))
    moved = np.flatnonzero((edited.decoding.features != bench.decoding.features).any(axis=1))
    assert (moved[0], moved[-1] + 1) == (35, 46)


def test_the_path_after_the_reach_may_drift(bench):
    code = (int(bench.tokens[0, 10]) + 1) % 64
    edited = bench.edit(SetCode(Region(0, 0, 10, 10), False, code))
    apart = np.linalg.norm((edited.decoding.joints - bench.decoding.joints)[:, 0], axis=-1)
    assert (apart[:35] == 0).all()
    assert apart[60:].min() > 0


def test_edits_in_a_layer_that_is_off_change_nothing(bench):
    off = bench.with_layers((False, True, True, True, True, True))
    edited = off.edit(SetCode(Region(0, 0, 10, 10), False, 3))
    assert edited.decoding.frames_that_may_differ(off.decoding) is None
    np.testing.assert_array_equal(edited.decoding.features, off.decoding.features)
