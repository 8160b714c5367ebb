"""A program's own files: a BVH with its joints, a checkpoint, a table; and files that are not its own."""

from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from app.catalog.library import ROOT
from app.catalog.own_clips import read_own_clip
from app.workbench.workbench import Workbench
from rvqvae import load_checkpoint
from rvqvae.tokens import TokenRow, TokenTable, check_submission, read_sheet, write_tokens
from tests.support.bvh import write
from tests.support.checkpoints import write_checkpoint

DROP = {"kind": "set", "region": [0, 0, 3, 5], "code": -1, "repair": False}
GIVEN = {"head": "Noggin", "left_knee": "Bend"}


@pytest.fixture
def strange(tmp_path):
    return write(tmp_path / "strange.bvh", ("JOINT Head", "JOINT Noggin"), ("JOINT LeftLeg", "JOINT Bend"))


@pytest.fixture
def own(tmp_path):
    write_checkpoint(tmp_path, "mine", seed=7, num_quantizers=3)
    return [handle_file(tmp_path / "mine" / name) for name in ("config.json", "model.safetensors")]


def test_the_joints_of_a_bvh(client, strange):
    told = client.predict(handle_file(strange), api_name="/joints")
    assert told["missing"] == ["left_knee", "head"]
    assert (told["joint_map"]["left_ankle"], told["joint_map"]["head"]) == ("LeftFoot", None)
    assert "Noggin" in told["names"]
    whole = client.predict(handle_file(strange), GIVEN, api_name="/joints")
    assert whole["missing"] == []
    with pytest.raises(AppError, match=r"strange\.bvh: the joint map gives head the joint 'Nose'"):
        client.predict(handle_file(strange), {"head": "Nose"}, api_name="/joints")


def test_a_bvh_with_its_joint_map_is_a_clip(client, library, strange):
    with pytest.raises(AppError, match=r"strange\.bvh: found no joint for left_knee, head"):
        client.predict(handle_file(strange), "first", api_name="/tokenize")
    clip = {"file": handle_file(strange), "joint_map": GIVEN}
    read, _ = read_own_clip(strange, "strange.bvh", joint_map=GIVEN)[:2]
    made = client.predict(clip, None, "first", api_name="/reconstruct")
    assert made["error_mm"] == pytest.approx(Workbench.of(library.encoded(read, "first")).errors.mean())
    walk = {"file": handle_file(ROOT / "assets" / "clips" / "walk.npy"), "joint_map": GIVEN}
    with pytest.raises(AppError, match=r"it is known which joints it has"):
        client.predict(walk, api_name="/tokenize")


def test_features_are_converted_when_that_is_asked(client, tmp_path, library):
    wide = np.zeros((20, 623), np.float32)
    wide[:, 3] = 0.9
    np.save(tmp_path / "wide.npy", wide)
    with pytest.raises(AppError, match="It can be converted"):
        client.predict(handle_file(tmp_path / "wide.npy"), "first", api_name="/tokenize")
    clip = {"file": handle_file(tmp_path / "wide.npy"), "convert": True}
    assert client.predict(clip, "first", api_name="/tokenize")["frames"] == 20


def test_a_checkpoint_of_ones_own(client, served, library, own, tmp_path):
    opened = client.predict(own, api_name="/open_checkpoint")
    key = opened["checkpoint"]
    assert (opened["title"], opened["layers"], opened["features"]) == ("mine", 3, 263)
    loaded = load_checkpoint(tmp_path / "mine", device="cpu")
    tokens = client.predict("walk", key, api_name="/tokenize")["tokens"]
    assert np.array_equal(tokens, loaded.encode(library.clip("walk").features))
    assert len(client.predict("walk", key, api_name="/errors_by_layers")["errors_mm"]["root"]) == 3
    assert client.predict(key, api_name="/inspect")["subject"] == "mine"
    assert len(client.predict([key, "first"], "clip", "walk", api_name="/compare")["contestants"]) == 2
    assert key in client.predict(api_name="/list_library")["checkpoints"]

    stranger = Client(served, verbose=False)
    assert key not in stranger.predict(api_name="/list_library")["checkpoints"]
    with pytest.raises(AppError, match="not open for you any more"):
        stranger.predict("walk", key, api_name="/tokenize")
    with pytest.raises(AppError, match="none of yours"):
        stranger.predict(key, api_name="/forget_checkpoint")

    assert client.predict(key, api_name="/forget_checkpoint") == {"checkpoints": []}
    with pytest.raises(AppError, match="not open for you any more"):
        client.predict("walk", key, api_name="/tokenize")


def test_files_that_are_no_checkpoint(client, own, tmp_path):
    (tmp_path / "bad.pth").write_bytes(b"nonsense")
    bad = [handle_file(tmp_path / "bad.pth")]
    with pytest.raises(AppError, match=r"bad\.pth") as caught:
        client.predict(bad, api_name="/open_checkpoint")
    assert str(tmp_path) not in str(caught.value)
    report = client.predict("", bad, api_name="/inspect")
    assert report["findings"]
    with pytest.raises(AppError, match="No files of weights were chosen"):
        client.predict(own[:1], api_name="/open_checkpoint")
    with pytest.raises(AppError, match="opens no paths of the machine"):
        client.predict(None, str(tmp_path / "mine"), api_name="/open_checkpoint")
    with pytest.raises(AppError, match="Nothing was sent to open"):
        client.predict(api_name="/open_checkpoint")


