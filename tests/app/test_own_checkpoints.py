"""A visitor's own checkpoints: every layout, side files, refusals, and the page's views through them."""

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from weakref import WeakSet

import numpy as np
import pytest
import torch

from app.library import ROOT, Library
from app.own_checkpoints import MOST_KEPT
from app.session import Session
from app.take import StudioError
from rvqvae import RVQVAE, RVQVAEConfig, load_checkpoint, save_checkpoint
from tests.layouts.original_dilated import Network
from tests.layouts.original_motion_s import Original

PATIENCE = 60


def send(session, *commands):
    return session.answer({"letter": session.last_letter + 1, "commands": list(commands)})


def upload(session, *files):
    """Files as Gradio leaves them: each in a folder of its own below the uploads."""
    sent = []
    for number, file in enumerate(files):
        place = session.uploads_folder / f"{session.last_letter}-{number}" / file.name
        place.parent.mkdir()
        shutil.copyfile(file, place)
        sent.append({"path": str(place), "file_name": file.name})
    return {"name": "open_checkpoint", "files": sent}


def small(folder, *, width=263, layout="humanml3d", seed=0, **hyperparameters):
    torch.manual_seed(seed)
    settings = {"latent_dim": 8, "hidden_dim": 12, "num_embeddings": 64, **hyperparameters}
    model = RVQVAE(RVQVAEConfig(input_dim=width, **settings)).eval()
    mean, std = np.zeros(width, np.float32), np.full(width, 0.1, np.float32)
    save_checkpoint(folder, model, mean=mean, std=std, name=folder.name, layout=layout)
    return sorted(p for p in folder.iterdir() if p.is_file())


@pytest.fixture
def made(tmp_path):
    return tmp_path / "made"


@pytest.fixture
def session(library, tmp_path):
    (tmp_path / "uploads").mkdir()
    return Session(library, tmp_path / "uploads")


