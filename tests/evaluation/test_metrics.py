import math

import numpy as np
import pytest

from rvqvae.evaluation.metrics import aligned_joints, code_counts, joint_errors_mm, mpjpe_mm, usage_statistics
from rvqvae.motion import read_clips
from tests.support.paths import CLIPS


@pytest.fixture
def walk():
    return read_clips(CLIPS / "walk.npy")[0].features


def test_no_error_against_itself(walk):
    for alignment in ("local", "root", "global"):
        assert mpjpe_mm(walk, walk, alignment) == 0.0


def test_a_path_error_counts_globally_only(walk):
    moved = walk.copy()
    moved[0, 2] += 0.1
    assert mpjpe_mm(moved, walk, "local") == pytest.approx(0.0, abs=1e-9)
    assert mpjpe_mm(moved, walk, "root") == pytest.approx(0.0, abs=1e-9)
    errors = joint_errors_mm(moved, walk, "global")
    assert errors[0] == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(errors[1:], 100.0, rtol=1e-5)


def test_a_heading_error_is_no_local_error(walk):
    turned = walk.copy()
    turned[0, 0] += 0.05  # the body of every later frame is turned by 0.1 rad
    assert mpjpe_mm(turned, walk, "local") == pytest.approx(0.0, abs=1e-9)
    errors = joint_errors_mm(turned, walk, "root")
    assert errors[0] == pytest.approx(0.0, abs=1e-9)
    wrist = walk[1:, 4 + 19 * 3 : 4 + 20 * 3]
    expected = 1000 * np.hypot(wrist[:, 0], wrist[:, 2]) * 2 * math.sin(0.05)
    np.testing.assert_allclose(errors[1:, 20], expected, rtol=1e-4)


def test_one_joint_off_by_a_centimetre(walk):
    off = walk.copy()
    off[:, 4 + 19 * 3 + 1] += 0.01
    errors = joint_errors_mm(off, walk, "root")
    np.testing.assert_allclose(errors[:, 20], 10.0, rtol=1e-3)
    assert mpjpe_mm(off, walk, "root") == pytest.approx(10 / 22, rel=1e-3)


def test_a_higher_pelvis_moves_the_body_away_from_it(walk):
    high = walk.copy()
    high[:, 3] += 0.02
    errors = joint_errors_mm(high, walk, "local")
    np.testing.assert_allclose(errors[:, 0], 0.0, atol=1e-9)
    np.testing.assert_allclose(errors[:, 1:], 20.0, rtol=1e-3)


def test_unknown_alignment_and_shapes_are_refused(walk):
    with pytest.raises(ValueError, match="alignment is 'pelvis'"):
        joint_errors_mm(walk, walk, "pelvis")
    with pytest.raises(ValueError, match="expected the same"):
        joint_errors_mm(walk, walk[:-1], "root")


def test_counts_leave_dropped_tokens_out():
    tokens = np.array([[0, 0, 3, -1], [-1, -1, -1, -1]])
    np.testing.assert_array_equal(code_counts(tokens, 4), [[2, 0, 0, 1], [0, 0, 0, 0]])


def test_usage_against_closed_forms(rng):
    counts = np.array([[5, 5, 5, 5], [10, 0, 0, 0], [1, 1, 2, 0], [0, 0, 0, 0]])
    uniform, single, mixed, unused = usage_statistics(counts)
    assert (uniform.layer, uniform.used, uniform.tokens) == (1, 4, 20)
    assert uniform.entropy_bits == pytest.approx(2.0)
    assert uniform.perplexity == pytest.approx(4.0)
    assert (single.used, single.entropy_bits, single.perplexity) == (1, 0.0, 1.0)
    assert mixed.entropy_bits == pytest.approx(1.5)
    assert (unused.used, unused.tokens, unused.perplexity, unused.entropy_bits) == (0, 0, 0.0, 0.0)


def test_usage_against_scipy(rng):
    stats = pytest.importorskip("scipy.stats")
    counts = rng.integers(0, 50, size=(3, 512))
    for usage, row in zip(usage_statistics(counts), counts, strict=True):
        assert usage.entropy_bits == pytest.approx(stats.entropy(row, base=2))


def test_joints_in_all_alignments_at_once_give_the_same_errors(walk, rng):
    other = walk + rng.normal(0, 0.05, walk.shape).astype(np.float32)
    a, b = aligned_joints(other), aligned_joints(walk)
    for alignment in ("local", "root", "global"):
        distances = 1000 * np.linalg.norm(a[alignment] - b[alignment], axis=-1)
        np.testing.assert_allclose(distances, joint_errors_mm(other, walk, alignment), atol=1e-9)
