"""The picture that a link to a state is shown with."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import preview
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.shared_state import Look, state_of


@pytest.fixture
def client(library, tmp_path):
    with TestClient(Starlette(routes=[preview.route(library, tmp_path)])) as client:
        yield client


def picture(client, state=""):
    answer = client.get(preview.PATH, params={"state": state})
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)), dtype=int)


def test_it_shows_the_state_of_the_link_and_the_opening_where_there_is_none(client, library, tmp_path):
    visitor = Visitor(library, tmp_path)
    clip = state_of(visitor.workbench, Look(time=0.5))
    visitor.apply({"name": "set_layers", "layers": [True] + [False] * 5})
    one = picture(client, sharing.to_link(state_of(visitor.workbench, Look(time=0.5))))
    assert one.shape == (*preview.SIZE[::-1], 3)
    assert not np.array_equal(one, picture(client, sharing.to_link(clip)))
    assert np.array_equal(picture(client), picture(client, "no state"))


def test_the_head_names_the_picture_of_the_address_that_was_asked_for():
    scope = {
        "query_string": b"state=a%22%3E%3Cscript%3E&lesson=1",
        "scheme": "http",
        "headers": [(b"host", b"studio.example"), (b"x-forwarded-proto", b"https")],
    }
    head = preview.tags(scope)
    image = re.search(r'og:image" content="([^"]*)"', head)[1]
    assert image == "https://studio.example/studio/preview.png?state=a%22%3E%3Cscript%3E"
    assert "<script>" not in head
