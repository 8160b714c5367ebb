"""`--joint-map`, and the command that writes one."""

import json

import numpy as np
import pytest

from rvqvae import save_checkpoint
from rvqvae.bulk.journal import JOURNAL_SUFFIX
from rvqvae.cli.main import main
from rvqvae.motion import read_motion
from rvqvae.tokens import read_tokens
from tests.support.bvh import CONVENTIONS, body, with_names


@pytest.fixture
def checkpoint(tmp_path, tiny_model, rng):
    mean, std = rng.normal(size=263), rng.uniform(0.5, 2, 263)
    save_checkpoint(tmp_path / "tiny", tiny_model, mean=mean, std=std, name="tiny")
    return str(tmp_path / "tiny")


@pytest.fixture
def clip(tmp_path):
    """A CMU skeleton whose head and left knee are called by names of their own."""
    names, spine = CONVENTIONS["CMU"]
    text = with_names(body(names, spine))
    text = text.replace("JOINT Head", "JOINT Noggin").replace("JOINT LeftLeg", "JOINT Bend")
    (tmp_path / "clip.bvh").write_text(text)
    return str(tmp_path / "clip.bvh")


@pytest.fixture
def joint_map(tmp_path):
    (tmp_path / "map.json").write_text(json.dumps({"head": "Noggin", "left_knee": "Bend"}))
    return str(tmp_path / "map.json")


def test_the_command_prints_and_writes_what_the_names_tell(clip, tmp_path, capsys):
    assert main(["joints", clip, "--out", str(tmp_path / "out.json")]) == 1
    said = capsys.readouterr()
    lines = dict(line.split(maxsplit=1) for line in said.out.splitlines())
    assert len(lines) == 22
    assert (lines["pelvis"], lines["head"]) == ("Hips", "not found")
    assert lines["spine2"] == "placed between its neighbours"
    assert "found no joint for left_knee, head" in said.err
    assert "Bend" in said.err
    written = json.loads((tmp_path / "out.json").read_text())
    assert (len(written), written["head"], written["right_knee"]) == (22, None, "RightLeg")


def test_what_it_writes_can_be_corrected_and_used(clip, checkpoint, joint_map, tmp_path):
    whole = str(tmp_path / "whole.json")
    assert main(["joints", clip, "--joint-map", joint_map, "--out", whole]) == 0
    out = tmp_path / "tokens.json"
    run = ["tokenize", "--checkpoint", checkpoint, "--data", clip, "--out", str(out)]
    assert main([*run, "--joint-map", whole]) == 0
    (row,) = read_tokens(out).rows
    (expected,) = read_motion(clip, joint_map={"head": "Noggin", "left_knee": "Bend"})
    assert row.frames == len(expected.features)


def test_reconstruct_takes_it_too_for_one_clip_and_for_many(clip, checkpoint, joint_map, tmp_path, capsys):
    run = ["reconstruct", "--checkpoint", checkpoint, "--data", clip, "--joint-map", joint_map]
    assert main([*run, "--out", str(tmp_path / "one.npy")]) == 0
    assert main([*run, "--out", str(tmp_path / "many")]) == 0
    np.testing.assert_array_equal(np.load(tmp_path / "one.npy"), np.load(tmp_path / "many" / "clip.npy"))
    assert main([*run[:-2], "--out", str(tmp_path / "many")]) == 2
    assert "holds reconstructions of another run" in capsys.readouterr().err


def test_without_it_the_file_is_listed_as_bad(clip, checkpoint, tmp_path, capsys):
    out = str(tmp_path / "tokens.json")
    assert main(["tokenize", "--checkpoint", checkpoint, "--data", clip, "--out", out]) == 1
    assert "found no joint for left_knee, head" in capsys.readouterr().err


def test_a_run_goes_on_only_with_the_same_map(clip, checkpoint, joint_map, tmp_path, capsys):
    out = tmp_path / "tokens.csv"
    head = {"checkpoint": "tiny", "fingerprint": "x", "joint_map": {"head": "Neck"}}
    (tmp_path / f"tokens.csv{JOURNAL_SUFFIX}").write_text(json.dumps(head) + "\n")
    run = ["tokenize", "--checkpoint", checkpoint, "--data", clip, "--out", str(out)]
    assert main([*run, "--joint-map", joint_map]) == 2
    assert "and another joint map left it" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["tokenize", "reconstruct"])
def test_a_map_for_no_bvh_is_refused(command, checkpoint, joint_map, tmp_path, capsys, rng):
    np.save(tmp_path / "a.npy", rng.normal(size=(30, 263)).astype(np.float32))
    data = ["--checkpoint", checkpoint, "--data", str(tmp_path / "a.npy"), "--out", str(tmp_path / "o.csv")]
    assert main([command, *data, "--joint-map", joint_map]) == 2
    assert "there is none among the data" in capsys.readouterr().err


def test_a_map_that_does_not_fit_is_one_sentence(clip, tmp_path, capsys):
    (tmp_path / "bad.json").write_text(json.dumps({"head": "Nose"}))
    assert main(["joints", clip, "--joint-map", str(tmp_path / "bad.json")]) == 2
    assert "gives head the joint 'Nose'" in capsys.readouterr().err
