"""Checkpoints from and to a Hub that runs on this machine."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import huggingface_hub.constants
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import rvqvae.checkpoints.hub
from rvqvae import RVQVAE, CheckpointError, load_checkpoint, save_checkpoint
from rvqvae.cli.main import main
from rvqvae.nn.dilated import DilatedConfig, DilatedRVQVAE
from tests.checkpoints.formats.original_dilated import Network
from tests.support.state import assert_same_state, state_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub(BaseHTTPRequestHandler):
    """As much of the Hub's protocol as reading a model takes; `server.repos`: {id: {file: bytes}}."""

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.server.requests.append(f"{self.command} {self.path}")
        self.server.logins.append(self.headers.get("Authorization"))
        if found := re.match(r"/api/models/([^/]+/[^/?]+)(/tree)?", self.path):
            repo, tree = self.server.repos.get(found[1]), found[2]
            return self.send(404) if repo is None else self.send_json(repo, found[1], tree)
        repo, file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", self.path).groups()
        file = unquote(file)
        if repo in self.server.gated:
            return self.send(403, error="GatedRepo")
        return self.send(200, self.server.repos[repo][file])

    def send_json(self, repo, name, tree):
        sizes = {file: self.server.declared.get(file, len(content)) for file, content in repo.items()}
        if tree:
            value = [
                {"type": "file", "path": file, "size": size, "oid": digest(repo[file])}
                for file, size in sizes.items()
            ]
        else:
            files = [{"rfilename": file, "size": size} for file, size in sizes.items()]
            gated = "manual" if name in self.server.gated else False
            value = {"id": name, "sha": COMMIT, "siblings": files, "private": False, "gated": gated}
        self.send(200, json.dumps(value).encode())

    def send(self, status, content=b"", error=None):
        self.send_response(status)
        if error:
            self.send_header("X-Error-Code", error)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{digest(content)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def digest(content):
    return hashlib.sha1(content).hexdigest()


@pytest.fixture
def folder(tmp_path, tiny_model, rng):
    mean, std = rng.normal(size=263), rng.uniform(0.5, 2, size=263)
    usage = np.arange(4 * 16).reshape(4, 16)
    info = {"licence": "CC0-1.0"}
    save_checkpoint(tmp_path / "tiny", tiny_model, mean=mean, std=std, name="tiny", info=info, usage=usage)
    return tmp_path / "tiny"


@pytest.fixture
def hub(tmp_path, folder, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    server.repos = {"someone/tiny": {**files, "pickle.bin": b"never fetched"}}
    server.requests, server.logins, server.declared, server.gated = [], [], {}, set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    point_at(monkeypatch, f"http://127.0.0.1:{server.server_port}", tmp_path)
    monkeypatch.chdir(tmp_path)
    yield server
    server.shutdown()
    server.server_close()


def point_at(monkeypatch, endpoint, tmp_path):
    constants = huggingface_hub.constants
    template = endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)


def test_an_id_gives_the_same_checkpoint_as_its_folder(hub, folder, tiny_model):
    here, there = load_checkpoint(folder), load_checkpoint("someone/tiny")
    assert (there.name, there.info, there.fps) == (here.name, here.info, here.fps)
    np.testing.assert_array_equal(there.mean, here.mean)
    assert there.fingerprint == here.fingerprint
    fetched = {line.rsplit("/", 1)[1] for line in hub.requests if "/resolve/" in line}
    assert fetched == {"config.json", "model.safetensors"}
    model = RVQVAE.from_pretrained("someone/tiny")
    assert_same_state(state_of(model), state_of(there.model))


def test_what_was_fetched_once_is_there_without_the_hub(hub, tmp_path, monkeypatch):
    fingerprint = load_checkpoint("someone/tiny").fingerprint
    point_at(monkeypatch, "http://127.0.0.1:9", tmp_path)
    assert load_checkpoint("someone/tiny").fingerprint == fingerprint


def test_without_the_hub_one_sentence_says_what_to_do(tmp_path, monkeypatch, capsys):
    point_at(monkeypatch, "http://127.0.0.1:9", tmp_path)
    sentence = (
        r"someone/tiny: no such path here, and the Hub at http://127.0.0.1:9 cannot be reached .*; check"
    )
    with pytest.raises(CheckpointError, match=sentence):
        load_checkpoint("someone/tiny")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(CheckpointError, match="cannot be reached"):
        RVQVAE.from_pretrained("someone/tiny")
    assert main(["evaluate", "--checkpoint", "someone/tiny", "--data", "assets/clips"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_the_hub_does_not_have_is_said(hub):
    with pytest.raises(CheckpointError, match=r"someone/other: no such path here.*answered 404"):
        load_checkpoint("someone/other")
    with pytest.raises(CheckpointError, match="no name on the Hub"):
        load_checkpoint("some--one/tiny")
    hub.repos["someone/else"] = {"weights.h5": b"x"}
    with pytest.raises(CheckpointError, match=r"found no config\.json \(it holds weights\.h5\)"):
        load_checkpoint("someone/else")


def test_sizes_are_checked_before_anything_is_downloaded(hub):
    hub.declared = {"model.safetensors": 10**13}
    with pytest.raises(CheckpointError, match=r"model\.safetensors has 10000000000000 bytes; at most"):
        load_checkpoint("someone/tiny")
    assert hub.requests
    assert not [line for line in hub.requests if "/resolve/" in line]


def fetched(hub):
    """Files that were downloaded, in order."""
    found = [unquote(line.partition("/resolve/")[2].partition("/")[2]) for line in hub.requests]
    return list(dict.fromkeys(file for file in found if file))


def published(tmp_path, kind):
    """Files of a repository as others publish them: those that are needed, then those that are not."""
    folder = tmp_path / "published"
    folder.mkdir()
    network = Network(quantizers=6 if kind.startswith("momask") else None).settle()
    state = network.state_dict()
    vqvae = {f"vqvae.{key}": value for key, value in state.items()}
    parts = {
        "t2m-gpt packed": ("vq.safetensors", vqvae, {"t2mgpt_config.json": PACKED_T2M}, "Mean Std"),
        "momask packed": ("vq.safetensors", state, {"momask_config.json": PACKED_MOMASK}, "Mean Std"),
        "momask": ("vq.tar", {"vq_model": state}, {"vq_opt.txt": "vq_act: relu\n"}, "mean std"),
        "t2m-gpt": ("VQVAE/net_last.pth", {"net": vqvae}, {}, "mean std"),
        "motiongpt": (
            "motiongpt_s3_h3d.tar",
            {"state_dict": {f"vae.{key}": value for key, value in state.items()}},
            {},
            "assets/meta/mean assets/meta/std",
        ),
    }
    weights, tensors, texts, statistics = parts[kind]
    for file in (weights, *(f"{name}.npy" for name in statistics.split())):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
    if weights.endswith(".safetensors"):
        save_file(tensors, folder / weights)
    else:
        torch.save(tensors, folder / weights)
    for name, text in texts.items():
        (folder / name).write_text(text)
    for name, value in zip(statistics.split(), (0.25, 0.5), strict=True):
        np.save(folder / f"{name}.npy", np.full(263, value, np.float32))
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    others = ("README.md", "gpt.safetensors", "clip.safetensors", "VQTransformer/net_best_fid.pth", "a b.bin")
    return folder, files, {**files, **dict.fromkeys(others, b"never fetched")}


PACKED_T2M = '{"config": {"vqvae": {"vq_act": "relu", "dilation_growth_rate": 3, "norm": null}, "gpt": {}}}'
PACKED_MOMASK = '{"config": {"vq": {"vq_act": "relu", "dilation_growth_rate": 3, "vq_norm": null}}}'
KINDS = ("t2m-gpt packed", "momask packed", "momask", "t2m-gpt", "motiongpt")


@pytest.mark.parametrize("kind", KINDS)
def test_others_repositories_open_as_their_folders_do(hub, tmp_path, kind):
    folder, needed, everything = published(tmp_path, kind)
    hub.repos["someone/theirs"] = everything
    there, here = load_checkpoint("someone/theirs", token=False), load_checkpoint(folder)
    assert there.fingerprint == here.fingerprint
    assert there.info == here.info
    np.testing.assert_array_equal(there.mean, np.full(263, 0.25, np.float32))
    downloaded = fetched(hub)
    assert sorted(downloaded) == sorted(needed)
    weights = next(file for file in needed if file.endswith((".safetensors", ".tar", ".pth")))
    assert downloaded[-1] == weights


@pytest.mark.parametrize("kind", KINDS)
def test_without_statistics_no_weights_are_fetched(hub, tmp_path, kind):
    *_, everything = published(tmp_path, kind)
    hub.repos["someone/theirs"] = {f: c for f, c in everything.items() if "std" not in f.lower()}
    with pytest.raises(CheckpointError, match=r"found no mean\.npy and std\.npy"):
        load_checkpoint("someone/theirs")
    assert not [file for file in fetched(hub) if file.endswith((".safetensors", ".tar", ".pth"))]


def test_weights_are_not_fetched_for_a_configuration_that_describes_none(hub):
    hub.repos["someone/tiny"]["config.json"] = b"{}"
    with pytest.raises(CheckpointError, match=r"someone/tiny on the Hub: config\.json: the entry 'model'"):
        load_checkpoint("someone/tiny")
    assert fetched(hub) == ["config.json"]


def test_a_visitors_limit_holds_for_all_files_together(hub):
    size = len(hub.repos["someone/tiny"]["model.safetensors"])
    with pytest.raises(CheckpointError, match=rf"model\.safetensors has {size} bytes; at most 1000 are read"):
        load_checkpoint("someone/tiny", max_bytes=1000)
    with pytest.raises(CheckpointError, match=rf"bytes together; at most {size} are read"):
        load_checkpoint("someone/tiny", max_bytes=size)
    hub.declared = {"config.json": 1 << 30}
    with pytest.raises(CheckpointError, match=r"config\.json has 1073741824 bytes; at most"):
        load_checkpoint("someone/tiny")
    assert fetched(hub) == []


def test_no_login_of_this_machine_is_used_for_visitors(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_owner")
    load_checkpoint("someone/tiny", token=False)
    assert set(hub.logins) == {None}
    load_checkpoint("someone/tiny", token="hf_of_the_visitor")
    assert set(hub.logins) == {None, "Bearer hf_of_the_visitor"}
    load_checkpoint("someone/tiny")
    assert "Bearer hf_of_the_owner" in hub.logins


def test_what_was_fetched_with_a_login_is_not_given_to_visitors(hub, tmp_path, monkeypatch):
    load_checkpoint("someone/tiny")
    point_at(monkeypatch, "http://127.0.0.1:9", tmp_path)
    with pytest.raises(CheckpointError, match="cannot be reached"):
        load_checkpoint("someone/tiny", token=False)


def test_gated_repositories_say_how_to_get_in(hub):
    hub.gated.add("someone/tiny")
    address = f"http://127.0.0.1:{hub.server_port}/someone/tiny"
    with pytest.raises(CheckpointError, match=f"ask for it at {address}, then log in with `hf auth login`"):
        load_checkpoint("someone/tiny")
    with pytest.raises(CheckpointError, match="this server asks without a login"):
        load_checkpoint("someone/tiny", token=False)


def test_one_of_several_checkpoints_is_named_behind_a_colon(hub, tmp_path):
    _, needed, _ = published(tmp_path, "t2m-gpt")
    several = {f"{place}/{Path(file).name}": needed[file] for place in ("a", "b") for file in needed}
    hub.repos["someone/several"] = several
    with pytest.raises(CheckpointError, match=r"holds 2 checkpoints \(a/net_last\.pth, b/net_last\.pth\)"):
        load_checkpoint("someone/several")
    assert load_checkpoint("someone/several:b/net_last.pth").info["file_layout"] == "T2M-GPT"
    assert sorted(fetched(hub)) == ["b/mean.npy", "b/net_last.pth", "b/std.npy"]
    with pytest.raises(CheckpointError, match=r"found no file c/net_last\.pth"):
        load_checkpoint("someone/several:c/net_last.pth")


@pytest.mark.parametrize("name", ["folder/nothing", "./someone/tiny", "/someone/tiny", "tiny", "a/b/c"])
def test_paths_never_reach_the_network(name, tmp_path, monkeypatch):
    monkeypatch.setattr("rvqvae.checkpoints.loading.fetch", lambda *_: pytest.fail("the Hub was asked"))
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    with pytest.raises(CheckpointError, match=r"found no config\.json"):
        load_checkpoint(name)
    with pytest.raises(CheckpointError, match=r"found no config\.json"):
        load_checkpoint(Path("someone/tiny"))
    assert rvqvae.checkpoints.hub.is_hub_id("someone/tiny")


def test_a_saved_model_is_a_checkpoint(folder, tmp_path):
    model = RVQVAE.from_pretrained(folder)
    assert not model.training
    assert all(parameter.requires_grad for parameter in model.parameters())
    model.save_pretrained(tmp_path / "again", fps=30.0)
    first, second = load_checkpoint(folder), load_checkpoint(tmp_path / "again")
    assert (second.fingerprint, second.name, second.fps) == (first.fingerprint, "tiny", 30.0)
    assert second.info == first.info
    np.testing.assert_array_equal(second.usage, first.usage)
    np.testing.assert_array_equal(second.std, first.std)
    card = (tmp_path / "again" / "README.md").read_text()
    assert "license: cc0-1.0" in card
    assert "4 codebooks" in card


def test_a_bare_model_needs_its_normalisation(tiny_model, tmp_path):
    with pytest.raises(ValueError, match="mean and std of its features were not given; pass mean= and std="):
        tiny_model.save_pretrained(tmp_path / "bare")
    tiny_model.save_pretrained(tmp_path / "bare", mean=np.zeros(263), std=np.ones(263))
    assert load_checkpoint(tmp_path / "bare").name == "bare"


def test_another_family_is_named(tmp_path):
    torch.manual_seed(0)
    config = DilatedConfig(hidden_dim=8, latent_dim=8, num_embeddings=8, num_quantizers=2)
    dilated = DilatedRVQVAE(config).eval()
    dilated.save_pretrained(tmp_path / "d", mean=np.zeros(263), std=np.ones(263))
    assert isinstance(RVQVAE.from_pretrained(tmp_path / "d"), DilatedRVQVAE)
    RVQVAE(input_dim=263, latent_dim=8, hidden_dim=8, num_embeddings=8).save_pretrained(
        tmp_path / "plain", mean=np.zeros(263), std=np.ones(263)
    )
    with pytest.raises(CheckpointError, match=r"holds a RVQVAE; load it with RVQVAE\.from_pretrained"):
        DilatedRVQVAE.from_pretrained(tmp_path / "plain")


def test_uploading_sends_a_whole_checkpoint(folder, monkeypatch):
    sent = {}

    class Api:
        def __init__(self, token=None):
            sent["token"] = token

        def create_repo(self, repo_id, private, exist_ok):
            sent["private"] = private
            return huggingface_hub.RepoUrl(f"https://huggingface.co/{repo_id}")

        def upload_folder(self, repo_id, folder_path, **options):
            sent["repo"] = repo_id
            sent["files"] = sorted(path.name for path in Path(folder_path).iterdir())
            sent["fingerprint"] = load_checkpoint(Path(folder_path)).fingerprint
            return "the commit"

    monkeypatch.setattr("huggingface_hub.hub_mixin.HfApi", Api)
    checkpoint = load_checkpoint(folder)
    assert checkpoint.model.push_to_hub("someone/tiny", private=True, token="t") == "the commit"
    assert sent == {
        "token": "t",
        "private": True,
        "repo": "someone/tiny",
        "files": ["README.md", "config.json", "model.safetensors"],
        "fingerprint": checkpoint.fingerprint,
    }
