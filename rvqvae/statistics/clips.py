"""How much of what a layer emits its tokens show, where they come in clips.

The tokens of a clip follow from each other: a clip that stands still repeats one code, and says nothing of
what other clips will use. So a clip's tokens are held against the other clips' alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

STANDARD_ERRORS = 2.0  # from the estimate down to its lower bound
GROUPS = 10  # of clips that follow each other, which are often alike


@dataclass(frozen=True)
class ClipCoverage:
    """Share of a new clip's tokens whose codes have been seen: 0 to 1.

    Attributes
    ----------
    clips : int, clips with tokens
    share : float, of each clip's tokens those whose codes occur in another one, over all clips
    least : float, `STANDARD_ERRORS` standard errors less, clips being drawn and not tokens; 0 of one clip
    groups : (G, K) int array, counts of codes in each of up to `GROUPS` groups of clips
    """

    clips: int
    share: float
    least: float
    groups: np.ndarray = field(compare=False, repr=False)


def clip_coverage(clips: Sequence[np.ndarray]) -> ClipCoverage:
    """Leave one clip out: from one layer's tokens (n_i,) of each clip; -1 does not count.

    The estimate is of a new clip of the same kind, drawn as these were. It is the share of tokens whose code
    occurs in two clips or more; its standard error is that of a ratio whose units are clips.
    """
    kept = [tokens[tokens >= 0] for tokens in (np.asarray(clip, dtype=np.int64) for clip in clips)]
    kept = [tokens for tokens in kept if len(tokens)]
    if not kept:
        return ClipCoverage(0, 0.0, 0.0, np.zeros((0, 0), int))
    sizes = np.array([len(tokens) for tokens in kept])
    codes, owners = np.concatenate(kept), np.repeat(np.arange(len(kept)), sizes)
    pairs = np.unique(owners * (codes.max() + 1) + codes)  # each clip with each code that it uses
    clips_of_code = np.bincount(pairs % (codes.max() + 1))
    seen = np.bincount(owners, weights=clips_of_code[codes] > 1)
    count = len(kept)
    groups = np.zeros((min(GROUPS, count), int(codes.max()) + 1), int)
    np.add.at(groups, (owners * len(groups) // count, codes), 1)
    share = float(seen.sum() / sizes.sum())
    if count == 1:
        return ClipCoverage(1, share, 0.0, groups)
    apart = float(((seen - share * sizes) ** 2).sum()) * count / (count - 1)
    error = apart**0.5 / float(sizes.sum())
    return ClipCoverage(count, share, max(0.0, share - STANDARD_ERRORS * error), groups)
