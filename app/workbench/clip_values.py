"""A visitor's own clip as plain JSON values, for state files, workspace files and the browser's storage."""

import base64
import zlib
from typing import Any

import numpy as np

from app.errors import StudioError
from app.parsing.kinds import UNREADABLE
from app.workbench.encoded_clip import SourceClip, most_frames

MOST_BYTES = 11 << 20  # of the clip or the tokens that a state carries: as many frames as are shown
LONGEST_TITLE = 200
SLOWEST, FASTEST = 0.1, 1_000  # frames a second


def clip_value(clip: SourceClip) -> dict[str, Any]:
    """A clip's title, frame rate and features, to the bit."""
    features = np.ascontiguousarray(clip.features, dtype="<f4")
    return {
        "title": clip.title,
        "fps": clip.fps,
        "frames": len(features),
        "features": base64.b64encode(zlib.compress(features.tobytes(), 1)).decode("ascii"),
    }


def clip_of(value: dict[str, Any], array: np.ndarray | None = None) -> SourceClip:
    """The clip that `clip_value` wrote, not yet with a key.

    Parameters
    ----------
    array : the features, where they come beside the values

    Raises
    ------
    StudioError, ValueError, KeyError, TypeError, zlib.error
        If it is none.
    """
    array = unpacked(value["features"], "<f4") if array is None else array
    features = array.reshape(int(value["frames"]), -1).astype(np.float32)
    fps = None if value["fps"] is None else float(value["fps"])
    fits = 0 < len(features) <= most_frames(max(1, features.shape[1])) and features.shape[1]
    in_time = fps is None or SLOWEST <= fps <= FASTEST
    if not fits or not in_time or not np.isfinite(features).all():
        raise StudioError(UNREADABLE)
    return SourceClip("", str(value["title"])[:LONGEST_TITLE], features, fps, None, "your file", "")


def unpacked(text: str, dtype: str) -> np.ndarray:
    """An array of at most `MOST_BYTES` from its packed text."""
    raw = zlib.decompressobj().decompress(base64.b64decode(text), MOST_BYTES)
    return np.frombuffer(raw, dtype)
