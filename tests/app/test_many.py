"""Many clips at once: measured as the library does, past what does not fit, and on from where it was."""

import base64
import csv
import io
import shutil
import zipfile

import numpy as np
import pytest

from app.lab.many import Many
from app.lab.many_batch import batches
from app.visitor import Visitor
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.motion import read_clips
from tests.app.page import Page
from tests.support.paths import CLIPS

NAMES = ("walk", "punch", "spin")


@pytest.fixture
def page(visitor):
    return opened(visitor)


def opened(visitor):
    page = Page(visitor)
    page.say("show_panel", panel="many")
    return page


@pytest.fixture
def archive(tmp_path):
    """A corpus, a clip of its own, one that does not fit, a damaged one, and what is no motion."""
    joints = [np.load(CLIPS / f"{name}.npy") for name in NAMES]
    corpus = {"names": NAMES, "lengths": [len(one) for one in joints], "positions": np.concatenate(joints)}
    np.savez(tmp_path / "corpus.npz", **corpus)
    np.save(tmp_path / "wide.npy", np.zeros((30, 11), np.float32))
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(CLIPS / "kick.npy", "../../a/kick.npy")
        out.write(tmp_path / "corpus.npz", "b/corpus.npz")
        out.write(tmp_path / "wide.npy", "b/wide.npy")
        out.writestr("b/damaged.npy", b"\x93NUMPY nothing")
        out.writestr("b/notes.txt", "no motion")
        out.writestr("__MACOSX/b/._corpus.npz", b"clutter")
    return path


def measure(page, *files):
    chosen = [{"path": str(file), "file_name": name} for file, name in files]
    page.say("measure_files", files=chosen)
    assert page.notice == ""
    page.wait("many")
    return page.views["many"]


def test_each_clip_is_measured_as_the_library_does_and_the_worst_comes_first(page, archive):
    view = measure(page, (archive, "mine.zip"))
    assert (view["complete"], view["clips"], view["failed"], view["state"]) == (True, 4, 2, "done")
    assert [one["name"] for one in view["failures"]] == ["mine.zip/b/damaged.npy", "mine.zip/b/wide.npy"]
    assert "(N, 11)" in view["failures"][1]["reason"]
    errors = [row["errors"][-1] for row in view["rows"]]
    assert errors == sorted(errors, reverse=True)
    checkpoint = page.visitor.workbench.encoded.checkpoint
    clips = {f"mine.zip/b/corpus.npz: {name}": name for name in NAMES} | {"mine.zip/../../a/kick.npy": "kick"}
    for row in view["rows"]:
        (clip,) = read_clips(CLIPS / f"{clips[row['name']]}.npy")
        expected = evaluate(checkpoint, [clip])
        assert row["errors"] == pytest.approx([one["mpjpe_root_mm"] for one in expected["layers"]], rel=1e-4)
    kick = next(row for row in view["rows"] if "kick" in row["name"])
    (clip,) = read_clips(CLIPS / "kick.npy")
    expected = evaluate(checkpoint, [clip])
    assert kick["used"] == [layer["used"] for layer in expected["codebook"]]
    assert kick["bits"] == 6 * 6 * expected["codebook"][0]["tokens"]
    slide = expected["slide_mm_s"]
    assert kick["slide"] == pytest.approx([slide["original"], slide["layers"][-1]])
    low, high = view["interval"]
    assert low < view["mean"][-1] < high


def test_the_table_is_looked_at_saved_and_played(page, archive):
    measure(page, (archive, "mine.zip"))
    page.say("look_at_clips", order="name", alignment="local")
    view = page.views["many"]
    assert [row["name"][-4:] for row in view["rows"]] == [".npy", "unch", "spin", "walk"]
    assert view["alignment"] == "local"
    page.say("save_figure", figure="many", kind="csv")
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(page.views["notification"]["base64"]).decode())))
    assert len(rows) == 6
    assert float(rows[0]["error, layers 1 to 6 (mm, local)"]) == pytest.approx(view["rows"][0]["errors"][-1])
    assert rows[-1]["remarks"].startswith("not measured: found")
    spin = view["rows"][2]["index"]
    for _ in range(2):  # a second time it is the same clip
        page.say("play_measured", row=spin)
        assert page.notice == ""
        assert page.views["clip"]["title"] == "mine.zip/b/corpus.npz: spin"
    assert len(page.visitor.own_clips) == 1
    played = page.visitor.workbench.encoded.errors_by_layers["local"]
    assert played == pytest.approx(view["rows"][2]["errors"], rel=1e-3)
    page.say("look_at_clips", order="beauty")
    assert "no order 'beauty'" in page.notice


