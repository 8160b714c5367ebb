"""Made-up motion."""

import numpy as np


def smooth(frames, width=668, seed=0):
    """Features (frames, width) that move smoothly, each channel in a range of its own."""
    rng = np.random.default_rng(seed)
    turns = rng.uniform(0.2, 1.5, width) * np.arange(frames)[:, None] / 30 + rng.uniform(size=width)
    return (rng.normal(size=width) + rng.uniform(0.1, 20, width) * np.sin(2 * np.pi * turns)).astype(
        np.float32
    )
