"""A connection's own checkpoints: every layout, side files, refusals, and the page's views through them."""

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from weakref import WeakSet

import numpy as np
import pytest
import torch

from app.catalog.library import ROOT, Library
from app.catalog.own_checkpoints import OWN_CHECKPOINTS
from app.connection import Connection
from app.errors import StudioError
from app.visitor import Visitor
from rvqvae import RVQVAE, load_checkpoint
from tests.app.page import send, upload
from tests.checkpoints.formats.original_dilated import Network
from tests.checkpoints.formats.original_motion_s import Original
from tests.support.checkpoints import small

PATIENCE = 60


@pytest.fixture
def made(tmp_path):
    return tmp_path / "made"


@pytest.fixture
def connection(library, tmp_path):
    (tmp_path / "uploads").mkdir()
    return Connection(Visitor(library, tmp_path / "uploads"))


def test_our_two_files_open_under_any_name(connection, made):
    config, weights = small(made / "mine", num_quantizers=3, downsampling_ratio=8)
    weights = weights.rename(weights.with_name("step_900.safetensors"))
    answer = send(connection, upload(connection, weights, config))
    assert answer["notice"] == ""
    encoded = connection.visitor.workbench.encoded
    assert (encoded.checkpoint.name, encoded.num_layers, encoded.num_codes, encoded.ratio) == (
        "mine",
        3,
        64,
        8,
    )
    assert encoded.tokens.shape == (3, -(-encoded.frames // 8))
    cards = answer["views"]["library"]["checkpoints"]
    assert [card["own"] for card in cards] == [False, False, True]


def test_a_momask_file_opens_with_what_lies_beside_it(connection, made):
    made.mkdir()
    network = Network(features=263, width=16, dim=8, quantizers=3).settle()
    torch.save({"vq_model": network.state_dict()}, made / "net_best_fid.tar")
    (made / "opt.txt").write_text("dilation_growth_rate: 3\nvq_act: relu\nname: rvq_test\n")
    np.save(made / "Mean.npy", np.zeros(263, np.float32))
    np.save(made / "Std.npy", np.full(263, 0.2, np.float32))
    (made / "README.md").write_text("not of the checkpoint")
    answer = send(connection, upload(connection, *sorted(made.iterdir())))
    assert answer["notice"] == ""
    checkpoint = connection.visitor.workbench.encoded.checkpoint
    assert (checkpoint.name, checkpoint.info["file_layout"]) == ("rvq_test", "MoMask")
    np.testing.assert_array_equal(checkpoint.std, np.full(263, 0.2, np.float32))
    edit = {"name": "set_code", "region": [0, 1, 4, 5], "code": 3, "repair": True}
    assert send(connection, edit)["notice"] == ""
    whole = checkpoint.decode(
        connection.visitor.workbench.tokens, length=connection.visitor.workbench.encoded.frames
    )
    np.testing.assert_allclose(connection.visitor.workbench.decoding.features, whole, atol=2e-4)


def test_remarks_are_said_and_stay_on_the_page(connection, made):
    made.mkdir()
    network = Network(features=263, width=16, dim=8, quantizers=None).settle()
    torch.save({"net": network.state_dict()}, made / "net_last.pth")
    for part in ("mean", "std"):
        np.save(made / f"{part}.npy", np.full(263, 0.5, np.float32))
    answer = send(connection, upload(connection, *sorted(made.iterdir())))
    assert "the published values (growth 3, relu) are taken" in answer["notice"]
    assert (
        answer["views"]["checkpoint"]["remarks"]
        == connection.visitor.workbench.encoded.checkpoint.info["remarks"]
    )
    assert answer["views"]["checkpoint"]["num_quantizers"] == 1


def test_a_motion_s_file_of_other_features_waits_for_a_clip(connection, made):
    made.mkdir()
    torch.save({"model_state_dict": Original().settle().state_dict()}, made / "rvq_vae_best.pth")
    answer = send(connection, upload(connection, made / "rvq_vae_best.pth"))
    asked = "takes features (N, 20): upload a clip of shape (T, 20) as .npy to see it"
    assert asked in answer["notice"]
    assert connection.visitor.workbench.encoded.checkpoint_key == "first"
    (own,) = connection.visitor.own_checkpoints.kept.values()
    assert own.checkpoint.config.input_dim == 20
    assert asked in send(connection, {"name": "choose_checkpoint", "checkpoint": own.key})["notice"]


@pytest.mark.parametrize(
    "hyperparameters",
    [
        {"num_quantizers": 1, "num_embeddings": 7},
        {"num_quantizers": 3, "downsampling_ratio": 8},
        {"num_quantizers": 9, "num_embeddings": 1024, "downsampling_ratio": 1, "num_layers": 2},
        {"num_quantizers": 2, "downsampling_ratio": 16},
    ],
)
def test_every_view_holds_for_other_sizes(connection, made, hyperparameters):
    from app.rooms import VIEWS

    connection.visitor.open_panels = {view.panel for view in VIEWS if view.panel}
    connection.changed_views()
    last = hyperparameters["num_quantizers"] - 1
    answer = send(
        connection,
        upload(connection, *small(made, **hyperparameters)),
        {"name": "set_code", "region": [last, last, 1, 1], "code": 6, "repair": False},
        {"name": "inspect_cell", "layer": last, "step": 1},
        {"name": "set_alignment", "alignment": "local"},
    )
    assert answer["notice"] == ""
    json.dumps(answer, allow_nan=False)
    views = answer["views"]
    assert views["tokens"]["codes"]["shape"] == list(connection.visitor.workbench.tokens.shape)
    assert len(views["ladder"]["errors"]) == hyperparameters["num_quantizers"]
    assert views["checkpoint"]["num_embeddings"] == connection.visitor.workbench.encoded.num_codes


def test_what_it_was_trained_on_is_not_claimed_to_be_known(connection, made):
    assert connection.changed_views()["clip"]["trained"] is False
    views = send(connection, upload(connection, *small(made)))["views"]
    assert views["clip"]["trained"] is None
    assert {card["trained"] for card in views["library"]["clips"]} == {None}


def test_a_damaged_file_is_refused_in_its_own_name_and_left_to_the_doctor(connection, made):
    config, weights = small(made)
    weights.write_bytes(weights.read_bytes()[:-500])
    answer = send(connection, upload(connection, weights, config))
    assert answer["notice"].startswith("model.safetensors: damaged")
    assert "Doctor" in answer["notice"]
    assert connection.visitor.workbench.encoded.checkpoint_key == "first"
    assert connection.visitor.own_checkpoints.refused.checkpoint is None


@pytest.mark.parametrize(
    ("names", "words"),
    [(["config.json"], "No files of weights"), (["a.pth", "b.tar"], "2 files of weights")],
)
def test_one_file_of_weights_is_asked_for(connection, made, names, words):
    made.mkdir()
    for name in names:
        (made / name).write_bytes(b"x")
    assert words in send(connection, upload(connection, *sorted(made.iterdir())))["notice"]


def test_files_from_elsewhere_on_the_server_are_refused(connection, made):
    files = [{"path": str(file), "file_name": file.name} for file in small(made)]
    assert "not uploaded" in send(connection, {"name": "open_checkpoint", "files": files})["notice"]


def test_a_name_with_separators_stays_in_its_folder(connection, made):
    made.mkdir()
    torch.save({"net": {}}, made / "x.pth")
    request = upload(connection, made / "x.pth")
    request["files"][0]["file_name"] = "../../..//evil\0<b>.pth"
    assert "x" in send(connection, request)["notice"]
    folder = Path(connection.visitor.own_checkpoints.refused.files.name)
    assert [str(p.relative_to(folder)) for p in folder.rglob("*.pth")] == ["evil__b_/evil__b_.pth"]


def test_only_so_many_are_kept_and_one_can_be_put_away(connection, made):
    for number in range(OWN_CHECKPOINTS.most):
        assert send(connection, upload(connection, *small(made / str(number), seed=number)))["notice"] == ""
    first, *_, last = connection.visitor.own_checkpoints.kept
    more = upload(connection, *small(made / "more", seed=9))
    assert "as many as fit" in send(connection, more)["notice"]
    assert connection.visitor.workbench.encoded.checkpoint_key == last
    answer = send(connection, {"name": "forget_checkpoint", "checkpoint": last}, {**more})
    assert answer["notice"] == ""
    assert next(iter(connection.visitor.own_checkpoints.kept)) == first
    assert last not in connection.visitor.own_checkpoints.kept
    assert last not in {checkpoint for _, checkpoint in connection.visitor.workbenches}


def test_all_visitors_together_fill_no_more_than_the_servers_memory(
    connection, made, library, tmp_path, monkeypatch
):
    assert send(connection, upload(connection, *small(made / "one")))["notice"] == ""
    (own,) = connection.visitor.own_checkpoints.kept.values()
    bound = replace(OWN_CHECKPOINTS, most_of_all=int(1.5 * own.bytes), everyones=WeakSet([own]))
    monkeypatch.setattr("app.catalog.own_checkpoints.OWN_CHECKPOINTS", bound)
    (tmp_path / "other").mkdir()
    other = Connection(Visitor(library, tmp_path / "other"))
    assert "fill this server's memory" in send(other, upload(other, *small(made / "two", seed=2)))["notice"]
    assert other.visitor.own_checkpoints.kept == {}


def test_the_current_one_put_away_gives_the_opening_one(connection, made):
    send(connection, upload(connection, *small(made)))
    (key,) = connection.visitor.own_checkpoints.kept
    answer = send(connection, {"name": "forget_checkpoint", "checkpoint": key})
    assert connection.visitor.workbench.encoded.checkpoint_key == "first"
    assert answer["views"]["session"]["checkpoint"] == "first"


def test_files_go_with_the_session(connection, made):
    send(connection, upload(connection, *small(made)))
    (own,) = connection.visitor.own_checkpoints.kept.values()
    place = Path(own.files.name)
    assert (place / "model" / "config.json").is_file()
    own.files.cleanup()
    assert not place.exists()


def test_a_link_opens_where_the_same_checkpoint_was_opened(connection, made, library, tmp_path):
    files = small(made)
    send(connection, upload(connection, *files), {"name": "set_layers", "layers": [True] * 2 + [False] * 4})
    make = {"name": "make_link", "joints": [], "time": 0.0, "picture": "position"}
    link = {"name": "open_link", "text": send(connection, make)["views"]["notification"]["text"]}
    (tmp_path / "other").mkdir()
    other = Connection(Visitor(library, tmp_path / "other"))
    assert "open that checkpoint here" in send(other, link)["notice"]
    assert other.visitor.workbench.encoded.checkpoint_key == "first"
    assert send(other, upload(other, *files))["notice"] == ""
    assert send(other, link)["notice"] == ""
    assert other.visitor.workbench.layers == (True, True, False, False, False, False)


def test_other_statistics_make_another_checkpoint(connection, made):
    config, weights = small(made)
    send(connection, upload(connection, weights, config))
    values = json.loads(config.read_text())
    values["std"] = [0.2] * 263
    config.write_text(json.dumps(values))
    send(connection, upload(connection, weights, config))
    assert len(connection.visitor.own_checkpoints.kept) == 2


def opened_at(connection, where):
    command = {"name": "open_checkpoint_at", "where": where}
    answer = send(connection, command)
    if answer["notice"]:
        return answer
    deadline = time.monotonic() + PATIENCE
    while connection.visitor.jobs.of("checkpoint", where).is_open:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return send(
        connection, command if connection.visitor.jobs.result("checkpoint", where) else {"name": "look"}
    )


def test_a_path_opens_only_where_that_is_allowed(library, made, tmp_path):
    small(made)
    refused = opened_at(Connection(Visitor(library, tmp_path)), str(made))
    assert "--allow-paths" in refused["notice"]
    trusting = Library(ROOT / "assets" / "clips", library.checkpoints_folder, paths_allowed=True)
    connection = Connection(Visitor(trusting, tmp_path))
    assert opened_at(connection, str(made))["notice"] == ""
    assert connection.visitor.workbench.encoded.checkpoint.fingerprint == load_checkpoint(made).fingerprint
    missing = opened_at(connection, str(made / "nothing"))
    assert "nothing: found no config.json" in missing["notice"]


def test_a_hub_id_is_fetched_in_the_background(connection, made, monkeypatch):
    small(made)
    fetched = []

    def fetch(source, out, *, hub, most_bytes):
        fetched.append((source, hub["token"], hub["max_bytes"] <= most_bytes))
        shutil.copytree(made, out)

    monkeypatch.setattr("app.catalog.own_checkpoints.convert", fetch)
    assert opened_at(connection, "somebody/tokenizer")["notice"] == ""
    assert fetched == [("somebody/tokenizer", False, True)]  # no token of the server's
    fingerprint = connection.visitor.workbench.encoded.checkpoint.fingerprint
    assert fingerprint == load_checkpoint(made).fingerprint


def test_a_clip_that_a_library_checkpoint_does_not_take_is_refused_with_the_reason(tmp_path):
    small(tmp_path / "kit", width=251, layout="kit-ml")
    library = Library(checkpoints_folder=tmp_path)
    assert library.checkpoint("kit").layout == "kit-ml"
    with pytest.raises(
        StudioError, match=r"Walk has HumanML3D features.*kit takes KIT-ML features \(N, 251\)"
    ):
        library.encoded(library.clip("walk"), "kit")


def test_a_different_output_is_refused(library, encoded):
    wide = replace(encoded.checkpoint.config, output_dim=20)
    checkpoint = replace(encoded.checkpoint, model=RVQVAE(wide).eval())
    from app.catalog.entry import check_shown

    with pytest.raises(StudioError, match=r"and gives features \(N, 20\)"):
        check_shown(checkpoint, "odd")
