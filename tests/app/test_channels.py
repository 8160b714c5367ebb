"""Features of which no joints are known: channels, in feature units, wherever a body would stand."""

import io
import json
import shutil

import numpy as np
import pytest
import torch

from app.catalog.library import Library
from app.connection import Connection
from app.payloads.arrays import pack_columns, unpack
from app.rooms import VIEWS
from app.visitor import Visitor
from app.workbench import sharing
from rvqvae import RVQVAE, RVQVAEConfig, save_checkpoint
from tests.checkpoints.formats.original_motion_s import Original
from tests.support.clips import smooth

WIDTH = 668


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A Motion-S checkpoint of random weights, and clips for it."""
    folder = tmp_path_factory.mktemp("channels")
    torch.manual_seed(0)
    network = Original(input_dim=WIDTH, hidden_dim=24, latent_dim=16, num_embeddings=64).settle()
    torch.save({"model_state_dict": network.state_dict()}, folder / "rvq_vae_best.pth")
    rng = np.random.default_rng(1)
    mean, std = rng.normal(size=WIDTH), rng.uniform(0.5, 9, WIDTH)
    np.savez(folder / "normalization.npz", mean=mean.astype(np.float32), std=std.astype(np.float32))
    np.save(folder / "sign.npy", smooth(90))
    np.save(folder / "other.npy", smooth(50, seed=2))
    return folder


@pytest.fixture
def connection(library, tmp_path):
    (tmp_path / "uploads").mkdir()
    return Connection(Visitor(library, tmp_path / "uploads"))


def send(connection, *commands):
    answer = connection.answer({"number": connection.last_request + 1, "commands": list(commands)})
    json.dumps(answer, allow_nan=False)
    return answer


def uploaded(connection, file):
    place = connection.visitor.uploads_folder / file.name
    shutil.copyfile(file, place)
    return {"path": str(place), "file_name": file.name}


def open_clip(connection, file):
    return send(connection, {"name": "open_file", **uploaded(connection, file)})


def open_checkpoint(connection, *files):
    sent = [uploaded(connection, file) for file in files]
    return send(connection, {"name": "open_checkpoint", "files": sent})


def open_motion_s(connection, files):
    return open_checkpoint(connection, files / "rvq_vae_best.pth", files / "normalization.npz")


@pytest.fixture
def signing(connection, files):
    """A connection with both open."""
    open_motion_s(connection, files)
    open_clip(connection, files / "sign.npy")
    return connection


def edit(step, layer=0):
    return {"name": "set_code", "region": [layer, layer, step, step], "code": -1, "repair": False}


def test_a_checkpoint_without_a_clip_asks_for_one_and_what_is_shown_stays(connection, files):
    before = connection.visitor.workbench
    notice = open_motion_s(connection, files)["notice"]
    assert "rvq_vae_best takes features (N, 668): upload a clip of shape (T, 668)" in notice
    assert connection.visitor.workbench is before
    answer = open_clip(connection, files / "sign.npy")
    assert answer["notice"] == "sign has features (N, 668), so it is shown with rvq_vae_best."
    assert answer["views"]["clip"]["parts"] == "channels"
    assert connection.visitor.workbench.encoded.clip.fps == 30.0


def test_a_clip_without_a_checkpoint_waits_for_one(connection, files):
    before = connection.visitor.workbench
    notice = open_clip(connection, files / "sign.npy")["notice"]
    assert "sign is kept under Yours" in notice
    assert connection.visitor.workbench is before
    assert "so sign is shown with it" in open_motion_s(connection, files)["notice"]
    assert connection.visitor.workbench.encoded.clip.title == "sign"


def test_a_clip_of_no_stated_rate_takes_the_checkpoints(connection, tmp_path):
    np.save(tmp_path / "seven.npy", smooth(40, width=7))
    views = open_clip(connection, tmp_path / "seven.npy")["views"]
    assert views["library"]["clips"][-1]["seconds"] is None
    model = RVQVAE(RVQVAEConfig(input_dim=7, latent_dim=8, hidden_dim=12, num_embeddings=16)).eval()
    mean, std = np.zeros(7, np.float32), np.ones(7, np.float32)
    save_checkpoint(tmp_path / "own", model, mean=mean, std=std, name="own", layout="unknown", fps=25.0)
    views = open_checkpoint(connection, *sorted(p for p in (tmp_path / "own").iterdir() if p.is_file()))[
        "views"
    ]
    assert views["clip"]["fps"] == 25.0
    assert views["library"]["clips"][-1]["seconds"] == 40 / 25


def test_choosing_a_clip_or_checkpoint_takes_a_fitting_other_along(signing):
    own, clip = signing.visitor.workbench.encoded.checkpoint_key, signing.visitor.workbench.encoded.clip.key
    answer = send(signing, {"name": "choose_clip", "clip": "kick"})
    assert "so it is shown with first" in answer["notice"]
    assert (signing.visitor.workbench.encoded.checkpoint_key, signing.visitor.workbench.alignment) == (
        "first",
        "root",
    )
    answer = send(signing, {"name": "choose_checkpoint", "checkpoint": own})
    assert (signing.visitor.workbench.encoded.clip.key, signing.visitor.workbench.alignment) == (clip, "raw")
    send(signing, {"name": "choose_checkpoint", "checkpoint": "second"})
    assert signing.visitor.workbench.encoded.clip.key == "kick"


def test_the_page_gets_the_librarys_numbers(signing):
    encoded = signing.visitor.workbench.encoded
    signing.page_has_nothing()
    views = signing.changed_views()
    decoded = encoded.checkpoint.decode(
        encoded.checkpoint.encode(encoded.clip.features), length=encoded.frames
    )
    errors = np.abs(decoded.astype(float) - encoded.clip.features)
    made, clip = views["reconstruction"], views["clip"]
    assert made["mean_error"] == pytest.approx(errors.mean(), rel=1e-6)
    assert made["unit"] == "feature units"
    np.testing.assert_allclose(unpack(made["channel_errors"]), errors.mean(axis=0), rtol=1e-5)
    for group, value in zip(clip["groups"], made["group_errors"], strict=True):
        assert value == pytest.approx(errors[:, group["first"] : group["stop"]].mean(), rel=1e-5)
    span = np.ptp(encoded.clip.features, axis=0)
    assert (np.abs(unpack(clip["channels"]) - encoded.clip.features) <= span / 131_000 + 1e-6).all()
    assert views["ladder"]["errors"][-1] == pytest.approx(errors.mean(), rel=1e-5)
    standardised = send(signing, {"name": "set_alignment", "alignment": "standardised"})["views"]
    assert standardised["reconstruction"]["mean_error"] == pytest.approx(
        (errors / encoded.checkpoint.std).mean(), rel=1e-5
    )
    assert standardised["reconstruction"]["unit"] == "standard deviations"
    assert standardised["reconstruction"]["frames"] == [0, 0]
    assert "no alignment 'root'" in send(signing, {"name": "set_alignment", "alignment": "root"})["notice"]


def test_patches_of_edits_add_up_to_the_whole(signing):
    signing.page_has_nothing()
    channels = unpack(signing.changed_views()["reconstruction"]["channels"])
    for step, layer in ((3, 0), (15, 2), (22, 5)):
        made = send(signing, edit(step, layer))["views"]["reconstruction"]
        first, stop = made["frames"]
        assert 0 < stop - first < 30
        channels[first:stop] = unpack(made["channels"])
    np.testing.assert_allclose(channels, signing.visitor.workbench.decoding.features, atol=1e-3)
    whole = signing.visitor.workbench.encoded.checkpoint.decode(signing.visitor.workbench.tokens, length=90)
    np.testing.assert_allclose(channels, whole, atol=2e-3)


def test_an_edits_reach_is_told_channel_by_channel(signing):
    before = signing.visitor.workbench.decoding.features
    edit_effect = send(signing, edit(10))["views"]["edit_effect"]
    after, std = signing.visitor.workbench.decoding.features, signing.visitor.workbench.encoded.checkpoint.std
    moved = np.abs(after.astype(float) - before) / std
    first, stop = edit_effect["frames"]
    assert moved[:first].max() == moved[stop:].max() == 0
    assert edit_effect["moved_max"] == pytest.approx(moved.max(), rel=1e-6)
    assert moved[edit_effect["moved_max_frame"], edit_effect["moved_max_channel"]] == moved.max()
    np.testing.assert_allclose(unpack(edit_effect["moved"]), moved[first:stop], atol=moved.max() / 500)


def test_undo_repair_b_and_layers_work(signing):
    send(signing, {**edit(10), "repair": True}, {"name": "pin"}, {"name": "undo"})
    assert signing.visitor.workbench.version.edits == ()
    views = send(signing, {"name": "set_layers", "layers": [True] * 3 + [False] * 3})["views"]
    bench = signing.visitor.workbench
    assert views["reconstruction"]["mean_error"] == pytest.approx(bench.encoded.errors_by_layers["raw"][2])
    assert bench.compared.decoding.errors(bench.alignment).shape == (90, WIDTH)


def test_every_view_holds_and_none_speaks_of_millimetres(signing):
    signing.visitor.open_panels = {view.panel for view in VIEWS if view.panel}
    signing.page_has_nothing()
    views = signing.changed_views()
    assert {view.name for view in VIEWS if view.joints_for}.isdisjoint(views)
    shown = {name: views[name] for name in ("clip", "reconstruction", "ladder", "entry", "compared", "feet")}
    assert " mm" not in json.dumps(shown)
    assert '"mm"' not in json.dumps(shown)
    assert "have none that this page knows" in views["entry"]["needs_joints"]
    send(signing, edit(4), {"name": "pin"}, {"name": "inspect_cell", "layer": 0, "step": 4})


@pytest.mark.parametrize(
    "command",
    [
        {"name": "score_subsets"},
        {"name": "compare_beams"},
        {"name": "analyse_clip"},
        {"name": "compare"},
        {"name": "save_export", "kind": "joints.npy"},
        {"name": "save_export", "kind": "motion.bvh"},
        {"name": "save_film", "kind": "film.mp4", "view": "split", "request": 3},
    ],
)
def test_what_needs_joints_says_so_in_a_sentence(signing, command):
    notice = send(signing, command)["notice"]
    assert "joints, and features of layout motion-s (N, 668) have none that this page knows" in notice
    assert [name for name, *_ in signing.visitor.jobs.states() if name != "doctor"] == []


def test_lessons_say_that_they_need_joints(signing):
    views = send(signing, {"name": "open_lesson", "lesson": "1"})["views"]
    assert "Lessons measure a body's joints" in views["lesson"]["unfit"]
    notice = send(signing, {"name": "answer_lesson", "answer": "x"})["notice"]
    assert notice.startswith("A lesson measures joints, and features of layout motion-s")


def test_relabelling_changes_nothing_in_feature_units(signing):
    from app.lab.relabel import Relabelling, relabel_clip

    done = relabel_clip(signing.visitor.workbench.encoded, Relabelling())
    assert (done.unit, done.encodes_alike) == ("feature units", True)
    assert done.motion_difference == 0


def test_features_and_tokens_are_saved(signing, tmp_path):
    import base64

    def saved(kind):
        notification = send(signing, {"name": "save_export", "kind": kind})["views"]["notification"]
        return base64.b64decode(notification["base64"])

    decoded = signing.visitor.workbench.decoding.features
    np.testing.assert_array_equal(np.load(io.BytesIO(saved("features.npy"))), decoded)
    archive = np.load(io.BytesIO(saved("motion.npz")))
    np.testing.assert_array_equal(archive["features"], decoded)
    assert (float(archive["fps"]), "positions" in archive) == (30.0, False)
    assert b"base_tokens" in saved("tokens.csv")


def test_another_clips_layers_are_borrowed_only_where_they_fit(signing, files):
    open_clip(signing, files / "other.npy")
    sign = next(key for key, clip in signing.visitor.own_clips.items() if clip.title == "sign")
    borrow = {"name": "borrow", "first_layer": 0, "last_layer": 1, "clip": sign, "repair": False}
    assert send(signing, borrow)["notice"] == ""
    assert "no conversion between the two exists" in send(signing, {**borrow, "clip": "walk"})["notice"]


def test_a_state_file_brings_everything_back(signing, files, library, tmp_path):
    send(signing, edit(7), {"name": "set_alignment", "alignment": "standardised"})
    look = {"joints": ["channel 5"], "time": 0.5, "picture": "change"}
    text = send(signing, {"name": "make_file", **look})["views"]["notification"]["text"]
    (tmp_path / "elsewhere").mkdir()
    other = Connection(Visitor(library, tmp_path / "elsewhere"))
    open_motion_s(other, files)
    (tmp_path / "state.json").write_text(text)
    answer = open_clip(other, tmp_path / "state.json")
    assert answer["notice"] == ""
    assert answer["views"]["notification"]["joints"] == ("channel 5",)
    np.testing.assert_array_equal(other.visitor.workbench.tokens, signing.visitor.workbench.tokens)
    assert other.visitor.workbench.alignment == "standardised"
    assert sharing.from_file(text.encode()).own_clip.width == WIDTH


def test_a_data_set_of_the_page_holds_what_fits(signing):
    signing.page_has_nothing()
    data = signing.changed_views()["codebook"]["data"]
    assert data == "the one clip of this page"


def test_columns_are_packed_each_in_its_own_range(rng):
    array = rng.normal(size=(50, 4)) * [1e-6, 1.0, 1e5, 0.0] + [0.0, 1e3, -1e5, 7.0]
    packed = pack_columns(array)
    span = np.ptp(array, axis=0)
    assert (np.abs(unpack(packed) - array) <= span / 131_000 + 1e-6 * np.abs(array).max(axis=0)).all()
    assert unpack(pack_columns(array[:0])).shape == (0, 4)


def test_a_page_can_open_with_a_checkpoint_that_fits_its_clips(tmp_path):
    for width, layout in ((251, "kit-ml"), (263, "humanml3d")):
        model = RVQVAE(RVQVAEConfig(input_dim=width, latent_dim=8, hidden_dim=12, num_embeddings=16)).eval()
        mean, std = np.zeros(width, np.float32), np.ones(width, np.float32)
        save_checkpoint(tmp_path / f"a{width}", model, mean=mean, std=std, name=layout, layout=layout)
    assert Library(checkpoints_folder=tmp_path).opening[1] == "a263"
