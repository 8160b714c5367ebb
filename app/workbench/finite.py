"""Whether what a stranger's checkpoint makes of a stranger's clip can be shown at all."""

import numpy as np

from app.catalog.keys import is_own
from app.errors import StudioError
from app.workbench.workbench import Workbench


def check_finite(bench: Workbench) -> Workbench:
    """The same workbench, if its numbers can be written down; what is shipped is known to be sound.

    Raises
    ------
    StudioError
        If a clip or a checkpoint of the visitor's own leads to NaN or infinity.
    """
    encoded = bench.encoded
    if (encoded.clip.own or is_own(encoded.checkpoint_key)) and not np.isfinite(bench.errors).all():
        raise StudioError(
            f"What {encoded.checkpoint.name} makes of {encoded.clip.title} holds NaN or infinity, which "
            "cannot be shown; choose another clip or checkpoint."
        )
    return bench
