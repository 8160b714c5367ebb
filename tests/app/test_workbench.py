import numpy as np
import pytest

from app.errors import StudioError
from app.workbench.workbench import Workbench
from rvqvae.evaluation.metrics import joint_errors_mm


def test_a_fresh_workbench_decodes_everything(bench, encoded):
    expected = encoded.checkpoint.decode(encoded.tokens, length=encoded.frames)
    np.testing.assert_array_equal(bench.decoding.features, expected)


def test_layers_that_are_off_are_not_decoded(bench, encoded):
    layers = (True, False, True, False, False, True)
    expected = encoded.checkpoint.decode(encoded.tokens, [0, 2, 5], length=encoded.frames)
    np.testing.assert_array_equal(bench.with_layers(layers).decoding.features, expected)
    assert not np.array_equal(expected, bench.decoding.features)


def test_a_change_leaves_the_old_workbench_alone(bench):
    before = bench.layers
    bench.with_layers((False,) * 6).with_alignment("global")
    assert bench.layers == before
    assert bench.alignment == "root"


@pytest.mark.parametrize("alignment", ["local", "root", "global"])
def test_errors_are_the_librarys(bench, encoded, alignment):
    measured = bench.with_alignment(alignment)
    expected = joint_errors_mm(bench.decoding.features, encoded.clip.features, alignment)
    np.testing.assert_allclose(measured.errors, expected, atol=1e-6)
    assert measured.decoding is bench.decoding


def test_errors_by_layers_end_at_the_full_reconstruction(bench, encoded):
    ladder = encoded.errors_by_layers["root"]
    assert len(ladder) == 6
    assert ladder[-1] == pytest.approx(bench.errors.mean(), rel=1e-6)
    first_two = bench.with_layers((True, True, False, False, False, False))
    assert ladder[1] == pytest.approx(first_two.errors.mean(), rel=1e-6)


def test_bits_count_the_active_layers(bench):
    assert bench.decoding.bits_per_step == 6 * 6  # 64 codes
    assert bench.with_layers((True, False, False, False, False, False)).decoding.bits_per_step == 6


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda b: b.with_layers((True,)), "1 layer switches were given; this checkpoint has 6"),
        (lambda b: b.with_alignment("nose"), "no alignment 'nose'; choose one of local, root, global"),
    ],
)
def test_bad_input_is_one_sentence(bench, change, sentence):
    with pytest.raises(StudioError, match=sentence):
        change(bench)


def test_the_encoder_runs_once_a_take(bench, monkeypatch):
    assert bench.encoded.tokens.flags.writeable is False
    monkeypatch.setattr("app.catalog.devices.encode", lambda *_: pytest.fail("encoded again"))
    bench.with_layers((False,) * 6).decoding.features  # noqa: B018
    Workbench.of(bench.encoded).decoding.features  # noqa: B018
