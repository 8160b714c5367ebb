"""Payloads of features without known joints: channels over time, and errors in feature units."""

from dataclasses import asdict

import numpy as np

from app.decoding import Decoding
from app.lab import NEED_JOINTS
from app.take import Take
from app.views.arrays import pack, pack_columns
from app.views.bodies.patch import frames_to_send
from app.workbench import Workbench
from rvqvae.measures import RAW, STANDARDISED
from rvqvae.motion.channels import channel_groups, channel_names


def original(take: Take) -> dict:
    """The original features (N, D), names and groups of the channels, and what standardises them."""
    width = take.clip.width
    return {
        "channel_names": list(channel_names(width)),
        "groups": [asdict(group) for group in channel_groups(width)],
        "channels": pack_columns(take.clip.features),
        "mean": pack(take.measure.mean, "f32"),
        "std": pack(take.measure.std, "f32"),
        "shown_as_channels": take.shown_as_channels,
        "refused_tabs": {tab: take.joints_needed(what) for tab, what in NEED_JOINTS.items()},
    }


def reconstruction(bench: Workbench, shown: tuple[Decoding | None, str | None]) -> dict:
    """Channels of the frames in which the page does not have them; mean errors of the whole clip.

    Parameters
    ----------
    shown : the decoding that the page has and the way of its errors
    """
    return {**_patch(shown[0], bench.decoding), **_errors(bench.errors)}


def compared(bench: Workbench, other: Decoding) -> dict:
    """B's channels as a patch of the reconstruction, and its mean errors."""
    return {**_patch(bench.decoding, other), **_errors(bench.errors_of(other))}


def moved(before: Decoding, after: Decoding, frames: tuple[int, int]) -> dict:
    """How far each channel moved in each frame that the edited steps reach, (F, D) standard deviations."""
    window = slice(*frames)
    apart = after.take.measure.distances
    change = apart(after.aligned[STANDARDISED][window], before.aligned[STANDARDISED][window])
    frame, channel = (int(at) for at in np.unravel_index(change.argmax(), change.shape))
    most = float(change[frame, channel])
    return {
        "moved": pack(change, "u8", scale=max(most, 1e-30) / np.iinfo(np.uint8).max),
        "moved_max": most,
        "moved_max_raw": float(apart(after.aligned[RAW], before.aligned[RAW])[frames[0] + frame, channel]),
        "moved_max_channel": channel,
        "moved_max_frame": frame + frames[0],
    }


def _patch(shown: Decoding | None, wanted: Decoding) -> dict:
    first, stop = frames_to_send(shown, wanted)
    return {"frames": [first, stop], "channels": pack_columns(wanted.features[first:stop])}


def _errors(errors: np.ndarray) -> dict:
    """Means of errors (N, D) over the frames: of every channel, and of every group."""
    by_channel = errors.mean(axis=0)
    groups = channel_groups(errors.shape[1])
    return {
        "channel_errors": pack(by_channel, "f32"),
        "group_errors": [float(by_channel[group.first : group.stop].mean()) for group in groups],
    }
