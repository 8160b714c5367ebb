"""The state of a page as a short text for a link, or as a file that also holds a visitor's own clip."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from app.catalog.keys import is_own
from app.errors import StudioError
from app.parsing.kinds import STATE, UNREADABLE
from app.parsing.saved import MOST_TEXT, Saved
from app.workbench import edit_values
from app.workbench.average import MEANINGS, NOTHING, Meaning
from app.workbench.clip_values import clip_of, clip_value, unpacked
from app.workbench.edits import Edit
from app.workbench.shared_state import LONGEST_WORDS, SharedB, SharedRow, SharedState, read_look
from rvqvae.motion import description

KIND = STATE
FILE_SUFFIX = ".json"
VERSION = 1
MOST_EDITS = 1_000
LONGEST_LINK = 6_000  # characters; longer addresses are cut by some mail programs and servers

NOT_OURS = UNREADABLE


def to_link(state: SharedState) -> str:
    """The state as text for an address.

    Raises
    ------
    StudioError
        If the clip is a visitor's own, or the edits are too many for an address.
    """
    if is_own(state.clip):
        raise StudioError("Your own clip cannot travel in a link; save the state as a file instead.")
    if state.row is not None:
        state = replace(state, row=SharedRow(state.row.words))
    text = base64.urlsafe_b64encode(zlib.compress(_json(state).encode(), 9)).decode().rstrip("=")
    if len(text) > LONGEST_LINK:
        raise StudioError(
            f"These edits make a link of {len(text)} characters, too long for many programs "
            f"(at most {LONGEST_LINK}); save the state as a file instead."
        )
    return text


def from_link(text: str) -> SharedState:
    """The state that `to_link` wrote."""
    try:
        packed = base64.urlsafe_b64decode(str(text) + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, MOST_TEXT)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise StudioError(NOT_OURS) from error
    return _from_json(raw)


def to_file(state: SharedState) -> str:
    """The state as the text of a .json file."""
    return _json(state)


def from_file(raw: bytes) -> SharedState:
    """The state that `to_file` wrote; for a stranger's file there is `from_saved`."""
    return _from_json(raw)


def from_saved(saved: Saved) -> SharedState:
    """The state in a file that a visitor uploaded."""
    return _from_json(saved.text, saved.arrays)


def _json(state: SharedState) -> str:
    return json.dumps(to_value(state), separators=(",", ":"))


def to_value(state: SharedState, *, edits_from: int = 0) -> dict[str, Any]:
    """The state as plain JSON values, perhaps without its first edits."""
    value: dict[str, Any] = {
        "kind": KIND,
        "version": VERSION,
        "checkpoint": state.checkpoint,
        "fingerprint": state.fingerprint,
        "clip": state.clip,
        "layers": _switches(state.layers),
        "alignment": state.alignment,
        "edits": [edit_values.to_value(edit) for edit in state.edits[edits_from:]],
        "joints": list(state.look.joints),
        "time": round(state.look.time, 3),
        "picture": state.look.picture,
        "tab": state.look.tab,
        "both": int(state.both),
        **_meaning(state.off),
    }
    if state.pinned is not None:
        value["pinned"] = {
            "edits": [edit_values.to_value(edit) for edit in state.pinned.edits],
            "layers": _switches(state.pinned.layers),
            **_meaning(state.pinned.off),
        }
    if state.layout is not None:
        value["layout"] = description.to_value(state.layout)
    if state.own_clip is not None:
        value["own_clip"] = clip_value(state.own_clip)
    if state.row is not None:
        value["row"] = {"words": state.row.words}
        if state.row.tokens is not None:
            tokens = np.ascontiguousarray(state.row.tokens, dtype="<i4")
            value["row"] |= {
                "id": state.row.id,
                "frames": state.row.frames,
                "layers": len(tokens),
                "tokens": base64.b64encode(zlib.compress(tokens.tobytes())).decode("ascii"),
            }
    return value


def _from_json(raw: bytes | str, arrays: Mapping[str, np.ndarray] | None = None) -> SharedState:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise StudioError(NOT_OURS) from error
    return from_value(value, arrays)


def from_value(value: Any, arrays: Mapping[str, np.ndarray] | None = None) -> SharedState:
    """The state that `to_value` wrote.

    Parameters
    ----------
    arrays : of the parts "own_clip" and "row", where they come beside the values

    Raises
    ------
    StudioError
        If it is none.
    """
    arrays = arrays or {}
    try:
        if value["kind"] != KIND or value["version"] != VERSION:
            raise StudioError(NOT_OURS)
        return SharedState(
            checkpoint=str(value["checkpoint"]),
            fingerprint=str(value["fingerprint"]),
            clip=str(value["clip"]),
            layers=_layers(value["layers"]),
            alignment=str(value["alignment"]),
            edits=_edits(value["edits"]),
            # Links made before B, the picture and the tab travelled do not have them.
            pinned=_pinned(value["pinned"]) if "pinned" in value else None,
            both=bool(value.get("both", False)),
            look=read_look(
                value["joints"],
                value["time"],
                **{name: value[name] for name in ("picture", "tab") if name in value},
            ),
            own_clip=clip_of(value["own_clip"], arrays.get("own_clip")) if "own_clip" in value else None,
            row=_row(value["row"], arrays.get("row")) if "row" in value else None,
            off=_off(value),
            layout=description.described(value["layout"]) if "layout" in value else None,
        )
    except StudioError:
        raise
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
        zlib.error,
    ) as error:
        raise StudioError(NOT_OURS) from error


def _pinned(value: dict[str, Any]) -> SharedB:
    return SharedB(_edits(value["edits"]), _layers(value["layers"]), _off(value))


def _meaning(off: Meaning) -> dict[str, Meaning]:
    """What off means, where that is not what it has always meant."""
    return {} if off == NOTHING else {"off": off}


def _off(value: dict[str, Any]) -> Meaning:
    off = value.get("off", NOTHING)
    if off not in MEANINGS:
        raise StudioError(NOT_OURS)
    meaning: Meaning = off
    return meaning


def _edits(values: list[dict[str, Any]]) -> tuple[Edit, ...]:
    if len(values) > MOST_EDITS:
        raise StudioError(
            f"This state holds {len(values):,} edits; a clip holds at most {MOST_EDITS:,} edits."
        )
    return tuple(edit_values.from_value(value) for value in values)


def _layers(switches: list[int]) -> tuple[bool, ...]:
    return tuple(bool(on) for on in switches)


def _switches(layers: tuple[bool, ...]) -> list[int]:
    return [int(on) for on in layers]


def _row(value: dict[str, Any], array: np.ndarray | None) -> SharedRow:
    words = str(value["words"])[:LONGEST_WORDS]
    if "tokens" not in value:
        return SharedRow(words)
    array = unpacked(value["tokens"], "<i4") if array is None else array
    tokens = array.reshape(int(value["layers"]), -1).astype(np.int64)
    if not tokens.size:
        raise StudioError(NOT_OURS)
    return SharedRow(words, str(value["id"]), tokens, int(value["frames"]))
