"""Variations of clips: what is taken from where, and the command that writes them."""

import numpy as np
import pytest

from rvqvae.cli.main import main
from rvqvae.motion import DegenerateClipError, iterate_clips, joints_to_features
from rvqvae.motion.geometry import rotate_about_y, to_humanml_skeleton
from rvqvae.motion.skeleton import BONE_LENGTHS, JOINT, PARENTS
from rvqvae.training.changes import exchange_upper_body
from rvqvae.training.data import read_source
from rvqvae.training.variations import CHANGES, vary
from tests.support.paths import CLIPS

LEGS = [JOINT[f"{side}_{part}"] for side in ("left", "right") for part in ("hip", "knee", "ankle", "foot")]


BONES = np.arange(1, len(PARENTS))


def bone_lengths(joints):
    return np.linalg.norm(joints[:, BONES] - joints[:, PARENTS[1:]], axis=-1)


@pytest.fixture(scope="module")
def clips():
    return [
        (name, joints[:60]) for name, joints in iterate_clips(CLIPS) if name in ("walk", "dance_a", "kick")
    ]


def test_legs_and_path_are_one_clips_and_the_upper_body_anothers(clips):
    walk, dance = dict(clips)["walk"], dict(clips)["dance_a"]
    mixed = exchange_upper_body(walk, dance)
    np.testing.assert_array_equal(mixed[:, [0, *LEGS]], walk[:, [0, *LEGS]])
    # The same posture above the pelvis, only turned: heights and distances within it stay.
    above = [JOINT[n] for n in ("spine1", "neck", "head", "left_elbow", "right_wrist")]
    np.testing.assert_allclose(
        (mixed - mixed[:, :1])[:, above, 1], (dance - dance[:, :1])[:, above, 1], atol=1e-9
    )
    bones = [bone_lengths(one) for one in (mixed, walk, dance)]
    np.testing.assert_allclose(bones[0], np.where(np.isin(BONES, LEGS), *bones[1:]), atol=1e-9)
    assert np.isfinite(joints_to_features(mixed)).all()


def test_the_upper_body_turns_with_the_hips(clips):
    walk, dance = dict(clips)["walk"], dict(clips)["dance_a"]
    for angle in (0.7, -2.0):
        turned = rotate_about_y(walk - walk[:, :1], angle) + walk[:, :1]
        mixed, same = exchange_upper_body(turned, dance), exchange_upper_body(walk, dance)
        np.testing.assert_allclose(mixed - mixed[:, :1], rotate_about_y(same - same[:, :1], angle), atol=1e-9)
    np.testing.assert_allclose(exchange_upper_body(walk, walk), walk, atol=1e-9)


def test_hips_that_face_nowhere_are_refused(clips):
    walk = dict(clips)["walk"].copy()
    walk[3, JOINT["left_hip"]] = walk[3, JOINT["right_hip"]] + [0, 0.2, 0]
    with pytest.raises(DegenerateClipError):
        exchange_upper_body(walk, dict(clips)["dance_a"])


def test_variations_are_those_asked_for_and_the_seeds_own(clips):
    def made(seed, **asked):
        return list(vary(clips, [clips], seed=seed, **{"backwards": False, "bodies": 0, **asked}))

    backwards = made(0, backwards=True)
    assert [name for name, _ in backwards] == [f"{name}, backwards" for name, _ in clips]
    np.testing.assert_array_equal(backwards[1][1], clips[1][1][::-1])
    first, again, other = made(1, bodies=4), made(1, bodies=4), made(2, bodies=4)
    assert len(first) == 4 * len(clips)
    assert [name for name, _ in first] == [name for name, _ in again] != [name for name, _ in other]
    assert all(map(np.array_equal, (j for _, j in first), (j for _, j in again)))


def test_each_group_of_partners_is_as_likely(clips):
    walk, dance, kick = clips
    names = [name for name, _ in vary([walk], [[dance], [kick] * 20], backwards=False, bodies=200, seed=0)]
    assert 70 < sum("with " + dance[0] in name for name in names) < 130


def test_mixed_clips_are_the_seeds_own_and_keep_bone_lengths(clips):
    def made(seed, **asked):
        return list(vary(clips, [clips], backwards=False, bodies=0, mixed=5, seed=seed, **asked))

    first, again, other = made(1), made(1), made(2)
    assert len(first) == 5 * len(clips)
    assert all(map(np.array_equal, (j for _, j in first), (j for _, j in again)))
    assert not any(map(np.array_equal, (j for _, j in first), (j for _, j in other)))
    for name, joints in first:
        np.testing.assert_allclose(
            bone_lengths(joints),
            np.broadcast_to(BONE_LENGTHS[1:], (len(joints), 21)),
            atol=1e-9,
            err_msg=name,
        )
        assert joints[..., 1].min() == pytest.approx(0, abs=1e-9)
        assert np.isfinite(joints_to_features(joints)).all()


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_changes_the_clip(clips, change):
    walk = clips[0]
    (_, made), *_ = vary([walk], [clips[1:]], backwards=False, bodies=0, mixed=3, changes=[change], seed=0)
    original = to_humanml_skeleton(walk[1])
    assert made.shape != original.shape or np.abs(made - original).max() > 1e-3
    assert (made.shape != original.shape) <= (change == "stretch")


def test_parts_shorter_than_the_clip_go_to_and_fro(clips):
    walk, dance = clips[0], clips[1]
    short = [(dance[0], dance[1][:7])]
    (_, made), *_ = vary([walk], [short], backwards=False, bodies=0, mixed=1, changes=["arms"], seed=0)
    assert len(made) == len(walk[1])
    assert np.abs(np.diff(made, axis=0)).max() < 0.5


def test_unknown_changes_are_refused(clips):
    with pytest.raises(ValueError, match="no change 'fly'"):
        list(vary(clips, [clips], backwards=False, bodies=0, mixed=1, changes=["fly"], seed=0))


def test_what_the_command_writes_can_be_trained_on(tmp_path, capsys):
    out = tmp_path / "varied.npz"
    asked = [
        "--data",
        str(CLIPS),
        "--exclude",
        "walk",
        "--backwards",
        "--bodies",
        "2",
        "--mixed",
        "1",
        "--out",
        str(out),
    ]
    assert main(["vary", *asked]) == 0
    source = read_source(str(out), mirror=True)
    originals = sum(1 for _ in iterate_clips(CLIPS)) - 1
    assert len(source.clips) == 2 * 4 * originals
    assert not any("walk" in clip.name for clip in source.clips)
    assert f"{4 * originals} clips" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "nothing to make"),
        (["--bodies", "-1", "--backwards"], "nothing to make"),
        (["--mixed", "-1", "--backwards"], "nothing to make"),
        (["--mixed", "1", "--changes", "fly"], "no change 'fly'"),
        (["--bodies", "1", "--exclude", "nobody"], "found no clip named nobody"),
    ],
)
def test_what_cannot_be_made_is_said(tmp_path, capsys, arguments, sentence):
    out = tmp_path / "varied.npz"
    assert main(["vary", "--data", str(CLIPS), "--out", str(out), *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not out.exists()


def test_features_cannot_be_varied(tmp_path, capsys):
    np.save(tmp_path / "features.npy", np.zeros((30, 263), np.float32))
    given = ["--data", str(tmp_path / "features.npy"), "--backwards", "--out", str(tmp_path / "o.npz")]
    assert main(["vary", *given]) == 2
    assert "only joints can be varied" in capsys.readouterr().err
