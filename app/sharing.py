"""The state of a page as a short text for a link, or as a file that also holds a visitor's own clip."""

import base64
import binascii
import json
import math
import zlib
from dataclasses import dataclass

import numpy as np

from app.edits import Edit, from_value, to_value
from app.take import MAX_FRAMES, SourceClip, StudioError
from app.workbench import Workbench
from rvqvae.motion import NUM_FEATURES

KIND = "rvq-motion-studio"
VERSION = 1
MOST_BYTES = 64 << 20
LONGEST_LINK = 6_000  # characters; longer addresses are cut by some mail programs and servers

NOT_OURS = "This link or file was not made by this page, or a part of it is missing; nothing was changed."


@dataclass(frozen=True)
class SharedState:
    """All that makes a page look the same elsewhere.

    Attributes
    ----------
    fingerprint : of the weights, so that another checkpoint of the same name is noticed
    joints, time : what the trajectories show, and the moment in seconds
    own_clip : a visitor's own clip, in files only
    """

    checkpoint: str
    fingerprint: str
    clip: str
    layers: tuple[bool, ...]
    alignment: str
    edits: tuple[Edit, ...]
    joints: tuple[str, ...]
    time: float
    own_clip: SourceClip | None = None


def state_of(bench: Workbench, joints: list[str], time: float, *, with_own_clip: bool = False) -> SharedState:
    """What a link (or, with the clip, a file) holds of a workbench."""
    take = bench.take
    return SharedState(
        checkpoint=take.checkpoint_key,
        fingerprint=take.checkpoint.fingerprint,
        clip=take.clip.key,
        layers=bench.layers,
        alignment=bench.alignment,
        edits=bench.version.edits,
        joints=tuple(joints),
        time=round(float(time), 3),
        own_clip=take.clip if with_own_clip and take.clip.trained is None else None,
    )


def to_link(state: SharedState) -> str:
    """The state as text for an address.

    Raises
    ------
    StudioError
        If the clip is a visitor's own, or the edits are too many for an address.
    """
    if state.clip.startswith("own-"):
        raise StudioError("Your own clip cannot travel in a link; save the state as a file instead.")
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
        "layers": [int(on) for on in state.layers],
        "alignment": state.alignment,
        "edits": [to_value(edit) for edit in state.edits],
        "joints": list(state.joints),
        "time": state.time,
    }
    if state.own_clip is not None:
        features = np.ascontiguousarray(state.own_clip.features, dtype="<f4")
        value["own_clip"] = {
            "title": state.own_clip.title,
            "fps": state.own_clip.fps,
            "frames": len(features),
            "features": base64.b64encode(zlib.compress(features.tobytes())).decode("ascii"),
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
            layers=tuple(bool(on) for on in value["layers"]),
            alignment=str(value["alignment"]),
            edits=tuple(from_value(edit) for edit in value["edits"]),
            joints=tuple(str(joint) for joint in value["joints"]),
            time=_seconds(value["time"]),
            own_clip=_own_clip(value["own_clip"]) if "own_clip" in value else None,
        )
    except StudioError:
        raise
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise StudioError(NOT_OURS) from error


def _seconds(value: float) -> float:
    seconds = float(value)
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{seconds} is not a moment of a clip")
    return seconds


def _own_clip(value: dict) -> SourceClip:
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(base64.b64decode(value["features"]), MOST_BYTES)
    features = np.frombuffer(raw, "<f4").reshape(int(value["frames"]), -1).astype(np.float32)
    fps = float(value["fps"])
    fits = features.shape[1] == NUM_FEATURES and 0 < len(features) <= MAX_FRAMES and fps > 0
    if not fits or not np.isfinite(features).all():
        raise StudioError(NOT_OURS)
    return SourceClip("", str(value["title"]), features, fps, None, "your file", "")
