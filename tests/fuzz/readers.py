"""Every reader of files, with a sound file of each kind it reads."""

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from app.workbench.edits import Paste, SetCode
from app.workbench.encoded_clip import SourceClip
from app.workbench.region import Region
from app.workbench.shared_state import SharedB, SharedRow, SharedState
from app.workbench.sharing import from_file, from_link, to_file, to_link
from rvqvae import RVQVAE, RVQVAEConfig, load_checkpoint, save_checkpoint
from rvqvae.motion import read_joint_map, read_motion, write_bvh
from rvqvae.motion.skeleton import JOINT_NAMES
from rvqvae.tokens import (
    TokenRow,
    TokenSheet,
    TokenTable,
    check_submission,
    read_sheet,
    read_tokens,
    write_tokens,
)
from tests.checkpoints.formats.original_dilated import Network
from tests.checkpoints.formats.original_motion_s import Original
from tests.support.paths import CLIPS


@dataclass(frozen=True)
class Target:
    """A reader and a sound set of files for it.

    Attributes
    ----------
    title : str
    read : what opens the files; given the folder they are in
    files : dict, name to content
    mutated : names of the files that are damaged, one at a time
    """

    title: str
    read: Callable[[Path], object]
    files: dict[str, bytes]
    mutated: tuple[str, ...]


