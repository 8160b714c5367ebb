"""The state of a page as a short text for a link, or as a file that also holds a visitor's own clip."""

import base64
import binascii
import json
import zlib
from dataclasses import replace

import numpy as np

from app.edit_values import from_value, to_value
from app.edits import Edit
from app.shared_state import LONGEST_WORDS, SharedB, SharedRow, SharedState, read_look
from app.take import OWN, SourceClip, StudioError, most_frames

KIND = "rvq-motion-studio"
FILE_SUFFIX = ".json"
VERSION = 1
MOST_BYTES = 64 << 20
SLOWEST, FASTEST = 0.1, 1_000  # frames a second
LONGEST_LINK = 6_000  # characters; longer addresses are cut by some mail programs and servers

NOT_OURS = "This link or file was not made by this page, or a part of it is missing; nothing was changed."


def to_link(state: SharedState) -> str:
    """The state as text for an address.

    Raises
    ------
    StudioError
        If the clip is a visitor's own, or the edits are too many for an address.
    """
    if state.clip.startswith(OWN):
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
        raw = unpacker.decompress(packed, MOST_BYTES)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise StudioError(NOT_OURS) from error
    return _from_json(raw)


def to_file(state: SharedState) -> str:
    """The state as the text of a .json file."""
    return _json(state)


def from_file(raw: bytes) -> SharedState:
    """The state that `to_file` wrote."""
    return _from_json(raw)


def _json(state: SharedState) -> str:
    value = {
        "kind": KIND,
        "version": VERSION,
        "checkpoint": state.checkpoint,
        "fingerprint": state.fingerprint,
        "clip": state.clip,
        "layers": _switches(state.layers),
        "alignment": state.alignment,
        "edits": [to_value(edit) for edit in state.edits],
        "joints": list(state.look.joints),
        "time": round(state.look.time, 3),
        "picture": state.look.picture,
        "tab": state.look.tab,
        "both": int(state.both),
    }
    if state.pinned is not None:
        value["pinned"] = {
            "edits": [to_value(edit) for edit in state.pinned.edits],
            "layers": _switches(state.pinned.layers),
        }
    if state.own_clip is not None:
        features = np.ascontiguousarray(state.own_clip.features, dtype="<f4")
        value["own_clip"] = {
            "title": state.own_clip.title,
            "fps": state.own_clip.fps,
            "frames": len(features),
            "features": base64.b64encode(zlib.compress(features.tobytes())).decode("ascii"),
        }
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
    return json.dumps(value, separators=(",", ":"))


def _from_json(raw: bytes) -> SharedState:
    try:
        value = json.loads(raw)
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
            own_clip=_own_clip(value["own_clip"]) if "own_clip" in value else None,
            row=_row(value["row"]) if "row" in value else None,
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


def _pinned(value: dict) -> SharedB:
    return SharedB(_edits(value["edits"]), _layers(value["layers"]))


def _edits(values: list[dict]) -> tuple[Edit, ...]:
    return tuple(from_value(value) for value in values)


def _layers(switches: list[int]) -> tuple[bool, ...]:
    return tuple(bool(on) for on in switches)


def _switches(layers: tuple[bool, ...]) -> list[int]:
    return [int(on) for on in layers]


def _row(value: dict) -> SharedRow:
    words = str(value["words"])[:LONGEST_WORDS]
    if "tokens" not in value:
        return SharedRow(words)
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(base64.b64decode(value["tokens"]), MOST_BYTES)
    tokens = np.frombuffer(raw, "<i4").reshape(int(value["layers"]), -1).astype(np.int64)
    if not tokens.size:
        raise StudioError(NOT_OURS)
    return SharedRow(words, str(value["id"]), tokens, int(value["frames"]))


def _own_clip(value: dict) -> SourceClip:
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(base64.b64decode(value["features"]), MOST_BYTES)
    features = np.frombuffer(raw, "<f4").reshape(int(value["frames"]), -1).astype(np.float32)
    fps = float(value["fps"])
    fits = 0 < len(features) <= most_frames(max(1, features.shape[1])) and features.shape[1]
    if not fits or not SLOWEST <= fps <= FASTEST or not np.isfinite(features).all():
        raise StudioError(NOT_OURS)
    return SourceClip("", str(value["title"]), features, fps, None, "your file", "")
