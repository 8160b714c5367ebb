"""The library's analysis of clips, of this one and of a data set alike, and an entropy as JSON."""

from collections.abc import Callable, Sequence

from app.errors import StudioError
from app.payloads.statistics import EntropyFacts
from rvqvae import Checkpoint
from rvqvae.motion import Clip
from rvqvae.statistics import CorpusStatistics, EntropyEstimate, judge_entropy
from rvqvae.statistics import analyse as analyse_corpus

ESTIMATOR = "Grassberger (2003)"
JOINTS_FOR = "The analysis of information and rates measures"


def analyse(
    checkpoint: Checkpoint, clips: Sequence[Clip], progress: Callable[[float, str], None]
) -> CorpusStatistics:
    """What the library measures of clips.

    Raises
    ------
    StudioError
        If none of them is longer than a token.
    """
    steps = sum(-(-len(clip.features) // checkpoint.config.downsampling_ratio) for clip in clips)
    if steps <= len(clips):
        raise StudioError("Every clip here is a single token long; information needs clips of two or more.")
    return analyse_corpus(checkpoint, clips, progress=progress)


def entropy_payload(estimate: EntropyEstimate) -> EntropyFacts:
    """An entropy in each estimator, and whether there are enough tokens for it."""
    judgement = judge_entropy(estimate)
    return {
        "tokens": estimate.tokens,
        "plugin_bits": estimate.plugin_bits,
        "miller_madow_bits": estimate.miller_madow_bits,
        "corrected_bits": estimate.corrected_bits,
        "reliable": judgement.reliable,
        "reason": judgement.reason,
    }
