"""The endpoints that programs call, over HTTP as `gradio_client` does."""

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from app.page import build, launch_settings
from app.workbench import Workbench


@pytest.fixture(scope="module")
def client(library):
    demo = build(library)
    _, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield Client(address, verbose=False)
    demo.close()


def test_only_the_named_endpoints_are_public(client):
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert set(named) == {"/list_library", "/tokenize", "/reconstruct", "/decode"}


def test_the_librarys_contents(client, library):
    listed = client.predict(api_name="/list_library")
    assert [clip["clip"] for clip in listed["clips"]] == list(library.clips)
    assert listed["checkpoints"] == ["first", "second"]


def test_tokens_and_errors_are_the_librarys(client, take):
    tokens = client.predict("walk", "first", api_name="/tokenize")["tokens"]
    assert np.array_equal(tokens, take.tokens)
    bench = Workbench.of(take).with_layers((True, False, True, False, False, False))
    made = client.predict("walk", [1, 3], "first", "global", api_name="/reconstruct")
    assert made["error_mm"] == pytest.approx(bench.with_alignment("global").errors_mm.mean())


def test_decoding_gives_the_pages_joints(client, take):
    made = client.predict(take.tokens.tolist(), take.frames, None, "first", api_name="/decode")
    np.testing.assert_allclose(made["joints"], Workbench.of(take).decoding.joints, atol=1e-6)


def test_bad_input_is_one_sentence(client):
    with pytest.raises(AppError, match="no clip named 'nothing'"):
        client.predict("nothing", api_name="/tokenize")
    with pytest.raises(AppError, match="no layer 9"):
        client.predict("walk", [9], api_name="/reconstruct")
