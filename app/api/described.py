"""What agents read of an endpoint: what it does, and what each of its parameters is."""

import inspect
from collections.abc import Callable
from typing import Any

FOR_AGENTS = (
    "A file of one's own is sent first, by POST to gradio_api/upload on this server (form field `files`), "
    'and then named {"path": what that answered}, in as many calls as are wanted. Tokens are layers x steps; '
    "errors are in mm at their alignment. What cannot be done is answered by one sentence that says why."
)

COMMON = {
    "clip": 'a key of list_library, such as "walk"; or a motion file (.npy, .npz, .bvh, .csv) that was sent, '
    '{"path"}; one with a joint map or with features to convert, {"file": {"path"}, "joint_map", "convert": '
    'true}; or a row of a token table, {"table": {"path"}, "row": 0}. The page\'s own clip where it may be '
    "left out",
    "checkpoint": "a key of list_library, or what open_checkpoint answered; the page's own if left out",
    "checkpoints": "keys of list_library or what open_checkpoint answered, two to four; the library's if "
    "null",
    "layers": "numbers, from 1, of the layers to decode from; all of them if null",
    "layer": "number of a layer, from 1",
    "code": "number of a code in its layer's codebook, from 0",
    "step": "column of tokens, from 0",
    "edits": "edits as the tool edit describes them, made one after the other; none if null",
    "alignment": "how an error is taken: root (each frame's pelvis subtracted, the field's MPJPE; what is "
    "taken if left out), local (each body in its own heading too), global (nothing subtracted); raw or "
    "standardised where a checkpoint's features have no known joints",
    "table": 'a table of tokens (.csv, .json, .npz) that was sent, {"path"}',
    "over": 'clips to compare on: "clip", "held-out", "page", or a motion file of many clips, {"path"}',
}


def parts_of(run: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """What an endpoint does, and what its docstring's section Parameters says of each parameter that it
    describes: `name : text`, lines that go on being indented."""
    does, _, section = inspect.cleandoc(run.__doc__ or "").partition("\nParameters\n----------\n")
    parameters: dict[str, str] = {}
    for line in section.splitlines():
        if line[:1].strip():
            name, _, text = line.partition(" : ")
            parameters[name] = text
        elif parameters:
            parameters[name] += f" {line.strip()}"
    return " ".join(does.split()), parameters


def description(run: Callable[..., Any]) -> str:
    """What a tool is chosen by."""
    return f"{parts_of(run)[0]} {FOR_AGENTS}"


def docstring(run: Callable[..., Any]) -> str:
    """The same with every parameter described, as Gradio reads a tool's parameters."""
    does, own = parts_of(run)
    names = list(inspect.signature(run).parameters)[1:]  # the first is Gradio's request
    return "\n".join(
        [does, "", "Args:", *(f"    {name}: {(own.get(name) or COMMON[name])}" for name in names)]
    )
