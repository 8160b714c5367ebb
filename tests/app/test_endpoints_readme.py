"""The README's examples for programs run as they are written, but for the address."""

import re

import numpy as np
import pytest

from app.catalog.library import ROOT
from rvqvae.tokens import TokenRow, TokenTable, write_tokens
from tests.support.bvh import write
from tests.support.checkpoints import write_checkpoint

ADDRESS = "http://127.0.0.1:7860"
EXAMPLES = re.findall(r"```py\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)


@pytest.fixture
def files(tmp_path, monkeypatch, library):
    """What the examples send along."""
    monkeypatch.chdir(tmp_path)
    np.save("my_clip.npy", library.clip("walk").features)
    write(tmp_path / "my_clip.bvh", ("JOINT Head", "JOINT Noggin"))
    write_checkpoint(tmp_path, "mine", num_quantizers=3)
    tokens = np.random.default_rng(0).integers(0, 64, (6, 42))
    write_tokens(tmp_path / "tokens.csv", TokenTable([TokenRow("s0", tokens, 168)], "c", "f"))


def test_every_endpoint_is_shown(client):
    shown = set(re.findall(r'api_name="(/\w+)"', "".join(EXAMPLES)))
    assert shown == set(client.view_api(return_format="dict")["named_endpoints"])


def test_the_examples_run(served, files):
    code = "\n".join(EXAMPLES)
    assert ADDRESS in code
    made = {}
    exec(compile(code.replace(ADDRESS, served), "README.md", "exec"), made)
    assert np.array_equal(made["again"]["tokens"], made["edited"]["tokens"])
    assert np.shape(made["joints"])[1:] == (22, 3)
    assert made["told"]["missing"] == ["head"]
    assert made["found"]["wrong"] == 0
    assert made["rows"] == ["s0"]
    assert made["lesson"]["outcome"]["verdict"]
