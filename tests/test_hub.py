"""Checkpoints from and to a Hub that runs on this machine."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
import torch

import rvqvae.hub
from rvqvae import RVQVAE, CheckpointError, load_checkpoint, save_checkpoint
from rvqvae.cli import main
from rvqvae.dilated import DilatedConfig, DilatedRVQVAE
from tests.conftest import assert_same_state, state_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub(BaseHTTPRequestHandler):
    """As much of the Hub's protocol as reading a model takes; `server.repos`: {id: {file: bytes}}."""

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.server.requests.append(f"{self.command} {self.path}")
        if found := re.match(r"/api/models/([^/]+/[^/?]+)(/tree)?", self.path):
            repo, tree = self.server.repos.get(found[1]), found[2]
            return self.send(404) if repo is None else self.send_json(repo, found[1], tree)
        repo, file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", self.path).groups()
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
            value = {"id": name, "sha": COMMIT, "siblings": files, "private": False}
        self.send(200, json.dumps(value).encode())

    def send(self, status, content=b""):
        self.send_response(status)
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
    server.requests, server.declared = [], {}
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
    hub.repos["someone/else"] = {"weights.bin": b"x"}
    with pytest.raises(CheckpointError, match=r"found no config\.json \(it holds weights\.bin\)"):
        load_checkpoint("someone/else")


def test_sizes_are_checked_before_anything_is_downloaded(hub):
    hub.declared = {"model.safetensors": 10**13}
    with pytest.raises(CheckpointError, match=r"model\.safetensors has 10000000000000 bytes; at most"):
        load_checkpoint("someone/tiny")
    assert hub.requests
    assert not [line for line in hub.requests if "/resolve/" in line]


@pytest.mark.parametrize("name", ["folder/nothing", "./someone/tiny", "/someone/tiny", "tiny", "a/b/c"])
def test_paths_never_reach_the_network(name, tmp_path, monkeypatch):
    monkeypatch.setattr("rvqvae.checkpoint.fetch", lambda *_: pytest.fail("the Hub was asked"))
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    with pytest.raises(CheckpointError, match=r"found no config\.json"):
        load_checkpoint(name)
    with pytest.raises(CheckpointError, match=r"found no config\.json"):
        load_checkpoint(Path("someone/tiny"))
    assert rvqvae.hub.is_hub_id("someone/tiny")


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