def test_our_two_files_open_under_any_name(session, made):
    config, weights = small(made / "mine", num_quantizers=3, downsampling_ratio=8)
    weights = weights.rename(weights.with_name("step_900.safetensors"))
    answer = send(session, upload(session, weights, config))
    assert answer["notice"] == ""
    take = session.workbench.take
    assert (take.checkpoint.name, take.num_layers, take.num_codes, take.ratio) == ("mine", 3, 64, 8)
    assert take.tokens.shape == (3, -(-take.frames // 8))
    cards = answer["views"]["library"]["checkpoints"]
    assert [card["own"] for card in cards] == [False, False, True]


def test_a_momask_file_opens_with_what_lies_beside_it(session, made):
    made.mkdir()
    network = Network(features=263, width=16, dim=8, quantizers=3).settle()
    torch.save({"vq_model": network.state_dict()}, made / "net_best_fid.tar")
    (made / "opt.txt").write_text("dilation_growth_rate: 3\nvq_act: relu\nname: rvq_test\n")
    np.save(made / "Mean.npy", np.zeros(263, np.float32))
    np.save(made / "Std.npy", np.full(263, 0.2, np.float32))
    (made / "README.md").write_text("not of the checkpoint")
    answer = send(session, upload(session, *sorted(made.iterdir())))
    assert answer["notice"] == ""
    checkpoint = session.workbench.take.checkpoint
    assert (checkpoint.name, checkpoint.info["file_layout"]) == ("rvq_test", "MoMask")
    np.testing.assert_array_equal(checkpoint.std, np.full(263, 0.2, np.float32))
    edit = {"name": "set_code", "region": [0, 1, 4, 5], "code": 3, "repair": True}
    assert send(session, edit)["notice"] == ""
    whole = checkpoint.decode(session.workbench.tokens, length=session.workbench.take.frames)
    np.testing.assert_allclose(session.workbench.decoding.features, whole, atol=2e-4)


def test_remarks_are_said_and_stay_on_the_page(session, made):
    made.mkdir()
    network = Network(features=263, width=16, dim=8, quantizers=None).settle()
    torch.save({"net": network.state_dict()}, made / "net_last.pth")
    for part in ("mean", "std"):
        np.save(made / f"{part}.npy", np.full(263, 0.5, np.float32))
    answer = send(session, upload(session, *sorted(made.iterdir())))
    assert "the published values (growth 3, relu) are taken" in answer["notice"]
    assert answer["views"]["checkpoint"]["remarks"] == session.workbench.take.checkpoint.info["remarks"]
    assert answer["views"]["checkpoint"]["num_quantizers"] == 1


def test_a_motion_s_file_of_other_features_waits_for_a_clip(session, made):
    made.mkdir()
    torch.save({"model_state_dict": Original().settle().state_dict()}, made / "rvq_vae_best.pth")
    answer = send(session, upload(session, made / "rvq_vae_best.pth"))
    asked = "takes features (N, 20): upload a clip of shape (T, 20) as .npy to see it"
    assert asked in answer["notice"]
    assert session.workbench.take.checkpoint_key == "first"
    (own,) = session.shelf.kept.values()
    assert own.checkpoint.config.input_dim == 20
    assert asked in send(session, {"name": "choose_checkpoint", "checkpoint": own.key})["notice"]


@pytest.mark.parametrize(
    "hyperparameters",
    [
        {"num_quantizers": 1, "num_embeddings": 7},
        {"num_quantizers": 3, "downsampling_ratio": 8},
        {"num_quantizers": 9, "num_embeddings": 1024, "downsampling_ratio": 1, "num_layers": 2},
        {"num_quantizers": 2, "downsampling_ratio": 16},
    ],
)
def test_every_view_holds_for_other_sizes(session, made, hyperparameters):
    from app.views import VIEWS

    session.open_panels = {view.panel for view in VIEWS if view.panel}
    session.changed_views()
    last = hyperparameters["num_quantizers"] - 1
    answer = send(
        session,
        upload(session, *small(made, **hyperparameters)),
        {"name": "set_code", "region": [last, last, 1, 1], "code": 6, "repair": False},
        {"name": "inspect_cell", "layer": last, "step": 1},
        {"name": "set_alignment", "alignment": "local"},
    )
    assert answer["notice"] == ""
    json.dumps(answer, allow_nan=False)
    views = answer["views"]
    assert views["tokens"]["codes"]["shape"] == list(session.workbench.tokens.shape)
    assert len(views["ladder"]["errors"]) == hyperparameters["num_quantizers"]
    assert views["checkpoint"]["num_embeddings"] == session.workbench.take.num_codes


def test_what_it_was_trained_on_is_not_claimed_to_be_known(session, made):
    assert session.changed_views()["clip"]["trained"] is False
    views = send(session, upload(session, *small(made)))["views"]
    assert views["clip"]["trained"] is None
    assert {card["trained"] for card in views["library"]["clips"]} == {None}


def test_a_damaged_file_is_refused_in_its_own_name_and_left_to_the_doctor(session, made):
    config, weights = small(made)
    weights.write_bytes(weights.read_bytes()[:-500])
    answer = send(session, upload(session, weights, config))
    assert answer["notice"].startswith("model/model.safetensors: damaged")
    assert "Doctor" in answer["notice"]
    assert session.workbench.take.checkpoint_key == "first"
    assert session.shelf.refused.checkpoint is None


@pytest.mark.parametrize(
    ("names", "words"),
    [(["config.json"], "No files of weights"), (["a.pth", "b.tar"], "2 files of weights")],
)
def test_one_file_of_weights_is_asked_for(session, made, names, words):
    made.mkdir()
    for name in names:
        (made / name).write_bytes(b"x")
    assert words in send(session, upload(session, *sorted(made.iterdir())))["notice"]


def test_files_from_elsewhere_on_the_server_are_refused(session, made):
    files = [{"path": str(file), "file_name": file.name} for file in small(made)]
    assert "not uploaded" in send(session, {"name": "open_checkpoint", "files": files})["notice"]


def test_a_name_with_separators_stays_in_its_folder(session, made):
    made.mkdir()
    torch.save({"net": {}}, made / "x.pth")
    letter = upload(session, made / "x.pth")
    letter["files"][0]["file_name"] = "../../..//evil\0<b>.pth"
    assert "x" in send(session, letter)["notice"]
    folder = Path(session.shelf.refused.folder.name)
    assert [str(p.relative_to(folder)) for p in folder.rglob("*.pth")] == ["evil__b_/evil__b_.pth"]


def test_only_so_many_are_kept_and_one_can_be_put_away(session, made):
    for number in range(MOST_KEPT):
        assert send(session, upload(session, *small(made / str(number), seed=number)))["notice"] == ""
    first, *_, last = session.shelf.kept
    more = upload(session, *small(made / "more", seed=9))
    assert "as many as fit" in send(session, more)["notice"]
    assert session.workbench.take.checkpoint_key == last
    answer = send(session, {"name": "forget_checkpoint", "checkpoint": last}, {**more})
    assert answer["notice"] == ""
    assert next(iter(session.shelf.kept)) == first
    assert last not in session.shelf.kept
    assert last not in {checkpoint for _, checkpoint in session.desks}


def test_all_visitors_together_fill_no_more_than_the_servers_memory(
    session, made, library, tmp_path, monkeypatch
):
    assert send(session, upload(session, *small(made / "one")))["notice"] == ""
    (own,) = session.shelf.kept.values()
    monkeypatch.setattr("app.own_checkpoints._of_all_visitors", WeakSet([own]))
    monkeypatch.setattr("app.own_checkpoints.MOST_OF_ALL", int(1.5 * own.bytes))
    (tmp_path / "other").mkdir()
    other = Session(library, tmp_path / "other")
    assert "fill this server's memory" in send(other, upload(other, *small(made / "two", seed=2)))["notice"]
    assert other.shelf.kept == {}


def test_the_current_one_put_away_gives_the_opening_one(session, made):
    send(session, upload(session, *small(made)))
    (key,) = session.shelf.kept
    answer = send(session, {"name": "forget_checkpoint", "checkpoint": key})
    assert session.workbench.take.checkpoint_key == "first"
    assert answer["views"]["session"]["checkpoint"] == "first"


def test_files_go_with_the_session(session, made):
    send(session, upload(session, *small(made)))
    (own,) = session.shelf.kept.values()
    place = Path(own.folder.name)
    assert (place / "model" / "config.json").is_file()
    own.folder.cleanup()
    assert not place.exists()


def test_a_link_opens_where_the_same_checkpoint_was_opened(session, made, library, tmp_path):
    files = small(made)
    send(session, upload(session, *files), {"name": "set_layers", "layers": [True] * 2 + [False] * 4})
    make = {"name": "make_link", "joints": [], "time": 0.0, "picture": "position"}
    link = {"name": "open_link", "text": send(session, make)["views"]["parcel"]["text"]}
    (tmp_path / "other").mkdir()
    other = Session(library, tmp_path / "other")
    assert "open that checkpoint here" in send(other, link)["notice"]
    assert other.workbench.take.checkpoint_key == "first"
    assert send(other, upload(other, *files))["notice"] == ""
    assert send(other, link)["notice"] == ""
    assert other.workbench.layers == (True, True, False, False, False, False)


def test_other_statistics_make_another_checkpoint(session, made):
    config, weights = small(made)
    send(session, upload(session, weights, config))
    values = json.loads(config.read_text())
    values["std"] = [0.2] * 263
    config.write_text(json.dumps(values))
    send(session, upload(session, weights, config))
    assert len(session.shelf.kept) == 2


def opened_at(session, where):
    command = {"name": "open_checkpoint_at", "where": where}
    answer = send(session, command)
    if answer["notice"]:
        return answer
    deadline = time.monotonic() + PATIENCE
    while session.jobs.of("checkpoint", where).is_open:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return send(session, command if session.jobs.result("checkpoint", where) else {"name": "look"})


def test_a_path_opens_only_where_that_is_allowed(library, made, tmp_path):
    small(made)
    refused = opened_at(Session(library, tmp_path), str(made))
    assert "--allow-paths" in refused["notice"]
    trusting = Library(ROOT / "assets" / "clips", library.checkpoints_folder, paths_allowed=True)
    session = Session(trusting, tmp_path)
    assert opened_at(session, str(made))["notice"] == ""
    assert session.workbench.take.checkpoint.fingerprint == load_checkpoint(made).fingerprint
    missing = opened_at(session, str(made / "nothing"))
    assert "nothing: found no config.json" in missing["notice"]


def test_a_hub_id_is_fetched_in_the_background(session, made, monkeypatch):
    small(made)
    fetched = []

    def fetch(source):
        fetched.append(source)
        return load_checkpoint(made)

    monkeypatch.setattr("app.compute.load", fetch)
    assert opened_at(session, "somebody/tokenizer")["notice"] == ""
    assert fetched == ["somebody/tokenizer"]
    assert session.workbench.take.source == "somebody/tokenizer"


def test_a_clip_that_a_library_checkpoint_does_not_take_is_refused_with_the_reason(tmp_path):
    small(tmp_path / "kit", width=251, layout="kit-ml")
    library = Library(checkpoints_folder=tmp_path)
    assert library.checkpoint("kit").layout == "kit-ml"
    with pytest.raises(
        StudioError, match=r"Walk has HumanML3D features.*kit takes KIT-ML features \(N, 251\)"
    ):
        library.take(library.clip("walk"), "kit")


def test_a_different_output_is_refused(library, take):
    wide = replace(take.checkpoint.config, output_dim=20)
    checkpoint = replace(take.checkpoint, model=RVQVAE(wide).eval())
    from app.take import check_shown

    with pytest.raises(StudioError, match=r"and gives features \(N, 20\)"):
        check_shown(checkpoint, "odd")
