import json

import numpy as np
import pytest

from rvqvae import load_checkpoint, save_checkpoint
from rvqvae.cli.main import main
from rvqvae.evaluation.evaluation import batches_by_length, evaluate, format_evaluation, pad
from rvqvae.evaluation.metrics import code_counts, joint_errors_mm, mpjpe_mm, usage_statistics
from rvqvae.motion import LAYOUTS, Clip, MotionFileError, features_to_joints, read_clips
from rvqvae.training.data import moments_of, standardization
from tests.support.checkpoints import small
from tests.support.paths import CLIPS


@pytest.fixture
def clips():
    return read_clips(CLIPS)[:5]


@pytest.fixture
def checkpoint(tiny_model, clips, tmp_path):
    mean, std = standardization(moments_of(clips))
    save_checkpoint(tmp_path, tiny_model, mean=mean, std=std, name="tiny")
    return load_checkpoint(tmp_path)


def test_batched_evaluation_is_the_clips_one_by_one(checkpoint, clips):
    seen = []
    result = evaluate(checkpoint, clips, progress=seen.append)
    frames = [len(c.features) for c in clips]
    assert (result["clips"], result["frames"], sum(seen)) == (5, sum(frames), sum(frames))
    tokens = [checkpoint.encode(c.features) for c in clips]
    for row in result["layers"]:
        for alignment in ("local", "root", "global"):
            errors = [
                mpjpe_mm(
                    checkpoint.decode(t, range(row["layers"]), length=len(c.features)),
                    c.features,
                    alignment,
                )
                for c, t in zip(clips, tokens, strict=True)
            ]
            expected = np.average(errors, weights=frames)
            assert row[f"mpjpe_{alignment}_mm"] == pytest.approx(expected, rel=1e-4)
    assert [row["layers"] for row in result["layers"]] == [1, 2, 3, 4]
    for row, usage in zip(
        result["codebook"],
        usage_statistics(sum(code_counts(t, 16) for t in tokens)),
        strict=True,
    ):
        assert row == {**usage.to_dict(), "zero_norm": 0}


def test_slide_is_the_speed_of_feet_while_the_originals_stand(checkpoint, clips):
    result = evaluate(checkpoint, clips, [3])
    sums, count = np.zeros(2), 0
    for clip in clips:
        made = checkpoint.decode(checkpoint.encode(clip.features), range(3), length=len(clip.features))
        stands = clip.features[:, 259:] > 0.5
        count += stands.sum()
        for which, features in enumerate((clip.features, made)):
            ankles_and_feet = features_to_joints(features.astype(np.float64))[:, [7, 10, 8, 11]]
            moved = np.diff(ankles_and_feet[..., [0, 2]], axis=0)
            speed = np.hypot(moved[..., 0], moved[..., 1]) * 20 * 1000
            speed = np.concatenate([speed, speed[-1:]])
            sums[which] += speed[stands].sum()
    assert count > 0
    slide = result["slide_mm_s"]
    assert [slide["original"], *slide["layers"]] == pytest.approx(sums / count, rel=1e-3)


def test_zero_codes_are_counted(checkpoint, clips):
    checkpoint.model.quantizer.layers[2].embedding[:, [3, 5]] = 0.0
    result = evaluate(checkpoint, clips[:1], [4])
    assert [row["zero_norm"] for row in result["codebook"]] == [0, 0, 2, 0]
    assert [row["layers"] for row in result["layers"]] == [4]


def test_table_shows_the_same_figures(checkpoint, clips):
    result = evaluate(checkpoint, clips)
    table = format_evaluation(result)
    assert f"{result['frames']} frames" in table
    for row in result["layers"]:
        assert f"{row['mpjpe_root_mm']:9.2f}" in table
    for row in result["codebook"]:
        assert f"{row['perplexity']:12.1f}" in table


