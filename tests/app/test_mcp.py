"""The endpoints as an agent's tools, called through an MCP client."""

import ast
import asyncio

import httpx
import numpy as np
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from app.api.endpoint import ENDPOINTS
from app.page import build, launch_settings
from rvqvae import load_checkpoint
from tests.support.checkpoints import write_checkpoint
from tests.support.paths import CLIPS


@pytest.fixture(scope="module")
def address(library):
    demo = build(library)
    settings = launch_settings(library)
    _, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, mcp_server=True, **settings)
    yield address
    demo.close()


def with_agent(address, work):
    """What an agent's session comes to."""

    async def run():
        url = f"{address}gradio_api/mcp/"
        async with streamable_http_client(url) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            return await work(session)

    return asyncio.run(run())


def said(result):
    """The values of a tool's answer."""
    assert not result.isError, result.content
    return ast.literal_eval(result.content[0].text)


def test_an_agent_finds_every_endpoint_and_reads_what_it_does(address):
    tools = with_agent(address, lambda session: session.list_tools()).tools
    assert {tool.name for tool in tools} >= {one.run.__name__ for one in ENDPOINTS}
    for tool in tools:
        parameters = tool.inputSchema["properties"]
        assert "request" not in parameters
        undescribed = [name for name, one in parameters.items() if len(one["description"]) < 8]
        assert (len(tool.description) > 100, undescribed) == (True, []), tool.name


def test_an_agent_tokenizes_decodes_and_draws(address, library):
    async def work(session):
        tokens = await session.call_tool("tokenize", {"clip": "kick"})
        error = await session.call_tool("reconstruct", {"clip": "kick", "layers": [1, 2]})
        figure = await session.call_tool("export", {"clip": "kick", "kind": "tokens.csv"})
        wrong = await session.call_tool("tokenize", {"clip": "nothing"})
        return tokens, error, figure, wrong

    tokens, error, figure, wrong = with_agent(address, work)
    encoded = library.encoded(library.clip("kick"), "first")
    assert said(tokens)["tokens"] == encoded.tokens.tolist()
    assert said(error)["error_mm"] == pytest.approx(encoded.errors_by_layers["root"][1], rel=1e-3)
    assert "tokens.csv" in str(figure.content[0])
    assert wrong.isError
    assert "no clip named 'nothing'" in wrong.content[0].text


def sent(address, place):
    """A file that an agent sent, as it names it."""
    with open(place, "rb") as file:
        (path,) = httpx.post(f"{address}gradio_api/upload", files={"files": (place.name, file)}).json()
    return {"path": path}


def test_an_agent_s_own_clip_and_checkpoint_are_there_in_its_next_calls_and_in_nobody_else_s(
    address, library, tmp_path
):
    write_checkpoint(tmp_path, "mine", seed=7, num_quantizers=3)
    files = [sent(address, tmp_path / "mine" / name) for name in ("config.json", "model.safetensors")]
    clip = sent(address, CLIPS / "punch.npy")

    async def work(session):
        mine = said(await session.call_tool("open_checkpoint", {"files": files}))["checkpoint"]
        own = {"clip": clip, "checkpoint": mine}
        made = [said(await session.call_tool(name, own)) for name in ("tokenize", "errors_by_layers")]
        both = {"checkpoints": [mine, "first"], "clip": "walk"}
        compared = said(await session.call_tool("compare", both))
        shared = said(await session.call_tool("share", {"clip": "walk", "checkpoint": mine}))
        state = {"state": shared["link"], "checkpoint": mine}
        return mine, made, compared, shared, said(await session.call_tool("read_state", state))

    mine, (tokens, errors), compared, shared, read = with_agent(address, work)
    loaded = load_checkpoint(tmp_path / "mine", device="cpu")
    assert np.array_equal(tokens["tokens"], loaded.encode(library.clip("punch").features))
    assert len(errors["errors_mm"]["root"]) == 3
    assert {one["title"] for one in compared["contestants"]} >= {"mine (yours)"}
    assert np.array_equal(read["tokens"], loaded.encode(library.clip("walk").features))
    key, _, secret = mine.partition(".")
    assert secret not in str(shared)

    async def another(session):
        assert mine not in said(await session.call_tool("list_library", {}))["checkpoints"]
        guessed = await session.call_tool("tokenize", {"clip": "walk", "checkpoint": key})
        theirs = await session.call_tool("tokenize", {"clip": {"path": "/etc/passwd"}})
        said(await session.call_tool("forget_checkpoint", {"checkpoint": mine}))
        return guessed, theirs, await session.call_tool("tokenize", {"clip": "walk", "checkpoint": mine})

    refused = with_agent(address, another)
    words = ("not open for you any more", "handle_file", "not open for you any more")
    for one, expected in zip(refused, words, strict=True):
        assert one.isError
        assert expected in one.content[0].text
    assert secret not in str(refused)


@pytest.mark.parametrize("tool", ["tokenize", "joints", "open_checkpoint", "compare"])
def test_an_agent_s_tools_send_no_file_of_the_server_s(address, tmp_path, monkeypatch, tool):
    """Gradio's own client, which works for agents, would send what is named with its mark."""
    private = tmp_path / "private.npy"
    private.write_bytes((CLIPS / "kick.npy").read_bytes())
    opened = []
    monkeypatch.setattr("gradio_client.client.open", lambda *path: opened.append(path), raising=False)
    for path in (str(private), "http://1.1.1.1/private.npy"):
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        named = {"tokenize": {"clip": {"file": file}}, "joints": {"file": file}, "compare": {"over": file}}
        arguments = named.get(tool, {"files": [file]})
        with pytest.raises(ExceptionGroup, match="unhandled errors") as raised:
            with_agent(address, lambda session, values=arguments: session.call_tool(tool, values))
        assert raised.group_contains(httpx.HTTPStatusError, match="400 Bad Request")
    assert opened == []


def test_an_agent_s_arguments_are_bounded_and_made_up_names_are_sentences(address):
    async def work(session):
        many = [session.call_tool("tokenize", {"clip": "kick"}) for _ in range(20)]
        made_up = {"clip": "kick", "checkpoint": "own-aaaaaaaaaaaa." + "0" * 32}
        wrong = [
            await session.call_tool("tokenize", made_up),
            await session.call_tool("forget_checkpoint", {"checkpoint": made_up["checkpoint"]}),
            await session.call_tool("tokenize", {"clip": "a" * 100_000}),
            await session.call_tool("decode", {"tokens": [[0] * 50_000] * 6}),
            await session.call_tool("tokenize", {"clip": {"table": {"path": "/etc/passwd"}, "row": 10**400}}),
        ]
        return await asyncio.gather(*many), wrong

    many, wrong = with_agent(address, work)
    assert {str(said(one)) for one in many} == {str(said(many[0]))}
    for one in wrong:
        assert one.isError
        assert 0 < len(one.content[0].text) < 2_100
        assert "/tmp" not in one.content[0].text
