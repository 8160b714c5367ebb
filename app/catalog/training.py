"""Which of the page's clips a checkpoint was trained on, as its own configuration says."""

from collections.abc import Mapping
from typing import Any

SAMPLE_CLIPS = "clips"  # what their folder is called among a checkpoint's training data


def trained_on(clip: str, info: Mapping[str, Any]) -> bool | None:
    """Whether a sample clip was in the training set; None where the checkpoint does not say.

    Parameters
    ----------
    clip : its key
    info : of the checkpoint, whose "training_data" and "excluded" the trainer writes
    """
    data = info.get("training_data")
    if data is None:
        return None
    return any(source["name"] == SAMPLE_CLIPS for source in data) and clip not in info.get("excluded", ())
