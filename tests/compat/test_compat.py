"""Files and links made with earlier versions open as before; endpoints and commands give what they gave.

Everything is asked as from outside: over HTTP, on the command line, and through what `rvqvae` promises. What
is expected lies in `data/`. It was written by an earlier version and is never written anew.
"""

import json
import re
import runpy
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import rvqvae
from rvqvae.motion import features_to_joints, joints_to_features, read_clips
from tests.compat.frozen import DATA, ROOT, content, differences, options_of, read, text_differences

COMMANDS, ENDPOINTS, STATES = read("commands.json"), read("endpoints.json"), read("states.json")
OPTIONS, SIGNATURES, LIBRARY = read("options.json"), read("signatures.json"), read("library.json")
CHECKPOINTS = DATA / "checkpoints"
OWN_CHECKPOINT = [CHECKPOINTS / "small-dilated" / name for name in ("config.json", "model.safetensors")]
CLIPS = ROOT / "assets" / "clips"


def sent(value: Any) -> Any:
    """Arguments as a client sends them, with the files that they name."""
    if isinstance(value, dict) and "$file" in value:
        return handle_file(DATA / value["$file"])
    if isinstance(value, dict):
        return {key: sent(one) for key, one in value.items()}
    return [sent(one) for one in value] if isinstance(value, list) else value


def asked(client: Client, endpoint: str, *arguments: Any, **named: Any) -> Any:
    """What an endpoint answers: values, the name and contents of a file, or the sentence of a refusal."""
    try:
        made = client.predict(*sent(list(arguments)), **sent(named), api_name=f"/{endpoint}")
    except AppError as error:
        return {"$refused": str(error)}
    path = made.get("path") if isinstance(made, dict) and {"path", "meta"} <= made.keys() else made
    return {"file": Path(path).name, "content": content(Path(path))} if isinstance(path, str) else made


def titled(case: dict) -> str:
    """An endpoint's case in a few characters."""
    arguments = json.dumps([*case["arguments"], case["named"] or None])
    return f"{case['endpoint']} {re.sub(r'[^a-z0-9.-]+', ' ', arguments)[:60].strip()}"


# Endpoints


def test_endpoints_take_what_they_took(client: Client) -> None:
    found = client.view_api(print_info=False, return_format="dict")["named_endpoints"]
    for name, kept in SIGNATURES.items():
        takes = [
            {
                "name": one["parameter_name"],
                "optional": one["parameter_has_default"],
                "default": one["parameter_default"],
                "type": one["python_type"]["type"],
            }
            for one in found[f"/{name}"]["parameters"]
        ]
        assert takes[: len(kept["takes"])] == kept["takes"], name
        assert all(new["optional"] for new in takes[len(kept["takes"]) :]), name
        assert [one["python_type"]["type"] for one in found[f"/{name}"]["returns"]] == kept["gives"], name


# How edits are worded, which figures are called reliable (in CSV the tenth column), which of equally near
# codes occur where, and what the doctor measures on how many frames: no program relies on them.
PUT_RIGHT = ("/words/*", "*/reliable", "/content/*/9", "/places", "/measurements/*")


@pytest.mark.parametrize("case", ENDPOINTS, ids=titled)
def test_endpoints_give_what_they_gave(client: Client, case: dict) -> None:
    made = asked(client, case["endpoint"], *case["arguments"], **case["named"])
    if case["endpoint"] == "lesson":  # what lessons say and ask has been put right since
        assert made.keys() >= case["result"].keys()
        return
    free = (*case["free"], *PUT_RIGHT)
    assert differences(case["result"], made, free=free, wordy=case["wordy"]) == []


def test_a_checkpoint_that_was_opened_is_used_and_put_away(client: Client) -> None:
    files = [{"$file": str(file.relative_to(DATA))} for file in OWN_CHECKPOINT]
    key = asked(client, "open_checkpoint", files)["checkpoint"]
    kept = next(case for case in ENDPOINTS if case["endpoint"] == "open_checkpoint")["result"]
    assert key == kept["checkpoint"]  # a link to it holds for whoever has it too
    assert key in asked(client, "list_library")["checkpoints"]
    tokens = asked(client, "tokenize", {"$file": "inputs/own.npy"}, key)["tokens"]
    assert tokens == asked(client, "tokenize", {"$file": "inputs/own.npy"}, "small-dilated")["tokens"]
    assert asked(client, "forget_checkpoint", key) == {"checkpoints": []}


# Links and state files


@pytest.mark.parametrize("kept", STATES, ids=[kept["name"] for kept in STATES])
def test_links_and_state_files_open_as_before(client: Client, kept: dict) -> None:
    state = kept["state"]
    forms = [
        state,
        json.dumps(state) if isinstance(state, dict) else f"https://a.page/?{state.split('?')[1]}",
    ]
    if kept["own_checkpoint"]:
        asked(client, "open_checkpoint", [{"$file": str(file.relative_to(DATA))} for file in OWN_CHECKPOINT])
    try:
        for form in forms:
            back = asked(client, "read_state", form)
            assert differences(kept["read"], back, wordy="$refused" in kept["read"]) == []
        if "edited" in kept:
            choices = [back[name] for name in ("clip", "edits", "layers", "checkpoint", "alignment")]
            made = asked(client, "edit", *choices)
            assert differences(kept["edited"], made, free=PUT_RIGHT) == []
            assert made["tokens"] == back["tokens"]
    finally:
        if kept["own_checkpoint"]:
            asked(client, "forget_checkpoint", back["checkpoint"])


# Token files