def test_a_table_is_checked_as_a_submission(client, tmp_path):
    rng = np.random.default_rng(0)
    rows = [TokenRow(f"s{i}", rng.integers(0, 512, (6, 42)), 168) for i in range(2)]
    write_tokens(tmp_path / "t.csv", TokenTable(rows, "c", "f"))
    table = tmp_path / "t.csv"
    assert client.predict(handle_file(table), api_name="/check_tokens")["findings"] == []
    table.write_text(table.read_text().replace("s1,", "s0,"))
    made = client.predict(handle_file(table), ["s0", "s7"], api_name="/check_tokens")
    expected = check_submission(table, ["s0", "s7"])
    assert [one["problem"] for one in made["findings"]] == [one.problem for one in expected]
    assert [one["row"] for one in made["findings"]] == [one.row for one in expected]
    assert made["wrong"] == len(expected) >= 2
    (tmp_path / "ids.txt").write_text("s0\ns7\n")
    ids = handle_file(tmp_path / "ids.txt")
    assert client.predict(handle_file(table), ids, api_name="/check_tokens") == made
    (tmp_path / "bad.csv").write_bytes(b"\x00\xff")
    with pytest.raises(AppError, match=r"bad\.csv"):
        client.predict(handle_file(tmp_path / "bad.csv"), api_name="/check_tokens")


@pytest.fixture
def table(tmp_path, encoded):
    """Two rows of the checkpoint's codes, and one that cannot be read."""
    rows = [TokenRow(f"s{i}", np.roll(encoded.tokens, i, axis=1), encoded.frames) for i in range(2)]
    write_tokens(tmp_path / "t.csv", TokenTable(rows, "first", encoded.checkpoint.fingerprint))
    with (tmp_path / "t.csv").open("a") as file:
        file.write("s2,1 2 x,1,1,1,1,1\n")
    return tmp_path / "t.csv"


def test_rows_of_a_table_are_clips(client, table, encoded):
    read = client.predict(handle_file(table), api_name="/read_table")
    assert (read["rows"], read["ids"], list(read["problems"])) == (3, ["s0", "s1", "s2"], ["2"])
    row = {"table": handle_file(table), "row": 1}
    edited = client.predict(row, [DROP], None, "first", api_name="/edit")["tokens"]
    expected = np.roll(encoded.tokens, 1, axis=1)
    expected[0, 3:6] = -1
    assert np.array_equal(edited, expected)
    with pytest.raises(AppError, match="cannot be decoded"):
        client.predict({**row, "row": 2}, "first", api_name="/tokenize")
    for wrong in (3, -1):
        with pytest.raises(AppError, match="has no such row"):
            client.predict({**row, "row": wrong}, "first", api_name="/tokenize")
    for wrong in ("x", None, 0.5):
        with pytest.raises(AppError, match="is not a whole number"):
            client.predict({**row, "row": wrong}, "first", api_name="/tokenize")


def test_a_table_is_written_back(client, table, encoded):
    new = np.roll(encoded.tokens, 3, axis=1)
    path = client.predict(handle_file(table), {"1": new.tolist()}, api_name="/save_table")
    before, after = table.read_text().splitlines(), Path(path).read_text().splitlines()
    assert [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [2]
    assert read_sheet(path).row(1).tokens.tolist() == new.tolist()
    for rows, sentence in (
        ({"9": [[1]]}, "has no such row"),
        ({"x": [[1]]}, "'x' is no row"),
        ({"1": [[1], [2, 3]]}, "as many whole numbers"),
    ):
        with pytest.raises(AppError, match=sentence):
            client.predict(handle_file(table), rows, api_name="/save_table")
    with pytest.raises(AppError, match="no file 'txt' to save"):
        client.predict(handle_file(table), {}, "txt", api_name="/save_table")


@pytest.mark.parametrize("endpoint", ["tokenize", "joints", "check_tokens"])
def test_nothing_else_on_the_server_is_read(served, endpoint):
    """Asked without gradio_client, which would send the file along."""
    path = str(ROOT / "assets" / "clips" / "walk.npy")
    for file in ({"path": path}, {"path": path, "meta": {"_type": "gradio.FileData"}}):
        begun = httpx.post(f"{served}gradio_api/call/{endpoint}", json={"data": [file]}, timeout=60)
        if "meta" in file:  # refused before Gradio sees it
            assert begun.status_code == 400
            continue
        event = begun.json()["event_id"]
        said = httpx.get(f"{served}gradio_api/call/{endpoint}/{event}", timeout=120).text
        assert "event: error" in said
        assert "event: complete" not in said


def test_own_files_that_are_none(client):
    for clip in (7, ["walk"], {"file": "/etc/passwd"}, {"file": {"path": "/etc/passwd"}}):
        with pytest.raises(AppError, match="handle_file"):
            client.predict(clip, api_name="/tokenize")
    drop = {"kind": "set", "region": [0, 0, 0, 0], "repair": False, "code": -1}
    with pytest.raises(AppError, match="at most 1,000 edits"):
        client.predict("walk", [drop] * 1001, None, "first", api_name="/edit")
    with pytest.raises(AppError, match="at most 8 are tried"):
        client.predict("walk", [2] * 9, "first", api_name="/beam_search")
    with pytest.raises(AppError, match="codes cannot be listed"):
        client.predict(1, 0, 10**9, "first", api_name="/nearest_codes")
    with pytest.raises(AppError, match="steps are too many"):
        client.predict([[0] * 10_001], api_name="/decode")
    for tokens in ([], [[]], [[1], [2, 3]], "x", [[0.5]], [[10**30]]):
        with pytest.raises(AppError, match="Tokens are a list of layers"):
            client.predict(tokens, api_name="/decode")
