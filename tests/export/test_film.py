"""Films: what is in their pictures, and that the files hold all of them for the right time."""

from dataclasses import replace

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from rvqvae.export.body import body_parts
from rvqvae.export.camera import follow
from rvqvae.export.film import Film
from rvqvae.export.painter import BACKGROUND, error_colour
from rvqvae.export.strip import FilmWithTokens, TokenStrip
from rvqvae.export.video import MAX_GIF_FRAMES, write_film
from rvqvae.motion import LAYOUTS, features_to_joints, read_clips
from rvqvae.motion.skeleton import HUMANML3D_BODY
from tests.support.paths import CLIPS

FRAMES = 9


@pytest.fixture
def film():
    features = read_clips(CLIPS / "walk.npy")[0].features[:FRAMES]
    made = features.copy()
    made[:, 4:67] += 0.05  # every joint but the pelvis 5 cm aside in each axis
    return Film(features, made, 20.0, "Walk", "two layers")


def colours(image, box=None):
    return {colour for _, colour in image.crop(box).getcolors(1 << 20)}


def test_every_frame_has_a_picture_with_the_error_in_colour(film):
    pictures = list(film.frames(320, 180))
    assert len(pictures) == FRAMES
    assert {picture.size for picture in pictures} == {(320, 180)}
    perfect = next(replace(film, made=film.original).frames(320, 180))
    assert error_colour(0) in colours(perfect, (100, 40, 220, 160))
    worst = error_colour(50 * np.sqrt(3))  # of a hand or foot; the trunk's parts mix in the pelvis
    assert worst in colours(pictures[0], (100, 40, 220, 160))
    assert worst not in colours(perfect, (100, 40, 220, 160))


def test_split_shows_the_original_on_the_left(film):
    image = next(replace(film, view="split").frames(320, 180))
    left, right = image.crop((20, 40, 140, 155)), image.crop((180, 40, 300, 155))
    hue = lambda part: np.ptp(np.asarray(part, dtype=int), axis=-1).max()  # noqa: E731
    assert hue(left) < 40 < hue(right)
    with pytest.raises(ValueError, match="view is 'above'; expected one of"):
        replace(film, view="above")


@pytest.mark.parametrize("view", ["overlay", "split"])
def test_what_the_original_is_called_is_written_on_the_film(film, view):
    usual = np.asarray(next(replace(film, view=view).frames(320, 180)), dtype=int)
    named = np.asarray(next(replace(film, view=view, against="table's tokens").frames(320, 180)), dtype=int)
    differs = np.argwhere(np.abs(usual - named).max(axis=-1) > 0)
    assert len(differs) > 20
    assert differs[:, 0].min() > 150  # only in the legend below, or in the label over it


def test_the_body_stays_in_the_picture(film):
    image = np.asarray(next(film.frames(320, 180)))
    body = (np.abs(image[25:160, :, :].astype(int) - BACKGROUND).sum(axis=-1) > 200).any(axis=1)
    assert body.sum() > 90


def test_the_camera_glides_after_the_pelvis(film):
    joints = features_to_joints(film.original)
    targets = follow(joints, 20.0)
    assert targets.shape == (FRAMES, 3)
    np.testing.assert_allclose(follow(joints[:1], 20.0)[0], joints[0, 0] * [1, 0.5, 1] + [0, 0.45, 0])
    assert np.abs(np.diff(targets, axis=0)).max() < np.abs(np.diff(joints[:, 0], axis=0)).max()


def test_left_and_right_are_told_apart(film):
    joints = features_to_joints(film.original)
    parts = body_parts(joints, HUMANML3D_BODY)
    assert [part.letter for part in parts if part.letter] == ["L", "R"]


@pytest.mark.parametrize("name", ["kit-ml", "humanml3d-52", "snapmogen"])
def test_every_joint_of_another_skeleton_is_drawn(name, rng):
    layout = LAYOUTS[name]
    features = rng.normal(scale=0.2 / layout.unit, size=(4, layout.width)).astype(np.float32)
    film = Film(features, features, layout.fps, "", "", layout=layout)
    parts = body_parts(layout.to_joints(features), layout.skeleton)
    assert {joint for part in parts for joint in part.joints} == set(
        range(name != "humanml3d-52", len(layout.skeleton))
    )
    assert len([*film.frames(160, 90)]) == 4