@pytest.mark.parametrize("suffix", ["csv", "json", "npz"])
def test_rows_of_token_files_are_the_clips_they_were_made_of(client: Client, suffix: str) -> None:
    table = {"$file": f"tables/tokens.{suffix}"}
    for row, clip in enumerate(asked(client, "read_table", table)["ids"]):
        found = asked(client, "tokenize", {"table": table, "row": row}, "small")
        assert found["tokens"] == asked(client, "tokenize", clip, "small")["tokens"]


def test_a_token_file_is_written_back_to_the_byte(client: Client) -> None:
    table = DATA / "tables" / "tokens.csv"
    saved = client.predict(handle_file(table), {}, api_name="/save_table")
    assert Path(saved if isinstance(saved, str) else saved["path"]).read_bytes() == table.read_bytes()


# Commands


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run `python -m rvqvae` in this process; returns its exit status."""
    monkeypatch.setattr("sys.argv", ["rvqvae", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("rvqvae", run_name="__main__", alter_sys=True)
    return int(ended.value.code or 0)


@pytest.mark.parametrize("kept", COMMANDS, ids=[kept["name"] for kept in COMMANDS])
def test_commands_do_what_they_did(
    kept: dict,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {"$DATA": str(DATA), "$CLIPS": str(CLIPS), "$OUT": str(tmp_path)}

    def shortened(text: str) -> str:
        for short, place in places.items():
            text = text.replace(place, short)
        return text

    words = [re.sub(r"^\$[A-Z]+", lambda place: places[place[0]], word) for word in kept["command"].split()]
    assert run(words, monkeypatch) == kept["status"]
    said = capsys.readouterr()
    if kept["says"] is not None:
        assert text_differences(kept["says"], shortened(said.out)) == []
    for complaint in kept["complains"]:
        assert complaint in shortened(said.err)
    for name, expected in kept["files"].items():
        file = tmp_path / name
        assert file.is_file(), name
        if isinstance(expected, str):  # a text, to the byte
            assert file.read_bytes().decode() == expected
        elif expected is not None:
            found = json.loads(shortened(json.dumps(content(file))))
            assert differences(expected, found, free=("/measurements/*",), wordy=kept["wordy"]) == []


@pytest.mark.parametrize("command", OPTIONS)
def test_commands_take_the_options_they_took(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "9999")
    assert run([command, "--help"], monkeypatch) == 0
    kept, found = OPTIONS[command], options_of(capsys.readouterr().out)
    new = set(found["arguments"]) - set(kept["arguments"])
    assert set(kept["arguments"]) <= set(found["arguments"])
    assert all(argument.startswith("[") for argument in new)
    assert kept["defaults"].items() <= found["defaults"].items()


# The library


FEATURES = np.load(DATA / "inputs" / "features.npz")["features"].astype(np.float32)


@pytest.mark.parametrize("name", LIBRARY["checkpoints"])
def test_checkpoint_folders_load_as_before(name: str) -> None:
    kept = LIBRARY["checkpoints"][name]
    loaded = rvqvae.load_checkpoint(CHECKPOINTS / name, device="cpu")
    tokens = loaded.encode(FEATURES)
    motion = torch.from_numpy((FEATURES - loaded.mean) / loaded.std).T[None]
    made, found, commitment = loaded.model(motion)
    total, losses = rvqvae.compute_rvq_loss(made, motion, commitment)
    assert [row[0].tolist() for row in found] == tokens.tolist()
    now = {
        **{part: getattr(loaded, part) for part in ("name", "layout", "fps")},
        "config": {part: getattr(loaded.config, part) for part in kept["config"]},
        "mean": loaded.mean.tolist(),
        "std": loaded.std.tolist(),
        "tokens": tokens.tolist(),
        "decoded": loaded.decode(tokens).tolist(),
        "decoded_from_1_and_3": loaded.decode(tokens, layers=[0, 2]).tolist(),
        "commitment": commitment.item(),
        "total_loss": total.item(),
        "losses": {part: float(value) for part, value in losses.items()},
    }
    assert differences(kept, now) == []


def test_a_folder_without_its_later_entries_loads(tmp_path: Path) -> None:
    """Folders were once written without the family, use and energies."""
    shutil.copytree(CHECKPOINTS / "small", tmp_path / "early")
    config = json.loads((tmp_path / "early" / "config.json").read_text())
    for entry in ("family", "usage", "energies"):
        del config[entry]
    (tmp_path / "early" / "config.json").write_text(json.dumps(config))
    early = rvqvae.load_checkpoint(tmp_path / "early", device="cpu")
    assert early.encode(FEATURES).tolist() == LIBRARY["checkpoints"]["small"]["tokens"]


def test_models_are_loaded_and_saved_by_folder(tmp_path: Path) -> None:
    model = rvqvae.RVQVAE.from_pretrained(CHECKPOINTS / "small")
    model.save_pretrained(tmp_path / "copy")
    copy = rvqvae.load_checkpoint(tmp_path / "copy", device="cpu")
    assert copy.encode(FEATURES).tolist() == LIBRARY["checkpoints"]["small"]["tokens"]


def test_hyperparameters_default_to_what_they_did() -> None:
    config = rvqvae.RVQVAEConfig()
    assert {name: getattr(config, name) for name in LIBRARY["defaults"]} == LIBRARY["defaults"]


def test_motion_is_represented_as_before() -> None:
    assert differences(LIBRARY["joints"], features_to_joints(FEATURES).tolist()) == []
    joints = np.load(CLIPS / "kick.npy")
    assert differences(LIBRARY["features"], joints_to_features(joints).tolist()) == []
    read_now = [
        [clip.name, clip.fps, clip.features.tolist()] for clip in read_clips(DATA / "inputs" / "body.bvh")
    ]
    assert differences(LIBRARY["bvh"], read_now) == []