def test_batches_hold_every_clip_once(clips):
    batches = list(batches_by_length(clips * 200))
    assert len(batches) > 1
    assert sum(len(b) for b in batches) == 1000
    assert all(len(b) * max(len(c.features) for c in b) <= 4096 for b in batches)


def test_clips_of_many_lengths_make_batches_of_few_shapes():
    features = np.zeros((400, 3), dtype=np.float32)
    batches = list(batches_by_length([Clip("", features[:n]) for n in range(1, 401) for _ in range(3)]))
    shapes = {pad([clip.features for clip in batch])[0].shape for batch in batches}
    assert len(shapes) < len(batches)
    assert len({frames for _, frames, _ in shapes}) <= 13


def test_a_kit_ml_checkpoint_is_evaluated_on_its_own_clips(tmp_path, rng):
    small(tmp_path / "kit", width=251, layout="kit-ml")
    checkpoint = load_checkpoint(tmp_path / "kit")
    np.save(tmp_path / "clip.npy", rng.normal(scale=100, size=(40, 251)).astype(np.float32))
    clips = read_clips(tmp_path / "clip.npy", checkpoint.body)
    result = evaluate(checkpoint, clips)
    made = checkpoint.decode(checkpoint.encode(clips[0].features), length=40)
    expected = joint_errors_mm(made, clips[0].features, "root", checkpoint.body).mean()
    assert result["layers"][-1]["mpjpe_root_mm"] == pytest.approx(expected, rel=1e-4)
    with pytest.raises(MotionFileError, match=r"HumanML3D features|\(T, 263\)"):
        read_clips(tmp_path / "clip.npy")


def test_parts_weigh_what_is_asked_beside_what_was_there(tmp_path, capsys, rng):
    layout = LAYOUTS["humanml3d-52"]
    small(tmp_path / "hands", width=layout.width, layout=layout.name)
    features = rng.normal(scale=0.1, size=(40, layout.width)).astype(np.float32)
    np.save(tmp_path / "clip.npy", features)
    command = ["evaluate", "--checkpoint", str(tmp_path / "hands"), "--data", str(tmp_path / "clip.npy")]
    assert main([*command, "--json", str(tmp_path / "plain.json")]) == 0
    plain, table = json.loads((tmp_path / "plain.json").read_text()), capsys.readouterr().out
    weights = ["--part-weights", "left_hand=3", "body=0.5"]
    assert main([*command, "--json", str(tmp_path / "weighted.json"), *weights]) == 0
    weighted, printed = json.loads((tmp_path / "weighted.json").read_text()), capsys.readouterr().out
    assert weighted.pop("part_weights") == {"left hand": 3.0, "body": 0.5}
    checkpoint = load_checkpoint(tmp_path / "hands")
    made = checkpoint.decode(checkpoint.encode(features), length=40)
    joints = joint_errors_mm(made, features, "root", layout).mean(axis=0)
    counted = np.repeat([0.5, 3, 1], [22, 15, 15])
    expected = (joints * counted).sum() / counted.sum()
    assert weighted["layers"][-1]["weighted_mpjpe_root_mm"] == pytest.approx(expected, rel=1e-4)
    assert f"{expected:.2f}" in printed
    assert set(table.splitlines()) <= set(printed.splitlines())
    for rows in (*weighted["layers"], weighted["intervals"]):
        assert len([rows.pop(name) for name in list(rows) if name.startswith("weighted_")]) == 3
    assert weighted == plain
    for bad, sentence in (
        ("tail=2", "no 'tail'; its parts are body, left hand, right hand"),
        ("body", "'body'; expected each part once, as left_hand=3"),
        ("body=nan", "expected a number from 0 to 100"),
    ):
        assert main([*command, "--part-weights", bad]) == 2
        assert sentence in capsys.readouterr().err
    assert main([*command, "--protocol", "momask", *weights]) == 2
    assert "leave --protocol momask out" in capsys.readouterr().err