class Canary:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def targets(scratch: Path, canary: Path) -> list[Target]:
    """All readers; `scratch` is an empty folder, `canary` a path that must never come to exist."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    walk = np.load(CLIPS / "walk.npy")[:12]
    return [
        _motion("features .npy", "a.npy", _npy(rng.normal(size=(9, 263)).astype(np.float32))),
        _motion("joints .npy", "a.npy", _npy(walk)),
        _motion("pickled .npy", "a.npy", _pickled(canary)),
        _motion("corpus .npz", "a.npz", _corpus(walk, np.savez)),
        _motion("compressed corpus .npz", "a.npz", _corpus(walk, np.savez_compressed)),
        _motion("BVH", "a.bvh", _bvh(scratch, walk)),
        _motion("motion .csv", "a.csv", _csv(walk, "")),
        _motion("motion .csv with a header", "a.csv", _csv(walk, _HEADER)),
        *_token_targets(scratch, rng),
        *_checkpoint_targets(scratch, canary),
        _joint_map(),
        *_state_targets(),
    ]


def _motion(title: str, name: str, content: bytes) -> Target:
    return Target(title, lambda folder: read_motion(folder / name), {name: content}, (name,))


def _joint_map() -> Target:
    content = {"m.json": b'{"head": "Noggin", "left_knee": "Bend", "spine1": null}\n'}
    return Target("joint map", lambda folder: read_joint_map(folder / "m.json"), content, ("m.json",))


def _state_targets() -> list[Target]:
    edits = (SetCode(Region(0, 2, 1, 4), True, 7), Paste(Region(3, 3, 0, 1), False, ((1, 2),)))
    clip = SourceClip("", "mine", np.zeros((8, 263), np.float32), 20.0, None, "your file", "")
    on = (True,) * 6
    state = SharedState("c", "0" * 8, "walk", on, "root", edits, SharedB(edits[:1], on), own_clip=clip)
    row = SharedState("c", "0" * 8, "r", on, "root", edits, row=SharedRow("r", "r", np.ones((6, 4), int), 16))
    return [
        *(
            Target(
                title,
                lambda folder: from_file((folder / "s.json").read_bytes()),
                {"s.json": content},
                ("s.json",),
            )
            for title, content in (
                ("state file", to_file(state).encode()),
                ("state of a row", to_file(row).encode()),
            )
        ),
        Target(
            "link",
            lambda folder: from_link((folder / "l.txt").read_text(errors="replace")),
            {"l.txt": to_link(state).encode()},
            ("l.txt",),
        ),
    ]


_HEADER = ",".join(f"{joint}_{axis}" for joint in JOINT_NAMES for axis in "xyz")


def _csv(joints: np.ndarray, header: str) -> bytes:
    out = io.StringIO()
    np.savetxt(out, joints.reshape(len(joints), -1), "%.4f", delimiter=",", header=header, comments="")
    return out.getvalue().encode()


def _npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def _pickled(canary: Path) -> bytes:
    out = io.BytesIO()
    np.save(out, np.array([Canary(canary)], dtype=object), allow_pickle=True)
    return out.getvalue()


def _corpus(walk: np.ndarray, save: Callable) -> bytes:
    out = io.BytesIO()
    save(out, names=np.array(["a", "b"]), lengths=np.array([5, 7]), positions=walk)
    return out.getvalue()


def _bvh(scratch: Path, walk: np.ndarray) -> bytes:
    write_bvh(scratch / "a.bvh", walk[:4])
    return (scratch / "a.bvh").read_bytes()


def _token_targets(scratch: Path, rng: np.random.Generator) -> list[Target]:
    rows = [TokenRow(f"s{i}", rng.integers(0, 512, (6, 42)), 168, {"gloss": "A, B"}) for i in range(3)]
    found = []
    for suffix in (".csv", ".json", ".npz"):
        name = f"t{suffix}"
        write_tokens(scratch / name, TokenTable(rows, "c", "f"))
        content = {name: (scratch / name).read_bytes()}
        reader = lambda folder, name=name: read_tokens(folder / name)  # noqa: E731
        found.append(Target(f"tokens {suffix}", reader, content, (name,)))
    check = lambda folder: check_submission(folder / "t.csv", ["s0", "s1"])  # noqa: E731
    content = found[0].files
    return [
        *found,
        Target("submission check", check, content, ("t.csv",)),
        Target("token sheet", _open_and_save, content, ("t.csv",)),
    ]


def _open_and_save(folder: Path) -> TokenSheet:
    sheet = read_sheet(folder / "t.csv")
    rows = [sheet.row(index).tokens for index in range(len(sheet))]
    edits = {index: np.zeros_like(tokens) for index, tokens in enumerate(rows) if tokens is not None}
    sheet.write(folder / "again.csv", edits)
    return sheet


def _checkpoint_targets(scratch: Path, canary: Path) -> list[Target]:
    config = RVQVAEConfig(input_dim=6, latent_dim=4, hidden_dim=5, num_embeddings=8, num_quantizers=2)
    save_checkpoint(scratch / "own", RVQVAE(config), mean=np.zeros(6), std=np.ones(6), name="own")
    own = {name: (scratch / "own" / name).read_bytes() for name in ("config.json", "model.safetensors")}

    original = Original(input_dim=6, hidden_dim=5, latent_dim=4, num_quantizers=2, num_embeddings=8)
    content = {"model_state_dict": original.state_dict(), "config": {"downsampling_ratio": 4}}
    statistics = io.BytesIO()
    np.savez(statistics, mean=np.zeros(6), std=np.ones(6))
    beside = {"normalization.npz": statistics.getvalue()}
    hostile = {**content, "note": Canary(canary)}

    momask = Network(features=6, width=5, dim=4, codes=8, quantizers=2)
    run = {
        "model/net.tar": _saved({"vq_model": momask.state_dict()}),
        "opt.txt": b"---- Options ----\nvq_act: relu\ndilation_growth_rate: 3\nname: x\n---- End ----\n",
        "meta/mean.npy": _npy(np.zeros(6)),
        "meta/std.npy": _npy(np.ones(6)),
    }
    load = lambda folder: load_checkpoint(folder, "cpu")  # noqa: E731
    return [
        Target("own checkpoint", load, own, tuple(own)),
        Target("Motion-S", load, {"a.pth": _saved(content), **beside}, ("a.pth", "normalization.npz")),
        Target("Motion-S, older format", load, {"a.pth": _saved(content, False), **beside}, ("a.pth",)),
        Target("Motion-S with code inside", load, {"a.pth": _saved(hostile), **beside}, ("a.pth",)),
        Target("bare pickle", load, {"a.pth": pickle.dumps(Canary(canary))}, ("a.pth",)),
        Target("MoMask", load, run, tuple(run)),
    ]


def _saved(content: dict, new: bool = True) -> bytes:
    out = io.BytesIO()
    torch.save(content, out, _use_new_zipfile_serialization=new)
    return out.getvalue()
