"""Payloads of features without known joints: channels over time, and errors in feature units."""

from dataclasses import asdict
from typing import Any

import numpy as np

from app.payloads.arrays import pack, pack_columns
from app.stage.bodies.patch import frames_to_send
from app.view import Shown
from app.workbench.decoding import Decoding
from app.workbench.encoded_clip import EncodedClip
from app.workbench.workbench import Workbench
from rvqvae.evaluation.measures import RAW, STANDARDISED
from rvqvae.motion.channels import channel_groups, channel_names


def original(encoded: EncodedClip) -> dict[str, Any]:
    """The original features (N, D), names and groups of the channels, and what standardises them."""
    width = encoded.clip.width
    return {
        "channel_names": list(channel_names(width)),
        "groups": [asdict(group) for group in channel_groups(width)],
        "channels": pack_columns(encoded.clip.features),
        "mean": pack(encoded.checkpoint.mean, "f32"),
        "std": pack(encoded.checkpoint.std, "f32"),
        "shown_as_channels": encoded.shown_as_channels,
    }


def reconstruction(bench: Workbench, shown: Shown | None) -> dict[str, Any]:
    """Channels of the frames in which the page does not have them; mean errors of the whole clip.

    Parameters
    ----------
    shown : what the page has; None where it has nothing
    """
    return {**_patch(shown.decoding if shown else None, bench.decoding), **_errors(bench.errors)}


def compared(bench: Workbench, other: Decoding) -> dict[str, Any]:
    """B's channels as a patch of the reconstruction, and its mean errors."""
    return {**_patch(bench.decoding, other), **_errors(other.errors(bench.alignment))}


def moved(before: Decoding, after: Decoding, frames: tuple[int, int]) -> dict[str, Any]:
    """How far each channel moved in each frame that the edited steps reach, (F, D) standard deviations."""
    window = slice(*frames)
    measure = after.encoded.measure
    new, old = (measure.aligned(decoding.features[window]) for decoding in (after, before))
    change = measure.distances(new[STANDARDISED], old[STANDARDISED])
    frame, channel = (int(at) for at in np.unravel_index(change.argmax(), change.shape))
    most = float(change[frame, channel])
    return {
        "moved": pack(change, "u8", scale=max(most, 1e-30) / np.iinfo(np.uint8).max),
        "moved_max": most,
        "moved_max_raw": float(measure.distances(new[RAW], old[RAW])[frame, channel]),
        "moved_max_channel": channel,
        "moved_max_frame": frame + frames[0],
    }


def _patch(shown: Decoding | None, wanted: Decoding) -> dict[str, Any]:
    first, stop = frames_to_send(shown, wanted)
    return {"frames": [first, stop], "channels": pack_columns(wanted.features[first:stop])}


def _errors(errors: np.ndarray) -> dict[str, Any]:
    """Means of errors (N, D) over the frames: of every channel, and of every group."""
    by_channel = errors.mean(axis=0)
    groups = channel_groups(errors.shape[1])
    return {
        "channel_errors": pack(by_channel, "f32"),
        "group_errors": [float(by_channel[group.first : group.stop].mean()) for group in groups],
    }
