"""What the page's Save menu hands over."""

import base64
import io
import time
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from app.exports import FILMS, KINDS, caption, write_export
from app.take import StudioError
from rvqvae.motion import features_to_joints, read_bvh_body
from rvqvae.motion.tokens import read_tokens

PATIENCE = 240  # seconds for a film


def command(name, **values):
    return {"name": name, **values}


def send(session, *commands):
    return session.answer({"letter": session.last_letter + 1, "commands": list(commands)})


@pytest.fixture
def worked(session):
    send(
        session,
        command("choose_clip", clip="kick"),
        command("set_layers", layers=[True, True, False, False, False, False]),
        command("set_code", region=[0, 0, 2, 4], code=9, repair=False),
        command("drop", region=[1, 1, 0, 1], repair=False),
    )
    return session


def saved(session, kind):
    answer = send(session, command("save_export", kind=kind))
    assert answer["notice"] == ""
    parcel = answer["views"]["parcel"]
    assert parcel["kind"] == "file"
    return parcel["name"], base64.b64decode(parcel["base64"])


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_tokens_come_with_their_edits_and_all_layers(worked, tmp_path, suffix):
    name, content = saved(worked, f"tokens{suffix}")
    assert name == f"{worked.workbench.take.clip.title.lower().replace(' ', '-')}-tokens{suffix}"
    (tmp_path / name).write_bytes(content)
    (row,) = read_tokens(tmp_path / name).rows
    np.testing.assert_array_equal(row.tokens, worked.workbench.tokens)
    assert (row.tokens[1, :2] == -1).all()


def test_motion_is_what_the_page_shows(worked, tmp_path):
    decoding = worked.workbench.decoding
    np.testing.assert_array_equal(np.load(io.BytesIO(saved(worked, "features.npy")[1])), decoding.features)
    np.testing.assert_array_equal(np.load(io.BytesIO(saved(worked, "joints.npy")[1])), decoding.joints)
    with np.load(io.BytesIO(saved(worked, "motion.npz")[1])) as arrays:
        np.testing.assert_array_equal(arrays["features"], decoding.features)
        np.testing.assert_allclose(arrays["positions"], decoding.joints, atol=1e-6)
    name, content = saved(worked, "motion.bvh")
    (tmp_path / name).write_bytes(content)
    assert len(read_bvh_body(tmp_path / name).array) == worked.workbench.take.frames


def test_what_cannot_be_saved_is_said(worked):
    for name, kind in (("save_export", "tokens.txt"), ("save_film", "tokens.csv")):
        values = {"view": "overlay", "request": 1} if name == "save_film" else {}
        answer = send(worked, command(name, kind=kind, **values))
        assert f"There is no {'film' if name == 'save_film' else 'file'} '{kind}'" in answer["notice"]
        assert "parcel" not in answer["views"]


def drawn(session, **values):
    send(session, command("save_film", request=7, **values))
    job = session.jobs.of("film", 7)
    deadline = time.monotonic() + PATIENCE
    while job.is_open and time.monotonic() < deadline:
        time.sleep(0.05)
    return job


def test_a_film_is_drawn_beside_the_letters_and_handed_over_once_done(worked):
    worked.workbench = worked.workbench.with_alignment("local")
    frames = worked.workbench.take.frames
    film = {"kind": "film.mp4", "view": "split"}
    assert drawn(worked, **film).state == "done"
    parcel = send(worked, command("save_film", request=7, **film))["views"]["parcel"]
    assert parcel["type"] == "video/mp4"
    file = Path(parcel["address"].removeprefix("gradio_api/file="))
    assert file.is_relative_to(worked.uploads_folder)
    assert imageio_ffmpeg.count_frames_and_secs(file)[0] == frames
    send(worked, command("save_film", kind="film.gif", view="overlay", request=8))
    worked.jobs.cancel("film")
    assert worked.jobs.of("film", 7) is None


def test_a_film_that_cannot_be_drawn_says_why(worked):
    job = drawn(worked, kind="film.gif", view="above")
    assert (job.state, job.words) == ("failed", "view is 'above'; expected one of ('overlay', 'split').")


def test_the_caption_says_how_it_was_made(bench):
    assert caption(bench) == "first, all 6 layers"
    assert caption(bench.with_layers((True, True, True, False, False, False))) == "first, layers 1 to 3 of 6"
    assert caption(bench.with_layers((False, True, True, False, False, True))) == "first, layers 2, 3, 6 of 6"
    assert caption(bench.with_layers((True,) + (False,) * 5)) == "first, layer 1 of 6"
    assert caption(bench.with_layers((False,) * 6)) == "first, none of 6 layers"


def test_every_kind_is_a_file_named_after_the_clip(bench, tmp_path):
    for kind in set(KINDS) - set(FILMS):
        file = write_export(kind, bench, tmp_path)
        assert file == tmp_path / f"walk-{kind}"
        assert file.stat().st_size > 100
    with pytest.raises(StudioError, match=r"choose one of tokens\.csv"):
        write_export("film.avi", bench, tmp_path)
    np.testing.assert_allclose(
        np.load(tmp_path / "walk-joints.npy"),
        features_to_joints(np.load(tmp_path / "walk-features.npy")),
        atol=1e-6,
    )
