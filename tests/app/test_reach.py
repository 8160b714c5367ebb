"""The receptive field is exact: nothing outside it changes, and its ends do."""

import numpy as np
import pytest

from app.edits import Region, SetCode
from app.reach import frames_reached, steps_needed
from rvqvae.metrics import joint_errors_mm

STRIDES = [(2, 2, 1, 1), (2, 1, 1, 1), (2, 2, 2, 1), (2, 2, 2, 2, 1)]


def test_one_token_of_the_published_decoder_reaches_eleven_frames():
    assert frames_reached((10, 11), 50, (2, 2, 1, 1)) == (35, 46)


def test_the_clips_ends_cut_the_reach():
    assert frames_reached((0, 1), 50, (2, 2, 1, 1)) == (0, 6)
    assert frames_reached((49, 50), 50, (2, 2, 1, 1)) == (191, 200)


@pytest.mark.parametrize("strides", STRIDES)
def test_steps_needed_are_those_that_reach(strides):
    steps, ratio = 40, int(np.prod(strides))
    for frame in range(steps * ratio):
        reaching = [
            step for step in range(steps) if frame in range(*frames_reached((step, step + 1), steps, strides))
        ]
        assert steps_needed((frame, frame + 1), steps, strides) == (reaching[0], reaching[-1] + 1)


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

    take = bench.take
    whole = take.checkpoint.decode(edited.tokens, length=take.frames)
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
