"""Small files made to fill memory or take for ever: refused quickly, in little memory, in one sentence."""

import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from numpy._core.multiarray import scalar

from rvqvae import RVQVAE, CheckpointError, RVQVAEConfig, load_checkpoint, save_checkpoint
from tests.checkpoints.formats.original_motion_s import Original

MOST_SECONDS = 5.0  # of processor time
MOST_MEGABYTES = 250
LONGEST_MESSAGE = 1000

# Opens each file in one process of its own and prints the processor seconds and megabytes that each took.
CHILD = """
import json, resource, sys, time
from rvqvae import CheckpointError, load_checkpoint
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
load_checkpoint(sys.argv[1], "cpu")
for path in sys.argv[2:]:
    memory, start = peak(), time.process_time()
    try:
        load_checkpoint(path, "cpu")
        said = ""
    except CheckpointError as error:
        said = str(error)
    print(json.dumps([time.process_time() - start, peak() - memory, said]), flush=True)
"""


class Calls:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def archive(path, content):
    """A file of torch.save with this pickle in it."""
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("archive/data.pkl", content)
        parts.writestr("archive/version", b"3\n")
        parts.writestr("archive/data/0", bytes(16))


def nested(depth):
    value = [1]
    for _ in range(depth):
        value = [value] * 4
    return value


def shared_codebooks(count):
    state = Original(latent_dim=256, hidden_dim=8, num_embeddings=1024, num_quantizers=1).state_dict()
    parts = ("embedding", "embedding_avg", "cluster_size")
    shared = {part: state.get(f"rvq.quantizers.0.{part}") for part in parts}
    for v in range(count):
        state |= {f"rvq.quantizers.{v}.{p}": tensor for p, tensor in shared.items() if tensor is not None}
    return {"model_state_dict": state}


def repeated(function, arguments, times):
    """A pickle that calls a function of two names with the same large argument again and again."""
    module, name = function.split(" ")
    head = b"\x80\x02c" + f"{module}\n{name}\n".encode() + b"q\x00" + arguments + b"q\x01"
    return head + b"]q\x02(" + b"h\x00h\x01\x85R" * times + b"e."


LARGE_TEXT = b"X" + (1 << 20).to_bytes(4, "little") + b"x" * (1 << 20)
LARGE_LIST = b"](" + b"K\x01" * (1 << 19) + b"e"
STATE = {"model_state_dict": {"a": torch.zeros(2)}}

PICKLES = {
    "rooms": lambda: [Calls(bytearray, 1 << 30) for _ in range(4)],
    "scalar": lambda: Calls(scalar, np.dtype("V1500000000")),
    "text": lambda: Calls(str.__mul__, "x", 1 << 30),
    "zeros": lambda: Calls(np.zeros, 1 << 29),
    "storage": lambda: Calls(torch.zeros, 1 << 29),
}
RAW = {
    "numbered": b"\x80\x02}r\xff\xff\xff\x7f.",
    "encoded": repeated("_codecs encode", LARGE_TEXT, 200_000),
    "sizes": repeated("torch Size", LARGE_LIST, 200_000),
    "dictionaries": repeated("collections OrderedDict", LARGE_LIST, 200_000),
    "sets": repeated("builtins set", LARGE_LIST, 200_000),
    "deep": b"\x80\x02" + b"]" * 1_000_000 + b"a" * 999_999 + b".",
    "many": b"\x80\x02" + b"}" * 4_000_000 + b".",
    "long frame": b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f}.",
    "long text": b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f}.",
    "digits": b"\x80\x02I" + b"9" * 1_000_000 + b"\n.",
}


def own_folder(folder, **changes):
    config = RVQVAEConfig(input_dim=6, latent_dim=4, hidden_dim=4, num_embeddings=8, num_quantizers=2)
    save_checkpoint(folder, RVQVAE(config), mean=np.zeros(6), std=np.ones(6), name="own")
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return folder


