import numpy as np
import pytest

from rvqvae.evaluation.metrics import joint_errors_mm
from rvqvae.motion import features_to_joints
from rvqvae.motion.humanml import POSITIONS, ROOT_HEIGHT
from rvqvae.statistics.dictionary import Occurrence, average_motion, occurrences
from rvqvae.statistics.effect import code_effect

RATIO = 4


def walking(rng, frames, turn=0.0, speed=0.03):
    """Features of a body that walks straight or in a circle with a pose that changes every frame."""
    features = np.zeros((frames, 263), np.float32)
    features[:, 0], features[:, 2], features[:, ROOT_HEIGHT] = turn, speed, 0.9
    features[:, POSITIONS] = rng.normal(0, 0.3, (frames, 63))
    return features


def test_occurrences_by_hand():
    tokens = [np.array([[1, 2, 1], [0, 0, 0]]), np.array([[3, 3], [1, -1]]), np.array([[1], [1]])]
    assert occurrences(tokens, 0, 1) == [Occurrence(0, 0), Occurrence(0, 2), Occurrence(2, 0)]
    assert occurrences(tokens, 1, 1) == [Occurrence(1, 0), Occurrence(2, 0)]
    assert occurrences(tokens, 1, 5) == []


def test_the_average_of_one_is_itself_placed_and_turned(rng):
    clip = walking(rng, 40, turn=0.05)
    average = average_motion([clip], [Occurrence(0, 5)], ratio=RATIO, reach=6)
    assert average.first == -6
    assert average.joints.shape == (16, 22, 3)
    assert average.spread_mm == pytest.approx(0, abs=1e-6)
    middle = average.joints[6 + RATIO // 2]
    expected = clip[5 * RATIO + RATIO // 2, POSITIONS].reshape(21, 3)
    np.testing.assert_allclose(middle[1:], expected, atol=1e-6)
    np.testing.assert_allclose(middle[0], [0, 0.9, 0], atol=1e-6)
    joints = features_to_joints(clip.astype(np.float64))[14:30]
    for one, other in [(joints, average.joints)]:
        apart = [np.linalg.norm(x[:, None, 0] - x[None, :, 20], axis=-1) for x in (one, other)]
        np.testing.assert_allclose(apart[0], apart[1], atol=1e-6)


def test_where_the_body_was_and_faced_before_does_not_matter(rng):
    segment = walking(rng, 32)
    turned = np.concatenate([walking(rng, 24, turn=0.2), segment])
    average = average_motion(
        [segment, turned], [Occurrence(0, 4), Occurrence(1, 4 + 6)], ratio=RATIO, reach=8
    )
    alone = average_motion([segment], [Occurrence(0, 4)], ratio=RATIO, reach=8)
    np.testing.assert_allclose(average.joints, alone.joints, atol=1e-6)
    assert average.spread_mm == pytest.approx(0, abs=1e-3)
    assert (average.counts == 2).all()


def test_spread_and_counts_where_clips_end(rng):
    still = np.tile(walking(rng, 1, speed=0.0), (12, 1))
    raised = still.copy()
    raised[:, POSITIONS] += np.tile([0.0, 0.2, 0.0], 21)
    average = average_motion([still, raised[:9]], [Occurrence(0, 1), Occurrence(1, 0)], ratio=RATIO, reach=3)
    assert average.first == -3
    assert average.counts.tolist() == [1] * 3 + [2] * 7
    # 21 of 22 joints are 200 mm apart, so each is 100 mm from the mean; alone they are the mean.
    expected = 100 * 21 / 22 * (7 * 2) / (3 + 7 * 2)
    assert average.spread_mm == pytest.approx(expected, rel=1e-5)


@pytest.fixture
def tokens(rng):
    return [rng.integers(1, 16, (4, n)) for n in (14, 3, 9)]


def whole_clip_distances(checkpoint, rows, layer, step):
    without = rows.copy()
    without[layer, step] = -1
    return joint_errors_mm(checkpoint.decode(rows), checkpoint.decode(without), "local")


def test_the_effect_is_that_of_dropping_the_token_in_its_clip(tiny_checkpoint, tokens):
    layer, code = 2, 0
    tokens[0][layer, 6] = tokens[1][layer, 2] = tokens[2][layer, 0] = code
    found = occurrences(tokens, layer, code)
    effect = code_effect(tiny_checkpoint, tokens, found, layer, code)
    assert effect.decoded == 3
    each = [whole_clip_distances(tiny_checkpoint, tokens[o.clip], layer, o.step) for o in found]
    own = [rows[4 * o.step : 4 * o.step + 4] for rows, o in zip(each, found, strict=True)]
    np.testing.assert_allclose(effect.joint_mm, np.mean(own, axis=0).mean(axis=0), rtol=1e-3)
    assert effect.joint_mm.mean() > 0.1
    assert effect.first == -8
    np.testing.assert_allclose(effect.distances_mm[0], each[0][16], rtol=1e-3, atol=1e-3)
    assert effect.with_code.shape == effect.without.shape == (20, 22, 3)
    assert effect.path_mm > 0


def test_poses_of_one_occurrence_are_the_decoded_ones(tiny_checkpoint, tokens):
    tokens[0][0, 7] = 0
    effect = code_effect(tiny_checkpoint, tokens, [Occurrence(0, 7)], 0, 0, reach=2)
    decoded = tiny_checkpoint.decode(tokens[0])[26:34]
    np.testing.assert_allclose(effect.with_code[:, 1:].reshape(8, -1), decoded[:, POSITIONS], atol=1e-4)
    np.testing.assert_allclose(effect.with_code[:, 0, 1], decoded[:, 3], atol=1e-4)


def test_a_code_that_occurs_nowhere_is_put_into_the_mean_latent(tiny_checkpoint, tokens):
    effect = code_effect(tiny_checkpoint, tokens, [], 1, 0)
    assert effect.decoded == 0
    assert effect.joint_mm.shape == (22,)
    assert effect.joint_mm.mean() > 0
    # The zero code makes no difference to anything.
    tiny_checkpoint.model.quantizer.layers[1].embedding[:, 0] = 0
    assert code_effect(tiny_checkpoint, tokens, [], 1, 0).joint_mm.max() == 0


def test_of_many_occurrences_some_are_decoded(tiny_checkpoint):
    rows = [np.zeros((4, 30), int)]
    effect = code_effect(tiny_checkpoint, rows, occurrences(rows, 0, 0), 0, 0, most=5)
    assert effect.decoded == 5
