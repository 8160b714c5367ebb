"""MPJPE as others report it, and intervals over clips."""

import json

import numpy as np
import pytest
import torch

from rvqvae import load_checkpoint
from rvqvae.cli.main import main
from rvqvae.evaluation.bootstrap import bootstrap_interval
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.evaluation.metrics import mpjpe_mm
from rvqvae.evaluation.protocols import as_momask_reports
from rvqvae.motion import Clip, read_clips
from tests.compat.frozen import DATA
from tests.support.paths import CLIPS

SMALL = DATA / "checkpoints" / "small"


@pytest.fixture(scope="module")
def checkpoint():
    return load_checkpoint(SMALL, "cpu")


@pytest.fixture(scope="module")
def dance():
    (clip,) = read_clips(CLIPS / "dance_b.npy")
    return clip


def test_a_clip_that_no_draw_can_change_is_measured_among_its_padding(checkpoint, dance, monkeypatch):
    monkeypatch.setattr("rvqvae.evaluation.protocols.SHORTER", 0)
    features = np.resize(dance.features, (120, 263))
    reported = as_momask_reports(checkpoint, [Clip("one", features)], repeats=2)
    motion = torch.zeros(1, 263, 196)  # zeros of the standardised features, as the original pads
    motion[..., :120] = checkpoint.normalize(features)
    tokens = checkpoint.model.encode_to_tokens(motion)
    expected = [
        mpjpe_mm(
            checkpoint.denormalize(checkpoint.model.decode_from_tokens(tokens[:k]))[0, :120], features, "root"
        )
        for k in range(1, 7)
    ]
    assert reported.mean == pytest.approx(expected, rel=1e-4)
    assert not np.allclose(
        expected,
        [row["mpjpe_root_mm"] for row in evaluate(checkpoint, [Clip("one", features)])["layers"]],
        rtol=1e-4,
    )
    assert reported.confidence == pytest.approx(0, abs=1e-9)


def test_lengths_that_the_protocol_leaves_out(checkpoint, dance):
    clips = [Clip(str(n), np.resize(dance.features, (n, 263))) for n in (39, 40, 57, 199, 200)]
    reported = as_momask_reports(checkpoint, clips, repeats=3)
    assert (reported.clips, reported.left_out) == (3, 2)
    assert (reported.interval[:, 0] < reported.mean).all()
    assert (reported.mean < reported.interval[:, 1]).all()
    assert (reported.confidence > 0).all()
    with pytest.raises(ValueError, match="none of these 1 clips has 40 to 199 frames"):
        as_momask_reports(checkpoint, clips[:1])


def test_the_interval_holds_the_mean_as_often_as_it_says(rng):
    covered = 0
    for trial in range(100):
        clips = rng.normal(10, 2, (40, 1))
        ((low, high),) = bootstrap_interval(clips, np.ones(40), seed=trial)
        covered += low <= 10 <= high
    assert 87 <= covered <= 99


def test_evaluate_gives_intervals_and_the_protocol(checkpoint, tmp_path, capsys):
    data = [str(CLIPS / f"{name}.npy") for name in ("punch", "jump", "run")]
    main(["evaluate", "--checkpoint", str(SMALL), "--data", *data, "--json", str(tmp_path / "ours.json")])
    ours = json.loads((tmp_path / "ours.json").read_text())
    for name in ("mpjpe_local_mm", "mpjpe_root_mm", "mpjpe_global_mm"):
        for row, (low, high) in zip(ours["layers"], ours["intervals"][name], strict=True):
            assert low <= row[name] <= high
    capsys.readouterr()
    out = tmp_path / "theirs.json"
    main(
        ["evaluate", "--checkpoint", str(SMALL), "--data", *data, "--protocol", "momask", "--json", str(out)]
    )
    theirs = json.loads(out.read_text())
    assert (theirs["protocol"], theirs["repeats"]) == ("momask", 20)
    assert f"{theirs['layers'][-1]['mpjpe_root_mm']:.2f}" in capsys.readouterr().out