def test_mp4_holds_every_frame_for_its_time(film, tmp_path):
    shares = []
    write_film(tmp_path / "out.mp4", film, progress=shares.append)
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(tmp_path / "out.mp4")
    assert (frames, seconds) == (FRAMES, pytest.approx(FRAMES / 20, abs=0.03))
    assert shares == pytest.approx([(k + 1) / FRAMES for k in range(FRAMES)])
    reader = imageio_ffmpeg.read_frames(tmp_path / "out.mp4")
    size = next(reader)["size"]
    first = np.frombuffer(next(reader), np.uint8).reshape(size[1], size[0], 3).astype(int)
    reader.close()
    drawn = np.asarray(next(film.frames(*size)), dtype=int)
    assert np.abs(first - drawn).mean() < 3
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


@pytest.mark.parametrize("fps", [20.0, 30.0, 12.5])
def test_gif_keeps_time_and_colours(film, tmp_path, fps):
    write_film(tmp_path / "out.gif", replace(film, fps=fps))
    with Image.open(tmp_path / "out.gif") as gif:
        assert gif.n_frames == FRAMES
        milliseconds = 0
        for frame in range(FRAMES):
            gif.seek(frame)
            milliseconds += gif.info["duration"]
        assert milliseconds == pytest.approx(1000 * FRAMES / fps, abs=10)
        last = np.asarray(gif.convert("RGB"), dtype=int)
    *_, drawn = replace(film, fps=fps).frames(640, 360)
    assert np.abs(last - np.asarray(drawn, dtype=int)).mean() < 3


@pytest.mark.parametrize("name", ["out.mp4", "out.gif"])
def test_stopping_leaves_no_file(film, tmp_path, name):
    (tmp_path / name).write_bytes(b"the one before")

    def stop(share):
        if share > 0.3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_film(tmp_path / name, film, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"the one before"


def test_what_cannot_be_written_is_said_before_the_work(film, tmp_path):
    long = np.zeros((MAX_GIF_FRAMES + 1, 263), np.float32)
    with pytest.raises(ValueError, match="601 frames are too many for a GIF"):
        write_film(tmp_path / "out.gif", Film(long, long, 20.0, "", ""))
    with pytest.raises(ValueError, match=r"found the suffix \.avi; expected \.mp4 or \.gif"):
        write_film(tmp_path / "out.avi", film)


@pytest.mark.parametrize("size", [(320, 180), (180, 320)])
def test_tokens_light_up_as_they_play(film, size):
    tokens = np.array([[5, -1, 7], [0, 1, 2]])
    strip = TokenStrip(tokens, np.array([[1.0, 0.5, 1.0], [0.0, 0.0, 0.0]]), ratio=4)
    pictures = list(FilmWithTokens(film, strip).frames(*size))
    assert {picture.size for picture in pictures} == {size}
    unit = min(size) / 720
    top = size[1] - strip.height(unit)
    assert np.array_equal(*(np.asarray(pictures[at].crop((0, top, *size))) for at in (0, 3)))
    marked = [np.asarray(picture.crop((0, top, *size)), dtype=int) for picture in pictures]
    changed = np.abs(marked[3] - marked[4]).sum(axis=-1).max(axis=0).nonzero()[0]
    third = size[0] / 3
    assert changed.min() < third < changed.max() < 2 * third  # from the first step to the second
    bare = np.asarray(next(film.frames(size[0], top)))
    assert np.array_equal(np.asarray(pictures[0])[: top - 2], bare[: top - 2])


def test_a_film_for_a_phone_is_higher_than_wide(film, tmp_path):
    write_film(tmp_path / "out.mp4", film, portrait=True)
    reader = imageio_ffmpeg.read_frames(tmp_path / "out.mp4")
    assert next(reader)["size"] == (720, 1280)
    reader.close()