def test_more_clips_are_played_than_there_is_room_for_and_work_on_one_stays(page, tmp_path):
    for number in range(14):
        shutil.copyfile(CLIPS / "kick.npy", tmp_path / f"{number}.npy")
    view = measure(page, *((tmp_path / f"{number}.npy", f"{number}.npy") for number in range(14)))
    page.say("play_measured", row=view["rows"][0]["index"])
    page.say("set_code", region=[0, 0, 1, 1], code=3, repair=False)
    edited = page.views["clip"]["title"]
    for row in view["rows"][1:]:
        page.say("play_measured", row=row["index"])
        assert (page.notice, page.views["clip"]["title"]) == ("", row["name"])
    assert len(page.visitor.own_clips) == 12
    assert edited in {clip.title for clip in page.visitor.own_clips.values()}


def test_a_page_that_was_loaded_anew_goes_on_where_it_was_and_no_other_can(
    page, library, tmp_path, monkeypatch
):
    monkeypatch.setattr("app.parsing.many.MOST_FRAMES", 1)  # a clip a part
    for name in NAMES:
        shutil.copyfile(CLIPS / f"{name}.npy", tmp_path / f"{name}.npy")
    batch = None

    def leave(self, share, words=""):
        if batch is not None and len(batch.rows) == 1:
            self.stop.set()
        before(self, share, words)

    from app.job import Job

    before = Job.progress
    monkeypatch.setattr(Job, "progress", leave)
    page.say("measure_files", files=[{"path": str(tmp_path / f"{n}.npy"), "file_name": n} for n in NAMES])
    batch = page.visitor.room(Many).batch
    page.wait("many")
    view = page.views["many"]
    assert (view["state"], view["complete"], view["interval"]) == ("cancelled", False, None)
    measured = list(batch.rows)
    monkeypatch.undo()
    stranger = opened(Visitor(library, tmp_path))
    stranger.say("go_on_measuring", batch="guessed")
    assert "no longer kept" in stranger.notice
    again = opened(Visitor(library, tmp_path))
    again.say("go_on_measuring", batch=view["batch"])
    again.wait("many")
    view = again.views["many"]
    assert (view["complete"], view["clips"], view["state"]) == (True, 3, "done")
    assert batches.find(view["batch"]).rows[: len(measured)] == measured  # what was done is not done again


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mine.zip", b"PK nothing", "found no zip archive"),
        ("mine.txt", b"", "mine.txt holds no motion"),
        ("empty.zip", None, "found no .npy, .npz, .bvh among its 1 entries"),
    ],
)
def test_what_holds_no_motion_is_a_sentence(page, tmp_path, name, content, words):
    if content is None:
        with zipfile.ZipFile(tmp_path / name, "w") as out:
            out.writestr("a.txt", "")
    else:
        (tmp_path / name).write_bytes(content)
    page.say("measure_files", files=[{"path": str(tmp_path / name), "file_name": name}])
    said = page.notice
    page.wait("many")
    said += page.views["jobs"]["jobs"].get("many", {"words": ""})["words"]
    assert words in said
    assert str(tmp_path) not in said


def test_features_without_joints_are_measured_by_their_channels(page, tmp_path, rng):
    from tests.app.test_own_checkpoints import upload
    from tests.support.checkpoints import small

    command = upload(page.connection, *small(tmp_path / "sign", width=668, layout="motion-s"))
    page.say(**command)
    np.save(tmp_path / "sign.npy", rng.normal(size=(50, 668)).astype(np.float32))
    shutil.copyfile(CLIPS / "kick.npy", tmp_path / "kick.npy")
    page.say("open_file", path=str(tmp_path / "sign.npy"), file_name="sign.npy")
    view = measure(page, (tmp_path / "sign.npy", "sign.npy"), (tmp_path / "kick.npy", "kick.npy"))
    assert (view["failed"], view["rows"][0]["name"]) == (1, "sign.npy")
    assert (view["alignments"], view["unit"]) == (["raw", "standardised"], "feature units")
    assert view["rows"][0]["slide"] is None
    assert view["rows"][0]["errors"] == pytest.approx(
        page.visitor.workbench.encoded.errors_by_layers["raw"], rel=1e-4
    )
