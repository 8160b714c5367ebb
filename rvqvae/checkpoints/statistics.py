"""Mean and std of features, checked."""

from pathlib import Path

import numpy as np

from rvqvae.checkpoints.errors import CheckpointError


def check_statistics(
    file: Path, mean: np.ndarray, std: np.ndarray, width: int, remarks: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and std as float32 (width,), exactly as stored but for a std of 0, which becomes 1.

    Raises
    ------
    CheckpointError
        If their shapes do not fit, or they are not finite or negative.
    """
    if not all(np.issubdtype(a.dtype, np.floating) for a in (mean, std)):
        raise CheckpointError(file, f"found mean of {mean.dtype} and std of {std.dtype}; expected floats")
    mean, std = mean.squeeze(), std.squeeze()
    if mean.shape != (width,) or std.shape != (width,):
        raise CheckpointError(
            file, f"found mean of shape {mean.shape} and std of shape {std.shape}; expected ({width},)"
        )
    mean, std = np.array(mean, dtype=np.float32), np.array(std, dtype=np.float32)
    if not (np.isfinite(mean).all() and np.isfinite(std).all() and (std >= 0).all()):
        raise CheckpointError(file, "found NaN, infinity or a negative std; expected finite numbers")
    constant = int((std == 0).sum())
    if constant:
        remarks.append(f"{constant} features have a std of 0 in {file.name}; they are scaled by 1")
        std = np.where(std == 0, np.float32(1), std)
    return mean, std
