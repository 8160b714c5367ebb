"""What the page's Save menu hands over."""

import base64
import io
import time
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from app.connection import Connection
from app.errors import StudioError
from app.job import FULL
from app.server import temporary
from app.stage.exports import FILMS, KINDS, caption, write_export
from app.workbench.encoded_clip import MAX_FRAMES, SourceClip
from rvqvae.motion import features_to_joints, read_bvh_body
from rvqvae.tokens import read_tokens

PATIENCE = 240  # seconds for a film


def command(name, **values):
    return {"name": name, **values}


def send(connection, *commands):
    return connection.answer({"number": connection.last_request + 1, "commands": list(commands)})


@pytest.fixture
def worked(connection):
    send(
        connection,
        command("choose_clip", clip="kick"),
        command("set_layers", layers=[True, True, False, False, False, False]),
        command("set_code", region=[0, 0, 2, 4], code=9, repair=False),
        command("drop", region=[1, 1, 0, 1], repair=False),
    )
    return connection


def saved(connection, kind):
    answer = send(connection, command("save_export", kind=kind))
    assert answer["notice"] == ""
    notification = answer["views"]["notification"]
    assert notification["kind"] == "file"
    return notification["name"], base64.b64decode(notification["base64"])


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npz"])
def test_tokens_come_with_their_edits_and_all_layers(worked, tmp_path, suffix):
    name, content = saved(worked, f"tokens{suffix}")
    assert name == f"{worked.visitor.workbench.encoded.clip.title.lower().replace(' ', '-')}-tokens{suffix}"
    (tmp_path / name).write_bytes(content)
    (row,) = read_tokens(tmp_path / name).rows
    np.testing.assert_array_equal(row.tokens, worked.visitor.workbench.tokens)
    assert (row.tokens[1, :2] == -1).all()


def test_motion_is_what_the_page_shows(worked, tmp_path):
    decoding = worked.visitor.workbench.decoding
    np.testing.assert_array_equal(np.load(io.BytesIO(saved(worked, "features.npy")[1])), decoding.features)
    np.testing.assert_array_equal(np.load(io.BytesIO(saved(worked, "joints.npy")[1])), decoding.joints)
    with np.load(io.BytesIO(saved(worked, "motion.npz")[1])) as arrays:
        np.testing.assert_array_equal(arrays["features"], decoding.features)
        np.testing.assert_allclose(arrays["positions"], decoding.joints, atol=1e-6)
    name, content = saved(worked, "motion.bvh")
    (tmp_path / name).write_bytes(content)
    assert len(read_bvh_body(tmp_path / name).array) == worked.visitor.workbench.encoded.frames


def test_what_cannot_be_saved_is_said(worked):
    for name, kind in (("save_export", "tokens.txt"), ("save_film", "tokens.csv")):
        values = {"view": "overlay", "request": 1} if name == "save_film" else {}
        answer = send(worked, command(name, kind=kind, **values))
        assert f"There is no {'film' if name == 'save_film' else 'file'} '{kind}'" in answer["notice"]
        assert "notification" not in answer["views"]


def drawn(connection, **values):
    send(connection, command("save_film", request=7, **values))
    job = connection.visitor.jobs.of("film", 7)
    deadline = time.monotonic() + PATIENCE
    while job.is_open and time.monotonic() < deadline:
        time.sleep(0.05)
    return job


def test_a_film_is_drawn_beside_the_requests_and_handed_over_once_done(worked):
    worked.visitor.workbench = worked.visitor.workbench.with_alignment("local")
    frames = worked.visitor.workbench.encoded.frames
    film = {"kind": "film.mp4", "view": "split"}
    assert drawn(worked, **film).state == "done"
    notification = send(worked, command("save_film", request=7, **film))["views"]["notification"]
    assert notification["type"] == "video/mp4"
    file = Path(notification["address"].removeprefix("gradio_api/file="))
    assert file.is_relative_to(worked.visitor.uploads_folder)
    assert imageio_ffmpeg.count_frames_and_secs(file)[0] == frames
    send(worked, command("save_film", kind="film.gif", view="overlay", request=8))
    worked.visitor.jobs.cancel("film")
    assert worked.visitor.jobs.of("film", 7) is None
    deadline = time.monotonic() + PATIENCE  # nothing of a page that was closed meanwhile stays on the disk
    while list(worked.visitor.uploads_folder.glob("film-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_film_that_cannot_be_drawn_says_why(worked):
    job = drawn(worked, kind="film.gif", view="above")
    assert (job.state, job.words) == ("failed", "view is 'above'; expected one of ('overlay', 'split').")


def test_a_full_disk_is_a_sentence(worked, monkeypatch):
    def full(path, array):
        Path(path).write_bytes(b"half")
        with open("/dev/full", "wb", buffering=0) as disk:
            disk.write(b"the other half")

    monkeypatch.setattr(np, "save", full)
    answer = send(worked, command("save_export", kind="features.npy"))
    assert (answer["notice"], answer["kind"]) == (FULL, "refused")
    monkeypatch.setattr(temporary, "has_room", lambda more=0: False)
    send(worked, command("save_film", kind="film.gif", view="overlay", request=1))
    with pytest.raises(StudioError, match="disk is full"):
        worked.visitor.jobs.wait("film")


def test_a_scene_of_the_longest_clip_is_bounded_and_named_harmlessly(visitor, library):
    features = np.resize(library.clip("walk").features, (MAX_FRAMES, 263))
    title = "../../<b>\u202e/x\0" + "n" * 5_000
    key = visitor.catalog.add_clip(SourceClip("", title, features, 20.0, None, "your file", ""))
    visitor.choose(key, "first")
    send(page := Connection(visitor), command("save_export", kind="scene.glb"))
    notification = page.visitor.notification
    assert notification["name"].startswith("b-x-nnn")
    assert len(notification["name"]) < 100
    assert len(notification["base64"]) < 48 << 20


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