def hostile_files(folder):
    files = {}
    for name, make in PICKLES.items():
        torch.save({**STATE, "config": make()}, folder / f"{name}.pt")
        files[name] = folder / f"{name}.pt"
        old = folder / f"{name}-old.pt"
        torch.save({**STATE, "config": make()}, old, _use_new_zipfile_serialization=False)
        files[f"{name}, old form"] = old
    for name, content in RAW.items():
        archive(folder / f"{name}.pth", content)
        files[name] = folder / f"{name}.pth"
        (folder / f"{name}.tar").write_bytes(content)
        files[f"{name}, bare"] = folder / f"{name}.tar"
    state = {"model_state_dict": Original().state_dict(), "config": {"latent_dim": nested(25)}}
    torch.save(state, folder / "nested.pth")
    torch.save(shared_codebooks(256), folder / "shared.pth")
    widened = Original().state_dict()
    widened["encoder.encoder.3.weight"] = torch.zeros(1).expand(1 << 20, 1 << 10, 3)
    torch.save(widened, folder / "widened.pth")
    files |= {name: folder / f"{name}.pth" for name in ("nested", "shared", "widened")}
    for name, model in (
        ("deep hyperparameter", {"latent_dim": json.loads("[" * 900 + "]" * 900)}),
        ("long hyperparameter", {"latent_dim": "9" * 1_000_000}),
        ("many hyperparameters", {f"key{i}": i for i in range(100_000)}),
        ("a list", [1] * 1_000_000),
    ):
        files[name] = own_folder(folder / name, model=model)
    files["a long name"] = own_folder(folder / "long", layout=["x" * 1_000_000])
    large = own_folder(folder / "large")
    (large / "config.json").write_text("[" + "[]," * 6_000_000 + "[]]")
    header = own_folder(folder / "header")
    (header / "model.safetensors").write_bytes((1 << 40).to_bytes(8, "little") + b"{}")
    return {**files, "large configuration": large, "long header": header}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    files = hostile_files(folder)
    sound = own_folder(folder / "sound")
    command = [sys.executable, "-c", CHILD, str(sound), *map(str, files.values())]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250, cwd=root, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(files, lines, strict=True)), folder


def test_each_is_refused_quickly_and_in_little_memory(outcomes):
    found, folder = outcomes
    for name, (seconds, megabytes, said) in found.items():
        assert said, f"{name} was opened"
        assert len(said.replace(str(folder), "")) < LONGEST_MESSAGE, f"{name}: {len(said)} characters"
        assert "\n" not in said, name
        assert seconds < MOST_SECONDS, f"{name} took {seconds:.1f} s"
        assert megabytes < MOST_MEGABYTES, f"{name} took {megabytes:.0f} MB"


def test_what_would_have_to_be_executed_is_named(outcomes):
    found, _ = outcomes
    assert "loading would have to execute (bytearray)" in found["rooms"][2]
    assert "a NumPy scalar that is no number" in found["scalar"][2]
    assert "its tensors claim" in found["shared"][2]
    assert "claims shape" in found["widened"][2]
    assert "latent_dim' is [[[[...], [...], [...], [...]]" in found["nested"][2]


def test_one_codebook_for_all_layers_is_read(tmp_path, rng):
    original = Original(num_quantizers=6)
    state = original.state_dict()
    for v in range(1, 6):
        state[f"rvq.quantizers.{v}.embedding"] = state["rvq.quantizers.0.embedding"]
    torch.save({"model_state_dict": state}, tmp_path / "a.pth")
    model = load_checkpoint(tmp_path / "a.pth").model
    assert torch.equal(model.quantizer.layers[5].embedding, model.quantizer.layers[0].embedding)


def test_whole_numbers_in_place_of_weights_are_refused(tmp_path):
    folder = own_folder(tmp_path / "own")
    weights = folder / "model.safetensors"
    tensors = safetensors.torch.load(weights.read_bytes())
    tensors["decoder.convs.0.weight"] = tensors["decoder.convs.0.weight"].to(torch.int8)
    weights.write_bytes(safetensors.torch.save(tensors))
    with pytest.raises(CheckpointError, match=r"decoder\.convs\.0\.weight: found torch\.int8; expected"):
        load_checkpoint(folder)


def test_changed_numbers_are_noticed(tmp_path):
    torch.save(Original().state_dict(), tmp_path / "a.pth")
    content = bytearray((tmp_path / "a.pth").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.pth") as parts:
        largest = max(parts.infolist(), key=lambda part: part.file_size)
    content[largest.header_offset + 200] ^= 64
    (tmp_path / "a.pth").write_bytes(content)
    with pytest.raises(CheckpointError, match="a damaged one"):
        load_checkpoint(tmp_path / "a.pth")


def test_errors_can_be_sent_to_another_process_and_renamed(tmp_path):
    (tmp_path / "a.pth").write_bytes(b"hello")
    with pytest.raises(CheckpointError) as refused:
        load_checkpoint(tmp_path / "a.pth")
    again = pickle.loads(pickle.dumps(refused.value))
    assert (type(again), str(again)) == (CheckpointError, str(refused.value))
    assert again.named("mine.pth").startswith("mine.pth: not a file of torch.save")
    assert str(tmp_path) not in again.named()
